"""Every way to write past an operation is refused by the database; what is not, is found.

On SQLite a client that is not ours meets a collation it does not have, ours meets the trigger.
On PostgreSQL the application meets its own lack of rights, the trigger, or the check at COMMIT.
"""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import create_engine, delete, insert, select, text, update
from sqlalchemy import exc as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, registry

import qms
from qms import documents as d
from qms.errors import QMSError
from qms.folder import Folder
from qms.storage import tables
from qms.storage.database import Database
from qms.storage.ledger import Ledger
from qms.storage.trouble import Guarded
from tests import postgres, systems
from tests.systems import created

ERRORS = (sqlite3.Error, psycopg.Error, sa.SQLAlchemyError, QMSError)
REFUSED = re.compile(
    "[Oo]nly an operation writes|no such collation sequence: qms_operation"
    "|the trail is insert-only|the tr.* has no gaps|the head is not that of the trail"
    "|cannot open indexed column for writing|the operation is not whole"
    "|attempt to write a readonly database|not authorized|permission denied|must be owner"
    "|read-only transaction|a checkpoint is of the whole trail"
    "|no entry says so|what was, stays|these are other bytes|a store waits for this"
)
DOCUMENT = tables.metadata.tables["document"]
EVERY = list(tables.metadata.sorted_tables)


@pytest.fixture(scope="module")
def office(stage):
    stage.issues("QT-01", "2024-02-01")
    stage.does("hung", created("QT-02"))
    return stage


@contextmanager
def refused(office):
    """Expect a refusal in words of ours, and every row as it was."""
    before = systems.rows_of(office)
    with pytest.raises(ERRORS) as told:
        yield told
    assert REFUSED.search(str(told.value)), told.value
    assert systems.rows_of(office) == before


# ── By what a statement may be carried ──────────────────────────────────────────────────────────


@contextmanager
def foreign(office):
    """An engine of SQLAlchemy made by somebody in the same process."""
    engine = create_engine(office.address)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def ours(office):
    """The engine that a system itself uses."""
    database = Database(office.address, Folder.at(office.folder).ledger_lock)
    try:
        yield database._engine
    finally:
        database.close()


@contextmanager
def writers(office):
    """The engine with which a system's operations write."""
    database = Database(office.address, Folder.at(office.folder).ledger_lock)
    try:
        yield database._writer
    finally:
        database.close()


@contextmanager
def raw(office):
    """What a driver connects without SQLAlchemy."""
    with foreign(office) as engine:
        where = engine.url
        if engine.dialect.name == "sqlite":
            connection = sqlite3.connect(where.database)
        else:
            host = str(where.query["host"])
            connection = psycopg.connect(host=host, dbname=where.database, user=where.username)
        with closing(connection):
            yield connection


def by_text(office, engine, statement):
    with engine.begin() as connection:
        connection.execute(text(statement))


def by_the_driver(office, engine, statement):
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def by_a_session(office, engine, statement):
    with Session(engine) as session:
        session.execute(text(statement))
        session.commit()


def by_the_connection_below(office, engine, statement):
    below = engine.raw_connection()
    try:
        below.cursor().execute(statement)
        below.commit()
    finally:
        below.close()


def by_autocommit(office, engine, statement):
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def by_driver_alone(office, engine, statement):
    with raw(office) as connection:
        connection.execute(statement)
        connection.commit()


def many_times_over(office, engine, statement):
    with raw(office) as connection:
        connection.cursor().executemany(statement, [(), ()])
        connection.commit()


def as_a_script(office, engine, statement):
    with raw(office) as connection:
        connection.executescript(f"BEGIN; {statement}; COMMIT;")


def from_another_database(office, engine, statement):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS other", (str(office.database),))
        connection.execute(re.sub(r"(INTO|UPDATE|FROM) ", r"\1 other.", statement, count=1))
        connection.commit()


