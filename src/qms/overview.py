"""The whole at a glance: the standard in use, what a new edition asks, a leader's numbers.

Pure over what is found; ``find`` is the one question that everything here rests on.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from . import standards
from .changes import ItemT
from .errors import NotFound
from .registers import (
    audits,
    management_reviews,
    nonconformities,
    objectives,
    reform_index,
    reviews,
    services,
    tasks,
)
from .registers.documents import Document, Revision
from .registers.people import Person
from .registers.policy import Policy
from .registers.records import Record
from .values import Word, sort_key

UNPROVEN: Final = (nonconformities.State.REPORTED, nonconformities.State.REJECTED)
"""Where nobody has accepted that something is a nonconformity."""

PREFACE: Final = ("1", "2", "3")
"""The chapters of the standard that ask for nothing."""


class NotYetFounded(NotFound):
    """At this moment the system was not founded yet; ask of a later one."""

    vi = "Thời điểm này hệ thống chưa được thiết lập; hãy hỏi một thời điểm sau đó."


class Find(Protocol):
    """Give the items of a register, by their searchable columns."""

    def __call__(self, item: type[ItemT], /, **where: Any) -> list[ItemT]:
        """Return items by code."""
        ...


class Gap(Word):
    """What a clause in use still lacks."""

    NO_DOCUMENT = "no_document", "Chưa có tài liệu đang hiệu lực"
    NO_RECORD = "no_record", "Chưa có hồ sơ"
    NOT_AUDITED = "not_audited", "Chưa được đánh giá"


class Covered(NamedTuple):
    """One clause: the documents in force for it, their records, its last audit, its gaps."""

    clause: standards.Clause
    documents: tuple[str, ...]
    records: int
    audited: date | None
    gaps: tuple[Gap, ...]


class Move(Word):
    """What has to be done about one clause of one document for another edition."""

    MAPPED = "mapped", "Chuyển được tự động"
    PERSON = "person", "Cần người xem xét"
    NO_COUNTERPART = "no_counterpart", "Không có điều khoản tương ứng"


class Moved(NamedTuple):
    """One clause that a document names, and what it becomes; the text is never rewritten."""

    document: str
    clause: str
    move: Move
    becomes: tuple[str, ...]
    note: str
    note_vi: str


class Dashboard(NamedTuple):
    """The numbers that a leader asks for; ``None`` where there is nothing to count."""

    late_tasks: int
    open_nonconformities: int
    overdue_actions: int
    overdue_reviews: int
    simplification: services.Ratio | None
    reform: reform_index.Sum | None
    satisfaction: int | None
    """The share of the satisfied in the last survey, in thousandths of a per cent."""
    objectives: dict[str, objectives.Outlook]
    management_review: date | None
    """The last day for the next yearly management review; ``None`` before the first (9.3.1)."""


def coverage(find: Find, on: date) -> list[Covered]:
    """Return, clause by clause of the declared edition, what covers it on a day."""
    edition = rules_of(find).edition
    current = {one.document for one in find(Revision) if one.in_force(on)}
    documents = [one for one in find(Document) if one.id in current]
    looks = audits.last_looks(find(audits.Audit), standards.edition(edition))
    processes = [record.process for record in find(Record)]
    rows = standards.edition(edition).items()
    return [_covered(row, documents, processes, looks.get(number)) for number, row in rows]


def migration(find: Find, new: int) -> list[Moved]:
    """Return what each document's clauses become in another edition, and who must look."""
    old = rules_of(find).edition
    standards.neighbours(old, new)
    named = ((document, clause) for document in find(Document) for clause in document.clauses)
    return [_moved(document.code, clause, old, new) for document, clause in named]


