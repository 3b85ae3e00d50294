"""The whole at a glance: what is owed, a leader's numbers, the standard in use, the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from gettext import gettext as _
from typing import Any, Final

import click

from ..changes import Item
from ..dues import Due
from ..overview import Covered, Move, Moved
from ..questions import View
from ..registers import audits, declarations, nonconformities, objectives, policy
from ..registers import management_reviews as meetings
from .figures import Counted, points, reached, tenths
from .language import language
from .listing import on_a_day
from .paging import page, paged
from .parameters import Day, Plain, Whole
from .phrases import name_of, names_of, shown
from .session import asked
from .tables import Column, Table, machine_readable, write

Row = tuple[object, ...]

FEW: Final = 4
"""Documents, or people, that are named where there is room for a few."""

EDITIONS: Final = tuple(str(year) for year in policy.EDITIONS)


@click.command("due")
@click.option("--until", type=Day(), metavar="DATE", help="Up to this day; today by default.")
@click.option("--unit", type=Plain(), metavar="CODE", help="Only of this unit.")
@click.option("--person", type=Plain(), metavar="CODE", help="Only of this person.")
@paged
@machine_readable
def due(
    until: date | None, unit: str | None, person: str | None, form: str | None, **wanted: Any
) -> None:
    """List what is owed up to a day, over all registers."""
    some = page(form=form, **wanted)
    with asked().reading() as view:
        more = view.due(until, unit=unit or "", person=person or "", **some.asking)
        found = some.cut(more, lambda one: one.place)
        rows = [_owed(view, each) for each in ([[one] for one in found] if form else _alike(found))]
    columns = (
        Column("day", _("Due")),
        Column("late", _("Days late")),
        Column("register", _("Register")),
        Column("code", _("Code")),
        Column("what", _("What")),
        Column("unit", _("Unit")),
        Column("owner", _("Who")),
        Column("state", _("State")),
    )
    write(Table(columns, rows), form)


@click.command("dashboard")
@on_a_day
@machine_readable
def dashboard(on: date | None, form: str | None) -> None:
    """Show the numbers that a leader asks for."""
    with asked().reading() as view:
        rows = _numbers(view, on or view.today)
    columns = (
        Column("what", _("What")),
        Column("value", _("Value")),
        Column("target", _("Target")),
        Column("standing", _("Standing")),
    )
    write(Table(columns, rows), form)


@click.command("targets")
@machine_readable
def targets(form: str | None) -> None:
    """Show each objective: last value, target, trend and forecast."""
    with asked().reading() as view:
        measured = view.find(objectives.Measurement)
        known = view.find(objectives.Objective)
        rows = [_target(one, objectives.outlook(one, measured)) for one in known]
    columns = (
        Column("code", _("Code")),
        Column("title", _("Objective")),
        Column("last", _("Last value")),
        Column("target", _("Target")),
        Column("standing", _("Standing")),
        Column("trend", _("In 100 days")),
        Column("forecast", _("Forecast")),
        Column("expected", _("Expected")),
    )
    write(Table(columns, rows), form)


@click.command("coverage")
@on_a_day
@click.option("--all", "whole", is_flag=True, help="Clauses without parts of their own, too.")
@machine_readable
def coverage(on: date | None, whole: bool, form: str | None) -> None:
    """Show clause by clause: documents, records, last audit, gaps."""
    with asked().reading() as view:
        found = [one for one in view.coverage(on) if whole or one.clause.level == 2]
        rows = [_covered(one) for one in found]
    columns = (
        Column("clause", _("Clause")),
        Column("title", _("Subject")),
        Column("", _("Documents")),
        Column("records", _("Records")),
        Column("audited", _("Last audit")),
        Column("gaps", _("Gaps")),
        Column("documents", _("Documents")),
    )
    write(Table(columns, rows, seen=range(6)), form)


@click.command("migration")
@click.argument("edition", type=click.Choice(EDITIONS), metavar="YEAR", help="The edition.")
@machine_readable
def migration(edition: str, form: str | None) -> None:
    """List what another edition of the standard makes of each document's clauses."""
    with asked().reading() as view:
        rows: list[Row] = [
            (one.document, one.clause, one.move, one.becomes, _note(one))
            for one in view.migration(int(edition))
        ]
    columns = (
        Column("document", _("Document")),
        Column("clause", _("Clause")),
        Column("move", _("Move")),
        Column("becomes", _("Becomes")),
        Column("note", _("Note")),
    )
    write(Table(columns, rows), form)
    if not form:
        counts = Counter(row[2] for row in rows)
        says = (f"{shown(move, language())}: {counts[move]}" for move in Move)
        click.echo("; ".join(says))


@click.command("december")
@click.argument("year", type=Whole(2000, 2999), metavar="YEAR", help="Of which year.")
@machine_readable
def december(year: int, form: str | None) -> None:
    """Give the numbers of the yearly report: declarations, audits, reviews, cases."""
    with asked().reading() as view:
        rows = _december(view, year)
    write(Table((Column("what", _("What")), Column("value", _("Value"))), rows), form)


