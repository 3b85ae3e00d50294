"""Several machines on one ledger, each with a folder and a store of its own."""

import os
import shutil
from datetime import date
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

import qms
from qms import documents as d
from qms import folder, restoring
from qms.backup import backup
from qms.days import today
from qms.folder import Folder, NotAFolder, NotOpened, keys_of
from qms.restoring import LastStore, NoStore, NoVault, OtherVault
from qms.storage import tables
from qms.storage.promises import Promises
from qms.storage.recovery import GivenUp, OldClone
from qms.storage.transaction import NotJoined
from qms.storage.trouble import Busy, LedgerTaken, NoLedger
from qms.storage.vault import Vault
from qms.system import QMS
from qms.values import Content
from tests import postgres, systems
from tests.cli.talk import say
from tests.systems import created

TOGETHER = get_context("fork")


def clone(office, place):
    systems.git(office.folder, "clone", "-q", "--bare", str(office.store), str(place))
    return place


def joined(office, folder, **shared):
    """Return one more machine; it signs as the first does, and has the same vault."""
    cloned = clone(office, folder.with_name(f"{folder.name}-clone"))
    words = {"clone": cloned, "database": office.address, "actor": "lan", "now": office.clock}
    shared = {"keys": str(office.keys), "vault": str(office.folder / "vault")} | shared
    qms.join(folder, **words, **shared).close()
    return systems.Office(folder, office.clock)


@pytest.fixture
def other(office, place):
    return joined(office, place / "other")


def same(office, *others):
    """Tell whether every store has come to the same commits, and all holds."""
    for each in (office, *others):
        each.open().close()
        assert each.fsck() == ""
        assert each.asks(lambda system: system.verify()) == []
    (commits,) = {tuple(systems.commits(each.store)) for each in (office, *others)}
    return len(commits) == office.operations()


def test_what_one_machine_does_the_other_sees(office, other):
    office.does("hung", created("QT-01", "Một"))
    other.does("hung", d.Submit(code="QT-01"))
    other.signs("QT-01")
    office.does("lan", d.Issue(code="QT-01", effective=date(2024, 2, 1)))

    assert other.asks(lambda system: system.text("QT-01", "1.0")) == systems.text("Một")
    assert same(office, other)


def test_a_record_that_one_machine_retains_the_other_reads(office, other):
    data = b"%PDF-1"
    facts = {"title": "Biên bản", "unit": "VP", "day": date(2024, 1, 2), "years": 5}
    office.issues("QT-01", "2024-02-01")
    other.does("lan", qms.records.Retain(**facts, process="QT-01", contents={"bb.pdf": data}))

    with office.open() as system:
        (record,) = system.find(qms.records.Record)
        assert record.files[0].sha256 == Content.of(data).sha256
        assert system.verify() == []


def test_who_has_joined_is_told_so_where_the_system_does_not_open_then(office, place, monkeypatch):
    given = folder._put

    def put(new, path):
        given(new, path)
        qms.leave(office.folder, Folder.at(path).store_name)

    monkeypatch.setattr(folder, "_put", put)
    words = ("join", "--clone", str(office.store), "--database", office.address)
    told = say("--lang", "en", "-C", str(place / "other"), *words)

    assert told.exit_code == NotOpened.exit_code == 8
    assert told.stderr.startswith("It is done: ")
    assert "could not be opened yet" in told.stderr
    assert (place / "other" / "qms.toml").exists()


def series(office, name):
    with office.open("hung") as system:
        for number in range(24):
            system.perform(created(f"HD-{name}-{number}", f"{name} {number}"))


def test_two_machines_that_write_at_once_come_to_the_same_commits(office, other):
    crowd = [
        TOGETHER.Process(target=series, args=(where, name))
        for where, name in ((office, "A"), (other, "B"), (office, "C"), (other, "D"))
    ]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()

    assert [process.exitcode for process in crowd] == [0] * 4
    assert len(office.asks(lambda system: system.find(d.Document))) == 96
    assert same(office, other)


def before(monkeypatch, owner, name, work):
    """Let work be done right before something is called for the first time."""
    given = getattr(owner, name)

    def called(*words, **named):
        monkeypatch.setattr(owner, name, given)
        work()
        return given(*words, **named)

    monkeypatch.setattr(owner, name, called)


