"""What a declaration of conformity is made over, written down to be brought along."""

from __future__ import annotations

import json
from datetime import date

import click

from .listing import on_a_day
from .session import asked


@click.command("snapshot")
@on_a_day
def snapshot(on: date | None) -> None:
    """Write the snapshot of what is in force, for --snapshot of a draft (TOML)."""
    with asked().reading() as view:
        taken = view.snapshot(on)
    for name in type(taken).model_fields:
        click.echo(f"{name} = {json.dumps(getattr(taken, name))}")
