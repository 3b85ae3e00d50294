"""How far a long work has come, in one line of the terminal that goes away again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

_CLEAR = "\r\x1b[K"


class Gauge:
    """Writes only where somebody watches: never into a file or a pipe."""

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