WAYS = [
    by_text,
    by_the_driver,
    by_a_session,
    by_the_connection_below,
    by_autocommit,
    by_driver_alone,
    many_times_over,
    pytest.param(as_a_script, marks=pytest.mark.sqlite),
    pytest.param(from_another_database, marks=pytest.mark.sqlite),
]
STATEMENTS = [
    "UPDATE entry SET kind = 'x'",
    "UPDATE entry SET kind = 'x' WHERE \"index\" = 3",
    "DELETE FROM entry",
    "INSERT INTO entry SELECT 99, at, actor, kind, item, data FROM entry LIMIT 1",
    "INSERT INTO entry SELECT (SELECT count(*) FROM entry), at, actor, kind, item, data"
    " FROM entry LIMIT 1",
    "INSERT INTO node SELECT 0, count(*), min(hash) FROM node WHERE level = 0",
    "UPDATE node SET idx = idx + 1000",
    "DELETE FROM node WHERE level = 1",
    "UPDATE head SET size = size - 1",
    "UPDATE document SET body = '{}'",
    "INSERT INTO document SELECT * FROM document",
    "DELETE FROM document",
    "UPDATE content SET data = NULL",
    "INSERT INTO code VALUES ('document', 'qt-99', 'document:qt-01')",
    "UPDATE store SET size = 0",
]


@pytest.mark.parametrize("whose", [foreign, ours, writers])
@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_saying_it_writes(office, way, whose):
    for statement in STATEMENTS:
        with whose(office) as engine, refused(office):
            way(office, engine, statement)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO entry SELECT \"index\", at, actor, 'x', item, data FROM entry",
        "REPLACE INTO node SELECT level, idx, zeroblob(32) FROM node",
        "REPLACE INTO document SELECT * FROM document",
        "INSERT OR IGNORE INTO entry SELECT 99, at, actor, kind, item, data FROM entry LIMIT 1",
        'UPDATE OR REPLACE entry SET "index" = 4 WHERE "index" = 3',
        "UPDATE OR REPLACE node SET idx = 4 WHERE idx = 3",
        'INSERT INTO entry SELECT * FROM entry WHERE "index" = 3'
        " ON CONFLICT DO UPDATE SET kind = 'x'",
        "WITH x AS (SELECT 1) UPDATE document SET code = 'x'",
        "UPDATE document SET code = 'x' FROM head RETURNING *",
    ],
)
@pytest.mark.parametrize("way", [by_the_driver, by_the_connection_below, by_driver_alone])
@pytest.mark.parametrize("whose", [foreign, ours])
def test_no_word_of_sqlite_writes(office, statement, way, whose):
    with whose(office) as engine, refused(office):
        way(office, engine, statement)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE entry",
        "TRUNCATE document CASCADE",
        'INSERT INTO entry SELECT * FROM entry WHERE "index" = 3'
        " ON CONFLICT (index) DO UPDATE SET kind = 'x'",
        "MERGE INTO document t USING head h ON true WHEN MATCHED THEN UPDATE SET until_entry = 1",
        "WITH gone AS (DELETE FROM document RETURNING *) SELECT count(*) FROM gone",
        "COPY node FROM PROGRAM 'echo'",
        "SELECT * FROM entry FOR UPDATE",
        "LOCK TABLE entry IN ACCESS EXCLUSIVE MODE",
    ],
)
@pytest.mark.parametrize("way", [by_the_driver, by_driver_alone])
def test_no_word_of_postgresql_writes(office, statement, way):
    with foreign(office) as engine, refused(office):
        way(office, engine, statement)


@pytest.mark.postgres
def test_no_copy_writes(office):
    with raw(office) as connection, refused(office):
        with connection.cursor().copy("COPY node FROM STDIN") as copy:
            copy.write_row((0, len(office.entries()), b"x" * 32))
        connection.commit()


