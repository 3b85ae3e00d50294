"""Measuring in pairs: what stands beside each other ran in turn, on the same machine, just now."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Final, NamedTuple

Work = Callable[[], object]

OFTEN: Final = 5
"""Rounds of whatever is measured, but of what takes long; then its line says how many."""


class Figure(NamedTuple):
    """One line of the table: what ours took beside something else, and what is to be reached.

    ``asked`` is the size at which that is to be reached, where this was measured at a smaller one;
    ``rounds`` how often it was measured.
    """

    mark: str
    work: str
    ours: str
    beside: str
    other: str
    ratio: str
    reach: str
    reached: bool | None
    """``None`` where nothing is to be reached."""
    asked: str = ""
    rounds: int = OFTEN


def within(
    most: float, mark: str, work: str, ours: float, *, than: str, other: float, rounds: int
) -> Figure:
    """Return the line of what may take so many times as long as something else.

    Each is the median of its rounds: the ratio is that of the two times shown, here and everywhere.
    """
    ratio, reach, reached = times(ours / other), f"≤ {most:g} ×", ours <= most * other
    shown = (said(ours), than, said(other), ratio, reach, reached)
    return Figure(mark, work, *shown, rounds=rounds)


def smaller(size: int, asked: int, what: str) -> str:
    """Return the size that is asked for, where what was measured is smaller."""
    return f"{asked:,} {what}" if size < asked else ""


LONGEST: Final = 100.0
"""Seconds that the rounds of a line may take, unless there is but one."""

ENOUGH: Final = 30.0
"""The same, where there were five already."""


def turns(most: int = 0) -> Iterator[int]:
    """Yield rounds, five unless it is said, while there is time for another like those before."""
    begun = perf_counter()
    for turn in range(most or OFTEN):
        yield turn
        done, took = turn + 1, perf_counter() - begun
        if took + took / done > (ENOUGH if done >= OFTEN else LONGEST):
            return


def once(rounds: int) -> str:
    """Return what a line says of its rounds, where there are fewer than of any other."""
    return "" if rounds >= OFTEN else f" ({rounds} round{'s' if rounds > 1 else ''})"


def in_turn(rounds: int, *works: Work) -> tuple[int, list[float]]:
    """Return how many rounds there were, and the median seconds of each work.

    Every round does each of them once, in turn. The first is not counted, but where there is time
    for no other.
    """
    first = _round(works)
    if rounds == 1 or sum(first) > LONGEST / 2:
        return 1, first
    counted = [_round(works) for _ in turns(rounds)]
    return len(counted), [median(own) for own in zip(*counted, strict=True)]


def _round(works: Sequence[Work]) -> list[float]:
    took = []
    for work in works:
        gc.collect()
        begun = perf_counter()
        work()
        took.append(perf_counter() - begun)
    return took


def worst(times: Sequence[float], share: float) -> float:
    """Return the time that this share of all times does not pass."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def said(seconds: float) -> str:
    """Return a time as people read it."""
    if seconds < 0.000_95:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.95:
        return f"{seconds * 1e3:.{0 if seconds > 0.1 else 1 if seconds > 0.01 else 2}f} ms"
    return f"{seconds:.{0 if seconds > 60 else 1}f} s"


def times(ratio: float) -> str:
    """Return a ratio as people read it."""
    digits = 0 if ratio >= 100 else 1 if ratio >= 10 else 2
    return f"{ratio:,.{digits}f} ×"
