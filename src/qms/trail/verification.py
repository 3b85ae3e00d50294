"""Verification of a whole trail: nothing is believed that was not computed here.

Each check yields findings and never raises for what it finds, so that one broken entry does
not hide the next. Memory is bounded by the living items, not by the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

from ..errors import QMSError, Unreadable
from ..proofs.checkpoint import Checkpoint, Trust
from ..proofs.merkle import Frontier, leaf_hash
from .checks.anchors import Anchors
from .checks.checkpoints import Checkpoints
from .checks.contents import Contents
from .checks.git import Git
from .checks.hands import Hands
from .checks.log_keys import LogKeys
from .checks.reviews import Reviews
from .checks.rows import Rows
from .checks.rules import Rules
from .checks.tree import Tree
from .checks.walk import Check, Walk
from .entry import Entry
from .findings import Finding, Severity, finding
from .source import Source
from .unswept import unswept

CHECKS: Final[tuple[Callable[[Walk], Check], ...]] = (
    Tree,
    Contents,
    Hands,
    Rules,
    Reviews,
    Rows,
    Checkpoints,
    LogKeys,
    Anchors,
    Git,
)
"""In the order in which they see an entry: up to ``Rules`` the items are as it found them."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many entries were checked, of how many."""

STRIDE: Final = 256
"""Entries that are read together, from one telling of the progress to the next."""


def verify(
    source: Source,
    trust: Trust | None = None,
    progress: Progress = lambda done, of: None,
    since: Checkpoint | None = None,
) -> Generator[Finding, None, Checkpoint | None]:
    """Yield everything that does not hold in a source.

    With ``trust``, what its keys have not signed counts as unsigned, and the trail must be what
    it has ``seen``. Without, the keys that the trail itself names are used, and a warning says so.

    Return how far all is sound, ``None`` where an error was found or a change is of a kind that
    nobody here can judge. ``since`` is what was returned before: of entries that are still the
    same, byte by byte, what follows from their bytes alone is not judged again, nor the files that
    none of them left standing.
    """
    sound = True
    walk = Walk(source, trust)
    with walk.until:
        for found in _found(walk, progress, since):
            sound = sound and found.severity is not Severity.ERROR
            yield found
    return walk.reached() if sound and walk.played else None


def _found(walk: Walk, progress: Progress, since: Checkpoint | None) -> Iterator[Finding]:
    try:
        if since is not None and begins(walk.source, since):
            walk.since = since.size
        elif since is not None:
            yield finding("C14", f"{since.origin}, {since.size}")
        yield from _walked(walk, progress)
    except QMSError as error:
        yield finding("T09", "", error)


def _walked(walk: Walk, progress: Progress) -> Iterator[Finding]:
    checks = tuple(check(walk) for check in CHECKS)
    size, entries = walk.source.size(), walk.source.entries()
    while group := walk.read(islice(entries, STRIDE)):
        progress(walk.frontier.size, size)
        found: list[Finding] = []
        try:
            with unswept():
                found.extend(_judged(walk, checks, group))
        finally:  # where a check cannot go on, what was found before is told all the same
            yield from found
    for check in checks:
        yield from check.finish()
    progress(size, size)


def _judged(
    walk: Walk, checks: Iterable[Check], group: Iterable[tuple[bytes, Entry | Unreadable]]
) -> Iterator[Finding]:
    for data, read in group:
        entry = yield from walk.next(read)
        for check in checks:
            yield from check.take(entry, data)
        walk.last = entry or walk.last


def begins(source: Source, with_: Checkpoint) -> bool:
    """Tell whether a trail begins with the entries of a checkpoint, as their bytes say now."""
    leaves = map(leaf_hash, islice(source.entries(), with_.size))
    tree = Frontier().extend(leaves)
    return (tree.size, tree.root()) == (with_.size, with_.root)
