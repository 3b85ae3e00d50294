"""Services as they are announced, announced again and repealed, and who handles them: 8.2.2."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Opening, Step
from ...errors import Refused
from ...values import Code, HalfDays, Text
from ..documents import Document
from ..people import OFFICERS, Unit, still
from .items import Level, Service, ServiceState, offered


class AnnouncedAhead(Refused):
    """A service is entered on or after the day of the decision that announces it."""

    clause = "8.2.2"
    vi = "Ngày quyết định công bố thủ tục không được ở tương lai."


class AnnouncedBackwards(Refused):
    """A service is announced again by a later decision."""

    clause = "8.2.4"
    vi = "Quyết định công bố lại phải có ngày muộn hơn quyết định cũ."


class NotLinked(Refused):
    """This service is linked to no procedure."""

    clause = "8.2.2"
    vi = "Thủ tục này chưa gắn với quy trình nào."


class Announce(Opening[Service], kind="service.announce/1", item=Service, roles=OFFICERS):
    """Enter a service as it was announced; the code is the national one."""

    vi = "Ghi thủ tục hành chính đã công bố (mã số quốc gia)"

    title: Text = Field(title="Tên thủ tục", min_length=1)
    field: Text = Field(title="Lĩnh vực", min_length=1)
    level: Level = Field(title="Mức dịch vụ công trực tuyến")
    unit: Code = Field(title="Đơn vị giải quyết")
    decision: Text = Field(title="Quyết định công bố", min_length=1)
    announced: date = Field(title="Ngày công bố")
    half_days: HalfDays = Field(ge=0, title="Thời hạn (nửa ngày làm việc)")
    papers: tuple[Text, ...] = Field(default=(), title="Thành phần hồ sơ")
    fee: Text = Field(default="", title="Phí, lệ phí")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit))
        _known(self.code, self.announced, act)

    def apply(self, act: Act) -> Service:
        facts = dict(self) | {"unit": act.need(Unit, self.unit).id}
        return Service(id=self.id, **facts)


class AnnounceAgain(Step[Service], kind="service.announce-again/1", item=Service, roles=OFFICERS):
    """Take over a newer announcement of a service; what is not given stays."""

    vi = "Cập nhật theo quyết định công bố mới (trường bỏ trống: giữ nguyên)"

    decision: Text = Field(title="Quyết định công bố", min_length=1)
    announced: date = Field(title="Ngày công bố")
    title: Text | None = Field(default=None, title="Tên thủ tục", min_length=1)
    level: Level | None = Field(default=None, title="Mức dịch vụ công trực tuyến")
    half_days: HalfDays | None = Field(default=None, ge=0, title="Thời hạn (nửa ngày làm việc)")
    papers: tuple[Text, ...] | None = Field(default=None, title="Thành phần hồ sơ")
    fee: Text | None = Field(default=None, title="Phí, lệ phí")

    def check(self, before: Service, act: Act) -> None:
        offered(before)
        _known(before.code, self.announced, act)
        if self.announced <= before.announced:
            raise AnnouncedBackwards(f"{before.code}, {self.announced} ≤ {before.announced}")

    def apply(self, before: Service, act: Act) -> Service:
        given = {name: value for name, value in self if value is not None and name != "code"}
        return before.model_copy(update=given)


class Repeal(Step[Service], kind="service.repeal/1", item=Service, roles=OFFICERS):
    """Note that a service was repealed, and by which decision."""

    vi = "Ghi thủ tục đã bãi bỏ"

    decision: Text = Field(title="Quyết định bãi bỏ", min_length=1)
    reason: Text = Field(default="", title="Lý do")

    def check(self, before: Service, act: Act) -> None:
        offered(before)

    def apply(self, before: Service, act: Act) -> Service:
        told = {"repealed_by": self.decision, "reason": self.reason}
        return before.model_copy(update={"state": ServiceState.REPEALED, **told})


class Link(Step[Service], kind="service.link/1", item=Service, roles=OFFICERS):
    """Say which procedure handles a service; one procedure may handle many."""

    vi = "Gắn thủ tục với quy trình nội bộ"

    document: Code = Field(title="Quy trình")

    def check(self, before: Service, act: Act) -> None:
        offered(before)
        act.need(Document, self.document)

    def apply(self, before: Service, act: Act) -> Service:
        return before.model_copy(update={"document": act.need(Document, self.document).id})


class Unlink(Step[Service], kind="service.unlink/1", item=Service, roles=OFFICERS):
    """Say that no procedure handles a service any more, with the reason."""

    vi = "Bỏ gắn thủ tục với quy trình, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Service, act: Act) -> None:
        if not before.document:
            raise NotLinked(before.code)

    def apply(self, before: Service, act: Act) -> Service:
        return before.model_copy(update={"document": ""})


def _known(code: str, announced: date, act: Act) -> None:
    if announced > act.day:
        raise AnnouncedAhead(f"{code}, {announced}")
