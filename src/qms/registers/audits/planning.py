"""From the programme to the door: plan, team, checklist, notice; ISO 9001:2015, 9.2.2 b, c."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from ... import standards
from ...changes import Act, Item, Meaning, Role, Step
from ...errors import Refused
from ...values import Code, OptionalCode, Text
from .. import policy
from ..documents import Document
from ..documents.drafting import check_clauses
from ..people import Person
from .independence import member
from .items import AHEAD, Audit, Criterion, Finding, Member, Programme, ProgrammeState, State
from .programmes import NothingToAudit
from .steps import AUDITORS, LEADERS, DaysOutOfOrder, SameHands, ahead, at, by_others, happened

TEAMED = (State.PLANNED, State.APPROVED, State.NOTIFIED)
"""Where the team gathers and prepares."""

APPROVERS = (Role.LEADER, Role.APPROVER)


class AlreadyOnTeam(Refused):
    """Somebody is on a team once."""

    clause = "9.2.2 c"
    vi = "Người này đã có trong đoàn."


class LeadStays(Refused):
    """The lead is replaced by a new plan, a member by another."""

    clause = "9.2.2 c"
    vi = "Người này không phải thành viên, hoặc là trưởng đoàn (thay bằng cách lập lại kế hoạch)."


class AlreadyPrepared(Refused):
    """A checklist is drawn up once, and grows by single questions."""

    clause = "9.2.2 b"
    vi = "Phiếu kiểm tra đã lập; chỉ bổ sung từng nội dung."


class StillTakenOver(Refused):
    """What was handed on to an audit is handed on again before the audit is given up."""

    clause = "9.2.2 e"
    vi = "Phải chuyển tiếp các phát hiện mà cuộc đánh giá này đã nhận trước khi hủy."


class Plan(Step[Audit], kind="audit.plan/1", item=Audit, roles=AUDITORS):
    """Plan an audit: its days, its lead, its aim. A waiver is a leader's to give."""

    vi = "Lập kế hoạch đánh giá: ngày, trưởng đoàn, mục tiêu"

    day: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Đến hết ngày (bỏ trống: trong ngày)")
    lead: Code = Field(title="Trưởng đoàn")
    aim: Text = Field(title="Mục tiêu, phạm vi", min_length=1)
    waiver: Text = Field(default="", title="Lý do chấp nhận trưởng đoàn không độc lập (lãnh đạo)")

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.SCHEDULED, State.PLANNED)
        ordered(before.code, self.day, self.until, act)
        self._lead(before, act)

    def apply(self, before: Audit, act: Act) -> tuple[Item, ...]:
        lead = self._lead(before, act)
        others = (held for held in before.team if held.person not in (before.lead, lead.person))
        planned = {
            "state": State.PLANNED,
            "day": self.day,
            "until": self.until or self.day,
            "lead": lead.person,
            "aim": self.aim,
            "planner": act.actor.id,
            "team": (lead, *others),
        }
        programme = act.need(Programme, before.programme)
        running = programme.model_copy(update={"state": ProgrammeState.RUNNING})
        return before.model_copy(update=planned), running

    def _lead(self, before: Audit, act: Act) -> Member:
        return member(self.lead, before.unit, before.processes, self.day, self.waiver, act)


class Appoint(Step[Audit], kind="audit.appoint/1", item=Audit, roles=AUDITORS):
    """Put an auditor on the team: independent of what is audited, or waived by a leader."""

    vi = "Cử đánh giá viên (độc lập, hoặc lãnh đạo chấp nhận kèm lý do)"

    auditor: Code = Field(title="Đánh giá viên")
    waiver: Text = Field(default="", title="Lý do chấp nhận người không độc lập (lãnh đạo)")

    def check(self, before: Audit, act: Act) -> None:
        at(before, *TEAMED)
        person = self._member(before, act).person
        if person in before.members:
            raise AlreadyOnTeam(f"{before.code}, {self.auditor}")
        if person == before.approver:
            raise SameHands(f"{before.code}, {self.auditor}")

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"team": (*before.team, self._member(before, act))})

    def _member(self, before: Audit, act: Act) -> Member:
        day = before.day or act.day
        return member(self.auditor, before.unit, before.processes, day, self.waiver, act)


class Excuse(Step[Audit], kind="audit.excuse/1", item=Audit, roles=AUDITORS):
    """Take an auditor off the team, with the reason."""

    vi = "Rút đánh giá viên khỏi đoàn, kèm lý do"

    auditor: Code = Field(title="Đánh giá viên")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, *TEAMED)
        own = act.need(Person, self.auditor).id
        if own == before.lead or own not in before.members:
            raise LeadStays(f"{before.code}, {self.auditor}")

    def apply(self, before: Audit, act: Act) -> Audit:
        own = act.need(Person, self.auditor).id
        team = tuple(held for held in before.team if held.person != own)
        return before.model_copy(update={"team": team, "note": self.reason})


