"""Statements put into words once, and given to the driver as they are.

An operation has two dozen of them: to put one together and to wrap its rows takes longer than
most of them run. Whoever listens to what SQLAlchemy tells a driver hears these, too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter, itemgetter, methodcaller
from typing import Any, Final, NamedTuple

from sqlalchemy import ClauseElement, Connection, RootTransaction, exc

from .trouble import Busy, called

_ROWS: Final = methodcaller("fetchall")
_COUNT: Final = attrgetter("rowcount")

# Of what is refused it would tell people once more, in its own words.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Words(NamedTuple):
    """What a driver is told, and in which form it takes the values."""

    text: str
    form: Callable[[Mapping[str, Any]], Any]


class Prepared:
    """One statement; every value in it stands behind a name."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._words: dict[str, Words] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Return every row."""
        words = self._said(connection)
        found: list[Any] = _told(connection, words.text, words.form(values), _ROWS)
        return found

    def row(self, connection: Connection, **values: Any) -> Any:
        """Return the first row, ``None`` where there is none."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def do(self, connection: Connection, **values: Any) -> int:
        """Write, and return how many rows that changed."""
        words = self._said(connection)
        return int(_told(connection, words.text, words.form(values), _COUNT))

    def each(self, connection: Connection, values: Iterable[Mapping[str, Any]]) -> None:
        """Write the same with these values and these."""
        words = self._said(connection)
        _told(connection, words.text, list(map(words.form, values)), _COUNT)

    def _said(self, connection: Connection) -> Words:
        dialect = connection.dialect
        if dialect.name not in self._words:
            compiled: Any = self._statement.compile(dialect=dialect)
            self._words[dialect.name] = Words(str(compiled), _form(compiled.positiontup))
        return self._words[dialect.name]


@contextmanager
def begun(connection: Connection) -> Iterator[RootTransaction]:
    """Commit what is done meanwhile, or roll it back.

    Raise ``Busy`` where the connection was lost before its end, and only who has caught that knew.
    """
    try:
        with connection.begin() as transaction:
            yield transaction
    except exc.PendingRollbackError as error:
        raise Busy(connection.engine.url.render_as_string()) from error


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let a server be waited for once, behind all that is written meanwhile.

    What it refuses may be raised by whatever is written next.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    below: Any = connection.connection.dbapi_connection
    try:
        with below.pipeline():
            yield
        # Its last word is a Flush, behind which no server counts how long it hears nothing.
        below.execute("SELECT")
    except _known(connection) as error:
        raise _named(connection, error) from error


def _form(names: list[str] | None) -> Callable[[Mapping[str, Any]], Any]:
    if names is None:
        return dict  # this driver takes names
    if len(names) == 1:
        return lambda values: (values[names[0]],)
    return itemgetter(*names) if names else lambda _: ()


def _told(connection: Connection, text: str, bound: Any, answer: Callable[[Any], Any]) -> Any:
    """Return what a driver answers; a list of values is told one after the other."""
    below: Any = connection.connection.dbapi_connection
    cursor = below.cursor()
    many = isinstance(bound, list)
    connection.dispatch.before_cursor_execute(connection, cursor, text, bound, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, bound)
        return answer(cursor)
    except _known(connection) as error:
        raise _named(connection, error) from error
    finally:
        cursor.close()


def _known(connection: Connection) -> tuple[type[Exception], ...]:
    return connection.dialect.loaded_dbapi.Error, UnicodeError


def _named(connection: Connection, error: Exception) -> Exception:
    """Return by its name what the driver says of a database; a mistake of ours as it is."""
    return called(error, connection.engine.url.render_as_string()) or error
