"""What every step of an audit keeps to: its order, its days, its people; 9.2.2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ...changes import Act, Role
from ...errors import Refused
from ..nonconformities import Nonconformity
from ..nonconformities.items import OVER
from ..nonconformities.steps import hands
from ..people import OFFICERS
from ..people.persons import here
from ..tasks import Task, TaskState
from .items import Audit, Criterion, Decided, Finding, FindingKind, Inspection, Remedy

AUDITORS: Final = (*OFFICERS, Role.AUDITOR)
LEADERS: Final = (Role.LEADER,)


class OutOfStep(Refused):
    """The steps of an audit or inspection come in order."""

    clause = "9.2.2"
    vi = "Đánh giá, kiểm tra phải theo đúng thứ tự các bước."


class DaysOutOfOrder(Refused):
    """What is planned lies ahead, what is told has happened, and one day follows the other."""

    clause = "9.2.2 a"
    vi = "Ngày dự kiến phải ở phía trước, việc đã ghi phải đã xảy ra, theo đúng thứ tự."


class NotOnTeam(Refused):
    """Only the team says what it saw, or a leader where all of it have left."""

    clause = "9.2.2 c"
    vi = "Chỉ thành viên của đoàn được ghi kết quả (cả đoàn đã nghỉ, chuyển: lãnh đạo)."


class NotLead(Refused):
    """The lead of the team does this, or another of it where the lead has left."""

    clause = "9.2.2 c"
    vi = "Việc này do trưởng đoàn thực hiện (trưởng đoàn đã nghỉ, chuyển: thành viên khác)."


class SameHands(Refused):
    """Whoever proposed, planned or carries it out does not approve it."""

    clause = "9.2.2 c"
    vi = "Người đề nghị, lập kế hoạch hoặc thực hiện không được phê duyệt."


def at(item: Audit | Inspection, *states: str) -> None:
    """Raise ``OutOfStep`` unless an audit or inspection is in one of these states."""
    if item.state not in states:
        raise OutOfStep(f"{item.code} ({item.state.vi} / {item.state})")


def still(item: Audit | Inspection) -> None:
    """Raise ``OutOfStep`` for an audit or inspection that is over."""
    if item.state in ("closed", "cancelled"):
        raise OutOfStep(f"{item.code} ({item.state.vi} / {item.state})")


def ahead(code: str, day: date | None, act: Act) -> None:
    """Raise ``DaysOutOfOrder`` for a day that is over."""
    if day is not None and day < act.day:
        raise DaysOutOfOrder(f"{code}, {day}")


def happened(code: str, day: date, since: date | None, act: Act) -> None:
    """Raise ``DaysOutOfOrder`` unless a day lies between another and today."""
    if day > act.day or (since is not None and day < since):
        raise DaysOutOfOrder(f"{code}, {day}")


def by_lead(item: Audit | Inspection, act: Act) -> None:
    """Raise ``NotLead`` unless the lead acts, or the team where the lead has left."""
    if act.actor.id == item.lead:
        return
    if here(item.lead, act):
        raise NotLead(item.code)
    by_team(item, act)


def by_team(item: Audit | Inspection, act: Act) -> None:
    """Raise ``NotOnTeam`` unless somebody of the team acts, or a leader where all have left."""
    if act.actor.id in item.members:
        return
    if Role.LEADER not in act.roles or any(here(one, act) for one in item.members):
        raise NotOnTeam(item.code)


def by_others(code: str, hand: set[str] | frozenset[str], act: Act) -> None:
    """Raise ``SameHands`` where one of these people acts, or somebody for them."""
    if hands(act) & hand:
        raise SameHands(code)


def criteria_of(audit: Audit, act: Act) -> Iterator[Criterion]:
    """Yield the lines of an audit's checklist."""
    for n in range(1, audit.criteria + 1):
        yield act.need(Criterion, f"{audit.code}/C{n}")


def findings_of(item: Audit | Inspection, act: Act) -> Iterator[Finding]:
    """Yield the findings of an audit or inspection."""
    for n in range(1, item.findings + 1):
        yield act.need(Finding, f"{item.code}/P{n}")


def finished(finding: Finding, act: Act) -> bool:
    """Tell whether nothing is owed on a finding any more."""
    if finding.nonconformity:
        return act.need(Nonconformity, finding.nonconformity).state in OVER
    if finding.inspection:
        return _settled(finding.decided, act)
    return finding.kind is FindingKind.IMPROVEMENT or bool(finding.answer)


def _settled(decided: Decided | None, act: Act) -> bool:
    if decided is None:
        return False
    if decided.task and not _over(act.need(Task, decided.task), act):
        return False
    return decided.remedy is Remedy.NONE or decided.settled is not None


def _over(task: Task, act: Act) -> bool:
    while task.carried_to:
        task = act.need(Task, task.carried_to)
    return task.state in (TaskState.CONFIRMED, TaskState.DROPPED)
