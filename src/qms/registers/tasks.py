"""Plans, tasks and commitments of the reform: ISO 9001:2015, 6.2.2, 6.3 (2008: 5.4.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pydantic import Field

from ..changes import Act, AlreadyThere, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, OptionalCode, Text, Word
from .people import OFFICERS, Post, Unit

HEADS = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
CONFIRMERS = OFFICERS


class TaskState(Word):
    """Where a task stands; late is a question of days, not of state."""

    NOT_STARTED = "not_started", "Chưa triển khai"
    UNDER_WAY = "under_way", "Đang triển khai"
    THIN = "thin", "Chưa triệt để"
    DONE = "done", "Hoàn thành"
    CONFIRMED = "confirmed", "Đã xác nhận"
    CARRIED_OVER = "carried_over", "Chuyển sang năm sau"
    DROPPED = "dropped", "Dừng thực hiện"


class CommitmentState(Word):
    """Where a commitment stands."""

    DRAFTED = "drafted", "Dự thảo"
    SIGNED = "signed", "Đã ký"
    REPORTED = "reported", "Đã báo cáo"
    JUDGED = "judged", "Đã đánh giá"


class Plan(Item, register="plan", columns={"year": str, "unit": Unit}):
    """A plan with its number and day: what the tasks come from."""

    title: Text
    issued: date
    basis: Text = ""
    unit: str
    since: date
    until: date

    @property
    def year(self) -> str:
        """Return the year of the plan."""
        return str(self.since.year)


class Report(Frozen):
    """What was said of a task on a day."""

    day: date
    by: str
    state: TaskState
    says: Text


class Task(
    Item,
    register="task",
    columns={"plan": Plan, "unit": Unit, "owner": Post, "state": str, "due": date, "origin": str},
):
    """One task of a plan, of a decision or of a remedy: a unit, a result, a day."""

    title: Text
    result: Text
    plan: str = ""
    origin: str = ""
    unit: str
    owner: str
    deadline: date
    set_by: str
    state: TaskState = TaskState.NOT_STARTED
    last: Report | None = None
    evidence: Text = ""
    done: date | None = None
    extensions: int = 0
    carried_from: str = ""
    carried_to: str = ""

    @property
    def due(self) -> date | None:
        """Return the deadline while the task is owed."""
        return self.deadline if self.state in OWED else None

    def late(self, on: date) -> bool:
        """Tell whether the task is late on a day, or was done late."""
        return self.deadline < (self.done or on) and self.state is not TaskState.DROPPED


OWED = (TaskState.NOT_STARTED, TaskState.UNDER_WAY, TaskState.THIN)


class Signed(Frozen):
    """One signature under a commitment."""

    person: str
    post: str
    day: date


class Target(Frozen):
    """One thing that a unit commits itself to reach."""

    what: Text
    aim: Text
    reached: Text = ""
    kept: bool | None = None


class Commitment(
    Item, register="commitment", columns={"unit": Unit, "state": str, "due": date, "year": str}
):
    """What a unit's head and a leader both signed for a period."""

    unit: str
    since: date
    until: date
    tasks: tuple[str, ...] = ()
    targets: tuple[Target, ...]
    state: CommitmentState = CommitmentState.DRAFTED
    head: Signed | None = None
    leader: Signed | None = None
    report: Text = ""
    verdict: Text = ""

    @property
    def due(self) -> date | None:
        """Return the last day of the period while the result is owed."""
        return None if self.state is CommitmentState.JUDGED else self.until

    @property
    def year(self) -> str:
        """Return the year of the commitment."""
        return str(self.since.year)


class DaysOutOfOrder(Refused):
    """A period ends after it begins, and a day of work lies within it."""

    clause = "6.2.2 d"
    vi = "Ngày kết thúc phải sau ngày bắt đầu; ngày thực hiện phải nằm trong kỳ."


class OutOfStep(Refused):
    """The task is at another step."""

    clause = "6.2.2"
    vi = "Nhiệm vụ đang ở bước khác."


class NoEvidence(Refused):
    """A task is done when there is evidence of it."""

    clause = "6.2.2 e"
    vi = "Hoàn thành phải có bằng chứng."


class OwnTask(Refused):
    """Whoever reported a task does not confirm it."""

    clause = "9.1.1"
    vi = "Người báo cáo không được tự xác nhận."


class NotLater(Refused):
    """An extension gives a later day."""

    clause = "6.2.2 d"
    vi = "Gia hạn phải tới ngày muộn hơn."


class NotNextYear(Refused):
    """A task is carried over into a plan that begins later."""

    clause = "6.2.2"
    vi = "Chỉ chuyển nhiệm vụ sang kế hoạch bắt đầu muộn hơn."


