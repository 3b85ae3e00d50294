"""What somebody owes, asked of a view: of the registers no more than a page needs."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, Final, TypeAlias

from . import dues
from .answers import asked
from .changes import Item, ItemT, Look, Unknown
from .dues import Due, Held, Place
from .overview import Find, rules_of
from .registers import audits, declarations, external, nonconformities, reviews, services
from .registers.competence import Competence, Requirement, Training
from .registers.documents import Copy, CopyState, Document, Receipt, Request, RequestState, Revision
from .registers.management_reviews import ManagementReview
from .registers.people import Person, Post, RenameUnit, Unit
from .registers.policy import Policy
from .storage.glance import Glance, Owed, Where, Wording, within
from .storage.reader import whole
from .storage.statements import AMONG, DONE, IS, SOME

_Some: TypeAlias = tuple[type[Item], str, str, str]
"""Items of a register, perhaps those of which a column holds something (``Where``)."""

_TOLD_FROM: Final[tuple[_Some, ...]] = (
    *((item, "", IS, "") for item in (Policy, reviews.Review, external.Turn, ManagementReview)),
    *((item, "", IS, "") for item in (audits.Audit, audits.Inspection, audits.Programme)),
    (Unit, "until", SOME, ""),
    (Unit, "id", DONE, RenameUnit.kind),
    (nonconformities.Nonconformity, "document", SOME, ""),
    (services.Service, "document", SOME, ""),
    (audits.Finding, "document", SOME, ""),
    (Requirement, "process", SOME, ""),
    (Request, "state", IS, RequestState.ACCEPTED),
    (Copy, "state", IS, CopyState.OUT),
    (declarations.Declaration, "state", IS, declarations.DeclarationState.DECLARED),
)
"""What is always looked at, and how it is asked for: by nothing else anything is due."""


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
    documents, texts = now.ruling(day)
    known = _Known(now)
    known.tell((*_TOLD_FROM, *_readers(texts)))
    known.tell(_taught(known.find, texts))
    known.meet(_brought(known.find, texts), Revision)
    held = Held(documents, texts, rules_of(known.find), known.find, known.look)
    rows = dues.owed(_owing(now, known, day, start, limit), held, day, start)
    mine = _whose(_seated(rows, known, day, limit), unit, person, known.look, day)
    return _titled(now, list(islice(mine, None if limit is None else within(limit))))


class _Known:
    """What was read of a view: nothing twice, and much in one statement."""

    def __init__(self, now: Glance) -> None:
        self._now = now
        self._found: dict[object, list[Any]] = {}
        self._met: dict[str, Item | None] = {}

    def find(self, item: type[ItemT], /, **where: Any) -> list[ItemT]:
        """Return what was read of a register; what was not, is read now."""
        if own := where.get("id"):
            one = self.look(item, own)
            return [one] if one else []
        key = _key(item, **where)
        if key not in self._found:
            bodies = self._now.bodies(item.register, asked(self._now, item, where))
            self._found[key] = [whole(item, body) for body in bodies]
        return self._found[key]

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None`` where nothing has this code."""
        if code not in self._met:
            body = self._now.body(item.register, code)
            return None if body is None else whole(item, body)
        one = self._met[code]
        return one if isinstance(one, item) else None

    def tell(self, wanted: Sequence[_Some]) -> None:
        """Read what is found from then on where a register is asked for."""
        for (item, name, holds, bound), found in self._read(wanted):
            key = _key(item, **({name: bound} if name and holds == IS else {}))
            every = chain(self._found.get(key, ()), found)
            self._found[key] = list({one.id: one for one in every}.values())

    def meet(self, ids: Iterable[str], *items: type[Item]) -> None:
        """Read those of these items that nobody has met yet."""
        new = sorted({own for own in ids if own} - self._met.keys())
        own = {item: [one for one in new if one.startswith(f"{item.register}:")] for item in items}
        self._met |= dict.fromkeys(chain.from_iterable(own.values()))
        wanted = [_among(item, "id", some) for item, some in own.items() if some]
        self._met |= {one.id: one for _, found in self._read(wanted) for one in found}

    def judge(self, some: Sequence[Competence]) -> None:
        """Read what evidence is judged by: who shows it, for what, and what else they show."""
        people = {one.person for one in some}
        self.meet(people | {one.requirement for one in some}, Person, Requirement)
        new = sorted(own for own in people if _key(Competence, person=own) not in self._found)
        self._found |= {_key(Competence, person=own): [] for own in new}
        for _, found in self._read([_among(Competence, "person", new)] if new else []):
            for one in found:
                self._found[_key(Competence, person=one.person)].append(one)

    def _read(self, wanted: Sequence[_Some]) -> Iterator[tuple[_Some, list[Any]]]:
        where = [Where(item.register, *held) for item, *held in wanted]
        several = self._now.several(where) if wanted else []
        for one, bodies in zip(wanted, several, strict=True):
            yield one, [whole(one[0], body) for body in bodies]


def _key(item: type[Item], **where: Any) -> tuple[object, ...]:
    return item, *sorted(where.items())


def _among(item: type[Item], name: str, values: Iterable[str]) -> _Some:
    return item, name, AMONG, json.dumps(list(values))


def _readers(texts: Iterable[Wording]) -> Iterator[_Some]:
    """Yield what tells who is to read the texts in force, where any unit receives one."""
    if read := [text.id for text in texts if text.distribution]:
        yield from ((Person, "", IS, ""), (Post, "", IS, ""), _among(Receipt, "revision", read))


def _taught(find: Find, texts: Iterable[Wording]) -> list[_Some]:
    """Return the trainings for the texts in force of which somebody must be able to do a step."""
    processes = {one.process for one in find(Requirement)}
    asked = [text.id for text in texts if text.document in processes]
    return [_among(Training, "revision", asked)] if asked else []


def _brought(find: Find, texts: Iterable[Wording]) -> Iterator[str]:
    """Yield which texts cases have brought, and which are still out on paper, but no more hold."""
    for case in find(nonconformities.Nonconformity):
        yield from case.updates.revisions if case.updates else ()
    held = {text.id for text in texts}
    yield from (one.revision for one in find(Copy, state=CopyState.OUT) if one.revision not in held)


def _seated(rows: Iterator[Due], known: _Known, day: date, limit: int | None) -> Iterator[Due]:
    """Yield the same with the unit of whoever owes it; so many are asked about at once."""
    while some := list(islice(rows, None if limit is None else within(limit))):
        owners = {row.owner for row in some if not row.unit}
        known.meet(owners, Person, Post)
        known.meet([dues.seat(own, known.look, day) for own in owners], Post)
        yield from (dues.seated(row, known.look, day) for row in some)


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


def _owing(
    now: Glance, known: _Known, day: date, start: Place, limit: int | None
) -> Iterator[Item]:
    # So many are read at once; all of them, where none is said.
    names = tuple(sorted(item.register for item in Item.registers.values() if dues.stands(item)))
    begun = Owed(start.day, bisect_left(names, start.register), start.code)
    last = begun if start.register in names else begun._replace(code="")
    count, seen = None if limit is None else within(limit) + 2, None
    while True:
        found = now.due(names, day, last, count)
        owed = [whole(Item.registers[names[one.place]], one.body) for one in found if one != seen]
        known.judge([one for one in owed if isinstance(one, Competence)])
        yield from owed
        if count is None or len(found) < count:
            return
        last = seen = found[-1]
