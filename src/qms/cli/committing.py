"""What a unit and a leader sign, written down to be printed."""

from __future__ import annotations

import click

from ..output.commitments import paper as written
from .parameters import Plain
from .session import asked


@click.command("paper")
@click.argument("code", type=Plain(), metavar="CODE", help="Code or alias.")
def paper(code: str) -> None:
    """Write the paper of a commitment, to be edited, printed and signed (Markdown)."""
    with asked().reading() as view:
        text = written(view, code)
    click.echo(text, nl=False)