@pytest.mark.postgres
def test_who_lost_the_ledger_while_it_put_evidence_away_is_told_so(office, other, monkeypatch):
    def lose():
        postgres.cut(office)
        other.does("lan", qms.people.Enrol(code="tam", name="Vũ Thanh Tâm"))

    again = qms.people.Enrol(code="son", name="Đỗ Sơn")
    with office.open("lan") as system:
        before(monkeypatch, os, "rename", lose)
        with pytest.raises(Busy):
            system.perform(again)
        system.perform(again)

    assert not list((office.folder / "vault").glob("draft*"))
    assert same(office, other)


def test_what_another_does_while_one_joins_is_there(office, place, monkeypatch):
    def more(name):
        for number in range(3):
            office.does("hung", created(f"QT-{name}-{number}", f"{name} {number}"))

    before(monkeypatch, restoring, "_fill_from", lambda: more("A"))
    before(monkeypatch, QMS, "_settle", lambda: more("B"))

    other = joined(office, place / "other")

    office.does("hung", *(created(f"HD-{number}", f"Lần {number}") for number in range(3)))
    assert other.asks(lambda system: system.draft("QT-A-0")) == systems.text("A 0")
    assert same(office, other)


def test_one_machine_may_promise_what_another_has_signed(office, other, monkeypatch):
    for name, office_, twice in (("A", office, other), ("B", other, office)):
        with office_.open("hung") as system:
            system.perform(created(f"QT-{name}-1"))
            more = created(f"QT-{name}-2", "Xen vào")
            before(monkeypatch, Promises, "write", lambda to=twice, it=more: to.does("hung", it))
            system.perform(created(f"QT-{name}-3"))
            system.perform(created(f"QT-{name}-4"))

    assert same(office, other)


def test_a_machine_without_the_key_works_and_does_not_sign(office, place):
    other = joined(office, place / "other", keys="")

    other.does("hung", created("QT-01"))

    assert not keys_of(other.folder).exists()
    assert [found.code for found in office.asks(lambda system: system.verify())] == ["C11"]
    office.does("hung", created("QT-02"))
    assert [found.code for found in office.asks(lambda system: system.verify())] == ["C10"]


def test_a_clone_older_than_what_the_ledger_still_has_is_refused(office, place):
    old = clone(office, place / "old")
    for number in range(3):
        office.does("hung", created(f"HD-{number}", f"Lần {number}"))

    with pytest.raises(OldClone):
        qms.join(place / "other", clone=old, database=office.address, actor="lan")

    assert not (place / "other").exists()
    assert len(office.sql("SELECT name FROM store")) == 1


def test_only_the_trail_of_the_clone_is_joined(office, place, monkeypatch):
    found = {"organisation": "Sở khác", "officer": "lan"}
    with qms.found(place / "another", **found):
        database = Folder.at(place / "another").database
    with pytest.raises(LedgerTaken):
        qms.join(place / "other", clone=office.store, database=database, actor="lan")

    empty = f"sqlite:///{place / 'empty.db'}"
    if postgres.HERE:
        empty = postgres.HERE[0].address(postgres.HERE[0].create())
    with pytest.raises(NoLedger):
        qms.join(place / "other", clone=office.store, database=empty, actor="lan")
    assert not (place / "other").exists()


def test_a_vault_that_is_not_there_is_not_shared(office, place):
    words = {"clone": office.store, "database": office.address, "actor": "lan"}
    with pytest.raises(NoVault):
        qms.join(place / "other", **words, vault=str(place / "nowhere"))
    assert not (place / "other").exists()


def test_a_vault_that_has_nothing_of_the_trail_is_not_theirs(office, place):
    vault = place / "vault"  # not mounted, and so empty; or of another office
    vault.mkdir()
    words = {"clone": office.store, "database": office.address, "actor": "lan"}
    for strange in ((), (b"another's",)):
        Vault(vault).put_all(strange)
        with pytest.raises(OtherVault):
            qms.join(place / "other", **words, vault=str(vault))
    assert not (place / "other").exists()


def waiting(office):
    """Return how many contents wait in the ledger for some store."""
    asked = select(func.count()).where(tables.content.c.data.is_not(None))
    with office.open() as system, system._ledger.reading() as now:
        return now.connection.scalar(asked)


def write(office, name):
    """Bring three texts, each in its operation; the last may wait for the next to begin."""
    for number in range(3):
        office.does("hung", created(f"HD-{name}-{number}", f"{name} {number}"))


