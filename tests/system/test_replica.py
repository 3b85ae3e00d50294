"""A real standby of PostgreSQL answers questions, as far as it has come."""

from contextlib import contextmanager
from datetime import date
from time import monotonic

import pytest
from sqlalchemy import Engine, event

import qms
from qms import documents as d
from qms.folder import Folder
from qms.storage import ledger, replica
from qms.storage.database import address
from qms.storage.trouble import NotWritable, OtherLedger, Undecided
from tests import postgres, systems
from tests.systems import created

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def pair(quick_folder):
    """A server, and a standby that follows it."""
    with postgres.followed(quick_folder) as servers:
        yield servers


@pytest.fixture
def branch(pair, place):
    """A Sở GTVT whose questions a standby answers."""
    primary, standby = pair
    name, clock = primary.create(), systems.Clock()
    found = {"organisation": "Sở GTVT", "officer": "lan", "now": clock}
    with qms.found(place / "so", database=primary.address(name), **found) as system:
        system.perform(*systems.PEOPLE)
    primary.awaits(standby)
    near = standby.address(name, "qms_app")
    Folder.at(place / "so").write(primary.address(name, "qms_app"), replica=near)
    return systems.Office(place / "so", clock)


@contextmanager
def answering(pair):
    """Give the servers that were asked meanwhile, each once."""
    asked, names = set(), {str(server.folder): server for server in pair}

    def note(connection, *more):
        asked.add(names[str(connection.engine.url.query["host"])])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def questions(system):
    return (
        system.find(d.Document),
        system.get(d.Document, "QT-01").title,
        system.master_list(),
        system.due(date(2030, 1, 1)),
        [event.entry for event in system.trail.entries(item="QT-01")],
        system.as_of(system.size).revisions("QT-01"),
        system.text("QT-01"),
    )


def test_questions_are_answered_by_the_standby_and_changes_by_the_server(branch, pair):
    branch.issues("QT-01", "2024-02-01")
    pair[0].awaits(pair[1])
    with branch.open() as system:
        system.size  # how far the server is, one learns from the server  # noqa: B018
        with answering(pair) as asked:
            found = questions(system)
        assert asked == {pair[1]}
        with answering(pair) as asked:
            system.perform(created("QT-02"))
        assert asked == {pair[0]}
    place = Folder.at(branch.folder)
    place.write(place.database)
    with branch.open() as system, answering(pair) as asked:
        assert questions(system)[1:] == found[1:]
    assert asked == {pair[0]}


