"""What is known of a nonconformity and of each action on it: ISO 9001:2015, 8.7.2, 10.2.2."""

from __future__ import annotations

from datetime import date

from ...changes import Item
from ...values import Code, Frozen, Personal, Text, Word
from ..documents import Document
from ..documents.items import File
from ..people import Person, Unit


class Source(Word):
    """Where a nonconformity was seen."""

    AUDIT = "audit", "Đánh giá nội bộ"
    INSPECTION = "inspection", "Kiểm tra công vụ đột xuất"
    EXTERNAL_AUDIT = "external_audit", "Đánh giá, kiểm tra của bên ngoài"
    COMPLAINT = "complaint", "Phản ánh, kiến nghị, khiếu nại"
    LATE_DOSSIER = "late_dossier", "Hồ sơ trễ hạn"
    SURVEY = "survey", "Khảo sát hài lòng, mục tiêu"
    REVIEW = "review", "Rà soát, xem xét của lãnh đạo"
    SELF_FOUND = "self_found", "Tự phát hiện"


class Cause(Word):
    """What kind of cause it had, for counting."""

    PEOPLE = "people", "Con người"
    METHOD = "method", "Cách làm"
    DOCUMENT = "document", "Tài liệu"
    EQUIPMENT = "equipment", "Thiết bị, phần mềm"
    COORDINATION = "coordination", "Phối hợp"
    RULES = "rules", "Quy định của cấp trên"


class State(Word):
    """Where a nonconformity stands."""

    REPORTED = "reported", "Đã báo cáo"
    REJECTED = "rejected", "Từ chối: không phải sự không phù hợp"
    ACCEPTED = "accepted", "Đã tiếp nhận và phân mức"
    CORRECTED = "corrected", "Đã xử lý ngay"
    NEEDED = "needed", "Cần hành động khắc phục, đang tìm nguyên nhân"
    NOT_NEEDED = "not_needed", "Không cần hành động khắc phục"
    ANALYSED = "analysed", "Đã tìm nguyên nhân, đang lập kế hoạch"
    IN_PROGRESS = "in_progress", "Đã duyệt kế hoạch, đang thực hiện"
    VERIFIED = "verified", "Đã thực hiện và kiểm tra, chờ xem xét hiệu lực"
    EFFECTIVE = "effective", "Hành động có hiệu lực, chờ đóng"
    CLOSED = "closed", "Đã đóng"
    REOPENED = "reopened", "Mở lại"


class ActionState(Word):
    """Where a corrective action stands."""

    OPEN = "open", "Chưa làm"
    DOING = "doing", "Đang làm"
    DONE = "done", "Đã làm xong"
    VERIFIED = "verified", "Đã kiểm tra"
    DROPPED = "dropped", "Đã bỏ"


OVER = (State.REJECTED, State.CLOSED)
"""Where nobody owes anything."""

UNDER_WAY = tuple(state for state in State if state not in (State.REPORTED, *OVER))
"""Where it has been accepted and is not over."""


class Order(Frozen):
    """Whether the work stops or goes on, and what is called back of what went out."""

    stop: bool
    reason: Text
    recall: Text = ""
    due: date | None = None
    post: str
    day: date


class Recall(Frozen):
    """What was called back or put right of what had gone out."""

    what: Text
    by: str
    day: date


class Correction(Frozen):
    """What was done at once about the thing itself, and what a second look showed."""

    what: Text
    result: Text
    by: str
    day: date


class Concession(Frozen):
    """That something is used as it is: what, on whose word, until when."""

    scope: Text
    basis: Text
    until: date | None = None
    post: str
    day: date


class Analysis(Frozen):
    """The cause, the like cases, what else has to change; each, or an explicit no."""

    cause: Text
    kind: Cause
    similar: Text
    risks: Text
    by: str


class Effect(Frozen):
    """What somebody else found, later, of the effect of one round of actions."""

    round: int
    effective: bool
    evidence: Text
    judge: str
    day: date


