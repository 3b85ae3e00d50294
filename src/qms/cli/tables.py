"""Tables: for the eye, as CSV for a spreadsheet, as JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from gettext import gettext as _
from gettext import ngettext
from importlib.util import find_spec
from itertools import compress
from shutil import get_terminal_size
from typing import Any, Final, NamedTuple, TypeVar

import click

from ..output.sheets import csv_bytes, several
from .failures import line
from .figures import BAD, GOOD, Bar, Called, Counted, Month, Reached
from .language import language
from .session import colourless
from .wording import shown

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


STYLES: Final = {GOOD: "green", BAD: "red"}
"""How a cell looks that begins with a mark."""

FITTED: Final = 500
"""Rows that are fitted to a terminal; to fit thousands takes seconds."""


class Column(NamedTuple):
    """A column: its name for programs, and for people; how it is drawn on a terminal.

    One without a name for programs is for the eye alone.
    """

    key: str
    title: str
    style: str = ""


DRAWN: Final = Column("", "")
"""The column of bars."""


class Table(NamedTuple):
    """Rows of values, and what each column holds; the eye is shown some of the columns.

    ``told`` says whether it is told how many it is not shown.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[object, ...]]
    seen: Sequence[int] | None = None
    told: bool = False

    @property
    def shown(self) -> Table:
        """Return what the eye is shown of it."""
        if self.seen is None:
            return self
        rows = [tuple(row[at] for at in self.seen) for row in self.rows]
        return Table(tuple(self.columns[at] for at in self.seen), rows)


def machine_readable(command: Decorated) -> Decorated:
    """Give a command the options ``--csv`` and ``--json``."""
    as_json = click.option("--json", "form", flag_value="json", help="As JSON, for a program.")
    as_csv = click.option("--csv", "form", flag_value="csv", help="As CSV, for a spreadsheet.")
    return as_csv(as_json(command))


def write(table: Table, form: str | None = None) -> None:
    """Write a table to standard output, in the form asked for."""
    if form == "csv":
        click.echo(as_csv(table), nl=False)
    elif form == "json":
        click.echo(as_json(table))
    elif not table.rows:
        click.echo(_("Nothing here."))
    else:
        display(table.shown)
        _left(table)


def _left(table: Table) -> None:
    """Say below a table how many columns the eye was not shown."""
    left = len(table.columns) - len(table.shown.columns)
    if table.told and left:
        says = ngettext("{left} more column: --csv", "{left} more columns: --csv", left)
        click.secho(says.format(left=left), dim=True, err=True)


def display(table: Table) -> None:
    """Write a table for the eye: fitted to a terminal, in plain columns to anything else."""
    spoken = language()
    titles = [column.title for column in table.columns]
    cells = [[_seen(cell, spoken) for cell in row] for row in table.rows]
    seen = sys.stdout.isatty() and not colourless() and len(cells) <= FITTED
    if sys.stdout.isatty() and get_terminal_size().columns < _least(titles, cells):
        click.echo(_stacked(titles, cells))
    elif seen and find_spec("rich"):
        _draw(table.columns, cells)
    else:
        click.echo(_aligned(titles, cells))


def as_csv(table: Table) -> bytes:
    """Return a table as CSV: UTF-8 with its mark, semicolons, days in ISO form."""
    spoken = language()
    columns, rows = _kept(table)
    titles = [column.title for column in columns]
    return csv_bytes([titles, *([_plain(cell, spoken) for cell in row] for row in rows)])


def as_json(table: Table) -> str:
    """Return a table as JSON: a list of objects."""
    columns, rows = _kept(table)
    keys = [column.key for column in columns]
    said = [dict(zip(keys, row, strict=True)) for row in rows]
    return json.dumps(said, ensure_ascii=False, indent=2, default=str)


def _kept(table: Table) -> tuple[list[Column], Iterator[list[object]]]:
    """Return the columns that are not for the eye alone, and the rows of these."""
    named = [bool(column.key) for column in table.columns]
    rows = (list(compress(row, named)) for row in table.rows)
    return list(compress(table.columns, named)), rows


def _plain(cell: object, spoken: str) -> str:
    if isinstance(cell, Counted):
        return cell.number
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, tuple):
        named = any(isinstance(part, Called) for part in cell)
        return several((shown(part, spoken) for part in cell), "," if named else "")
    return cell.isoformat() if isinstance(cell, date) else shown(cell, spoken)


def _seen(cell: object, spoken: str) -> str:
    if isinstance(cell, Bar | Month | Reached):
        return cell.drawn
    return line(shown(cell, spoken)) or "–"


def _least(titles: list[str], cells: list[list[str]]) -> int:
    """Return how broad a table is at the least that breaks no word, so no code and no day."""
    columns = zip(titles, zip(*cells, strict=True), strict=True)
    parts = (
        (title, *own) if _whole(own) else " ".join((title, *own)).split() for title, own in columns
    )
    return sum(max(map(len, own)) for own in parts) + 2 * (len(titles) - 1)


def _whole(cells: Iterable[str]) -> bool:
    """Return whether a column holds codes, days, numbers: it is not folded, nor is its title."""
    return not any(" " in cell for cell in cells)


def _stacked(titles: list[str], cells: list[list[str]]) -> str:
    """Return rows one below the other, for a narrow screen: each value behind its title."""
    return "\n\n".join(
        "\n  ".join((row[0], *map(": ".join, zip(titles[1:], row[1:], strict=True))))
        for row in cells
    )


def _aligned(titles: list[str], cells: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    rule = ["─" * width for width in widths]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, rule, *cells)
    )


def _draw(columns: tuple[Column, ...], cells: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column, own in zip(columns, zip(*cells, strict=True), strict=True):
        drawn.add_column(column.title, overflow="fold", style=column.style, no_wrap=_whole(own))
    for row in cells:
        drawn.add_row(*(Text(cell, STYLES.get(cell[:1], "")) for cell in row))
    Console().print(drawn)
