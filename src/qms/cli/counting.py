"""Counted in one register: tasks, promises, causes, services, the index, what is lacking."""

from __future__ import annotations

from collections import Counter
from datetime import date
from gettext import gettext as _
from typing import Any

import click

from .. import standards
from ..errors import NotFound
from ..overview import PREFACE, holders
from ..questions import View
from ..registers import (
    audits,
    competence,
    external,
    nonconformities,
    policy,
    reform_index,
    services,
    tasks,
)
from ..registers.documents import Document
from ..registers.people import Unit
from ..values import Word
from .choices import OneOf, readings
from .figures import Bar, Month, points, reached, tenths
from .language import language
from .listing import on_a_day
from .parameters import Plain
from .phrases import graded, name_of
from .session import asked
from .tables import DRAWN, Column, Table, machine_readable, write

Row = tuple[object, ...]


class NothingYet(NotFound):
    """This register is still empty."""

    vi = "Sổ này còn trống."


@click.command("tasks-by-unit")
@on_a_day
@machine_readable
def tasks_by_unit(on: date | None, form: str | None) -> None:
    """Show how each unit stands with its tasks: done, late, thin."""
    with asked().reading() as view:
        found = tasks.by_unit(view.find(tasks.Task), on or view.today)
        most = max((one.overdue for one in found), default=0)
        rows: list[Row] = [
            (name_of(view, one.unit), *one[1:8], one.overdue, Bar.of(one.overdue, most))
            for one in found
        ]
    columns = (
        Column("unit", _("Unit")),
        Column("assigned", _("Assigned")),
        Column("done", _("Done")),
        Column("under_way", _("Under way")),
        Column("not_started", _("Not started")),
        Column("thin", _("Not thorough")),
        Column("carried_over", _("Carried over")),
        Column("dropped", _("Dropped")),
        Column("overdue", _("Overdue")),
        DRAWN,
    )
    write(Table(columns, rows), form)


@click.command("kept")
@machine_readable
def kept(form: str | None) -> None:
    """Show how many of its promises each unit kept."""
    with asked().reading() as view:
        found = tasks.kept(view.find(tasks.Commitment))
        rows: list[Row] = [
            (name_of(view, one.unit), one.kept, one.judged, Bar.of(one.kept, one.judged))
            for one in found
        ]
    columns = (
        Column("unit", _("Unit")),
        Column("kept", _("Kept")),
        Column("judged", _("Promised")),
        DRAWN,
    )
    write(Table(columns, rows), form)


@click.command("pareto")
@click.option(
    "--by",
    type=OneOf(readings(nonconformities.Dimension)),
    default="cause",
    metavar="WORD",
    help="Counted by what; by cause by default.",
)
@machine_readable
def pareto(by: str, form: str | None) -> None:
    """Count the nonconformities by cause, unit, clause, document or month."""
    dimension = nonconformities.Dimension(by)
    with asked().reading() as view:
        bars = nonconformities.pareto(view.find(nonconformities.Nonconformity), dimension)
        most = max((one.times for one in bars), default=0)
        rows: list[Row] = [
            (
                _kind(view, dimension, one.what),
                Bar.of(one.times, most),
                one.times,
                tenths(one.cumulative),
            )
            for one in bars
        ]
    columns = (
        Column("what", dimension.vi if language() == "vi" else dimension.value),
        DRAWN,
        Column("times", _("Times")),
        Column("cumulative", _("Cumulative")),
    )
    write(Table(columns, rows), form)


@click.command("simplification")
@click.argument("campaign", required=False, type=Plain(), metavar="[CODE]", help="The campaign.")
@machine_readable
def simplification(campaign: str | None, form: str | None) -> None:
    """Show how many of the selected services have a proposal, by unit."""
    with asked().reading() as view:
        chosen = _one(view, services.Campaign, campaign)
        own = view.find(services.Selection, campaign=chosen.id)
        rows = [_share(_("All"), chosen, own)]
        for unit in sorted({one.unit for one in own}):
            part = [one for one in own if one.unit == unit]
            rows.append(_share(name_of(view, unit), chosen, part))
    columns = (
        Column("unit", _("Unit")),
        Column("selected", _("Selected")),
        Column("proposed", _("With proposal")),
        Column("ratio", _("Ratio")),
        Column("target", _("Target")),
        Column("submitted", _("Submitted")),
        Column("approved", _("Approved")),
        Column("declined", _("Declined")),
        Column("carried_out", _("Carried out")),
    )
    write(Table(columns, rows), form)


@click.command("index")
@click.argument("code", required=False, type=Plain(), metavar="[CODE]", help="The index.")
@machine_readable
def index(code: str | None, form: str | None) -> None:
    """Show the reform index of a year, field by field."""
    with asked().reading() as view:
        own = _one(view, reform_index.Index, code)
        scores = view.find(reform_index.Score)
        rows: list[Row] = [
            (one.field, points(one.points), points(one.most), Bar.of(one.points, one.most), None)
            for one in reform_index.by_field(own, scores)
        ]
        total = reform_index.total(own, scores)
    target = reached(total.reached)
    rows.append((_("Sum"), points(total.expected), points(total.most), target, target))
    columns = (
        Column("field", _("Area")),
        Column("points", _("Points")),
        Column("most", _("Most")),
        DRAWN,
        Column("target", _("Target")),
    )
    write(Table(columns, rows, seen=range(4)), form)


