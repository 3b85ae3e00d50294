"""Working days and calendar months: when something falls due (ISO 9001:2015, 6.2.2 d)."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Annotated, Final, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from ..changes import Value
from ..errors import NotFound, Refused

YEARS: Final = range(2014, 2031)
"""The years of which the public holidays of Viet Nam are kept here."""

FARTHEST: Final = 10_000
"""Days or months that may be reckoned at once."""

Ordered = TypeVar("Ordered", date, int)


def _ordered(values: tuple[Ordered, ...]) -> tuple[Ordered, ...]:
    return tuple(sorted(set(values)))


Weekdays = Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], AfterValidator(_ordered)]
"""Days of the week in order, Monday 0 to Sunday 6, each once."""

Days = Annotated[tuple[date, ...], AfterValidator(_ordered)]
"""Days in order, each once, so that equal calendars have equal bytes."""


class TooFar(Refused):
    """A due day is reckoned at most 10,000 days or months away, in the years 1 to 9999."""

    clause = "6.2.2 d"
    vi = "Chỉ tính thời hạn trong phạm vi 10.000 ngày hoặc tháng, từ năm 1 đến năm 9999."


class NeverWorking(Refused):
    """A week has at least one working day."""

    clause = "6.2.2 d"
    vi = "Mỗi tuần phải có ít nhất một ngày làm việc."


class BothWorkingAndFree(Refused):
    """A day is either a holiday or a compensating working day."""

    clause = "6.2.2 d"
    vi = "Một ngày không thể vừa là ngày nghỉ lễ vừa là ngày làm bù."


class UnknownYear(NotFound):
    """The public holidays of Viet Nam are kept for the years 2014 to 2030."""

    clause = "6.2.2 d"
    vi = "Chỉ có ngày nghỉ lễ của các năm từ 2014 đến 2030."


class Calendar(Value):
    """Which days are worked: none of a weekend or holiday, but all compensating ones."""

    weekend: Weekdays = Field(default=(5, 6), title="Ngày nghỉ tuần")
    holidays: Days = Field(default=(), title="Ngày nghỉ lễ")
    working: Days = Field(default=(), title="Ngày làm bù")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if len(self.weekend) == 7:
            raise NeverWorking
        if both := set(self.holidays) & set(self.working):
            raise BothWorkingAndFree(", ".join(map(str, sorted(both))))
        return self

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        if day in self.working:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """Return the first working day after this one."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after this one, or before it if n is negative.

        The day itself never counts (Civil Code 2015, Art. 147.2); for 0 it is the answer.
        """
        if n == 0:
            return day
        worked = filter(self.is_working, _onward(day, 1 if n > 0 else -1))
        found = next(islice(worked, _bounded(abs(n)) - 1, None), None)
        if found is None:
            raise TooFar(f"{day}, {n}")
        return found


def add_months(day: date, n: int) -> date:
    """Return the same day n months on, or the last of that month if it is shorter.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    _bounded(abs(n))
    year, before = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise TooFar(f"{day}, {n}")
    last = monthrange(year, before + 1)[1]
    return day.replace(year=year, month=before + 1, day=min(day.day, last))


def add_years(day: date, n: int) -> date:
    """Return the same day n years on; from 29 February the 28th, if need be."""
    return add_months(day, 12 * n)


def vietnam(years: Iterable[int] = YEARS) -> Calendar:
    """Return the calendar of Viet Nam's public holidays in these years.

    Holidays as the law sets them; what is announced year by year is the policy's to add.
    """
    return Calendar(holidays=tuple(day for year in years for day in _holidays(year)))


def _holidays(year: int) -> Iterator[date]:
    by_name = _public_holidays().get(str(year))
    if by_name is None:
        raise UnknownYear(str(year))
    for days in by_name.values():
        yield from days


@cache
def _public_holidays() -> Mapping[str, Mapping[str, list[date]]]:
    return tomllib.loads(files(__package__).joinpath("holidays.toml").read_text("utf-8"))


def _onward(day: date, step: int) -> Iterator[date]:
    end = date.max.toordinal() + 1 if step > 0 else 0
    return map(date.fromordinal, range(day.toordinal() + step, end, step))


def _bounded(n: int) -> int:
    if n > FARTHEST:
        raise TooFar(str(n))
    return n
