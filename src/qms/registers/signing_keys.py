"""The keys with which people sign what they do: ISO 9001:2015, 5.3, 7.5.3.1 b.

A key is its owner's for ever: nobody else enrols it, and one that was revoked never comes back.
What a signature proves is checked in the trail; here is who may sign with which key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from ..changes import HERE, Act, ActorKind, Change, Item, Meaning, Opening, Step
from ..errors import Refused, Unreadable
from ..proofs import lines
from ..proofs.sshsig import SSHKey
from ..values import Code, Digest, Text
from . import policy
from .people import OFFICERS, Person, still

NAMESPACE: Final = "qms"
"""What a signature is for; one made for anything else proves nothing here."""


class NotASigningKey(Refused):
    """A signing key is a line of a .pub file, of the type Ed25519 or ECDSA P-256."""

    clause = "7.5.3.1 b"
    vi = "Khóa ký là một dòng của tệp .pub, loại Ed25519 hoặc ECDSA P-256."


class KeyOwned(Refused):
    """A key is enrolled once, for one person."""

    clause = "5.3"
    vi = "Mỗi khóa chỉ đăng ký một lần, cho một người."


class OthersKey(Refused):
    """People enrol and revoke their own keys; quality officers and leaders anybody's."""

    clause = "5.3"
    vi = "Chỉ tự đăng ký, thu hồi khóa của mình; cán bộ ISO, lãnh đạo được làm cho người khác."


class ToolSigns(Refused):
    """A program has no key of its own to sign with."""

    clause = "5.3"
    vi = "Phần mềm không có khóa ký riêng; chỉ con người mới ký."


class NotHeld(Refused):
    """Whoever enrols a key signs with it, to show that they hold it."""

    clause = "7.5.3.1 b"
    vi = "Khi đăng ký khóa phải ký bằng chính khóa đó, để chứng tỏ mình giữ khóa."


class AlreadyRevoked(Refused):
    """This key is already revoked from this day or an earlier one."""

    clause = "7.5.3.1 b"
    vi = "Khóa này đã thu hồi từ ngày này hoặc từ ngày sớm hơn."


class Unsigned(Refused):
    """The policy demands that this is signed with the actor's own key."""

    clause = "7.5.2 c"
    vi = "Chính sách đòi người làm việc này ký số bằng khóa của mình."


class NotOwnKey(Refused):
    """The key that signed is not enrolled for whoever acts."""

    clause = "5.3"
    vi = "Khóa đã ký chưa được đăng ký cho người đang thao tác."


class KeyRevoked(Refused):
    """The key that signed was revoked."""

    clause = "7.5.3.1 b"
    vi = "Khóa đã ký đã bị thu hồi."


def _bare(line: str) -> str:
    try:
        return SSHKey.parse(line).line()
    except Unreadable:
        raise NotASigningKey(lines.shown(line)) from None


PublicKey = Annotated[str, AfterValidator(_bare)]
"""A public SSH key in its one line; the comment behind it is dropped, being nobody's word."""


class SigningKey(Item, register="signing_key", columns={"person": Person, "until": date}):
    """A key that somebody signs with, since it was enrolled until before a day."""

    person: str
    public: str
    enrolled: date
    until: date | None = None
    reason: Text = ""

    @property
    def owner(self) -> str:
        """Return under which name its owner stands among the allowed signers."""
        return self.person.partition(":")[2]

    @property
    def fingerprint(self) -> str:
        """Return what ``ssh-keygen -l`` shows of the key."""
        return SSHKey.parse(self.public).fingerprint

    def holds(self, day: date) -> bool:
        """Tell whether what is signed on a day counts."""
        return self.until is None or day < self.until


class Enrol(Opening[SigningKey], kind="signing_key.enrol/1", item=SigningKey, meaning=Meaning.HELD):
    """Enrol the key that a person signs with; the entry is signed with this very key."""

    vi = "Đăng ký khóa ký của một người"

    person: Code = Field(title="Người giữ khóa")
    public: PublicKey = Field(title="Khóa công khai (dòng trong tệp .pub)")

    @property
    def key(self) -> SSHKey:
        """Return the key that is enrolled."""
        return SSHKey.parse(self.public)

    def given(self, act: Act) -> str:
        return f"{self.person}-{digest(self.key)[:8]}"

    def check(self, act: Act) -> None:
        person = act.need(Person, self.person)
        still(person)
        _entrusted(person.id, act)
        if person.kind is not ActorKind.PERSON:
            raise ToolSigns(person.code)
        if known := act.look(SigningKey, digest(self.key)):
            raise KeyOwned(known.code)

    def apply(self, act: Act) -> SigningKey:
        return SigningKey(
            id=self.id,
            code=self.code,
            aliases=(digest(self.key),),
            person=act.need(Person, self.person).id,
            public=self.public,
            enrolled=act.day,
        )


class Revoke(Step[SigningKey], kind="signing_key.revoke/1", item=SigningKey):
    """Say from when a key no longer signs: lost, replaced, or its owner left."""

    vi = "Thu hồi khóa ký"

    since: date = Field(title="Mất giá trị từ ngày")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: SigningKey, act: Act) -> None:
        _entrusted(before.person, act)
        if not before.holds(self.since):
            raise AlreadyRevoked(f"{before.code}, {before.until}")

    def apply(self, before: SigningKey, act: Act) -> SigningKey:
        return before.model_copy(update={"until": self.since, "reason": self.reason})


def digest(key: SSHKey) -> Digest:
    """Return the SHA-256 of a key, by which it is found."""
    return sha256(key.packed()).hexdigest()


def judge(change: Change[Any], act: Act, signer: SSHKey | None) -> None:
    """Raise ``Refused`` unless the key that signed a change, if one did, may stand under it."""
    if isinstance(change, Enrol):
        if signer != change.key:
            raise NotHeld(change.code)
        return
    if signer is None:
        _demanded(change, act)
        return
    key = act.look(SigningKey, digest(signer))
    if key is None or key.person != act.actor.id:
        raise NotOwnKey(f"{act.actor.id}, {signer.fingerprint}")
    if not key.holds(act.day):
        raise KeyRevoked(f"{key.code}, {key.until}")


def _demanded(change: Change[Any], act: Act) -> None:
    rules = act.look(policy.Policy, policy.CODE)
    if rules is not None and rules.demands(change.kind):
        raise Unsigned(f"{change.code}, {change.kind}")


def _entrusted(person: str, act: Act) -> None:
    if act.actor.id != person and not act.roles & set(OFFICERS):
        raise OthersKey(person)


def allowed_signers(keys: Iterable[SigningKey]) -> str:
    """Return whose key is whose, as ``ssh-keygen -Y verify -f`` reads it (its ALLOWED SIGNERS).

    Each stands under the code of its owner, with the moments from and to which it signs.
    """
    return "".join(f"{_allowed(key)}\n" for key in keys)


def _allowed(key: SigningKey) -> str:
    options = [f'namespaces="{NAMESPACE}"', f'valid-after="{_begin(key.enrolled)}"']
    if key.until is not None:
        options.append(f'valid-before="{_begin(key.until, -1)}"')
    return f"{key.owner} {','.join(options)} {key.public} {key.code}"


def _begin(day: date, seconds: int = 0) -> str:
    begins = datetime.combine(day, time(), HERE) + timedelta(seconds=seconds)
    return f"{begins.astimezone(UTC):%Y%m%d%H%M%SZ}"
