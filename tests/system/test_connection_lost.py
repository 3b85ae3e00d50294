"""The database is lost in the middle of an operation: nothing half done, and the caller told."""

import signal
from contextlib import contextmanager, nullcontext
from time import sleep

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

import qms
from qms import documents as d
from qms import restoring
from qms.errors import Conflict
from qms.folder import Folder
from qms.storage import ledger
from qms.storage.tables import GONE
from qms.storage.trouble import Busy, Undecided
from tests import postgres
from tests.postgres import cut
from tests.system.test_joining import joined
from tests.systems import created

pytestmark = pytest.mark.postgres


def database_of(office):
    return ledger.Database(office.address, office.folder / "x").url.database


def codes(office):
    return {document.code for document in office.asks(lambda system: system.find(d.Document))}


def crash(office):
    """Let the server die as in a power failure, and come back."""
    server = postgres.HERE[0]
    server.stop(signal.SIGQUIT)
    server.start()


@pytest.mark.parametrize("happens", [cut, crash], ids=["lost", "crash"])
def test_before_whatever_statement_it_happens_nothing_is_half_done(office, happens):
    step, lost = 0, True
    while lost:
        left = [step]

        def tick(connection, cursor, statement, *more, left=left):
            left[0] -= 1
            if left[0] == -1:
                happens(office)

        with office.open("hung") as system:
            event.listen(Engine, "before_cursor_execute", tick)
            try:
                system.perform(created(f"QT-{step}"))
                lost = left[0] < 0
            except Conflict:
                pass
            finally:
                event.remove(Engine, "before_cursor_execute", tick)
            there = {f"QT-{step}"} & codes(office)
            system.perform(created(f"HD-{step}"))  # the same system goes on
            assert {f"QT-{step}"} & codes(office) == there
        step += 1
    assert step > 17  # each of them, as many as docs/scale.md says at least
    assert office.asks(lambda system: system.verify()) == []


@contextmanager
def cut_at_commit(office):
    """Let no COMMIT of an operation arrive."""

    def tick(connection):
        if connection.get_execution_options().get("operation"):
            cut(office)

    event.listen(Engine, "commit", tick)
    yield
    event.remove(Engine, "commit", tick)


def test_a_commit_that_never_arrived_has_not_happened(office):
    with office.open("hung") as system:
        with cut_at_commit(office), pytest.raises(Busy):
            system.perform(created("QT-01"))
        assert system.find(d.Document) == []
        system.perform(created("QT-01"))
        assert system.verify() == []


def test_a_commit_whose_answer_was_lost_has_happened(office, monkeypatch):
    with office.open("hung") as system:
        postgres.unanswered(monkeypatch, lambda: cut(office))
        system.perform(created("QT-01"))

        assert system.verify() == []
    assert codes(office) == {"QT-01"}


HELD = """
CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER held AFTER UPDATE ON head
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION held();
SELECT pg_advisory_lock(7);
"""
"""What lets every COMMIT wait until whoever says this lets go."""


@pytest.mark.parametrize("look", [1, 2])
def test_a_commit_that_ends_while_it_is_asked_after_has_happened(office, monkeypatch, look):
    given, looks = PGDialect_psycopg.do_commit, [look]

    def do_commit(self, connection):
        if not postgres.operates(connection):
            return given(self, connection)
        monkeypatch.setattr(PGDialect_psycopg, "do_commit", given)
        connection.pgconn.send_query(b"COMMIT")
        while not owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            sleep(0.01)
        connection.pgconn.finish()  # the server goes on, and nobody hears its answer
        return connection.execute("SELECT 1")

    def asked(connection, cursor, statement, *more):
        looks[0] -= "pg_xact_status" in statement
        if not looks[0]:
            cursor.execute("SELECT 1")  # the view stands as soon as a question is parsed
            owner.execute("SELECT pg_advisory_unlock_all()")
            while owner.execute("SELECT size FROM head").fetchone()[0] == before:
                sleep(0.01)

    with postgres.HERE[0].connect(database_of(office), "qms") as owner:
        with office.open("hung") as system:
            before = system.size
            owner.execute(HELD)
            monkeypatch.setattr(PGDialect_psycopg, "do_commit", do_commit)
            event.listen(Engine, "before_cursor_execute", asked)
            try:
                system.perform(created("QT-01"))
            finally:
                event.remove(Engine, "before_cursor_execute", asked)

        assert looks == [0]
        assert codes(office) == {"QT-01"}
        owner.execute("DROP FUNCTION held CASCADE")
    assert office.asks(lambda system: system.verify()) == []


