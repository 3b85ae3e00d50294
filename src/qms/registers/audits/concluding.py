"""Closing meeting, report, follow-up, end of an audit: ISO 9001:2015, 9.2.2 d–f."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from ...changes import Act, Meaning, Step
from ...errors import Refused
from ...values import Text
from .. import policy
from ..people import OFFICERS
from .items import Audit, Finding, Meeting, State
from .steps import AUDITORS, at, by_lead, findings_of, finished, happened


class FindingOpen(Refused):
    """It is closed when every nonconformity is closed or handed on, and the rest answered."""

    clause = "9.2.2 e"
    vi = "Còn phát hiện chưa khắc phục xong, chưa chuyển tiếp hoặc chưa trả lời."


class Meet(Step[Audit], kind="audit.meet/1", item=Audit):
    """Hold the closing meeting; what the unit thinks otherwise is kept."""

    vi = "Họp kết thúc; ý kiến của đơn vị được giữ lại"

    day: date = Field(title="Ngày họp kết thúc")
    attendance: Text = Field(title="Thành phần dự họp", min_length=1)
    opinion: Text = Field(default="", title="Ý kiến của đơn vị")

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.EXAMINED)
        by_lead(before, act)
        happened(before.code, self.day, before.opening.day if before.opening else None, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        met = {
            "state": State.MET,
            "closing": Meeting(day=self.day, attendance=self.attendance),
            "opinion": self.opinion,
            "report_due": policy.limit(act, "audit.report", self.day),
        }
        return before.model_copy(update=met)


class ReportAudit(Step[Audit], kind="audit.report/1", item=Audit):
    """Report to those concerned how far the system conforms and works."""

    vi = "Báo cáo kết quả đánh giá"

    strengths: Text = Field(title="Điểm mạnh", min_length=1)
    conclusion: Text = Field(title="Kết luận về sự phù hợp và hiệu lực", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.MET)
        by_lead(before, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        told = {
            "state": State.REPORTED,
            "strengths": self.strengths,
            "conclusion": self.conclusion,
            "reported": act.day,
        }
        return before.model_copy(update=told)


class FollowUpAudit(Step[Audit], kind="audit.follow-up/1", item=Audit, roles=AUDITORS):
    """Note how far the findings of a reported audit have come."""

    vi = "Ghi kết quả theo dõi sau đánh giá"

    note: Text = Field(title="Kết quả theo dõi", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.REPORTED, State.FOLLOW_UP)

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.FOLLOW_UP, "note": self.note})


class CloseAudit(
    Step[Audit], kind="audit.close/1", item=Audit, roles=OFFICERS, meaning=Meaning.CLOSED
):
    """Close an audit: every nonconformity is over or handed on, every observation answered."""

    vi = "Đóng cuộc đánh giá"

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.REPORTED, State.FOLLOW_UP)
        owed = [finding.code for finding in _owed(before, act)]
        if owed:
            raise FindingOpen(f"{before.code}: {', '.join(owed[:5])}")

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.CLOSED, "closed": act.day})


def _owed(audit: Audit, act: Act) -> Iterator[Finding]:
    taken = (act.need(Finding, own) for own in audit.taken_over)
    for finding in (*findings_of(audit, act), *taken):
        here = finding.handed_to in ("", audit.id)
        if here and not finished(finding, act):
            yield finding
