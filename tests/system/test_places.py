"""Where a system lies: what describes it, what it may be called, how it is founded."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

import qms
from qms.backup import backup, restore
from qms.errors import QMSError
from qms.folder import BadFolder, Folder, FolderTaken
from qms.registers.documents import Withdraw
from qms.registers.people import Unit
from qms.storage import trouble as t
from tests import systems
from tests.harm import named
from tests.systems import created


@pytest.fixture(scope="module")
def sound(stage):
    stage.issues("QT-01", "2024-02-01")
    stage.does("hung", created("QT-02"))
    return stage


@pytest.fixture
def office(sound, place):
    return sound.copy(place / "so")


@pytest.mark.parametrize(
    "said",
    [
        "format = 2\nstore = 'x'\n",
        "format = 1\n",
        "format = 1\nstore = 5\n",
        "format = 1\nstore = ''\n",
        "format = 1\nstore = 'x'\ncolour = 'red'\n",
        "format = 1\nstore = 'x'\ndatabase = ['x']\n",
        "format = ",
        "format = " + "9" * 5000,
        "format = " + "[" * 5000,
        "\0",
    ],
)
def test_a_broken_description_is_named(office, said):
    (office.folder / "qms.toml").write_text(said)

    with named(office, BadFolder, 6):
        office.open()


def test_a_description_that_is_no_text_or_no_file_is_named(office):
    (office.folder / "qms.toml").write_bytes(b"\xff\xfe")
    with named(office, BadFolder, 6):
        office.open()
    (office.folder / "qms.toml").unlink()
    (office.folder / "qms.toml").mkdir()
    with named(office, BadFolder, 6):
        office.open()


def test_a_description_is_read_as_it_was_written(place):
    said = '/srv/Hồ sơ 🗄 "A"\\\x7f'
    place.mkdir(exist_ok=True)
    Folder.new(place).write(vault=said)

    assert Folder.at(place).vault_said == said
    assert "Hồ sơ" in (place / "qms.toml").read_text("utf-8")


@pytest.mark.parametrize("database", ["nothing", "dbase://x/y", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_leads_nowhere_is_named(office, monkeypatch, database):
    monkeypatch.setenv("QMS_DATABASE", database)

    with named(office, t.BadAddress, 6):
        office.open()


PASSWORDS = ("bi@mat:kin", "bi@mat:kin/x", "bi@mat/kin", "bi@mat")


@pytest.mark.parametrize(
    "address",
    [
        *(f"postgresql+psycopg://so:{password}@csdl/so" for password in PASSWORDS),
        "postgresql+psycopg://so/x:mat@csdl/so",
        "so:mat@csdl/so",
        "postgresql://so:mat@csdl/so",
        "postgresql+psycopg2://so:mat@csdl/so",
        "mysql://so:mat@csdl/so",
    ],
)
def test_a_bad_address_is_refused_without_its_password(office, monkeypatch, place, address):
    (office.folder / "qms.toml").write_text(f'format = 1\nstore = "x"\nreplica = "{address}"\n')
    clone = office.folder / "store.git"
    words = {"organisation": "Sở GTVT", "officer": "lan"}
    scheme, found, _ = address.partition("://")
    for act in (
        office.open,
        lambda: qms.found(place / "a", database=address, **words),
        lambda: qms.join(place / "b", clone=clone, database=address, actor="lan"),
        lambda: qms.rebuild(place / "c", clone=clone, database=address),
    ):
        with pytest.raises(t.BadAddress) as caught:
            act()
        assert caught.value.about == (scheme if found else "")
        assert "%XX" in caught.value.says("vi")
        assert "percent-encode" in caught.value.says("en")


def test_a_folder_may_have_any_name(sound, place):
    office = sound.copy(place / "Sở GTVT? 100% #1 'a' & \"b\"")

    office.does("hung", created("QT-09"))

    assert office.asks(lambda system: system.verify()) == []
    assert set(place.iterdir()) == {office.folder, office.keys}


def test_a_system_may_be_opened_from_where_one_stands(office, monkeypatch, place):
    monkeypatch.chdir(office.folder)
    with qms.open(".", actor="hung", now=office.clock) as system:
        monkeypatch.chdir(place)
        system.perform(created("QT-09"))

    assert not (place / "ledger.db").exists()


NAMES = {"organisation": "Sở GTVT", "officer": "lan"}


def test_a_system_is_not_founded_where_something_lies(office, place):
    (place / "file").touch()
    for path in (office.folder, place / "file", place):
        with named(office, FolderTaken, 3):
            qms.found(path, **NAMES)


def test_a_system_may_be_founded_in_an_empty_folder_where_one_stands(place, monkeypatch):
    monkeypatch.chdir(place)
    with qms.found(".", **NAMES) as system:
        assert system.verify() == []
    assert (place / "qms.toml").exists()
    assert Path.cwd() == place


def broken_clock():
    raise InterruptedError


def broken_salt():
    raise InterruptedError


@pytest.mark.parametrize(
    "words",
    [
        {"officer": "../lan"},
        {"organisation": "\0"},
        {"salt": broken_salt},
        {"database": "dbase://x"},
    ],
    ids=lambda words: next(iter(words)),
)
def test_a_founding_that_fails_leaves_nothing(place, words):
    (place / "empty").mkdir()
    for path in (place / "a" / "b" / "so", place / "empty"):
        with pytest.raises(QMSError):
            qms.found(path, **NAMES | words)

    assert [path.name for path in place.iterdir()] == ["empty"]
    assert list((place / "empty").iterdir()) == []


def test_a_founding_never_empties_a_database_that_holds_a_trail(office, place, monkeypatch):
    before = systems.rows_of(office)
    monkeypatch.setenv("QMS_DATABASE", office.address)

    with named(office, t.LedgerTaken, 3):
        qms.found(place / "other", **NAMES)
    assert systems.rows_of(office) == before


def test_a_rebuild_never_empties_a_database_that_holds_another_trail(office, place, monkeypatch):
    qms.found(place / "other", **NAMES).close()
    monkeypatch.setenv("QMS_DATABASE", office.address)

    with named(office, t.LedgerTaken, 3):
        qms.rebuild(place / "new", clone=place / "other" / "store.git")
    assert not (place / "new").exists()


def test_a_head_with_a_column_too_many_is_rebuilt(office):
    office.sql("ALTER TABLE head ADD COLUMN more text")
    assert "S08" in {found.code for found in qms.verify(office.folder)}

    qms.rebuild(office.folder)

    assert office.asks(lambda system: system.verify()) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE document AS SELECT 7 AS number",
        "CREATE TABLE search AS SELECT 7 AS number",
        "CREATE VIEW document AS SELECT 7 AS number",
        "CREATE VIEW entry_by_at AS SELECT 7 AS number",
    ],
)
def test_a_rebuild_and_a_restore_leave_what_others_have(office, place, monkeypatch, made):
    backup(office.folder, place / "so.sao-luu")
    name = made.split()[2]
    with closing(sqlite3.connect(place / "other.db")) as other:
        other.execute(made)
        monkeypatch.setenv("QMS_DATABASE", f"sqlite:///{place / 'other.db'}")

        for work in (
            lambda: qms.rebuild(place / "new", clone=office.store),
            lambda: restore(place / "so.sao-luu", place / "new"),
            lambda: qms.found(place / "new", **NAMES),
            lambda: qms.rebuild(office.folder),
        ):
            with named(office, t.LedgerTaken, 3):
                work()
            assert not (place / "new").exists()
        assert other.execute(f"SELECT * FROM {name}").fetchall() == [(7,)]
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(1,)]


def test_a_system_that_was_closed_says_so(office):
    system = office.open()
    earlier = system.as_of(3)
    system.close()
    system.close()

    for call in (
        system.verify,
        system.rebuild,
        system.catch_up,
        lambda: system.size,
        lambda: system.today,
        system.__enter__,
        lambda: earlier.find(Unit),
        lambda: system.find(Unit),
        lambda: system.perform(Withdraw(code="QT-01", reason="x", day=date(2024, 1, 1))),
    ):
        with pytest.raises(t.Closed):
            call()
    assert office.asks(lambda system: system.verify()) == []
