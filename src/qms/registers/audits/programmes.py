"""The year's programme of audits: units × clauses × processes; ISO 9001:2015, 9.2.2 a."""

from __future__ import annotations

from pydantic import Field

from ...changes import Act, Item, Meaning, Opening, Step
from ...errors import Refused
from ...values import Code, Text
from ..documents import Document
from ..documents.drafting import check_clauses
from ..people import OFFICERS, Unit
from .items import Audit, Programme, ProgrammeState, State
from .steps import AUDITORS, LEADERS, DaysOutOfOrder, by_others


class ProgrammeOutOfStep(Refused):
    """The programme is at another step."""

    clause = "9.2.2 a"
    vi = "Chương trình đánh giá đang ở bước khác."


class NothingToAudit(Refused):
    """An audit looks at clauses or processes."""

    clause = "9.2.2 b"
    vi = "Cuộc đánh giá phải nêu điều khoản hoặc quá trình được đánh giá."


class NoSuchMonth(Refused):
    """A year has the months 1 to 12."""

    clause = "9.2.2 a"
    vi = "Tháng phải từ 1 đến 12."


class ReasonMissing(Refused):
    """What is added to an approved programme says why."""

    clause = "9.2.2 a"
    vi = "Bổ sung chương trình đã phê duyệt phải nêu lý do."


class NothingToApprove(Refused):
    """No audit of this programme waits for approval."""

    clause = "9.2.2 a"
    vi = "Chương trình không có cuộc đánh giá nào chờ phê duyệt."


class AuditsOpen(Refused):
    """A programme is closed when each of its audits is closed or cancelled."""

    clause = "9.2.2 f"
    vi = "Còn cuộc đánh giá của chương trình chưa đóng."


class DraftProgramme(Opening[Programme], kind="programme.draft/1", item=Programme, roles=AUDITORS):
    """Begin the audit programme of a year."""

    vi = "Lập chương trình đánh giá năm"

    year: int = Field(title="Năm", ge=2000, le=2999)
    aim: Text = Field(title="Mục tiêu, căn cứ", min_length=1)

    def given(self, act: Act) -> str:
        return f"CTDG-{self.year}"

    def check(self, act: Act) -> None:
        if self.year < act.day.year:
            raise DaysOutOfOrder(f"{self.code}, {self.year}")

    def apply(self, act: Act) -> Programme:
        said = {"year": self.year, "aim": self.aim, "drafter": act.actor.id}
        return Programme(id=self.id, code=self.code, **said)


class Schedule(Opening[Audit], kind="audit.schedule/1", item=Audit, roles=AUDITORS):
    """Propose an audit for a programme: a unit, clauses, processes, a month.

    In an approved programme this is an ad-hoc supplement, with its reason.
    """

    vi = "Đưa cuộc đánh giá vào chương trình (hoặc bổ sung đột xuất, kèm lý do)"

    programme: Code = Field(title="Chương trình")
    unit: Code = Field(title="Đơn vị được đánh giá")
    clauses: tuple[Text, ...] = Field(default=(), title="Điều khoản tiêu chuẩn")
    processes: tuple[Code, ...] = Field(default=(), title="Quá trình (mã quy trình)")
    month: int = Field(title="Tháng")
    reason: Text = Field(default="", title="Lý do (bắt buộc khi bổ sung đột xuất)")

    def check(self, act: Act) -> None:
        programme = act.need(Programme, self.programme)
        _programme_at(programme, *_OPEN)
        act.need(Unit, self.unit)
        check_clauses(self.clauses, act)
        if not (self.clauses or self._processes(act)):
            raise NothingToAudit(self.code)
        if not 1 <= self.month <= 12:
            raise NoSuchMonth(f"{self.code}, {self.month}")
        if (programme.year, self.month) < (act.day.year, act.day.month):
            raise DaysOutOfOrder(f"{self.code}, {self.month}/{programme.year}")
        if programme.state is not ProgrammeState.DRAFT and not self.reason:
            raise ReasonMissing(self.code)

    def apply(self, act: Act) -> tuple[Item, ...]:
        programme = act.need(Programme, self.programme)
        audit = Audit(
            id=self.id,
            code=self.code,
            programme=programme.id,
            unit=act.need(Unit, self.unit).id,
            clauses=tuple(dict.fromkeys(self.clauses)),
            processes=self._processes(act),
            month=self.month,
            reason=self.reason,
            proposer=act.actor.id,
        )
        audits = {"audits": (*programme.audits, audit.id)}
        return audit, programme.model_copy(update=audits)

    def _processes(self, act: Act) -> tuple[str, ...]:
        return tuple(dict.fromkeys(act.need(Document, code).id for code in self.processes))


class ApproveProgramme(
    Step[Programme],
    kind="programme.approve/1",
    item=Programme,
    roles=LEADERS,
    meaning=Meaning.APPROVED,
):
    """Approve, as a leader, every audit that was proposed for a programme."""

    vi = "Phê duyệt chương trình (hoặc phần bổ sung)"

    def check(self, before: Programme, act: Act) -> None:
        _programme_at(before, *_OPEN)
        proposed = _proposed(before, act)
        if not proposed:
            raise NothingToApprove(before.code)
        drafter = {before.drafter} if before.state is ProgrammeState.DRAFT else set[str]()
        by_others(before.code, drafter | {audit.proposer for audit in proposed}, act)

    def apply(self, before: Programme, act: Act) -> tuple[Item, ...]:
        begun = before.state is ProgrammeState.DRAFT
        state = ProgrammeState.APPROVED if begun else before.state
        signed = {"state": state, "approver": act.actor.id, "approved": act.day}
        audits = (
            audit.model_copy(update={"state": State.SCHEDULED}) for audit in _proposed(before, act)
        )
        return before.model_copy(update=signed), *audits


class CloseProgramme(
    Step[Programme],
    kind="programme.close/1",
    item=Programme,
    roles=OFFICERS,
    meaning=Meaning.CLOSED,
):
    """Close a year's programme with its report, which management reviews."""

    vi = "Tổng kết chương trình đánh giá năm"

    report: Text = Field(title="Báo cáo tổng kết", min_length=1)

    def check(self, before: Programme, act: Act) -> None:
        _programme_at(before, ProgrammeState.APPROVED, ProgrammeState.RUNNING)
        over = (State.CLOSED, State.CANCELLED)
        still = [audit.code for audit in _audits(before, act) if audit.state not in over]
        if still:
            raise AuditsOpen(f"{before.code}: {', '.join(still)}")

    def apply(self, before: Programme, act: Act) -> Programme:
        ended = {"state": ProgrammeState.CLOSED, "report": self.report, "closed": act.day}
        return before.model_copy(update=ended)


_OPEN = (ProgrammeState.DRAFT, ProgrammeState.APPROVED, ProgrammeState.RUNNING)


def _programme_at(item: Programme, *states: ProgrammeState) -> None:
    if item.state not in states:
        raise ProgrammeOutOfStep(f"{item.code} ({item.state.vi} / {item.state})")


def _audits(programme: Programme, act: Act) -> list[Audit]:
    return [act.need(Audit, own) for own in programme.audits]


def _proposed(programme: Programme, act: Act) -> list[Audit]:
    return [audit for audit in _audits(programme, act) if audit.state is State.PROPOSED]