@contextmanager
def lagging(standby):
    standby.sql("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        standby.sql("SELECT pg_wal_replay_resume()")


def test_nobody_sees_less_than_they_wrote(branch, pair):
    primary, standby = pair
    with branch.open("hung") as system:
        with lagging(standby):
            for number in range(3):
                system.perform(created(f"QT-{number}"))
                with answering(pair):
                    assert len(system.find(d.Document)) == number + 1
                assert system.draft(f"QT-{number}")
        primary.awaits(standby)
        with answering(pair) as asked:
            assert len(system.find(d.Document)) == 3
        assert asked == {standby}


def test_nobody_sees_less_than_the_server_showed_them(branch, pair):
    primary, standby = pair
    with branch.open("lan") as reader:
        reader.find(d.Document)
        primary.awaits(standby)
        standby.stop()
        branch.does("hung", created("QT-01"))
        size = reader.size  # as nobody else answers
        standby.start(recovery_min_apply_delay="1h")
        try:
            branch.does("hung", created("QT-02"))
            reader._ledger._nearest._rests_until = 0.0
            assert reader.size >= size
            assert "QT-01" in [found.code for found in reader.find(d.Document)]
        finally:
            standby.stop()
            standby.start()
            primary.awaits(standby)


def test_a_standby_lost_before_it_answers_is_left_alone(branch, pair):
    primary, standby = pair
    ended = []

    def end(connection, cursor, statement, *more):
        if connection.engine.url.query["host"] == str(standby.folder) and not ended:
            own = connection.connection.driver_connection.info.backend_pid
            ended.append(standby.sql(f"SELECT pg_terminate_backend({own}, 5000)"))

    with branch.open("lan") as reader:
        reader.size  # noqa: B018
        event.listen(Engine, "before_cursor_execute", end)
        try:
            assert reader.find(d.Document) == []
        finally:
            event.remove(Engine, "before_cursor_execute", end)
        assert ended
        with answering(pair) as asked:
            reader.find(d.Document)
        assert asked == {primary}


def test_whoever_looks_whether_it_happened_is_told_by_the_server(branch, pair, monkeypatch):
    primary, standby = pair
    monkeypatch.setattr(ledger, "_PATIENCE", (0,))
    with branch.open("hung") as system:
        system.find(d.Document)
        primary.awaits(standby)
        with lagging(standby):
            postgres.unanswered(monkeypatch, primary.stop)
            with pytest.raises(Undecided):
                system.perform(created("QT-01"))
            primary.start()

            assert [found.code for found in system.find(d.Document)] == ["QT-01"]


def test_nobody_sees_less_than_they_saw(branch, pair):
    with lagging(pair[1]):
        branch.does("hung", created("QT-01"))
        with branch.open() as system:
            assert [found.code for found in system.find(d.Document)] == ["QT-01"]
            assert system.size == system.trail.entries().last(1)[0].index + 1


def test_whoever_asks_at_once_is_answered_whole(branch):
    with branch.open("hung") as system:
        for number in range(40):
            system.perform(created(f"QT-{number}"), d.File(reason=f"{number}"))
            assert len(system.find(d.Document)) == len(system.find(d.Request)) == number + 1
        assert system.verify() == []


def test_while_the_standby_is_away_the_server_answers(branch, pair, monkeypatch):
    primary, standby = pair
    with branch.open("hung") as system:
        system.find(d.Document)
        standby.stop()
        try:
            system.perform(created("QT-01"))
            assert [found.code for found in system.find(d.Document)] == ["QT-01"]
        finally:
            standby.start()
        with answering(pair) as asked:
            system.find(d.Document)
        assert asked == {primary}  # it is left alone for a while
        primary.awaits(standby)
        monkeypatch.setattr(replica, "monotonic", lambda: monotonic() + replica.REST)
        with answering(pair) as asked:
            system.find(d.Document)
        assert asked == {standby}


@pytest.mark.parametrize(
    ("role", "name"),
    [("stranger", ""), ("qms_app", "nowhere")],
    ids=["in this role", "to this database"],
)
def test_a_standby_that_lets_nobody_in_is_passed_over_and_left_alone(branch, pair, role, name):
    primary, standby = pair
    here = Folder.at(branch.folder)
    name = name or str(address(here.database).database)
    here.write(here.database, replica=standby.address(name, role))

    with branch.open("hung") as system, answering(pair) as asked:
        system.perform(created("QT-01"))
        assert [found.code for found in system.find(d.Document)] == ["QT-01"]
        assert system._ledger._nearest._rests_until > monotonic()
    assert asked == {primary}


def test_what_is_destroyed_and_verified_is_asked_of_the_server(branch, pair):
    with branch.open() as system, answering(pair) as asked:
        assert system.verify() == []
        assert system.dispose_contents() == ()
    assert pair[0] in asked


@pytest.mark.parametrize("empty", [False, True], ids=["another ledger", "no ledger"])
def test_a_replica_of_another_ledger_is_refused(branch, pair, place, empty):
    primary, standby = pair
    name = primary.create()
    if not empty:
        found = {"organisation": "Sở khác", "officer": "lan"}
        qms.found(place / "other", database=primary.address(name), **found).close()
    primary.awaits(standby)
    here = Folder.at(branch.folder)
    here.write(here.database, replica=standby.address(name, "qms_app" if not empty else "qms"))

    with pytest.raises(OtherLedger):
        branch.open()


def test_the_environment_names_a_replica_and_another_database_has_none(branch, monkeypatch):
    said = Folder.at(branch.folder)
    assert said.replica

    monkeypatch.setenv("QMS_DATABASE", "sqlite:////tmp/x.db")
    assert Folder.at(branch.folder).replica == ""
    monkeypatch.setenv("QMS_REPLICA", "postgresql+psycopg:///near")
    assert Folder.at(branch.folder).replica == "postgresql+psycopg:///near"


def test_who_leads_to_a_standby_alone_may_read_and_not_write(branch, pair):
    place = Folder.at(branch.folder)
    place.write(place.replica, replica="")
    with branch.open("hung") as system:
        assert system.find(d.Document) == []
        with pytest.raises(NotWritable):
            system.perform(created("QT-01"))
