"""A piece of the tree over a trail's entries, held against the nodes that are kept of it.

It needs nothing but hashes, so that a process which makes no more than this begins at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ..proofs.merkle import HASH_SIZE, leaf_hashes, perfect


class Kept(Protocol):
    """What keeps entries with the nodes of their tree."""

    def lines(self, first: int, end: int) -> Sequence[bytes]:
        """Return the bytes of the entries from an index until before another, in order."""
        ...

    def span(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of the nodes of a level from an index until before another."""
        ...


def tops(kept: Kept, height: int, count: int, theirs: Callable[[], bytes]) -> list[bytes]:
    """Return the tops of so many trees in a row, up to the first that is not as it should be.

    ``theirs`` returns those that somebody else has made since it was last called, beginning with
    the last: both are done where they meet.
    """
    ours, far = list[bytes](), b""
    while (rest := count - len(ours)) > len(far) // HASH_SIZE:
        made = top(kept, height, len(ours))
        if made is None:
            return ours
        ours.append(made)
        far += theirs()
    ends = [far[at : at + HASH_SIZE] for at in range(0, rest * HASH_SIZE, HASH_SIZE)]
    return ours + ends[::-1]


def top(kept: Kept, height: int, idx: int) -> bytes | None:
    """Return the top of a perfect tree that is so high, the idx-th in its row.

    ``None`` unless every entry below is there, and every node below kept as they make it.
    """
    first, end = idx << height, (idx + 1) << height
    entries = kept.lines(first, end)
    if len(entries) < end - first:
        return None
    *below, (made,) = perfect(leaf_hashes(entries))
    for level, nodes in enumerate(below):
        if kept.span(level, first >> level, end >> level) != nodes:
            return None
    return made
