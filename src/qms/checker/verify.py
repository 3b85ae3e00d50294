"""Checks an audit pack: ``python3 -I verify.py PACK.zip --key FILE``.

One file, Python's standard library (3.8 or newer), no network, no database, nothing of the
system that made the pack. Nothing is believed that is not computed here. It ends with 0 where
nothing is wrong, with 1 after one line for each finding, with 2 where it could not read.

What a pack is made of is said in docs/format.md, section "The pack". This file reads from top
to bottom: what it may find; signatures; JSON; the zip; the tree; signed notes; the check
itself; and last what people read, made anew from what was proven and compared byte for byte.

A pack may be of any length: what must be known of each of its files and entries lies in tables
on disk meanwhile, without a name, where the system keeps temporary files (TMPDIR says another
place).
"""

from __future__ import annotations

import argparse
import base64
import errno
import io
import json
import os
import re
import sqlite3
import struct
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from html import escape, unescape
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
    "P10": (
        "This pack is of a newer form: take a newer checker.",
        "Gói này theo khuôn dạng mới hơn: hãy dùng bộ kiểm tra mới hơn.",
    ),
    "C01": (
        "The log's key was not given (--key): who signed this is not known.",
        "Chưa cho khóa của nhật ký (--key): không biết ai đã ký nội dung này.",
    ),
    "C02": ("This is no signed checkpoint.", "Đây không phải điểm kiểm chứng có chữ ký."),
    "C03": ("No key that was given signed this checkpoint.", "Không khóa nào đã cho ký điểm này."),
    "C04": (
        "The signature does not hold over this checkpoint.",
        "Chữ ký không khớp với điểm kiểm chứng này.",
    ),
    "C05": (
        "This checkpoint, or key, is of another log.",
        "Điểm kiểm chứng hoặc khóa này là của nhật ký khác.",
    ),
    "C06": (
        "The entries do not make the tree that was signed.",
        "Các mục không tạo thành cây băm đã được ký.",
    ),
    "C07": (
        "The proof does not lead from this entry, or checkpoint, to the tree that was signed.",
        "Bằng chứng không dẫn từ mục hoặc điểm kiểm chứng này tới cây băm đã được ký.",
    ),
    "C08": (
        "This checkpoint is not signed by the key in force then.",
        "Điểm kiểm chứng này không có chữ ký của khóa có hiệu lực khi đó.",
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
    "A04": (
        "This copy ends before the checkpoint that was kept: it is older, or its end was cut off.",
        "Bản này kết thúc trước điểm kiểm chứng đã giữ: bản này cũ hơn, hoặc phần cuối đã bị cắt bỏ.",
    ),
    "A05": (
        "This timestamp does not hold, or by no authority that is trusted.",
        "Dấu thời gian này không khớp, hoặc không do tổ chức được tin cậy cấp.",
    ),
    "A06": (
        "Who made this timestamp was not checked.",
        "Chưa kiểm tra ai đã cấp dấu thời gian này.",
    ),
    "K01": (
        "The key before did not sign that this one follows it.",
        "Khóa cũ không ký xác nhận khóa này thay thế nó.",
    ),
    "K02": (
        "This key bears the name of another trail.",
        "Khóa này mang tên của nhật ký khác.",
    ),
    "K03": (
        "The key that was given was replaced; it signed which one follows it.",
        "Khóa đã cho nay đã được thay; chính khóa đó đã ký xác nhận khóa kế tiếp.",
    ),
    "K11": (
        "The policy of its day demands that the actor signs this; nobody signed.",
        "Chính sách khi đó đòi người làm việc này ký số, nhưng không có chữ ký.",
    ),
    "K12": (
        "The signature under this entry does not hold.",
        "Chữ ký số của mục này không khớp.",
    ),
    "K13": (
        "The key that signed this was not the actor's, or was revoked.",
        "Khóa đã ký mục này không phải của người thao tác hoặc đã bị thu hồi.",
    ),
    "K14": (
        "This key still signed when it was no longer safe, as was told later.",
        "Khóa này vẫn được dùng để ký khi đã không còn an toàn (báo mất sau đó).",
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
    "F04": ("This evidence was altered.", "Bằng chứng này đã bị sửa."),
}
"""What each finding means, in English and in Vietnamese."""

CUT = (
    "This is no whole pack (a download cut short?): fetch it again.",
    "Đây không phải gói kiểm toán trọn vẹn (có thể do tải dở): hãy tải lại hoặc xin lại.",
)
"""What ``P01`` says of a file whose end is not that of a pack."""

PLACES = (
    (r"\bentry ([0-9]+)", r"mục \1"),
    (r"\bline ([0-9]+)", r"dòng \1"),
    (r"\bbyte ([0-9]+)", r"byte thứ \1"),
    (r"\b([0-9]+) of ([0-9]+) witnesses", r"\1 trên \2 bên làm chứng"),
    (r"\b([0-9]+) entries, the pack says ([0-9]+)", r"\1 mục, gói ghi \2"),
    (r"\b([0-9]+) entries, here ([0-9]+)", r"\1 mục, ở đây \2"),
    (r"\b([0-9]+) entries", r"\1 mục"),
    (r"\b([0-9]+) bytes", r"\1 byte"),
    (r"\bcharacter ([0-9]+)", r"ký tự thứ \1"),
    (r"\bnode ([0-9]+/[0-9]+)", r"nút \1"),
    (r"\buntil ([0-9]+)", r"đến mục \1"),
    (r"\ba number\b", "một số"),
    (r"^end$", "cuối tệp"),
)
"""How the place of a finding reads in Vietnamese."""

WARNINGS = frozenset({"A06", "F03", "K01", "K03", "K14", "P09"})
"""Findings that are said, and by themselves do not make the pack wrong."""


class Finding(NamedTuple):
    """One thing that does not hold, and where."""

    code: str
    about: str

    def says(self, language: str) -> str:
        """Return code, place and sentence in ``"vi"`` or ``"en"``."""
        about = "".join(one if one.isprintable() else " " for one in self.about)
        place = "" if self.cut() else f" {placed(about, language)}"
        return f"{self.code}{place}: {self.sentences()[language == 'vi']}"

    def sentences(self) -> tuple[str, str]:
        """Return what it means, in English and in Vietnamese."""
        return CUT if self.cut() else SAYS[self.code]

    def cut(self) -> bool:
        """Tell whether the file is no whole pack."""
        return self == ("P01", "end")


def placed(about: str, language: str) -> str:
    """Return the place of a finding in ``"vi"`` or ``"en"``."""
    for said, vi in PLACES if language == "vi" else ():
        about = re.sub(said, vi, about)
    return about


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
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: Any) -> bytes:
    """Return the one form of a value."""
    return _ENCODER.encode(value).encode()


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


def shaped(value: Any, shape: Mapping[str, Any]) -> bool:
    """Tell whether a value is an object with just these members, each of its type."""
    return (
        isinstance(value, dict)
        and set(value) == set(shape)
        and all(
            type(value[name]) is kind if isinstance(kind, type) else kind(value[name])
            for name, kind in shape.items()
        )
    )


# ── What is kept meanwhile ──────────────────────────────────────────────────────────────────────

CACHE = 16_000
"""Kilobytes of its tables that an ``Aside`` keeps in memory."""


class Aside:
    """Tables on disk that nobody else sees: of a million entries they would fill the memory."""

    def __init__(self, *tables: str) -> None:
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in (f"cache_size = -{CACHE}", "journal_mode = OFF"):
            self.do(f"PRAGMA {setting}")
        for said in (*tables, "BEGIN"):
            self.do(said)

    def __del__(self) -> None:
        self._base.close()

    def do(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Return what a statement gives; raise ``OSError`` where the disk does not hold it."""
        try:
            return self._base.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, str(error), "TMPDIR") from error

    def one(self, statement: str, *values: Any) -> Any:
        """Return the first row that a statement gives, or ``None``."""
        return self.do(statement, *values).fetchone()


# ── The zip: every file stored as it is, sorted, nothing between, before or behind ──────────────

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
        name, far = self.name.encode(), _far(self._long())
        needs, size = 45 if far else 20, min(self.size, _FULL)
        sizes = (self.crc, size, size, len(name), len(far))
        return _LOCAL.pack(b"PK\3\4", needs, 0, 0, 0, _DAY, *sizes) + name + far

    def row(self) -> bytes:
        """Return what the directory at the end says of it."""
        place = [self.offset] if self.offset >= _FULL else []
        name, far = self.name.encode(), _far(self._long() + place)
        needs, size = 45 if far else 20, min(self.size, _FULL)
        sizes = (self.crc, size, size, len(name), len(far))
        rest = (0, 0, 0, 0o100644 << 16, min(self.offset, _FULL))
        head = _CENTRAL.pack(b"PK\1\2", 0x300 | needs, needs, 0, 0, 0, _DAY, *sizes, *rest)
        return head + name + far

    def _long(self) -> list[int]:
        return [self.size, self.size] if self.size >= _FULL else []


def _far(numbers: list[int]) -> bytes:
    """Return the zip64 field with numbers for which there is no room elsewhere."""
    size = len(numbers)
    return struct.pack(f"<HH{size}Q", 1, 8 * size, *numbers) if numbers else b""


class Members(Collection[str]):
    """The files in a zip, by name and in the order of their names."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        columns = "name TEXT PRIMARY KEY, size INTEGER, crc INTEGER, offset INTEGER"
        self._aside = Aside(f"CREATE TABLE member ({columns}) WITHOUT ROWID")
        for member in members:
            self.add(member)

    def add(self, member: Member) -> None:
        """Take one more, whose name is new."""
        self._aside.do("INSERT INTO member VALUES (?, ?, ?, ?)", *member)

    def remove(self, name: str) -> None:
        """Forget one."""
        self._aside.do("DELETE FROM member WHERE name = ?", name)

    def __getitem__(self, name: str) -> Member:
        found = self._aside.one("SELECT * FROM member WHERE name = ?", name)
        if found is None:
            raise KeyError(name)
        return Member(*found)

    def __contains__(self, name: object) -> bool:
        return self._aside.one("SELECT 1 FROM member WHERE name = ?", name) is not None

    def __iter__(self) -> Iterator[str]:
        return (member.name for member in self.each())

    def __len__(self) -> int:
        return int(self._aside.one("SELECT count(*) FROM member")[0])

    def each(self) -> Iterator[Member]:
        """Yield all of them."""
        for row in self._aside.do("SELECT * FROM member ORDER BY name"):
            yield Member(*row)


def ending(count: int, start: int, length: int) -> bytes:
    """Return the end of a zip with so many files, whose directory lies there and is so long."""
    far = b""
    if count >= 0xFFFF or max(start, length) >= _FULL:
        far = _END64.pack(b"PK\6\6", 44, 0x32D, 45, 0, 0, count, count, length, start)
        far += _LOCATOR.pack(b"PK\6\7", 0, start + length, 1)
    files = min(count, 0xFFFF)
    return far + _END.pack(b"PK\5\6", 0, 0, files, files, min(length, _FULL), min(start, _FULL), 0)


class Files:
    """The files of a pack by name, wherever they lie."""

    members: Collection[str]

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
            for line in whole:
                if len(line) > most:
                    raise Found("P04", name)
                yield line
            if len(rest) > most:
                raise Found("P04", name)
        if rest:
            raise Found("P04", name)


class Pack(Files):
    """A zip open for reading; whatever is not in the one form raises ``Found``."""

    members: Members

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self.members = Members(self._directory(*self._ending()))
        for member in self.members.each():
            header = member.header()
            if self._at(member.offset, len(header)) != header:
                raise Found("P01", member.name)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; a wrong checksum raises at the end."""
        try:
            member, crc = self.members[name], 0
        except KeyError:
            raise Found("P02", name) from None
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
        if (count == 0xFFFF or _FULL in (start, length)) and len(tail) == 98:
            *_, count, length, start = _END64.unpack(tail[: _END64.size])
        if start + length > self._size:
            raise Found("P01", "end")
        said = ending(count, start, length)
        if start + length + len(said) != self._size or not tail.endswith(said):
            raise Found("P01", "end")
        return count, start, length

    def _directory(self, count: int, start: int, length: int) -> Iterator[Member]:
        self._file.seek(start)
        at, last, left = 0, "", length
        for _ in range(count):
            member, taken = self._row()
            end = at + len(member.header()) + member.size
            if member.name <= last or member.offset != at or end > start:
                raise Found("P01", member.name)
            yield member
            at, last, left = end, member.name, left - taken
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
        offset, long = fields[16], len(far) // 8 if len(far) % 8 == 4 else 0
        numbers = struct.unpack(f"<{long}Q", far[4:]) if long else ()
        if long > 1:
            size = numbers[0]
        if long in (1, 3):
            offset = numbers[-1]
        member = Member(name, size, crc, offset)
        if member.row() != head + raw + far:
            raise Found("P01", name)
        return member, len(head + raw + far)


def shown(text: str) -> str:
    """Return the beginning of a text, fit for any screen."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text[:60])


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

    def shown(self) -> str:
        """Return under which name and number it goes."""
        return f"{self.name}+{self.id.hex()}"

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

    def held(self, keys: Iterable[Key], place: str = "checkpoint") -> dict[Key, int]:
        """Return which of the keys signed, and when they say; raise ``Found`` where one did not."""
        known = {(key.name, key.id): key for key in keys}
        held: dict[Key, int] = {}
        for name, own, signature in self.signatures:
            key = known.get((name, own))
            if key is not None:
                at = key.checks(self.text, signature)
                if at is None:
                    raise Found("C04", f"{place}, {name}")
                held[key] = max(at, held.get(key, 0))
        return held


_NOTHING = Checkpoint("", 0, b"", b"", ())
_PRINTED = re.compile("<pre>([^<]*)</pre>")


def kept_in(data: bytes) -> Checkpoint:
    """Return the checkpoint in a file: a note, or the page or the letter that was made of it.

    The letter has it attached, in base64. Raise ``ValueError`` where there is not just one.
    """
    said = data.decode("utf-8-sig").replace("\r\n", "\n")
    notes = {said.encode(), *(unescape(note).encode() for note in _PRINTED.findall(said))}
    parts = (part.partition("\n--")[0].replace("\n", "") for part in said.split("\n\n"))
    (found,) = {*_all(Checkpoint.parse, notes), *_all(_attached, parts)}
    return found


def _attached(part: str) -> Checkpoint:
    return Checkpoint.parse(unpacked(part))


def _all(read: Callable[[Any], Checkpoint], parts: Iterable[Any]) -> Iterator[Checkpoint]:
    for part in parts:
        try:
            yield read(part)
        except ValueError:
            continue


class Trust(NamedTuple):
    """What an auditor holds: keys of the log, of witnesses, how many of these, old checkpoints."""

    keys: tuple[Key, ...] = ()
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    anchors: tuple[Checkpoint, ...] = ()
    names: tuple[str, ...] = ()


# ── What people signed with their own keys: openssh PROTOCOL.sshsig, PROTOCOL.u2f ───────────────

_ARMOR = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n"
)
_Q = 2**256 - 2**224 + 2**192 + 2**96 - 1  # P-256: FIPS 186-5, SEC 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def _plus(p: Any, q: Any) -> Any:
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % _Q == 0:
        return None
    if p == q:
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], _Q - 2, _Q)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], _Q - 2, _Q)
    x = (slope * slope - p[0] - q[0]) % _Q
    return x, (slope * (p[0] - x) - p[1]) % _Q


def pair_holds(public: bytes, message: bytes, r: int, s: int) -> bool:
    """Tell whether an ECDSA signature over a message was made with a key of the curve P-256."""
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if len(public) != 65 or public[0] != 4 or max(x, y) >= _Q:
        return False
    if (y * y - x * x * x + 3 * x - _B) % _Q or not (0 < r < _N and 0 < s < _N):
        return False
    w, z = pow(s, _N - 2, _N), int.from_bytes(sha256(message).digest(), "big")
    total = None
    for scalar, point in ((z * w % _N, _G), (r * w % _N, (x, y))):
        step: Any = point
        while scalar:
            total = _plus(total, step) if scalar & 1 else total
            step, scalar = _plus(step, step), scalar >> 1
    return total is not None and total[0] % _N == r


def _strings(data: bytes) -> list[bytes]:
    """Return the strings that lie one after the other, each behind its length."""
    found, at = [], 0
    while at < len(data):
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise ValueError("cut short")
        found.append(data[start:at])
    return found


def _packed(*strings: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "big") + one for one in strings)


def ssh_signer(armored: str, data: bytes) -> bytes:
    """Return the key that signed data for this system, or raise ``ValueError``."""
    found = _ARMOR.fullmatch(armored)
    blob = unpacked(found[1].replace("\n", "")) if found else b""
    if blob[:10] != b"SSHSIG\0\0\0\1":
        raise ValueError("SSHSIG")
    key, space, reserved, name, made = _strings(blob[10:])
    hashed = {b"sha256": sha256, b"sha512": sha512}[name](data).digest()
    message = b"SSHSIG" + _packed(space, reserved, name, hashed)
    kind, *parts = _strings(key)
    token = kind.startswith(b"sk-")
    mark = made[-5:] if token else b""
    said, signature = _strings(made[: len(made) - len(mark)])
    if (space, reserved, said) != (b"qms", b"", kind) or (token and not mark[:1][0] & 1):
        raise ValueError("purpose")
    if token:
        message = sha256(parts.pop()).digest() + mark + sha256(message).digest()
    if not _made(
        kind.replace(b"sk-", b"").replace(b"@openssh.com", b""), parts, message, signature
    ):
        raise ValueError("signature")
    return key


def _made(kind: bytes, parts: list[bytes], message: bytes, signature: bytes) -> bool:
    if kind == b"ssh-ed25519" and len(parts) == 1:
        return holds(parts[0], message, signature)
    if kind == b"ecdsa-sha2-nistp256" and len(parts) == 2 and parts[0] == b"nistp256":
        r, s = (int.from_bytes(number, "big") for number in _strings(signature))
        return pair_holds(parts[1], message, r, s)
    return False


def core(entry: dict[str, Any]) -> bytes:
    """Return what the actor of an entry signs."""
    said = {name: entry[name] for name in ("index", "item", "kind", "log", "root", "state")}
    said["digest"] = sha256(canonical(entry["change"])).hexdigest()
    said["meaning"] = entry["signature"]["meaning"]
    return canonical({**said, "when": entry["at"], "who": entry["actor"]})


# ── Timestamps: RFC 3161, 2.4.2, in DER (X.690); who signed one is not judged here ──────────────

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
_SHA_256 = bytes.fromhex("608648016503040201")
_TIME = re.compile(rb"[12]\d{13}(\.\d{0,8}[1-9])?Z")


