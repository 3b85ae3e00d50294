"""What one asks of management reviews: what became of the last one, when the next is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..calendar import add_months
from ..tasks import Task
from .items import Conclusion, ManagementReview


class FollowUp(NamedTuple):
    """One conclusion of the last review, and how its task stands."""

    conclusion: Conclusion
    task: Task | None
    late: bool

    @property
    def line(self) -> str:
        """Return one line of the first input of the next review."""
        stands = self.task.state.vi if self.task else "Chưa giao nhiệm vụ"
        return f"{self.conclusion.code}: {stands}" + (" (quá hạn)" if self.late else "")


def follow_up(conclusions: Iterable[Conclusion], tasks: Iterable[Task], on: date) -> list[FollowUp]:
    """Return how the conclusions of the last review stand on a day: the next one's first input."""
    known = {task.id: task for task in tasks}
    rows = ((one, known.get(one.task)) for one in conclusions)
    return [FollowUp(one, task, _late(one, task, on)) for one, task in rows]


def regular(reviews: Iterable[ManagementReview]) -> list[ManagementReview]:
    """Return the reviews that were held as the yearly ones, the oldest first."""
    held = [one for one in reviews if one.held is not None and not one.extraordinary]
    return sorted(held, key=lambda one: (one.held or one.day, one.code))


def next_by(reviews: Iterable[ManagementReview], months: int = 12) -> date | None:
    """Return the last day on which the next review may be held, ``None`` before the first."""
    held = regular(reviews)
    return add_months(held[-1].held or held[-1].day, months) if held else None


def overdue(reviews: Iterable[ManagementReview], on: date, months: int = 12) -> bool:
    """Tell whether more than a year has passed without a review, or there never was one."""
    by = next_by([one for one in reviews if one.held is not None and one.held <= on], months)
    return by is None or by < on


def _late(conclusion: Conclusion, task: Task | None, on: date) -> bool:
    return task.late(on) if task else conclusion.deadline < on
