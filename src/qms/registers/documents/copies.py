"""Paper copies and read receipts: ISO 9001:2015, 7.5.3.2 a, 7.3 (2008: 4.2.3 d, g)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, AlreadyThere, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Done, OptionalCode, Text, key
from .. import people
from ..people import Person, Post
from .issuing import NotIssued, OtherRevision, in_force, last, not_after_today
from .items import KEEPERS, Copy, CopyState, Document, Receipt, Revision


class CopyEnded(Refused):
    """This copy was already returned or lost."""

    clause = "7.5.3.2 a"
    vi = "Bản này đã thu hồi hoặc đã báo mất."


class NoLongerInForce(Refused):
    """A controlled copy is not handed out of what is out of force."""

    clause = "7.5.3.2 c"
    vi = "Không giao bản được kiểm soát của nội dung đã hết hiệu lực."


class DayOutOfOrder(Refused):
    """A copy comes back on or after the day it was handed out."""

    clause = "7.5.3.2 a"
    vi = "Ngày thu hồi không được trước ngày giao."


class OwnReceiptOnly(Refused):
    """Everybody confirms their own reading, under the code the system gives."""

    clause = "7.3"
    vi = "Mỗi người chỉ xác nhận việc đọc của chính mình, mã số do hệ thống đặt."


class AlreadyRead(AlreadyThere):
    """Whoever has confirmed reading a revision does not confirm it again."""

    clause = "7.3"
    vi = "Người này đã xác nhận đọc lần ban hành này rồi."


class HandOut(Step[Document], kind="document.hand-out/1", item=Document, roles=KEEPERS):
    """Hand out a numbered paper copy: of what is in force on the day, else of what comes."""

    vi = "Giao bản giấy có đánh số"

    holder: Code = Field(title="Vị trí nhận")
    day: Done = Field(title="Ngày giao")
    revision: OptionalCode = Field(default="", title="Lần ban hành (mặc định: đang hiệu lực)")

    def check(self, before: Document, act: Act) -> None:
        people.still(act.need(Post, self.holder))
        not_after_today(before.code, self.day, act)
        revision = self._revision(before, act)
        if revision.document != before.id:
            raise OtherRevision(revision.code)
        # A decision that was recorded late is of a day on which the text was long in force.
        known = min(revision.issued, revision.effective)
        if self.day < known:
            raise NotIssued(f"{revision.code}, {self.day} < {known}")
        if revision.void or (revision.until is not None and revision.until <= self.day):
            raise NoLongerInForce(f"{revision.code}, {revision.until}")

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        number = before.copies + 1
        revision = self._revision(before, act)
        code = f"{revision.code}/B{number:02}"
        copy = Copy(
            id=Copy.identify(code),
            code=code,
            document=before.id,
            revision=revision.id,
            holder=act.need(Post, self.holder).id,
            handed=self.day,
        )
        return before.model_copy(update={"copies": number}), copy

    def _revision(self, before: Document, act: Act) -> Revision:
        if self.revision:
            return act.need(Revision, self.revision)
        return in_force(before, self.day, act) or last(before, act)


class TakeBack(Step[Copy], kind="copy.take-back/1", item=Copy, roles=KEEPERS):
    """Take a paper copy back."""

    vi = "Thu hồi bản giấy"

    day: Done = Field(title="Ngày thu hồi")
    note: Text = Field(default="", title="Ghi chú")

    def check(self, before: Copy, act: Act) -> None:
        _out(before, self.day, act)

    def apply(self, before: Copy, act: Act) -> Copy:
        return _ended(before, CopyState.RETURNED, self.day, self.note)


class ReportLost(Step[Copy], kind="copy.report-lost/1", item=Copy, roles=KEEPERS):
    """Note that a paper copy cannot be found."""

    vi = "Ghi nhận bản giấy thất lạc"

    day: Done = Field(title="Ngày phát hiện")
    note: Text = Field(title="Hoàn cảnh", min_length=1)

    def check(self, before: Copy, act: Act) -> None:
        _out(before, self.day, act)

    def apply(self, before: Copy, act: Act) -> Copy:
        return _ended(before, CopyState.LOST, self.day, self.note)


class Acknowledge(Opening[Receipt], kind="receipt.acknowledge/1", item=Receipt):
    """Confirm that one has read and understood a revision."""

    vi = "Xác nhận đã đọc và hiểu"
    twice = AlreadyRead

    document: Code = Field(title="Tài liệu")
    revision: OptionalCode = Field(default="", title="Lần ban hành (mặc định: lần cuối)")

    def given(self, act: Act) -> str:
        return f"{self._revision(act).code}/{act.need(Person, act.actor.id).code}"

    def check(self, act: Act) -> None:
        if self._revision(act).document != act.need(Document, self.document).id:
            raise OtherRevision(self.revision)
        if key(self.code) != key(self.given(act)):
            raise OwnReceiptOnly(self.code)

    def apply(self, act: Act) -> Receipt:
        return Receipt(
            id=self.id,
            code=self.code,
            revision=self._revision(act).id,
            person=act.actor.id,
            day=act.day,
        )

    def _revision(self, act: Act) -> Revision:
        if self.revision:
            return act.need(Revision, self.revision)
        return last(act.need(Document, self.document), act)


def _out(copy: Copy, day: date, act: Act) -> None:
    not_after_today(copy.code, day, act)
    if copy.state is not CopyState.OUT:
        raise CopyEnded(f"{copy.code} ({copy.state.vi} / {copy.state})")
    if day < copy.handed:
        raise DayOutOfOrder(f"{copy.code}, {day} < {copy.handed}")


def _ended(copy: Copy, state: CopyState, day: date, note: str) -> Copy:
    return copy.model_copy(update={"state": state, "ended": day, "note": note})
