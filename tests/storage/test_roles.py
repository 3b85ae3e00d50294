"""The roles of a PostgreSQL ledger: the owner makes tables, the application works with them."""

import stat
from base64 import b64decode, b64encode
from hashlib import pbkdf2_hmac, sha256
from hmac import digest
from pathlib import Path

import psycopg
import pytest

import qms
from qms.backup import backup, restore
from qms.errors import QMSError
from qms.folder import Folder
from qms.storage import database, roles, tables
from qms.storage.trouble import (
    ApplicationThere,
    LedgerTaken,
    NoApplication,
    NotUnicode,
    OldServer,
    OwnerAtWork,
    OwnersOnly,
)
from tests import postgres
from tests.cli.talk import say
from tests.killing import killed_before
from tests.systems import created

pytestmark = pytest.mark.postgres
OPENED = ("--title", "Văn phòng", "--since", "2024-01-01")
NAMES = {"organisation": "Sở GTVT", "officer": "lan"}


def server():
    return postgres.HERE[0]


def asked(office, query):
    name = database.address(office.address).database
    return server().sql(query, name)


def test_founding_makes_a_role_that_owns_nothing(place, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    server().sql("CREATE ROLE so_gtvt LOGIN CREATEROLE")
    name = server().create()
    server().sql(f"ALTER DATABASE {name} OWNER TO so_gtvt")

    with qms.found(place / "so", database=server().address(name, "so_gtvt"), **NAMES) as system:
        assert system.verify() == []

    said = database.address(Folder.at(place / "so").database)
    assert said.username == "so_gtvt_app"
    assert len(said.password or "") >= 32
    kept = server().sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'so_gtvt_app'")
    assert kept[0][0].startswith("SCRAM-SHA-256$")
    assert stat.S_IMODE((place / "so" / "qms.toml").stat().st_mode) == 0o600
    owners = server().sql(
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", name
    )
    assert owners == [("so_gtvt",)]
    temporary = f"SELECT has_database_privilege('so_gtvt_app', '{name}', 'TEMPORARY')"
    assert server().sql(temporary) == [(False,)]
    server().sql("CREATE ROLE other LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        server().connect(name, "other")
    server().sql("DROP ROLE other")
    server().drop({name})
    server().sql("DROP ROLE so_gtvt_app")
    server().sql("DROP ROLE so_gtvt")


@pytest.fixture
def owner():
    """An owner whose application nobody has met yet."""
    server().sql("CREATE ROLE so_2 LOGIN CREATEROLE")
    yield "so_2"
    query = "SELECT datname FROM pg_database JOIN pg_roles r ON r.oid = datdba"
    server().drop({name for (name,) in server().sql(f"{query} WHERE rolname = 'so_2'")})
    for role in ("so_2_app", "so_2"):
        server().sql(f"DROP ROLE IF EXISTS {role}")


def empty(owner):
    name = server().create()
    server().sql(f'ALTER DATABASE "{name}" OWNER TO {owner}')
    return server().address(name, owner)


def signs_in(address):
    """Tell whether the password of an address is that of its role (RFC 5803)."""
    said = database.address(address)
    row = server().sql(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{said.username}'")
    _, salted, keys = row[0][0].split("$")
    rounds, salt = salted.split(":")
    password = str(said.password).encode()
    key = pbkdf2_hmac("sha256", password, b64decode(salt), int(rounds))
    stored = sha256(digest(key, b"Client Key", "sha256")).digest()
    return b64encode(stored).decode() == keys.split(":")[0]


def test_a_role_that_is_there_keeps_its_password(owner):
    server().sql(f"CREATE ROLE {owner}_app LOGIN PASSWORD 'x'")

    assert database.address(roles.application(empty(owner))).password is None


def others(address):
    """Return what everybody may do in a database."""
    name = database.address(address).database
    query = f"SELECT has_database_privilege('public', '{name}', '%s')"
    return {may for may in ("CONNECT", "TEMPORARY") if server().sql(query % may)[0][0]}


def test_a_founding_that_fails_leaves_no_role(owner, place, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    known = f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}_app'"
    for wrong in ({"officer": "../lan"}, {"organisation": "\0"}):
        given = empty(owner)
        with pytest.raises(QMSError):
            qms.found(place / "so", **{"database": given} | NAMES | wrong)
        assert server().sql(known) == []
        assert others(given) == {"CONNECT", "TEMPORARY"}

    qms.found(place / "so", database=empty(owner), **NAMES).close()
    assert len(server().sql(known)) == 1


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_keeps_no_unicode_is_refused(office, owner, place, monkeypatch, encoding):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")  # of our own connections it says nothing
    name = f"t{encoding.lower()}"
    how = f"TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'"
    server().sql(f"CREATE DATABASE {name} OWNER {owner} {how}")
    given = server().address(name, owner)

    for work in (
        lambda: qms.found(place / "new", database=given, **NAMES),
        lambda: qms.rebuild(place / "new", clone=office.store, database=given),
        lambda: qms.join(place / "new", clone=office.store, database=given, actor="lan"),
    ):
        with pytest.raises(NotUnicode) as told:
            work()
        assert (told.value.exit_code, told.value.about) == (3, f"{name}: {encoding}")
        assert not (place / "new").exists()
    assert office.asks(lambda system: system.verify()) == []


def test_a_server_where_an_owner_has_power_over_the_roles_of_others_is_refused(
    owner, place, monkeypatch
):
    monkeypatch.setattr(roles, "OLDEST", 99)  # no server that old is at hand

    with pytest.raises(OldServer, match="PostgreSQL 1"):
        qms.found(place / "so", database=empty(owner), **NAMES)
    assert server().sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}_app'") == []
    assert not (place / "so").exists()


def test_a_founding_leaves_the_tables_of_others(owner, place, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    given = empty(owner)
    name = str(database.address(given).database)
    server().sql("CREATE TABLE document AS SELECT 7 AS number", name)
    server().sql(f"ALTER TABLE document OWNER TO {owner}", name)

    with pytest.raises(LedgerTaken):
        qms.found(place / "so", **{"database": given} | NAMES)

    assert server().sql("SELECT number FROM document", name) == [(7,)]
    assert server().sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}_app'") == []
    assert not (place / "so").exists()


@pytest.mark.parametrize("table", ["document", "head", "entry"])
def test_a_rebuild_and_a_restore_leave_the_tables_of_others(
    office, owner, place, monkeypatch, table
):
    backup(office.folder, place / "so.sao-luu")
    given = empty(owner)
    name = str(database.address(given).database)
    server().sql(f"CREATE TABLE {table} AS SELECT 7 AS number", name)
    server().sql(f"ALTER TABLE {table} OWNER TO {owner}", name)
    monkeypatch.setenv("QMS_OWNER", owner)
    monkeypatch.setenv("QMS_DATABASE", given)

    for work in (
        lambda: qms.rebuild(place / "new", clone=office.store),
        lambda: restore(place / "so.sao-luu", place / "new"),
        lambda: qms.found(place / "new", **NAMES),
    ):
        with pytest.raises(LedgerTaken):
            work()
        assert server().sql(f"SELECT number FROM {table}", name) == [(7,)]
        assert server().sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name) == [
            (1,)
        ]
        assert server().sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}_app'") == []
        assert not (place / "new").exists()


