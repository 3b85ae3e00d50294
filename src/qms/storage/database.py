"""One database: many read at once, one writes, and what writes is an operation."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import make_url

from ..errors import Conflict
from . import tables
from .direct import Direct, for_good
from .glance import Run
from .knocking import turned_away, unicode, words
from .prepared import Prepared, begun
from .readable import Readable
from .statements import abroad
from .trouble import (
    BadAddress,
    Busy,
    Closed,
    Damaged,
    Guarded,
    NotWritable,
    OwnerAtWork,
    OwnersOnly,
    Undecided,
    refused,
    writing,
)
from .turn import patient, queue

# What is written again and again goes to the file once for a hundred operations, not for thirty.
_PRAGMAS: Final = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=4000",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)
# What SQLite notes to take one row back where a trigger refuses it, it writes to a file beside
# as soon as that is longer than 64 kB, page by page: half of all that a thousand changes cost it.
_WRITING: Final = ("temp_store=MEMORY", "cache_size=-16000")
# A server that falls silent is given up after half a minute; and so is, by the server, a
# computer that fell silent in the middle of an operation and keeps others from theirs.
_POSTGRES: Final = {
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
# Whoever waits for a row that is written anew waits for the new one again, and who just came may
# have that first; a lock that is no row goes to who has waited longest. It is waited for last: who
# falls silent in the queue is noticed there, and does not keep the lock when their turn comes.
_OPERATION: Final = (
    "SELECT pg_current_xact_id()"
    ", set_config('qms.operation', 'on', true)"
    ", CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"
    ", set_config('tcp_keepalives_idle', '10', true)"
    ", set_config('tcp_keepalives_interval', '5', true)"
    ", set_config('tcp_keepalives_count', '4', true)"
    ", set_config('tcp_user_timeout', '30000', true)"
    ", set_config('idle_in_transaction_session_timeout', '600s', true)"
    ", pg_advisory_xact_lock(9003, hashtext(current_schema()))"
)
# A server that took over may never have heard of a transaction: then it is over. A standby that
# did not take over yet cannot tell.
_OVER: Final = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN 'in progress'"
    " WHEN CAST(:mark AS xid8) < pg_current_xact_id() THEN pg_xact_status(CAST(:mark AS xid8)) END"
)

_SCHEME: Final = re.compile(r"\A[a-z0-9+]+(?=://)")
"""All of an address that no password can be part of."""

_SERVED: Final = "postgresql+psycopg"
_OWNED_BY: Final = text(
    "SELECT pg_get_userbyid(relowner) FROM pg_class"
    " WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = ANY (:tables)"
    " AND pg_get_userbyid(relowner) <> current_user LIMIT 1"
)
# With the lock, so that it costs nothing: whoever may do all that the owner may is told who works
# here. A superuser may, and whoever is a member of the owner.
_HEAD: Final = text(
    "SELECT (SELECT pg_get_userbyid(relowner) || '_app' FROM pg_class"
    " WHERE oid = CAST('head' AS regclass) AND pg_has_role(relowner, 'USAGE'))"
    " FROM head FOR UPDATE"
)
# Whoever waits for their turn has to see what was done meanwhile, whatever is usual elsewhere.
_USUAL: Final = {"isolation_level": "READ COMMITTED", "pool_pre_ping": True}
_ONE_BY_ONE: Final = {"isolation_level": "AUTOCOMMIT", "pool_pre_ping": False}
_IMMEDIATELY: Final = Prepared(text("BEGIN IMMEDIATE"))


class Database:
    """Opens connections to one database, and lets one of them write at a time."""

    def __init__(self, url: str, lock: Path, rest: ExitStack | None = None) -> None:
        self.url = address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        file = Path(self.url.database or "")
        self._file = Readable(file, lock, rest) if self.sqlite else None
        near = self.url.set(database=str(self._file.path)) if self._file else self.url
        self._engine = engine(near)
        self._writer = engine(self.url) if self.sqlite else self._engine
        self._once = self._engine if self.sqlite else engine(self.url, **_ONE_BY_ONE)
        if self.sqlite:
            event.listen(self._engine, "connect", _only_reads)
            event.listen(self._writer, "connect", _writes)
            event.listen(self._writer, "checkout", self._for_operations)
        self._lock, self._place = lock, lock.parent
        self._mutex, self._closed = threading.RLock(), False
        self._operating: int | None = None
        """The thread whose operation is under way."""
        self._direct = Direct(Path(near.database or ""))

    @property
    def copied(self) -> bool:
        """Tell whether a copy answers, because nothing may be written where the file is."""
        return self._file is not None and self._file.copied

    @property
    def absent(self) -> bool:
        """Tell whether not even a file is there."""
        path = Path(self.url.database or "")
        return self.sqlite and not (path.exists() and path.stat().st_size)

    @contextmanager
    def reading(self, instant: str = "") -> Iterator[Connection]:
        """Give one consistent view, in which nothing can be written.

        With ``instant`` it is the view of who has exported it (``pg_export_snapshot``).
        """
        with self._viewing("REPEATABLE READ") as connection:
            if instant:
                connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{instant}'")
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Give a view that moves on: each question sees what that server has by then."""
        with self._viewing("READ COMMITTED") as connection:
            yield connection

    @contextmanager
    def glancing(self, instant: str = "") -> Iterator[Run]:
        """Give the same to whoever asks in plain SQL, over the driver itself where that is here."""
        if self.sqlite and not self._closed:
            with self._direct.reading() as run:
                yield run
            return
        with self.reading(instant) as connection:
            yield lambda said, bound: connection.exec_driver_sql(abroad(said), dict(bound)).all()

    def glance(self, said: str, bound: Mapping[str, object]) -> list[Any]:
        """Return what one statement gives, which is a view by itself: one wait for a server."""
        if self.sqlite and not self._closed:
            return self._direct.rows(said, bound)
        asked_twice = False
        while True:
            with self._connected(self._once) as connection:
                try:
                    return list(connection.exec_driver_sql(abroad(said), dict(bound)))
                except Busy:
                    if asked_twice or not connection.invalidated:
                        raise
                    asked_twice = True  # it was lost unused: what only reads may be asked again

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give what an operation writes with; commit at the end, roll back on an error.

        Raise ``OwnerAtWork`` where whoever writes could take away what guards the trail.
        """
        with self._written(self._writer) as connection:
            if not self.sqlite and (role := connection.scalar(_HEAD)):
                raise OwnerAtWork(str(role))
            yield connection

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Let nobody write meanwhile, also for whoever may do what the owner may, or only read."""
        with self._written(self._writer) as connection:
            if not self.sqlite and connection.scalar(text("SHOW transaction_read_only")) == "off":
                connection.execute(_HEAD)
            yield

    @contextmanager
    def owning(self) -> Iterator[Connection]:
        """Give the same to whoever owns the tables, to make them anew; ``OwnersOnly`` otherwise."""
        with ExitStack() as after:
            owner = engine(_owned(self.url))
            after.callback(owner.dispose)
            if self.sqlite:
                event.listen(owner, "connect", _writes)
            connection = after.enter_context(self._written(owner))
            _only_by_its_owner(connection)
            yield connection

    @contextmanager
    def adding(self) -> Iterator[Connection]:
        """Give the same for what is not there yet; to a copy it is added, too."""
        if not self.copied:
            with self.owning() as connection:
                yield connection
            return
        with ExitStack() as after:
            owner = engine(self._engine.url)
            after.callback(owner.dispose)
            plain = after.enter_context(self._connected(owner))
            connection = plain.execution_options(operation=True)
            with begun(connection):
                yield connection

    def over(self, connection: Connection, mark: str) -> bool:
        """Tell whether an operation has come to its end, whose COMMIT was not answered."""
        if self.sqlite or not mark:
            return True
        return str(connection.scalar(_OVER, {"mark": mark})) != "in progress"

    def close(self) -> None:
        """Let go of every connection; whoever asks again meets ``Closed``."""
        self._closed = True
        self._direct.close()
        for opened in (self._engine, self._once, self._writer):
            opened.dispose()
        if self._file is not None:
            self._file.close()

    @contextmanager
    def _viewing(self, isolation: str) -> Iterator[Connection]:
        how = {} if self.sqlite else {"isolation_level": isolation}
        with self._connected(self._engine) as plain:
            connection = plain.execution_options(postgresql_readonly=True, **how)
            with begun(connection):
                yield connection

    @contextmanager
    def _written(self, engine: Engine) -> Iterator[Connection]:
        if self.copied:
            raise NotWritable(str(self.url.database))
        # SQLite's own waiting is not fair; a queue on a lock is. PostgreSQL queues itself.
        turn = queue(self._lock) if self.sqlite else nullcontext()
        with self._mutex, turn, self._operation(), self._connected(engine) as plain:
            # A server that only reads says so when it is to write, not when it may.
            connection = plain.execution_options(operation=True, postgresql_readonly=None)
            with begun(connection) as transaction:
                with writing(self._place):
                    yield connection
                mark = str(connection.info.get("operation", ""))
                try:
                    transaction.commit()
                except Conflict as error:
                    lost = Undecided(self.url.render_as_string())
                    lost.mark = mark
                    raise lost from error

    @contextmanager
    def _operation(self) -> Iterator[None]:
        self._operating = threading.get_ident()
        try:
            yield
        finally:
            self._operating = None

    def _for_operations(self, *_: object) -> None:
        """Hand out to an operation alone what can write: triggers guard rows, but no table."""
        if self._operating != threading.get_ident():
            raise Guarded(self.url.render_as_string())

    def _connected(self, engine: Engine) -> Connection:
        # SQLAlchemy would connect anew, and leave open what somebody has let go of.
        if self._closed:
            raise Closed(self.url.render_as_string())
        return engine.connect()


