"""Killing a process at its n-th step: between any two things that outlive it."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

STEPS = ((os, "fsync"), (os, "fdatasync"), (os, "rename"), (os, "unlink"), (fcntl, "flock"))
"""What a writer does one after the other; a commit of SQL is a step, too."""


def killed_before(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies before its so-manieth step; tell whether it did."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        assert status in (0, signal.SIGKILL), status
        return status == signal.SIGKILL
    done = 1
    try:
        _count(step)
        work()
        done = 0
    finally:
        os._exit(done)


def _count(left: int) -> None:
    def tick(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **named: Any) -> Any:
            tick()
            return call(*words, **named)

        return counted

    for room, name in STEPS:
        setattr(room, name, counting(getattr(room, name)))
    event.listen(Engine, "commit", tick)
