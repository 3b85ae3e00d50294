"""What is done in a process of its own, which tells how long it took and how much memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
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


def told(work: Callable[[], object]) -> None:
    """Do the work and say what it cost."""
    before, begun = _memory(), perf_counter()
    work()
    took, most = perf_counter() - begun, _memory()
    print(json.dumps([took, most - before, most]))


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
