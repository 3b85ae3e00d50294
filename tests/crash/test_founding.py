"""A founding on a broken disk: nothing stays behind, or a system of which one is told."""

import fcntl
import os
from functools import partial

import pytest

import qms
from qms import founding
from qms.founding import NotOpened
from qms.storage.keys import NoKey
from tests.harm import in_a_child, name_of_error

pytestmark = pytest.mark.sqlite


def struck(folder, step):
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
        told = in_a_child(partial(struck, folder, step))
        assert folder.exists() == (told in ("", NotOpened.__name__))
        assert folder.exists() or not list(place.glob(f"so-{step}*"))
        if told == NotOpened.__name__:
            with qms.open(folder, actor="lan") as system:
                assert system.verify() == []
        step += 1

    assert step > 5


def test_nobody_founds_a_trail_that_its_key_does_not_sign(place, monkeypatch):
    given = os.access

    def access(path, mode):
        return not str(path).endswith("log.promises") and given(path, mode)

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(NoKey):
        qms.found(place / "so", organisation="Sở", officer="lan")

    assert list(place.iterdir()) == []


def test_a_folder_that_is_not_on_the_disk_for_sure_is_told(place, monkeypatch):
    def sync(folder):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(founding, "sync", sync)
    with pytest.raises(NotOpened):
        qms.found(place / "so", organisation="Sở", officer="lan")

    with qms.open(place / "so", actor="lan") as system:
        assert system.verify() == []
