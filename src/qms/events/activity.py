"""What somebody needs to know who reviews a range of the trail: ISO 9001:2015, 9.1.3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Final

from ..changes import HERE
from ..registers.calendar import Calendar

OPENS: Final = time(7)
CLOSES: Final = time(18)
"""Between them offices work, in Viet Nam's time."""


def unusual(
    moments: Iterable[tuple[int, datetime]], calendar: Calendar, opens: time, closes: time
) -> Iterator[int]:
    """Yield the entries made on a day off, or before the office opens or after it closes."""
    for index, at in moments:
        here = at.astimezone(HERE)
        if not calendar.is_working(here.date()) or not opens <= here.time() < closes:
            yield index
