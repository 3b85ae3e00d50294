"""Sheets that people keep, row by row: CSV as text, workbooks through a child that may die.

A CSV is UTF-8, separated by ``;``, ``,`` or tabs, with or without a byte order mark. Of a
workbook (XLSX; XLS and ODS, too) the first sheet is read. What a file is, its first bytes say:
people rename them. A few thousand bytes of it can stand for more cells than any
memory holds, so that a child with little memory and time reads it (``workbook``).
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final, NamedTuple

from ..errors import NotFound, Refused, Unreadable
from .files import File, decoded, suffix
from .proposals import Remark

PATIENCE: Final = 60
"""Seconds within which a workbook is read."""

_BOOKS: Final = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
"""How XLSX and ODS begin, and how XLS does."""

_MARKS: Final = (b";", b",", b"\t")

_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that was written so that no spreadsheet computes it."""


class NoColumn(Unreadable):
    """The register lacks this column."""

    vi = "Sổ thiếu cột này."


class RepeatedColumn(Unreadable):
    """The register has this column twice."""

    vi = "Sổ có cột này hai lần."


class BrokenLine(Unreadable):
    """This line has more cells than there are columns, or its quotes do not close."""

    vi = "Dòng có nhiều ô hơn số cột, hoặc dấu ngoặc kép không khép."


class NotASheet(Unreadable):
    """This is no CSV and no workbook (XLSX, XLS, ODS), or one that cannot be read here."""

    vi = "Tệp không phải bảng tính CSV, XLSX, XLS hoặc ODS, hoặc không đọc được."


class NoWorkbooks(NotFound):
    """To read XLSX, the extra office is needed: pip install '.[office]', in the source of qms."""

    vi = (
        "Muốn đọc XLSX phải cài phần mở rộng office (trong thư mục mã nguồn của qms: "
        "pip install '.[office]'); hoặc lưu bảng dưới dạng CSV UTF-8."
    )


class NoResult(Unreadable):
    """The file lacks the result of this formula; open it in a spreadsheet program and save it."""

    vi = "Tệp không có kết quả của công thức này; hãy mở bằng phần mềm bảng tính rồi lưu lại."


class ShowsError(Unreadable):
    """This cell shows an error of the spreadsheet."""

    vi = "Ô này đang báo lỗi của bảng tính."


class Blank(Refused):
    """This cell must not be blank."""

    vi = "Ô này không được để trống."


class BadNumber(Unreadable):
    """This is not a whole number."""

    vi = "Đây không phải số nguyên."


class BadDay(Unreadable):
    """This is not a day of the form dd/mm/yyyy or yyyy-mm-dd."""

    vi = "Ngày không đúng dạng dd/mm/yyyy hoặc yyyy-mm-dd."


class Number(str):
    """A cell that a workbook holds as a number, so that noughts at its end are lost."""


class Unread(str):
    """A cell whose value its file does not say: sheet, place, and what stands there instead."""

    why: ClassVar[type[Unreadable]]


class Uncomputed(Unread):
    """A formula without a result."""

    why = NoResult


class Faulty(Unread):
    """An error of the spreadsheet."""

    why = ShowsError


class Row(NamedTuple):
    """One line as the file has it."""

    number: int
    cells: list[str]


def rows(file: File) -> Iterator[Row | Remark]:
    """Yield the lines of a sheet that are not blank, and a remark on each that is broken.

    Raise ``NotUTF8`` or ``NotASheet`` where the file is none, ``NoWorkbooks`` for an XLSX that
    nothing here reads.
    """
    if file.data.startswith(_BOOKS):
        yield from _of_workbook(file)
    elif suffix(file.path) in ("csv", "txt", "tsv") or _separated(file):
        yield from texts(file)
    else:
        raise NotASheet(file.path)


def day(text: str) -> date:
    """Return a day, whatever hour is said with it, or raise ``BadDay``.

    >>> day("1/3/2026") == day("2026-03-01") == day("01/03/2026 14:30") == date(2026, 3, 1)
    True
    """
    hour = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + hour, text)
    usual = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + hour, text)
    found = iso.groups() if iso else usual.groups()[::-1] if usual else ()
    try:
        year, month, number = map(int, found)
        return date(year, month, number)
    except ValueError:
        raise BadDay(text[:40]) from None


def parted(text: str, marks: str = ";\n") -> list[str]:
    """Return the texts of a cell that holds several, kept apart by any of these marks.

    One that has a mark of its own stands in quotes; a quote within those is written twice.

    >>> parted('"Đơn; ảnh"; Bản sao "đỏ", 2 tờ')
    ['Đơn; ảnh', 'Bản sao "đỏ", 2 tờ']
    """
    part = rf'\s*+(?:"((?:[^"]|"")*+)"\s*+|([^{marks}]*+))(?:[{marks}]|\Z)'
    found = (match.groups() for match in re.finditer(part, text))
    return [
        plain.strip() if quoted is None else quoted.replace('""', '"')
        for quoted, plain in found
        if quoted is not None or plain.strip()
    ]


def _separated(file: File) -> bool:
    """Tell whether a file that is named like a workbook is a CSV by what it holds."""
    named = suffix(file.path) in ("xlsx", "xlsm", "xls", "ods")
    heading = file.data.partition(b"\n")[0]
    return (
        named and heading[:1] != b"<" and b"\0" not in heading and any(map(heading.count, _MARKS))
    )


def texts(file: File) -> Iterator[Row | Remark]:
    """Yield the lines of a CSV, as ``rows`` does, or raise ``NotUTF8``."""
    text = decoded(file).removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    delimiter = max(";,\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Remark(file.path, BrokenLine(), number)
        else:
            yield from _row(number, cells)


def _of_workbook(file: File) -> Iterator[Row | Remark]:
    read = [sys.executable, "-I", "-m", "qms.intake.workbook"]
    try:
        done = subprocess.run(read, input=file.data, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise NotASheet(file.path) from None
    if done.returncode == NoWorkbooks.exit_code:
        raise NoWorkbooks(file.path)
    if done.returncode:
        raise NotASheet(file.path)
    for number, cells in enumerate(json.loads(done.stdout), 1):
        yield from _row(number, [_KINDS[kind](text) for kind, text in cells])


_KINDS: Final[dict[str, type[str]]] = {
    "text": str,
    "number": Number,
    "formula": Uncomputed,
    "error": Faulty,
}


def _row(number: int, cells: list[str]) -> Iterator[Row]:
    while cells and not cells[-1].strip():  # sheets often end lines with empty cells
        cells.pop()
    if cells:
        yield Row(number, [cell[1:] if _GUARDED.match(cell) else cell for cell in cells])
