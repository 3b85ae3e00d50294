"""No question scans a table, of the present or of the past: each plan is asked of the database.

An index that has only what stands now is walked by whoever asks for all of it; a table is not.
"""

import re
from datetime import date
from itertools import chain
from operator import methodcaller

import pytest

from qms import documents as d
from qms import restoring
from qms.changes import Item
from qms.registers.people import Person
from qms.storage.tables import metadata
from tests import postgres
from tests.counting import known, noted
from tests.systems import adopted, created

SCAN = re.compile(
    r"(?:SCAN|Seq Scan on) (?!CONSTANT|json_each|sqlite_master|head\b|store\b)\w+"
    r"(?: USING(?: COVERING)? INDEX (\w+))?"
)
OWED = re.compile(r"SEARCH (\w+) USING INDEX \1_by_due \(\(due,code\)>\(\?,\?\) AND due<\?\)")
DAY = date(2024, 1, 3)
BETWEEN = date(2018, 1, 1)


def questions(view, stage):
    """Return what is asked all day, by what one would call it."""
    trail = view.trail
    return {
        "in force of a code": lambda: view.in_force("QT-1", DAY),
        "in force on a day between two revisions": lambda: view.in_force("QT-2", BETWEEN),
        "the list of that day": lambda: view.documents(BETWEEN, in_force=True),
        "a page of what is in force": lambda: view.documents(DAY, in_force=True, limit=2),
        "the next": lambda: view.documents(DAY, in_force=True, limit=2, after="QT-1"),
        "a page of a unit": lambda: view.documents(DAY, unit="VP", limit=2, after="QT-1"),
        "the list": lambda: view.documents(DAY, in_force=True),
        "the list, whole": lambda: view.master_list(DAY),
        "a page of it": lambda: view.master_list(DAY, unit="VP", limit=2, after="QT-1"),
        "what is due": lambda: view.due(date(2030, 1, 1)),
        "a register": lambda: view.find(Person),
        "of a document": lambda: view.find(d.Revision, document="QT-1"),
        "revisions": lambda: view.revisions("QT-1"),
        "an item": lambda: view.get(Person, "lan"),
        "a text": lambda: view.text("QT-1"),
        "history": lambda: list(trail.history("QT-1").lines()),
        "history of whatever it is": lambda: list(trail.history("lan").lines()),
        "who did it": lambda: [event.name for event in trail.history("QT-1")],
        "what they altered": lambda: [event.altered for event in trail.history("QT-1")],
        "of a person in a year": lambda: list(
            trail.entries(actor="lan", since=date(2024, 1, 1), until=date(2024, 12, 31), limit=2)
        ),
        "of a kind": lambda: list(trail.entries(kind="document.adopt", limit=2)),
        "of a unit": lambda: list(trail.entries(unit="VP", limit=2)),
        "what is new": lambda: list(trail.follow(view.size - 2)),
        "as it was": lambda: view.as_of(DAY).size,
        "what is kept outside": lambda: restoring.standing(stage.folder, held(stage), DAY),
    }


def searches():
    """Yield what each register is asked for, behind the index that it is found over."""
    for name, item in Item.registers.items():
        yield f"{name}_now", methodcaller("body", name, f"{name}:x")
        yield f"{name}_sorted", methodcaller("bodies", name, {}, limit=2)
        for columns in item.indexes or zip(item.columns, strict=True):
            held = {columns[0]: "QT"}
            yield f"{name}_by_{'_'.join(columns)}", methodcaller("bodies", name, held)


def held(stage):
    """Return what somebody trusts who kept the newest checkpoint."""
    note = stage.asks(lambda system: system.trail.checkpoint())
    return stage.trust()._replace(kept=(note.data(),), names=("",))


@pytest.fixture(scope="module")
def asked(stage):
    """What each question asked, of the present and of the past."""
    found = {}
    with stage.open() as system:
        system.perform(*adopted("QT-1", "2016-01-01"), *adopted("QT-2", "2016-01-01", "2020-01-01"))
        known(system)
    stage.clock.pass_by(days=3)
    with stage.open("hung") as system:
        system.perform(created("HD-1"))
        for when, view in (("now", system), ("then", system.as_of(system.size - 1))):
            for name, ask in questions(view, stage).items():
                with noted(_into(found.setdefault((when, name), []))):
                    assert ask(), (when, name)
        for name, ask in searches():
            note = _into(found.setdefault(("over", name), []))
            with noted(note), system._ledger.glancing() as now:
                ask(now)
    with stage.open() as system:
        with noted(_into(found.setdefault(("now", "a change"), []))):
            system.perform(d.Rename(code="QT-1", title="Mới", reason="Đổi tên"))
        yield {own: list(_plans(system, said)) for own, said in found.items()}


@pytest.fixture(scope="module")
def standing():
    """The name of each index that has only what stands now."""
    indexes = (index for table in metadata.sorted_tables for index in table.indexes)
    return {index.name for index in indexes if index.dialect_options["sqlite"]["where"] is not None}


