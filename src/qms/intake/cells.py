"""What the cells of a sheet say of each field: its column, the words it takes, its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from ..errors import Refused, Unreadable
from ..registers.documents.content import fold
from ..shapes import Shape, shape
from ..values import Word
from .sheets import BadNumber, Number, Unread, day, parted

_YES: Final = frozenset({"co", "x", "dung", "dat", "yes", "true", "1"})
_NO: Final = frozenset({"khong", "sai", "chua", "no", "false", "0"})
_SIMPLE: Final = (str, int, bool, date, Decimal)


class NotInParts(Unreadable):
    """This is no number in so fine parts as are kept."""

    vi = "Đây không phải số, hoặc lẻ hơn mức được ghi."


class BadWord(Unreadable):
    """The column takes only the words in brackets."""

    vi = "Cột này chỉ nhận các từ nêu trong ngoặc."


class BadTruth(Unreadable):
    """Here stands yes or no."""

    vi = "Ô này chỉ ghi có hoặc không."


class CodeAsNumber(Refused):
    """A code is kept as text: of a number the noughts at its end are lost."""

    clause = "7.5.2 a"
    vi = "Mã số phải để dạng chữ (Text) trong bảng tính; dạng số làm mất số 0 ở cuối."


class NotListed(Refused):
    """This change does not fit into a sheet: use its command (documents: load, adopt)."""

    vi = (
        "Nội dung mà việc này cần không ghi được vào các ô của bảng tính; "
        "hãy dùng lệnh của chính việc ấy (tài liệu: qms load, qms adopt)."
    )


class Column(NamedTuple):
    """One column that may be there: for which field, under which heading, and what it takes."""

    field: str
    heading: str
    takes: Shape
    needed: bool
    row: tuple[str, Word, str] | None = None
    """Where a list counts words: the field of the word, this word, the field of its number."""

    def value(self, text: str) -> Any:
        """Return what a cell says, or raise what is wrong with it."""
        if isinstance(text, Unread):
            raise text.why(text)
        if self.row:
            field, word, number = self.row
            return {field: word, number: self._one(text)}
        if not self.takes.many:
            return self._one(text)
        if isinstance(text, Number):
            return (self._one(text),)
        return tuple(map(self._one, parted(text, ";,\n" if self.takes.code else ";\n")))

    def _one(self, text: str) -> Any:
        kind = self.takes.type
        if self.takes.code and isinstance(text, Number) and not text.isdecimal():
            raise CodeAsNumber(text)
        if kind is bool:
            return _truth(text)
        if kind is int:
            return counted(text, self.takes.parts)
        if kind is date:
            return day(text)
        return _word(text, kind) if issubclass(kind, Enum) else str(text)


def columns(model: type[BaseModel]) -> list[Column]:
    """Return the columns that a sheet may have; raise ``NotListed`` where cells cannot say all."""
    found = []
    for name, field in model.model_fields.items():
        takes = shape(field.annotation, *field.metadata)
        if _plain(takes):
            heading = re.sub(r" *\(.*\)$", "", field.title or name)
            found.append(Column(name, heading, takes, field.is_required()))
        elif field.is_required():
            raise NotListed(field.title or name)
        else:
            found += _counted(name, takes)
    return found


def _counted(name: str, takes: Shape) -> Iterable[Column]:
    """Yield a column for each word that a list counts, where it holds words and numbers alone."""
    if not _rows(takes):
        return
    inner = {own: shape(field.annotation) for own, field in takes.type.model_fields.items()}
    words = [own for own, of in inner.items() if _plain(of) and issubclass(of.type, Word)]
    numbers = [own for own, of in inner.items() if of.type is int]
    if len(inner) == 2 and words and numbers:
        for word in inner[words[0]].type:
            row = (words[0], word, numbers[0])
            yield Column(f"{name}.{word}", word.vi, inner[numbers[0]], needed=False, row=row)


def fits(model: type[BaseModel]) -> bool:
    """Tell whether the cells of a sheet can say all that is required."""
    fields = model.model_fields.values()
    asked = (field for field in fields if field.is_required())
    return all(_plain(shape(field.annotation, *field.metadata)) for field in asked)


def lists(model: type[BaseModel]) -> list[tuple[str, Shape]]:
    """Return the fields that ask for a list of rows, each row the line of a sheet of its own."""
    fields = ((name, field) for name, field in model.model_fields.items() if field.is_required())
    asked = [(name, shape(field.annotation, *field.metadata)) for name, field in fields]
    return [(name, takes) for name, takes in asked if _rows(takes) and fits(takes.type)]


def template(model: type[BaseModel]) -> list[str]:
    """Return the headings of an empty sheet, those that are needed first."""
    known = sorted(columns(model), key=lambda column: not column.needed)
    return [column.heading for column in known]


def _rows(takes: Shape) -> bool:
    model = takes.type
    return takes.many and isinstance(model, type) and issubclass(model, BaseModel)


def _plain(takes: Shape) -> bool:
    return isinstance(takes.type, type) and issubclass(takes.type, (*_SIMPLE, Enum))


def _truth(text: str) -> bool:
    said = _alike(text)
    if said in _YES or said in _NO:
        return said in _YES
    raise BadTruth(text[:40])


def counted(text: str, parts: int = 1) -> int:
    """Return a number in parts of its unit, ``97,5`` as 97500; raise ``NotInParts``."""
    if parts == 1:
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise BadNumber(text[:40])
        return int(text)
    if not re.fullmatch(r"-?[0-9]{1,9}([.,][0-9]{1,9})?", text):
        raise NotInParts(text[:40])
    number = Decimal(text.replace(",", ".")) * parts
    if number != number.to_integral_value():
        raise NotInParts(text[:40])
    return int(number)


def _alike(text: str) -> str:
    return fold(text) or text  # of a number alone nothing would be left


def _word(text: str, kind: type[Enum]) -> Enum:
    for word in kind:
        readings = (word.value, word.vi) if isinstance(word, Word) else (word.value,)
        if _alike(text) in map(_alike, map(str, readings)):
            return word
    words = ", ".join(str(getattr(word, "vi", word.value)) for word in kind)
    raise BadWord(f"{text[:40]} ({words})")
