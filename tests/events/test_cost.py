"""What a question to the trail costs does not grow with the trail: counted, not timed."""

from datetime import date, timedelta

import pytest

from qms.registers import documents as d
from tests import systems
from tests.counting import SLACK, Asked, known
from tests.systems import adopted, created


def of_an_office_with(template, place, documents):
    """Return what each question costs where so many documents were adopted and revised."""
    office = systems.copied(template, place / str(documents))
    many = [
        change
        for n in range(documents)
        for change in adopted(f"QT-{n:05}", "2016-01-01", "2017-01-01", unit=("VP", "QLVT")[n % 2])
    ]
    with office.open() as system:
        system.perform(*many)
        known(system)
    office.clock.pass_by(days=3)
    with office.open("hung") as system:
        system.perform(created("HD-1", unit="QLVT"), d.Submit(code="HD-1"))
        costs = {}
        for name, question in questions(system).items():
            question()  # what is only done first, is done
            with Asked(system).counted() as cost:
                assert question()
            costs[name] = cost
    return costs


def looked(entries):
    """Return who did what, and all that it altered."""
    return [(event.name, event.entry, event.altered) for event in entries]


def questions(system):
    trail, since = system.trail, date(2024, 1, 3)
    day = {"since": since, "until": since + timedelta(9)}
    return {
        "page": lambda: list(trail.entries(limit=20)),
        "last": lambda: trail.entries().last(20),
        "page, looked at": lambda: looked(trail.entries(limit=20)),
        "of an item": lambda: list(trail.entries(item="HD-1")),
        "of an item, looked at": lambda: looked(trail.entries(item="HD-1")),
        "history": lambda: list(trail.history("QT-00001")),
        "history, looked at": lambda: looked(trail.history("QT-00001")),
        "by an actor": lambda: list(trail.entries(actor="lan", limit=20)),
        "by an actor, looked at": lambda: looked(trail.entries(actor="lan", limit=20)),
        "by somebody rare": lambda: list(trail.entries(actor="hung")),
        "of a rare kind": lambda: list(trail.entries(kind="document.submit", limit=20)),
        "last by an actor": lambda: trail.entries(actor="lan").last(20),
        "of a kind": lambda: list(trail.entries(kind="document.adopt", limit=20)),
        "of a register": lambda: list(trail.entries(kind="document", limit=20)),
        "of a unit": lambda: list(trail.entries(unit="QLVT", limit=20)),
        "last of a unit": lambda: trail.entries(unit="QLVT").last(20),
        "of a unit, by an actor": lambda: trail.entries(unit="QLVT", actor="lan").last(20),
        "of some days": lambda: list(trail.entries(**day)),
        "of some days of the past": lambda: system.as_of(date(2024, 1, 5)),
        "the first page": lambda: system.documents(limit=20),
        "a page of documents": lambda: system.documents(limit=20, after="QT-00001"),
        "a page of a unit": lambda: system.documents(unit="QLVT", limit=20, after="QT-00003"),
        "a page in force": lambda: system.master_list(limit=20, unit="VP"),
        "a page of a register": lambda: system.find(d.Revision, limit=20, after="QT-00001/1.0"),
        "in force": lambda: system.in_force("QT-00001"),
        "revisions": lambda: system.revisions("QT-00001"),
        "the feed": lambda: list(trail.follow(system.size - 3)),
    }


@pytest.fixture(scope="module")
def few(template, tmp_path_factory):
    return of_an_office_with(template, tmp_path_factory.mktemp("few"), 50)


@pytest.fixture(scope="module")
def many(template, tmp_path_factory):
    return of_an_office_with(template, tmp_path_factory.mktemp("many"), 500)


def test_a_question_in_a_long_trail_asks_as_often_as_in_a_short_one(few, many):
    assert {name: cost.statements for name, cost in many.items()} == {
        name: cost.statements for name, cost in few.items()
    }


def test_a_question_in_a_long_trail_reads_as_much_as_in_a_short_one(few, many):
    grown = {name: (few[name].read, cost.read) for name, cost in many.items()}
    assert all(few[name].read for name in few)
    assert {name: how for name, how in grown.items() if how[1] > 1.2 * how[0] + SLACK} == {}


def test_who_looks_for_the_first_by_somebody_else_in_a_unit_does_not_ask_entry_by_entry(office):
    many = [adopted(f"QT-{n:03}", "2016-01-01", "2017-01-01", unit="VP") for n in range(200)]
    with office.open() as system:
        system.perform(*(change for two in many for change in two))
    office.does("hung", created("HD-1", unit="VP"))
    with office.open() as system, Asked(system).counted() as cost:
        (found,) = system.trail.entries(unit="VP", actor="hung", limit=1)

    assert found.code == "HD-1"
    assert cost.statements < 60


def test_what_a_page_of_events_altered_takes_one_statement(few):
    for name in ("page", "of an item", "history", "by an actor"):
        plain, looked = few[name].statements, few[f"{name}, looked at"].statements
        assert (name, plain) <= (name, 3)
        assert (name, looked) == (name, plain + 1)  # names are known from the first time
