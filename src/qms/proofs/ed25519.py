"""Ed25519 (RFC 8032): the one kind of signature that is made and checked here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY: Final = 32
"""Bytes of a public key, and of the seed behind it (RFC 8032, 5.1.5)."""

SIGNATURE: Final = 64
"""Bytes of a signature (RFC 8032, 5.1.6)."""

Sign: TypeAlias = Callable[[bytes], bytes]
"""Gives the signature over a message; the key stays where it is, in memory or in a token."""

_P: Final = 2**255 - 19
_EIGHTH: Final = 2707385501144840649318225287225658788936804267575313519463743609750303402022
# The y of every point whose order divides 8, in every spelling: whoever holds such a "key"
# has signatures that hold over all messages, and could disown them all.
_WEAK: Final = frozenset({0, 1, _P - 1, _P, _P + 1, _EIGHTH, _P - _EIGHTH})


def pair(seed: bytes) -> tuple[bytes, Sign]:
    """Return the public key of a seed, and what signs with it."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return private.public_key().public_bytes_raw(), private.sign


@lru_cache(16)  # asked for the key of its day, then for those that somebody trusts
def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature over a message was made with the key; a weak one makes none."""
    if len(public) != KEY or len(signature) != SIGNATURE or _weak(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _weak(public: bytes) -> bool:
    return int.from_bytes(public, "little") % 2**255 in _WEAK
