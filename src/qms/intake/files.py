"""The files of a folder that somebody brings: each is read, or a remark says why not.

Nothing outside the folder is ever opened: links are named and not followed, whatever they
lead to, and what is no plain file (a pipe, a device) is not waited for.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import NotFound, Refused, Unreadable
from ..values import LARGEST, TooLarge
from .proposals import Passed, Remark

DEEPEST: Final = 32
"""How many folders may lie in one another."""


class NoFolder(NotFound):
    """There is no such folder to read from."""

    vi = "Không có thư mục này để đọc."


class Hidden(Passed):
    """Hidden files, and those that editors leave behind, are passed over."""

    vi = "Tệp ẩn hoặc tệp tạm của phần mềm soạn thảo được bỏ qua."


class IsLink(Refused):
    """A link is not followed: bring the file itself."""

    vi = "Liên kết (symlink) không được đọc theo; hãy đưa chính tệp đó vào thư mục."


class NotPlain(Refused):
    """This is neither a file nor a folder."""

    vi = "Đây không phải tệp hay thư mục thông thường."


class TooDeep(Refused):
    """Folders lie in one another at most 32 deep."""

    vi = "Thư mục lồng nhau không quá 32 cấp."


class CannotOpen(Unreadable):
    """This file or folder cannot be opened."""

    vi = "Không mở được tệp hoặc thư mục này."


class NotUTF8(Unreadable):
    """This file is not UTF-8 text."""

    line: int = 0

    vi = "Tệp này không phải văn bản UTF-8; hãy lưu lại dưới dạng UTF-8."


class File(NamedTuple):
    """A file as it was brought: its path within the folder (NFC, ``/``) and its bytes."""

    path: str
    data: bytes


def files(folder: Path) -> tuple[list[File], list[Remark]]:
    """Return every file of a folder, in the order of their names, and what was not read."""
    if not folder.is_dir():
        raise NoFolder(str(folder))
    found = list(_within(folder, ""))
    read = [file for file in found if isinstance(file, File)]
    return read, [remark for remark in found if isinstance(remark, Remark)]


def opened(place: Path, path: str) -> File | Remark:
    """Return one file, or a remark why it could not be read."""
    try:
        with open(place, "rb", opener=_itself) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Remark(path, NotPlain())
            data = file.read(LARGEST + 1)
    except OSError:
        return Remark(path, CannotOpen())
    return Remark(path, TooLarge()) if len(data) > LARGEST else File(path, data)


def _itself(place: str, flags: int) -> int:
    """Open a file itself: no link is followed, and nobody is waited for."""
    return os.open(place, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def decoded(file: File) -> str:
    """Return the text of a file, or raise ``NotUTF8`` with the line at which it is none."""
    try:
        return file.data.decode()
    except UnicodeDecodeError as error:
        wrong = NotUTF8(f"byte {error.start}")
        wrong.line = file.data.count(b"\n", 0, error.start) + 1
        raise wrong from None


def suffix(path: str) -> str:
    """Return how the name of a file ends, ``bin`` where it does not say.

    >>> suffix("QT-05.DOCX"), suffix("QT-05")
    ('docx', 'bin')
    """
    found = re.search(r"\.([a-z0-9]{1,5})$", path.rpartition("/")[2].casefold())
    return found[1] if found else "bin"


def hidden(name: str) -> bool:
    """Tell whether a file is one that people do not see or editors leave behind."""
    return name.startswith((".", "~$")) or name.casefold() in ("thumbs.db", "desktop.ini")


def _within(folder: Path, above: str) -> Iterator[File | Remark]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Remark(above, CannotOpen())
        return
    for entry in entries:
        yield from _entry(folder, entry, f"{above}{_shown(entry.name)}")


def _entry(folder: Path, entry: os.DirEntry[str], path: str) -> Iterator[File | Remark]:
    if hidden(entry.name):
        yield Remark(path, Hidden())
    elif entry.is_symlink():
        yield Remark(path, IsLink())
    elif not entry.is_dir(follow_symlinks=False):
        yield opened(folder / entry.name, path)
    elif path.count("/") >= DEEPEST:
        yield Remark(path, TooDeep())
    else:
        yield from _within(folder / entry.name, f"{path}/")


def _shown(name: str) -> str:
    # A name that is not UTF-8 can be shown, though not written; a Mac takes letters apart.
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))
