"""What people sign with their own keys, checked against who held which key (SSHSIG).

An entry carries the signature of whoever made it over its ``core``. ``check`` judges it where the
entry arises and wherever it is played again; nothing here believes what an entry says of itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ..changes import Act, Change, Look
from ..errors import Untrusted
from ..proofs import lines
from ..proofs.sshsig import OtherKey, SSHKey, SSHSignature
from ..registers import signing_keys
from ..registers.signing_keys import NAMESPACE
from .entry import Entry, Signature

Sign: TypeAlias = Callable[[bytes], bytes]
"""Gives the armored SSH signature over some bytes; the key stays where it is."""


class OtherMeaning(Untrusted):
    """This signature says something else than the change that it stands under."""

    vi = "Chữ ký này mang ý nghĩa khác với việc mà nó đi kèm."


def signed(entry: Entry, sign: Sign) -> Entry:
    """Return an entry with the signature of whoever made it, where it is offered for signing."""
    meaning = Change.kinds[entry.kind].meaning
    if meaning is None:
        return entry
    armored = sign(entry.core(meaning))
    key = SSHSignature.parse(armored).key.fingerprint
    signature = Signature(key=key, meaning=meaning, sshsig=armored.decode())
    return entry.model_copy(update={"signature": signature})


def check(entry: Entry, look: Look, change: Change[Any] | None = None) -> None:
    """Raise unless an entry is signed as it has to be, by a key that its actor held then.

    Whoever has the change inside at hand brings it along.
    """
    kind = Change.kinds.get(entry.kind)
    signature = entry.signature
    if kind is None or (signature is None and kind.meaning is None):
        return
    if signature is not None and signature.meaning != kind.meaning:
        raise OtherMeaning(lines.shown(signature.meaning))
    key = signer(entry, signature) if signature else None
    signing_keys.judge(change or entry.opened(), Act(entry.actor, entry.at, look), key)


def signer(entry: Entry, signature: Signature) -> SSHKey:
    """Return the key that made the signature under an entry, or raise ``Untrusted``."""
    made = SSHSignature.parse(lines.data(signature.sshsig))
    if made.key.fingerprint != signature.key:
        raise OtherKey(made.key.fingerprint)
    made.check(entry.core(signature.meaning), NAMESPACE, made.key)
    return made.key
