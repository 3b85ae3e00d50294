"""The SQL ledger: the trail and what follows from it, one writer at a time.

Invariant: an operation is one transaction; its entries, nodes, items and contents are
there together or not at all. Readers see whole operations only.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from time import sleep
from typing import Final, Self

from sqlalchemy import Connection, Inspector, insert, inspect, select

from ..errors import QMSError
from ..trail.entry import Entry
from . import guards, schema, tables
from .aside import aside
from .database import Database
from .glance import Glance
from .known import Known
from .reader import Reader
from .replica import Nearest
from .rows import inserting
from .transaction import Transaction
from .trouble import Closed, Damaged, NoLedger, Undecided

_PATIENCE: Final = (0, 0.1, 0.3, 1, 2, 4, 8, 16)
"""How long a database that was lost is waited for, in seconds from one look to the next."""


class Ledger:
    """Opens operations and readings on one database.

    Where a copy has to answer, nobody writes from when it is made until ``rest`` ends.
    """

    def __init__(
        self, url: str, lock: Path, replica: str = "", *, rest: ExitStack | None = None
    ) -> None:
        self._database = Database(url, lock, rest)
        self._nearest = Nearest(self._database, replica, lock)
        self.url = self._database.url
        self._turn, self._known, self._closed = threading.RLock(), Known(), False

    def others(self) -> str:
        """Return what is here under names of ours that no founding made, empty for nothing."""
        with self.reading() as now:
            founded = _ours(inspect(now.connection))
            return ", ".join(schema.foreign(now.connection, founded=founded))

    def check(self) -> bool:
        """Raise ``NoLedger`` unless there is one, ``Damaged`` where a table is missing.

        The table of a register that the trail has never heard of is made. Return whether texts
        can be searched; in a ledger of an earlier version they have to be indexed first.
        """
        if self._database.absent:
            raise NoLedger(str(self.url.database))
        with self.reading() as now:
            found = set(inspect(now.connection).get_table_names())
            missing = sorted(set(tables.metadata.tables) - found)
            if not found & {tables.entry.name, tables.head.name}:
                raise NoLedger(self.url.render_as_string())
            new = {name for name in missing if tables.is_register(name) and not now.knows(name)}
            lost = [name for name in missing if name not in new | {tables.passage.name}]
            if lost:
                raise Damaged(f"{self.url.render_as_string()}, {', '.join(lost)}")
            now.head()
        if new:
            made = [tables.metadata.tables[name] for name in new]
            with self._database.adding() as connection:
                tables.metadata.create_all(connection, tables=made)
        return tables.passage.name not in missing

    @contextmanager
    def indexing(self) -> Iterator[Transaction | None]:
        """Begin an index of the texts; give nothing where somebody was quicker."""
        with self._database.adding() as connection:
            if inspect(connection).has_table(tables.passage.name):
                yield None
                return
            tables.metadata.create_all(connection)
            now = Transaction(connection)
            yield now
            now.close()

    def log(self) -> str:
        """Return which trail this database holds entries of, empty where it holds none.

        A founding that somebody killed before it came to its end is none.
        """
        with self.reading() as now:
            here = inspect(now.connection)
            if not _ours(here):
                return ""
            head = now.head()
            over = not here.has_table(tables.store.name) or _founded(now)
        return str(head.log) if head.size and over else ""

    @contextmanager
    def renewed(self, log: str) -> Iterator[Transaction]:
        """Begin an empty trail in place of what was there; all of it in one transaction.

        Where it is that of the same log, who works on it and who was given up stays: no trail
        tells of that.
        """
        same = self.log() == log
        with self._database.owning() as connection:
            stores = connection.execute(select(tables.store)).all() if same else ()
            guards.renew(connection)
            empty = {"id": 1, "log": log, "size": 0, "peaks": b"", "at": ""}
            connection.execute(insert(tables.head), empty)
            inserting(tables.store).each(connection, (row._asdict() for row in stores))
            now = Transaction(connection)
            yield now
            now.close()

    @contextmanager
    def operation(self) -> Iterator[Transaction]:
        """Hold the one write lock; commit at the end, roll back on an error."""
        with self._turn:
            try:
                with self.still() as connection:
                    now = Transaction(connection, self._known)
                    yield now
                    now.close()
            except Undecided as lost:
                self._nearest.doubt()
                self._settled(now, lost)
            now.remember()
            self._nearest.saw(now.frontier.size)

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """Hold the one write lock, so that nobody else writes."""
        with self._database.writing() as connection:
            yield connection

    @property
    def copied(self) -> bool:
        """Tell whether a copy answers, because nothing may be written where the ledger is."""
        return self._database.copied

    def quiet(self) -> AbstractContextManager[object]:
        """Let nobody write while a view begins; ``rest`` does, where a copy answers."""
        return nullcontext() if self.copied else self._database.resting()

    @contextmanager
    def reading(self, as_of: int | None = None) -> Iterator[Reader]:
        """Give one consistent view."""
        with self._database.reading() as connection, Reader(connection, as_of) as now:
            yield now

    @contextmanager
    def asking(self, as_of: int | None = None) -> Iterator[Reader]:
        """Give the same, of a replica where that will do: for questions alone."""
        with self._nearest.reading() as connection, Reader(connection, as_of) as now:
            yield now

    def glance(self, as_of: int | None = None) -> Glance:
        """Return what answers the plainest questions at once, each a view by itself."""
        return Glance(self._nearest.glance, as_of)

    @contextmanager
    def glancing(self, as_of: int | None = None) -> Iterator[Glance]:
        """Give the same for several of them, of one consistent view."""
        with self._nearest.glancing() as run:
            yield Glance(run, as_of)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Put a damaged ledger aside, never deleted; put it back where the work inside fails."""
        with aside(self._database):
            yield

    def close(self) -> None:
        """Let go of every connection; whoever asks again meets ``Closed``."""
        self._closed = True
        self._nearest.close()
        self._database.close()

    def awake(self) -> None:
        """Raise ``Closed`` once it was let go of."""
        if self._closed:
            raise Closed(self.url.render_as_string())

    def _settled(self, now: Transaction, lost: Undecided) -> None:
        """Look whether an operation was made whose COMMIT nobody answered; raise if it was not."""
        for wait in _PATIENCE:
            sleep(wait)
            # Whatever it says, also that it lets nobody in: of the operation it has told nothing.
            with suppress(QMSError), self._database.looking() as then:
                # What a COMMIT brings that ends just now, only a later question sees.
                if self._database.over(then, lost.mark):
                    there = now.is_in(then)
                    break
        else:
            raise lost
        if not there and lost.__cause__ is not None:
            raise lost.__cause__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ours(here: Inspector) -> bool:
    """Tell whether a founding was here: it makes a head like ours, whatever came or went since."""
    if not here.has_table(tables.head.name):
        return False
    return {one["name"] for one in here.get_columns(tables.head.name)} >= {*tables.head.c.keys()}


def _founded(now: Reader) -> bool:
    """Tell whether a store has what the first operation made, or anything was done since."""
    size = tables.store.c.size
    if now.connection.execute(select(size).where(size > 0)).first() is not None:
        return True
    return any(Entry.parse(data).operation.first for data in now.entries(start=now.size() - 1))
