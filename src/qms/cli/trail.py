"""The trail: what was done, as a list, as a feed, as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from gettext import gettext as _
from math import inf
from pathlib import Path
from typing import Any, Final

import click

from ..events import START, Activity, Event
from ..output.exports import COLUMNS, as_csv, export, row
from ..questions import View
from ..registers.people import Person
from ..storage.fresh import create
from ..values import canonical
from .document import rows
from .failures import line
from .language import language
from .parameters import Plain, When, Whole
from .phrases import kind_called, name_of, shown
from .session import asked
from .speech import done
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
@click.option("--after", type=Whole(-1), metavar="N", help="After entry N.")
@click.option(
    "--limit",
    type=Whole(0),
    metavar="N",
    help="Only the last so many; behind --after the first.",
)
@click.option(
    "--output", type=Path, metavar="FILE", help="Into this new file: .jsonl, .csv or .xlsx."
)
@machine_readable
def entries(
    output: Path | None,
    form: str | None,
    after: int | None,
    limit: int | None,
    **filters: Any,
) -> None:
    """List what was done: by item, person, kind, unit, time or words."""
    if limit is None and output is None and form is None:
        limit = LAST
    with asked().reading() as view:
        said = {name: value for name, value in filters.items() if value is not None}
        if after is None:
            every = view.trail.entries(**said)
            chosen = every if limit is None else every.newest(limit)
        else:
            chosen = view.trail.entries(**said, after=after, limit=limit)
        if output is not None:
            export(chosen, output, language=language(), titles=_titles())
            done(_("Written: {file}").format(file=output))
        elif form == "csv":
            with click.open_file("-", "wb") as file:
                as_csv(chosen, file, language(), _titles())
        else:
            _write(chosen, form)


@click.command("follow")
@click.option("--after", type=Whole(-1), default=START, metavar="N", help="After entry N.")
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


@click.command("prove")
@click.argument("what", type=Plain(), metavar="INDEX|CODE", help="An entry, or an item.")
@click.option("-o", "--output", type=Path, metavar="FILE", help="Into this new file.")
def prove(what: str, output: Path | None) -> None:
    """Prove an entry (.tlog-proof), or every entry of an item (JSON), to a stranger."""
    with asked().reading() as view:
        trail = view.trail
        entry = what.isascii() and what.isdigit() and len(what) < 16
        data = trail.prove(int(what)).data() if entry else trail.history(what).proof().data()
    if output is None:
        click.echo(data, nl=False)
    else:
        create(output, data)
        done(_("Written: {file}").format(file=output))


@click.command("activity")
@click.argument("first", type=Whole(0), metavar="FIRST", help="The first entry.")
@click.argument("last", type=Whole(0), metavar="LAST", help="The last entry.")
@machine_readable
def activity(first: int, last: int, form: str | None) -> None:
    """Count who did what in a range of the trail, for whoever reviews it."""
    with asked().reading() as view:
        found = view.trail.activity(first, last)
        table = _tallies(view, found)
        if form is None:
            rows(_facts(view, found))
        write(table, form)
        if form is None:
            _unusual(list(view.trail.unusual(first, last)))


def _facts(view: View, found: Activity) -> Iterator[tuple[str, str]]:
    spoken = language()
    yield _("From"), shown(found.since, spoken)
    yield _("To"), shown(found.until, spoken)
    yield _("Root after it"), found.root
    yield _("Who acted"), ",".join(view.get(Person, own).code for own in found.actors)


def _tallies(view: View, found: Activity) -> Table:
    columns = (
        Column("who", _("Who"), COLOURS["who"]),
        Column("what", _("What")),
        Column("times", _("Times")),
        Column("actor", _("Actor")),
        Column("kind", _("Kind")),
    )
    cells: list[tuple[object, ...]] = [
        (
            name_of(view, one.actor),
            kind_called(one.kind, language()),
            one.times,
            one.actor,
            one.kind,
        )
        for one in found.tallies
    ]
    return Table(columns, cells, seen=range(3))


def _unusual(events: list[Event]) -> None:
    if events:
        click.secho("\n" + _("On days off or outside 07:00–18:00"), bold=True)
    for event in events:
        click.echo(f"  {_said(event)}")


def _write(events: Iterable[Event], form: str | None) -> None:
    columns = tuple(
        Column(key, title, COLOURS.get(key, ""))
        for key, title in zip(COLUMNS, _titles(), strict=True)
    )
    cells = [tuple(row(event, language()).values()) for event in events]
    write(Table(columns, cells, seen=range(SEEN)), form)


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
