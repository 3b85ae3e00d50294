"""The trail as a file for somebody's own tools, written as it is read: memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from ..changes import HERE
from ..errors import NotFound, Refused
from ..events import Entries, Event
from ..storage.fresh import fresh
from ..values import canonical
from .sheets import write_csv

COLUMNS: Final = (
    "index",
    "at",
    "who",
    "what",
    "code",
    "kind",
    "item",
    "actor",
    "post",
    "hand",
    "change",
    "digest",
)
"""What a row has; ``digest`` is the leaf hash, ``at`` is in Viet Nam's time."""

ROWS: Final = 1_048_575
"""Rows below the headings that one sheet of a workbook has room for."""

LONGEST: Final = 32_767
"""Letters that one cell of a workbook has room for."""

Cells: TypeAlias = tuple[int | str, ...]


class OtherForm(Refused):
    """The trail is written as .jsonl, .csv or .xlsx."""

    vi = "Nhật ký được xuất ra tệp .jsonl, .csv hoặc .xlsx."


class NoOffice(NotFound):
    """A workbook needs the extra `office`: pip install qms[office]."""

    vi = "Xuất bảng tính cần phần mở rộng `office`: pip install qms[office]."


def export(
    entries: Entries, path: str | Path, *, language: str = "vi", titles: Sequence[str] = COLUMNS
) -> None:
    """Write entries to a new file whose name says the form; what fails leaves no file behind.

    JSON Lines are the canonical bytes: each line is a leaf of the tree. The others have a row
    for each entry, in which nothing is a formula.
    """
    place = Path(path)
    form = _FORMS.get(place.suffix.lower())
    if form is None:
        raise OtherForm(place.name)
    with fresh(place) as file:
        form(entries, file, language, titles)


def row(event: Event, language: str) -> Mapping[str, Any]:
    """Return what a row says of an event, by column."""
    title, entry = event.title, event.entry
    return {
        "index": event.index,
        "at": event.at,
        "who": event.who(language),
        "what": title.vi if language == "vi" else title.en,
        "code": event.code,
        "kind": event.kind,
        "item": event.item,
        "actor": entry.actor.id,
        "post": entry.actor.post,
        "hand": entry.actor.kind.value,
        "change": entry.change,
        "digest": event.digest,
    }


def as_jsonl(entries: Entries, file: IO[bytes], *_: object) -> None:
    """Write the canonical bytes of each entry on a line of its own."""
    file.writelines(line + b"\n" for line in entries.lines())


def as_csv(entries: Entries, file: IO[bytes], language: str, titles: Sequence[str]) -> None:
    """Write a row for each entry as CSV, every cell guarded."""
    rows = (tuple(map(str, cells)) for cells in _rows(entries, language))
    write_csv(chain([titles], rows), file)


def as_xlsx(entries: Entries, file: IO[bytes], language: str, titles: Sequence[str]) -> None:
    """Write a row for each entry as a workbook: texts as texts, on as many sheets as it takes."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise NoOffice() from None
    with Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
        rows = _rows(entries, language)
        for first in rows:
            _sheet(book, titles, chain([first], islice(rows, ROWS - 1)))
        if not book.worksheets():
            _sheet(book, titles, iter(()))


_FORMS: Final[Mapping[str, Callable[[Entries, IO[bytes], str, Sequence[str]], None]]] = {
    ".jsonl": as_jsonl,
    ".csv": as_csv,
    ".xlsx": as_xlsx,
}


def _rows(entries: Entries, language: str) -> Iterator[Cells]:
    for event in entries.briefly():
        yield tuple(map(_cell, row(event, language).values()))


def _cell(value: object) -> int | str:
    if isinstance(value, datetime):
        return value.astimezone(HERE).isoformat(" ", "microseconds")
    if isinstance(value, dict):
        return canonical(value).decode()
    return value if isinstance(value, int) else str(value)


def _sheet(book: Any, titles: Sequence[str], rows: Iterator[Cells]) -> None:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(1, len(titles) - 1, 24)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for number, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, _cut(cell))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
