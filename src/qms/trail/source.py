"""What holds a trail, for whoever checks it: a living system, a clone or a pack.

All that judge or export a trail take a ``Source`` and nothing more, so they know neither SQL
nor git. What a source does not have (a clone has no tables) it leaves empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from typing import NamedTuple, Protocol

from .entry import Cells


class Row(NamedTuple):
    """An item as a table holds it, from one entry until before another."""

    register: str
    id: str
    since: int
    until: int | None
    body: bytes
    cells: Cells
    """What stands beside the body, to search by."""


class Label(NamedTuple):
    """What a ledger says beside an entry, to search by."""

    place: int
    at: str
    actor: str
    kind: str
    item: str


class Step(NamedTuple):
    """One commit: which entries it says it brings, its parents, git's id of its checkpoint."""

    id: str
    first: int | None
    end: int | None
    parents: int
    note: str = ""


class Edge(NamedTuple):
    """What a ledger believes: how many entries of which log, the root over them, the last hour."""

    size: int
    root: bytes
    log: str
    at: str


class Source(Protocol):
    """Something that holds a trail and the contents that it speaks of."""

    def size(self) -> int:
        """Return how many entries this says it has; nothing but progress rests on it."""
        ...

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each entry from an index on, in order."""
        ...

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield each signed checkpoint with the size at which it lies, in order."""
        ...

    def expect(self, digests: Collection[str]) -> None:
        """Be told which contents are asked for next, so as to look them up together."""
        ...

    def content(self, sha256: str) -> bytes | None:
        """Return the bytes of a content, or ``None`` where they are not here."""
        ...

    def evidence(self, sha256: str) -> bytes | None:
        """Return the bytes of a piece of evidence, or ``None`` where they are not here."""
        ...

    def over(self) -> frozenset[str]:
        """Return what may be destroyed by now: of a system at work, later than all else here."""
        ...

    def elsewhere(self) -> Collection[str] | None:
        """Return the stores of the machines that may have evidence which is not here.

        ``None`` where none lies here at all, so that nothing is missed.
        """
        ...

    def edge(self) -> Edge | None:
        """Return what the ledger believes of its tree, ``None`` where there is no ledger."""
        ...

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield each kept node of the tree: level, index, hash."""
        ...

    def rows(self) -> Iterator[Row]:
        """Yield every version of every item, by the entry that made it."""
        ...

    def rows_of(self, items: Collection[str]) -> Iterator[Row]:
        """Yield every version of these items, by their ids, and read no others."""
        ...

    def labels(self) -> Iterator[Label]:
        """Yield what the ledger says beside each entry, in order."""
        ...

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield each key that leads to an item: register, key, id."""
        ...

    def disagreeing(self) -> Iterator[str]:
        """Yield each index of the tables that says otherwise than they do."""
        ...

    def misshapen(self) -> Iterator[str]:
        """Yield each table, index, guard and view that is not as a founding makes it."""
        ...

    def files(self, until: ExitStack) -> Iterator[tuple[str, str]] | None:
        """Yield path and git blob of each file in git, ``None`` where there is no git.

        What is begun for it ends with ``until``.
        """
        ...

    def beside(self) -> Iterator[str]:
        """Yield what lies in git beside its one branch: other names, what git runs."""
        ...

    def steps(self) -> Iterator[Step]:
        """Yield the commits, oldest first."""
        ...
