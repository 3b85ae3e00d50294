"""Checkpoints: how far a log has come, signed (C2SP tlog-checkpoint in signed-note).

A log never signs a checkpoint that takes back an earlier one. ``next_checkpoint`` is the guard
of that, and of every witness: it gives a ``Promise``, which is written down before it is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self, TypeAlias

from ..errors import Unreadable, Untrusted
from . import lines
from .merkle import EMPTY, HASH_SIZE, check_consistency
from .note import Note, NotSigned, Signer, Verifier


class BadCheckpoint(Unreadable):
    """A checkpoint is an origin, a size, a root of 32 bytes, and no empty line."""

    vi = "Điểm kiểm chứng gồm tên nhật ký, số mục, mã băm gốc 32 byte và không có dòng trống."


class OtherLog(Untrusted):
    """This checkpoint speaks of another log."""

    vi = "Điểm kiểm chứng này là của nhật ký khác."


class Shrunk(Untrusted):
    """A log never gets shorter than a checkpoint says that was signed before."""

    vi = "Nhật ký không được ngắn hơn số mục mà điểm kiểm chứng trước đó đã ghi nhận."


class TooFewWitnesses(Untrusted):
    """Fewer witnesses have cosigned this checkpoint than are asked for."""

    vi = "Điểm kiểm chứng chưa đủ số bên làm chứng cùng ký."


class Checkpoint(NamedTuple):
    """How many entries a log has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint in a note's text, or raise ``Unreadable``."""
        # tlog-checkpoint, "Note text"
        *rows, end = text.split("\n")
        if len(rows) < 3 or end or not all(rows):
            raise BadCheckpoint()
        origin, size, root, *extensions = rows
        return cls(origin, lines.number(size), lines.digest(root), tuple(extensions))

    def text(self) -> str:
        """Return the text that is signed, or raise where it would not be read back as this.

        >>> Checkpoint("example.com/log", 0, EMPTY).text().splitlines()
        ['example.com/log', '0', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=']
        """
        rows = (self.origin, str(self.size), lines.packed(self.root), *self.extensions)
        if len(self.root) != HASH_SIZE or not 0 <= self.size <= lines.LARGEST:
            raise BadCheckpoint(lines.shown(self.origin))
        if not all(rows) or any("\n" in row for row in rows):
            raise BadCheckpoint(lines.shown(self.origin))
        return "".join(f"{row}\n" for row in rows)

    def signed(self, *signers: Signer, at: int = 0) -> Note:
        """Return the signed note. Ask ``next_checkpoint`` first."""
        return Note(self.text()).signed(*signers, at=at)


class Trust(NamedTuple):
    """What somebody outside holds of a log: its origin and keys, its witnesses, how many of them.

    ``quorum`` counts public keys: one key under two names is one witness, and a key of the log
    itself is none. ``seen`` is the newest checkpoint that they know of;
    ``kept`` are signed notes of older checkpoints, with what cosigned them, ``names`` where
    each of them lies, as far as that is known;
    ``authorities`` are the certificates (PEM) of those whose timestamps they believe.
    """

    origin: str
    keys: tuple[Verifier, ...]
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 0
    seen: Checkpoint | None = None
    authorities: tuple[bytes, ...] = ()
    kept: tuple[bytes, ...] = ()
    names: tuple[str, ...] = ()

    def named(self) -> Iterator[tuple[str, bytes]]:
        """Yield each kept note behind its name, which is empty where it has none."""
        names = (*self.names, *("" for _ in self.kept))
        return zip(names, self.kept, strict=False)


class Opened(NamedTuple):
    """A checkpoint that was checked: the log's keys that signed it, and the witnesses.

    With each key stands the time it states in POSIX seconds, 0 where it states none.
    """

    checkpoint: Checkpoint
    signed: Mapping[Verifier, int]
    cosigned: Mapping[Verifier, int]


def opened(data: bytes, trust: Trust) -> Opened:
    """Return the checkpoint in a note; raise unless the log signed it, and a quorum cosigned."""
    note = Note.parse(data)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != trust.origin:
        raise OtherLog(lines.shown(checkpoint.origin))
    held = note.check((*trust.keys, *trust.witnesses))
    signed = {key: at for key, at in held.items() if key in trust.keys}
    cosigned = {key: at for key, at in held.items() if key in trust.witnesses}
    if not signed:
        raise NotSigned(trust.origin)
    # tlog-cosignature, "Ed25519 signed message": the cosigner's name is not part of it
    count = len({key.public for key in cosigned} - {key.public for key in trust.keys})
    if count < trust.quorum:
        raise TooFewWitnesses(f"{count} < {trust.quorum}")
    return Opened(checkpoint, signed, cosigned)


Write: TypeAlias = Callable[[Checkpoint | None, Checkpoint], None]
"""Puts the second durably in place of the first, or raises: if the disk fails, and if the
first is not what stands there any more."""


class Promise(NamedTuple):
    """A checkpoint that takes back nothing of the one before it; written down, then signed."""

    before: Checkpoint | None
    after: Checkpoint

    def kept(self, write: Write, *signers: Signer, at: int = 0) -> Note:
        """Return the checkpoint signed; ``write`` has put it in place of the one before."""
        note = Note(self.after.text())
        # tlog-witness, "add-checkpoint": persisted before responding, atomically with the check
        write(self.before, self.after)
        return note.signed(*signers, at=at)


def next_checkpoint(
    last: Checkpoint | None, new: Checkpoint, consistency: Callable[[int, int], Sequence[bytes]]
) -> Promise:
    """Return the promise that ``new`` may follow ``last``, or raise ``Untrusted``.

    ``consistency`` gives the proof between two sizes. The root before comes from ``last``, which
    is kept apart from the tree: whoever rewrites the tree cannot rewrite that.
    """
    before = last or Checkpoint(new.origin, 0, EMPTY)
    if before.origin != new.origin:
        raise OtherLog(lines.shown(new.origin))
    if new.size < before.size:
        raise Shrunk(f"{new.size} < {before.size}")
    # tlog-checkpoint, "Signatures": a log must not sign what is inconsistent
    path = consistency(before.size, new.size)
    check_consistency(before.size, new.size, path, before.root, new.root)
    return Promise(last, new)
