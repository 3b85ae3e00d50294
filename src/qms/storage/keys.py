"""Private keys in files, apart from the ledger: ISO 9001:2015, 7.5.3.1 b.

Whoever can rewrite the ledger must not find the key beside it. A file holds one key in its
text form and is for its owner alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import NotFound, Refused, Unreadable, Untrusted
from ..folder import NotReadable
from ..proofs import ed25519, lines
from ..proofs.checkpoint import Trust
from ..proofs.note import ED25519, Signer, Verifier, skey
from . import tokens
from .durable import sync
from .fresh import FileThere, fresh

_LONGEST: Final = 4_096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class NoKey(NotFound):
    """There is no private key here."""

    vi = "Không có khóa bí mật ở đây."


class KeyTaken(Refused):
    """A private key is never overwritten."""

    clause = "7.5.3.1 b"
    vi = "Không được ghi đè lên khóa bí mật đã có."


class KeyBesideLedger(Refused):
    """A private key is kept apart from the ledger whose entries it vouches for."""

    clause = "7.5.3.1 b"
    vi = "Khóa bí mật phải để ngoài thư mục của hệ thống mà khóa đó xác nhận."


class KeyExposed(Untrusted):
    """Others on this computer can read this private key."""

    clause = "7.5.3.1 b"
    vi = "Người khác trên máy tính này đọc được khóa bí mật; tệp khóa chỉ dành cho chủ của nó."


class NoKeyFile(Unreadable):
    """This is no file with a private key."""

    vi = "Đây không phải tệp khóa bí mật."


class NoPublicKey(NotFound):
    """There is no public key here."""

    vi = "Không có khóa công khai ở đây."


class PublicKeyHidden(NotReadable):
    """You may not read this public key; give the one that was handed to you (--key FILE)."""

    vi = "Không được phép đọc khóa công khai này; hãy dùng khóa đã được giao (--key TỆP)."


class NoPublicKeys(Unreadable):
    """A file with the public key of a log has its vkey, one to a line, all of the same name."""

    vi = "Tệp khóa công khai của nhật ký gồm các khóa (vkey), mỗi dòng một khóa, cùng một tên."


def create(
    path: Path,
    name: str,
    *,
    apart_from: Path | None = None,
    algorithm: int = ED25519,
    draw: Callable[[int], bytes] = os.urandom,
    token: str = "",
) -> Signer:
    """Make a key under a name, keep it durably in a new file, and return it.

    ``apart_from`` is the folder of the ledger, if there is one here; ``draw`` gives random bytes.
    With a ``token`` (a PKCS#11 URI) the key is made and stays there; the file says where it is.
    """
    if apart_from is not None:
        _apart(path, apart_from)
    if path.exists():
        raise KeyTaken(str(path))
    text = _new(name, algorithm, draw, token)
    signer = _signer(path, text)
    _make(path.parent)
    try:
        with fresh(path, mode=0o600) as file:
            file.write(text.encode())
    except FileThere:
        raise KeyTaken(str(path)) from None
    return signer


def read(path: Path, *, apart_from: Path | None = None) -> Signer:
    """Return the key in a file, or raise where others can read it, too.

    A key in a token is at hand for whoever has its PIN; for others raise ``NoKey``.
    """
    if apart_from is not None:
        _apart(path, apart_from)
    return _signer(path, lines.text(_contents(path)))


def _new(name: str, algorithm: int, draw: Callable[[int], bytes], token: str) -> str:
    if token:
        return tokens.create(token, name, algorithm)
    return f"{skey(name, draw(ed25519.KEY), algorithm)}\n"


def _signer(path: Path, text: str) -> Signer:
    if not text.endswith("\n"):
        raise NoKeyFile(str(path))
    if not tokens.named(text):
        try:
            return Signer.parse(text.removesuffix("\n"))
        except Unreadable as error:
            raise type(error)(str(path)) from None
    if tokens.PIN not in os.environ:
        raise NoKey(f"{path}, {tokens.PIN}")
    return tokens.signer(text)


def public(path: Path, *others: Path) -> Trust:
    """Return what files with the public keys of a log let one trust."""
    known = _public(path)
    for other in others:
        more = _public(other)
        if more.origin != known.origin:
            raise NoPublicKeys(str(other))
        known = known._replace(keys=tuple(dict.fromkeys(known.keys + more.keys)))
    return known


def _public(path: Path) -> Trust:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NoPublicKey(str(path)) from None
    except PermissionError:
        raise PublicKeyHidden(str(path)) from None
    return trusting(data, str(path))


def trusting(data: bytes, name: str) -> Trust:
    """Return what the bytes of a file of that name let one trust, or raise ``NoPublicKeys``."""
    try:
        keys = tuple(map(Verifier.parse, lines.text(data).splitlines()))
    except Unreadable as error:
        raise type(error)(", ".join(filter(None, (name, error.about)))) from None
    if len({key.name for key in keys}) != 1:
        raise NoPublicKeys(name)
    return Trust(keys[0].name, keys)


def _apart(path: Path, apart_from: Path) -> None:
    if path.resolve().is_relative_to(apart_from.resolve()):
        raise KeyBesideLedger(str(path))


def _make(folder: Path) -> None:
    if folder.exists():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync(folder.parent)


def _contents(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise NoKey(str(path)) from None
    except OSError:
        raise NoKeyFile(str(path)) from None
    try:
        _private(path, os.fstat(handle))
        return os.read(handle, _LONGEST)
    finally:
        os.close(handle)


def _private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_size >= _LONGEST:
        raise NoKeyFile(str(path))
    if status.st_mode & _OTHERS or status.st_uid not in (0, os.geteuid()):
        raise KeyExposed(str(path))
