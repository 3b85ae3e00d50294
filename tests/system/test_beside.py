"""Verifying beside a process that writes: nothing is found that is not so."""

import fcntl
import itertools
import multiprocessing
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest

import qms
from qms import documents as d
from qms import people as p
from qms.folder import Folder
from qms.storage.turn import queue
from tests.harm import as_nobody, only_read
from tests.systems import created

TOGETHER = multiprocessing.get_context("fork")
ROUNDS = 20


@pytest.fixture
def office(stage):
    """A system where others may come in, too; what they need is loaded."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        own = stage.copy(Path(name, "so"))
        assert own.asks(lambda system: system.verify()) == []
        yield own


def writes(office, begun):
    os.nice(5)
    with office.open() as system:
        for number in itertools.count():
            person = p.Enrol(code=f"p{number}", name=f"Người {number}")
            system.perform(person, created(f"HD-{number}"), d.Submit(code=f"HD-{number}"))
            begun.set()
            sleep(0.1)


@contextmanager
def somebody_writing(office):
    begun = TOGETHER.Event()
    writer = TOGETHER.Process(target=writes, args=(office, begun), daemon=True)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        assert writer.is_alive()
        writer.kill()
        writer.join()


def verified(office, trust=None):
    """Return what is found by the open system and of its folder, and whether the trail grew."""
    os.nice(5)
    found = []
    with office.open() as system:
        before = system.size
        for _ in range(ROUNDS // 2):
            found += [*system.verify(trust), *qms.verify(office.folder, trust)]
    with office.open() as system:
        return [f"{one.code} {one.about}" for one in found], system.size > before


def test_who_may_write_finds_nothing_where_another_writes(office):
    with somebody_writing(office):
        assert verified(office) == ([], True)


two_users = pytest.mark.skipif(os.geteuid() != 0, reason="needs one who writes, one who may not")


@two_users
def test_who_may_only_read_finds_nothing_where_another_writes(office):
    trust = office.trust()
    with only_read(office), somebody_writing(office):
        assert as_nobody(lambda: verified(office, trust)) == "([], True)"


def is_held(lock):
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@two_users
@pytest.mark.sqlite
def test_nobody_writes_from_when_a_copy_is_made_until_git_is_looked_at(office):
    place, trust, go = Folder.at(office.folder), office.trust(), TOGETHER.Event()

    def reads():
        go.wait()  # a child of one who holds a lock would hold it, too
        assert as_nobody(lambda: [*qms.verify(office.folder, trust)]) == "[]"

    reader = TOGETHER.Process(target=reads)
    with only_read(office):
        reader.start()
        with queue(place.store_lock):  # somebody still brings git along
            go.set()
            assert any(is_held(place.ledger_lock) or sleep(0.01) for _ in range(2_000))
            sleep(0.5)
            assert is_held(place.ledger_lock)
            assert reader.is_alive()
        reader.join()
    assert reader.exitcode == 0
