"""The demonstration: a department's year, by ordinary calls, from its starter set to a check.

Nothing here is special: every line of it is what an officer or a program would do, on its day.
Numbers and days of the plans and of the directive are those of real orders, told as one year of a
department that does not exist.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from time import perf_counter
from typing import Final

from ..folder import FolderTaken, keys_of
from . import cases, ending, founding, leading, looking, planning, reform, revising, simplifying
from .founding import MARK
from .stage import Unexpected, Voice, Year

__all__ = ["MARK", "SCENES", "Unexpected", "Voice", "Year", "run"]

SCENES: Final[tuple[Callable[[Year], None], ...]] = (
    founding.found,
    founding.load,
    planning.programme,
    planning.objectives,
    planning.services,
    planning.risks,
    planning.competence,
    leading.declared,
    planning.law,
    planning.records,
    revising.reviewed,
    cases.treated,
    simplifying.campaign,
    reform.idea,
    revising.drafted,
    reform.commitments,
    lambda year: looking.measured(year, 3, 31),
    reform.plan,
    revising.issued,
    cases.late_dossiers,
    revising.taught,
    revising.handed_out,
    cases.complaint,
    cases.actions_done,
    looking.inspection,
    lambda year: looking.measured(year, 5, 29),
    looking.audit_office,
    cases.watched,
    revising.withdrawn,
    cases.effect_judged,
    looking.inspection_followed,
    lambda year: looking.measured(year, 6, 29),
    reform.half_year,
    revising.called_back,
    revising.law_changes,
    revising.amended,
    cases.complaint_done,
    simplifying.reviewed,
    reform.long_plan,
    revising.by_calendar,
    simplifying.decided,
    looking.audit_division,
    cases.complaint_closed,
    reform.directive,
    leading.extraordinary,
    lambda year: looking.measured(year, 9, 30),
    simplifying.carried_out,
    looking.audit_followed,
    reform.catch_up,
    lambda year: looking.measured(year, 10, 20),
    reform.index_scored,
    looking.trail_reviewed,
    looking.audit_closed,
    revising.old_records,
    lambda year: looking.measured(year, 11, 27),
    leading.planned,
    reform.index_appraised,
    leading.yearly,
    leading.declared_again,
    reform.judged,
    leading.concluded,
    ending.ask,
    ending.check,
    ending.hand_over,
    ending.onward,
)
"""The year, morning by morning."""


def run(folder: Path, voice: Voice, *, again: bool = False) -> None:
    """Play the year in a folder; with ``again`` an earlier demonstration there goes first."""
    for place in (folder, keys_of(folder)):
        if again and (place / MARK).exists():
            shutil.rmtree(place)
    if folder.exists() and any(folder.iterdir()):
        raise FolderTaken(str(folder))
    began = perf_counter()
    with Year(folder, voice) as year:
        for scene in SCENES:
            scene(year)
    voice.fact(_("All of it took {n} seconds.").format(n=round(perf_counter() - began)))
