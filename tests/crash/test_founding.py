"""A founding on a broken disk: nothing stays behind, or a system of which one is told."""

import fcntl
from functools import partial

import pytest

import qms
from qms.founding import NotOpened
from tests.harm import in_a_child, name_of_error

pytestmark = pytest.mark.sqlite


def founding(folder, step):
    flock, left = fcntl.flock, [step]

    def broken(*words):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(5, "Input/output error")
        flock(*words)

    fcntl.flock = broken
    return name_of_error(lambda: qms.found(folder, organisation="Sở", officer="lan").close())


def test_whoever_founds_is_told_whether_the_system_stands(place):
    told, step = "NoRoom", 0
    while told:
        folder = place / f"so-{step}"
        told = in_a_child(partial(founding, folder, step))
        assert folder.exists() == (told in ("", NotOpened.__name__))
        assert folder.exists() or not list(place.glob(f"so-{step}*"))
        if told == NotOpened.__name__:
            with qms.open(folder, actor="lan") as system:
                assert system.verify() == []
        step += 1

    assert step > 5
