"""A disk that is full or may not be written: named, nothing by halves, nothing made twice."""

import builtins
import os
import resource
import shutil
from functools import partial

import pytest

import qms
from qms import changes as c
from qms import documents as d
from qms.storage import trouble as t
from qms.system import GitBehind
from tests import systems
from tests.harm import in_a_child, name_of_error
from tests.systems import created


@pytest.fixture(scope="module")
def sound(stage):
    stage.issues("QT-01", "2024-02-01")
    stage.does("hung", created("QT-02"))
    return stage


@pytest.fixture
def office(sound, place):
    return sound.copy(place / "so")


def limited(office, room):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    return name_of_error(lambda: office.does("hung", created("QT-09", "Dài " * 20_000)))


@pytest.mark.sqlite
def test_a_full_disk_is_named_and_nothing_is_done_by_halves(office):
    before = office.standing()
    told = set()
    for room in (0, 100, 5_000, 20_000, 50_000, 100_000, 150_000, 200_000, 300_000, 400_000):
        told.add(in_a_child(partial(limited, office, room)))
        with office.open() as system:
            assert system.verify() == []
        if office.standing() != before:
            break

    assert told <= {"NoRoom", "GitBehind", ""}
    assert "NoRoom" in told
    assert office.fsck() == ""


def full_at(office, step):
    """Let the so-manieth thing that git is to put on the disk find it full."""
    left = [step]

    def failing(sync):
        def synced(handle):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
            sync(handle)

        return synced

    with office.open("hung") as system:
        os.fsync, os.fdatasync = failing(os.fsync), failing(os.fdatasync)
        return name_of_error(lambda: system.perform(created(f"QT-1{step}")))


def test_a_disk_that_fills_up_while_git_follows_says_that_the_change_was_made(office):
    told, step = [], 0
    while not told or told[-1]:
        told.append(in_a_child(partial(full_at, office, step)))
        with office.open() as system:
            assert system.get(d.Document, f"QT-1{step}")
            assert system.verify() == []
        step += 1

    assert set(told) == {"GitBehind", ""}
    assert office.fsck() == ""


def broken(office, rebuild):
    """Let nothing of git be read while the ledger is made anew."""
    plain = builtins.open

    def failing(path, *how, **more):
        if "/objects/" in str(path):
            raise OSError(5, "Input/output error")
        return plain(path, *how, **more)

    builtins.open = failing
    return name_of_error(lambda: rebuild(office))


def anew(office):
    with office.open() as system:
        system.rebuild()


@pytest.mark.parametrize("rebuild", [anew, lambda office: qms.rebuild(office.folder)])
def test_a_disk_that_gives_nothing_back_leaves_the_ledger_as_it_was(office, rebuild):
    before = office.standing()

    assert in_a_child(partial(broken, office, rebuild)) == "NoRoom"
    assert office.standing() == before
    with office.open() as system:
        assert system.verify() == []


def test_a_change_that_git_could_not_follow_is_not_made_twice(office):
    assert in_a_child(partial(full_at, office, 2)) == "GitBehind"

    with pytest.raises(c.AlreadyThere):
        office.does("hung", created("QT-12"))


def test_while_git_cannot_follow_nothing_more_is_done(office):
    packs, away = office.store / "objects/pack", office.folder / "away"
    with office.open("hung") as system:
        system.perform(created("QT-08"))  # from here on, what git holds of folders is known
        shutil.move(packs, away)
        with pytest.raises(GitBehind) as told:
            system.perform(created("QT-09"))
        assert told.value.exit_code == 8
        assert told.value.says("vi").endswith(GitBehind.vi)
        before = systems.counts(office)
        with pytest.raises(t.NoPlace):
            system.perform(created("QT-10"))
        assert systems.counts(office) == before
        shutil.move(away, packs)
        system.perform(created("QT-10"))
        assert system.verify() == []


def test_what_git_cannot_even_be_asked_is_not_begun(office):
    before = systems.counts(office)
    with office.open("hung") as system:
        shutil.move(office.store / "objects/pack", office.folder / "away")
        with pytest.raises(t.NoPlace):
            system.perform(created("QT-09"))
    assert systems.counts(office) == before