def _alike(found: Iterable[Due]) -> Iterable[list[Due]]:
    """Return together what several people owe alike, such as a reading."""
    together: dict[tuple[date, str, str, str], list[Due]] = {}
    for one in found:
        together.setdefault((one.day, one.register, one.code, one.what), []).append(one)
    return together.values()


def _owed(view: View, alike: list[Due]) -> Row:
    one, late = alike[0], (view.today - alike[0].day).days
    return (
        one.day,
        late if late > 0 else None,
        _(one.register),
        one.code,
        name_of(view, one.what),
        _some(view, (each.unit for each in alike)),
        _some(view, (each.owner for each in alike)),
        one.state,
    )


def _some(view: View, ids: Iterable[str]) -> str:
    """Return the names behind ids: a few, and how many more there are."""
    known = list(dict.fromkeys(ids))
    more = f" (+{len(known) - FEW})" if len(known) > FEW else ""
    return names_of(view, known[:FEW]) + more


def _note(moved: Moved) -> str:
    return moved.note_vi if language() == "vi" else moved.note


def _numbers(view: View, day: date) -> list[Row]:
    now = view.dashboard(day)
    rows: list[Row] = [
        (_("Tasks overdue"), now.late_tasks, 0, reached(not now.late_tasks)),
        (_("Open nonconformities"), now.open_nonconformities, None, None),
        (_("Corrective actions overdue"), now.overdue_actions, 0, reached(not now.overdue_actions)),
        (_("Reviews overdue"), now.overdue_reviews, 0, reached(not now.overdue_reviews)),
    ]
    if (by := now.management_review) is not None:
        rows.append((_("Next management review by"), by, None, reached(day <= by)))
    if now.simplification is not None:
        share = now.simplification
        row = (tenths(share.tenths), f"≥ {share.target} %", reached(share.reached))
        rows.append((_("Services with a proposal"), *row))
    if now.reform is not None:
        total = now.reform
        row = (points(total.expected), f"≥ {points(total.target)}", reached(total.reached))
        rows.append((_("Reform index"), *row))
    if now.satisfaction is not None:
        share_said = Counted.of(now.satisfaction, 1000, "%").said
        rows.append((_("Satisfied people"), share_said, None, None))
    known = {one.code: one for one in view.find(objectives.Objective)}
    for code, outlook in now.objectives.items():
        cells = _target(known[code], outlook)
        rows.append((f"{code} {cells[1]}", *cells[2:4], _standing(outlook.standing)))
    return rows


def _target(one: objectives.Objective, outlook: objectives.Outlook) -> Row:
    sign = "≥" if one.direction is objectives.Direction.AT_LEAST else "≤"
    return (
        one.code,
        one.title,
        _measured(outlook.last, one),
        f"{sign} {_measured(outlook.target, one)}",
        outlook.standing,
        _measured(outlook.trend, one),
        _measured(outlook.forecast, one),
        outlook.expected,
    )


def _standing(standing: objectives.Standing) -> object:
    measured = standing is not objectives.Standing.UNMEASURED
    return reached(standing is objectives.Standing.REACHED) if measured else standing


def _measured(value: int | None, one: objectives.Objective) -> str | None:
    # As it was measured: rounded, it could seem to reach what it missed.
    return None if value is None else Counted.of(value, 1000, one.measure).said


def _covered(one: Covered) -> Row:
    title = one.clause.title_vi if language() == "vi" else one.clause.title_en
    codes = one.documents
    more = (f"+{len(codes) - FEW}",) if len(codes) > FEW else ()
    some = (*codes[:FEW], *more)
    return (one.clause.clause, title, some, one.records, one.audited, one.gaps, codes)


def _december(view: View, year: int) -> list[Row]:
    rules = view.get(policy.Policy, policy.CODE)
    declared = view.find(declarations.Declaration)
    told = declarations.december(declared, year, rules.scope, rules.edition)
    known = view.find(nonconformities.Nonconformity)
    cases = [one for one in nonconformities.real(known) if one.day.year == year]
    audited = [one for one in view.find(audits.Audit) if _in(year, one.reported)]
    visited = [one for one in view.find(audits.Inspection) if _in(year, one.carried_out)]
    met = [one for one in view.find(meetings.ManagementReview) if _in(year, one.held)]
    return [
        (_("Declarations standing"), told.standing),
        (_("Declared for the first time"), told.first),
        (_("Declared again"), told.again),
        (_("To be declared again"), told.owed),
        (_("Taken back"), told.withdrawn),
        (_("Not posted yet"), told.unpublished),
        (_("Documents in force"), len(view.master_list(date(year, 12, 31)))),
        (_("Audits reported"), _codes(audited)),
        (_("Surprise inspections"), _codes(visited)),
        (_("Management reviews held"), _codes(met)),
        (_("Nonconformities found"), len(cases)),
        (_("Of these still open"), len(nonconformities.still_open(cases))),
    ]


def _in(year: int, day: date | None) -> bool:
    return day is not None and day.year == year


def _codes(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.code for item in items)
