"""The ledger from git alone: the same root, the same rows, the same commits; or nothing at all."""

import json
import subprocess
from contextlib import contextmanager
from datetime import date

import pytest

import qms
from qms import documents as d
from qms import people as p
from qms.errors import QMSError
from qms.folder import Folder, FolderTaken
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Note, Signer, skey
from qms.storage import layout, recovery, store
from qms.storage.ledger import Ledger
from qms.storage.vault import REDACTED
from qms.trail.entry import entry_path
from qms.trail.replay import Unplayable
from qms.values import canonical
from tests import systems
from tests.forging import amended
from tests.systems import adopted, created, text


@pytest.fixture(scope="module")
def lived(stage):
    """An office in which much has happened."""
    stage.issues("QT-01", "2024-02-01", distribution=("VP",))
    stage.does("lan", *adopted("QT 2", "2016-01-01", "2017-01-01", "2018-01-01"))
    stage.does("hung", created("QT-03"), d.Edit(code="QT-03", text=text("Hai")))
    stage.does("lan", d.Recode(code="QT-01", new_code="QT/VP/01", reason="x"))
    stage.clock.to("2024-03-01")
    stage.does("lan", d.HandOut(code="QT-01", holder="CVP", day=date(2024, 3, 1)))
    stage.does("hung", d.Acknowledge(document="QT-01"))
    stage.does("lan", p.RenamePerson(code="ha", name="Đỗ Thị Thu Hà"))
    stage.does("binh", d.Withdraw(code="QT-01", reason="x", day=date(2024, 4, 1)))
    stage.does("binh", d.Reinstate(code="QT-01", reason="x", effective=date(2024, 5, 1)))
    return stage


@pytest.fixture
def office(lived, place):
    return lived.copy(place / "so")


def rows_of(office):
    """Return every row; of the words that are found, each: SQLite lays them out as they came."""
    laid_out = ("search_data", "search_idx")
    rows = systems.rows_of(office)
    return {name: rows[name] for name in rows if name not in laid_out}


def settled(office):
    """Return every row of a ledger that knows how far its store is."""
    folder = Folder.at(office.folder)
    with office.open() as system, Ledger(folder.database, folder.ledger_lock) as ledger:
        held = system.catch_up()
        with ledger.operation() as now:
            now.settle(folder.store_name, held, held)
    return rows_of(office)


def test_every_table_comes_back_row_by_row(office):
    before = settled(office)
    commits = systems.commits(office.store)

    with office.open() as system:
        assert system.rebuild() == system.size
        assert system.verify() == []

    assert rows_of(office) == before
    assert systems.commits(office.store) == commits


def test_without_a_database_every_table_comes_back(office):
    before = settled(office)
    office.loses_its_ledger()

    assert qms.rebuild(office.folder) == len(before["entry"])

    assert rows_of(office) == before


def cloned(office, place):
    systems.git(place, "clone", "-q", "--bare", str(office.store), "clone")
    return place / "clone"


def test_a_clone_alone_gives_everything_back_but_names(office, place):
    before = settled(office)

    qms.rebuild(place / "new", clone=cloned(office, place))

    new = systems.Office(place / "new", office.clock)
    after = rows_of(new)
    assert {**after, "store": None} == {**before, "store": None}
    assert systems.commits(new.store) == systems.commits(office.store)
    with new.open() as system:
        assert {found.code for found in system.verify(office.trust())} == {"F05"}  # the names
        assert system.name("hung") == REDACTED == "đã xóa / redacted"
        assert system.text("QT 2", "1.1") == "QT 2 1"
        assert system.in_force("QT-01", on=date(2024, 3, 1)).text == text("Nội dung")


def test_a_system_built_from_a_clone_goes_on(office, place):
    qms.rebuild(place / "new", clone=cloned(office, place))
    new = systems.Office(place / "new", office.clock)

    new.does("hung", d.Submit(code="QT-03"))
    new.signs("QT-03")

    found = new.asks(lambda system: system.verify())
    assert {one.code for one in found} == {"F05", "C01", "C11"}  # the key stayed where it was
    assert systems.commits(new.store)[:-3] == systems.commits(office.store)


def test_what_a_clone_is_configured_to_do_stays_behind(office, place):
    clone = cloned(office, place)
    (clone / "hooks" / "post-update").write_text("#!/bin/sh\n")
    qms.rebuild(place / "new", clone=clone)

    kept = sorted(path.name for path in (place / "new" / "store.git").iterdir())
    assert kept == ["HEAD", "config", "objects", "refs"]
    assert "remote" not in (place / "new" / "store.git" / "config").read_text()


def test_what_only_the_ledger_has_goes_to_git_first(office):
    office.git("update-ref", "refs/heads/main", "main~2")
    before = systems.counts(office)

    qms.rebuild(office.folder)

    assert systems.counts(office) == before


