"""Filling a pack: the same log and the same wishes always make the same bytes."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from importlib.metadata import version
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Protocol, TypeAlias

from ..changes import ItemT, day_of
from ..checker import verify
from ..errors import NotFound
from ..proofs.checkpoint import Checkpoint
from ..proofs.merkle import Place
from ..proofs.note import Note
from ..proofs.witness import Request
from ..registers import log_keys
from ..registers.log_keys import LogKey, RotateLogKey
from ..storage.fresh import fresh
from ..trail.proof import prove
from ..trail.source import Source
from ..values import canonical
from .choosing import Sieve
from .wanted import NothingToPack, Wanted

TOOL: Final = f"qms {version('qms')}"

SIEVE: Final = "sieve"
"""Under which name what may be wanted lies in the spool meanwhile; it never goes into the zip."""

NOTED: Final = (
    "CREATE TABLE state (id, entry, sha256, PRIMARY KEY (id, entry)) WITHOUT ROWID",
    "CREATE TABLE hidden (sha256 TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""What is known of the entries meanwhile: what items became, which personal texts are left out."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, out of how much."""

STEPS: Final = 6
"""How often the entries are gone through: read, enclosed, surveyed, and told three times."""


def quietly(done: int, total: int) -> None:
    """Tell nobody."""


class NoCheckpoint(NotFound):
    """This trail has no signed checkpoint: a pack of it would prove nothing."""

    vi = "Nhật ký chưa có điểm kiểm chứng nào được ký: gói kiểm toán sẽ không chứng minh được gì."


class Packed(NamedTuple):
    """What a pack now holds, and how many entries of the trail came after its checkpoint.

    Of ``entries``, ``asked`` are in operations that were asked for, the others brought along.
    """

    path: Path
    entries: int
    asked: int
    size: int
    whole: bool
    contents: int
    redacted: int
    later: int


