"""People's own SSH keys, in a file, an agent or a token: ISO 9001:2015, 7.5.3.1 b."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path
from typing import Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)

from ..errors import NotFound, Refused
from ..proofs import sshsig
from ..proofs.sshsig import SSHKey
from ..registers.signing_keys import NAMESPACE
from ..taking import taking
from ..trail.signing import Sign
from .keys import KeyExposed

PATIENCE: Final = 60
"""Seconds in which somebody finds their token and touches it; nobody else writes meanwhile."""

_LONGEST: Final = 65_536
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

Private: TypeAlias = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class NoSSHKey(NotFound):
    """There is no SSH key in this file."""

    vi = "Không có khóa SSH trong tệp này."


class NoSSHKeygen(NotFound):
    """The program ssh-keygen, which reaches this key, is not installed here."""

    vi = "Máy này chưa cài ssh-keygen (OpenSSH), chương trình dùng được khóa này."


class NoSignatureMade(Refused):
    """The program ssh-keygen made no signature with this key."""

    vi = "Chương trình ssh-keygen không ký được bằng khóa này."


@taking
def signer(path: str | Path) -> Sign:
    """Return what signs with the SSH key in a file.

    A private key without a passphrase signs here. For any other ``ssh-keygen`` is asked: a
    ``.pub`` file whose private half an agent holds, a key in a token, one with a passphrase.
    The file is read at each signature. Raise ``NotFound`` where it holds no key, ``Untrusted``
    where others can read the private key in it.
    """
    place = Path(path).expanduser()

    def sign(data: bytes) -> bytes:
        private = _private(place)
        return _asked(place, data) if private is None else _made(private, data)

    return sign


def _private(path: Path) -> Private | None:
    """Return the private key that can be used at once, or ``None``."""
    try:
        with path.open("rb") as file:
            exposed, data = path.stat().st_mode & _OTHERS, file.read(_LONGEST)
    except OSError:
        raise NoSSHKey(str(path)) from None
    try:
        key = load_ssh_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if exposed:
        raise KeyExposed(str(path))
    return key if isinstance(key, Private) else None


def _made(private: Private, data: bytes) -> bytes:
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    key = SSHKey.parse(line.decode())
    if isinstance(private, Ed25519PrivateKey):
        return sshsig.sign(data, NAMESPACE, key, private.sign).armored()
    return sshsig.sign(data, NAMESPACE, key, _pairing(private)).armored()


def _pairing(private: ec.EllipticCurvePrivateKey) -> Sign:
    hashing = ec.ECDSA(SHA256())
    return lambda message: sshsig.pair(*decode_dss_signature(private.sign(message, hashing)))


def _asked(path: Path, data: bytes) -> bytes:
    command = ["ssh-keygen", "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(path)]
    try:  # what it says to people, a token to touch, they see themselves
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, timeout=PATIENCE)
    except FileNotFoundError:
        raise NoSSHKeygen(str(path)) from None
    except subprocess.TimeoutExpired:
        raise NoSignatureMade(f"{path}, {PATIENCE} s") from None
    if done.returncode:
        raise NoSignatureMade(str(path))
    return done.stdout
