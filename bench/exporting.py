"""P7: the trail as a file, beside reading its rows and beside xlsxwriter alone.

Each is done in a process of its own (``python -m bench.exporting``), which tells how long it took
and by how much its memory grew since it did the same with a thousand entries.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from qms.output.exports import export

from . import grown, offices
from .apart import Cost, cost, middle, told
from .bulk import EACH
from .measuring import OFTEN, Figure, often, once, said, times
from .offices import opened

FLAT: Final = 64
"""Megabytes by which memory may grow, however many entries there are."""

FEW: Final = 1_000
ROWS: Final = 1_048_575


def exporting(place: Path, documents: int, each: int, packed: int) -> Iterator[Figure]:
    """Yield P7: each form beside what stands for its limit."""
    folder = grown.grown(place / "grown", documents, each)
    with grown.viewed(folder) as view:
        entries = view.trail.size
    reading = "reading the rows by raw sqlite3"
    for form, beside, reach in (
        ("jsonl", reading, 0.3),
        ("csv", reading, None),
        ("xlsx", "xlsxwriter alone, the same cells", 1.0),
    ):
        theirs = "cells" if form == "xlsx" else "raw"
        rounds = OFTEN if form == "jsonl" else often(entries)
        turns = [(_measured(folder, form), _measured(folder, theirs)) for _ in range(rounds)]
        (one, grew, _), (other, *_) = (middle(costs) for costs in zip(*turns, strict=True))
        flat = grew < FLAT
        yield Figure(
            "P7",
            f"{entries:,} entries as .{form} (memory + {grew} MB){once(rounds)}",
            f"{entries / one:,.0f}/s",
            beside,
            f"{entries / other:,.0f}/s",
            times(other / one),
            f"≥ {reach:g} ×, + 64 MB" if reach else "+ 64 MB",
            flat and (reach is None or other / one >= reach),
        )
    yield _packed(place / "packed", packed)


def _packed(folder: Path, documents: int) -> Figure:
    offices.filled(folder, offices.adoptions(documents, EACH))
    with opened(folder) as system:
        entries = system.size
    rounds = often(entries)
    seconds, grew, _ = middle(_measured(folder, "pack") for _ in range(rounds))
    return Figure(
        "P7",
        f"{entries:,} entries as a pack that proves itself (memory + {grew} MB){once(rounds)}",
        said(seconds),
        "",
        "",
        f"{entries / seconds:,.0f}/s",
        "+ 64 MB",
        grew < FLAT,
    )


def _measured(folder: Path, form: str) -> Cost:
    return cost("exporting", folder, form)


def _written(folder: Path, form: str, limit: int | None) -> None:
    with grown.viewed(folder) as view:
        _export(view, folder / f"told.{form}", limit)


def _export(view, place, limit):  # type: ignore[no-untyped-def]
    place.unlink(missing_ok=True)
    export(view.trail.entries(limit=limit), place)


def _pack(folder: Path, limit: int | None) -> None:
    place = folder / "told.zip"
    place.unlink(missing_ok=True)
    with opened(folder) as system:
        few = {} if limit is None else {"until": system.trail.entries(limit=limit).last(1)[0].at}
        system.trail.pack(place, **few)


def _raw(folder: Path, limit: int | None) -> None:
    with sqlite3.connect(folder / "ledger.db") as raw:
        query = 'SELECT "index", data FROM entry ORDER BY "index" LIMIT ?'
        for _ in raw.execute(query, (-1 if limit is None else limit,)):
            pass


def _cells(folder: Path, limit: int | None) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_urls": False}
    with (
        (folder / "told.csv").open(encoding="utf-8-sig", newline="") as file,
        xlsxwriter.Workbook(str(folder / "theirs.xlsx"), options) as book,
    ):
        sheet = book.add_worksheet()
        for number, (index, *cells) in enumerate(csv.reader(file, delimiter=";")):
            if number == limit:
                break
            if number and number % ROWS == 0:
                sheet = book.add_worksheet()
            sheet.write(number % ROWS, 0, int(index) if number else index)
            for column, cell in enumerate(cells, 1):
                sheet.write_string(number % ROWS, column, cell)


def main(place: str, form: str) -> None:
    """Do it with a few entries, then with all of them; say what that cost."""
    works: dict[str, Callable[[Path, int | None], None]]
    works = {"raw": _raw, "cells": _cells, "pack": _pack}
    work = works.get(form) or (lambda folder, limit: _written(folder, form, limit))
    work(Path(place), FEW)
    told(lambda: work(Path(place), None))


if __name__ == "__main__":
    main(*sys.argv[1:])
