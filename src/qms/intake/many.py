"""Many at once from a sheet: each line one change, or one row of a list that a change takes.

Headings are the Vietnamese titles of the fields, in any order, with or without accents; rows
above the headings are passed over, columns that no field has are mentioned. A number that is
kept in parts (thousandths, half days) is written in whole units (``97,5``); under the full
title, brackets and all, it is written as it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from ..changes import Actor, Change, NotWellFormed
from ..errors import QMSError, Refused
from ..questions import View
from ..registers.documents.content import fold
from .cells import Column, columns
from .files import File, NotUTF8
from .naming import Names
from .proposals import Import, Passed, Proposal, Remark, judged, presently
from .sheets import Blank, BrokenLine, NoColumn, RepeatedColumn, Row, rows

ABOVE: Final = 20
"""Rows within which the headings stand: above them sheets have titles of their own."""


class UnknownColumn(Passed):
    """Nothing here has such a heading; the column is passed over."""

    vi = "Ở đây không có mục nào mang tên như vậy; cột được bỏ qua."


class NothingListed(Refused):
    """The sheet has no line below its headings."""

    vi = "Bảng không có dòng nào dưới hàng tiêu đề."


class Line(NamedTuple):
    """One line of a sheet: its number, and what its cells say of each field."""

    number: int
    fields: dict[str, Any]


class Sheet(NamedTuple):
    """What a sheet says: its lines, and a remark on all that could not be read."""

    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]


def read(
    file: File,
    model: type[BaseModel],
    given: Mapping[str, str] | None = None,
    listed: Mapping[str, str] | None = None,
) -> Sheet:
    """Return what a sheet says of the fields of a model; ``given`` says what all lines share.

    ``listed`` has further headings, letter by letter, and their fields: those of a list.
    Raise ``NotASheet``, ``NotUTF8`` or ``NoWorkbooks`` where the file is none that can be read.
    """
    try:
        found = list(rows(file))
    except NotUTF8 as error:
        raise NotUTF8(f"{file.path}:{error.line}, {error.about}") from error
    broken = [row for row in found if isinstance(row, Remark)]
    known, shared = _headings(model), dict(given or {})
    heads = {*known, *map(fold, listed or ())}
    heading, *below = _below([row for row in found if isinstance(row, Row)], heads)
    at = _at(heading.cells, known, {cell.field: cell for cell in columns(model)}, listed or {})
    wrong = list(_headed(file.path, heading, at, model, shared))
    if any(one.fault for one in wrong):
        return Sheet((), (*broken, *wrong))
    if not below:
        wrong.append(Remark(file.path, NothingListed(), heading.number))
    return _read(file.path, below, at, wrong + broken, shared=_shared(model, shared))


def made(file: File, model: type[BaseModel]) -> tuple[list[BaseModel], list[Remark]]:
    """Return the values that a sheet lists, one a line, and remarks on all that are none.

    Raise what ``read`` does.
    """
    sheet = read(file, model)
    remarks, values = list(sheet.remarks), list[BaseModel]()
    for line in sheet.lines:
        try:
            values.append(model(**line.fields))
        except QMSError as error:
            remarks += _titled(Remark(file.path, error, line.number), model)
    return values, sorted(remarks, key=lambda one: one.line)


def proposed(file: File, change: type[Change[Any]], view: View, **how: Any) -> Import:
    """Return the changes that each line of a sheet asks for, and remarks on all that is wrong.

    ``who`` acts; ``given`` and ``listed`` are as for ``read``. A name stands for its code
    where one alone has it. The rules judge each line after those above it. Raise what ``read``
    does.
    """
    who: Actor = how["who"]
    sheet = read(file, change, how.get("given"), how.get("listed"))
    look, at = presently(view)
    asked = (Proposal(file.path, change, line.fields, line.number) for line in sheet.lines)
    brought = judged(asked, look, at, who, Names(view))
    titled = (told for one in brought.remarks for told in _titled(one, change))
    remarks = sorted((*sheet.remarks, *titled), key=lambda one: one.line)
    return brought._replace(remarks=tuple(remarks))


def _read(
    path: str,
    below: Iterable[Row],
    at: Sequence[Column | None],
    remarks: list[Remark],
    *,
    shared: Mapping[str, Any],
) -> Sheet:
    lines = []
    for row in below:
        if len(row.cells) > len(at):
            remarks.append(Remark(path, BrokenLine(), row.number))
            continue
        fields, wrong = _fields(row, at)
        remarks += (Remark(path, error, row.number, title) for title, error in wrong)
        if not wrong:
            lines.append(Line(row.number, _together({**shared, **fields})))
    return Sheet(tuple(lines), tuple(sorted(remarks, key=lambda one: one.line)))


def _together(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a line; what several columns count is one list."""
    together: dict[str, Any] = {}
    for field, value in fields.items():
        name, counted, _word = field.partition(".")
        together[name] = (*together.get(name, ()), value) if counted else value
    return together