def address(url: str) -> URL:
    """Return what a text says of where a database is, or raise ``BadAddress``."""
    # The name of a folder may hold a question mark, which an address would take for its end.
    path = url.removeprefix("sqlite:///")
    refusal = BadAddress("".join(_SCHEME.findall(url)))
    try:
        found = make_url(url) if path == url else URL.create("sqlite", database=path)
    except (exc.ArgumentError, ValueError):  # what it says may be a piece of a password
        raise refusal from None
    if found.drivername == "sqlite":
        bad = found.database in (None, "", ":memory:")
    else:  # an @ that is not encoded ends a password too early
        shown = (found.host, found.database, *found.query, *found.query.values())
        told = "".join(map(str, shown))
        whole = f"{found.username}{found.password}{told}"
        bad = found.drivername != _SERVED or "@" in told or "\0" in whole
    if bad:
        raise refusal
    return found


def engine(url: URL, **options: Any) -> Engine:
    """Return what opens connections to a database, or raise ``BadAddress``."""
    sqlite = url.get_backend_name() == "sqlite"
    more = {} if sqlite else {"connect_args": _POSTGRES} | _USUAL | options
    try:
        found = create_engine(url, max_overflow=-1, **more)
        told = {} if sqlite else words(url, found.dialect) | _POSTGRES
    except (exc.ArgumentError, ModuleNotFoundError) as error:
        raise BadAddress(f"{url.render_as_string()}: {error}") from error
    event.listen(found, "connect", _connect if sqlite else unicode, insert=not sqlite)
    if not sqlite:
        event.listen(found, "handle_error", lambda context: turned_away(context, told))
    event.listen(found, "handle_error", refused)
    event.listen(found, "begin", _begin_sqlite if sqlite else _begin_postgres)
    if sqlite:
        event.listen(found, "checkin", _checkin)
    return found


