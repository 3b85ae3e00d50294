"""What makes values by the thousand need not be looked through for circles."""

import fcntl
import gc
import os
from contextlib import ExitStack
from threading import Barrier, Event, Thread

import pytest

from qms.system import QMS
from qms.trail.unswept import unswept
from tests.systems import adopted, created


def test_python_looks_for_circles_again_afterwards():
    with unswept():
        assert not gc.isenabled()
        with unswept():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()


def test_it_does_so_after_an_error_too():
    with pytest.raises(KeyError), unswept():
        raise KeyError

    assert gc.isenabled()


@pytest.mark.parametrize("last", [0, 1])
def test_it_does_so_when_the_last_of_two_threads_is_done(last):
    inside, leave = Barrier(3), (Event(), Event())

    def works(own):
        with unswept():
            inside.wait()
            leave[own].wait()

    crowd = [Thread(target=works, args=(own,)) for own in (0, 1)]
    for thread in crowd:
        thread.start()
    inside.wait()
    assert not gc.isenabled()
    for own in (1 - last, last):
        leave[own].set()
        crowd[own].join()

    assert gc.isenabled()


def test_it_does_so_where_one_comes_as_the_other_leaves(monkeypatch):
    other, isenabled = ExitStack(), gc.isenabled
    other.enter_context(unswept())

    def asked():
        said = isenabled()
        other.close()
        return said

    with monkeypatch.context() as between:
        between.setattr(gc, "isenabled", asked)
        with unswept():
            pass

    assert gc.isenabled()


def test_nobody_waits_while_python_looks_for_circles(office, monkeypatch):
    """All that there is takes it a tenth of a second; whoever writes next waits for the locks."""
    swept = []
    for name in ("fsync", "fdatasync"):
        plain = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda of, sync=plain: swept.append(gc.isenabled()) or sync(of)
        )
    with office.open() as system:
        swept.clear()
        system.perform(created("HD-1"))

    assert set(swept) == {False}


@pytest.mark.sqlite
@pytest.mark.parametrize("does", [QMS.perform, QMS.rehearse])
def test_while_one_waits_for_the_ledger_python_looks_for_circles(office, monkeypatch, does):
    swept, plain = [], fcntl.flock
    with office.open() as system:
        monkeypatch.setattr(
            fcntl, "flock", lambda file, how: swept.append(gc.isenabled()) or plain(file, how)
        )
        does(system, created("HD-1"))

    assert swept[0]


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
