"""Search: which texts say what somebody looks for, where, and whether they are in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from gettext import gettext as _
from typing import Final

import click

from ..answers import Found
from ..sought import Snippet
from .language import language
from .parameters import Day, Whole
from .phrases import shown
from .session import asked
from .tables import Column, Table, machine_readable, write

PAGE: Final = 10
"""Texts that are shown at once where nobody says how many."""


@click.command("search")
@click.argument("words", nargs=-1, metavar="WORD …")
@click.option(
    "--on",
    "--day",
    type=Day(),
    metavar="DATE",
    help="The day asked about; today by default.",
)
@click.option("--all", "every", is_flag=True, help="Also what is not in force on that day.")
@click.option("--page", type=Whole(1, 99_999), default=1, metavar="N", help="Which page of it.")
@click.option(
    "--limit",
    type=Whole(1, 1_000),
    default=PAGE,
    metavar="N",
    help="So many a page; 10 by default.",
)
@machine_readable
def search(
    words: tuple[str, ...], on: date | None, every: bool, page: int, limit: int, form: str | None
) -> None:
    """Search the texts in force, with or without accents: words, "a phrase"."""
    start = limit * (page - 1)
    with asked().reading() as view:
        # One more tells whether there is more.
        found = view.search(_joined(words), on, every=every, start=start, limit=limit + 1)
        day = on or view.today
        if form or not found:
            write(Table(_columns(), [_row(one) for one in found[:limit]]), form)
        else:
            for one in found[:limit]:
                _tell(one, day)
    if len(found) > limit:
        more = _("There is more: --page {n}.").format(n=page + 1)
        click.secho(more, dim=True, err=True)


def _joined(words: Iterable[str]) -> str:
    """Return what was typed; what a shell took out of its quotes is a phrase again."""
    return " ".join(
        f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words
    )


def _tell(one: Found, day: date) -> None:
    code = click.style(one.document.code, bold=True)
    stands = click.style(_standing(one, day), fg="green" if one.in_force else "yellow")
    click.echo(f"{code}  {_marked(one.title)}")
    click.echo(f"    {_number(one)} · {stands}")
    for name, place in one.places:
        where = " · ".join(filter(None, (_attachment(one, name), place.heading)))
        click.echo("    " + (click.style(f"{where}: ", dim=True) if where else "") + _marked(place))


def _marked(said: Snippet) -> str:
    return "".join(
        click.style(piece.text, fg="red", bold=True) if piece.found else piece.text
        for piece in said.pieces
    )


def _standing(one: Found, day: date) -> str:
    revision, spoken = one.revision, language()
    if one.in_force:
        return _("In force from {day}").format(day=shown(revision.effective, spoken))
    if revision.void:
        return _("Never in force")
    if day < revision.effective:
        return _("In force only from {day}").format(day=shown(revision.effective, spoken))
    return _("No longer in force from {day}").format(day=shown(revision.until, spoken))


def _number(one: Found) -> str:
    return f"{one.revision.issue}.{one.revision.amendment}"


def _attachment(one: Found, name: str) -> str:
    return "" if name == one.revision.files[0].name else name


def _columns() -> tuple[Column, ...]:
    return (
        Column("code", _("Code")),
        Column("title", _("Title")),
        Column("number", _("Iss.Amdt")),
        Column("in_force", _("In force")),
        Column("effective", _("In force from")),
        Column("until", _("Until before")),
        Column("attachment", _("Attachment")),
        Column("heading", _("Under the heading")),
        Column("says", _("Says")),
        Column("as_typed", _("As typed")),
    )


def _row(one: Found) -> tuple[object, ...]:
    name, place = next(iter(one.places), ("", Snippet("", ())))
    return (
        one.document.code,
        one.document.title,
        _number(one),
        one.in_force,
        one.revision.effective,
        one.revision.until,
        _attachment(one, name) if name else "",
        place.heading,
        str(place),
        one.exact,
    )