def _only_by_its_owner(connection: Connection) -> None:
    """Raise ``OwnersOnly`` where tables are somebody else's: what a superuser makes, none uses."""
    if connection.dialect.name == "sqlite":
        return
    if owner := connection.scalar(_OWNED_BY, {"tables": list(tables.metadata.tables)}):
        raise OwnersOnly(f"QMS_OWNER={owner}")


def _owned(url: URL) -> URL:
    name, _, password = os.environ.get("QMS_OWNER", "").partition(":")
    if not name or url.get_backend_name() == "sqlite":
        return url
    return url.set(username=name)._replace(password=password or None)


def _connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    # Asked how "no" stands to "operation", the mark says it: no function of ours for each row.
    record.info["no"] = 0
    connection.create_collation("qms_operation", record.info.get)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except UnicodeDecodeError as error:  # not even its complaint can be read
        raise Damaged("SQLite") from error


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; an operation takes the lock at once.

    A deferred BEGIN would let two writers read the same head.
    """
    if not connection.get_execution_options().get("operation"):
        connection.exec_driver_sql("BEGIN")
        return
    connection.info["no"] = 1
    _IMMEDIATELY.do(connection)


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("operation"):
        with patient():
            connection.info["operation"] = connection.exec_driver_sql(_OPERATION).scalar_one()


def _checkin(connection: Any, record: Any) -> None:
    record.info["no"] = 0


def _writes(connection: Any, record: Any) -> None:
    for pragma in _WRITING:
        connection.execute(f"PRAGMA {pragma}")


def _only_reads(connection: Any, record: Any) -> None:
    # Said once: whenever it is said, SQLite forgets every statement that it has prepared.
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(for_good)
