"""Thousands of random alterations, held against what each holder of evidence has in hand.

``python -m tests.attack ROUNDS`` prints, and writes into docs/threats.md, for each alteration
and each holder how many were found, and by which codes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import qms
from qms import documents as d
from qms.errors import QMSError
from qms.folder import Folder, keys_of
from qms.proofs.checkpoint import Checkpoint, Trust
from qms.proofs.note import Note, Verifier
from qms.storage.ledger import Ledger
from qms.storage.sources import Living
from qms.storage.store import Store
from qms.storage.vault import Vault
from qms.trail import verification
from qms.trail.findings import Severity
from tests import systems
from tests.systems import Clock, Office

from . import alterations as a

MEMORY: Final = "/dev/shm"
HOLDERS: Final = (
    "database",
    "with git",
    "with the key",
    "with a kept checkpoint",
    "with a witness",
)
"""What somebody has in hand; each has all that stands before it."""


class Evidence(NamedTuple):
    """What was kept outside before anything was altered."""

    vkey: str
    kept: Checkpoint
    """Kept some time ago."""
    witnessed: Checkpoint
    """Seen by a witness just now."""


class Ground(NamedTuple):
    """A living system, an older copy of it, and what is kept outside."""

    office: Office
    old: Office
    evidence: Evidence

    def again(self, folder: Path) -> Office:
        """Return a copy that may be altered; the older one lies beside it."""
        return self.office.copy(folder)


def ground(folder: Path) -> Ground:
    """Let people work for a while, copy everything, and let them work on."""
    systems.founded(folder / "so")
    office = Office(folder / "so", Clock(systems.FIRST))
    office.clock.pass_by(minutes=30)
    office.issues("QT-01", "2024-02-01", distribution=("VP",))
    office.does("lan", *systems.adopted("QT 2", "2016-01-01", "2017-01-01"))
    old = office.copy(folder / "cu")
    kept = newest(office)
    office.clock.to("2024-03-01")
    office.issues("QT-03", "2024-03-10", body="Ba")
    office.revises("QT-01", "2024-04-01", "Hai")
    retained = qms.records.Retain(
        title="Biên bản", unit="VP", process="QT-01", day=office.clock.at.date(), years=5,
        applicant="Nguyễn Văn An", contents={"bb.pdf": b"%PDF-1"},
    )  # fmt: skip
    office.does("lan", retained, d.HandOut(code="QT-01", holder="CVP", day=office.clock.at.date()))
    vkey = (keys_of(office.folder) / "log.pub").read_text("utf-8").strip()
    return Ground(office, old, Evidence(vkey, kept, newest(office)))


def newest(office: Office) -> Checkpoint:
    """Return the newest signed checkpoint of an office."""
    note: Note = office.asks(lambda system: system.trail.checkpoint())
    return Checkpoint.parse(note.text)


class WithoutGit(Living):
    """A ledger and the contents it names, with no commits to compare it with."""

    def files(self) -> None:  # type: ignore[override]
        """Return nothing: nobody looks at git."""

    def steps(self) -> Iterator[verification.Step]:  # type: ignore[name-defined]
        """Yield nothing."""
        return iter(())


def found(office: Office, holder: str, evidence: Evidence) -> tuple[str, ...]:
    """Return the codes of what a holder of evidence finds, warnings apart."""
    log = evidence.kept.origin
    keys = (Verifier.parse(evidence.vkey),)
    trust = {
        "database": None,
        "with git": None,
        "with the key": Trust(log, keys),
        "with a kept checkpoint": Trust(log, keys, seen=evidence.kept),
        "with a witness": Trust(log, keys, seen=evidence.witnessed),
    }[holder]
    try:
        findings = list(_verified(office, holder, trust))
    except QMSError as error:
        return (type(error).__name__,)
    return tuple(sorted({one.code for one in findings if one.severity is Severity.ERROR}))


def _verified(office: Office, holder: str, trust: Trust | None) -> Iterator[verification.Finding]:
    place = Folder.at(office.folder)
    with Ledger(place.database, place.ledger_lock) as ledger, Store(place.store) as store:
        ledger.check()
        with ledger.reading() as now:
            kind = WithoutGit if holder == "database" else Living
            yield from verification.verify(kind(now, store, Vault(place.vault)).still(), trust)


def put_back(*what: Callable[[Office, Office], None]) -> Callable[[Ground, Office, Random], bool]:
    """Return the putting back of older copies."""

    def alter(ground: Ground, office: Office, dice: Random) -> bool:
        for one in what:
            one(office, ground.old)
        return True

    return alter


def plain(alter: a.Alter) -> Callable[[Ground, Office, Random], bool]:
    """Return an alteration that needs nothing but the system."""
    return lambda ground, office, dice: alter(office, dice)


ALTERATIONS: Final = {
    "a byte in any table": plain(a.a_cell),
    "a row dropped": plain(a.a_row_dropped),
    "two rows swapped": plain(a.two_rows_swapped),
    "an entry replayed": plain(a.an_entry_replayed),
    "the tail cut in the tables": plain(a.the_tail_cut),
    "a bit in git": plain(a.a_file("store.git/objects")),
    "the newest commit amended": plain(a.a_commit_amended),
    "git moved back": plain(a.git_moved_back),
    "a bit in the vault": plain(a.a_file("vault")),
    "an old database put back": put_back(a.an_old_database),
    "an old git put back": put_back(a.an_old_git),
    "both put back": put_back(a.an_old_database, a.an_old_git),
    "the end taken back everywhere, without the key": plain(a.the_end_taken_back(key=False)),
    "the end taken back everywhere, with the key": plain(a.the_end_taken_back(key=True)),
    "all rewritten without the key": plain(a.both_rewritten(key=False)),
    "all rewritten with the key": plain(a.both_rewritten(key=True)),
}


class Round(NamedTuple):
    """One alteration, and what each holder found of it."""

    name: str
    codes: tuple[tuple[str, ...], ...]


def played(task: tuple[str, str, int]) -> Round | None:
    """Alter a copy of the ground once, and look at it with each holder's eyes."""
    place, name, seed = task
    here = _GROUND.get(place) or _GROUND.setdefault(place, _opened(Path(place)))
    with TemporaryDirectory(dir=_room()) as folder:
        office = here.again(Path(folder) / "so")
        if not ALTERATIONS[name](here, office, Random(seed)):
            return None
        return Round(name, tuple(found(office, holder, here.evidence) for holder in HOLDERS))


