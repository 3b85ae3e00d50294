"""Where days begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

HERE: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Where days begin; Viet Nam has had no other offset since 1975."""


@lru_cache(64)
def day_of(at: datetime) -> date:
    """Return the day that a moment falls on in Viet Nam."""
    return at.astimezone(HERE).date()


def today() -> date:
    """Return the day it is in Viet Nam, by the clock of this computer."""
    return day_of(datetime.now(UTC))
