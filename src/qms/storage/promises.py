"""What was promised before it was signed: one line for each checkpoint that left the house.

The file lies with the private key, apart from the ledger, so that a ledger put back from an
older copy meets what its key has said since. Lines are only appended; the last whole one counts.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


class Promises:
    """The file of promises of one log, or of one witness."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def reachable(self) -> bool:
        """Tell whether promises can be read and written down here."""
        if os.path.exists(self.path):
            return os.access(self.path, os.R_OK | os.W_OK)
        return os.access(self.path.parent, os.R_OK | os.W_OK)

    def last(self) -> Promised | None:
        """Return what was promised last, ``None`` before the first."""
        with self._opened(os.O_RDONLY | os.O_CREAT) as file:
            return self._last(file)

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
            last = self._last(file)
            if (last and last.checkpoint) != before:
                raise Overtaken(str(self.path))
            torn = "\n" if _torn(file) else ""
            data = f"{torn}{Promised(after, by.id).line()}\n".encode()
            if os.write(file, data) != len(data):
                raise OSError(28, "No space left on device", str(self.path))
            waits.add(os.dup(file))  # and the lock is held until then

    def _last(self, file: int) -> Promised | None:
        size = os.fstat(file).st_size
        tail = os.pread(file, TAIL, max(0, size - TAIL))
        for line in reversed(tail.split(b"\n")[:-1]):  # what follows the last end is torn
            try:
                return Promised.parse(lines.text(line))
            except Unreadable:
                continue
        if b"\n" in tail:
            raise BadPromises(str(self.path))
        return None

    @contextmanager
    def _opened(self, flags: int) -> Iterator[int]:
        file = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _torn(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"
