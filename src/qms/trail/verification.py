"""Verification of a whole trail: nothing is believed that was not computed here.

Each check yields findings and never raises for what it finds, so that one broken entry does
not hide the next. Memory is bounded by the living items, not by the entries.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from hashlib import sha1, sha256

from ..changes import Change
from ..errors import QMSError, Unreadable, Untrusted
from ..proofs.merkle import Frontier, leaf_hash
from ..values import Content, Sealed
from .entry import CHECKPOINT, Entry, UnknownKind, laid_out, state_of
from .findings import Finding, finding
from .replay import Items, replayed
from .signing import Hands
from .source import Row, Source


def verify(source: Source) -> Iterator[Finding]:
    """Yield everything that does not hold in a source."""
    try:
        walk = Walk(source)
        for data in source.entries():
            yield from walk.take(data)
        yield from walk.finish()
    except QMSError as error:
        yield finding("T09", str(error))


class Walk:
    """One pass over a trail, from its first entry to its last."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._frontier = Frontier()
        self._items = Items()
        self._last: Entry | None = None
        self._files: dict[str, str] = {}
        self._under_way: list[Entry] = []
        self._blobs: dict[str, str] = {}
        self._rows = Rows(source.rows())
        self._nodes = source.nodes()
        self._kept = source.edge() is not None
        self._starts: dict[int, int] = {}
        self._hands = Hands(self._items.look)
        self._broken = False
        self._played = True

    def take(self, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold in the next entry."""
        place = f"entry {self._frontier.size}"
        try:
            entry = Entry.parse(data)
        except Unreadable as error:
            yield finding("T01", f"{place} ({error.about})")
            self._broken, self._played = True, False
            yield from self._grow(data)
            return
        yield from self._follows(entry, place)
        yield from self._grow(data)
        yield from self._promises(entry)
        yield from self._rules(entry, place)
        if self._kept:
            yield from self._rows.take(entry)
        self._files[entry.path] = _blob(data)
        self._lay_out(entry)
        self._last = entry

    def finish(self) -> Iterator[Finding]:
        """Yield what does not hold at the end."""
        if self._last is not None:
            operation = self._last.operation
            if operation.first + operation.length != self._last.index + 1:
                yield finding("T06", f"entry {operation.first}")
        yield from self._hands.finish()
        yield from self._edge()
        yield from self._rows.rest()
        if self._kept and self._played:  # else it is not known which codes there should be
            yield from self._names()
        try:
            yield from self._git()
        except QMSError as error:
            yield finding("G06", str(error))

    def _follows(self, entry: Entry, place: str) -> Iterator[Finding]:
        root, last = self._frontier.root().hex(), self._last
        if (entry.index, entry.root) != (self._frontier.size, root):
            yield finding("T02", place)
        if last is not None and entry.log != last.log:
            yield finding("T04", place)
        if last is not None and entry.at <= last.at:
            yield finding("T05", place)
        yield from self._operation(entry, place)

    def _operation(self, entry: Entry, place: str) -> Iterator[Finding]:
        first, length = entry.operation
        if first == entry.index:
            self._starts[first] = first + length
            ended = self._last is None or sum(self._last.operation) == entry.index
        else:
            ended = self._last is not None and self._last.operation == entry.operation
        if not ended or entry.index >= first + length:
            yield finding("T06", place)

    def _grow(self, data: bytes) -> Iterator[Finding]:
        self._frontier, nodes = self._frontier.grow(leaf_hash(data))
        if not self._kept:
            return
        for node in nodes:
            if next(self._nodes, None) != tuple(node):
                yield finding("T07", f"node {node.level}/{node.idx}")

    def _promises(self, entry: Entry) -> Iterator[Finding]:
        for path, kept in entry.files.items():
            if kept is not None and kept.sha256 not in self._blobs:
                yield from self._content(entry, path, kept.sha256)
        for name, kept in entry.evidence.items():
            data = self._source.evidence(kept.sha256)
            if data is None:
                yield finding("F03", f"entry {entry.index}, {name}")
            elif sha256(data).hexdigest() != kept.sha256:
                yield finding("F04", f"entry {entry.index}, {name}")
        for name, digest in _sealed(entry):
            data = self._source.evidence(digest)  # what was erased lawfully is not missed
            if data is not None and sha256(data).hexdigest() != digest:
                yield finding("F04", f"entry {entry.index}, {name}")

    def _lay_out(self, entry: Entry) -> None:
        self._under_way.append(entry)
        if sum(entry.operation) > entry.index + 1:
            return
        for path, kept in laid_out(self._under_way).items():
            self._files.pop(path, None)
            if kept is not None:
                self._files[path] = self._blobs.get(kept.sha256, "")
        self._under_way.clear()

    def _content(self, entry: Entry, path: str, digest: str) -> Iterator[Finding]:
        try:
            data = self._source.content(digest)
        except (Unreadable, Untrusted):
            yield finding("F02", f"entry {entry.index}, {path}")
            return
        if data is None:
            yield finding("F01", f"entry {entry.index}, {path}")
            return
        if sha256(data).hexdigest() != digest:
            yield finding("F02", f"entry {entry.index}, {path}")
        self._blobs[digest] = _blob(data)

    def _rules(self, entry: Entry, place: str) -> Iterator[Finding]:
        if self._broken:
            return
        yield from self._hands.take(entry)
        try:
            outcome = replayed(entry, self._items.look)
        except UnknownKind as error:
            self._played = False
            yield finding("R02", str(error.about))
        except QMSError as refusal:
            self._played = False
            yield finding("R01", f"{place}, {entry.kind}: {refusal}")
        else:
            promised = {path: _digest(of) for path, of in outcome.files.items()}
            said = {path: of.sha256 if of else None for path, of in entry.files.items()}
            if state_of(outcome.items) != entry.state or promised != said:
                yield finding("S01", place)
            self._items.put(outcome.items)

    def _edge(self) -> Iterator[Finding]:
        edge = self._source.edge()
        if edge is None:
            return
        if edge.size > self._frontier.size:
            yield finding("T03", f"{self._frontier.size} < {edge.size}")
        if (edge.size, edge.root) != (self._frontier.size, self._frontier.root()):
            yield finding("T08", f"{edge.size}, {edge.root.hex()}")
        for level, idx, _ in self._nodes:
            yield finding("T07", f"node {level}/{idx}")

    def _names(self) -> Iterator[Finding]:
        known = {
            (item.register, spelling): item.id
            for item in self._items.all().values()
            for spelling in item.spellings()
        }
        for register, spelling, own in self._source.names():
            current = known.pop((register, spelling), None)
            if current != own:
                yield finding("S05", f"{register} {spelling}")
        for register, spelling in known:
            yield finding("S05", f"{register} {spelling}")

    def _git(self) -> Iterator[Finding]:
        files = self._source.files()
        if files is None:
            return
        for _, note in self._source.checkpoints():
            self._files[CHECKPOINT] = _blob(note)
        reached = yield from self._steps()
        if reached < self._frontier.size:
            yield finding("G01", f"{reached} < {self._frontier.size}")
            return
        for path, blob in files:
            expected = self._files.pop(path, None)
            if expected is None:
                yield finding("G04", path)
            elif expected and expected != blob:  # what cannot be read is found by its digest
                yield finding("G02", path)
        for path in self._files:
            yield finding("G03", path)

    def _steps(self) -> Generator[Finding, None, int]:
        reached = 0
        for number, step in enumerate(self._source.steps()):
            whole = step.first == reached and self._starts.get(reached) == step.end
            if not whole or step.parents != min(number, 1):
                yield finding("G05", step.id)
            reached = step.end or reached
        return reached


class Rows:
    """The rows of the tables, met with the entries that made them."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self._ends: dict[str, int | None] = {}

    def take(self, entry: Entry) -> Iterator[Finding]:
        """Yield what does not hold in the rows that an entry made."""
        owed = dict(entry.state)
        while self._next is not None and self._next.since <= entry.index:
            row = self._next
            yield from self._row(row, owed.pop(row.id, None), entry.index)
            self._next = next(self._rows, None)
        for own in owed:
            yield finding("S03", f"{own}, entry {entry.index}")

    def rest(self) -> Iterator[Finding]:
        """Yield the rows that no entry made, and the versions that end nowhere."""
        while self._next is not None:
            yield finding("S04", f"{self._next.id}, entry {self._next.since}")
            self._next = next(self._rows, None)
        for own, end in self._ends.items():
            if end is not None:
                yield finding("S03", f"{own}, entry {end}")

    def _row(self, row: Row, digest: str | None, index: int) -> Iterator[Finding]:
        about = f"{row.id}, entry {row.since}"
        if digest is None or row.since != index:
            yield finding("S04", about)
            return
        if sha256(row.body).hexdigest() != digest or not row.sound:
            yield finding("S02", about)
        if row.id in self._ends and self._ends[row.id] != row.since:
            yield finding("S02", f"{row.id}, until {self._ends[row.id]}")
        self._ends[row.id] = row.until


def _sealed(entry: Entry) -> Iterator[tuple[str, str]]:
    kind = Change.kinds.get(entry.kind)
    for name in kind.personal if kind else ():
        with suppress(ValueError):
            yield name, Sealed.model_validate(entry.change.get(name)).sha256


def _digest(content: Content | None) -> str | None:
    return content.sha256 if content else None


def _blob(data: bytes) -> str:
    return sha1(b"blob %d\x00%s" % (len(data), data), usedforsecurity=False).hexdigest()
