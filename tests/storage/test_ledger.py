"""The ledger: one writer, contents that wait for git, nothing left open."""

import gc
import sqlite3
from contextlib import closing
from hashlib import sha256
from itertools import chain
from random import Random

import pytest

from qms import documents as d
from qms.answers import NotSearchable
from qms.changes import Unknown
from qms.folder import Folder
from qms.registers.people import Person
from qms.storage.ledger import Ledger
from qms.storage.trouble import Busy
from qms.values import BadText
from tests.counting import noted
from tests.systems import adopted, created, text


@pytest.fixture
def kept(office):
    folder = Folder.at(office.folder)
    with Ledger(folder.database, folder.ledger_lock) as opened:
        yield opened


# ── Connections ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sqlite
def test_every_connection_is_durable_and_trusts_no_schema(kept):
    with kept.reading() as now:

        def said(pragma):
            return now.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()

        assert said("journal_mode") == "wal"
        assert said("synchronous") == 2
        assert said("recursive_triggers") == 1
        assert said("busy_timeout") == 30_000
        assert said("trusted_schema") == 0
        assert said("query_only") == 1


def test_a_reading_stays_where_it_began(kept, office):
    with kept.reading() as now:
        before = now.size()
        office.does("hung", created("QT-01"))

        assert now.size() == before
        assert now.look(d.Document, "QT-01") is None
    with kept.reading() as later:
        assert later.size() == before + 1


def test_many_readings_may_be_open_at_once(kept):
    readings = [kept.reading() for _ in range(40)]

    assert {reading.__enter__().size() for reading in readings} == {24}
    for reading in readings:
        reading.__exit__(None, None, None)


def test_no_connection_is_left_open_by_an_error(kept, office):
    def open_ones():
        return kept._database._engine.pool.checkedout()

    with pytest.raises(ZeroDivisionError), kept.operation():
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), kept.reading():
        raise ZeroDivisionError
    with office.open("hung") as system:
        for _ in range(3):
            with pytest.raises(Unknown):
                system.perform(d.Submit(code="QT-99"))
            with pytest.raises(Unknown):
                system.get(d.Document, "QT-99")
            next(iter(system.trail.history("policy:policy")))
        gc.collect()
        assert system._ledger._database._engine.pool.checkedout() == 0
    assert open_ones() == 0


