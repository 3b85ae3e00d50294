"""What an event says is read when it is looked at, that of many together in two statements."""

import copy
import json
import pickle

import pytest
from sqlalchemy import select

from qms.changes import Item
from qms.events import Event, looking
from qms.events.looking import TOGETHER, Group, Names
from qms.events.telling import altered
from qms.storage.glance import Version
from qms.storage.tables import HOME
from qms.storage.trouble import Closed
from qms.trail.entry import BadEntry, Entry
from tests.counting import Asked
from tests.systems import adopted


@pytest.fixture(scope="module")
def system(stage):
    """QT-05 is issued and amended, QT-06 and many others are adopted."""
    stage.clock.to("2024-03-01")
    stage.issues("QT-05", "2024-03-01")
    stage.clock.to("2024-06-01")
    stage.revises("QT-05", "2024-07-01", "Trình tự tiếp nhận hồ sơ")
    with stage.open() as system:
        for n in range(TOGETHER + 5):
            system.perform(*adopted(f"QT-1{n:02}", "2016-01-01", "2017-01-01"))
        yield system


def entries(system, **chosen):
    return system.trail.entries(kind="document.adopt", **chosen)


def asked(system, question):
    """Return what a question gives, and how many statements it takes."""
    with Asked(system).counted() as cost:
        return question(), cost.statements


def test_what_nobody_looks_at_costs_no_more_than_its_bytes(system, monkeypatch):
    every = entries(system)
    lines, plain = asked(system, lambda: list(every.lines()))
    monkeypatch.setattr(Entry, "parse", None)

    events, cost = asked(system, lambda: list(every))

    assert cost == plain
    assert [event.data for event in events] == lines
    assert len({event.digest for event in events}) == len(lines)


def test_what_is_known_of_one_event_is_asked_for_with_that_of_fifty(system):
    events = list(entries(system, limit=TOGETHER))

    names, once = asked(system, lambda: {event.name for event in events})
    fields, more = asked(system, lambda: [event.altered for event in events])
    again, none = asked(system, lambda: [(event.name, event.altered) for event in events])

    assert (names, once, more, none) == ({"Nguyễn Thị Lan"}, 1, 1, 0)
    assert len(fields) == len(again) == TOGETHER
    assert all(fields)


def test_only_what_is_looked_at_is_decoded(system, monkeypatch):
    first, *others = entries(system, limit=TOGETHER)
    decoded = []
    monkeypatch.setattr(looking, "altered", lambda one: decoded.append(one) or altered(one))

    assert first.altered

    assert {version.entry for version in decoded} == {first.index}
    assert others


def test_every_event_has_what_stood_there_before_and_after(system):
    for event in system.trail.entries():
        assert dict(event.altered) == {
            own: altered(version)
            for own in event.entry.state
            if (version := stood(system, own, event.index))
        }
        assert list(event.altered) == list(event.entry.state)


def stood(system, own, index):
    """Return an item as an entry left it and as it stood before, by all of its versions."""
    home = HOME[Item.registers[own.partition(":")[0]]].c
    versions = select(home.since_entry, home.body).where(home.id == own).order_by(home.since_entry)
    with system._ledger.reading() as now:
        rows = now.connection.execute(versions).all()
    bodies = [body for since, body in rows if since <= index]
    return Version(own, index, bodies[-2] if bodies[1:] else None, bodies[-1])


def test_a_name_is_asked_for_once_where_one_person_acts_again_and_again(system):
    events = list(entries(system))

    names, statements = asked(system, lambda: {event.name for event in events})

    assert len(events) > TOGETHER
    assert names == {"Nguyễn Thị Lan"}
    assert statements == 1


def test_a_name_is_looked_for_while_another_is_learnt(system):
    names = Names(system._ledger.glance, system._vault)
    first, *_, last = [event.index for event in system.trail.history("person:lan")]

    class Meanwhile(int):
        """An entry with which nothing is compared before another thread has learnt a name."""

        def __ge__(self, other):
            names.of([("person:lan", last)])
            return super().__ge__(other)

    assert names.of([("person:lan", first)]) == ["Nguyễn Thị Lan"]
    assert names.of([("person:lan", Meanwhile(last))]) == ["Nguyễn Thị Lan"]


def test_events_are_equal_by_what_they_say(system):
    one, again = (list(entries(system, limit=2)) for _ in range(2))

    assert one == again
    assert one[0] != one[1]
    assert one[0] != one[0].entry
    with pytest.raises(TypeError):
        hash(one[0])


def test_an_event_shows_its_bytes_where_nobody_has_looked_at_it(system):
    (event,) = entries(system, limit=1)

    said, statements = asked(system, lambda: repr(event))

    assert (said, statements) == (f"Event(data={event.data!r})", 0)


def test_an_event_shows_all_that_was_looked_at(system):
    (event,) = entries(system, limit=1)
    assert event == copy.copy(event)

    said = repr(event)

    assert said.startswith(f"Event(entry={event.entry!r}, item='document:qt-100', name=")
    assert said.endswith(f"altered={event.altered!r})")


@pytest.mark.parametrize("way", [lambda one: pickle.loads(pickle.dumps(one)), copy.copy])
def test_a_copy_of_an_event_has_looked_at_it(system, way):
    (event,) = entries(system, limit=1)

    same, statements = asked(system, lambda: way(event))
    whole, none = asked(system, lambda: (same.data, same.cloudevent(), same.fields, same.who("vi")))

    assert statements == 2
    assert none == 0
    assert same == event
    assert whole == (event.data, event.cloudevent(), event.fields, event.who("vi"))
    assert json.loads(event.data) == event.entry.model_dump(mode="json")


def test_what_is_no_entry_is_named_when_somebody_looks_at_it(system):
    lines = list(entries(system, limit=3).lines())
    lines[1] = lines[1].replace(b'"v":1', b'"v": 1')
    ask = system._ledger.glance
    group = Group(ask, Names(ask, system._vault), lines, "")
    good, bad, other = (Event(group, place) for place in range(3))

    for look in ("entry", "index", "name", "item", "altered", "fields", "at", "change"):
        with pytest.raises(BadEntry):
            getattr(bad, look)
    assert [one.name for one in (good, other)] == ["Nguyễn Thị Lan"] * 2
    assert good.altered
    assert other.altered


@pytest.mark.parametrize("damaged", [b"x", b"[]", b'{"change":[]}', b"{}", b"\xff"])
def test_what_is_no_entry_is_named_where_words_are_looked_for_or_all_is_told(office, damaged):
    office.sql('UPDATE entry SET data = :data WHERE "index" = 4', data=damaged)

    with office.open() as system:
        assert len(list(system.trail.entries(limit=4).said())) == 4
        with pytest.raises(BadEntry):
            list(system.trail.entries(text="phong"))
        with pytest.raises(BadEntry):
            list(system.trail.entries().said())


def test_what_was_not_looked_at_is_closed_with_the_system(office):
    with office.open() as system:
        looked, other = system.trail.entries().last(2)
        assert looked.altered

    assert looked.altered
    assert other.index == looked.index + 1
    assert repr(other) == f"Event(entry={other.entry!r})"
    same = other
    assert other == same
    assert looked != other
    with pytest.raises(Closed):
        _ = other.name
