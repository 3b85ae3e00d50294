"""How a database is opened, and what keeps the trail in it insert-only."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import DDL, URL, Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url

from . import tables
from .trouble import BadAddress, Damaged, refused

_SQLITE: Final = """
CREATE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the trail is insert-only'); END
"""
_SQLITE_NEXT: Final = """
CREATE TRIGGER entry_next BEFORE INSERT ON entry
WHEN NEW."index" IS NOT (SELECT coalesce(max("index") + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'the trail has no gaps'); END
"""
# Without it, INSERT OR REPLACE would put a node in the place of another.
_SQLITE_NODE: Final = """
CREATE TRIGGER node_next BEFORE INSERT ON node
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM node WHERE level = NEW.level)
BEGIN SELECT RAISE(ABORT, 'the tree has no gaps'); END
"""
_SQLITE_CHECKPOINT: Final = """
CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
WHEN NEW.size IS NOT (SELECT max("index") + 1 FROM entry)
OR EXISTS (SELECT 1 FROM checkpoint WHERE size >= NEW.size)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is of the whole trail'); END
"""
_POSTGRES: Final = """
CREATE OR REPLACE FUNCTION qms_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the trail is insert-only' USING ERRCODE = '55000'; END $$;
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION qms_kept();
CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION qms_kept();
"""
_POSTGRES_NEXT: Final = """
CREATE OR REPLACE FUNCTION qms_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.index <> (SELECT coalesce(max(index) + 1, 0) FROM entry) THEN
    RAISE EXCEPTION 'the trail has no gaps' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_next BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION qms_next();
"""
_POSTGRES_NODE: Final = """
CREATE OR REPLACE FUNCTION qms_next_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM node WHERE level = NEW.level) THEN
    RAISE EXCEPTION 'the tree has no gaps' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER node_next BEFORE INSERT ON node FOR EACH ROW EXECUTE FUNCTION qms_next_node();
"""
_POSTGRES_CHECKPOINT: Final = """
CREATE OR REPLACE FUNCTION qms_next_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size IS DISTINCT FROM (SELECT max(index) + 1 FROM entry)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE size >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint is of the whole trail' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
FOR EACH ROW EXECUTE FUNCTION qms_next_checkpoint();
"""

_PRAGMAS: Final = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)


def _on(table: Any, dialect: str, statement: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _table in (tables.entry, tables.node, tables.checkpoint):
    for _verb in ("UPDATE", "DELETE"):
        _on(_table, "sqlite", _SQLITE.format(table=_table.name, verb=_verb))
    _on(_table, "postgresql", _POSTGRES.format(table=_table.name))
_on(tables.entry, "sqlite", _SQLITE_NEXT)
_on(tables.entry, "postgresql", _POSTGRES_NEXT)
_on(tables.node, "sqlite", _SQLITE_NODE)
_on(tables.node, "postgresql", _POSTGRES_NODE)
_on(tables.checkpoint, "sqlite", _SQLITE_CHECKPOINT)
_on(tables.checkpoint, "postgresql", _POSTGRES_CHECKPOINT)


def engine(url: str) -> Engine:
    """Return what opens connections to a database, or raise ``BadAddress``."""
    address = _address(url)
    try:
        found = create_engine(address, max_overflow=-1)
    except (exc.ArgumentError, ModuleNotFoundError) as error:
        raise BadAddress(f"{address.render_as_string()}: {error}") from error
    event.listen(found, "handle_error", refused)
    if address.get_backend_name() == "sqlite":
        event.listen(found, "connect", sqlite)
        event.listen(found, "begin", begin)
    return found


def _address(url: str) -> URL:
    # The name of a folder may hold a question mark, which an address would take for its end.
    path = url.removeprefix("sqlite:///")
    try:
        found = make_url(url) if path == url else URL.create("sqlite", database=path)
    except exc.ArgumentError as error:
        raise BadAddress(url) from error
    if found.get_backend_name() == "sqlite" and found.database in (None, "", ":memory:"):
        raise BadAddress(url)
    return found


def sqlite(connection: Any, _: object) -> None:
    """Set up one SQLite connection: durable, one writer, ``BEGIN`` left to us."""
    connection.isolation_level = None
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except UnicodeDecodeError as error:  # not even its complaint can be read
        raise Damaged("SQLite") from error


def begin(connection: Connection) -> None:
    """Begin a transaction; a writer takes the lock at once.

    A deferred BEGIN would let two writers read the same head.
    """
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
