"""Extracts of the trail: which entries, by index and a page at a time, and what they altered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, and_, column, func, select, union

from ..changes import Item
from . import tables
from .glance import Glance, Version
from .reader import Reader


class Chosen(NamedTuple):
    """Entries of a range: those that altered an item, or something of a unit; by whom, which."""

    first: int
    end: int
    item: str = ""
    unit: str = ""
    actor: str = ""
    kinds: tuple[str, ...] = ()


class Page(NamedTuple):
    """Bytes of entries, and those still to be read, ``None`` after the last ones."""

    entries: list[bytes]
    rest: Chosen | None


class Tally(NamedTuple):
    """How often somebody did one thing in a range of entries."""

    actor: str
    kind: str
    times: int


_OF_UNITS: Final = tuple(home for item, home in tables.HOME.items() if "unit" in item.columns)


def lines(now: Glance, chosen: Chosen, count: int, *, newest: bool = False) -> Page:
    """Return the same as ``page``, of entries that are not chosen by unit or kind: at once."""
    found = now.lines(
        chosen.first,
        chosen.end,
        item=chosen.item,
        actor=chosen.actor,
        limit=count,
        newest=newest,
    )
    places = [place for place, _ in found]
    return Page([line for _, line in found], _rest(chosen, places, count, newest=newest))


def page(now: Reader, chosen: Chosen, count: int, *, newest: bool = False) -> Page:
    """Return up to so many of the chosen entries, the oldest or the newest first."""
    index = tables.entry.c.index
    sets = [branches for branches in (_item(chosen.item), _unit(chosen.unit)) if branches]
    if sets:
        places = _touched(now, sets[0], chosen, newest, count)
        also = [index.in_(_among(branches, places)) for branches in sets[1:]]
        found = _entries(now, chosen, and_(index.in_(places), *also), newest, count)
    else:
        found = _entries(now, chosen, _within(index, chosen), newest, count)
        places = [place for place, _ in found]
    return Page([line for _, line in found], _rest(chosen, places, count, newest=newest))


def _rest(chosen: Chosen, places: list[int], count: int, *, newest: bool) -> Chosen | None:
    if len(places) < count:
        return None
    edge = places[-1]
    return chosen._replace(end=edge) if newest else chosen._replace(first=edge + 1)


def versions(now: Glance, touched: Iterable[tuple[str, int]]) -> list[Version]:
    """Return each item as an entry left it, with what it was before: all in one statement."""
    told: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for own, index in touched:
        register = own.partition(":")[0]
        if register in Item.registers:
            told[register].append((own, index))
    return now.versions(told)


def tally(now: Reader, first: int, end: int) -> tuple[Tally, ...]:
    """Return who did what how often in a range of entries."""
    entry = tables.entry.c
    query = (
        select(entry.actor, entry.kind, func.count())
        .where(entry.index >= first, entry.index < end)
        .group_by(entry.actor, entry.kind)
        .order_by(entry.actor, entry.kind)
    )
    return tuple(Tally(*row) for row in now.connection.execute(query))


def moments(now: Reader, first: int, end: int) -> Iterator[tuple[int, datetime]]:
    """Yield when each entry of a range was made."""
    entry = tables.entry.c
    query = select(entry.index, entry.at).where(entry.index >= first, entry.index < end)
    for index, at in now.stream(query.order_by(entry.index)):
        yield index, datetime.fromisoformat(at)


def _entries(now: Reader, chosen: Chosen, within: Any, newest: bool, count: int) -> Sequence[Any]:
    entry = tables.entry.c
    query = select(entry.index, entry.data).where(within).limit(count)
    if chosen.actor:
        query = query.where(entry.actor == chosen.actor)
    if chosen.kinds:
        query = query.where(entry.kind.in_(chosen.kinds))
    ordered = query.order_by(entry.index.desc() if newest else entry.index)
    return now.connection.execute(ordered).all()


def _touched(
    now: Reader, branches: list[Any], chosen: Chosen, newest: bool, count: int
) -> list[int]:
    # Each branch comes in order from its own index, so that merging reads no more than it gives.
    place = column("since_entry", Integer)
    merged = union(*(part.where(_within(place, chosen)) for part in branches))
    ordered = merged.order_by(place.desc() if newest else place).limit(count)
    return list(now.connection.execute(ordered).scalars())


def _among(branches: list[Any], places: list[int]) -> Any:
    return union(*(part.where(column("since_entry", Integer).in_(places)) for part in branches))


def _within(place: Any, chosen: Chosen) -> Any:
    return and_(place >= chosen.first, place < chosen.end)


def _item(own: str) -> list[Any]:
    item = Item.registers.get(own.partition(":")[0])
    if item is None:
        return []
    home = tables.HOME[item].c
    return [select(home.since_entry).where(home.id == own)]


def _unit(unit: str) -> list[Any]:
    return [select(home.c.since_entry).where(home.c.unit == unit) for home in _OF_UNITS if unit]
