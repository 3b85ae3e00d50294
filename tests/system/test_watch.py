"""The watch: every review that is owed, asked for as often as one likes."""

from datetime import date

import pytest

from qms import documents as d
from qms.registers import external as x
from qms.registers import reviews as r
from tests.systems import adopted

LAWS = ("1/2020/NĐ-CP", "2/2020/NĐ-CP")
NEW = "3/2024/NĐ-CP"
SINCE = date(2024, 3, 1)
DAY = date(2024, 1, 2)


@pytest.fixture
def touched(office):
    """An office with a procedure that two decrees are behind, both amended by a third."""
    office.does("lan", *adopted("QT-31", "2015-01-05"))
    facts = {"type": "Nghị định", "issuer": "Chính phủ", "title": "Một cửa"}
    old = {"signed": date(2020, 1, 2), "since": date(2020, 2, 1), "documents": ("QT-31",)}
    office.does(
        "lan",
        d.Classify(code="QT-31", legal=LAWS),
        *(x.Enter(number=number, **old, **facts) for number in LAWS),
    )
    opened(office)
    office.clock.to("2024-02-01")
    office.does(
        "lan",
        x.Enter(number=NEW, signed=date(2024, 1, 20), since=SINCE, **facts),
        *(x.Amend(code=number, by=NEW, day=SINCE) for number in LAWS),
    )
    return office


def opened(office):
    """Open all that is owed, and return how many operations it took."""
    rounds = 0
    while changes := office.asks(lambda system: system.reviews_to_open()):
        office.does("lan", *changes)
        rounds += 1
    return rounds


def test_two_changes_of_law_are_answered_by_one_review(touched):
    (running,) = touched.asks(lambda system: system.find(r.Review, cause="law"))
    assert opened(touched) == 1
    (review,) = touched.asks(lambda system: system.find(r.Review, cause="law"))

    assert review.code == running.code
    assert {f"{number}/2" for number in LAWS} <= set(review.origins)


def test_where_none_runs_the_second_change_waits_until_it_is_asked_again(touched):
    for review in touched.asks(lambda system: system.find(r.Review, cause="law")):
        keep = r.Conclude(code=review.code, outcome="keep", proposal="Đã xem")
        touched.does("hung", keep)

    first = touched.asks(lambda system: system.reviews_to_open())

    assert [type(change) for change in first if change.kind == "review.open/1"] == [r.Open]
    assert opened(touched) == 2
    assert touched.asks(lambda system: system.reviews_to_open()) == ()


def test_what_is_owed_and_not_opened_stands_on_the_due_list(touched):
    touched.clock.to("2024-02-02")
    for review in touched.asks(lambda system: system.find(r.Review)):
        touched.does("lan", r.Cancel(code=review.code, reason="Nhầm"))

    owed = touched.asks(lambda system: system.due(date(2024, 12, 31), unit="VP"))

    assert {(one.register, one.code) for one in owed if one.state is None} == {("review", "QT-31")}
    assert touched.asks(lambda system: system.due(date(2015, 1, 1))) == []


def test_one_cause_that_touches_many_documents_of_one_hand_is_read_whole_page_by_page(office):
    codes = ("QT-31", "QT-32", "QT-33")
    for code in codes:
        office.does("lan", *adopted(code, "2023-06-01"))
    facts = {"type": "Nghị định", "issuer": "Chính phủ", "title": "Một cửa"}
    office.does("lan", x.Enter(number=NEW, signed=DAY, since=DAY, documents=codes, **facts))
    with office.open() as system:
        whole = system.due(SINCE.replace(month=12))
        read, after = [], ""
        while page := system.due(SINCE.replace(month=12), limit=1, after=after):
            read += page
            after = page[-1].place

    caused = [one.of for one in whole if one.code == f"{NEW}/1"]
    assert caused == [f"document:{code.lower()}" for code in codes]
    assert read == whole
