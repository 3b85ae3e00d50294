"""What is on the disk when a call returns: files waited for together, names that change places."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
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
_LOST: Final = (errno.EIO, errno.ENOSPC, errno.EDQUOT)
"""What a disk says once of bytes that it will not keep, and perhaps never again."""


class Waits:
    """Files that were written, and are not to be counted on before they are on the disk.

    All are written before the first is waited for: the disk has less to do then. Where the
    work ends in an error, that one is told, whatever the disk says.
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
        try:
            for handle in self._open:  # a hint: the disk may begin with all of them
                _begun(handle)
            for handle in self._open:
                _waited(handle)
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


def _begun(handle: int) -> None:
    if _BEGIN is not None and _BEGIN(handle, _WHOLE, _WHOLE, _WRITE):
        code = ctypes.get_errno()
        if code in _LOST:
            raise OSError(code, os.strerror(code))


def _waited(handle: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(handle)
    else:
        os.fsync(handle)


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


def written_over(spare: str, name: str, size: int) -> int:
    """Return a new file, open, of so many bytes; raise ``FileExistsError`` where there is one.

    It is made of a file that is spare, if there is one: to make one anew costs a disk more.
    """
    if _only_here(spare) and renamed(spare, name, NOREPLACE):
        try:
            handle = os.open(name, os.O_WRONLY | os.O_NOFOLLOW)
            os.ftruncate(handle, size)
        except OSError:
            os.unlink(name)
            raise
        return handle
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)


def replace(new: str, name: str, spare: str) -> None:
    """Put a file in the place of another, at once; what lay there becomes spare, if it can."""
    if os.path.isfile(name) and renamed(new, name, EXCHANGE):
        try:
            os.rename(new, spare)
        except OSError:  # something lies there: there is no spare then
            os.unlink(new)
    else:
        os.rename(new, name)


def _only_here(path: str) -> bool:
    # A copy made of hard links would be written over as well.
    with suppress(FileNotFoundError):
        found = os.lstat(path)
        return S_ISREG(found.st_mode) and found.st_nlink == 1
    return False
