"""What is on the disk when a call returns: files waited for together, names that change places."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path
from typing import Final, Self

NOREPLACE: Final = 1
"""Leave what already has the new name alone; then ``FileExistsError`` is raised."""

EXCHANGE: Final = 2
"""Let two files change places, at once: neither goes, and no name is missing for a moment."""

_SYSTEM: Final = ctypes.CDLL(None, use_errno=True)
_RENAME: Final = getattr(_SYSTEM, "renameat2", None)
_BEGIN: Final = getattr(_SYSTEM, "sync_file_range", None)
_HERE: Final = -100  # AT_FDCWD
_WHOLE: Final = ctypes.c_int64(0)
_WRITE: Final = 2  # SYNC_FILE_RANGE_WRITE: do not wait
_NOT_SO: Final = (errno.ENOENT, errno.ENOSYS, errno.EINVAL)


class Waits:
    """Files that were written, and are not to be counted on before they are on the disk.

    All are written before the first is waited for: the disk has less to do then. Whatever
    becomes of the work, in the end they were waited for.
    """

    def __init__(self) -> None:
        self._open: list[int] = []

    def add(self, handle: int) -> None:
        """Wait for an open file, too, and close it then."""
        self._open.append(handle)

    def write(self, handle: int, data: bytes) -> None:
        """Write into an open file, which is to be waited for and closed."""
        self.add(handle)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]

    def over(self) -> None:
        """Return when all of it is on the disk."""
        if _BEGIN is not None:
            for handle in self._open:  # a hint: the disk may begin with all of them
                _BEGIN(handle, _WHOLE, _WHOLE, _WRITE)
        try:
            for handle in self._open:
                os.fdatasync(handle)
        finally:
            while self._open:
                os.close(self._open.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        try:
            self.over()
        except OSError:
            if error is None:
                raise


def sync(path: str | Path) -> None:
    """Return when a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def renamed(old: str, new: str, how: int) -> bool:
    """Rename as Linux alone can (renameat2); tell whether it can here, and whether both are."""
    if _RENAME is None:
        return False
    if _RENAME(_HERE, os.fsencode(old), _HERE, os.fsencode(new), how) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_SO:
        return False
    raise OSError(code, os.strerror(code), new)
