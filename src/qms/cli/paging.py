"""The list of documents, a page at a time: read at once, and nothing that no list shows."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from gettext import gettext as _
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from .choices import OneOf
from .kinds import words
from .language import language
from .parameters import Day, Plain, Whole
from .session import asked
from .tables import Column, Table, machine_readable, write

if TYPE_CHECKING:
    from ..storage.glance import Listed

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Row = TypeVar("Row")

PAGE: Final = 50
"""Rows that a terminal is shown where nobody says how many."""

STATES: Final = words("documents/items.py", "State")
DRAFTS: Final = words("documents/items.py", "DraftState")


class Page(NamedTuple):
    """Which rows are wanted: so many, behind the one with this code; all, where none is said."""

    limit: int | None
    after: str

    @property
    def asking(self) -> dict[str, Any]:
        """Return how this is asked: for one row more, which tells whether there are any."""
        return {"limit": None if self.limit is None else self.limit + 1, "after": self.after}

    def cut(self, rows: Sequence[Row], code: Callable[[Row], str]) -> list[Row]:
        """Return the rows of the page; at the end, say how to go on where there are more."""
        shown = list(rows[: self.limit])
        if shown and len(rows) > len(shown):
            last = shlex.quote(code(shown[-1]))  # codes have blanks, brackets and "&"
            says = _("There is more: --after {code}, or --all.").format(code=last)
            end = partial(click.secho, says, dim=True, err=True)
            click.get_current_context().call_on_close(end)
        return shown


def paged(command: Decorated) -> Decorated:
    """Give a command the options of a page."""
    for option in (
        click.option("--all", "whole", is_flag=True, help="All of it, on a terminal too."),
        click.option("--after", type=Plain(), metavar="CODE", help="Behind this code."),
        click.option(
            "--limit",
            type=Whole(1),
            metavar="N",
            help="At most so many; 50 on a terminal.",
        ),
    ):
        command = option(command)
    return command


def page(limit: int | None, after: str | None, whole: bool, form: str | None) -> Page:
    """Return which rows are wanted: a page by default on a terminal, else all."""
    seen = form is None and not whole and sys.stdout.isatty()
    return Page(limit or (PAGE if seen else None), after or "")


@click.command("list")
@click.option("--type", "kind", metavar="CODE", type=Plain(), help="Only this type (QT, BM, …).")
@click.option("--unit", metavar="CODE", type=Plain(), help="Only of this unit.")
@click.option(
    "--state",
    type=OneOf({**STATES, **DRAFTS}),
    metavar="WORD",
    help="Only in this state, of the document or of its open draft.",
)
@click.option("--on", type=Day(), metavar="DATE", help="The day asked about; today by default.")
@paged
@machine_readable
def documents(
    kind: str | None,
    unit: str | None,
    state: str | None,
    on: date | None,
    form: str | None,
    **wanted: Any,
) -> None:
    """List the documents, whatever their state."""
    where: dict[str, Any] = {
        "type": kind,
        "unit": unit,
        "state" if state in STATES else "drafting": state,
    }
    some = page(form=form, **wanted)
    with asked().glancing() as lists:
        chosen = {name: value for name, value in where.items() if value}
        found = lists.documents(on, **some.asking, **chosen)
    rows = some.cut(found, lambda one: one.code)
    write(Table(columns(), [_row(one) for one in rows]), form)


@click.command("in-force")
@click.argument("code", required=False, type=Plain(), metavar="[CODE]", help="One document.")
@click.option("--on", type=Day(), metavar="DATE", help="The day asked about; today by default.")
@paged
@machine_readable
def in_force(code: str | None, on: date | None, form: str | None, **wanted: Any) -> None:
    """Show what is in force on a day: the master list, or one document."""
    some = page(form=form, **wanted)
    if code:
        with asked().reading() as view:
            own = view.in_force(code, on).document.id
            rows = view.documents(on, in_force=True, id=own)
    else:
        with asked().glancing() as lists:
            found = lists.documents(on, in_force=True, **some.asking)
        rows = some.cut(found, lambda one: one.code)
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
    write(Table(columns, [_issued(one) for one in rows], seen=range(6)), form)


def standing(state: str, drafting: str, *, in_force: bool) -> str:
    """Return in words where a document stands: by itself, and its open draft."""
    drafted = _said(DRAFTS, drafting) if drafting else ""
    return " · ".join(filter(None, (_status(state, drafting, in_force), drafted)))


def _status(state: str, drafting: str, in_force: bool) -> str:
    if in_force:
        return _("In force")
    if state == "issued":
        return _("Not yet in force")
    return "" if state == "drafted" and drafting else _said(STATES, state)


def _said(known: dict[str, str], word: str) -> str:
    return known[word] if language() == "vi" else word.replace("_", " ")


def columns() -> tuple[Column, ...]:
    """Return the columns that the list of documents has."""
    return (
        Column("code", _("Code")),
        Column("title", _("Title")),
        Column("type", _("Type")),
        Column("unit", _("Unit")),
        Column("number", _("Iss.Amdt")),
        Column("effective", _("In force from")),
        Column("state", _("State")),
    )


def _row(one: Listed) -> tuple[object, ...]:
    stands = standing(one.state, one.drafting, in_force=one.in_force)
    return (one.code, one.title, one.type, one.unit, one.number, one.effective, stands)


def _issued(one: Listed) -> tuple[object, ...]:
    return (
        one.code,
        one.title,
        one.unit,
        one.number,
        one.effective,
        one.decision or None,
        one.issued,
        one.until,
        one.issue,
        one.amendment,
    )
