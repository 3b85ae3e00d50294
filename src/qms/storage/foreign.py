"""The history of a git repository that somebody else made, as plain values; it is only read.

Nothing in it is trusted: no hook, filter or configured program runs, nothing outside its folder
is opened, and each object is measured before it is unpacked and proved by its id afterwards.
What is told is what its branch held, commit by commit: a merge counts as one commit.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final, NamedTuple, Self

from git import GitCommandError
from gitdb.utils.encoding import force_text

from ..errors import NotFound, Unreadable, Untrusted
from ..values import LARGEST, TooLarge
from .objects import Damaged, Missing, is_id
from .repository import Repository
from .trees import DEEPEST, Object, StrangeObject

_ROOM: Final = LARGEST + 100_000

MOST: Final = 500_000
"""Changes of names that are followed; a few hundred bytes can stand for more than any disk."""

_ROW: Final = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{20})", re.DOTALL)
_TREE: Final = re.compile(rb"tree ([0-9a-f]{40})\n")
_AUTHOR: Final = re.compile(
    rb"^author ([^<\n]{0,999}?) ?<([^>\n]{0,999})> (-?\d{1,15}) ([+-]\d{4})$", re.MULTILINE
)
# Each of these tells git that objects or history lie in another place, or end earlier.
_ELSEWHERE: Final = ("commondir", "gitdir", "objects/info/alternates", "info/grafts")
_OWN: Final = ("HEAD", "config", "packed-refs", "objects", "objects/pack", "refs", "refs/heads")


class NoRepository(NotFound):
    """There is no git repository in this folder."""

    vi = "Thư mục này không có kho git."


class NoHistory(NotFound):
    """This repository has no commit on its branch, or git cannot follow them."""

    vi = "Kho git này chưa có lần ghi (commit) nào trên nhánh đang chọn, hoặc không đọc theo được."


class PointsOutside(Untrusted):
    """A repository that is read holds all of its files itself."""

    vi = "Kho git được đọc phải tự chứa đủ tệp, không dẫn ra thư mục khác."


class CutShort(Unreadable):
    """This repository is a shallow copy: its older history is missing."""

    vi = "Kho git này là bản chép cụt (shallow), thiếu lịch sử cũ."


class TooMuch(Unreadable):
    """This repository stands for more files than anybody keeps."""

    vi = "Kho git này chứa nhiều tệp quá mức có thể đọc."


class Touch(NamedTuple):
    """What a commit did to a path: its blob before and after, ``None`` where there was none."""

    path: str
    before: str | None
    after: str | None


class Commit(NamedTuple):
    """One commit of the branch: by whom, when (``None``: unreadable), in what words, what files.

    ``odd`` are the new links and submodules: paths that no bytes stand behind.
    """

    id: str
    author: str
    at: datetime | None
    message: str
    touches: tuple[Touch, ...]
    odd: tuple[str, ...] = ()


class _Row(NamedTuple):
    mode: str
    id: str

    @property
    def folder(self) -> str | None:
        return self.id if self.mode == "40000" else None

    @property
    def file(self) -> str | None:
        return self.id if self.mode.startswith("100") else None

    @property
    def odd(self) -> bool:
        return not self.folder and not self.file


_NOTHING: Final = _Row("40000", "")


class Foreign:
    """Somebody's repository, with or without a work tree, open for reading."""

    def __init__(self, path: str | Path) -> None:
        folder = Path(path).absolute()
        self.path = folder / ".git" if os.path.lexists(folder / ".git") else folder
        _check(self.path)
        self._repository = Repository(str(self.path))
        self._left = MOST

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of git's processes."""
        self._repository.close()

    def commits(self) -> Iterator[Commit]:
        """Yield the commits of the branch, the oldest first."""
        tree = _NOTHING
        for id in self._ids():
            data = self._read("commit", id)
            before, tree = tree, _Row("40000", _tree(data, id))
            changes = list(self._changes(before, tree, ())) if tree != before else []
            touches = tuple(change for change in changes if isinstance(change, Touch))
            odd = tuple(change for change in changes if isinstance(change, str))
            yield Commit(id, *_signed(data), _message(data), touches, odd)

    def blob(self, id: str) -> bytes:
        """Return the bytes of a file, or raise ``TooLarge``, ``Missing`` or ``Damaged``."""
        return self._read("blob", id)

    def _ids(self) -> list[str]:
        process = self._repository.git.rev_list("--first-parent", "--reverse", "HEAD", "--")
        found = [line.decode("latin-1").removesuffix("\n") for line in process.stdout]
        try:
            process.wait()
        except GitCommandError as error:
            raise NoHistory(str(self.path)) from error
        if not all(map(is_id, found)):
            raise StrangeObject(str(self.path))
        return found

    def _read(self, kind: str, id: str) -> bytes:
        if not is_id(id):
            raise Missing(ascii(id))
        data = self._loose(id)
        found = Object(kind, self._packed(kind, id) if data is None else data)
        if found.id != id:
            raise Damaged(id)
        return found.data

    def _loose(self, id: str) -> bytes | None:
        place = self.path / "objects" / id[:2] / id[2:]
        try:
            handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with open(handle, "rb") as file:
            unpack = zlib.decompressobj()
            try:
                whole = unpack.decompress(file.read(_ROOM), _ROOM)
            except zlib.error as error:
                raise Damaged(id) from error
        if unpack.unconsumed_tail or len(whole) > LARGEST:
            raise TooLarge(id)
        return whole.partition(b"\0")[2]

    def _packed(self, kind: str, id: str) -> bytes:
        git = self._repository.git
        try:
            _, found, size = git.get_object_header(id)
            if size > LARGEST:
                raise TooLarge(f"{id}, {size} bytes")
            if force_text(found) != kind:
                raise Damaged(id)
            if kind != "blob":
                data: bytes = git.get_object_data(id)[3]
                return data
        except (ValueError, OSError) as error:
            raise Missing(id) from error
        # A blob shorter than it claims would leave us and a kept process waiting for each other.
        process = git.cat_file("blob", id)
        return bytes(process.stdout.read(LARGEST + 1))

    def _rows(self, row: _Row | None) -> dict[bytes, _Row]:
        if row is None or not row.folder:
            return {}
        data = self._read("tree", row.folder)
        found = _ROW.findall(data)
        if sum(len(mode) + len(name) + 22 for mode, name, _ in found) != len(data):
            raise StrangeObject(row.folder)
        return {name: _Row(mode.decode().lstrip("0"), id.hex()) for mode, name, id in found}

    def _changes(
        self, old: _Row | None, new: _Row | None, above: tuple[str, ...]
    ) -> Iterator[Touch | str]:
        if len(above) > DEEPEST:
            raise StrangeObject("/".join(above))
        path = "/".join(above)
        before, after = old and old.file, new and new.file
        if before != after:
            yield Touch(path, before, after)
        if new and new.odd:
            yield path
        left, right = self._rows(old), self._rows(new)
        differ = [name for name in left.keys() | right.keys() if left.get(name) != right.get(name)]
        self._left -= len(differ)
        if self._left < 0:
            raise TooMuch(str(self.path))
        for name in sorted(differ):
            inner = (*above, name.decode("utf-8", "backslashreplace"))
            yield from self._changes(left.get(name), right.get(name), inner)


