"""Lists: who has yet to read, what is to be called back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from gettext import gettext as _
from typing import Any

import click

from ..registers.documents import Revision
from .parameters import Day, Plain
from .phrases import name_of, names_of
from .session import asked
from .tables import Column, Table, machine_readable, write

on_a_day: Callable[[Any], Any] = click.option(
    "--on", type=Day(), metavar="DATE", help="The day asked about; today by default."
)


@click.command("owes")
@click.argument("code", type=Plain(), metavar="CODE", help="The document.")
@on_a_day
@machine_readable
def owes(code: str, on: date | None, form: str | None) -> None:
    """List who has yet to confirm reading what is in force."""
    with asked().reading() as view:
        day = on or view.today
        rows: list[tuple[object, ...]] = [
            (one.code, view.name(one.id), names_of(view, (held.post for held in one.posts(day))))
            for one in view.receipts_owed(code, on)
        ]
    columns = (
        Column("code", _("Code")),
        Column("name", _("Name")),
        Column("posts", _("Posts")),
    )
    write(Table(columns, rows), form)


@click.command("recall-list")
@on_a_day
@machine_readable
def recall_list(on: date | None, form: str | None) -> None:
    """List the paper copies to be called back."""
    with asked().reading() as view:
        rows: list[tuple[object, ...]] = [
            (
                copy.code,
                name_of(view, copy.document),
                name_of(view, copy.holder),
                copy.handed,
                view.get(Revision, copy.revision).until,
            )
            for copy in view.copies_to_recall(on)
        ]
    columns = (
        Column("code", _("Copy")),
        Column("document", _("Document")),
        Column("holder", _("Holder")),
        Column("handed", _("Handed out")),
        Column("until", _("Not in force from")),
    )
    write(Table(columns, rows), form)


@click.command("undecided")
@machine_readable
def undecided(form: str | None) -> None:
    """List what was issued without a written decision."""
    with asked().reading() as view:
        rows: list[tuple[object, ...]] = [
            (
                name_of(view, revision.document),
                revision.title,
                f"{revision.issue}.{revision.amendment}",
                revision.issued,
                revision.effective,
            )
            for revision in view.undecided()
        ]
    columns = (
        Column("document", _("Document")),
        Column("title", _("Title")),
        Column("number", _("Iss.Amdt")),
        Column("issued", _("Issued")),
        Column("effective", _("In force from")),
    )
    write(Table(columns, rows), form)
