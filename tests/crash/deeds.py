"""What is struck while it is done, and how one sees afterwards whether it happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import qms
from qms import people as p
from qms import records as r
from qms.backup import backup, restore
from qms.changes import Change
from qms.folder import keys_of
from qms.registers.log_keys import CODE, RotateLogKey
from qms.trail.findings import Severity
from tests import systems
from tests.killing import killed_before
from tests.systems import Office, adopted, created

Acknowledge = Callable[[], None]
"""Says that it is done, as whoever asked for it is told."""

NOT, HAPPENED, HALF = "not happened", "happened", "half"

DAY: Final = date(2024, 1, 2)


class Before(NamedTuple):
    """How much there was: operations, contents of the vault."""

    operations: int
    contents: int


class Deed(NamedTuple):
    """Something that is done to an office.

    ``stands`` tells afterwards whether it happened; where it did not, it is done once more.
    """

    do: Callable[[Office, Acknowledge], None]
    stands: Callable[[Office, Before], str]
    ready: Callable[[Office], object] = lambda office: None
    """What comes before, when nothing strikes yet."""
    shows: bool = True
    """Whether one can see afterwards that it was done; what only makes good cannot be seen."""


def before(office: Office) -> Before:
    """Return how much there is."""
    return Before(office.operations(), len(_contents(office)))


def _contents(office: Office) -> list[Path]:
    return [part for part in (office.folder / "vault").rglob("?" * 64) if part.is_file()]


# ── Operations ──────────────────────────────────────────────────────────────────────────────────


def _performing(*changes: Change[Any]) -> Callable[[Office, Acknowledge], None]:
    def do(office: Office, acknowledge: Acknowledge) -> None:
        with office.open() as system:
            system.perform(*changes)
            acknowledge()

    return do


def _counted(office: Office, before: Before) -> str:
    """Open, which recovers; verify; tell whether one operation more is there than before."""
    with office.open() as system:
        findings = [found for found in system.verify() if found.severity == Severity.ERROR]
    assert findings == [], findings
    entries = office.entries()
    operations = {entry.operation for entry in entries}
    assert len(systems.commits(office.store)) == len(operations)
    if sum(operation.length for operation in operations) != len(entries):
        return HALF
    return {0: NOT, 1: HAPPENED}.get(len(operations) - before.operations, HALF)


_OPERATION: Final = (
    p.Enrol(code="tam", name="Vũ Tâm"),
    created("QT-01", "Lần 1", attachments={"PL.txt": "PL"}),
)
_RETAIN: Final = r.Retain(
    title="Hồ sơ cấp phép",
    unit="QLVT",
    process="QT-11",
    day=date(2015, 3, 2),
    ended=2015,
    years=5,
    applicant="Trần An",
    contents={"don.txt": b"Don xin"},
)
_OLD: Final = [adopted(f"QT-{n}", "2014-01-02", "2015-01-02")[:2] for n in range(20)]


def _many(office: Office) -> None:
    """Let so many operations pass that the next one gathers their packs."""
    with office.open() as system:
        for number in range(70):
            system.perform(p.Enrol(code=f"nguoi-{number}", name=f"Người {number}"))


# ── What is no operation ────────────────────────────────────────────────────────────────────────


def _behind(office: Office) -> None:
    """Let somebody be killed between COMMIT and git."""
    step = 0
    while office.operations() == len(systems.commits(office.store)):
        killed_before(step, lambda: office.does("hung", created("QT-01")))
        step += 1


def _opened(office: Office, acknowledge: Acknowledge) -> None:
    with office.open():
        acknowledge()


def _rebuilt(office: Office, acknowledge: Acknowledge) -> None:
    qms.rebuild(office.folder)
    acknowledge()


def _as_before(office: Office, before: Before) -> str:
    return HAPPENED if _counted(office, before) == NOT else HALF


def _found(office: Office, acknowledge: Acknowledge) -> None:
    names = {"organisation": "Sở GTVT", "officer": "lan"}
    with qms.found(office.folder.parent / "moi", now=office.clock, **names):
        acknowledge()


def _founded(office: Office, before: Before) -> str:
    folder = office.folder.parent / "moi"
    if not folder.exists():
        return NOT
    founded = Office(folder, office.clock)
    return HAPPENED if _counted(founded, Before(0, 0)) == HAPPENED else HALF


def _backed_up(office: Office, acknowledge: Acknowledge) -> None:
    backup(office.folder, office.folder.parent / "luu.zip")
    acknowledge()


def _backup(office: Office, before: Before) -> str:
    file = office.folder.parent / "luu.zip"
    if not file.exists():
        return NOT
    with TemporaryDirectory(dir=office.folder.parent) as folder:
        found = restore(file, Path(folder) / "so")
    return HAPPENED if found.size == len(office.entries()) else HALF


def _restored(office: Office, acknowledge: Acknowledge) -> None:
    restore(office.folder.parent / "luu.zip", office.folder.parent / "moi")
    acknowledge()


def _restoration(office: Office, before: Before) -> str:
    folder = office.folder.parent / "moi"
    if not folder.exists():
        return NOT
    shutil.copytree(office.keys, keys_of(folder), dirs_exist_ok=True)
    return _as_before(Office(folder, office.clock), before)


def _retained(office: Office) -> None:
    codes = {"code": "TH-2024-01"}
    office.does("lan", *adopted("QT-11", "2014-01-02"), _RETAIN)
    office.does("lan", r.ListForDisposal(records=("HS-2024-00001",)))
    three = ("hung", "mai", "ha")
    office.does("binh", r.AppointCouncil(decision="1/QĐ", members=three, **codes))
    office.does("hung", r.Appraise(minutes="1/BB", met=DAY, present=three, **codes))
    office.does("binh", r.DecideDisposal(decision="2/QĐ", day=DAY, **codes))
    signed = {"minutes": "2/BB", "day": DAY, "manner": "Máy hủy", "witnesses": ("mai", "ha")}
    office.does("lan", r.CarryOut(**codes, **signed))


def _disposed(office: Office, acknowledge: Acknowledge) -> None:
    with office.open() as system:
        system.dispose_contents()
        acknowledge()


def _disposal(office: Office, before: Before) -> str:
    assert _counted(office, before) == NOT
    gone = before.contents - len(_contents(office))
    return HAPPENED if gone == 2 else NOT  # the file and the name; half-way, one begins again


DEEDS: Final = {
    "an operation": Deed(_performing(*_OPERATION), _counted),
    "a record with evidence": Deed(
        _performing(_RETAIN),
        _counted,
        lambda office: office.does("lan", *adopted("QT-11", "2014-01-02")),
    ),
    "many documents taken over": Deed(_performing(*(one for two in _OLD for one in two)), _counted),
    "an operation that gathers packs": Deed(_performing(*_OPERATION), _counted, _many),
    "a rotation of the key": Deed(_performing(RotateLogKey(code=CODE, reason="Mất máy")), _counted),
    "an opening that brings git along": Deed(_opened, _as_before, _behind, shows=False),
    "a founding": Deed(_found, _founded),
    "a backup": Deed(_backed_up, _backup, lambda office: office.does("lan", *_OPERATION)),
    "a restoration": Deed(
        _restored,
        _restoration,
        lambda office: backup(office.folder, office.folder.parent / "luu.zip"),
    ),
    "a rebuilding of the tables": Deed(_rebuilt, _as_before, shows=False),
    "a destruction of contents": Deed(_disposed, _disposal, _retained),
}