@pytest.mark.sqlite
def test_who_cannot_have_the_database_is_told_so(kept, office, monkeypatch):
    with kept.still() as writing:
        writing.exec_driver_sql("PRAGMA busy_timeout=10")
    with closing(sqlite3.connect(office.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy) as told, kept.operation():
            pass
    assert told.value.exit_code == 5


@pytest.mark.sqlite
def test_who_has_another_lock_begins_only_when_the_one_before_has_ended(kept, office, tmp_path):
    # As where one file has two paths, or lies on a network: the queue is not the same for both.
    begun = []
    with Ledger(Folder.at(office.folder).database, tmp_path / "other") as second:
        with second.still() as writing:
            writing.exec_driver_sql("PRAGMA busy_timeout=10")
        with kept.operation() as first:
            with pytest.raises(Busy), second.operation() as now:
                begun.append(now.frontier.size)
            first.enrol("another")
        with second.operation() as now:
            assert "another" in now.stores()

    assert begun == []


# ── Looking ─────────────────────────────────────────────────────────────────────────────────────


def test_an_id_leads_only_to_an_item_of_its_own_register(kept):
    with kept.operation() as now:
        assert now.look(d.Document, "person:lan") is None
        assert now.look(Person, "person:lan").code == "lan"
        assert now.look(Person, "lan") == now.look(Person, "LAN")


def test_a_name_is_told_however_many_were_asked_for_before(kept, office):
    office.does(
        "hung", *(created(f"QT-{number:02}") for number in range(0, 60, 7)), created("ĐT-1")
    )
    codes = [f"QT-{number:02}" for number in range(60)] + [
        "A-1",
        "ĐT-1",
        "Đ-1",
        "đt-2",
        "QT-0",
        "z",
    ]
    with kept.reading() as then:
        there = {code: then.identify(d.Document, code) for code in codes}
    assert sum(map(bool, there.values())) == 10

    for seed in range(20):
        Random(seed).shuffle(codes)
        with kept.operation() as now:
            assert {code: now.identify(d.Document, code) for code in codes} == there


def test_new_codes_are_not_asked_for_one_by_one(office):
    asked = []
    with office.open() as system:
        system.perform(*adopted("QT-0", "2016-01-01"))
        for some in (range(1, 4), range(4, 40)):
            said = []
            with noted(lambda statement, *_, said=said: said.append(statement)):
                system.perform(*chain(*(adopted(f"QT-{one:02}", "2016-01-01") for one in some)))
            asked.append(sum("FROM code" in statement for statement in said))

    few, many = asked
    assert 0 < many <= few


def test_only_declared_columns_are_searched(office):
    with office.open() as system, pytest.raises(NotSearchable) as told:
        system.find(d.Document, title="x")
    assert told.value.about == "document.title"


def test_a_column_that_refers_takes_a_code_or_an_id_or_nothing(office):
    office.does("hung", created("QT-01"), created("QT-02", unit="QLVT"))

    with office.open() as system:

        def found(**where):
            return [document.code for document in system.find(d.Document, **where)]

        assert found(unit="qlvt") == found(unit="unit:qlvt") == ["QT-02"]
        assert found(unit="unit:xx") == []
        with pytest.raises(Unknown):
            found(unit="XX")
        assert found(scope=None) == found(scope="") == ["QT-01", "QT-02"]
        assert found(state=d.State.DRAFTED, type="QT") == ["QT-01", "QT-02"]


# ── Contents ────────────────────────────────────────────────────────────────────────────────────


def waiting(office):
    return {digest for (digest,) in office.sql("SELECT sha256 FROM content WHERE data IS NOT NULL")}


def digest(body):
    return sha256(text(body).encode()).hexdigest()


def test_a_text_waits_until_git_is_known_to_have_it(office):
    office.does("hung", created("QT-01", "Một"))
    assert waiting(office) == {digest("Một")}

    office.does("hung", created("QT-02", "Hai"))

    assert waiting(office) == {digest("Hai")}
    assert office.asks(lambda system: system.draft("QT-01")) == text("Một")


def test_a_text_that_comes_again_is_the_one_that_is_there(office):
    office.does("hung", created("QT-01", "Một"))
    office.does("hung", created("QT-02", "Hai"))
    office.does("hung", created("QT-03", "Một"), d.Edit(code="QT-01", text=text("Ba")))
    office.does("hung", d.Edit(code="QT-03", text=text("Hai")))
    office.does("hung", created("QT-04", "Một"))

    with office.open() as system:
        drafts = [system.draft(f"QT-0{n}") for n in range(1, 5)]
        assert drafts == [text(body) for body in ("Ba", "Hai", "Hai", "Một")]
        assert system.verify() == []
    assert len(office.sql("SELECT * FROM content")) == 3


def test_one_text_in_many_places_of_one_operation_is_kept_once(office):
    office.does(
        "hung", *(created(f"QT-{n}", "Một", attachments={"PL": text("Một")}) for n in range(5))
    )

    assert len(waiting(office)) == 1
    assert office.asks(lambda system: system.verify()) == []


def test_what_an_operation_writes_over_is_kept(office):
    office.does("hung", created("QT-01", "Một"), d.Edit(code="QT-01", text=text("Hai")))
    office.does("hung", d.Edit(code="QT-01", text=text("Ba")), d.Abandon(code="QT-01", reason="x"))
    office.does("hung", created("QT-02"))
    office.does("hung", created("QT-03"))

    with office.open() as system:
        past = [system.as_of(25 + n).draft("QT-01") for n in range(3)]
        assert past == [text("Một"), text("Hai"), text("Ba")]
        assert system.verify() == []


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────


def test_a_text_as_long_as_a_text_may_be_is_searched_by(office):
    letters = Random(0).choices([chr(letter) for letter in range(0x1EA0, 0x1EFA)], k=3_999)
    one, other = ("".join((*letters, end)) for end in "ab")
    office.does("hung", created("QT-01", scope=one), created("QT-02", scope=other))

    with office.open() as system:
        assert [found.code for found in system.find(d.Document, scope=one)] == ["QT-01"]
        assert [found.code for found in system.find(d.Document, scope=other)] == ["QT-02"]
        assert [found.code for found in system.overlaps("QT-01")] == []
        assert system.verify() == []


def test_half_a_letter_is_not_asked_for(office):
    with office.open() as system:
        for question in (system.get, lambda item, code: system.find(item, scope=code)):
            with pytest.raises(BadText):
                question(d.Document, "QT\ud800")


@pytest.mark.postgres
def test_a_zero_byte_is_not_asked_for(office):
    with office.open() as system:
        for question in (system.get, lambda item, code: system.find(item, scope=code)):
            with pytest.raises(BadText):
                question(d.Document, "QT\0")
