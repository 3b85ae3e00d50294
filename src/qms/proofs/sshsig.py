"""Signatures by a person's own SSH key (SSHSIG, openssh PROTOCOL.sshsig).

``ssh-keygen -Y sign`` and ``-Y verify`` understand them both ways. The namespace says what a
signature is for, so that one made for something else proves nothing here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256, sha512
from typing import Final, NamedTuple, Self

from ..errors import Unreadable, Untrusted
from . import ecdsa, ed25519, lines

ED25519: Final = "ssh-ed25519"
"""A key in a file or an agent."""

TOKEN: Final = "sk-ssh-ed25519@openssh.com"
"""A key in a FIDO token, which signs when somebody touches it (openssh PROTOCOL.u2f)."""

ECDSA: Final = "ecdsa-sha2-nistp256"
"""A key over the curve P-256 (RFC 5656), in a file, an agent or a smart card."""

ECDSA_TOKEN: Final = "sk-ecdsa-sha2-nistp256@openssh.com"
"""A key over the curve P-256 in an older FIDO token."""

_MAGIC: Final = b"SSHSIG"
_HEAD: Final = _MAGIC + (1).to_bytes(4, "big")  # the version
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "-----END SSH SIGNATURE-----\n"
_WIDTH: Final = 70
_MARK: Final = 5
_TOUCHED: Final = 0x01
_BOUND: Final = 2**256
_HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "sha256": lambda data: sha256(data).digest(),
    "sha512": lambda data: sha512(data).digest(),
}


class BadSSHKey(Unreadable):
    """This is no SSH public key of a type that is known here: Ed25519 or ECDSA P-256."""

    vi = "Đây không phải khóa công khai SSH thuộc loại dùng được: Ed25519 hoặc ECDSA P-256."


class BadSSHSignature(Unreadable):
    """This is no SSH signature as ssh-keygen writes it."""

    vi = "Đây không phải chữ ký SSH như ssh-keygen tạo ra."


class OtherKey(Untrusted):
    """Another key made this signature."""

    vi = "Chữ ký này do khóa khác tạo ra."


class OtherPurpose(Untrusted):
    """This signature was made for another purpose."""

    vi = "Chữ ký này được tạo cho mục đích khác."


class WrongSSHSignature(Untrusted):
    """This SSH signature does not hold over these bytes."""

    vi = "Chữ ký SSH không khớp với nội dung này."


class Form(NamedTuple):
    """How the keys and signatures of one type are made up."""

    size: int
    """Bytes of a public key."""
    whole: Callable[[bytes], bool]
    """Tells whether a bare signature has its one form."""
    holds: Callable[[bytes, bytes, bytes], bool]
    """Tells whether a signature over a message was made with a key."""
    curve: tuple[str, ...] = ()
    token: bool = False


def _is_pair(made: bytes) -> bool:
    """Tell whether these are two positive numbers, each written in one way (RFC 5656, 3.1.2)."""
    with suppress(ValueError):
        return pair(*_numbers(made)) == made
    return False


def _pair_holds(public: bytes, message: bytes, made: bytes) -> bool:
    return _is_pair(made) and ecdsa.holds(public, message, *_numbers(made))


_ED25519: Final = Form(ed25519.KEY, lambda made: len(made) == ed25519.SIGNATURE, ed25519.holds)
_ECDSA: Final = Form(ecdsa.KEY, _is_pair, _pair_holds, curve=("nistp256",))
FORMS: Final[Mapping[str, Form]] = {
    ED25519: _ED25519,
    TOKEN: _ED25519._replace(token=True),
    ECDSA: _ECDSA,
    ECDSA_TOKEN: _ECDSA._replace(token=True),
}
"""The types of keys that are read; a new type is a new line."""


class SSHKey(NamedTuple):
    """A public SSH key; that of a token also says for which application it was made."""

    kind: str
    public: bytes
    application: str = ""

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the key in a line of a ``.pub`` file; the comment behind it is nobody's word."""
        kind, _, rest = line.partition(" ")
        key = cls.unpacked(lines.unpacked(rest.partition(" ")[0]))
        if key.kind != kind:
            raise BadSSHKey(lines.shown(kind))
        return key

    @classmethod
    def unpacked(cls, blob: bytes) -> Self:
        """Return the key behind its wire form."""
        strings = list(_strings(blob))
        kind = lines.text(strings[0]) if strings else ""
        form = FORMS.get(kind)
        if form is None or len(strings) != 2 + len(form.curve) + form.token:
            raise BadSSHKey(lines.shown(kind))
        public = strings[1 + len(form.curve)]
        key = cls(kind, public, lines.text(strings[-1]) if form.token else "")
        if len(public) != form.size or key.packed() != blob:
            raise BadSSHKey(f"{len(public)} bytes")
        return key

    @property
    def form(self) -> Form:
        """Return how keys of this type are made up."""
        return FORMS[self.kind]

    def packed(self) -> bytes:
        """Return the wire form (RFC 8709, 4; RFC 5656, 3.1; openssh PROTOCOL.u2f)."""
        application = (self.application,) if self.form.token else ()
        return _packed(self.kind, *self.form.curve, self.public, *application)

    def line(self) -> str:
        """Return the key as a line, without a comment."""
        return f"{self.kind} {lines.packed(self.packed())}"

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint as ``ssh-keygen -l`` shows it."""
        digest = sha256(self.packed()).digest()
        return f"SHA256:{b64encode(digest).decode().rstrip('=')}"


class SSHSignature(NamedTuple):
    """A signature, the key that is said to have made it, and for what purpose."""

    key: SSHKey
    namespace: str
    hash: str
    data: bytes
    mark: bytes = b""
    """What a token adds: a byte of flags, and a counter."""

    @classmethod
    def parse(cls, armored: bytes) -> Self:
        """Return the signature in the form that ``ssh-keygen -Y sign`` writes, or raise."""
        said = lines.text(armored)  # PROTOCOL.sshsig, 1
        if not said.startswith(_BEGIN) or not said.endswith("\n" + _END):
            raise BadSSHSignature()
        inner = said[len(_BEGIN) : -len(_END)].replace("\n", "")
        signature = cls.unpacked(lines.unpacked(inner))
        if signature.armored() != armored:
            raise BadSSHSignature()
        return signature

    @classmethod
    def unpacked(cls, blob: bytes) -> Self:
        """Return the signature behind its wire form (PROTOCOL.sshsig, 2)."""
        strings = list(_strings(blob.removeprefix(_HEAD)))
        if not blob.startswith(_HEAD) or len(strings) != 5:
            raise BadSSHSignature()
        key = SSHKey.unpacked(strings[0])
        namespace, reserved, hashing = map(lines.text, strings[1:4])
        if not namespace or reserved or hashing not in _HASHES:
            raise BadSSHSignature(lines.shown(namespace))
        return cls(key, namespace, hashing, *_cut(key, strings[4]))

    def packed(self) -> bytes:
        """Return the wire form."""
        made = _packed(self.key.kind, self.data) + self.mark
        return _HEAD + _packed(self.key.packed(), self.namespace, b"", self.hash, made)

    def armored(self) -> bytes:
        """Return the text form, in lines as long as OpenSSH makes them."""
        inner = lines.packed(self.packed())
        starts = range(0, len(inner), _WIDTH)
        rows = "".join(f"{inner[start : start + _WIDTH]}\n" for start in starts)
        return f"{_BEGIN}{rows}{_END}".encode()

    def check(self, data: bytes, namespace: str, key: SSHKey) -> None:
        """Raise ``Untrusted`` unless the key made this signature over the data for this purpose."""
        if self.namespace != namespace:
            raise OtherPurpose(lines.shown(self.namespace))
        if self.key != key:
            raise OtherKey(self.key.fingerprint)
        message = _message(data, namespace, self.hash)
        if key.form.token:
            message = _touched(key, self.mark, message)
        if not key.form.holds(key.public, message, self.data):
            raise WrongSSHSignature(key.fingerprint)


def sign(data: bytes, namespace: str, key: SSHKey, raw: ed25519.Sign) -> SSHSignature:
    """Return the signature over data; ``raw`` signs with the private half of the key."""
    hashing = "sha512"
    signature = SSHSignature(key, namespace, hashing, raw(_message(data, namespace, hashing)))
    signature.check(data, namespace, key)
    return SSHSignature.parse(signature.armored())


def pair(r: int, s: int) -> bytes:
    """Return a bare ECDSA signature as it stands in an SSH signature; raise ``ValueError``."""
    if not 0 < r < _BOUND or not 0 < s < _BOUND:
        raise ValueError("no signature")
    # RFC 4251, 5, "mpint": a leading zero keeps a number positive
    return _packed(*(number.to_bytes(number.bit_length() // 8 + 1, "big") for number in (r, s)))


def _numbers(made: bytes) -> tuple[int, int]:
    strings = list(_strings(made))
    if len(strings) != 2:
        raise BadSSHSignature()
    return int.from_bytes(strings[0], "big"), int.from_bytes(strings[1], "big")


def _message(data: bytes, namespace: str, hashing: str) -> bytes:
    # PROTOCOL.sshsig, 3
    return _MAGIC + _packed(namespace, b"", hashing, _HASHES[hashing](data))


def _touched(key: SSHKey, mark: bytes, message: bytes) -> bytes:
    # PROTOCOL.u2f, "SSH U2F Signatures": nothing without a touch
    if len(mark) != _MARK or not mark[0] & _TOUCHED:
        raise WrongSSHSignature(key.fingerprint)
    return sha256(key.application.encode()).digest() + mark + sha256(message).digest()


def _cut(key: SSHKey, made: bytes) -> tuple[bytes, bytes]:
    """Return the bare signature, and the mark that a token left behind it."""
    end = len(made) - (_MARK if key.form.token else 0)
    strings = list(_strings(made[: max(end, 0)]))
    if len(strings) != 2 or not key.form.whole(strings[1]):
        raise BadSSHSignature()
    if strings[0] != key.kind.encode():
        raise BadSSHSignature(lines.shown(key.kind))
    return strings[1], made[end:]


def _packed(*strings: str | bytes) -> bytes:
    """Return strings one after the other, each behind its length (RFC 4251, 5)."""
    raw = [lines.data(each) if isinstance(each, str) else each for each in strings]
    return b"".join(len(each).to_bytes(4, "big") + each for each in raw)


def _strings(data: bytes) -> Iterator[bytes]:
    """Yield the strings that lie one after the other; raise where the last is cut short."""
    at = 0
    while at < len(data):
        start = at + 4
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise BadSSHSignature()
        yield data[start:at]
