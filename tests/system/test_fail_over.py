"""The server dies and its standby takes over: what is lost, what is not, and who is told."""

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

import qms
from qms import documents as d
from qms.errors import Conflict
from qms.folder import Folder
from qms.storage import ledger
from qms.storage.database import address
from qms.storage.recovery import LedgerBehind
from tests import postgres, systems
from tests.systems import created

pytestmark = pytest.mark.postgres
DURABLE = dict.fromkeys(("fsync", "full_page_writes"), "on")


@pytest.fixture
def pair(quick_folder):
    """A server, and a standby that follows it and is waited for."""
    with postgres.followed(quick_folder, **DURABLE) as servers:
        yield servers


@pytest.fixture
def branch(pair, place):
    """A Sở GTVT that works with whichever of the two may be written to."""
    primary, standby = pair
    name, clock = primary.create(), systems.Clock()
    found = {"organisation": "Sở GTVT", "officer": "lan", "now": clock}
    with qms.found(place / "so", database=primary.address(name), **found) as system:
        system.perform(*systems.PEOPLE)
    Folder.at(place / "so").write(primary.address(name, "qms_app", standby))
    primary.awaits(standby)
    return systems.Office(place / "so", clock)


def waited_for(primary):
    """Let no COMMIT return before the standby has it on its disk."""
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.sql("SELECT pg_reload_conf()")
    while primary.sql("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
        sleep(0.01)


def promoted(standby):
    standby.sql("SELECT pg_promote()")


def taken_over(pair):
    """Let the server die as in a power failure, and the standby take its place."""
    pair[0].stop(signal.SIGQUIT)
    promoted(pair[1])


def codes(branch):
    return {document.code for document in branch.asks(lambda system: system.find(d.Document))}


def writing(branch, told, over):
    """Perform until the server is away, tell of each operation that returned, and go on.

    Where it was away between two operations, nobody noticed: then the file says so.
    """
    with branch.open("hung") as system:
        lost = 0
        for number in range(10_000):
            try:
                system.perform(created(f"QT-{number}"))
            except Conflict:
                lost += 1
                if lost > 400:
                    os._exit(1)
                sleep(0.05)
                continue
            os.write(told, b"%d\n" % number)
            if lost or over.exists():
                os._exit(0)


def test_nothing_acknowledged_is_lost_where_the_standby_is_waited_for(branch, pair, tmp_path):
    waited_for(pair[0])
    over = tmp_path / "over"
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            writing(branch, write, over)
        finally:
            os._exit(2)
    os.close(write)
    told = os.read(read, 1 << 16)
    while told.count(b"\n") < 10:
        told += os.read(read, 1 << 16)

    taken_over(pair)
    over.touch()
    while more := os.read(read, 1 << 16):
        told += more

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert {f"QT-{number}" for number in told.decode().split()} <= codes(branch)
    assert branch.asks(lambda system: system.verify()) == []
    assert len(systems.commits(branch.store)) == len(
        {entry.operation for entry in branch.asks(lambda system: entries(system))}
    )


def entries(system):
    return [event.entry for event in system.trail.entries()]


def test_one_open_system_goes_on_with_the_server_that_took_over(branch, pair):
    waited_for(pair[0])
    with branch.open("hung") as system:
        system.perform(created("QT-01"))
        taken_over(pair)

        assert [found.code for found in system.find(d.Document)] == ["QT-01"]
        system.perform(created("QT-02"))
        assert system.verify() == []


@contextmanager
def dies_at_commit(pair, monkeypatch, *, before):
    """Let the standby take over right before or after the server carries out a COMMIT."""
    given = PGDialect_psycopg.do_commit

    def do_commit(self, connection):
        monkeypatch.setattr(PGDialect_psycopg, "do_commit", given)
        if not before:
            given(self, connection)
        taken_over(pair)
        connection.execute("SELECT 1")  # finds that the connection is gone

    monkeypatch.setattr(PGDialect_psycopg, "do_commit", do_commit)
    yield


def test_a_commit_that_the_standby_has_has_happened(branch, pair, monkeypatch):
    waited_for(pair[0])
    with branch.open("hung") as system, dies_at_commit(pair, monkeypatch, before=False):
        system.perform(created("QT-01"))

        assert system.verify() == []
    assert codes(branch) == {"QT-01"}


def test_a_commit_that_the_standby_never_heard_of_has_not_happened(branch, pair, monkeypatch):
    monkeypatch.setattr(ledger, "_PATIENCE", (0, 0.1, 0.3))
    with branch.open("hung") as system:
        with dies_at_commit(pair, monkeypatch, before=True), pytest.raises(Conflict) as told:
            system.perform(created("QT-01"))
        assert told.value.exit_code != 9
        assert system.find(d.Document) == []
        system.perform(created("QT-01"))
        assert system.verify() == []


def test_what_a_standby_lost_that_nobody_waited_for_is_told_and_comes_back(branch, pair):
    primary, standby = pair
    branch.does("hung", created("QT-01", "Một"))
    primary.awaits(standby)
    standby.stop()
    branch.does("hung", created("QT-02", "Hai"))
    size = branch.asks(lambda system: system.size)
    primary.stop(signal.SIGQUIT)
    standby.start()
    promoted(standby)

    with pytest.raises(LedgerBehind):
        branch.open()
    assert qms.rebuild(branch.folder) == size

    assert codes(branch) == {"QT-01", "QT-02"}
    with branch.open("hung") as system:
        assert system.draft("QT-02") == systems.text("Hai")
        system.perform(created("QT-03"))
        assert system.verify() == []


def test_an_open_system_tells_that_entries_were_lost_and_does_nothing(branch, pair):
    primary, standby = pair
    with branch.open("hung") as system:
        primary.awaits(standby)
        standby.stop()
        system.perform(created("QT-01"))
        primary.stop(signal.SIGQUIT)
        standby.start()
        promoted(standby)

        with pytest.raises(LedgerBehind):
            system.perform(created("QT-02"))
        assert system.find(d.Document) == []


def test_a_backup_of_the_server_is_the_ledger_of_its_moment(branch, pair, quick_folder):
    branch.does("hung", created("QT-01"))
    place = Folder.at(branch.folder)
    name = address(place.database).database
    with quick_folder() as folder:
        kept = pair[0].backed_up(Path(folder), **postgres.QUICK)
        branch.does("hung", created("QT-02"))
        size = branch.asks(lambda system: system.size)
        kept.start()
        try:
            place.write(kept.address(name, "qms_app"))
            with pytest.raises(LedgerBehind):
                branch.open()
            assert qms.rebuild(branch.folder) == size
            assert codes(branch) == {"QT-01", "QT-02"}
        finally:
            kept.stop()
