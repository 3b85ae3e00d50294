"""What git's trees and commits say, and which paths may stand in them: pure, no file is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import NamedTuple, TypeAlias

from ..errors import Refused, Unreadable

# One name in a path. Not among them: `.git` in any spelling and `..` (a leading dot), what Windows
# cuts off at the end or takes for a device, and, with `~`, its short names.
_NAME = (
    r"(?!\.)(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?![^.\0]))"
    r"[A-Za-z0-9._%+-]{1,255}(?<!\.)"
)
_SAFE = re.compile(_NAME)
_ROW = re.compile(rb"(?:40000|100644) (" + _NAME.encode() + rb")\0.{20}", re.DOTALL)
_COMMIT = re.compile(
    rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*+)(?:[^\n]+\n)*+\n(.*)", re.DOTALL
)
_AUTHOR = re.compile(r"(?!\s)[^<>\x00-\x1f\x7f]+(?<!\s)")
_EPOCH = datetime.fromtimestamp(0, UTC)

DEEPEST = 32
"""How many names a path may have."""


class UnsafePath(Refused):
    """A path is made of names that are safe on every machine."""

    vi = "Đường dẫn chỉ gồm những tên an toàn trên mọi máy."


class FileAndFolder(Refused):
    """A path is either a file or a folder."""

    vi = "Một đường dẫn chỉ có thể là tệp hoặc là thư mục."


class UnfitCommit(Refused):
    """A commit has an author on one line, a message and a moment with its time zone."""

    vi = "Lần ghi phải có tác giả trên một dòng, lời ghi và thời điểm kèm múi giờ."


class StrangeObject(Unreadable):
    """This object is none that a store could have written."""

    vi = "Đối tượng này không thể do kho ghi ra."


class Blob(NamedTuple):
    """Content that the store already holds."""

    id: str


Folder: TypeAlias = "dict[str, Wish]"
Wish: TypeAlias = "bytes | Blob | Folder | None"


class Object(NamedTuple):
    """A kind (``blob``, ``tree`` or ``commit``) and bytes."""

    kind: str
    data: bytes

    @property
    def whole(self) -> bytes:
        """Return the bytes that are hashed and kept."""
        return b"%s %d\0" % (self.kind.encode(), len(self.data)) + self.data

    @property
    def id(self) -> str:
        """Return the name git gives to these bytes."""
        return sha1(self.whole, usedforsecurity=False).hexdigest()


def blob_id(data: bytes) -> str:
    """Return git's id of a file's bytes.

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return Object("blob", data).id


def names(path: str) -> list[str]:
    """Return the names a path is made of, or raise `UnsafePath`.

    >>> names("procedures/qt-05.md")
    ['procedures', 'qt-05.md']
    """
    parts = path.split("/")
    if len(parts) > DEEPEST or not all(map(_SAFE.fullmatch, parts)):
        raise UnsafePath(ascii(path))
    return parts


def nested(files: Mapping[str, bytes | Blob | None]) -> Folder:
    """Return what is wished for each path, by folder.

    >>> nested({"a": b"1", "b/c": None})
    {'a': b'1', 'b': {'c': None}}
    """
    root: Folder = {}
    for path, wish in files.items():
        *above, name = names(path)
        folder = root
        for each in above:
            inner = folder.setdefault(each, {})
            if not isinstance(inner, dict):
                raise FileAndFolder(path)
            folder = inner
        if name in folder:
            raise FileAndFolder(path)
        folder[name] = wish
    return root


