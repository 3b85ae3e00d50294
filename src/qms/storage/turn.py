"""One's turn to write: a queue on a file, and a word to whoever waits for long."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Timer
from typing import Final

from .trouble import writing

PATIENCE: Final = 2.0
"""Seconds after which a wait for others is told."""

TELL: Final[ContextVar[Callable[[], None] | None]] = ContextVar("tell", default=None)
"""Tells whoever works here, from another thread, that others are waited for; ``None`` for none."""


@contextmanager
def queue(lock: Path) -> Iterator[None]:
    """Wait until nobody else holds a lock, and keep others from it meanwhile."""
    with ExitStack() as held:
        with writing(lock):
            file = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o666)
            held.callback(_let_go, file)
            with patient():
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def patient() -> Iterator[None]:
    """Tell, where it is to be told, that what is done meanwhile takes its time."""
    tell = TELL.get()
    if tell is None:
        yield
        return
    late = Timer(PATIENCE, tell)
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()


def _let_go(file: int) -> None:
    with suppress(OSError):  # what was done stays done, whatever becomes of the lock
        os.close(file)