FOREIGN = {
    "document": "CREATE VIEW document AS SELECT 7 AS number",
    "head": "CREATE VIEW head AS SELECT 1 AS id, '' AS log, 0 AS size, '' AS peaks, '' AS at",
    "entry": "CREATE MATERIALIZED VIEW entry AS SELECT 7 AS number",
    "node": "CREATE SEQUENCE node",
    "head_id_seq": "CREATE SEQUENCE head_id_seq",
    "store": "CREATE TYPE store AS ENUM ('a')",
    "code": "CREATE TYPE code AS (number integer)",
    "content": "CREATE DOMAIN content AS text",
    "qms_next": "CREATE FUNCTION qms_next() RETURNS integer LANGUAGE sql AS 'SELECT 7'",
    "entry_by_at": "CREATE TABLE other (at integer); CREATE INDEX entry_by_at ON other (at)",
}
"""What others may have in a database under a name of ours, and how it is made."""

KEPT = """
SELECT relname, relkind, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT typname, typtype, 0 FROM pg_type WHERE typnamespace = 'public'::regnamespace
UNION ALL SELECT prosrc, prokind, 0 FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2
"""


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_is_made_beside_what_others_call_by_a_name_of_ours(
    office, owner, place, monkeypatch, name
):
    backup(office.folder, place / "so.sao-luu")
    given = empty(owner)
    where = str(database.address(given).database)
    server().sql(f"SET ROLE {owner}; {FOREIGN[name]}", where)
    before = server().sql(KEPT, where)
    monkeypatch.setenv("QMS_OWNER", owner)
    monkeypatch.setenv("QMS_DATABASE", given)

    for work in (
        lambda: qms.rebuild(place / "new", clone=office.store),
        lambda: restore(place / "so.sao-luu", place / "new"),
        lambda: qms.found(place / "new", **NAMES),
    ):
        with pytest.raises(LedgerTaken, match=rf", {name}: "):
            work()
        assert server().sql(KEPT, where) == before
        assert server().sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}_app'") == []
        assert not (place / "new").exists()


