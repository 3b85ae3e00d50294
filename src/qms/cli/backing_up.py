"""One file with everything, and everything back from it."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click

from .. import backup as copies
from .session import asked


@click.command("backup")
@click.argument("file", type=Path, metavar="FILE", help="A new file.")
def backup(file: Path) -> None:
    """Write everything into one file, while others work on."""
    found = copies.backup(asked().place(), file)
    _done(_("Backed up: {n} entries in {file}").format(n=found.size, file=file))


@click.command("restore")
@click.argument("file", type=Path, metavar="FILE", help="The backup.")
def restore(file: Path) -> None:
    """Make a system anew from a backup, in a new folder (-C); it is proven."""
    folder = asked().place()
    found = copies.restore(file, folder)
    _done(_("Restored and proven: {n} entries in {folder}").format(n=found.size, folder=folder))


def _done(says: str) -> None:
    click.echo(click.style("✓ ", fg="green") + says)
