"""P2, P3, P4, P10, P11: many revisions at once, and what becomes of a long trail."""

from __future__ import annotations

import itertools
import multiprocessing
import resource
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter

import qms
from qms import documents as d
from qms.proofs.merkle import Frontier, consistency, inclusion, leaf_hash
from qms.restoring import rebuild
from qms.storage.store import Store

from . import offices
from .measuring import Figure, in_turn, said, times
from .offices import git, opened

EACH = 4
"""How many revisions each document has that is adopted."""


def fast_imported(folder: Path, revisions: int) -> None:
    """Give git the same texts at the same paths, one commit for each revision."""
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(folder))
    for key, value in offices.SYNCED.items():
        git(folder, "config", key, value)
    git(folder, "fast-import", "--quiet", data=b"".join(_script(revisions)))


def _script(revisions: int) -> Iterator[bytes]:
    changes = offices.adoptions(revisions // EACH, EACH)
    adopted = (change for change in changes if isinstance(change, d.AdoptRevision))
    for number, change in enumerate(adopted):
        data = change.text.data or b""
        path = offices.file_of(int(change.code.removeprefix("QT-"))).encode()
        yield b"commit refs/heads/main\ncommitter lan <> %d +0000\ndata 1\nx\n" % number
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(data), data)


def adopting(place: Path, revisions: int, rounds: int) -> Iterator[Figure]:
    """Yield P2: adopting revisions, with rules, tables and trail, beside git without them."""
    turn = itertools.count()
    place.mkdir()
    offices.founded(place / "empty")
    made: list[Path] = []

    def ours() -> None:
        folder = offices.copied(place / "empty", place / f"bulk-{next(turn)}")
        offices.adopted(folder, offices.adoptions(revisions // EACH, EACH))
        made.append(folder / "store.git")

    def theirs() -> None:
        made.append(place / f"import-{next(turn)}")
        fast_imported(made[-1], revisions)

    one, other = in_turn(rounds, ours, theirs)
    trees = {git(store, "rev-parse", "main:procedures") for store in made[-2:]}
    assert len(trees) == 1, "both hold the same files"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield Figure(
        "P2",
        f"adopt {revisions:,} revisions, an entry each ({peak} MB at most)",
        f"{revisions / one:,.0f}/s",
        "git fast-import, a commit each",
        f"{revisions / other:,.0f}/s",
        times(other / one),
        "≥ 1.5 ×" if revisions <= 10_000 else "≥ 1.0 ×",
        other / one >= (1.5 if revisions <= 10_000 else 1.0),
    )


def trail(place: Path, revisions: int, rounds: int) -> Iterator[Figure]:
    """Yield P3, P4, P10 and P11 of one trail."""
    folder = offices.filled(place / "trail", offices.adoptions(revisions // EACH, EACH))
    yield from _verified(folder, rounds)
    yield from _proved(folder, rounds)
    yield from _rebuilt(folder, place, rounds)
    yield from _packed(folder, place)


def _verified(folder: Path, rounds: int) -> Iterator[Figure]:
    with opened(folder) as system:
        size = system.size

        def walk() -> None:
            with system._read() as now:
                frontier = Frontier().extend(map(leaf_hash, now.entries()))
                head = now.head()
            assert frontier == Frontier.from_bytes(head.size, head.peaks)

        def digest() -> None:
            with system._read() as now:
                whole = sha256()
                for data in now.entries():
                    whole.update(data)

        one, other = in_turn(rounds, walk, digest)
        yield Figure(
            "P3",
            f"read {size:,} entries and make their tree again",
            said(one),
            "read and hash them once",
            said(other),
            times(one / other),
            "≤ 2 ×",
            one <= 2 * other,
        )
        (whole,) = in_turn(2, system.verify)
    yield Figure(
        "P3",
        f"verify {size:,} entries whole: rules, states, tables, git",
        said(whole),
        "",
        "",
        f"{size / whole:,.0f}/s",
        "≥ 10,000/s",
        size / whole >= 10_000,
    )


def _proved(folder: Path, rounds: int) -> Iterator[Figure]:
    with opened(folder) as system, system._read() as now:
        size = now.size()
        turn = itertools.count(7, 7919)
        proofs = {
            "inclusion": lambda: [inclusion(now.node, next(turn) % size, size) for _ in range(50)],
            "consistency": lambda: [
                consistency(now.node, 1 + next(turn) % (size - 1), size) for _ in range(50)
            ],
        }
        for name, prove in proofs.items():
            read: list[tuple[int, int]] = []
            index = next(turn) % (size - 1) + 1
            _counted(name, read, now, index, size)
            (one,) = in_turn(rounds, prove)
            yield Figure(
                "P4",
                f"proof of {name} in {size:,} entries ({len(read)} hashes read)",
                said(one / 50),
                "",
                "",
                "",
                "≤ 0.5 ms",
                one / 50 <= 0.0005,
            )


def _counted(name: str, read: list[tuple[int, int]], now, index: int, size: int) -> None:  # type: ignore[no-untyped-def]
    def node(level: int, idx: int) -> bytes:
        read.append((level, idx))
        return now.node(level, idx)  # type: ignore[no-any-return]

    (inclusion if name == "inclusion" else consistency)(node, index, size)


def _rebuilt(folder: Path, place: Path, rounds: int) -> Iterator[Figure]:
    turn = itertools.count()

    def again() -> None:
        rebuild(place / f"again-{next(turn)}", clone=folder / "store.git")

    def check() -> None:
        assert not [one for one in qms.verify(folder / "store.git") if one.severity == "error"]

    one, other = in_turn(2, again, check)
    yield Figure(
        "P11",
        "rebuild everything from a clone",
        said(one),
        "verify that clone",
        said(other),
        times(one / other),
        "≤ 1.5 ×",
        one <= 1.5 * other,
    )


def _packed(folder: Path, place: Path) -> Iterator[Figure]:
    theirs = place / "gc"
    shutil.copytree(folder / "store.git", theirs)
    git(theirs, "gc", "-q", "--prune=now")
    longest, alone = _while_maintained(folder)
    one, other = (_bytes(store / "objects") for store in (folder / "store.git", theirs))
    yield Figure(
        "P10",
        "size of the store after maintenance, with what was written meanwhile",
        f"{one / (1 << 20):.1f} MB",
        "git gc, before that",
        f"{other / (1 << 20):.1f} MB",
        times(one / other),
        "≤ 1.1 ×",
        one <= 1.1 * other,
    )
    yield Figure(
        "P10",
        "the longest that a writer waited during maintenance",
        said(longest),
        "one operation",
        said(alone),
        times(longest / alone),
        "≤ 1 s",
        longest <= 1,
    )


def _while_maintained(folder: Path) -> tuple[float, float]:
    """Maintain a store in a process of its own; return the longest and the usual operation."""
    waits: list[float] = []
    with opened(folder, "hung") as system:
        keeper = multiprocessing.get_context("fork").Process(target=_maintain, args=(folder,))
        keeper.start()
        while keeper.is_alive() or not waits:
            begun = perf_counter()
            system.perform(d.File(reason=f"{len(waits)}", document=offices.code(0)))
            waits.append(perf_counter() - begun)
        keeper.join()
        assert keeper.exitcode == 0
    return max(waits), median(waits)


def _maintain(folder: Path) -> None:
    with Store(folder / "store.git") as store:
        store.maintain()


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
