"""Last days that were written down wrongly, set right with the reason: ISO 9001:2015, 5.3, 7.5.3.2.

What was said before stays in the trail, and what was done by then was judged by it.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import OptionalCode, Text
from .persons import Person, PersonCode, left
from .units import OFFICERS, Lasting, Post, SameUnit, Unit, ordered, still


class NotEnded(Refused):
    """Only a last day that was written down is set right."""

    clause = "7.5.3.2 c"
    vi = "Chỉ sửa ngày kết thúc đã ghi; đơn vị, vị trí hoặc người này chưa có ngày kết thúc."


class CorrectUnitEnd(Step[Unit], kind="unit.correct-end/1", item=Unit, roles=OFFICERS):
    """Set right the last day of a unit or its successor, or say that it did not end."""

    vi = "Sửa ngày kết thúc, đơn vị kế thừa ghi nhầm (hoặc đơn vị không kết thúc)"

    until: date | None = Field(default=None, title="Kết thúc từ ngày (bỏ trống: không kết thúc)")
    successor: OptionalCode = Field(default="", title="Đơn vị kế thừa (bỏ trống: như đã ghi)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Unit, act: Act) -> None:
        _ended(before)
        ordered(self.code, before.since, self.until)
        if self.successor and self.until is None:
            raise NotEnded(self.code)
        if self.successor:
            successor = act.need(Unit, self.successor)
            if successor.id == before.id:
                raise SameUnit(self.code)
            still(successor)

    def apply(self, before: Unit, act: Act) -> Unit:
        if self.until is None:
            return before.model_copy(update={"until": None, "successor": ""})
        other = act.need(Unit, self.successor).id if self.successor else before.successor
        return before.model_copy(update={"until": self.until, "successor": other})


class CorrectPostEnd(Step[Post], kind="post.correct-end/1", item=Post, roles=OFFICERS):
    """Set right the last day of a post, or say that it did not end."""

    vi = "Sửa ngày bãi bỏ vị trí ghi nhầm (hoặc vị trí không bị bãi bỏ)"

    until: date | None = Field(default=None, title="Kết thúc từ ngày (bỏ trống: không kết thúc)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Post, act: Act) -> None:
        _ended(before)

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"until": self.until})


class CorrectLeave(Step[Person], kind="person.correct-leave/1", item=Person, roles=OFFICERS):
    """Set right the day from which somebody is gone, or say that they did not leave."""

    vi = "Sửa ngày nghỉ, chuyển công tác ghi nhầm (hoặc người này không nghỉ)"

    code: PersonCode
    until: date | None = Field(default=None, title="Nghỉ từ ngày (bỏ trống: không nghỉ)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Person, act: Act) -> None:
        _ended(before)
        if self.until is not None:
            left(before, self.until, act)

    def apply(self, before: Person, act: Act) -> Person:
        return before.model_copy(update={"until": self.until})


def _ended(item: Lasting) -> None:
    if item.until is None:
        raise NotEnded(item.code)
