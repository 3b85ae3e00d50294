"""Tables for spreadsheets: CSV that opens in the office's program and computes nothing."""

from __future__ import annotations

import csv
import io
import re
from codecs import getwriter
from collections.abc import Iterable, Sequence
from typing import IO, Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that is computed, or that is taken for one that was guarded."""

_PARTING: Final = re.compile(r'^$|^"|[;\n]')
"""What a text has that is not read as one of several unless it stands in quotes."""


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("QT-11")
    ("'=1+1", "''=1+1", 'QT-11')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def several(texts: Iterable[str], apart: str = "") -> str:
    """Return one cell for several texts; one that has what keeps them apart stands in quotes.

    ``apart`` says which other letters do.

    >>> print(several(["Đơn; ảnh", "Bản sao, 2 tờ"]))
    "Đơn; ảnh"; Bản sao, 2 tờ
    """
    return "; ".join(_quoted(text, apart) for text in texts)


def _quoted(text: str, apart: str) -> str:
    if not _PARTING.search(text) and not set(text) & set(apart):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def csv_bytes(rows: Iterable[Sequence[str]], separator: str = ";") -> bytes:
    """Return rows as CSV: UTF-8 with a byte order mark, CRLF, every cell guarded."""
    file = io.BytesIO()
    write_csv(rows, file, separator)
    return file.getvalue()


def write_csv(rows: Iterable[Sequence[str]], file: IO[bytes], separator: str = ";") -> None:
    """Write rows as ``csv_bytes`` returns them, one after the other."""
    # A wrapper of io would close the file where writing fails, and with it standard output.
    text = getwriter("utf-8-sig")(file)
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
