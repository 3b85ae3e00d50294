"""Witnesses: somebody outside who cosigns a log as long as it only grows (C2SP tlog-witness).

Log and witness exchange two files: the request is the body of ``add-checkpoint``, the answer
its response. A witness keeps one row for each log: the last checkpoint that it cosigned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from ..errors import Conflict, Refused, Unreadable, Untrusted
from . import lines
from .checkpoint import Checkpoint, Promise, Trust, Write, next_checkpoint, opened
from .merkle import ReadNodes, consistency
from .note import COSIGNATURE, Note, NotSigned, Signer, Verifier

_OLD: Final = "old "


class BadRequest(Unreadable):
    """This is no request to a witness."""

    vi = "Đây không phải yêu cầu gửi bên làm chứng theo khuôn dạng đã thống nhất."


class BadAnswer(Unreadable):
    """A witness answers with signature lines and nothing else."""

    vi = "Bên làm chứng chỉ trả lời bằng các dòng chữ ký."


class Elsewhere(Conflict):
    """The witness has last cosigned this log at the size given here; prove from there."""

    vi = "Bên làm chứng đã ký nhật ký này ở số mục khác (ghi ở đầu câu); hãy chứng minh từ đó."


class TwoStories(Untrusted):
    """The log has signed another root over as many entries as this witness has cosigned."""

    vi = "Nhật ký đã ký hai nội dung khác nhau cho cùng số mục mà bên làm chứng đã cùng ký."


class NewLogKey(NotSigned):
    """No key that this witness knows of the log signed this: the log may have a new one."""

    vi = (
        "Không khóa nào của nhật ký mà bên làm chứng đang biết đã ký yêu cầu này. Nếu nhật ký đã "
        "thay khóa: nhận khóa mới qua kênh khác rồi ghi thêm một dòng vào log.pub."
    )


class NoWitnessKey(Refused):
    """A witness signs with a key of the type for cosignatures."""

    vi = "Bên làm chứng phải ký bằng khóa dành cho việc cùng ký."


class Request(NamedTuple):
    """What a log asks of a witness: from which size, with which proof, to cosign what."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Note

    @classmethod
    def of(cls, checkpoint: Note, old: int, nodes: ReadNodes) -> Self:
        """Return the request to cosign, proven from the size a witness has seen, 0 for none."""
        size = Checkpoint.parse(checkpoint.text).size
        return cls(old, consistency(nodes, old, size), checkpoint)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the request in these bytes, or raise ``Unreadable``."""
        head, _, note = data.partition(b"\n\n")
        first, *rows = lines.text(head).split("\n")
        if not first.startswith(_OLD) or len(rows) > lines.LEVELS:
            raise BadRequest()
        old = lines.number(first.removeprefix(_OLD))
        request = cls(old, tuple(map(lines.digest, rows)), Note.parse(note))
        if Checkpoint.parse(request.checkpoint.text).size < old or request.data() != data:
            raise BadRequest()
        return request

    def data(self) -> bytes:
        """Return the bytes of the request."""
        rows = (f"{_OLD}{self.old}", *map(lines.packed, self.path))
        return "".join(f"{row}\n" for row in rows).encode() + b"\n" + self.checkpoint.data()


class Witness(NamedTuple):
    """A witness of one log: the key it cosigns with, and what it holds of the log."""

    signer: Signer
    log: Trust

    def judge(self, seen: Checkpoint | None, request: Request) -> Promise:
        """Return what may be cosigned after what was seen last, or raise."""
        # tlog-witness, "add-checkpoint", in its order: origin and signature, size, proof
        log = self.log._replace(witnesses=(), quorum=0)  # what others cosigned is not asked
        try:
            new = opened(request.checkpoint.data(), log).checkpoint
        except NotSigned as error:
            raise NewLogKey(error.about) from error
        size = seen.size if seen else 0
        if seen and new.size == size and new.root != seen.root:
            raise TwoStories(str(size))
        if request.old != size:
            raise Elsewhere(str(size))
        return next_checkpoint(seen, new, lambda *_: request.path)

    def answer(self, request: bytes, seen: Checkpoint | None, write: Write, *, at: int) -> bytes:
        """Return the cosignature line; ``write`` has put what is cosigned in place of ``seen``.

        ``at`` is the time now, in POSIX seconds.
        """
        if self.signer.verifier.algorithm != COSIGNATURE:
            raise NoWitnessKey(self.signer.verifier.name)
        promise = self.judge(seen, Request.parse(request))
        return promise.kept(write, self.signer, at=at).block().encode()


def cosigned(checkpoint: Note, answer: bytes, witnesses: Iterable[Verifier]) -> Note:
    """Return the checkpoint with the cosignatures of an answer that are known and hold.

    Raise ``NotSigned`` where there is none, ``WrongSignature`` where one does not hold.
    """
    # tlog-witness, "add-checkpoint": the client may concatenate; unknown keys are ignored
    answered = Note.parse(lines.data(f"{checkpoint.text}\n") + answer)
    if answered.text != checkpoint.text:
        raise BadAnswer()
    held = {(key.name, key.id) for key in answered.check(witnesses)}
    new = tuple(line for line in answered.signatures if line[:2] in held)
    old = tuple(line for line in checkpoint.signatures if line[:2] not in held)
    return Note.parse(Note(checkpoint.text, old + new).data())
