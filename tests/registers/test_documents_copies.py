"""Numbered paper copies and read receipts."""

import pytest

from qms import documents as d
from qms import people as p
from tests.lives import APPROVE_TWO, ENDORSE_TWO, SECOND, TWO, WITHDRAW, at, document, done
from tests.people import TODAY, TOMORROW, YESTERDAY

HAND_OUT = d.HandOut(code="QT-05", holder="CV", day=TODAY)
TAKE_BACK = d.TakeBack(code="QT-05/1.0/B01", day=TODAY)
LOST = d.ReportLost(code="QT-05/1.0/B01", day=TODAY, note="Chuyển phòng")
READ = d.Acknowledge(document="QT-05")
ON_SECOND = d.HandOut(code="QT-05", holder="CV", day=SECOND)


def like(change, **fields):
    return change.model_copy(update=fields)


def revised(effective=SECOND):
    """Return an office where the next revision is issued."""
    office = at("issued")
    office.perform("hung", d.Submit(code="QT-05", text=TWO, summary="Lưu mười năm"))
    office.perform("mai", ENDORSE_TWO)
    office.perform("binh", APPROVE_TWO)
    office.perform("lan", d.Issue(code="QT-05", effective=effective))
    return office


def coming():
    """Return an office whose document is issued and not yet in force."""
    office = at("approved")
    office.perform("lan", d.Issue(code="QT-05", effective=SECOND))
    return office


def overtaken():
    """Return an office whose document was withdrawn before it took effect."""
    office = coming()
    office.perform("lan", like(WITHDRAW, day=TODAY, decision="", decided=None))
    return office


def withdrawn_ahead():
    """Return an office whose document is in force until it goes on a day that is set."""
    office = at("issued")
    office.perform("lan", like(WITHDRAW, day=SECOND))
    return office


def beside():
    """Return an office with another document that has a revision."""
    office = at("issued")
    facts = {"title": "Khác", "type": "QT", "unit": "VP", "owner": "CVP"}
    old = {"issue": 1, "issued": YESTERDAY, "source": "giấy"}
    office.perform("lan", d.AdoptDocument(code="QT-06", **facts))
    office.perform("lan", d.AdoptRevision(code="QT-06", text=TWO, **old))
    return office


def closed(post):
    """Return an office with an issued document, where a post was closed."""
    office = at("issued")
    office.perform("lan", p.ClosePost(code=post, until=TODAY))
    return office


