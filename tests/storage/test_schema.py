"""What a database is made of besides its rows, altered piece by piece: each is told by its name."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

import qms
from qms.storage import database, guards, schema
from qms.storage.trouble import Damaged
from tests import postgres
from tests.systems import created

HARMLESS = {
    "CREATE TABLE mine (id integer)": "DROP TABLE mine",
    "GRANT SELECT ON entry TO pg_monitor": "REVOKE SELECT ON entry FROM pg_monitor",
}
ALTERED = {
    "trigger entry_guard": {
        "another condition": "CREATE OR REPLACE TRIGGER entry_guard BEFORE INSERT ON entry"
        " FOR EACH STATEMENT WHEN (current_setting('qms.other', true) IS DISTINCT FROM 'on')"
        " EXECUTE FUNCTION qms_refuse('only an operation writes here')",
        "never": "CREATE OR REPLACE TRIGGER entry_guard BEFORE INSERT ON entry"
        " FOR EACH STATEMENT WHEN (false)"
        " EXECUTE FUNCTION qms_refuse('only an operation writes here')",
        "off": "ALTER TABLE entry DISABLE TRIGGER entry_guard",
        "another under the same name": "CREATE TRIGGER entry_guard AFTER INSERT ON head"
        " FOR EACH STATEMENT EXECUTE FUNCTION qms_refuse('x')",
    },
    "trigger entry_kept": {
        "fewer events": "CREATE OR REPLACE TRIGGER entry_kept BEFORE UPDATE OR TRUNCATE ON entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION qms_refuse('the trail is insert-only')",
        "one column": "CREATE OR REPLACE TRIGGER entry_kept BEFORE DELETE OR UPDATE OF at OR"
        " TRUNCATE ON entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION qms_refuse('the trail is insert-only')",
        "other words": "CREATE OR REPLACE TRIGGER entry_kept"
        " BEFORE DELETE OR UPDATE OR TRUNCATE ON entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION qms_refuse('x')",
        "a function elsewhere": "CREATE SCHEMA evil; CREATE FUNCTION evil.qms_refuse()"
        " RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        " CREATE OR REPLACE TRIGGER entry_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION evil.qms_refuse('the trail is insert-only')",
    },
    "trigger entry_next": {
        "later": "CREATE OR REPLACE TRIGGER entry_next AFTER INSERT ON entry"
        " FOR EACH ROW EXECUTE FUNCTION qms_next()",
    },
    "trigger head_whole": {
        "at once": "DROP TRIGGER head_whole ON head; CREATE CONSTRAINT TRIGGER head_whole"
        " AFTER UPDATE ON head DEFERRABLE INITIALLY IMMEDIATE"
        " FOR EACH ROW EXECUTE FUNCTION qms_whole()",
    },
    "function qms_refuse": {
        "for another": "ALTER FUNCTION qms_refuse() SECURITY DEFINER",
        "elsewhere": "ALTER FUNCTION qms_refuse() SET search_path = evil",
        "wherever": "ALTER FUNCTION qms_refuse() RESET search_path",
        "twice": "CREATE FUNCTION qms_refuse(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    },
    "table entry": {
        "a column more": "ALTER TABLE entry ADD COLUMN more text",
        "a column that may be empty": "ALTER TABLE entry ALTER COLUMN actor DROP NOT NULL",
        "a column of another type": "ALTER TABLE entry ALTER COLUMN kind TYPE varchar(9000)",
        "another order": 'ALTER TABLE entry ALTER COLUMN kind TYPE text COLLATE "POSIX"',
        "a value of its own": "ALTER TABLE entry ALTER COLUMN actor SET DEFAULT 'person:lan'",
        "heirs": "CREATE TABLE more () INHERITS (entry)",
        "row security": "ALTER TABLE entry ENABLE ROW LEVEL SECURITY",
        "row security for its owner": "ALTER TABLE entry FORCE ROW LEVEL SECURITY",
        "a check": "ALTER TABLE entry ADD CHECK (actor <> 'person:binh')",
    },
    "table head": {"a check less": "ALTER TABLE head DROP CONSTRAINT head_id_check"},
    "table content": {"not durable": "ALTER TABLE content SET UNLOGGED"},
    "policy seen": {"a policy": "CREATE POLICY seen ON document USING (owner <> 'CVP')"},
    "rule never": {"a rule": "CREATE RULE never AS ON DELETE TO document DO INSTEAD NOTHING"},
    "rights on entry": {
        "to alter it": "GRANT UPDATE ON entry TO qms_app",
        "to alter a column": "GRANT UPDATE (data) ON entry TO qms_app",
        "for everybody": "GRANT TRUNCATE ON entry TO PUBLIC",
        "taken away": "REVOKE INSERT ON entry FROM qms_app",
    },
    "grant on document to pg_monitor": {
        "for somebody else": "GRANT INSERT ON document TO pg_monitor",
        "a column for somebody else": "GRANT UPDATE (body) ON document TO pg_monitor",
    },
    "temporary tables of qms_app": {
        "as after a restore": "DO $$ BEGIN EXECUTE"
        " format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$",
    },
    "connections of PUBLIC": {
        "as after a restore": "DO $$ BEGIN EXECUTE"
        " format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()); END $$",
    },
    "index document_now": {
        "other rows": "DROP INDEX document_now; CREATE UNIQUE INDEX document_now"
        " ON document (id) WHERE until_entry IS NULL AND code <> 'QT-01'",
    },
}
EVERY = [(name, what) for name, every in ALTERED.items() for what in every]


def told(office):
    """Return what the application is told of the parts of its database."""
    opened = database.engine(database.address(office.address))
    try:
        with opened.connect() as connection:
            return set(schema.misshapen(connection))
    finally:
        opened.dispose()


def altered(office, statement):
    postgres.HERE[0].sql(statement, database.address(office.address).database)


@pytest.mark.postgres
@pytest.mark.parametrize(("name", "what"), EVERY)
def test_on_postgresql_each_alteration_is_told_by_its_name(office, name, what):
    assert told(office) == set()

    altered(office, ALTERED[name][what])

    assert name in told(office)


SAYS = {
    "a function that is gone": "PERFORM gone()",
    "a refusal": "RAISE EXCEPTION 'mine'",
}


@pytest.mark.postgres
@pytest.mark.parametrize("what", SAYS)
def test_what_a_trigger_of_somebody_else_says_is_named_and_mended(office, what):
    altered(
        office,
        "SET ROLE qms; CREATE FUNCTION strange() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {SAYS[what]}; END $$;"
        " CREATE TRIGGER strange BEFORE INSERT ON node EXECUTE FUNCTION strange()",
    )

    with office.open() as system, pytest.raises(Damaged, match=r"mine|gone"):
        system.perform(created("QT-01"))

    qms.rebuild(office.folder)
    with office.open() as system:
        system.perform(created("QT-01"))


@pytest.mark.postgres
def test_verification_tells_of_it(office):
    altered(office, ALTERED["trigger entry_guard"]["never"])
    altered(office, ALTERED["table head"]["a check less"])

    found = {(one.code, one.about) for one in qms.verify(office.folder)}
    assert found == {("S08", "table head"), ("S08", "trigger entry_guard")}


@pytest.mark.postgres
def test_after_a_restore_its_owner_sets_the_rights_on_a_database_by_a_rebuild(office):
    names = {"temporary tables of qms_app", "connections of PUBLIC"}
    for name in names:
        altered(office, ALTERED[name]["as after a restore"])
    assert told(office) == names

    qms.rebuild(office.folder)

    assert told(office) == set()


@pytest.mark.postgres
def test_who_connects_to_the_database_of_somebody_else_is_theirs_to_say(office):
    altered(office, ALTERED["connections of PUBLIC"]["as after a restore"])
    name = database.address(office.address).database
    altered(office, f'ALTER DATABASE "{name}" OWNER TO postgres')

    assert told(office) == set()


@pytest.mark.postgres
def test_what_others_have_there_is_left_alone(office):
    for statement in HARMLESS:
        altered(office, statement)

    assert told(office) == set()


@pytest.mark.postgres
def test_an_application_that_may_do_what_its_owner_may_is_told(office):
    altered(office, "ALTER ROLE qms_app SUPERUSER")
    try:
        assert {"rights on entry", "rights on head"} <= told(office)
    finally:
        altered(office, "ALTER ROLE qms_app NOSUPERUSER")
    assert told(office) == set()


@pytest.fixture
def alone():
    """A database that its owner works with, and nobody else."""
    server = postgres.HERE[0]
    server.sql("CREATE ROLE so_3 LOGIN")
    name = server.create()
    server.sql(f'ALTER DATABASE "{name}" OWNER TO so_3')
    opened = database.engine(database.address(server.address(name, "so_3")))
    with opened.begin() as connection:
        guards.renew(connection)
    yield opened
    opened.dispose()
    server.drop({name})
    for role in ("so_3_app", "so_3"):
        server.sql(f"DROP ROLE IF EXISTS {role}")


def misshapen(opened):
    with opened.connect() as connection:
        return list(schema.misshapen(connection))


@pytest.mark.postgres
def test_where_no_application_works_a_grant_is_told_and_no_more(alone):
    assert misshapen(alone) == []

    postgres.HERE[0].sql("GRANT INSERT ON document TO pg_monitor", alone.url.database)

    assert misshapen(alone) == ["grant on document to pg_monitor"]


def said(opened, *statements):
    for statement in statements:
        postgres.HERE[0].sql(statement, opened.url.database)
    return misshapen(opened)


@pytest.mark.postgres
def test_an_application_that_was_granted_nothing_is_not_missed(alone):
    assert said(alone, "CREATE ROLE so_3_app LOGIN") == []
    assert said(alone, "GRANT SELECT ON entry TO PUBLIC") == []


@pytest.mark.postgres
@pytest.mark.parametrize("right", ["TRUNCATE", "INSERT", "UPDATE (data)"])
def test_what_everybody_may_is_told_once_where_no_application_works(alone, right):
    granted = f"GRANT {right} ON entry TO PUBLIC"

    assert said(alone, "CREATE ROLE so_3_app LOGIN", granted) == ["grant on entry to PUBLIC"]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "granted", ["TRUNCATE ON entry", "UPDATE (data) ON entry", "pg_write_all_data", "so_3"]
)
def test_an_application_to_which_anything_was_granted_works_here(alone, granted):
    found = said(alone, "CREATE ROLE so_3_app LOGIN", f"GRANT {granted} TO so_3_app")

    assert {"rights on entry", "rights on head"} <= set(found)


RESPELLED = {
    "blanks": lambda said: said.replace(" ON ", "\n  ON ").replace("(", " ( ").replace(",", " , "),
    "capitals": lambda said: said.replace("INTEGER", "integer").replace("CREATE", "Create"),
    "names in quotes": lambda said: re.sub(r"\b(actor|kind|since_entry|code)\b", r'"\1"', said),
}
OTHERWISE = {
    "trigger entry_next": lambda said: re.sub(
        r"WHEN (.*)\nBEGIN", lambda one: f'WHEN "{one[1].replace(chr(34), "")}"\nBEGIN', said
    ),
    "trigger entry_guard_INSERT": lambda said: said.replace(
        "'operation' COLLATE", "'OPERATION' COLLATE"
    ),
    "trigger head_whole": lambda said: said.replace("IS NOT", "IS"),
    # What Python takes for a small k, or for a blank, is to SQLite part of another name.
    "trigger checkpoint_next": lambda said: said.replace("FROM checkpoint", "FROM chec\u212apoint"),
    "trigger node_next": lambda said: said.replace("NEW.level", "NEW.level\u00a0"),
    "table entry": lambda said: said.replace("actor TEXT NOT NULL", "actor TEXT"),
    "table node": lambda said: said.replace("STRICT", ""),
    "index document_now": lambda said: said.replace("until_entry IS NULL", 'until_entry IS "NULL"'),
    "index document_sorted": lambda said: said.replace("(sort, id)", '("sort, id")'),
}


def respell(office, names, alter):
    """Put parts of a database on SQLite in other words."""
    with closing(sqlite3.connect(office.database, isolation_level=None)) as plain:
        plain.execute("PRAGMA writable_schema = ON")
        every = plain.execute("SELECT type || ' ' || name, sql FROM sqlite_master").fetchall()
        changed = [(name, alter(said)) for name, said in every if said and names(name)]
        assert any(dict(every)[name] != said for name, said in changed)
        for name, said in changed:
            words = "UPDATE sqlite_master SET sql = ? WHERE type || ' ' || name = ?"
            plain.execute(words, (said, name))


@pytest.mark.sqlite
@pytest.mark.parametrize("way", RESPELLED)
def test_on_sqlite_another_spelling_of_the_same_is_no_alteration(office, way):
    respell(office, lambda name: "search" not in name, RESPELLED[way])

    assert told(office) == set()
    assert list(qms.verify(office.folder)) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("name", OTHERWISE)
def test_on_sqlite_other_words_are_told_by_their_name(office, name):
    respell(office, name.__eq__, OTHERWISE[name])

    assert told(office) == {name}