def _check(folder: Path) -> None:
    if folder.is_file() or folder.is_symlink():  # a work tree or a submodule of another one
        raise PointsOutside(str(folder))
    if not (folder / "HEAD").exists() or not (folder / "objects").is_dir():
        raise NoRepository(str(folder))
    for name in _ELSEWHERE:
        if os.path.lexists(folder / name):
            raise PointsOutside(str(folder / name))
    for name in _OWN:
        if (folder / name).is_symlink():
            raise PointsOutside(str(folder / name))
    if (folder / "shallow").exists():
        raise CutShort(str(folder))


def _tree(data: bytes, id: str) -> str:
    found = _TREE.match(data)
    if found is None:
        raise StrangeObject(id)
    return found[1].decode()


def _message(data: bytes) -> str:
    return data.partition(b"\n\n")[2].decode("utf-8", "backslashreplace")


def _signed(data: bytes) -> tuple[str, datetime | None]:
    found = _AUTHOR.search(data.partition(b"\n\n")[0])
    if found is None:
        return "", None
    name, address, seconds, zone = (
        part.decode("utf-8", "backslashreplace") for part in found.groups()
    )
    return f"{name} <{address}>".strip(), _moment(int(seconds), zone)


def _moment(seconds: int, zone: str) -> datetime | None:
    try:
        minutes = int(zone[:3]) * 60 + int(zone[0] + zone[3:])
        here = timezone(timedelta(minutes=minutes))
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)).astimezone(here)
    except (ValueError, OverflowError):
        return None
