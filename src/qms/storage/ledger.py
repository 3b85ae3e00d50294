"""The SQL ledger: the trail and what follows from it, one writer at a time.

Invariant: an operation is one transaction; its entries, nodes, items and contents are
there together or not at all. Readers see whole operations only.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, insert, inspect, select

from . import guards, tables
from .reader import Reader
from .transaction import Known, Transaction
from .trouble import Closed, Damaged, NoLedger, writing


class Ledger:
    """Opens operations and readings on one database."""

    def __init__(self, url: str, lock: Path) -> None:
        self._engine = guards.engine(url)
        self.url = self._engine.url
        self._lock = lock
        self._mutex, self._closed = threading.RLock(), False
        self._turn, self._known = threading.RLock(), Known()
        sqlite = self.url.get_backend_name() == "sqlite"
        self._file = Path(self.url.database or "") if sqlite else None

    def check(self) -> None:
        """Raise ``NoLedger`` unless there is one, ``Damaged`` where a table is missing."""
        if self._file is not None and not (self._file.exists() and self._file.stat().st_size):
            raise NoLedger(str(self._file))
        with self.reading() as now:
            found = set(inspect(now.connection).get_table_names())
            missing = sorted(set(tables.metadata.tables) - found)
            if missing:
                about = f"{self.url.render_as_string()}, {', '.join(missing)}"
                raise Damaged(about) if "entry" in found or "head" in found else NoLedger(about)
            now.head()

    def log(self) -> str:
        """Return which trail this database holds entries of, empty where it holds none."""
        with self.reading() as now:
            if not inspect(now.connection).has_table(tables.head.name):
                return ""
            head = now.head()
        return str(head.log) if head.size else ""

    @contextmanager
    def renewed(self, log: str) -> Iterator[Transaction]:
        """Begin an empty trail in place of what was there; all of it in one transaction."""
        with self._writing() as connection:
            tables.metadata.drop_all(connection)
            tables.metadata.create_all(connection)
            empty = {"id": 1, "log": log, "size": 0, "peaks": b"", "at": ""}
            connection.execute(insert(tables.head), empty)
            now = Transaction(connection)
            yield now
            now.close()

    @contextmanager
    def operation(self) -> Iterator[Transaction]:
        """Hold the one write lock; commit at the end, roll back on an error."""
        with self._turn:
            with self.still() as connection:
                now = Transaction(connection, self._known)
                yield now
                now.close()
            now.remember()

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """Hold the one write lock, so that nobody else writes."""
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(tables.head.c.id).with_for_update())
            yield connection

    @contextmanager
    def reading(self, as_of: int | None = None) -> Iterator[Reader]:
        """Give one consistent view: PostgreSQL would else see each commit as it comes."""
        with self._connected() as plain:
            postgres = self._engine.dialect.name == "postgresql"
            whole = {"isolation_level": "REPEATABLE READ"} if postgres else {}
            connection = plain.execution_options(**whole)
            with connection.begin():
                yield Reader(connection, as_of)

    def close(self) -> None:
        """Let go of every connection; whoever asks again meets ``Closed``."""
        self._closed = True
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        queue = self._queue()
        with self._mutex, writing(self._lock.parent), queue, self._connected() as plain:
            connection = plain.execution_options(write=True)
            with connection.begin():
                yield connection

    def _connected(self) -> Connection:
        # SQLAlchemy would connect anew, and leave open what somebody has let go of.
        if self._closed:
            raise Closed(self.url.render_as_string())
        return self._engine.connect()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        # SQLite's own waiting is not fair; a queue on a file lock is. PostgreSQL queues itself.
        if self._file is None:
            yield
            return
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
