"""Reads the first sheet of a workbook from standard input, in a process that may die of it.

It writes JSON: rows of cells, each with its kind and its text.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce
from typing import Final
from xml.etree import ElementTree

from ..errors import NotFound, Unreadable

MEMORY: Final = 1 << 30
SECONDS: Final = 45
CELLS: Final = 2_000_000


def main() -> int:
    """Read standard input, write standard output, and return an exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        return NotFound.exit_code
    try:
        data = sys.stdin.buffer.read()
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.height * sheet.width > CELLS:
            return Unreadable.exit_code
        cells = [[cell(one) for one in row] for row in sheet.to_python(skip_empty_area=False)]
        for row, column, (kind, says) in unread(data):
            put(cells, row, column, (kind, f"{sheet.name}!{says}"))
    except (CalamineError, IndexError, MemoryError, zipfile.BadZipFile, ElementTree.ParseError):
        return Unreadable.exit_code
    json.dump(cells, sys.stdout, ensure_ascii=True)
    return 0


def cell(value: object) -> tuple[str, str]:
    """Return what kind a cell is of, and its text as people would type it.

    >>> cell(3.0), cell(97.5), cell(datetime(2026, 3, 1, 14, 30)), cell(True)
    (('number', '3'), ('number', '97.5'), ('text', '01/03/2026 14:30'), ('text', 'có'))
    """
    if isinstance(value, bool):
        return "text", "có" if value else "không"
    if isinstance(value, float):
        return "number", str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return "number", str(value)
    if isinstance(value, datetime) and value.time() != value.min.time():
        return "text", f"{value:%d/%m/%Y %H:%M}" + (f":{value:%S}" if value.second else "")
    return "text", f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def put(cells: list[list[tuple[str, str]]], row: int, column: int, one: tuple[str, str]) -> None:
    """Put a cell that cannot be read at its place, which may lie outside what can be."""
    if row * column > CELLS:
        return
    cells += ([] for _ in range(row - len(cells)))
    line = cells[row - 1]
    line += (("text", "") for _ in range(column - len(line)))
    line[column - 1] = one


def unread(data: bytes) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """Yield row and column of each cell of an XLSX that its file does not say, and what it shows.

    That are formulas without a result, as programs write them that compute nothing, and errors.
    """
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = _first(book)
        if part is None:
            return
        with book.open(part) as sheet:
            for _, one in ElementTree.iterparse(sheet):
                if _tag(one) == "row":
                    one.clear()
                elif _tag(one) == "c" and (says := _shown(one)):
                    place = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", one.get("r", ""))
                    if place:
                        kind, shown = says
                        yield int(place[2]), _column(place[1]), (kind, f"{place[0]} {shown}")


def _shown(one: ElementTree.Element) -> tuple[str, str] | None:
    """Return the formula that has no result, or the error; ``None`` for what can be read."""
    parts = {_tag(part): part.text or "" for part in one}
    if one.get("t") == "e":
        return "error", parts.get("v", "")
    if "f" in parts and not parts.get("v") and one.get("t") not in ("str", "inlineStr"):
        return "formula", f"={parts['f'][:40]}"
    return None


def _first(book: zipfile.ZipFile) -> str | None:
    """Return where the first sheet lies, ``None`` in a workbook of another form."""
    try:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
        links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return None
    first = next((one for one in sheets if _tag(one) == "sheet"), None)
    own = (
        {value for name, value in first.items() if name.endswith("}id")}
        if first is not None
        else ()
    )
    path = next((link.get("Target", "") for link in links if link.get("Id") in own), "")
    path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return path if path in book.namelist() else None


def _tag(one: ElementTree.Element) -> str:
    return one.tag.rpartition("}")[2]


def _column(letters: str) -> int:
    """Return the number of a column.

    >>> _column("A"), _column("AB")
    (1, 28)
    """
    return reduce(lambda before, letter: before * 26 + ord(letter) - 64, letters, 0)


if __name__ == "__main__":
    sys.exit(main())
