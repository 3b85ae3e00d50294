"""Every small damage that bytes can take, for whoever must notice it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeAlias

import pytest

from qms.errors import Unreadable, Untrusted

Damage: TypeAlias = Callable[[bytes], Iterator[bytes]]


def flips(data: bytes) -> Iterator[bytes]:
    """Yield the data with each of its bits flipped."""
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        yield bytes(flipped)


def parts(data: bytes) -> Iterator[bytes]:
    """Yield every piece of the data but the whole."""
    for start in range(len(data) + 1):
        for end in range(start, len(data) + 1):
            if end - start < len(data) and (end > start or start == 0):
                yield data[start:end]


def edges(data: bytes) -> Iterator[bytes]:
    """Yield the data cut short at either end, and with a byte more anywhere."""
    for at in range(len(data)):
        yield data[:at]
        yield data[at + 1 :]
        for byte in (b"\0", b"\n", b" ", b"\r", b"=", b"A", b"\xe2"):
            yield data[:at] + byte + data[at:]
    yield from (data + byte for byte in (b"\0", b"\n", b" ", b"\r\n", b"A"))


def each_is_noticed(damaged: Iterable[bytes], judge: Callable[[bytes], object]) -> None:
    """Assert that ``judge`` refuses each, in words and not by falling over."""
    for data in damaged:
        with pytest.raises((Unreadable, Untrusted)):
            judge(data)


def never_falls_over(data: bytes, judge: Callable[[bytes], object]) -> None:
    """Raise unless ``judge`` either accepts the data or refuses it in words."""
    with suppress(Unreadable, Untrusted):
        judge(data)
