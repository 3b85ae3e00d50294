"""Signed notes: a text, and who signed it (C2SP signed-note).

A note is only read by ``Note.parse``; nothing in it is believed before ``Note.check`` has said
which of the keys one trusts have signed it. Signatures of other keys are kept and ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Final, NamedTuple, Self

from ..errors import Refused, Unreadable, Untrusted
from . import ed25519, lines

ED25519: Final = 0x01
"""The type of a signature over a note's text."""

COSIGNATURE: Final = 0x04
"""The type of a witness's signature: it says when it was made (C2SP tlog-cosignature)."""

MOST: Final = 100
"""Signatures that one note may carry; the specification asks for 16 at least."""

_ID: Final = 4
_DASH: Final = "\u2014"
_PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_HASH: Final = re.compile("[0-9a-f]{8}")


class BadKey(Unreadable):
    """This key is not in the text form of a key."""

    vi = "Khóa không đúng khuôn dạng."


class UnknownAlgorithm(Unreadable):
    """This version knows no such type of signature."""

    vi = "Phiên bản phần mềm này không biết loại chữ ký đó."


class BadNote(Unreadable):
    """This is no signed note."""

    vi = "Đây không phải văn bản có chữ ký theo khuôn dạng đã thống nhất."


class NotSigned(Untrusted):
    """None of the keys that are trusted here signed this."""

    vi = "Không có chữ ký của khóa nào được tin cậy ở đây."


class WrongSignature(Untrusted):
    """The signature of a trusted key does not hold over this text."""

    vi = "Chữ ký của khóa được tin cậy không khớp với nội dung này."


class AmbiguousKeys(Untrusted):
    """Two trusted keys have the same name and number."""

    vi = "Hai khóa được tin cậy trùng cả tên lẫn số hiệu."


class NoTime(Refused):
    """A cosignature says when it was made, no other signature does."""

    vi = "Chữ ký của bên làm chứng phải ghi thời điểm ký; chữ ký khác thì không."


class Algorithm(NamedTuple):
    """A type of signature: how its keys are made, what they sign, how it is checked."""

    stamp: int
    """Bytes of time that stand before the signature."""
    message: Callable[[bytes, int], bytes]
    """Gives what is signed, from the text and the time."""
    key: int
    """Bytes of a public key."""
    pair: Callable[[bytes], tuple[bytes, ed25519.Sign]]
    holds: Callable[[bytes, bytes, bytes], bool]


def _plain(text: bytes, at: int) -> bytes:
    return text


def _cosigned(text: bytes, at: int) -> bytes:
    # tlog-cosignature, "Ed25519 signed message"
    return b"cosignature/v1\ntime %d\n%s" % (at, text)


ALGORITHMS: Final[Mapping[int, Algorithm]] = {
    ED25519: Algorithm(0, _plain, ed25519.KEY, ed25519.pair, ed25519.holds),
    COSIGNATURE: Algorithm(8, _cosigned, ed25519.KEY, ed25519.pair, ed25519.holds),
}
"""What can be signed and checked (signed-note, "Signature types"); a new type is a new line."""


class Verifier(NamedTuple):
    """A public key under a name: what somebody trusts."""

    name: str
    algorithm: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key behind ``name+number+base64`` (a vkey), or raise ``Unreadable``.

        >>> vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
        >>> Verifier.parse(vkey).name
        'sum.golang.org'
        """
        name, number, kind, public = _key(text)
        found = cls(name, kind, public)
        if found.id.hex() != number:
            raise BadKey(lines.shown(name))
        return found

    def text(self) -> str:
        """Return the key as a vkey."""
        return _told(self, self.public)

    @property
    def id(self) -> bytes:
        """Return the four bytes that tell the keys of one name apart."""
        # signed-note, "Signatures"
        preimage = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return sha256(preimage).digest()[:_ID]

    def check(self, text: bytes, signature: bytes) -> int:
        """Return the time a signature states, 0 for none; raise unless it holds over a text."""
        algorithm = ALGORITHMS[self.algorithm]
        stamp, rest = signature[: algorithm.stamp], signature[algorithm.stamp :]
        at = int.from_bytes(stamp, "big")
        # tlog-cosignature, "Format": a time of at most 2^63 - 1
        if at > lines.LARGEST or not algorithm.holds(
            self.public, algorithm.message(text, at), rest
        ):
            raise WrongSignature(self.name)
        return at


class Signer(NamedTuple):
    """A private key under a name; ``raw`` signs with it, wherever it is kept."""

    verifier: Verifier
    raw: ed25519.Sign

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key behind ``PRIVATE+KEY+name+number+base64`` (an skey)."""
        if not text.startswith(_PRIVATE):
            raise BadKey()
        try:
            name, number, kind, seed = _key(text.removeprefix(_PRIVATE))
        except Unreadable as error:
            raise type(error)() from None  # a private key is never shown
        public, raw = ALGORITHMS[kind].pair(seed)
        verifier = Verifier(name, kind, public)
        if verifier.id.hex() != number:
            raise BadKey()
        return cls(verifier, raw)

    def sign(self, text: bytes, at: int = 0) -> Signature:
        """Return the signature over a text; a cosignature states ``at``, in POSIX seconds."""
        algorithm = ALGORITHMS[self.verifier.algorithm]
        if not 0 <= at <= lines.LARGEST or (at > 0) != (algorithm.stamp > 0):
            raise NoTime(self.verifier.name)
        stamp = at.to_bytes(algorithm.stamp, "big")
        signature = stamp + self.raw(algorithm.message(text, at))
        return Signature(self.verifier.name, self.verifier.id, signature)


