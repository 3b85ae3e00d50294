"""Putting documents in and out of force: issue, decide, withdraw, reinstate."""

from datetime import date, timedelta

import pytest

from qms import documents as d
from qms import people as p
from qms.registers.documents import issuing
from qms.registers.documents.items import path
from qms.values import Content
from tests.lives import (
    APPROVE_TWO,
    ENDORSE_TWO,
    FIRST,
    ISSUE,
    ONE,
    REVISE,
    SECOND,
    TWO,
    WITHDRAW,
    at,
    document,
    done,
    revision,
)
from tests.people import TODAY, TOMORROW, YESTERDAY

NEXT = d.Issue(code="QT-05", effective=SECOND)
REINSTATE = d.Reinstate(code="QT-05", reason="Vẫn cần", effective=SECOND)
RECORD = d.RecordDecision(code="QT-05", decision="7/QĐ", decided=FIRST)
TEXTS = f"{path('document:qt-05')}.md"


def like(change, **fields):
    return change.model_copy(update=fields)


def undecided(effective=FIRST):
    """Return an office with a document issued before its decision was there."""
    office = at("approved")
    office.perform("lan", d.Issue(code="QT-05", effective=effective))
    return office


def coming(effective=SECOND):
    """Return an office where the next revision is issued for a later day."""
    office = at("reapproved")
    office.perform("lan", like(NEXT, effective=effective))
    return office


def again(office, text=TWO):
    """Take the document through its signatures once more."""
    office.perform("hung", d.Submit(code="QT-05", text=text, summary="Sửa tiếp"))
    signed = {"code": "QT-05", "digest": document(office).draft.digest}
    office.perform("mai", d.Endorse(**signed))
    office.perform("binh", d.Approve(**signed))
    return office


def in_force(office, day):
    """Return the number of what is in force on a day."""
    found = {own: item for own, item in office.items.all().items() if own.startswith("revision:")}
    on_day = [row for row in found.values() if row.in_force(day)]
    assert len(on_day) <= 1
    return next((f"{row.issue}.{row.amendment}" for row in on_day), None)


def reinstated():
    """Return an office where what was withdrawn is to come into force again."""
    office = at("withdrawn").on(date(2026, 5, 1))
    office.perform("lan", like(REINSTATE, effective=date(2026, 6, 1)))
    return office


def other():
    """Return an office with another document that is issued."""
    office = at("issued")
    office.perform(
        "lan", d.AdoptDocument(code="QT-06", title="Khác", type="QT", unit="VP", owner="CVP")
    )
    office.perform(
        "lan",
        d.AdoptRevision(code="QT-06", text=ONE, issue=1, issued=date(2016, 1, 1), source="giấy"),
    )
    return office


def without_unit():
    """Return an office with an approved text and a unit that has ended."""
    office = at("approved")
    office.perform("lan", p.SucceedUnit(code="QLVT", until=TOMORROW, successor="VP"))
    return office


