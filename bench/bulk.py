"""P2, P3, P4, P10, P11: many revisions at once, and what becomes of a long trail."""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter

import qms
from qms import documents as d
from qms.proofs.merkle import Frontier, consistency, inclusion, leaf_hash
from qms.restoring import rebuild
from qms.storage.reader import Reader
from qms.storage.store import Store

from . import grown, offices
from .apart import cost, middle, told
from .measuring import Figure, Work, in_turn, often, once, said, times
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


def adopting(place: Path, revisions: int) -> Iterator[Figure]:
    """Yield P2: adopting revisions, with rules, tables and trail, beside git without them."""
    place.mkdir()
    offices.founded(place / "empty")
    rounds, costs, seconds = often(revisions), [], []
    for turn in range(rounds):
        folder = offices.copied(place / "empty", place / f"bulk-{turn}")
        costs.append(cost("bulk", "adopt", folder, revisions))
        begun = perf_counter()
        fast_imported(place / f"import-{turn}", revisions)
        seconds.append(perf_counter() - begun)
        stores = (folder / "store.git", place / f"import-{turn}")
        trees = {git(store, "rev-parse", "main:procedures") for store in stores}
        assert len(trees) == 1, "both hold the same files"
    (one, _, peak), other = middle(costs), median(seconds)
    reach = 1.5 if revisions <= 10_000 else 1.0
    yield Figure(
        "P2",
        f"adopt {revisions:,} revisions, an entry each ({peak} MB at most){once(rounds)}",
        f"{revisions / one:,.0f}/s",
        "git fast-import, a commit each",
        f"{revisions / other:,.0f}/s",
        times(other / one),
        f"≥ {reach} ×",
        other / one >= reach,
    )


def trail(place: Path, revisions: int, rounds: int) -> Iterator[Figure]:
    """Yield P3, P4, P10 and P11 of one trail."""
    folder = offices.filled(place / "trail", offices.adoptions(revisions // EACH, EACH))
    yield from _verified(folder, rounds)
    with opened(folder) as system, system._read() as now:
        yield from _proved(now, rounds)
    yield from _rebuilt(folder, place)
    yield from _packed(folder, place)


def million(place: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield P3 and P4 of a ledger that was grown, whose tree alone is its own."""
    folder = grown.grown(place / "grown", documents, each)
    with grown.viewed(folder) as view, view._read() as now:
        size = now.size()
        turns = [(cost("bulk", "walk", folder), cost("bulk", "digest", folder)) for _ in range(5)]
        (one, _, peak), (other, *_) = (middle(costs) for costs in zip(*turns, strict=True))
        yield _tree(f"{size:,} entries, grown by SQL ({peak} MB at most),", one, other)
        yield from _proved(now, rounds)


def _tree(what: str, one: float, other: float) -> Figure:
    return Figure(
        "P3",
        f"read {what} and make their tree again",
        said(one),
        "read and hash them once",
        said(other),
        times(one / other),
        "≤ 2 ×",
        one <= 2 * other,
    )


def _walk(now: Reader) -> None:
    frontier = Frontier().extend(map(leaf_hash, now.entries()))
    head = now.head()
    assert frontier == Frontier.from_bytes(head.size, head.peaks)


def _digest(now: Reader) -> None:
    whole = sha256()
    for data in now.entries():
        whole.update(data)


def _verified(folder: Path, rounds: int) -> Iterator[Figure]:
    with opened(folder) as system:
        size = system.size

        def reads(work: Callable[[Reader], None]) -> Work:
            def done() -> None:
                with system._read() as now:
                    work(now)

            return done

        yield _tree(f"{size:,} entries", *in_turn(rounds, reads(_walk), reads(_digest)))
        (whole,) = in_turn(often(size), system.verify)
    yield Figure(
        "P3",
        f"verify {size:,} entries whole: rules, states, tables, git{once(often(size))}",
        said(whole),
        "",
        "",
        f"{size / whole:,.0f}/s",
        "≥ 10,000/s",
        size / whole >= 10_000,
    )


def _proved(now: Reader, rounds: int) -> Iterator[Figure]:
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


def _rebuilt(folder: Path, place: Path) -> Iterator[Figure]:
    turn = itertools.count()

    def again() -> None:
        rebuild(place / f"again-{next(turn)}", clone=folder / "store.git")

    def check() -> None:
        assert not [one for one in qms.verify(folder / "store.git") if one.severity == "error"]

    with opened(folder) as system:
        size = system.size
    one, other = in_turn(often(size), again, check)
    yield Figure(
        "P11",
        f"rebuild {size:,} entries and everything else from a clone{once(often(size))}",
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


def main(work: str, place: str, *revisions: str) -> None:
    """Do one of these in this process, and say what it cost."""
    if work == "adopt":
        many = (int(own) // EACH for own in revisions)
        told(lambda: [offices.adopted(Path(place), offices.adoptions(n, EACH)) for n in many])
        return
    with grown.viewed(Path(place)) as view, view._read() as now:
        told(lambda: (_walk if work == "walk" else _digest)(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