class Updates(Frozen):
    """Which revisions of documents it led to, or why none."""

    revisions: tuple[str, ...] = ()
    waiver: Text = ""


class Outside(Frozen):
    """What is owed to whoever inspected from outside: a report within two months."""

    minutes: date
    due: date | None
    letter: Text = ""
    sent: date | None = None
    accepted: bool | None = None
    reply: Text = ""

    @property
    def owed(self) -> date | None:
        """Return the day by which a report is still owed."""
        return self.due if self.sent is None else None

    @property
    def late(self) -> bool:
        """Tell whether the report went out after its day."""
        return self.due is not None and self.sent is not None and self.due < self.sent


class Nonconformity(
    Item,
    register="nonconformity",
    columns={
        "unit": Unit,
        "state": str,
        "source": str,
        "grade": str,
        "clause": str,
        "document": Document,
        "service": str,
        "cause": str,
        "origin": str,
        "owner": Person,
        "due": date,
    },
    room=12,
):
    """A requirement that was not met, until it is shown to be met."""

    unit: str
    found: Text
    state: State = State.REPORTED
    grade: str = ""
    owner: str = ""
    day: date
    source: Source
    origin: str = ""
    clause: Text = ""
    document: str = ""
    service: str = ""
    outputs: tuple[Code, ...] = ()
    complainant: Personal = ""
    files: tuple[File, ...] = ()
    repeats: str = ""
    reporter: str
    reason: Text = ""
    grave: bool = False
    deadline: date | None = None
    set_by: str = ""
    order: Order | None = None
    recalled: Recall | None = None
    corrections: tuple[Correction, ...] = ()
    concession: Concession | None = None
    decider: str = ""
    analysis: Analysis | None = None
    actions: int = 0
    round: int = 1
    effect_due: date | None = None
    effects: tuple[Effect, ...] = ()
    outside: Outside | None = None
    updates: Updates | None = None
    closer: str = ""
    closed: date | None = None
    reopened: int = 0

    @property
    def cause(self) -> str:
        """Return the kind of cause that was found last."""
        return self.analysis.kind.value if self.analysis else ""

    @property
    def recall_due(self) -> date | None:
        """Return the day by which outputs are still to be called back."""
        owed = self.order is not None and self.order.recall and self.recalled is None
        return self.order.due if self.order and owed else None

    @property
    def due(self) -> date | None:
        """Return the next day on which something is owed: a step, a recall or a report."""
        if self.state in OVER:
            return None
        report = self.outside.owed if self.outside else None
        days = (self.deadline, self.recall_due, report)
        return min((day for day in days if day is not None), default=None)


class Action(
    Item,
    register="action",
    columns={
        "nonconformity": Nonconformity,
        "unit": Unit,
        "owner": Person,
        "state": str,
        "due": date,
    },
):
    """One corrective action: against the cause, so that it does not happen again."""

    what: Text
    assignee: str
    deadline: date
    state: ActionState = ActionState.OPEN
    nonconformity: str
    unit: str
    round: int
    first_deadline: date
    set_by: str
    reason: Text = ""
    extensions: int = 0
    done: date | None = None
    doer: str = ""
    evidence: Text = ""
    files: tuple[File, ...] = ()
    check_due: date | None = None
    verifier: str = ""
    verified: date | None = None

    @property
    def open(self) -> bool:
        """Tell whether it is neither verified nor dropped."""
        return self.state not in (ActionState.VERIFIED, ActionState.DROPPED)

    @property
    def workers(self) -> frozenset[str]:
        """Return who was to do it and who did it."""
        return frozenset({self.assignee, self.doer} - {""})

    @property
    def owner(self) -> str:
        """Return who owes something: the assignee, then whoever asked for it has it verified."""
        return self.set_by if self.state is ActionState.DONE else self.assignee

    @property
    def due(self) -> date | None:
        """Return the day on which it is owed to be done, then to be verified."""
        if not self.open:
            return None
        return self.check_due if self.state is ActionState.DONE else self.deadline
