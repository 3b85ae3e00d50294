"""What the nonconformities of a time say together: ISO 9001:2015, 9.1.3, 10.2.1 b 3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import accumulate, groupby
from typing import NamedTuple

from ...errors import Refused
from ...values import Word
from ..calendar import add_months
from .items import OVER, Action, Nonconformity, State


class Dimension(Word):
    """By what nonconformities are counted."""

    CAUSE = "cause", "Loại nguyên nhân"
    CLAUSE = "clause", "Điều khoản"
    UNIT = "unit", "Đơn vị"
    DOCUMENT = "document", "Tài liệu"
    SERVICE = "service", "Thủ tục hành chính"
    SOURCE = "source", "Nguồn"
    GRADE = "grade", "Mức"
    MONTH = "month", "Tháng"

    def of(self, item: Nonconformity) -> str:
        """Return under what a nonconformity is counted, empty for nothing."""
        return month(item) if self is Dimension.MONTH else str(getattr(item, self.value))


class Bar(NamedTuple):
    """One bar of a Pareto chart: how many, and up to here how many of a thousand."""

    what: str
    times: int
    cumulative: int


class NothingToCount(Refused):
    """There is no share of nothing."""

    clause = "9.1.3"
    vi = "Không có số liệu để tính tỷ lệ."


def overdue(items: Iterable[Nonconformity], on: date) -> list[Nonconformity]:
    """Return those on which something has been owed since before a day, the longest first."""
    late = (item for item in items if item.due is not None and item.due < on)
    return sorted(late, key=lambda item: (item.due or on, item.code))


def overdue_actions(actions: Iterable[Action], on: date) -> list[Action]:
    """Return the actions that have been owed since before a day, the longest first."""
    late = (action for action in actions if action.due is not None and action.due < on)
    return sorted(late, key=lambda action: (action.due or on, action.code))


def still_open(items: Iterable[Nonconformity]) -> list[Nonconformity]:
    """Return those that are neither closed nor rejected."""
    return [item for item in items if item.state not in OVER]


def real(items: Iterable[Nonconformity]) -> Iterator[Nonconformity]:
    """Yield those that were not rejected."""
    return (item for item in items if item.state is not State.REJECTED)


def month(item: Nonconformity) -> str:
    """Return the month in which it was found."""
    return f"{item.day:%Y-%m}"


def pareto(items: Iterable[Nonconformity], by: Dimension) -> list[Bar]:
    """Return how many there are of each kind, the most frequent first."""
    counts = Counter(kind for item in real(items) if (kind := by.of(item)))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    sums = accumulate(count for _, count in rows)
    return [
        Bar(what, times, total * 1000 // counts.total())
        for (what, times), total in zip(rows, sums, strict=True)
    ]


def by_month(items: Iterable[Nonconformity], since: date, until: date) -> dict[str, int]:
    """Return how many were found in each month from one day to another, none left out."""
    counts = Counter(month(item) for item in real(items) if since <= item.day <= until)
    first, months = since.replace(day=1), 0
    found: dict[str, int] = {}
    while (day := add_months(first, months)) <= until:
        found[f"{day:%Y-%m}"] = counts[f"{day:%Y-%m}"]
        months += 1
    return found


def same_place(item: Nonconformity) -> tuple[str, ...] | None:
    """Return unit and document, else unit and clause: where the same thing comes again."""
    where = item.document or item.service or item.clause
    return (item.unit, where) if where else None


def same_cause(item: Nonconformity) -> tuple[str, ...] | None:
    """Return unit and kind of cause, where one was found."""
    return (item.unit, item.cause) if item.cause else None


def recurrent(
    items: Iterable[Nonconformity],
    by: Callable[[Nonconformity], tuple[str, ...] | None] = same_place,
    *,
    months: int = 12,
    times: int = 2,
) -> list[tuple[Nonconformity, ...]]:
    """Return groups that came again, each within so many months of the one before."""
    keyed = [(where, item) for item in real(items) if (where := by(item)) is not None]
    keyed.sort(key=lambda pair: (pair[0], pair[1].day, pair[1].code))
    found: list[tuple[Nonconformity, ...]] = []
    for _, group in groupby(keyed, key=lambda pair: pair[0]):
        found += [run for run in _runs([item for _, item in group], months) if len(run) >= times]
    return found


def effective_at_first(items: Iterable[Nonconformity]) -> int:
    """Return how many of a thousand judged ones worked in their first round.

    Raise ``NothingToCount`` where none was judged.
    """
    judged = [item.effects[0] for item in items if item.effects]
    if not judged:
        raise NothingToCount()
    return sum(effect.effective and effect.round == 1 for effect in judged) * 1000 // len(judged)


def _runs(items: list[Nonconformity], months: int) -> Iterator[tuple[Nonconformity, ...]]:
    run: list[Nonconformity] = []
    for item in items:
        if run and item.day > add_months(run[-1].day, months):
            yield tuple(run)
            run = []
        run.append(item)
    yield tuple(run)
