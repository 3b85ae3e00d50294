"""How far somebody found a trail sound, kept in a file of their own from one time to the next."""

from __future__ import annotations

from typing import Final

from ..errors import Unreadable, Untrusted
from ..proofs import lines
from ..proofs.checkpoint import Checkpoint

_HEADER: Final = "qms verified v1\n"


class NotReached(Unreadable):
    """This file does not say how far a trail was found sound."""

    vi = "Tệp này không ghi nhật ký đã được kiểm tra đúng đến đâu."


def parse(data: bytes) -> Checkpoint:
    """Return how far a trail was found sound, or raise ``NotReached``."""
    try:
        header, text = _split(lines.text(data))
        reached = Checkpoint.parse(text)
    except (Unreadable, Untrusted) as error:
        raise NotReached(str(error.about)) from error
    if header != _HEADER:
        raise NotReached(lines.shown(header))
    return reached


def _split(text: str) -> tuple[str, str]:
    return text[: len(_HEADER)], text[len(_HEADER) :]


def data(reached: Checkpoint) -> bytes:
    """Return the bytes that say how far a trail was found sound.

    >>> data(Checkpoint("example.com/log", 0, bytes(32))).decode().splitlines()[:3]
    ['qms verified v1', 'example.com/log', '0']
    """
    return f"{_HEADER}{reached.text()}".encode()
