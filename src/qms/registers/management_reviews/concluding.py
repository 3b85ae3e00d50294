"""What a management review decides, signs and leaves behind: 9.3.3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Item, Meaning, Opening, Role, Step
from ...errors import Refused
from ...values import Code, Content, Digest, Text
from ..documents.approval import signed
from ..people import OFFICERS, Post, still
from ..tasks import Task
from .items import Conclusion, ManagementReview, Output, ReviewState, at, codes


class InputMissing(Refused):
    """Every input has content or says that nothing arose before the minutes are signed."""

    clause = "9.3.2"
    vi = "Còn đầu vào chưa có nội dung và chưa ghi “không phát sinh”."


class NoMinutes(Refused):
    """What is signed are the minutes as they were written last."""

    clause = "9.3.3"
    vi = "Chưa có biên bản, hoặc biên bản được ký không phải bản lập sau cùng."


class OwnMinutes(Refused):
    """Whoever wrote the minutes of a review does not sign them for the leader."""

    clause = "9.3.3"
    vi = "Người lập biên bản xem xét không được ký thay chủ trì."


class ConclusionDueBefore(Refused):
    """What a review decides is due after it was held."""

    clause = "9.3.3"
    vi = "Thời hạn của kết luận phải sau ngày họp."


class OtherConclusionCode(Refused):
    """A conclusion is filed under its review and its number."""

    clause = "7.5.2 a"
    vi = "Kết luận mang mã của kỳ xem xét và số thứ tự, không đặt mã khác."


class AlreadyTask(Refused):
    """A conclusion becomes one task."""

    clause = "9.3.3"
    vi = "Kết luận này đã được giao thành nhiệm vụ."


class NotItsTask(Refused):
    """The task of a conclusion has the same owner and is due no later."""

    clause = "9.3.3"
    vi = "Nhiệm vụ phải cùng vị trí chủ trì với kết luận và không muộn hơn thời hạn kết luận."


class ConclusionNotTask(Refused):
    """A review is closed when each of its conclusions is a task."""

    clause = "9.3.3"
    vi = "Còn kết luận chưa được giao thành nhiệm vụ."


class Decide(Opening[Conclusion], kind="conclusion.decide/1", item=Conclusion, roles=OFFICERS):
    """Enter what a review decided: what, by whom, by when."""

    vi = "Ghi kết luận của cuộc xem xét: việc gì, ai, thời hạn"

    review: Code = Field(title="Kỳ xem xét")
    output: Output = Field(title="Loại đầu ra")
    decision: Text = Field(title="Kết luận", min_length=1)
    owner: Code = Field(title="Vị trí chịu trách nhiệm chính")
    due: date = Field(title="Thời hạn")

    def given(self, act: Act) -> str:
        review = act.need(ManagementReview, self.review)
        return f"{review.code}/{review.conclusions + 1}"

    def check(self, act: Act) -> None:
        review = act.need(ManagementReview, self.review)
        at(review, ReviewState.HELD)
        still(act.need(Post, self.owner))
        if self.code != self.given(act):
            raise OtherConclusionCode(self.code)
        if review.held is None or self.due <= review.held:
            raise ConclusionDueBefore(f"{self.code}, {self.due}")

    def apply(self, act: Act) -> tuple[Item, ...]:
        review = act.need(ManagementReview, self.review)
        conclusion = Conclusion(
            id=self.id,
            code=self.code,
            review=review.id,
            output=self.output,
            decision=self.decision,
            owner=act.need(Post, self.owner).id,
            deadline=self.due,
        )
        # whatever was written before says too little now
        more = {"conclusions": review.conclusions + 1, "minutes": None, "writer": ""}
        return conclusion, review.model_copy(update=more)


class BecomeTask(
    Step[Conclusion], kind="conclusion.become-task/1", item=Conclusion, roles=OFFICERS
):
    """Name the task that a conclusion became."""

    vi = "Ghi nhiệm vụ được giao từ kết luận"

    task: Code = Field(title="Nhiệm vụ")

    def check(self, before: Conclusion, act: Act) -> None:
        at(act.need(ManagementReview, before.review), ReviewState.HELD, ReviewState.SIGNED)
        if before.task:
            raise AlreadyTask(before.code)
        task = act.need(Task, self.task)
        if task.owner != before.owner or task.first_deadline > before.deadline:
            raise NotItsTask(f"{before.code}, {task.code}")

    def apply(self, before: Conclusion, act: Act) -> Conclusion:
        return before.model_copy(update={"task": act.need(Task, self.task).id})


class WriteMinutes(
    Step[ManagementReview],
    kind="management_review.write-minutes/1",
    item=ManagementReview,
    roles=OFFICERS,
):
    """Lay the minutes before the leader, for signature."""

    vi = "Lập biên bản xem xét, trình chủ trì ký"

    minutes: Content = Field(title="Biên bản")

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.HELD)

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        written = Content(sha256=self.minutes.sha256, size=self.minutes.size)
        return before.model_copy(update={"minutes": written, "writer": act.actor.id})

    def vaulted(self) -> Mapping[str, Content]:
        return {"minutes": self.minutes}


class SignMinutes(
    Step[ManagementReview],
    kind="management_review.sign/1",
    item=ManagementReview,
    roles=(Role.LEADER,),
):
    """Sign the minutes; every input has been filled or said not to have arisen."""

    vi = "Ký biên bản xem xét (đủ mười hai đầu vào)"

    digest: Digest = Field(title="Mã băm của biên bản")

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.HELD)
        _complete(before)
        if before.minutes is None or before.minutes.sha256 != self.digest:
            raise NoMinutes(before.code)
        if before.writer in signed(act).hands:
            raise OwnMinutes(before.code)

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        return before.model_copy(
            update={"state": ReviewState.SIGNED, "signer": act.actor.id, "deadline": None}
        )


class CloseReview(
    Step[ManagementReview],
    kind="management_review.close/1",
    item=ManagementReview,
    roles=OFFICERS,
    meaning=Meaning.CLOSED,
):
    """Close a review: each conclusion is a task, which the next review begins with."""

    vi = "Kết thúc kỳ xem xét: mọi kết luận đã thành nhiệm vụ"

    def check(self, before: ManagementReview, act: Act) -> None:
        at(before, ReviewState.SIGNED)
        for code in codes(before):
            if not act.need(Conclusion, code).task:
                raise ConclusionNotTask(code)

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        return before.model_copy(update={"state": ReviewState.CLOSED})


def _complete(review: ManagementReview) -> None:
    if review.missing:
        raise InputMissing(f"{review.code} ({review.missing[0].vi} / {review.missing[0]})")
