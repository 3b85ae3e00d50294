"""What git's trees and commits say, and which paths may stand in them: pure, no file is opened."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from ..errors import Refused, Unreadable

# One name in a path. Not among them: `.git` in any spelling and `..` (a leading dot), what Windows
# cuts off at the end or takes for a device, and, with `~`, its short names.
_NAME = (
    r"(?!\.)(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?![^.\0]))"
    r"[A-Za-z0-9._%+-]{1,255}(?<!\.)"
)
_SAFE = re.compile(_NAME)
_ROW = re.compile(rb"(40000|100644) (" + _NAME.encode() + rb")\0(.{20})", re.DOTALL)
_FOLDER = ord("4")
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
_Line: TypeAlias = tuple[bytes, bytes, bytes]
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
    def parse(cls, id: str, data: bytes) -> Commit:
        """Return the commit that these bytes are, or raise `StrangeObject`, which names it."""
        found = _COMMIT.fullmatch(data)
        if found is None:
            raise StrangeObject(id)
        tree, parents, message = found.groups()
        try:
            return cls(tree.decode(), tuple(parents.decode().split()[1::2]), message.decode())
        except UnicodeDecodeError as error:
            raise StrangeObject(id) from error

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
    """One folder, as the bytes that git hashes, and where in them each row begins; in order."""

    data: bytes
    places: dict[bytes, int]

    @property
    def room(self) -> int:
        """Return about how many bytes of memory it takes."""
        return 600 + 2 * len(self.data) + 100 * len(self.places)

    @classmethod
    def parse(cls, id: str, data: bytes) -> Tree:
        """Return the folder that these bytes are, or raise `StrangeObject`, which names it."""
        rows = _ROW.findall(data)
        order = [name + b"/" if mode == b"40000" else name for mode, name, _ in rows]
        places, covered = _placed(rows)
        # A gap between rows makes the sum too small.
        if covered != len(data) or len(places) < len(rows) or order != sorted(order):
            raise StrangeObject(id)
        return cls(data, places)

    def get(self, name: str) -> Row | None:
        """Return what is under a name."""
        place = self.places.get(name.encode())
        if place is None:
            return None
        start = self.data.index(0, place) + 1
        return Row(self.data[place] == _FOLDER, self.data[start : start + 20].hex())

    def differing(self, other: Tree) -> Iterator[tuple[str, Row | None, Row | None]]:
        """Yield each name under which another folder has another row, with both rows, by name."""
        mine, theirs = ({*_ROW.findall(tree.data)} for tree in (self, other))
        before, after = _named(mine - theirs), _named(theirs - mine)
        for name in sorted(before.keys() | after.keys()):
            yield name, before.get(name), after.get(name)

    def patched(self, rows: Mapping[str, Row | None]) -> Tree:
        """Return the folder with these rows put in or, where there is none, taken out."""
        tree, others = self, dict[str, Row | None]()
        for name, row in rows.items():
            found = self.get(name)
            if row and found and found.folder == row.folder:
                tree = tree._overwritten(name, row.id)
            elif row and not found and tree._ends_before(name, row):
                tree = tree._longer(name, row)
            elif row and not found and len(rows) == 1:
                tree = tree._inserted(name.encode(), row)
            elif row or found:
                others[name] = row
        return tree._rebuilt(others) if others else tree

    def _overwritten(self, name: str, id: str) -> Tree:
        # The usual case, a new revision: 20 bytes change and none moves, whatever the size.
        start = self.data.index(0, self.places[name.encode()]) + 1
        data = self.data[:start] + bytes.fromhex(id) + self.data[start + 20 :]
        return Tree(data, self.places)

    def _ends_before(self, name: str, row: Row) -> bool:
        last = next(reversed(self.places.items()), None)
        if last is None:
            return True
        mode = b"40000" if self.data[last[1]] == _FOLDER else b"100644"
        return _place(mode, last[0]) < _place(b"40000" if row.folder else b"100644", name.encode())

    def _longer(self, name: str, row: Row) -> Tree:
        # The next entry of the trail: it comes behind all before it.
        places = {**self.places, name.encode(): len(self.data)}
        return Tree(self.data + row.line(name.encode()), places)

    def _inserted(self, name: bytes, row: Row) -> Tree:
        # A new file among others: what follows it begins so many bytes later.
        line, places = row.line(name), list(self.places.items())
        at = bisect_left(places, _place(line[:5], name), key=self._order)
        start, more = places[at][1], len(line)
        later = {other: place + more for other, place in places[at:]}
        data = self.data[:start] + line + self.data[start:]
        return Tree(data, {**dict(places[:at]), name: start, **later})

    def _order(self, row: tuple[bytes, int]) -> bytes:
        name, place = row
        return _place(self.data[place : place + 5], name)

    def _rebuilt(self, rows: Mapping[str, Row | None]) -> Tree:
        old = _ROW.findall(self.data)
        lines = {name: (_place(mode, name), mode, id) for mode, name, id in old}
        for text, row in rows.items():
            name = text.encode()
            lines.pop(name, None)
            if row:
                mode = b"40000" if row.folder else b"100644"
                lines[name] = (_place(mode, name), mode, bytes.fromhex(row.id))
        ordered = sorted(lines.items(), key=lambda line: line[1])
        new = [(mode, name, id) for name, (_, mode, id) in ordered]
        return Tree(b"".join(map(b"%s %s\0%s".__mod__, new)), _placed(new)[0])


def _placed(rows: Sequence[_Line]) -> tuple[dict[bytes, int], int]:
    """Return where each row begins, and where the last one ends."""
    ends = [*accumulate([len(mode) + len(name) + 22 for mode, name, _ in rows], initial=0)]
    return dict(zip([name for _, name, _ in rows], ends, strict=False)), ends[-1]


def _named(rows: Iterable[_Line]) -> dict[str, Row]:
    return {name.decode(): Row(mode == b"40000", id.hex()) for mode, name, id in rows}


def _place(mode: bytes, name: bytes) -> bytes:
    # Git sorts a folder as if its name ended in a slash.
    return name + b"/" if mode == b"40000" else name
