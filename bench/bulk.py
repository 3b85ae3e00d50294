"""P2: many revisions at once, beside git's own way to take many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from qms import documents as d

from . import offices
from .apart import Cost, cost, middle, told
from .measuring import Figure, smaller, times, turns
from .offices import git

EACH = 4
"""How many revisions each document has that is adopted."""

FLAT = 1.2
"""How much more memory the most may take than the fewest."""


def bare(folder: Path) -> Path:
    """Make a repository without a work tree, in which git syncs all that it writes."""
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(folder))
    for key, value in offices.SYNCED.items():
        git(folder, "config", key, value)
    return folder


def fast_import(folder: Path, script: Path) -> None:
    """Give git a script of the same texts at the same paths, one commit for each revision."""
    with script.open("rb") as said:
        git(folder, "fast-import", "--quiet", file=said)


def scripted(script: Path, revisions: int) -> Path:
    """Write what git is to import."""
    changes = offices.adoptions(revisions // EACH, EACH)
    adopted = (change for change in changes if isinstance(change, d.AdoptRevision))
    with script.open("wb") as file:
        for number, change in enumerate(adopted):
            data = change.text.data or b""
            path = offices.file_of(int(change.code.removeprefix("QT-"))).encode()
            file.write(b"commit refs/heads/main\ncommitter lan <> %d +0000\n" % number)
            file.write(b"data 1\nx\nM 100644 inline %s\n" % path)
            file.write(b"data %d\n%s\n" % (len(data), data))
    return script


def adopting(place: Path, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Yield P2: adopting revisions, with rules, tables and trail, beside git without them."""
    peaks = {}
    for revisions in sizes:
        own = place / f"bulk-{revisions}"
        own.mkdir()
        ours, theirs = zip(*_turns(own, revisions), strict=True)
        (one, _, peak), other = middle(ours), median(theirs)
        peaks[revisions], reach = peak, 1.5 if revisions <= 10_000 else 1.0
        yield Figure(
            "P2",
            f"adopt {revisions:,} revisions, an entry each ({peak} MB at most)",
            f"{revisions / one:,.0f}/s",
            "git fast-import, a commit each",
            f"{revisions / other:,.0f}/s",
            times(other / one),
            f"≥ {reach} ×",
            other / one >= reach,
            smaller(revisions, 10_000, "revisions"),
            len(theirs),
        )
    yield _flat(peaks, min(sizes), max(sizes), len(theirs))


def _turns(place: Path, revisions: int) -> Iterator[tuple[Cost, float]]:
    """Yield the cost of ours, in processes of their own, and git's seconds; texts are ready."""
    script = scripted(place / "script", revisions)
    for turn in turns():
        folder = offices.founded(place / f"ours-{turn}")
        imported = bare(place / f"import-{turn}")
        own = cost("bulk", folder, script, revisions)
        begun = perf_counter()
        fast_import(imported, script)
        yield own, perf_counter() - begun
        stores = (folder / "store.git", imported)
        trees = {git(store, "rev-parse", "main:procedures") for store in stores}
        assert len(trees) == 1, "both hold the same files"


def _flat(peaks: dict[int, int], few: int, many: int, rounds: int) -> Figure:
    ratio = peaks[many] / peaks[few]
    return Figure(
        "P2",
        f"memory while {many:,} revisions are adopted",
        f"{peaks[many]} MB",
        f"while {few:,} are",
        f"{peaks[few]} MB",
        times(ratio),
        f"≤ {FLAT} ×",
        ratio <= FLAT,
        smaller(many, 100_000, "revisions"),
        rounds,
    )


def _texts(script: Path) -> Iterator[bytes]:
    """Yield the texts of a script, one at a time."""
    with script.open("rb") as file:
        while file.readline():
            for _ in range(4):
                file.readline()
            length = int(file.readline().removeprefix(b"data "))
            yield file.read(length)
            file.readline()


def main(folder: str, script: str, revisions: str) -> None:
    """Adopt revisions in this process, and say what it cost."""
    changes = offices.adoptions(int(revisions) // EACH, EACH, texts=_texts(Path(script)))
    told(lambda: offices.adopted(Path(folder), changes))


if __name__ == "__main__":
    main(*sys.argv[1:])
