"""The trail: what was done, as a list, as a feed, as a file."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from math import inf
from pathlib import Path
from typing import Any, Final

import click

from ..events import START, Event
from ..output.exports import COLUMNS, as_csv, export, row
from ..values import canonical
from .failures import line
from .language import language
from .parameters import Plain, When
from .phrases import shown
from .session import asked
from .tables import Column, Table, machine_readable, write

LAST: Final = 50
"""Entries that are shown where nobody says how many."""

SEEN: Final = 5
"""Columns for the eye; the rest is for programs and spreadsheets."""

COLOURS: Final = {"index": "bold", "who": "cyan", "code": "green"}


@click.command("trail")
@click.option("--item", type=Plain(), metavar="CODE", help="Only what altered this item.")
@click.option("--by", "actor", type=Plain(), metavar="CODE", help="Only what this person did.")
@click.option(
    "--kind",
    type=Plain(),
    metavar="KIND",
    help="Only of a register, a verb or a version: document, document.issue.",
)
@click.option("--unit", type=Plain(), metavar="CODE", help="Only what altered items of this unit.")
@click.option("--since", type=When(), metavar="WHEN", help="From this day or moment on.")
@click.option("--until", type=When(), metavar="WHEN", help="Up to this day or moment.")
@click.option("--text", metavar="TEXT", help="Only where these words were said.")
@click.option("--after", type=click.IntRange(-1), default=START, metavar="N", help="After entry N.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Only the first so many.")
@click.option(
    "--output", type=Path, metavar="FILE", help="Into this new file: .jsonl, .csv or .xlsx."
)
@machine_readable
def entries(output: Path | None, form: str | None, **filters: Any) -> None:
    """List what was done: by item, person, kind, unit, time or words."""
    with asked().reading() as view:
        said = {name: value for name, value in filters.items() if value is not None}
        chosen = view.trail.entries(**said)
        if output is not None:
            export(chosen, output, language=language(), titles=_titles())
        elif form == "csv":
            with click.open_file("-", "wb") as file:
                as_csv(chosen, file, language(), _titles())
        else:
            every = form is not None or filters["limit"] is not None
            _write(chosen.briefly() if every else chosen.last(LAST), form)


@click.command("follow")
@click.option("--after", type=click.IntRange(-1), default=START, metavar="N", help="After entry N.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=inf,
    metavar="SECONDS",
    help="Stop when nothing came for so long; by default never.",
)
@click.option("--json", "as_json", is_flag=True, help="One CloudEvent a line, for a program.")
def follow(after: int, wait: float, as_json: bool) -> None:
    """Tell each entry as it comes, from the first one or after another."""
    with asked().reading() as view:
        for event in view.trail.follow(after, wait):
            click.echo(canonical(event.cloudevent()) if as_json else _said(event))


def _write(events: Iterable[Event], form: str | None) -> None:
    columns = tuple(
        Column(key, title, COLOURS.get(key, ""))
        for key, title in zip(COLUMNS, _titles(), strict=True)
    )
    rows = [tuple(row(event, language()).values()) for event in events]
    write(Table(columns, rows, seen=SEEN), form)


def _titles() -> list[str]:
    return [
        _("Entry"),
        _("When"),
        _("Who"),
        _("What"),
        _("Code"),
        _("Kind"),
        _("Item"),
        _("Actor"),
        _("Post"),
        _("Hand"),
        _("Change"),
        _("Digest"),
    ]


def _said(event: Event) -> str:
    spoken = language()
    what = event.title.vi if spoken == "vi" else event.title.en
    number = click.style(f"#{event.index}", bold=True)
    who, code = click.style(line(event.who(spoken)), fg="cyan"), click.style(event.code, fg="green")
    return f"{number}  {shown(event.at, spoken)}  {who}  {code}: {what}"
