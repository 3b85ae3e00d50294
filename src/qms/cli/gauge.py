"""How far a long work has come, and for whom it waits: for whoever watches a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from gettext import gettext as _

import click

from ..storage.turn import TELL

_CLEAR = "\r\x1b[K"


class Gauge:
    """One line that goes away again; only where somebody watches: never into a file or a pipe."""

    def __init__(self, says: str) -> None:
        self._says, self._shown = says, -1
        self._watched = sys.stderr.isatty() and sys.stdout.isatty()

    def to(self, done: int, of: int) -> None:
        """Show how much is done."""
        part = 100 * done // of if of else 100
        if self._watched and part != self._shown:
            filled = "█" * (part // 4)
            click.echo(f"{_CLEAR}{self._says} {filled:░<25} {part:3} %", nl=False, err=True)
            self._shown = part

    def clear(self) -> None:
        """Give the line back, for something else to be said."""
        if self._watched and self._shown >= 0:
            click.echo(_CLEAR, nl=False, err=True)
            self._shown = -1


@contextmanager
def gauge(says: str) -> Iterator[Gauge]:
    """Give a gauge that is gone when the work is over."""
    made = Gauge(says)
    try:
        yield made
    finally:
        made.clear()


@contextmanager
def waiting() -> Iterator[None]:
    """Say so, to whoever watches, where others keep the work inside from its turn."""
    if not sys.stderr.isatty():
        yield
        return
    says = _("Others are writing to this ledger: waiting for them to end (Ctrl-C stops waiting).")

    def tell() -> None:
        with suppress(OSError):
            click.echo(says, err=True)

    before = TELL.set(tell)
    try:
        yield
    finally:
        TELL.reset(before)