@pytest.mark.sqlite
@pytest.mark.parametrize("table", EVERY, ids=str)
def test_no_blob_is_opened_for_writing(office, table):
    text_columns = [column.name for column in table.c if column.type.python_type is not int]
    with raw(office) as connection:
        (row,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        for column in text_columns if row is not None else ():
            with refused(office):
                connection.blobopen(str(table), column, row)


@pytest.mark.parametrize("whose", [foreign, ours])
@pytest.mark.parametrize("table", EVERY, ids=str)
def test_no_table_is_written(office, table, whose):
    column = next(iter(table.c)).name
    with whose(office) as engine:
        for statement in (
            f"INSERT INTO {table} SELECT * FROM {table}",
            f'UPDATE {table} SET "{column}" = "{column}"',
            f"DELETE FROM {table}",
        ):
            if engine.dialect.name == "sqlite" and whose is ours and not rows(office, table):
                continue  # a trigger of SQLite speaks of a row
            with refused(office):
                by_the_driver(office, engine, statement)


def rows(office, table):
    with systems.connected(office.folder) as connection:
        return connection.run(f"SELECT 1 FROM {table} LIMIT 1")


# ── What SQLAlchemy has of its own ──────────────────────────────────────────────────────────────


class Row:
    """A document, as an object of the ORM."""


registry().map_imperatively(Row, DOCUMENT)


def added(session, office):
    session.add(Row(id="document:x", since_entry=0, code="x", sort="x", body="{}"))


def altered(session, office):
    session.scalars(select(Row)).first().code = "x"


def merged(session, office):
    found = session.scalars(select(Row)).first()
    session.merge(Row(id=found.id, since_entry=found.since_entry, code="x", sort="x", body=""))


def removed(session, office):
    session.delete(session.scalars(select(Row)).first())


def in_bulk(session, office):
    words = {"id": "document:x", "since_entry": 0, "code": "x", "sort": "x", "body": "{}"}
    session.bulk_insert_mappings(Row, [words])


def altered_in_bulk(session, office):
    session.execute(update(Row).values(code="x"))


@pytest.mark.parametrize("whose", [foreign, ours, writers])
@pytest.mark.parametrize("work", [added, altered, merged, removed, in_bulk, altered_in_bulk])
def test_no_object_of_the_orm_writes(office, work, whose):
    with whose(office) as engine, refused(office), Session(engine) as session:
        work(session, office)
        session.commit()


@pytest.mark.parametrize("whose", [foreign, ours, writers])
def test_no_statement_of_core_writes(office, whose):
    row = {"register": "document", "key": "qt-99", "id": "document:qt-01"}
    upsert = postgresql.insert if postgres.HERE else sqlite.insert
    known = upsert(tables.code).values(**row)
    statements = [
        insert(tables.code).values(row),
        insert(tables.code).values([row, row]),
        insert(DOCUMENT).from_select(list(DOCUMENT.c), select(DOCUMENT)),
        update(DOCUMENT).values(code="x"),
        delete(DOCUMENT),
        delete(tables.entry),
        known.on_conflict_do_nothing(),
        known.on_conflict_do_update(index_elements=["register", "key"], set_={"id": "x"}),
    ]
    for statement in statements:
        with whose(office) as engine, refused(office), engine.begin() as connection:
            connection.execute(statement)
    with whose(office) as engine, refused(office), engine.begin() as connection:
        connection.execute(insert(tables.code), [row, {**row, "key": "qt-98"}])


# ── Altering what tables there are ──────────────────────────────────────────────────────────────

SCHEMA = [
    "DROP TABLE document",
    "ALTER TABLE entry RENAME TO other",
    "ALTER TABLE entry ADD COLUMN more text",
    "CREATE TABLE more (x integer)",
]
SCHEMA_OF_SQLITE = [
    "DROP TRIGGER entry_guard_UPDATE",
    "CREATE TRIGGER more BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END",
    "DELETE FROM sqlite_master WHERE type = 'trigger'",
    "VACUUM",
    "PRAGMA user_version = 5",
    "PRAGMA journal_mode = DELETE",
    "REINDEX",
    "ANALYZE",
    "ATTACH 'ledger.db' AS other; DROP TABLE other.document",
]
SCHEMA_OF_POSTGRESQL = [
    "DROP TRIGGER entry_kept ON entry",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE RULE more AS ON INSERT TO entry DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION qms_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NULL; END'",
    "CREATE TEMPORARY TABLE entry (index integer)",
    "SET ROLE qms",
    "DROP SCHEMA public CASCADE",
    "REINDEX TABLE entry",
]


def in_turn(connection, statements):
    for statement in re.split("; (?!END)", statements):
        connection.execute(statement)


@pytest.mark.postgres
def test_no_temporary_table_stands_in_for_what_a_guard_asks(office, place):
    """A database that was restored with pg_restore lets everybody make them."""
    altered = office.copy(place / "so")
    name = systems.database.address(altered.address).database
    postgres.HERE[0].sql(f'GRANT TEMPORARY ON DATABASE "{name}" TO PUBLIC')
    with raw(altered) as connection, refused(altered):
        connection.execute("CREATE TEMPORARY TABLE entry AS SELECT 99 AS index")
        connection.execute("CREATE TEMPORARY TABLE head AS SELECT 0 AS size")
        connection.execute("SET qms.operation = 'on'")
        connection.execute("UPDATE document SET until_entry = 99 WHERE until_entry IS NULL")
        connection.commit()


@pytest.mark.sqlite
@pytest.mark.parametrize("statement", SCHEMA + SCHEMA_OF_SQLITE)
@pytest.mark.parametrize("carried", [sqlite3.Connection.executescript, in_turn])
@pytest.mark.parametrize("whose", [ours, writers])
def test_outside_an_operation_our_own_connections_leave_the_tables_alone(
    office, statement, carried, whose, monkeypatch
):
    monkeypatch.chdir(office.database.parent)
    with whose(office) as engine, refused(office), closing(engine.raw_connection()) as connection:
        below = connection.driver_connection
        below.rollback()
        below.execute("PRAGMA writable_schema = ON")
        carried(below, statement)


@pytest.mark.sqlite
@pytest.mark.parametrize("again", ["PRAGMA query_only = OFF", "pragma main.QUERY_ONLY(0)"])
def test_what_only_reads_never_writes_again(office, again):
    with ours(office) as engine, refused(office), closing(engine.raw_connection()) as connection:
        connection.driver_connection.executescript(f"{again}; DROP TABLE document")
    place = Folder.at(office.folder)
    ledger = Ledger(place.database, place.ledger_lock)
    with refused(office), ledger, ledger.glancing() as now:
        list(now._run(again, {}))


@pytest.mark.sqlite
def test_what_an_operation_wrote_with_is_handed_to_nobody_afterwards(office):
    place = Folder.at(office.folder)
    with Ledger(place.database, place.ledger_lock) as ledger:
        with ledger.still() as connection:
            pass
        with pytest.raises(sa.ResourceClosedError):
            connection.exec_driver_sql("DROP TABLE document")
        with pytest.raises(Guarded):
            ledger._database._writer.connect()


@pytest.mark.sqlite
def test_while_one_operates_another_thread_cannot_write(office):
    place = Folder.at(office.folder)
    ledger = Ledger(place.database, place.ledger_lock)
    with ledger, ledger.still(), ThreadPoolExecutor() as others, pytest.raises(Guarded):
        others.submit(ledger._database._writer.connect).result()


@pytest.mark.postgres
@pytest.mark.parametrize("statement", SCHEMA + SCHEMA_OF_POSTGRESQL)
def test_the_application_leaves_the_tables_alone(office, statement):
    with raw(office) as connection, refused(office):
        connection.execute("SET qms.operation = 'on'")
        connection.execute(statement)
        connection.commit()


MARKED = [
    "UPDATE document SET until_entry = 1",
    "UPDATE document SET until_entry = (SELECT size FROM head)",
    "UPDATE document SET until_entry = NULL",
    "UPDATE document SET until_entry = NULL WHERE until_entry IS NOT NULL",
    "INSERT INTO document (id, since_entry, code, sort, body) VALUES ('x', 0, 'x', 'x', '{}')",
    "INSERT INTO document (id, since_entry, code, sort, body)"
    " SELECT 'x', size, 'x', 'x', '{}' FROM head",
    "DELETE FROM document WHERE until_entry IS NULL",
    "INSERT INTO code VALUES ('document', 'qt-99', 'document:qt-01')",
    "UPDATE code SET id = 'document:qt-01'",
    "INSERT INTO content VALUES ('x', 1, 'x', 0, 'x')",
    "UPDATE content SET data = 'x'",
    "DELETE FROM content",
    "UPDATE head SET peaks = '\\x00'",
    "UPDATE head SET at = '2999'",
    "INSERT INTO checkpoint SELECT size, 'x' FROM head",
]


@pytest.mark.postgres
@pytest.mark.parametrize("statement", MARKED)
def test_the_mark_of_an_operation_alone_alters_nothing(office, statement):
    with raw(office) as connection, refused(office):
        connection.execute("SET qms.operation = 'on'")
        connection.execute(statement)
        connection.commit()


@pytest.mark.postgres
def test_nobody_lets_go_of_contents_that_a_store_waits_for(office, place):
    waited = office.copy(place / "so")
    with raw(waited) as connection:
        connection.execute("SET qms.operation = 'on'")
        connection.execute("INSERT INTO store VALUES ('other', 0, '', 0, '')")
        connection.commit()
    waited.does("hung", d.Edit(code="QT-02", text=systems.text("Khác")))

    with raw(waited) as connection, refused(waited):
        connection.execute("SET qms.operation = 'on'")
        connection.execute("UPDATE content SET data = NULL WHERE data IS NOT NULL")
        connection.commit()


# ── Within an operation ─────────────────────────────────────────────────────────────────────────

NEVER = [
    "UPDATE entry SET kind = 'x' WHERE \"index\" = 3",
    "DELETE FROM entry",
    "DELETE FROM node WHERE level = 1",
    "UPDATE node SET idx = idx + 1000",
    "INSERT INTO entry SELECT 99, at, actor, kind, item, data FROM entry LIMIT 1",
    "INSERT INTO entry SELECT -1, at, actor, kind, item, data FROM entry LIMIT 1",
    "INSERT INTO node SELECT 0, 9999, min(hash) FROM node",
    "UPDATE head SET size = size - 1",
    "UPDATE head SET size = size + 1",
]


@pytest.mark.parametrize("statement", NEVER)
def test_not_even_an_operation_alters_the_trail(office, statement):
    place = Folder.at(office.folder)
    ledger = Ledger(place.database, place.ledger_lock)
    with refused(office), ledger, ledger.still() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        *NEVER,
        "TRUNCATE node",
        'INSERT INTO entry SELECT * FROM entry WHERE "index" = 3 ON CONFLICT (index) DO UPDATE'
        " SET kind = 'x'",
        "INSERT INTO entry SELECT count(*), max(at), 'x', 'x', 'x', '{}' FROM entry",
    ],
)
def test_not_even_the_owner_alters_the_trail_while_it_is_guarded(office, statement):
    name = systems.database.address(office.address).database
    owner = psycopg.connect(**postgres.HERE[0].where(name, "qms"))
    with refused(office), closing(owner) as connection:
        connection.execute("SET qms.operation = 'on'")
        connection.execute(statement)
        connection.commit()


