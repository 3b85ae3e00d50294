"""Whether a trail holds by its bytes: the tree over them, its kept nodes, the newest checkpoint.

No entry is read but the last, no rule asked, no file looked at: that is ``verification``. What
this finds sound are the very bytes that the checkpoint was signed for (RFC 9162, 2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Final, Protocol, TypeAlias

from ..errors import QMSError, Unreadable
from ..proofs.checkpoint import OtherLog, TooFewWitnesses, Trust, opened
from ..proofs.merkle import Frontier, Place, leaf_hashes, perfect
from ..proofs.note import NotSigned
from . import subtree
from .entry import Entry, moment
from .findings import Finding, finding
from .source import Edge

HEIGHT: Final = 12
"""How high the trees are that are made at once: over 4,096 entries."""


class Kept(subtree.Kept, Protocol):
    """What keeps a trail with the nodes of its tree."""

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each entry from an index on, in order."""
        ...

    def edge(self) -> Edge:
        """Return what is believed of the tree."""
        ...

    def nodes_kept(self) -> int:
        """Return how many nodes there are."""
        ...

    def newest(self) -> bytes | None:
        """Return the newest checkpoint, ``None`` before the first."""
        ...


Apart: TypeAlias = Callable[[int, int], AbstractContextManager[Callable[[], bytes]]]
"""Has somebody else make the tops of trees so high, so many in a row, the last one first.

What it gives returns those that were made since it was last asked. Whoever says nothing has
made none, or found that a node is not as it should be.
"""


def alone(height: int, count: int) -> AbstractContextManager[Callable[[], bytes]]:
    """Have nobody make anything."""
    return nullcontext(bytes)


def verify(kept: Kept, trust: Trust | None = None, apart: Apart = alone) -> Iterator[Finding]:
    """Yield what does not hold of the bytes, the nodes, and the newest checkpoint.

    With ``trust``, its keys must have signed that, its quorum cosigned it, and the trail must be
    what it has ``seen``; a key from before a rotation signs nothing newer.
    """
    try:
        yield from _found(kept, trust, apart)
    except QMSError as error:
        yield finding("T09", "", error)


def _found(kept: Kept, trust: Trust | None, apart: Apart) -> Iterator[Finding]:
    grown = _Grown(kept, apart)
    yield from grown.differing()
    tree, edge = Frontier(grown.size, grown.peaks()), kept.edge()
    if edge.size > tree.size:
        yield finding("T03", f"{tree.size} < {edge.size}")
    told = (edge.log, edge.at)
    try:
        if grown.last:
            last = Entry.parse(grown.last)
            told = (last.log, moment(last.at))
    except Unreadable as error:
        yield finding("T01", f"entry {tree.size - 1} ({error.about})")
    if edge != (tree.size, tree.root(), *told):
        yield finding("T08", f"{edge.size}, {edge.root.hex()}")
    if (nodes := kept.nodes_kept()) > (whole := 2 * tree.size - tree.size.bit_count()):
        yield finding("T07", f"{nodes} > {whole}")
    yield from _signed(kept, trust, tree)


class _Grown:
    """The tree over all entries, made so many at a time; of each time one hash stays."""

    def __init__(self, kept: Kept, apart: Apart) -> None:
        self._kept, self._apart = kept, apart
        self.size, self.last = 0, b""
        self._edge: dict[int, bytes] = {}

    def differing(self) -> Iterator[Finding]:
        """Yield each node that is kept otherwise than the entries make it."""
        tops = self._sound()
        self.size = len(tops) << HEIGHT
        entries = self._kept.entries(self.size)
        while some := list(islice(entries, 1 << HEIGHT)):
            levels = perfect(leaf_hashes(some))
            yield from self._compared(levels[:HEIGHT], 0, self.size)
            tops += levels[HEIGHT][:1] if len(levels) > HEIGHT else []
            self.size, self.last = self.size + len(some), some[-1]
        if tops and not self.last:
            self.last = b"".join(self._kept.lines(self.size - 1, self.size))
        yield from self._compared(perfect(tops), HEIGHT, 0)

    def _sound(self) -> list[bytes]:
        """Return the tops as far as every node below is kept as it should be; not of the last."""
        try:
            count = max(self._kept.edge().size - 1, 0) >> HEIGHT
        except QMSError:  # told when it is asked for
            return []
        with self._apart(HEIGHT, count) as theirs:
            return subtree.tops(self._kept, HEIGHT, count, theirs)

    def peaks(self) -> tuple[bytes, ...]:
        """Return the right edge: of each level that has one, the last node, which stands alone."""
        levels = range(self.size.bit_length() - 1, -1, -1)
        return tuple(self._edge[level] for level in levels if self.size >> level & 1)

    def _compared(self, levels: list[Sequence[bytes]], lowest: int, leaf: int) -> Iterator[Finding]:
        for level, made in enumerate(levels, lowest):
            first = leaf >> level
            there = self._kept.span(level, first, first + len(made))
            if there != made:
                yield finding("T07", f"node {level}/{first + _otherwise(there, made)}")
            if made:
                self._edge[level] = made[-1]


def _otherwise(there: Sequence[bytes], made: Sequence[bytes]) -> int:
    """Return where two lists first differ."""
    same = zip(there, made, strict=False)
    return next((at for at, (one, other) in enumerate(same) if one != other), len(there))


def _signed(kept: Kept, trust: Trust | None, tree: Frontier) -> Iterator[Finding]:
    if trust is None:
        yield finding("C01", "")
        return
    if (note := kept.newest()) is None:
        yield finding("C03", trust.origin)
        return
    try:
        said = opened(note, trust).checkpoint
    except QMSError as error:
        yield finding(_code(error), error.about)
        return
    if said.size > tree.size:
        yield finding("C09", f"{said.size} > {tree.size}")
    elif said.root != _root(kept, tree, said.size):
        yield finding("C06", str(said.size))
    if said.size < tree.size:
        yield finding("C11", str(tree.size - said.size))
    seen = trust.seen
    if seen and (seen.size > tree.size or seen.root != _root(kept, tree, seen.size)):
        yield finding("C13", str(seen.size))


def _root(kept: Kept, tree: Frontier, size: int) -> bytes:
    """Return the root over the first entries, from nodes that were compared before."""

    def nodes(places: Sequence[Place]) -> list[bytes]:
        return [next(iter(kept.span(level, idx, idx + 1)), b"") for level, idx in places]

    return tree.root() if size == tree.size else Frontier.read(nodes, size).root()


def _code(error: QMSError) -> str:
    named: dict[type[QMSError], str] = {OtherLog: "C05", NotSigned: "C03", TooFewWitnesses: "A01"}
    return named.get(type(error), "C02" if isinstance(error, Unreadable) else "C04")
