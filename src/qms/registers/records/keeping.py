"""Retaining records, correcting them by addition, holding them: ISO 9001:2015, 7.5.3.2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, OptionalCode, Personal, Text
from ..documents import Document, Revision
from ..documents.approval import signed
from ..documents.drafting import Attachments
from ..documents.issuing import not_after_today
from ..documents.items import File
from ..people import OFFICERS, Unit
from .items import KEEPERS, Correction, Hold, Record, RecordState

FIRST_YEAR = 1945
LONGEST = 200
"""Years that a time of keeping may have; what is longer is for ever."""


class NothingRetained(Refused):
    """A record has files, or a place where its paper lies."""

    clause = "7.5.3.2 b"
    vi = "Hồ sơ phải có tệp kèm theo hoặc ghi nơi lưu bản giấy."


class FormCameLater(Refused):
    """A record was not made on a form that came later."""

    clause = "7.5.3.2"
    vi = "Lần ban hành của biểu mẫu có hiệu lực sau ngày lập hồ sơ."


class YearOutOfOrder(Refused):
    """The work ended in the year of its record or later, and not after this year."""

    clause = "7.5.3.2 d"
    vi = "Năm kết thúc công việc không được trước năm lập hồ sơ hoặc sau năm nay."


class WorkEnded(Refused):
    """The year in which this work ended is already set."""

    clause = "7.5.3.2 d"
    vi = "Đã ghi năm kết thúc công việc của hồ sơ này, không ghi lại."


class NotKept(Refused):
    """This record is on a list for disposal, or disposed of."""

    clause = "7.5.3.2 d"
    vi = "Hồ sơ này đang trong danh mục xét tiêu hủy hoặc đã tiêu hủy."


class Gone(Refused):
    """The contents of this record were destroyed."""

    clause = "7.5.3.2 d"
    vi = "Nội dung hồ sơ này đã tiêu hủy."


class OnHold(Refused):
    """A record on hold is neither destroyed nor given another time of keeping."""

    clause = "7.5.3.2 d"
    vi = "Hồ sơ đang bị giữ lại theo yêu cầu; không được tiêu hủy hoặc đổi thời hạn lưu."


class NothingSaid(Refused):
    """A correction says what is right."""

    clause = "7.5.3.2 c"
    vi = "Đính chính phải nêu nội dung đúng."


class AlreadyConfirmed(Refused):
    """This correction is already confirmed."""

    clause = "7.5.3.2 c"
    vi = "Bản đính chính này đã được xác nhận."


class OwnCorrection(Refused):
    """Whoever wrote a correction does not confirm it."""

    clause = "7.5.3.2 c"
    vi = "Người lập bản đính chính không được tự xác nhận."


class AlreadyReleased(Refused):
    """This hold was already released."""

    clause = "7.5.3.2 d"
    vi = "Yêu cầu giữ lại này đã chấm dứt."


class Retain(Opening[Record], kind="record.retain/1", item=Record):
    """Keep evidence of work done, on the form and by the process of its day."""

    vi = "Lưu hồ sơ (bằng chứng công việc đã làm)"

    title: Text = Field(title="Tên hồ sơ (không nêu tên người)", min_length=1)
    unit: Code = Field(title="Đơn vị có hồ sơ")
    process: Code = Field(title="Quy trình")
    form: OptionalCode = Field(default="", title="Lần ban hành của biểu mẫu (BM.01-QT-02/1.0)")
    dossier: OptionalCode = Field(default="", title="Mã hồ sơ thủ tục hành chính, vụ việc")
    applicant: Personal = Field(default="", title="Người nộp, người liên quan")
    day: date = Field(title="Ngày lập")
    contents: Attachments = Field(default={}, title="Tệp (tên tệp không nêu tên người)")
    place: Text = Field(default="", title="Nơi lưu bản giấy")
    ended: int | None = Field(
        default=None, ge=FIRST_YEAR, title="Năm kết thúc công việc (bỏ trống: chưa kết thúc)"
    )
    years: int | None = Field(
        default=None, ge=1, le=LONGEST, title="Thời hạn lưu, số năm (bỏ trống: vĩnh viễn)"
    )
    basis: Text = Field(default="", title="Căn cứ thời hạn lưu")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        act.need(Document, self.process)
        not_after_today(self.code, self.day, act)
        if self.form and act.need(Revision, self.form).effective > self.day:
            raise FormCameLater(f"{self.code}, {self.form}")
        if not self.contents and not self.place:
            raise NothingRetained(self.code)
        _year(self.code, self.ended, self.day, act)

    def apply(self, act: Act) -> Record:
        resolved = {
            "unit": act.need(Unit, self.unit).id,
            "process": act.need(Document, self.process).id,
            "form": act.need(Revision, self.form).id if self.form else "",
            "files": _listed(self.contents),
        }
        said = {name: value for name, value in self if name != "contents"}
        return Record(id=self.id, **said | resolved)

    def vaulted(self) -> Mapping[str, Content]:
        return self.contents


class EndWork(Step[Record], kind="record.end-work/1", item=Record, roles=KEEPERS):
    """Set the year in which the work ended: from it the time of keeping counts."""

    vi = "Ghi năm kết thúc công việc"

    year: int = Field(title="Năm", ge=FIRST_YEAR)

    def check(self, before: Record, act: Act) -> None:
        _kept(before)
        if before.ended is not None:
            raise WorkEnded(f"{before.code}, {before.ended}")
        _year(before.code, self.year, before.day, act)

    def apply(self, before: Record, act: Act) -> Record:
        return before.model_copy(update={"ended": self.year})


class Reappraise(Step[Record], kind="record.reappraise/1", item=Record, roles=OFFICERS):
    """Give a record another time of keeping, with the basis."""

    vi = "Xác định lại thời hạn lưu, kèm căn cứ"

    years: int | None = Field(
        default=None, ge=1, le=LONGEST, title="Thời hạn lưu, số năm (bỏ trống: vĩnh viễn)"
    )
    basis: Text = Field(title="Căn cứ", min_length=1)

    def check(self, before: Record, act: Act) -> None:
        _kept(before)
        if before.holds:
            raise OnHold(before.code)

    def apply(self, before: Record, act: Act) -> Record:
        return before.model_copy(update={"years": self.years, "basis": self.basis})


class Correct(Opening[Correction], kind="correction.add/1", item=Correction):
    """Correct a record by addition: what stands there stays."""

    vi = "Đính chính, bổ sung hồ sơ (bản gốc giữ nguyên)"

    record: Code = Field(title="Hồ sơ")
    says: Personal = Field(title="Nội dung sai và nội dung đúng")
    reason: Text = Field(title="Lý do", min_length=1)
    contents: Attachments = Field(default={}, title="Tệp bổ sung")

    def given(self, act: Act) -> str:
        record = act.need(Record, self.record)
        n = record.corrections + 1
        while act.look(Correction, f"{record.code}/{n}") is not None:
            n += 1  # somebody chose that code
        return f"{record.code}/{n}"

    def check(self, act: Act) -> None:
        _there(act.need(Record, self.record))
        if not self.says:
            raise NothingSaid(self.code)

    def apply(self, act: Act) -> tuple[Item, ...]:
        record = act.need(Record, self.record)
        correction = Correction(
            id=self.id,
            code=self.code,
            record=record.id,
            says=self.says,
            reason=self.reason,
            files=_listed(self.contents),
            by=act.actor.id,
            day=act.day,
        )
        return correction, record.model_copy(update={"corrections": record.corrections + 1})

    def vaulted(self) -> Mapping[str, Content]:
        return self.contents


class Confirm(Step[Correction], kind="correction.confirm/1", item=Correction, roles=KEEPERS):
    """Confirm a correction that somebody else wrote."""

    vi = "Xác nhận bản đính chính của người khác"

    def check(self, before: Correction, act: Act) -> None:
        if before.confirmed:
            raise AlreadyConfirmed(before.code)
        if before.by in signed(act).hands:
            raise OwnCorrection(before.code)
        _there(act.need(Record, before.record))

    def apply(self, before: Correction, act: Act) -> Correction:
        return before.model_copy(update={"confirmed": act.actor.id})


class Place(Opening[Hold], kind="hold.place/1", item=Hold, roles=KEEPERS):
    """Hold records back from disposal; ``covered`` finds those of a case, unit or year."""

    vi = "Giữ lại hồ sơ theo yêu cầu (chặn tiêu hủy)"

    records: tuple[Code, ...] = Field(title="Hồ sơ", min_length=1, max_length=200)
    reason: Text = Field(title="Lý do", min_length=1)
    basis: Text = Field(title="Văn bản yêu cầu", min_length=1)

    def check(self, act: Act) -> None:
        for code in self.records:
            _there(act.need(Record, code))

    def apply(self, act: Act) -> tuple[Item, ...]:
        found = {one.id: one for one in (act.need(Record, code) for code in self.records)}
        hold = Hold(
            id=self.id,
            code=self.code,
            records=tuple(found),
            reason=self.reason,
            basis=self.basis,
            since=act.day,
        )
        held = (one.model_copy(update={"holds": (*one.holds, hold.id)}) for one in found.values())
        return hold, *held


class Release(Step[Hold], kind="hold.release/1", item=Hold, roles=OFFICERS):
    """Let go of what was held, with the reason."""

    vi = "Chấm dứt giữ lại, kèm lý do"

    reason: Text = Field(title="Lý do, văn bản chấm dứt", min_length=1)

    def check(self, before: Hold, act: Act) -> None:
        if before.released is not None:
            raise AlreadyReleased(before.code)

    def apply(self, before: Hold, act: Act) -> tuple[Item, ...]:
        after = before.model_copy(update={"released": act.day, "why_released": self.reason})
        return after, *(_freed(act.need(Record, one), before.id) for one in before.records)


def _freed(record: Record, hold: str) -> Record:
    return record.model_copy(update={"holds": tuple(one for one in record.holds if one != hold)})


def _year(code: str, year: int | None, made: date, act: Act) -> None:
    if year is not None and not made.year <= year <= act.day.year:
        raise YearOutOfOrder(f"{code}, {year}")


def _kept(record: Record) -> None:
    if record.state is not RecordState.KEPT:
        raise NotKept(f"{record.code} ({record.state.vi} / {record.state})")


def _there(record: Record) -> None:
    if record.state is RecordState.DISPOSED:
        raise Gone(record.code)


def _listed(contents: Attachments) -> tuple[File, ...]:
    rows = sorted(contents.items())
    return tuple(File(name=name, sha256=of.sha256, size=of.size) for name, of in rows)
