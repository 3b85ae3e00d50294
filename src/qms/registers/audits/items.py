"""What audits and inspections keep: programme, audit, criterion, finding; ISO 9001:2015, 9.2."""

from __future__ import annotations

from datetime import date

from ...changes import Item
from ...values import Frozen, Text, Word
from ..documents import Document
from ..documents.items import File
from ..nonconformities import Nonconformity
from ..people import Person, Unit


class ProgrammeState(Word):
    """Where a year's programme of audits stands."""

    DRAFT = "draft", "Dự thảo"
    APPROVED = "approved", "Đã phê duyệt"
    RUNNING = "running", "Đang thực hiện"
    CLOSED = "closed", "Đã tổng kết"


class State(Word):
    """Where an audit stands."""

    PROPOSED = "proposed", "Đề nghị đưa vào chương trình"
    SCHEDULED = "scheduled", "Trong chương trình đã phê duyệt"
    PLANNED = "planned", "Đã lập kế hoạch"
    APPROVED = "approved", "Đã phê duyệt kế hoạch"
    NOTIFIED = "notified", "Đã thông báo"
    OPENED = "opened", "Đã khai mạc"
    EXAMINED = "examined", "Đã đánh giá tại đơn vị"
    MET = "met", "Đã họp kết thúc"
    REPORTED = "reported", "Đã báo cáo"
    FOLLOW_UP = "follow_up", "Đang theo dõi"
    CLOSED = "closed", "Đã đóng"
    CANCELLED = "cancelled", "Đã hủy"


AHEAD = (State.PROPOSED, State.SCHEDULED, State.PLANNED, State.APPROVED, State.NOTIFIED)
"""Where nobody has been at the unit yet."""


class Verdict(Word):
    """What was seen of one criterion."""

    NOT_ASSESSED = "not_assessed", "Chưa đánh giá"
    CONFORMING = "conforming", "Phù hợp"
    NONCONFORMING = "nonconforming", "Không phù hợp"
    NOT_APPLICABLE = "not_applicable", "Không áp dụng"


class FindingKind(Word):
    """What a finding says."""

    NONCONFORMITY = "nonconformity", "Sự không phù hợp"
    OBSERVATION = "observation", "Điểm lưu ý"
    IMPROVEMENT = "improvement", "Cơ hội cải tiến"


class InspectionState(Word):
    """Where a surprise inspection stands."""

    ORDERED = "ordered", "Đã quyết định"
    CARRIED_OUT = "carried_out", "Đã kiểm tra"
    REPORTED = "reported", "Đã báo cáo lãnh đạo"
    DECIDED = "decided", "Đã quyết định biện pháp"
    FOLLOW_UP = "follow_up", "Đang theo dõi khắc phục"
    CLOSED = "closed", "Đã đóng"
    CANCELLED = "cancelled", "Đã hủy"


class Paper(Word):
    """The ten kinds of record of an inspection file (Circular 26/2014/TT-BKHCN, Art. 39)."""

    PLAN = "plan", "Kế hoạch kiểm tra được phê duyệt"
    REQUEST = "request", "Văn bản đề nghị báo cáo"
    STATEMENT = "statement", "Báo cáo của đơn vị và bằng chứng kèm theo"
    REMEDY_REQUEST = "remedy_request", "Văn bản đề nghị thực hiện, khắc phục"
    DECISION = "decision", "Quyết định kiểm tra"
    MINUTES = "minutes", "Biên bản kiểm tra"
    CORRECTIVE_ACTION = "corrective_action", "Hồ sơ thực hiện hành động khắc phục"
    TEAM_REPORT = "team_report", "Báo cáo của đoàn kiểm tra"
    REPORT_UPWARD = "report_upward", "Báo cáo cấp trên về kết quả kiểm tra"
    OTHER = "other", "Hồ sơ, tài liệu liên quan khác (nếu có)"


class Remedy(Word):
    """What the leader decides on a finding of an inspection."""

    NONCONFORMITY = "nonconformity", "Lập phiếu không phù hợp"
    TASK = "task", "Giao nhiệm vụ"
    AT_ONCE = "at_once", "Nhắc nhở, khắc phục ngay"
    NONE = "none", "Không cần xử lý"


class Member(Frozen):
    """Somebody on the team; where they are not independent, why it was waived and by whom."""

    person: str
    waiver: Text = ""
    waived_by: str = ""


class Meeting(Frozen):
    """An opening or closing meeting: when, and who was there."""

    day: date
    attendance: Text


class Dissent(Frozen):
    """What somebody else thinks of a finding; it is kept whatever the lead decides."""

    person: str
    post: str
    day: date
    opinion: Text


class Programme(Item, register="programme", columns={"year": str, "state": str}):
    """What is audited in a year: units, clauses and processes."""

    year: int
    aim: Text
    state: ProgrammeState = ProgrammeState.DRAFT
    drafter: str
    approver: str = ""
    approved: date | None = None
    audits: tuple[str, ...] = ()
    report: Text = ""
    closed: date | None = None


