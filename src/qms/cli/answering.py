"""Answers as tables, whatever a question gives: items, rows, counts, one fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from gettext import gettext as _
from typing import Any, Final

from pydantic import BaseModel

from ..changes import Item
from ..questions import View
from ..shapes import shape
from ..values import Frozen, Sealed, Word
from .figures import Called, Counted, Month
from .history import label
from .phrases import graded, name_of
from .tables import Column, Table

SEEN: Final = 7
"""Columns that one line can show; the rest is for programs and spreadsheets."""

ABOUT: Final = ("title", "what", "found", "subject", "event")
BY: Final = ("deadline", "due", "answer_due", "month", "review")
WHERE: Final = ("state", "confirmed")
WHO: Final = ("owner", "assignee", "lead", "holder", "person", "drafter")
ALSO: Final = ("level", "grade", "cause", "years", "day", "until", "last", "target", "unit")
MORE: Final = ("since", "handed", "revision", "effective")
RANKED: Final = (*ABOUT, *BY, *WHERE, *WHO, *ALSO, *MORE)
"""Fields that one line shows before others: what it is about, by when, how it stands, whose."""


def listed(view: View, item: type[Item], found: Iterable[Item]) -> Table:
    """Return items of one register, one a line."""
    heads = columns(item)
    cells = [tuple(_said(view, one, head.key) for head in heads) for one in found]
    seen = first([head.key for head in heads])
    return Table(heads, cells, seen, told=True)


def first(names: Sequence[str]) -> list[int]:
    """Return which of these fields one line shows, in their order; always the first two."""
    ranked = (*names[:2], *(name for name in RANKED if name in names), *names)
    return sorted(map(names.index, list(dict.fromkeys(ranked))[:SEEN]))


def columns(item: type[Item]) -> tuple[Column, ...]:
    """Return the columns that a list of the items of a register has."""
    names = (name for name in item.model_fields if _flat(item, name))
    return tuple(Column(name, label(item, name)) for name in names)


def table(view: View, question: str, answer: Any) -> Table:
    """Return what a question, ``register verb``, gave: as a table."""
    if isinstance(answer, Mapping):
        columns = tuple(_column(question, name) for name in ("what", "value"))
        return Table(columns, [(cell(view, key), cell(view, of)) for key, of in answer.items()])
    if not isinstance(answer, list):
        return table(view, question, [answer])
    if not answer or isinstance(answer[0], Item):
        item = type(answer[0]) if answer else Item.registers[question.partition(" ")[0]]
        return listed(view, item, answer)
    names = _fields(answer[0])
    rows = [tuple(cell(view, of) for of in _values(one, names)) for one in answer]
    return Table(tuple(_column(question, name) for name in names), rows)


def cell(view: View, value: object) -> object:
    """Return a value with names where it holds ids."""
    if isinstance(value, Sealed):
        return view.name(value)
    if isinstance(value, Item):
        return value.code
    if isinstance(value, (tuple, list)):
        return tuple(cell(view, part) for part in value)
    if isinstance(value, str) and not isinstance(value, (Word, Month)):
        said = name_of(view, value)
        return said if said == value else Called(said)
    return value


def _column(question: str, name: str) -> Column:
    """Return a column under its own heading in this question, else under the word of its name."""
    own = f"{question} {name}"
    title = says if (says := _(own)) != own else _(name.replace("_", " "))
    return Column(name, title[:1].upper() + title[1:])


def _said(view: View, one: Item, name: str) -> object:
    value, field = getattr(one, name), type(one).model_fields[name]
    parts = shape(field.annotation, *field.metadata).parts
    if parts > 1 and isinstance(value, int):
        return Counted.of(value, parts, getattr(one, "measure", ""))
    return graded(view, value) if name == "grade" and value else cell(view, value)


def _flat(item: type[Item], name: str) -> bool:
    kind = shape(item.model_fields[name].annotation).type
    plain = isinstance(kind, type) and not issubclass(kind, (Frozen, dict))
    return plain and name not in ("id", "aliases")


def _fields(row: Any) -> tuple[str, ...]:
    if isinstance(row, BaseModel):
        return tuple(type(row).model_fields)
    return tuple(getattr(row, "_fields", ("value",)))


def _values(row: Any, names: tuple[str, ...]) -> tuple[object, ...]:
    return (row,) if names == ("value",) else tuple(getattr(row, name) for name in names)