def waited_for(office):
    return {name for (name,) in office.sql(f"SELECT name FROM store WHERE size < {GONE}")}


def test_a_machine_has_left_whose_answer_was_lost(office, place, monkeypatch):
    other = joined(office, place / "other")
    postgres.unanswered(monkeypatch, lambda: cut(office))

    assert qms.leave(other.folder) not in waited_for(office)
    assert (other.folder / "qms.toml.left").exists()


def test_a_machine_has_joined_whose_answer_was_lost(office, place, monkeypatch):
    postgres.unanswered(monkeypatch, lambda: cut(office))
    other = joined(office, place / "other")

    other.does("hung", created("QT-01"))
    assert waited_for(office) == {Folder.at(each.folder).store_name for each in (office, other)}


def test_nothing_waits_for_a_machine_that_failed_to_join_whose_answer_was_lost(
    office, place, monkeypatch
):
    def filled(*_):
        postgres.unanswered(monkeypatch, lambda: cut(office))
        raise ZeroDivisionError

    monkeypatch.setattr(restoring, "_fill_from", filled)
    with pytest.raises(ZeroDivisionError):
        joined(office, place / "other")

    assert waited_for(office) == {Folder.at(office.folder).store_name}


def test_a_machine_has_not_left_whose_commit_never_arrived(office, place):
    other = joined(office, place / "other")
    before = waited_for(office)
    with cut_at_commit(office), pytest.raises(Busy):
        qms.leave(other.folder)
    assert waited_for(office) == before

    assert qms.leave(other.folder) in before


def test_whoever_cannot_be_told_is_told_that(office, monkeypatch):
    server = postgres.HERE[0]
    monkeypatch.setattr(ledger, "_PATIENCE", (0, 0))
    with office.open("hung") as system:
        postgres.unanswered(monkeypatch, lambda: server.stop(signal.SIGINT))
        try:
            with pytest.raises(Undecided) as told:
                system.perform(created("QT-01"))
        finally:
            server.start()
    assert told.value.exit_code == 9

    assert codes(office) == {"QT-01"}
    assert office.asks(lambda system: system.verify()) == []


@pytest.mark.parametrize("again", [False, True], ids=["to the end", "for a while"])
def test_whoever_is_let_in_no_more_is_never_told_that_nothing_changed(office, monkeypatch, again):
    server = postgres.HERE[0]

    def shut():
        server.sql("ALTER ROLE qms_app NOLOGIN")
        cut(office)

    def wait(seconds):
        if seconds and again:
            server.sql("ALTER ROLE qms_app LOGIN")

    monkeypatch.setattr(ledger, "_PATIENCE", (0, 0.1))
    monkeypatch.setattr(ledger, "sleep", wait)
    with office.open("hung") as system:
        postgres.unanswered(monkeypatch, shut)
        try:
            with nullcontext() if again else pytest.raises(Undecided):
                system.perform(created("QT-01"))
        finally:
            server.sql("ALTER ROLE qms_app LOGIN")

    assert codes(office) == {"QT-01"}


def test_a_server_that_crashed_and_came_back_is_worked_with_again(office):
    server = postgres.HERE[0]
    with office.open("hung") as system:
        system.perform(created("QT-01"))
        server.stop(signal.SIGINT)
        with pytest.raises(Conflict):
            system.perform(created("QT-02"))
        server.start()
        system.perform(created("QT-02"))
        assert system.verify() == []


def test_an_operation_is_over_when_the_server_says_so_or_never_heard_of_it(office):
    database = ledger.Database(office.address, office.folder / "x")
    with postgres.HERE[0].connect(database_of(office)) as other, database.looking() as asked:
        other.execute("BEGIN")
        mark = other.execute("SELECT pg_current_xact_id()::text").fetchone()[0]

        assert not database.over(asked, mark)
        other.execute("ROLLBACK")
        assert database.over(asked, mark)
        assert database.over(asked, str(int(mark) + 1_000_000))
    database.close()
