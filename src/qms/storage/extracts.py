"""Extracts of the trail: which entries, by index and a page at a time, and what they altered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, and_, bindparam, column, func, literal_column, select, union

from ..changes import Item, ItemT
from . import tables
from .glance import Glance
from .prepared import Prepared
from .reader import Reader, whole


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


class Version(NamedTuple):
    """An item as one entry left it, and as it stood before."""

    id: str
    entry: int
    before: str | None
    after: str


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


def versions(now: Reader, touched: Iterable[tuple[str, int]]) -> Iterator[Version]:
    """Yield each item as an entry left it, with what it was before."""
    for own, index in touched:
        item = Item.registers.get(own.partition(":")[0])
        rows = _latest(now, item, own, index) if item else []
        if rows:
            before = rows[1].body if len(rows) > 1 else None
            yield Version(own, index, before, rows[0].body)


def standing(
    now: Reader, item: type[ItemT], own: str, index: int
) -> tuple[int, int | None, ItemT] | None:
    """Return an item as it stood after an entry: since which one, until before which one."""
    rows = _latest(now, item, own, index)
    return (rows[0].since_entry, rows[0].until_entry, whole(item, rows[0].body)) if rows else None


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


class _Stood(NamedTuple):
    """A row of an item: from which entry, until before which one, what it says."""

    since_entry: int
    until_entry: int | None
    body: str


def _latest(now: Reader, item: type[Item], own: str, index: int) -> list[_Stood]:
    found = _last_two(item).rows(now.connection, own=own, index=index)
    return [_Stood(*row) for row in found]


@cache
def _last_two(item: type[Item]) -> Prepared:
    # Made once: to build a statement takes longer than to find two rows by their key.
    home = tables.HOME[item].c
    return Prepared(
        select(home.since_entry, home.until_entry, home.body)
        .where(home.id == bindparam("own"), home.since_entry <= bindparam("index"))
        .order_by(home.since_entry.desc())
        .limit(literal_column("2"))
        .offset(literal_column("0"))
    )