REFUSALS = [
    (d.EffectiveBeforeDecision, done("approved", "lan", like(ISSUE, effective=date(2026, 1, 31)))),
    (
        d.EffectiveBeforeDecision,
        done("issued", "lan", like(WITHDRAW, decision="8/QĐ", decided=TODAY, day=YESTERDAY)),
    ),
    (
        d.EffectiveBeforeDecision,
        lambda: (
            at("withdrawn")
            .on(date(2026, 5, 1))
            .perform("lan", like(REINSTATE, decision="9/QĐ", decided=date(2026, 4, 2)))
        ),
    ),
    (d.EffectiveOutOfOrder, done("reapproved", "lan", like(NEXT, effective=FIRST))),
    (d.EffectiveOutOfOrder, done("issued", "lan", like(WITHDRAW, day=FIRST - timedelta(1)))),
    (d.EffectiveOutOfOrder, done("withdrawn", "lan", like(REINSTATE, effective=TODAY))),
    (
        d.EffectiveOutOfOrder,
        lambda: coming().perform("lan", like(WITHDRAW, day=FIRST - timedelta(1))),
    ),
    (d.EffectiveOutOfOrder, lambda: again(coming()).perform("lan", like(NEXT, effective=FIRST))),
    (
        d.EffectiveOutOfOrder,
        lambda: again(undecided(TODAY)).perform("lan", like(NEXT, effective=TODAY)),
    ),
    (
        d.EffectiveOutOfOrder,
        lambda: again(reinstated()).perform("lan", like(NEXT, effective=TOMORROW - timedelta(1))),
    ),
    (d.EffectiveOutOfOrder, lambda: reinstated().perform("lan", like(WITHDRAW, day=TODAY))),
    (d.HalfDecision, done("approved", "lan", like(ISSUE, decision=""))),
    (d.HalfDecision, done("issued", "lan", like(WITHDRAW, decision="8/QĐ"))),
    (d.HalfDecision, done("withdrawn", "lan", like(REINSTATE, decided=TODAY))),
    (d.InTheFuture, done("approved", "lan", like(ISSUE, decided=TOMORROW, effective=SECOND))),
    (d.InTheFuture, lambda: undecided().perform("lan", like(RECORD, decided=TOMORROW))),
    (d.AlreadyDecided, done("issued", "lan", RECORD)),
    (d.NotIssued, done("draft", "lan", RECORD)),
    (d.NotIssued, done("bare", "lan", WITHDRAW)),
    (d.NotWithdrawn, done("issued", "lan", REINSTATE)),
    (d.DraftOpen, done("redraft", "lan", WITHDRAW)),
    (d.OtherRevision, lambda: other().perform("lan", like(RECORD, revision="QT-06/1.0"))),
    (p.Ended, lambda: without_unit().perform("lan", like(ISSUE, distribution=("VP", "QLVT")))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_issuer_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_an_issued_revision_holds_who_signed_what():
    issued = revision(at("issued"))

    assert issued.drafted.person == "person:hung"
    assert [signature.person for signature in issued.reviewed] == ["person:mai"]
    assert issued.approved.person == "person:binh"
    assert (issued.issued, issued.decision.number, issued.decided) == (FIRST, "12/QĐ-SGTVT", "yes")
    assert (issued.effective, issued.until, issued.previous) == (FIRST, None, "")


def test_an_issued_text_moves_from_drafts_to_procedures():
    files = at("issued").files

    assert files == {TEXTS.replace("procedures", "drafts"): None, TEXTS: Content.of(ONE)}


def test_what_is_approved_is_not_in_force_before_its_day():
    office = at("approved")
    assert in_force(office, FIRST) is None

    office.perform("lan", d.Issue(code="QT-05", effective=TOMORROW))
    assert [in_force(office, day) for day in (TODAY, TOMORROW)] == [None, "1.0"]


def test_the_next_revision_ends_the_one_before_it_on_its_day():
    office = coming()

    days = (FIRST - timedelta(1), FIRST, SECOND - timedelta(1), SECOND)
    assert [in_force(office, day) for day in days] == [None, "1.0", "1.0", "1.1"]
    assert revision(office, "QT-05/1.1").previous == "revision:qt-05/1.0"
    assert document(office).latest == "revision:qt-05/1.1"


def test_a_revision_that_is_yet_to_come_may_be_overtaken():
    office = again(coming())
    office.perform("lan", like(NEXT, effective=TOMORROW))

    assert [in_force(office, day) for day in (TODAY, TOMORROW, SECOND)] == ["1.0", "1.2", "1.2"]
    assert revision(office, "QT-05/1.1").void


def test_a_revision_that_is_yet_to_come_may_be_replaced_on_its_own_day():
    office = again(coming())
    office.perform("lan", NEXT)

    assert in_force(office, SECOND) == "1.2"


def test_a_revision_issued_without_a_decision_is_flagged_until_it_is_recorded():
    office = undecided()
    assert (revision(office).decided, revision(office).issued) == ("no", TODAY)

    office.perform("lan", RECORD)
    assert (revision(office).decided, revision(office).issued) == ("yes", FIRST)


def test_a_decision_that_came_after_the_text_took_effect_is_recorded_and_flagged():
    office = undecided()
    office.perform("lan", like(RECORD, decided=TODAY))

    assert (revision(office).decided, revision(office).effective) == ("late", FIRST)


def test_the_decision_of_an_older_revision_is_recorded_by_its_code():
    office = again(undecided())
    office.perform("lan", NEXT)
    office.perform("lan", like(RECORD, revision="QT-05/1.0"))

    assert revision(office).decided == "yes"
    assert revision(office, "QT-05/1.1").decided == "no"


def test_a_withdrawn_document_stays_in_force_until_the_day_that_was_set():
    office = at("withdrawn")

    assert [in_force(office, day) for day in (TODAY, TOMORROW)] == ["1.0", None]
    assert document(office).withdrawal.reason == "Không còn thủ tục"
    assert office.files[TEXTS] is None


@pytest.mark.parametrize("day", [TODAY, TOMORROW, SECOND - timedelta(1)])
def test_a_withdrawal_ends_what_is_in_force_and_what_was_to_come(day):
    office = coming()
    office.perform("lan", like(WITHDRAW, day=day))

    before, after = in_force(office, day - timedelta(1)), in_force(office, day)
    assert (before, after, in_force(office, SECOND)) == ("1.0", None, None)


def test_a_withdrawal_may_wait_for_what_is_to_come():
    office = coming()
    office.perform("lan", like(WITHDRAW, day=SECOND + timedelta(9)))

    days = (TODAY, SECOND, SECOND + timedelta(9))
    assert [in_force(office, day) for day in days] == ["1.0", "1.1", None]


def test_what_was_issued_by_mistake_this_morning_is_withdrawn_today():
    office = undecided(effective=TODAY)
    office.perform("lan", like(WITHDRAW, day=TODAY))

    assert in_force(office, TODAY) is None


def test_a_reinstated_document_is_in_force_again_under_its_old_number():
    office = at("withdrawn")
    office.perform("lan", REINSTATE)
    again = revision(office, document(office).latest)

    assert [in_force(office, day) for day in (TODAY, TOMORROW, SECOND)] == ["1.0", None, "1.0"]
    assert (again.code, again.issue, again.amendment) == ("QT-05/1.0/2", 1, 0)
    assert again.digest == revision(office).digest
    assert (document(office).state, document(office).withdrawal) == (d.State.ISSUED, None)
    assert office.files[TEXTS] == Content.of(ONE)


def test_a_reinstated_revision_is_of_the_day_of_its_own_decision():
    office = at("withdrawn").on(date(2026, 3, 20))
    decided = {"decision": "9/QĐ", "decided": date(2026, 3, 10), "signer": "Bình"}
    office.perform("lan", like(REINSTATE, **decided))
    again = revision(office, "QT-05/1.0/2")

    assert (again.issued, again.decision.number, again.summary) == (
        date(2026, 3, 10),
        "9/QĐ",
        "Vẫn cần",
    )


def test_a_withdrawal_leaves_alone_what_has_ended():
    office = coming()
    ended = office.perform("lan", like(WITHDRAW, day=SECOND))

    assert [item.id for item in ended] == ["document:qt-05", "revision:qt-05/1.1"]


def test_a_reinstated_document_goes_on_from_its_old_number():
    office = at("withdrawn")
    office.perform("lan", like(REINSTATE, effective=TOMORROW))
    again(office)
    office.perform("lan", NEXT)

    assert in_force(office, SECOND) == "1.1"


def test_a_document_may_be_withdrawn_and_reinstated_again_and_again():
    office = at("issued")
    for n in range(1, 4):
        office.perform("lan", like(WITHDRAW, day=TODAY + timedelta(2 * n)))
        office.perform("lan", like(REINSTATE, effective=TODAY + timedelta(2 * n + 1)))

    days = [in_force(office, TODAY + timedelta(n)) for n in range(8)]
    assert days == ["1.0", "1.0", None, "1.0", None, "1.0", None, "1.0"]


def received(office, **words):
    """Issue a revision of what VP and QLVT received; return who receives it."""
    office.perform("lan", like(ISSUE, distribution=("VP", "QLVT")))
    again(office)
    office.perform("lan", like(NEXT, **words))
    return revision(office, "QT-05/1.1").distribution


def test_a_revision_is_received_as_the_one_before_unless_it_says_otherwise():
    assert received(at("approved")) == ("unit:vp", "unit:qlvt")
    assert received(at("approved"), distribution=("QLVT",)) == ("unit:qlvt",)
    assert received(at("approved"), distribution=()) == ()


def test_what_became_of_a_unit_receives_in_its_place_once():
    office = at("approved")
    office.perform("lan", like(ISSUE, distribution=("VP", "QLVT")))
    office.perform("lan", p.OpenUnit(code="VT", title="Vận tải", since=TODAY))
    office.perform("lan", p.SucceedUnit(code="VP", until=TOMORROW, successor="VT"))
    office.perform("lan", p.SucceedUnit(code="QLVT", until=TOMORROW, successor="VT"))
    again(office)
    office.perform("lan", NEXT)

    assert revision(office, "QT-05/1.1").distribution == ("unit:vt",)


def test_the_distribution_is_kept_with_the_revision():
    office = at("approved")
    office.perform("lan", like(ISSUE, distribution=("qlvt", "VP")))

    assert revision(office).distribution == ("unit:qlvt", "unit:vp")


def test_a_revision_keeps_the_title_that_it_was_issued_under():
    office = at("issued")
    office.perform("lan", d.Rename(code="QT-05", title="Tên khác", reason="Rõ hơn"))

    assert (revision(office).title, document(office).title) == ("Lưu hồ sơ", "Tên khác")


def test_a_recoded_document_counts_on_under_its_new_code():
    office = at("issued")
    office.perform("lan", d.Recode(code="QT-05", new_code="QT-VP-05", reason="Theo đơn vị"))
    office.perform("hung", d.Revise(code="QT-05", text=TWO, summary="Lưu mười năm"))
    office.perform("hung", d.Submit(code="QT-05"))
    office.perform("mai", ENDORSE_TWO)
    office.perform("binh", APPROVE_TWO)
    office.perform("lan", like(NEXT, code="qt-vp-05"))

    assert revision(office, "QT-VP-05/1.1").previous == revision(office, "QT-05/1.0").id
    assert office.files[TEXTS] == Content.of(TWO)


def test_what_goes_on_a_day_to_come_is_revised_once_it_was_reinstated_from_that_day():
    office = at("issued")
    office.perform("lan", like(WITHDRAW, day=SECOND))
    with pytest.raises(d.IsWithdrawn):
        office.perform("hung", REVISE)
    office.perform("lan", REINSTATE)
    office.perform("hung", REVISE)

    there = document(office)
    assert there.drafting == d.DraftState.DRAFT
    look = office.act("lan", d.Issue)
    assert all(issuing.in_force(there, day, look) for day in (TODAY, SECOND))
