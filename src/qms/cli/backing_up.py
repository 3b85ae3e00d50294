"""One file with everything, and everything back from it."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import click

from .. import backup as copies
from ..backup import Restored
from ..folder import Folder
from ..storage.checkpoints import KEY
from ..storage.keys import public
from .session import asked
from .speech import done


@click.command("backup")
@click.argument("file", type=Path, metavar="FILE", help="A new file.")
def backup(file: Path) -> None:
    """Write everything into one file, while others work on."""
    found = copies.backup(asked().place(), file)
    done(_("Backed up: {n} entries in {file}").format(n=found.size, file=file))


@click.command("restore")
@click.argument("file", type=Path, metavar="FILE", help="The backup.")
@click.option(
    "--key",
    "known",
    type=Path,
    multiple=True,
    metavar="FILE",
    help="Only what is signed with the public keys in this file counts (log.pub).",
)
@click.option(
    "--database", default="", metavar="URL", help="Where the ledger is, if not in the folder."
)
def restore(file: Path, known: tuple[Path, ...], database: str) -> None:
    """Make a system anew from a backup, in a new folder (-C); it is proven."""
    folder = asked().place()
    found = copies.restore(file, folder, public(*known) if known else None, database=database)
    done(_("Restored and proven: {n} entries in {folder}").format(n=found.size, folder=folder))
    for line in _proven(found, given=bool(known)):
        click.echo(f"  {line}")
    place = Folder.at(folder)
    if place.database.startswith("sqlite"):
        says = _("Ledger: SQLite. On PostgreSQL it is in another new folder: --database URL")
        click.echo(f"  {says}")
    keys = place.keys
    if found.signed and not (keys / KEY).exists():
        says = _("The private key is in no backup: changes stay unsigned until it lies in {keys},")
        click.echo(click.style("! ", fg="yellow") + says.format(keys=keys))
        click.echo("  " + _("or a new one is put in force: qms log_key rotate log --reason TEXT"))


def _proven(found: Restored, *, given: bool) -> Iterator[str]:
    yield _("Vault: {n} contents that the trail promises").format(n=found.contents)
    if count := len(found.lost):
        says = ngettext(
            "{n} content is lost: the trail promises it, and nobody decided to destroy it."
            " qms verify says of which entry it is.",
            "{n} contents are lost: the trail promises them, and nobody decided to destroy them."
            " qms verify says of which entries they are.",
            count,
        )
        yield click.style("! ", fg="yellow") + says.format(n=count)
    if count := len(found.strange):
        says = ngettext(
            "{n} content was left out: no entry speaks of it.",
            "{n} contents were left out: no entry speaks of them.",
            count,
        )
        yield click.style("! ", fg="yellow") + says.format(n=count)
    if not found.signed:
        yield _("No checkpoint was signed: nobody vouches for these entries.")
        return
    yield _("Checkpoint: {n} entries, root and signature hold").format(n=found.signed)
    if after := found.size - found.signed:
        yield ngettext(
            "{n} entry after it is not signed: whoever made the file may have written it.",
            "{n} entries after it are not signed: whoever made the file may have written them.",
            after,
        ).format(n=after)
    for key in found.keys:
        yield _("Public key: {key}").format(key=key)
    if not given:
        yield _("No key was given from outside: compare it, or restore with --key FILE.")
