"""P8: processes that write to one system, and one that asks meanwhile."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import NamedTuple

import psycopg

from qms import documents as d
from qms.folder import Folder
from qms.system import QMS

from . import offices
from .measuring import OFTEN, Figure, said, times, turns, within, worst
from .offices import code, opened, text

ALONE = multiprocessing.get_context("fork")
CROWDS = (1, 2, 4, 8)
BESIDE = (0, 1, 8)
FASTEST = 400
"""Operations a second that nobody reaches here: as many documents are there to be revised."""


class Written(NamedTuple):
    """What each of some writers waited for each of its operations, and how long it wrote."""

    waits: list[list[float]]
    seconds: list[float]

    @property
    def rate(self) -> float:
        """Return operations a second, each writer by its own clock."""
        return sum(len(own) / took for own, took in zip(self.waits, self.seconds, strict=True))

    @property
    def longest(self) -> float:
        return max(wait for own in self.waits for wait in own)


class Office:
    """One system whose documents are revised, each once, by whoever comes first."""

    def __init__(self, folder: Path, seconds: float) -> None:
        documents = int(seconds * OFTEN * (len(CROWDS) + len(BESIDE)) * FASTEST)
        self.folder = offices.filled(folder, offices.adoptions(documents))
        self.seconds, self.documents = seconds, documents
        self.next: Synchronized[int] = ALONE.Value("L", 0)

    @property
    def served(self) -> bool:
        """Tell whether the system lives on a server."""
        return Folder.at(self.folder).database.startswith("postgresql")

    @contextmanager
    def driver(self) -> Iterator[Callable[[str], object]]:
        """Give what asks the server by the driver alone; where there is none, it asks nobody."""
        if not self.served:
            yield str
            return
        address = Folder.at(self.folder).database.replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True) as raw:
            yield lambda said: raw.execute(said).fetchone()

    def taken(self) -> str:
        """Return the code of a document that nobody has revised."""
        with self.next.get_lock():
            self.next.value += 1
            return code(self.documents - self.next.value)


def together(place: Path, seconds: float) -> Iterator[Figure]:
    """Yield P8: rates and waits of crowds of writers, in turn; and a reader beside them."""
    office = Office(place / "together", seconds)
    rounds = [{crowd: _crowd(office, crowd) for crowd in CROWDS} for _ in turns()]
    rates = {crowd: median(turn[crowd].rate for turn in rounds) for crowd in CROWDS}
    alone = median(wait for turn in rounds for wait in turn[1].waits[0])
    for crowd in CROWDS[1:]:
        share = rates[crowd] / rates[1]
        longest = max(turn[crowd].longest for turn in rounds)
        yield Figure(
            "P8",
            f"{crowd} processes submit revised texts",
            f"{rates[crowd]:.0f}/s",
            "one",
            f"{rates[1]:.0f}/s",
            times(share),
            "≥ 0.6 ×",
            share >= 0.6,
            rounds=len(rounds),
        )
        work, than = f"the longest that anybody of {crowd} waited", "one operation"
        yield within(20, "P8", work, longest, than=than, other=alone, rounds=len(rounds))
    yield from _beside(office)


class Asked(NamedTuple):
    """A reader's p99, that of the driver's shortest question in turn, and how others wrote."""

    p99: float
    raw: float
    rate: float


def _beside(office: Office) -> Iterator[Figure]:
    """Yield how long who asks has to wait while others write, in turn with nobody."""
    rounds = [{crowd: _read(office, crowd) for crowd in BESIDE} for _ in turns()]
    for crowd in BESIDE[1:]:
        busy, alone = (median(turn[own].p99 for turn in rounds) for own in (crowd, 0))
        rate = median(turn[crowd].rate for turn in rounds)
        who = "another writes" if crowd == 1 else f"{crowd} others write"
        work = f"a reader's p99 while {who} ({rate:.0f}/s)"
        than = "while nobody does"
        yield within(2, "P8", work, busy, than=than, other=alone, rounds=len(rounds))
        if office.served:
            raw, idle = (median(turn[own].raw for turn in rounds) for own in (crowd, 0))
            work = f"SELECT 1 by the driver, p99 while {who}"
            alike = said(raw), than, said(idle), times(raw / idle)
            yield Figure("P8", work, *alike, "", None, rounds=len(rounds))


def _read(office: Office, crowd: int) -> Asked:
    """Return how a reader fared beside so many writers."""
    if not crowd:
        with opened(office.folder) as system:
            return Asked(*_asked(system, office), 0.0)
    # Opened when the writers are forked: SQLite is not to be taken along.
    with _writing(office, crowd) as (barrier, wrote), opened(office.folder) as system:
        barrier.wait()
        return Asked(*_asked(system, office), _told(wrote).rate)


def _asked(system: QMS, office: Office) -> tuple[float, float]:
    """Return the p99 of questions, and of the driver's ``SELECT 1`` between them."""
    ours, others = list[float](), list[float]()
    with office.driver() as run:
        end = monotonic() + office.seconds
        for turn in itertools.count():
            if monotonic() >= end:
                break
            begun = perf_counter()
            system.in_force(code(turn * 7919 % office.documents))
            between = perf_counter()
            run("SELECT 1")
            ours.append(between - begun)
            others.append(perf_counter() - between)
    return worst(ours, 0.99), worst(others, 0.99)


def _crowd(office: Office, crowd: int) -> Written:
    """Return what so many writers did; not one operation that was acknowledged is missing."""
    with opened(office.folder) as system:
        before = system.size
    with _writing(office, crowd) as (barrier, wrote):
        barrier.wait()
        written = _told(wrote)
    with opened(office.folder) as system:
        made = sum(map(len, written.waits)) + crowd  # and the first of each, not counted
        assert system.size == before + made, f"{system.size} entries, {before} + {made} were told"
    return written


@contextmanager
def _writing(office: Office, crowd: int) -> Iterator[tuple[Barrier, list[Connection]]]:
    """Give writers that begin once the barrier is met, and where they tell what they did."""
    barrier = ALONE.Barrier(crowd + 1)
    pipes = [ALONE.Pipe(duplex=False) for _ in range(crowd)]
    writers = [ALONE.Process(target=_write, args=(office, barrier, end)) for _, end in pipes]
    for writer in writers:
        writer.start()
    yield barrier, [mine for mine, _ in pipes]
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0


def _told(wrote: list[Connection]) -> Written:
    waits, seconds = zip(*(own.recv() for own in wrote), strict=True)
    return Written(list(waits), list(seconds))


def _write(office: Office, together: Barrier, told: Connection) -> None:
    texts = itertools.cycle([text(number) for number in range(int(office.seconds * FASTEST / 4))])
    waits: list[float] = []
    with opened(office.folder, "hung") as system:

        def submit() -> None:
            own, new = office.taken(), next(texts)
            begun = perf_counter()
            system.perform(d.Submit(code=own, text=new, summary="Rút ngắn bước 3"))
            waits.append(perf_counter() - begun)

        submit()  # what a process does but once
        waits.clear()
        together.wait()
        begun = monotonic()
        while (took := monotonic() - begun) < office.seconds:
            submit()
    told.send((waits, took))
