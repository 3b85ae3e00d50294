"""ECDSA over the curve P-256 (FIPS 186-5): the signatures of older tokens, only ever checked."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

KEY: Final = 65
"""Bytes of a public key: a point, uncompressed (SEC 1, 2.3.3)."""


def holds(public: bytes, message: bytes, r: int, s: int) -> bool:
    """Tell whether a signature (r, s) over a message was made with the key."""
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):  # a point that is not on the curve
        return False
    return True
