"""Signatures by a person's own SSH key (SSHSIG, openssh PROTOCOL.sshsig).

``ssh-keygen -Y sign`` and ``-Y verify`` understand them both ways. The namespace says what a
signature is for, so that one made for something else proves nothing here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256, sha512
from typing import Final, NamedTuple, Self

from ..errors import Unreadable, Untrusted
from . import ed25519, lines

ED25519: Final = "ssh-ed25519"
"""A key in a file or an agent."""

TOKEN: Final = "sk-ssh-ed25519@openssh.com"
"""A key in a FIDO token, which signs when somebody touches it (openssh PROTOCOL.u2f)."""

_MAGIC: Final = b"SSHSIG"
_HEAD: Final = _MAGIC + (1).to_bytes(4, "big")  # the version
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "-----END SSH SIGNATURE-----\n"
_WIDTH: Final = 70
_MARK: Final = 5
_TOUCHED: Final = 0x01
_HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "sha256": lambda data: sha256(data).digest(),
    "sha512": lambda data: sha512(data).digest(),
}


class BadSSHKey(Unreadable):
    """This is no SSH public key of the type ssh-ed25519 or sk-ssh-ed25519@openssh.com."""

    vi = "Đây không phải khóa công khai SSH loại ssh-ed25519 hoặc sk-ssh-ed25519@openssh.com."


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
        """Return the key behind its wire form (RFC 8709, 4)."""
        strings = list(_strings(blob))
        kind = lines.text(strings[0]) if strings else ""
        if kind not in (ED25519, TOKEN) or len(strings) != (3 if kind == TOKEN else 2):
            raise BadSSHKey(lines.shown(kind))
        if len(strings[1]) != ed25519.KEY:
            raise BadSSHKey(f"{len(strings[1])} bytes")
        return cls(kind, strings[1], lines.text(strings[2]) if kind == TOKEN else "")

    def packed(self) -> bytes:
        """Return the wire form."""
        application = (self.application,) if self.kind == TOKEN else ()
        return _packed(self.kind, self.public, *application)

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
        if key.kind == TOKEN:
            message = _touched(key, self.mark, message)
        if not ed25519.holds(key.public, message, self.data):
            raise WrongSSHSignature(key.fingerprint)


def sign(data: bytes, namespace: str, public: bytes, raw: ed25519.Sign) -> SSHSignature:
    """Return the signature over data; ``raw`` signs with the private half of the key."""
    key, hashing = SSHKey(ED25519, public), "sha512"
    signature = SSHSignature(key, namespace, hashing, raw(_message(data, namespace, hashing)))
    signature.check(data, namespace, key)
    return SSHSignature.parse(signature.armored())


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
    end = len(made) - (_MARK if key.kind == TOKEN else 0)
    strings = list(_strings(made[: max(end, 0)]))
    if len(strings) != 2 or len(strings[1]) != ed25519.SIGNATURE:
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
