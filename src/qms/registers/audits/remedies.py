"""Findings of an inspection, what the leader decides on each, and a second look; 10.2.1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, OptionalCode, Text, key
from ..documents import Document
from ..documents.drafting import Attachments, check_clauses
from ..nonconformities import Source
from ..nonconformities.reporting import listed
from ..nonconformities.steps import hands, working
from ..tasks import Task
from .findings import OtherNumber, check_case, graded, numbered, with_case
from .items import (
    Decided,
    Finding,
    FindingKind,
    Inspection,
    InspectionState,
    Remedy,
)
from .steps import AUDITORS, LEADERS, ahead, at, by_team


class NonconformityOwed(Refused):
    """A finding that is a nonconformity, and no other, leads to its report."""

    clause = "10.2.1"
    vi = "Phát hiện là sự không phù hợp thì lập phiếu; phát hiện khác thì không."


class MeasureIncomplete(Refused):
    """A measure has somebody who owes it and a day; a task has its number."""

    clause = "10.2.1"
    vi = "Biện pháp phải có người thực hiện và thời hạn; giao nhiệm vụ thì ghi mã nhiệm vụ."


class AlreadyDecided(Refused):
    """The leader decides once on a finding."""

    clause = "10.2.1"
    vi = "Phát hiện này đã có quyết định biện pháp."


class NotOfInspection(Refused):
    """This finding is of an audit, where a nonconformity is reported at once."""

    clause = "9.2.2 e"
    vi = "Phát hiện này thuộc cuộc đánh giá nội bộ."


class NothingToSettle(Refused):
    """There is no measure here that waits for a second look."""

    clause = "10.2.1 d"
    vi = "Phát hiện này không có biện pháp nào đang chờ kiểm tra lại."


class OwnMeasure(Refused):
    """Whoever carried a measure out does not look at it again."""

    clause = "10.2.1 d"
    vi = "Người thực hiện khắc phục không được tự kiểm tra lại."


class NewDayMissing(Refused):
    """What was not carried out as it should be gets another day."""

    clause = "10.2.1"
    vi = "Chưa đạt thì phải ấn định thời hạn mới; đã đạt thì không ghi thời hạn."


class Note(Opening[Finding], kind="finding.note/1", item=Finding):
    """Note, on an inspection, what was found: which rule, which evidence, how grave."""

    vi = "Ghi phát hiện khi kiểm tra công vụ"

    inspection: Code = Field(title="Cuộc kiểm tra")
    kind_of_finding: FindingKind = Field(title="Loại phát hiện")
    grade: OptionalCode = Field(default="", title="Mức (minor = nhẹ, major = nặng)")
    rule: Text = Field(title="Quy định không được thực hiện", min_length=1)
    clause: Text = Field(default="", title="Điều khoản tiêu chuẩn")
    document: OptionalCode = Field(default="", title="Tài liệu")
    evidence: Text = Field(title="Bằng chứng", min_length=1)
    conclusion: Text = Field(title="Sự việc", min_length=1)
    proofs: Attachments = Field(default={}, title="Tệp bằng chứng")

    def given(self, act: Act) -> str:
        return numbered(act.need(Inspection, self.inspection))

    def check(self, act: Act) -> None:
        inspection = act.need(Inspection, self.inspection)
        at(inspection, InspectionState.CARRIED_OUT)
        by_team(inspection, act)
        if key(self.code) != key(self.given(act)):
            raise OtherNumber(self.code)
        graded(self.code, self.kind_of_finding, self.grade, act)
        check_clauses((self.clause,) if self.clause else (), act)

    def apply(self, act: Act) -> tuple[Item, ...]:
        inspection = act.need(Inspection, self.inspection)
        said = {"grade", "rule", "clause", "evidence", "conclusion"}
        finding = Finding(
            id=self.id,
            code=self.code,
            inspection=inspection.id,
            unit=inspection.unit,
            kind=self.kind_of_finding,
            document=act.need(Document, self.document).id if self.document else "",
            files=listed(self.proofs),
            finder=act.actor.id,
            day=inspection.carried_out or act.day,
            **self.model_dump(include=said),
        )
        return finding, inspection.model_copy(update={"findings": inspection.findings + 1})

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs


class DecideRemedy(Step[Finding], kind="finding.decide-remedy/1", item=Finding, roles=LEADERS):
    """Decide what is done about a finding: a nonconformity, a task, at once, or nothing."""

    vi = "Quyết định biện pháp đối với phát hiện (lãnh đạo)"

    remedy: Remedy = Field(title="Biện pháp")
    measure: Text = Field(title="Nội dung biện pháp (hoặc lý do không xử lý)", min_length=1)
    owner: OptionalCode = Field(default="", title="Người chịu trách nhiệm")
    due: date | None = Field(default=None, title="Thời hạn")
    task: OptionalCode = Field(default="", title="Mã nhiệm vụ")
    nonconformity: OptionalCode = Field(default="", title="Phiếu không phù hợp đã lập")

    def check(self, before: Finding, act: Act) -> None:
        at(inspection_of(before, act), InspectionState.REPORTED)
        if before.decided is not None:
            raise AlreadyDecided(before.code)
        reported = before.kind is FindingKind.NONCONFORMITY
        if reported != (self.remedy is Remedy.NONCONFORMITY):
            raise NonconformityOwed(before.code)
        self._complete(before, act)
        check_case(before, self.nonconformity, Source.INSPECTION, act)

    def apply(self, before: Finding, act: Act) -> tuple[Item, ...]:
        decided = Decided(
            remedy=self.remedy,
            measure=self.measure,
            owner=working(self.owner, act).id if self.owner else "",
            due=self.due,
            task=self.task,
            post=act.actor.post,
        )
        after = before.model_copy(update={"decided": decided})
        return with_case(after, self.nonconformity, Source.INSPECTION, act)

    def _complete(self, before: Finding, act: Act) -> None:
        measured = self.remedy in (Remedy.TASK, Remedy.AT_ONCE)
        given = (bool(self.owner), self.due is not None)
        if given != (measured, measured) or bool(self.task) != (self.remedy is Remedy.TASK):
            raise MeasureIncomplete(before.code)
        ahead(before.code, self.due, act)
        if self.owner:
            working(self.owner, act)
        if self.task:
            act.need(Task, self.task)


class Settle(Step[Finding], kind="finding.settle/1", item=Finding, roles=AUDITORS):
    """Look again, as somebody else, whether a measure was carried out; if not, by when."""

    vi = "Kiểm tra lại việc khắc phục (người khác): đạt, hoặc chưa đạt kèm hạn mới"

    passed: bool = Field(title="Đạt")
    result: Text = Field(title="Kết quả kiểm tra lại, bằng chứng", min_length=1)
    due: date | None = Field(default=None, title="Thời hạn mới (khi chưa đạt)")

    def check(self, before: Finding, act: Act) -> None:
        at(inspection_of(before, act), InspectionState.DECIDED, InspectionState.FOLLOW_UP)
        decided = before.decided
        if decided is None or decided.owed is None:
            raise NothingToSettle(before.code)
        if decided.owner in hands(act):
            raise OwnMeasure(before.code)
        if self.passed == (self.due is not None):
            raise NewDayMissing(before.code)
        ahead(before.code, self.due, act)

    def apply(self, before: Finding, act: Act) -> Finding:
        assert before.decided is not None
        seen = {
            "result": self.result,
            "judge": act.actor.id,
            "settled": act.day if self.passed else None,
            "due": self.due or before.decided.due,
        }
        return before.model_copy(update={"decided": before.decided.model_copy(update=seen)})


def inspection_of(finding: Finding, act: Act) -> Inspection:
    """Return the inspection that a finding is of, or raise ``NotOfInspection``."""
    if not finding.inspection:
        raise NotOfInspection(finding.code)
    return act.need(Inspection, finding.inspection)