@pytest.mark.postgres
def test_half_an_operation_is_not_committed(office):
    last = office.entries()[-1]
    half = last.model_copy(update={"index": last.index + 1, "operation": (last.index + 1, 2)})
    row = {"at": "2999", "actor": "x", "kind": "x", "item": "x"}
    words = "VALUES (:index, :at, :actor, :kind, :item, :data)"
    place = Folder.at(office.folder)
    row |= {"index": half.index, "data": half.data()}
    ledger = Ledger(place.database, place.ledger_lock)
    reached = ""
    with refused(office) as told, ledger, ledger.still() as connection:
        connection.execute(text(f"INSERT INTO entry {words}"), row)
        connection.exec_driver_sql("UPDATE head SET size = size + 1, at = '2999'")
        reached = "COMMIT"

    assert reached == "COMMIT"
    assert "the operation is not whole" in str(told.value)


def test_a_refusal_by_the_database_has_a_name(office):
    place = Folder.at(office.folder)
    ledger = Ledger(place.database, place.ledger_lock)
    with ledger, pytest.raises(Guarded) as told, ledger.still() as connection:
        connection.exec_driver_sql("UPDATE head SET size = size + 1")
    assert told.value.exit_code == 3
    assert told.value.says("vi").endswith(Guarded.vi)


