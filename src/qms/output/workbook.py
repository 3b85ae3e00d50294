"""Workbooks (Office Open XML, ECMA-376), row after row: texts as texts, days as days.

No cell is ever a formula, and nothing is held in memory but the row that is being written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell: TypeAlias = int | str | date

ROWS: Final = 1_048_575
"""Rows below the headings that one sheet has room for."""

LONGEST: Final = 32_767
"""Letters that one cell has room for."""

_TOGETHER: Final = 200
"""Rows that are given to the file at once."""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no place for (XML 1.0, 2.2)."""

_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a reader would take for a letter written as its number (ECMA-376-1, 22.9.2.19)."""

_ZEROTH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 (a wall clock has no zone)
"""The day from which workbooks count."""

_MARKED: Final = re.compile("[&<>\r]|_x|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)
_TOP: Final = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)


def write_xlsx(titles: Sequence[str], rows: Iterable[Sequence[Cell]], file: IO[bytes]) -> None:
    """Write rows below their headings, on as many sheets as it takes; what is too long is cut."""
    with ZipFile(file, "w") as book:
        rest, sheets = iter(rows), 1
        _sheet(book, sheets, titles, islice(rest, ROWS))
        for first in rest:
            sheets += 1
            _sheet(book, sheets, titles, chain([first], islice(rest, ROWS - 1)))
        for name, text in _around(sheets):
            with book.open(_member(name), "w") as part:
                part.write((_XML + text).encode())


def _sheet(
    book: ZipFile, number: int, titles: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    letters = [chr(65 + column) for column in range(len(titles))]
    width = f'<cols><col min="2" max="{len(titles)}" width="24" customWidth="1"/></cols>'
    with book.open(_member(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as part:
        head = _row(1, letters, titles, ' s="1"')
        part.write(f'{_XML}<worksheet xmlns="{_MAIN}">{_TOP}{width}<sheetData>{head}'.encode())
        numbered = enumerate(rows, 2)
        while some := [_row(at, letters, cells) for at, cells in islice(numbered, _TOGETHER)]:
            part.write("".join(some).encode())
        part.write(b"</sheetData></worksheet>")


def _row(number: int, letters: Sequence[str], cells: Sequence[Cell], style: str = "") -> str:
    said = []
    for letter, cell in zip(letters, cells, strict=True):
        if isinstance(cell, date):
            form = 3 if isinstance(cell, datetime) else 2
            said.append(f'<c r="{letter}{number}" s="{form}"><v>{_serial(cell)}</v></c>')
        elif isinstance(cell, int):
            said.append(f'<c r="{letter}{number}"{style}><v>{cell}</v></c>')
        else:
            place = f'<c r="{letter}{number}"{style} t="inlineStr"><is>'
            said.append(f'{place}<t xml:space="preserve">{_text(cell)}</t></is></c>')
    return f'<row r="{number}">{"".join(said)}</row>'


def _serial(day: date) -> str:
    """Return a day or a moment, by the clock on its wall, in days (ECMA-376-1, 18.17.4.1)."""
    at = day if isinstance(day, datetime) else datetime.combine(day, time())
    since = (at.replace(tzinfo=None) - _ZEROTH) // timedelta(microseconds=1)
    return f"{Decimal(since) / 86_400_000_000:.11f}"


def _text(text: str) -> str:
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    if not _MARKED.search(text):
        return text
    text = _ILLEGAL.sub("\ufffd", _ESCAPED.sub("_x005F_", text)).replace("\r", "_x000D_")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _around(sheets: int) -> Iterable[tuple[str, str]]:
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        )
    )
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    targets = ((f"worksheets/sheet{n}.xml", "worksheet") for n in numbers)
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{types}</Types>"
        ),
    )
    yield "_rels/.rels", _relations([("xl/workbook.xml", "officeDocument")])
    yield (
        "xl/workbook.xml",
        (f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'),
    )
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles.xml", "styles")])
    yield "xl/styles.xml", _STYLES


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)  # of 1980: the same rows make the same bytes
    member.compress_type = ZIP_DEFLATED
    return member
