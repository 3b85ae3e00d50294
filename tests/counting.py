"""What a database is asked, over SQLAlchemy and over the driver itself, and what it does for it."""

import hashlib
import sys
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import Engine, event, text

from qms.storage.direct import Direct
from tests import postgres

EVERY = 10
"""Instructions of SQLite between two counts."""


SLACK = 20
"""Rows, or looks at the instructions, by which a count may differ for another reason."""


def known(system, small=True):
    """Let PostgreSQL look at what it holds, as it does by itself after a while.

    From the next connection on a small system scans no table that has an index, as if it were
    large; a large one does as the server thinks best.
    """
    if postgres.HERE:
        name = system._ledger.url.database
        postgres.HERE[0].sql("VACUUM ANALYZE", name)
        if small:
            postgres.HERE[0].sql(f'ALTER DATABASE "{name}" SET enable_seqscan = off')


class Asked:
    """What a database is asked, the rows it is given, and what it reads: rows, or instructions."""

    def __init__(self, system):
        database = system._ledger._database
        self._engines = {database._engine, database._once, database._writer}
        self._name = database.url.database
        self.statements, self.read, self.written = 0, 0, 0

    @contextmanager
    def counted(self):
        """Count meanwhile."""
        before = self._rows() if postgres.HERE else 0
        with noted(self._watched):
            yield self
        self.read += self._rows() - before if postgres.HERE else 0

    def _watched(self, statement, parameters, connection):
        self.statements += 1
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            # what is said of many rows at once is bound as a list of them
            self.written += len(parameters) if isinstance(parameters, list) else 1
        if not postgres.HERE:
            connection.set_progress_handler(self._tick, EVERY)

    def _tick(self):
        self.read += 1
        return 0

    def _rows(self):
        # A connection tells the server what it read when it is told to, and has ended that.
        with ExitStack() as every:
            for engine in self._engines:
                for _ in range(engine.pool.checkedin()):
                    one = every.enter_context(engine.connect())
                    one.execute(text("SELECT pg_stat_force_next_flush()"))
        asked = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
        return int(postgres.HERE[0].sql(asked, self._name)[0][0])


@contextmanager
def hashing():
    """Give what grows by the size of whatever our code hashes meanwhile."""
    sizes = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("sha1", "sha256"):
            plain = getattr(hashlib, name)

            def counted(data=b"", *more, plain=plain, **named):
                sizes.append(len(data))
                return plain(data, *more, **named)

            for room, module in list(sys.modules.items()):
                if room.startswith("qms.") and vars(module).get(name) is plain:
                    patch.setattr(module, name, counted)
        yield sizes


@contextmanager
def noted(note):
    """Tell each statement with what is bound to it, and the driver's own connection."""

    def executed(connection, cursor, statement, parameters, *more):
        note(statement, parameters, connection.connection.driver_connection)

    plain, one = Direct.reading, Direct.rows

    def rows(self, statement, bound):
        with self._lent() as connection:
            note(statement, bound, connection)
        return one(self, statement, bound)

    @contextmanager
    def reading(self):
        with plain(self) as run:
            connection = run.__self__

            def counted(statement, bound):
                note(statement, bound, connection)
                return run(statement, bound)

            note("BEGIN", (), connection)
            yield counted

    event.listen(Engine, "before_cursor_execute", executed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Direct, "reading", reading)
        patch.setattr(Direct, "rows", rows)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", executed)
