"""Checks an audit pack: ``python3 -I verify.py PACK.zip --key FILE``.

One file, Python's standard library (3.8 or newer), no network, no database, nothing of the
system that made the pack. Nothing is believed that is not computed here. It ends with 0 where
nothing is wrong, with 1 after one line for each finding, with 2 where it could not read.

What a pack is made of is said in docs/format.md, section "The pack". This file reads from top
to bottom: what it may find; signatures; JSON; the zip; the tree; signed notes; the check
itself; and last what people read, made anew from what was proven and compared byte for byte.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import os
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from html import escape
from typing import IO, Any, NamedTuple

FORMAT = 1
"""The form of pack that this file reads."""

# ── What may be found ───────────────────────────────────────────────────────────────────────────

SAYS = {
    "P01": (
        "This is no zip in the one form that a pack has, or it was damaged.",
        "Đây không phải tệp zip đúng khuôn dạng của gói kiểm toán, hoặc tệp đã hỏng.",
    ),
    "P02": ("This file of the pack is missing.", "Gói thiếu tệp này."),
    "P03": (
        "Nothing in this pack speaks of this file.",
        "Không nội dung nào trong gói nói đến tệp này.",
    ),
    "P04": (
        "This file of the pack is not in the agreed form.",
        "Tệp này của gói không đúng khuôn dạng.",
    ),
    "P05": (
        "What people read here is not what the entries say.",
        "Nội dung cho người đọc ở đây không đúng với các mục nhật ký.",
    ),
    "P06": (
        "This personal text is not the one that the trail promised.",
        "Nội dung cá nhân này không đúng với mã băm trong nhật ký.",
    ),
    "P07": (
        "This state of an item is not the one that the trail promised.",
        "Trạng thái này của đối tượng không đúng với mã băm trong nhật ký.",
    ),
    "P08": (
        "The pack does not hold what it says it holds.",
        "Gói không chứa đúng những gì gói tự ghi.",
    ),
    "P09": (
        "This file is not the one that belongs to this checker: do not run it.",
        "Tệp này khác với tệp đi cùng bộ kiểm tra này: đừng chạy tệp đó.",
    ),
    "C01": (
        "The log's key was not given (--key): who signed this is not known.",
        "Chưa cho khóa của nhật ký (--key): không biết ai đã ký gói này.",
    ),
    "C02": ("This is no signed checkpoint.", "Đây không phải điểm kiểm chứng có chữ ký."),
    "C03": ("No key that was given signed this checkpoint.", "Không khóa nào đã cho ký điểm này."),
    "C04": (
        "The signature does not hold over this checkpoint.",
        "Chữ ký không khớp với điểm kiểm chứng này.",
    ),
    "C05": ("This checkpoint speaks of another log.", "Điểm kiểm chứng này là của nhật ký khác."),
    "C06": (
        "The entries do not make the tree that was signed.",
        "Các mục không tạo thành cây băm đã được ký.",
    ),
    "C07": (
        "The proof does not lead from this entry to the tree that was signed.",
        "Bằng chứng không dẫn từ mục này tới cây băm đã được ký.",
    ),
    "A01": (
        "Fewer witnesses have cosigned than are asked for.",
        "Chưa đủ số bên làm chứng cùng ký.",
    ),
    "A02": (
        "This log does not go on from the checkpoint that was kept: it was rewritten.",
        "Nhật ký này không nối tiếp điểm kiểm chứng đã giữ: nhật ký đã bị viết lại.",
    ),
    "A03": (
        "The pack has no proof from the checkpoint that was kept: ask for one with it (--anchor).",
        "Gói không có bằng chứng nối từ điểm kiểm chứng đã giữ: hãy xin gói có kèm (--anchor).",
    ),
    "T01": ("This entry is not in canonical form.", "Mục nhật ký không ở dạng chuẩn."),
    "T02": (
        "This entry does not follow the entries before it.",
        "Mục nhật ký không nối tiếp các mục trước nó.",
    ),
    "T04": ("This entry belongs to another trail.", "Mục này thuộc nhật ký khác."),
    "T05": ("Time runs backwards here.", "Thời gian ở đây chạy ngược."),
    "T06": ("This operation is not whole.", "Thao tác này không trọn vẹn."),
    "F01": ("This content is missing.", "Thiếu nội dung này."),
    "F02": ("This content was altered.", "Nội dung này đã bị sửa."),
    "F03": (
        "This evidence is not here (destroyed, or left out).",
        "Bằng chứng này không có ở đây (đã tiêu hủy hoặc không kèm theo).",
    ),
}
"""What each finding means, in English and in Vietnamese."""

WARNINGS = frozenset({"F03", "P09"})
"""Findings that are said, and by themselves do not make the pack wrong."""


class Finding(NamedTuple):
    """One thing that does not hold, and where."""

    code: str
    about: str

    def says(self, language: str) -> str:
        """Return code, place and sentence in ``"vi"`` or ``"en"``."""
        return f"{self.code} {self.about}: {SAYS[self.code][language == 'vi']}"


class Found(Exception):
    """A finding after which one thing cannot be read any further."""

    def __init__(self, code: str, about: str) -> None:
        super().__init__(code, about)
        self.finding = Finding(code, about)


# ── Ed25519: RFC 8032, 5.1 ──────────────────────────────────────────────────────────────────────

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022
# The y of every point whose order divides 8: whoever holds such a "key" has signed everything.
_WEAK = frozenset({0, 1, _P - 1, _P, _P + 1, _EIGHTH, _P - _EIGHTH})


def _add(p: Any, q: Any) -> Any:
    # 5.1.4: points are X, Y, Z, T
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, p: Any) -> Any:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, p)
        p, scalar = _add(p, p), scalar >> 1
    return total


def _point(data: bytes) -> Any:
    """Return the point behind 32 bytes, or ``None`` (5.1.3)."""
    said = int.from_bytes(data, "little")
    y, sign = said % 2**255 % _P, said >> 255
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT % _P
    if v * x * x % _P != u:
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature over a message was made with the key (5.1.7); a weak one is none."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= _L or int.from_bytes(public, "little") % 2**255 in _WEAK:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    minus = (-key[0] % _P, key[1], 1, -key[3] % _P)
    x, y, z, _ = _add(_times(s, _BASE), _times(h, minus))
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return bool((y | (x & 1) << 255).to_bytes(32, "little") == signature[:32])


# ── JSON in its one form: docs/format.md, "Canonical JSON" ──────────────────────────────────────

_DEEPEST = 32
_HEX = re.compile("[0-9a-f]{64}")


def canonical(value: Any) -> bytes:
    """Return the one form of a value."""
    said = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return said.encode()


def parsed(data: bytes) -> Any:
    """Return the value in canonical bytes, or raise ``ValueError``."""
    try:
        value = json.loads(
            data.decode(), parse_float=_refused, parse_constant=_refused, parse_int=_whole
        )
        _shallow(value)
        if canonical(value) != data:
            raise ValueError("not canonical")
    except RecursionError:
        raise ValueError("too deep") from None
    return value


def _refused(number: str) -> Any:
    raise ValueError(number)


def _whole(number: str) -> int:
    if len(number) > 17 or abs(int(number)) >= 2**53:
        raise ValueError("a number")
    return int(number)


def _shallow(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for one in level
            if isinstance(one, (dict, list))
            for part in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ValueError("too deep")


def digest(value: Any) -> bool:
    """Tell whether a value is a SHA-256 in hexadecimal."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def shaped(value: Any, shape: dict[str, Any]) -> bool:
    """Tell whether a value is an object with just these members, each of its type."""
    return (
        isinstance(value, dict)
        and set(value) == set(shape)
        and all(
            type(value[name]) is kind if isinstance(kind, type) else kind(value[name])
            for name, kind in shape.items()
        )
    )


