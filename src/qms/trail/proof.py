"""Proofs that stand alone: an entry, its path, a signed checkpoint (C2SP tlog-proof).

Whoever holds the log's public key checks them without the log, the network or this system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Self

from pydantic import ValidationError

from ..errors import Unreadable, Untrusted
from ..proofs import lines
from ..proofs.checkpoint import Checkpoint, Opened, Trust, opened
from ..proofs.merkle import ReadNodes, check_inclusion, inclusion, leaf_hash
from ..proofs.note import Note
from ..values import Frozen, canonical
from .entry import Entry

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "


class BadProof(Unreadable):
    """This is no proof in the agreed form."""

    vi = "Đây không phải bằng chứng theo khuôn dạng đã thống nhất."


class BadHistory(Unreadable):
    """This is no history with its proofs."""

    vi = "Đây không phải lịch sử kèm bằng chứng theo khuôn dạng đã thống nhất."


class OtherItem(Untrusted):
    """This entry does not speak of the item whose history this is."""

    vi = "Mục nhật ký này không nói về đối tượng của lịch sử này."


class OutOfOrder(Untrusted):
    """The entries of a history stand in the order of the trail, each once."""

    vi = "Các mục của lịch sử phải theo đúng thứ tự nhật ký, mỗi mục một lần."


class Proof(NamedTuple):
    """That an entry stands at a place of a log (every tuple has a method ``index``, hence ``idx``).

    ``extra`` is for whoever made the proof; nothing vouches for it.
    """

    idx: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the proof in these bytes, or raise ``Unreadable``."""
        # tlog-proof, "Format"
        head, _, note = data.partition(b"\n\n")
        header, *rows = lines.text(head).split("\n")
        extra = rows.pop(0) if rows and rows[0].startswith(_EXTRA) else _EXTRA
        if header != _HEADER or not rows or not rows[0].startswith(_INDEX):
            raise BadProof()
        if len(rows) > 1 + lines.LEVELS:
            raise BadProof()
        idx, *path = rows
        proof = cls(
            lines.number(idx.removeprefix(_INDEX)),
            tuple(map(lines.digest, path)),
            Note.parse(note),
            lines.unpacked(extra.removeprefix(_EXTRA)),
        )
        if proof.data() != data or proof.idx >= Checkpoint.parse(proof.checkpoint.text).size:
            raise BadProof()
        return proof

    def data(self) -> bytes:
        """Return the bytes of the proof."""
        extra = (_EXTRA + lines.packed(self.extra),) if self.extra else ()
        rows = (_HEADER, *extra, f"{_INDEX}{self.idx}", *map(lines.packed, self.path))
        return "".join(f"{row}\n" for row in rows).encode() + b"\n" + self.checkpoint.data()

    def check(self, entry: bytes, trust: Trust) -> Opened:
        """Return the checkpoint under which the bytes of an entry stand in the log, or raise."""
        # tlog-proof, "Verifying a tlog proof"
        found = opened(self.checkpoint.data(), trust)  # steps 2 and 3
        size, root = found.checkpoint.size, found.checkpoint.root
        check_inclusion(leaf_hash(entry), self.idx, size, self.path, root)  # steps 1 and 4
        return found


def prove(nodes: ReadNodes, idx: int, checkpoint: Note) -> Proof:
    """Return the proof of the entry at a place, under a signed checkpoint."""
    size = Checkpoint.parse(checkpoint.text).size
    return Proof(idx, inclusion(nodes, idx, size), checkpoint)


class Proven(Frozen):
    """One entry of a history: its canonical bytes as text, and its path in base64."""

    entry: str
    path: tuple[str, ...]


class History(Frozen):
    """What happened to one item: entries, each with its path, all under one checkpoint.

    It shows that each entry stands in the log, not that none is missing: only the whole trail
    shows that.
    """

    item: str
    checkpoint: str
    steps: tuple[Proven, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the history in canonical bytes, or raise ``Unreadable``."""
        try:
            history = cls.model_validate_json(data)
        except ValidationError as error:
            raise BadHistory(".".join(map(str, error.errors()[0]["loc"]))) from None
        if history.data() != data:
            raise BadHistory(lines.shown(history.item))
        return history

    def data(self) -> bytes:
        """Return the canonical bytes."""
        return canonical(self)

    def proofs(self) -> Iterator[tuple[Entry, Proof]]:
        """Yield each entry with the proof that stands alone."""
        note = Note.parse(self.checkpoint.encode())
        for step in self.steps:
            entry = Entry.parse(step.entry.encode())
            yield entry, Proof(entry.index, tuple(map(lines.digest, step.path)), note)

    def check(self, trust: Trust) -> tuple[Entry, ...]:
        """Return the entries, or raise unless each stands in the log and speaks of the item."""
        found = opened(self.checkpoint.encode(), trust).checkpoint
        entries: list[Entry] = []
        for entry, proof in self.proofs():
            about = f"entry {entry.index}"
            if entries and entry.index <= entries[-1].index:
                raise OutOfOrder(about)
            if self.item not in entry.state:
                raise OtherItem(about)
            leaf = leaf_hash(entry.data())
            check_inclusion(leaf, entry.index, found.size, proof.path, found.root)
            entries.append(entry)
        return tuple(entries)


def history(item: str, entries: Iterable[bytes], nodes: ReadNodes, checkpoint: Note) -> History:
    """Return the history of an item from the bytes of its entries, in their order."""
    steps = tuple(_step(entry, nodes, checkpoint) for entry in entries)
    return History(item=item, checkpoint=checkpoint.data().decode(), steps=steps)


def _step(data: bytes, nodes: ReadNodes, checkpoint: Note) -> Proven:
    proof = prove(nodes, Entry.parse(data).index, checkpoint)
    return Proven(entry=data.decode(), path=tuple(map(lines.packed, proof.path)))
