"""What somebody owes, asked of a view: of the registers no more than a page needs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final

from . import dues, watching
from .answers import asked
from .changes import Item, ItemT, Look, Unknown
from .dues import Due, Place
from .overview import Find, rules_of
from .registers import audits, declarations, external, nonconformities, reviews, services
from .registers.competence import Requirement, Training
from .registers.documents import Copy, CopyState, Document, Receipt, Request, RequestState, Revision
from .registers.management_reviews import ManagementReview
from .registers.people import Person, Post, Unit
from .registers.policy import Policy
from .storage.glance import Glance, Owed, within
from .storage.reader import whole

_TOLD_FROM: Final[tuple[tuple[type[Item], dict[str, Any]], ...]] = (
    *((item, {}) for item in (Policy, Unit, Post, Person, reviews.Review, external.Turn)),
    *((item, {}) for item in (nonconformities.Nonconformity, services.Service, audits.Audit)),
    *((item, {}) for item in (audits.Inspection, audits.Finding, Receipt, ManagementReview)),
    *((item, {}) for item in (Training, Requirement, audits.Programme)),
    (Request, {"state": RequestState.ACCEPTED}),
    (Copy, {"state": CopyState.OUT}),
    (declarations.Declaration, {"state": declarations.DeclarationState.DECLARED}),
)
"""What is always looked at, and how it is asked for."""


def page(
    now: Glance,
    day: date,
    *,
    unit: str,
    person: str,
    limit: int | None,
    start: Place,
) -> list[Due]:
    """Return what is owed up to a day, behind a place, in order: all, or the first so many.

    Of a unit, of a person, by code; raise ``Unknown`` for one that is none. Reviews by the
    calendar and whatever else follows from what is in force, is told from all that is in force:
    no database knows their day.
    """
    find = _found(now)
    look = _looked(now, find)
    held = dues.Held(*now.ruling(day), rules_of(find), find, look)
    rows = dues.owed(_owing(now, day, start, limit), held, day, start)
    mine = _whose(rows, unit, person, look, day)
    return _titled(now, list(islice(mine, None if limit is None else within(limit))))


def _found(now: Glance) -> Find:
    """Give what is found at this view, what is always looked at all in one statement."""
    cells = [(item.register, asked(now, item, where)) for item, where in _TOLD_FROM]
    bodies = dict(zip(map(_key, _TOLD_FROM), now.several(cells), strict=True))

    def find(item: type[ItemT], /, **where: Any) -> list[ItemT]:
        found = bodies.get(_key((item, where)))
        if found is None:
            found = now.bodies(item.register, asked(now, item, where))
        return [whole(item, body) for body in found]

    return watching.once(find)


def _key(one: tuple[type[Item], dict[str, Any]]) -> tuple[object, ...]:
    item, where = one
    return item, *sorted(where.items())


def _looked(now: Glance, find: Find) -> Look:
    """Give an item of this view by code or id; people, posts and units are all known."""
    known = {one.id: one for item in (Person, Post, Unit) for one in find(item)}

    def look(item: type[ItemT], code: str, /) -> ItemT | None:
        if isinstance(one := known.get(code), item):
            return one
        body = now.body(item.register, code)
        return None if body is None else whole(item, body)

    return look


def _whose(rows: Iterator[Due], unit: str, person: str, look: Look, day: date) -> Iterator[Due]:
    if unit:
        own = _known(look, Unit, unit).id
        rows = (row for row in rows if row.unit == own)
    return dues.borne(rows, _known(look, Person, person), look, day) if person else rows


def _titled(now: Glance, rows: list[Due]) -> list[Due]:
    """Return the same, with the title of what each is about where it does not say that itself."""
    documents = _titles(now, Document, rows)
    revisions = _titles(now, Revision, rows)
    told = {own: f"{code} {title}" for own, (code, title) in documents.items()}
    told |= {own: title for own, (_, title) in revisions.items()}
    return [row._replace(what=row.what or told[row.of]) if row.of else row for row in rows]


def _titles(now: Glance, item: type[Item], rows: Iterable[Due]) -> dict[str, tuple[str, str]]:
    begins = f"{item.register}:"
    ids = dict.fromkeys(row.of for row in rows if not row.what and row.of.startswith(begins))
    return now.titles(item.register, ids)


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
