"""What is done about the thing itself, apart from its cause: ISO 9001:2015, 8.7.1, 10.2.1 a."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import Code, Done, Text
from .. import policy
from .items import UNDER_WAY, Concession, Correction, Nonconformity, Order, Recall, State
from .steps import LEADERS, ahead, at, happened, moved, timed


class StopUndecided(Refused):
    """For a grave nonconformity the leader first says whether the work stops or goes on."""

    clause = "8.7.1"
    vi = "Với mức nặng, lãnh đạo phải quyết định trước: dừng hay tiếp tục công việc."


class RecallOwed(Refused):
    """What was ordered to be called back is called back first."""

    clause = "8.7.1 b"
    vi = "Còn kết quả phải thu hồi theo quyết định của lãnh đạo."


class NothingToRecall(Refused):
    """No recall was ordered, or it was already carried out."""

    clause = "8.7.1 b"
    vi = "Không có quyết định thu hồi, hoặc đã thu hồi xong."


class RecallUndecided(Refused):
    """A recall says what is called back; where there is none, it has neither scope nor day."""

    clause = "8.7.1 b"
    vi = "Có thu hồi thì phải ghi phạm vi; không thu hồi thì không ghi phạm vi, thời hạn."


class AlreadyConceded(Refused):
    """A concession is given once."""

    clause = "8.7.1 d"
    vi = "Đã có nhân nhượng cho sự không phù hợp này."


class DecideStop(
    Step[Nonconformity], kind="nonconformity.decide-stop/1", item=Nonconformity, roles=LEADERS
):
    """Decide, as leader, whether the work stops or goes on, and what is called back."""

    vi = "Quyết định dừng hay tiếp tục công việc, phạm vi thu hồi (lãnh đạo)"

    stop: bool = Field(title="Dừng công việc")
    reason: Text = Field(title="Lý do", min_length=1)
    recall: bool = Field(title="Thu hồi, rà soát kết quả đã trả")
    scope: Text = Field(default="", title="Phạm vi thu hồi")
    recall_due: date | None = Field(default=None, title="Hạn thu hồi (bỏ trống: theo chính sách)")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *UNDER_WAY)
        ahead(before.code, self.recall_due, act)
        undue = self.recall_due is not None and not self.recall
        if self.recall != bool(self.scope) or undue:
            raise RecallUndecided(before.code)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        due = self.recall_due or policy.limit(act, "nonconformity.recall")
        order = Order(
            stop=self.stop,
            reason=self.reason,
            recall=self.scope,
            due=due if self.recall else None,
            post=act.actor.post,
            day=act.day,
        )
        recalled = None if self.recall else before.recalled
        return before.model_copy(update={"order": order, "recalled": recalled})


class RecallOutputs(Step[Nonconformity], kind="nonconformity.recall-outputs/1", item=Nonconformity):
    """Note what was called back, or put right, of what had gone out."""

    vi = "Ghi việc đã thu hồi, đính chính kết quả đã trả"

    what: Text = Field(title="Đã thu hồi, đính chính gì", min_length=1)
    outputs: tuple[Code, ...] = Field(default=(), title="Hồ sơ, kết quả bị ảnh hưởng")
    day: Done = Field(title="Ngày xong")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *UNDER_WAY)
        if before.order is None or not recall_open(before):
            raise NothingToRecall(before.code)
        happened(before.code, self.day, before.order.day, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        recalled = Recall(what=self.what, by=act.actor.id, day=self.day)
        outputs = tuple(dict.fromkeys((*before.outputs, *self.outputs)))
        return before.model_copy(update={"recalled": recalled, "outputs": outputs})


class Correct(Step[Nonconformity], kind="nonconformity.correct/1", item=Nonconformity):
    """Note what was done at once about the thing itself, and what a second look showed."""

    vi = "Ghi việc xử lý ngay và kết quả kiểm tra lại"

    what: Text = Field(title="Đã làm gì", min_length=1)
    result: Text = Field(title="Kết quả kiểm tra lại", min_length=1)
    day: Done = Field(title="Ngày xong")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *UNDER_WAY)
        if before.grave and before.order is None:
            raise StopUndecided(before.code)
        happened(before.code, self.day, before.day, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        done = Correction(what=self.what, result=self.result, by=act.actor.id, day=self.day)
        corrections = (*before.corrections, done)
        if before.state is not State.ACCEPTED:
            return before.model_copy(update={"corrections": corrections})
        return moved(before, State.CORRECTED, **timed(act, "decide"), corrections=corrections)


class Concede(
    Step[Nonconformity], kind="nonconformity.concede/1", item=Nonconformity, roles=LEADERS
):
    """Allow, as leader and where the law does, that something is used as it is."""

    vi = "Cho phép nhân nhượng: phạm vi, căn cứ, thời hạn (lãnh đạo)"

    scope: Text = Field(title="Phạm vi nhân nhượng", min_length=1)
    basis: Text = Field(title="Căn cứ", min_length=1)
    until: date | None = Field(default=None, title="Đến ngày")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *UNDER_WAY)
        ahead(before.code, self.until, act)
        if before.concession is not None:
            raise AlreadyConceded(before.code)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        said = {"scope": self.scope, "basis": self.basis, "until": self.until}
        given = Concession(post=act.actor.post, day=act.day, **said)
        return before.model_copy(update={"concession": given})


def recall_open(item: Nonconformity) -> bool:
    """Tell whether something is still to be called back."""
    return item.order is not None and bool(item.order.recall) and item.recalled is None


def contained(item: Nonconformity) -> None:
    """Raise ``Refused`` while a leader's word or a recall is owed."""
    if item.grave and item.order is None:
        raise StopUndecided(item.code)
    if recall_open(item):
        raise RecallOwed(item.code)
