"""Ed25519 against RFC 8032, and the keys whose signatures prove nothing."""

from __future__ import annotations

import pytest

from qms.proofs import ed25519

from .damage import edges, flips

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
        "cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]

# The curve of RFC 8032, 5.1, word for word: slow, and beyond doubt.
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def add(first: Point, second: Point) -> Point:
    (x1, y1), (x2, y2) = first, second
    product = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P,
    )


def decoded(public: bytes) -> Point | None:
    """Return the point behind 32 bytes (5.1.3), any spelling of its y allowed."""
    number = int.from_bytes(public, "little")
    y = number % 2**255 % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x % 2 == number >> 255 else -x % P), y


def is_of_small_order(public: bytes) -> bool:
    point = decoded(public)
    if point is None:
        return False
    for _ in range(3):
        point = add(point, point)
    return point == (0, 1)


WEAK = [(y | sign << 255).to_bytes(32, "little") for y in sorted(ed25519._WEAK) for sign in (0, 1)]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), VECTORS)
def test_the_published_signatures_come_out_and_hold(
    seed: str, public: str, message: str, signature: str
) -> None:
    own, raw = ed25519.pair(bytes.fromhex(seed))

    assert own.hex() == public
    assert raw(bytes.fromhex(message)).hex() == signature
    assert ed25519.holds(own, bytes.fromhex(message), bytes.fromhex(signature))


def test_no_damaged_signature_holds() -> None:
    public, message, signature = (bytes.fromhex(each) for each in VECTORS[1][1:])

    assert not any(ed25519.holds(public, message, each) for each in flips(signature))
    assert not any(ed25519.holds(public, message, each) for each in edges(signature))
    assert not any(ed25519.holds(public, each, signature) for each in flips(message))
    assert not any(ed25519.holds(each, message, signature) for each in flips(public))
    assert not any(ed25519.holds(each, message, signature) for each in edges(public))


@pytest.mark.parametrize("public", WEAK, ids=bytes.hex)
def test_every_weak_key_is_one(public: bytes) -> None:
    assert is_of_small_order(public)


def test_no_weak_key_was_forgotten() -> None:
    """Eight points have an order that divides 8; y below 19 has a second spelling."""
    points = {decoded(public) for public in WEAK}
    spellings = [y for _, y in filter(None, points)] + [*range(19), *range(P, P + 19)]
    every = [(y | sign << 255).to_bytes(32, "little") for y in spellings for sign in (0, 1)]

    assert len(points) == 8
    assert {each for each in every if is_of_small_order(each)} == set(WEAK)


@pytest.mark.parametrize("public", WEAK, ids=bytes.hex)
def test_nothing_holds_by_a_key_that_would_sign_everything(public: bytes) -> None:
    identity, nothing = (1).to_bytes(32, "little"), bytes(32)

    assert not any(ed25519.holds(public, bytes([each]), identity + nothing) for each in range(64))
