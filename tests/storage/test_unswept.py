"""What makes values by the thousand need not be looked through for circles."""

import gc

from qms.storage.unswept import unswept
from tests.systems import adopted


def test_python_looks_for_circles_again_afterwards():
    with unswept():
        assert not gc.isenabled()
        with unswept():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()


def circles(system, code, documents):
    """Return how many values lay in circles after so many were adopted at once."""
    each = (adopted(f"{code}-{n:03}", "2016-01-01") for n in range(documents))
    many = [change for some in each for change in some]
    gc.collect()
    system.perform(*many)
    return gc.collect()


def test_many_changes_leave_no_more_circles_behind_than_a_few(office):
    with office.open() as system, unswept():
        circles(system, "QT-A", 2)  # what is only done first, is done
        few = circles(system, "QT-B", 2)

        assert circles(system, "QT-C", 50) <= few
