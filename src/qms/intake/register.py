"""The register of old revisions: ``lich-su.csv`` or ``.xlsx``, and the files that it names.

One line is one revision. Columns, by their Vietnamese headings in any order, with or without
accents; what is not in the list is left alone:

    mã số · tên · loại · đơn vị · vị trí · lần ban hành · lần sửa đổi · ngày ban hành ·
    ngày hiệu lực · số quyết định · tệp · nội dung sửa đổi · soạn thảo · soát xét · phê duyệt ·
    nguồn · ghi chú · ngày bãi bỏ

Days are ``dd/mm/yyyy`` or ``yyyy-mm-dd``. Name, type, unit and post may be left blank where
another line of the document says them. A line with the number and the bytes of the one before
it, but another name, renames the document. A line with ``ngày bãi bỏ`` removes it from that
day; with nothing else in it but the code, it does only that. The file is a sheet as ``sheets``
reads it.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from ..changes import Change
from ..errors import NotFound, QMSError, Refused
from ..registers.documents import AdoptDocument, AdoptRemoval, AdoptRevision, Rename
from ..registers.documents.content import fold
from ..values import Content, key
from .files import File, NotUTF8, suffix
from .proposals import Passed, Proposal, Remark
from .sheets import (
    BadNumber,
    Blank,
    BrokenLine,
    NoColumn,
    NotASheet,
    NoWorkbooks,
    RepeatedColumn,
    Row,
    Unread,
    day,
    rows,
)

NAME: Final = "lich-su.csv"
NAMES: Final = (NAME, "lich-su.xlsx")
"""What it may be called; the first that is there."""

COLUMNS: Final = {
    "code": "mã số",
    "title": "tên",
    "type": "loại",
    "unit": "đơn vị",
    "owner": "vị trí",
    "issue": "lần ban hành",
    "amendment": "lần sửa đổi",
    "issued": "ngày ban hành",
    "effective": "ngày hiệu lực",
    "decision": "số quyết định",
    "file": "tệp",
    "summary": "nội dung sửa đổi",
    "drafted_by": "soạn thảo",
    "reviewed_by": "soát xét",
    "approved_by": "phê duyệt",
    "source": "nguồn",
    "note": "ghi chú",
    "removed": "ngày bãi bỏ",
}
"""What each column tells, and its heading."""

_NEEDED: Final = ("code", "title", "type", "unit", "owner", "issue", "issued", "file")
_TEXTS: Final = ("decision", "summary", "drafted_by", "reviewed_by", "approved_by", "note")


class NoRegister(NotFound):
    """There is no register lich-su.csv or lich-su.xlsx in this folder; name the sheet so."""

    vi = "Thư mục không có sổ lich-su.csv hoặc lich-su.xlsx; hãy đặt tên bảng tính như vậy."


class OutsidePath(Refused):
    """A file of the register lies inside its folder."""

    vi = "Tệp nêu trong sổ phải nằm trong thư mục của sổ."


class NoFile(NotFound):
    """The file that this line names is not in the folder, or could not be read."""

    vi = "Tệp nêu ở dòng này không có trong thư mục hoặc không đọc được."


class SaidTwice(Refused):
    """This line says what another line has said."""

    vi = "Dòng này lặp lại dòng khác."


class Unlisted(Passed):
    """No line of the register names this file."""

    vi = "Không dòng nào trong sổ nêu tệp này."


class Line(NamedTuple):
    """One line of the register as it was typed: each cell by what it tells."""

    path: str
    number: int
    cells: Mapping[str, str]

    @property
    def removes_only(self) -> bool:
        """Tell whether the line says nothing but that its document was removed."""
        told = (self.cells[name] for name in ("issue", "issued", "file"))
        return bool(self.cells["removed"]) and not any(told)

    @property
    def where(self) -> str:
        """Return the words for where it stands."""
        return f"{self.path}, dòng {self.number}"

    def remark(self, error: QMSError, field: str = "") -> Remark:
        """Return why this line is not taken."""
        return Remark(self.path, error, self.number, COLUMNS.get(field, field), self.cells["code"])


class Told(NamedTuple):
    """What one line tells: a revision (empty where there is none), a removal, or both."""

    line: Line
    revision: Mapping[str, Any]
    removed: date | None

    @property
    def place(self) -> tuple[date, int, int, int]:
        """Return where this stands in the history of its document."""
        days = (self.revision.get("effective"), self.revision.get("issued"), self.removed)
        return next(filter(None, days)), *self.numbered, self.line.number

    @property
    def numbered(self) -> tuple[int, int]:
        """Return the number, (issue, amendment); a removal comes after all of its day."""
        if not self.revision:
            return sys.maxsize, 0
        return self.revision["issue"], self.revision["amendment"]

    def proposal(self, change: type[Change[Any]], **fields: object) -> Proposal:
        """Return a change that this line asks for."""
        code = self.line.cells["code"]
        return Proposal(self.line.path, change, {"code": code, **fields}, self.line.number)


def histories(found: Iterable[File]) -> tuple[list[list[Proposal]], list[Remark]]:
    """Return the history of each document that a register tells, and a remark on all else."""
    brought = {file.path: file for file in found}
    sheet = next((brought.pop(name) for name in NAMES if name in brought), None)
    if sheet is None:
        return [], [Remark(NAME, NoRegister())]
    lines, remarks = _lines(sheet)
    documents: dict[str, list[Told]] = {}
    for line in lines:
        told, wrong = _told(line, brought)
        remarks += wrong
        if told is not None:
            documents.setdefault(key(line.cells["code"]), []).append(told)
    named = {_path(line.cells["file"]) for line in lines}
    remarks += [Remark(path, Unlisted()) for path in brought if path not in named]
    return [_history(sorted(of, key=_place), remarks) for of in documents.values()], remarks


def worded(remark: Remark) -> Remark:
    """Return a remark on a line with the heading of its column."""
    field = {"text": "file", "day": "removed"}.get(remark.field, remark.field)
    return remark._replace(field=COLUMNS.get(field, field))


def _lines(sheet: File) -> tuple[list[Line], list[Remark]]:
    try:
        found = list(rows(sheet))
    except NotUTF8 as error:
        return [], [Remark(sheet.path, error, error.line)]
    except (NotASheet, NoWorkbooks) as error:
        return [], [Remark(sheet.path, error)]
    broken = [row for row in found if isinstance(row, Remark)]
    heading, *below = [row for row in found if isinstance(row, Row)] or [Row(1, [])]
    columns, wrong = _columns(heading.cells)
    if wrong:
        return [], [*broken, *(Remark(sheet.path, error, heading.number) for error in wrong)]
    fit = [row for row in below if len(row.cells) <= len(columns)]
    wide = (row for row in below if len(row.cells) > len(columns))
    broken += (Remark(sheet.path, BrokenLine(), row.number) for row in wide)
    return [_line(sheet.path, row, columns) for row in fit], broken


def _line(path: str, row: Row, columns: Sequence[str]) -> Line:
    """Return a line, each cell under what its column tells."""
    cells = (cell if isinstance(cell, Unread) else cell.strip() for cell in row.cells)
    told = dict(zip(columns, cells, strict=False))
    return Line(path, row.number, {field: told.get(field, "") for field in COLUMNS})


def _columns(heading: list[str]) -> tuple[list[str], list[QMSError]]:
    known = {fold(title): field for field, title in COLUMNS.items()}
    columns = [known.get(fold(cell), "") for cell in heading]
    wrong: list[QMSError] = [NoColumn(COLUMNS[field]) for field in _NEEDED if field not in columns]
    twice = [RepeatedColumn(COLUMNS[field]) for field in COLUMNS if columns.count(field) > 1]
    return columns, [*wrong, *twice]


def _told(line: Line, brought: Mapping[str, File]) -> tuple[Told | None, list[Remark]]:
    """Return what a line tells, or a remark on each cell that is wrong."""
    needed = ("code",) if line.removes_only else ("code", "issue", "issued", "file")
    remarks = [line.remark(Blank(), field) for field in needed if not line.cells[field]]
    unread = {field: cell for field, cell in line.cells.items() if isinstance(cell, Unread)}
    remarks += [line.remark(cell.why(cell), field) for field, cell in unread.items()]
    read: dict[str, Any] = {}
    for field, reader in _READERS.items():
        try:
            if line.cells[field] and field not in unread:
                read[field] = reader(line.cells[field], brought)
        except QMSError as error:
            remarks.append(line.remark(error, field))
    if remarks:
        return None, remarks
    removed = read.pop("removed", None)
    return Told(line, {} if line.removes_only else _revision(line, read), removed), []


def _revision(line: Line, read: dict[str, Any]) -> dict[str, Any]:
    cells = line.cells
    source = cells["source"] or line.where
    texts = {name: cells[name] for name in _TEXTS}
    text = {"text": read.pop("file"), "source": f"{source} ({_path(cells['file'])})"}
    return {"amendment": 0, **read, **texts, **text}


def _history(lines: list[Told], remarks: list[Remark]) -> list[Proposal]:
    """Return what adopts one document, then its events; note the lines that tell nothing new."""
    titles = [told.line.cells["title"] for told in lines]
    title = next(filter(None, titles), "")
    opening = lines[0].proposal(AdoptDocument, title=title, suffix=_suffix(lines), **_facts(lines))
    events: list[Proposal] = []
    before: Told | None = None
    for told, said in zip(lines, titles, strict=True):
        renamed = said not in ("", title)
        if renamed:
            title = said
            events.append(told.proposal(Rename, title=title, reason=told.line.where))
        if told.revision and before and _same(told, before):
            remarks += [] if renamed or told.removed else [told.line.remark(SaidTwice())]
        elif told.revision:
            events.append(told.proposal(AdoptRevision, **told.revision))
            before = told
        if told.removed:
            events.append(told.proposal(AdoptRemoval, day=told.removed, source=told.line.where))
    return [opening, *events]


def _facts(lines: Sequence[Told]) -> dict[str, str]:
    """Return type, unit and post as the last line that names them says."""
    said = {name: [told.line.cells[name] for told in lines] for name in ("type", "unit", "owner")}
    return {name: next(filter(None, reversed(cells)), "") for name, cells in said.items()}


def _suffix(lines: Sequence[Told]) -> str:
    paths = [path for told in lines if (path := _path(told.line.cells["file"]))]
    return suffix(paths[-1]) if paths else "md"


def _same(told: Told, before: Told) -> bool:
    same_text: bool = told.revision["text"] == before.revision["text"]
    return same_text and told.numbered == before.numbered


def _place(told: Told) -> tuple[date, int, int, int]:
    return told.place


def _number(text: str, _: object) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise BadNumber(text[:40])
    return int(text)


def _day(text: str, _: object) -> date:
    return day(text)


def _path(text: str) -> str:
    return str(PurePosixPath(unicodedata.normalize("NFC", text).replace("\\", "/"))) if text else ""


def _content(text: str, brought: Mapping[str, File]) -> Content:
    path = _path(text)
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        raise OutsidePath(path[:200])
    if path not in brought:
        raise NoFile(path[:200])
    return Content.of(brought[path].data)


_READERS: Final[Mapping[str, Callable[[str, Mapping[str, File]], Any]]] = {
    "issue": _number,
    "amendment": _number,
    "issued": _day,
    "effective": _day,
    "removed": _day,
    "file": _content,
}
