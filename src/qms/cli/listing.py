"""Lists: documents, what is in force, who has yet to read, what is to be called back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from gettext import gettext as _
from typing import Any, Final

import click

from ..answers import InForce
from ..questions import View
from ..registers import policy
from ..registers.documents import Document, Draft, DraftState, Revision, State
from ..registers.people import Unit
from ..registers.policy import Policy
from ..values import Word
from .language import language
from .parameters import Day, Plain
from .phrases import name_of, names_of, shown
from .session import asked
from .tables import Column, Table, machine_readable, write

STATES: Final[tuple[Word, ...]] = (*State, *DraftState)

on_a_day: Callable[[Any], Any] = click.option(
    "--on", type=Day(), metavar="DATE", help="The day asked about; today by default."
)


@click.command("list")
@click.option("--type", "kind", metavar="CODE", type=Plain(), help="Only this type (QT, BM, …).")
@click.option("--unit", metavar="CODE", type=Plain(), help="Only of this unit.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in STATES]),
    metavar="WORD",
    help="Only in this state, of the document or of its open draft.",
)
@on_a_day
@machine_readable
def documents(
    kind: str | None, unit: str | None, state: str | None, on: date | None, form: str | None
) -> None:
    """List the documents, whatever their state."""
    where = {"unit": unit}
    if state is not None:
        where["state" if state in set(State) else "drafting"] = state
    chosen = {name: value for name, value in where.items() if value}
    with asked().reading() as view:
        if kind:
            chosen["type"] = view.get(Policy, policy.CODE).type(kind).code
        day = on or view.today
        current = {held.document.id: held.revision for held in view.master_list(day, **chosen)}
        units = {held.id: held.code for held in view.find(Unit)}
        rows = [
            _row(view, document, current.get(document.id), units)
            for document in view.find(Document, **chosen)
        ]
    write(Table(_columns(), rows), form)


@click.command("in-force")
@click.argument("code", required=False, type=Plain(), metavar="CODE", help="One document.")
@on_a_day
@machine_readable
def in_force(code: str | None, on: date | None, form: str | None) -> None:
    """Show what is in force on a day: the master list, or one document."""
    with asked().reading() as view:
        held = [view.in_force(code, on)] if code else view.master_list(on)
        units = {unit.id: unit.code for unit in view.find(Unit)}
        rows = [_issued(one, units) for one in held]
    columns = (
        Column("code", _("Code")),
        Column("title", _("Title")),
        Column("unit", _("Unit")),
        Column("number", _("Iss.Amdt")),
        Column("effective", _("In force from")),
        Column("decision", _("Decision")),
        Column("issued", _("Issued")),
        Column("until", _("Until before")),
        Column("issue", _("Issue")),
        Column("amendment", _("Amdt")),
    )
    write(Table(columns, rows, seen=6), form)


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


def standing(document: Document, current: Revision | None) -> str:
    """Return in words where a document stands, given what is in force of it."""
    return " · ".join(filter(None, (_status(document, current), _drafting(document.draft))))


def _status(document: Document, current: Revision | None) -> str:
    if current is not None:
        return _("In force")
    if document.state is State.ISSUED:
        return _("Not yet in force")
    if document.state is State.DRAFTED and document.draft is not None:
        return ""
    return shown(document.state, language())


def _drafting(draft: Draft | None) -> str:
    return shown(draft.state, language()) if draft else ""


def _columns() -> tuple[Column, ...]:
    return (
        Column("code", _("Code")),
        Column("title", _("Title")),
        Column("type", _("Type")),
        Column("unit", _("Unit")),
        Column("number", _("Iss.Amdt")),
        Column("effective", _("In force from")),
        Column("state", _("State")),
    )


def _row(
    view: View, document: Document, current: Revision | None, units: dict[str, str]
) -> tuple[object, ...]:
    revision = current
    if revision is None and document.state is State.ISSUED:
        revision = view.get(Revision, document.latest)
    return (
        document.code,
        document.title,
        document.type,
        units.get(document.unit, document.unit),
        f"{revision.issue}.{revision.amendment}" if revision else "",
        revision.effective if revision else None,
        standing(document, current),
    )


def _issued(held: InForce, units: dict[str, str]) -> tuple[object, ...]:
    document, revision = held.document, held.revision
    return (
        document.code,
        document.title,
        units.get(document.unit, document.unit),
        f"{revision.issue}.{revision.amendment}",
        revision.effective,
        revision.decision.number if revision.decision else None,
        revision.issued,
        revision.until,
        revision.issue,
        revision.amendment,
    )