# ── The zip: every file stored as it is, sorted, nothing between, before or behind ──────────────

MOST = 500_000
"""Files that a pack may have."""

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_NAME = re.compile(r"(?!\.)[a-z0-9.-]{1,100}(/(?!\.)[a-z0-9.-]{1,100})?")
_DAY = 0x21  # 1 January 1980, the first day that a zip knows: a pack has no time of its own
_FULL = 0xFFFFFFFF
_PIECE = 1 << 16


class Member(NamedTuple):
    """A file in a pack: its name, how long it is, its checksum, where its header begins."""

    name: str
    size: int
    crc: int
    offset: int

    def header(self) -> bytes:
        """Return what stands before its bytes."""
        name = self.name.encode()
        return (
            _LOCAL.pack(b"PK\3\4", 20, 0, 0, 0, _DAY, self.crc, self.size, self.size, len(name), 0)
            + name
        )

    def row(self) -> bytes:
        """Return what the directory at the end says of it."""
        name = self.name.encode()
        far = struct.pack("<HHQ", 1, 8, self.offset) if self.offset >= _FULL else b""
        needs = 45 if far else 20
        sizes = (self.crc, self.size, self.size, len(name), len(far))
        place = (0, 0, 0, 0o100644 << 16, min(self.offset, _FULL))
        return (
            _CENTRAL.pack(b"PK\1\2", 0x300 | needs, needs, 0, 0, 0, _DAY, *sizes, *place)
            + name
            + far
        )


def ending(count: int, start: int, length: int) -> bytes:
    """Return the end of a zip with so many files, whose directory lies there and is so long."""
    far = b""
    if count >= 0xFFFF or start >= _FULL:
        far = _END64.pack(b"PK\6\6", 44, 0x32D, 45, 0, 0, count, count, length, start)
        far += _LOCATOR.pack(b"PK\6\7", 0, start + length, 1)
    files = min(count, 0xFFFF)
    return far + _END.pack(b"PK\5\6", 0, 0, files, files, length, min(start, _FULL), 0)


class Files:
    """The files of a pack by name, wherever they lie."""

    members: Mapping[str, Any]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file piece by piece."""
        raise NotImplementedError

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the files in a folder, without the folder."""
        start = folder + "/"
        return (name[len(start) :] for name in self.members if name.startswith(start))

    def read(self, name: str, most: int = 1_000_000) -> bytes:
        """Return the bytes of a file that may have at most so many."""
        pieces, size = [], 0
        for piece in self.pieces(name):
            size += len(piece)
            if size > most:
                raise Found("P04", name)
            pieces.append(piece)
        return b"".join(pieces)

    def value(self, name: str, most: int = 1_000_000) -> Any:
        """Return the canonical JSON in a file."""
        try:
            return parsed(self.read(name, most))
        except ValueError:
            raise Found("P04", name) from None

    def lines(self, name: str, most: int) -> Iterator[bytes]:
        """Yield the lines of a file, none of them longer than that."""
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > most:
                raise Found("P04", name)
        if rest:
            raise Found("P04", name)


class Pack(Files):
    """A zip open for reading; whatever is not in the one form raises ``Found``."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self.members: dict[str, Member] = {}
        self._directory(*self._ending())
        for member in self.members.values():
            if self._at(member.offset, len(member.header())) != member.header():
                raise Found("P01", member.name)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; a wrong checksum raises at the end."""
        if name not in self.members:
            raise Found("P02", name)
        member, crc = self.members[name], 0
        at = member.offset + len(member.header())
        for start in range(at, at + member.size, _PIECE):
            piece = self._at(start, min(_PIECE, at + member.size - start))
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            raise Found("P01", name)

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)

    def _ending(self) -> tuple[int, int, int]:
        tail = self._at(max(0, self._size - 98), 98)
        if len(tail) < _END.size:
            raise Found("P01", "end")
        _, _, _, _, count, length, start, _ = _END.unpack(tail[-_END.size :])
        if (count == 0xFFFF or start == _FULL) and len(tail) == 98:
            *_, count, length, start = _END64.unpack(tail[: _END64.size])
        said = ending(count, start, length)
        if start + length + len(said) != self._size or not tail.endswith(said) or count > MOST:
            raise Found("P01", "end")
        return count, start, length

    def _directory(self, count: int, start: int, length: int) -> None:
        self._file.seek(start)
        at, last, left = 0, "", length
        for _ in range(count):
            member, taken = self._row()
            if member.name <= last or member.offset != at:
                raise Found("P01", member.name)
            self.members[member.name] = member
            at, last, left = at + len(member.header()) + member.size, member.name, left - taken
        if at != start or left:
            raise Found("P01", "end")

    def _row(self) -> tuple[Member, int]:
        head = self._file.read(_CENTRAL.size)
        if len(head) < _CENTRAL.size:
            raise Found("P01", "end")
        fields = _CENTRAL.unpack(head)
        crc, size, length, more = fields[7], fields[8], fields[10], fields[11]
        raw, far = self._file.read(length), self._file.read(more)
        name = raw.decode("ascii", "replace")
        if not _NAME.fullmatch(name):
            raise Found("P01", shown(name))
        offset = struct.unpack("<HHQ", far)[2] if len(far) == 12 else fields[16]
        member = Member(name, size, crc, offset)
        if member.row() != head + raw + far:
            raise Found("P01", name)
        return member, len(head + raw + far)


def shown(text: str) -> str:
    """Return the beginning of a text, fit for any screen."""
    return text[:60].encode("unicode_escape").decode()


