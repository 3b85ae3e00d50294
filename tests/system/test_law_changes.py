"""A law changes: every procedure that rests on it is reviewed, by one operation, in time."""

from datetime import date

import pytest

from qms import documents as d
from qms.registers import external as x
from qms.registers import policy
from qms.registers import reviews as r
from tests.systems import adopted

OLD, NEW = "19/2014/QĐ-TTg", "7/2024/QĐ-TTg"
LAW = {"type": "Quyết định", "issuer": "Thủ tướng Chính phủ", "title": "Áp dụng HTQLCL"}
CODES = ("QT-01", "QT-02", "QT-03")


@pytest.fixture(scope="module")
def office(stage):
    """An office where a decision that three procedures rest on is replaced on 1 February."""
    for code in CODES:
        cited = d.Classify(code=code, legal=(f"{OLD}, Điều 4",))
        stage.does("lan", *adopted(code, "2015-01-05"), cited)
    stage.clock.to("2024-01-10")
    old = {"signed": date(2014, 3, 5), "since": date(2014, 5, 20), "documents": CODES}
    stage.does("lan", x.Enter(number=OLD, **old, **LAW))
    new = {"signed": date(2024, 1, 8), "since": date(2024, 2, 1)}
    stage.does(
        "lan",
        x.Enter(number=NEW, **new, **LAW),
        x.Replace(code=OLD, by=NEW, day=date(2024, 2, 1)),
    )
    with stage.open() as system:
        system.perform(*r.triggered(_law(system), *_asked(system), date(2024, 1, 10)))
    return stage


def _law(system):
    turn = system.find(x.Turn, external=OLD)[-1]
    return r.Trigger(r.Cause.LAW, turn, turn.code, turn.documents, turn.due)


def _asked(system):
    return tuple(system.find(kind) for kind in (d.Document, d.Revision, r.Review))


@pytest.fixture
def system(office):
    with office.open() as opened:
        yield opened


def test_all_reviews_were_opened_by_one_operation(office, system):
    opened = [entry for entry in office.entries() if entry.kind == "review.open/1"]

    assert len({entry.operation for entry in opened}) == 1
    assert [one.document for one in system.find(r.Review)] == [
        f"document:{c.lower()}" for c in CODES
    ]


def test_they_are_due_three_months_after_the_law_takes_effect(system):
    assert len(system.find(r.Review, due=date(2024, 5, 1), cause="law")) == 3


def test_the_due_list_holds_them_from_their_day_on(system):
    rules = system.get(policy.Policy, "policy")
    for day, count in ((date(2024, 4, 30), 0), (date(2024, 5, 1), 3), (date(2024, 9, 1), 3)):
        owed = r.due(*_asked(system), rules, day)
        assert sum(one.cause is r.Cause.LAW for one in owed) == count


def test_until_they_are_amended_they_are_told_to_cite_expired_law(system):
    documents, externals = system.find(d.Document), system.find(x.External)

    assert x.citing_expired(documents, externals, date(2024, 1, 31)) == []
    found = x.citing_expired(documents, externals, date(2024, 2, 1))
    assert [one.document.code for one in found] == list(CODES)


def test_nothing_is_owed_twice(system):
    assert r.triggered(_law(system), *_asked(system), date(2024, 1, 11)) == ()


def test_the_trail_holds(system):
    assert system.verify() == []