def test_a_damaged_ledger_is_not_put_aside_around_what_stands_in_its_place(office):
    where = str(database.address(office.address).database)
    server().sql(f"SET ROLE qms; DROP TABLE document; {FOREIGN['document']}", where)
    before = server().sql(KEPT, where)

    with pytest.raises(LedgerTaken, match=", document: "):
        qms.rebuild(office.folder)

    assert server().sql(KEPT, where) == before
    server().sql("DROP VIEW document", where)
    qms.rebuild(office.folder)
    assert office.asks(lambda system: system.verify()) == []


def test_a_founding_takes_the_address_of_the_environment_as_that_of_the_owner(
    owner, place, monkeypatch
):
    monkeypatch.delenv("QMS_OWNER")
    monkeypatch.setenv("QMS_DATABASE", empty(owner))
    with qms.found(place / "so", **NAMES) as system:
        assert system.verify() == []
    file = place / "kept.tar"
    monkeypatch.delenv("QMS_DATABASE")
    backup(place / "so", file)
    assert database.address(Folder.at(place / "so").database).username == f"{owner}_app"

    told = say("-C", str(place / "again"), "restore", str(file), "--database", empty(owner))
    assert told.exit_code == 0, told.output
    assert "SQLite" not in told.stdout
    assert database.address(Folder.at(place / "again").database).username == f"{owner}_app"
    with qms.open(place / "again", actor="lan") as system:
        assert system.size > 0


