"""Findings with criterion, evidence and grade, and what others think of them; 9.2.2 d, e."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, OptionalCode, Text, key
from .. import policy
from ..documents import Document
from ..documents.drafting import Attachments
from ..nonconformities import Nonconformity, Report, Source
from ..nonconformities.items import OVER
from ..nonconformities.items import State as CaseState
from ..nonconformities.reporting import brought, carried, listed
from ..people import OFFICERS, Unit
from .items import (
    AHEAD,
    Audit,
    Criterion,
    Dissent,
    Finding,
    FindingKind,
    Inspection,
    State,
    Verdict,
)
from .steps import at, by_lead, by_team, still

SEEN = (State.OPENED, State.EXAMINED)
TOLD = (*SEEN, State.MET)
FOLLOWED = (State.REPORTED, State.FOLLOW_UP)


class Misgraded(Refused):
    """A nonconformity has a grade; nothing else has."""

    clause = "9.2.2 d"
    vi = "Sự không phù hợp phải có mức; phát hiện khác thì không."


class OtherNumber(Refused):
    """A finding has the number that the system gives."""

    clause = "7.5.2 a"
    vi = "Số phát hiện do hệ thống đặt."


class NonconformityOver(Refused):
    """A finding leads to a nonconformity that is still open."""

    clause = "9.2.2 e"
    vi = "Phiếu không phù hợp này đã đóng hoặc bị từ chối."


class NonconformityStands(Refused):
    """A finding stays a nonconformity until its report was rejected as none."""

    clause = "9.2.2 e"
    vi = "Phiếu không phù hợp của phát hiện này chưa bị từ chối."


class NotConcerned(Refused):
    """The team and the unit have a say in a finding."""

    clause = "9.2.2 c"
    vi = "Chỉ thành viên đoàn và đơn vị được đánh giá có ý kiến về phát hiện."


class NotOfAudit(Refused):
    """This finding is of an inspection, where the leader decides on it."""

    clause = "9.2.2 e"
    vi = "Phát hiện này thuộc cuộc kiểm tra công vụ."


class NothingToAnswer(Refused):
    """Observations are answered; a nonconformity is acted on."""

    clause = "9.2.2 e"
    vi = "Chỉ trả lời điểm lưu ý, cơ hội cải tiến; sự không phù hợp phải khắc phục."


class OnlyNonconformities(Refused):
    """A nonconformity is handed on to another audit that is ahead."""

    clause = "9.2.2 e"
    vi = "Chỉ chuyển sự không phù hợp sang cuộc đánh giá khác chưa tiến hành."


class Record(Opening[Finding], kind="finding.record/1", item=Finding):
    """Record what was found against a criterion; a nonconformity brings its report along."""

    vi = "Ghi phát hiện: chuẩn mực, bằng chứng, kết luận (không phù hợp: tự lập phiếu)"

    criterion: Code = Field(title="Nội dung kiểm tra")
    kind_of_finding: FindingKind = Field(title="Loại phát hiện")
    grade: OptionalCode = Field(default="", title="Mức (minor = nhẹ, major = nặng)")
    evidence: Text = Field(title="Bằng chứng khách quan", min_length=1)
    conclusion: Text = Field(title="Kết luận", min_length=1)
    nonconformity: OptionalCode = Field(default="", title="Phiếu không phù hợp đã lập")
    proofs: Attachments = Field(default={}, title="Tệp bằng chứng")

    def given(self, act: Act) -> str:
        return numbered(self._audit(act))

    def check(self, act: Act) -> None:
        audit = self._audit(act)
        at(audit, *SEEN)
        by_team(audit, act)
        if key(self.code) != key(self.given(act)):
            raise OtherNumber(self.code)
        graded(self.code, self.kind_of_finding, self.grade, act)
        check_case(self._finding(act), self.nonconformity, Source.AUDIT, act)

    def apply(self, act: Act) -> tuple[Item, ...]:
        finding, *along = with_case(self._finding(act), self.nonconformity, Source.AUDIT, act)
        audit, criterion = self._audit(act), act.need(Criterion, self.criterion)
        after = audit.model_copy(update={"findings": audit.findings + 1})
        return finding, after, _counted(criterion, finding, act), *along

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs

    def _audit(self, act: Act) -> Audit:
        return act.need(Audit, act.need(Criterion, self.criterion).audit)

    def _finding(self, act: Act) -> Finding:
        audit, criterion = self._audit(act), act.need(Criterion, self.criterion)
        observed = self.kind_of_finding is FindingKind.OBSERVATION
        return Finding(
            id=self.id,
            code=self.code,
            audit=audit.id,
            criterion=criterion.id,
            unit=audit.unit,
            kind=self.kind_of_finding,
            grade=self.grade,
            clause=criterion.clause,
            document=criterion.document,
            evidence=self.evidence,
            conclusion=self.conclusion,
            files=listed(self.proofs),
            finder=act.actor.id,
            day=act.day,
            answer_due=policy.limit(act, "finding.answer") if observed else None,
        )


class Differ(Step[Finding], kind="finding.differ/1", item=Finding):
    """Keep another opinion beside a finding, of the team or of the unit; nothing removes it."""

    vi = "Ghi ý kiến khác về phát hiện (được giữ nguyên)"

    opinion: Text = Field(title="Ý kiến", min_length=1)

    def check(self, before: Finding, act: Act) -> None:
        inquiry = inquiry_of(before, act)
        still(inquiry)
        if act.unit != before.unit and act.actor.id not in inquiry.members:
            raise NotConcerned(before.code)

    def apply(self, before: Finding, act: Act) -> Finding:
        said = Dissent(person=act.actor.id, post=act.actor.post, day=act.day, opinion=self.opinion)
        return before.model_copy(update={"dissents": (*before.dissents, said)})


class Classify(Step[Finding], kind="finding.classify/1", item=Finding):
    """Decide, as lead, what a finding is; other opinions stay beside it."""

    vi = "Trưởng đoàn phân loại lại phát hiện, kèm lý do (ý kiến khác vẫn giữ)"

    kind_of_finding: FindingKind = Field(title="Loại phát hiện")
    grade: OptionalCode = Field(default="", title="Mức (minor = nhẹ, major = nặng)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Finding, act: Act) -> None:
        audit = audit_of(before, act)
        at(audit, *TOLD)
        by_lead(audit, act)
        graded(before.code, self.kind_of_finding, self.grade, act)
        if self._downwards(before) and _case(before, act).state is not CaseState.REJECTED:
            raise NonconformityStands(f"{before.code}, {_case(before, act).code}")
        check_case(self._after(before, act), "", Source.AUDIT, act)

    def apply(self, before: Finding, act: Act) -> tuple[Item, ...]:
        finding, *along = with_case(self._after(before, act), "", Source.AUDIT, act)
        criterion = act.need(Criterion, before.criterion)
        return finding, _recounted(criterion, before, finding), *along

    def _downwards(self, before: Finding) -> bool:
        was = before.kind is FindingKind.NONCONFORMITY
        return was and self.kind_of_finding is not FindingKind.NONCONFORMITY

    def _after(self, before: Finding, act: Act) -> Finding:
        observed = self.kind_of_finding is FindingKind.OBSERVATION
        said = {
            "kind": self.kind_of_finding,
            "grade": self.grade,
            "reason": self.reason,
            "nonconformity": "" if self._downwards(before) else before.nonconformity,
            "answer_due": policy.limit(act, "finding.answer") if observed else None,
        }
        return before.model_copy(update=said)


class Answer(Step[Finding], kind="finding.answer/1", item=Finding):
    """Answer, as the audited unit, an observation or an opportunity for improvement."""

    vi = "Đơn vị trả lời điểm lưu ý, cơ hội cải tiến"

    answer: Text = Field(title="Cách xử lý", min_length=1)

    def check(self, before: Finding, act: Act) -> None:
        at(audit_of(before, act), State.MET, *FOLLOWED)
        if before.kind is FindingKind.NONCONFORMITY:
            raise NothingToAnswer(before.code)
        if act.unit != before.unit:
            raise NotConcerned(before.code)

    def apply(self, before: Finding, act: Act) -> Finding:
        return before.model_copy(update={"answer": self.answer})


class HandOn(Step[Finding], kind="finding.hand-on/1", item=Finding, roles=OFFICERS):
    """Hand a nonconformity on to a later audit, which will not close without it."""

    vi = "Chuyển sự không phù hợp sang cuộc đánh giá sau, kèm lý do"

    audit: Code = Field(title="Cuộc đánh giá sau")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Finding, act: Act) -> None:
        own, later = audit_of(before, act), act.need(Audit, self.audit)
        if before.handed_to:
            still(act.need(Audit, before.handed_to))
        at(own, *FOLLOWED, State.CLOSED)
        if not before.nonconformity or later.state not in AHEAD or later.id == before.handed_to:
            raise OnlyNonconformities(f"{before.code}, {later.code}")
        if _case(before, act).state in OVER:
            raise NonconformityOver(before.code)

    def apply(self, before: Finding, act: Act) -> tuple[Item, ...]:
        later = act.need(Audit, self.audit)
        taken = later.model_copy(update={"taken_over": (*later.taken_over, before.id)})
        handed = {"handed_to": later.id, "reason": self.reason}
        return before.model_copy(update=handed), taken


def audit_of(finding: Finding, act: Act) -> Audit:
    """Return the audit that a finding is of, or raise ``NotOfAudit``."""
    if not finding.audit:
        raise NotOfAudit(finding.code)
    return act.need(Audit, finding.audit)


def inquiry_of(finding: Finding, act: Act) -> Audit | Inspection:
    """Return the audit or inspection that a finding is of."""
    if finding.audit:
        return act.need(Audit, finding.audit)
    return act.need(Inspection, finding.inspection)


def numbered(item: Audit | Inspection) -> str:
    """Return the code of the next finding."""
    return f"{item.code}/P{item.findings + 1}"


def graded(code: str, kind: FindingKind, grade: str, act: Act) -> None:
    """Raise ``Misgraded`` unless a nonconformity, and nothing else, has a grade."""
    if (kind is FindingKind.NONCONFORMITY) != bool(grade):
        raise Misgraded(code)
    if grade:
        policy.of(act).grade(grade)


def check_case(finding: Finding, given: str, source: Source, act: Act) -> None:
    """Raise ``Refused`` where the nonconformity of a finding cannot be opened or linked."""
    if given:
        if finding.kind is not FindingKind.NONCONFORMITY:
            raise Misgraded(finding.code)
        if act.need(Nonconformity, given).state in OVER:
            raise NonconformityOver(f"{finding.code}, {given}")
    elif _bare(finding):
        _report(finding, source, act).check(act)


def with_case(
    finding: Finding, given: str, source: Source, act: Act
) -> tuple[Finding, *tuple[Item, ...]]:
    """Return a finding with its nonconformity: the one given, or a new one brought along."""
    if given:
        linked = act.need(Nonconformity, given).id
        return (finding.model_copy(update={"nonconformity": linked}),)
    if not _bare(finding):
        return (finding,)
    report = _report(finding, source, act)
    case = {"nonconformity": report.id}
    return finding.model_copy(update=case), *carried(report, act)


def _bare(finding: Finding) -> bool:
    return finding.kind is FindingKind.NONCONFORMITY and not finding.nonconformity


def _report(finding: Finding, source: Source, act: Act) -> Report:
    document = act.need(Document, finding.document).code if finding.document else ""
    return brought(
        act,
        unit=act.need(Unit, finding.unit).code,
        found=finding.conclusion,
        day=finding.day,
        source=source,
        origin=finding.code,
        clause=finding.clause,
        document=document,
    )


def _case(finding: Finding, act: Act) -> Nonconformity:
    return act.need(Nonconformity, finding.nonconformity)


def _counted(criterion: Criterion, finding: Finding, act: Act) -> Criterion:
    if finding.kind is not FindingKind.NONCONFORMITY:
        return criterion
    seen = {
        "verdict": Verdict.NONCONFORMING,
        "evidence": finding.code,
        "assessor": act.actor.id,
        "nonconforming": criterion.nonconforming + 1,
    }
    return criterion.model_copy(update=seen)


def _recounted(criterion: Criterion, before: Finding, after: Finding) -> Criterion:
    was, now = (one.kind is FindingKind.NONCONFORMITY for one in (before, after))
    standing = criterion.nonconforming + now - was
    verdict = Verdict.NONCONFORMING if standing else criterion.verdict
    if was and not standing:
        verdict = Verdict.CONFORMING
    evidence = after.code if now else criterion.evidence
    seen = {"verdict": verdict, "nonconforming": standing, "evidence": evidence}
    return criterion.model_copy(update=seen)
