"""What keeps a database: the trail is insert-only, and only an operation writes anything.

On SQLite the triggers ask a collation that only our own connections have, so that every other
client is refused. On PostgreSQL they ask a setting that an operation makes, and the application
has no right to alter what is kept. Whoever owns the file or the tables can take all of this
away: verification finds what was done then.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import DDL, Connection, Table, event, inspect

from . import tables

TRAIL: Final = (tables.entry, tables.node, tables.checkpoint)
"""What is inserted once and never altered."""

_ALTERED: Final = {
    tables.head: ("size", "peaks", "at"),
    tables.code: (),
    tables.content: ("data",),
    tables.store: ("size", "commit", "due_size", "due_commit"),
}
"""The columns that an operation alters; of an item, until when it stood so."""

_VERBS: Final = ("INSERT", "UPDATE", "DELETE")
_OUTSIDE: Final = "only an operation writes here"
_KEPT: Final = "the trail is insert-only"

_SQLITE: Final = """
CREATE TRIGGER {table}_guard_{verb} BEFORE {verb} ON {table}
WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END
"""
# A collation is all that a trigger may call which trusts no schema. Ours tells the two apart
# while an operation is under way.
_SQLITE_OUTSIDE: Final = "'no' = 'operation' COLLATE qms_operation"
# Where any index holds an expression, a blob cannot be opened for writing past the triggers.
_SQLITE_BLOB: Final = 'CREATE INDEX {table}_no_blob ON {table} (length("{column}")) WHERE 0'
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
_SQLITE_WHOLE: Final = """
CREATE TRIGGER head_whole BEFORE UPDATE ON head
WHEN NEW.size IS NOT (SELECT coalesce(max("index") + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'the head is not that of the trail'); END
"""

# Named last, temporary tables of whoever writes never stand in for those that a guard asks.
_POSTGRES_PATH: Final = (
    "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
)
_POSTGRES: Final = """
CREATE OR REPLACE FUNCTION qms_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'QM001'; END $$;
CREATE TRIGGER {table}_guard BEFORE {guarded} ON {table} FOR EACH STATEMENT
WHEN (current_setting('qms.operation', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION qms_refuse('only an operation writes here');
CREATE TRIGGER {table}_kept BEFORE {kept} ON {table} FOR EACH STATEMENT
EXECUTE FUNCTION qms_refuse('the trail is insert-only');
"""
_POSTGRES_NEXT: Final = """
CREATE OR REPLACE FUNCTION qms_next() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.index <> (SELECT coalesce(max(index) + 1, 0) FROM entry) THEN
    RAISE EXCEPTION 'the trail has no gaps' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_next BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION qms_next();
"""
_POSTGRES_NODE: Final = """
CREATE OR REPLACE FUNCTION qms_next_node() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM node WHERE level = NEW.level) THEN
    RAISE EXCEPTION 'the tree has no gaps' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER node_next BEFORE INSERT ON node FOR EACH ROW EXECUTE FUNCTION qms_next_node();
"""
_POSTGRES_CHECKPOINT: Final = """
CREATE OR REPLACE FUNCTION qms_next_checkpoint() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.size IS DISTINCT FROM (SELECT max(index) + 1 FROM entry)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE size >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint is of the whole trail' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
FOR EACH ROW EXECUTE FUNCTION qms_next_checkpoint();
"""
# At COMMIT, once for the last entry: SQLite has nothing that waits so long.
_POSTGRES_WHOLE: Final = """
CREATE OR REPLACE FUNCTION qms_whole() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
  wanted integer := (SELECT size FROM head);
  found record;
BEGIN
  IF TG_TABLE_NAME = 'entry' THEN
    IF NEW.index < wanted - 1 THEN RETURN NULL; END IF;
  END IF;
  SELECT index + 1 AS size, convert_from(data, 'UTF8')::jsonb -> 'operation' AS operation
    INTO found FROM entry ORDER BY index DESC LIMIT 1;
  IF coalesce(found.size, 0) <> wanted THEN
    RAISE EXCEPTION 'the head is not that of the trail' USING ERRCODE = 'QM001';
  END IF;
  IF (found.operation ->> 0)::integer + (found.operation ->> 1)::integer <> wanted THEN
    RAISE EXCEPTION 'the operation is not whole' USING ERRCODE = 'QM001';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER {table}_whole AFTER {verb} ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION qms_whole();
"""
# The mark of an operation is no secret: whoever works in the application's role could make it. What
# they do then has to have an entry of its own, which everybody sees; and what was, stays.
_POSTGRES_TOLD: Final = """
CREATE OR REPLACE FUNCTION qms_told() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  -- The largest is asked for by its index; "is there one from … on" would read the whole trail.
  IF coalesce((SELECT max(index) FROM entry), -1) < (SELECT size FROM head) THEN
    RAISE EXCEPTION 'no entry says so' USING ERRCODE = 'QM001';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {table}_told BEFORE INSERT ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION qms_told();
"""
_POSTGRES_STANDS: Final = """
CREATE OR REPLACE FUNCTION qms_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
  since integer := CASE TG_OP WHEN 'INSERT' THEN NEW.since_entry ELSE NEW.until_entry END;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.until_entry IS NOT NULL THEN
      RAISE EXCEPTION 'what was, stays' USING ERRCODE = 'QM001';
    END IF;
  END IF;
  IF NOT EXISTS (SELECT FROM entry WHERE index = since AND index >= (SELECT size FROM head)) THEN
    RAISE EXCEPTION 'no entry says so' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {table}_stands BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION qms_stands();
"""
_POSTGRES_CONTENT: Final = """
CREATE OR REPLACE FUNCTION qms_content() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  IF encode(sha256(NEW.data), 'hex') <> NEW.sha256 THEN
    RAISE EXCEPTION 'these are other bytes' USING ERRCODE = 'QM001';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.data IS NULL AND NEW.first >= (SELECT min(size) FROM store) THEN
    RAISE EXCEPTION 'a store waits for this' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER content_kept_whole BEFORE INSERT OR UPDATE ON content
FOR EACH ROW EXECUTE FUNCTION qms_content();
"""
_POSTGRES_EDGE: Final = """
CREATE OR REPLACE FUNCTION qms_edge() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.at <> coalesce((SELECT at FROM entry ORDER BY index DESC LIMIT 1), '')
  OR (NEW.size = OLD.size AND NEW.peaks <> OLD.peaks) THEN
    RAISE EXCEPTION 'the head is not that of the trail' USING ERRCODE = 'QM001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER head_edge BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION qms_edge();
"""
# FTS5 writes to tables of its own, which bear no triggers that refuse (it would call itself
# without end). Only an operation may write in our process; what others write there is found.
_SQLITE_WORDS: Final = (
    "DROP TABLE IF EXISTS search",
    "DROP TABLE IF EXISTS search_word",
    "CREATE VIRTUAL TABLE search USING fts5(heading, text, spelled, content='', tokenize='ascii')",
    "INSERT INTO search (search, rank) VALUES ('rank', 'bm25(10.0, 1.0, 0.0)')",
    "CREATE VIRTUAL TABLE search_word USING fts5vocab(search, instance)",
)
_POSTGRES_WORDS: Final = (
    "ALTER TABLE passage ADD COLUMN words tsvector NOT NULL",
    "CREATE INDEX passage_words ON passage USING gin (words)",
)
# What no operation needs, the application may not: temporary tables, in the place of ours. And who
# has no business here, may not connect: anybody who does could hold the lock of operations.
_POSTGRES_ROLE: Final = """
DO $$
DECLARE application text := current_user || '_app';
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = application) THEN
    EXECUTE format('{}', application, current_schema(), current_database());
  END IF;
END $$
"""
_POSTGRES_HOME: Final = (
    "GRANT USAGE ON SCHEMA %2$I TO %1$I; GRANT CONNECT ON DATABASE %3$I TO %1$I;"
    " REVOKE TEMPORARY, CONNECT ON DATABASE %3$I FROM PUBLIC"
)


def renew(connection: Connection) -> None:
    """Make every table anew, empty and guarded; wait for whoever is at work in the old ones."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(9001)")
        if inspect(connection).has_table(tables.head.name):
            connection.exec_driver_sql("LOCK TABLE head IN ACCESS EXCLUSIVE MODE")
    tables.metadata.drop_all(connection)
    tables.metadata.create_all(connection)


