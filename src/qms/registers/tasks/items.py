"""What is known of a plan and of its tasks: 6.2.2."""

from __future__ import annotations

from datetime import date
from typing import Final

from ...changes import Act, Item, Role
from ...errors import Refused
from ...values import Frozen, Text, Word
from ..people import OFFICERS, Person, Post, Unit, holding

HEADS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class TaskState(Word):
    """Where a task stands; late is a question of days, not of state."""

    NOT_STARTED = "not_started", "Chưa triển khai"
    UNDER_WAY = "under_way", "Đang triển khai"
    THIN = "thin", "Chưa triệt để"
    DONE = "done", "Hoàn thành"
    CONFIRMED = "confirmed", "Đã xác nhận"
    CARRIED_OVER = "carried_over", "Chuyển sang năm sau"
    DROPPED = "dropped", "Dừng thực hiện"


OWED: Final = (TaskState.NOT_STARTED, TaskState.UNDER_WAY, TaskState.THIN)
"""The states in which somebody still owes the result."""


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
        """Return the year in which the plan begins."""
        return str(self.since.year)


class Report(Frozen):
    """What was said of a task on a day, and by whom."""

    day: date
    by: str
    state: TaskState
    says: Text


class Task(
    Item,
    register="task",
    columns={"plan": Plan, "unit": Unit, "owner": Post, "state": str, "due": date, "origin": str},
    room=12,
):
    """One task of a plan, of a directive or of a remedy: a unit, a result, a day."""

    title: Text
    result: Text
    plan: str = ""
    origin: str = ""
    unit: str
    owner: str
    deadline: date
    first_deadline: date
    set_by: str
    since: date
    state: TaskState = TaskState.NOT_STARTED
    last: Report | None = None
    evidence: Text = ""
    done: date | None = None
    carried_from: str = ""
    carried_to: str = ""

    @property
    def due(self) -> date | None:
        """Return the deadline while the task is owed."""
        return self.deadline if self.state in OWED else None

    def late(self, on: date) -> bool:
        """Tell whether the task is late on a day: still owed then, or done after its deadline."""
        if self.done is not None:
            return self.deadline < self.done
        return self.state in OWED and self.deadline < on


class PeriodBackwards(Refused):
    """A plan or a commitment ends after it begins."""

    clause = "6.2.2 d"
    vi = "Kế hoạch, cam kết phải kết thúc sau ngày bắt đầu."


class OutOfPeriod(Refused):
    """The deadline of a task lies within the period of its plan."""

    clause = "6.2.2 d"
    vi = "Thời hạn của nhiệm vụ phải nằm trong thời gian của kế hoạch."


class TaskOutOfStep(Refused):
    """This task is at another step."""

    clause = "6.2.2"
    vi = "Nhiệm vụ đang ở bước khác."


def at(task: Task, *states: TaskState) -> None:
    """Raise ``TaskOutOfStep`` unless the task is in one of these states."""
    if task.state not in states:
        raise TaskOutOfStep(f"{task.code} ({task.state.vi} / {task.state})")


def within(code: str, due: date, plan: Plan) -> None:
    """Raise ``OutOfPeriod`` unless the day lies in the period of the plan."""
    if not plan.since <= due <= plan.until:
        raise OutOfPeriod(f"{code}, {due}: {plan.since} – {plan.until}")


def period(code: str, since: date, until: date) -> None:
    """Raise ``PeriodBackwards`` unless a period ends after it begins."""
    if until <= since:
        raise PeriodBackwards(f"{code}, {since} – {until}")


def holds(act: Act, post: str) -> bool:
    """Tell whether whoever acts holds this post today, in person or by delegation."""
    person = act.need(Person, act.actor.id)
    return any(held.post == post for held, _ in holding(person, act))