class Signature(NamedTuple):
    """One signature line: which key it names, and what that key is said to have made."""

    name: str
    id: bytes
    data: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the signature in a line (signed-note, "Format")."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = lines.unpacked(encoded)
        if dash != _DASH or not is_name(name) or len(raw) <= _ID:
            raise BadNote(lines.shown(line))
        return cls(name, raw[:_ID], raw[_ID:])

    def line(self) -> str:
        """Return the line, without its end."""
        return f"{_DASH} {self.name} {lines.packed(self.id + self.data)}"


class Note(NamedTuple):
    """A text and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the note in these bytes, or raise ``Unreadable``."""
        said = lines.text(data)
        end = said.rfind("\n\n") + 1  # the last empty line ends the text
        text, block = said[:end], said[end + 1 :]
        if not text or not block.endswith("\n") or block.count("\n") > MOST:
            raise BadNote()
        note = cls(text, tuple(map(Signature.parse, block[:-1].split("\n"))))
        if note.data() != data:
            raise BadNote()
        return note

    def data(self) -> bytes:
        """Return the bytes of the note."""
        return lines.data(f"{self.text}\n{self.block()}")

    def block(self) -> str:
        """Return the signature lines."""
        return "".join(f"{signature.line()}\n" for signature in self.signatures)

    def signed(self, *signers: Signer, at: int = 0) -> Note:
        """Return the note with these signatures, each in place of an older one of its key."""
        new = tuple(signer.sign(lines.data(self.text), at) for signer in signers)
        keys = {signature[:2] for signature in new}
        old = tuple(signature for signature in self.signatures if signature[:2] not in keys)
        return Note.parse(Note(self.text, old + new).data())

    def check(self, trusted: Iterable[Verifier]) -> dict[Verifier, int]:
        """Return the trusted keys that signed, each with the last time it states, 0 for none.

        Raise ``Untrusted`` where none has, or where the signature of one does not hold.
        """
        known, text = _known(trusted), lines.data(self.text)
        held: dict[Verifier, int] = {}
        for signature in self.signatures:
            # signed-note, "Signatures": unknown keys are ignored, known ones must hold
            verifier = known.get((signature.name, signature.id))
            if verifier is not None:
                at = verifier.check(text, signature.data)
                held[verifier] = max(at, held.get(verifier, 0))
        if not held:
            raise NotSigned()
        return held


def skey(name: str, seed: bytes, algorithm: int = ED25519) -> str:
    """Return the text of the private key made from a seed; whoever has it can sign."""
    public, _ = ALGORITHMS[algorithm].pair(seed)
    return _PRIVATE + _told(Verifier(name, algorithm, public), seed)


def _told(verifier: Verifier, material: bytes) -> str:
    encoded = lines.packed(bytes([verifier.algorithm]) + material)
    return f"{verifier.name}+{verifier.id.hex()}+{encoded}"


def _key(text: str) -> tuple[str, str, int, bytes]:
    """Return name, number, type and key material from the text of a key."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    if not is_name(name) or not _HASH.fullmatch(number) or not encoded:
        raise BadKey(lines.shown(name))
    material = lines.unpacked(encoded)
    algorithm = ALGORITHMS.get(material[0])
    if algorithm is None:
        raise UnknownAlgorithm(f"{lines.shown(name)}, 0x{material[0]:02x}")
    if len(material) != 1 + algorithm.key:  # of these types, a seed is as long as a key
        raise BadKey(lines.shown(name))
    return name, number, material[0], material[1:]


def is_name(name: str) -> bool:
    """Tell whether a key may have this name: not empty, no Unicode spaces, no plus."""
    # signed-note, "Format"
    return _NAME.fullmatch(name) is not None


def _known(trusted: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in trusted:
        if known.setdefault((verifier.name, verifier.id), verifier) != verifier:
            raise AmbiguousKeys(verifier.name)
    return known