class Commit(NamedTuple):
    """What a commit says of its files and its past."""

    tree: str
    parents: tuple[str, ...]
    message: str

    @classmethod
    def parse(cls, data: bytes) -> Commit:
        """Return the commit that these bytes are, or raise `StrangeObject`."""
        found = _COMMIT.fullmatch(data)
        if found is None:
            raise StrangeObject("commit")
        tree, parents, message = found.groups()
        try:
            return cls(tree.decode(), tuple(parents.decode().split()[1::2]), message.decode())
        except UnicodeDecodeError as error:
            raise StrangeObject("commit") from error

    def sealed(self, *, author: str, at: datetime) -> Object:
        """Return the commit as git keeps it; the same words and second give the same bytes."""
        if not _AUTHOR.fullmatch(author) or "\0" in self.message:
            raise UnfitCommit(ascii(author))
        if at.tzinfo is None or at < _EPOCH:
            raise UnfitCommit(at.isoformat())
        by = f"{author} <> {(at - _EPOCH) // timedelta(seconds=1)} +0000"
        past = "".join(f"parent {parent}\n" for parent in self.parents)
        text = f"tree {self.tree}\n{past}author {by}\ncommitter {by}\n\n{self.message}"
        try:
            return Object("commit", text.encode())
        except UnicodeEncodeError as error:
            raise UnfitCommit(ascii(author)) from error


class Row(NamedTuple):
    """What a folder has under one name."""

    folder: bool
    id: str

    def line(self, name: bytes) -> bytes:
        """Return the row as a tree holds it."""
        mode = b"40000" if self.folder else b"100644"
        return b"%s %s\0%s" % (mode, name, bytes.fromhex(self.id))


class Tree(NamedTuple):
    """One folder: its bytes, and where in them the row of each name begins and ends."""

    data: bytes
    spans: Mapping[bytes, tuple[int, int]]

    @classmethod
    def parse(cls, data: bytes) -> Tree:
        """Return the folder that these bytes are, or raise `StrangeObject`."""
        spans = {row[1]: row.span() for row in _ROW.finditer(data)}
        order = [_place(name, data[start:end]) for name, (start, end) in spans.items()]
        # A gap between rows, or a name given twice, makes the sum too small.
        covered = sum(end - start for start, end in spans.values())
        if covered != len(data) or order != sorted(order):
            raise StrangeObject("tree")
        return cls(data, spans)

    def get(self, name: str) -> Row | None:
        """Return what is under a name."""
        span = self.spans.get(name.encode())
        return self._row(*span) if span else None

    def rows(self) -> dict[str, Row]:
        """Return everything in the folder, in git's order."""
        return {name.decode(): self._row(*span) for name, span in self.spans.items()}

    def patched(self, rows: Mapping[str, Row | None]) -> Tree:
        """Return the folder with these rows put in or, where there is none, taken out."""
        if all(row and self._has(name, row.folder) for name, row in rows.items()):
            return self._overwritten({name.encode(): row.id for name, row in rows.items() if row})
        return self._rebuilt({name.encode(): row for name, row in rows.items()})

    def _row(self, start: int, end: int) -> Row:
        return Row(self.data[start : start + 1] == b"4", self.data[end - 20 : end].hex())

    def _has(self, name: str, folder: bool) -> bool:
        row = self.get(name)
        return row is not None and row.folder == folder

    def _overwritten(self, ids: Mapping[bytes, str]) -> Tree:
        # The usual case, a new revision: 20 bytes change and none moves, whatever the size.
        data = bytearray(self.data)
        for name, id in ids.items():
            end = self.spans[name][1]
            data[end - 20 : end] = bytes.fromhex(id)
        return Tree(bytes(data), self.spans)

    def _rebuilt(self, rows: Mapping[bytes, Row | None]) -> Tree:
        lines = {name: self.data[start:end] for name, (start, end) in self.spans.items()}
        lines |= {name: row.line(name) if row else b"" for name, row in rows.items()}
        ordered = sorted(lines, key=lambda name: _place(name, lines[name]))
        return Tree.parse(b"".join(lines[name] for name in ordered))


def _place(name: bytes, line: bytes) -> bytes:
    # Git sorts a folder as if its name ended in a slash.
    return name + b"/" if line.startswith(b"4") else name
