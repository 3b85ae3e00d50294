"""What was promised before it was signed: one line for each checkpoint that left the house.

The file lies with the private key, apart from the ledger, so that a ledger put back from an
older copy meets what its key has said since. Lines are only appended; the last whole one counts.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from ..errors import Conflict, Unreadable
from ..proofs import lines
from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Verifier
from .durable import Waits

TAIL = 8_192
"""Bytes from the end in which the last whole line is looked for."""


class BadPromises(Unreadable):
    """This file of promised checkpoints has no line that can be read."""

    vi = "Tệp ghi các điểm kiểm chứng đã cam kết không có dòng nào đọc được."


class Overtaken(Conflict):
    """Somebody else has promised a checkpoint meanwhile."""

    vi = "Trong lúc đó đã có nơi khác cam kết một điểm kiểm chứng."


class Promised(NamedTuple):
    """A checkpoint, and the number of the key that was to sign it."""

    checkpoint: Checkpoint
    key: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the promise in a line, or raise ``Unreadable``."""
        parts = line.split(" ")
        if len(parts) != 4 or len(parts[3]) != 8:
            raise lines.BadLine(lines.shown(line))
        origin, size, root, number = parts
        try:
            key = bytes.fromhex(number)
        except ValueError:
            raise lines.BadLine(lines.shown(line)) from None
        return cls(Checkpoint(origin, lines.number(size), lines.digest(root)), key)

    def line(self) -> str:
        """Return the line, without its end."""
        origin, size, root, _ = self.checkpoint
        return f"{origin} {size} {lines.packed(root)} {self.key.hex()}"


class _End(NamedTuple):
    """The end of a file of promises, and by what one sees that it is still that."""

    mark: tuple[int, int, int]
    last: Promised | None
    torn: bool


class Promises:
    """The file of promises of one log, or of one witness."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = str(path)
        self._end = _End((0, 0, 0), None, torn=False)

    def reachable(self) -> bool:
        """Tell whether promises can be read and written down here."""
        if os.access(self._name, os.R_OK | os.W_OK):
            return True
        return not os.path.exists(self._name) and os.access(self.path.parent, os.R_OK | os.W_OK)

    def last(self) -> Promised | None:
        """Return what was promised last, ``None`` before the first."""
        with suppress(FileNotFoundError):
            if _mark(os.stat(self._name)) == self._end.mark:
                return self._end.last
        with self._opened(os.O_RDONLY | os.O_CREAT) as file:
            return self._read(file).last

    def write(self, by: Verifier, before: Checkpoint | None, after: Checkpoint) -> None:
        """Append a promise durably; raise ``Overtaken`` unless ``before`` still stands there."""
        with Waits() as waits:
            self.say(waits, by, before, after)

    def keep(self) -> None:
        """Return when what was promised last is on the disk: who wrote it may have been killed."""
        with self._opened(os.O_RDWR | os.O_CREAT) as file, Waits() as waits:
            waits.add(os.dup(file))

    def say(self, waits: Waits, by: Verifier, before: Checkpoint | None, after: Checkpoint) -> None:
        """Append a promise that is to be waited for; nobody else promises before that.

        Raise ``Overtaken`` unless ``before`` still stands there.
        """
        with self._opened(os.O_RDWR | os.O_APPEND | os.O_CREAT) as file:
            end, new = self._read(file), Promised(after, by.id)
            if (end.last and end.last.checkpoint) != before:
                raise Overtaken(self._name)
            torn = "\n" if end.torn else ""
            data = f"{torn}{new.line()}\n".encode()
            if os.write(file, data) != len(data):
                raise OSError(28, "No space left on device", self._name)
            self._end = _End(_mark(os.fstat(file)), new, torn=False)
            waits.add(os.dup(file))  # and the lock is held until then

    def _read(self, file: int) -> _End:
        found = os.fstat(file)
        if _mark(found) != self._end.mark:
            tail = os.pread(file, TAIL, max(0, found.st_size - TAIL))
            torn = tail != b"" and not tail.endswith(b"\n")
            self._end = _End(_mark(found), self._last(tail), torn)
        return self._end

    def _last(self, tail: bytes) -> Promised | None:
        for line in reversed(tail.split(b"\n")[:-1]):  # what follows the last end is torn
            with suppress(Unreadable):
                return Promised.parse(lines.text(line))
        if b"\n" in tail:
            raise BadPromises(self._name)
        return None

    @contextmanager
    def _opened(self, flags: int) -> Iterator[int]:
        file = os.open(self._name, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _mark(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns
