"""What every check sees of one pass over a trail, and what a check is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from hashlib import sha1, sha256
from typing import Final, NamedTuple, Protocol

from ...changes import Item
from ...errors import QMSError, Unreadable, Untrusted
from ...proofs.checkpoint import Checkpoint, Trust
from ...proofs.merkle import Frontier
from ..entry import Entry, Kept
from ..findings import Finding, finding
from ..replay import Items
from ..source import Source
from ..unswept import unswept

REMEMBERED: Final = 4_096
"""Contents of which the digest is remembered; any other is read again."""


class Check(Protocol):
    """One family of checks. It yields findings and never raises for what it finds."""

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold in the next entry, ``None`` where its bytes are no entry."""
        ...

    def finish(self) -> Iterator[Finding]:
        """Yield what does not hold at the end."""
        ...


class Held(NamedTuple):
    """What a source has under a digest: git's id of it, and how many bytes if that is theirs."""

    blob: str
    size: int | None

    def keeps(self, promise: Kept) -> bool:
        """Tell whether this is all that was promised, under its digest."""
        return self.size == promise.size


class Walk:
    """One pass over a trail: the source, what is trusted, and how far it has come."""

    def __init__(self, source: Source, trust: Trust | None = None) -> None:
        self.source, self.trust = source, trust
        self.since = 0
        """How many entries were found sound before, and are these, byte by byte."""
        self.known = False
        """Whether the entry at hand is one of them."""
        self.frontier = Frontier()
        """The tree over the entries so far, the one at hand too."""
        self.items = Items()
        """The items as the entries so far left them; the one at hand, too, after the rules."""
        self.last: Entry | None = None
        """The entry before the one at hand."""
        self.whole = True
        """Whether every entry so far could be read."""
        self.played = True
        """Whether every entry so far could be played again."""
        self.note: bytes | None = None
        """The checkpoint of exactly the entries so far."""
        self.left: dict[str, Item] = {}
        """What the entry at hand left behind, where it is what the entry says."""
        self.until = ExitStack()
        """What ends with the pass, however it ends."""
        self._held: OrderedDict[str, Held | None] = OrderedDict()
        self._lost: QMSError | None = None

    @cached_property
    def kept(self) -> bool:
        """Tell whether there is a ledger, with nodes and tables."""
        return self.source.edge() is not None

    def reached(self) -> Checkpoint | None:
        """Return how far it has come, ``None`` before the first entry."""
        if self.last is None:
            return None
        return Checkpoint(self.last.log, self.frontier.size, self.frontier.root())

    @unswept()
    def read(self, group: Iterable[bytes]) -> list[tuple[bytes, Entry | Unreadable]]:
        """Return some entries that come next, each with its bytes; what is none says why.

        Raise what the source raised once there is nothing more: what it gave is checked first.
        """
        known = self.since - self.frontier.size
        read: list[tuple[bytes, Entry | Unreadable]] = []
        try:
            for number, data in enumerate(group):
                read.append((data, Entry.known(data) if number < known else _parsed(data)))
        except QMSError as error:
            self._lost = error
        if not read and self._lost is not None:
            raise self._lost
        entries = (entry for _, entry in read[max(known, 0) :] if isinstance(entry, Entry))
        promised = (kept for entry in entries for kept in entry.files.values())
        digests = {kept.sha256 for kept in promised if kept} - self._held.keys()
        self.source.expect(digests)
        return read

    def next(self, entry: Entry | Unreadable) -> Generator[Finding, None, Entry | None]:
        """Return the entry that is now at hand, ``None`` where it is none."""
        self.left, self.known = {}, self.frontier.size < self.since
        if isinstance(entry, Entry):
            return entry
        self.whole = self.played = False
        yield finding(
            "T01", f"entry {self.frontier.size}" + (f" ({entry.about})" if entry.about else "")
        )
        return None

    def held(self, digest: str) -> Held | None:
        """Return what the source has under a digest, ``None`` where it has nothing."""
        if digest not in self._held:
            self._held[digest] = self._looked_up(digest)
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
        return self._held[digest]

    def _looked_up(self, digest: str) -> Held | None:
        try:
            data = self.source.content(digest)
        except (Unreadable, Untrusted):
            return Held("", None)
        if data is None:
            return None
        return Held(blob_of(data), len(data) if sha256(data).hexdigest() == digest else None)


def _parsed(data: bytes) -> Entry | Unreadable:
    try:
        return Entry.parse(data)
    except Unreadable as error:
        return error


def ended(entry: Entry) -> bool:
    """Tell whether an entry is the last of its operation."""
    return sum(entry.operation) == entry.index + 1


def blob_of(data: bytes) -> str:
    """Return git's id of a file's bytes."""
    return sha1(b"blob %d\x00%s" % (len(data), data), usedforsecurity=False).hexdigest()