def _into(said):
    def note(statement, bound, _):
        said.append((statement, bound))

    return note


def _words(plans):
    return {word for plan, _ in plans for word in re.findall(r"\w+", plan)}


def _plans(system, asked):
    explain = "EXPLAIN" if postgres.HERE else "EXPLAIN QUERY PLAN"
    with system._ledger.reading() as now:
        for statement, bound in asked:
            if statement.split()[0] in ("SELECT", "UPDATE"):
                one = bound[0] if isinstance(bound, list) else bound
                said = now.connection.exec_driver_sql(f"{explain} {statement}", one)
                yield from ((row[-1], statement) for row in said.fetchall())


def test_no_question_scans_a_table(asked, standing):
    scans = [
        (own, plan, statement)
        for own, plans in asked.items()
        for plan, statement in plans
        if (scan := SCAN.search(plan)) and scan[1] not in standing
    ]
    assert scans == []


@pytest.mark.sqlite
def test_what_is_due_is_found_by_its_day(asked):
    plans = {plan for plan, said in asked["now", "what is due"] if ".due <= :day" in said}
    owed = {plan for plan in plans if plan.startswith(("SEARCH", "SCAN"))}

    assert len(owed) > 15
    assert [plan for plan in owed if not OWED.fullmatch(plan)] == []


@pytest.mark.sqlite
def test_what_a_register_is_searched_by_has_its_index(asked):
    over = {own: _words(plans) for (when, own), plans in asked.items() if when == "over"}

    assert {own for own, words in over.items() if own not in words} == set()


@pytest.mark.sqlite
def test_each_way_through_the_trail_and_the_documents_has_its_index(asked):
    used = set().union(*map(_words, asked.values()))
    of_units = {name for name, item in Item.registers.items() if "unit" in item.columns}

    assert used >= {f"entry_by_{name}" for name in ("actor", "kind", "at")}
    assert used >= {f"{name}_told_by_unit" for name in of_units}
    assert used >= {"passage_now", "content_waiting"}


@pytest.mark.sqlite
def test_no_index_is_kept_that_no_question_uses(asked):
    used = set().union(*map(_words, asked.values()))
    indexes = (index.name for table in metadata.sorted_tables for index in table.indexes)

    assert set(indexes) - used == set()


# ── As a server plans by itself ─────────────────────────────────────────────────────────────────


@pytest.fixture
def read(office):
    """Return a way to count how many rows of a table work reads, in a system of 300 documents."""
    with office.open() as system:
        every = (adopted(f"QT-{one}", "2016-01-01", "2020-01-01") for one in range(300))
        system.perform(*chain(*every))
        name = system._ledger.url.database
    server = postgres.HERE[0]
    server.sql("ANALYZE", name)

    def rows(table):
        asked = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
        return server.sql(f"{asked} WHERE relname = '{table}'", name)[0][0]

    def read(table, work):
        before = rows(table)
        with office.open("hung") as system:
            work(system)
        return rows(table) - before

    return read


@pytest.mark.postgres
def test_no_guard_reads_the_trail(read):
    assert read("entry", lambda system: system.perform(created("HD-1", "Mới"))) < 100


@pytest.mark.postgres
def test_a_page_reads_no_more_documents_than_it_shows(read):
    def pages(system):
        assert len(system.documents(unit="VP", in_force=True, limit=5)) == 5
        assert len(system.documents(DAY, in_force=True, limit=5, after="QT-100")) == 5

    assert 0 < read("document", pages) < 100


@pytest.mark.postgres
def test_a_server_finds_over_the_same_indexes(office, read):
    asked = []
    with office.open() as system, noted(_into(asked)):
        system.get(d.Document, "QT-7")
        system.find(d.Revision, document="QT-7")
        system.find(d.Document, state="withdrawn")
        system.documents(unit="QLVT", limit=5)
        system.documents(limit=5)
        list(system.trail.entries(actor="hung", limit=2))
        list(system.trail.entries(kind="document.create", limit=2))
        list(system.trail.entries(unit="QLVT", limit=2))
        system.as_of(DAY)
        system.perform(d.Rename(code="QT-7", title="Mới", reason="Đổi tên"))
    with office.open() as system:
        used = _words(_plans(system, asked))

    assert used >= {f"entry_by_{name}" for name in ("actor", "kind", "at")}
    assert used >= {f"document_{name}" for name in ("now", "sorted", "by_unit", "told_by_unit")}
    assert used >= {"document_by_state", "revision_by_document_effective"}
    assert used >= {"passage_now", "content_waiting"}


@pytest.mark.postgres
def test_words_are_found_over_their_index(office, read):
    asked = []
    with office.open() as system:
        known(system)  # of so few words it would rather read all
    with office.open() as system:
        with noted(_into(asked)):
            assert system.search("QT-7")
        assert "passage_words" in _words(_plans(system, asked))
