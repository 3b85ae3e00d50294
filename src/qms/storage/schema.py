"""What a database is made of besides its rows: held against what a founding makes.

Whoever can write to the file can let an index say what its table does not, or put it in other
words: the rows are as they were, and people are shown others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, create_engine, create_mock_engine, text
from sqlalchemy.schema import DDLElement

from . import guards, tables
from .trouble import Damaged

_MANY: Final = 1_000_000
"""Messages that SQLite gives before it stops: an index may lack every row."""

_OF_AN_INDEX: Final = re.compile(r"\bindex (\S+)$")

_SQLITE: Final = text("""
SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master
WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))
""")
# Other tables may lie in the schema, and extensions: of them nothing is believed.
_POSTGRES: Final = text("""
WITH ours AS (SELECT oid, relname FROM pg_class
WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = ANY (:tables))
SELECT 'table ' || relname, '' FROM ours
UNION ALL SELECT 'index ' || index.relname, pg_get_indexdef(index.oid)
|| CASE WHEN indisvalid AND indisready AND indislive THEN '' ELSE ' INVALID' END
FROM ours JOIN pg_index ON indrelid = ours.oid JOIN pg_class AS index ON index.oid = indexrelid
UNION ALL SELECT 'trigger ' || tgname,
CASE tgenabled WHEN 'O' THEN '' ELSE 'off ' END || relname || ' ' || proname
FROM ours JOIN pg_trigger ON tgrelid = ours.oid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal
UNION ALL SELECT 'rule ' || rulename, relname FROM ours JOIN pg_rewrite ON ev_class = ours.oid
UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc
WHERE pronamespace = CAST(current_schema() AS regnamespace) AND proname LIKE 'qms^_%' ESCAPE '^'
""")
_FUNCTION: Final = re.compile(r"FUNCTION (qms_\w+)\(\) RETURNS trigger .*?\$\$(.*?)\$\$", re.S)
_TRIGGER: Final = re.compile(r"TRIGGER (\w+)\s.*?\bON \"?(\w+).*?EXECUTE FUNCTION (\w+)", re.S)
_INDEX: Final = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+) .*", re.S)
_HOME: Final = re.compile(r" ON (\w+\.)?(\w+)( USING btree)?")
_WHERE: Final = re.compile(r" WHERE \((.*)\)$")


def misshapen(connection: Connection) -> Iterator[str]:
    """Yield each table, index, guard and view that is not as a founding makes it."""
    if connection.dialect.name == "sqlite":
        due, there = _due_on_sqlite(), _rows(connection, _SQLITE)
    else:
        due = _due_on_postgres()
        names = {"tables": [table.name for table in tables.metadata.sorted_tables]}
        there = _spoken_alike(_rows(connection, _POSTGRES, names))
    searched = f"table {tables.passage.name}" in there
    for name in sorted(due.keys() | there.keys()):
        if due.get(name) != there.get(name) and (searched or not _of_the_search(name)):
            yield name


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


def _rows(connection: Connection, query: Any, bound: Mapping[str, Any] | None = None) -> Any:
    return dict(map(tuple, connection.execute(query, bound or {})))


@cache
def _due_on_sqlite() -> Mapping[str, str]:
    """Return what a founding makes, of one that is made in memory."""
    founded = create_engine("sqlite://")
    with founded.begin() as connection:
        guards.renew(connection)
        due: Mapping[str, str] = _rows(connection, _SQLITE)
    founded.dispose()
    return due


@cache
def _due_on_postgres() -> Mapping[str, str]:
    """Return what a founding says to a server, in the words in which that tells it again."""
    said: list[str] = []

    def hear(statement: DDLElement, *_: object, **__: object) -> None:
        said.append(str(statement.compile(dialect=server.dialect)))

    server = create_mock_engine("postgresql+psycopg://", hear)
    tables.metadata.create_all(server, checkfirst=False)
    every = "\n".join(said).replace("%%", "%")
    due = {f"table {table.name}": "" for table in tables.metadata.sorted_tables}
    due |= {f"function {name}": body for name, body in _FUNCTION.findall(every)}
    due |= {f"trigger {name}": f"{on} {runs}" for name, on, runs in _TRIGGER.findall(every)}
    due |= {f"index {index[1]}": one for one in said if (index := _INDEX.match(one))}
    for table in tables.metadata.sorted_tables:
        columns = ", ".join(column.name for column in table.primary_key)
        name = f"{table.name}_pkey"
        due[f"index {name}"] = f"CREATE UNIQUE INDEX {name} ON {table.name} ({columns})"
    return _spoken_alike(due)


def _spoken_alike(every: Mapping[str, str]) -> Mapping[str, str]:
    return {name: _alike(said) if "INDEX" in said else said for name, said in every.items()}


def _alike(index: str) -> str:
    said = " ".join(index.replace('"', "").split())
    return _WHERE.sub(r" WHERE \1", _HOME.sub(r" ON \2", said))


def _of_the_search(name: str) -> bool:
    """Tell whether an earlier version did without it: it is made when the ledger is opened."""
    return name.partition(" ")[2].startswith(("passage", "search"))
