"""Which documents are owed a review, and by when: pure, on any day, as often as asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ..calendar import add_months
from ..documents import Document, Revision
from ..external import Turn
from ..policy import Policy
from .items import FINDINGS, Cause, Outcome, Review, ReviewState
from .reviewing import Join, Open


class Due(NamedTuple):
    """That a document in force is to be reviewed by a day; by which review, once it is open."""

    document: Document
    cause: Cause
    day: date
    review: Review | None = None


def due(
    documents: Iterable[Document],
    revisions: Iterable[Revision],
    reviews: Iterable[Review],
    rules: Policy,
    on: date,
) -> list[Due]:
    """Return what is to be reviewed by a day, the longest overdue first; only what is in force."""
    owed = scheduled(documents, revisions, reviews, rules, on)
    return [one for one in owed if one.day <= on]


def scheduled(
    documents: Iterable[Document],
    revisions: Iterable[Revision],
    reviews: Iterable[Review],
    rules: Policy,
    on: date,
) -> list[Due]:
    """Return by when each document in force on a day is reviewed next, the soonest first."""
    current = {one.document: one for one in revisions if one.in_force(on)}
    own: dict[str, list[Review]] = {}
    for review in reviews:
        own.setdefault(review.document, []).append(review)
    found = (
        owed
        for document in documents
        if (revision := current.get(document.id)) is not None
        for owed in _owed(document, revision, own.get(document.id, []), rules)
    )
    return sorted(found, key=lambda one: (one.day, one.document.id, one.cause))


def openings(owed: Iterable[Due]) -> tuple[Open, ...]:
    """Return the changes that open each periodic review which is owed and not open yet."""
    return tuple(
        Open(document=one.document.code, cause=one.cause, due=one.day)
        for one in owed
        if one.review is None
    )


def for_law(
    turn: Turn,
    documents: Iterable[Document],
    revisions: Iterable[Revision],
    reviews: Iterable[Review],
    on: date,
) -> tuple[Open | Join, ...]:
    """Return the changes that open every review a change of the law asks for, in one operation.

    What is not in force, or answers for this change already, is left out; an open review for
    the law answers for one more change of it.
    """
    current = {one.document for one in revisions if one.in_force(on)}
    own = [one for one in reviews if one.cause is Cause.LAW]
    running = {one.document: one for one in own if one.state is ReviewState.OPEN}
    kept = (one for one in own if one.state is not ReviewState.CANCELLED)
    answered = {one.document for one in kept if turn.code in one.origins}
    asked = (
        one
        for one in documents
        if one.id in turn.documents and one.id in current and one.id not in answered
    )
    return tuple(_for_law(turn, document, running.get(document.id)) for document in asked)


def _for_law(turn: Turn, document: Document, running: Review | None) -> Open | Join:
    if running is not None:
        return Join(code=running.code, origin=turn.code, due=turn.due)
    return Open(document=document.code, cause=Cause.LAW, due=turn.due, origin=turn.code)


def _owed(
    document: Document, revision: Revision, reviews: list[Review], rules: Policy
) -> Iterator[Due]:
    periodic = False
    for review in reviews:
        if review.state is not ReviewState.OPEN:
            continue
        if review.cause is Cause.PERIODIC and review.revision != revision.id:
            continue  # its text was superseded, and the new one has a day of its own
        periodic = periodic or review.cause is Cause.PERIODIC
        yield Due(document, review.cause, review.deadline, review)
    day = None if periodic else next_day(document, revision, reviews, rules)
    if day is not None:
        yield Due(document, Cause.PERIODIC, day)


def next_day(
    document: Document, revision: Revision, reviews: Iterable[Review], rules: Policy
) -> date | None:
    """Return when a text is to be reviewed periodically, ``None`` for a type without a cycle.

    A new text is looked at soon, one that was kept after its type's cycle, one that was kept
    twice later; a finding makes it as good as new.
    """
    months = rules.type(document.type).review_months
    if months is None:
        return None
    since, kept, name = revision.effective, 0, "review.new"
    for review in _concluded(revision, reviews):
        since = review.day or since
        kept = 0 if review.cause in FINDINGS or review.outcome is not Outcome.KEEP else kept + 1
        name = ("review.found", "review.kept", "review.kept_twice")[min(kept, 2)]
    known = (one for one in rules.limits if one.name == name and one.holds(since))
    limit = next(known, None)
    return limit.ends(since, rules.calendar) if limit else add_months(since, months)


def _concluded(revision: Revision, reviews: Iterable[Review]) -> list[Review]:
    own = (one for one in reviews if one.revision == revision.id)
    done = (one for one in own if one.state is ReviewState.CONCLUDED)
    return sorted(done, key=lambda one: (one.day or date.min, one.code))