class NoTarget(Refused):
    """A commitment has at least one target."""

    clause = "6.2.1 b"
    vi = "Cam kết phải có ít nhất một chỉ tiêu."


class NotHead(Refused):
    """The head signs for their own unit."""

    clause = "5.3"
    vi = "Trưởng đơn vị chỉ ký cam kết của đơn vị mình."


class SameHand(Refused):
    """The head and the leader are two people."""

    clause = "5.3"
    vi = "Trưởng đơn vị và lãnh đạo ký cam kết phải là hai người."


class CommitmentOutOfStep(Refused):
    """The commitment is at another step."""

    clause = "6.2.2"
    vi = "Cam kết đang ở bước khác."


class VerdictMissing(Refused):
    """Every target is judged, kept or not."""

    clause = "9.1.1"
    vi = "Phải đánh giá từng chỉ tiêu: đạt hoặc không đạt."


class IssuePlan(Opening[Plan], kind="plan.issue/1", item=Plan, roles=OFFICERS):
    """Enter a plan with its number, day and basis."""

    vi = "Ghi kế hoạch (số, ngày, căn cứ)"

    title: Text = Field(title="Tên kế hoạch", min_length=1)
    issued: date = Field(title="Ngày ban hành")
    basis: Text = Field(default="", title="Căn cứ")
    unit: Code = Field(title="Đơn vị chủ trì")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến ngày")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        if self.until <= self.since:
            raise DaysOutOfOrder(f"{self.code}, {self.since} – {self.until}")

    def apply(self, act: Act) -> Plan:
        return Plan(
            id=self.id,
            code=self.code,
            title=self.title,
            issued=self.issued,
            basis=self.basis,
            unit=act.need(Unit, self.unit).id,
            since=self.since,
            until=self.until,
        )


class Assign(Opening[Task], kind="task.assign/1", item=Task, roles=HEADS):
    """Give a unit a task: what, by whom, by when, with which result."""

    vi = "Giao nhiệm vụ"

    title: Text = Field(title="Nhiệm vụ", min_length=1)
    result: Text = Field(title="Kết quả phải đạt", min_length=1)
    unit: Code = Field(title="Đơn vị thực hiện")
    owner: Code = Field(title="Vị trí chủ trì")
    due: date = Field(title="Thời hạn")
    plan: OptionalCode = Field(default="", title="Thuộc kế hoạch")
    origin: OptionalCode = Field(default="", title="Số hồ sơ nguồn (kiểm tra, xem xét, KPH…)")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        act.need(Post, self.owner)
        if self.plan and self.due < act.need(Plan, self.plan).since:
            raise DaysOutOfOrder(f"{self.code}, {self.due}")

    def apply(self, act: Act) -> Task:
        return Task(
            id=self.id,
            code=self.code,
            title=self.title,
            result=self.result,
            plan=act.need(Plan, self.plan).id if self.plan else "",
            origin=self.origin,
            unit=act.need(Unit, self.unit).id,
            owner=act.need(Post, self.owner).id,
            deadline=self.due,
            set_by=act.actor.id,
        )


class Progress(Step[Task], kind="task.progress/1", item=Task):
    """Say how far a task has come: under way, or started but not thorough."""

    vi = "Báo cáo tiến độ (đang triển khai hoặc chưa triệt để)"

    thin: bool = Field(default=False, title="Chưa triệt để")
    says: Text = Field(title="Nội dung đã làm", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        _at(before, *OWED)

    def apply(self, before: Task, act: Act) -> Task:
        state = TaskState.THIN if self.thin else TaskState.UNDER_WAY
        return _told(before, act, state, self.says)


class Complete(Step[Task], kind="task.complete/1", item=Task):
    """Say that a task is done, with its evidence."""

    vi = "Báo cáo hoàn thành, kèm bằng chứng"

    done: date = Field(title="Ngày hoàn thành")
    evidence: Text = Field(title="Bằng chứng")
    says: Text = Field(default="", title="Kết quả")

    def check(self, before: Task, act: Act) -> None:
        _at(before, *OWED)
        if not self.evidence:
            raise NoEvidence(before.code)
        if self.done > act.day:
            raise DaysOutOfOrder(f"{before.code}, {self.done}")

    def apply(self, before: Task, act: Act) -> Task:
        told = _told(before, act, TaskState.DONE, self.says or before.result)
        return told.model_copy(update={"done": self.done, "evidence": self.evidence})


class Confirm(Step[Task], kind="task.confirm/1", item=Task, roles=CONFIRMERS):
    """Confirm, as somebody else, that a task is done as it should be."""

    vi = "Xác nhận hoàn thành (người khác)"

    says: Text = Field(default="", title="Nhận xét")

    def check(self, before: Task, act: Act) -> None:
        _at(before, TaskState.DONE)
        if before.last is not None and before.last.by == act.actor.id:
            raise OwnTask(before.code)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.CONFIRMED, self.says or before.result)


