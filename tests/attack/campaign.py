"""Thousands of random alterations, held against what each holder of evidence has in hand.

``python -m tests.attack ROUNDS`` prints, and writes into docs/threats.md, for each alteration
and each holder how many were found, and by which codes.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import date
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
from qms.trail.findings import Finding
from qms.trail.source import Step
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
    """A living system, an older copy of it, what is kept outside, and two other stories.

    ``forged`` tells another story under the same key, ``unkeyed`` under a key of its own.
    """

    office: Office
    old: Office
    forged: Office
    unkeyed: Office
    evidence: Evidence
    before: tuple[frozenset[str], ...] = ()
    """What each holder remarks on where nothing was altered."""


def ground(folder: Path) -> None:
    """Let people work, copy everything, let them work on; then tell it otherwise."""
    office = begun(folder / "so", b"k")
    worked(office, "Quy trình")
    office.copy(folder / "cu")
    worked_on(office)
    for name, key in (("gia", b"k"), ("gia-khong-khoa", b"z")):
        other = begun(folder / name, key)
        worked(other, "Quy trình chưa từng có")
        worked_on(other)


def begun(folder: Path, key: bytes) -> Office:
    """Found an office whose key is drawn so."""
    clock, salts = Clock(systems.FIRST), itertools.count()
    options = {"now": clock, "salt": lambda: f"{next(salts):032x}", "draw": lambda n: key * n}
    names = {"organisation": "Sở GTVT", "officer": "lan", "officer_name": "Nguyễn Thị Lan"}
    with qms.found(folder, log="qms-test", **names, **options) as system:
        system.perform(*systems.PEOPLE)
    clock.pass_by(minutes=30)
    return Office(folder, clock)


def worked(office: Office, title: str) -> None:
    """Let people issue a procedure and adopt another."""
    office.does("hung", systems.created("QT-01", title=title), d.Submit(code="QT-01"))
    office.signs("QT-01")
    office.does("lan", d.Issue(code="QT-01", effective=date(2024, 2, 1), distribution=("VP",)))
    office.does("lan", *systems.adopted("QT 2", "2016-01-01", "2017-01-01"))


def worked_on(office: Office) -> None:
    """Let people issue, revise, retain a record with evidence, and hand a copy out."""
    office.clock.to("2024-03-01")
    office.issues("QT-03", "2024-03-10", body="Ba")
    office.revises("QT-01", "2024-04-01", "Hai")
    day = date(2024, 3, 1)
    facts = {"title": "Biên bản", "unit": "VP", "process": "QT-01", "day": day, "years": 5}
    files = {"applicant": "Nguyễn Văn An", "contents": {"bb.pdf": b"%PDF-1"}}
    office.does("lan", qms.records.Retain(**facts, **files))
    office.does("lan", d.HandOut(code="QT-01", holder="CVP", day=day))


def newest(office: Office) -> Checkpoint:
    """Return the newest signed checkpoint of an office."""
    note: Note = office.asks(lambda system: system.trail.checkpoint())
    return Checkpoint.parse(note.text)


class WithoutGit(Living):
    """A ledger and the contents it names, with no commits to compare it with."""

    def files(self, until: ExitStack) -> None:  # type: ignore[override]
        """Return nothing: nobody looks at git."""

    def beside(self) -> Iterator[str]:
        """Yield nothing."""
        return iter(())

    def steps(self) -> Iterator[Step]:
        """Yield nothing."""
        return iter(())


def found(office: Office, holder: str, evidence: Evidence) -> frozenset[str]:
    """Return the codes of what a holder of evidence finds."""
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
        findings = list(verified(office, holder, trust))
    except QMSError as error:
        return frozenset({type(error).__name__})
    return frozenset(one.code for one in findings)


def verified(office: Office, holder: str, trust: Trust | None) -> Iterator[Finding]:
    """Yield what a holder of evidence finds who trusts so much."""
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


def replaced(by: str) -> Callable[[Ground, Office, Random], bool]:
    """Return the putting of a whole other story, in which everything agrees, in place of this."""

    def alter(ground: Ground, office: Office, dice: Random) -> bool:
        shutil.rmtree(office.folder)
        shutil.copytree(getattr(ground, by).folder, office.folder)
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
    "an index that lies": plain(a.an_index_that_lies),
    "an index of other rows": plain(a.an_index_of_other_rows),
    "a guard taken away": plain(a.a_guard_taken_away),
    "something put into the database": plain(a.something_put_in),
    "a bit in git": plain(a.a_file("store.git/objects")),
    "something put beside the branch": plain(a.something_put_beside_the_branch),
    "the newest commit amended": plain(a.a_commit_amended),
    "git moved back": plain(a.git_moved_back),
    "a bit in the vault": plain(a.a_file("vault")),
    "an old database put back": put_back(a.an_old_database),
    "an old git put back": put_back(a.an_old_git),
    "both put back": put_back(a.an_old_database, a.an_old_git),
    "the end taken back everywhere, without the key": plain(a.the_end_taken_back(key=False)),
    "the end taken back everywhere, with the key": plain(a.the_end_taken_back(key=True)),
    "all rewritten without the key": replaced("unkeyed"),
    "all rewritten with the key": replaced("forged"),
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
        office = here.office.copy(Path(folder) / "so")
        if not ALTERATIONS[name](here, office, Random(seed)):
            return None
        seen = (found(office, holder, here.evidence) for holder in HOLDERS)
        new = (codes - before for codes, before in zip(seen, here.before, strict=True))
        return Round(name, tuple(tuple(sorted(codes)) for codes in new))


_GROUND: dict[str, Ground] = {}


def _opened(folder: Path) -> Ground:
    names = ("so", "cu", "gia", "gia-khong-khoa")
    office, old, forged, unkeyed = (Office(folder / name, Clock(systems.FIRST)) for name in names)
    office.clock.to("2024-05-02")
    vkey = (keys_of(office.folder) / "log.pub").read_text("utf-8").strip()
    evidence = Evidence(vkey, newest(old), newest(office))
    before = tuple(found(office, holder, evidence) for holder in HOLDERS)
    return Ground(office, old, forged, unkeyed, evidence, before)


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


def written(text: str, page: Path, mark: str = "campaign") -> None:
    """Put a table into the page, between its marks."""
    start, end = f"<!-- {mark} -->\n", "<!-- end -->"
    said = page.read_text("utf-8")
    before, _, rest = said.partition(start)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{start}{text}{end}{after}", "utf-8")
