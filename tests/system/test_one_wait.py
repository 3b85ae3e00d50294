"""How often a question waits for a server of PostgreSQL: once for each statement, no more."""

import re
from datetime import date
from pathlib import Path

import pytest

from qms.folder import Folder
from qms.registers import documents as d
from tests import postgres
from tests.systems import adopted, created
from tests.wire import wired

SCALE = Path(__file__).parents[2] / "docs/scale.md"
pytestmark = pytest.mark.postgres


@pytest.fixture
def wire(office, quick_folder):
    """The wire over which the office asks its server."""
    with quick_folder() as folder, wired(Path(folder), postgres.HERE[0].folder) as wire:
        place = Folder.at(office.folder)
        place.write(wire.through(place.database))
        yield wire


def questions(system):
    trail, year = system.trail, {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}
    before = system.as_of(system.size)
    return {
        "in force": (lambda: system.in_force("QT-1"), 1),
        "an item": (lambda: system.get(d.Document, "QT-1"), 1),
        "its revisions": (lambda: system.revisions("QT-1"), 1),
        "its text": (lambda: system.text("QT-1"), 3),
        "a page": (lambda: system.documents(limit=2, after="QT-1"), 1),
        "a page of a unit": (lambda: system.documents(unit="VP", limit=2, after="QT-1"), 2),
        "the master list": (system.master_list, 1),
        "a register": (lambda: system.find(d.Revision), 1),
        "history": (lambda: list(trail.history("QT-1").lines()), 2),
        "of a person": (lambda: list(trail.entries(actor="lan", limit=5, **year).lines()), 2),
        "what is due": (
            lambda: system.due(date(2030, 1, 1)),
            7,
        ),  # with the view that holds them
        "how far": (lambda: system.size, 1),
        "as it was": (lambda: before.in_force("QT-1"), 1),
        "what is new": (lambda: list(trail.follow(system.size - 1)), 5),
    }


def test_a_question_waits_once_for_each_statement(office, wire):
    with office.open() as system:
        system.perform(*adopted("QT-1", "2016-01-01"), *adopted("QT-2", "2016-01-01"))
        waits = {}
        for name, (ask, _) in questions(system).items():
            ask()  # the first connects
            with wire.counted(waits.setdefault(name, [])):
                ask()
        most = {name: [most] for name, (_, most) in questions(system).items()}
    assert waits == most


def test_an_operation_waits_as_often_as_the_page_on_scale_says(office, wire):
    said = re.search(r"An operation waits (\d+) times for PostgreSQL", SCALE.read_text("utf-8"))
    with office.open("hung") as system:
        system.perform(created("QT-1"))
        waits = []
        for number in range(3):  # the first look around, and prepare what they say
            with wire.counted(waits):
                system.perform(d.Edit(code="QT-1", text=f"Bước {number}"))

    assert waits[-1] == int(said[1])


def test_a_connection_that_was_lost_meanwhile_is_not_noticed(office, wire):
    with office.open() as system:
        system.perform(*adopted("QT-1", "2016-01-01"))
        assert system.in_force("QT-1").document.code == "QT-1"
        wire.cut()

        assert system.in_force("QT-1").document.code == "QT-1"
        assert system.size
