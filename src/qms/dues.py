"""What somebody owes by a day, over all registers: one list, the same however often it is asked.

Most of it stands in the registers, as their ``due``. The rest follows from what is in force and
from the policy of the day: reviews by the calendar and by cause, requests, readings, paper to be
called back, the yearly management review, conformity to be declared again and training for new
revisions. Pure over what is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple, Protocol

from .changes import Item, Look
from .overview import Find, seen_on
from .registers import declarations, management_reviews, reviews
from .registers.competence import Competence, Requirement, Training
from .registers.declarations import Declaration, DeclarationState
from .registers.documents import (
    Copy,
    CopyState,
    Receipt,
    Request,
    RequestState,
    Revision,
)
from .registers.external import Turn
from .registers.management_reviews import ManagementReview, PlanReview
from .registers.people import Person, Post
from .registers.policy import Policy
from .registers.reviews import Reviewed, Wording
from .registers.trail_reviews import TrailReview
from .values import Word
from .watching import Around, triggers


class Due(NamedTuple):
    """One thing that somebody owes by a day, in whatever register; all but words are ids."""

    day: date
    register: str
    code: str
    unit: str
    owner: str
    state: Word | None
    what: str


_SAID: Final = ("title", "what", "found", "subject", "event", "change")
_MEANT: Final = ("service", "requirement", "scope", "aim", "decision", "conclusion")
"""The fields that say what an item is about, the plainest first; some hold an id."""


class Issued(Wording, Protocol):
    """What is asked of a revision in force."""

    @property
    def code(self) -> str:
        """Return its code."""
        ...

    @property
    def title(self) -> str:
        """Return its title."""
        ...

    @property
    def distribution(self) -> tuple[str, ...]:
        """Return the ids of the units that receive it."""
        ...


class Held(NamedTuple):
    """All that dues are told from: what is in force, the policy, how to find and to look."""

    documents: Sequence[Reviewed]
    revisions: Sequence[Issued]
    rules: Policy
    find: Find
    look: Look


def owed(owing: Iterable[Item], held: Held, on: date) -> list[Due]:
    """Return what is owed up to a day, by day; ``owing`` is what the registers call due."""
    # Reviews and changes of the law are owed by what is in force, not by their own day alone.
    apart = (reviews.Review, Turn)
    found = [due for item in owing if not isinstance(item, apart) for due in _standing(item)]
    asked = (_reviews, _caused, _requests, _readings, _copies, _yearly, _declared, _taught)
    for more in asked:
        found += more(held, on)
    seats = {owner: _seat(owner, held.look, on) for owner in {due.owner for due in found}}
    placed = (due._replace(unit=due.unit or seats[due.owner]) for due in found)
    return sorted((due for due in placed if due.day <= on), key=_order)


def readers(
    revision: Issued, people: Iterable[Person], posts: Iterable[Post], on: date
) -> Iterator[tuple[Person, date]]:
    """Yield who is to read a revision, and since when: the people of the units that receive it.

    They are those there when it took effect and those who came since, without those who left.
    """
    if not revision.distribution:
        return
    seats = {post.id: post.unit for post in posts if post.until is None or on < post.until}
    for person in people:
        held = (one for one in person.posts(on) if seats.get(one.post) in revision.distribution)
        since = min((one.since for one in held), default=None)
        if since is not None:
            yield person, max(since, revision.effective)


def borne(rows: Iterable[Due], person: Person, look: Look, on: date) -> list[Due]:
    """Return what a person owes: by name, in a post, or with the unit where nobody does by name."""
    seats = [look(Post, seat.post) for seat in person.posts(on)]
    mine = {person.id} | {own for seat in seats if seat for own in (seat.id, seat.unit)}
    return [row for row in rows if (row.owner or row.unit) in mine]


def _standing(item: Item) -> Iterator[Due]:
    due: date = getattr(item, "due")  # noqa: B009 (a column of every register that is asked)
    for owner in _owners(item):
        unit, state = getattr(item, "unit", ""), getattr(item, "state", None)
        yield Due(due, item.register, item.code, unit, owner, state, _about(item))


def _owners(item: Item) -> tuple[str, ...]:
    if isinstance(item, Training):
        return item.people
    if isinstance(item, Competence):
        return (item.person,)
    if isinstance(item, TrailReview):
        return (item.reviewer,)
    return (getattr(item, "owner", ""),)


def _about(item: Item) -> str:
    said = (getattr(item, name, "") for name in (*_SAID, *_MEANT))
    return next((words for words in said if isinstance(words, str) and words), "")


def _reviews(held: Held, on: date) -> Iterator[Due]:
    opened = held.find(reviews.Review)
    seen = seen_on(held.find)
    for one in reviews.due(held.documents, held.revisions, opened, held.rules, on, seen):
        document, review = one.document, one.review
        code, state = (review.code, review.state) if review else (document.code, None)
        seat = document.unit, document.owner
        yield Due(one.day, "review", code, *seat, state, f"{document.code} {document.title}")


def _caused(held: Held, on: date) -> Iterator[Due]:
    opened = held.find(reviews.Review)
    around = Around(held.documents, held.revisions, opened, on)
    for trigger in triggers(held.find, held.rules):
        item = trigger.item
        for one in reviews.unanswered(trigger, *around.of(trigger), on):
            state, what = (
                (item.what, item.external)
                if isinstance(item, Turn)
                else (trigger.cause, f"{one.code} {one.title}")
            )
            seat = one.unit, one.owner
            yield Due(trigger.due, item.register, item.code, *seat, state, what)


def _requests(held: Held, on: date) -> Iterator[Due]:
    for one in held.find(Request, state=RequestState.ACCEPTED):
        if one.due is not None:
            yield Due(one.due, "request", one.code, "", one.drafter, one.state, one.reason)


def _readings(held: Held, on: date) -> Iterator[Due]:
    people, posts = held.find(Person, kind="person"), held.find(Post)
    read = {(receipt.revision, receipt.person) for receipt in held.find(Receipt)}
    days, calendar = held.rules.read_days, held.rules.calendar
    for revision in held.revisions:
        for person, since in readers(revision, people, posts, on):
            if (revision.id, person.id) not in read:
                due = calendar.add_working_days(since, days)
                yield Due(due, "receipt", revision.code, "", person.id, None, revision.title)


def _copies(held: Held, on: date) -> Iterator[Due]:
    for copy in held.find(Copy, state=CopyState.OUT):
        until = held.look(Revision, copy.revision)
        if until is not None and until.until is not None and until.until <= on:
            due = held.rules.calendar.add_working_days(until.until, held.rules.recall_days)
            yield Due(due, "copy", copy.code, "", copy.holder, copy.state, until.title)


def _yearly(held: Held, on: date) -> Iterator[Due]:
    known = held.find(ManagementReview)
    by = management_reviews.next_by(known)
    planned = (one for one in known if not one.extraordinary and one.held is None)
    # A meeting that is planned in time is owed by its own day.
    if by is not None and not any(one.due is not None and one.due <= by for one in planned):
        last = management_reviews.regular(known)[-1]
        yield Due(by, last.register, last.code, "", last.owner, None, PlanReview.vi)


def _declared(held: Held, on: date) -> Iterator[Due]:
    for one in held.find(Declaration, state=DeclarationState.DECLARED):
        why = declarations.again(one, held.rules.scope, held.rules.edition)
        if why is not None:
            yield Due(on, one.register, one.code, "", one.signer, one.state, why)


def _taught(held: Held, on: date) -> Iterator[Due]:
    given = {one.revision for one in held.find(Training)}
    new = [one for one in held.revisions if one.id not in given]
    for asked in held.find(Requirement):
        for one in new:
            if asked.holds(on) and asked.process == one.document and asked.since < one.effective:
                yield Due(one.effective, "training", one.code, "", asked.post, None, asked.what)


def _seat(owner: str, look: Look, on: date) -> str:
    post = look(Post, owner) if owner.startswith("post:") else None
    person = look(Person, owner) if owner.startswith("person:") else None
    if person is not None:
        first = next(person.posts(on), None)
        post = look(Post, first.post) if first else None
    return post.unit if post else ""


def _order(due: Due) -> tuple[date, str, str, str]:
    return due.day, due.register, due.code, due.owner
