"""A02, A04, A05, A06: what was kept outside, held against the trail and who vouches for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ...errors import NotFound, QMSError, Unreadable, Untrusted
from ...proofs import timestamp
from ...proofs.checkpoint import Checkpoint
from ...proofs.note import Note, NotSigned
from ...registers.anchors import Anchor
from ..entry import Entry
from ..findings import Finding, finding
from .walk import Walk


class Anchors:
    """Every checkpoint that came back from outside is one of this trail, and so is its stamp."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield nothing: what is kept outside may be of any entry before."""
        return iter(())

    def finish(self) -> Iterator[Finding]:
        """Yield the anchors that the trail does not go on from, and the stamps that do not hold."""
        kept = [item for item in self._walk.items.all().values() if isinstance(item, Anchor)]
        for name, note in self._walk.trust.named() if self._walk.trust else ():
            yield from self._held(name, note)
        for anchor in sorted(kept, key=lambda one: one.size):
            if self._root(anchor.size) != anchor.root:
                yield finding("A02", f"{anchor.code}, {anchor.size}")
            elif anchor.answer is not None:
                yield from self._stamped(anchor, anchor.answer)

    def _held(self, name: str, note: bytes) -> Iterator[Finding]:
        """Yield what does not hold of a checkpoint that whoever verifies has kept."""
        try:
            read = Note.parse(note)
            said = Checkpoint.parse(read.text)
        except Unreadable as error:
            yield finding("C02", ", ".join(filter(None, (name, error.about))))
            return
        if self._walk.last is not None and said.origin != self._walk.last.log:
            yield finding("C05", name or str(said.size))
        elif said.size > self._walk.frontier.size:
            here = f"{said.size} entries, here {self._walk.frontier.size}"
            yield finding("A04", f"{name}, {here}" if name else here)
        elif self._root(said.size) != said.root.hex():
            yield finding(self._misfit(read), name or str(said.size))

    def _misfit(self, note: Note) -> str:
        """Return what is wrong: the log, unless what was kept is not the log's (C04)."""
        trust = self._walk.trust
        try:
            with suppress(NotSigned):
                note.check(trust.keys if trust else ())
        except Untrusted:
            return "C04"
        return "A02"

    def _root(self, size: int) -> str:
        """Return the root over so many entries: the next one says it, and was held to it."""
        frontier = self._walk.frontier
        if size == frontier.size:
            return frontier.root().hex()
        data = next(self._walk.source.entries(size), None)
        try:
            return Entry.parse(data).root if data else ""
        except Unreadable:
            return ""

    def _stamped(self, anchor: Anchor, answer: str) -> Iterator[Finding]:
        about, text = f"{anchor.code}, {anchor.size}", anchor.text.encode()
        trust = self._walk.trust
        try:
            data = self._walk.source.content(answer)
            if data is not None and trust is not None and trust.authorities:
                timestamp.check(data, text, trust.authorities)
            elif data is not None:  # what is missing is found as a file
                timestamp.stamped(data, text)
                yield finding("A06", about)
        except NotFound:  # of what reads timestamps
            yield finding("A06", about)
        except QMSError as error:
            yield finding("A05", about, error)