class SendBack(Step[Task], kind="task.send-back/1", item=Task, roles=CONFIRMERS):
    """Say that a task reported as done is not thorough."""

    vi = "Trả lại: chưa triệt để"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        _at(before, TaskState.DONE)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.THIN, self.reason).model_copy(update={"done": None})


class Extend(Step[Task], kind="task.extend/1", item=Task, roles=OFFICERS):
    """Give a task a later day, with the reason."""

    vi = "Gia hạn nhiệm vụ, kèm lý do"

    due: date = Field(title="Thời hạn mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        _at(before, *OWED)
        if self.due <= before.deadline:
            raise NotLater(f"{before.code}, {self.due} ≤ {before.deadline}")

    def apply(self, before: Task, act: Act) -> Task:
        told = _told(before, act, before.state, self.reason)
        update = {"deadline": self.due, "set_by": act.actor.id, "extensions": before.extensions + 1}
        return told.model_copy(update=update)


class CarryOver(Step[Task], kind="task.carry-over/1", item=Task, roles=OFFICERS):
    """Carry an unfinished task into next year's plan; the two stay linked."""

    vi = "Chuyển nhiệm vụ chưa xong sang kế hoạch năm sau"

    plan: Code = Field(title="Kế hoạch năm sau")
    new_code: Code = Field(title="Mã nhiệm vụ mới")
    due: date = Field(title="Thời hạn mới")

    def check(self, before: Task, act: Act) -> None:
        _at(before, *OWED)
        plan = act.need(Plan, self.plan)
        old = act.look(Plan, before.plan) if before.plan else None
        if old is not None and plan.since <= old.since:
            raise NotNextYear(f"{before.code}, {plan.code}")
        if self.due < plan.since:
            raise DaysOutOfOrder(f"{before.code}, {self.due}")
        if act.look(Task, self.new_code) is not None:
            raise AlreadyThere(self.new_code)

    def apply(self, before: Task, act: Act) -> tuple[Item, ...]:
        carried = before.model_copy(
            update={
                "id": Task.identify(self.new_code),
                "code": self.new_code,
                "plan": act.need(Plan, self.plan).id,
                "deadline": self.due,
                "set_by": act.actor.id,
                "carried_from": before.id,
                "extensions": 0,
            }
        )
        left = {"state": TaskState.CARRIED_OVER, "carried_to": carried.id}
        return before.model_copy(update=left), carried


class Drop(Step[Task], kind="task.drop/1", item=Task, roles=(Role.LEADER,)):
    """Stop a task, with the reason; only a leader does."""

    vi = "Dừng nhiệm vụ, kèm lý do (lãnh đạo)"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        _at(before, *OWED)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.DROPPED, self.reason)


class DraftCommitment(Opening[Commitment], kind="commitment.draft/1", item=Commitment, roles=HEADS):
    """Write what a unit commits itself to for a period."""

    vi = "Lập bản cam kết của đơn vị"

    unit: Code = Field(title="Đơn vị")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến ngày")
    targets: tuple[Target, ...] = Field(title="Chỉ tiêu")
    tasks: tuple[Code, ...] = Field(default=(), title="Nhiệm vụ")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        if self.until <= self.since:
            raise DaysOutOfOrder(f"{self.code}, {self.since} – {self.until}")
        if not self.targets:
            raise NoTarget(self.code)
        for task in self.tasks:
            act.need(Task, task)

    def apply(self, act: Act) -> Commitment:
        return Commitment(
            id=self.id,
            code=self.code,
            unit=act.need(Unit, self.unit).id,
            since=self.since,
            until=self.until,
            tasks=tuple(act.need(Task, task).id for task in self.tasks),
            targets=tuple(Target(what=one.what, aim=one.aim) for one in self.targets),
        )


class SignAsHead(Step[Commitment], kind="commitment.sign-as-head/1", item=Commitment, roles=HEADS):
    """Sign a commitment as the head of the unit."""

    vi = "Trưởng đơn vị ký cam kết"

    day: date = Field(title="Ngày ký")

    def check(self, before: Commitment, act: Act) -> None:
        _commitment_at(before, CommitmentState.DRAFTED)
        if act.unit != before.unit:
            raise NotHead(before.code)
        if before.head is not None:
            raise CommitmentOutOfStep(before.code)
        if before.leader is not None and before.leader.person == act.actor.id:
            raise SameHand(before.code)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        return _signed(before, "head", act, self.day)


