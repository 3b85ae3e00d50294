"""P3, P4, P10, P11: what becomes of a long trail.

What memory matters of is done in a process of its own (``python -m bench.trails``).
"""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import NamedTuple

from sqlalchemy import func, select

import qms
from qms import documents as d
from qms.folder import Folder
from qms.proofs.merkle import Place, ReadNodes, consistency, inclusion
from qms.questions import View
from qms.restoring import rebuild
from qms.storage import keys
from qms.storage.reader import Reader
from qms.storage.sources import Living
from qms.storage.store import Store
from qms.storage.tables import HOME
from qms.trail import soundness
from tests import postgres

from . import grown, measuring, offices
from .apart import cost, middle, told
from .bulk import EACH
from .measuring import Figure, in_turn, said, smaller, times, turns, within
from .offices import git

ASKED = 1_000_000
OF_A_CLONE = 100_000
"""Entries of which a rebuild is asked for, and revisions of which maintenance is."""
MOST = 300
"""Megabytes that a verification may hold."""
HASHES = {"inclusion": 20, "consistency": 40}
"""Hashes that a proof may read: so many, or all these together, whichever way one reads it."""
TRIED = 1_000
"""Proofs among which the one that reads most is looked for."""


def trail(place: Path, revisions: int) -> Path:
    """Return a system with so many adopted revisions, a thousand changes an operation."""
    changes = offices.adoptions(revisions // EACH, EACH)
    return offices.kept(place / "trail", lambda folder: offices.filled(folder, changes))


def singly(place: Path, revisions: int) -> Path:
    """Return a system with so many adopted revisions, an operation for each entry."""
    changes = offices.adoptions(revisions // EACH, EACH)
    return offices.kept(place / "singly", lambda folder: offices.filled(folder, changes, 1))


def verified(long: Path, *folders: Path) -> Iterator[Figure]:
    """Yield P3: a long trail without its rules, and others with all that is to be verified."""
    yield from _sound(long)
    yield from map(_verified, folders)


def _sizes(folder: Path) -> tuple[int, str]:
    """Return how many entries there are, and what a line says of them."""
    operations = int(git(folder / "store.git", "rev-list", "--count", "main"))
    with grown.viewed(folder) as view:
        return view.trail.size, f"{view.trail.size:,} entries of {operations:,} operations"


def _living(folder: Path) -> int:
    """Return how many items there are now."""
    with grown.viewed(folder) as view, view._read() as now:
        return sum(
            next(now.stream(select(func.count()).where(table.c.until_entry.is_(None))))[0]
            for table in HOME.values()
        )


def _verified(folder: Path) -> Figure:
    (size, entries), living = _sizes(folder), _living(folder)
    costs = [cost("trails", "whole", folder) for _ in turns()]
    whole, grew, peak = middle(costs)
    each = (grew << 20) / living
    return Figure(
        "P3",
        f"verify {entries} whole: rules, states, tables, git ({peak} MB at most; it grew by"
        f" {grew} MB, {each / 1_000:.1f} kB for each of {living:,} living items)",
        said(whole),
        "",
        "",
        f"{size / whole:,.0f}/s",
        "≥ 10,000/s",
        size / whole >= 10_000,
        smaller(size, ASKED, "entries"),
        len(costs),
    )


def _sound(folder: Path) -> Iterator[Figure]:
    with grown.viewed(folder) as view:
        size = view.trail.size
    works = ("sound", "hash", "read")
    rounds = [[cost("trails", work, folder) for work in works] for _ in turns()]
    ours, once_over, reading = (middle(costs) for costs in zip(*rounds, strict=True))
    what = f"verify {size:,} entries: bytes, tree, nodes, checkpoint ({ours.most} MB at most)"
    one, other, asked = ours.seconds, once_over.seconds, smaller(size, ASKED, "entries")
    yield Figure(
        "P3",
        what,
        said(one),
        "hashlib.sha256 over the same bytes in memory",
        said(other),
        times(one / other),
        f"≤ 2 ×, {MOST} MB",
        one <= 2 * other and ours.most <= MOST,
        asked,
        len(rounds),
    )
    work, than = f"the same {size:,} entries", "reading them, and hashlib.sha256"
    figure = within(2, "P3", work, one, than=than, other=reading.seconds, rounds=len(rounds))
    yield figure._replace(asked=asked)


def _checked(view: View, now: Reader, folder: Path, apart: bool) -> None:
    living = Living(now, view._store, view._vault)
    trust = keys.public(Folder.at(folder).keys / "log.pub")
    helped = living.apart if apart else soundness.alone
    assert not list(soundness.verify(living, trust, helped))


def _hashed(now: Reader) -> float:
    """Return the seconds of hashing alone: what is read is in memory before."""
    whole, took, entries = sha256(), 0.0, now.entries()
    while some := b"".join(itertools.islice(entries, 1_000)):
        begun = perf_counter()
        whole.update(some)
        took += perf_counter() - begun
    return took


def _read(now: Reader) -> None:
    whole = sha256()
    for data in now.entries():
        whole.update(data)


def proved(folder: Path, rounds: int) -> Iterator[Figure]:
    """Yield P4: proofs, and what the one reads that reads most."""
    with grown.viewed(folder) as view, view._read() as now:
        size = now.size()
        turn = itertools.count(7, 7919)
        yield _proof(
            "inclusion",
            now,
            lambda nodes: inclusion(nodes, next(turn) % size, size),
            rounds,
        )
        yield _proof(
            "consistency",
            now,
            lambda nodes: consistency(nodes, 1 + next(turn) % (size - 1), size),
            rounds,
        )


def _proof(name: str, now: Reader, prove: Callable[[ReadNodes], object], rounds: int) -> Figure:
    most = max(_counted(now, prove) for _ in range(TRIED))
    done, (one,) = in_turn(rounds, lambda: [prove(now.nodes) for _ in range(50)])
    together, alone = sum(HASHES.values()), HASHES[name]
    strictly = "reached, too" if most <= alone else "not yet"
    return Figure(
        "P4",
        f"proof of {name} in {now.size():,} entries ({most} hashes read at most)",
        said(one / 50),
        "",
        "",
        "",
        f"≤ 0.5 ms and {together} hashes ({alone} of them for {name}: {strictly})",
        one / 50 <= 0.0005 and most <= together,
        smaller(now.size(), ASKED, "entries"),
        done,
    )


def _counted(now: Reader, prove: Callable[[ReadNodes], object]) -> int:
    read = 0

    def nodes(places: Sequence[Place]) -> list[bytes]:
        nonlocal read
        read += len(places)
        return now.nodes(places)

    prove(nodes)
    return read


def rebuilt(place: Path, *folders: Path) -> Iterator[Figure]:
    """Yield P11: a rebuild beside a verification of the same clone."""
    for folder in folders:
        yield _rebuilt(folder, place)


def _rebuilt(folder: Path, place: Path) -> Figure:
    turn, empty = itertools.count(), _empty(measuring.OFTEN + 1)

    def again() -> None:
        new = place / f"{folder.name}-{next(turn)}"
        rebuild(new, clone=folder / "store.git", database=next(empty))

    def check() -> None:
        assert not [one for one in qms.verify(folder / "store.git") if one.severity == "error"]

    size, entries = _sizes(folder)
    done, (one, other) = in_turn(measuring.OFTEN, again, check)
    work = f"rebuild {entries} and everything else from a clone"
    figure = within(1.5, "P11", work, one, than="verify that clone", other=other, rounds=done)
    return figure._replace(asked=smaller(size, OF_A_CLONE, "entries"))


def _empty(count: int) -> Iterator[str]:
    """Return where so many rebuilds go: on a server each has a database that is there already."""
    made = [server.address(server.create()) for server in postgres.HERE for _ in range(count)]
    return iter(made or itertools.repeat("", count))


class Waits(NamedTuple):
    """What operations took before, during and after a maintenance, and how long that took."""

    before: list[float]
    during: list[float]
    after: list[float]
    maintained: float


def maintained(folder: Path, place: Path, revisions: int) -> Iterator[Figure]:
    """Yield P10: the store after its maintenance, and who waits for that."""
    ours, theirs = place / "maintained", place / "gc"
    for own in (ours, theirs):
        shutil.copytree(folder / "store.git", own)
    with Store(ours) as store:
        store.maintain()
    git(theirs, "gc", "-q", "--prune=now")
    one, other = (_bytes(own / "objects") for own in (ours, theirs))
    asked = smaller(revisions, OF_A_CLONE, "revisions")
    yield Figure(
        "P10",
        f"size of the store of {revisions:,} revisions after maintenance",
        f"{one / (1 << 20):.1f} MB",
        "git gc of the same contents",
        f"{other / (1 << 20):.1f} MB",
        times(one / other),
        "≤ 1.1 ×",
        one <= 1.1 * other,
        asked,
    )
    yield _waited(_while_maintained(offices.copied(folder, place / "written")), revisions, asked)


def _waited(waits: Waits, revisions: int, asked: str) -> Figure:
    count, longest = len(waits.during), max(waits.during, default=0.0)
    alone = median(waits.before + waits.after)
    return Figure(
        "P10",
        f"the longest operation while a store of {revisions:,} revisions is maintained"
        f" ({count or 'no'} operations in {said(waits.maintained)})",
        said(longest),
        "an operation before or after it",
        said(alone),
        times(longest / alone),
        "≤ 1 s",
        count > 0 and longest <= 1,
        asked,
        rounds=1,
    )


def _while_maintained(folder: Path) -> Waits:
    """Maintain a store in a process of its own while another writes, before and after, too."""
    hear, tell = multiprocessing.Pipe(duplex=False)
    keeper = multiprocessing.get_context("fork").Process(target=_maintain, args=(folder, tell))
    with offices.opened(folder, "hung") as system:
        turn = itertools.count()

        def write() -> tuple[float, float]:
            begun = monotonic()
            system.perform(d.File(reason=f"{next(turn)}", document=offices.code(0)))
            return begun, monotonic()

        write()  # what is done but once
        spans = [write() for _ in range(20)]
        keeper.start()
        while keeper.is_alive():
            spans.append(write())
        keeper.join()
        assert keeper.exitcode == 0
        spans += [write() for _ in range(20)]
    return _sorted(spans, *hear.recv())


def _sorted(spans: list[tuple[float, float]], begun: float, ended: float) -> Waits:
    return Waits(
        [end - start for start, end in spans if end <= begun],
        [end - start for start, end in spans if end > begun and start < ended],
        [end - start for start, end in spans if start >= ended],
        ended - begun,
    )


def _maintain(folder: Path, tell: Connection) -> None:
    with Store(folder / "store.git") as store:
        begun = monotonic()
        store.maintain()
        tell.send((begun, monotonic()))


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main(work: str, place: str) -> None:
    """Do one of these in this process, and say what it cost."""
    folder = Path(place)
    if work == "whole":
        with closing(offices.opened(folder)) as system:
            told(lambda: _whole(system))
        return
    with grown.viewed(folder) as view, view._read() as now:
        works: dict[str, Callable[[], float | None]] = {
            "sound": lambda: _checked(view, now, folder, apart=True),
            "alone": lambda: _checked(view, now, folder, apart=False),
            "hash": lambda: _hashed(now),
            "read": lambda: _read(now),
        }
        told(works[work], together=work == "sound")


def _whole(system: qms.QMS) -> None:
    assert not [one for one in system.verify() if one.severity == "error"]


if __name__ == "__main__":
    main(*sys.argv[1:])
