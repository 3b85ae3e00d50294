"""The end of the year: what is owed next, which text held when, everything checked, handed out."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from gettext import gettext as _
from importlib.resources import files
from pathlib import Path
from shlex import quote
from shutil import which
from typing import Final

from ..changes import HERE
from ..folder import keys_of
from ..registers.nonconformities import Nonconformity, Source
from ..trail.findings import Severity
from .revising import CODE
from .stage import YEAR, Unexpected, Year

PUBLISHED: Final = "ban-hanh"
PACK: Final = "phan-anh.zip"
WHOLE: Final = "ca-nam.zip"


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
    year.show("search", "khieu nai", "--limit", "2")
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


def hand_over(year: Year) -> None:
    """Write an audit pack of the complaint without names, and let the checker judge it alone."""
    year.heading(_("A pack for the auditor, judged by the checker that needs nothing of ours"))
    system = year.by("lan")
    (case,) = system.find(Nonconformity, source=Source.COMPLAINT)
    packed = system.trail.pack(year.folder / PACK, items=(case.id,), redact=("all",))
    told = _judged(packed.path, keys_of(year.folder) / "log.pub")
    if told.returncode:
        raise Unexpected(told.stdout.strip())
    says = _("{n} entries in {path}, {hidden} names left out")
    year.voice.done(says.format(n=packed.entries, path=PACK, hidden=packed.redacted))
    for line in told.stdout.splitlines()[-2:]:
        year.voice.fact(line)


def _judged(pack: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker as an auditor would: by itself, without our library."""
    checker = files("qms") / "checker" / "verify.py"
    words = [sys.executable, "-I", str(checker), str(pack), "--key", str(key)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def onward(year: Year) -> None:
    """Say where to look next."""
    year.heading(_("Where to look next"))
    page = year.folder / PUBLISHED / "index.html"
    year.voice.fact(_("{page}   the list and the texts: open it in a browser").format(page=page))
    qms = "qms" if which("qms") else str(Path(sys.executable).with_name("qms"))
    pack = year.folder / PACK
    says = _("{page}   the pack: unpack it and open index.html, or verify.html")
    year.voice.fact(says.format(page=pack))
    year.voice.fact(f"export QMS_FOLDER={quote(str(year.folder))} QMS_ACTOR=lan")
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
        f"pack {quote(str(year.folder.parent / WHOLE))} --redact all",
        "verify",
    ):
        year.voice.fact(f"{qms} {command}")
