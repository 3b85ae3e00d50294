"""The end of the year: what is owed next, which text held when, everything checked, handed out."""

from __future__ import annotations

import sys
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path
from shutil import which
from typing import Final

from ..changes import HERE
from ..trail.findings import Severity
from .revising import CODE
from .stage import YEAR, Unexpected, Year

PUBLISHED: Final = "ban-hanh"


def ask(year: Year) -> None:
    """Ask which text was in force when, and what the next months owe."""
    year.heading(_("Which text held on which day, and what is owed next"))
    system = year.by("lan")
    for day in (date(YEAR, 3, 1), date(YEAR, 6, 1), date(YEAR, 12, 31)):
        revision = system.in_force(CODE, day).revision
        says = _("{day}: {code} {issue}.{amendment}; {n} documents in force")
        number = {"issue": revision.issue, "amendment": revision.amendment}
        listed = len(system.master_list(day))
        year.voice.fact(says.format(day=f"{day:%d/%m/%Y}", code=CODE, n=listed, **number))
    year.show("due", "--until", f"28/02/{YEAR + 1}")


def check(year: Year) -> None:
    """Verify everything, and write what is in force for people to read."""
    year.heading(_("Everything is checked: trail, files, rules, states, git"))
    system = year.by("lan")
    findings = system.verify()
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise Unexpected(finding.says("vi"))
        year.voice.fact(finding.says(_("en")))
    if not findings:
        year.voice.done(_("{n} entries, nothing found").format(n=system.size))
    published = system.publish(year.folder / PUBLISHED)
    says = _("{n} documents in force written for people to open")
    year.voice.done(says.format(n=published.count))


def onward(year: Year) -> None:
    """Say where to look next."""
    year.heading(_("Where to look next"))
    page = year.folder / PUBLISHED / "index.html"
    year.voice.fact(_("{page}   the list and the texts: open it in a browser").format(page=page))
    qms = "qms" if which("qms") else str(Path(sys.executable).with_name("qms"))
    year.voice.fact(f"export QMS_FOLDER={year.folder} QMS_ACTOR=lan")
    if datetime.now(HERE).date() < year.today:
        says = _(
            "The clock of this folder stands at {day}: until then it can be read, not changed."
        )
        year.voice.fact(says.format(day=f"{year.today:%d/%m/%Y}"))
    last = f"--as-of {year.today:%d/%m/%Y}"
    for command in (
        f"{last} dashboard",
        f"{last} pareto --by unit",
        f"history {CODE}",
        f"diff {CODE} 1.0 1.1",
        "nonconformity history KPH-2026-004",
        "migration 2026",
        "verify",
    ):
        year.voice.fact(f"{qms} {command}")
