"""Lines of signed texts, read strictly: numbers, base64, hashes.

Each value has exactly one spelling, so that what was read is written back byte for byte.
"""

from __future__ import annotations

import base64
import re
from binascii import Error
from typing import Final

from ..errors import Unreadable
from .merkle import HASH_SIZE

LONGEST: Final = 1_000_000
"""Bytes that one signed text may have."""

LARGEST: Final = 2**63 - 1
"""The largest size, index or time that is written down."""

LEVELS: Final = 63
"""Hashes that one proof may have: no tree of at most ``LARGEST`` leaves needs more."""

_NUMBER: Final = re.compile("0|[1-9][0-9]{0,18}")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")


class BadLine(Unreadable):
    """This line is not in the form that was agreed."""

    vi = "Dòng này không đúng khuôn dạng đã thống nhất."


def text(data: bytes) -> str:
    """Return bytes as text: UTF-8, no control characters but the newline."""
    if len(data) > LONGEST:
        raise BadLine(f"{len(data)} bytes")
    try:
        said = data.decode()
    except UnicodeDecodeError as error:
        raise BadLine(f"byte {error.start}") from None
    if found := _CONTROL.search(said):
        raise BadLine(f"character {found.start()}")
    return said


def data(said: str) -> bytes:
    """Return text as bytes, if ``text`` would read them back."""
    try:
        written = said.encode()
    except UnicodeEncodeError as error:
        raise BadLine(f"character {error.start}") from None
    text(written)
    return written


def number(line: str) -> int:
    """Return a number in decimal, without sign and leading zeros."""
    if not _NUMBER.fullmatch(line) or int(line) > LARGEST:
        raise BadLine(shown(line))
    return int(line)


def unpacked(line: str) -> bytes:
    """Return the bytes behind base64 (RFC 4648, section 4) in its one canonical spelling."""
    try:
        found = base64.b64decode(line, validate=True)
    except (Error, ValueError):
        raise BadLine(shown(line)) from None
    if packed(found) != line:
        raise BadLine(shown(line))
    return found


def packed(found: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(found).decode()


def digest(line: str) -> bytes:
    """Return the SHA-256 behind a line of base64."""
    found = unpacked(line)
    if len(found) != HASH_SIZE:
        raise BadLine(shown(line))
    return found


def shown(line: str) -> str:
    """Return the beginning of a line, fit for any screen."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line[:60])
