"""Questions are answered by a replica, where one is named, as far as it has come.

Nobody sees less than this process has seen or written: where the replica has not come so far,
or does not answer, the ledger itself does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, exc, select

from ..errors import Conflict
from . import tables
from .database import Database
from .glance import Glance, Run
from .statements import abroad
from .trouble import Busy, NoDatabase, NotLetIn, OtherLedger

REST: Final = 30
"""Seconds that a replica is left alone which did not answer."""

_SHUT: Final = (NotLetIn, NoDatabase)
"""What a replica made anew may say, or one whose password is another by now."""

_HEAD: Final = select(tables.head.c.log, tables.head.c.size)


class Nearest:
    """Gives views of a ledger to whoever asks, the replica's where that will do."""

    def __init__(self, ledger: Database, replica: str, lock: Path) -> None:
        self._ledger = ledger
        self._replica = Database(replica, lock) if replica else None
        self._mutex, self._rests_until = threading.Lock(), 0.0
        self._log, self._seen = "", 0

    def saw(self, size: int) -> None:
        """Let nobody who asks from now on see less than so many entries."""
        with self._mutex:
            self._seen = max(self._seen, size)

    def doubt(self) -> None:
        """Ask the ledger how far it is before anybody else is asked."""
        self._log = ""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give one consistent view, in which nothing can be written."""
        with ExitStack() as view:
            near = self._near(view)
            if near is None:
                ledger = view.enter_context(self._ledger.reading())
                if self._replica is not None:
                    self.saw(_edge(ledger)[1])
                yield ledger
            else:
                with self._resting():
                    yield near

    @contextmanager
    def glancing(self) -> Iterator[Run]:
        """Give the same to whoever asks in plain SQL."""
        with ExitStack() as view:
            near = self._near(view)
            if near is None:
                ledger = view.enter_context(self._ledger.glancing())
                if self._replica is not None:
                    self.saw(Glance(ledger).size())
                yield ledger
            else:
                with self._resting():
                    yield lambda said, bound: near.exec_driver_sql(abroad(said), dict(bound)).all()

    def glance(self, said: str, bound: Mapping[str, object]) -> Iterable[tuple[Any, ...]]:
        """Return what one statement gives, which is a view by itself."""
        if self._replica is None:
            return self._ledger.glance(said, bound)
        with self.glancing() as run:
            return list(run(said, bound))

    def close(self) -> None:
        """Let go of every connection to the replica."""
        if self._replica is not None:
            self._replica.close()

    def _near(self, view: ExitStack) -> Connection | None:
        """Return the view of the replica, ``None`` where the ledger itself is to be asked."""
        if self._replica is None or monotonic() < self._rests_until:
            return None
        if not self._log:
            with self._ledger.reading() as connection:
                self._log, size = _edge(connection)
            self.saw(size)
        try:
            with self._resting(), ExitStack() as asked:
                found = asked.enter_context(self._replica.reading())
                log, size = _edge(found)
                if size < self._seen and log == self._log:
                    return None
                view.enter_context(asked.pop_all())
        except (Conflict, *_SHUT):
            return None
        except exc.ProgrammingError as error:
            raise OtherLedger(self._replica.url.render_as_string()) from error
        if log != self._log:
            raise OtherLedger(f"{self._replica.url.render_as_string()}, {log}")
        self.saw(size)
        return found

    @contextmanager
    def _resting(self) -> Iterator[None]:
        """Leave the replica alone for a while where it is lost inside."""
        try:
            yield
        except (Busy, *_SHUT):
            self._rests_until = monotonic() + REST
            raise


def _edge(connection: Connection) -> tuple[str, int]:
    row: Any = connection.execute(_HEAD).one_or_none()
    return ("", 0) if row is None else (str(row.log), int(row.size))