# ── What slips past, and is found ───────────────────────────────────────────────────────────────


def with_the_guards_taken_away(office):
    office.sql("UPDATE document SET code = 'x'")


def with_the_mark_of_an_operation(office):
    with raw(office) as connection:
        if postgres.HERE:
            connection.execute("SET qms.operation = 'on'")
            connection.execute(
                "INSERT INTO node SELECT 0, count(*), min(hash) FROM node WHERE level = 0"
            )
        else:
            connection.create_collation("qms_operation", lambda one, other: 1)
            connection.execute("UPDATE document SET until_entry = 1")
        connection.commit()


def in_an_operation_without_a_change(office):
    place = Folder.at(office.folder)
    with Ledger(place.database, place.ledger_lock) as ledger, ledger.operation() as now:
        now.connection.execute(update(DOCUMENT).values(until_entry=1))


def by_whoever_sits_at_the_server(office):
    with systems.connected(office.folder) as connection:
        connection.disarm()
        connection.run("DELETE FROM node WHERE level = 1")


def by_writing_the_schema(office):
    with raw(office) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")
        connection.commit()
    with raw(office) as connection:
        connection.execute("UPDATE document SET body = replace(body, 'QT', 'qt')")
        connection.commit()


def by_another_file_in_its_place(office):
    with raw(office) as connection, closing(sqlite3.connect(":memory:")) as other:
        connection.backup(other)
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            other.execute(f"DROP TRIGGER {name}")
        other.execute("DELETE FROM code WHERE key = 'qt-02'")
        other.commit()
        other.backup(connection)


