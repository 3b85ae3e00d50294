"""Which entries go into a pack: those asked for, their whole operations, and who acted in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from .. import registers
from ..changes import Change, Item
from ..errors import NotFound
from ..registers.signing_keys import SigningKey
from ..trail.entry import moment
from ..trail.source import Row, Source

ALL: Final = "all"
"""Redacts every personal text."""


class NothingToPack(NotFound):
    """No entry is what was asked for."""

    vi = "Không có mục nhật ký nào đúng với yêu cầu."


class NothingToRedact(NotFound):
    """This is neither a field with personal texts nor an item: nothing would be redacted."""

    vi = "Không phải trường dữ liệu cá nhân hay đối tượng nào trong sổ: sẽ không che được gì."


class Wanted(NamedTuple):
    """What is asked for: everything, or a period, a unit, some items (by id).

    ``redact`` leaves personal texts out: all of them, those of a field, those said in entries
    about an item. ``on`` is the day for which the documents in force are listed; that of the
    last entry, if none is named. ``anchors`` are older checkpoints that go along, to be led from.
    """

    since: datetime | None = None
    until: datetime | None = None
    unit: str = ""
    items: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    on: date | None = None
    anchors: tuple[bytes, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.since or self.until or self.unit or self.items)

    def told(self) -> dict[str, Any]:
        """Return the filters as the pack says them."""
        return {
            "items": sorted(self.items),
            "since": moment(self.since) if self.since else "",
            "unit": self.unit,
            "until": moment(self.until) if self.until else "",
        }

    def hides(self, entry: dict[str, Any], field: str) -> bool:
        """Tell whether the personal texts in a field of an entry are left out."""
        about = {ALL, field, entry["item"], *entry["state"]}
        return not about.isdisjoint(self.redact)

    def check(self, known: Iterable[str]) -> None:
        """Raise ``NothingToRedact`` where one of the words would redact nothing."""
        registers.load()
        fields = {name for change in Change.kinds.values() for name in change.personal}
        for word in set(self.redact) - fields - {ALL} - set(known):
            raise NothingToRedact(word)


def chosen(source: Source, size: int, wanted: Wanted) -> frozenset[int] | None:
    """Return the places of the entries that are wanted, ``None`` for all; or ``NothingToPack``."""
    if wanted.whole:
        return None
    about = concerned(source, wanted)
    first, last = (wanted.told()[name] for name in ("since", "until"))
    hit: set[int] = set()
    for entry in read(source, size):
        within = first <= entry["at"] and (not last or entry["at"] <= last)
        if within and (about is None or not about.isdisjoint(entry["state"])):
            hit.update(_operation(entry))
    if not hit:
        raise NothingToPack()
    return _with_people(source, size, hit)


def read(source: Source, size: int) -> Iterator[dict[str, Any]]:
    """Yield the first so many entries as they were written."""
    for index, data in enumerate(source.entries()):
        if index == size:
            return
        yield json.loads(data)


def concerned(source: Source, wanted: Wanted) -> frozenset[str] | None:
    """Return the items that are asked for and whatever hangs on them, ``None`` for all.

    What names one of them in a searchable column hangs on it: its revisions, their receipts,
    nonconformities against it, the actions on those.
    """
    registers.load()
    of_items = _hanging(source, frozenset(wanted.items)) if wanted.items else None
    of_unit = _hanging(source, frozenset({wanted.unit})) if wanted.unit else None
    if of_items is None or of_unit is None:
        return of_items if of_unit is None else of_unit
    return of_items & of_unit


def _hanging(source: Source, about: frozenset[str]) -> frozenset[str]:
    while True:
        found = about | {row.id for row in source.rows() if not about.isdisjoint(_parents(row))}
        if found == about:
            return found
        about = found


def _parents(row: Row) -> Iterator[str]:
    names = _columns(row.id.partition(":")[0])
    body = json.loads(row.body) if names else {}
    return (parent for name in names if isinstance(parent := body.get(name), str))


@cache
def _columns(register: str) -> tuple[str, ...]:
    columns = Item.registers[register].columns.items()
    return tuple(name for name, kind in columns if issubclass(kind, Item))


def _with_people(source: Source, size: int, hit: set[int]) -> frozenset[int]:
    """Return the places with those of the entries that say who acted: names, posts, keys."""
    known: set[str] = set()
    while True:
        people = {
            own
            for entry in read(source, size)
            if entry["index"] in hit
            for own in (entry["actor"]["id"], entry["actor"]["post"])
        }
        if people <= known:
            return frozenset(hit)
        known, last = people, max(hit)
        theirs = people | _keys_of(source, people)
        for entry in read(source, last + 1):
            if not theirs.isdisjoint(entry["state"]):
                hit.update(_operation(entry))


def _keys_of(source: Source, people: set[str]) -> set[str]:
    """Return the signing keys of people: without them nobody could tell who signed."""
    keys = (row for row in source.rows() if row.id.startswith(f"{SigningKey.register}:"))
    return {row.id for row in keys if json.loads(row.body)["person"] in people}


def _operation(entry: dict[str, Any]) -> range:
    first, length = entry["operation"]
    return range(first, first + length)
