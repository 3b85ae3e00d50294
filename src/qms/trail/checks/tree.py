"""T: the form of the entries, their order, their operations, and the tree over them."""

from __future__ import annotations

from collections.abc import Iterator

from ...proofs.merkle import leaf_hash
from ..entry import Entry, moment
from ..findings import Finding, finding
from .walk import Walk, ended


class Tree:
    """The check that comes first: it grows the tree of the walk."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._nodes = walk.source.nodes()
        self._newest: Entry | None = None

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold of an entry's place, and of the nodes that it completes."""
        self._newest = entry
        if entry is not None:
            yield from self._follows(entry)
        self._walk.frontier, nodes = self._walk.frontier.grow(leaf_hash(data))
        for node in nodes if self._walk.kept else ():
            if next(self._nodes, None) != tuple(node):
                yield finding("T07", f"node {node.level}/{node.idx}")

    def finish(self) -> Iterator[Finding]:
        """Yield what does not hold at the right edge."""
        last, newest, edge = self._walk.last, self._newest, self._walk.source.edge()
        if last is not None and not ended(last):
            yield finding("T06", f"entry {last.operation.first}")
        if edge is None:
            return
        size, root = self._walk.frontier.size, self._walk.frontier.root()
        if edge.size > size:
            yield finding("T03", f"{size} < {edge.size}")
        # Of an entry that cannot be read nobody knows when it was.
        told = (newest.log, moment(newest.at)) if newest else (edge.log, edge.at)
        if edge != (size, root, *told):
            yield finding("T08", f"{edge.size}, {edge.root.hex()}")
        for level, idx, _ in self._nodes:
            yield finding("T07", f"node {level}/{idx}")

    def _follows(self, entry: Entry) -> Iterator[Finding]:
        last, before = self._walk.last, self._walk.frontier
        place = f"entry {before.size}"
        if (entry.index, entry.root) != (before.size, before.root().hex()):
            yield finding("T02", place)
        if last is not None and entry.log != last.log:
            yield finding("T04", place)
        if last is not None and entry.at <= last.at:
            yield finding("T05", place)
        if not _together(last, entry):
            yield finding("T06", place)


def _together(last: Entry | None, entry: Entry) -> bool:
    first, length = entry.operation
    if entry.index >= first + length:
        return False
    if first == entry.index:
        return last is None or sum(last.operation) == entry.index
    return last is not None and last.operation == entry.operation
