"""A new file: whole and on disk under its name, or not there at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

from ..errors import Refused
from .durable import sync
from .trouble import writing

_UNLINKED: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
"""How a file system without hard links, as that of a memory stick, answers."""


class FileThere(Refused):
    """There is a file of this name already; choose another name."""

    vi = "Đã có tệp mang tên này; hãy chọn tên khác."


@contextmanager
def fresh(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Give a file to fill, which takes its name at the end; what fails leaves nothing behind.

    Raise ``FileThere`` where the name is taken, were it meanwhile, and ``NoPlace``,
    ``NotWritable`` or ``NoRoom`` where the disk refuses.
    """
    path = path.absolute()
    if os.path.lexists(path):
        raise FileThere(str(path))
    with _draft(path, mode) as (draft, file):
        yield file
        _written(file)
        _name(draft, path)
        _keep(path)


def create(path: Path, data: bytes) -> None:
    """Write bytes to a new file, as ``fresh`` does."""
    with fresh(path) as file:
        file.write(data)


def instead(path: Path, data: bytes) -> None:
    """Write bytes to a file that takes the place of another at once; who fails leaves that one."""
    path = path.absolute()
    with _draft(path, None) as (draft, file):
        file.write(data)
        _written(file)
        os.replace(draft, path)
        sync(path.parent)


@contextmanager
def _draft(path: Path, mode: int | None) -> Iterator[tuple[Path, IO[bytes]]]:
    with writing(path):
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with open(draft, "xb", opener=partial(os.open, mode=mode or 0o666)) as file:
                if mode is not None:  # whatever the user's mask says
                    os.fchmod(file.fileno(), mode)
                yield draft, file
        finally:
            with suppress(OSError):  # whatever becomes of it, the file stands or does not
                draft.unlink()


def _written(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _keep(path: Path) -> None:
    try:
        sync(path.parent)
    except OSError:
        path.unlink()
        raise


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # refuses to take the place of another
    except FileExistsError:
        raise FileThere(str(path)) from None
    except OSError as error:
        if error.errno not in _UNLINKED:
            raise
        os.rename(draft, path)
