"""Who writes to one system comes in turn, on either database (issue 5, P8)."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import text

import qms
from qms import documents as d
from qms import people as p
from qms.storage import database
from qms.storage.prepared import Prepared, together
from qms.storage.trouble import Busy, NotWritable
from tests import postgres
from tests.system.test_joining import joined
from tests.systems import created

MANY = 8
SILENT = Prepared(text("SELECT set_config('idle_in_transaction_session_timeout', :limit, true)"))


def test_whoever_asked_first_writes_first(office):
    came = []

    def write(system, number):
        with system._ledger.operation():
            came.append(number)

    with ExitStack() as after:
        first, *others = (after.enter_context(office.open()) for _ in range(MANY + 1))
        with first._ledger.still():
            for number, system in enumerate(others):
                thread = Thread(target=write, args=(system, number))
                after.callback(thread.join)
                thread.start()
                sleep(0.1)  # a lock does not tell who waits for it

    assert came == list(range(MANY))


@pytest.fixture
def two(place):
    """Two systems whose ledgers lie in two schemas of one database."""
    server = postgres.HERE[0]
    name = server.create()
    names = {"organisation": "Sở GTVT", "officer": "lan"}
    with ExitStack() as after:
        found = []
        for schema in ("so_1", "so_2"):
            server.sql(f"CREATE SCHEMA {schema} AUTHORIZATION {postgres.OWNER}", name)
            address = f"{server.address(name)}&options=-csearch_path%3D{schema}"
            found.append(qms.found(place / schema, database=address, **names))
            after.callback(found[-1].close)
        yield found


@pytest.mark.postgres
def test_who_writes_in_one_schema_keeps_nobody_from_another(two):
    one, other = two
    with ThreadPoolExecutor() as apart, one._ledger.operation():
        for number in range(3):
            done = apart.submit(other.perform, p.Enrol(code=f"p{number}", name="Mai"))
            assert len(done.result(timeout=20)) == 1

    assert (one.size + 3, one.verify(), other.verify()) == (other.size, [], [])


def usual(office, setting, value):
    """Let a setting be another for whoever connects to the ledger of an office from now on."""
    name = database.address(office.address).database
    postgres.HERE[0].sql(f"""ALTER DATABASE "{name}" SET {setting} = '{value}'""")


@pytest.mark.postgres
@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_who_waited_sees_what_was_done_meanwhile_whatever_is_usual_there(office, isolation):
    usual(office, "default_transaction_isolation", isolation)
    with ExitStack() as after:
        first, other = (after.enter_context(office.open("hung")) for _ in range(2))
        with first._ledger.operation():
            thread = Thread(target=other.perform, args=(created("QT-01"),))
            after.callback(thread.join)
            thread.start()
            while not postgres.HERE[0].sql("SELECT 1 FROM pg_locks WHERE NOT granted"):
                sleep(0.01)

    assert office.asks(lambda system: [one.code for one in system.find(d.Document)]) == ["QT-01"]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("usually", "then"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_an_operation_is_on_the_disk_whatever_is_usual_there(office, usually, then):
    usual(office, "synchronous_commit", usually)
    with office.open() as system, system._ledger.operation() as now:
        assert now.connection.scalar(text("SHOW synchronous_commit")) == then


@pytest.mark.postgres
@pytest.mark.parametrize("whose", ["DATABASE", "ROLE"])
def test_where_an_administrator_lets_nobody_write_questions_are_answered(office, place, whose):
    other = joined(office, place / "other")
    office.does("hung", created("QT-01"))  # which the other machine does not have yet
    name = {"DATABASE": database.address(office.address).database, "ROLE": "qms_app"}[whose]
    usually = f'ALTER {whose} "{name}" SET default_transaction_read_only'
    postgres.HERE[0].sql(f"{usually} = on")

    try:
        with other.open("hung") as system:
            for _ in range(2):
                with pytest.raises(NotWritable) as told:
                    system.perform(created("QT-02"))
                assert [one.code for one in system.find(d.Document)] == ["QT-01"]
            assert system.verify() == []
        assert list(qms.verify(office.folder)) == []
    finally:
        postgres.HERE[0].sql(f"{usually} = off")
    assert told.value.exit_code == 5
    other.does("hung", created("QT-02"))


@pytest.mark.postgres
def test_who_writes_without_asking_for_a_turn_is_waited_for_before_anything_is_read(office):
    server = postgres.HERE[0]
    name = database.address(office.address).database
    waits = "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with office.open() as system, ThreadPoolExecutor() as apart:
        with server.connect(name) as other, other.transaction():
            other.execute("SELECT FROM head FOR UPDATE")  # as an earlier version did
            done = apart.submit(system.perform, p.Enrol(code="tam", name="Tâm"))
            while not (asked := server.sql(waits)):
                assert not done.done()
                sleep(0.01)

        assert "FROM head" in asked[0][0]
        assert len(done.result(timeout=20)) == 1


def falls_silent(system):
    with system._ledger.operation() as now:
        with together(now.connection):
            for limit in ("600s", "100ms"):
                SILENT.do(now.connection, limit=limit)
        sleep(0.5)
        now.connection.scalar(text("SELECT 1"))


@pytest.mark.postgres
def test_who_falls_silent_after_writing_does_not_keep_the_ledger(office):
    with office.open() as system, pytest.raises(Busy):
        falls_silent(system)

    assert office.asks(lambda one: one.verify()) == []


def outlasts(system):
    with system._ledger._database.reading() as now:
        now.exec_driver_sql("SET LOCAL transaction_timeout = '50ms'")
        with suppress(Busy):  # whoever goes on without an answer is told at the end
            now.exec_driver_sql("SELECT pg_sleep(5)")


@pytest.mark.postgres
def test_what_a_server_ends_because_it_lasts_too_long_is_told_as_busy(office):
    with office.open() as system, pytest.raises(Busy):
        outlasts(system)


def alive(host):
    """Return of each connection to a server in how many seconds the kernel asks for a sign of life.

    That is what ``/proc/net/tcp`` says of the timer of keepalives, 02.
    """
    here = f"{socket.inet_aton(host)[::-1].hex().upper()}:{5432:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    timers = [row[5].split(":") for row in rows if (row[1], row[3]) == (here, "01")]
    return [int(left, 16) / os.sysconf("SC_CLK_TCK") for kind, left in timers if kind == "02"]


def operate(opened):
    with opened.connect() as plain, plain.execution_options(operation=True).begin():
        pass


@pytest.mark.postgres
def test_who_falls_silent_in_the_queue_is_noticed_there(quick_folder):
    host = f"127.{os.getpid() >> 8 & 255}.{os.getpid() & 255}.9"
    own = postgres.QUICK | {"listen_addresses": host}
    with (
        quick_folder() as folder,
        postgres.served(Path(folder), **own) as server,
        ExitStack() as after,
    ):
        opened = database.engine(database.address(f"postgresql+psycopg://qms@{host}/postgres"))
        after.callback(opened.dispose)
        other = Thread(target=operate, args=(opened,))
        after.callback(other.join)
        first = after.enter_context(opened.connect()).execution_options(operation=True)
        after.enter_context(first.begin())
        other.start()
        while not server.sql("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            sleep(0.01)
        sleep(0.2)  # until what was sent last is acknowledged

        found = alive(host)
        assert len(found) == 2
        assert max(found) <= 10
