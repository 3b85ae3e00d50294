"""A folder that something happened to: its own error each, nothing touched, and a way back."""

import os
import resource
import shutil
import stat
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import qms
from qms import changes as c
from qms import documents as d
from qms.errors import QMSError
from qms.folder import BadFolder, FolderTaken
from qms.storage import recovery, store
from qms.storage import trouble as t
from qms.system import GitBehind
from tests import systems
from tests.systems import created


@pytest.fixture(scope="module")
def sound(stage):
    stage.issues("QT-01", "2024-02-01")
    stage.does("hung", created("QT-02"))
    return stage


@pytest.fixture
def office(sound, place):
    return sound.copy(place / "so")


def files(office):
    """Every file and its bytes; not the locks, which are opened to be held."""
    every = (path for path in office.folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in every if path.suffix != ".lock"}


@contextmanager
def named(office, error, exit_code):
    before = files(office)
    with pytest.raises(QMSError) as caught:
        yield
    assert type(caught.value) is error
    assert caught.value.exit_code == exit_code
    assert vars(error).get("vi") not in (None, QMSError.vi)
    assert files(office) == before


# ── The database ────────────────────────────────────────────────────────────────────────────────


def cut(office):
    size = office.database.stat().st_size
    os.truncate(office.database, size // 3)


def scrambled(office):
    office.database.write_bytes(os.urandom(office.database.stat().st_size))


def emptied(office):
    office.database.write_bytes(b"")


def written_over(office):
    office.database.write_text("Đây là một tệp văn bản.\n" * 400, "utf-8")


def removed(office):
    office.database.unlink()


def without_table(office):
    office.sql("DROP TABLE revision")


def without_head(office):
    office.sql("DELETE FROM head")


BROKEN = {
    cut: (t.Damaged, 6),
    scrambled: (t.Damaged, 6),
    written_over: (t.Damaged, 6),
    without_table: (t.Damaged, 6),
    without_head: (t.Damaged, 6),
    emptied: (t.NoLedger, 4),
    removed: (t.NoLedger, 4),
}


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_a_damaged_database_is_named_and_left_alone(office, damage):
    damage(office)

    with named(office, *BROKEN[damage]):
        office.does("hung", created("QT-09"))


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_a_damaged_database_is_built_again_from_git(office, damage):
    before = systems.counts(office.database)
    damage(office)

    qms.rebuild(office.folder)

    assert systems.counts(office.database) == before
    assert office.asks(lambda system: system.verify()) == []
    kept = list(office.folder.glob("ledger.db.damaged-*"))
    assert len(kept) == (BROKEN[damage][0] is t.Damaged)


def test_a_row_that_says_nonsense_is_damage(office):
    office.sql("UPDATE document SET body = '{}' WHERE code = 'QT-02'")

    with named(office, t.Damaged, 6):
        office.does("hung", d.Submit(code="QT-02"))


def test_a_row_that_is_no_text_is_damage(office):
    office.sql("UPDATE document SET body = CAST(x'ff' AS TEXT) WHERE code = 'QT-02'")

    with named(office, t.Damaged, 6):
        office.does("hung", d.Submit(code="QT-02"))


# ── Git ─────────────────────────────────────────────────────────────────────────────────────────


def on_top(office, message="x"):
    tree = office.git("rev-parse", "main^{tree}")
    commit = office.git("commit-tree", tree, "-p", "main", "-m", message)
    office.git("update-ref", "refs/heads/main", commit)


def rewritten(office):
    """All commits again, with the same files and words, at another hour."""
    past = []
    for commit in systems.commits(office.store):
        tree = office.git("rev-parse", f"{commit}^{{tree}}")
        message = office.git("log", "-1", "--format=%B", commit)
        past = ["-p", office.git("commit-tree", tree, *past, "-m", message)]
    office.git("update-ref", "refs/heads/main", past[1])


def pretending(office):
    size = len(office.entries())
    on_top(office, f"document.create/1 document:qt-09\n\nEntries: {size - 1}-{size - 1}")


@pytest.mark.parametrize("alter", [on_top, rewritten, pretending])
def test_a_foreign_commit_is_named_and_left_alone(office, alter):
    alter(office)

    with named(office, recovery.ForeignCommit, 7):
        office.open()


def test_a_foreign_commit_stops_an_open_system_before_anything_changes(office):
    with office.open("hung") as system:
        on_top(office)
        before = office.standing()
        with pytest.raises(recovery.ForeignCommit):
            system.perform(created("QT-09"))
        assert office.standing() == before
        assert [finding.code for finding in system.verify()] == ["G05"]


def test_a_foreign_commit_is_not_rebuilt_from(office):
    on_top(office)

    with named(office, recovery.ForeignCommit, 7):
        qms.rebuild(office.folder)


def test_a_branch_put_back_is_brought_forward_again(office):
    newest = systems.head(office.store)
    office.git("update-ref", "refs/heads/main", "main~3")

    assert office.asks(lambda system: system.verify()) == []
    assert systems.head(office.store) == newest


def test_a_ledger_put_back_is_told_apart_from_a_foreign_commit(office):
    backup = office.database.read_bytes()
    office.does("hung", created("QT-09"))
    office.does("hung", created("QT-10"))
    office.database.write_bytes(backup)

    with named(office, recovery.LedgerBehind, 7):
        office.open()
    qms.rebuild(office.folder)
    assert office.asks(lambda system: len(system.find(d.Document))) == 4


def test_a_store_that_is_gone_is_named(office):
    shutil.rmtree(office.store)

    with named(office, store.NoStore, 4):
        office.open()


def test_an_empty_store_cannot_give_back_what_only_git_had(office):
    shutil.rmtree(office.store)
    store.Store.create(office.store).close()

    with pytest.raises(recovery.ContentLost) as lost:
        office.open()
    assert lost.value.exit_code == 4


def test_a_store_that_vanishes_under_an_open_system_stops_it(office):
    before = systems.counts(office.database)
    with office.open("hung") as system:
        shutil.rmtree(office.store)
        with pytest.raises(t.NoRoom):
            system.perform(created("QT-09"))
    assert systems.counts(office.database) == before


def test_what_is_around_and_inside_the_store_runs_nothing(office, place, monkeypatch):
    office.git("gc", "-q", "--prune=now")
    canary = place / "canary"
    program = place / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\n")
    program.chmod(0o755)
    (office.store / "hooks").mkdir()
    for hook in ("pre-commit", "post-commit", "update", "reference-transaction", "post-receive"):
        shutil.copy(program, office.store / "hooks" / hook)
    with (office.store / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n\teditor = {program}\n"
        )
        config.write(f"[gpg]\n\tprogram = {program}\n[commit]\n\tgpgsign = true\n")
        config.write(f'[filter "x"]\n\tclean = {program}\n\tsmudge = {program}\n')
    (office.store / "info").mkdir()
    (office.store / "info" / "attributes").write_text("* filter=x diff=x\n")
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    office.does("hung", d.Submit(code="QT-02"))

    assert office.asks(lambda system: system.verify()) == []
    assert list(qms.verify(office.store)) == []
    assert qms.rebuild(office.folder) == len(office.entries())
    assert not canary.exists()
    office.git("update-ref", "refs/tags/x", "main")
    assert canary.exists()  # as git itself would have it


# ── qms.toml and the folder ─────────────────────────────────────────────────────────────────────


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


@pytest.mark.parametrize("database", ["nothing", "dbase://x/y", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_leads_nowhere_is_named(office, monkeypatch, database):
    monkeypatch.setenv("QMS_DATABASE", database)

    with named(office, t.BadAddress, 6):
        office.open()


def test_a_folder_may_have_any_name(sound, place):
    office = sound.copy(place / "Sở GTVT? 100% #1 'a' & \"b\"")

    office.does("hung", created("QT-09"))

    assert office.asks(lambda system: system.verify()) == []
    assert sorted(path.name for path in place.iterdir()) == [office.folder.name]


def test_a_system_may_be_opened_from_where_one_stands(office, monkeypatch, place):
    monkeypatch.chdir(office.folder)
    with qms.open(".", actor="hung", now=office.clock) as system:
        monkeypatch.chdir(place)
        system.perform(created("QT-09"))

    assert not (place / "ledger.db").exists()


# ── Founding ────────────────────────────────────────────────────────────────────────────────────

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
    before = systems.rows_of(office.database)
    monkeypatch.setenv("QMS_DATABASE", f"sqlite:///{office.database}")

    with named(office, t.LedgerTaken, 3):
        qms.found(place / "other", **NAMES)
    assert systems.rows_of(office.database) == before


def test_a_rebuild_never_empties_a_database_that_holds_another_trail(office, place, monkeypatch):
    qms.found(place / "other", **NAMES).close()
    monkeypatch.setenv("QMS_DATABASE", f"sqlite:///{office.database}")

    with named(office, t.LedgerTaken, 3):
        qms.rebuild(place / "new", clone=place / "other" / "store.git")
    assert not (place / "new").exists()


# ── The disk ────────────────────────────────────────────────────────────────────────────────────


def in_a_child(work):
    """Return what a child that does the work has to say."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write, work().encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with closing(os.fdopen(read)) as answer:
        return answer.read()


def name_of_error(work):
    try:
        work()
    except QMSError as error:
        return type(error).__name__
    return ""


def limited(office, room):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    return name_of_error(lambda: office.does("hung", created("QT-09", "Dài " * 20_000)))


def test_a_full_disk_is_named_and_nothing_is_done_by_halves(office):
    before = office.standing()
    told = set()
    for room in (0, 100, 5_000, 20_000, 50_000, 100_000, 150_000, 200_000, 300_000, 400_000):
        told.add(in_a_child(partial(limited, office, room)))
        with office.open() as system:
            assert system.verify() == []
        if office.standing() != before:
            break

    assert told <= {"NoRoom", "GitBehind", ""}
    assert "NoRoom" in told
    assert office.fsck() == ""


def full_at(office, step):
    """Let the so-manieth thing that git is to put on the disk find it full."""
    sync, left = os.fsync, [step]

    def fsync(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        sync(handle)

    with office.open("hung") as system:
        os.fsync = fsync
        return name_of_error(lambda: system.perform(created(f"QT-1{step}")))


def test_a_disk_that_fills_up_while_git_follows_says_that_the_change_was_made(office):
    told, step = [], 0
    while not told or told[-1]:
        told.append(in_a_child(partial(full_at, office, step)))
        with office.open() as system:
            assert system.get(d.Document, f"QT-1{step}")
            assert system.verify() == []
        step += 3

    assert set(told) == {"GitBehind", ""}
    assert office.fsck() == ""


def test_a_change_that_git_could_not_follow_is_not_made_twice(office):
    assert in_a_child(partial(full_at, office, 2)) == "GitBehind"

    with pytest.raises(c.AlreadyThere):
        office.does("hung", created("QT-12"))


def test_while_git_cannot_follow_nothing_more_is_done(office):
    with office.open("hung") as system:
        shutil.move(office.store / "objects", office.folder / "away")
        with pytest.raises(GitBehind):
            system.perform(created("QT-09"))
        before = systems.counts(office.database)
        with pytest.raises(t.NoRoom):
            system.perform(created("QT-10"))
        assert systems.counts(office.database) == before
        shutil.move(office.folder / "away", office.store / "objects")
        system.perform(created("QT-10"))
        assert system.verify() == []


def read_only(office):
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    return name_of_error(lambda: office.open("hung"))


def test_a_folder_that_may_not_be_written_is_named(sound):
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        office = sound.copy(Path(name, "so"))
        every = [office.folder, *office.folder.rglob("*")]
        for path in every:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = files(office)

        assert in_a_child(partial(read_only, office)) == "NotWritable"
        assert files(office) == before
        for path in every:
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
