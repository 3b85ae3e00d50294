"""How each unit stands with its tasks and its word: 9.1.3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .commitments import Commitment, CommitmentState
from .items import OWED, Task, TaskState


class UnitReport(NamedTuple):
    """How a unit stands with its tasks: each is counted once, and again where it is late."""

    unit: str
    assigned: int
    done: int
    under_way: int
    not_started: int
    thin: int
    carried_over: int
    dropped: int
    overdue: int
    done_late: int


class Kept(NamedTuple):
    """How many targets a unit kept, of those that were judged."""

    unit: str
    kept: int
    judged: int


def by_unit(tasks: Iterable[Task], on: date) -> list[UnitReport]:
    """Return the report of each unit on a day: done, under way, thin, late."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.unit, []).append(task)
    return [_report(unit, group, on) for unit, group in sorted(groups.items())]


def overdue(tasks: Iterable[Task], on: date) -> list[Task]:
    """Return the tasks still owed whose day is over, the longest overdue first."""
    late = (task for task in tasks if task.state in OWED and task.late(on))
    return sorted(late, key=lambda task: (task.deadline, task.code))


def unfinished(tasks: Iterable[Task], plan: str = "") -> list[Task]:
    """Return what is to be carried over, of one plan (by id) or of all: the tasks still owed."""
    return [task for task in tasks if task.state in OWED and plan in ("", task.plan)]


def outstanding(commitment: Commitment, tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks that a commitment names and that nobody has confirmed."""
    return [
        task
        for task in tasks
        if task.id in commitment.tasks and task.state is not TaskState.CONFIRMED
    ]


def kept(commitments: Iterable[Commitment]) -> list[Kept]:
    """Return for each unit how many of its judged targets it kept."""
    verdicts: dict[str, list[bool | None]] = {}
    for one in commitments:
        if one.state is CommitmentState.JUDGED:
            verdicts.setdefault(one.unit, []).extend(target.kept for target in one.targets)
    return [Kept(unit, said.count(True), len(said)) for unit, said in sorted(verdicts.items())]


def _report(unit: str, tasks: list[Task], on: date) -> UnitReport:
    states = Counter(task.state for task in tasks)
    return UnitReport(
        unit=unit,
        assigned=len(tasks),
        done=states[TaskState.DONE] + states[TaskState.CONFIRMED],
        under_way=states[TaskState.UNDER_WAY],
        not_started=states[TaskState.NOT_STARTED],
        thin=states[TaskState.THIN],
        carried_over=states[TaskState.CARRIED_OVER],
        dropped=states[TaskState.DROPPED],
        overdue=len(overdue(tasks, on)),
        done_late=sum(task.done is not None and task.late(on) for task in tasks),
    )