def test_a_role_that_works_elsewhere_keeps_its_password(owner, place, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    one, other = empty(owner), empty(owner)
    qms.found(place / "one", database=one, **NAMES).close()

    for taken in (one, other):
        assert database.address(roles.application(taken)).password is None
    assert signs_in(Folder.at(place / "one").database)


def test_a_founding_killed_at_any_step_is_begun_again(owner, place, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    step, died, again = 0, True, 0
    while died:
        address, folder = empty(owner), place / f"so-{step}"
        died = killed_before(
            step, lambda to=folder, at=address: qms.found(to, database=at, **NAMES).close()
        )
        if not (folder / "qms.toml").exists():
            qms.found(folder, database=address, **NAMES).close()
            again += 1
        with qms.open(folder, actor="lan") as system:
            assert system.verify() == []
        assert signs_in(Folder.at(folder).database)
        with pytest.raises(LedgerTaken):
            qms.found(place / "late", database=address, **NAMES)
        server().drop({database.address(address).database})
        server().sql(f"DROP ROLE {owner}_app")
        step += 1 + step // 3
    assert again > 4


def test_an_owner_who_may_not_make_the_role_is_told_its_name():
    server().sql("CREATE ROLE clerk LOGIN")

    with pytest.raises(NoApplication) as told:
        roles.application(server().address("postgres", "clerk"))
    assert (told.value.exit_code, told.value.about) == (5, "clerk_app")
    server().sql("DROP ROLE clerk")


def test_the_application_may_do_what_an_operation_does_and_no_more(office):
    rights = {}
    for table in tables.metadata.sorted_tables:
        query = (
            "SELECT privilege_type FROM information_schema.table_privileges"
            f" WHERE grantee = 'qms_app' AND table_name = '{table}'"
        )
        rights[str(table)] = {right for (right,) in asked(office, query)}

    assert rights.pop("store") == {"SELECT", "INSERT", "DELETE"}  # a store that never came to be
    assert set.union(*rights.values()) == {"SELECT", "INSERT"}
    query = (
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = 'qms_app' AND privilege_type = 'UPDATE'"
    )
    altered = asked(office, query)
    assert {"entry", "node", "checkpoint", "code"} & {table for table, _ in altered} == set()
    assert {column for table, column in altered if table == "document"} == {"until_entry"}


def test_the_application_makes_no_tables(office, monkeypatch):
    monkeypatch.delenv("QMS_OWNER")
    with pytest.raises(OwnersOnly) as told:
        qms.rebuild(office.folder)
    assert told.value.exit_code == 5

    monkeypatch.setenv("QMS_OWNER", "qms")
    assert qms.rebuild(office.folder) == len(office.entries())


def test_a_superuser_who_is_not_the_owner_rebuilds_nothing(office, monkeypatch):
    monkeypatch.setenv("QMS_OWNER", "postgres")

    with pytest.raises(OwnersOnly) as told:
        qms.rebuild(office.folder)
    assert told.value.about == "QMS_OWNER=qms"
    query = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert asked(office, query) == [("qms",)]
    office.does("hung", created("QT-01"))


@pytest.mark.parametrize("role", ["qms", "postgres"])
def test_nobody_joins_as_the_owner(office, place, role):
    name = database.address(office.address).database
    words = {"clone": office.store, "actor": "lan"}

    with pytest.raises(OwnerAtWork) as told:
        qms.join(place / "other", database=server().address(name, role), **words)
    assert (told.value.exit_code, told.value.about) == (3, "qms_app")
    assert not (place / "other").exists()


def test_tables_of_a_new_version_are_granted_each_by_itself(office):
    """A ledger of before lacks the table of a register, and that of the search, too."""
    asked(office, "DROP TABLE passage, audit")

    with office.open("lan") as system:
        assert system.find(qms.audits.Audit) == []
    for table in ("passage", "audit"):
        granted = asked(office, f"SELECT has_table_privilege('qms_app', '{table}', 'INSERT')")
        assert granted == [(True,)]


def test_what_is_rebuilt_the_application_works_with(office):
    qms.rebuild(office.folder)

    office.does("hung", created("QT-01"))

    assert office.asks(lambda system: system.verify()) == []


def test_a_database_given_to_a_rebuild_is_made_like_one_that_is_founded(office, place):
    name = server().create()

    qms.rebuild(place / "new", clone=office.store, database=server().address(name))

    with qms.open(place / "new", actor="lan", now=office.clock) as system:
        assert system.size == len(office.entries())
    assert Folder.at(place / "new").database == server().address(name, "qms_app").replace(
        str(server().folder), str(server().folder).replace("/", "%2F")
    )


def test_of_two_who_found_on_one_database_one_does(place):
    address = server().address(server().create())
    qms.found(place / "one", database=address, **NAMES).close()

    with pytest.raises(LedgerTaken):
        qms.found(place / "two", database=address, **NAMES)
    with qms.open(place / "one", actor="lan") as system:
        assert system.verify() == []


def test_every_text_sorts_by_its_bytes(office):
    query = "SELECT DISTINCT collation_name FROM information_schema.columns"
    kept = f"{query} WHERE table_schema = 'public' AND data_type = 'text'"

    assert asked(office, kept) == [("C",)]


def test_contents_that_wait_are_found_by_a_partial_index(office):
    query = "SELECT indexdef FROM pg_indexes WHERE indexname = 'content_waiting'"

    assert "WHERE (data IS NOT NULL)" in asked(office, query)[0][0]


def locked(server):
    """Let nobody but owner and superuser in without a password."""
    rules = [f"local all {role} trust" for role in ("postgres", "qms")] + [
        "local all all scram-sha-256"
    ]
    (server.folder / "data" / "pg_hba.conf").write_text("\n".join(rules) + "\n")
    server.sql("SELECT pg_reload_conf()")
    return server


def test_the_application_signs_in_with_the_password_it_was_given(quick_folder, place):
    with quick_folder() as folder, postgres.served(Path(folder), **postgres.QUICK) as own:
        address, new = locked(own).address(own.create()), str(place / "so")
        told = say("-C", new, "found", "Sở GTVT", "--officer", "lan", "--database", address)
        assert told.exit_code == 0, told.output

        done = say("-C", new, "--actor", "lan", "unit", "open", "--code", "VP", *OPENED)
        assert done.exit_code == 0, done.output
        assert say("-C", new, "verify").exit_code == 0

        said = Folder.at(place / "so").database
        wrong = database.address(said).set(password="khác")
        Folder.at(place / "so").write(wrong.render_as_string(hide_password=False))
        refused = say("-C", new, "list")
        assert refused.exit_code == 3
        assert "password authentication failed" in refused.output
        assert str(database.address(said).password) not in refused.output
        refused = say("-C", new, "rebuild", QMS_OWNER="qms")  # whom nobody keeps out
        assert refused.exit_code == 3
        assert "(qms_app: " in refused.output


def test_a_role_that_is_there_is_not_given_the_password_of_the_owner(
    quick_folder, place, monkeypatch
):
    monkeypatch.delenv("QMS_OWNER")
    with quick_folder() as folder, postgres.served(Path(folder), **postgres.QUICK) as own:
        locked(own).sql("CREATE ROLE qms_app LOGIN PASSWORD 'riêng'")
        given = own.address(own.create()).replace("qms@", "qms:chu@")

        with pytest.raises(ApplicationThere) as told:
            qms.found(place / "so", database=given, **NAMES)
        assert (told.value.exit_code, told.value.about) == (5, "qms_app")
        assert not (place / "so").exists()

        monkeypatch.setenv("PGPASSWORD", "riêng")
        qms.found(place / "so", database=given, **NAMES).close()
        monkeypatch.delenv("PGPASSWORD")
        assert database.address(Folder.at(place / "so").database).password == "riêng"
        with qms.open(place / "so", actor="lan") as system:
            assert system.verify() == []


@pytest.mark.parametrize("role", ["qms", "postgres"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_whoever_owns_the_tables_asks_and_makes_no_operation(office, role, language):
    name = str(database.address(office.address).database)
    words = ("--lang", language, "-C", str(office.folder), "--actor", "lan")
    owner = {"QMS_DATABASE": server().address(name, role)}
    size = len(office.entries())

    assert say(*words, "unit", "list", **owner).exit_code == 0
    told = say(*words, "unit", "open", "--code", "MOI", *OPENED, **owner)

    assert told.exit_code == 3, told.output
    assert "qms_app" in told.output
    assert len(told.output.splitlines()) == 1
    assert len(office.entries()) == size


@pytest.mark.parametrize("role", ["qms", "postgres"])
def test_whoever_owns_the_tables_verifies(office, monkeypatch, role):
    name = str(database.address(office.address).database)
    monkeypatch.setenv("QMS_DATABASE", server().address(name, role))

    told = say("-C", str(office.folder), "verify")
    assert told.exit_code == 0, told.output
    assert office.asks(lambda system: system.verify()) == []
