"""From report to grade: what was found, whether it is one, how grave; ISO 9001:2015, 10.2.1 a."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, Done, OptionalCode, Personal, Text
from .. import policy
from ..documents import Document
from ..documents.drafting import Attachments, check_clauses
from ..documents.items import File
from ..people import OFFICERS, Unit
from .items import UNDER_WAY, Nonconformity, Outside, Source, State
from .steps import LEADERS, ahead, at, happened, moved, timed, working


class MinutesMissing(Refused):
    """An inspection from outside, and no other source, has minutes signed on a day."""

    clause = "10.2.1"
    vi = "Kiểm tra của bên ngoài phải ghi ngày ký biên bản; nguồn khác thì không."


class SameGrade(Refused):
    """It already has this grade."""

    clause = "8.7.1"
    vi = "Sự không phù hợp đã ở mức này."


class Report(Opening[Nonconformity], kind="nonconformity.report/1", item=Nonconformity, tools=True):
    """Write down what was found, where, and how it was seen."""

    vi = "Báo cáo sự không phù hợp"

    unit: Code = Field(title="Đơn vị để xảy ra")
    found: Text = Field(title="Mô tả sự không phù hợp", min_length=1)
    day: Done = Field(title="Ngày phát hiện")
    source: Source = Field(title="Nguồn phát hiện")
    origin: OptionalCode = Field(default="", title="Số hiệu hồ sơ nguồn")
    clause: Text = Field(default="", title="Điều khoản tiêu chuẩn")
    document: OptionalCode = Field(default="", title="Tài liệu không được tuân thủ")
    # Not looked up: whoever complains may name a service that is not announced here.
    service: OptionalCode = Field(default="", title="Mã thủ tục hành chính")
    outputs: tuple[Code, ...] = Field(default=(), title="Hồ sơ, kết quả bị ảnh hưởng")
    complainant: Personal = Field(default="", title="Người phản ánh, khiếu nại")
    repeats: OptionalCode = Field(default="", title="Lặp lại phiếu trước")
    minutes: date | None = Field(default=None, title="Ngày ký biên bản kiểm tra (bên ngoài)")
    proofs: Attachments = Field(default={}, title="Tệp bằng chứng")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        check_clauses((self.clause,) if self.clause else (), act)
        if self.document:
            act.need(Document, self.document)
        if self.repeats:
            act.need(Nonconformity, self.repeats)
        happened(self.code, self.day, date.min, act)
        if (self.source is Source.EXTERNAL_AUDIT) != (self.minutes is not None):
            raise MinutesMissing(self.code)
        if self.minutes is not None:
            happened(self.code, self.minutes, self.day, act)

    def apply(self, act: Act) -> Nonconformity:
        said = {"found", "day", "source", "origin", "clause", "service", "outputs"}
        item = Nonconformity(
            id=self.id,
            code=self.code,
            unit=act.need(Unit, self.unit).id,
            document=act.need(Document, self.document).id if self.document else "",
            complainant=self.complainant,
            repeats=act.need(Nonconformity, self.repeats).id if self.repeats else "",
            files=listed(self.proofs),
            reporter=act.actor.id,
            outside=self._outside(act),
            **self.model_dump(include=said),
        )
        return moved(item, State.REPORTED, **timed(act, "accept"))

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs

    def _outside(self, act: Act) -> Outside | None:
        if self.minutes is None:
            return None
        due = policy.limit(act, "nonconformity.report", self.minutes)
        return Outside(minutes=self.minutes, due=due)


class Reject(
    Step[Nonconformity], kind="nonconformity.reject/1", item=Nonconformity, roles=OFFICERS
):
    """Say why a report is no nonconformity."""

    vi = "Từ chối: không phải sự không phù hợp, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.REPORTED)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        return moved(before, State.REJECTED, reason=self.reason, decider=act.actor.post)


class Accept(
    Step[Nonconformity], kind="nonconformity.accept/1", item=Nonconformity, roles=OFFICERS
):
    """Take a report on: its grade, who sees to it, by when it is corrected."""

    vi = "Tiếp nhận, phân mức, giao người chịu trách nhiệm xử lý"

    grade: Code = Field(title="Mức (minor = nhẹ, major = nặng, hoặc mức khác của chính sách)")
    owner: Code = Field(title="Người chịu trách nhiệm xử lý")
    due: date | None = Field(default=None, title="Hạn xử lý ngay (bỏ trống: theo chính sách)")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.REPORTED)
        policy.of(act).grade(self.grade)
        working(self.owner, act)
        ahead(before.code, self.due, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        grade, owner = policy.of(act).grade(self.grade), working(self.owner, act).id
        graded = {"grade": grade.code, "grave": grade.grave, "owner": owner}
        return moved(before, State.ACCEPTED, **timed(act, "correct", self.due), **graded)


class Regrade(
    Step[Nonconformity], kind="nonconformity.regrade/1", item=Nonconformity, roles=LEADERS
):
    """Change the grade before it is decided what follows from it; only a leader does."""

    vi = "Phân lại mức, kèm lý do (lãnh đạo)"

    grade: Code = Field(title="Mức mới (minor = nhẹ, major = nặng, hoặc mức khác của chính sách)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.ACCEPTED, State.CORRECTED, State.REOPENED)
        if policy.of(act).grade(self.grade).code == before.grade:
            raise SameGrade(f"{before.code}, {self.grade}")

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        grade = policy.of(act).grade(self.grade)
        update = {"grade": grade.code, "grave": grade.grave, "reason": self.reason}
        return before.model_copy(update=update)


class Entrust(
    Step[Nonconformity], kind="nonconformity.entrust/1", item=Nonconformity, roles=OFFICERS
):
    """Let somebody else see to a nonconformity, with the reason."""

    vi = "Giao người khác chịu trách nhiệm xử lý, kèm lý do"

    owner: Code = Field(title="Người chịu trách nhiệm xử lý")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, *UNDER_WAY)
        working(self.owner, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        update = {"owner": working(self.owner, act).id, "reason": self.reason}
        return before.model_copy(update=update)


def brought(act: Act, **said: Any) -> Report:
    """Return the report that a finding brings along, under the next number of its series."""
    return Report(code=policy.next_code(act, Nonconformity.register), **said)


def carried(report: Report, act: Act) -> tuple[Item, ...]:
    """Return what such a report leaves behind: the nonconformity and the counter it moves."""
    return report.apply(act), *policy.counted(act, Nonconformity.register, report.code)


def listed(proofs: Attachments) -> tuple[File, ...]:
    """Return the files for the vault, by name and digest."""
    return tuple(
        File(name=name, sha256=proof.sha256, size=proof.size)
        for name, proof in sorted(proofs.items())
    )
