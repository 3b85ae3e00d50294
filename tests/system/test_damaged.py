"""A database or a store that something happened to: named, left alone, and a way back."""

import os
import shutil

import pytest

import qms
from qms import documents as d
from qms.storage import checkpoints, layout, recovery, store
from qms.storage import trouble as t
from qms.trail.entry import BadEntry
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
    office.loses_its_ledger()


def without_table(office):
    office.sql("DROP TABLE revision")


def without_head(office):
    office.sql("DELETE FROM head")


FILES = (cut, scrambled, emptied, written_over)
BROKEN = {
    cut: (t.Damaged, 6),
    scrambled: (t.Damaged, 6),
    written_over: (t.Damaged, 6),
    without_table: (t.Damaged, 6),
    without_head: (t.Damaged, 6),
    emptied: (t.NoLedger, 4),
    removed: (t.NoLedger, 4),
}


broken = pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage, id=damage.__name__, marks=[pytest.mark.sqlite] * (damage in FILES))
        for damage in BROKEN
    ],
)


@broken
def test_a_damaged_database_is_named_and_left_alone(office, damage):
    damage(office)

    with named(office, *BROKEN[damage]):
        office.does("hung", created("QT-09"))


@broken
def test_a_damaged_database_is_built_again_from_git(office, damage):
    before = systems.counts(office)
    damage(office)

    qms.rebuild(office.folder)

    assert systems.counts(office) == before
    assert office.asks(lambda system: system.verify()) == []
    assert office.put_aside() == (BROKEN[damage][0] is t.Damaged)


def test_a_row_that_says_nonsense_is_damage(office):
    office.sql("UPDATE document SET body = '{}' WHERE code = 'QT-02'")

    with named(office, t.Damaged, 6):
        office.does("hung", d.Submit(code="QT-02"))


@pytest.mark.sqlite
def test_a_row_that_is_no_text_is_damage(office):
    office.sql("UPDATE document SET body = CAST(x'ff' AS TEXT) WHERE code = 'QT-02'")

    with named(office, t.Damaged, 6):
        office.does("hung", d.Submit(code="QT-02"))


def test_a_document_that_stood_twice_at_once_is_damage(office):
    office.does("hung", d.Submit(code="QT-02"))
    last = len(office.entries()) - 1
    office.sql(f"UPDATE document SET until_entry = {last + 1} WHERE until_entry = {last}")
    office.does("hung", created("QT-03"))

    with named(office, t.Damaged, 6):
        office.asks(lambda system: system.as_of(last + 1).get(d.Document, "QT-02"))


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


@pytest.fixture
def newer(office, place):
    """The same system, one operation later."""
    made = office.copy(place / "newer")
    made.does("hung", created("QT-09"))
    return made


def strange(office, newer):
    on_top(office)


def ahead(office, newer):
    office.git("fetch", "-q", str(newer.store), "main:main")


def promised(office, newer):
    shutil.copy(newer.keys / "log.promises", office.keys)


@pytest.mark.parametrize(
    ("alter", "error"),
    [
        (strange, recovery.ForeignCommit),
        (ahead, recovery.LedgerBehind),
        (promised, checkpoints.PutBack),
    ],
)
def test_nobody_is_asked_to_sign_on_what_was_put_back_or_is_not_ours(office, newer, alter, error):
    asked = []
    with office.open("hung", sign=asked.append) as system:
        alter(office, newer)
        before = office.standing()
        for work in (system.perform, system.rehearse):
            with pytest.raises(error):
                work(created("QT-08"), d.Submit(code="QT-08"))
        assert office.standing() == before
    assert asked == []


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
    put_back = office.backup()
    office.does("hung", created("QT-09"))
    office.does("hung", created("QT-10"))
    put_back()

    with named(office, recovery.LedgerBehind, 7):
        office.open()
    qms.rebuild(office.folder)
    assert office.asks(lambda system: len(system.find(d.Document))) == 4


def test_a_store_that_is_gone_is_named(office):
    shutil.rmtree(office.store)

    with named(office, layout.NoStore, 4):
        office.open()


def test_an_empty_store_cannot_give_back_what_only_git_had(office):
    shutil.rmtree(office.store)
    store.Store.create(office.store).close()

    with pytest.raises(recovery.ContentLost) as lost:
        office.open()
    assert lost.value.exit_code == 4


def test_a_store_that_vanishes_under_an_open_system_stops_it(office):
    before = systems.counts(office)
    with office.open("hung") as system:
        shutil.rmtree(office.store)
        with pytest.raises(t.NoPlace):
            system.perform(created("QT-09"))
    assert systems.counts(office) == before


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
    (office.store / "info").mkdir(exist_ok=True)
    (office.store / "info" / "attributes").write_text("* filter=x diff=x\n")
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    office.does("hung", d.Submit(code="QT-02"))

    inside = office.asks(lambda system: system.verify())
    for found in (inside, qms.verify(office.store, office.trust())):
        assert {finding.code for finding in found} == {"G07"}
    assert qms.rebuild(office.folder) == len(office.entries())
    assert not canary.exists()
    office.git("update-ref", "refs/tags/x", "main")
    assert canary.exists()  # as git itself would have it


def test_what_cannot_be_built_again_is_put_back_as_it_was(office):
    without_table(office)
    on_top(office)

    with named(office, recovery.ForeignCommit, 7):
        qms.rebuild(office.folder)


def test_an_entry_that_only_the_ledger_has_and_nobody_can_read_is_put_aside(office):
    office.git("update-ref", "refs/heads/main", "main~1")
    office.sql('UPDATE entry SET data = x\'00\' WHERE "index" = (SELECT max("index") FROM entry)')

    with named(office, BadEntry, 6):
        office.open()
    qms.rebuild(office.folder)
    found = office.asks(lambda system: system.verify())
    assert {finding.code for finding in found} <= {"C13"}  # its key had signed that entry
    assert office.put_aside() == 1
