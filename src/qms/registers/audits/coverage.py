"""What the audits of a time say together: coverage, timing, what is owed; 9.2.2 a, f."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from ..nonconformities import Nonconformity
from ..nonconformities.items import OVER
from ..policy import Policy
from .items import Audit, Criterion, Finding, FindingKind, Inspection, State, Verdict


class Owed(Protocol):
    """Something that may be due on a day."""

    @property
    def due(self) -> date | None:
        """Return the day, or ``None`` where nothing is owed."""


OwedT = TypeVar("OwedT", bound=Owed)


class Gaps(NamedTuple):
    """What no audit of a programme looks at."""

    units: list[str]
    clauses: list[str]
    processes: list[str]


def uncovered(
    audits: Iterable[Audit],
    *,
    units: Iterable[str] = (),
    clauses: Iterable[str] = (),
    processes: Iterable[str] = (),
) -> Gaps:
    """Return the units, clauses and processes that no audit in the programme looks at."""
    dropped = (State.PROPOSED, State.CANCELLED)
    looks = [audit for audit in audits if audit.state not in dropped]
    seen_units = {audit.unit for audit in looks}
    seen_processes = {process for audit in looks for process in audit.processes}
    return Gaps(
        [unit for unit in units if unit not in seen_units],
        [clause for clause in clauses if not any(_looks_at(audit, clause) for audit in looks)],
        [process for process in processes if process not in seen_processes],
    )


def last_looks(audits: Iterable[Audit], clauses: Iterable[str]) -> dict[str, date | None]:
    """Return for each clause the day of the last audit that was reported on it."""
    told = [audit for audit in audits if audit.reported is not None]
    days = {
        clause: [audit.reported for audit in told if audit.reported and _looks_at(audit, clause)]
        for clause in clauses
    }
    return {clause: max(found, default=None) for clause, found in days.items()}


def late_notices(audits: Iterable[Audit], rules: Policy) -> list[Audit]:
    """Return the audits that their unit was told of later than the policy asks."""
    return [audit for audit in audits if _told_late(audit, rules)]


def late_reports(audits: Iterable[Audit]) -> list[Audit]:
    """Return the audits that were reported after their day."""
    return [
        audit
        for audit in audits
        if audit.reported and audit.report_due and audit.report_due < audit.reported
    ]


def late_inspections(inspections: Iterable[Inspection]) -> list[Inspection]:
    """Return the inspections of which the leader heard after the day."""
    return [inspection for inspection in inspections if inspection.late]


def overdue(items: Iterable[OwedT], on: date) -> list[OwedT]:
    """Return audits, inspections or findings on which something is owed since before a day."""
    return [item for item in items if item.due is not None and item.due < on]


def unassessed(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Return what was not assessed: the next audit begins with it."""
    return [line for line in criteria if line.verdict is Verdict.NOT_ASSESSED]


def unresolved(
    findings: Iterable[Finding], nonconformities: Iterable[Nonconformity]
) -> list[Finding]:
    """Return the nonconforming findings of which the nonconformity is still open."""
    over = {one.id for one in nonconformities if one.state in OVER}
    return [
        finding
        for finding in findings
        if finding.kind is FindingKind.NONCONFORMITY and finding.nonconformity not in over
    ]


def _looks_at(audit: Audit, clause: str) -> bool:
    return any(clause == own or clause.startswith(f"{own}.") for own in audit.clauses)


def _told_late(audit: Audit, rules: Policy) -> bool:
    if audit.notified is None or audit.day is None:
        return False
    limit = rules.limit("audit.notice", audit.notified)
    return limit is not None and limit.ends(audit.notified, rules.calendar) > audit.day