@click.command("gaps")
@click.argument("code", required=False, type=Plain(), metavar="[CODE]", help="The index.")
@machine_readable
def gaps(code: str | None, form: str | None) -> None:
    """List where the reform index of a year lost points, the most first."""
    with asked().reading() as view:
        own = _one(view, reform_index.Index, code)
        found = reform_index.gaps(own, view.find(reform_index.Score))
        most = max((one.lost for one in found), default=0)
        rows: list[Row] = [
            (
                one.number,
                one.title,
                one.unit,
                points(one.lost),
                Bar.of(one.lost, most),
                one.remark,
            )
            for one in found
        ]
    columns = (
        Column("number", _("No.")),
        Column("title", _("Criterion")),
        Column("unit", _("Unit")),
        Column("lost", _("Lost")),
        DRAWN,
        Column("remark", _("Remark")),
    )
    write(Table(columns, rows), form)


@click.command("lacking")
@on_a_day
@machine_readable
def lacking(on: date | None, form: str | None) -> None:
    """List who has not shown a competence that their post requires."""
    with asked().reading() as view:
        day = on or view.today
        wanted, shown = view.find(competence.Requirement), view.find(competence.Competence)
        rows: list[Row] = [
            (
                name_of(view, one.post),
                name_of(view, one.person),
                one.requirement.code,
                one.requirement.what,
            )
            for one in competence.gaps(wanted, shown, holders(view.find, day), day)
        ]
    columns = (
        Column("post", _("Post")),
        Column("person", _("Name")),
        Column("requirement", _("Requirement")),
        Column("what", _("What")),
    )
    write(Table(columns, rows), form)


@click.command("able")
@click.argument("process", type=Plain(), metavar="CODE", help="The process.")
@click.argument("step", type=Plain(), metavar="STEP", help="The step of it.")
@on_a_day
@machine_readable
def able(process: str, step: str, on: date | None, form: str | None) -> None:
    """List who may do a step of a process: who has shown all that it asks."""
    with asked().reading() as view:
        rows: list[Row] = [(one.code, view.name(one.id)) for one in view.able(process, step, on)]
    write(Table((Column("code", _("Code")), Column("name", _("Name"))), rows), form)


@click.command("programme-gaps")
@click.argument("code", required=False, type=Plain(), metavar="[CODE]", help="The programme.")
@machine_readable
def programme_gaps(code: str | None, form: str | None) -> None:
    """List the units and clauses that no audit of a programme looks at."""
    with asked().reading() as view:
        programme = _one(view, audits.Programme, code)
        own = view.find(audits.Audit, programme=programme.id)
        units = _parts(view, programme.year)
        edition = standards.edition(view.get(policy.Policy, policy.CODE).edition)
        clauses = [number for number, one in edition.items() if _audited(one)]
        found = audits.uncovered(own, units=units, clauses=clauses)
    rows: list[Row] = [(_("Unit"), units[one]) for one in found.units]
    rows += [(_("Clause"), one) for one in found.clauses]
    write(Table((Column("kind", _("Kind")), Column("code", _("Code"))), rows), form)


@click.command("expired-law")
@on_a_day
@machine_readable
def expired_law(on: date | None, form: str | None) -> None:
    """List the documents that cite law which is not in force."""
    with asked().reading() as view:
        day = on or view.today
        found = external.citing_expired(view.find(Document), view.find(external.External), day)
        rows: list[Row] = [
            (one.document.code, one.legal, one.standing, one.external.until) for one in found
        ]
    columns = (
        Column("document", _("Document")),
        Column("legal", _("Legal basis")),
        Column("standing", _("Standing")),
        Column("until", _("Until before")),
    )
    write(Table(columns, rows), form)


@click.command("differences")
@on_a_day
@machine_readable
def differences(on: date | None, form: str | None) -> None:
    """List where procedures differ from the services they handle."""
    spoken = language()
    with asked().reading() as view:
        rows: list[Row] = [
            (name_of(view, one.service), one.vi if spoken == "vi" else one.en)
            for one in view.service_differences(on)
        ]
    write(Table((Column("service", _("Service")), Column("says", _("Difference"))), rows), form)


def _share(name: str, campaign: services.Campaign, own: list[services.Selection]) -> Row:
    share = services.ratio(campaign, own)
    states = Counter(one.state for one in own)
    later = (
        services.SelectionState.SUBMITTED,
        services.SelectionState.APPROVED,
        services.SelectionState.DECLINED,
        services.SelectionState.CARRIED_OUT,
    )
    ratio = (share.selected, share.proposed, tenths(share.tenths), f"≥ {share.target} %")
    return (name, *ratio, *(states[state] for state in later))


def _parts(view: View, year: int) -> dict[str, str]:
    """Return the codes of the parts that an organisation had in a year, by id."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    every = (one for one in view.find(Unit) if one.parent and one.since <= last)
    return {one.id: one.code for one in every if one.until is None or first < one.until}


def _audited(clause: standards.Clause) -> bool:
    return clause.level == 2 and clause.clause.partition(".")[0] not in PREFACE


def _one(view: View, item: type[Any], code: str | None) -> Any:
    """Return the named item of a register, or else the newest."""
    if code:
        return view.get(item, code)
    found = view.find(item)
    if not found:
        raise NothingYet(_(item.register))
    return max(found, key=lambda one: (str(one.year), one.code))


def _kind(view: View, by: nonconformities.Dimension, what: str) -> object:
    words: dict[str, type[Word]] = {
        "cause": nonconformities.Cause,
        "source": nonconformities.Source,
    }
    if by is nonconformities.Dimension.GRADE:
        return graded(view, what)
    if by is nonconformities.Dimension.MONTH:
        return Month(what)
    return words[by.value](what) if by.value in words else name_of(view, what)
