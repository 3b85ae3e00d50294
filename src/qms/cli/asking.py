"""The questions of each register as commands: one line each, options from what it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from inspect import signature
from typing import Any, Final, NamedTuple

import click

from ..overview import rules_of, seen_on
from ..questions import View
from ..registers import (
    audits,
    competence,
    declarations,
    external,
    improvements,
    management_reviews,
    nonconformities,
    objectives,
    records,
    reform_index,
    reviews,
    risks,
    services,
    tasks,
    trail_reviews,
)
from ..registers.documents import Document, Revision
from ..registers.people import Unit
from .answering import table
from .choices import OneOf, readings
from .figures import by_month, tenths
from .parameters import Day, Plain, Whole
from .session import asked
from .tables import machine_readable, write

Asks = Callable[..., object]


class Again(NamedTuple):
    """One of several nonconformities that are the same again."""

    group: int
    code: str
    day: date
    unit: str
    found: str


class Unregistered(NamedTuple):
    """A legal basis that a document names and that is not in the register."""

    document: str
    legal: str


def _again(view: View, by: str, months: int, times: int) -> list[Again]:
    same = {"place": nonconformities.same_place, "cause": nonconformities.same_cause}[by]
    cases = view.find(nonconformities.Nonconformity)
    groups = nonconformities.recurrent(cases, same, months=months, times=times)
    return [
        Again(number, one.code, one.day, one.unit, one.found)
        for number, group in enumerate(groups, 1)
        for one in group
    ]


def _stale(view: View, code: str) -> declarations.Stale:
    rules, now = rules_of(view.find), view.master_list()
    set_now = [
        declarations.Declared(code=one.document.code, digest=one.revision.digest) for one in now
    ]
    one = view.get(declarations.Declaration, code)
    return declarations.stale(one, rules.scope or one.scope, rules.edition, set_now)


def _followed(view: View, code: str, on: date) -> object:
    review = view.get(management_reviews.ManagementReview, code)
    drawn = view.find(management_reviews.Conclusion, review=review.id)
    return management_reviews.follow_up(drawn, view.find(tasks.Task), on)


def _covered(view: View, **said: str | date | None) -> object:
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    for name, item in (("process", Document), ("unit", Unit)):
        if name in given:
            given[name] = view.get(item, given[name]).id
    return records.covered(view.find(records.Record), **given)


def _unregistered(view: View) -> list[Unregistered]:
    known = view.find(Document), view.find(external.External)
    return [Unregistered(*row) for row in external.unregistered(*known)]


def _unfinished(view: View, plan: str | None) -> object:
    own = view.get(tasks.Plan, plan).id if plan else ""
    return tasks.unfinished(view.find(tasks.Task), own)


def _scheduled(view: View, on: date) -> object:
    known = view.find(Document), view.find(Revision), view.find(reviews.Review)
    return reviews.scheduled(*known, rules_of(view.find), on, seen_on(view.find))


ASKED: Final[Mapping[str, Mapping[str, tuple[Asks, str]]]] = {
    "action": {
        "overdue": (
            lambda view, on: nonconformities.overdue_actions(view.find(nonconformities.Action), on),
            "List the corrective actions whose day is over, the longest first.",
        ),
    },
    "audit": {
        "overdue": (
            lambda view, on: audits.overdue(view.find(audits.Audit), on),
            "List the audits, or their reports, whose day is over.",
        ),
        "late-notices": (
            lambda view: audits.late_notices(view.find(audits.Audit), rules_of(view.find)),
            "List the audits that their unit was told of later than the policy asks.",
        ),
        "late-reports": (
            lambda view: audits.late_reports(view.find(audits.Audit)),
            "List the audits that were reported after their day.",
        ),
    },
    "commitment": {
        "outstanding": (
            lambda view, code: tasks.outstanding(
                view.get(tasks.Commitment, code), view.find(tasks.Task)
            ),
            "List the tasks that a commitment names and that nobody has confirmed.",
        ),
    },
    "criterion": {
        "unassessed": (
            lambda view: audits.unassessed(view.find(audits.Criterion)),
            "List what no audit assessed: the next one begins with it.",
        ),
    },
    "declaration": {
        "standing": (
            lambda view, on: declarations.standing(view.find(declarations.Declaration), on),
            "List the declarations that stand on a day.",
        ),
        "unpublished": (
            lambda view, on: declarations.unpublished(view.find(declarations.Declaration), on),
            "List what stands and was not posted anywhere by a day.",
        ),
        "stale": (_stale, "Say what has changed since a declaration: scope, edition, documents."),
    },
    "document": {
        "overlaps": (
            lambda view, code: view.overlaps(code),
            "List other documents with the same scope or service.",
        ),
        "uses": (lambda view, code: view.uses(code), "List the documents that a form belongs to."),
    },
    "external": {
        "disputed": (
            lambda view: external.disputed(view.find(external.External)),
            "List what has days that are unknown, or that sources do not agree on.",
        ),
        "unregistered": (
            _unregistered,
            "List the legal bases that documents name and that are not in the register.",
        ),
        "upcoming": (
            lambda view, on: external.upcoming(view.find(external.External), on),
            "List what takes effect after a day, the next first.",
        ),
    },
    "finding": {
        "overdue": (
            lambda view, on: audits.overdue(view.find(audits.Finding), on),
            "List the findings whose measure or answer is owed since before a day.",
        ),
        "unresolved": (
            lambda view: audits.unresolved(
                view.find(audits.Finding), view.find(nonconformities.Nonconformity)
            ),
            "List the findings whose nonconformity is still open.",
        ),
    },
    "hold": {
        "standing": (
            lambda view: records.held(view.find(records.Hold)),
            "List the holds that have not been released, the oldest first.",
        ),
    },
    "improvement": {
        "overdue": (
            lambda view, on: improvements.overdue(view.find(improvements.Improvement), on),
            "List the trials whose result was owed before a day.",
        ),
        "adopted": (
            lambda view, since, until: improvements.adopted(
                view.find(improvements.Improvement), since, until
            ),
            "List the good practices that some unit adopted in a period.",
        ),
        "unadopted": (
            lambda view: improvements.unadopted(view.find(improvements.Improvement)),
            "List what was recognised and adopted nowhere yet.",
        ),
    },
    "inspection": {
        "overdue": (
            lambda view, on: audits.overdue(view.find(audits.Inspection), on),
            "List the inspections, their reports or decisions, whose day is over.",
        ),
        "late-reports": (
            lambda view: audits.late_inspections(view.find(audits.Inspection)),
            "List the inspections of which the leader heard after the day.",
        ),
        "lacking": (
            lambda view, code: audits.lacking(view.get(audits.Inspection, code)),
            "List the kinds of paper that the file of an inspection still lacks.",
        ),
    },
    "management_review": {
        "yearly": (
            lambda view: management_reviews.regular(view.find(management_reviews.ManagementReview)),
            "List the yearly reviews that were held, the oldest first.",
        ),
        "follow-up": (_followed, "Show what became of the conclusions of a review."),
    },
    "measurement": {
        "valid": (
            lambda view, code: objectives.valid(
                view.get(objectives.Objective, code), view.find(objectives.Measurement)
            ),
            "List the measurements of an objective that nothing corrects, by day.",
        ),
    },
    "nonconformity": {
        "overdue": (
            lambda view, on: nonconformities.overdue(view.find(nonconformities.Nonconformity), on),
            "List what is owed since before a day, the longest first.",
        ),
        "still-open": (
            lambda view: nonconformities.still_open(view.find(nonconformities.Nonconformity)),
            "List what is neither closed nor rejected.",
        ),
        "recurrent": (_again, "List what came again: in the same place, or for the same cause."),
        "by-month": (
            lambda view, since, until: by_month(
                nonconformities.by_month(view.find(nonconformities.Nonconformity), since, until)
            ),
            "Count what was found in each month of a period, none left out.",
        ),
        "worked-at-once": (
            lambda view: tenths(
                nonconformities.effective_at_first(view.find(nonconformities.Nonconformity))
            ),
            "Show of how many the first corrective action had effect.",
        ),
    },
    "post": {
        "holders": (lambda view, code, on: view.holders(code, on), "List who holds a post."),
    },
    "record": {
        "covered": (_covered, "List what a hold has to name: of a case, process, unit or time."),
        "ripe": (
            lambda view, on: records.ripe(view.find(records.Record), on),
            "List the records whose worth is to be appraised, the longest over first.",
        ),
        "on-other-forms": (
            lambda view: records.on_other_forms(view.find(records.Record), view.find(Revision)),
            "List the records made on a form that was not in force on their day.",
        ),
    },
    "reform_index": {
        "unscored": (
            lambda view, code: reform_index.unscored(
                view.get(reform_index.Index, code), view.find(reform_index.Score)
            ),
            "List the criteria that nobody has scored yet.",
        ),
    },
    "review": {
        "scheduled": (_scheduled, "List by when each document in force is reviewed next."),
    },
    "risk": {
        "overdue": (
            lambda view, on: risks.overdue(view.find(risks.Risk), on),
            "List what should have been treated or looked at again before a day.",
        ),
        "untreated": (
            lambda view: risks.untreated(view.find(risks.Risk)),
            "List what is high and has neither treatment nor acceptance.",
        ),
        "by-level": (
            lambda view, kind: risks.by_level(view.find(risks.Risk), risks.RiskKind(kind)),
            "Count what is open at each level.",
        ),
    },
    "service": {
        "online": (
            lambda view: services.online(view.find(services.Service)).by_level,
            "Count the announced services at each level of online service.",
        ),
    },
    "task": {
        "overdue": (
            lambda view, on: tasks.overdue(view.find(tasks.Task), on),
            "List the tasks still owed whose day is over, the longest first.",
        ),
        "unfinished": (_unfinished, "List what is to be carried over: the tasks still owed."),
    },
    "trail_review": {
        "overdue": (
            lambda view, on: trail_reviews.overdue(view.find(trail_reviews.TrailReview), on),
            "List the reviews of the trail whose conclusion was owed before a day.",
        ),
        "unreviewed": (
            lambda view: trail_reviews.unreviewed(view.find(trail_reviews.TrailReview), view.size),
            "List the entries that no concluded review covers.",
        ),
    },
    "training": {
        "overdue": (
            lambda view, on: competence.overdue(view.find(competence.Training), on),
            "List the trainings owed, or to be judged, before a day.",
        ),
    },
}
"""How each question of a register is asked, and what it gives; ``view`` is what is asked."""


def _option(
    name: str, kind: click.ParamType[Any], metavar: str, says: str, default: int | str | None = None
) -> Callable[[], click.Parameter]:
    usual: dict[str, Any] = {} if default is None else {"default": default, "show_default": True}
    return lambda: click.Option([f"--{name}"], type=kind, metavar=metavar, help=says, **usual)


_SAME: Final = {"place": "đơn vị và tài liệu", "cause": "đơn vị và nguyên nhân"}

TAKEN: Final[Mapping[str, Callable[[], click.Parameter]]] = {
    "code": lambda: click.Argument(["code"], type=Plain(), metavar="CODE", help="Code or alias."),
    "on": _option("on", Day(), "DATE", "On this day; today by default."),
    "since": _option("since", Day(), "DATE", "From this day."),
    "until": _option("until", Day(), "DATE", "Up to this day."),
    "plan": _option("plan", Plain(), "CODE", "Only of this plan."),
    "dossier": _option("dossier", Plain(), "CODE", "Only of this case."),
    "process": _option("process", Plain(), "CODE", "Only of this process."),
    "unit": _option("unit", Plain(), "CODE", "Only of this unit."),
    "by": _option("by", OneOf(_SAME), "WORD", "The same by what.", "place"),
    "kind": _option(
        "kind", OneOf(readings(risks.RiskKind)), "WORD", "Risks, or opportunities.", "risk"
    ),
    "months": _option("months", Whole(1), "NUMBER", "Within so many months of the one before.", 12),
    "times": _option("times", Whole(1), "NUMBER", "At least so many times.", 2),
}
"""What a question may take, as it is typed."""

FACETS: Final = ("dossier", "process", "unit", "since", "until")
"""By which records are told apart."""


def questions(register: str) -> list[click.Command]:
    """Return the commands that ask a register's own questions."""
    return [
        _command(register, verb, ask, says) for verb, (ask, says) in ASKED.get(register, {}).items()
    ]


def _command(register: str, verb: str, ask: Asks, says: str) -> click.Command:
    names = [name for name in signature(ask).parameters if name != "view"]
    taken = FACETS if names == ["said"] else tuple(names)
    params = [TAKEN[name]() for name in taken]
    callback = partial(_answered, f"{register} {verb}", ask, taken)
    return machine_readable(click.Command(verb, params=params, callback=callback, help=says))


def _answered(
    question: str, ask: Asks, taken: tuple[str, ...], form: str | None, **said: Any
) -> None:
    with asked().reading() as view:
        usual: dict[str, object] = {}
        if taken != FACETS:
            first = view.today.replace(month=1, day=1)
            usual = {"on": view.today, "since": first, "until": view.today}
        given = {name: usual.get(name) if of is None else of for name, of in said.items()}
        answer = table(view, question, ask(view, **given))
    write(answer, form)
