"""What was there before this system: documents, revisions and removals, as the papers say."""

from datetime import date, datetime, timedelta, timezone

import pytest

from qms import documents as d
from qms.changes import AlreadyThere, NotWellFormed, Unknown
from qms.registers.documents.items import path
from qms.registers.documents.legacy import AdoptIssued
from qms.registers.policy import UnknownType
from qms.trail.entry import body
from qms.values import Content
from tests.lives import ADOPT, OLD, ONE, TWO, at, document, done, revision
from tests.people import TODAY, TOMORROW, YESTERDAY, founded

WORD = b"\xd0\xcf\x11\xe0 kh\xf4ng ph\x83i UTF-8"
FIRST = d.AdoptRevision(code="QT-05", text=ONE, issue=1, **OLD)
LATER = d.AdoptRevision(
    code="QT-05", text=TWO, issue=1, amendment=1, issued=date(2018, 3, 1), source="bản giấy"
)
REMOVE = d.AdoptRemoval(code="QT-05", day=date(2019, 1, 1), source="sổ theo dõi")


def like(change, **fields):
    return change.model_copy(update=fields)


def in_force(office, day):
    """Return the numbers of what is in force on a day."""
    rows = [row for own, row in office.items.all().items() if own.startswith("revision:")]
    return [f"{row.issue}.{row.amendment}" for row in rows if row.in_force(day)]


REFUSALS = [
    (AlreadyThere, done("adopted", "lan", like(ADOPT, code="QT-9", aliases=("qt – 05",)))),
    (UnknownType, done("absent", "lan", like(ADOPT, type="KHONG"))),
    (Unknown, done("absent", "lan", like(ADOPT, parents=("QT-99",)))),
    (d.DraftOpen, done("draft", "lan", FIRST)),
    (d.DraftOpen, done("redraft", "lan", REMOVE)),
    (d.InTheFuture, done("bare", "lan", like(FIRST, issued=TOMORROW))),
    (d.InTheFuture, done("adopted", "lan", like(REMOVE, day=TOMORROW))),
    (d.NumberOutOfOrder, done("adopted", "lan", like(LATER, amendment=0))),
    (d.EffectiveOutOfOrder, done("adopted", "lan", like(LATER, issued=date(2015, 1, 1)))),
    (d.EffectiveOutOfOrder, done("adopted", "lan", like(REMOVE, day=date(2015, 1, 1)))),
    (d.EffectiveOutOfOrder, done("removed", "lan", LATER)),
    (d.EffectiveBeforeDecision, done("bare", "lan", like(FIRST, effective=date(2016, 1, 1)))),
    (d.IsWithdrawn, lambda: withdrawn().perform("lan", like(LATER, issued=TODAY))),
    (d.UnderControl, done("issued", "lan", like(LATER, issued=TODAY))),
    (d.UnderControl, done("withdrawn", "lan", like(LATER, issued=TODAY))),
    (d.UnderControl, done("issued", "lan", like(REMOVE, day=TODAY))),
    (d.IssuedHere, done("bare", "lan", like(FIRST, issued=TODAY, effective=TODAY))),
    (d.BegunHere, done("bare", "lan", like(FIRST, effective=TOMORROW, note="theo quyết định"))),
    (d.NothingToRemove, done("bare", "lan", REMOVE)),
    (d.NothingToRemove, done("removed", "lan", REMOVE)),
]


def withdrawn():
    """Return an office where an adopted document was withdrawn by a decision made here."""
    office = at("adopted")
    office.perform("binh", d.Withdraw(code="QT-05", reason="Không còn thủ tục", day=TODAY))
    return office


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_paper_may_say_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_an_adopted_document_keeps_its_old_codes():
    office = founded()
    office.perform("lan", like(ADOPT, aliases=("QT-SGTVT-05", "P.05")))

    assert document(office, "p.05").id == "document:qt-05"
    assert document(office).state is d.State.DRAFTED


def test_bytes_come_back_as_they_came():
    office = at("bare")
    office.perform("lan", like(FIRST, text=Content.of(WORD)))
    (written,) = office.files.values()

    assert written.data == WORD
    assert revision(office).files[0].sha256 == Content.of(WORD).sha256