def dashboard(find: Find, on: date) -> Dashboard:
    """Return a leader's numbers on a day."""
    cases = find(nonconformities.Nonconformity)
    known = find(Document), find(Revision), find(reviews.Review)
    owed = reviews.due(*known, rules_of(find), on, seen_on(find))
    measured = [one for one in find(objectives.Measurement) if one.day <= on]
    return Dashboard(
        late_tasks=len(tasks.overdue(find(tasks.Task), on)),
        open_nonconformities=len(nonconformities.still_open(cases)),
        overdue_actions=len(nonconformities.overdue_actions(find(nonconformities.Action), on)),
        overdue_reviews=len([one for one in owed if one.day < on]),
        simplification=_ratio(find),
        reform=_index(find),
        satisfaction=_satisfaction(measured),
        objectives={
            one.code: objectives.outlook(one, measured) for one in find(objectives.Objective)
        },
        management_review=management_reviews.next_by(find(management_reviews.ManagementReview)),
    )


def rules_of(find: Find) -> Policy:
    """Return the policy, or raise ``NotYetFounded``."""
    for policy in find(Policy):
        return policy
    raise NotYetFounded()


def holders(find: Find, on: date) -> dict[str, list[str]]:
    """Return who holds each post on a day; posts and people by id."""
    held: dict[str, list[str]] = {}
    for person in find(Person):
        for appointment in person.posts(on):
            held.setdefault(appointment.post, []).append(person.id)
    return held


def seen_on(find: Find) -> dict[str, list[date]]:
    """Return, by document, the days on which a nonconformity was found on it (accepted ones)."""
    days: dict[str, list[date]] = {}
    for case in find(nonconformities.Nonconformity):
        if case.document and case.state not in UNPROVEN:
            days.setdefault(case.document, []).append(case.day)
    return days


def _covered(
    row: standards.Clause, documents: list[Document], processes: list[str], audited: date | None
) -> Covered:
    own = [one for one in documents if any(_within(clause, row.clause) for clause in one.clauses)]
    ids = {one.id for one in own}
    kept = sum(process in ids for process in processes)
    gaps = []
    if not own and row.maintain is not standards.Extent.NO:
        gaps.append(Gap.NO_DOCUMENT)
    if not kept and row.retain is not standards.Extent.NO:
        gaps.append(Gap.NO_RECORD)
    if audited is None and row.level > 1 and row.clause.partition(".")[0] not in PREFACE:
        gaps.append(Gap.NOT_AUDITED)
    return Covered(row, tuple(one.code for one in own), kept, audited, tuple(gaps))


def _within(clause: str, wider: str) -> bool:
    return clause == wider or clause.startswith(f"{wider}.")


def _moved(document: str, clause: str, old: int, new: int) -> Moved:
    if clause not in standards.edition(old):
        # It was named under an earlier edition, and nobody has looked at it since.
        says, says_vi = f"no clause of ISO 9001:{old}", f"không phải điều của ISO 9001:{old}"
        return Moved(document, clause, Move.PERSON, (), says, says_vi)
    rows = standards.counterparts(clause, old, new)
    becomes = tuple(row.clause(new) for row in rows if row.clause(new))
    notes = "; ".join(row.note for row in rows if row.note)
    notes_vi = "; ".join(row.note_vi for row in rows if row.note_vi)
    sure = len(rows) == 1 and rows[0].relation is standards.Relation.SAME
    move = Move.MAPPED if sure else Move.PERSON if becomes else Move.NO_COUNTERPART
    return Moved(document, clause, move, becomes, notes, notes_vi)


def _ratio(find: Find) -> services.Ratio | None:
    newest = max(find(services.Campaign), key=lambda one: one.year, default=None)
    chosen = find(services.Selection)
    if newest is None or not any(one.campaign == newest.id for one in chosen):
        return None
    return services.ratio(newest, chosen)


def _satisfaction(measured: list[objectives.Measurement]) -> int | None:
    asked = [one for one in measured if one.counts and not one.corrected_by]
    return max(asked, key=lambda one: (one.day, sort_key(one.code))).value if asked else None


def _index(find: Find) -> reform_index.Sum | None:
    newest = max(find(reform_index.Index), key=lambda one: one.year, default=None)
    return reform_index.total(newest, find(reform_index.Score)) if newest else None
