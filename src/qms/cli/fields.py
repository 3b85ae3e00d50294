"""From the fields of a change to the options of a command, and back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from gettext import gettext as _
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import click
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from ..changes import Change, NotWellFormed
from ..errors import Unreadable
from ..intake import cells, many
from ..intake.proposals import faultless
from ..shapes import Attached, Shape, shape
from ..values import TODAY, Content, Digest, Word
from .choices import OneOf, SomeOf, listed, readings
from .figures import Counted
from .language import language
from .parameters import Bytes, Day, Moment, NamedBytes, Parted, Whole, read
from .remarks import opened, remarked

SHEETS: Final = (".csv", ".xlsx")
"""How the names of sheets end."""

LISTED: Final = ("clauses",)
"""Texts that have no comma, though they are no codes."""

HALVES: Final = 2
"""What is counted in halves says so in its own name; finer parts are typed as decimals."""

_DIGEST: Final = FieldInfo.from_annotation(Digest).metadata


class BadToml(Unreadable):
    """This file is not TOML."""

    vi = "Tệp này không phải TOML."


class Toml(click.ParamType[object]):
    """A TOML file: a table with the keys of a value, or with the field's own name above them.

    What is a list of rows may be a sheet, too, CSV or XLSX: then all of it is taken, or nothing.
    """

    name = "toml"

    def __init__(self, field: str, takes: Shape) -> None:
        self.field, self.takes = field, takes

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Return what the file says of the field."""
        if not isinstance(value, str):
            return value
        if self.takes.many and Path(value).suffix.lower() in SHEETS:
            return _listed(Path(value), self.takes.type)
        try:
            said = tomllib.loads(read(value).decode(), parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:  # 5,000 digits, 1e99…99
            raise BadToml(f"{value}, {error}") from None
        return said.get(self.field, said)


def _listed(place: Path, model: type[BaseModel]) -> list[BaseModel]:
    values, remarks = many.made(opened(place), model)
    remarked(remarks)
    faultless(remarks)
    return values


class Either(click.Option):
    """An option whose error names its no beside its yes."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return how the option is written, both ways where it has two."""
        return " / ".join(f"'{written}'" for written in (*self.opts, *self.secondary_opts))


def option(name: str, field: FieldInfo) -> click.Option:
    """Return the option that asks for a field."""
    takes = shape(field.annotation, *field.metadata)
    written = _written(name)
    flag = takes.type is bool and not takes.many
    either = f"/--no-{written}" if flag and field.default is not False else ""
    return Either(
        [name, f"--{written}{either}"],
        type=None if flag else _type(name, takes),
        is_flag=flag,
        metavar=None if flag else _metavar(takes),
        help=_help(name, field, takes),
        required=field.is_required() and TODAY not in field.metadata,
        multiple=takes.many and not _in_toml(takes),
        **_default(field, flag, takes.parts),
    )


def _default(field: FieldInfo, flag: bool, parts: int) -> dict[str, Any]:
    if flag and not field.is_required():
        return {"default": None}
    default = field.default.value if isinstance(field.default, Enum) else field.default
    plain = isinstance(default, (str, int)) and bool(default)
    if isinstance(default, int) and parts > HALVES:
        default = Counted.of(default, parts).number  # as it is typed
    return {"default": default, "show_default": True} if plain else {}


def given(change: type[Change[Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were typed, as the change takes them."""
    fields: dict[str, Any] = {}
    for name, value in values.items():
        field = change.model_fields[name]
        if value is not None and value != ():
            fields[name] = _value(name, value, shape(field.annotation, *field.metadata))
    return fields


def on(day: date, change: type[Change[Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed, this day where nobody said when something was done."""
    done = [name for name, field in change.model_fields.items() if TODAY in field.metadata]
    return dict(values) | {name: day for name in done if values.get(name) is None}


def by_option(error: NotWellFormed) -> NotWellFormed:
    """Return the same refusal, naming options where it named fields."""
    places = (one.under(f"--{_written(one.field)}", HALVES) for one in error.wrong)
    return NotWellFormed(wrong=tuple(places))


def _written(name: str) -> str:
    return name.replace("_", "-")


def _value(name: str, value: Any, takes: Shape) -> Any:
    if takes.type is Attached:
        names = [named.name for named in value]
        if len(set(names)) < len(names):
            raise click.UsageError(_("Two attachments have the same name."))
        return {named.name: named.data for named in value}
    if not takes.many or _in_toml(takes):
        return value
    if value == ("",):
        return ()
    if not _comma(name, takes):
        return value
    words = (text if isinstance(text, tuple) else text.split(",") for text in value)
    return tuple(part.strip() for several in words for part in several)


def _comma(name: str, takes: Shape) -> bool:
    """Tell whether values have no comma of their own, so that several stand in one option."""
    return takes.code or name in LISTED or _words(takes) or takes.type is bool


def _words(takes: Shape) -> bool:
    return isinstance(takes.type, type) and issubclass(takes.type, Enum)


def _in_toml(takes: Shape) -> bool:
    if not isinstance(takes.type, type):
        return get_origin(takes.type) is not Literal
    return takes.type is not Content and issubclass(takes.type, (BaseModel, dict, list))


def _type(name: str, takes: Shape) -> click.ParamType[Any]:
    if _in_toml(takes):
        return Toml(name, takes)
    if get_origin(takes.type) is Literal:
        return click.Choice(get_args(takes.type))
    if issubclass(takes.type, Enum):
        words = readings(takes.type)
        return SomeOf(words) if takes.many else OneOf(words)
    if takes.type is bool:
        return SomeOf({"yes": _("yes"), "no": _("no")})
    if takes.type is int and takes.parts > HALVES:
        return Parted(takes.parts)
    simple: dict[Any, click.ParamType[Any]] = {
        int: Whole(),
        date: Day(),
        datetime: Moment(),
        AwareDatetime: Moment(),
        Content: Bytes(),
        Attached: NamedBytes(),
    }
    return simple.get(takes.type, click.STRING)


def _metavar(takes: Shape) -> str | None:
    if _in_toml(takes):
        return _("TOML")
    if get_origin(takes.type) is Literal:
        return None  # click lists the choices
    if issubclass(takes.type, (Enum, bool)):
        return _("WORD")
    names = {
        int: _("NUMBER"),
        date: _("DATE"),
        datetime: _("MOMENT"),
        AwareDatetime: _("MOMENT"),
        Content: _("FILE"),
        Attached: _("[NAME=]FILE"),
    }
    return names.get(takes.type, _("CODE") if takes.code else _("TEXT"))


def _help(name: str, field: FieldInfo, takes: Shape) -> str:
    title = field.title or name
    if takes.parts > HALVES:
        title = re.sub(r" *\(.*?\)$", "", title)
    words = name.replace("_", " ").capitalize()
    says = [title if language() == "vi" else f"{words} ({title})"]
    says += filter(None, [words_of(takes.type)])
    if takes.type is bool and takes.many:
        says.append(f"{_('yes')}, {_('no')}")
    elif takes.type is bool and field.default is not False:
        says.append(_("--no-{name} means no").format(name=_written(name)))
    if _in_toml(takes):
        says.append(_("a TOML file with: {keys}").format(keys=_keys(takes)))
        if takes.many and cells.fits(takes.type):
            headings = " · ".join(cells.template(takes.type))
            says.append(_("or a CSV or XLSX sheet: {headings}").format(headings=headings))
            says += _worded(takes.type)
    elif takes.many:
        comma = _comma(name, takes)
        says.append(_("A,B,C or repeated") if comma else _("repeat it for each one"))
        says += [_("'' for none")] * takes.optional
    if TODAY in field.metadata:
        says.append(_("today by default"))
    if takes.parts > HALVES:
        says.append(_("in the unit of measure, as 97.5"))
    if takes.type is Content:
        says.append(_("- reads standard input"))
    if field.metadata == _DIGEST:
        says.append(_("`activity` says it") if name == "root" else _("`show CODE` says it"))
    return "; ".join(says)


def words_of(kind: Any) -> str:
    """Return the words that a field of this type takes, with what they mean in Vietnamese."""
    if not (isinstance(kind, type) and issubclass(kind, Word)):
        return ""
    return listed(readings(kind))


def _worded(model: type[BaseModel]) -> list[str]:
    """Return the columns of a sheet that take certain words, with these."""
    columns = ((column.heading, words_of(column.takes.type)) for column in cells.columns(model))
    return [f"{heading}: {words}" for heading, words in columns if words]


def _keys(takes: Shape) -> str:
    model = takes.type
    return ", ".join(model.model_fields) if hasattr(model, "model_fields") else "…"