def test_signers_stand_as_text_and_no_signature_is_made_up():
    office = at("bare")
    when = datetime(2016, 4, 1, 8, tzinfo=timezone(timedelta(hours=7)))
    said = {"drafted_by": "Ông Ba", "approved_by": "Bà Tư", "author": "vt@so", "written": when}
    office.perform("lan", like(FIRST, **said))
    adopted = revision(office)

    assert (adopted.drafted, adopted.reviewed, adopted.approved) == (None, (), None)
    assert adopted.legacy.drafted_by == "Ông Ba"
    assert b'"written":"2016-04-01T08:00:00+07:00"' in body(adopted)


def test_a_moment_without_its_zone_is_no_fact():
    naive = datetime(2016, 4, 1, 8)  # noqa: DTZ001
    with pytest.raises(NotWellFormed):
        d.AdoptRevision(code="QT-05", text=ONE, issue=1, written=naive, **OLD)


def test_old_revisions_follow_one_another():
    office = at("adopted")
    office.perform("lan", LATER)

    days = (date(2016, 4, 5), date(2016, 4, 6), date(2018, 2, 28), date(2018, 3, 1), TODAY)
    assert [in_force(office, day) for day in days] == [[], ["1.0"], ["1.0"], ["1.1"], ["1.1"]]
    assert (document(office).issue, document(office).amendment) == (1, 1)
    assert revision(office, "QT-05/1.1").previous == "revision:qt-05/1.0"


@pytest.mark.parametrize(
    "odd",
    [
        {"issue": 1, "amendment": 0, "note": "hai lần cùng ghi 1.0"},
        {"issue": 0, "amendment": 9, "note": "số lùi"},
        {"effective": date(2017, 1, 1), "note": "hiệu lực trước ngày ban hành"},
        {"issued": date(2016, 4, 6), "note": "cùng ngày với lần trước"},
    ],
)
def test_papers_that_contradict_themselves_are_taken_with_a_note(odd):
    office = at("adopted")
    office.perform("lan", like(LATER, **odd))

    assert revision(office, document(office).latest).legacy.note == odd["note"]
    assert all(len(in_force(office, date(year, 7, 1))) <= 1 for year in range(2015, 2027))


def test_two_revisions_of_one_number_have_codes_of_their_own():
    office = at("adopted")
    office.perform("lan", like(LATER, issue=1, amendment=0, note="hai lần cùng ghi 1.0"))

    assert document(office).latest == "revision:qt-05/1.0/2"


def test_an_old_text_may_take_effect_on_the_day_of_founding():
    office = at("bare")
    office.perform("lan", like(FIRST, effective=TODAY))

    assert [in_force(office, day) for day in (YESTERDAY, TODAY)] == [[], ["1.0"]]


def test_what_was_entered_by_the_first_rule_is_replayed_by_it():
    office = at("bare")
    office.perform("lan", AdoptIssued(code="QT-05", text=ONE, issue=1, effective=TOMORROW, **OLD))

    assert [in_force(office, day) for day in (TODAY, TOMORROW)] == [[], ["1.0"]]


def test_the_decision_on_old_paper_may_be_missing():
    office = at("bare")
    office.perform("lan", FIRST, like(LATER, decision="5/QĐ"))

    assert [revision(office, f"QT-05/1.{n}").decided for n in (0, 1)] == ["no", "yes"]


def test_what_was_removed_long_ago_has_only_a_history():
    office = at("removed")

    assert [in_force(office, date(year, 7, 1)) for year in (2018, 2019)] == [["1.0"], []]
    assert office.files == {f"{path('document:qt-05')}.md": None}
    assert document(office).withdrawal.legacy


def test_what_was_removed_long_ago_may_have_come_back():
    office = at("removed")
    office.perform("lan", like(LATER, issued=date(2020, 1, 1)))

    assert [in_force(office, date(year, 7, 1)) for year in (2019, 2020)] == [[], ["1.1"]]
    assert document(office).state is d.State.ISSUED


def test_an_adopted_document_goes_on_by_signatures():
    office = at("adopted")
    office.perform("hung", d.Submit(code="QT-05", text=TWO, summary="Lưu mười năm"))
    signed = {"code": "QT-05", "digest": document(office).draft.digest}
    office.perform("mai", d.Endorse(**signed))
    office.perform("binh", d.Approve(**signed))
    office.perform("lan", d.Issue(code="QT-05", effective=TOMORROW))

    assert [in_force(office, day) for day in (TODAY, TOMORROW)] == [["1.0"], ["1.1"]]
    with pytest.raises(d.UnderControl):
        office.perform("lan", like(LATER, issue=1, amendment=2, issued=TODAY))
