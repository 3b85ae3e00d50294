"""What is done in a process of its own, which tells how long it took and how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter
from typing import Final, NamedTuple

_HOME: Final = Path(__file__).parents[1]


class Cost(NamedTuple):
    """Seconds, and megabytes: by which memory grew, and that were held at most."""

    seconds: float
    grew: int
    most: int


def cost(room: str, *words: object) -> Cost:
    """Return what a room of the bench tells of its work (``told``)."""
    command = (sys.executable, "-m", f"bench.{room}", *map(str, words))
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_HOME).stdout
    return Cost(*json.loads(said))


def middle(costs: Iterable[Cost]) -> Cost:
    """Return the median of the seconds, and the most memory."""
    seconds, grew, most = zip(*costs, strict=True)
    return Cost(median(seconds), max(grew), max(most))


def told(work: Callable[[], object], *, together: bool = False) -> None:
    """Do the work and say what it cost; one that looks at the clock itself returns its seconds.

    ``together`` with the most that a process held which the work began.
    """
    before, begun = memory(), perf_counter()
    own = work()
    took, most = perf_counter() - begun, memory()
    if together:
        most += getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps([own if isinstance(own, float) else took, most - before, most]))


def memory() -> int:
    """Return the megabytes that this process has held at most.

    ``ru_maxrss`` would be no less than what the process held that started it.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
