"""What is known of an outside document: its days, its end, what rests on it; 7.5.3.2."""

from __future__ import annotations

from datetime import date
from typing import Final

from ...changes import Act, Item, Role
from ...errors import Refused
from ...values import Frozen, Text, Word
from .. import policy
from ..calendar import add_months
from ..documents.items import File
from ..people import OFFICERS

KEEPERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
REVIEW: Final = "external.review"
MONTHS: Final = 3
"""Months to work a change of the law into the system, where the policy sets no other limit."""


class Standing(Word):
    """What an outside document is worth on a day; derived from its days, never kept."""

    UNKNOWN = "unknown", "Chưa xác định ngày có hiệu lực"
    UPCOMING = "upcoming", "Sắp có hiệu lực"
    IN_FORCE = "in_force", "Còn hiệu lực"
    PARTIAL = "partial", "Hết hiệu lực một phần"
    SUSPENDED = "suspended", "Tạm ngưng hiệu lực"
    EXPIRED = "expired", "Hết hiệu lực"


class What(Word):
    """What happened to an outside document."""

    ENTERED = "entered", "Văn bản mới"
    AMENDED = "amended", "Được sửa đổi, bổ sung"
    REPLACED = "replaced", "Được thay thế"
    REPLACED_IN_PART = "replaced_in_part", "Được thay thế một số điều"
    REPEALED = "repealed", "Bị bãi bỏ"
    SUSPENDED = "suspended", "Bị tạm ngưng hiệu lực"
    RESUMED = "resumed", "Có hiệu lực trở lại"
    CORRECTED = "corrected", "Xác định lại ngày hiệu lực"


class Amendment(Frozen):
    """Which other document amends this one from a day on, and in which articles."""

    by: str
    day: date
    articles: tuple[Text, ...] = ()


class Part(Frozen):
    """One article that is out of force from a day on, and what stands in its place."""

    article: Text
    day: date
    by: str


class Suspension(Frozen):
    """That a document is not applied from a day until before another, and on whose word."""

    since: date
    until: date | None = None
    basis: Text

    def covers(self, day: date) -> bool:
        """Tell whether the document is suspended on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class External(
    Item,
    register="external",
    columns={"issuer": str, "type": str, "since": date, "until": date, "disputed": str},
    room=12,
):
    """A document from outside: in force from ``since`` until before ``until``."""

    number: Text
    title: Text
    type: Text
    issuer: Text
    signed: date
    since: date | None = None
    until: date | None = None
    disputed: Text = ""
    amended: tuple[Amendment, ...] = ()
    parts: tuple[Part, ...] = ()
    replaced_by: str = ""
    ended: Text = ""
    suspensions: tuple[Suspension, ...] = ()
    documents: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    turns: int = 0

    def standing(self, on: date) -> Standing:
        """Return what the document is worth on a day."""
        if self.until is not None and self.until <= on:
            return Standing.EXPIRED
        if self.since is None:
            return Standing.UNKNOWN
        if on < self.since:
            return Standing.UPCOMING
        if any(held.covers(on) for held in self.suspensions):
            return Standing.SUSPENDED
        return Standing.PARTIAL if self.articles_out(on) else Standing.IN_FORCE

    def articles_out(self, on: date) -> tuple[Text, ...]:
        """Return the single articles that are out of force on a day."""
        return tuple(part.article for part in self.parts if part.day <= on)


class Turn(
    Item, register="external_change", columns={"external": External, "day": date, "due": date}
):
    """One change of an outside document, and which internal ones owe a review by when."""

    external: str
    what: What
    day: date
    by: str = ""
    documents: tuple[str, ...] = ()
    due: date


class InForceBeforeSigned(Refused):
    """An outside document takes effect on or after the day it was signed."""

    clause = "7.5.3.2"
    vi = "Ngày có hiệu lực của văn bản không được trước ngày ký ban hành."


class EndBeforeBeginning(Refused):
    """What happens to an outside document happens after it took effect."""

    clause = "7.5.3.2"
    vi = "Việc sửa đổi, thay thế, bãi bỏ, tạm ngưng phải sau ngày văn bản có hiệu lực."


def turned(
    item: External,
    what: What,
    day: date,
    act: Act,
    by: External | None = None,
    owing: tuple[str, ...] | None = None,
) -> tuple[Item, ...]:
    """Return an outside document and the change that it went through, with what is owed then."""
    n = item.turns + 1
    code = f"{item.code}/{n}"
    due = policy.limit(act, REVIEW, day) or add_months(day, MONTHS)
    turn = Turn(
        id=Turn.identify(code),
        code=code,
        external=item.id,
        what=what,
        day=day,
        by=by.id if by else "",
        documents=item.documents if owing is None else owing,
        due=due,
    )
    return item.model_copy(update={"turns": n}), turn


def ordered(code: str, signed: date, since: date | None, until: date | None) -> None:
    """Raise ``InForceBeforeSigned`` or ``EndBeforeBeginning`` for days out of order."""
    if since is not None and since < signed:
        raise InForceBeforeSigned(f"{code}, {since} < {signed}")
    if until is not None and until < (since or signed):
        raise EndBeforeBeginning(f"{code}, {until}")
