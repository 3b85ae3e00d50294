"""How counted things look: decimals, shares, points, and bars for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from gettext import gettext as _
from typing import Final, Self

from .language import language

WIDTH: Final = 24
"""Letters that the longest bar has."""

PLACES: Final = {100: 2}
"""Decimals that numbers of so many parts have at least; others have one."""

GOOD: Final = "✓"
BAD: Final = "✗"

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


class Bar(int):
    """A number that is drawn; to a program it is the number that it shows.

    >>> Bar.of(1, 2).drawn
    '████████████'
    """

    most: int

    @classmethod
    def of(cls, number: int, most: int) -> Self:
        """Return a number that is drawn as its share of the most."""
        bar = cls(number)
        bar.most = most
        return bar

    @property
    def drawn(self) -> str:
        """Return the bar; what is not nothing has at least an eighth of a letter."""
        eighths = min(max(int(self), 0), self.most) * WIDTH * 8 // self.most if self.most else 0
        whole, rest = divmod(max(eighths, int(self > 0)), 8)
        return f"{'█' * whole}{_EIGHTHS[rest]}".rstrip()


class Counted(int):
    """A number that is kept in parts of its unit, and read in the unit; a program has the parts.

    >>> Counted.of(98_000, 1000, "%").said, Counted.of(97_125, 1000).said, Counted.of(850, 100).said
    ('98.0 %', '97.125', '8.50')
    """

    number: str
    said: str

    @classmethod
    def of(cls, number: int, parts: int, unit: str = "") -> Self:
        """Return a number of so many parts to a unit: alone for a sheet, with its unit to read."""
        counted = cls(number)
        exact = f"{(Decimal(number) / parts).normalize():f}".partition(".")[2]
        places = max(len(exact), PLACES.get(parts, 1))
        counted.number = decimal(number, parts, places)
        counted.said = f"{counted.number} {unit}".rstrip()
        return counted


class Called(str):
    """What an id is called: a code, or a name, in which there may be a comma."""


class Month(str):
    """A month as programs write it, ``2026-04``; people read ``04/2026``."""

    @property
    def drawn(self) -> str:
        """Return the month as people read it."""
        year, _dash, month = self.partition("-")
        return f"{month}/{year}" if language() == "vi" else str(self)


def by_month(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what was counted by month, each as people read it."""
    return {Month(month): count for month, count in counts.items()}


class Reached(str):
    """Whether a target is reached, in words; a reader sees it at a glance."""

    yes: bool

    @property
    def drawn(self) -> str:
        """Return the words behind their mark."""
        return f"{GOOD if self.yes else BAD} {self}"


def reached(yes: bool) -> Reached:
    """Return whether a target is reached, in words."""
    says = Reached(_("reached") if yes else _("missed"))
    says.yes = yes
    return says


def tenths(value: int) -> str:
    """Return tenths of a per cent as per cent; whoever counts them cuts: 99.96 % is not 100 %."""
    return f"{decimal(value, 10, 1)} %"


def points(value: int) -> str:
    """Return hundredths of a point as points."""
    return decimal(value, 100, 2)


def decimal(value: int, unit: int, places: int) -> str:
    """Return so many units as a decimal number, with a comma in Vietnamese."""
    text = f"{Decimal(value) / unit:.{places}f}"
    return text.replace(".", ",") if language() == "vi" else text
