"""Every system call of every deed, struck by every fault; and what became of the deed.

``python -m tests.crash`` prints the tables and writes them into docs/threats.md.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from qms.errors import QMSError
from tests import systems
from tests.systems import FIRST, Clock, Office

from .deeds import DEEDS, HALF, HAPPENED, NOT, Before, Deed, before
from .tracing import FAULTS, Call, Told, struck

MEMORY: Final = "/dev/shm"
MOST: Final = 30
"""So many calls of one kind on one file are struck, evenly chosen, where it is not every one."""

AFTERWARDS: Final = {"GitBehind", "NotOpened"}
"""The refusals that say that the deed was done."""

UNKNOWN: Final = "PerhapsDestroyed"
"""The refusal that says that nobody knows how much of a deed was done."""


class Ground(NamedTuple):
    """What lies in a folder before a deed is done, and the calls of the deed."""

    folder: str
    deed: str
    before: Before
    calls: tuple[Call, ...]


class Strike(NamedTuple):
    """One fault at one call."""

    ground: Ground
    call: Call
    fault: str


class Outcome(NamedTuple):
    """What one strike did: how the deed stood afterwards, and what its doer was told.

    ``wrong`` says what should not be so, empty where all is well.
    """

    deed: str
    call: str
    fault: str
    stood: str
    error: str
    wrong: str


def prepared(template: Path, name: str, folder: Path) -> Ground:
    """Make the ground of a deed, do it once in a copy, and note the calls."""
    folder.mkdir()
    office = systems.copied(template, folder / "so")
    DEEDS[name].ready(office)
    ground = Ground(str(folder), name, before(office), ())
    with _copy(ground) as here:
        told, calls = struck(partial(DEEDS[name].do, here), here.folder.parent / "calls")
        assert told == Told(killed=False, done=True), told
        assert DEEDS[name].stands(here, ground.before) == HAPPENED
    return ground._replace(calls=calls)


class _copy:
    """A copy of a ground, gone afterwards."""

    def __init__(self, ground: Ground) -> None:
        self._folder, self._ground = TemporaryDirectory(dir=room()), ground

    def __enter__(self) -> Office:
        within = Path(self._folder.name) / "x"
        shutil.copytree(self._ground.folder, within)
        return Office(within / "so", Clock(FIRST.replace(hour=5)))

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def strikes(ground: Ground, most: int) -> Iterator[Strike]:
    """Yield the calls with each fault, of one kind on one file no more than so many."""
    alike: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in ground.calls:
        alike[call.name, call.file].append(call)
    for calls in alike.values():
        step = -(-len(calls) // most)
        for call in dict.fromkeys((*calls[::step], calls[-1])):
            for fault in call.faults:
                yield Strike(ground, call, fault)


def outcome(strike: Strike) -> Outcome:
    """Strike once; look how it stands; do it once more where it did not happen."""
    (ground, call, fault), deed = strike, DEEDS[strike.ground.deed]
    with _copy(ground) as office:
        told, _ = struck(
            partial(deed.do, office), office.folder.parent / "calls", call.name, call.number, fault
        )
        stood, wrong = HALF, ""
        try:
            stood = deed.stands(office, ground.before)
            wrong = _wrong(deed, told, stood)
            if stood == NOT:
                deed.do(office, lambda: None)
        except (AssertionError, QMSError, OSError) as error:
            wrong = wrong or f"{type(error).__name__}: {error}"
    where = f"{call.name} {call.number} {call.words[:150]} {fault}"
    return Outcome(
        ground.deed, call.name, fault, stood, told.error, wrong and f"{where}: {wrong} ({told})"
    )


def _wrong(deed: Deed, told: Told, stood: str) -> str:
    """Return what is wrong with what was told, empty where nothing is."""
    if told.done and stood != HAPPENED:
        return "lost"
    if stood == HALF:
        return "half"
    if told.error.startswith("?") or (told.error and told.vi == told.en):
        return "no name"
    known = deed.shows and told.error not in ("", UNKNOWN)
    if known and (told.error in AFTERWARDS) != (stood == HAPPENED):
        return "told otherwise"
    return "" if told.killed or told.done or told.error else "nothing told"


def room() -> str | None:
    """Return where there is a disk in memory: a kill, unlike a power failure, loses nothing."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def enumerated(most: int, deeds: list[str], workers: int = 2) -> list[Outcome]:
    """Return what became of deeds, struck so often."""
    with TemporaryDirectory(dir=room()) as place:
        template = systems.founded(Path(place) / "so")
        grounds = [
            prepared(template, name, Path(place) / str(number)) for number, name in enumerate(deeds)
        ]
        tasks = [strike for ground in grounds for strike in strikes(ground, most)]
        done = []
        with ProcessPoolExecutor(workers) as pool:
            for number, one in enumerate(pool.map(outcome, tasks, chunksize=8), 1):
                done.append(one)
                print(f"\r{number}/{len(tasks)}", end="", file=sys.stderr, flush=True)
    return done


def table(outcomes: list[Outcome], by: str) -> str:
    """Return a table, in Markdown, by ``deed`` or by ``call``: with each fault, what became."""
    said = "struck | happened | not happened | acknowledged and lost | half | otherwise wrong"
    rows = [f"| {by} | fault | {said} |", "|---|---|" + "---:|" * 6]
    for name in dict.fromkeys(getattr(one, by) for one in outcomes):
        for fault in FAULTS:
            own = [one for one in outcomes if (getattr(one, by), one.fault) == (name, fault)]
            if own:
                rows.append(f"| {name} | {fault} | {' | '.join(map(str, _counted(own)))} |")
    return "\n".join(rows) + "\n"


def _counted(own: list[Outcome]) -> tuple[int, ...]:
    stood = [sum(one.stood == way for one in own) for way in (HAPPENED, NOT)]
    lost = sum(": lost (" in one.wrong for one in own)
    half = sum(one.stood == HALF for one in own)
    return len(own), *stood, lost, half, sum(bool(one.wrong) for one in own) - max(lost, half)
