"""At the unit: opening, criterion after criterion, the end of the fieldwork; 9.2.2 c, 9.2.1."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import Text
from ..people import Person
from .independence import conflicts
from .items import Audit, Criterion, Meeting, State, Verdict
from .steps import at, by_lead, by_team, criteria_of, happened


class NoChecklist(Refused):
    """An audit opens with a checklist."""

    clause = "9.2.2 b"
    vi = "Chưa lập phiếu kiểm tra."


class FindingNeeded(Refused):
    """A criterion that is not met is told by a finding."""

    clause = "9.2.2 d"
    vi = "Kết quả không phù hợp phải được ghi bằng một phát hiện."


class FindingStands(Refused):
    """A criterion with a nonconforming finding is not met."""

    clause = "9.2.2 d"
    vi = "Nội dung này đang có phát hiện không phù hợp."


class NotAssessed(Refused):
    """Each criterion was assessed, or it is said why not."""

    clause = "9.2.2 f"
    vi = "Còn nội dung chưa đánh giá mà chưa ghi lý do."


class Open(Step[Audit], kind="audit.open/1", item=Audit):
    """Open an audit at the unit; the team is still independent."""

    vi = "Họp khai mạc"

    day: date = Field(title="Ngày họp khai mạc")
    attendance: Text = Field(title="Thành phần dự họp", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.NOTIFIED)
        by_lead(before, act)
        happened(before.code, self.day, before.notified, act)
        if not before.criteria:
            raise NoChecklist(before.code)
        self._still_independent(before, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        opening = Meeting(day=self.day, attendance=self.attendance)
        return before.model_copy(update={"state": State.OPENED, "opening": opening})

    def _still_independent(self, before: Audit, act: Act) -> None:
        for held in before.team:
            person = act.need(Person, held.person)
            found = conflicts(person, before.unit, before.processes, self.day, act)
            conflict = None if held.waiver else next(found, None)
            if conflict is not None:
                raise conflict


class Assess(Step[Criterion], kind="criterion.assess/1", item=Criterion):
    """Say what was seen of a criterion: conforming, not applicable, or why not assessed."""

    vi = "Ghi kết quả một nội dung kiểm tra, kèm bằng chứng hoặc lý do"

    verdict: Verdict = Field(title="Kết quả")
    evidence: Text = Field(title="Bằng chứng (hoặc lý do chưa đánh giá)", min_length=1)

    def check(self, before: Criterion, act: Act) -> None:
        audit = act.need(Audit, before.audit)
        at(audit, State.OPENED)
        by_team(audit, act)
        if self.verdict is Verdict.NONCONFORMING:
            raise FindingNeeded(before.code)
        if before.nonconforming:
            raise FindingStands(before.code)

    def apply(self, before: Criterion, act: Act) -> Criterion:
        seen = {"verdict": self.verdict, "evidence": self.evidence, "assessor": act.actor.id}
        return before.model_copy(update=seen)


class Finish(Step[Audit], kind="audit.finish/1", item=Audit):
    """End the fieldwork: every criterion assessed, or why not."""

    vi = "Kết thúc đánh giá tại đơn vị"

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.OPENED)
        by_lead(before, act)
        missing = [line.code for line in criteria_of(before, act) if not line.evidence]
        if missing:
            raise NotAssessed(", ".join(missing[:5]))

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.EXAMINED})
