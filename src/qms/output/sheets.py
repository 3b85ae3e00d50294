"""Tables for spreadsheets: CSV that opens in the office's program and computes nothing."""

from __future__ import annotations

import csv
import io
from codecs import getwriter
from collections.abc import Iterable, Sequence
from typing import IO, Final

_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("QT-11")
    ("'=1+1", 'QT-11')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


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
