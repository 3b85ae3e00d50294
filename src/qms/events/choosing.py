"""Which entries are meant: codes, kinds and days become places in the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ..changes import HERE, Change, Item, Unknown
from ..errors import NotFound, Unreadable
from ..registers.documents import Document
from ..registers.enactment import FOUNDER
from ..registers.people import Person, Unit
from ..storage.glance import Extent, Glance, register_of
from ..trail.entry import moment

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2999, 12, 31, tzinfo=UTC)
"""Beyond them nothing happened: a question may go further; a calendar and a pack may not."""


class NoDay(Unreadable):
    """This is no day: give a date, as date(2026, 3, 1)."""

    vi = "Đây không phải là ngày: hãy đưa giá trị kiểu date, ví dụ date(2026, 3, 1)."


class NoSuchKind(NotFound):
    """There is no such kind of change."""

    vi = "Không có loại thay đổi này."


class SeveralItems(NotFound):
    """Several registers use this code; give one of these ids."""

    vi = "Nhiều sổ cùng dùng mã số này; hãy nêu một trong các định danh đó."


def item(now: Glance, code: str) -> str:
    """Return the id behind a code of any register, that of a document first; or raise."""
    register = register_of(code)
    if register in Item.registers:
        if now.body(register, code) is None:
            raise Unknown(code)
        return code
    known = now.named(code, [Document.register]) or now.named(code, Item.registers)
    if not known:
        raise Unknown(code)
    if len(known) > 1:
        raise SeveralItems(f"{code}: {', '.join(sorted(known.values()))}")
    return next(iter(known.values()))


def within(
    now: Glance, actor: str, since: datetime | date | None, until: datetime | date | None
) -> Extent:
    """Return between which entries something happened, and whose they are, or raise."""
    whose = "" if actor == FOUNDER.id else actor
    extent = now.extent(
        Person.register,
        whose,
        since=None if since is None else moment(before(begins(since))),
        until=None if until is None else moment(ends(until)),
    )
    if whose and not extent.own:
        raise Unknown(actor)
    return extent if whose else extent._replace(own=actor)


def extent(now: Glance, code: str) -> Extent:
    """Return the same of all that happened to an item, by code or id."""
    register = register_of(code)
    found = now.extent(register if register in Item.registers else Document.register, code)
    return found if found.own else extent(now, item(now, code))


def person(now: Glance, word: str) -> str:
    """Return the id of whoever has this code; the word itself where nobody has it."""
    return now.named(word, [Person.register]).get(Person.register, word)


def unit(now: Glance, code: str) -> str:
    """Return the id of a unit, or raise ``Unknown``."""
    return _id(now, Unit, code)


def kinds(kind: str) -> tuple[str, ...]:
    """Return every kind that is meant: by a register, a verb of it, or one version.

    >>> kinds("document.issue")
    ('document.issue/1',)
    """
    if "/" in kind:
        return (kind,)
    meant = (f"{kind}.", f"{kind}/")
    found = tuple(sorted(one for one in Change.kinds if one.startswith(meant)))
    if not found:
        raise NoSuchKind(kind)
    return found


def day_asked(on: object, otherwise: date) -> date:
    """Return the day that is asked for, another one for ``None``, or raise ``NoDay``."""
    if on is None:
        return otherwise
    if isinstance(on, date) and not isinstance(on, datetime):
        return on
    raise NoDay(repr(on))


def begins(when: datetime | date) -> datetime:
    """Return a moment, or the first of a day in Viet Nam."""
    return _moment(when, time.min)


def ends(when: datetime | date) -> datetime:
    """Return a moment, or the last of a day in Viet Nam."""
    return _moment(when, time.max)


def before(at: datetime) -> datetime:
    """Return the last moment before another, as finely as the trail tells them apart."""
    return at - timedelta(microseconds=1)


def _moment(when: object, hour: time) -> datetime:
    if not isinstance(when, date):
        raise NoDay(repr(when))
    at = when if isinstance(when, datetime) else datetime.combine(when, hour)
    return min(max(at if at.tzinfo else at.replace(tzinfo=HERE), EARLIEST), LATEST)


def _id(now: Glance, register: type[Item], code: str) -> str:
    found = now.named(code, [register.register])
    if not found:
        raise Unknown(code)
    return found[register.register]
