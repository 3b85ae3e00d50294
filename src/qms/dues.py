"""What somebody owes by a day, over all registers: one list, the same however often it is asked.

Most of it stands in the registers, as their ``due``. The rest follows from what is in force and
from the policy of the day: reviews by the calendar and by cause, requests, readings, paper to be
called back, the yearly management review and internal audit, audits of the programme that nobody
has planned, conformity to be declared again and training for new revisions. Pure over what is
found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from heapq import merge
from itertools import chain
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from .changes import ActorKind, Item, Look
from .errors import Unreadable
from .overview import Find, seen_on
from .registers import audits, declarations, management_reviews, reviews
from .registers.audits import Audit, Programme
from .registers.calendar import add_months, add_years
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
from .registers.reviews import Reviewed
from .registers.trail_reviews import TrailReview
from .values import Word
from .watching import Around, Issued, triggers


class NoPlaceInList(Unreadable):
    """This names no place in the list of what is due; take the last one of the page before."""

    vi = "Không có vị trí này trong danh sách việc đến hạn; hãy lấy vị trí cuối của trang trước."


class Due(NamedTuple):
    """One thing that somebody owes by a day, in whatever register; all but words are ids."""

    day: date
    register: str
    code: str
    unit: str
    owner: str
    state: Word | None
    what: str
    of: str = ""
    """The document that it follows from, the revision, or the requirement."""

    @property
    def order(self) -> Place:
        """Return where it stands in the list."""
        return Place(self.day.isoformat(), self.register, self.code, self.owner, self.of)

    @property
    def place(self) -> str:
        """Return the same as a text, behind which a page may begin."""
        day, register, code, owner, of = self.order
        follows = f"+{quote(of, safe=':')}" if of else ""
        return "/".join((day, register, quote(owner, safe=":") + follows, code))


class Place(NamedTuple):
    """Where something stands in the list of what is due; before all of it by default."""

    day: str = ""
    register: str = ""
    code: str = ""
    owner: str = ""
    of: str = ""

    @classmethod
    def parse(cls, text: str) -> Place:
        """Return the place that a text names, or raise ``NoPlaceInList``.

        >>> Place.parse("2026-03-01/review/post:cvp/QT-05").code
        'QT-05'
        """
        if not text:
            return cls()
        try:
            day, register, whose, code = text.split("/", 3)
            owner, _plus, of = map(unquote, whose.partition("+"))
            return cls(date.fromisoformat(day).isoformat(), register, code, owner, of)
        except ValueError:
            raise NoPlaceInList(text) from None


_SAID: Final = ("title", "what", "found", "subject", "event", "change")
_MEANT: Final = ("service", "requirement", "scope", "aim", "decision", "conclusion")
"""The fields that say what an item is about, the plainest first; some hold an id."""


_There: TypeAlias = dict[str, list[tuple[int, date, Person]]]


class Held(NamedTuple):
    """All that dues are told from: what is in force, the policy, how to find and to look."""

    documents: Sequence[Reviewed]
    revisions: Sequence[Issued]
    rules: Policy
    find: Find
    look: Look


def stands(item: type[Item]) -> bool:
    """Tell whether what is due in a register is owed by its own day alone."""
    # Reviews and changes of the law are owed by what is in force.
    return "due" in item.columns and item not in (reviews.Review, Turn)


def owed(owing: Iterable[Item], held: Held, on: date, start: Place) -> Iterator[Due]:
    """Yield what is owed up to a day, behind a place, in order.

    ``owing`` is what the registers call due, by day, register and code: no more of it is asked
    for than whoever asks takes. What is about a document, or a revision, says whose title it
    is told by (``of``), and not that yet; nor the unit of whoever owes it (``seated``).
    """
    asked = (item for item in owing if _asked(item, held, on))
    standing = (due for item in asked for due in sorted(_standing(item), key=_order))
    found = chain.from_iterable(more(held, on) for more in _FOLLOWS)
    follows = sorted((due for due in found if due.day <= on), key=_order)
    yield from (due for due in merge(standing, follows, key=_order) if start < due.order)


def seated(due: Due, look: Look, on: date) -> Due:
    """Return the same with its unit: that of whoever owes it, where it has none of its own."""
    own = "" if due.unit else seat(due.owner, look, on)
    post = look(Post, own) if own else None
    return due._replace(unit=post.unit) if post else due


def seat(owner: str, look: Look, on: date) -> str:
    """Return the post in which somebody owes something, by id; empty where there is none."""
    person = look(Person, owner) if owner.startswith("person:") else None
    if person is not None:
        return next((held.post for held in person.posts(on)), "")
    return owner if owner.startswith("post:") else ""


def readers(
    revision: Issued, people: Iterable[Person], posts: Iterable[Post], on: date
) -> Iterator[tuple[Person, date]]:
    """Yield who is to read a revision, and since when: the people of the units that receive it.

    They are those there when it took effect and those who came since, without those who left.
    """
    if revision.distribution:
        yield from _receiving(revision, _there(people, posts, on))


def _there(people: Iterable[Person], posts: Iterable[Post], on: date) -> _There:
    """Return by unit who holds a post there, and since when."""
    seats = {post.id: post.unit for post in posts if post.until is None or on < post.until}
    there: _There = {}
    for place, person in enumerate(people):
        for held in person.posts(on):
            if unit := seats.get(held.post):
                there.setdefault(unit, []).append((place, held.since, person))
    return there


def _receiving(revision: Issued, there: _There) -> Iterator[tuple[Person, date]]:
    receive = (there.get(unit, ()) for unit in revision.distribution)
    first: dict[int, tuple[date, Person]] = {}
    for place, since, person in sorted(chain.from_iterable(receive), key=lambda one: one[:2]):
        first.setdefault(place, (since, person))
    yield from ((person, max(since, revision.effective)) for since, person in first.values())


def borne(rows: Iterable[Due], person: Person, look: Look, on: date) -> Iterator[Due]:
    """Return what a person owes: by name, in a post, or with the unit where nobody does by name."""
    seats = [look(Post, seat.post) for seat in person.posts(on)]
    mine = {person.id} | {own for seat in seats if seat for own in (seat.id, seat.unit)}
    return (row for row in rows if (row.owner or row.unit) in mine)


def _asked(item: Item, held: Held, on: date) -> bool:
    """Tell whether what has its own day is asked for: evidence that runs out may be there anew."""
    if not isinstance(item, Competence):
        return True
    required = held.look(Requirement, item.requirement)
    person = held.look(Person, item.person)
    if required is None or person is None or not required.holds(on):
        return False
    if required.post not in {held.post for held in person.posts(on)}:
        return False
    shown = held.find(Competence, person=item.person)
    return not any(_outlasts(one, item) for one in shown if one.requirement == item.requirement)


def _outlasts(one: Competence, other: Competence) -> bool:
    if one.revoked or other.until is None:
        return False
    return one.until is None or other.until < one.until


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
        yield Due(one.day, "review", code, document.unit, document.owner, state, "", document.id)


def _caused(held: Held, on: date) -> Iterator[Due]:
    opened = held.find(reviews.Review)
    around = Around(held.documents, held.revisions, opened, on)
    for trigger in triggers(held.find, held.rules, held.documents, held.revisions):
        item = trigger.item
        for one in reviews.unanswered(trigger, *around.of(trigger), on):
            state, what = (
                (item.what, item.external) if isinstance(item, Turn) else (trigger.cause, "")
            )
            seat = one.unit, one.owner
            yield Due(trigger.due, item.register, item.code, *seat, state, what, one.id)


def _requests(held: Held, on: date) -> Iterator[Due]:
    for one in held.find(Request, state=RequestState.ACCEPTED):
        if one.due is not None:
            yield Due(one.due, "request", one.code, "", one.drafter, one.state, one.reason)


def _readings(held: Held, on: date) -> Iterator[Due]:
    texts = [one for one in held.revisions if one.distribution]
    if not texts:
        return
    people = [one for one in held.find(Person) if one.kind is ActorKind.PERSON]
    there = _there(people, held.find(Post), on)
    read = {(receipt.revision, receipt.person) for receipt in held.find(Receipt)}
    days, calendar = held.rules.read_days, held.rules.calendar
    for revision in texts:
        for person, since in _receiving(revision, there):
            if (revision.id, person.id) not in read:
                due = calendar.add_working_days(since, days)
                yield Due(due, "receipt", revision.code, "", person.id, None, "", revision.id)


def _copies(held: Held, on: date) -> Iterator[Due]:
    current = {one.id for one in held.revisions}
    for copy in held.find(Copy, state=CopyState.OUT):
        until = None if copy.revision in current else held.look(Revision, copy.revision)
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


def _audited(held: Held, on: date) -> Iterator[Due]:
    """Yield the internal audit owed a year after the last (19/2014/QĐ-TTg, Art. 4(4)b)."""
    known = held.find(Audit)
    opened = [(one.opening.day, one.code, one) for one in known if one.opening is not None]
    if not opened:
        return
    day, code, last = max(opened, key=lambda row: row[:2])
    by, ahead = add_years(day, 1), (one for one in known if one.opening is None)
    # An audit that is planned in time is owed by its own day.
    if not any(one.due is not None and one.due <= by for one in ahead):
        drafters = {one.id: one.drafter for one in held.find(Programme)}
        owner, what = drafters[last.programme], audits.DraftProgramme.vi
        yield Due(by, last.register, code, "", owner, None, what)


def _unfinished(held: Held, on: date) -> Iterator[Due]:
    """Yield each audit to be planned by the end of its month, or to be ended after its last day."""
    years = {one.id: one.year for one in held.find(Programme)}
    for one in held.find(Audit):
        if one.state in (audits.State.OPENED, audits.State.EXAMINED) and one.until is not None:
            yield Due(one.until, one.register, one.code, "", one.lead, one.state, one.aim)
        if one.state is audits.State.SCHEDULED:
            end = add_months(date(years[one.programme], one.month, 1), 1) - timedelta(1)
            yield Due(end, one.register, one.code, "", one.proposer, one.state, audits.Plan.vi)


def _declared(held: Held, on: date) -> Iterator[Due]:
    for one in held.find(Declaration, state=DeclarationState.DECLARED):
        why = declarations.again(one, held.rules.scope, held.rules.edition)
        if why is not None:
            yield Due(on, one.register, one.code, "", one.signer, one.state, why)


def _taught(held: Held, on: date) -> Iterator[Due]:
    required = [one for one in held.find(Requirement) if one.process and one.holds(on)]
    if not required:
        return
    given = {one.revision for one in held.find(Training)}
    new = {one.document: one for one in held.revisions if one.id not in given}
    for asked in required:
        if (one := new.get(asked.process)) and asked.since < one.effective:
            yield Due(
                one.effective, "training", one.code, "", asked.post, None, asked.what, asked.id
            )


_FOLLOWS: Final = (
    *(_reviews, _caused, _requests, _readings, _copies),
    *(_yearly, _audited, _unfinished, _declared, _taught),
)


def _order(due: Due) -> Place:
    return due.order