def _on(target: Any, dialect: str, statement: str, when: str = "after_create") -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(target, when, ddl.execute_if(dialect=dialect))


def _guard(table: Table, never: tuple[str, ...]) -> None:
    """Let an operation alone write to a table, and nobody do there what is never done."""
    for verb in _VERBS:
        when, says = ("1", _KEPT) if verb in never else (_SQLITE_OUTSIDE, _OUTSIDE)
        _on(table, "sqlite", _SQLITE.format(table=table, verb=verb, when=when, says=says))
    column = next(iter(table.c)).name
    _on(table, "sqlite", _SQLITE_BLOB.format(table=table, column=column))
    words = {"guarded": " OR ".join(verb for verb in _VERBS if verb not in never)}
    words |= {"kept": " OR ".join((*never, "TRUNCATE"))}
    _on(table, "postgresql", _POSTGRES.format(table=table, **words))


def granted(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the application may do in a table, and which of its columns it may alter."""
    kept = () if table in TRAIL else ("until_entry",)
    forget = ("DELETE",) if table is tables.store else ()
    return ("SELECT", "INSERT", *forget), _ALTERED.get(table, kept)


def _granting(table: Table) -> str:
    verbs, columns = granted(table)
    altered = ", ".join(f'"{name}"' for name in columns)
    rights = ", ".join((*verbs, f"UPDATE ({altered})") if altered else verbs)
    return _POSTGRES_ROLE.format(f"GRANT {rights} ON {table} TO %1$I")


_on(tables.metadata, "postgresql", _POSTGRES_PATH, "before_create")
for _table in tables.metadata.sorted_tables:
    _guard(_table, ("UPDATE", "DELETE") if _table in TRAIL else ())
    _on(_table, "postgresql", _granting(_table))
    if tables.is_register(_table.name):
        _on(_table, "postgresql", _POSTGRES_STANDS.format(table=_table))
for _dialect, _statements in (("sqlite", _SQLITE_WORDS), ("postgresql", _POSTGRES_WORDS)):
    for _statement in _statements:
        _on(tables.passage, _dialect, _statement)
for _target, _dialect, _statement in (
    (tables.entry, "sqlite", _SQLITE_NEXT),
    (tables.node, "sqlite", _SQLITE_NODE),
    (tables.checkpoint, "sqlite", _SQLITE_CHECKPOINT),
    (tables.head, "sqlite", _SQLITE_WHOLE),
    (tables.entry, "postgresql", _POSTGRES_NEXT),
    (tables.node, "postgresql", _POSTGRES_NODE),
    (tables.checkpoint, "postgresql", _POSTGRES_CHECKPOINT),
    (tables.entry, "postgresql", _POSTGRES_WHOLE.format(table="entry", verb="INSERT")),
    (tables.head, "postgresql", _POSTGRES_WHOLE.format(table="head", verb="UPDATE")),
    (tables.head, "postgresql", _POSTGRES_EDGE),
    (tables.code, "postgresql", _POSTGRES_TOLD.format(table="code")),
    (tables.content, "postgresql", _POSTGRES_TOLD.format(table="content")),
    (tables.content, "postgresql", _POSTGRES_CONTENT),
    (tables.metadata, "postgresql", _POSTGRES_ROLE.format(_POSTGRES_HOME)),
):
    _on(_target, _dialect, _statement)
