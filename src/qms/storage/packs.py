"""Git's packs: many objects in one file, an index of them beside it (gitformat-pack, version 2).

A pack is written whole and never altered, so that one operation costs two files, however many
objects it has. It is read here, in process, for what git has packed as well.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, reduce
from hashlib import file_digest, sha1
from io import BufferedRandom
from itertools import accumulate, pairwise
from mmap import ACCESS_READ, mmap
from struct import Struct, pack, unpack_from
from typing import Final, NamedTuple

from .trees import Object

TIERS: Final = ((256, 1 << 20), (64 * 256, 16 << 20))
"""Of how many objects, or bytes, on a pack is of the next tier."""

LEFT: Final = len(TIERS)
"""The tier of what no other pack takes in: it is large, or not as we write them."""

ENDS: Final = ("idx", "rev", "bitmap", "pack")
"""The files of one pack; without the first, nobody looks for the others."""

LONG: Final = 2_048
"""Bytes of a file from which on they are compressed; git does it to all when it packs anew."""

HEAVIEST: Final = 64 << 20
"""Bytes that an object has at most: a few thousand can stand for more than any memory.

No file under control has a third of it, and no folder.
"""

_KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_NUMBERS: Final = {kind: number for number, kind in _KINDS.items()}
_BY_OFFSET: Final = 6  # the bytes say how another object, so far before, is altered
_BY_ID: Final = 7
_DEEPEST: Final = 4_096
_WIDEST: Final = 63  # bits of a number: no size or distance takes more

_INDEX: Final = b"\xfftOc\0\0\0\2"
_IDS: Final = 1_032  # where they begin in an index: after its head and 256 sums
_FAR: Final = 1 << 31  # larger offsets stand in a table of their own
_HASH: Final = 20
_READ: Final = 1 << 16  # bytes of an index from which on it is mapped: a file stays open for it


class Broken(ValueError):
    """The bytes of a pack are not in the form they claim."""


class Row(NamedTuple):
    """One object as a pack holds it: its id, and its bytes with their head."""

    id: bytes
    data: bytes


class Made(NamedTuple):
    """A pack that was written: its name, by its objects alone, and its index."""

    name: str
    ids: bytes


def woven(file: BufferedRandom, rows: Iterable[Row]) -> Made:
    """Write these rows as a pack to a new file; of two with one id, the first.

    No more than one of them is held in memory.
    """
    places: dict[bytes, tuple[int, int]] = {}
    at = file.write(b"PACK" + pack(">II", 2, 0))
    for id, data in rows:
        if id not in places:
            places[id] = at, zlib.crc32(data)
            at += file.write(data)
    file.seek(8)
    file.write(pack(">I", len(places)))  # nobody knew before how many there are
    file.seek(0)
    trailer = file_digest(file, lambda: sha1(usedforsecurity=False)).digest()
    file.seek(at)
    file.write(trailer)
    return Made(name(places), _index([(id, *places[id]) for id in sorted(places)], trailer))


def name(ids: Iterable[bytes]) -> str:
    """Return the name of the pack of these objects."""
    return f"pack-{sha1(b''.join(sorted(ids)), usedforsecurity=False).hexdigest()}"


def row(id: str, given: Object) -> Row:
    """Return an object as a pack holds it."""
    kind, data = given
    size, bits = len(data) >> 4, _NUMBERS[kind] << 4 | len(data) & 15
    head = bytearray()
    while size:
        head.append(bits | 0x80)
        size, bits = size >> 7, size & 0x7F
    head.append(bits)
    # Trees and commits are mostly ids, which do not compress; entries are not long enough.
    long = kind == "blob" and len(data) >= LONG
    return Row(bytes.fromhex(id), bytes(head) + (zlib.compress(data, 1) if long else _stored(data)))


def _stored(data: bytes) -> bytes:
    """Return a zlib stream (RFC 1950) of one stored block (RFC 1951, 3.2.4)."""
    size = len(data)
    if size > 0xFFFF:
        return zlib.compress(data, 0)
    head = b"\x78\x01\x01" + pack("<HH", size, size ^ 0xFFFF)
    return head + data + pack(">I", zlib.adler32(data))


def _index(places: list[tuple[bytes, int, int]], trailer: bytes) -> bytes:
    counts = [0] * 256
    for id, _, _ in places:
        counts[id[0]] += 1
    far = [offset for _, offset, _ in places if offset >= _FAR]
    order = {offset: _FAR | number for number, offset in enumerate(far)}
    parts = [
        _INDEX,
        pack(">256I", *accumulate(counts)),
        *(id for id, _, _ in places),
        pack(f">{len(places)}I", *(crc for _, _, crc in places)),
        pack(f">{len(places)}I", *(order.get(offset, offset) for _, offset, _ in places)),
        pack(f">{len(far)}Q", *far),
        trailer,
    ]
    data = b"".join(parts)
    return data + sha1(data, usedforsecurity=False).digest()


class Pack:
    """One pack of a store, read by id; what is no pack holds nothing."""

    def __init__(self, path: str, index: bytes = b"") -> None:
        self._path, self.name = path, path.rpartition("/")[2]
        if 0 < len(index) < _READ:
            self._index = index

    @property
    def count(self) -> int:
        """Return how many objects it holds."""
        return _count(self._index)

    @property
    def hollow(self) -> bool:
        """Tell whether nothing lay here when it was looked into."""
        return vars(self).get("_index") == b""

    @cached_property
    def tier(self) -> int:
        """Return how large it is; only packs of one tier, not `LEFT`, become one."""
        size, _ = self._told
        count = (size - _IDS - 2 * _HASH) // (_HASH + 8)
        with suppress(OSError):
            size = os.stat(f"{self._path}.pack").st_size
            return sum(count >= many or size >= much for many, much in TIERS)
        return LEFT

    @property
    def written(self) -> int:
        """Return when, in nanoseconds as the disk counts them; nought where it has gone."""
        return self._told[1]

    @property
    def kept(self) -> bool:
        """Tell whether git is told to leave it alone."""
        return os.path.exists(f"{self._path}.keep")

    def leave(self) -> None:
        """Be no more among those that another pack takes in."""
        self.tier = LEFT

    def shut(self) -> None:
        """Keep no file open, until it is looked into again."""
        vars(self).pop("_data", None)
        if not isinstance(vars(self).get("_index"), bytes):
            vars(self).pop("_index", None)

    def __contains__(self, id: bytes) -> bool:
        return self._place(id) is not None

    def ids(self) -> Iterator[bytes]:
        """Yield the id of every object, in order."""
        return _ids(self._index)

    def read(self, id: bytes) -> Object | None:
        """Return an object unproved, ``None`` where it is not here; raise ``Broken``."""
        place = self._place(id)
        return None if place is None else self._whole(self._offset(place))

    def rows(self) -> Iterator[Row]:
        """Yield every object as it lies here.

        Raise ``Broken`` first where one builds on another, or a byte is not as it was written.
        """
        index, data = self._index, self._data  # another thread may shut it
        # An index ends with the digest of its own pack, and then with that of itself.
        own = index[-2 * _HASH : -_HASH] == data[-_HASH:]
        if not (index and own and _sealed(index) and _sealed(data)):
            raise Broken(self._path)
        ids = {self._offset(place): id for place, id in enumerate(_ids(index))}
        end = len(data) - _HASH
        if any(at >= end or data[at] >> 4 & 7 not in _KINDS for at in ids):
            raise Broken(self._path)
        for start, past in pairwise(sorted([*ids, end])):
            yield Row(ids[start], data[start:past])

    @cached_property
    def _data(self) -> mmap | bytes:
        # A pack that went this moment lies in another by now.
        with suppress(FileNotFoundError, ValueError), open(f"{self._path}.pack", "rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)
        raise Broken(self._path)

    @cached_property
    def _index(self) -> mmap | bytes:
        with suppress(FileNotFoundError, ValueError), open(f"{self._path}.idx", "rb") as file:
            table: mmap | bytes = file.read(_READ)
            if len(table) == _READ:
                table = mmap(file.fileno(), 0, access=ACCESS_READ)
            if len(table) >= _IDS and table[:8] == _INDEX:
                return table
        return b""

    @cached_property
    def _told(self) -> tuple[int, int]:
        with suppress(FileNotFoundError):
            found = os.stat(f"{self._path}.idx")
            return found.st_size, found.st_mtime_ns
        return 0, 0

    def _place(self, id: bytes) -> int | None:
        index = self._index  # another thread may shut it
        if not index:
            return None
        # The sums say how many ids there are up to each first byte; then the ids, sorted.
        low = unpack_from(">I", index, 4 + 4 * id[0])[0] if id[0] else 0
        high = unpack_from(">I", index, 8 + 4 * id[0])[0]
        at, end = _IDS + _HASH * low, _IDS + _HASH * high
        while (at := index.find(id, at, end)) >= 0:
            place, past = divmod(at - _IDS, _HASH)
            if not past:
                return place
            at += 1
        return None

    def _offset(self, place: int) -> int:
        offsets = _IDS + (_HASH + 4) * self.count
        offset = self._number(">I", offsets + 4 * place)
        if offset < _FAR:
            return offset
        return self._number(">Q", offsets + 4 * self.count + 8 * (offset - _FAR))

    def _number(self, form: str, at: int) -> int:
        reader, index = Struct(form), self._index  # the same
        if at + reader.size > len(index):
            raise Broken(self._path)
        return int(reader.unpack_from(index, at)[0])

    def _whole(self, offset: int) -> Object:
        """Return the object at an offset, put together from all it builds on."""
        changes: list[bytes] = []
        for _ in range(_DEEPEST):
            number, size, at = self._head(offset)
            if number in _KINDS:
                data = self._unpacked(at, size)
                return Object(_KINDS[number], self._altered(data, changes))
            if number == _BY_OFFSET:
                back, at = self._back(at)
                offset, data = offset - back, self._unpacked(at, size)
            elif number == _BY_ID:
                place = self._place(self._data[at : at + _HASH])
                if place is None:
                    raise Broken(self._path)
                offset, data = self._offset(place), self._unpacked(at + _HASH, size)
            else:
                raise Broken(self._path)
            changes.append(data)
        raise Broken(self._path)

    def _altered(self, data: bytes, changes: list[bytes]) -> bytes:
        try:
            return reduce(altered, reversed(changes), data)
        except IndexError as error:
            raise Broken(self._path) from error

    def _head(self, offset: int) -> tuple[int, int, int]:
        """Return of an object its kind, its size unpacked, and where its bytes begin."""
        byte = self._byte(offset)
        number, size, shift, at = byte >> 4 & 7, byte & 15, 4, offset + 1
        while byte & 0x80:
            byte = self._byte(at)
            size, shift, at = size | (byte & 0x7F) << shift, shift + 7, at + 1
            if size > HEAVIEST or shift > _WIDEST:
                raise Broken(self._path)
        return number, size, at

    def _back(self, at: int) -> tuple[int, int]:
        """Return how far before an object lies what it builds on, and where its bytes begin."""
        byte = self._byte(at)
        back = byte & 0x7F
        while byte & 0x80:
            at += 1
            byte = self._byte(at)
            back = (back + 1) << 7 | byte & 0x7F
            if back >> _WIDEST:
                raise Broken(self._path)
        return back, at + 1

    def _byte(self, at: int) -> int:
        if not 0 <= at < len(self._data):
            raise Broken(self._path)
        return self._data[at]

    def _unpacked(self, at: int, size: int) -> bytes:
        # No stream needs more than this; all that follows would be copied.
        end = at + size + (size >> 3) + 128
        try:
            return zlib.decompressobj().decompress(self._data[at:end], size or 1)
        except (zlib.error, OverflowError) as error:
            raise Broken(self._path) from error


def _count(index: mmap | bytes) -> int:
    return int(unpack_from(">I", index, _IDS - 4)[0]) if index else 0


def _ids(index: mmap | bytes) -> Iterator[bytes]:
    end = _IDS + _HASH * _count(index)
    return (index[at : at + _HASH] for at in range(_IDS, end, _HASH))


def _sealed(data: mmap | bytes) -> bool:
    """Tell whether bytes end with the digest of those before."""
    said = memoryview(data)[:-_HASH]
    return sha1(said, usedforsecurity=False).digest() == data[-_HASH:]


def altered(data: bytes, change: bytes) -> bytes:
    """Return what a delta makes of the bytes it builds on (gitformat-pack, "Deltified").

    Raise ``Broken`` where that is heavier than any object, ``IndexError`` where it is cut short.
    """
    room = HEAVIEST
    parts, at = [], _past_number(change, _past_number(change, 0))
    while at < len(change):
        code, at = change[at], at + 1
        if not code & 0x80:
            parts.append(change[at : at + code])
            at += code
            continue
        numbers = []
        for bit in range(7):
            numbers.append(change[at] if code >> bit & 1 else 0)
            at += code >> bit & 1
        start = int.from_bytes(bytes(numbers[:4]), "little")
        size = int.from_bytes(bytes(numbers[4:]), "little") or 0x10000
        room -= size
        if room < 0:
            raise Broken("delta")
        parts.append(data[start : start + size])
    return b"".join(parts)


def _past_number(change: bytes, at: int) -> int:
    while change[at] & 0x80:
        at += 1
    return at + 1