class Log(Protocol):
    """What is asked of a ledger: its tree and what was signed of it."""

    def size(self) -> int:
        """Return how many entries there are."""
        ...

    def nodes(self, places: Sequence[Place]) -> Sequence[bytes]:
        """Return the hashes of perfect nodes."""
        ...

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """Return the newest signed checkpoint, ``None`` where there is none."""
        ...

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None``."""
        ...


class Spool(verify.Files):
    """Files that lie one after the other in a temporary one, until the zip is written."""

    members: verify.Members

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._end = file, 0
        self.members = verify.Members()

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file, once."""
        start, crc = self._end, 0
        for piece in pieces:  # which may be made from other files of this spool
            self._file.seek(self._end)
            self._file.write(piece)
            crc = zlib.crc32(piece, crc)
            self._end += len(piece)
        self.members.add(verify.Member(name, self._end - start, crc, start))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file piece by piece."""
        member = self.members[name]
        for start in range(0, member.size, 1 << 16):
            self._file.seek(member.offset + start)
            yield self._file.read(min(1 << 16, member.size - start))

    def part(self, name: str, start: int, length: int) -> bytes:
        """Return some of the bytes of a file."""
        self._file.seek(self.members[name].offset + start)
        return self._file.read(length)

    def write(self, out: IO[bytes]) -> None:
        """Write all of it as a zip: sorted, stored, without a time of its own."""
        for member in self._placed():
            out.write(member.header())
            out.writelines(self.pieces(member.name))
        start = out.tell()
        out.writelines(member.row() for member in self._placed())
        out.write(verify.ending(len(self.members), start, out.tell() - start))

    def _placed(self) -> Iterator[verify.Member]:
        """Yield each file in its place in the zip."""
        at = 0
        for member in self.members.each():
            yield (placed := member._replace(offset=at))
            at += len(placed.header()) + placed.size


def pack(
    path: Path, log: Log, source: Source, wanted: Wanted, progress: Progress = quietly
) -> Packed:
    """Write a pack to a new file and return what it holds; whatever fails leaves nothing behind.

    Raise ``FileThere``, ``NoCheckpoint``, ``NothingToPack``, ``NothingToRedact``, or
    ``OtherAnchor`` for what the pack could not lead from.
    """
    with fresh(path) as out, tempfile.TemporaryFile(dir=path.parent) as spool:
        found = log.checkpoint()
        if found is None:
            raise NoCheckpoint()
        note = Note.parse(found)
        wanted.lead_to(Checkpoint.parse(note.text))
        filled = _Filling(Spool(spool), log, source, wanted, note)
        filled.fill(_Steps(progress))
        filled.spool.write(out)
    size = filled.checkpoint.size
    return Packed(
        path,
        filled.count,
        filled.asked,
        size,
        wanted.whole,
        sum(1 for _ in filled.spool.names("contents")),
        filled.redacted(),
        log.size() - size,
    )


class _Steps:
    """How far the work has come, in thousandths of each step."""

    def __init__(self, told: Progress) -> None:
        self._told, self._step, self._shown = told, -1, -1

    def over(self, size: int) -> Callable[[int], None]:
        """Begin the next step, over so many entries; return what is told how many are done."""
        self._step += 1
        step = self._step

        def to(done: int) -> None:
            part = 1000 * step + 1000 * done // max(size, 1)
            if part > self._shown:
                self._shown = part
                self._told(part, 1000 * STEPS)

        return to


class _Filling:
    """One pack on its way."""

    def __init__(self, spool: Spool, log: Log, source: Source, wanted: Wanted, note: Note) -> None:
        self.spool, self.count, self.asked = spool, 0, 0
        self._rotated: list[int] = []
        self.checkpoint = Checkpoint.parse(note.text)
        self._log, self._source, self._wanted, self._note = log, source, wanted, note
        self._aside = verify.Aside(*NOTED)
        self._kinds: dict[str, set[str]] = {}
        self._known = verify.vocabulary()
        self._at = self._last = ""

    def fill(self, steps: _Steps) -> None:
        """Fill the pack from what proves to what people read."""
        told = steps.over(self.checkpoint.size)
        self.spool.put("trail.jsonl", self._whole(told) if self._wanted.whole else self._part(told))
        if not self.count:
            raise NothingToPack()
        self._wanted.check(self._items())
        for entry in self._trail_again(steps):
            self._enclose(entry)
            if not self._wanted.whole:
                self._prove(entry["index"])
        self._bodies()
        self._rest(self._wanted.whole)
        self._readable(steps)

    def redacted(self) -> int:
        """Return how many personal texts were left out."""
        return int(self._aside.one("SELECT count(*) FROM hidden")[0])

    def _items(self) -> Iterator[str]:
        return (own for (own,) in self._aside.do("SELECT DISTINCT id FROM state"))

    def _prove(self, index: int) -> None:
        proof = prove(self._log.nodes, index, self._note)
        self.spool.put(f"proofs/{index}.tlog-proof", [proof.data()])

    def _whole(self, told: Callable[[int], None]) -> Iterator[bytes]:
        for data in islice(self._source.entries(), self.checkpoint.size):
            self._note_down(verify.entry_of(data))
            told(self.count)
            self.asked, self._last = self.count, self._at
            yield data + b"\n"

    def _part(self, told: Callable[[int], None]) -> Iterator[bytes]:
        sieve = Sieve(self._source, self.checkpoint.size, self._wanted)
        self.spool.put(SIEVE, sieve.pieces(told))
        return self._sifted(sieve)

    def _sifted(self, sieve: Sieve) -> Iterator[bytes]:
        for one in sieve.chosen():
            data = self.spool.part(SIEVE, one.start, one.length)
            for line in data.split(b"\n")[:-1]:
                self._note_down(verify.entry_of(line))
            if one.hit:
                self.asked, self._last = self.asked + data.count(b"\n"), self._at
            yield data
        self.spool.members.remove(SIEVE)

    def _note_down(self, entry: dict[str, Any]) -> None:
        self.count += 1
        if entry["kind"] == RotateLogKey.kind:
            self._rotated.append(sum(entry["operation"]))
        self._at = entry["at"]
        titles = self._known.get(entry["kind"], ([], [], {}))[2]
        said = self._kinds.setdefault(entry["kind"], set(entry["change"]))
        said.update(entry["change"], (name for name in verify.spoken(entry) if name in titles))
        for own, digest in entry["state"].items():
            self._aside.do("INSERT INTO state VALUES (?, ?, ?)", own, entry["index"], digest)

    def _trail_again(self, steps: _Steps) -> Iterator[dict[str, Any]]:
        told = steps.over(self.count)
        for done, line in enumerate(self.spool.lines("trail.jsonl", verify.LONGEST), 1):
            told(done)
            yield json.loads(line)

    def _enclose(self, entry: dict[str, Any]) -> None:
        for kept in filter(None, entry["files"].values()):
            self._put("contents", kept["sha256"], self._source.content)
        for kept in entry["evidence"].values():
            self._put("contents", kept["sha256"], self._source.evidence)
        for field, value in entry["change"].items():
            for digest in verify.sealed(value):
                if self._wanted.hides(entry, field):
                    self._aside.do("INSERT OR IGNORE INTO hidden VALUES (?)", digest)
                else:
                    self._put("people", digest, self._source.evidence)

    def _put(self, folder: str, digest: str, read: Callable[[str], bytes | None]) -> None:
        name = f"{folder}/{digest}"
        if name not in self.spool.members and (data := read(digest)) is not None:
            self.spool.put(name, [data])

    def _bodies(self) -> None:
        source, query = self._source, "SELECT sha256 FROM state WHERE id = ? AND entry = ?"
        for row in source.rows() if self._wanted.whole else source.rows_of(list(self._items())):
            (digest,) = self._aside.one(query, row.id, row.since) or ("",)
            if digest and f"items/{digest}" not in self.spool.members:
                self.spool.put(f"items/{digest}", [row.body])

    def _rest(self, whole: bool) -> None:
        about = {
            "entries": self.count,
            "filters": self._wanted.told(),
            "format": verify.FORMAT,
            "log": self.checkpoint.origin,
            "on": self._day().isoformat(),
            "redacted": sorted(self._wanted.redact),
            "root": self.checkpoint.root.hex(),
            "size": self.checkpoint.size,
            "tool": TOOL,
            "whole": whole,
        }
        self.spool.put("pack.json", [canonical(about)])
        self.spool.put("checkpoint", [self._note.data()])
        self.spool.put("words.json", [canonical(self._words())])
        if (key := self._log.look(LogKey, log_keys.CODE)) is not None:
            lines = "".join(f"{vkey}\n" for vkey in (*key.former, key.vkey))
            self.spool.put("keys/log.pub", [lines.encode()])
        anchors = {*self._wanted.anchors, *self._handed_on()}
        for number, anchor in enumerate(sorted(anchors), 1):
            kept = Checkpoint.parse(Note.parse(anchor).text)
            self.spool.put(f"anchors/{number}", [anchor])
            if not whole:
                self._lead(kept.size)
        for name in verify.CHECKERS:
            self.spool.put(name, [(files("qms.checker") / name).read_bytes()])

    def _handed_on(self) -> Iterator[bytes]:
        """Yield the checkpoints at which one key handed on to the next, which both signed."""
        for size in self._rotated:
            note = self._log.checkpoint(size) if size < self.checkpoint.size else None
            if note is not None and Checkpoint.parse(Note.parse(note).text).size == size:
                yield note

    def _lead(self, size: int) -> None:
        name = f"proofs/from-{size}.tlog-witness"
        if name not in self.spool.members and 0 < size < self.checkpoint.size:
            self.spool.put(name, [Request.of(self._note, size, self._log.nodes).data()])

    def _day(self) -> date:
        until = self._wanted.until
        last = datetime.fromisoformat(self._last) if until is None else until
        return self._wanted.on or day_of(last)

    def _words(self) -> dict[str, Any]:
        words = {}
        for kind, fields in self._kinds.items():
            vi, en, titles = self._known.get(kind, ([kind], [kind], {}))
            said = {name: titles.get(name, [name])[0] for name in fields}
            words[kind] = {"en": en[0], "fields": said, "vi": vi[0]}
        return words

    def _readable(self, steps: _Steps) -> None:
        about = self.spool.value("pack.json")
        story = verify.Story(self.spool, about, lambda: self._trail_again(steps))
        for name, pieces in story.files():
            self.spool.put(name, _encoded(pieces))


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)
