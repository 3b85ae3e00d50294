"""What happens to law: amended, replaced, repealed, suspended; 8.2.4, 19/2014/QĐ-TTg, Art. 4."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Item, Step
from ...errors import Refused
from ...values import Code, Text
from .items import (
    KEEPERS,
    Amendment,
    EndBeforeBeginning,
    External,
    Part,
    Suspension,
    What,
    turned,
)


class AlreadyExpired(Refused):
    """This outside document is out of force by then."""

    clause = "7.5.3.2"
    vi = "Đến ngày đó văn bản này đã hết hiệu lực."


class OfItself(Refused):
    """A document neither amends nor replaces itself."""

    clause = "7.5.3.2"
    vi = "Văn bản không thể tự sửa đổi hoặc thay thế chính nó."


class ReplacedByOlder(Refused):
    """A document is amended or replaced by one that was signed later and is in force by then."""

    clause = "7.5.3.2"
    vi = "Văn bản sửa đổi, thay thế phải được ký sau và có hiệu lực không muộn hơn ngày thay đổi."


class PartAlreadyOut(Refused):
    """This article is already out of force."""

    clause = "7.5.3.2"
    vi = "Điều này đã hết hiệu lực."


class AlreadySuspended(Refused):
    """This document is already suspended at that time."""

    clause = "7.5.3.2"
    vi = "Văn bản này đã bị tạm ngưng trong thời gian đó."


class NotSuspended(Refused):
    """Only a suspended document resumes."""

    clause = "7.5.3.2"
    vi = "Văn bản này không bị tạm ngưng hiệu lực vào ngày đó."


class Amend(Step[External], kind="external.amend/1", item=External, roles=KEEPERS):
    """Note that another outside document amends this one."""

    vi = "Ghi văn bản được sửa đổi, bổ sung"

    by: Code = Field(title="Văn bản sửa đổi")
    day: date = Field(title="Từ ngày")
    articles: tuple[Text, ...] = Field(default=(), title="Các điều được sửa đổi")

    def check(self, before: External, act: Act) -> None:
        _alive(before, self.day)
        _later(before, act.need(External, self.by), self.day)

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        by = act.need(External, self.by)
        amended = Amendment(by=by.id, day=self.day, articles=self.articles)
        after = before.model_copy(update={"amended": (*before.amended, amended)})
        return turned(after, What.AMENDED, self.day, act, by)


class Replace(Step[External], kind="external.replace/1", item=External, roles=KEEPERS):
    """Note that another outside document replaces this one, or only the named articles."""

    vi = "Ghi văn bản được thay thế (toàn bộ, hoặc chỉ các điều đã nêu)"

    by: Code = Field(title="Văn bản thay thế")
    day: date = Field(title="Từ ngày")
    articles: tuple[Text, ...] = Field(default=(), title="Chỉ các điều (bỏ trống: toàn bộ)")

    def check(self, before: External, act: Act) -> None:
        _alive(before, self.day)
        _later(before, act.need(External, self.by), self.day)
        known = {part.article for part in before.parts}
        out = [article for n, article in enumerate(self.articles) if article in self.articles[:n]]
        if found := [*out, *(article for article in self.articles if article in known)]:
            raise PartAlreadyOut(f"{before.code}, {found[0]}")

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        by = act.need(External, self.by)
        if not self.articles:
            update = {"until": self.day, "replaced_by": by.id}
            return turned(before.model_copy(update=update), What.REPLACED, self.day, act, by)
        out = (Part(article=article, day=self.day, by=by.id) for article in self.articles)
        after = before.model_copy(update={"parts": (*before.parts, *out)})
        return turned(after, What.REPLACED_IN_PART, self.day, act, by)


class Repeal(Step[External], kind="external.repeal/1", item=External, roles=KEEPERS):
    """Note that this document is out of force from a day on, with nothing in its place."""

    vi = "Ghi văn bản bị bãi bỏ, hết hiệu lực mà không có văn bản thay thế"

    day: date = Field(title="Hết hiệu lực từ ngày")
    basis: Text = Field(title="Căn cứ", min_length=1)

    def check(self, before: External, act: Act) -> None:
        _alive(before, self.day)

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        after = before.model_copy(update={"until": self.day, "ended": self.basis})
        return turned(after, What.REPEALED, self.day, act)


class Suspend(Step[External], kind="external.suspend/1", item=External, roles=KEEPERS):
    """Note that this document is not applied for a time."""

    vi = "Ghi văn bản bị tạm ngưng hiệu lực"

    since: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Đến trước ngày (bỏ trống: chưa rõ)")
    basis: Text = Field(title="Căn cứ", min_length=1)

    def check(self, before: External, act: Act) -> None:
        _alive(before, self.since)
        if self.until is not None and self.until <= self.since:
            raise EndBeforeBeginning(f"{before.code}, {self.until}")
        if any(_meet(held, self.since, self.until) for held in before.suspensions):
            raise AlreadySuspended(f"{before.code}, {self.since}")

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        held = Suspension(since=self.since, until=self.until, basis=self.basis)
        after = before.model_copy(update={"suspensions": (*before.suspensions, held)})
        return turned(after, What.SUSPENDED, self.since, act)


class Resume(Step[External], kind="external.resume/1", item=External, roles=KEEPERS):
    """Note that a suspended document is applied again from a day on."""

    vi = "Ghi văn bản có hiệu lực trở lại"

    day: date = Field(title="Từ ngày")
    basis: Text = Field(title="Căn cứ", min_length=1)

    def check(self, before: External, act: Act) -> None:
        _alive(before, self.day)
        if not any(held.covers(self.day) for held in before.suspensions):
            raise NotSuspended(f"{before.code}, {self.day}")

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        held = tuple(
            held.model_copy(update={"until": self.day}) if held.covers(self.day) else held
            for held in before.suspensions
        )
        after = before.model_copy(update={"suspensions": held})
        return turned(after, What.RESUMED, self.day, act)


def _alive(item: External, day: date) -> None:
    if item.until is not None and item.until <= day:
        raise AlreadyExpired(f"{item.code}, {item.until}")
    if day < (item.since or item.signed):
        raise EndBeforeBeginning(f"{item.code}, {day}")


def _later(item: External, by: External, day: date) -> None:
    if by.id == item.id:
        raise OfItself(item.code)
    if by.signed < item.signed or (by.since is not None and by.since > day):
        raise ReplacedByOlder(f"{item.code}, {by.code}")


def _meet(held: Suspension, since: date, until: date | None) -> bool:
    begins = until is None or held.since < until
    return begins and (held.until is None or since < held.until)
