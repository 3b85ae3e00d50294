"""Many changes take few statements, and a rebuild no more memory than a part of them (P2)."""

import tracemalloc

import pytest

from qms import documents as d
from qms.storage import transaction
from tests.counting import Asked
from tests.systems import adopted, created, text


def test_many_changes_take_as_many_statements_as_a_few_until_they_are_written(office, monkeypatch):
    taken = []
    with office.open() as system:
        for size, together in ((10, 1_000), (10, 1_000), (200, 1_000), (200, 100)):
            monkeypatch.setattr(transaction, "TOGETHER", together)
            many = (adopted(f"QT-{len(taken)}-{n}", "2016-01-01") for n in range(size))
            with Asked(system).counted() as cost:
                system.perform(*(change for two in many for change in two))
            taken.append(cost.statements)

    assert taken[2] == taken[1] == 17
    assert taken[3] > taken[2]


@pytest.mark.sqlite
def test_rebuilding_a_long_trail_takes_no_more_memory_than_a_short_one(office, monkeypatch):
    monkeypatch.setattr(transaction, "AT_HAND", 1 << 17)
    taken = []
    with office.open("hung") as system:
        system.perform(created("HD-1"))
        for first, end in ((0, 10), (10, 11), (11, 35)):
            for number in range(first, end):
                system.perform(d.Edit(code="HD-1", text=text(f"{number} " * 10_000)))
            tracemalloc.start()
            system.rebuild()
            taken.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert taken[2] < 1.2 * taken[1]
