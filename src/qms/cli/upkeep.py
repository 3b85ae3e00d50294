"""Upkeep: what the registers themselves ask for, opened or filled as often as one likes."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _

import click

from .. import restoring
from ..folder import Folder
from ..storage.store import Store
from .changing import report
from .parameters import Day, Plain
from .session import asked
from .speech import done
from .tables import Column, Table, machine_readable, write

dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")


@click.command("watch")
@click.option("--until", type=Day(), metavar="DATE", help="Up to this day; today by default.")
@dry_run
def watch(until: date | None, dry_run: bool) -> None:
    """Open every review that is owed: by the calendar, or for a cause."""
    opened = 0
    with asked().acting() as system:
        while changes := system.reviews_to_open(until):
            entries = system.rehearse(*changes) if dry_run else system.perform(*changes)
            report(system, entries, rehearsed=dry_run)
            opened += len(changes)
            if dry_run:
                break
    if not opened:
        click.echo(_("Nothing here."))


@click.command("gather")
@click.argument("code", type=Plain(), metavar="CODE", help="The management review.")
@dry_run
def gather(code: str, dry_run: bool) -> None:
    """Fill the open inputs of a management review out of the registers."""
    with asked().acting() as system:
        changes = system.review_inputs(code)
        if not changes:
            click.echo(_("Nothing here."))
            return
        entries = system.rehearse(*changes) if dry_run else system.perform(*changes)
        report(system, entries, rehearsed=dry_run)


@click.command("maintain")
def maintain() -> None:
    """Pack the git store anew, to take less room; others work on meanwhile."""
    with Store(Folder.at(asked().place()).store) as store:
        before, after = store.maintain()
    done(
        _("The git store: {before} KB, now {after} KB").format(
            before=before >> 10, after=after >> 10
        )
    )


@click.command("machines")
@machine_readable
def machines(form: str | None) -> None:
    """List the machines of this ledger, and how far each has come."""
    columns = (
        Column("store", _("Git store")),
        Column("here", _("This machine")),
        Column("size", _("Entries")),
        Column("lacks_since", _("Lacks entries since")),
        Column("given_up", _("Given up on")),
    )
    write(Table(columns, list(restoring.machines(asked().place()))), form)