def test_contents_wait_for_a_machine_until_it_leaves(office, other):
    write(office, "A")
    assert waiting(office) >= 3

    own = Folder.at(other.folder).store_name
    assert qms.leave(other.folder) == own

    assert waiting(office) <= 1
    with pytest.raises(NotAFolder):
        other.open()
    assert same(office)


def test_a_lost_machine_leaves_by_its_name(office, other, place):
    name = Folder.at(other.folder).store_name
    write(office, "A")

    with pytest.raises(NoStore, match=name):
        qms.leave(office.folder, "nobody")
    assert qms.leave(office.folder, name) == name

    write(office, "B")
    assert waiting(office) <= 1
    assert same(office, joined(office, place / "anew"))


@pytest.mark.parametrize("lacks", [False, True])
def test_a_machine_that_was_given_up_and_comes_back_is_told_so(office, other, place, lacks):
    name = Folder.at(other.folder).store_name
    with other.open("hung") as system:
        qms.leave(office.folder, name)
        if lacks:
            write(office, "A")
        for work in (
            lambda: system.perform(created("QT-01")),
            lambda: system.rehearse(created("QT-01")),
            other.open,
            lambda: qms.rebuild(other.folder),
            lambda: backup(other.folder, place / "so.sao-luu"),
        ):
            with pytest.raises(GivenUp) as told:
                work()
            assert told.value.exit_code == 3
            assert told.value.says("en").startswith(f"{name}, {today()}: This machine was given up")
            assert f"{today():%d/%m/%Y}" in told.value.says("vi")

    with pytest.raises(NoStore):
        qms.leave(office.folder, name)
    assert same(office, joined(office, place / "anew"))


def test_a_rebuild_forgets_no_machine(office, other, place):
    gone = joined(office, place / "gone")
    qms.leave(office.folder, Folder.at(gone.folder).store_name)
    write(office, "A")
    waited = waiting(office)

    qms.rebuild(office.folder)

    assert waiting(office) == waited >= 3
    with pytest.raises(GivenUp):
        gone.open()
    write(office, "B")
    assert same(office, other)


def test_a_rebuild_from_a_clone_forgets_no_machine(office, other, place):
    owner = office.address.replace("//qms_app@", "//qms@")
    write(office, "A")

    qms.rebuild(place / "new", clone=office.store, database=owner)

    names = {Folder.at(path).store_name for path in (office.folder, other.folder, place / "new")}
    assert {name for (name,) in office.sql("SELECT name FROM store")} == names
    assert same(office, other)


def test_who_worked_on_a_ledger_that_was_lost_joins_anew(office, other):
    office.sql("DROP TABLE store")  # what is damaged is put aside whole

    qms.rebuild(office.folder)

    with pytest.raises(NotJoined):
        other.open()
    assert same(office)


def test_a_clone_in_a_folder_made_by_hand_is_told_to_join(office, place):
    late = place / "late"
    late.mkdir()
    systems.git(place, "clone", "-q", "--bare", str(office.store), str(late / "store.git"))
    Folder.new(late).write(office.address, str(office.keys), str(office.folder / "vault"))
    stores = office.sql("SELECT name FROM store")

    with pytest.raises(NotJoined, match="join") as told:
        systems.Office(late, office.clock).open()
    assert told.value.exit_code == 3
    assert office.sql("SELECT name FROM store") == stores
    write(office, "A")
    with pytest.raises(OldClone, match="join"):
        systems.Office(late, office.clock).open()


def test_a_machine_that_the_ledger_forgot_does_nothing_until_it_joins(office, other):
    with other.open("hung") as system:
        office.sql(f"DELETE FROM store WHERE name = '{Folder.at(other.folder).store_name}'")
        for work in (lambda: system.perform(created("QT-01")), other.open):
            with pytest.raises(NotJoined):
                work()

    assert same(office)


def test_of_two_folders_of_one_machine_the_one_that_lags_is_told_to_join(office, other, place):
    shutil.copytree(other.folder, place / "copy")
    for name in "AB":
        write(office, name)
        systems.Office(place / "copy", office.clock).open().close()

    with pytest.raises(OldClone, match="join"):
        other.open()


def test_the_last_machine_does_not_leave(office):
    with pytest.raises(LastStore):
        qms.leave(office.folder)

    office.open().close()
