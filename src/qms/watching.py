"""What asks for a review beside the calendar: law, cases, services, units, audits; 7.5.3.2.

Pure over what is found, and the same however often it is asked: what a review answers for, or a
newer text was written with, asks no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final, Protocol

from .changes import Item, ItemT
from .overview import Find, rules_of, seen_on
from .registers import external, nonconformities, reviews, services
from .registers.audits import Audit, Finding, Inspection
from .registers.documents import Document, Revision
from .registers.people import Post, Unit
from .registers.policy import Policy
from .registers.reviews import Cause, Trigger

LIMIT: Final = "review.cause"
DAYS: Final = 30
"""Days to review what a cause touches, where the policy sets no other limit."""


class Issued(reviews.Wording, Protocol):
    """What is asked of a text in force."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def distribution(self) -> tuple[str, ...]:
        """Return the ids of the units that receive it."""
        ...


def reviews_to_open(find: Find, on: date, until: date) -> tuple[reviews.Open | reviews.Join, ...]:
    """Return the changes that open every review owed by a day: by the calendar and by cause.

    Of a document that two things touch for one cause, the second waits until it is asked again.
    """
    find = once(find)
    known = find(Document), find(Revision), find(reviews.Review)
    texts = [one for one in known[1] if one.in_force(on)]
    around = Around(known[0], texts, known[2], on)
    owed = reviews.scheduled(*known, rules_of(find), on, seen_on(find))
    opened = {
        (one.document, one.cause): one
        for one in reviews.openings(row for row in owed if row.day <= until)
    }
    joined = []
    for trigger in triggers(find, rules_of(find), known[0], texts):
        for change in reviews.triggered(trigger, *around.of(trigger), on):
            if isinstance(change, reviews.Join):
                joined.append(change)
            else:
                opened.setdefault((change.document, change.cause), change)
    return (*opened.values(), *joined)


class Around:
    """What is in force and what was ever reviewed, by document: a cause touches few of them."""

    def __init__(
        self,
        documents: Iterable[reviews.Reviewed],
        revisions: Iterable[reviews.Wording],
        known: Iterable[reviews.Review],
        on: date,
    ) -> None:
        self._documents = {one.id: one for one in documents}
        self._revisions = {one.document: one for one in revisions if one.in_force(on)}
        self._reviews: dict[str, list[reviews.Review]] = {}
        for one in known:
            self._reviews.setdefault(one.document, []).append(one)

    def of(
        self, trigger: Trigger
    ) -> tuple[list[reviews.Reviewed], list[reviews.Wording], list[reviews.Review]]:
        """Return the documents that a cause touches, their texts in force, their reviews."""
        ids = [own for own in dict.fromkeys(trigger.documents) if own in self._revisions]
        documents = [self._documents[own] for own in ids if own in self._documents]
        known = chain.from_iterable(self._reviews.get(own, ()) for own in ids)
        return documents, [self._revisions[own] for own in ids], list(known)


def once(find: Find) -> Find:
    """Return the same question, which asks and reads only what it has not found before."""
    found: dict[object, list[Any]] = {}

    def remembered(item: type[ItemT], /, **where: Any) -> list[ItemT]:
        asked = item, tuple(sorted(where.items()))
        if asked not in found:
            found[asked] = find(item, **where)
        return found[asked]

    return remembered


def triggers(
    find: Find,
    rules: Policy,
    documents: Iterable[reviews.Reviewed],
    texts: Iterable[Issued],
) -> list[Trigger]:
    """Return all that ever asked for a review beside the calendar, by the day it is owed.

    Of documents and texts, no more is looked at than those in force.
    """
    known = (_turned, _closed, _announced, _audited)
    moved = _reorganised(find, rules, documents, texts)
    return sorted(
        chain(moved, *(of(find, rules) for of in known)),
        key=lambda one: (one.due, one.cause, one.origin),
    )


def _turned(find: Find, rules: Policy) -> Iterator[Trigger]:
    """Yield each change of the law: whoever linked a document said what it touches."""
    for turn in find(external.Turn):
        yield Trigger(Cause.LAW, turn, turn.code, turn.documents, turn.due)


def _closed(find: Find, rules: Policy) -> Iterator[Trigger]:
    """Yield each nonconformity that was closed without revising the document it names."""
    answered = {one.nonconformity for one in find(Finding) if one.document}
    for case in find(nonconformities.Nonconformity):
        if case.closed is None or case.updates is None or case.id in answered:
            continue
        if not case.document:
            continue
        brought = (text for own in case.updates.revisions for text in find(Revision, id=own))
        if not any(text.document == case.document for text in brought):
            touched = (case.document,)
            day = case.closed
            yield _caused(Cause.NONCONFORMITY, case, case.code, touched, day, rules, since=case.day)


def _announced(find: Find, rules: Policy) -> Iterator[Trigger]:
    """Yield each announced service for the procedure that handles it."""
    for one in find(services.Service):
        if one.document:
            origin = f"{one.code}/{one.announced}"
            yield _caused(Cause.SERVICE, one, origin, (one.document,), one.announced, rules)


def _reorganised(
    find: Find, rules: Policy, documents: Iterable[reviews.Reviewed], texts: Iterable[Issued]
) -> Iterator[Trigger]:
    """Yield each unit that ended or was renamed, for what it owns and what it receives."""
    units = [unit for unit in find(Unit) if unit.renamed or unit.until]
    if not units:
        return
    seats = {post.id: post.unit for unit in units for post in find(Post, unit=unit.id)}
    current = {one.document: one for one in texts}
    for unit in units:
        touched = tuple(
            one.id
            for one in documents
            if unit.id in (one.unit, seats.get(one.owner))
            or (one.id in current and unit.id in current[one.id].distribution)
        )
        for day in (unit.renamed, unit.until):
            if day is not None and touched:
                origin = f"{unit.code}/{day}"
                yield _caused(Cause.REORGANISATION, unit, origin, touched, day, rules)


def _audited(find: Find, rules: Policy) -> Iterator[Trigger]:
    """Yield each finding on a document, once it is reported."""
    findings = [one for one in find(Finding) if one.document]
    if not findings:
        return
    reported = {one.id: one.reported for one in find(Audit)}
    reported |= {one.id: one.reported for one in find(Inspection)}
    for one in findings:
        day = reported.get(one.audit or one.inspection)
        if day is not None:
            yield _caused(Cause.AUDIT, one, one.code, (one.document,), day, rules, since=one.day)


def _caused(
    cause: Cause,
    item: Item,
    origin: str,
    documents: Iterable[str],
    day: date,
    rules: Policy,
    *,
    since: date | None = None,
) -> Trigger:
    limit = rules.limit(LIMIT, day)
    due = limit.ends(day, rules.calendar) if limit else day + timedelta(DAYS)
    return Trigger(cause, item, origin, tuple(documents), due, since or day)
