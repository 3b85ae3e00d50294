"""A ledger that an earlier version made, and a version that brings a register more."""

import pytest

import qms
from qms import documents as d
from qms.registers import risks
from qms.storage import trouble
from tests.systems import connected, created


def loses(office, table):
    with connected(office.folder) as connection:
        connection.disarm()
        connection.run(f"DROP TABLE {table}")


def test_the_table_of_a_register_that_nobody_used_yet_is_made_by_opening(office):
    loses(office, "risk")

    with office.open() as system:
        assert system.find(risks.Risk) == []
        system.perform(created("QT-01"))
        assert system.verify() == []


def test_the_table_of_a_register_that_somebody_used_is_missed(office):
    office.does("hung", created("QT-01"))
    loses(office, "document")

    with pytest.raises(trouble.Damaged) as told:
        office.open()
    assert told.value.about.endswith("document")
    qms.rebuild(office.folder)
    assert office.asks(lambda system: system.get(d.Document, "QT-01"))


@pytest.mark.parametrize("table", ["entry", "node", "head", "content", "code", "store"])
def test_a_table_that_every_ledger_has_is_missed(office, table):
    loses(office, table)

    with pytest.raises(trouble.Damaged):
        office.open()
