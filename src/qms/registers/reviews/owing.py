"""Which documents are owed a review, and by when: pure, on any day, as often as asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeAlias

from ...changes import Item
from ...values import key
from ..calendar import add_months
from ..policy import Policy
from .items import FINDINGS, OWED_BY_RULE, Cause, Outcome, Review, ReviewState
from .reviewing import Join, Open

Seen: TypeAlias = Mapping[str, Iterable[date]]
"""On which days a nonconformity was found on a document, by its id."""

NOTHING_SEEN: Final[Seen] = MappingProxyType({})


class Reviewed(Protocol):
    """What is asked of a document that may be owed a review."""

    @property
    def id(self) -> str:
        """Return its id."""
        ...

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def type(self) -> str:
        """Return the code of its type."""
        ...

    @property
    def unit(self) -> str:
        """Return the id of its unit."""
        ...

    @property
    def owner(self) -> str:
        """Return the id of the post that owns it."""
        ...


class Wording(Protocol):
    """What is asked of a revision."""

    @property
    def id(self) -> str:
        """Return its id."""
        ...

    @property
    def document(self) -> str:
        """Return the id of its document."""
        ...

    @property
    def effective(self) -> date:
        """Return since when it is in force."""
        ...

    def in_force(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        ...


class Trigger(NamedTuple):
    """What asks for a review beside the calendar: of which documents (ids), by which day.

    ``origin`` names it in a review. A text that took effect since ``since`` owes nothing.
    """

    cause: Cause
    item: Item
    origin: str
    documents: tuple[str, ...]
    due: date
    since: date | None = None


class Due(NamedTuple):
    """That a document in force is to be reviewed by a day; by which review, once it is open."""

    document: Reviewed
    cause: Cause
    day: date
    review: Review | None = None


def due(
    documents: Iterable[Reviewed],
    revisions: Iterable[Wording],
    reviews: Iterable[Review],
    rules: Policy,
    on: date,
    seen: Seen = NOTHING_SEEN,
) -> list[Due]:
    """Return what is to be reviewed by a day, the longest overdue first; only what is in force."""
    owed = scheduled(documents, revisions, reviews, rules, on, seen)
    return [one for one in owed if one.day <= on]


def scheduled(
    documents: Iterable[Reviewed],
    revisions: Iterable[Wording],
    reviews: Iterable[Review],
    rules: Policy,
    on: date,
    seen: Seen = NOTHING_SEEN,
) -> list[Due]:
    """Return by when each document in force on a day is reviewed next, the soonest first."""
    current = {one.document: one for one in revisions if one.in_force(on)}
    own: dict[str, list[Review]] = {}
    for review in reviews:
        own.setdefault(review.document, []).append(review)
    first = cache(partial(_first, rules))  # many texts took effect on the same few days
    found = (
        owed
        for document in documents
        if (revision := current.get(document.id)) is not None
        for owed in (
            _owed(document, revision, own.get(document.id, []), rules, seen.get(document.id, ()))
            if document.id in own or document.id in seen
            else _new(document, first(document.type, revision.effective))
        )
    )
    return sorted(found, key=lambda one: (one.day, one.document.id, one.cause))


def openings(owed: Iterable[Due]) -> tuple[Open, ...]:
    """Return the changes that open each periodic review which is owed and not open yet."""
    return tuple(
        Open(document=one.document.code, cause=one.cause, due=one.day)
        for one in owed
        if one.review is None
    )


def triggered(
    trigger: Trigger,
    documents: Iterable[Reviewed],
    revisions: Iterable[Wording],
    reviews: Iterable[Review],
    on: date,
) -> tuple[Open | Join, ...]:
    """Return the changes that open every review a cause asks for, in one operation.

    An open review for the same cause answers for one more of its kind.
    """
    own = [one for one in reviews if one.cause is trigger.cause]
    running = {one.document: one for one in own if one.state is ReviewState.OPEN}
    asked = unanswered(trigger, documents, revisions, own, on)
    return tuple(_begun(trigger, one, running.get(one.id), on) for one in asked)


def unanswered(
    trigger: Trigger,
    documents: Iterable[Reviewed],
    revisions: Iterable[Wording],
    reviews: Iterable[Review],
    on: date,
) -> list[Reviewed]:
    """Return the documents that owe a review for a cause.

    What is not in force, took effect since, or answers for it already, is left out.
    """
    current = {one.document: one for one in revisions if one.in_force(on)}
    kept = (one for one in reviews if one.state is not ReviewState.CANCELLED)
    own = (one for one in kept if one.cause is trigger.cause)
    origin = key(trigger.origin)  # somebody may have typed it
    answered = {one.document for one in own if origin in map(key, one.origins)}
    return [
        one
        for one in documents
        if one.id in trigger.documents and one.id not in answered
        if (text := current.get(one.id)) is not None
        if trigger.since is None or text.effective < trigger.since
    ]


def _begun(trigger: Trigger, document: Reviewed, running: Review | None, on: date) -> Open | Join:
    # The law sets its own day; any other is set now, and no day that is over is set.
    due = trigger.due if trigger.cause in OWED_BY_RULE else max(trigger.due, on)
    if running is not None:
        return Join(code=running.code, origin=trigger.origin, due=due)
    return Open(document=document.code, cause=trigger.cause, due=due, origin=trigger.origin)


def _owed(
    document: Reviewed,
    revision: Wording,
    reviews: list[Review],
    rules: Policy,
    seen: Iterable[date],
) -> Iterator[Due]:
    periodic = False
    for review in reviews:
        if review.state is not ReviewState.OPEN:
            continue
        if review.cause is Cause.PERIODIC and review.revision != revision.id:
            continue  # its text was superseded, and the new one has a day of its own
        periodic = periodic or review.cause is Cause.PERIODIC
        yield Due(document, review.cause, review.deadline, review)
    day = None if periodic else next_day(document, revision, reviews, rules, seen)
    if day is not None:
        yield Due(document, Cause.PERIODIC, day)


def _new(document: Reviewed, day: date | None) -> Iterator[Due]:
    if day is not None:
        yield Due(document, Cause.PERIODIC, day)


def _first(rules: Policy, kind: str, since: date) -> date | None:
    months = rules.cycle(kind)
    return None if months is None else _ends("review.new", since, months, rules)


def next_day(
    document: Reviewed,
    revision: Wording,
    reviews: Iterable[Review],
    rules: Policy,
    seen: Iterable[date] = (),
) -> date | None:
    """Return when a text is to be reviewed periodically, ``None`` without a cycle.

    A new text is looked at soon, one that was kept after its type's cycle, one that was kept
    twice later; a finding makes it as good as new. So does a nonconformity on it, whose day is
    ``seen``: it brings the next look nearer and never puts it off.
    """
    months = rules.cycle(document.type)
    if months is None:
        return None
    since, kept, name, wrong = revision.effective, 0, "review.new", sorted(seen)
    for review in _concluded(revision, reviews):
        before, since = since, review.day or since
        found = review.cause in FINDINGS or review.outcome is not Outcome.KEEP
        kept = 0 if found else 1 if _between(before, wrong, since) else kept + 1
        name = ("review.found", "review.kept", "review.kept_twice")[min(kept, 2)]
    ends = _ends(name, since, months, rules)
    nearer = (_ends("review.found", day, months, rules) for day in wrong if day >= since)
    return min((ends, *nearer))


def _between(since: date, days: Iterable[date], until: date) -> bool:
    return any(since <= day < until for day in days)


def _ends(name: str, since: date, months: int, rules: Policy) -> date:
    limit = rules.limit(name, since)
    return limit.ends(since, rules.calendar) if limit else add_months(since, months)


def _concluded(revision: Wording, reviews: Iterable[Review]) -> list[Review]:
    own = (one for one in reviews if one.revision == revision.id)
    done = (one for one in own if one.state is ReviewState.CONCLUDED)
    return sorted(done, key=lambda one: (one.day or date.min, one.code))
