"""What somebody owes, asked of a view: of the registers no more than a page needs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import islice

from . import dues
from .changes import Item, ItemT, Look, Unknown
from .dues import Due, Place
from .overview import Find
from .registers.people import Person, Unit
from .registers.policy import Policy
from .storage.glance import Glance, Owed, within
from .storage.reader import whole


def owed(
    now: Glance,
    find: Find,
    look: Look,
    rules: Policy,
    *,
    day: date,
    start: Place,
    limit: int | None,
) -> Iterator[Due]:
    """Yield what is owed up to a day, behind a place, in order; so many at once where they stand.

    Reviews by the calendar and whatever else follows from what is in force, is told from all that
    is in force: no database knows their day.
    """
    held = dues.Held(*now.ruling(day), rules, find, look)
    return dues.owed(_owing(now, day, start, limit), held, day, start)


def whose(rows: Iterator[Due], unit: str, person: str, look: Look, day: date) -> Iterator[Due]:
    """Return what a unit owes, or a person, by code; or raise ``Unknown``."""
    if unit:
        own = _known(look, Unit, unit).id
        rows = (row for row in rows if row.unit == own)
    return dues.borne(rows, _known(look, Person, person), look, day) if person else rows


def page(rows: Iterator[Due], limit: int | None) -> list[Due]:
    """Return the first so many, all where none is said."""
    return list(islice(rows, None if limit is None else within(limit)))


def _known(look: Look, item: type[ItemT], code: str) -> ItemT:
    found = look(item, code)
    if found is None:
        raise Unknown(code)
    return found


def _owing(now: Glance, day: date, start: Place, limit: int | None) -> Iterator[Item]:
    # So many are read at once; all of them, where none is said.
    names = tuple(sorted(item.register for item in Item.registers.values() if dues.stands(item)))
    begun = Owed(start.day, bisect_left(names, start.register), start.code)
    last = begun if start.register in names else begun._replace(code="")
    count, seen = None if limit is None else within(limit) + 2, None
    while True:
        found = now.due(names, day, last, count)
        yield from (
            whole(Item.registers[names[one.place]], one.body) for one in found if one != seen
        )
        if count is None or len(found) < count:
            return
        last = seen = found[-1]
