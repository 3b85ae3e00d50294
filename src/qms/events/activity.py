"""What somebody needs to know who reviews a range of the trail: ISO 9001:2015, 9.1.3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Final, NamedTuple

from ..changes import HERE
from ..registers.calendar import Calendar
from ..registers.enactment import FOUNDER
from ..storage.extracts import Tally

OPENS: Final = time(7)
CLOSES: Final = time(18)
"""Between them offices work, in Viet Nam's time."""


class Activity(NamedTuple):
    """Who did what how often in a range of entries, both ends included.

    ``root`` is the root of the tree after the last of them, in hexadecimal: what a review of the
    trail says that it has seen.
    """

    first: int
    last: int
    since: datetime
    until: datetime
    root: str
    tallies: tuple[Tally, ...]

    @property
    def actors(self) -> tuple[str, ...]:
        """Return the id of everybody who acted, but the founder."""
        return tuple(sorted({one.actor for one in self.tallies} - {FOUNDER.id}))


def unusual(
    moments: Iterable[tuple[int, datetime]], calendar: Calendar, opens: time, closes: time
) -> Iterator[int]:
    """Yield the entries made on a day off, or before the office opens or after it closes."""
    for index, at in moments:
        here = at.astimezone(HERE)
        if not calendar.is_working(here.date()) or not opens <= here.time() < closes:
            yield index
