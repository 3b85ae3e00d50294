"""Private keys of the log in PKCS#11 tokens, which they never leave: ISO 9001:2015, 7.5.3.1 b.

The key file then holds the public half, and in a second line where the other one is (RFC 7512):

    so-gtvt.example/log+033de0ae+AbZ…
    pkcs11:token=qms;id=%01%02?module-path=/usr/lib/softhsm/libsofthsm2.so

The PIN is in the environment (``QMS_PIN``). python-pkcs11 comes with the extra ``hsm``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, NamedTuple, Self
from urllib.parse import quote, quote_from_bytes, unquote, unquote_to_bytes

from ..errors import Conflict, NotFound, Refused, Unreadable
from ..proofs import ed25519, lines
from ..proofs.note import Signer, Verifier

TOKEN: Final = "QMS_TOKEN"
"""Names the token in which new keys are made, as ``pkcs11:token=…?module-path=…``."""

PIN: Final = "QMS_PIN"

_ALONE: Final = threading.Lock()
# The library of a token is one to a process; SoftHSM's falls over where two threads open at once.

_SCHEME: Final = "pkcs11:"
_CURVE: Final = bytes.fromhex("06032b6570")  # RFC 8410, 3: the name of the curve
_POINT: Final = b"\x04\x20"  # PKCS#11 3.0, 2.3.5: an octet string around the key
_ID: Final = 8


class BadToken(Unreadable):
    """A token is named by pkcs11:token=…?module-path=… (RFC 7512)."""

    vi = "Token phải ghi dạng pkcs11:token=…?module-path=… (RFC 7512)."


class NoTokenSupport(NotFound):
    """Keys in tokens need the extra hsm: in the folder of qms' source, pip install '.[hsm]'."""

    vi = (
        "Dùng khóa trong token cần phần mở rộng hsm: "
        "trong thư mục mã nguồn của qms, chạy pip install '.[hsm]'."
    )


class NoToken(NotFound):
    """There is no such token here, or no such key in it."""

    vi = "Không thấy token này, hoặc trong token không có khóa này."


class WrongPin(Refused):
    """The token does not accept this PIN; after some more wrong ones it locks itself (QMS_PIN)."""

    vi = "Token không nhận mã PIN này (QMS_PIN); sai thêm vài lần nữa token sẽ tự khóa."


class TokenFailed(Conflict):
    """The token did not do what it was asked for."""

    vi = "Token không thực hiện được việc được yêu cầu."


class Token(NamedTuple):
    """A token, the library that reaches it, and a key in it."""

    name: str
    module: str
    id: bytes = b""

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Return the token that a PKCS#11 URI names, or raise ``BadToken``."""
        path, _, query = uri.removeprefix(_SCHEME).partition("?")
        parts = [part.partition("=") for part in (*path.split(";"), *query.split("&"))]
        said = {name: value for name, _, value in parts}
        known = {"token", "id", "module-path"}
        if not uri.startswith(_SCHEME) or len(said) < len(parts) or not said.keys() <= known:
            raise BadToken(lines.shown(uri))
        if not said.get("token") or not said.get("module-path"):
            raise BadToken(lines.shown(uri))
        own = unquote_to_bytes(said.get("id", ""))
        return cls(unquote(said["token"]), unquote(said["module-path"]), own)

    def uri(self) -> str:
        """Return the PKCS#11 URI of the token, and of the key in it."""
        own = f";id={quote_from_bytes(self.id)}" if self.id else ""
        return f"{_SCHEME}token={quote(self.name)}{own}?module-path={quote(self.module)}"


def create(uri: str, name: str, algorithm: int) -> str:
    """Make a key in a token and return the text of its key file; the private half stays there."""
    token = Token.parse(uri)._replace(id=os.urandom(_ID))
    pkcs11 = _library()
    with _session(token, rw=True) as session:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _CURVE}, local=True
        )
        public, _ = curve.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=name,
            id=token.id,
            private_template={
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
            },
        )
        point = bytes(public[pkcs11.Attribute.EC_POINT]).removeprefix(_POINT)
    return f"{Verifier(name, algorithm, point).text()}\n{token.uri()}\n"


def named(text: str) -> bool:
    """Tell whether the text of a key file names a key in a token."""
    return text.partition("\n")[2].startswith(_SCHEME)


def signer(text: str) -> Signer:
    """Return the key that the text of a key file names; its token is asked at each signature."""
    vkey, uri, *rest = text.split("\n")
    verifier, token = Verifier.parse(vkey), Token.parse(uri)
    if rest != [""] or not token.id:
        raise BadToken(lines.shown(uri))

    def sign(message: bytes) -> bytes:
        made = _made(token, message)
        if not ed25519.holds(verifier.public, message, made):
            raise TokenFailed(f"{token.name}, {verifier.name}")
        return made

    return Signer(verifier, sign)


def _made(token: Token, message: bytes) -> bytes:
    pkcs11 = _library()
    with _session(token) as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=token.id)
        return bytes(key.sign(message, mechanism=pkcs11.Mechanism.EDDSA))


def _library() -> Any:
    try:
        return import_module("pkcs11")
    except ImportError:
        raise NoTokenSupport() from None


@contextmanager
def _session(token: Token, *, rw: bool = False) -> Iterator[Any]:
    pkcs11, known = _library(), import_module("pkcs11.exceptions")
    about = f"{token.name}, {token.module}"
    try:
        with _ALONE:
            found = pkcs11.lib(token.module).get_token(token_label=token.name)
            try:
                opened = found.open(user_pin=os.environ.get(PIN, ""), rw=rw)
            except known.UserAlreadyLoggedIn:  # a login is of the whole process
                opened = found.open(rw=rw)
            with opened as session:
                yield session
    except (known.NoSuchToken, known.NoSuchKey):
        raise NoToken(about) from None
    except (known.PinIncorrect, known.PinInvalid, known.PinLenRange, known.PinLocked):
        raise WrongPin(about) from None
    except known.PKCS11Error as error:
        raise TokenFailed(f"{about}: {error or type(error).__name__}") from error