_GROUND: dict[str, Ground] = {}


def _opened(folder: Path) -> Ground:
    office, old = (Office(folder / name, Clock(systems.FIRST)) for name in ("so", "cu"))
    office.clock.to("2024-05-02")
    vkey = (keys_of(office.folder) / "log.pub").read_text("utf-8").strip()
    return Ground(office, old, Evidence(vkey, newest(old), newest(office)))


def _room() -> str | None:
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def campaign(rounds: int, workers: int = 2) -> list[Round]:
    """Return what was found in so many rounds, spread over all alterations."""
    with TemporaryDirectory(dir=_room()) as place:
        ground(Path(place))
        names = list(ALTERATIONS)
        tasks = [(place, names[n % len(names)], n) for n in range(rounds)]
        with ProcessPoolExecutor(workers) as pool:
            done = []
            for n, one in enumerate(pool.map(played, tasks, chunksize=4), 1):
                done.append(one)
                print(f"\r{n}/{rounds}", end="", file=sys.stderr, flush=True)
    return [one for one in done if one is not None]


def table(rounds: list[Round]) -> str:
    """Return the table, in Markdown: alteration × holder → found of tried, by which codes."""
    head = f"| alteration | {' | '.join(HOLDERS)} |\n|{'---|' * (len(HOLDERS) + 1)}\n"
    return head + "".join(f"{_row(name, rounds)}\n" for name in ALTERATIONS)


def _row(name: str, rounds: list[Round]) -> str:
    own = [one for one in rounds if one.name == name]
    cells = []
    for n in range(len(HOLDERS)):
        caught = [one.codes[n] for one in own if one.codes[n]]
        codes = Counter(code for codes in caught for code in codes)
        most = " ".join(code for code, _ in codes.most_common(4))
        cells.append(f"{len(caught)}/{len(own)} {most}".strip())
    return f"| {name} | {' | '.join(cells)} |"


def written(text: str, page: Path) -> None:
    """Put the table into the page, between its marks."""
    start, end = "<!-- campaign -->\n", "<!-- end -->"
    said = page.read_text("utf-8")
    before, _, rest = said.partition(start)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{start}{text}{end}{after}", "utf-8")