def _fields(
    row: Row, at: Sequence[Column | None]
) -> tuple[dict[str, Any], list[tuple[str, QMSError]]]:
    fields: dict[str, Any] = {}
    wrong: list[tuple[str, QMSError]] = []
    cells = [*row.cells, *[""] * (len(at) - len(row.cells))]
    for column, cell in zip(at, cells, strict=True):
        if column is None:
            continue
        try:
            if cell.strip():
                fields[column.field] = column.value(_stripped(cell))
            elif column.needed:
                raise Blank
        except QMSError as error:
            wrong.append((column.heading, error))
    return fields, wrong


def _headings(model: type[BaseModel]) -> dict[str, Column]:
    """Return columns by heading: plain, in full, or as programs name the field."""
    known: dict[str, Column] = {}
    whole = [column._replace(takes=column.takes._replace(parts=1)) for column in columns(model)]
    for column in columns(model):
        known.setdefault(fold(column.heading), column)
    for column in whole:
        if not column.row:
            title = model.model_fields[column.field].title or column.field
            known.setdefault(fold(title), column)
        known.setdefault(fold(column.field), column)
        if column.field == "code":  # as lists call it, whosever it is
            known.setdefault(fold(Change.model_fields["code"].title or ""), column)
    return known


def _below(found: list[Row], known: Collection[str]) -> list[Row]:
    """Return the row of headings and all below it: the first row that names the most."""
    named = [sum(fold(cell) in known for cell in row.cells) for row in found[:ABOVE]]
    first = named.index(max(named)) if named else 0
    return found[first:] or [Row(1, [])]


def _at(
    cells: Sequence[str],
    known: Mapping[str, Column],
    fields: Mapping[str, Column],
    listed: Mapping[str, str],
) -> list[Column | None]:
    """Return what stands below each heading; what a list has under another is passed over."""
    own = [fields.get(listed.get(cell.strip(), "")) for cell in cells]
    other = (known.get(fold(cell)) for cell in cells)
    return [
        one or (None if also in own and cell.strip() in listed else also)
        for cell, one, also in zip(cells, own, other, strict=True)
    ]


def _headed(
    path: str,
    heading: Row,
    at: Sequence[Column | None],
    model: type[BaseModel],
    shared: Mapping[str, str],
) -> Iterable[Remark]:
    there = [column.field for column in at if column]
    for column in columns(model):
        if column.needed and column.field not in (*there, *shared):
            yield Remark(path, NoColumn(column.heading), heading.number)
        if there.count(column.field) > 1:
            yield Remark(path, RepeatedColumn(column.heading), heading.number)
    below = zip(map(str.strip, heading.cells), at, strict=True)
    if unknown := [cell for cell, known in below if cell and known is None]:
        yield Remark(path, UnknownColumn(", ".join(unknown)), heading.number)


def _shared(model: type[BaseModel], shared: Mapping[str, str]) -> dict[str, Any]:
    known = {column.field: column for column in columns(model)}
    return {name: known[name].value(text) for name, text in shared.items()}


def _titled(remark: Remark, model: type[BaseModel]) -> Iterable[Remark]:
    """Yield a remark under the heading of its column, one for each field that is misformed."""
    if isinstance(remark.error, NotWellFormed):
        for one in remark.error.wrong:
            error = NotWellFormed(wrong=(one.inside(),))
            yield remark._replace(error=error, field=_heading(one.field, model))
    else:
        yield remark._replace(field=_heading(remark.field, model))


def _heading(field: str, model: type[BaseModel]) -> str:
    known = {column.field: column.heading for column in columns(model)}
    own = model.model_fields.get(field)
    return known.get(field) or (own.title if own else None) or field


def _stripped(cell: str) -> str:
    return type(cell)(cell.strip())
