"""The far end of a trail's tree, made by a second process on another core.

It opens the ledger by itself and reads; it goes from the end towards the beginning, until whoever
asked has met it. All it says is which subtrees are kept as their entries make them. Where one is
not, and where this process cannot be or is gone, nothing more is said: then whoever asked goes on
alone, and finds what there is to be found.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Final

from ..trail import subtree
from . import statements
from .direct import Direct
from .glance import Run

FROM: Final = 100_000
"""Entries from which on a process is worth beginning."""


@contextmanager
def tops(address: str, instant: str, height: int, count: int) -> Iterator[Callable[[], bytes]]:
    """Give what returns the tops made since it was last asked, of so many: the last one first.

    ``address`` is a file of SQLite, or that of a server with an ``instant`` that no other knows.
    """
    with ExitStack() as until:
        said: Callable[[], bytes] = bytes
        if count << height >= FROM and cores() > 1:
            with suppress(OSError):  # then nothing is made apart
                said = until.enter_context(_begun(json.dumps([address, instant, height, count])))
        yield said


def cores() -> int:
    """Return how many cores there are for this process."""
    asked = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(asked(0)) if asked else os.cpu_count() or 1


@contextmanager
def _begun(question: str) -> Iterator[Callable[[], bytes]]:
    # What lies where somebody happens to stand is not what runs: -P.
    words = [sys.executable or "", "-P", "-m", __name__]
    with Popen(words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, bufsize=0) as other:
        assert other.stdin
        assert other.stdout
        answer = other.stdout
        os.set_blocking(answer.fileno(), False)
        with suppress(BrokenPipeError), other.stdin:
            other.stdin.write(question.encode())
        try:
            yield lambda: answer.read() or b""
        finally:
            other.kill()


class Ranges:
    """Entries and nodes as the rows of a ledger have them."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def lines(self, first: int, end: int) -> list[bytes]:
        """Return the bytes of the entries from an index until before another, in order."""
        rows = self._run(statements.LINES, {"first": first, "end": end})
        return [data for (data,) in rows]

    def span(self, level: int, first: int, end: int) -> list[bytes]:
        """Return the hashes of the nodes of a level from an index until before another."""
        rows = self._run(statements.SPAN, {"level": level, "first": first, "end": end})
        return [digest for (digest,) in rows]


@contextmanager
def _read(address: str, instant: str) -> Iterator[Run]:
    if instant:
        from .database import Database  # only a server needs SQLAlchemy, which takes long to load

        with closing(Database(address, Path())) as served, served.glancing(instant) as run:
            yield run
    else:
        with closing(Direct(Path(address))) as file, file.reading() as run:
            yield run


def main() -> None:
    """Say one top after the other, until one is not as it should be or nobody listens."""
    address, instant, height, count = json.load(sys.stdin)
    with _read(address, instant) as run:
        for idx in reversed(range(count)):
            made = subtree.top(Ranges(run), height, idx)
            if made is None:
                return
            os.write(1, made)


if __name__ == "__main__":
    main()