# ── The tree: RFC 9162, 2.1 ─────────────────────────────────────────────────────────────────────


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two children."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf; of it only the right edge is kept."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def grow(self, leaf: bytes) -> None:
        """Take one more leaf (its hash)."""
        place = self.size
        while place & 1:
            leaf, place = node_hash(self._peaks.pop(), leaf), place >> 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Tell whether a path leads from a leaf to the root (2.1.3.2)."""
    if index >= size:
        return False
    fn, sn, result = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and result == root


def consistent(old: int, new: int, path: list[bytes], before: bytes, after: bytes) -> bool:
    """Tell whether the tree of the newer root begins with that of the older one (2.1.4.2)."""
    if old in (0, new):
        return not path and before == (after if old else sha256(b"").digest())
    if old > new or not path:
        return False
    hashes = path if old & (old - 1) else [before, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for c in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (fr, sr) == (before, after)


# ── Signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature ───────────────────────────

_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_CONTROL = re.compile("[\0-\x09\x0b-\x1f]")
_KEY_NAME = re.compile(r"[^\s+\0-\x1f\ud800-\udfff]+")
_LOG, _WITNESS = 1, 4


def text_of(data: bytes) -> str:
    """Return bytes as text without control characters, or raise ``ValueError``."""
    said = data.decode()
    if _CONTROL.search(said):
        raise ValueError("control character")
    return said


def number(line: str) -> int:
    """Return a number in decimal, without sign and leading zeros."""
    if not _NUMBER.fullmatch(line) or int(line) >= 2**63:
        raise ValueError(line)
    return int(line)


def unpacked(line: str) -> bytes:
    """Return the bytes behind base64 in its one spelling."""
    data = base64.b64decode(line, validate=True)
    if base64.b64encode(data).decode() != line:
        raise ValueError(line)
    return data


def hashes(rows: list[str]) -> list[bytes]:
    """Return the hashes of a proof."""
    found = [unpacked(row) for row in rows]
    if len(found) > 63 or any(len(one) != 32 for one in found):
        raise ValueError("hash")
    return found


class Key(NamedTuple):
    """A public key under a name (a vkey)."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Return the key in ``name+number+base64``, or raise ``ValueError``."""
        name, _, rest = text.partition("+")
        said, _, encoded = rest.partition("+")
        material = unpacked(encoded)
        own = sha256(name.encode() + b"\n" + material).digest()[:4]
        if not _KEY_NAME.fullmatch(name) or own.hex() != said or len(material) != 33:
            raise ValueError(text)
        if material[0] not in (_LOG, _WITNESS):
            raise ValueError(text)
        return cls(name, own, material[0], material[1:])

    def checks(self, text: bytes, signature: bytes) -> int | None:
        """Return the time a signature states, 0 for none; ``None`` where it does not hold."""
        if self.kind == _LOG:
            return 0 if holds(self.public, text, signature) else None
        at = int.from_bytes(signature[:8], "big")
        message = b"cosignature/v1\ntime %d\n%s" % (at, text)
        return at if at < 2**63 and holds(self.public, message, signature[8:]) else None


class Checkpoint(NamedTuple):
    """A signed checkpoint: which log, how many entries, which root, who says so."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, data: bytes) -> Checkpoint:
        """Return the checkpoint in the bytes of a note, or raise ``ValueError``."""
        said = text_of(data)
        end = said.rfind("\n\n") + 1
        text, block = said[:end], said[end + 1 :]
        *rows, last = text.split("\n")
        if len(rows) < 3 or last or not all(rows) or not block.endswith("\n"):
            raise ValueError("note")
        if block.count("\n") > 100 or len(data) > 1_000_000:
            raise ValueError("note")
        signatures = tuple(cls._signature(line) for line in block[:-1].split("\n"))
        return cls(rows[0], number(rows[1]), hashes([rows[2]])[0], text.encode(), signatures)

    @staticmethod
    def _signature(line: str) -> tuple[str, bytes, bytes]:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = unpacked(encoded)
        if dash != "\u2014" or not _KEY_NAME.fullmatch(name) or len(raw) <= 4:
            raise ValueError("signature")
        return name, raw[:4], raw[4:]

    def held(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return which of the keys signed, and when they say; raise ``Found`` where one did not."""
        known = {(key.name, key.id): key for key in keys}
        held: dict[Key, int] = {}
        for name, own, signature in self.signatures:
            key = known.get((name, own))
            if key is not None:
                at = key.checks(self.text, signature)
                if at is None:
                    raise Found("C04", name)
                held[key] = max(at, held.get(key, 0))
        return held


_NOTHING = Checkpoint("", 0, b"", b"", ())


class Trust(NamedTuple):
    """What an auditor holds: keys of the log, of witnesses, how many of these, old checkpoints."""

    keys: tuple[Key, ...] = ()
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    anchors: tuple[Checkpoint, ...] = ()


# ── The check ───────────────────────────────────────────────────────────────────────────────────

LARGEST = 20_000_000
"""Bytes that one text or piece of evidence may have."""

LONGEST = 65_535
"""Bytes that one entry may have."""

READ = ("entries.csv", "entries.jsonl", "index.html")
"""What people read; all of it follows from the rest."""

CHECKERS = ("verify.html", "verify.py")

_FOLDERS = ("contents", "items", "people")
_FROM = re.compile("proofs/from-[0-9]+.tlog-witness")
_AT = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d")
_SECONDS = "%Y-%m-%dT%H:%M:%S"


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _moment(value: Any) -> bool:
    if not isinstance(value, str) or not _AT.fullmatch(value):
        return False
    try:
        datetime.strptime(value[:19], _SECONDS)
    except ValueError:
        return False
    return True


def _kept(value: Any) -> bool:
    return shaped(value, {"sha256": digest, "size": int})


def _each(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


FILTERS: Mapping[str, Any] = {"items": _texts, "since": str, "unit": str, "until": str}
ABOUT: Mapping[str, Any] = {
    "entries": int,
    "filters": lambda value: shaped(value, FILTERS),
    "format": lambda value: value == FORMAT,
    "log": str,
    "on": lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None,
    "redacted": _texts,
    "root": digest,
    "size": int,
    "tool": str,
    "whole": bool,
}
"""The members of ``pack.json``."""

ENTRY: Mapping[str, Any] = {
    "actor": lambda value: shaped(value, {"id": str, "kind": str, "post": str}),
    "at": _moment,
    "change": dict,
    "evidence": _each(_kept),
    "files": _each(lambda value: value is None or _kept(value)),
    "index": int,
    "item": str,
    "kind": str,
    "log": str,
    "operation": lambda value: (
        isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value)
    ),
    "root": digest,
    "state": _each(digest),
    "tool": str,
    "v": lambda value: value == 1,
}
"""The members of an entry: docs/format.md, "Entry"."""


