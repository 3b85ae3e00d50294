"""Reads the first sheet of an XLSX from standard input, in a process that may die of it.

It writes JSON: rows of cells, each with whether it is a number, and its text.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Final

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
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheet = book.get_sheet_by_index(0)
        if sheet.height * sheet.width > CELLS:
            return Unreadable.exit_code
        found = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, MemoryError):
        return Unreadable.exit_code
    json.dump([[cell(one) for one in row] for row in found], sys.stdout, ensure_ascii=True)
    return 0


def cell(value: object) -> tuple[bool, str]:
    """Return whether a cell is a number, and its text as people would type it.

    >>> cell(3.0), cell(97.5), cell(date(2026, 3, 1)), cell(True)
    ((True, '3'), (True, '97.5'), (False, '01/03/2026'), (False, 'có'))
    """
    if isinstance(value, bool):
        return False, "có" if value else "không"
    if isinstance(value, float):
        return True, str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return True, str(value)
    if isinstance(value, datetime):
        return False, f"{value:%d/%m/%Y}" if value.time() == value.min.time() else str(value)
    return False, f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


if __name__ == "__main__":
    sys.exit(main())
