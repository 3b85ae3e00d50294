"""From a plan to its tasks, and from a task to its confirmation: 6.2.2, 9.1.1."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, AlreadyThere, Item, Meaning, Opening, Role, Step
from ...errors import Refused
from ...values import Code, Done, OptionalCode, Text
from ..documents.approval import signed
from ..people import OFFICERS, Post, Unit, still
from .items import HEADS, OWED, Plan, Report, Task, TaskState, at, holds, period, within


class IssuedAhead(Refused):
    """A plan is entered on or after the day it was issued."""

    clause = "6.2.2"
    vi = "Ngày ban hành kế hoạch không được ở tương lai."


class NoEvidence(Refused):
    """A task is done when there is evidence of it."""

    clause = "6.2.2 e"
    vi = "Nhiệm vụ hoàn thành phải có bằng chứng."


class NotDoneYet(Refused):
    """A task is reported as done on or after the day it was done."""

    clause = "6.2.2 e"
    vi = "Ngày hoàn thành nhiệm vụ không được ở tương lai."


class DoneBeforeGiven(Refused):
    """A task is done on or after the day it was given, or last sent back."""

    clause = "9.1.1"
    vi = "Ngày hoàn thành không được trước ngày giao nhiệm vụ hoặc ngày trả lại gần nhất."


class DueBeforeGiven(Refused):
    """A task is due on or after the day it is given: that of its plan, or today."""

    clause = "6.2.2 d"
    vi = "Thời hạn không được trước ngày giao (ngày ban hành kế hoạch; không có kế hoạch thì hôm nay)."  # noqa: E501


class OwnTask(Refused):
    """Neither whoever reported a task nor whoever holds the post in charge of it confirms it."""

    clause = "9.1.1"
    vi = "Người báo cáo hoặc người chủ trì nhiệm vụ không được tự xác nhận."


class NotLater(Refused):
    """A task is extended to a later day."""

    clause = "6.2.2 d"
    vi = "Gia hạn nhiệm vụ phải tới ngày muộn hơn."


class NotNextYear(Refused):
    """A task is carried over into a plan that begins later than its own."""

    clause = "6.2.2"
    vi = "Chỉ chuyển nhiệm vụ sang kế hoạch bắt đầu muộn hơn kế hoạch cũ."


class IssuePlan(
    Opening[Plan], kind="plan.issue/1", item=Plan, roles=OFFICERS, meaning=Meaning.ISSUED
):
    """Enter a plan with its number, day and basis."""

    vi = "Ghi kế hoạch (số, ngày, căn cứ)"

    title: Text = Field(title="Tên kế hoạch", min_length=1)
    issued: date = Field(title="Ngày ban hành")
    basis: Text = Field(default="", title="Căn cứ")
    unit: Code = Field(title="Đơn vị chủ trì")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến hết ngày")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit))
        period(self.code, self.since, self.until)
        if self.issued > act.day:
            raise IssuedAhead(f"{self.code}, {self.issued}")

    def apply(self, act: Act) -> Plan:
        facts = dict(self) | {"unit": act.need(Unit, self.unit).id}
        return Plan(id=self.id, **facts)


class Assign(Opening[Task], kind="task.assign/1", item=Task, roles=HEADS):
    """Give a unit a task: what, by whom, by when, with which result."""

    vi = "Giao nhiệm vụ"

    title: Text = Field(title="Nhiệm vụ", min_length=1)
    result: Text = Field(title="Kết quả phải đạt", min_length=1)
    unit: Code = Field(title="Đơn vị thực hiện")
    owner: Code = Field(title="Vị trí chủ trì")
    due: date = Field(title="Thời hạn")
    plan: OptionalCode = Field(default="", title="Thuộc kế hoạch")
    origin: OptionalCode = Field(
        default="", title="Số văn bản hoặc hồ sơ nguồn (chỉ thị, kiểm tra, xem xét…)"
    )

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit), act.need(Post, self.owner))
        if self.plan:
            within(self.code, self.due, act.need(Plan, self.plan))
        if self.due < self._given(act):
            raise DueBeforeGiven(f"{self.code}, {self.due} < {self._given(act)}")

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
            first_deadline=self.due,
            set_by=act.actor.id,
            since=self._given(act),
        )

    def _given(self, act: Act) -> date:
        # A plan may be entered long after it was issued; its tasks were owed since.
        return act.need(Plan, self.plan).issued if self.plan else act.day


class Progress(Step[Task], kind="task.progress/1", item=Task):
    """Say how far a task has come: under way, or done only in part and not thoroughly."""

    vi = "Báo cáo tiến độ (đang triển khai hoặc chưa triệt để)"

    thin: bool = Field(default=False, title="Chưa triệt để")
    says: Text = Field(title="Nội dung đã làm", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        at(before, *OWED)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.THIN if self.thin else TaskState.UNDER_WAY, self.says)


class Complete(Step[Task], kind="task.complete/1", item=Task):
    """Say that a task is done, with its evidence."""

    vi = "Báo cáo hoàn thành, kèm bằng chứng"

    done: Done = Field(title="Ngày hoàn thành")
    evidence: Text = Field(title="Bằng chứng")
    says: Text = Field(default="", title="Kết quả")

    def check(self, before: Task, act: Act) -> None:
        at(before, *OWED)
        if not self.evidence:
            raise NoEvidence(before.code)
        if self.done > act.day:
            raise NotDoneYet(f"{before.code}, {self.done}")
        if self.done < before.since:
            raise DoneBeforeGiven(f"{before.code}, {self.done} < {before.since}")

    def apply(self, before: Task, act: Act) -> Task:
        told = _told(before, act, TaskState.DONE, self.says)
        return told.model_copy(update={"done": self.done, "evidence": self.evidence})


class Confirm(Step[Task], kind="task.confirm/1", item=Task, roles=OFFICERS):
    """Confirm, as somebody else, that a task is done as it should be."""

    vi = "Xác nhận hoàn thành (người khác)"

    says: Text = Field(default="", title="Nhận xét")

    def check(self, before: Task, act: Act) -> None:
        at(before, TaskState.DONE)
        if holds(act, before.owner) or (before.last and before.last.by in signed(act).hands):
            raise OwnTask(before.code)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.CONFIRMED, self.says)


class SendBack(Step[Task], kind="task.send-back/1", item=Task, roles=OFFICERS):
    """Say that a task reported as done is not thorough; it is owed again."""

    vi = "Trả lại: chưa triệt để"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        at(before, TaskState.DONE)

    def apply(self, before: Task, act: Act) -> Task:
        told = _told(before, act, TaskState.THIN, self.reason)
        return told.model_copy(update={"done": None, "evidence": "", "since": act.day})


class Extend(Step[Task], kind="task.extend/1", item=Task, roles=OFFICERS):
    """Give a task a later day, with the reason; the first day stays on record."""

    vi = "Gia hạn nhiệm vụ, kèm lý do (hạn đầu vẫn giữ)"

    due: date = Field(title="Thời hạn mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        at(before, *OWED)
        if self.due <= before.deadline:
            raise NotLater(f"{before.code}, {self.due} ≤ {before.deadline}")
        if before.plan:
            within(before.code, self.due, act.need(Plan, before.plan))

    def apply(self, before: Task, act: Act) -> Task:
        told = _told(before, act, before.state, self.reason)
        return told.model_copy(update={"deadline": self.due, "set_by": act.actor.id})


class CarryOver(Step[Task], kind="task.carry-over/1", item=Task, roles=OFFICERS):
    """Carry an unfinished task into next year's plan; the two stay linked."""

    vi = "Chuyển nhiệm vụ chưa xong sang kế hoạch năm sau"

    plan: Code = Field(title="Kế hoạch năm sau")
    due: date = Field(title="Thời hạn mới")
    reason: Text = Field(title="Lý do chưa hoàn thành", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        at(before, *OWED)
        plan = act.need(Plan, self.plan)
        if before.plan and plan.since <= act.need(Plan, before.plan).since:
            raise NotNextYear(f"{before.code}, {plan.code}")
        within(before.code, self.due, plan)
        if act.look(Task, _next_code(before, plan)) is not None:
            raise AlreadyThere(_next_code(before, plan))

    def apply(self, before: Task, act: Act) -> tuple[Item, ...]:
        plan = act.need(Plan, self.plan)
        code = _next_code(before, plan)
        # Begun stays begun: only the plan, the day and whoever set it are new.
        carried = Task(
            id=Task.identify(code),
            code=code,
            title=before.title,
            result=before.result,
            plan=plan.id,
            origin=before.origin,
            unit=before.unit,
            owner=before.owner,
            deadline=self.due,
            first_deadline=before.first_deadline,
            set_by=act.actor.id,
            since=before.since,
            state=before.state,
            last=before.last,
            carried_from=before.id,
        )
        left = _told(before, act, TaskState.CARRIED_OVER, self.reason)
        return left.model_copy(update={"carried_to": carried.id}), carried


class Drop(Step[Task], kind="task.drop/1", item=Task, roles=(Role.LEADER,)):
    """Stop a task, with the reason; only a leader does."""

    vi = "Dừng nhiệm vụ, kèm lý do (lãnh đạo)"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Task, act: Act) -> None:
        at(before, *OWED)

    def apply(self, before: Task, act: Act) -> Task:
        return _told(before, act, TaskState.DROPPED, self.reason)


def _told(task: Task, act: Act, state: TaskState, says: str) -> Task:
    report = Report(day=act.day, by=act.actor.id, state=state, says=says)
    return task.model_copy(update={"state": state, "last": report})


def _next_code(task: Task, plan: Plan) -> str:
    # Carried over twice it still has one year behind it, the last.
    first = task.code.rpartition("/")[0] if task.carried_from else task.code
    return f"{first}/{plan.year}"
