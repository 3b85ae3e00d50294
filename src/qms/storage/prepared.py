"""Statements put into words once, and given to the driver as they are.

An operation has two dozen of them: to put one together and to wrap its rows takes longer than
most of them run. Whoever listens to what SQLAlchemy tells a driver hears these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter, itemgetter, methodcaller
from typing import Any, Final, NamedTuple

from sqlalchemy import ClauseElement, Connection

from .trouble import called

_ROWS: Final = methodcaller("fetchall")
_COUNT: Final = attrgetter("rowcount")


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
    known = (connection.dialect.loaded_dbapi.Error, UnicodeError)
    try:
        (cursor.executemany if many else cursor.execute)(text, bound)
        return answer(cursor)
    except known as error:
        raise called(error, connection.engine.url.render_as_string()) or error from error
    finally:
        cursor.close()