def entry_of(data: bytes) -> dict[str, Any]:
    """Return the entry in canonical bytes, or raise ``ValueError``."""
    entry = parsed(data)
    signed = isinstance(entry, dict) and "signature" in entry
    shape = {**ENTRY, "signature": dict} if signed else ENTRY
    if not shaped(entry, shape) or entry["index"] < 0 or len(data) > LONGEST:
        raise ValueError("entry")
    return dict(entry)


def sealed(value: Any) -> Iterator[str]:
    """Yield the digest of each personal text in a change."""
    if isinstance(value, dict) and set(value) == {"sha256"} and digest(value["sha256"]):
        yield value["sha256"]
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from sealed(part)


def check(file: IO[bytes], trust: Trust) -> Iterator[Finding]:
    """Yield everything that does not hold in a pack."""
    try:
        audit = Audit(Pack(file), trust)
    except Found as found:
        yield found.finding
        return
    yield from audit.findings()


class Audit:
    """One check of one pack."""

    def __init__(self, pack: Files, trust: Trust) -> None:
        self.pack, self.trust = pack, trust
        self.about: dict[str, Any] = pack.value("pack.json")
        if not shaped(self.about, dict(ABOUT)):
            raise Found("P04", "pack.json")
        self.checkpoint: Checkpoint | None = None
        self.signed: dict[Key, int] = {}
        self.wrong = False
        self._note = b""
        self._promised: dict[str, tuple[int, str]] = {}
        self._evidence: dict[str, str] = {}
        self._states: set[str] = set()
        self._sealed: set[str] = set()
        self._proofs: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """Yield everything that does not hold."""
        for finding in self._all():
            self.wrong = self.wrong or finding.code not in WARNINGS
            yield finding

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries again, once all of them could be read."""
        return map(entry_of, self.pack.lines("trail.jsonl", LONGEST))

    def _all(self) -> Iterator[Finding]:
        try:
            yield from self._signatures()
            yield from Walk(self).findings()
        except Found as found:
            yield found.finding
            return
        for step in (self._contents, self._items, self._people, self._others, self._read):
            try:
                yield from step()
            except Found as found:
                yield found.finding

    def _signatures(self) -> Iterator[Finding]:
        self._note = self.pack.read("checkpoint")
        try:
            found = self.checkpoint = Checkpoint.parse(self._note)
        except ValueError:
            yield Finding("C02", "checkpoint")
            return
        said = (self.about["log"], self.about["size"], self.about["root"])
        if (found.origin, found.size, found.root.hex()) != said:
            yield Finding("P08", "pack.json")
        if not self.trust.keys:
            yield Finding("C01", found.origin)
        keys = self.trust.keys or tuple(self._own_keys())
        own = [key for key in keys if key.name == found.origin]
        if self.trust.keys and not own:
            yield Finding("C05", found.origin)
            return
        self.signed = found.held([*own, *self.trust.witnesses])
        if not any(key in self.signed for key in own):
            yield Finding("C03", found.origin)
        outside = {key.public for key in self.trust.witnesses if key in self.signed}
        count = len(outside - {key.public for key in own})
        if count < self.trust.quorum:
            yield Finding("A01", f"{count} < {self.trust.quorum}")

    def _own_keys(self) -> Iterator[Key]:
        for name in self.pack.names("keys"):
            yield from keys_in(self.pack.read("keys/" + name), "keys/" + name)

    def proof(self, name: str, first: str) -> tuple[int, list[bytes]]:
        """Return the number and the hashes in a proof under the checkpoint of this pack."""
        head, _, note = self.pack.read(name).partition(b"\n\n")
        try:
            rows = text_of(head).split("\n")
            if first == "index " and rows.pop(0) != "c2sp.org/tlog-proof@v1":
                raise ValueError(name)
            if note != self._note or not rows or not rows[0].startswith(first):
                raise ValueError(name)
            return number(rows[0][len(first) :]), hashes(rows[1:])
        except (ValueError, IndexError):
            raise Found("P04", name) from None

    def promises(self, entry: dict[str, Any]) -> None:
        """Note what an entry promises."""
        if not self.about["whole"]:
            self._proofs.add(f"proofs/{entry['index']}.tlog-proof")
        about = f"entry {entry['index']}, "
        for path, kept in entry["files"].items():
            if kept is not None:
                self._promised.setdefault(kept["sha256"], (kept["size"], about + path))
        for name, kept in entry["evidence"].items():
            self._evidence.setdefault(kept["sha256"], about + name)
        self._states.update(entry["state"].values())
        self._sealed.update(sealed(entry["change"]))

    def _contents(self) -> Iterator[Finding]:
        for name in self.pack.names("contents"):
            if name not in self._promised and name not in self._evidence:
                yield Finding("P03", "contents/" + name)
                continue
            data = self.pack.read("contents/" + name, LARGEST)
            size = self._promised.get(name, (len(data), ""))[0]
            if (sha256(data).hexdigest(), len(data)) != (name, size):
                yield Finding("F02", "contents/" + name)
        for name, (_, about) in self._promised.items():
            if "contents/" + name not in self.pack.members:
                yield Finding("F01", about)
        for name, about in self._evidence.items():
            if "contents/" + name not in self.pack.members:
                yield Finding("F03", about)

    def _items(self) -> Iterator[Finding]:
        for name in self.pack.names("items"):
            data = self.pack.read("items/" + name)
            if name not in self._states:
                yield Finding("P03", "items/" + name)
            elif sha256(data).hexdigest() != name or not isinstance(_value(data), dict):
                yield Finding("P07", "items/" + name)
        for name in sorted(self._states):
            if "items/" + name not in self.pack.members:
                yield Finding("P02", "items/" + name)

    def _people(self) -> Iterator[Finding]:
        for name in self.pack.names("people"):
            data = self.pack.read("people/" + name)
            if name not in self._sealed:
                yield Finding("P03", "people/" + name)
            elif sha256(data).hexdigest() != name or not shaped(_value(data), SEALED):
                yield Finding("P06", "people/" + name)

    def _others(self) -> Iterator[Finding]:
        known = {"checkpoint", "pack.json", "trail.jsonl", "words.json", *READ, *CHECKERS}
        list(self._own_keys())
        for name in sorted(known - set(self.pack.members)):
            yield Finding("P02", name)
        for name in self.pack.members:
            if _FROM.fullmatch(name):
                self.proof(name, "old ")
            elif name.partition("/")[0] not in (*_FOLDERS, "keys") and name not in known:
                if name not in self._proofs:
                    yield Finding("P03", name)
        for name, own in {"verify.html": PAGE, "verify.py": _own()}.items():
            found = sha256(self.pack.read(name, LARGEST)).hexdigest()
            if own and found != own:
                yield Finding("P09", name)

    def _read(self) -> Iterator[Finding]:
        if self.wrong:  # what is not proven is not compared
            return
        story = Story(self.pack, self.about, self.entries)
        yield from story.words_known()
        for name, pieces in story.files():
            line = _differs(self.pack.lines(name, LARGEST), pieces)
            if line:
                yield Finding("P05", f"{name}, line {line}")


SEALED: Mapping[str, Any] = {"salt": str, "value": str}


def _value(data: bytes) -> Any:
    try:
        return parsed(data)
    except ValueError:
        return None


def _own() -> str:
    try:
        with open(__file__, "rb") as file:
            return sha256(file.read()).hexdigest()
    except (NameError, OSError):
        return ""


def _differs(lines: Iterator[bytes], pieces: Iterator[str]) -> int:
    """Return the first line in which a file is not what it should be, 0 for none."""
    number = 0
    for piece in pieces:
        for line in piece.encode().split(b"\n")[:-1]:
            number += 1
            if next(lines, None) != line:
                return number
    return 0 if next(lines, None) is None else number + 1


class Walk:
    """One pass over the entries of a pack, from the first to the last."""

    def __init__(self, audit: Audit) -> None:
        self._audit, self._about = audit, audit.about
        self._tree = Tree()
        self._last: dict[str, Any] | None = None
        self._count = 0
        self._broken = False

    def findings(self) -> Iterator[Finding]:
        """Yield what does not hold in the entries, and between them and what was signed."""
        yield from self._anchored()
        for data in self._audit.pack.lines("trail.jsonl", LONGEST):
            for finding in self._take(data):
                self._broken = True
                yield finding
            yield from self._anchored()
        yield from self._end()

    def _take(self, data: bytes) -> Iterator[Finding]:
        place = f"line {self._count + 1}"
        self._count += 1
        before = self._tree.root().hex()
        self._tree.grow(leaf_hash(data))
        try:
            entry = entry_of(data)
        except ValueError:
            yield Finding("T01", place)
            return
        place = f"entry {entry['index']}"
        if entry["log"] != self._about["log"]:
            yield Finding("T04", place)
        elif self._about["whole"]:
            if (entry["index"], entry["root"]) != (self._tree.size - 1, before):
                yield Finding("T02", place)
        else:
            yield from self._proven(entry, data, place)
        yield from self._follows(entry, place)
        self._audit.promises(entry)
        self._last = entry

    def _proven(self, entry: dict[str, Any], data: bytes, place: str) -> Iterator[Finding]:
        checkpoint = self._audit.checkpoint
        index, path = self._audit.proof(f"proofs/{entry['index']}.tlog-proof", "index ")
        leaf, under = leaf_hash(data), checkpoint or _NOTHING
        if index != entry["index"] or not included(leaf, index, under.size, path, under.root):
            yield Finding("C07", place)

    def _follows(self, entry: dict[str, Any], place: str) -> Iterator[Finding]:
        last = self._last
        if last is not None and entry["index"] <= last["index"]:
            yield Finding("T02", place)
        elif last is not None and entry["at"] <= last["at"]:
            yield Finding("T05", place)
        first, length = entry["operation"]
        if entry["index"] != first:
            whole = last is not None and last["operation"] == entry["operation"]
            whole = whole and last is not None and last["index"] + 1 == entry["index"]
        else:
            whole = last is None or sum(last["operation"]) == last["index"] + 1
        if not whole or entry["index"] >= first + length:
            yield Finding("T06", place)

    def _end(self) -> Iterator[Finding]:
        about, last = self._about, self._last
        if last is not None and sum(last["operation"]) != last["index"] + 1:
            yield Finding("T06", f"entry {last['operation'][0]}")
        elif about["entries"] != self._count:
            yield Finding("P08", f"{self._count} ≠ {about['entries']}")
        elif about["whole"] and not self._broken:
            if (self._tree.size, self._tree.root().hex()) != (about["size"], about["root"]):
                yield Finding("C06", f"{self._tree.size} / {about['size']}")
        for anchor in self._audit.trust.anchors:
            if anchor.origin != about["log"]:
                yield Finding("C05", shown(anchor.origin))
            elif anchor.size > about["size"]:
                yield Finding("A02", f"{anchor.size} > {about['size']}")
            elif not about["whole"]:
                yield from self._led(anchor)

    def _anchored(self) -> Iterator[Finding]:
        for anchor in self._audit.trust.anchors if self._about["whole"] else ():
            if anchor.size == self._tree.size and anchor.root != self._tree.root():
                yield Finding("A02", str(anchor.size))

    def _led(self, anchor: Checkpoint) -> Iterator[Finding]:
        name, checkpoint = f"proofs/from-{anchor.size}.tlog-witness", self._audit.checkpoint
        if checkpoint is None or (anchor.size == checkpoint.size):
            if checkpoint is not None and anchor.root != checkpoint.root:
                yield Finding("A02", str(anchor.size))
        elif name not in self._audit.pack.members:
            yield Finding("A03", str(anchor.size))
        else:
            old, path = self._audit.proof(name, "old ")
            sizes = (anchor.size, checkpoint.size)
            if old != anchor.size or not consistent(*sizes, path, anchor.root, checkpoint.root):
                yield Finding("A02", str(anchor.size))


def keys_in(data: bytes, about: str) -> list[Key]:
    """Return the keys in a file, one a line; raise ``Found`` where there is none."""
    try:
        found = [Key.parse(line) for line in text_of(data).split("\n") if line]
    except ValueError:
        raise Found("P04", about) from None
    if not found:
        raise Found("P04", about)
    return found


# ── What people read, made anew from what was proven ────────────────────────────────────────────

SAID: Mapping[str, tuple[str, str]] = {
    "title": ("Gói kiểm toán", "Audit pack"),
    "log": ("Nhật ký", "Log"),
    "size": ("Số mục của nhật ký", "Entries in the log"),
    "root": ("Mã băm gốc", "Root hash"),
    "holds": ("Gói gồm", "This pack holds"),
    "whole": ("toàn bộ nhật ký", "the whole log"),
    "part": (
        "một phần: chứng minh các mục dưới đây có trong nhật ký, không chứng minh là không thiếu "
        "mục nào",
        "a part: it proves that these entries stand in the log, not that none is missing",
    ),
    "since": ("Từ", "Since"),
    "until": ("Đến", "Until"),
    "unit": ("Đơn vị", "Unit"),
    "items": ("Đối tượng", "Items"),
    "redacted": ("Đã che theo yêu cầu", "Redacted on request"),
    "tool": ("Phần mềm tạo gói", "Made by"),
    "check": (
        "Kiểm tra: mở verify.html bằng trình duyệt, hoặc chạy "
        "“python3 -I verify.py GÓI.zip --key KHÓA”. Khóa phải nhận riêng, ngoài gói này.",
        "To check: open verify.html in a browser, or run “python3 -I verify.py PACK.zip --key KEY”. "
        "Get the key on another way than this pack.",
    ),
    "checkpoint": ("Điểm kiểm chứng có chữ ký", "Signed checkpoint"),
    "in_force": ("Tài liệu đang hiệu lực ngày", "Documents in force on"),
    "code": ("Mã số", "Code"),
    "name": ("Tên", "Title"),
    "number": ("Ban hành . sửa đổi", "Issue . amendment"),
    "effective": ("Hiệu lực từ", "In force from"),
    "timeline": ("Diễn biến", "Timeline"),
    "corrected_by": ("được sửa lại ở mục", "corrected by entry"),
    "corrects": ("sửa lại mục", "corrects entry"),
    "hidden": ("đã che hoặc đã xóa", "redacted or erased"),
    "hides": ("Nội dung cá nhân không có trong gói", "Personal texts that this pack leaves out"),
    "files": ("Tệp", "Files"),
    "evidence": ("Bằng chứng", "Evidence"),
    "gone": ("không còn", "removed"),
    "absent": ("không kèm theo", "not enclosed"),
    "signature": ("Chữ ký của người thực hiện", "Signature of the actor"),
    "none": ("Không có.", "None."),
}
"""The words of ``index.html``, in Vietnamese and in English."""

STYLE = """
:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#1a1a1a}h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:2px solid #1d4f91}
i{color:#5a5a5a;font-size:.85em}table{border-collapse:collapse;width:100%}td,th{text-align:left;
vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
th{font-weight:600;width:30%}article{margin:1.2rem 0;padding:.6rem 1rem;border:1px solid #c8c8c8;
border-radius:6px;break-inside:avoid;content-visibility:auto;contain-intrinsic-size:auto 14rem}
h3{margin:.2rem 0;font-size:1.05rem}p{margin:.3rem 0}pre,code{font-size:.85em;overflow-wrap:anywhere;
white-space:pre-wrap}mark{background:#fff1b8}.hidden{color:#8a4b00}
@media print{body{margin:0;max-width:none;font-size:11pt}article{content-visibility:visible}}
"""

COLUMNS = (
    "entry",
    "at",
    "actor",
    "name",
    "post",
    "kind",
    "what",
    "item",
    "field",
    "value",
    "redacted",
    "corrected_by",
    "corrects",
)
"""The columns of ``entries.csv``: one row for each field of each entry."""

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Field(NamedTuple):
    """One detail of an entry as people read it."""

    name: str
    text: str
    redacted: bool = False
    content: str = ""
    corrected_by: tuple[int, ...] = ()
    corrects: tuple[int, ...] = ()


class Told(NamedTuple):
    """One entry as people read it."""

    entry: dict[str, Any]
    sha256: str
    name: str
    post: str
    fields: tuple[Field, ...]
    corrected_by: tuple[int, ...]


class Story:
    """What the entries of a pack tell: who, what, and what was corrected later."""

    def __init__(
        self,
        pack: Files,
        about: dict[str, Any],
        entries: Callable[[], Iterator[dict[str, Any]]],
    ) -> None:
        self._pack, self._about, self._entries = pack, about, entries
        self._words: dict[str, Any] = pack.value("words.json")
        if not isinstance(self._words, dict) or not all(
            shaped(words, {"en": str, "fields": _each(lambda one: isinstance(one, str)), "vi": str})
            for words in self._words.values()
        ):
            raise Found("P04", "words.json")
        self._corrected: dict[tuple[int, str], tuple[int, ...]] = {}
        self._corrects: dict[tuple[int, str], tuple[int, ...]] = {}
        self._standing: dict[str, str] = {}
        self._used: dict[str, set[str]] = {}
        self._survey()

    def words_known(self) -> Iterator[Finding]:
        """Yield a finding unless every word in the pack is one that this checker knows."""
        known = vocabulary()
        for kind, fields in self._used.items():
            words = self._words.get(kind, {"en": "", "fields": {}, "vi": ""})
            vi, en, titles = known.get(kind, ([kind], [kind], {}))
            good = words["vi"] in vi and words["en"] in en and set(words["fields"]) == fields
            said = words["fields"].items()
            if not good or any(title not in titles.get(name, [name]) for name, title in said):
                yield Finding("P05", f"words.json, {kind}")
        for kind in sorted(set(self._words) - set(self._used)):
            yield Finding("P05", f"words.json, {shown(kind)}")

    def files(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield each file that people read, with its text in pieces that end with a line."""
        yield "entries.csv", self._csv()
        yield "entries.jsonl", self._jsonl()
        yield "index.html", self._html()

    def _body(self, digest: str) -> dict[str, Any]:
        body = self._pack.value("items/" + digest)
        return body if isinstance(body, dict) else {}

    def _survey(self) -> None:
        said: dict[tuple[str, str], tuple[int, Any]] = {}
        opened: dict[str, int] = {}
        for entry in self._entries():
            index, item = entry["index"], entry["item"]
            self._used.setdefault(entry["kind"], set()).update(entry["change"])
            opened.setdefault(item, index)
            self._standing.update(entry["state"])
            body = self._body(entry["state"][item]) if item in entry["state"] else {}
            for name, value in entry["change"].items():
                before = said.get((item, name))
                if name == "code" or name not in body:
                    continue
                if before is not None and before[1] != value:
                    self._note(before[0], index, name)
                said[item, name] = (index, value)
            if item.startswith("correction:"):
                for other in entry["state"]:
                    if other != item and other in opened:
                        self._note(opened[other], index, "")

    def _note(self, before: int, after: int, name: str) -> None:
        self._corrected[before, name] = (*self._corrected.get((before, name), ()), after)
        self._corrects[after, name] = (*self._corrects.get((after, name), ()), before)

    def _told(self) -> Iterator[Told]:
        names: dict[str, str] = {}
        for entry in self._entries():
            for own, state in entry["state"].items():
                register = own.partition(":")[0]
                if register in ("person", "post"):
                    said = self._body(state).get("name" if register == "person" else "title", "")
                    names[own] = self._clear(said)
            actor = entry["actor"]
            yield Told(
                entry,
                sha256(canonical(entry)).hexdigest(),
                names.get(actor["id"], ""),
                names.get(actor["post"], ""),
                tuple(self._fields(entry)),
                self._corrected.get((entry["index"], ""), ()),
            )

    def _clear(self, said: Any) -> str:
        """Return a text that may be personal, empty where it is not in the pack."""
        if not isinstance(said, dict):
            return said if isinstance(said, str) else ""
        name = f"people/{said.get('sha256')}"
        return str(self._pack.value(name)["value"]) if name in self._pack.members else ""

    def _fields(self, entry: dict[str, Any]) -> Iterator[Field]:
        for name in sorted(entry["change"]):
            place = (entry["index"], name)
            marks = (self._corrected.get(place, ()), self._corrects.get(place, ()))
            for field in self._spread(name, entry["change"][name]):
                yield field._replace(corrected_by=marks[0], corrects=marks[1])

    def _spread(self, name: str, value: Any) -> Iterator[Field]:
        if isinstance(value, dict) and set(value) == {"sha256"}:
            here = f"people/{value['sha256']}" in self._pack.members
            yield Field(name, self._clear(value), not here, "")
        elif _kept(value):
            yield Field(name, f"{value['sha256']} ({value['size']} B)", False, value["sha256"])
        elif isinstance(value, dict) and value:
            for key in sorted(value):
                yield from self._spread(f"{name}.{key}", value[key])
        elif isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
            for place, one in enumerate(value):
                yield from self._spread(f"{name}.{place}", one)
        elif isinstance(value, list):
            yield Field(name, ", ".join(map(_plain, value)))
        else:
            yield Field(name, _plain(value))

    # CSV and JSON Lines, for the auditor's own tools

    def _csv(self) -> Iterator[str]:
        yield "\ufeff" + _row(COLUMNS)
        for told in self._told():
            entry, actor = told.entry, told.entry["actor"]
            what = self._words[entry["kind"]]["vi"]
            head = (str(entry["index"]), entry["at"], actor["id"], told.name, actor["post"])
            head = (*head, entry["kind"], what, entry["item"])
            for field in told.fields:
                marks = (*told.corrected_by, *field.corrected_by)
                tail = ("x" if field.redacted else "", _numbers(marks), _numbers(field.corrects))
                yield _row((*head, field.name, field.text, *tail))

    def _jsonl(self) -> Iterator[str]:
        for told in self._told():
            entry, words = told.entry, self._words[told.entry["kind"]]
            line = {
                "actor": {**entry["actor"], "name": told.name, "title": told.post},
                "at": entry["at"],
                "corrected_by": list(told.corrected_by),
                "entry": entry["index"],
                "evidence": entry["evidence"],
                "fields": [field._asdict() for field in told.fields],
                "files": entry["files"],
                "item": entry["item"],
                "kind": entry["kind"],
                "sha256": told.sha256,
                "what": {"en": words["en"], "vi": words["vi"]},
            }
            yield canonical(line).decode() + "\n"

    # index.html

    def _html(self) -> Iterator[str]:
        about = self._about
        title = f"{SAID['title'][0]} – {about['log']}"
        yield (
            '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        )
        yield f"<h1>{_both('title')}: {escape(about['log'])}</h1>\n<p>{_both('check')}</p>\n"
        yield from self._facts()
        yield from self._in_force()
        hidden: list[str] = []
        yield f"<h2>{_both('timeline')}</h2>\n"
        for told in self._told():
            yield from self._article(told)
            place = f'<a href="#e{told.entry["index"]}">#{told.entry["index"]}</a> '
            hidden += [place + escape(field.name) for field in told.fields if field.redacted]
        yield f"<h2>{_both('hides')}</h2>\n"
        yield f"<p>{', '.join(hidden) if hidden else _both('none')}</p>\n</body>\n</html>\n"

    def _facts(self) -> Iterator[str]:
        about, filters = self._about, self._about["filters"]
        kind = _both("whole") if about["whole"] else f"{about['entries']} · {_both('part')}"
        rows = {
            "log": escape(about["log"]),
            "size": str(about["size"]),
            "root": f"<code>{about['root']}</code>",
            "holds": kind,
            "since": escape(filters["since"]),
            "until": escape(filters["until"]),
            "unit": escape(filters["unit"]),
            "items": escape(", ".join(filters["items"])),
            "redacted": escape(", ".join(about["redacted"])),
            "tool": escape(about["tool"]),
        }
        if "checkpoint" in self._pack.members:
            note = self._pack.read("checkpoint").decode()
            rows["checkpoint"] = f"<pre>{escape(note)}</pre>"
        yield "<table>\n"
        for name, text in rows.items():
            if text:
                yield f"<tr><th>{_both(name)}</th><td>{text}</td></tr>\n"
        yield "</table>\n"

    def _in_force(self) -> Iterator[str]:
        on = self._about["on"]
        yield f"<h2>{_both('in_force')} {_day(on)}</h2>\n<table>\n<tr>"
        yield "".join(f"<th>{_both(name)}</th>" for name in ("code", "name", "number", "effective"))
        yield "</tr>\n"
        for own in sorted(own for own in self._standing if own.startswith("revision:")):
            body = self._body(self._standing[own])
            if body["effective"] <= on and (body["until"] is None or on < body["until"]):
                state = self._standing.get(body["document"])
                code = self._body(state)["code"] if state else body["document"]
                cells = (code, body["title"], f"{body['issue']}.{body['amendment']}")
                cells = (*cells, _day(body["effective"]))
                yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"
        yield "</table>\n"

    def _article(self, told: Told) -> Iterator[str]:
        entry, actor = told.entry, told.entry["actor"]
        index, words = entry["index"], self._words[entry["kind"]]
        at = datetime.strptime(entry["at"][:19], _SECONDS) + timedelta(hours=7)
        post = f", {told.post} ({actor['post']})" if actor["post"] else ""
        who = f"{told.name} ({actor['id']}){post}" if told.name else actor["id"] + post
        yield (
            f'<article id="e{index}">\n<h3>#{index} · {escape(words["vi"])} '
            f'<i lang="en">{escape(words["en"])}</i></h3>\n'
            f"<p>{at:%d/%m/%Y %H:%M:%S} · {escape(who)} · <code>{escape(entry['kind'])}</code> · "
            f"<code>{escape(entry['item'])}</code></p>\n"
        )
        if told.corrected_by:
            yield f"<p>{_marks('corrected_by', told.corrected_by)}</p>\n"
        yield "<table>\n"
        for field in told.fields:
            if field.text or field.redacted or field.corrected_by or field.corrects:
                yield self._line(field, words["fields"])
        yield "</table>\n"
        yield from self._enclosed("files", entry["files"])
        yield from self._enclosed("evidence", entry["evidence"])
        if "signature" in entry:
            signature = escape(canonical(entry["signature"]).decode())
            yield f"<p>{_both('signature')}: <code>{signature}</code></p>\n"
        yield f"<p><code>sha256 {told.sha256}</code></p>\n</article>\n"

    def _line(self, field: Field, titles: dict[str, str]) -> str:
        top, _, rest = field.name.partition(".")
        name = escape(titles[top]) + (f" · {escape(rest)}" if rest else "")
        text = f'<span class="hidden">{_both("hidden")}</span>'
        text = text if field.redacted else self._linked(field.content, field.text)
        text += _marks("corrected_by", field.corrected_by) + _marks("corrects", field.corrects)
        return f'<tr><th>{name} <i lang="en">{escape(field.name)}</i></th><td>{text}</td></tr>\n'

    def _enclosed(self, what: str, files: dict[str, Any]) -> Iterator[str]:
        for path in sorted(files):
            kept = files[path]
            text = (
                self._linked(kept["sha256"], path) if kept else f"{escape(path)}: {_both('gone')}"
            )
            if kept and f"contents/{kept['sha256']}" not in self._pack.members:
                text += f" – {_both('absent')}"
            yield f"<p>{_both(what)}: {text}</p>\n"

    def _linked(self, content: str, text: str) -> str:
        if f"contents/{content}" not in self._pack.members:
            return escape(text)
        return f'<a href="contents/{content}">{escape(text)}</a>'


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bool, int)):
        return json.dumps(value)
    return value if isinstance(value, str) else ""


def _day(day: str) -> str:
    return f"{day[8:10]}/{day[5:7]}/{day[:4]}"


def _numbers(indices: Iterable[int]) -> str:
    return ", ".join(map(str, indices))


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    safe = ["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells]
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(safe)
    return text.getvalue()


def _both(word: str) -> str:
    vi, en = SAID[word]
    return f'{escape(vi)} <i lang="en">{escape(en)}</i>'


def _marks(word: str, indices: tuple[int, ...]) -> str:
    links = ", ".join(f'<a href="#e{index}">#{index}</a>' for index in indices)
    return f" <mark>{_both(word)} {links}</mark>" if indices else ""


# ── The command ─────────────────────────────────────────────────────────────────────────────────

_TOLD = {
    "log": ("Log {log}: {size} entries, root {root}", "Nhật ký {log}: {size} mục, gốc {root}"),
    "whole": ("The pack holds the whole log.", "Gói chứa toàn bộ nhật ký."),
    "part": (
        "The pack holds {n} entries: it proves that they stand in the log, not that none is missing.",
        "Gói chứa {n} mục: chứng minh các mục này có trong nhật ký, không chứng minh là đủ.",
    ),
    "signed": ("Signed by {name}, key {id}", "Ký bởi {name}, khóa {id}"),
    "cosigned": (
        "Cosigned by {name} at {at} UTC, key {id}",
        "Cùng ký: {name} lúc {at} UTC, khóa {id}",
    ),
    "good": ("Nothing wrong was found.", "Không phát hiện sai lệch."),
    "bad": ("{n} findings.", "{n} sai lệch."),
}
_ENOUGH = 200


class Unusable(Exception):
    """Something that was given cannot be read."""


def main(words: list[str] | None = None) -> int:
    """Check one pack and return the exit code."""
    given = _arguments(words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        trust = _trust(given)
        with open(given.pack, "rb") as file:
            return _checked(file, trust, given.lang)
    except (OSError, Unusable) as error:
        print(error, file=sys.stderr)
        return 2


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check an audit pack / Kiểm tra gói kiểm toán.")
    parser.add_argument("pack", help="the zip / tệp zip")
    files: dict[str, Any] = {"action": "append", "default": [], "metavar": "FILE"}
    parser.add_argument("--key", help="key of the log / khóa của nhật ký", **files)
    parser.add_argument("--witness", help="key of a witness / khóa của bên làm chứng", **files)
    parser.add_argument("--quorum", type=int, default=None, help="how many witnesses / số bên")
    parser.add_argument("--anchor", help="a kept checkpoint / điểm kiểm chứng đã giữ", **files)
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    return parser.parse_args(words)


def _trust(given: argparse.Namespace) -> Trust:
    witnesses = tuple(key for path in given.witness for key in _keys(path))
    quorum = given.quorum if given.quorum is not None else min(1, len(witnesses))
    anchors = tuple(map(_anchor, given.anchor))
    return Trust(
        tuple(key for path in given.key for key in _keys(path)), witnesses, quorum, anchors
    )


def _keys(path: str) -> list[Key]:
    try:
        return keys_in(_small(path), path)
    except Found:
        raise Unusable(f"{path}: no key / không phải khóa") from None


def _anchor(path: str) -> Checkpoint:
    try:
        return Checkpoint.parse(_small(path))
    except ValueError:
        raise Unusable(f"{path}: no checkpoint / không phải điểm kiểm chứng") from None


def _small(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1_000_000)


def _checked(file: IO[bytes], trust: Trust, language: str) -> int:
    def say(word: str, **values: Any) -> None:
        print(_TOLD[word][language == "vi"].format(**values))

    errors = 0
    audit = None
    try:
        audit = Audit(Pack(file), trust)
        findings = audit.findings()
    except Found as found:
        findings = iter((found.finding,))
    for finding in findings:
        errors += finding.code not in WARNINGS
        if errors <= _ENOUGH:
            print(finding.says(language))
    if audit is not None:
        about = audit.about
        say("log", log=shown(about["log"]), size=about["size"], root=about["root"])
        say("whole" if about["whole"] else "part", n=about["entries"])
        for key, at in audit.signed.items() if trust.keys else ():
            when = datetime(1970, 1, 1) + timedelta(seconds=min(at, 10**11))
            say("cosigned" if at else "signed", name=key.name, id=key.id.hex(), at=when)
    say("bad" if errors else "good", n=errors)
    return 1 if errors else 0


# ── Words: made by ``python -m tests.checker.generate``; every word that was ever in use ────────


def vocabulary() -> dict[str, tuple[list[str], list[str], dict[str, list[str]]]]:
    """Return what each kind and each of its fields is called: every word that was ever in use."""
    found = {}
    for line in WORDS.strip().split("\n"):
        kind, vi, en, *fields = line.split("|")
        titles = dict(field.split("=", 1) for field in fields)
        known = {name: title.split("~") for name, title in titles.items()}
        found[kind] = (vi.split("~"), en.split("~"), known)
    return found


PAGE = ""
"""The SHA-256 of the ``verify.html`` that belongs to this file."""

WORDS = """
"""

if __name__ == "__main__":
    sys.exit(main())
