"""What a database is made of besides its rows: held against what a founding makes.

Whoever can write to the file can let an index say what its table does not, or put it in other
words: the rows are as they were, and people are shown others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from sqlalchemy import Connection, create_engine, text

from . import catalogue, guards, tables
from .trouble import Damaged

_MANY: Final = 1_000_000
"""Messages that SQLite gives before it stops: an index may lack every row."""

_OF_AN_INDEX: Final = re.compile(r"\bindex (\S+)$")

_SQLITE: Final = text("""
SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master
WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))
""")
_NAMED: Final = text("SELECT type, name, tbl_name FROM sqlite_master")
_LITERAL: Final = re.compile(r"('(?:[^']|'')*')")
_QUOTED: Final = re.compile(r'"(\w+)"')
_BLANKS: Final = re.compile(r"[ \t\n\f\r]+")  # what SQLite takes for one
_CAPITALS: Final = re.compile(r"[A-Z]+")  # and for the same as small letters
_APART: Final = re.compile(r" ?([(),;=]) ?")
_OF_THE_SEARCH: Final = re.compile(r"\w+ (on )?(passage|search)")


def misshapen(connection: Connection) -> Iterator[str]:
    """Yield each table, index, guard and view that is not as a founding makes it."""
    if connection.dialect.name == "sqlite":
        due, there = _due_on_sqlite(), _there_on_sqlite(connection)
    else:
        due, there = catalogue.due(), catalogue.there(connection)
    searched = f"table {tables.passage.name}" in there
    for name in sorted(due.keys() | there.keys()):
        if due.get(name) != there.get(name) and (searched or not _of_the_search(name)):
            yield name


def foreign(connection: Connection, *, founded: bool) -> list[str]:
    """Return each name of ours under which something lies that no founding made.

    Where nobody has founded, nothing is ours.
    """
    here = _named_on_sqlite if connection.dialect.name == "sqlite" else catalogue.named
    return sorted({name for name, alike in here(connection) if not (founded and alike)})


def disagreeing(connection: Connection) -> Iterator[str]:
    """Yield each index that says otherwise than its table, and what else SQLite finds broken.

    PostgreSQL is not asked: only ``pg_amcheck``, which is for whoever owns the server, can tell.
    """
    if connection.dialect.name != "sqlite":
        return
    told = set[str]()
    try:
        for (says,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_MANY})"):
            index = _OF_AN_INDEX.search(says)
            about = index[0] if index else " ".join(says.split())
            if about not in told and about != "ok":
                told.add(about)
                yield about
    except Damaged as error:
        yield str(error.about)


def _there_on_sqlite(connection: Connection) -> Mapping[str, str]:
    return {name: _alike(said) for name, said in connection.execute(_SQLITE)}


def _named_on_sqlite(connection: Connection) -> Iterator[tuple[str, bool]]:
    due = {name: kind for kind, _, name in (one.partition(" ") for one in _due_on_sqlite())}
    for kind, name, home in connection.execute(_NAMED):
        if name in due:
            yield name, due[name] == kind and due.get(home) == "table"


@cache
def _due_on_sqlite() -> Mapping[str, str]:
    """Return what a founding makes, of one that is made in memory."""
    founded = create_engine("sqlite://")
    with founded.begin() as connection:
        guards.renew(connection)
        due = _there_on_sqlite(connection)
    founded.dispose()
    return due


@cache
def _names() -> frozenset[str]:
    every = tables.metadata.sorted_tables
    return frozenset(
        {*(one.name for one in every), *(part.name for one in every for part in one.c)}
    )


def _alike(sql: str) -> str:
    """Return a statement in one spelling: blanks, small letters, and names without quotes.

    Only our own names lose theirs: any other word in quotes is a text to SQLite, where no column
    has that name.
    """
    parts = _LITERAL.split(sql)
    return "".join(one if at % 2 else _plain(one) for at, one in enumerate(parts)).strip(" ")


def _plain(sql: str) -> str:
    said = _QUOTED.sub(lambda one: one[1] if one[1] in _names() else one[0], sql)
    said = _CAPITALS.sub(lambda one: one[0].lower(), said)
    return _APART.sub(r"\1", _BLANKS.sub(" ", said))


def _of_the_search(name: str) -> bool:
    """Tell whether an earlier version did without it: it is made when the ledger is opened."""
    return _OF_THE_SEARCH.match(name) is not None
