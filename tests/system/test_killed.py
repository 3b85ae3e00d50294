"""Whoever is killed, wherever: what was acknowledged is there, nothing is there by halves."""

import os
import random
import signal
import time
from datetime import date
from functools import partial

import pytest

import qms
from qms import documents as d
from qms import people as p
from qms.trail.entry import entry_path
from tests import systems
from tests.killing import killed_before
from tests.systems import created


def operation(office, number):
    """Two changes with a text, an attachment and a name for the vault."""
    with office.open() as system:
        system.perform(
            p.Enrol(code=f"nguoi-{number}", name=f"Người {number}"),
            created(f"QT-{number}", f"Lần {number}", attachments={"PL.txt": f"PL {number}"}),
        )


def lags(office):
    """Tell whether the ledger has an operation that git has not."""
    return len(systems.commits(office.store)) < office.operations()


def test_killed_at_any_step_the_next_to_open_finds_all_or_nothing(office):
    number, died, between = 0, True, 0
    while died:
        died = killed_before(number, partial(operation, office, number))
        between += lags(office)
        with office.open() as system:
            people, documents = system.find(p.Person), system.find(d.Document)
            assert len(people) - 6 == len(documents)
            assert system.verify() == []
        assert died or documents[-1].code == f"QT-{number}"
        assert not lags(office)
        number += 1

    assert number > 20
    assert between > 5
    assert office.fsck() == ""


def worker(office, told, first):
    """Perform until killed, and tell of each operation that returned."""
    child = os.fork()
    if child:
        return child
    try:
        for number in range(first, first + 10_000):
            operation(office, number)
            os.write(told, b"%d\n" % number)
    finally:
        os._exit(1)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(office):
    chance = random.Random(9001)
    read, write = os.pipe()
    told = b""
    for turn in range(12):
        child = worker(office, write, turn * 10_000)
        told += os.read(read, 1 << 16)  # as soon as one operation has returned
        time.sleep(chance.random() / 20)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with office.open() as system:
            assert system.verify() == []
    os.close(write)
    told += os.read(read, 1 << 16)
    os.close(read)

    codes = {f"QT-{number}" for number in told.decode().split()}
    there = {document.code for document in office.asks(lambda system: system.find(d.Document))}
    assert codes <= there
    assert len(there - codes) <= 12
    assert len(codes) >= 12
    assert office.fsck() == ""


def test_killed_while_moving_the_branch_leaves_a_lock_that_nobody_minds(office):
    for name in ("refs/heads/main.lock", "HEAD.lock", "packed-refs.lock", "objects/tmp_obj_x"):
        (office.store / name).write_bytes(b"half")

    office.does("hung", created("QT-01"))

    assert office.asks(lambda system: system.verify()) == []
    assert [path.name for path in office.store.rglob("*.lock")] == ["main.spare.lock"]
    assert not list(office.store.rglob("tmp_obj_*"))


def founding(folder):
    qms.found(folder, organisation="Sở GTVT", officer="lan").close()


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_a_founding_killed_at_any_step_leaves_a_whole_system_or_none(place, there):
    step, died = 0, True
    while died:
        folder = place / f"so-{step}"
        if there:
            folder.mkdir()
        died = killed_before(step, partial(founding, folder))
        if (folder / "qms.toml").exists():
            with qms.open(folder, actor="lan") as system:
                assert system.verify() == []
        elif not there:
            assert not folder.exists()
        step += 4


def test_a_rebuild_killed_at_any_step_leaves_the_old_ledger_or_the_new(office):
    office.issues("QT-01", "2024-02-01")
    before = systems.counts(office)
    step, died = 0, True
    while died:
        died = killed_before(step, partial(qms.rebuild, office.folder))
        with office.open() as system:
            assert system.in_force("QT-01", on=date(2024, 2, 1))
            assert system.verify() == []
        assert systems.counts(office) == before
        step += 1 + step // 3


def test_what_git_lacks_comes_before_the_next_operation(office):
    while not lags(office):
        number = getattr(office, "step", 0)
        office.step = number + 1
        killed_before(number, lambda: office.does("hung", created("QT-01")))

    entries = office.does("hung", created("QT-02"))

    listed = office.git("ls-tree", "-r", "--name-only", "main").splitlines()
    assert entry_path(entries[0].index) in listed
    assert entry_path(entries[0].index - 1) in listed
