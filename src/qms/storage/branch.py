"""The one branch of a store: where it is, and how it moves, by compare-and-swap."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from ..errors import Conflict, Unreadable
from .durable import Waits, replace, sync, written_over
from .layout import BRANCH, SPARE
from .objects import is_id

LONGEST: Final = 1_024
"""Bytes of a branch that are read; a commit's id has 41."""


class Moved(Conflict):
    """The branch has moved since it was read."""

    vi = "Nhánh đã thay đổi kể từ lúc đọc."


class Locked(Conflict):
    """Somebody is moving the branch, or was killed while doing so."""

    vi = "Nhánh đang bị khóa."


class StrangeBranch(Unreadable):
    """The branch is the id of a commit."""

    vi = "Nhánh phải là mã của một lần ghi."


class Branch:
    """The branch of the repository at a path; threads may share it."""

    def __init__(self, path: Path) -> None:
        self._packed = path / "packed-refs"
        self._folder, self._file = str((path / BRANCH).parent), f"{path}/{BRANCH}"
        self._lock = Lock()

    def head(self) -> str | None:
        """Return the commit the branch is at, as the files say now; None before the first."""
        try:
            return commit_id(self._read().removesuffix(b"\n"))
        except (FileNotFoundError, IsADirectoryError):
            return self._packed_head()

    def _read(self) -> bytes:
        while True:
            file = os.open(self._file, os.O_RDONLY)
            try:
                found = os.read(file, LONGEST)
                # What was the branch when it was opened may be a spare by now, and written over.
                if os.path.samestat(os.fstat(file), os.stat(self._file)):
                    return found
            finally:
                os.close(file)

    @contextmanager
    def moving(self, old: str | None, new: str, waits: Waits) -> Iterator[None]:
        """Hold the branch as git does, and move it in the end."""
        branch, lock, spare = (f"{self._file}{end}" for end in ("", ".lock", SPARE))
        with self._lock, ExitStack() as undo:
            try:
                handle = written_over(spare, lock, 41)
            except FileExistsError as error:
                raise Locked(BRANCH) from error
            undo.callback(os.unlink, lock)
            waits.write(handle, f"{new}\n".encode())
            if self.head() != old:
                raise Moved(BRANCH)
            yield
            undo.pop_all()  # the name is free from here on, and may be another's lock
            replace(lock, branch, spare)
        sync(self._folder)

    def _packed_head(self) -> str | None:
        with suppress(FileNotFoundError):
            for line in self._packed.read_bytes().splitlines():
                if line.endswith(f" {BRANCH}".encode()):
                    return commit_id(line.partition(b" ")[0])
        return None


def commit_id(found: bytes) -> str:
    """Return the id of a commit from its letters, or raise ``StrangeBranch``."""
    text = found.decode("latin-1")
    if not is_id(text):
        raise StrangeBranch(ascii(text))
    return text