def by_the_owner(office):
    name = systems.database.address(office.address).database
    with psycopg.connect(**postgres.HERE[0].where(name, "qms")) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER entry_kept")
        connection.execute("DELETE FROM entry WHERE index > 20")


@pytest.mark.parametrize(
    "alter",
    [
        with_the_guards_taken_away,
        with_the_mark_of_an_operation,
        pytest.param(in_an_operation_without_a_change, marks=pytest.mark.sqlite),
        by_whoever_sits_at_the_server,
        pytest.param(by_writing_the_schema, marks=pytest.mark.sqlite),
        pytest.param(by_another_file_in_its_place, marks=pytest.mark.sqlite),
        pytest.param(by_the_owner, marks=pytest.mark.postgres),
    ],
)
def test_what_slips_past_is_found(office, place, alter):
    altered = office.copy(place / "so")
    alter(altered)

    assert list(qms.verify(altered.folder))


def test_nothing_of_all_this_was_written(office):
    """Runs last in this file."""
    assert list(qms.verify(office.folder)) == []
    office.does("hung", d.Submit(code="QT-02"))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO search (rowid, text) VALUES (1, 'x')",
        "INSERT INTO search (search) VALUES ('delete-all')",
        "DELETE FROM search_data",
        "DROP TABLE search",
    ],
)
def test_our_own_connections_do_not_write_to_the_index_outside_an_operation(office, statement):
    with ours(office) as engine, refused(office):
        by_the_driver(office, engine, statement)


def test_what_is_refused_among_many_rows_is_called_by_its_name(office):
    def written(system):
        with system._ledger.operation() as now:
            now.sign(b"of no entry")
            name = {"register": "unit", "key": "x", "id": "unit:x"}
            now._unwritten.new[tables.code].append(name)

    with office.open() as system, pytest.raises(Guarded):
        written(system)
