"""A ledger in a file beside which nothing may be written: a copy of it answers.

SQLite reads a ledger only where it may make files of its own beside it. The copy is of one
moment: nobody writes while it is made, and what is written later is not in it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ..folder import NotReadable
from .objects import held
from .trouble import writing

_SHARED: Final = (510, 0x4000_0002)
"""The bytes that a reader of SQLite locks: who closes the file last waits for them."""


class Readable:
    """Where a database that is a file is read: there, or in a copy until this is closed.

    Nobody writes from when the copy is made until ``rest`` ends.
    """

    def __init__(self, path: Path, lock: Path, rest: ExitStack | None = None) -> None:
        self.path, self._copy = path, None
        if path.exists() and not os.access(path, os.R_OK):
            raise NotReadable(str(path))
        if path.exists() and not all(os.access(own, os.W_OK) for own in (path, path.parent)):
            with writing(path), ExitStack() as until:
                (rest or until).enter_context(at_rest(lock))
                self._copy = TemporaryDirectory(prefix="qms-")
                self.path = _copied(path, Path(self._copy.name))

    @property
    def copied(self) -> bool:
        """Tell whether a copy is read, so that nothing can be written."""
        return self._copy is not None

    def close(self) -> None:
        """Let go of the copy, if there is one."""
        if self._copy is not None:
            self._copy.cleanup()


@contextmanager
def at_rest(lock: Path) -> Iterator[None]:
    """Keep those who queue on a lock waiting, for one who may only read, too."""
    with ExitStack() as until:
        with writing(lock), suppress(FileNotFoundError):  # nobody ever wrote here
            until.enter_context(held(lock))
        yield


def _copied(path: Path, folder: Path) -> Path:
    with path.open("rb") as file:
        fcntl.lockf(file, fcntl.LOCK_SH, *_SHARED)
        # Whoever opened the file once more would lose the lock with closing it (POSIX).
        with (folder / path.name).open("wb") as copy:
            shutil.copyfileobj(file, copy)
        ahead = Path(f"{path}-wal")
        if ahead.exists():
            shutil.copyfile(ahead, folder / ahead.name)
    return folder / path.name
