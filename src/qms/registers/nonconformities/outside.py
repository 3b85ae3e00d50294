"""What is owed to whoever inspected from outside: ISO 9001:2015, 10.2.2.

Circular 26/2014/TT-BKHCN, Art. 37, asks for a report on corrective action within two months
of the signing of the minutes; it may be found wanting and comes back.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import Text
from .. import policy
from ..people import OFFICERS
from .closing import again
from .items import Nonconformity, Outside, State
from .steps import ahead, at, happened, timed

PLANNED = (State.IN_PROGRESS, State.VERIFIED, State.EFFECTIVE)


class NotOutside(Refused):
    """Nobody from outside found this."""

    clause = "10.2.2"
    vi = "Sự không phù hợp này không do bên ngoài phát hiện."


class AlreadySent(Refused):
    """The report has gone out and was not found wanting."""

    clause = "10.2.2"
    vi = "Báo cáo khắc phục đã gửi, chưa bị trả lại."


class NothingSent(Refused):
    """No report waits for an answer."""

    clause = "10.2.2"
    vi = "Chưa có báo cáo nào đang chờ trả lời."


class SendReport(
    Step[Nonconformity], kind="nonconformity.send-report/1", item=Nonconformity, roles=OFFICERS
):
    """Note that the corrective action, taken or planned, was reported to the inspectors."""

    vi = "Gửi báo cáo khắc phục cho cơ quan kiểm tra"

    letter: Text = Field(title="Số văn bản", min_length=1)
    day: date = Field(title="Ngày gửi")

    def check(self, before: Nonconformity, act: Act) -> None:
        outside = _outside(before)
        at(before, *PLANNED)
        happened(before.code, self.day, outside.minutes, act)
        if outside.sent is not None:
            raise AlreadySent(before.code)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        sent = {"letter": self.letter, "sent": self.day, "accepted": None}
        return _told(before, **sent)


class NoteAcceptance(
    Step[Nonconformity], kind="nonconformity.note-acceptance/1", item=Nonconformity, roles=OFFICERS
):
    """Note that the inspectors accepted the report."""

    vi = "Ghi việc cơ quan kiểm tra chấp nhận báo cáo khắc phục"

    reply: Text = Field(title="Số văn bản trả lời", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *PLANNED, State.CLOSED)
        _waiting(before)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        return _told(before, accepted=True, reply=self.reply)


class NoteRefusal(
    Step[Nonconformity], kind="nonconformity.note-refusal/1", item=Nonconformity, roles=OFFICERS
):
    """Note that the inspectors did not accept the report: the cause is sought again."""

    vi = "Ghi việc cơ quan kiểm tra chưa chấp nhận: tìm lại nguyên nhân, báo cáo lại"

    reply: Text = Field(title="Số văn bản, lý do chưa chấp nhận", min_length=1)
    due: date | None = Field(default=None, title="Hạn báo cáo lại (bỏ trống: theo chính sách)")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *PLANNED, State.CLOSED)
        _waiting(before)
        ahead(before.code, self.due, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        due = self.due or policy.limit(act, "nonconformity.report")
        back = _told(before, accepted=False, reply=self.reply, sent=None, due=due)
        opened = before.reopened + (before.state is State.CLOSED)
        return again(back, State.NEEDED, **timed(act, "analyse"), reopened=opened)


def _outside(item: Nonconformity) -> Outside:
    if item.outside is None:
        raise NotOutside(item.code)
    return item.outside


def _waiting(item: Nonconformity) -> None:
    outside = _outside(item)
    if outside.sent is None or outside.accepted is not None:
        raise NothingSent(item.code)


def _told(item: Nonconformity, **said: object) -> Nonconformity:
    outside = _outside(item).model_copy(update=said)
    return item.model_copy(update={"outside": outside})
