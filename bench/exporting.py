"""P7: the trail as a file, beside reading its rows and beside xlsxwriter alone.

Each is done in a process of its own (``python -m bench.exporting``), which tells how long it took
and by how much its memory grew since it did the same with a thousand entries.
"""

from __future__ import annotations

import csv
import itertools
import sqlite3
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psycopg

from qms.folder import Folder
from qms.output.exports import export
from qms.questions import View

from . import grown
from .apart import Cost, cost, middle, told
from .measuring import Figure, said, smaller, times, turns
from .offices import opened

FLAT: Final = 64
"""Megabytes by which memory may grow, however many entries there are."""

ASKED: Final = 1_000_000
FEW: Final = 1_000
ROWS: Final = 1_048_575


def exporting(folder: Path, packed: Path) -> Iterator[Figure]:
    """Yield P7: each form beside what stands for its limit, and a pack of a trail with its git."""
    with grown.viewed(folder) as view:
        entries = view.trail.size
    driver = "psycopg" if Folder.at(folder).database.startswith("postgresql") else "sqlite3"
    asked = smaller(entries, ASKED, "entries")
    for form, theirs, beside, reach in (
        ("jsonl", "raw", f"reading the rows by raw {driver}", 0.3),
        ("csv", "raw", f"reading the rows by raw {driver}", None),
        ("xlsx", "cells", "xlsxwriter alone, the same cells in memory", 1.0),
    ):
        pairs = [(_measured(folder, form), _measured(folder, theirs)) for _ in turns()]
        ours, (other, *_) = (middle(costs) for costs in zip(*pairs, strict=True))
        one, rounds = ours.seconds, len(pairs)
        yield Figure(
            "P7",
            f"{entries:,} entries as .{form}",
            f"{entries / one:,.0f}/s",
            beside,
            f"{entries / other:,.0f}/s",
            times(other / one),
            f"≥ {reach:g} ×" if reach else "",
            other / one >= reach if reach else None,
            asked if reach else "",
            rounds,
        )
        yield _memory(f"{entries:,} entries as .{form}", ours, asked, rounds)
    yield from _packed(packed)


def _memory(what: str, cost: Cost, asked: str, rounds: int) -> Figure:
    work = f"memory for {what}, above that for {FEW:,}"
    told = f"{cost.grew} MB ({cost.most} MB at most)"
    reached = cost.grew < FLAT
    return Figure("P7", work, told, "", "", "", f"< {FLAT} MB", reached, asked, rounds)


def _packed(folder: Path) -> Iterator[Figure]:
    with opened(folder) as system:
        entries = system.size
    costs = [_measured(folder, "pack") for _ in turns()]
    ours, rounds = middle(costs), len(costs)
    what = f"{entries:,} entries as a pack that proves itself"
    rate = f"{entries / ours.seconds:,.0f}/s"
    yield Figure("P7", what, said(ours.seconds), "", "", rate, "", None, rounds=rounds)
    yield _memory(what, ours, smaller(entries, ASKED, "entries"), rounds)


def _measured(folder: Path, form: str) -> Cost:
    return cost("exporting", folder, form)


def _written(folder: Path, form: str, limit: int | None) -> None:
    with grown.viewed(folder) as view:
        _export(view, folder / f"told.{form}", limit)


def _export(view: View, place: Path, limit: int | None) -> None:
    place.unlink(missing_ok=True)
    export(view.trail.entries(limit=limit), place)


def _pack(folder: Path, limit: int | None) -> None:
    place = folder / "told.zip"
    place.unlink(missing_ok=True)
    with opened(folder) as system:
        until = None if limit is None else system.trail.entries(limit=limit).last(1)[0].at
        system.trail.pack(place, until=until)


def _raw(folder: Path, limit: int | None) -> None:
    address, query = Folder.at(folder).database, 'SELECT "index", data FROM entry ORDER BY "index"'
    if limit is not None:
        query += f" LIMIT {limit}"
    if not address.startswith("postgresql"):
        with sqlite3.connect(folder / "ledger.db") as file:
            deque(file.execute(query), maxlen=0)
        return
    with psycopg.connect(address.replace("+psycopg", "", 1)) as raw, raw.cursor("rows") as rows:
        rows.itersize = FEW
        deque(rows.execute(query.encode()), maxlen=0)


def _cells(folder: Path, limit: int | None) -> float:
    """Write the cells of the CSV by xlsxwriter; return the seconds of that alone."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_urls": False}
    book, took = xlsxwriter.Workbook(str(folder / "theirs.xlsx"), options), 0.0
    with (folder / "told.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = enumerate(itertools.islice(csv.reader(file, delimiter=";"), limit))
        while some := list(itertools.islice(rows, FEW)):
            begun = perf_counter()
            _put(book, some)
            took += perf_counter() - begun
    begun = perf_counter()
    book.close()
    return took + perf_counter() - begun


def _put(book: Any, rows: list[tuple[int, list[str]]]) -> None:
    for number, (index, *cells) in rows:
        sheet = book.add_worksheet() if number % ROWS == 0 else book.worksheets()[-1]
        sheet.write(number % ROWS, 0, int(index) if number else index)
        for column, cell in enumerate(cells, 1):
            sheet.write_string(number % ROWS, column, cell)


def main(place: str, form: str) -> None:
    """Do it with a few entries, then with all of them; say what that cost."""
    works: dict[str, Callable[[Path, int | None], object]]
    works = {"raw": _raw, "cells": _cells, "pack": _pack}
    work = works.get(form) or (lambda folder, limit: _written(folder, form, limit))
    work(Path(place), FEW)
    told(lambda: work(Path(place), None))


if __name__ == "__main__":
    main(*sys.argv[1:])
