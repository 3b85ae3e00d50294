"""Statements put into words once, and given to the driver as they are.

An operation has two dozen of them: to put one together and to wrap its rows takes longer than
most of them run. Whoever listens to what SQLAlchemy tells a driver hears these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Connection

from .trouble import called


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
        with _Told(connection, words.text, words.form(values)) as cursor:
            return list(cursor.fetchall())

    def row(self, connection: Connection, **values: Any) -> Any:
        """Return the first row, ``None`` where there is none."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def do(self, connection: Connection, **values: Any) -> int:
        """Write, and return how many rows that changed."""
        words = self._said(connection)
        with _Told(connection, words.text, words.form(values)) as cursor:
            return int(cursor.rowcount)

    def each(self, connection: Connection, values: Iterable[Mapping[str, Any]]) -> None:
        """Write the same with these values and these."""
        words = self._said(connection)
        with _Told(connection, words.text, list(map(words.form, values))):
            pass

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


class _Told:
    """What a driver is told and answers; a list of values is told one after the other."""

    __slots__ = ("_bound", "_connection", "_cursor", "_text")

    def __init__(self, connection: Connection, text: str, bound: Any) -> None:
        self._connection, self._text, self._bound = connection, text, bound

    def __enter__(self) -> Any:
        connection, text, bound = self._connection, self._text, self._bound
        self._cursor = cursor = connection.connection.cursor()
        many = isinstance(bound, list)
        connection.dispatch.before_cursor_execute(connection, cursor, text, bound, None, many)
        try:
            (cursor.executemany if many else cursor.execute)(text, bound)
        except (connection.dialect.loaded_dbapi.Error, UnicodeError) as error:
            self.__exit__(None, error)
        return cursor

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        self._cursor.close()
        known = (self._connection.dialect.loaded_dbapi.Error, UnicodeError)
        if isinstance(error, known):
            raise called(error, self._connection.engine.url.render_as_string()) or error from error
