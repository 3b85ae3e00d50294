"""From the plan of a management review to its meeting: 9.3.1."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Item, Opening, Role, Step
from ...errors import Refused
from ...values import Code, Text
from .. import policy
from ..people import OFFICERS, Post, still
from .items import LAST, OPEN, Input, LatestReview, ManagementReview, ReviewState, at


class ReviewPeriodBackwards(Refused):
    """The period of a review ends before its meeting and begins before it ends."""

    clause = "9.3.1"
    vi = "Kỳ xem xét phải có ngày đầu trước ngày cuối, ngày cuối không sau ngày họp."


class YearlyIsWhole(Refused):
    """Only an extraordinary review considers some of the inputs; a yearly one all of them."""

    clause = "9.3.2"
    vi = "Chỉ xem xét đột xuất được xét một số đầu vào; xem xét định kỳ phải xét đủ mười hai."


class MeetingOver(Refused):
    """The day of a review that is planned lies ahead."""

    clause = "9.3.1"
    vi = "Ngày họp xem xét dự kiến phải ở phía trước."


class LastReviewOpen(Refused):
    """A review is planned when the minutes of the one before are signed."""

    clause = "9.3.2 a"
    vi = "Chỉ lập kỳ xem xét mới khi biên bản kỳ trước đã ký hoặc kỳ trước đã hủy."


class ShortNotice(Refused):
    """A review is announced in good time, or with the reason for the haste."""

    clause = "9.3.1"
    vi = "Thông báo họp xem xét chưa đủ thời gian báo trước; nếu gấp phải nêu lý do."


class HeldAnotherDay(Refused):
    """A review is held on or after the day it was announced, and entered when it was held."""

    clause = "9.3.1"
    vi = "Ngày họp phải từ ngày thông báo đến hôm nay."


class PlanReview(
    Opening[ManagementReview],
    kind="management_review.plan/1",
    item=ManagementReview,
    roles=OFFICERS,
):
    """Plan the next management review; it follows the last one."""

    vi = "Lập kế hoạch xem xét của lãnh đạo"

    owner: Code = Field(title="Vị trí chuẩn bị")
    since: date = Field(title="Kỳ xem xét: từ ngày")
    until: date = Field(title="Kỳ xem xét: đến hết ngày")
    day: date = Field(title="Ngày họp")
    extraordinary: Text = Field(default="", title="Lý do, nếu là xem xét đột xuất")
    inputs: tuple[Input, ...] = Field(
        default=(), title="Đầu vào được xét, nếu là xem xét đột xuất (bỏ trống: đủ mười hai)"
    )

    def check(self, act: Act) -> None:
        still(act.need(Post, self.owner))
        if not self.since < self.until <= self.day:
            raise ReviewPeriodBackwards(f"{self.code}, {self.since} – {self.until}, {self.day}")
        _ahead(self.code, self.day, act)
        if self.inputs and not self.extraordinary:
            raise YearlyIsWhole(self.code)
        last = _last(act)
        if last is not None and last.state in OPEN:
            raise LastReviewOpen(last.code)

    def apply(self, act: Act) -> tuple[Item, ...]:
        last = _last(act)
        facts = dict(self) | {"owner": act.need(Post, self.owner).id}
        # What became of the last conclusions is always asked: else they would be lost here.
        asked = {Input.FOLLOW_UP, *(facts.pop("inputs") or Input)}
        facts["considered"] = tuple(one for one in Input if one in asked)
        review = ManagementReview(id=self.id, previous=last.id if last else "", **facts)
        return review, _latest(review.id)


class Postpone(
    Step[ManagementReview],
    kind="management_review.postpone/1",
    item=ManagementReview,
    roles=(Role.LEADER,),
):
    """Set another day for the meeting, with the reason; it is announced anew."""

    vi = "Ấn định ngày họp khác, kèm lý do (phải thông báo lại)"

    day: date = Field(title="Ngày họp mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.PLANNED, ReviewState.ANNOUNCED)
        _ahead(before.code, self.day, act)
        if self.day < before.until:
            raise ReviewPeriodBackwards(f"{before.code}, {before.until}, {self.day}")

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        again = {"state": ReviewState.PLANNED, "announced": None, "haste": ""}
        return before.model_copy(update={**again, "day": self.day, "note": self.reason})


class AnnounceReview(
    Step[ManagementReview],
    kind="management_review.announce/1",
    item=ManagementReview,
    roles=OFFICERS,
):
    """Announce the meeting and who prepares which input."""

    vi = "Thông báo họp xem xét, phân công chuẩn bị đầu vào"

    note: Text = Field(title="Số thông báo, phân công", min_length=1)
    haste: Text = Field(default="", title="Lý do, nếu báo gấp")

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.PLANNED)
        least = policy.limit(act, "management_review.notice") or act.day
        if before.day < least and not self.haste:
            raise ShortNotice(f"{before.code}, {before.day} < {least}")

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        told = {"state": ReviewState.ANNOUNCED, "announced": act.day}
        return before.model_copy(update={**told, "note": self.note, "haste": self.haste})


class Hold(
    Step[ManagementReview], kind="management_review.hold/1", item=ManagementReview, roles=OFFICERS
):
    """Enter that the meeting was held, and who was there."""

    vi = "Ghi cuộc họp xem xét đã tiến hành"

    day: date = Field(title="Ngày họp")
    attendance: Text = Field(title="Chủ trì, thành phần dự (theo chức vụ)", min_length=1)

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.ANNOUNCED)
        since = max(before.announced or before.until, before.until)
        if not since <= self.day <= act.day:
            raise HeldAnotherDay(f"{before.code}, {self.day}")

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        due = policy.limit(act, "management_review.minutes", self.day)
        met = {"state": ReviewState.HELD, "held": self.day, "attendance": self.attendance}
        return before.model_copy(update={**met, "deadline": due})


class CancelReview(
    Step[ManagementReview],
    kind="management_review.cancel/1",
    item=ManagementReview,
    roles=(Role.LEADER,),
):
    """Give up a review that was not held yet; the next one follows the one before."""

    vi = "Hủy kỳ xem xét chưa họp, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.PLANNED, ReviewState.ANNOUNCED)

    def apply(self, before: ManagementReview, act: Act) -> tuple[Item, ...]:
        ended = {"state": ReviewState.CANCELLED, "note": self.reason}
        return before.model_copy(update=ended), _latest(before.previous)


def _ahead(code: str, day: date, act: Act) -> None:
    if day < act.day:
        raise MeetingOver(f"{code}, {day}")


def _last(act: Act) -> ManagementReview | None:
    latest = act.look(LatestReview, LAST)
    return act.need(ManagementReview, latest.review) if latest and latest.review else None


def _latest(review: str) -> LatestReview:
    return LatestReview(id=LatestReview.identify(LAST), code=LAST, review=review)
