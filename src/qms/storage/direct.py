"""A database that is a file, read over the driver itself: quicker than SQLAlchemy is loaded."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from .glance import Glance, Run
from .readable import Readable
from .trouble import Damaged, NoLedger, called

FILE: Final = "sqlite:///"
"""How the address of such a database begins."""

_PRAGMAS: Final = ("query_only=ON", "trusted_schema=OFF")
_ONCE: Final = {"query_only", "journal_mode"}


class Direct:
    """Connections that only read one file; each serves one question at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Run]:
        """Give what carries out statements in one consistent view, in which nothing is written."""
        with self._lent() as connection:
            connection.execute("BEGIN")
            yield connection.execute

    def rows(self, said: str, bound: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return what one statement gives, which is a view by itself."""
        with self._lent() as connection:
            return connection.execute(said, bound).fetchall()

    def close(self) -> None:
        """Let go of every connection."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = self._free()
            yield connection
        except (sqlite3.Error, UnicodeError) as error:
            if named := called(error, f"{FILE}{self._path}"):
                raise named from error
            raise
        finally:
            if connection is not None:
                self._let_go(connection)

    def _free(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=30, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.set_authorizer(for_good)
        return connection

    def _let_go(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
            return
        connection.rollback()
        self._idle.append(connection)


def for_good(action: int, about: str | None, value: str | None, *_: object) -> int:
    """Let nobody say anew whether a connection may write, nor how the file is written.

    An authorizer of SQLite, which asks it of whatever a statement would do.
    """
    said = action == sqlite3.SQLITE_PRAGMA and value is not None
    again = said and str(about).casefold() in _ONCE
    return sqlite3.SQLITE_DENY if again else sqlite3.SQLITE_OK


@contextmanager
def glancing(path: Path, lock: Path) -> Iterator[Glance]:
    """Give one view of the ledger in a file, for one question; raise ``NoLedger`` without one."""
    if not (path.exists() and path.stat().st_size):
        raise NoLedger(str(path))
    file = Readable(path, lock)
    direct = Direct(file.path)
    try:
        with direct.reading() as run:
            if not list(run("SELECT id FROM head", {})):
                raise Damaged(f"{FILE}{path}, head")
            yield Glance(run)
    finally:
        direct.close()
        file.close()