class Audit(
    Item,
    register="audit",
    columns={"programme": Programme, "unit": Unit, "owner": Person, "state": str, "due": date},
    room=12,
):
    """One look at one unit, from its place in the programme to its last finding."""

    unit: str
    month: int
    state: State = State.PROPOSED
    day: date | None = None
    lead: str = ""
    programme: str
    clauses: tuple[Text, ...] = ()
    processes: tuple[str, ...] = ()
    reason: Text = ""
    proposer: str
    team: tuple[Member, ...] = ()
    planner: str = ""
    aim: Text = ""
    until: date | None = None
    approver: str = ""
    notified: date | None = None
    criteria: int = 0
    opening: Meeting | None = None
    closing: Meeting | None = None
    opinion: Text = ""
    findings: int = 0
    taken_over: tuple[str, ...] = ()
    report_due: date | None = None
    reported: date | None = None
    strengths: Text = ""
    conclusion: Text = ""
    note: Text = ""
    closed: date | None = None

    @property
    def owner(self) -> str:
        """Return who leads the audit."""
        return self.lead

    @property
    def due(self) -> date | None:
        """Return the day of an audit that is ahead, then that of its report."""
        if self.state is State.MET:
            return self.report_due
        return self.day if self.state in AHEAD else None

    @property
    def members(self) -> frozenset[str]:
        """Return the people of the team, its lead included."""
        return frozenset(member.person for member in self.team)


class Criterion(
    Item,
    register="criterion",
    columns={"audit": Audit, "clause": str, "document": Document, "verdict": str},
):
    """One line of an audit's checklist: against what, and what was seen."""

    question: Text
    verdict: Verdict = Verdict.NOT_ASSESSED
    clause: Text = ""
    document: str = ""
    evidence: Text = ""
    audit: str
    assessor: str = ""
    nonconforming: int = 0


class Filed(Frozen):
    """One paper of an inspection file, or why there is none of its kind."""

    paper: Paper
    title: Text
    day: date | None = None
    files: tuple[File, ...] = ()


class Inspection(
    Item,
    register="inspection",
    columns={"unit": Unit, "owner": Person, "state": str, "due": date},
    room=12,
):
    """A surprise civil-service inspection: nobody is told before."""

    unit: str
    subject: Text
    day: date
    state: InspectionState = InspectionState.ORDERED
    lead: str
    basis: Text
    decision: Text
    decided: date
    team: tuple[Member, ...]
    carried_out: date | None = None
    minutes: Text = ""
    opinion: Text = ""
    findings: int = 0
    deadline: date | None = None
    report_due: date | None = None
    reported: date | None = None
    report: Text = ""
    note: Text = ""
    file: tuple[Filed, ...] = ()
    closed: date | None = None

    @property
    def owner(self) -> str:
        """Return who leads the inspection."""
        return self.lead

    @property
    def due(self) -> date | None:
        """Return the day of the inspection, then of its report, then of the decision on it."""
        return self.day if self.state is InspectionState.ORDERED else self.deadline

    @property
    def members(self) -> frozenset[str]:
        """Return the people of the team, its lead included."""
        return frozenset(member.person for member in self.team)

    @property
    def late(self) -> bool:
        """Tell whether the leader had the report after its day."""
        known = self.report_due is not None and self.reported is not None
        return known and (self.report_due or date.max) < (self.reported or date.min)


class Decided(Frozen):
    """What a leader decided on a finding, and what a second look showed."""

    remedy: Remedy
    measure: Text
    owner: str = ""
    due: date | None = None
    task: str = ""
    post: str
    result: Text = ""
    judge: str = ""
    settled: date | None = None

    @property
    def owed(self) -> date | None:
        """Return the day by which the measure is to be shown to be carried out."""
        return self.due if self.settled is None else None


class Finding(
    Item,
    register="finding",
    columns={
        "audit": Audit,
        "inspection": Inspection,
        "unit": Unit,
        "kind": str,
        "grade": str,
        "clause": str,
        "document": Document,
        "nonconformity": Nonconformity,
        "owner": Person,
        "due": date,
    },
):
    """What was found against a criterion, with its evidence."""

    unit: str
    kind: FindingKind
    conclusion: Text
    nonconformity: str = ""
    grade: str = ""
    audit: str = ""
    inspection: str = ""
    criterion: str = ""
    clause: Text = ""
    document: str = ""
    rule: Text = ""
    evidence: Text
    files: tuple[File, ...] = ()
    finder: str
    day: date
    dissents: tuple[Dissent, ...] = ()
    reason: Text = ""
    answer: Text = ""
    answer_due: date | None = None
    handed_to: str = ""
    decided: Decided | None = None

    @property
    def owner(self) -> str:
        """Return who carries out the measure that was decided."""
        return self.decided.owner if self.decided else ""

    @property
    def due(self) -> date | None:
        """Return the day by which a measure, or an answer, is owed."""
        if self.decided is not None:
            return self.decided.owed
        return self.answer_due if not self.answer else None
