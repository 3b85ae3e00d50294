"""The folder of a witness: its key, the keys of the log it watches, what it cosigned last.

A witness is another office on another computer, without ledger or git. It answers a request
file with a cosignature, once it has seen that the log only grew (C2SP tlog-witness).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from ..errors import NotFound, Refused
from ..folder import FolderTaken, arising
from ..proofs.note import COSIGNATURE, Verifier
from ..proofs.witness import Witness
from . import keys
from .promises import Promises
from .trouble import writing

KEY: Final = "witness.key"
PUBLIC: Final = "witness.pub"
LOG: Final = "log.pub"
SEEN: Final = "seen"


class WitnessThere(Refused):
    """A witness begins in a new or empty folder; one that has begun goes on with cosign."""

    vi = "Bên làm chứng bắt đầu trong thư mục mới hoặc trống; đã có thư mục thì dùng tiếp (cosign)."


class NotAWitness(NotFound):
    """This folder is not that of a witness."""

    vi = "Thư mục này không phải thư mục của bên làm chứng."


def begin(path: Path, name: str, log: Verifier) -> Verifier:
    """Make the folder of a witness of one log; return the public key it will cosign with.

    Raise ``WitnessThere`` where something lies there.
    """
    try:
        with writing(path), arising(path) as new:
            signer = keys.create(new / KEY, name, algorithm=COSIGNATURE)
            (new / PUBLIC).write_text(f"{signer.verifier.text()}\n", "utf-8")
            (new / LOG).write_text(f"{log.text()}\n", "utf-8")
    except FolderTaken as taken:
        raise WitnessThere(taken.about) from None
    return signer.verifier


def answer(path: Path, request: bytes, *, at: int) -> bytes:
    """Return the cosignature line for a request, once it is written down what is cosigned.

    ``at`` is the time now, in POSIX seconds. Raise ``Untrusted`` where the log took something
    back, ``Elsewhere`` where the request does not begin where this witness last signed.
    """
    witness, seen = _witness(path), Promises(path / SEEN)
    last = seen.last()
    write = partial(seen.write, witness.signer.verifier)
    with writing(path):
        return witness.answer(request, last and last.checkpoint, write, at=at)


def _witness(path: Path) -> Witness:
    try:
        said = (path / LOG).read_bytes()
    except OSError:
        raise NotAWitness(str(path)) from None
    log = keys.trusting(said, str(path / LOG))  # a log whose key was changed has several
    return Witness(keys.read(path / KEY), log)