class SignAsLeader(
    Step[Commitment], kind="commitment.sign-as-leader/1", item=Commitment, roles=(Role.LEADER,)
):
    """Sign a commitment as a leader of the organisation."""

    vi = "Lãnh đạo ký cam kết"

    day: date = Field(title="Ngày ký")

    def check(self, before: Commitment, act: Act) -> None:
        _commitment_at(before, CommitmentState.DRAFTED)
        if before.leader is not None:
            raise CommitmentOutOfStep(before.code)
        if before.head is not None and before.head.person == act.actor.id:
            raise SameHand(before.code)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        return _signed(before, "leader", act, self.day)


class ReportCommitment(Step[Commitment], kind="commitment.report/1", item=Commitment, roles=HEADS):
    """Report, at the end of the period, what was reached of each target."""

    vi = "Báo cáo kết quả thực hiện cam kết"

    reached: tuple[Text, ...] = Field(title="Kết quả từng chỉ tiêu (theo thứ tự)")
    says: Text = Field(default="", title="Báo cáo chung")

    def check(self, before: Commitment, act: Act) -> None:
        _commitment_at(before, CommitmentState.SIGNED)
        if len(self.reached) != len(before.targets) or not all(self.reached):
            raise VerdictMissing(before.code)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        pairs = zip(before.targets, self.reached, strict=True)
        targets = tuple(one.model_copy(update={"reached": told}) for one, told in pairs)
        update = {"targets": targets, "report": self.says, "state": CommitmentState.REPORTED}
        return before.model_copy(update=update)


class JudgeCommitment(
    Step[Commitment], kind="commitment.judge/1", item=Commitment, roles=(Role.LEADER,)
):
    """Judge each target of a commitment, kept or not, when the period is over."""

    vi = "Đánh giá cam kết khi hết kỳ: từng chỉ tiêu đạt hay không"

    kept: tuple[bool, ...] = Field(title="Đạt (theo thứ tự)")
    verdict: Text = Field(title="Kết luận", min_length=1)

    def check(self, before: Commitment, act: Act) -> None:
        _commitment_at(before, CommitmentState.REPORTED)
        if len(self.kept) != len(before.targets):
            raise VerdictMissing(before.code)
        if act.day < before.until:
            raise DaysOutOfOrder(f"{before.code}, {before.until}")

    def apply(self, before: Commitment, act: Act) -> Commitment:
        pairs = zip(before.targets, self.kept, strict=True)
        targets = tuple(one.model_copy(update={"kept": kept}) for one, kept in pairs)
        update = {"targets": targets, "verdict": self.verdict, "state": CommitmentState.JUDGED}
        return before.model_copy(update=update)


class UnitReport(NamedTuple):
    """How a unit stands with its tasks: the numbers a head reports."""

    unit: str
    assigned: int
    done: int
    under_way: int
    not_started: int
    thin: int
    late: int


def by_unit(tasks: Iterable[Task], on: date) -> list[UnitReport]:
    """Return the report of each unit on a day: done, under way, thin, late."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.unit, []).append(task)
    return [_report(unit, group, on) for unit, group in sorted(groups.items())]


def late(tasks: Iterable[Task], on: date) -> list[Task]:
    """Return the tasks still owed whose day is over."""
    return [task for task in tasks if task.due is not None and task.due < on]


def unfinished(tasks: Iterable[Task]) -> list[Task]:
    """Return what is to be carried over: the tasks still owed."""
    return [task for task in tasks if task.due is not None]


def _report(unit: str, tasks: list[Task], on: date) -> UnitReport:
    states = Counter(task.state for task in tasks)
    return UnitReport(
        unit,
        len(tasks),
        states[TaskState.DONE] + states[TaskState.CONFIRMED],
        states[TaskState.UNDER_WAY],
        states[TaskState.NOT_STARTED],
        states[TaskState.THIN],
        len(late(tasks, on)),
    )


def _at(task: Task, *states: TaskState) -> None:
    if task.state not in states:
        raise OutOfStep(f"{task.code} ({task.state.vi} / {task.state})")


def _commitment_at(commitment: Commitment, state: CommitmentState) -> None:
    if commitment.state is not state:
        raise CommitmentOutOfStep(f"{commitment.code} ({commitment.state.vi})")


def _told(task: Task, act: Act, state: TaskState, says: str) -> Task:
    report = Report(day=act.day, by=act.actor.id, state=state, says=says)
    return task.model_copy(update={"state": state, "last": report})


def _signed(commitment: Commitment, side: str, act: Act, day: date) -> Commitment:
    signature = Signed(person=act.actor.id, post=act.actor.post, day=day)
    signed = commitment.model_copy(update={side: signature})
    both = signed.head is not None and signed.leader is not None
    state = CommitmentState.SIGNED if both else CommitmentState.DRAFTED
    return signed.model_copy(update={"state": state})
