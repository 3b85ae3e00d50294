"""Saved reviews of the trail: which entries, by whom, with which exceptions; 7.5.3, 9.1.3."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Digest, Frozen, Text, Word
from .documents.approval import signed
from .people import OFFICERS, Person
from .people.persons import here

REVIEWERS: Final = (*OFFICERS, Role.AUDITOR)


class TrailReviewState(Word):
    """Where a review of the trail stands."""

    OPEN = "open", "Đang soát xét"
    CONCLUDED = "concluded", "Đã kết luận"


class Noted(Frozen):
    """One entry that should not be as it is, and why."""

    entry: int
    says: Text


class TrailReview(
    Item, register="trail_review", columns={"reviewer": Person, "state": str, "due": date}
):
    """One review of a range of entries, both ends included, by somebody who made none of them."""

    first: int
    last: int
    root: Digest
    reviewer: str
    reviewed: tuple[str, ...]
    opened: date
    deadline: date
    exceptions: tuple[Noted, ...] = ()
    state: TrailReviewState = TrailReviewState.OPEN
    conclusion: Text = ""
    concluded: date | None = None

    @property
    def due(self) -> date | None:
        """Return the day by which the conclusion is owed."""
        return self.deadline if self.state is TrailReviewState.OPEN else None


class RangeBackwards(Refused):
    """A range of entries ends where it begins, or later."""

    clause = "9.1.3"
    vi = "Khoảng mục nhật ký phải có mục cuối không trước mục đầu."


class NobodyReviewed(Refused):
    """A review of the trail names everybody who made an entry in its range, once."""

    clause = "9.1.3"
    vi = "Phải nêu đủ, không trùng những người đã thao tác trong khoảng được soát xét."


class OwnEntries(Refused):
    """Nobody reviews entries that they made, or that were made for them."""

    clause = "9.2.2 c"
    vi = "Không ai được soát xét mục nhật ký do chính mình (hoặc thay mặt mình) thực hiện."


class ConclusionOverdue(Refused):
    """The conclusion of a review of the trail is due on a day that lies ahead."""

    clause = "9.1.3"
    vi = "Hạn kết luận soát xét nhật ký phải ở phía trước."


class TrailReviewConcluded(Refused):
    """A review of the trail is concluded once, and nothing is added afterwards."""

    clause = "9.1.3"
    vi = "Đợt soát xét nhật ký này đã kết luận, không ghi thêm."


class NotReviewer(Refused):
    """Whoever began a review of the trail ends it, or another where they have left."""

    clause = "9.1.3"
    vi = (
        "Chỉ người soát xét nhật ký của đợt này được ghi và kết luận "
        "(đã nghỉ, chuyển: người khác làm tiếp)."
    )


class OutOfRange(Refused):
    """An exception is about an entry within the range that is reviewed."""

    clause = "9.1.3"
    vi = "Mục bất thường phải nằm trong khoảng nhật ký được soát xét."


class NotedTwice(Refused):
    """An entry is noted once in a review of the trail."""

    clause = "9.1.3"
    vi = "Mục nhật ký này đã được ghi là bất thường trong đợt soát xét."


class BeginTrailReview(
    Opening[TrailReview], kind="trail_review.begin/1", item=TrailReview, roles=REVIEWERS
):
    """Begin to review a range of the trail; everybody who acts there is named."""

    vi = "Bắt đầu soát xét một khoảng nhật ký, nêu những người đã thao tác"

    first: int = Field(ge=0, title="Từ mục")
    last: int = Field(ge=0, title="Đến hết mục")
    root: Digest = Field(title="Mã băm gốc của nhật ký sau mục cuối")
    actors: tuple[Code, ...] = Field(title="Những người đã thao tác trong khoảng này")
    due: date = Field(title="Hạn kết luận")

    def check(self, act: Act) -> None:
        if self.last < self.first:
            raise RangeBackwards(f"{self.code}, {self.first} – {self.last}")
        if self.due < act.day:
            raise ConclusionOverdue(f"{self.code}, {self.due}")
        actors = _ids(self.actors, act)
        if not actors or len(set(actors)) != len(actors):
            raise NobodyReviewed(self.code)
        if signed(act).hands & set(actors):
            raise OwnEntries(self.code)

    def apply(self, act: Act) -> TrailReview:
        return TrailReview(
            id=self.id,
            code=self.code,
            first=self.first,
            last=self.last,
            root=self.root,
            reviewer=act.actor.id,
            reviewed=_ids(self.actors, act),
            opened=act.day,
            deadline=self.due,
        )


class NoteException(
    Step[TrailReview], kind="trail_review.note/1", item=TrailReview, roles=REVIEWERS
):
    """Note an entry that should not be as it is."""

    vi = "Ghi một mục nhật ký bất thường"

    entry: int = Field(ge=0, title="Mục nhật ký")
    says: Text = Field(title="Điều bất thường", min_length=1)

    def check(self, before: TrailReview, act: Act) -> None:
        _own(before, act)
        if not before.first <= self.entry <= before.last:
            raise OutOfRange(f"{before.code}, {self.entry}: {before.first} – {before.last}")
        if any(noted.entry == self.entry for noted in before.exceptions):
            raise NotedTwice(f"{before.code}, {self.entry}")

    def apply(self, before: TrailReview, act: Act) -> TrailReview:
        noted = Noted(entry=self.entry, says=self.says)
        update = {"exceptions": (*before.exceptions, noted), "reviewer": act.actor.id}
        return before.model_copy(update=update)


class ConcludeTrailReview(
    Step[TrailReview], kind="trail_review.conclude/1", item=TrailReview, roles=REVIEWERS
):
    """Conclude a review of the trail, with or without exceptions."""

    vi = "Kết luận đợt soát xét nhật ký"

    conclusion: Text = Field(title="Kết luận", min_length=1)

    def check(self, before: TrailReview, act: Act) -> None:
        _own(before, act)

    def apply(self, before: TrailReview, act: Act) -> TrailReview:
        ended = {"conclusion": self.conclusion, "concluded": act.day, "reviewer": act.actor.id}
        return before.model_copy(update={**ended, "state": TrailReviewState.CONCLUDED})


class Stretch(NamedTuple):
    """A range of entries, both ends included."""

    first: int
    last: int


def unreviewed(reviews: Iterable[TrailReview], size: int) -> list[Stretch]:
    """Return which of the first ``size`` entries no concluded review covers, in order.

    >>> unreviewed([], 3)
    [Stretch(first=0, last=2)]
    """
    done = sorted(
        (one.first, one.last) for one in reviews if one.state is TrailReviewState.CONCLUDED
    )
    found, start = [], 0
    for first, last in [*done, (size, size)]:
        if start < min(first, size):
            found.append(Stretch(start, min(first, size) - 1))
        start = max(start, last + 1)
    return found


def overdue(reviews: Iterable[TrailReview], on: date) -> list[TrailReview]:
    """Return the reviews whose conclusion was owed before a day, by code."""
    late = (one for one in reviews if one.due is not None and one.due < on)
    return sorted(late, key=lambda one: one.code)


def _own(review: TrailReview, act: Act) -> None:
    if review.state is TrailReviewState.CONCLUDED:
        raise TrailReviewConcluded(review.code)
    if act.actor.id == review.reviewer:
        return
    if here(review.reviewer, act):
        raise NotReviewer(review.code)
    if signed(act).hands & set(review.reviewed):
        raise OwnEntries(review.code)


def _ids(actors: Iterable[str], act: Act) -> tuple[str, ...]:
    return tuple(act.need(Person, actor).id for actor in actors)