REFUSALS = [
    (d.NotIssued, done("draft", "lan", HAND_OUT)),
    (d.NoLongerInForce, lambda: overtaken().perform("lan", like(HAND_OUT, revision="QT-05/1.0"))),
    (d.NoLongerInForce, lambda: withdrawn_ahead().on(SECOND).perform("lan", ON_SECOND)),
    (d.NotIssued, lambda: coming().perform("lan", like(HAND_OUT, day=YESTERDAY))),
    (d.NotIssued, done("draft", "ha", READ)),
    (
        d.NoLongerInForce,
        lambda: revised(TODAY).perform("lan", like(HAND_OUT, revision="QT-05/1.0")),
    ),
    (d.OtherRevision, lambda: beside().perform("lan", like(HAND_OUT, revision="QT-06/1.0"))),
    (d.OtherRevision, lambda: beside().perform("ha", like(READ, revision="QT-06/1.0"))),
    (d.InTheFuture, done("issued", "lan", like(HAND_OUT, day=TOMORROW))),
    (d.InTheFuture, done("out", "lan", like(TAKE_BACK, day=TOMORROW))),
    (d.InTheFuture, done("out", "lan", like(LOST, day=TOMORROW))),
    (p.Ended, lambda: closed("CV").perform("lan", HAND_OUT)),
    (d.CopyEnded, done("returned", "lan", TAKE_BACK)),
    (d.CopyEnded, done("lost", "lan", TAKE_BACK)),
    (d.CopyEnded, done("returned", "lan", LOST)),
    (d.DayOutOfOrder, done("out", "lan", like(TAKE_BACK, day=YESTERDAY.replace(day=1, month=2)))),
    (d.AlreadyRead, done("read", "ha", READ)),
    (d.OwnReceiptOnly, done("issued", "ha", like(READ, code="QT-05/1.0/mai"))),
    (d.OwnReceiptOnly, done("issued", "ha", like(READ, code="tôi đã đọc"))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_copy_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_copies_are_numbered_through_the_life_of_the_document():
    office = at("out")
    office.perform("lan", HAND_OUT)
    copies = [office.get(d.Copy, f"QT-05/1.0/B{n:02}") for n in (1, 2)]

    assert [copy.handed for copy in copies] == [YESTERDAY, TODAY]
    assert {copy.revision for copy in copies} == {"revision:qt-05/1.0"}
    assert document(office).copies == 2


def test_a_copy_is_of_what_is_in_force_not_of_what_is_to_come():
    office = revised()
    office.perform("lan", HAND_OUT)
    office.on(SECOND).perform("lan", like(HAND_OUT, day=SECOND))

    assert office.get(d.Copy, "QT-05/1.0/B01").revision == "revision:qt-05/1.0"
    assert office.get(d.Copy, "QT-05/1.1/B02").revision == "revision:qt-05/1.1"


def test_what_goes_on_a_day_to_come_is_handed_out_until_then():
    office = withdrawn_ahead()
    office.perform("lan", HAND_OUT)
    office.on(SECOND).perform("lan", like(HAND_OUT, day=TODAY))

    assert document(office).copies == 2


def test_a_late_decision_takes_no_copy_back_that_was_in_force():
    office = at("approved")
    office.perform("lan", d.Issue(code="QT-05", effective=TODAY))
    office.on(SECOND).perform(
        "lan", d.RecordDecision(code="QT-05", decision="9/QĐ-SGTVT", decided=SECOND)
    )
    office.perform("lan", HAND_OUT)

    assert office.get(d.Copy, "QT-05/1.0/B01").handed == TODAY


@pytest.mark.parametrize(("office", "code"), [(revised, "QT-05/1.1"), (coming, "QT-05/1.0")])
def test_what_is_to_come_is_handed_out_before_its_day_where_it_is_named(office, code):
    happened = office()
    happened.perform("lan", like(HAND_OUT, revision=code))

    assert happened.get(d.Copy, f"{code}/B01").handed == TODAY


def test_the_first_revision_is_handed_out_before_its_day():
    office = coming()
    office.perform("lan", HAND_OUT)

    assert document(office).copies == 1


@pytest.mark.parametrize(
    ("life", "state", "note"),
    [("out", d.CopyState.OUT, ""), ("returned", "returned", ""), ("lost", "lost", "Chuyển phòng")],
)
def test_a_copy_says_where_it_is(life, state, note):
    copy = at(life).get(d.Copy, "QT-05/1.0/B01")

    assert (copy.state, copy.note, copy.holder) == (state, note, "post:cv")
    assert copy.ended == (None if life == "out" else TODAY)


def test_a_copy_comes_back_on_the_day_it_went_out():
    office = at("out")
    office.perform("lan", like(TAKE_BACK, day=YESTERDAY))

    assert office.get(d.Copy, "QT-05/1.0/B01").ended == YESTERDAY


def test_copies_of_a_withdrawn_document_still_come_back():
    office = at("out")
    office.perform("lan", WITHDRAW)
    office.perform("lan", TAKE_BACK)

    assert office.get(d.Copy, "QT-05/1.0/B01").state is d.CopyState.RETURNED


def test_everybody_confirms_their_own_reading_once_for_each_revision():
    office = revised()
    for who, revision in (("ha", ""), ("ha", "QT-05/1.0"), ("mai", "")):
        office.perform(who, like(READ, revision=revision))

    codes = ("QT-05/1.1/ha", "QT-05/1.0/ha", "QT-05/1.1/mai")
    read = [office.get(d.Receipt, code) for code in codes]
    assert [receipt.person for receipt in read] == ["person:ha", "person:ha", "person:mai"]
    with pytest.raises(d.AlreadyRead):
        office.perform("ha", READ)
