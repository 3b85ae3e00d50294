"""Whether a corrective action is needed, and against which cause: ISO 9001:2015, 10.2.1 b."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import Text
from ..people import OFFICERS
from .containing import contained
from .items import UNDER_WAY, Analysis, Cause, Nonconformity, State
from .steps import PLANNERS, NotLater, OwnExtension, ahead, at, hands, moved, timed


class ActionCompulsory(Refused):
    """What is grave, came back or was found from outside has its cause removed."""

    clause = "10.2.1 b"
    vi = "Mức nặng, lặp lại hoặc do bên ngoài phát hiện thì bắt buộc có hành động khắc phục."


class NothingDue(Refused):
    """At this step nothing is owed on a day."""

    clause = "10.2.1"
    vi = "Bước này không có thời hạn để gia hạn."


class Decide(
    Step[Nonconformity], kind="nonconformity.decide/1", item=Nonconformity, roles=OFFICERS
):
    """Decide whether a corrective action is needed, with the reason."""

    vi = "Quyết định có cần hành động khắc phục, kèm lý do"

    needed: bool = Field(title="Cần hành động khắc phục")
    reason: Text = Field(title="Lý do", min_length=1)
    due: date | None = Field(default=None, title="Hạn tìm nguyên nhân (bỏ trống: theo chính sách)")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.CORRECTED, State.REOPENED)
        contained(before)
        ahead(before.code, self.due, act)
        if not self.needed and (before.grave or before.repeats or before.outside):
            raise ActionCompulsory(before.code)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        decided = {"reason": self.reason, "decider": act.actor.post}
        if not self.needed:
            return moved(before, State.NOT_NEEDED, **timed(act, "close"), **decided)
        return moved(before, State.NEEDED, **timed(act, "analyse", self.due), **decided)


class FindCause(Step[Nonconformity], kind="nonconformity.find-cause/1", item=Nonconformity):
    """State the cause, the like cases and the risks to update; each, or an explicit no."""

    vi = "Xác định nguyên nhân, trường hợp tương tự, rủi ro cần cập nhật (hoặc ghi “không”)"

    cause: Text = Field(title="Nguyên nhân gốc rễ", min_length=1)
    kind_of_cause: Cause = Field(title="Loại nguyên nhân")
    similar: Text = Field(
        title="Trường hợp tương tự (hoặc “không”, đã kiểm tra cách nào)", min_length=1
    )
    risks: Text = Field(title="Rủi ro, cơ hội cần cập nhật (hoặc “không”, vì sao)", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.NEEDED)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        analysis = Analysis(
            cause=self.cause,
            kind=self.kind_of_cause,
            similar=self.similar,
            risks=self.risks,
            by=act.actor.id,
        )
        return moved(before, State.ANALYSED, **timed(act, "plan"), analysis=analysis)


class Extend(
    Step[Nonconformity], kind="nonconformity.extend/1", item=Nonconformity, roles=PLANNERS
):
    """Give the step at hand a later day, with the reason; not to oneself."""

    vi = "Gia hạn bước đang làm, kèm lý do"

    due: date = Field(title="Thời hạn mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.REPORTED, *UNDER_WAY)
        if before.deadline is None:
            raise NothingDue(f"{before.code} ({before.state.vi} / {before.state})")
        if before.owner in hands(act):
            raise OwnExtension(before.code)
        if self.due <= before.deadline:
            raise NotLater(f"{before.code}, {self.due} ≤ {before.deadline}")

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        update = {"deadline": self.due, "set_by": act.actor.id, "reason": self.reason}
        return before.model_copy(update=update)
