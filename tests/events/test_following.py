"""A feed that goes on: nothing missed, nothing twice, whoever is killed."""

import json
import math
import multiprocessing
import os
import random
import signal
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from qms import documents as d
from qms.events import BeyondTrail
from tests.counting import noted
from tests.systems import created

TOGETHER = multiprocessing.get_context("fork")


def test_the_feed_begins_at_the_first_entry_and_ends_at_the_last(office):
    with office.open() as system:
        events = list(system.trail.follow())

        assert [event.index for event in events] == list(range(system.size))
        assert list(system.trail.follow(system.size - 1)) == []


def test_the_feed_goes_on_after_what_was_dealt_with(office):
    with office.open("hung") as system:
        (last,) = system.perform(created("QT-01"))
        system.perform(created("QT-02"), d.File(reason="x", title="y"))

        found = [event.index for event in system.trail.follow(last.index)]

    assert found == [last.index + 1, last.index + 2]


def test_what_happens_meanwhile_is_told_too(office):
    with office.open("hung") as system:
        feed = system.trail.follow(system.size - 1, wait=60)
        system.perform(created("QT-01"))
        assert next(feed).code == "QT-01"
        system.perform(created("QT-02"))
        assert next(feed).code == "QT-02"


def test_whoever_waits_is_told_soon(office):
    def write():
        sleep(0.3)
        office.does("hung", created("QT-01"))

    with office.open() as system:
        writer = Thread(target=write)
        writer.start()
        (event,) = islice(system.trail.follow(system.size - 1, wait=math.inf), 1)
        writer.join()

    assert event.code == "QT-01"


def test_whoever_waits_long_enough_stops(office):
    with office.open() as system:
        began = monotonic()

        assert list(system.trail.follow(system.size - 1, wait=0.2)) == []
        assert 0.2 <= monotonic() - began < 5


def test_waiting_asks_little(office):
    looks = []
    with office.open() as system:
        trail = system.trail
        with noted(lambda statement, *_: looks.append(statement)):
            assert list(trail.follow(trail.size - 1, wait=1)) == []

    assert 3 < len(looks) < 15


@pytest.mark.parametrize("after", [-2, 10**6])
def test_a_place_that_the_trail_does_not_have_is_refused_at_once(office, after):
    with office.open() as system, pytest.raises(BeyondTrail):
        system.trail.follow(after)


def test_whoever_follows_holds_no_reader_open(office):
    with office.open("hung") as system:
        feed = system.trail.follow()
        next(feed)
        assert system._ledger._database._engine.pool.checkedout() == 0


def test_the_past_is_followed_to_its_end(office):
    with office.open("hung") as system:
        system.perform(created("QT-01"))
        then = system.as_of(5).trail

        assert [event.index for event in then.follow(1, wait=math.inf)] == [2, 3, 4]
        with pytest.raises(BeyondTrail):
            then.follow(5)


def followed(office, log):
    """Follow for ever; what was dealt with is kept line by line, and so is how far."""
    lines = log.read_bytes().splitlines(keepends=True) if log.exists() else []
    whole = [line for line in lines if line.endswith(b"\n")]
    with log.open("r+b" if log.exists() else "wb") as file, office.open("binh") as system:
        file.truncate(sum(map(len, whole)))
        file.seek(0, os.SEEK_END)
        after = json.loads(whole[-1])["id"] if whole else -1
        for event in system.trail.follow(int(after), wait=math.inf):
            file.write(json.dumps(event.cloudevent()).encode() + b"\n")
            file.flush()


def written(office):
    with office.open("hung") as system:
        for number in range(25):
            system.perform(*(created(f"HD-{number}-{part}") for part in range(3)))


def test_a_follower_that_is_killed_again_and_again_misses_nothing_and_doubles_nothing(
    office, place
):
    log, chance = Path(place, "log"), random.Random(7)
    writer = TOGETHER.Process(target=written, args=(office,))
    writer.start()
    kills = 0
    while writer.is_alive() or kills < 8:
        follower = TOGETHER.Process(target=followed, args=(office, log))
        follower.start()
        sleep(chance.uniform(0.05, 0.6))
        os.kill(follower.pid, signal.SIGKILL)
        follower.join()
        kills += 1
    writer.join()
    follower = TOGETHER.Process(target=followed, args=(office, log))
    follower.start()
    size = len(office.entries())
    end = monotonic() + 60
    while monotonic() < end and len(log.read_bytes().splitlines()) < size:
        sleep(0.05)
    os.kill(follower.pid, signal.SIGKILL)
    follower.join()

    told = [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]
    assert writer.exitcode == 0
    assert [int(event["id"]) for event in told] == list(range(size))
    entries = [event["data"]["entry"] for event in told]
    assert entries == [json.loads(entry.data()) for entry in office.entries()]


def test_only_whole_operations_are_told(office):
    seen = []
    writer = TOGETHER.Process(target=written, args=(office,))
    with office.open() as system:
        start = system.size - 1
        writer.start()
        while writer.is_alive():
            seen.append([event.entry for event in system.trail.follow(start)])
            start = seen[-1][-1].index if seen[-1] else start
        writer.join()

    told = [entries for entries in seen if entries]
    for entries in told:
        assert entries[0].operation.first == entries[0].index
        assert sum(entries[-1].operation) == entries[-1].index + 1


def test_a_day_may_be_followed_by_its_entries(office):
    office.does("hung", created("QT-01"))
    with office.open() as system:
        day = date(2024, 1, 2)
        assert len(list(system.trail.entries(since=day, until=day))) == system.size