class Prepare(Step[Audit], kind="audit.prepare/1", item=Audit, roles=AUDITORS):
    """Draw up the checklist: each clause in scope and each process, not yet assessed."""

    vi = "Lập phiếu kiểm tra từ điều khoản và quá trình trong phạm vi"

    def check(self, before: Audit, act: Act) -> None:
        at(before, *TEAMED)
        if before.criteria:
            raise AlreadyPrepared(before.code)

    def apply(self, before: Audit, act: Act) -> tuple[Item, ...]:
        lines = tuple(_lines(before, act))
        return before.model_copy(update={"criteria": len(lines)}), *lines


class Ask(Step[Audit], kind="audit.ask/1", item=Audit, roles=AUDITORS):
    """Add one question to the checklist, against a clause or a document."""

    vi = "Bổ sung nội dung vào phiếu kiểm tra"

    question: Text = Field(title="Nội dung cần kiểm tra", min_length=1)
    clause: Text = Field(default="", title="Điều khoản tiêu chuẩn")
    document: OptionalCode = Field(default="", title="Tài liệu")

    def check(self, before: Audit, act: Act) -> None:
        at(before, *TEAMED, State.OPENED)
        check_clauses((self.clause,) if self.clause else (), act)
        if not (self.clause or self._document(act)):
            raise NothingToAudit(before.code)

    def apply(self, before: Audit, act: Act) -> tuple[Item, ...]:
        number = before.criteria + 1
        said = {"question": self.question, "clause": self.clause, "document": self._document(act)}
        return before.model_copy(update={"criteria": number}), _line(before, number, **said)

    def _document(self, act: Act) -> str:
        return act.need(Document, self.document).id if self.document else ""


class Approve(
    Step[Audit], kind="audit.approve/1", item=Audit, roles=APPROVERS, meaning=Meaning.APPROVED
):
    """Approve the plan of an audit, as somebody who neither made it nor goes."""

    vi = "Phê duyệt kế hoạch đánh giá"

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.PLANNED)
        by_others(before.code, before.members | {before.planner}, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.APPROVED, "approver": act.actor.id})


class Notify(Step[Audit], kind="audit.notify/1", item=Audit, roles=AUDITORS):
    """Tell the unit when it will be audited; how long before is reported, not enforced."""

    vi = "Thông báo kế hoạch cho đơn vị"

    day: date = Field(title="Ngày gửi")

    def check(self, before: Audit, act: Act) -> None:
        at(before, State.APPROVED)
        happened(before.code, self.day, None, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.NOTIFIED, "notified": self.day})


class Postpone(Step[Audit], kind="audit.postpone/1", item=Audit, roles=AUDITORS):
    """Move an audit to another day, with the reason."""

    vi = "Dời ngày đánh giá, kèm lý do"

    day: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Đến hết ngày (bỏ trống: trong ngày)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, *TEAMED)
        ordered(before.code, self.day, self.until, act)

    def apply(self, before: Audit, act: Act) -> Audit:
        moved = {"day": self.day, "until": self.until or self.day, "note": self.reason}
        return before.model_copy(update=moved)


class Cancel(Step[Audit], kind="audit.cancel/1", item=Audit, roles=LEADERS):
    """Give an audit up before it began, with the reason; only a leader does."""

    vi = "Hủy cuộc đánh giá chưa tiến hành, kèm lý do (lãnh đạo)"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Audit, act: Act) -> None:
        at(before, *AHEAD)
        taken = (act.need(Finding, own) for own in before.taken_over)
        if any(finding.handed_to == before.id for finding in taken):
            raise StillTakenOver(before.code)

    def apply(self, before: Audit, act: Act) -> Audit:
        return before.model_copy(update={"state": State.CANCELLED, "note": self.reason})


def leaves(year: int, clauses: tuple[str, ...]) -> list[str]:
    """Return the clauses without parts of their own that lie under the given ones.

    >>> leaves(2015, ("7.5.3", "10.3"))
    ['7.5.3.1', '7.5.3.2', '10.3']
    """
    edition = standards.edition(year)
    parents = {clause.parent for clause in edition.values()}
    return [
        number
        for number in edition
        if number not in parents
        and any(number == clause or number.startswith(f"{clause}.") for clause in clauses)
    ]


def ordered(code: str, day: date, until: date | None, act: Act) -> None:
    """Raise ``DaysOutOfOrder`` unless a time lies ahead and ends after it begins."""
    ahead(code, day, act)
    if until is not None and until < day:
        raise DaysOutOfOrder(f"{code}, {day} – {until}")


def _lines(audit: Audit, act: Act) -> Iterator[Criterion]:
    year = policy.of(act).edition
    clauses = leaves(year, audit.clauses)
    for number, clause in enumerate(clauses, 1):
        title = standards.clause(year, clause).title_vi
        yield _line(audit, number, clause=clause, question=title)
    for number, process in enumerate(audit.processes, len(clauses) + 1):
        title = act.need(Document, process).title
        yield _line(audit, number, document=process, question=title)


def _line(audit: Audit, number: int, **said: str) -> Criterion:
    code = f"{audit.code}/C{number}"
    return Criterion(id=Criterion.identify(code), code=code, audit=audit.id, **said)
