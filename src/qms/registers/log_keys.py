"""The key that signs how far the trail has come, and those it followed: 7.5.3.1 b.

Only its public half stands in the trail. The private one is kept apart from the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused, Unreadable
from ..proofs import lines
from ..proofs.note import ED25519, Verifier
from ..values import Text, key

CODE: Final = "log"
"""The one code of the key: there is one trail."""


class LogKey(Item, register="log_key"):
    """The public key in force, as a C2SP vkey, since when, why, and the keys before it."""

    vkey: str
    since: date
    reason: Text = ""
    former: tuple[str, ...] = ()


class NotALogKey(Refused):
    """A key of the trail is one of Ed25519, written as name+number+base64."""

    clause = "7.5.3.1 b"
    vi = "Khóa của nhật ký phải là khóa Ed25519, viết dạng tên+số hiệu+base64."


class OneLogKey(Refused):
    """The trail has one key, under the code log."""

    clause = "7.5.3.1 b"
    vi = "Nhật ký chỉ có một khóa, dưới mã số log."


class KeyNotMade(Refused):
    """A new key is made before it is put in force."""

    clause = "7.5.3.1 b"
    vi = "Phải tạo khóa mới trước rồi mới đưa vào sử dụng."


class KeyUsedBefore(Refused):
    """A key that was in force once never comes back."""

    clause = "7.5.3.1 b"
    vi = "Khóa đã từng dùng thì không được dùng lại."


def _vkey(text: str) -> str:
    try:
        if Verifier.parse(text).algorithm == ED25519:
            return text
    except Unreadable:
        pass
    raise NotALogKey(lines.shown(text))


PublicKey = Annotated[str, AfterValidator(_vkey)]
"""A public key of the trail, as a C2SP vkey."""

OptionalKey = Annotated[str, AfterValidator(lambda text: text and _vkey(text))]
"""A public key of the trail, or nothing."""


class AdoptLogKey(
    Opening[LogKey], kind="log_key.adopt/1", item=LogKey, roles=(Role.QUALITY_OFFICER,)
):
    """Adopt the first key of the trail."""

    vi = "Đưa khóa đầu tiên của nhật ký vào sử dụng"

    vkey: PublicKey = Field(title="Khóa công khai")

    def given(self, act: Act) -> str:
        return CODE

    def check(self, act: Act) -> None:
        if key(self.code) != CODE:
            raise OneLogKey(self.code)

    def apply(self, act: Act) -> LogKey:
        return LogKey(id=self.id, code=self.code, vkey=self.vkey, since=act.day)


class RotateLogKey(
    Step[LogKey], kind="log_key.rotate/1", item=LogKey, roles=(Role.QUALITY_OFFICER,)
):
    """Put a new key of the trail in force; without a vkey, the one that is made for it here."""

    vi = "Thay khóa của nhật ký bằng khóa mới"

    reason: Text = Field(title="Lý do", min_length=1)
    vkey: OptionalKey = Field(default="", title="Khóa công khai mới")

    def check(self, before: LogKey, act: Act) -> None:
        if not self.vkey:
            raise KeyNotMade(self.code)
        if self.vkey in (before.vkey, *before.former):
            raise KeyUsedBefore(self.vkey)

    def apply(self, before: LogKey, act: Act) -> LogKey:
        new = {"vkey": self.vkey, "since": act.day, "reason": self.reason}
        return before.model_copy(update={**new, "former": (*before.former, before.vkey)})
