"""What does not fit into a field: where it stands, what was found there and what is wanted.

pydantic finds it and names it by a type; here it is said in both languages, under the Vietnamese
title of the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NamedTuple, Self

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .errors import QMSError, Refused
from .shapes import Attached, Shape, shape
from .values import BadCode, Content, LongCode, ReservedCode, Word

_SHOWN: Final = 40
"""Characters of what was found that are shown."""

_COUNTED: Final = 10**15
"""Numbers up to this are shown, too."""


class Both(NamedTuple):
    """The same in both languages."""

    en: str
    vi: str

    def says(self, language: str) -> str:
        """Return it in ``"vi"`` or ``"en"``."""
        return self.vi if language == "vi" else self.en


_WANTED: Final[Mapping[str, Both]] = {
    "string_too_long": Both("at most {limit} characters", "nhiều nhất {limit} ký tự"),
    "string_pattern_mismatch": Both("text like {like}", "chữ, viết như {like}"),
    "string": Both("text", "chữ"),
    "int": Both("a whole number", "số nguyên"),
    "finite": Both("a whole number", "số nguyên"),
    "decimal": Both("a number", "số"),
    "bool": Both("yes or no (true, false)", "có hoặc không (true, false)"),
    "date": Both("a day like 2026-03-01", "ngày, viết như 2026-03-01"),
    "datetime": Both(
        "a moment like 2026-03-01T14:30+07:00", "thời điểm, viết như 2026-03-01T14:30+07:00"
    ),
    "timezone": Both(
        "a moment like 2026-03-01T14:30+07:00", "thời điểm, viết như 2026-03-01T14:30+07:00"
    ),
    "enum": Both("one of {like}", "một trong các từ {like}"),
    "literal": Both("one of {like}", "một trong các từ {like}"),
    "tuple": Both("a list", "danh sách"),
    "dict": Both("a table", "bảng"),
    "model": Both("a table of {like}", "bảng gồm {like}"),
    "file": Both("the bytes of a file", "nội dung một tệp"),
    "too_short": Both("a list of at least {limit}", "ít nhất {limit} giá trị"),
    "too_long": Both("a list of at most {limit}", "nhiều nhất {limit} giá trị"),
    "greater": Both("at least {limit}", "ít nhất {limit}"),
    "less": Both("at most {limit}", "nhiều nhất {limit}"),
    "value": Both("text in UTF-8", "chữ theo bảng mã UTF-8"),
}
"""What is wanted where pydantic finds an error of this type, or of one that begins so."""

_OTHER: Final = Both("another form", "khuôn dạng khác")
"""What is wanted where pydantic learns a type that nobody put into words yet."""

_ABSENT: Final = {
    "missing": Both("it is missing", "còn thiếu"),
    "extra_forbidden": Both(
        "there is no such field, only {like}", "không có trường này, chỉ có {like}"
    ),
}
"""What is said where there is nothing to be found, or nothing wanted."""


class Spot(NamedTuple):
    """One part of a place: a field with its title, or one value of a list."""

    name: Both
    title: str = ""

    def called(self, language: str) -> str:
        """Return its name and its title; in Vietnamese the title stands first."""
        name = self.name.says(language)
        if not self.title:
            return name
        return f"{self.title} ({name})" if language == "vi" else f"{name} ({self.title})"


class Misfit(NamedTuple):
    """What does not fit into one field.

    ``limit`` is what a number or a length keeps to, ``parts`` how many of a number make one unit;
    then ``units`` says that it is told in these.
    """

    place: tuple[Spot, ...]
    type: str
    found: Both
    like: Both = Both("", "")
    number: int | None = None
    limit: int | None = None
    parts: int = 1
    units: bool = False

    def says(self, language: str) -> str:
        """Return in ``"vi"`` or ``"en"`` where it stands, what was found and what is wanted."""
        where = ", ".join(spot.called(language) for spot in self.place)
        return f"{where}: {self._reason(language)}" if where else self._reason(language)

    @property
    def field(self) -> str:
        """Return the name of the field, of several the outermost."""
        return self.place[0].name.en if self.place else ""

    def under(self, name: str, parts: int) -> Self:
        """Return the same, its field called by another name; numbers in units of more parts."""
        if not self.place:
            return self
        first, *rest = self.place
        title = re.sub(r" *\(.*\)$", "", first.title)
        place = (Spot(Both(name, name), title), *rest)
        return self._replace(place=place, units=self.parts > parts)

    def inside(self) -> Self:
        """Return the same to be told where its field is named already, in whole units."""
        return self._replace(place=self.place[1:], units=True)

    def _reason(self, language: str) -> str:
        said = {"like": self.like.says(language), "limit": self._unit(self.limit, language)}
        if self.type in _ABSENT:
            return _ABSENT[self.type].says(language).format(**said)
        wanted = _wanted(self.type).says(language).format(**said)
        found = self._unit(self.number, language) or self.found.says(language)
        if language == "vi":
            return f"{f'có {found}' if found else 'bỏ trống'}, cần {wanted}"
        return f"found {found or 'nothing'}, wanted {wanted}"

    def _unit(self, number: int | None, language: str) -> str:
        if number is None:
            return ""
        whole = Decimal(number) / self.parts if self.units else Decimal(number)
        return f"{whole:f}".replace(".", "," if language == "vi" else ".")


class Misformed(QMSError):
    """What tells of each field that does not fit; the errors that do so have names of their own."""

    def __init__(self, about: str = "", wrong: tuple[Misfit, ...] = ()) -> None:
        self.wrong = wrong
        super().__init__(about)

    def says(self, language: str) -> str:
        """Return the sentence in ``"vi"`` or ``"en"``: of each field what does not fit."""
        if not self.wrong:
            return super().says(language)
        told = "; ".join(one.says(language) for one in self.wrong)
        return f"{self.about}: {told}." if self.about else f"{told}."

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.about, self.wrong)


def misfits(model: type[BaseModel], error: ValidationError) -> tuple[Misfit, ...]:
    """Return what does not fit into the fields of a model, in the order of these."""
    order = {name: place for place, name in enumerate(model.model_fields)}
    rows = sorted(error.errors(), key=lambda row: order.get("".join(map(str, row["loc"][:1])), -1))
    found: dict[tuple[Spot, ...], Misfit] = {}
    for row in rows:
        one = _misfit(model, row)
        found.setdefault(one.place, one)  # of what is one thing or another: the first of them
    return tuple(found.values())


def placed(model: type[BaseModel], fields: Mapping[str, object], error: Refused) -> Refused:
    """Return what refuses a value, told with the title of the field that holds this."""
    if isinstance(error, Misformed):
        return error
    name = next((name for name in fields if _refuses(model, {name: fields[name]}, error)), "")
    field = model.model_fields.get(name)
    if field is None or (name == "code" and isinstance(error, _CODES)):  # that says so itself
        return error
    title = re.sub(r" *\(.*\)$", "", field.title or name)
    if isinstance(error, _CODES) and shape(field.annotation, *field.metadata).type is Attached:
        title = _FILE
    return type(error)(f"{error.about} ({title} / {name})".strip())


_CODES: Final = (BadCode, ReservedCode, LongCode)
_FILE: Final = "Tên tệp"


def _refuses(model: type[BaseModel], alone: Mapping[str, object], error: Refused) -> bool:
    """Tell whether a field is refused in these words by itself, too."""
    try:
        model.__pydantic_validator__.validate_python(alone, self_instance=model.__new__(model))
    except type(error) as again:
        return again.about == error.about
    except (QMSError, ValidationError):
        return False
    return False


class _Reached(NamedTuple):
    """Where a place leads: its parts, what is taken there, and whose fields stand there."""

    spots: tuple[Spot, ...]
    takes: Shape
    holder: type[BaseModel] | None
    examples: Sequence[object]


def _misfit(model: type[BaseModel], row: ErrorDetails) -> Misfit:
    there = _reached(model, row["loc"], extra=row["type"] == "extra_forbidden")
    found, context = row.get("input"), row.get("ctx", {})
    return Misfit(
        place=there.spots,
        type="file" if row["type"] == "model_type" and there.takes.type in _FILES else row["type"],
        found=_counted(context.get("actual_length")) or _found(found),
        like=_like(row, there),
        number=found if type(found) is int and abs(found) < _COUNTED else None,
        limit=next((context[name] for name in _LIMITS if name in context), None),
        parts=there.takes.parts,
    )


_FILES: Final = (Content, Attached)
_LIMITS: Final = ("ge", "gt", "le", "lt", "min_length", "max_length")


def _reached(model: type[BaseModel], loc: Sequence[str | int], *, extra: bool) -> _Reached:
    holder: type[BaseModel] | None = model
    takes, spots, examples = Shape(model), list[Spot](), list[object]()
    for number, part in enumerate(loc, 1):
        field = holder.model_fields.get(str(part)) if holder else None
        if isinstance(part, int):
            spots.append(Spot(_row(part + 1, takes)))
        elif field:
            spots.append(Spot(Both(part, part), field.title or ""))
            takes, examples = shape(field.annotation, *field.metadata), field.examples or []
            holder = takes.type if _is(takes.type, BaseModel) else None
        elif takes.type is Attached or (extra and number == len(loc)):
            spots.append(Spot(Both(part, part)))
        else:  # which of several types pydantic had tried
            break
    return _Reached(tuple(spots), takes, holder, examples)


def _row(number: int, takes: Shape) -> Both:
    if _is(takes.type, BaseModel):
        return Both(f"row {number}", f"dòng {number}")
    return Both(f"value {number}", f"giá trị {number}")


def _wanted(kind: str) -> Both:
    return _WANTED.get(kind) or _WANTED.get(kind.partition("_")[0], _OTHER)


def _like(row: ErrorDetails, there: _Reached) -> Both:
    """Return what may stand there: the words, the names of the fields, an example."""
    if row["type"] == "enum" and _is(there.takes.type, Enum):
        keys = ", ".join(str(word.value) for word in there.takes.type)
        return Both(keys, ", ".join(map(_read, there.takes.type)))
    said = there.holder.model_fields if there.holder else there.examples
    words = ", ".join(map(str, said)) or str(row.get("ctx", {}).get("expected", ""))
    return Both(words, words)


def _read(word: Enum) -> str:
    return f"{word.value} = {word.vi}" if isinstance(word, Word) else str(word.value)


def _counted(values: int | None) -> Both | None:
    """Return how many values stand there, where it is their number that does not fit."""
    return Both(f"a list of {values}", f"{values} giá trị") if values else None


def _found(value: object) -> Both:
    """Return what stands there; empty where nothing does."""
    if isinstance(value, str):
        said = value[:_SHOWN] + "…" * (len(value) > _SHOWN)
        shown = "".join(map(_shown, said.strip()))
        return Both(f"“{shown}”", f"“{shown}”") if shown else Both("", "")
    if isinstance(value, (Mapping, BaseModel)):
        return Both("a table", "một bảng")
    if isinstance(value, (list, tuple, set, frozenset)):
        return Both("a list", "một danh sách") if value else Both("", "")
    if isinstance(value, (bytes, bytearray)):
        return Both("the bytes of a file", "nội dung một tệp")
    if isinstance(value, int) and abs(value) >= _COUNTED:
        return Both("a number that is too large", "một số quá lớn")
    said = "" if value is None else "".join(map(_shown, str(value)[:_SHOWN]))
    return Both(said, said)


def _shown(letter: str) -> str:
    """Return a letter; what cannot be shown as people write its number."""
    return letter if letter.isprintable() else letter.encode("ascii", "backslashreplace").decode()


def _is(kind: Any, of: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, of)