def _der(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what lies one after the other: each tag and what it holds."""
    at = 0
    while at < len(data):
        tag, size, start = data[at], data[at + 1], at + 2
        if size > 127:
            start += size - 128
            size = int.from_bytes(data[at + 2 : start], "big")
            if size < 128 or size < 256 ** (start - at - 3):  # X.690, 10.1: the shortest form
                raise ValueError("length")
        at = start + size
        if at > len(data):
            raise ValueError("cut short")
        yield tag, data[start:at]


def _parts(data: bytes, *tags: int, more: bool = False) -> list[bytes]:
    """Return what lies under just these tags, one after the other; behind them perhaps more."""
    found = list(_der(data))
    if [tag for tag, _ in (found[: len(tags)] if more else found)] != list(tags):
        raise ValueError("tags")
    return [held for _, held in found[: len(tags)]]


def stamped(answer: bytes) -> tuple[bytes, str]:
    """Return over which SHA-256 an answer is and which moment it states; raise where it is none."""
    status, token = _parts(_parts(answer, 0x30)[0], 0x30, 0x30)
    kind, token = _parts(token, 6, 0xA0)
    held = _parts(_parts(token, 0x30)[0], 2, 0x31, 0x30, more=True)[2]
    inner, held = _parts(held, 6, 0xA0)
    (told,) = _parts(_parts(held, 4)[0], 0x30)
    *_, imprint, _, at = _parts(told, 2, 6, 0x30, 2, 0x18, more=True)
    algorithm, hashed = _parts(imprint, 0x30, 4)
    kinds = (kind, inner, _parts(algorithm, 6, more=True)[0])
    granted = _parts(status, 2, more=True)[0] in (b"\0", b"\1")
    if kinds != (_SIGNED_DATA, _TIME_STAMP, _SHA_256) or not granted or not _TIME.fullmatch(at):
        raise ValueError("timestamp")
    return hashed, f"{datetime.strptime(at[:14].decode(), '%Y%m%d%H%M%S')} UTC"


# ── The check ───────────────────────────────────────────────────────────────────────────────────

LARGEST = 20_000_000
"""Bytes that one text or piece of evidence may have."""

LONGEST = 65_535
"""Bytes that one entry may have."""

ROOM = 30_000_000
"""Bytes that all keys, or all anchors, of a pack may have, each counted with a thousand more."""

READ = ("entries.csv", "entries.jsonl", "index.html")
"""What people read; all of it follows from the rest."""

CHECKERS = ("verify.html", "verify.py")

_FOLDERS = ("anchors", "contents", "items", "keys", "people")
_FROM = re.compile("proofs/from-[0-9]+.tlog-witness")
_AT = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
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


def here(at: str) -> datetime:
    """Return a moment of the trail as clocks in Viet Nam show it."""
    return datetime.strptime(at[:19], _SECONDS) + timedelta(hours=7)


def _moment_of(seconds: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=min(seconds, 10**11))


def _kept(value: Any) -> bool:
    return shaped(value, {"sha256": digest, "size": int})


def _each(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


_ITEM = re.compile(r"[a-z_]{1,40}:[^\s\x00-\x1f\x7f]{1,200}")
_REDACTED = re.compile(rf"[a-z_]{{1,40}}|{_ITEM.pattern}")
_TOOL = re.compile("[!-~]{1,40}( [!-~]{1,40})?")


def _said(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _bounded(value: Any) -> bool:
    return value == "" or _moment(value)


def _one(number: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and value == number


FILTERS: Mapping[str, Any] = {
    "items": lambda value: _texts(value) and all(map(_said(_ITEM), value)),
    "since": _bounded,
    "unit": lambda value: value == "" or _said(_ITEM)(value),
    "until": _bounded,
}
ABOUT: Mapping[str, Any] = {
    "entries": int,
    "filters": lambda value: shaped(value, FILTERS),
    "format": _one(FORMAT),
    "log": str,
    "on": lambda value: _day_of(value),
    "redacted": lambda value: _texts(value) and all(map(_said(_REDACTED), value)),
    "root": digest,
    "size": int,
    "tool": _said(_TOOL),
    "whole": bool,
}
"""The members of ``pack.json``."""

SIGNATURE: Mapping[str, Any] = {"key": str, "meaning": str, "sshsig": str}
HANDS = ("person", "tool", "import", "system")
ENTRY: Mapping[str, Any] = {
    "actor": lambda value: shaped(value, {"id": str, "kind": HANDS.__contains__, "post": str}),
    "at": _moment,
    "change": dict,
    "evidence": _each(_kept),
    "files": _each(lambda value: value is None or _kept(value)),
    "index": int,
    "item": str,
    "kind": str,
    "log": str,
    "operation": lambda value: (
        isinstance(value, list)
        and len(value) == 2
        and all(type(one) is int and one >= 0 for one in value)
    ),
    "root": digest,
    "signature": lambda value: value is None or shaped(value, SIGNATURE),
    "state": _each(digest),
    "tool": str,
    "v": _one(1),
}
"""The members of an entry: docs/format.md, "Entry"."""


def _day_of(value: Any) -> bool:
    return isinstance(value, str) and _moment(f"{value}T00:00:00.000000Z")


def _until(value: Any) -> bool:
    return value is None or _day_of(value)


def _log_key(value: Any) -> bool:
    try:
        return isinstance(value, str) and Key.parse(value).kind == _LOG
    except ValueError:
        return False


def _note(value: Any) -> bool:
    try:
        return isinstance(value, str) and Checkpoint.parse(value.encode()).size >= 0
    except ValueError:
        return False


BODIES: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    "anchor": {
        "answer": lambda value: value is None or digest(value),
        "code": lambda value: isinstance(value, str),
        "day": _day_of,
        "note": _note,
        "place": lambda value: isinstance(value, str),
        "root": digest,
        "size": lambda value: type(value) is int,
    },
    "document": {"code": lambda value: isinstance(value, str)},
    "log_key": {
        "former": lambda value: isinstance(value, list) and all(map(_log_key, value)),
        "reason": lambda value: isinstance(value, str),
        "vkey": _log_key,
    },
    "policy": {"signed_kinds": lambda value: value is None or _texts(value)},
    "revision": {
        "amendment": lambda value: type(value) is int,
        "document": lambda value: isinstance(value, str),
        "effective": _day_of,
        "issue": lambda value: type(value) is int,
        "title": lambda value: isinstance(value, str),
        "until": _until,
    },
    "signing_key": {
        "code": lambda value: isinstance(value, str),
        "person": lambda value: isinstance(value, str),
        "public": lambda value: isinstance(value, str),
        "until": _until,
    },
}
"""Of each register what this file reads in the body of an item."""


def _asked(filters: dict[str, Any]) -> bool:
    return any(filters.values())


def entry_of(data: bytes) -> dict[str, Any]:
    """Return the entry in canonical bytes, or raise ``ValueError``."""
    entry = parsed(data)
    if not shaped(entry, ENTRY) or entry["index"] < 0 or len(data) > LONGEST:
        raise ValueError("entry")
    if entry["item"] not in entry["state"]:
        raise ValueError("item")
    return dict(entry)


def _is_sealed(value: Any) -> bool:
    return shaped(value, {"sha256": digest})


def sealed(value: Any) -> Iterator[str]:
    """Yield the digest of each personal text in a change."""
    if _is_sealed(value):
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


PROMISES = (
    "CREATE TABLE promised (sha256 TEXT, size INTEGER, about TEXT, PRIMARY KEY (sha256, about))",
    "CREATE TABLE evidence (sha256 TEXT, size INTEGER, about TEXT, PRIMARY KEY (sha256, about))",
    "CREATE TABLE state (sha256 TEXT, register TEXT, PRIMARY KEY (sha256, register)) WITHOUT ROWID",
    "CREATE TABLE sealed (sha256 TEXT, hidden INTEGER, PRIMARY KEY (sha256, hidden)) WITHOUT ROWID",
    "CREATE TABLE proof (name TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""What entries promise: texts, evidence, what items became, personal texts; and their proofs.

Of a personal text, whether the pack says that it leaves it out there.
"""

_SPOKEN = (
    ("F02", "SELECT size, about FROM promised WHERE sha256 = ? ORDER BY rowid"),
    ("F04", "SELECT size, about FROM evidence WHERE sha256 = ? ORDER BY rowid"),
)
"""Who speaks of a file in ``contents``, and what is found where it is not what they say."""


class Outside(NamedTuple):
    """How far a checkpoint reaches that is kept outside, since which day (if known), by whom."""

    size: int
    day: str
    who: str


class Audit:
    """One check of one pack."""

    def __init__(self, pack: Files, trust: Trust) -> None:
        self.pack, self.trust = pack, trust
        self.about: dict[str, Any] = pack.value("pack.json")
        newest = self.about.get("format") if isinstance(self.about, dict) else None
        if type(newest) is int and newest > FORMAT:
            raise Found("P10", "pack.json")
        if not shaped(self.about, ABOUT) or (self.about["whole"] and _asked(self.about["filters"])):
            raise Found("P04", "pack.json")
        self.checkpoint: Checkpoint | None = None
        names = trust.names or tuple(str(one.size) for one in trust.anchors)
        self.anchors = list(zip(names, trust.anchors))
        self.signed: dict[Key, int] = {}
        self.cosigned: dict[tuple[int, Key], int] = {}
        self.fitting: list[Checkpoint] = []
        self.outside: list[Outside] = []
        self.told: Callable[[int], None] = lambda done: None
        self.stamps: list[tuple[str, str, bytes]] = []
        self._sound = self._intact = False
        self._fits = True
        self.own: list[Key] = []
        self._note = b""
        self._aside = Aside(*PROMISES)
        self._redacted = frozenset(self.about["redacted"])

    def findings(self) -> Iterator[Finding]:
        """Yield everything that does not hold."""
        for finding in self._all():
            self._fits = self._fits and (finding.code in WARNINGS or finding.code == "C01")
            yield finding

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries again, once all of them could be read."""
        return map(json.loads, self.pack.lines("trail.jsonl", LONGEST))

    def _all(self) -> Iterator[Finding]:
        try:
            yield from self._signatures()
            walk = Walk(self)
            yield from walk.findings()
            self._sound = not walk.broken
        except Found as found:
            yield found.finding
            yield from self._unsigned()
            return
        for step in (
            self._contents,
            self._items,
            self._log_keys,
            self._hands,
            self._anchors,
            self._people,
            self._others,
            self._read,
            self._checkers,
        ):
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
            signed = found.held(self.trust.keys or self._own_keys())
            raise Found("P08", "pack.json" if signed else "checkpoint, pack.json")
        if not self.trust.keys:
            yield Finding("C01", found.origin)
        keys = self.trust.keys or tuple(self._own_keys())
        own = [key for key in keys if key.name == found.origin]
        if self.trust.keys and not own:
            yield Finding("C05", f"--key {', '.join(sorted({key.name for key in keys}))}")
        self.signed, self.own = found.held(own), own
        for name, data in self._few("anchors"):
            try:
                self.anchors.append((name, Checkpoint.parse(data)))
            except ValueError:
                yield Finding("C02", name)
        yield from self._witnessed(found, {key.public for key in own})

    def _witnessed(self, checkpoint: Checkpoint, own: set[bytes]) -> Iterator[Finding]:
        most = 0
        for place, one in (("checkpoint", checkpoint), *self.anchors):
            held = one.held(self.trust.witnesses, place)
            self.cosigned.update({(one.size, key): at for key, at in held.items()})
            # tlog-cosignature: the cosigner's name is not signed, so keys are counted
            most = max(most, len({key.public for key in held} - own))
        if most < self.trust.quorum:
            yield Finding("A01", f"{most} of {self.trust.quorum} witnesses")

    def _own_keys(self) -> Iterator[Key]:
        for name, data in self._few("keys"):
            yield from keys_in(data, name)

    def _few(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of the files in a folder of which a pack has few."""
        room = ROOM
        for name in self.pack.names(folder):
            data = self.pack.read(f"{folder}/{name}")
            room -= len(data) + 1000
            if room < 0:
                raise Found("P04", folder)
            yield f"{folder}/{name}", data

    def _unsigned(self) -> Iterator[Finding]:
        if self.own and not self.signed:
            yield Finding("C03", self.about["log"])

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
        note, about = self._note_down, f"entry {entry['index']}, "
        if not self.about["whole"]:
            note("proof", f"proofs/{entry['index']}.tlog-proof")
        for path, kept in entry["files"].items():
            if kept is not None:
                note("promised", kept["sha256"], kept["size"], about + path)
        for name, kept in entry["evidence"].items():
            note("evidence", kept["sha256"], kept["size"], about + name)
        for own, state in entry["state"].items():
            register = own.partition(":")[0]
            note("state", state, register if register in BODIES else "")
        told = {"all", entry["item"], *entry["state"]}
        for field, value in entry["change"].items():
            for own in sealed(value):
                note("sealed", own, not self._redacted.isdisjoint({*told, field}))

    def left_out(self) -> tuple[int, int]:
        """Return how many personal texts are not here: untold, and as the pack says itself."""
        left = [0, 0]
        query = "SELECT sha256, min(hidden) FROM sealed GROUP BY sha256"
        for own, hidden in self._aside.do(query):
            left[hidden] += "people/" + own not in self.pack.members
        return left[0], left[1]

    def _note_down(self, table: str, *row: Any) -> None:
        marks = ", ".join("?" * len(row))
        self._aside.do(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", *row)

    def _contents(self) -> Iterator[Finding]:
        for name in self.pack.names("contents"):
            if not any(self._aside.one(query, name) for _, query in _SPOKEN):
                yield from self._strange("contents/" + name)
                continue
            data = self.pack.read("contents/" + name, LARGEST)
            sound = sha256(data).hexdigest() == name
            for code, query in _SPOKEN:
                for size, about in self._aside.do(query, name):
                    if not sound or size != len(data):
                        yield Finding(code, about)
        for table, code in (("promised", "F01"), ("evidence", "F03")):
            for name, about in self._aside.do(f"SELECT sha256, about FROM {table} ORDER BY rowid"):
                if "contents/" + name not in self.pack.members:
                    yield Finding(code, about)

    def _items(self) -> Iterator[Finding]:
        intact = True
        for name in self.pack.names("items"):
            data = self.pack.read("items/" + name)
            known = self._aside.do("SELECT register FROM state WHERE sha256 = ?", name).fetchall()
            if not known:
                yield from self._strange("items/" + name)
            elif sha256(data).hexdigest() != name or not _bodied(data, [of for (of,) in known]):
                intact = False
                yield Finding("P07", "items/" + name)
        for (name,) in self._aside.do("SELECT DISTINCT sha256 FROM state ORDER BY sha256"):
            if "items/" + name not in self.pack.members:
                intact = False
                yield Finding("P02", "items/" + name)
        self._intact = intact

    def _log_keys(self) -> Iterator[Finding]:
        """Check who signed how far the log has come, against which key was in force when."""
        if not self._sound or not self._intact or self.checkpoint is None:
            yield from self._unsigned()
            return
        believed, key, place = list(self.own), None, ""
        for entry in self.entries():
            if "log_key:log" not in entry["state"]:
                continue
            body = self.pack.value("items/" + entry["state"]["log_key:log"])
            key, about = Key.parse(body["vkey"]), f"entry {entry['index']}"
            if key.name != entry["log"]:
                yield Finding("K02", about)
            before = Key.parse(body["former"][-1]) if body["former"] else None
            if before is None:
                continue
            if not self._handed_on(sum(entry["operation"]), before, key):
                yield Finding("K01", f"{about}: {body['reason']}")
            elif before in believed and key not in believed:
                believed.append(key)
                place = f"{about}, {here(entry['at']):%d/%m/%Y}, {key.shown()}"
        if self.own and not self.signed:
            self.signed = self.checkpoint.held(believed)
            yield Finding("K03", place) if self.signed else Finding("C03", self.about["log"])
        if (key is not None or self.about["whole"]) and (self.signed or not self.own):
            if not key or not self.checkpoint.held([key]):
                yield Finding("C08", f"checkpoint, {self.about['size']} entries")

    def _handed_on(self, size: int, before: Key, key: Key) -> bool:
        """Tell whether the old key and the new one signed how far the log had come."""
        known = filter(None, (self.checkpoint, *self.fitting))
        return any(len(one.held([before, key])) == 2 for one in known if one.size == size)

    def _hands(self) -> Iterator[Finding]:
        """Check what people signed with their own keys, against who had enrolled which."""
        if not self._sound or not self._intact:  # a key that was altered says nothing
            return
        hands = Hands(self.pack)
        for entry in self.entries():
            yield from hands.take(entry)
        yield from hands.finish()

    def _anchors(self) -> Iterator[Finding]:
        """Check what is kept outside, as the entries say: its roots, and what was timestamped."""
        if not self._sound or not self._intact:
            return
        bodies = [
            self.pack.value("items/" + state)
            for entry in self.entries()
            for own, state in entry["state"].items()
            if own.startswith("anchor:")
        ]
        sizes = {one["size"] for one in bodies} | {one.size for one in self.trust.anchors}
        roots: dict[int, str] = {self.about["size"]: self.about["root"]}
        days: dict[int, str] = {}
        for entry in self.entries() if sizes else ():
            if entry["index"] in sizes:
                roots[entry["index"]] = entry["root"]
            if entry["index"] + 1 in sizes:
                days[entry["index"] + 1] = f"{here(entry['at']):%Y-%m-%d}"
        for body in bodies:
            yield from self._anchor(body, roots)
        for name, one in self.anchors[: len(self.trust.anchors)]:
            if one in self.fitting:
                where = f"--anchor {name}" if self.trust.names else "--anchor"
                self.outside.append(Outside(one.size, days.get(one.size, ""), where))
        for (size, key), at in self.cosigned.items():
            self.outside.append(Outside(size, f"{_moment_of(at):%Y-%m-%d}", key.name))

    def _anchor(self, body: dict[str, Any], roots: Mapping[int, str]) -> Iterator[Finding]:
        size, about = body["size"], f"{body['code']}, {body['size']}"
        place = (size, body["root"])
        if place not in {(one.size, one.root.hex()) for one in self.fitting}:
            if place in {(one.size, one.root.hex()) for _, one in self.anchors}:
                return  # it was said already that this does not fit
            if roots.get(size, "" if self.about["whole"] else body["root"]) != body["root"]:
                yield Finding("A02", about)
                return
        self.outside.append(Outside(size, body["day"], f"{body['code']}, {body['place']}"))
        name = f"contents/{body['answer']}"
        if name not in self.pack.members:  # what is missing is found as a file
            return
        text = Checkpoint.parse(body["note"].encode()).text
        try:
            hashed, moment = stamped(self.pack.read(name, LARGEST))
        except (ValueError, LookupError):
            yield Finding("A05", about)
            return
        if hashed == sha256(text).digest():
            about = f"{about}: {name}, {moment}"
            self.stamps.append((about, name, text))
            yield Finding("A06", about)
        else:
            yield Finding("A05", about)

    def _people(self) -> Iterator[Finding]:
        for name in self.pack.names("people"):
            data = self.pack.read("people/" + name)
            if not self._aside.one("SELECT 1 FROM sealed WHERE sha256 = ?", name):
                yield from self._strange("people/" + name)
            elif sha256(data).hexdigest() != name or not shaped(_value(data), SEALED):
                yield Finding("P06", "people/" + name)

    def _others(self) -> Iterator[Finding]:
        known = {"checkpoint", "pack.json", "trail.jsonl", "words.json", *READ, *CHECKERS}
        list(self._own_keys())
        for name in sorted(known):
            if name not in self.pack.members:
                yield Finding("P02", name)
        for name in self.pack.members:
            if name in known or name.partition("/")[0] in _FOLDERS:
                continue
            if _FROM.fullmatch(name):
                self.proof(name, "old ")
            elif not self._aside.one("SELECT 1 FROM proof WHERE name = ?", name):
                yield from self._strange(name)

    def _checkers(self) -> Iterator[Finding]:
        for name, own in {"verify.html": PAGE, "verify.py": _own()}.items():
            if name in self.pack.members:
                found = sha256(self.pack.read(name, LARGEST)).hexdigest()
                if own and found != own:
                    yield Finding("P09", name)

    def _strange(self, name: str) -> Iterator[Finding]:
        if self._sound:  # else it may be an entry that is not there, or not as it was
            yield Finding("P03", name)

    def _read(self) -> Iterator[Finding]:
        if not self._fits:  # what is not proven is not compared; by whom, is another question
            return
        story = Story(self.pack, self.about, self.entries)
        unknown = list(story.words_known())
        yield from unknown
        for name, pieces in () if unknown else story.files():
            line = _differs(self.pack.lines(name, LARGEST), pieces)
            taken = None
            for taken in story.taken() if line else ():
                yield taken
            if taken:
                return
            if line:
                yield Finding("P05", f"{name}, line {line}")


SEALED: Mapping[str, Any] = {"salt": str, "value": str}


def _bodied(data: bytes, registers: Iterable[str]) -> bool:
    """Tell whether bytes are the body of an item, with all that is read in it here."""
    body = _value(data)
    return isinstance(body, dict) and all(
        name in body and test(body[name])
        for one in registers
        for name, test in BODIES.get(one, {}).items()
    )


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
    number, rest = 0, b""
    for piece in pieces:
        *whole, rest = (rest + piece.encode()).split(b"\n")
        for line in whole:
            number += 1
            if next(lines, None) != line:
                return number
    return number + 1 if rest or next(lines, None) is not None else 0


class Hands:
    """What people signed with their own keys, held against who had enrolled which, and why."""

    def __init__(self, pack: Files) -> None:
        self._pack = pack
        self._keys: dict[str, Any] = {}
        self._last: dict[str, dict[str, Any]] = {}
        self._recalled: dict[str, Any] = {}
        self._demanded: list[str] = []

    def take(self, entry: dict[str, Any]) -> Iterator[Finding]:
        """Yield what does not hold in the signature of the next entry."""
        place, day = f"entry {entry['index']}", f"{here(entry['at']):%Y-%m-%d}"
        if entry["signature"] is not None:
            yield from self._signed(entry, place, day)
        elif entry["kind"].startswith("signing_key.enrol/"):
            yield Finding("K13", place)
        elif entry["kind"].partition("/")[0] in self._demanded:
            yield Finding("K11", place)
        for own, state in entry["state"].items():
            register = own.partition(":")[0]
            if register in ("policy", "signing_key"):
                self._changed(register, self._pack.value("items/" + state), day)

    def finish(self) -> Iterator[Finding]:
        """Yield the keys that signed when, as was told later, they were no longer safe."""
        for line, body in sorted(self._recalled.items()):
            last = self._last.get(line)
            if last is not None and f"{here(last['at']):%Y-%m-%d}" >= body["until"]:
                yield Finding("K14", f"entry {last['index']}, {body['code']}")

    def _changed(self, register: str, body: dict[str, Any], day: str) -> None:
        if register == "policy":
            self._demanded = body.get("signed_kinds") or []
            return
        self._keys[body["public"]] = body
        if body["until"] is not None and body["until"] < day:
            self._recalled[body["public"]] = body

    def _signed(self, entry: dict[str, Any], place: str, day: str) -> Iterator[Finding]:
        signature = entry["signature"]
        try:
            key = ssh_signer(signature["sshsig"], core(entry))
        except (ValueError, LookupError):
            yield Finding("K12", place)
            return
        mark = base64.b64encode(sha256(key).digest()).decode().rstrip("=")
        line = f"{_strings(key)[0].decode()} {base64.b64encode(key).decode()}"
        self._last[line] = entry
        held = self._keys.get(line, {"person": "", "until": None})
        if entry["kind"].startswith("signing_key.enrol/"):
            own = line == entry["change"].get("public")
        else:
            own = held["person"] == entry["actor"]["id"]
            own = own and (held["until"] is None or day < held["until"])
        if signature["key"] != "SHA256:" + mark or not own:
            yield Finding("K13", place)


class Walk:
    """One pass over the entries of a pack, from the first to the last."""

    def __init__(self, audit: Audit) -> None:
        self._audit, self._about = audit, audit.about
        self._tree = Tree()
        self._last: dict[str, Any] | None = None
        self._count = 0
        self._kept: dict[int, list[tuple[str, Checkpoint]]] = {}
        self.broken = self._astray = False

    def findings(self) -> Iterator[Finding]:
        """Yield what does not hold in the entries, and between them and what was signed."""
        for place, anchor in self._audit.anchors:
            if anchor.origin == self._about["log"]:
                self._kept.setdefault(anchor.size, []).append((place, anchor))
        yield from self._anchored()
        for data in self._audit.pack.lines("trail.jsonl", LONGEST):
            if self._count % 256 == 0:
                self._audit.told(self._count)
            for finding in self._take(data):
                self.broken = True
                yield finding
            yield from self._anchored()
        for finding in self._end():
            self.broken = True
            yield finding
        yield from self._held()

    def _take(self, data: bytes) -> Iterator[Finding]:
        place = f"line {self._count + 1}"
        self._count += 1
        before = self._tree.root().hex()
        self._tree.grow(leaf_hash(data))
        try:
            entry = entry_of(data)
        except ValueError:
            yield Finding("T01", place)
            self._astray, self._last = True, None
            return
        place = f"entry {entry['index']}"
        if entry["log"] != self._about["log"]:
            self._astray = True
            yield Finding("T04", place)
        elif self._about["whole"]:
            if (entry["index"], entry["root"]) != (self._tree.size - 1, before):
                if not self._astray:  # what comes after one strange entry follows none
                    yield Finding("T02", place)
                self._astray = True
        else:
            yield from self._proven(entry, data, place)
        if self._last is not None or self._count == 1:
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
            yield Finding("P08", f"{self._count} entries, the pack says {about['entries']}")
        elif about["whole"] and not self.broken:
            if (self._tree.size, self._tree.root().hex()) != (about["size"], about["root"]):
                yield Finding("C06", f"{self._tree.size} entries, the pack says {about['size']}")

    def _held(self) -> Iterator[Finding]:
        about = self._about
        for place, anchor in self._audit.anchors:
            if anchor.origin != about["log"]:
                yield Finding("C05", place)
            elif anchor.size > about["size"]:
                yield Finding("A04", f"{place}, {anchor.size} entries, here {about['size']}")
            elif not about["whole"]:
                yield from self._led(place, anchor)

    def _anchored(self) -> Iterator[Finding]:
        if self.broken or not self._about["whole"]:
            return
        for place, anchor in self._kept.get(self._tree.size, ()):
            if anchor.root == self._tree.root():
                self._audit.fitting.append(anchor)
            else:
                yield self._misfit("A02", place, anchor)

    def _misfit(self, code: str, place: str, anchor: Checkpoint) -> Finding:
        """Return what is wrong: the log, unless the checkpoint that was kept is not the log's."""
        try:
            anchor.held(self._audit.own, place)
        except Found as found:
            return found.finding
        return Finding(code, place)

    def _led(self, place: str, anchor: Checkpoint) -> Iterator[Finding]:
        name, checkpoint = f"proofs/from-{anchor.size}.tlog-witness", self._audit.checkpoint
        if checkpoint is None:
            return
        path: list[bytes] = []
        old = anchor.size
        if anchor.size != checkpoint.size:
            if name not in self._audit.pack.members:
                yield Finding("A03", place)
                return
            old, path = self._audit.proof(name, "old ")
        sizes = (anchor.size, checkpoint.size)
        if old == anchor.size and consistent(*sizes, path, anchor.root, checkpoint.root):
            self._audit.fitting.append(anchor)
        else:
            yield self._misfit("C07" if path else "A02", place, anchor)


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
    "rule": ("Cách chọn mục", "How entries were chosen"),
    "chosen": (
        "các mục làm thay đổi những gì được hỏi và những gì gắn với chúng, trọn từng lần thực hiện; "
        "kèm theo: mọi chính sách, khóa nhật ký và điểm neo, và những gì nhật ký ghi về người đã "
        "thực hiện (họ tên, chức vụ, khóa ký)",
        "those that alter what was asked for and what hangs on it, each operation whole; brought "
        "along: all policies, log keys and anchors, and what is said of whoever acted (names, "
        "posts, signing keys)",
    ),
    "redacted": ("Đã che theo yêu cầu", "Redacted on request"),
    "all": ("mọi nội dung cá nhân", "every personal text"),
    "tool": ("Phần mềm tạo gói", "Made by"),
    "claimed": (
        "Kỳ, đơn vị, đối tượng, cách chọn, việc che và phần mềm là do người tạo gói ghi; "
        "chữ ký trên điểm kiểm chứng không bao gồm những dòng này.",
        "Period, unit, items, how they were chosen, what was redacted and the program are what the "
        "maker of the pack says; the signature on the checkpoint does not cover these lines.",
    ),
    "check": (
        "Kiểm tra: mở verify.html bằng trình duyệt, hoặc chạy "
        "“python3 -I verify.py GÓI.zip --key KHÓA”. Khóa phải nhận riêng, ngoài gói này.",
        "To check: open verify.html in a browser, or run “python3 -I verify.py PACK.zip --key KEY”. "
        "Get the key on another way than this pack.",
    ),
    "checkpoint": ("Điểm kiểm chứng có chữ ký", "Signed checkpoint"),
    "in_force": ("Tài liệu đang hiệu lực ngày", "Documents in force on"),
    "in_part": (
        "Chỉ kể những tài liệu có trong gói này; ngoài ra có thể còn tài liệu khác đang hiệu lực.",
        "Only documents in this pack are listed; others may have been in force.",
    ),
    "code": ("Mã số", "Code"),
    "name": ("Tên", "Title"),
    "number": ("Ban hành . sửa đổi", "Issue . amendment"),
    "effective": ("Hiệu lực từ", "In force from"),
    "asked": ("Đối tượng được hỏi", "What was asked for"),
    "beside": (
        "Gắn với đối tượng được hỏi, hoặc cùng lần thực hiện",
        "What hangs on it, or was done at once with it",
    ),
    "timeline": ("Diễn biến", "Timeline"),
    "carried": (
        "Kèm theo để xét các mục trên: chính sách, khóa, người, mục khác",
        "Brought along to judge the rest by: policies, keys, people, others",
    ),
    "system": ("hệ thống", "the system"),
    "corrected_by": ("được đính chính ở mục", "corrected by entry"),
    "replaced_by": ("được thay ở mục", "replaced by entry"),
    "replaces": ("thay cho mục", "replaces entry"),
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
th{font-weight:600;width:30%}.list th{width:auto}.list td{overflow-wrap:break-word}
.list td:first-child{min-width:9rem}article{margin:1.2rem 0;padding:.6rem 1rem;border:1px solid #c8c8c8;
border-radius:6px;break-inside:avoid;content-visibility:auto;contain-intrinsic-size:auto 14rem}
h3{margin:.2rem 0;font-size:1.05rem}p{margin:.3rem 0}pre,code{font-size:.85em;overflow-wrap:anywhere;
white-space:pre-wrap}mark{background:#fff1b8}.hidden{color:#8a4b00}
td>div{max-height:8rem;overflow:auto}@media print{body{margin:0;max-width:none;font-size:11pt}
article{content-visibility:visible}td>div{max-height:none}}
"""

HEAD = (
    '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width">\n'
    f"<title>{{title}}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
)

CARRIED = ("anchor", "log_key", "person", "policy", "post", "signing_key")
"""Registers whose entries come along so that others can be judged."""

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
    "replaced_by",
    "replaces",
)
"""The columns of ``entries.csv``: one row for each field of each entry."""

_ISO = re.compile("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_NUMBER = re.compile("0|[1-9][0-9]{0,5}")
_SPECIAL = re.compile('[;"\r\n]')
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Field(NamedTuple):
    """One detail of an entry as people read it."""

    name: str
    text: str
    redacted: bool = False
    content: str = ""
    replaced_by: tuple[int, ...] = ()
    replaces: tuple[int, ...] = ()


FIELD: Mapping[str, Any] = {
    "content": str,
    "name": str,
    "redacted": bool,
    "replaced_by": list,
    "replaces": list,
    "text": str,
}
"""The members of a field in a line of ``entries.jsonl``."""


class Told(NamedTuple):
    """One entry as people read it; ``people`` has the names of those it says by code."""

    entry: dict[str, Any]
    name: str
    post: str
    people: dict[str, str]
    fields: tuple[Field, ...]
    corrected_by: tuple[int, ...]

    def sha256(self) -> str:
        """Return the digest of the entry."""
        return sha256(canonical(self.entry)).hexdigest()


TOLD = (
    "CREATE TABLE standing (id TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID",
    "CREATE TABLE item (id TEXT PRIMARY KEY, opened INTEGER) WITHOUT ROWID",
    "CREATE TABLE said (opened INTEGER, path TEXT, entry INTEGER, verb TEXT, value TEXT,"
    " PRIMARY KEY (opened, path)) WITHOUT ROWID",
    "CREATE TABLE mark (entry INTEGER, name TEXT, side TEXT, other INTEGER)",
    "CREATE INDEX marked ON mark (entry)",
    "CREATE TABLE hidden (entry INTEGER, name TEXT)",
    "CREATE TABLE article (turn INTEGER, entry INTEGER, text TEXT)",
)
"""What items became, what was said of each and where; which entry replaces which; what is hidden."""


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what people read by itself of a value, each part with where it stands."""
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict) and set(value) != {"sha256"} and not _kept(value):
        parts = sorted(value.items())
    elif isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        parts = enumerate(value)
    nothing = True
    for key, part in parts:
        nothing = False
        yield from _leaves(f"{name}.{key}", part)
    if nothing:
        yield name, value


def _details(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what people read of an entry's change, each part with where it stands."""
    for name in sorted(entry["change"]):
        yield from _leaves(name, entry["change"][name])


def spoken(entry: dict[str, Any]) -> Iterator[str]:
    """Yield under which names words are said of a change: its fields, their parts, its values."""
    for path, value in _details(entry):
        parts = _named(path)
        yield from (".".join(parts[: n + 1]) for n in range(len(parts)))
        for one in value if isinstance(value, list) else [value]:
            yield f"{'.'.join(parts)}:{_plain(one)}"


def _named(path: str) -> list[str]:
    return [part for part in path.split(".") if not _NUMBER.fullmatch(part)]


class Story:
    """What the entries of a pack tell: who, what, and what was put otherwise later."""

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
        self._aside = Aside(*TOLD)
        self._used: dict[str, set[str]] = {}
        self._grades: dict[str, str] = {}
        for entry in entries():
            self._survey(entry)

    def words_known(self) -> Iterator[Finding]:
        """Yield a finding unless every word in the pack is one that this checker knows."""
        known = vocabulary()
        for kind, fields in self._used.items():
            words = self._words[kind]
            vi, en, titles = known.get(kind, ([kind], [kind], {}))
            good = words["vi"] in vi and words["en"] in en and set(words["fields"]) == fields
            said = words["fields"].items()
            if not good or any(title not in _accepted(titles, name) for name, title in said):
                yield Finding("P05", f"words.json, {kind}")
        for kind in sorted(set(self._words) - set(self._used)):
            yield Finding("P05", f"words.json, {shown(kind)}")

    def taken(self) -> Iterator[Finding]:
        """Yield the personal texts that the pack was made with, as it says itself, and lacks."""
        lines = self._pack.lines("entries.jsonl", LARGEST)
        for entry, line in zip(self._entries(), lines):
            legible = _legible(line)
            for path, value in _details(entry):
                if path in legible and _is_sealed(value) and not self._has(value["sha256"]):
                    yield Finding("P02", f"people/{value['sha256']}, entry {entry['index']}")

    def files(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield each file that people read, with its text in pieces that end with a line."""
        self._aside.do("DELETE FROM hidden")
        self._aside.do("DELETE FROM article")
        yield "entries.csv", self._csv()
        yield "entries.jsonl", self._jsonl()
        yield "index.html", self._html()

    def _standing(self, own: str) -> dict[str, Any]:
        """Return the body of an item as this pack last says it, empty where it says nothing."""
        found = self._aside.one("SELECT state FROM standing WHERE id = ?", own)
        return self._body(found[0]) if found else {}

    def _body(self, digest: str) -> dict[str, Any]:
        body = self._pack.value("items/" + digest)
        return body if isinstance(body, dict) else {}

    def _survey(self, entry: dict[str, Any]) -> None:
        index, item, states = entry["index"], entry["item"], entry["state"]
        self._said(entry)
        self._replacements(entry)
        for own, state in states.items():
            self._aside.do("INSERT OR REPLACE INTO standing VALUES (?, ?)", own, state)
        for own in sorted(states):
            if own.startswith("policy:"):
                self._grades.update(_titles(self._body(states[own]).get("grades")))
        if item.startswith("correction:"):
            for other in states:
                found = self._aside.one("SELECT opened FROM item WHERE id = ?", other)
                if other != item and found:
                    self._mark(found[0], "", "corrected_by", index)

    def _said(self, entry: dict[str, Any]) -> None:
        kind = entry["kind"]
        known = self._words[kind]["fields"] if kind in self._words else {}
        if kind not in self._words or not entry["change"].keys() <= known.keys():
            raise Found("P05", f"words.json, {shown(kind)}")
        used = self._used.setdefault(kind, set())
        used.update(name for name in spoken(entry) if name in known)

    def _replacements(self, entry: dict[str, Any]) -> None:
        """Note in whose place an entry put what: where its item says otherwise than before."""
        item, states = entry["item"], entry["state"]
        self._aside.do("INSERT OR IGNORE INTO item VALUES (?, ?)", item, entry["index"])
        (opened,) = self._aside.one("SELECT opened FROM item WHERE id = ?", item)
        before, after = self._standing(item), self._body(states[item]) if item in states else {}
        for name in sorted(set(entry["change"]) & set(after) - {"code"}):
            old, new = (dict(_leaves(name, one.get(name))) for one in (before, after))
            for path, _ in _leaves(name, entry["change"][name]):
                if path in new:
                    self._place(opened, path, entry, (old.get(path), new[path]))

    def _place(
        self, opened: int, path: str, entry: dict[str, Any], values: tuple[Any, Any]
    ) -> None:
        """Note that an entry says a value of an item anew; what it says as before stays placed.

        It replaces what stood until then, if the item was opened with that or a change of the
        same verb put it there: what another verb says under the same name is something else.
        """
        old, new = (canonical(value).decode() for value in values)
        index, verb = entry["index"], entry["kind"].partition("/")[0].removesuffix("-again")
        query = "SELECT entry, verb, value FROM said WHERE opened = ? AND path = ?"
        said = self._aside.one(query, opened, path)
        if said and old == new:
            return
        if said and said[2] == old and (said[0] == opened or said[1] == verb):
            self._mark(said[0], path, "replaced_by", index)
            self._mark(index, path, "replaces", said[0])
        put = "INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?, ?)"
        self._aside.do(put, opened, path, index, verb, new)

    def _mark(self, entry: int, name: str, side: str, other: int) -> None:
        self._aside.do("INSERT INTO mark VALUES (?, ?, ?, ?)", entry, name, side, other)

    def _marks(self, index: int) -> Callable[[str, str], tuple[int, ...]]:
        """Return what tells by which entries a field of an entry was replaced, or replaces."""
        query = "SELECT name, side, other FROM mark WHERE entry = ? ORDER BY rowid"
        found: dict[tuple[str, str], list[int]] = {}
        for name, side, other in self._aside.do(query, index):
            found.setdefault((name, side), []).append(other)
        return lambda name, side: tuple(found.get((name, side), ()))

    def _told(self) -> Iterator[Told]:
        names: dict[str, str] = {}
        coded: dict[str, str] = {}
        for entry in self._entries():
            for own, state in entry["state"].items():
                register = own.partition(":")[0]
                if register in ("person", "post"):
                    body = self._body(state)
                    names[own] = self._clear(body.get("name" if register == "person" else "title"))
                    if register == "person" and isinstance(body.get("code"), str):
                        coded[body["code"]] = own
            actor, marks = entry["actor"], self._marks(entry["index"])
            people = {code: names[own] for code, own in self._people(entry, coded) if names[own]}
            yield Told(
                entry,
                names.get(actor["id"], ""),
                names.get(actor["post"], ""),
                people,
                tuple(self._fields(entry, marks)),
                marks("", "corrected_by"),
            )

    def _people(self, entry: dict[str, Any], coded: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Yield by code and id the people whom an entry says by code, and its items by id."""
        for _, value in _details(entry):
            for one in value if isinstance(value, list) else [value]:
                own = coded.get(one) if isinstance(one, str) else None
                bodies = map(self._body, entry["state"].values())
                if own and any(canonical(own) in canonical(body) for body in bodies):
                    yield one, own

    def _clear(self, said: Any) -> str:
        """Return a text that may be personal, empty where it is not in the pack."""
        if not isinstance(said, dict):
            return said if isinstance(said, str) else ""
        own = said.get("sha256")
        name = f"people/{own}" if digest(own) else ""
        return str(self._pack.value(name)["value"]) if name in self._pack.members else ""

    def _has(self, own: Any) -> bool:
        return f"people/{own}" in self._pack.members

    def _fields(
        self, entry: dict[str, Any], marks: Callable[[str, str], tuple[int, ...]]
    ) -> Iterator[Field]:
        for path, value in _details(entry):
            by, replaces = marks(path, "replaced_by"), marks(path, "replaces")
            yield self._field(path, value)._replace(replaced_by=by, replaces=replaces)

    def _field(self, name: str, value: Any) -> Field:
        if isinstance(value, dict) and set(value) == {"sha256"}:
            return Field(name, self._clear(value), not self._has(value["sha256"]))
        if _kept(value):
            return Field(name, f"{value['sha256']} ({value['size']} B)", False, value["sha256"])
        if isinstance(value, list):
            return Field(name, ", ".join(map(_plain, value)))
        return Field(name, _plain(value))

    # CSV and JSON Lines, for the auditor's own tools

    def _csv(self) -> Iterator[str]:
        yield "\ufeff" + _row(COLUMNS)
        for told in self._told():
            entry, actor = told.entry, told.entry["actor"]
            what = self._words[entry["kind"]]["vi"]
            who = (actor["id"], told.name, actor["post"])
            head = (str(entry["index"]), entry["at"], *who, entry["kind"], what, entry["item"])
            for field in told.fields:
                marks = (told.corrected_by, field.replaced_by, field.replaces)
                tail = ("x" if field.redacted else "", *map(_numbers, marks))
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
                "sha256": told.sha256(),
                "what": {"en": words["en"], "vi": words["vi"]},
            }
            yield canonical(line).decode() + "\n"

    # index.html

    def _html(self) -> Iterator[str]:
        about = self._about
        name = self._standing("organisation:organisation").get("name")
        whose = name if isinstance(name, str) else about["log"]
        yield HEAD.replace("{title}", escape(f"{SAID['title'][0]} – {whose}"))
        yield f"<h1>{_both('title')}: {escape(whose)}</h1>\n<p>{_both('check')}</p>\n"
        yield from self._facts()
        yield from self._entries_told() if about["whole"] else self._sections()
        yield f"<h2>{_both('hides')}</h2>\n<p>"
        yield from self._hidden()
        yield "</p>\n</body>\n</html>\n"

    def _entries_told(self) -> Iterator[str]:
        yield from self._in_force()
        yield f"<h2>{_both('timeline')}</h2>\n"
        for told in self._told():
            yield from self._article(told)

    def _sections(self) -> Iterator[str]:
        """Yield what was asked for first, and last what came along."""
        for told in self._told():
            text = "".join(self._article(told))
            turn, index = self._turn(told.entry), told.entry["index"]
            self._aside.do("INSERT INTO article VALUES (?, ?, ?)", turn, index, text)
        between = "beside" if self._about["filters"]["items"] else "timeline"
        yield from self._section(0, "asked")
        yield from self._in_force()
        yield from self._section(1, between)
        yield from self._section(2, "carried")

    def _section(self, turn: int, heading: str) -> Iterator[str]:
        found = self._aside.do("SELECT text FROM article WHERE turn = ? ORDER BY rowid", turn)
        for number, (text,) in enumerate(found):
            yield text if number else f"<h2>{_both(heading)}</h2>\n{text}"

    def _turn(self, entry: dict[str, Any]) -> int:
        asked, about = self._about["filters"], {entry["item"], *entry["state"]}
        if not about.isdisjoint(asked["items"]):
            return 0
        outside = entry["at"] < asked["since"] or "" < asked["until"] < entry["at"]
        rules = all(own.partition(":")[0] in CARRIED for own in about)
        return 2 if outside or (rules and (asked["unit"] or asked["items"])) else 1

    def _hidden(self) -> Iterator[str]:
        before = ""
        for index, name in self._aside.do("SELECT entry, name FROM hidden ORDER BY rowid"):
            yield f'{before}<a href="#e{index}">#{index}</a> {escape(name)}'
            before = ",\n"
        if not before:
            yield _both("none")

    def _facts(self) -> Iterator[str]:
        about, filters = self._about, self._about["filters"]
        kind = _both("whole") if about["whole"] else f"{about['entries']} · {_both('part')}"
        rows = {
            "log": escape(about["log"]),
            "size": str(about["size"]),
            "root": f"<code>{about['root']}</code>",
            "holds": kind,
            "since": escape(_bound(filters["since"], "00:00:00.000000")),
            "until": escape(_bound(filters["until"], "23:59:59.999999")),
            "unit": escape(self._titled(filters["unit"])),
            "items": escape("; ".join(map(self._titled, filters["items"]))),
            "rule": "" if about["whole"] else _both("chosen"),
            "redacted": ", ".join(map(_hidden, about["redacted"])),
            "tool": escape(about["tool"]),
        }
        if "checkpoint" in self._pack.members:
            note = self._pack.read("checkpoint").decode()
            rows["checkpoint"] = f"<pre>{escape(note)}</pre>"
        yield "<table>\n"
        for name, text in rows.items():
            if text:
                yield f"<tr><th>{_both(name)}</th><td>{text}</td></tr>\n"
        yield f"</table>\n<p>{_both('claimed')}</p>\n"

    def _in_force(self) -> Iterator[str]:
        yield f"<h2>{_both('in_force')} {_day(self._about['on'])}</h2>\n"
        whole, rows = self._about["whole"], list(self._rows_in_force())
        if not whole:
            yield f"<p>{_both('in_part')}</p>\n"
        if not rows:
            yield f"<p>{_both('none')}</p>\n"
        if rows:
            names = ("code", "name", "number", "effective")
            yield (
                '<table class="list">\n<tr>'
                + "".join(f"<th>{_both(name)}</th>" for name in names)
                + "</tr>\n"
            )
            yield from (*rows, "</table>\n")

    def _rows_in_force(self) -> Iterator[str]:
        on, like = self._about["on"], "id >= 'revision:' AND id < 'revision;'"
        for (state,) in self._aside.do(f"SELECT state FROM standing WHERE {like} ORDER BY id"):
            body = self._body(state)
            if body["effective"] <= on and (body["until"] is None or on < body["until"]):
                code = self._standing(body["document"]).get("code")
                code = code if isinstance(code, str) else body["document"]
                turn = f"{body['issue']}.{body['amendment']}"
                cells = (code, body["title"], turn, _day(body["effective"]))
                yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"

    def _titled(self, own: str) -> str:
        """Return an item by code and title as this pack last says them, else by its id."""
        body = self._standing(own)
        code = body.get("code")
        if not isinstance(code, str):
            return own
        said = [self._clear(body[name]) for name in ("title", "name", "found") if name in body]
        return " – ".join([code, *filter(None, said)])

    def _article(self, told: Told) -> Iterator[str]:
        entry, actor = told.entry, told.entry["actor"]
        index, words = entry["index"], self._words[entry["kind"]]
        at = here(entry["at"])
        post = f", {told.post} ({actor['post']})" if actor["post"] else ""
        who = f"{told.name} ({actor['id']}){post}" if told.name else actor["id"] + post
        who = _both("system") if who == "system" else escape(who)
        yield (
            f'<article id="e{index}">\n<h3>#{index} · {escape(words["vi"])} '
            f'<i lang="en">{escape(words["en"])}</i></h3>\n'
            f"<p>{at:%d/%m/%Y %H:%M:%S} · {who} · <code>{escape(entry['kind'])}</code> · "
            f"<code>{escape(entry['item'])}</code></p>\n"
        )
        if told.corrected_by:
            yield f"<p>{_marks('corrected_by', told.corrected_by)}</p>\n"
        yield "<table>\n"
        for field in told.fields:
            if field.text or field.redacted or field.replaced_by or field.replaces:
                yield self._line(field, words["fields"], told.people)
        yield "</table>\n"
        yield from self._enclosed("files", entry["files"])
        yield from self._enclosed("evidence", entry["evidence"])
        signature = entry["signature"]
        if signature:
            text = f"{escape(signature['meaning'])} <code>{escape(signature['key'])}</code>"
            yield f"<p>{_both('signature')}: {text}</p>\n"
        yield f"<p><code>sha256 {told.sha256()}</code></p>\n</article>\n"
        for field in told.fields:
            if field.redacted:
                self._aside.do("INSERT INTO hidden VALUES (?, ?)", index, field.name)

    def _line(self, field: Field, titles: dict[str, str], people: dict[str, str]) -> str:
        name = escape(_heading(field.name, titles))
        text = f'<span class="hidden">{_both("hidden")}</span>'
        text = text if field.redacted else self._value(field, titles, people)
        text += _marks("replaced_by", field.replaced_by) + _marks("replaces", field.replaces)
        return f'<tr><th>{name} <i lang="en">{escape(field.name)}</i></th><td><div>{text}</div></td></tr>\n'

    def _value(self, field: Field, titles: dict[str, str], people: dict[str, str]) -> str:
        """Return a value as people read it: days, words of a choice, names of people and grades."""
        if field.name == "grade" and field.text in self._grades:
            return escape(f"{self._grades[field.text]} ({field.text})")
        place, parts = ".".join(_named(field.name)), field.text.split(", ")
        words = [titles.get(f"{place}:{part}", "") for part in parts]
        if all(words):
            return f'{escape(", ".join(words))} <i lang="en">{escape(field.text)}</i>'
        if any(part in people for part in parts):
            named = (f"{people[part]} ({part})" if part in people else part for part in parts)
            return escape(", ".join(named))
        days = all(map(_ISO.fullmatch, parts))
        return self._linked(field.content, ", ".join(map(_day, parts)) if days else field.text)

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


def _accepted(titles: dict[str, list[str]], name: str) -> list[str]:
    """Return what a field may be called; a part or a value nobody knows has no word."""
    return titles.get(name, [] if "." in name or ":" in name else [name])


def _legible(line: bytes) -> set[str]:
    """Return the names of the fields in a line of ``entries.jsonl`` that are not redacted."""
    said = _value(line)
    fields = said.get("fields") if isinstance(said, dict) else None
    return {
        one["name"]
        for one in (fields if isinstance(fields, list) else [])
        if shaped(one, FIELD) and not one["redacted"]
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bool, int)):
        return json.dumps(value)
    return value if isinstance(value, str) else ""


def _titles(grades: Any) -> dict[str, str]:
    """Return what a policy calls its grades, by their codes."""
    said = grades if isinstance(grades, list) else []
    whole = [one for one in said if isinstance(one, dict)]
    pairs = [(one.get("code"), one.get("title")) for one in whole]
    return {
        code: title for code, title in pairs if isinstance(code, str) and isinstance(title, str)
    }


def _heading(path: str, titles: dict[str, str]) -> str:
    """Return what a detail is called: its field, which one of many, its part.

    A number is a place in a list where a part that is known follows; else it is a name.
    """
    said, place, rest = [], "", path.split(".")
    while rest:
        if _NUMBER.fullmatch(rest[0]) and f"{place}.{''.join(rest[1:2])}" in titles:
            said.append(str(int(rest.pop(0)) + 1))
            continue
        place = f"{place}.{rest[0]}" if place else rest[0]
        if place not in titles:
            return " · ".join((*said, ".".join(rest)))
        said.append(titles[place])
        rest = rest[1:]
    return " · ".join(said)


def _day(day: str) -> str:
    return f"{day[8:10]}/{day[5:7]}/{day[:4]}"


def _bound(at: str, whole: str) -> str:
    """Return a bound of a period as people read it: a day where it is that of a day."""
    if not _moment(at):
        return at
    clock = f"{here(at):%H:%M:%S}"
    return f"{here(at):%d/%m/%Y}" + ("" if clock + at[19:26] == whole else f" {clock}")


def _numbers(indices: Iterable[int]) -> str:
    return ", ".join(map(str, indices))


def _row(cells: Iterable[str]) -> str:
    safe = ("'" + cell if cell.startswith(_FORMULA) else cell for cell in cells)
    quoted = ('"%s"' % cell.replace('"', '""') if _SPECIAL.search(cell) else cell for cell in safe)
    return ";".join(quoted) + "\r\n"


def _both(word: str) -> str:
    vi, en = SAID[word]
    return f'{escape(vi)} <i lang="en">{escape(en)}</i>'


def _hidden(word: str) -> str:
    return _both("all") if word == "all" else escape(word)


def _marks(word: str, indices: tuple[int, ...]) -> str:
    links = ", ".join(f'<a href="#e{index}">#{index}</a>' for index in indices)
    return f" <mark>{_both(word)} {links}</mark>" if indices else ""


# ── The command ─────────────────────────────────────────────────────────────────────────────────

_TOLD = {
    "log": ("Log {log}: {size} entries, root {root}", "Nhật ký {log}: {size} mục, gốc {root}"),
    "claims": (
        "The pack says that it is of log {log}, {size} entries: that is not proven.",
        "Gói tự ghi là của nhật ký {log}, {size} mục: điều này chưa được chứng minh.",
    ),
    "whole": ("The pack holds the whole log.", "Gói chứa toàn bộ nhật ký."),
    "part": (
        "The pack holds {n} entries: it proves that they stand in the log, not that none is missing.",
        "Gói chứa {n} mục: chứng minh các mục này có trong nhật ký, không chứng minh là đủ.",
    ),
    "signed": ("Signed by {name}, key {id}", "Ký bởi {name}, khóa {id}"),
    "cosigned": (
        "The first {size} entries cosigned by {name} at {at} UTC, key {id}",
        "{size} mục đầu được {name} cùng ký lúc {at} UTC, khóa {id}",
    ),
    "outside": (
        "Kept outside: the first {size} entries, since {day} ({age} days), {who}; {n} came after",
        "Lưu ở ngoài: {size} mục đầu, từ {day} ({age} ngày), {who}; sau đó thêm {n} mục",
    ),
    "hidden": (
        "Personal texts that are not here: {n}; the pack itself says that it leaves them out.",
        "Nội dung cá nhân không có ở đây: {n}; gói tự ghi là đã che.",
    ),
    "untold": (
        "Personal texts that are not here: {n}; the pack does not say that it leaves them out:"
        " they were erased, lost, or taken away by whoever made it. Ask the organisation which.",
        "Nội dung cá nhân không có ở đây: {n}; gói không ghi là đã che: đã được xóa, đã mất, hoặc bị"
        " người tạo gói bỏ ra. Hãy hỏi cơ quan xem là trường hợp nào.",
    ),
    "alone": (
        "As far as is known here, nothing is kept outside.",
        "Theo những gì có ở đây, chưa có gì được lưu ở bên ngoài.",
    ),
    "enough": ("Here it stops: that is enough.", "Dừng ở đây: thế là đủ."),
    "good": ("Nothing wrong was found.", "Không phát hiện sai lệch."),
    "warned": (
        "Nothing wrong was found, but what is said above is for you to judge.",
        "Không phát hiện sai lệch, nhưng những điều nêu trên thì người kiểm tra phải tự xét.",
    ),
    "bad": ("Findings: {n}.", "Số sai lệch: {n}."),
}
_ENOUGH = 200


_QUORUM = (
    "--quorum {n}: at least 1, at most as many as --witness names ({known}) / "
    "ít nhất là 1, nhiều nhất bằng số bên làm chứng đã nêu bằng --witness ({known})"
)


class Unusable(Exception):
    """Something that was given cannot be read."""


FULL = "no room for temporary files / không đủ chỗ cho tệp tạm"
"""What is said where the disk does not hold what is kept meanwhile."""


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
    except OSError as error:
        said = FULL if error.errno == errno.ENOSPC else "cannot be read / không đọc được"
        print(f"{error.filename}: {said}", file=sys.stderr)
    except Unusable as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped: nothing was proven. / Đã dừng: chưa chứng minh được gì.", file=sys.stderr)
        return 130
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
    witnesses = tuple(key for path in given.witness for key in _witnesses(path))
    known = len({key.public for key in witnesses})
    quorum = min(1, known) if given.quorum is None else given.quorum
    if given.quorum is not None and not 1 <= quorum <= known:
        raise Unusable(_QUORUM.format(n=quorum, known=known))
    keys = tuple(key for path in given.key for key in _keys(path))
    return Trust(keys, witnesses, quorum, tuple(map(_anchor, given.anchor)), tuple(given.anchor))


def _keys(path: str) -> list[Key]:
    try:
        # as an editor of Windows leaves it, too
        return keys_in(_small(path).removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"), path)
    except Found:
        raise Unusable(f"{path}: no key / không phải khóa") from None


def _witnesses(path: str) -> list[Key]:
    found = _keys(path)
    if any(key.kind != _WITNESS for key in found):
        raise Unusable(
            f"{path}: a key of a log, not of a witness / khóa của nhật ký, không phải của bên làm chứng"
        )
    return found


def _anchor(path: str) -> Checkpoint:
    try:
        return kept_in(_small(path))
    except ValueError:
        raise Unusable(f"{path}: no checkpoint / không phải điểm kiểm chứng") from None


def _small(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1_000_000)


def _age(day: str) -> str:
    if not day:
        return "?"
    return str(max(0, (datetime.now() - datetime.strptime(day, "%Y-%m-%d")).days))


def _proven(audit: Audit, say: Callable[..., None]) -> None:
    about = audit.about
    say("log", log=shown(about["log"]), size=about["size"], root=about["root"])
    say("whole" if about["whole"] else "part", n=about["entries"])
    for key in audit.signed if audit.trust.keys else ():
        say("signed", name=key.name, id=key.id.hex())
    for (size, key), at in sorted(audit.cosigned.items()):
        say("cosigned", name=key.name, id=key.id.hex(), at=_moment_of(at), size=size)
    last = max(audit.outside, key=lambda one: one[:2], default=None)
    if last is not None:
        day, age = _day(last.day) if last.day else "?", _age(last.day)
        after = about["size"] - last.size
        say("outside", size=last.size, day=day, age=age, who=shown(last.who), n=after)
    else:
        say("alone")
    for word, left in zip(("untold", "hidden"), audit.left_out()):
        if left:
            say(word, n=left)


def _checked(file: IO[bytes], trust: Trust, language: str) -> int:
    def say(word: str, **values: Any) -> None:
        print(_TOLD[word][language == "vi"].format(**values))

    errors = warnings = 0
    audit = None
    try:
        audit = Audit(Pack(file), trust)
        findings = audit.findings()
    except Found as found:
        if found.finding.cut() or found.finding.code == "P10":  # nothing of it could be read
            print(found.finding.says(language))
            return 2
        findings = iter((found.finding,))
    for finding in findings:
        warnings += finding.code in WARNINGS
        errors += finding.code not in WARNINGS
        print(finding.says(language))
        if errors == _ENOUGH:
            say("enough")
            break
    if audit is not None and errors:
        say("claims", log=shown(audit.about["log"]), size=audit.about["size"])
    elif audit is not None:
        _proven(audit, say)
    say("bad" if errors else "warned" if warnings else "good", n=errors)
    return 1 if errors else 0


# ── Words: made by ``python -m docs.generate``; every word that was ever in use ────────


def vocabulary() -> dict[str, tuple[list[str], list[str], dict[str, list[str]]]]:
    """Return what each kind and each of its fields is called: every word that was ever in use."""
    found = {}
    for line in WORDS.strip().split("\n"):
        kind, vi, en, *fields = line.split("|")
        titles = dict(field.split("=", 1) for field in fields)
        known = {name: title.split("~") for name, title in titles.items()}
        found[kind] = (vi.split("~"), en.split("~"), known)
    return found


PAGE = "d8786a10ced5a9b8b768350af6df1839378a2eb0833509b5a4f25ba407876fbf"
"""The SHA-256 of the ``verify.html`` that belongs to this file."""

WORDS = """
action.complete/1|Báo hoàn thành hành động, kèm bằng chứng|Say that an action is done, with its evidence|code=Mã số|done=Ngày hoàn thành|evidence=Bằng chứng|proofs=Tệp bằng chứng
action.drop/1|Bỏ hành động, kèm lý do (kế hoạch vẫn còn ít nhất một hành động)|Give an action up, with the reason; one of its round stays|code=Mã số|reason=Lý do
action.extend/1|Gia hạn hành động, kèm lý do (hạn đầu vẫn giữ)|Give an action a later day, with the reason; not to oneself. The first day stays|code=Mã số|due=Thời hạn mới|reason=Lý do
action.reassign/1|Giao hành động cho người khác, kèm lý do|Give an action to somebody else, with the reason|code=Mã số|owner=Người thực hiện|reason=Lý do
action.send-back/1|Trả lại hành động chưa đạt, kèm lý do (thời hạn giữ nguyên)|Say, as somebody else, that an action was not done as it should be; its day stays|code=Mã số|reason=Lý do
action.start/1|Bắt đầu thực hiện hành động|Say that an action is under way|code=Mã số
action.verify/1|Kiểm tra hành động đã làm đúng, đủ (người khác)|Confirm, as somebody else, that an action was done; after the last the effect is due|code=Mã số|note=Nhận xét
anchor.keep/1|Ghi nhận điểm kiểm chứng đang được lưu ở bên ngoài|Enter a checkpoint that is kept outside; every verification will hold the trail to it|answer=Phản hồi của tổ chức cấp dấu thời gian|code=Mã số|medium=Cách lưu|medium:file=tệp lưu ở nơi khác|medium:mail=thư điện tử|medium:paper=bản in|medium:timestamp=dấu thời gian (RFC 3161)|medium:witness=bên làm chứng cùng ký|note=Điểm kiểm chứng|place=Ai giữ, ở đâu|witnesses=Bên làm chứng đã cùng ký
audit.appoint/1|Cử đánh giá viên (độc lập, hoặc lãnh đạo chấp nhận kèm lý do)|Put an auditor on the team: independent of what is audited, or waived by a leader|auditor=Đánh giá viên|code=Mã số|waiver=Lý do chấp nhận người không độc lập
audit.approve/1|Phê duyệt kế hoạch đánh giá|Approve the plan of an audit, as somebody who neither made it nor goes|code=Mã số
audit.ask/1|Bổ sung nội dung vào phiếu kiểm tra|Add one question to the checklist, against a clause or a document|clause=Điều khoản tiêu chuẩn|code=Mã số|document=Tài liệu|question=Nội dung cần kiểm tra
audit.cancel/1|Hủy cuộc đánh giá chưa tiến hành, kèm lý do (lãnh đạo)|Give an audit up before it began, with the reason; only a leader does|code=Mã số|reason=Lý do
audit.close/1|Đóng cuộc đánh giá|Close an audit: every nonconformity is over or handed on, every observation answered|code=Mã số
audit.excuse/1|Rút đánh giá viên khỏi đoàn, kèm lý do|Take an auditor off the team, with the reason|auditor=Đánh giá viên|code=Mã số|reason=Lý do
audit.finish/1|Kết thúc đánh giá tại đơn vị|End the fieldwork: every criterion assessed, or why not|code=Mã số
audit.follow-up/1|Ghi kết quả theo dõi sau đánh giá|Note how far the findings of a reported audit have come|code=Mã số|note=Kết quả theo dõi
audit.meet/1|Họp kết thúc; ý kiến của đơn vị được giữ lại|Hold the closing meeting; what the unit thinks otherwise is kept|attendance=Thành phần dự họp|code=Mã số|day=Ngày họp kết thúc|opinion=Ý kiến của đơn vị
audit.notify/1|Thông báo kế hoạch cho đơn vị|Tell the unit when it will be audited; how long before is reported, not enforced|code=Mã số|day=Ngày gửi
audit.open/1|Họp khai mạc|Open an audit at the unit; the team is still independent|attendance=Thành phần dự họp|code=Mã số|day=Ngày họp khai mạc
audit.plan/1|Lập kế hoạch đánh giá: ngày, trưởng đoàn, mục tiêu|Plan an audit: its days, its lead, its aim. A waiver is a leader's to give|aim=Mục tiêu, phạm vi|code=Mã số|day=Từ ngày|lead=Trưởng đoàn|until=Đến hết ngày|waiver=Lý do chấp nhận trưởng đoàn không độc lập
audit.postpone/1|Dời ngày đánh giá, kèm lý do|Move an audit to another day, with the reason|code=Mã số|day=Từ ngày|reason=Lý do|until=Đến hết ngày
audit.prepare/1|Lập phiếu kiểm tra từ điều khoản và quá trình trong phạm vi|Draw up the checklist: each clause in scope and each process, not yet assessed|code=Mã số
audit.report/1|Báo cáo kết quả đánh giá|Report to those concerned how far the system conforms and works|code=Mã số|conclusion=Kết luận về sự phù hợp và hiệu lực|strengths=Điểm mạnh
audit.schedule/1|Đưa cuộc đánh giá vào chương trình (hoặc bổ sung đột xuất, kèm lý do)|Propose an audit for a programme: a unit, clauses, processes, a month|clauses=Điều khoản tiêu chuẩn|code=Mã số|month=Tháng|processes=Quá trình|programme=Chương trình|reason=Lý do|unit=Đơn vị được đánh giá
campaign.open/1|Mở đợt rà soát, đơn giản hóa của năm|Begin the review of a year, with its target share of services with a proposal|code=Mã số|due=Hạn hoàn thành rà soát|plan=Số kế hoạch|target=Chỉ tiêu tỷ lệ có phương án|title=Tên đợt rà soát|year=Năm
commitment.draft/1|Lập bản cam kết của đơn vị|Write what a unit commits itself to for a period|code=Mã số|head=Vị trí trưởng đơn vị|since=Từ ngày|targets=Chỉ tiêu|targets.aim=Mục tiêu|targets.what=Nội dung|tasks=Nhiệm vụ|unit=Đơn vị|until=Đến hết ngày
commitment.judge/1|Đánh giá cam kết khi hết kỳ: từng chỉ tiêu đạt hay không|Judge each target of a commitment, kept or not, when the period is over|code=Mã số|kept=Đạt|kept:false=không|kept:true=có|verdict=Kết luận
commitment.redraft/1|Viết lại bản cam kết khi chưa đủ chữ ký (chữ ký đã có không còn giá trị)|Write the targets and tasks anew before both have signed; a first signature falls away|code=Mã số|targets=Chỉ tiêu|targets.aim=Mục tiêu|targets.what=Nội dung|tasks=Nhiệm vụ
commitment.report/1|Báo cáo kết quả thực hiện cam kết|Report, as the head of the unit, what was reached of each target|code=Mã số|reached=Kết quả từng chỉ tiêu|says=Báo cáo chung
commitment.sign-as-head/1|Trưởng đơn vị ký cam kết|Sign a commitment in the post that heads the unit|code=Mã số|day=Ngày ký
commitment.sign-as-leader/1|Lãnh đạo ký cam kết|Sign a commitment as a leader of the organisation|code=Mã số|day=Ngày ký
competence.attest/1|Xác nhận người khác đạt yêu cầu năng lực, kèm bằng chứng|Attest that somebody else meets a requirement, with the evidence|code=Mã số|evidence=Bằng chứng|person=Người đạt|requirement=Yêu cầu năng lực|since=Từ ngày|until=Hết hạn từ ngày
competence.revoke/1|Thu hồi xác nhận năng lực, kèm lý do|Say that evidence of competence counts no more, with the reason|code=Mã số|reason=Lý do
conclusion.become-task/1|Ghi nhiệm vụ được giao từ kết luận|Name the task that a conclusion became|code=Mã số|task=Nhiệm vụ
conclusion.decide/1|Ghi kết luận của cuộc xem xét: việc gì, ai, thời hạn|Enter what a review decided: what, by whom, by when|code=Mã số|decision=Kết luận|due=Thời hạn|output=Loại đầu ra|output:improvement=Cơ hội cải tiến|output:resources=Nhu cầu nguồn lực|output:system=Thay đổi hệ thống quản lý chất lượng|owner=Vị trí chịu trách nhiệm chính|review=Kỳ xem xét
copy.report-lost/1|Ghi nhận bản giấy thất lạc|Note that a paper copy cannot be found|code=Mã số|day=Ngày phát hiện|note=Hoàn cảnh
copy.take-back/1|Thu hồi bản giấy|Take a paper copy back|code=Mã số|day=Ngày thu hồi|note=Ghi chú
correction.add/1|Đính chính, bổ sung hồ sơ (bản gốc giữ nguyên)|Correct a record by addition: what stands there stays|code=Mã số|contents=Tệp bổ sung|reason=Lý do|record=Hồ sơ|says=Nội dung sai và nội dung đúng
correction.confirm/1|Xác nhận bản đính chính của người khác|Confirm a correction that somebody else wrote|code=Mã số
criterion.assess/1|Ghi kết quả một nội dung kiểm tra, kèm bằng chứng hoặc lý do|Say what was seen of a criterion: conforming, not applicable, or why not assessed|code=Mã số|evidence=Bằng chứng|verdict=Kết quả|verdict:conforming=Phù hợp|verdict:nonconforming=Không phù hợp|verdict:not_applicable=Không áp dụng|verdict:not_assessed=Chưa đánh giá
declaration.declare/1|Công bố (quyết định của lãnh đạo); bản cũ hết giá trị|Declare conformity by a decision of the leader; what it replaces no longer stands|code=Mã số|day=Ngày công bố|decision=Số quyết định
declaration.draft/1|Lập bản công bố hệ thống phù hợp tiêu chuẩn, chốt bộ tài liệu đang hiệu lực|Draft a declaration over the document set in force; one that is declared again is named|code=Mã số|edition=Phiên bản TCVN ISO 9001|reason=Lý do công bố lại|replaces=Công bố lại cho bản|scope=Phạm vi|snapshot=Bộ tài liệu được chốt|snapshot.digest=Mã băm|snapshot.documents=Tài liệu|snapshot.entries=Số mục nhật ký
declaration.publish/1|Ghi nơi đăng, ngày niêm yết bản công bố|Say where and since when the declaration is posted|code=Mã số|day=Ngày đăng|link=Nơi đăng, niêm yết
declaration.withdraw/1|Rút bản công bố, kèm lý do|Take back a draft or a declaration, with the reason|code=Mã số|reason=Lý do
disposal.appoint-council/1|Lập hội đồng xác định giá trị tài liệu|Appoint the council that appraises a list|code=Mã số|decision=Số quyết định lập hội đồng|members=Thành viên
disposal.appraise/1|Hội đồng kết luận: hồ sơ nào lưu tiếp, còn lại đề nghị tiêu hủy|Write down what the council concludes: which records are kept on, the rest is given up|code=Mã số|keep=Hồ sơ lưu tiếp|keep.record=Hồ sơ|keep.years=Số năm lưu|met=Ngày họp|minutes=Số biên bản họp|present=Thành viên có mặt
disposal.carry-out/1|Lập biên bản tiêu hủy; hồ sơ bị giữ lại thì loại ra, lưu tiếp|Sign the minutes of destruction; what came to be held meanwhile is kept on|code=Mã số|day=Ngày tiêu hủy|manner=Nơi, cách tiêu hủy|minutes=Số biên bản tiêu hủy|witnesses=Người chứng kiến
disposal.decide/1|Quyết định tiêu hủy theo kết luận của hội đồng|Decide that what the council gave up is destroyed|code=Mã số|day=Ngày quyết định|decision=Số quyết định tiêu hủy|opinion=Ý kiến thẩm tra của cơ quan quản lý lưu trữ
disposal.decline/1|Không tiêu hủy, kèm lý do; hồ sơ tiếp tục được lưu|Destroy nothing of a list, with the reason; its records are kept on|code=Mã số|reason=Lý do
disposal.list/1|Lập danh mục hồ sơ hết thời hạn lưu|List records whose time is over, so that a council appraises them|code=Mã số|records=Hồ sơ
document.abandon/1|Hủy dự thảo đang mở|Stop an open draft; its text stays in the history|code=Mã số|reason=Lý do
document.adopt-removal/1|Nhập việc tài liệu đã bị loại bỏ trước đây (giữ lịch sử)|Enter that a document was removed before this system; its history stays|code=Mã số|day=Ngày loại bỏ|source=Nguồn
document.adopt-revision/1|Nhập lần ban hành cũ (giữ nguyên từng byte)|Enter a revision that was issued before this system: bytes as they came, signers as text|amendment=Lần sửa đổi|approved_by=Người phê duyệt|attachments=Phụ lục kèm theo|author=Người lập tệp|code=Mã số|decision=Số quyết định|drafted_by=Người soạn thảo|effective=Ngày hiệu lực|issue=Lần ban hành|issued=Ngày ban hành|note=Ghi chú nhập liệu|reviewed_by=Người soát xét|source=Nguồn|summary=Nội dung sửa đổi|text=Nội dung|written=Thời điểm lập tệp
document.adopt-revision/2|Nhập lần ban hành cũ (giữ nguyên từng byte)|Enter a revision that took effect before this system: bytes as they came, signers as text|amendment=Lần sửa đổi|approved_by=Người phê duyệt|attachments=Phụ lục kèm theo|author=Người lập tệp|code=Mã số|decision=Số quyết định|drafted_by=Người soạn thảo|effective=Ngày hiệu lực|issue=Lần ban hành|issued=Ngày ban hành|note=Ghi chú nhập liệu|reviewed_by=Người soát xét|source=Nguồn|summary=Nội dung sửa đổi|text=Nội dung|written=Thời điểm lập tệp
document.adopt/1|Nhập tài liệu có từ trước khi dùng phần mềm|Enter a document that was there before this system; its revisions follow|aliases=Mã số cũ|code=Mã số|owner=Vị trí chủ trì|parents=Thuộc quy trình|services=Mã thủ tục hành chính|suffix=Đuôi tệp|title=Tên tài liệu|type=Loại tài liệu|unit=Đơn vị chủ trì
document.approve/1|Phê duyệt nội dung đã đọc, cấp số lần ban hành và sửa đổi|Approve the text that was read, and give it its number|amendment=Lần sửa đổi|code=Mã số|digest=Mã băm nội dung đã đọc|issue=Lần ban hành|reissue=Ban hành lại|reissue:false=không|reissue:true=có
document.classify/1|Cập nhật dữ liệu nhận biết (chỉ thay những phần có ghi)~Cập nhật dữ liệu nhận biết (phần nào ghi thì thay)|Set facts by which a document is found; what is not given stays|clauses=Điều khoản tiêu chuẩn|code=Mã số|keywords=Từ khóa|legal=Căn cứ pháp lý|parents=Thuộc quy trình|scope=Phạm vi|services=Mã thủ tục hành chính
document.create/1|Soạn thảo tài liệu mới|Draft a document that has not existed before|attachments=Phụ lục kèm theo|clauses=Điều khoản tiêu chuẩn|code=Mã số|keywords=Từ khóa|legal=Căn cứ pháp lý|owner=Vị trí chủ trì|parents=Thuộc quy trình|request=Phiếu đề nghị|scope=Phạm vi|services=Mã thủ tục hành chính|suffix=Đuôi tệp|summary=Nội dung chính|text=Nội dung|title=Tên tài liệu|type=Loại tài liệu|unit=Đơn vị chủ trì
document.edit/1|Sửa dự thảo đang mở|Write the open draft anew|attachments=Phụ lục kèm theo|code=Mã số|summary=Nội dung sửa đổi|text=Nội dung
document.endorse/1|Ký soát xét nội dung đã đọc|Sign, as a reviewer, the text that was read|code=Mã số|digest=Mã băm nội dung đã đọc
document.hand-out/1|Giao bản giấy có đánh số|Hand out a numbered paper copy: of what is in force on the day, else of what comes|code=Mã số|day=Ngày giao|holder=Vị trí nhận|revision=Lần ban hành
document.issue/1|Ban hành nội dung đã phê duyệt|Put the approved text in force from a day, for those on the distribution list|code=Mã số|decided=Ngày quyết định|decision=Số quyết định|distribution=Nơi nhận|effective=Ngày hiệu lực|signer=Người ký quyết định
document.recall/1|Rút lại dự thảo đã trình|Take one's submitted text back before it is approved|code=Mã số|reason=Lý do
document.recode/1|Đổi mã số (mã cũ vẫn tra được, không dùng lại)|Give a document another code; the old one still leads to it and is never reused|code=Mã số|new_code=Mã số mới|reason=Lý do
document.record-decision/1|Ghi quyết định ban hành còn thiếu|Record the written decision of a revision that was issued without one|code=Mã số|decided=Ngày quyết định|decision=Số quyết định|revision=Lần ban hành|signer=Người ký quyết định
document.reinstate/1|Khôi phục tài liệu đã bãi bỏ|Put the last text of a withdrawn document in force again, under its old number|code=Mã số|decided=Ngày quyết định|decision=Số quyết định|effective=Có hiệu lực lại từ ngày|reason=Lý do|signer=Người ký quyết định
document.rename/1|Đổi tên tài liệu (không phải lần sửa đổi)|Give a document another title; this makes no revision|code=Mã số|reason=Lý do|title=Tên mới
document.return/1|Trả lại dự thảo kèm lý do|Send a submitted text back to its drafter, with the reason|code=Mã số|reason=Lý do
document.revise/1|Soạn thảo nội dung sửa đổi|Draft the next text of a document|attachments=Phụ lục kèm theo|code=Mã số|place=Trang, phần liên quan|request=Phiếu đề nghị|summary=Nội dung sửa đổi|text=Nội dung
document.submit/1|Ký soạn thảo và trình soát xét|Sign the draft as its drafter and send it to review|attachments=Phụ lục kèm theo|code=Mã số|reviewers=Người soát xét|summary=Nội dung sửa đổi|text=Nội dung
document.transfer/1|Chuyển vị trí, đơn vị chủ trì|Give a document to another owner|code=Mã số|owner=Vị trí chủ trì mới|reason=Lý do|unit=Đơn vị chủ trì mới
document.withdraw/1|Bãi bỏ tài liệu|Take a document out of force from a day, without another in its place|code=Mã số|day=Hết hiệu lực từ ngày|decided=Ngày quyết định|decision=Số quyết định|reason=Lý do|signer=Người ký quyết định
external.amend/1|Ghi văn bản được sửa đổi, bổ sung|Note that another outside document amends this one|articles=Các điều được sửa đổi|by=Văn bản sửa đổi|code=Mã số|day=Từ ngày
external.dispute/1|Đánh dấu nghi vấn về ngày hiệu lực|Flag that sources give other days for this document|code=Mã số|says=Các nguồn nói khác nhau thế nào
external.enter/1|Ghi văn bản, tài liệu có nguồn gốc bên ngoài|Enter a document from outside, with the internal ones that rest on it|code=Mã số|copies=Tệp văn bản|disputed=Nghi vấn về ngày: các nguồn nói khác nhau thế nào|documents=Tài liệu nội bộ liên quan|issuer=Cơ quan ban hành|number=Số, ký hiệu|signed=Ngày ký ban hành|since=Có hiệu lực từ ngày|title=Trích yếu|type=Loại văn bản|until=Hết hiệu lực từ ngày
external.link/1|Liên kết với tài liệu nội bộ|Say which internal document rests on this one|code=Mã số|document=Tài liệu nội bộ
external.repeal/1|Ghi văn bản bị bãi bỏ, hết hiệu lực mà không có văn bản thay thế|Note that this document is out of force from a day on, with nothing in its place|basis=Căn cứ|code=Mã số|day=Hết hiệu lực từ ngày
external.replace/1|Ghi văn bản được thay thế (toàn bộ, hoặc chỉ các điều đã nêu)|Note that another outside document replaces this one, or only the named articles|articles=Chỉ các điều|by=Văn bản thay thế|code=Mã số|day=Từ ngày
external.resume/1|Ghi văn bản có hiệu lực trở lại|Note that a suspended document is applied again from a day on|basis=Căn cứ|code=Mã số|day=Từ ngày
external.settle/1|Xác định lại ngày hiệu lực theo nguồn chính thức|Set the days right once the source is known; the flag goes|code=Mã số|endless=Không có ngày hết hiệu lực|endless:false=không|endless:true=có|since=Có hiệu lực từ ngày|source=Nguồn|until=Hết hiệu lực từ ngày
external.suspend/1|Ghi văn bản bị tạm ngưng hiệu lực|Note that this document is not applied for a time|basis=Căn cứ|code=Mã số|since=Từ ngày|until=Đến trước ngày
external.unlink/1|Bỏ liên kết với tài liệu nội bộ, kèm lý do|Say that an internal document rests on this one no longer, with the reason|code=Mã số|document=Tài liệu nội bộ|reason=Lý do
finding.answer/1|Đơn vị trả lời điểm lưu ý, cơ hội cải tiến|Answer, as the audited unit, an observation or an opportunity for improvement|answer=Cách xử lý|code=Mã số
finding.classify/1|Trưởng đoàn phân loại lại phát hiện, kèm lý do (ý kiến khác vẫn giữ)|Decide, as lead, what a finding is; other opinions stay beside it|code=Mã số|grade=Mức|kind_of_finding=Loại phát hiện|kind_of_finding:improvement=Cơ hội cải tiến|kind_of_finding:nonconformity=Sự không phù hợp|kind_of_finding:observation=Điểm lưu ý|reason=Lý do
finding.decide-remedy/1|Quyết định biện pháp đối với phát hiện (lãnh đạo)|Decide what is done about a finding: a nonconformity, a task, at once, or nothing|code=Mã số|due=Thời hạn|measure=Nội dung biện pháp|nonconformity=Phiếu không phù hợp đã lập|owner=Người chịu trách nhiệm|remedy=Biện pháp|remedy:at_once=Nhắc nhở, khắc phục ngay|remedy:nonconformity=Lập phiếu không phù hợp|remedy:none=Không cần xử lý|remedy:task=Giao nhiệm vụ|task=Mã nhiệm vụ
finding.differ/1|Ghi ý kiến khác về phát hiện (được giữ nguyên)|Keep another opinion beside a finding, of the team or of the unit; nothing removes it|code=Mã số|opinion=Ý kiến
finding.hand-on/1|Chuyển sự không phù hợp sang cuộc đánh giá sau, kèm lý do|Hand a nonconformity on to a later audit, which will not close without it|audit=Cuộc đánh giá sau|code=Mã số|reason=Lý do
finding.note/1|Ghi phát hiện khi kiểm tra công vụ|Note, on an inspection, what was found: which rule, which evidence, how grave|clause=Điều khoản tiêu chuẩn|code=Mã số|conclusion=Sự việc|document=Tài liệu|evidence=Bằng chứng|grade=Mức|inspection=Cuộc kiểm tra|kind_of_finding=Loại phát hiện|kind_of_finding:improvement=Cơ hội cải tiến|kind_of_finding:nonconformity=Sự không phù hợp|kind_of_finding:observation=Điểm lưu ý|proofs=Tệp bằng chứng|rule=Quy định không được thực hiện
finding.record/1|Ghi phát hiện: chuẩn mực, bằng chứng, kết luận (không phù hợp: tự lập phiếu)|Record what was found against a criterion; a nonconformity brings its report along|code=Mã số|conclusion=Kết luận|criterion=Nội dung kiểm tra|evidence=Bằng chứng khách quan|grade=Mức|kind_of_finding=Loại phát hiện|kind_of_finding:improvement=Cơ hội cải tiến|kind_of_finding:nonconformity=Sự không phù hợp|kind_of_finding:observation=Điểm lưu ý|nonconformity=Phiếu không phù hợp đã lập|proofs=Tệp bằng chứng
finding.settle/1|Kiểm tra lại việc khắc phục (người khác): đạt, hoặc chưa đạt kèm hạn mới|Look again, as somebody else, whether a measure was carried out; if not, by when|code=Mã số|due=Thời hạn mới|passed=Đạt|passed:false=không|passed:true=có|result=Kết quả kiểm tra lại, bằng chứng
hold.place/1|Giữ lại hồ sơ theo yêu cầu (chặn tiêu hủy)|Hold records back from disposal; ``covered`` finds those of a case, unit or year|basis=Văn bản yêu cầu|code=Mã số|reason=Lý do|records=Hồ sơ
hold.release/1|Chấm dứt giữ lại, kèm lý do|Let go of what was held, with the reason|code=Mã số|reason=Lý do, văn bản chấm dứt
improvement.adopt/1|Ghi đơn vị đã áp dụng cách làm hay, tài liệu đã đưa vào|Say that a unit has adopted a good practice, and in which document it stands|code=Mã số|document=Tài liệu đã sửa theo|since=Áp dụng từ ngày|unit=Đơn vị áp dụng
improvement.decline/1|Không áp dụng sáng kiến, kèm lý do|Do not follow an idea, with the reason; it stays on record|code=Mã số|reason=Lý do
improvement.propose/1|Đề xuất sáng kiến, cách làm hay|Propose a better way of working: what it is, what it should bring|code=Mã số|expected=Kết quả mong đợi, đo bằng gì|idea=Nội dung|title=Tên sáng kiến|unit=Đơn vị
improvement.recognise/1|Công nhận cách làm hay sau thử nghiệm|Recognise an idea as good practice after its trial|code=Mã số|decision=Số văn bản, căn cứ
improvement.report/1|Báo cáo kết quả thử nghiệm, kèm bằng chứng|Report what came of the trial, good or bad, with the evidence|code=Mã số|evidence=Bằng chứng|result=Kết quả so với mong đợi
improvement.try/1|Cho thử nghiệm: vị trí thực hiện, thời hạn|Have an idea tried: by which post, until when|code=Mã số|due=Báo cáo kết quả trước hoặc trong ngày|owner=Vị trí thực hiện
inspection.call-off/1|Hủy cuộc kiểm tra chưa tiến hành, kèm lý do|Call an inspection off before it was carried out, with the reason|code=Mã số|reason=Lý do
inspection.carry-out/1|Ghi biên bản kiểm tra, ý kiến của đơn vị|Write the minutes of the visit, with what the unit says to them|code=Mã số|day=Ngày ký biên bản|minutes=Nội dung đã kiểm tra|opinion=Ý kiến của đơn vị|proofs=Tệp biên bản
inspection.close/1|Đóng cuộc kiểm tra: đã khắc phục xong, đủ hồ sơ|Close an inspection: every remedy carried out, the file complete|code=Mã số
inspection.decide/1|Kết luận: mọi phát hiện đã có quyết định biện pháp (lãnh đạo)|Decide, as leader, that every finding has its remedy|code=Mã số|note=Kết luận của lãnh đạo
inspection.file-paper/1|Đưa giấy tờ vào hồ sơ kiểm tra|Put a paper into the file of an inspection|code=Mã số|day=Ngày|paper=Loại giấy tờ|paper:corrective_action=Hồ sơ thực hiện hành động khắc phục|paper:decision=Quyết định kiểm tra|paper:minutes=Biên bản kiểm tra|paper:other=Hồ sơ, tài liệu liên quan khác (nếu có)|paper:plan=Kế hoạch kiểm tra được phê duyệt|paper:remedy_request=Văn bản đề nghị thực hiện, khắc phục|paper:report_upward=Báo cáo cấp trên về kết quả kiểm tra|paper:request=Văn bản đề nghị báo cáo|paper:statement=Báo cáo của đơn vị và bằng chứng kèm theo|paper:team_report=Báo cáo của đoàn kiểm tra|proofs=Tệp|title=Số, trích yếu
inspection.follow-up/1|Ghi kết quả theo dõi khắc phục|Note how far the remedies of an inspection have come|code=Mã số|note=Kết quả theo dõi
inspection.omit-paper/1|Ghi lý do hồ sơ không có loại giấy tờ này|Say why the file of an inspection has no paper of a kind|code=Mã số|paper=Loại giấy tờ|paper:corrective_action=Hồ sơ thực hiện hành động khắc phục|paper:decision=Quyết định kiểm tra|paper:minutes=Biên bản kiểm tra|paper:other=Hồ sơ, tài liệu liên quan khác (nếu có)|paper:plan=Kế hoạch kiểm tra được phê duyệt|paper:remedy_request=Văn bản đề nghị thực hiện, khắc phục|paper:report_upward=Báo cáo cấp trên về kết quả kiểm tra|paper:request=Văn bản đề nghị báo cáo|paper:statement=Báo cáo của đơn vị và bằng chứng kèm theo|paper:team_report=Báo cáo của đoàn kiểm tra|reason=Lý do
inspection.order/1|Quyết định kiểm tra công vụ đột xuất (không báo trước)|Order a surprise inspection, as leader: a unit, a day, a team, a decision|basis=Căn cứ kiểm tra|code=Mã số|day=Ngày kiểm tra|decided=Ngày quyết định|decision=Số quyết định|lead=Trưởng đoàn|members=Thành viên|proofs=Tệp quyết định|subject=Nội dung kiểm tra|unit=Đơn vị được kiểm tra|waiver=Lý do chấp nhận người không độc lập
inspection.report/1|Báo cáo lãnh đạo kết quả kiểm tra, đề xuất biện pháp|Report promptly to the leader what was found and what is proposed|code=Mã số|proofs=Tệp báo cáo|report=Kết quả và đề xuất
log_key.adopt/1|Đưa khóa đầu tiên của nhật ký vào sử dụng|Adopt the first key of the trail|code=Mã số|vkey=Khóa công khai
log_key.rotate/1|Thay khóa của nhật ký bằng khóa mới|Put a new key of the trail in force; without a vkey, the one that is made for it here|code=Mã số|reason=Lý do|vkey=Khóa công khai mới
management_review.announce/1|Thông báo họp xem xét, phân công chuẩn bị đầu vào|Announce the meeting and who prepares which input|code=Mã số|haste=Lý do, nếu báo gấp|note=Số thông báo, phân công
management_review.cancel/1|Hủy kỳ xem xét chưa họp, kèm lý do|Give up a review that was not held yet; the next one follows the one before|code=Mã số|reason=Lý do
management_review.close/1|Kết thúc kỳ xem xét: mọi kết luận đã thành nhiệm vụ|Close a review: each conclusion is a task, which the next review begins with|code=Mã số
management_review.fill/1|Ghi nội dung một đầu vào|Fill one input with what is known of it on a day of the period|code=Mã số|content=Nội dung, số liệu|day=Số liệu tính đến ngày|input=Đầu vào|input:audits=Kết quả đánh giá, kiểm tra|input:context=Thay đổi bên trong, bên ngoài|input:follow_up=Việc thực hiện kết luận lần trước|input:improvements=Cơ hội cải tiến|input:measurements=Kết quả theo dõi, đo lường|input:nonconformities=Sự không phù hợp và hành động khắc phục|input:objectives=Mức độ đạt mục tiêu chất lượng|input:processes=Kết quả các quá trình, sự phù hợp của kết quả giải quyết|input:providers=Kết quả của bên cung cấp|input:resources=Sự đầy đủ của nguồn lực|input:risks=Hiệu lực của hành động đối với rủi ro và cơ hội|input:satisfaction=Mức độ hài lòng, phản ánh, kiến nghị
management_review.hold/1|Ghi cuộc họp xem xét đã tiến hành|Enter that the meeting was held, and who was there|attendance=Chủ trì, thành phần dự|code=Mã số|day=Ngày họp
management_review.nothing-arose/1|Ghi một đầu vào “không phát sinh”~Ghi một đầu vào «không phát sinh»|Say of one input that nothing arose until a day of the period|code=Mã số|day=Tính đến ngày|input=Đầu vào|input:audits=Kết quả đánh giá, kiểm tra|input:context=Thay đổi bên trong, bên ngoài|input:follow_up=Việc thực hiện kết luận lần trước|input:improvements=Cơ hội cải tiến|input:measurements=Kết quả theo dõi, đo lường|input:nonconformities=Sự không phù hợp và hành động khắc phục|input:objectives=Mức độ đạt mục tiêu chất lượng|input:processes=Kết quả các quá trình, sự phù hợp của kết quả giải quyết|input:providers=Kết quả của bên cung cấp|input:resources=Sự đầy đủ của nguồn lực|input:risks=Hiệu lực của hành động đối với rủi ro và cơ hội|input:satisfaction=Mức độ hài lòng, phản ánh, kiến nghị
management_review.plan/1|Lập kế hoạch xem xét của lãnh đạo|Plan the next management review; it follows the last one|code=Mã số|day=Ngày họp|extraordinary=Lý do, nếu là xem xét đột xuất|inputs=Đầu vào được xét, nếu là xem xét đột xuất|inputs:audits=Kết quả đánh giá, kiểm tra|inputs:context=Thay đổi bên trong, bên ngoài|inputs:follow_up=Việc thực hiện kết luận lần trước|inputs:improvements=Cơ hội cải tiến|inputs:measurements=Kết quả theo dõi, đo lường|inputs:nonconformities=Sự không phù hợp và hành động khắc phục|inputs:objectives=Mức độ đạt mục tiêu chất lượng|inputs:processes=Kết quả các quá trình, sự phù hợp của kết quả giải quyết|inputs:providers=Kết quả của bên cung cấp|inputs:resources=Sự đầy đủ của nguồn lực|inputs:risks=Hiệu lực của hành động đối với rủi ro và cơ hội|inputs:satisfaction=Mức độ hài lòng, phản ánh, kiến nghị|owner=Vị trí chuẩn bị|since=Kỳ xem xét: từ ngày|until=Kỳ xem xét: đến hết ngày
management_review.postpone/1|Ấn định ngày họp khác, kèm lý do (phải thông báo lại)|Set another day for the meeting, with the reason; it is announced anew|code=Mã số|day=Ngày họp mới|reason=Lý do
management_review.sign/1|Ký biên bản xem xét (đủ mười hai đầu vào)|Sign the minutes; every input has been filled or said not to have arisen|code=Mã số|digest=Mã băm của biên bản
management_review.write-minutes/1|Lập biên bản xem xét, trình chủ trì ký|Lay the minutes before the leader, for signature|code=Mã số|minutes=Biên bản
nonconformity.accept/1|Tiếp nhận, phân mức, giao người chịu trách nhiệm xử lý|Take a report on: its grade, who sees to it, by when it is corrected|code=Mã số|due=Hạn xử lý ngay|grade=Mức|owner=Người chịu trách nhiệm xử lý
nonconformity.approve-plan/1|Phê duyệt kế hoạch khắc phục, đặt ngày xem xét hiệu lực|Approve the planned actions as somebody else, and set the day to look at their effect|code=Mã số|effect_due=Ngày xem xét hiệu lực
nonconformity.close/1|Đóng sự không phù hợp|Close it: corrected, acted on, judged, and the documents revised or not needing it|code=Mã số|concession=Có nhân nhượng|concession:false=không|concession:true=có|revisions=Lần ban hành tài liệu đã sửa|waiver=Lý do không sửa tài liệu
nonconformity.concede/1|Cho phép nhân nhượng: phạm vi, căn cứ, thời hạn (lãnh đạo)|Allow, as leader and where the law does, that something is used as it is|basis=Căn cứ|code=Mã số|scope=Phạm vi nhân nhượng|until=Đến ngày
nonconformity.correct/1|Ghi việc xử lý ngay và kết quả kiểm tra lại|Note what was done at once about the thing itself, and what a second look showed|code=Mã số|day=Ngày xong|result=Kết quả kiểm tra lại|what=Đã làm gì
nonconformity.decide-stop/1|Quyết định dừng hay tiếp tục công việc, phạm vi thu hồi (lãnh đạo)|Decide, as leader, whether the work stops or goes on, and what is called back|code=Mã số|reason=Lý do|recall=Thu hồi, rà soát kết quả đã trả|recall:false=không|recall:true=có|recall_due=Hạn thu hồi|scope=Phạm vi thu hồi|stop=Dừng công việc|stop:false=không|stop:true=có
nonconformity.decide/1|Quyết định có cần hành động khắc phục, kèm lý do|Decide whether a corrective action is needed, with the reason|code=Mã số|due=Hạn tìm nguyên nhân|needed=Cần hành động khắc phục|needed:false=không|needed:true=có|reason=Lý do
nonconformity.entrust/1|Giao người khác chịu trách nhiệm xử lý, kèm lý do|Let somebody else see to a nonconformity, with the reason|code=Mã số|owner=Người chịu trách nhiệm xử lý|reason=Lý do
nonconformity.extend/1|Gia hạn bước đang làm, kèm lý do|Give the step at hand a later day, with the reason; not to oneself|code=Mã số|due=Thời hạn mới|reason=Lý do
nonconformity.find-cause/1|Xác định nguyên nhân, trường hợp tương tự, rủi ro cần cập nhật (hoặc ghi “không”)~Xác định nguyên nhân, trường hợp tương tự, rủi ro cần cập nhật (hoặc ghi «không»)|State the cause, the like cases and the risks to update; each, or an explicit no|cause=Nguyên nhân gốc rễ|code=Mã số|kind_of_cause=Loại nguyên nhân|kind_of_cause:coordination=Phối hợp|kind_of_cause:document=Tài liệu|kind_of_cause:equipment=Thiết bị, phần mềm|kind_of_cause:method=Cách làm|kind_of_cause:people=Con người|kind_of_cause:rules=Quy định của cấp trên|risks=Rủi ro, cơ hội cần cập nhật|similar=Trường hợp tương tự
nonconformity.judge-effect/1|Đánh giá hiệu lực (người khác, đúng ngày); không có hiệu lực thì tìm lại nguyên nhân|Judge, as somebody else and later, whether it worked; if not, the cause is sought again|code=Mã số|effective=Có hiệu lực|effective:false=không|effective:true=có|evidence=Bằng chứng
nonconformity.note-acceptance/1|Ghi việc cơ quan kiểm tra chấp nhận báo cáo khắc phục|Note that the inspectors accepted the report|code=Mã số|reply=Số văn bản trả lời
nonconformity.note-refusal/1|Ghi việc cơ quan kiểm tra chưa chấp nhận: tìm lại nguyên nhân, báo cáo lại|Note that the inspectors did not accept the report: the cause is sought again|code=Mã số|due=Hạn báo cáo lại|reply=Số văn bản, lý do chưa chấp nhận
nonconformity.plan-action/1|Lập hành động khắc phục, người thực hiện và thời hạn|Plan a corrective action, its owner and its day; the plan is then approved (again)|code=Mã số|due=Thời hạn|owner=Người thực hiện|what=Hành động khắc phục
nonconformity.recall-outputs/1|Ghi việc đã thu hồi, đính chính kết quả đã trả|Note what was called back, or put right, of what had gone out|code=Mã số|day=Ngày xong|outputs=Hồ sơ, kết quả bị ảnh hưởng|what=Đã thu hồi, đính chính gì
nonconformity.regrade/1|Phân lại mức, kèm lý do (lãnh đạo)|Change the grade before it is decided what follows from it; only a leader does|code=Mã số|grade=Mức mới|reason=Lý do
nonconformity.reject/1|Từ chối: không phải sự không phù hợp, kèm lý do|Say why a report is no nonconformity|code=Mã số|reason=Lý do
nonconformity.reopen/1|Mở lại, kèm lý do|Open a closed one again, with the reason: it is decided anew what follows from it|code=Mã số|reason=Lý do
nonconformity.report/1|Báo cáo sự không phù hợp|Write down what was found, where, and how it was seen|clause=Điều khoản tiêu chuẩn|code=Mã số|complainant=Người phản ánh, khiếu nại|day=Ngày phát hiện|document=Tài liệu không được tuân thủ|found=Mô tả sự không phù hợp|minutes=Ngày ký biên bản kiểm tra|origin=Số hiệu hồ sơ nguồn|outputs=Hồ sơ, kết quả bị ảnh hưởng|proofs=Tệp bằng chứng|repeats=Lặp lại phiếu trước|service=Mã thủ tục hành chính|source=Nguồn phát hiện|source:audit=Đánh giá nội bộ|source:complaint=Phản ánh, kiến nghị, khiếu nại|source:external_audit=Đánh giá, kiểm tra của bên ngoài|source:inspection=Kiểm tra công vụ đột xuất|source:late_dossier=Hồ sơ trễ hạn|source:review=Rà soát, xem xét của lãnh đạo|source:self_found=Tự phát hiện|source:survey=Khảo sát hài lòng, mục tiêu|unit=Đơn vị để xảy ra
nonconformity.send-report/1|Gửi báo cáo khắc phục cho cơ quan kiểm tra|Note that the corrective action, taken or planned, was reported to the inspectors|code=Mã số|day=Ngày gửi|letter=Số văn bản
objective.conclude/1|Kết luận mục tiêu cuối kỳ|Say at the end what was reached and why; never over nothing|code=Mã số|conclusion=Kết luận
objective.measure/1|Ghi số đo, kèm nguồn số liệu|Add a measured value with its source: itself, as a part of a whole, or as answers|code=Mã số|corrects=Đính chính số đo|counts=Số phiếu theo mức đánh giá|counts.number=Số|counts.rating=Mức đánh giá|counts.rating:dissatisfied=Không hài lòng|counts.rating:neutral=Bình thường|counts.rating:satisfied=Hài lòng|counts.rating:very_dissatisfied=Rất không hài lòng|counts.rating:very_satisfied=Rất hài lòng|day=Ngày đo|part=Số đạt|source=Nguồn số liệu|value=Giá trị|whole=Trên tổng số
objective.revise/1|Điều chỉnh chỉ tiêu, kèm lý do|Change the target, with the reason|code=Mã số|reason=Lý do|target=Chỉ tiêu
objective.set/1|Đặt mục tiêu chất lượng|Set an objective: indicator, unit of measure, target, period, owner, method|code=Mã số|direction=So sánh|direction:at_least=Không thấp hơn|direction:at_most=Không quá|every=Đo cách nhau|indicator=Chỉ số|measure=Đơn vị đo|method=Phương pháp đo|owner=Vị trí chịu trách nhiệm|resources=Nguồn lực|since=Từ ngày|target=Chỉ tiêu|title=Mục tiêu|unit=Đơn vị thực hiện|until=Đến hết ngày
organisation.found/1|Thiết lập hệ thống quản lý chất lượng của cơ quan|Found the quality management system of an organisation|code=Mã số|name=Tên cơ quan
person.appoint/1|Bổ nhiệm vào vị trí|Appoint somebody to a post|code=Người~Mã số|post=Vị trí|since=Từ ngày|until=Đến trước ngày
person.correct-leave/1|Sửa ngày nghỉ, chuyển công tác ghi nhầm (hoặc người này không nghỉ)|Set right the day from which somebody is gone, or say that they did not leave|code=Người~Mã số|reason=Lý do|until=Nghỉ từ ngày
person.delegate/1|Ủy quyền cho người khác trong một thời gian|Let somebody else act in one's post for a time; the trail shows both|code=Người~Mã số|post=Vị trí|since=Từ ngày|to=Người được ủy quyền|until=Đến trước ngày
person.enrol/1|Ghi tên người (hoặc phần mềm) tham gia hệ thống|Enter somebody who will act in the system: a person or a program|code=Mã số|name=Họ và tên|tool=Là phần mềm|tool:false=không|tool:true=có
person.leave/1|Ghi nhận người đã nghỉ, chuyển công tác|Note that somebody no longer acts here|code=Người~Mã số|until=Nghỉ từ ngày
person.relieve/1|Thôi giữ vị trí|End somebody's appointment or delegation; whoever delegated may end it, too|code=Người~Mã số|post=Vị trí|until=Thôi giữ từ ngày
person.rename/1|Sửa họ tên|Correct a person's name|code=Người~Mã số|name=Họ và tên
plan.issue/1|Ghi kế hoạch (số, ngày, căn cứ)|Enter a plan with its number, day and basis|basis=Căn cứ|code=Mã số|issued=Ngày ban hành|since=Từ ngày|title=Tên kế hoạch|unit=Đơn vị chủ trì|until=Đến hết ngày
policy.adopt/1|Thông qua chính sách kiểm soát ban đầu|Adopt the first policy|calendar=Lịch làm việc|calendar.holidays=Ngày nghỉ lễ|calendar.weekend=Ngày nghỉ tuần|calendar.weekend:0=thứ Hai|calendar.weekend:1=thứ Ba|calendar.weekend:2=thứ Tư|calendar.weekend:3=thứ Năm|calendar.weekend:4=thứ Sáu|calendar.weekend:5=thứ Bảy|calendar.weekend:6=Chủ nhật|calendar.working=Ngày làm bù|code=Mã số|edition=Phiên bản TCVN ISO 9001|grades=Mức của sự không phù hợp|grades.code=Mã số|grades.grave=Mức nặng|grades.grave:false=không|grades.grave:true=có|grades.title=Tên|limits=Thời hạn|limits.basis=Căn cứ|limits.count=Số lượng|limits.name=Tên|limits.name:action.verify=Kiểm tra hành động đã báo hoàn thành|limits.name:audit.notice=Báo trước cho đơn vị được đánh giá|limits.name:audit.report=Báo cáo kết quả đánh giá sau họp kết thúc|limits.name:external.review=Rà soát tài liệu nội bộ khi văn bản bên ngoài thay đổi|limits.name:finding.answer=Đơn vị trả lời phát hiện đánh giá|limits.name:inspection.decide=Lãnh đạo kết luận sau báo cáo kiểm tra|limits.name:inspection.report=Đoàn kiểm tra báo cáo lãnh đạo|limits.name:management_review.minutes=Lập biên bản cuộc xem xét|limits.name:management_review.notice=Báo trước cuộc xem xét của lãnh đạo|limits.name:nonconformity.accept=Tiếp nhận, phân loại sự không phù hợp|limits.name:nonconformity.analyse=Tìm nguyên nhân|limits.name:nonconformity.close=Đóng sự không phù hợp|limits.name:nonconformity.correct=Xử lý ngay|limits.name:nonconformity.decide=Quyết định có cần hành động khắc phục|limits.name:nonconformity.effect=Đánh giá hiệu lực sau khi hành động xong|limits.name:nonconformity.plan=Lập kế hoạch hành động khắc phục|limits.name:nonconformity.recall=Thu hồi đầu ra không phù hợp đã giao|limits.name:nonconformity.report=Báo cáo hành động khắc phục sau kiểm tra bên ngoài|limits.name:review.cause=Rà soát khi có nguyên nhân phát sinh|limits.name:review.found=Rà soát tiếp sau khi có phát hiện|limits.name:review.kept_twice=Rà soát tiếp sau hai lần liền giữ nguyên|limits.name:review.new=Rà soát lần đầu sau ban hành|limits.since=Từ ngày|limits.span=Đơn vị tính|limits.span:days=ngày|limits.span:months=tháng|limits.span:working_days=ngày làm việc|limits.until=Đến trước ngày|read_days=Số ngày làm việc để đọc văn bản mới|recall_days=Số ngày làm việc để thu hồi bản cũ|scales=Thang điểm rủi ro, cơ hội|scales.basis=Căn cứ|scales.gravest=Hậu quả luôn ở mức cao nhất|scales.kind=Loại|scales.kind:opportunity=Cơ hội|scales.kind:risk=Rủi ro|scales.thresholds=Các mức|scales.thresholds.least=Từ điểm|scales.thresholds.level=Mức|scales.thresholds.level:high=Cao|scales.thresholds.level:low=Thấp|scales.thresholds.level:middle=Trung bình|scales.thresholds.months=Số tháng|scope=Phạm vi hệ thống|series=Dãy số|series.name=Tên|series.name:anchor=Mốc lưu bên ngoài|series.name:audit=Cuộc đánh giá|series.name:campaign=Đợt rà soát|series.name:commitment=Cam kết|series.name:competence=Năng lực|series.name:declaration=Công bố|series.name:disposal=Tiêu hủy hồ sơ|series.name:hold=Giữ lại hồ sơ|series.name:improvement=Sáng kiến, cách làm hay|series.name:inspection=Cuộc kiểm tra|series.name:management_review=Xem xét của lãnh đạo|series.name:nonconformity=Sự không phù hợp|series.name:objective=Mục tiêu chất lượng|series.name:record=Hồ sơ|series.name:request=Phiếu đề nghị|series.name:requirement=Yêu cầu năng lực|series.name:review=Rà soát tài liệu|series.name:risk=Rủi ro và cơ hội|series.name:task=Nhiệm vụ|series.name:trail_review=Soát xét nhật ký|series.name:training=Đào tạo|series.pattern=Mẫu số|signed_kinds=Việc phải ký số|stamps=Dấu|stamps.condition=Tình trạng|stamps.condition:controlled=Bản giấy được kiểm soát|stamps.condition:draft=Dự thảo|stamps.condition:obsolete=Tài liệu hết hiệu lực|stamps.condition:uncontrolled=Bản sao không kiểm soát|stamps.condition:undecided=Chưa có quyết định ban hành|stamps.words=Chữ trên dấu|types=Loại tài liệu|types.amendments=Số lần sửa đổi tối đa|types.approver=Người phê duyệt|types.approver:approver=người phê duyệt|types.approver:auditor=đánh giá viên|types.approver:drafter=người soạn thảo|types.approver:leader=lãnh đạo|types.approver:quality_officer=cán bộ ISO|types.approver:reader=người đọc|types.approver:reviewer=người soát xét|types.blanks=Cho phép chỗ trống|types.blanks:false=không|types.blanks:true=có|types.code=Mã số|types.review_months=Chu kỳ rà soát (tháng)|types.sections=Mục bắt buộc|types.title=Tên
policy.revise/1|Sửa chính sách: chỉ thay những phần có ghi~Sửa chính sách: phần nào ghi thì thay, phần khác giữ nguyên|Replace the parts of the policy that are given; the others stay|calendar=Lịch làm việc|calendar.holidays=Ngày nghỉ lễ|calendar.weekend=Ngày nghỉ tuần|calendar.weekend:0=thứ Hai|calendar.weekend:1=thứ Ba|calendar.weekend:2=thứ Tư|calendar.weekend:3=thứ Năm|calendar.weekend:4=thứ Sáu|calendar.weekend:5=thứ Bảy|calendar.weekend:6=Chủ nhật|calendar.working=Ngày làm bù|code=Mã số|edition=Phiên bản TCVN ISO 9001|grades=Mức của sự không phù hợp|grades.code=Mã số|grades.grave=Mức nặng|grades.grave:false=không|grades.grave:true=có|grades.title=Tên|limits=Thời hạn|limits.basis=Căn cứ|limits.count=Số lượng|limits.name=Tên|limits.name:action.verify=Kiểm tra hành động đã báo hoàn thành|limits.name:audit.notice=Báo trước cho đơn vị được đánh giá|limits.name:audit.report=Báo cáo kết quả đánh giá sau họp kết thúc|limits.name:external.review=Rà soát tài liệu nội bộ khi văn bản bên ngoài thay đổi|limits.name:finding.answer=Đơn vị trả lời phát hiện đánh giá|limits.name:inspection.decide=Lãnh đạo kết luận sau báo cáo kiểm tra|limits.name:inspection.report=Đoàn kiểm tra báo cáo lãnh đạo|limits.name:management_review.minutes=Lập biên bản cuộc xem xét|limits.name:management_review.notice=Báo trước cuộc xem xét của lãnh đạo|limits.name:nonconformity.accept=Tiếp nhận, phân loại sự không phù hợp|limits.name:nonconformity.analyse=Tìm nguyên nhân|limits.name:nonconformity.close=Đóng sự không phù hợp|limits.name:nonconformity.correct=Xử lý ngay|limits.name:nonconformity.decide=Quyết định có cần hành động khắc phục|limits.name:nonconformity.effect=Đánh giá hiệu lực sau khi hành động xong|limits.name:nonconformity.plan=Lập kế hoạch hành động khắc phục|limits.name:nonconformity.recall=Thu hồi đầu ra không phù hợp đã giao|limits.name:nonconformity.report=Báo cáo hành động khắc phục sau kiểm tra bên ngoài|limits.name:review.cause=Rà soát khi có nguyên nhân phát sinh|limits.name:review.found=Rà soát tiếp sau khi có phát hiện|limits.name:review.kept_twice=Rà soát tiếp sau hai lần liền giữ nguyên|limits.name:review.new=Rà soát lần đầu sau ban hành|limits.since=Từ ngày|limits.span=Đơn vị tính|limits.span:days=ngày|limits.span:months=tháng|limits.span:working_days=ngày làm việc|limits.until=Đến trước ngày|read_days=Số ngày làm việc để đọc văn bản mới~Số ngày để đọc văn bản mới|reason=Lý do|recall_days=Số ngày làm việc để thu hồi bản cũ~Số ngày để thu hồi bản cũ|scales=Thang điểm rủi ro, cơ hội|scales.basis=Căn cứ|scales.gravest=Hậu quả luôn ở mức cao nhất|scales.kind=Loại|scales.kind:opportunity=Cơ hội|scales.kind:risk=Rủi ro|scales.thresholds=Các mức|scales.thresholds.least=Từ điểm|scales.thresholds.level=Mức|scales.thresholds.level:high=Cao|scales.thresholds.level:low=Thấp|scales.thresholds.level:middle=Trung bình|scales.thresholds.months=Số tháng|scope=Phạm vi hệ thống|series=Dãy số|series.name=Tên|series.name:anchor=Mốc lưu bên ngoài|series.name:audit=Cuộc đánh giá|series.name:campaign=Đợt rà soát|series.name:commitment=Cam kết|series.name:competence=Năng lực|series.name:declaration=Công bố|series.name:disposal=Tiêu hủy hồ sơ|series.name:hold=Giữ lại hồ sơ|series.name:improvement=Sáng kiến, cách làm hay|series.name:inspection=Cuộc kiểm tra|series.name:management_review=Xem xét của lãnh đạo|series.name:nonconformity=Sự không phù hợp|series.name:objective=Mục tiêu chất lượng|series.name:record=Hồ sơ|series.name:request=Phiếu đề nghị|series.name:requirement=Yêu cầu năng lực|series.name:review=Rà soát tài liệu|series.name:risk=Rủi ro và cơ hội|series.name:task=Nhiệm vụ|series.name:trail_review=Soát xét nhật ký|series.name:training=Đào tạo|series.pattern=Mẫu số|signed_kinds=Việc phải ký số|stamps=Dấu|stamps.condition=Tình trạng|stamps.condition:controlled=Bản giấy được kiểm soát|stamps.condition:draft=Dự thảo|stamps.condition:obsolete=Tài liệu hết hiệu lực|stamps.condition:uncontrolled=Bản sao không kiểm soát|stamps.condition:undecided=Chưa có quyết định ban hành|stamps.words=Chữ trên dấu|types=Loại tài liệu|types.amendments=Số lần sửa đổi tối đa|types.approver=Người phê duyệt|types.approver:approver=người phê duyệt|types.approver:auditor=đánh giá viên|types.approver:drafter=người soạn thảo|types.approver:leader=lãnh đạo|types.approver:quality_officer=cán bộ ISO|types.approver:reader=người đọc|types.approver:reviewer=người soát xét|types.blanks=Cho phép chỗ trống|types.blanks:false=không|types.blanks:true=có|types.code=Mã số|types.review_months=Chu kỳ rà soát (tháng)|types.sections=Mục bắt buộc|types.title=Tên
post.close/1|Bãi bỏ vị trí|End a post|code=Mã số|until=Kết thúc từ ngày
post.correct-end/1|Sửa ngày bãi bỏ vị trí ghi nhầm (hoặc vị trí không bị bãi bỏ)|Set right the last day of a post, or say that it did not end|code=Mã số|reason=Lý do|until=Kết thúc từ ngày
post.entrust/1|Giao lại vai trò cho vị trí|Set what the holder of a post may do|code=Mã số|roles_held=Vai trò|roles_held:approver=người phê duyệt|roles_held:auditor=đánh giá viên|roles_held:drafter=người soạn thảo|roles_held:leader=lãnh đạo|roles_held:quality_officer=cán bộ ISO|roles_held:reader=người đọc|roles_held:reviewer=người soát xét
post.move/1|Chuyển vị trí sang đơn vị khác|Move a post to another unit|code=Mã số|unit=Đơn vị mới
post.open/1|Lập vị trí công tác và vai trò trong hệ thống|Set up a post in a unit, with what its holder may do|code=Mã số|roles_held=Vai trò|roles_held:approver=người phê duyệt|roles_held:auditor=đánh giá viên|roles_held:drafter=người soạn thảo|roles_held:leader=lãnh đạo|roles_held:quality_officer=cán bộ ISO|roles_held:reader=người đọc|roles_held:reviewer=người soát xét|title=Tên vị trí|unit=Đơn vị
programme.approve/1|Phê duyệt chương trình (hoặc phần bổ sung)|Approve, as a leader, every audit that was proposed for a programme|code=Mã số
programme.close/1|Tổng kết chương trình đánh giá năm|Close a year's programme with its report, which management reviews|code=Mã số|report=Báo cáo tổng kết
programme.draft/1|Lập chương trình đánh giá năm|Begin the audit programme of a year|aim=Mục tiêu, căn cứ|code=Mã số|year=Năm
receipt.acknowledge/1|Xác nhận đã đọc và hiểu|Confirm that one has read and understood a revision|code=Mã số|document=Tài liệu|revision=Lần ban hành
record.end-work/1|Ghi năm kết thúc công việc|Set the year in which the work ended: from it the time of keeping counts|code=Mã số|year=Năm
record.reappraise/1|Xác định lại thời hạn lưu, kèm căn cứ|Give a record another time of keeping, with the basis|basis=Căn cứ|code=Mã số|years=Thời hạn lưu, số năm
record.retain/1|Lưu hồ sơ (bằng chứng công việc đã làm)|Keep evidence of work done, on the form and by the process of its day|applicant=Người nộp, người liên quan|basis=Căn cứ thời hạn lưu|code=Mã số|contents=Tệp|day=Ngày lập|dossier=Mã hồ sơ thủ tục hành chính, vụ việc|ended=Năm kết thúc công việc|form=Lần ban hành của biểu mẫu|place=Nơi lưu bản giấy|process=Quy trình|title=Tên hồ sơ|unit=Đơn vị có hồ sơ|years=Thời hạn lưu, số năm
reform_index.announce/1|Ghi kết quả chỉ số đã công bố|Record that the index of the year was announced; every criterion is appraised|code=Mã số|decision=Quyết định công bố
reform_index.open/1|Mở bộ tiêu chí chỉ số cải cách hành chính của năm|Open the index of a year with its criteria set and target|code=Mã số|criteria=Tiêu chí|criteria.field=Lĩnh vực|criteria.most=Điểm tối đa|criteria.number=Số|criteria.part=Phần|criteria.title=Tên|criteria.unit=Đơn vị|due=Hạn tự chấm|target=Chỉ tiêu|title=Tên bộ tiêu chí|year=Năm
reform_index.submit/1|Gửi kết quả tự chấm để thẩm định|Send the own scores to the appraisers; every criterion has one|code=Mã số
request.accept/1|Chấp nhận đề nghị, giao người soạn thảo|Accept a change request and name its drafter|code=Mã số|drafter=Người soạn thảo|due=Hạn soạn thảo
request.decline/1|Từ chối đề nghị kèm lý do|Decline a change request, with the reason|code=Mã số|reason=Lý do
request.file/1|Đề nghị sửa đổi hoặc soạn tài liệu mới|Ask for a change of a document, or for a new one, with what it touches|code=Mã số|document=Tài liệu|impact=Ảnh hưởng|impact.documents=Tài liệu|impact.forms=Biểu mẫu|impact.people=Người|impact.services=Thủ tục hành chính|place=Trang, phần liên quan|reason=Lý do|title=Tên tài liệu mới
requirement.end/1|Chấm dứt yêu cầu năng lực, kèm lý do|Say that a post no longer requires something, with the reason|code=Mã số|reason=Lý do|until=Không còn yêu cầu từ ngày
requirement.set/1|Đặt yêu cầu năng lực của vị trí|Say what a post requires, and what shows that somebody can do it|code=Mã số|post=Vị trí|process=Quy trình|shown_by=Bằng chứng cần có|since=Áp dụng từ ngày|step=Bước của quy trình|what=Phải biết, phải làm được
review.cancel/1|Hủy lần rà soát, kèm lý do|Stop a review, with the reason; what caused it is owed again unless it is gone|code=Mã số|reason=Lý do
review.conclude/1|Kết luận rà soát: giữ nguyên, sửa đổi, gộp hoặc bãi bỏ|Say what the review came to; a change of text begins with the request it brings|code=Mã số|into=Gộp vào tài liệu|outcome=Kết luận|outcome:amend=Sửa đổi|outcome:keep=Giữ nguyên|outcome:merge=Gộp với tài liệu khác|outcome:withdraw=Bãi bỏ|proposal=Đề xuất, nhận xét
review.join/1|Gộp thêm nguồn vào lần rà soát đang mở (lấy hạn sớm hơn)|Let an open review answer for a further origin; the earlier day counts|code=Mã số|due=Hạn rà soát|origin=Nguồn
review.open/1|Mở rà soát tài liệu đang có hiệu lực|Begin to review a document in force, for a cause, by a day|cause=Lý do rà soát|cause:audit=Phát hiện đánh giá|cause:law=Pháp luật thay đổi|cause:nonconformity=Sự không phù hợp|cause:periodic=Định kỳ|cause:reorganisation=Sắp xếp lại tổ chức|cause:service=Thủ tục hành chính công bố lại|code=Mã số|document=Tài liệu|due=Hạn rà soát|origin=Nguồn|reason=Giải thích
review.put-off/1|Lùi hạn rà soát, kèm lý do|Give a review a later day, with the reason; never later than the law allows|code=Mã số|due=Hạn mới|reason=Lý do
risk.abandon/1|Dừng biện pháp, kèm lý do|Give up a treatment, with the reason; the risk or opportunity stands as before|code=Mã số|reason=Lý do
risk.accept/1|Chấp nhận giữ nguyên, kèm lý do; chỉ theo dõi|Leave it as it is, with the reason; only watch it|code=Mã số|reason=Lý do
risk.carry-out/1|Báo cáo đã thực hiện biện pháp, kèm bằng chứng|Say that the treatment was carried out, with its evidence|code=Mã số|evidence=Bằng chứng
risk.close/1|Kết thúc theo dõi, kèm lý do|Close what no longer matters, with the reason; it is not erased|code=Mã số|reason=Lý do
risk.identify/1|Ghi rủi ro hoặc cơ hội, chấm điểm ban đầu|Enter a risk or an opportunity: from what, what may happen, what follows, how grave|cause=Nguyên nhân|code=Mã số|event=Điều có thể xảy ra|nature=Loại|nature:opportunity=Cơ hội|nature:risk=Rủi ro|outcome=Dẫn đến|owner=Vị trí chủ rủi ro, chủ cơ hội|process=Quy trình|rating=Điểm ban đầu|rating.consequence=Hậu quả|rating.likelihood=Khả năng xảy ra|review=Ngày xem lại|source=Nguồn nhận diện|unit=Đơn vị
risk.judge/1|Kết luận hiệu lực của biện pháp (người khác), chấm điểm còn lại|Judge, as somebody else, whether the treatment had effect; rate what is left|code=Mã số|effective=Có hiệu lực|effective:false=không|effective:true=có|rating=Điểm còn lại|rating.consequence=Hậu quả|rating.likelihood=Khả năng xảy ra|review=Ngày xem lại tiếp|says=Căn cứ kết luận
risk.rate-again/1|Xem lại: chấm điểm còn lại, ấn định ngày xem lại tiếp|Look again: rate what is left, with evidence, and set the day of the next look|code=Mã số|evidence=Bằng chứng|rating=Điểm còn lại|rating.consequence=Hậu quả|rating.likelihood=Khả năng xảy ra|review=Ngày xem lại tiếp
risk.treat/1|Quyết định biện pháp: ai làm, thời hạn, cách đánh giá hiệu lực|Decide what is done about it: by whom, until when, how its effect is judged|code=Mã số|due=Thời hạn|effect=Cách đánh giá hiệu lực|measure=Biện pháp|owner=Vị trí thực hiện
score.appraise/1|Ghi điểm thẩm định|Enter what the appraisers gave one criterion|appraised=Điểm thẩm định|code=Mã số|remark=Lý do chênh lệch
score.rate-again/1|Chấm lại điểm tự chấm|Change one's own score while the index is open|code=Mã số|evidence=Tài liệu kiểm chứng|own=Điểm tự chấm
score.rate/1|Tự chấm điểm một tiêu chí, kèm tài liệu kiểm chứng|Score one criterion oneself, with the evidence|code=Mã số|evidence=Tài liệu kiểm chứng|index=Chỉ số|number=Số tiêu chí|own=Điểm tự chấm
selection.carry-out/1|Ghi đã thực hiện phương án (công bố lại, bãi bỏ, sửa quy trình)|Note that an approved plan is carried out: announced again, repealed, procedure revised|code=Mã số|says=Đã thực hiện bằng
selection.conclude/1|Kết luận rà soát: phương án đơn giản hóa, hoặc giữ nguyên kèm lý do|Say what the review found: proposals, or none with the reason|code=Mã số|proposals=Đề xuất|proposals:abolish=Bãi bỏ thủ tục|proposals:cut_days=Giảm thời gian|proposals:drop_paper=Bỏ giấy tờ|proposals:merge_steps=Gộp bước|says=Nội dung phương án hoặc lý do giữ nguyên
selection.decide/1|Ghi quyết định duyệt hoặc không duyệt phương án|Record whether the plan was approved or declined, by which decision, due when|approved=Được duyệt|approved:false=không|approved:true=có|code=Mã số|decision=Số quyết định, văn bản|due=Hạn thực hiện
selection.select/1|Lựa chọn thủ tục để rà soát|Select an announced service for the review of a year|campaign=Đợt rà soát|code=Mã số|service=Thủ tục
selection.submit/1|Trình phương án đơn giản hóa|Submit a plan of simplification to whoever decides|code=Mã số|instrument=Số văn bản trình
service.announce-again/1|Cập nhật theo quyết định công bố mới (trường bỏ trống: giữ nguyên)|Take over a newer announcement of a service; what is not given stays|announced=Ngày công bố|code=Mã số|decision=Quyết định công bố|fee=Phí, lệ phí|half_days=Thời hạn|level=Mức dịch vụ công trực tuyến|level:1=Mức độ 1|level:2=Mức độ 2|level:3=Mức độ 3|level:4=Mức độ 4|level:full=Toàn trình|level:information=Cung cấp thông tin|level:none=Không trực tuyến|level:partial=Một phần|papers=Thành phần hồ sơ|title=Tên thủ tục
service.announce/1|Ghi thủ tục hành chính đã công bố (mã số quốc gia)|Enter a service as it was announced; the code is the national one|announced=Ngày công bố|code=Mã số|decision=Quyết định công bố|fee=Phí, lệ phí|field=Lĩnh vực|half_days=Thời hạn|level=Mức dịch vụ công trực tuyến|level:1=Mức độ 1|level:2=Mức độ 2|level:3=Mức độ 3|level:4=Mức độ 4|level:full=Toàn trình|level:information=Cung cấp thông tin|level:none=Không trực tuyến|level:partial=Một phần|papers=Thành phần hồ sơ|title=Tên thủ tục|unit=Đơn vị giải quyết
service.link/1|Gắn thủ tục với quy trình nội bộ|Say which procedure handles a service; one procedure may handle many|code=Mã số|document=Quy trình
service.repeal/1|Ghi thủ tục đã bãi bỏ|Note that a service was repealed, and by which decision|code=Mã số|decision=Quyết định bãi bỏ|reason=Lý do
service.unlink/1|Bỏ gắn thủ tục với quy trình, kèm lý do|Say that no procedure handles a service any more, with the reason|code=Mã số|reason=Lý do
signing_key.enrol/1|Đăng ký khóa ký của một người|Enrol the key that a person signs with; the entry is signed with this very key|code=Mã số|person=Người giữ khóa|public=Khóa công khai
signing_key.revoke/1|Thu hồi khóa ký|Say from when a key no longer signs: lost, replaced, or its owner left|code=Mã số|reason=Lý do|since=Mất giá trị từ ngày
task.assign/1|Giao nhiệm vụ|Give a unit a task: what, by whom, by when, with which result|code=Mã số|due=Thời hạn|origin=Số văn bản hoặc hồ sơ nguồn|owner=Vị trí chủ trì|plan=Thuộc kế hoạch|result=Kết quả phải đạt|title=Nhiệm vụ|unit=Đơn vị thực hiện
task.carry-over/1|Chuyển nhiệm vụ chưa xong sang kế hoạch năm sau|Carry an unfinished task into next year's plan; the two stay linked|code=Mã số|due=Thời hạn mới|plan=Kế hoạch năm sau|reason=Lý do chưa hoàn thành
task.complete/1|Báo cáo hoàn thành, kèm bằng chứng|Say that a task is done, with its evidence|code=Mã số|done=Ngày hoàn thành|evidence=Bằng chứng|says=Kết quả
task.confirm/1|Xác nhận hoàn thành (người khác)|Confirm, as somebody else, that a task is done as it should be|code=Mã số|says=Nhận xét
task.drop/1|Dừng nhiệm vụ, kèm lý do (lãnh đạo)|Stop a task, with the reason; only a leader does|code=Mã số|reason=Lý do
task.extend/1|Gia hạn nhiệm vụ, kèm lý do (hạn đầu vẫn giữ)|Give a task a later day, with the reason; the first day stays on record|code=Mã số|due=Thời hạn mới|reason=Lý do
task.progress/1|Báo cáo tiến độ (đang triển khai hoặc chưa triệt để)|Say how far a task has come: under way, or done only in part and not thoroughly|code=Mã số|says=Nội dung đã làm|thin=Chưa triệt để|thin:false=không|thin:true=có
task.send-back/1|Trả lại: chưa triệt để|Say that a task reported as done is not thorough; it is owed again|code=Mã số|reason=Lý do
trail_review.begin/1|Bắt đầu soát xét một khoảng nhật ký, nêu những người đã thao tác|Begin to review a range of the trail; everybody who acts there is named|actors=Những người đã thao tác trong khoảng này|code=Mã số|due=Hạn kết luận|first=Từ mục|last=Đến hết mục|root=Mã băm gốc của nhật ký sau mục cuối
trail_review.conclude/1|Kết luận đợt soát xét nhật ký|Conclude a review of the trail, with or without exceptions|code=Mã số|conclusion=Kết luận
trail_review.note/1|Ghi một mục nhật ký bất thường|Note an entry that should not be as it is|code=Mã số|entry=Mục nhật ký|says=Điều bất thường
training.give/1|Ghi đã đào tạo, ấn định hạn đánh giá hiệu lực|Say that the training was given, and by when its effect is judged|code=Mã số|day=Ngày đào tạo|effect_by=Đánh giá hiệu lực trước hoặc trong ngày|evidence=Bằng chứng
training.judge/1|Đánh giá hiệu lực đào tạo (người khác); không có hiệu lực thì đào tạo lại|Judge, as somebody else, whether the training had effect; if not, it is owed again|code=Mã số|due=Hạn đào tạo lại, nếu không có hiệu lực|effective=Có hiệu lực|effective:false=không|effective:true=có|says=Căn cứ kết luận
training.owe/1|Ghi việc phải đào tạo do tài liệu mới làm đổi công việc|Say whom a new revision makes learn something, and until when|change=Điều thay đổi trong công việc|code=Mã số|due=Hạn đào tạo|people=Người phải học|revision=Lần ban hành của tài liệu
training.waive/1|Miễn đào tạo, kèm lý do|Say that a training is not needed after all, with the reason|code=Mã số|reason=Lý do
unit.correct-end/1|Sửa ngày kết thúc, đơn vị kế thừa ghi nhầm (hoặc đơn vị không kết thúc)|Set right the last day of a unit or its successor, or say that it did not end|code=Mã số|reason=Lý do|successor=Đơn vị kế thừa|until=Kết thúc từ ngày
unit.open/1|Lập đơn vị|Set up a unit|code=Mã số|parent=Đơn vị cấp trên|since=Từ ngày|title=Tên đơn vị
unit.rename/1|Đổi tên đơn vị|Give a unit another name|code=Mã số|title=Tên mới
unit.succeed/1|Kết thúc đơn vị, chuyển nhiệm vụ cho đơn vị kế thừa|End a unit, whose work another one takes over (merged, split or moved)|code=Mã số|successor=Đơn vị kế thừa|until=Kết thúc từ ngày
witness.enrol/1|Ghi nhận bên làm chứng, theo khóa công khai họ trao|Enter somebody outside who will cosign, by the public key they handed over|code=Mã số|title=Tên cơ quan, tổ chức|vkey=Khóa công khai
witness.release/1|Thôi nhờ bên làm chứng|Release a witness: from now on its cosignatures are asked for no more|code=Mã số|reason=Lý do
"""

if __name__ == "__main__":
    sys.exit(main())
