"""Events of the trail: found by whatever they are about, told in full, as of any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qms import documents as d
from qms import people as p
from qms.changes import Change, Unknown
from qms.events import Field, NoSuchKind, SeveralItems, titled
from qms.values import Sealed
from tests.systems import FIRST, created


@pytest.fixture(scope="module")
def system(stage):
    """QT-05 goes into force and is amended, QT-06 is drafted, a person is renamed."""
    stage.clock.to("2024-03-01")
    stage.issues("QT-05", "2024-03-01", distribution=("QLVT",))
    stage.clock.to("2024-03-02")
    stage.does("ha", d.Acknowledge(document="QT-05"))
    stage.does("lan", p.RenamePerson(code="ha", name="Đỗ Thị Thu Hà"))
    stage.clock.to("2024-06-01")
    stage.revises("QT-05", "2024-07-01", "Trình tự tiếp nhận hồ sơ")
    stage.does("hung", created("QT-06", unit="QLVT", title="Đường bộ"))
    stage.does("hung", d.File(code="YC-2024-001", reason="Sửa đổi luật", document="QT-05"))
    with stage.open() as system:
        yield system


def kinds(events):
    return [event.kind.partition("/")[0] for event in events]


ISSUED = ["document.create", "document.submit", "document.endorse", "document.approve"]


def test_every_entry_is_an_event_in_order(system):
    events = list(system.trail.entries())

    assert [event.index for event in events] == list(range(system.size))
    assert [event.entry.data() for event in events] == list(system.trail.entries().lines())
    assert events[0].at == FIRST
    assert (events[0].actor.id, events[0].name, events[0].kind) == ("system", "", "policy.adopt/1")


def test_an_event_says_who_in_which_post_did_what_to_which_item(system):
    (event,) = system.trail.entries(kind="document.create", item="QT-06")

    assert (event.actor.id, event.name, event.actor.post) == (
        "person:hung",
        "Trần Văn Hùng",
        "post:cvp",
    )
    assert (event.item, event.code) == ("document:qt-06", "QT-06")
    assert event.title == titled("document.create/1")
    assert event.title.vi == "Soạn thảo tài liệu mới"
    assert event.change["title"] == "Đường bộ"
    assert len(event.digest) == 64


def test_an_event_has_each_altered_field_before_and_after(system):
    *_, event = system.trail.entries(item="QT-05", kind="document.issue")

    fields = {field.name: field for field in event.fields}
    assert set(event.altered) == {
        "document:qt-05",
        "revision:qt-05/1.0",
        "revision:qt-05/1.1",
    }
    assert fields["amendment"] == Field("amendment", 0, 1)
    assert event.altered["revision:qt-05/1.0"] == (Field("until", None, "2024-07-01"),)
    new = {field.name: field.after for field in event.altered["revision:qt-05/1.1"]}
    assert new["effective"] == "2024-07-01"


def test_a_name_is_the_one_of_that_day(system):
    before = system.trail.entries(actor="ha").last(1)
    (renamed,) = system.trail.entries(kind="person.rename")

    assert [event.name for event in before] == ["Đỗ Thu Hà"]
    assert system.name("ha") == "Đỗ Thị Thu Hà"
    assert isinstance(Sealed(**renamed.fields[0].after), Sealed)
    assert "Thu Hà" not in str(renamed)


def test_a_name_that_was_erased_is_masked(office):
    office.does("ha", d.File(reason="x", title="y"))
    own = office.asks(lambda system: system.get(p.Person, "ha")).name.sha256
    (office.folder / "vault" / own[:2] / own).unlink()

    with office.open() as system:
        (event,) = system.trail.entries(actor="ha")

        assert event.name == "đã xóa / redacted"


def test_events_are_found_by_whatever_they_altered(system):
    trail = system.trail

    assert kinds(trail.entries(item="revision:qt-05/1.0")) == ["document.issue"] * 2
    assert kinds(trail.entries(item="QT-05"))[:5] == [*ISSUED, "document.issue"]
    assert [*trail.entries(item="document:qt-05").lines()] == [
        *trail.entries(item="qt – 05").lines()
    ]


def test_events_are_found_by_actor(system):
    assert {event.actor.id for event in system.trail.entries(actor="mai")} == {"person:mai"}
    assert kinds(system.trail.entries(actor="mai")) == ["document.endorse"] * 2
    assert kinds(system.trail.entries(actor="system"))[-1] == "organisation.found"


@pytest.mark.parametrize(
    ("kind", "count"),
    [("document.issue/1", 2), ("document.issue", 2), ("document", 10), ("person.enrol/9", 0)],
)
def test_events_are_found_by_register_verb_or_version(system, kind, count):
    found = list(system.trail.entries(kind=kind))

    assert len(found) == count
    assert all(event.kind.startswith(kind) for event in found)


def test_events_are_found_by_the_unit_whose_items_they_altered(system):
    assert kinds(system.trail.entries(unit="QLVT")) == ["post.open", "document.create"]
    assert kinds(system.trail.entries(unit="VP", kind="document")) == [
        *ISSUED,
        "document.issue",
        *ISSUED[1:],
        "document.issue",
    ]
    both = system.trail.entries(unit="VP", item="QT-05", actor="mai")
    assert kinds(both) == ["document.endorse"] * 2
    assert kinds(system.trail.entries(unit="QLVT", item="QT-05")) == []


def test_events_are_found_by_time_days_included(system):
    march = system.trail.entries(since=date(2024, 3, 1), until=date(2024, 3, 31))
    second = system.trail.entries(since=date(2024, 3, 2), until=date(2024, 3, 2))

    assert kinds(march) == [*ISSUED, "document.issue", "receipt.acknowledge", "person.rename"]
    assert kinds(second) == ["receipt.acknowledge", "person.rename"]
    assert kinds(system.trail.entries(since=date(2030, 1, 1))) == []
    everything = system.trail.entries(since=date.min, until=date.max)
    assert len(list(everything)) == system.size


def test_a_moment_is_within_what_begins_or_ends_at_it(system):
    at = next(iter(system.trail.entries(kind="receipt.acknowledge"))).at

    assert kinds(system.trail.entries(since=at, until=at)) == ["receipt.acknowledge"]
    later = at + timedelta(hours=1)
    assert kinds(system.trail.entries(since=later, until=later)) == []
    assert kinds(system.trail.entries(until=datetime(2023, 1, 1, tzinfo=UTC))) == []


@pytest.mark.parametrize("words", ["duong bo", "ĐƯỜNG BỘ", "Đường", "duong qt-06"])
def test_events_are_found_by_words_with_or_without_accents(system, words):
    assert kinds(system.trail.entries(text=words)) == ["document.create"]


def test_words_are_looked_for_in_what_was_said_only(system):
    assert kinds(system.trail.entries(text="sua doi luat", item="QT-05")) == []
    assert kinds(system.trail.entries(text="sua doi luat")) == ["request.file"]
    assert kinds(system.trail.entries(text="sha256")) == []
    assert kinds(system.trail.entries(text="khong-co-o-dau")) == []


def test_first_ones_last_ones_and_those_after(system):
    trail, size = system.trail, system.size
    every = [event.index for event in trail.entries(kind="document")]

    assert [event.index for event in trail.entries(kind="document", limit=3)] == every[:3]
    assert [event.index for event in trail.entries(kind="document").last(3)] == every[-3:]
    assert [event.index for event in trail.entries(kind="document", after=every[4])] == every[5:]
    assert [event.index for event in trail.entries(after=size - 2)] == [size - 1]
    assert list(trail.entries(after=10**30)) == list(trail.entries(limit=0)) == []
    assert [event.index for event in trail.entries(text="quy trinh").last(1)] < [size]


def test_many_pages_are_one_answer(system, monkeypatch):
    whole = [event.index for event in system.trail.entries(unit="VP")]
    monkeypatch.setattr("qms.events.extent.PAGE", 2)

    assert [event.index for event in system.trail.entries(unit="VP")] == whole
    assert [event.index for event in system.trail.entries(unit="VP").last(5)] == whole[-5:]
    assert [event.index for event in system.trail.entries(unit="VP", limit=5)] == whole[:5]
    text_found = system.trail.entries(text="qt-05").last(3)
    assert [event.index for event in text_found] == sorted(event.index for event in text_found)


def test_the_past_has_its_own_trail(system):
    then = system.as_of(date(2024, 3, 1)).trail

    assert then.size < system.size
    assert list(then.entries().lines()) == list(system.trail.entries().lines())[: then.size]
    assert kinds(then.entries(item="QT-05")) == [*ISSUED, "document.issue"]
    with pytest.raises(Unknown):
        then.entries(item="QT-06")
    assert list(then.follow(then.size - 1, wait=60)) == []


def test_the_history_of_an_item_tells_of_it(system):
    history = system.trail.history("revision:qt-05/1.0")

    assert [event.item for event in history] == ["revision:qt-05/1.0"] * 2
    assert [field.name for field in list(history)[1].fields] == ["until"]
    assert history.item == "revision:qt-05/1.0"


def test_the_history_of_any_register_is_found_by_code(system):
    assert kinds(system.trail.history("YC-2024-001")) == ["request.file"]
    assert kinds(system.trail.history("ha")) == ["person.enrol", "person.appoint", "person.rename"]
    assert kinds(system.trail.history("document:qt-06")) == ["document.create"]


def test_what_is_asked_for_by_a_name_that_nobody_knows_is_told(system):
    trail = system.trail
    for question in (
        lambda: trail.history("QT-99"),
        lambda: trail.history("document:qt-99"),
        lambda: trail.entries(item="nothing:x"),
        lambda: trail.entries(actor="nobody"),
        lambda: trail.entries(unit="nowhere"),
    ):
        with pytest.raises(Unknown):
            question()
    with pytest.raises(NoSuchKind):
        trail.entries(kind="document.explode")


def test_a_code_of_several_registers_is_not_guessed(office):
    office.does("lan", p.OpenPost(code="VP", title="Văn phòng", unit="VP"))

    with office.open() as system, pytest.raises(SeveralItems) as caught:
        system.trail.history("VP")

    assert caught.value.about == "VP: post:vp, unit:vp"


def test_of_several_registers_the_document_is_meant(office):
    office.does("lan", p.OpenPost(code="QT-07", title="x", unit="VP"))
    office.does("hung", created("QT-07"))

    with office.open() as system:
        assert system.trail.history("QT-07").item == "document:qt-07"


def test_an_entry_of_a_kind_that_nobody_knows_any_more_is_still_an_event(system, monkeypatch):
    known = {kind: of for kind, of in Change.kinds.items() if kind != "request.file/1"}
    monkeypatch.setattr(Change, "kinds", known)

    (event,) = system.trail.entries(kind="request.file/1")

    assert event.title == ("request.file/1", "request.file/1")
    assert event.change["reason"] == "Sửa đổi luật"