@contextmanager
def nothing_changes(office, error):
    before = systems.rows_of(office)
    head = systems.head(office.store)
    with pytest.raises(QMSError) as told:
        yield
    assert isinstance(told.value, error)
    assert systems.rows_of(office) == before
    assert systems.head(office.store) == head


ALTERED = {
    "a file too many": {"README": b"x"},
    "an entry altered": {"trail/00/00/00/30.json": b"{}"},
    "an entry removed": {"trail/00/00/00/30.json": None},
    "a text altered": {"procedures/xx": b"x"},
}


@pytest.mark.parametrize("put", ALTERED.values(), ids=ALTERED)
def test_from_altered_commits_nothing_is_built(office, place, put):
    amended(office, put)

    with nothing_changes(office, qms.Untrusted):
        qms.rebuild(office.folder)
    clone = cloned(office, place)
    with pytest.raises(qms.Untrusted):
        qms.rebuild(place / "new", clone=clone)
    assert not (place / "new").exists()


def another_key(note, _):
    stranger = Signer.parse(skey(Checkpoint.parse(note.text).origin, b"\1" * 32))
    return Note(note.text).signed(stranger).data()


def broken_signature(note, _):
    first = note.signatures[0]
    wrong = first._replace(data=bytes([first.data[0] ^ 1]) + first.data[1:])
    return Note(note.text, (wrong,)).data()


def resigned(**other):
    """Say something else, signed by the key of the log itself."""

    def wear(note, signer):
        return Checkpoint.parse(note.text)._replace(**other).signed(signer).data()

    return wear


NOTES = {
    "no note": lambda note, _: b"x",
    "another size": resigned(size=7),
    "another root": resigned(root=b"\1" * 32),
    "another log": resigned(origin="other"),
    "another key": another_key,
    "a signature that does not hold": broken_signature,
}


@pytest.mark.parametrize("wear", NOTES.values(), ids=NOTES)
def test_from_a_checkpoint_that_does_not_stand_nothing_is_built(office, place, wear):
    note = Note.parse(store_file(office, "trail/checkpoint"))
    signer = Signer.parse((office.keys / "log.key").read_text("utf-8").strip())
    amended(office, {"trail/checkpoint": wear(note, signer)})

    with pytest.raises(recovery.WrongCheckpoint):
        qms.rebuild(place / "new", clone=cloned(office, place))
    assert not (place / "new").exists()


def test_from_an_entry_that_says_what_its_change_did_not_leave_nothing_is_built(office, place):
    path = entry_path(len(office.entries()) - 1)
    entry = json.loads(store_file(office, path))
    (name, of), *_ = entry["files"].items()
    clone = cloned(office, place)
    for said in (
        {"item": "document:qt-03"},
        {"files": {name: of | {"size": 7}}},
        {"files": {"procedures/00/x.md": of}},
        {"evidence": {name: of}},
    ):
        amended(office, {path: canonical(entry | said)})
        systems.git(clone, "fetch", "-qf", str(office.store), "main:main")

        with pytest.raises(recovery.WrongState, match=f"entry {entry['index']}"):
            qms.rebuild(place / "new", clone=clone)


def store_file(office, path):
    with store.Store(office.store) as kept:
        return kept.read(path, kept.head())


def test_from_a_commit_on_top_nothing_is_built(office):
    tree = office.git("rev-parse", "main^{tree}")
    commit = office.git("commit-tree", tree, "-p", "main", "-m", "x")
    office.git("update-ref", "refs/heads/main", commit)

    with nothing_changes(office, recovery.ForeignCommit):
        qms.rebuild(office.folder)


def test_from_an_empty_store_nothing_is_built(office, place):
    store.Store.create(place / "empty").close()

    with pytest.raises(recovery.NoTrail) as told:
        qms.rebuild(place / "new", clone=place / "empty")
    assert told.value.exit_code == 6
    assert not (place / "new").exists()


def test_a_clone_is_not_built_over_something(office, place):
    with nothing_changes(office, FolderTaken):
        qms.rebuild(office.folder, clone=cloned(office, place))


def test_what_is_no_clone_is_named(place):
    (place / "file").touch()
    for clone in (place, place / "file", place / "none"):
        with pytest.raises(layout.NoStore):
            qms.rebuild(place / "new", clone=clone)
    assert not (place / "new").exists()


def test_a_trail_that_cannot_be_played_is_named():
    assert Unplayable("entry 3").exit_code == 6
    assert Unplayable("entry 3").says("vi") == "entry 3: " + Unplayable.vi


def test_a_store_packed_by_git_is_read_as_well(office):
    before = settled(office)
    office.git("gc", "-q", "--prune=now")
    office.loses_its_ledger()

    qms.rebuild(office.folder)

    assert rows_of(office) == before
    subprocess.run(["git", "-C", office.store, "repack", "-adq"], check=True)
    office.does("hung", created("QT-09"))
    assert office.asks(lambda system: system.verify()) == []
