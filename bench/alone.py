"""Each mark in a process of its own: one that fails, or does not end, takes no other with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic
from typing import Final

from .measuring import Figure

FORK: Final = multiprocessing.get_context("fork")
LONGEST: Final = 25 * 60
"""Seconds after which a mark is ended, however far it is."""

Measure = Callable[[], Iterable[Figure]]


class Unmeasured(Exception):
    """A mark was not measured to its end; what it told before that holds."""


def heard(measure: Measure, longest: float = LONGEST) -> Iterator[Figure]:
    """Yield each figure once it is measured; raise `Unmeasured` unless that came to its end."""
    hear, tell = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_tell, args=(measure, tell))
    child.start()
    tell.close()
    end = monotonic() + longest
    try:
        with suppress(EOFError):
            while hear.poll(max(0.0, end - monotonic())):
                yield hear.recv()
        child.join(max(1.0, min(60.0, end - monotonic())))
    finally:
        _ended(child)
    if child.exitcode:
        late = monotonic() > end
        raise Unmeasured(f"ended after {longest / 60:.0f} minutes" if late else "failed")


def _tell(measure: Measure, tell: Connection) -> None:
    os.setpgrp()  # what it starts ends with it
    for figure in measure():
        tell.send(figure)


def _ended(child: multiprocessing.process.BaseProcess) -> None:
    if child.is_alive() and child.pid is not None:
        os.killpg(child.pid, signal.SIGKILL)
    child.join()
