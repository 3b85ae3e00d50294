"""What a reviewer of the trail asks: who did what, when it was unusual, whom a review left out."""

from datetime import date, datetime, time

import pytest

from qms import trail_reviews
from qms.events import Backwards, BeyondTrail
from qms.proofs.merkle import Frontier
from qms.registers import people as p
from qms.registers.trail_reviews import OwnEntries, TrailReview
from qms.trail.entry import leaf
from tests.systems import created


@pytest.fixture(scope="module")
def lived(stage):
    """QT-05 on a working day; drafts on a Saturday, in the evening and on a day of Tết."""
    stage.clock.to("2024-01-03")
    stage.issues("QT-05", "2024-02-01")
    stage.clock.to("2024-01-06")  # a Saturday
    stage.does("hung", created("QT-06"))
    stage.clock.at = datetime.fromisoformat("2024-01-08T18:30:00+07:00")
    stage.does("hung", created("QT-07"))
    stage.clock.to("2024-02-12")  # the third day of Tết
    stage.does("hung", created("QT-08"))
    return stage


@pytest.fixture(scope="module")
def system(lived):
    with lived.open() as system:
        yield system


def test_a_range_says_who_did_what_how_often(system):
    first = next(iter(system.trail.entries(kind="document"))).index
    activity = system.trail.activity(first, system.size - 1)

    said = {(one.actor, one.kind): one.times for one in activity.tallies}
    assert said["person:hung", "document.create/1"] == 4
    assert said["person:mai", "document.endorse/1"] == 1
    assert sum(said.values()) == system.size - first
    assert activity.actors == ("person:binh", "person:hung", "person:lan", "person:mai")


def test_a_range_says_when_it_was_and_the_root_after_it(system):
    lines = list(system.trail.entries(limit=10).lines())
    tree = Frontier()
    for line in lines:
        tree = tree.append(leaf(line))

    activity = system.trail.activity(3, 9)

    assert activity.root == tree.root().hex()
    events = list(system.trail.entries(limit=10))
    assert (activity.since, activity.until) == (events[3].at, events[9].at)


def test_the_founder_is_nobody_to_be_reviewed(system):
    assert system.trail.activity(0, 2).actors == ()


def test_what_happened_when_nobody_works_is_unusual(system):
    found = [event.code for event in system.trail.unusual(0, system.size - 1)]

    assert found == ["QT-06", "QT-07", "QT-08"]
    longer = system.trail.unusual(0, system.size - 1, closes=time(20))
    assert [event.code for event in longer] == ["QT-06", "QT-08"]


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [(-1, 3, BeyondTrail), (4, 3, Backwards), (0, 10**6, BeyondTrail)],
)
def test_a_range_that_the_trail_does_not_have_is_refused(system, first, last, named):
    for question in (system.trail.activity, lambda a, b: list(system.trail.unusual(a, b))):
        with pytest.raises(named):
            question(first, last)


def test_a_review_is_begun_with_what_the_range_says(office):
    office.does(
        "lan",
        p.OpenPost(code="DGV", title="Đánh giá viên", unit="CQ", roles_held=("auditor",)),
        p.Enrol(code="yen", name="Vũ Hải Yến"),
        p.Appoint(code="yen", post="DGV", since=date(2024, 1, 1)),
    )
    with office.open() as system:
        activity = system.trail.activity(0, system.size - 1)
        actors = [system.get(p.Person, own).code for own in activity.actors]
    facts = {"first": 0, "last": activity.last, "root": activity.root, "due": date(2024, 2, 1)}
    begin = trail_reviews.BeginTrailReview(code="SX-1", actors=actors, **facts)

    with pytest.raises(OwnEntries):
        office.does("lan", begin)
    office.does("yen", begin)

    with office.open() as system:
        assert system.trail.unnamed(system.get(TrailReview, "SX-1")) == ()


def test_whom_a_review_left_out_is_named(office):
    begin = trail_reviews.BeginTrailReview(
        code="SX-1", first=0, last=20, root="0" * 64, actors=("mai",), due=date(2024, 2, 1)
    )
    office.does("lan", begin)

    with office.open() as system:
        assert system.trail.unnamed(system.get(TrailReview, "SX-1")) == ("person:lan",)
