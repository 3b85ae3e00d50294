"""G and C12: git against the ledger: every commit, every file at the head."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TypeAlias

from ...errors import QMSError
from ..entry import CHECKPOINT, Entry, Kept, entry_path, laid_out
from ..findings import Finding, finding
from ..source import Step
from .walk import Walk, blob_of

File: TypeAlias = tuple[str, str]
"""A path, and git's id of what lies there."""


class Git:
    """Git has all entries, all files and only those; every commit brings what it says."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._found = walk.source.files(walk.until)  # at once: git looks for harm meanwhile
        self._files: dict[str, str] = {}
        self._unread: dict[str, Kept] = {}
        self._under_way: list[Entry] = []
        self._commits = _Commits(walk)
        self._broken: QMSError | None = None

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Lay the files of an entry out as git has to hold them; yield what its commit lacks."""
        if entry is None:
            return
        first, length = entry.operation
        if first == entry.index and self._broken is None:
            try:
                yield from self._commits.take(first, first + length)
            except QMSError as error:
                self._broken = error
        self._under_way.append(entry)
        if first + length <= entry.index + 1:
            self._lay_out()

    def finish(self) -> Iterator[Finding]:
        """Yield what git has too much, too little or otherwise."""
        for name in self._walk.source.beside():
            yield finding("G07", name)
        try:
            yield from self._git()
        except QMSError as error:
            yield finding("G06", "", error)

    def _lay_out(self) -> None:
        for path, kept in laid_out(self._under_way).items():
            self._files.pop(path, None)
            self._unread.pop(path, None)
            if kept is not None and self._walk.known:
                self._unread[path] = kept
            elif kept is not None:
                held = self._walk.held(kept.sha256)
                self._files[path] = held.blob if held and held.keeps(kept) else ""
        self._under_way.clear()

    def _git(self) -> Iterator[Finding]:
        if self._found is None:
            return
        yield from self._standing()
        if self._broken is not None:
            raise self._broken
        yield from self._commits.rest()
        reached, size = self._commits.reached, self._walk.frontier.size
        if reached < size:
            yield finding("G01", f"{reached} < {size}")
            return
        if self._commits.ahead:
            yield finding("G08", str(self._commits.ahead))
            for _ in self._found:  # files of entries that are not here; at their end, what harm is
                pass
            return
        trail = enumerate(self._walk.source.entries())
        entries = ((entry_path(index), blob_of(data)) for index, data in trail)
        due = heapq.merge(sorted(self._files.items(), key=_place), entries, key=_place)
        yield from _met(due, (file for file in self._found if file[0] != CHECKPOINT))

    def _standing(self) -> Iterator[Finding]:
        """Yield what does not hold in the files at the head that nobody has read this time."""
        for path, kept in self._unread.items():
            held = self._walk.held(kept.sha256)
            self._files[path] = held.blob if held and held.keeps(kept) else ""
            if held is None or not held.keeps(kept):
                yield finding("F02" if held else "F01", path)


class _Commits:
    """The commits, oldest first, each met with the operation that it brings; none is kept."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._steps = enumerate(walk.source.steps())
        self._notes = _Notes(walk.source.checkpoints() if walk.kept else iter(()))
        self.reached = 0
        """How many entries the commits so far say they bring."""
        self.ahead = 0
        """How many commits go on where the ledger ends."""

    def take(self, first: int, end: int) -> Iterator[Finding]:
        """Yield what does not hold in the commits up to that of the next operation."""
        while self.reached <= first and (numbered := next(self._steps, None)):
            yield from self._met(*numbered, end if self.reached == first else None)

    def rest(self) -> Iterator[Finding]:
        """Yield the commits that bring no operation, but for those that go on from the last."""
        for number, step in self._steps:
            if self._goes_on(number, step):
                self.reached, self.ahead = step.end or 0, self.ahead + 1
            else:
                yield from self._met(number, step, None)

    def _goes_on(self, number: int, step: Step) -> bool:
        behind = self._walk.kept and self._walk.frontier.size <= self.reached
        follows = step.first == self.reached < (step.end or 0)
        return behind and follows and step.parents == min(number, 1)

    def _met(self, number: int, step: Step, end: int | None) -> Iterator[Finding]:
        whole = end is not None and (step.first, step.end) == (self.reached, end)
        if not whole or step.parents != min(number, 1):
            yield finding("G05", step.id)
        self.reached = step.end or self.reached
        known = self._walk.kept and not self.ahead
        if known and step.note != self._notes.at(self.reached):
            yield finding("C12", f"{self.reached}, {step.id}")


class _Notes:
    """Which checkpoint is the newest after so many entries, asked for more and more of them."""

    def __init__(self, notes: Iterator[tuple[int, bytes]]) -> None:
        self._notes, self._blob = notes, ""
        self._next = next(notes, None)

    def at(self, size: int) -> str:
        """Return git's id of it, empty before the first."""
        while self._next is not None and self._next[0] <= size:
            self._blob = blob_of(self._next[1])
            self._next = next(self._notes, None)
        return self._blob


def _met(due: Iterator[File], found: Iterator[File]) -> Iterator[Finding]:
    expected = next(due, None)
    for file in found:
        while expected is not None and _place(expected) < _place(file):
            yield finding("G03", expected[0])
            expected = next(due, None)
        if expected is None or expected[0] != file[0]:
            yield finding("G04", file[0])
            continue
        if expected[1] and expected != file:  # what cannot be read is found by its digest
            yield finding("G02", file[0])
        expected = next(due, None)
    while expected is not None:
        yield finding("G03", expected[0])
        expected = next(due, None)


def _place(file: File) -> str:
    return file[0].replace("/", "\0")  # folder by folder, as git lists them
