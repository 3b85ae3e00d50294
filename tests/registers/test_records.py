"""Records: kept by form and process, corrected by addition, held, disposed of by several hands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import NotWellFormed, Unknown
from qms.registers import documents as d
from qms.registers import records as r
from qms.registers.enactment import RoleMissing, ToolDecides
from qms.registers.records import Correction, Disposal, DisposalState, Hold, Record, RecordState
from qms.values import seal
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, Stage

CODE, SECOND, LIST, HOLD = "HS-2026-00001", "HS-2026-00002", "TH-2026-01", "GL-2026-01"
MADE = date(2018, 5, 4)
NOTE = f"{CODE}/1"
RETAIN = r.Retain(
    title="Biên bản kiểm tra quý II",
    unit="QLVT",
    process="QT-11",
    dossier="000.00.15.H42-180504-0007",
    applicant="Nguyễn Văn An",
    day=MADE,
    contents={"bien-ban.pdf": b"%PDF-1"},
    ended=2020,
    years=5,
    basis="10/2022/TT-BNV",
)
END = r.EndWork(code=CODE, year=2019)
LONGER = r.Reappraise(code=CODE, years=20, basis="10/2022/TT-BNV, mục 3")
CORRECT = r.Correct(record=CODE, says="Ghi 15 xe, đúng là 16", reason="Đếm thiếu")
CONFIRM = r.Confirm(code=NOTE)
PLACE = r.Place(records=(CODE,), reason="Đang khiếu nại", basis="12/TTr")
RELEASE = r.Release(code=HOLD, reason="Đã giải quyết, 30/TTr")
ALONE = r.ListForDisposal(records=(CODE,))
BOTH = r.ListForDisposal(records=(CODE, SECOND))
APPOINT = r.AppointCouncil(code=LIST, decision="5/QĐ", members=("hung", "tuan", "yen"))
APPRAISE = r.Appraise(code=LIST, minutes="1/BB", met=START, present=("hung", "tuan", "yen"))
DECIDE = r.DecideDisposal(code=LIST, decision="9/QĐ-SGTVT", day=START)
DECLINE = r.DeclineDisposal(code=LIST, reason="Còn dùng để viết lịch sử ngành")
CARRY = r.CarryOut(
    code=LIST, minutes="2/BB", day=START, manner="Máy hủy giấy", witnesses=("tuan", "yen")
)
HANDS = {"binh": (r.AppointCouncil, r.DecideDisposal, r.DeclineDisposal), "tuan": (r.Confirm,)}
HANDS["hung"] = (r.Appraise, r.CarryOut)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def hand(change):
    return next((who for who, theirs in HANDS.items() if isinstance(change, theirs)), "lan")


def office(*changes, retain=RETAIN):
    """Return a department with two records, where these things were done by whoever may."""
    stage = Stage()
    stage.do("lan", retain, like(RETAIN, applicant="", contents={"a.txt": b"2"}))
    for change in changes:
        stage.do(hand(change), change)
    return stage


def refused(*changes, retain=RETAIN):
    return lambda: office(*changes, retain=retain)


def by(who, change, *before):
    return lambda: office(*before).do(who, change)


TO_COUNCIL = (BOTH, APPOINT)
TO_APPRAISED = (*TO_COUNCIL, APPRAISE)
TO_DECIDED = (*TO_APPRAISED, DECIDE)
GONE = (*TO_DECIDED, CARRY)


def own_list():
    stage = office()
    stage.do("binh", BOTH, APPOINT)
    stage.do("hung", APPRAISE)
    stage.do("binh", DECIDE)


REFUSALS = [
    (r.OwnList, own_list),
    (d.InTheFuture, refused(retain=like(RETAIN, day=date(2026, 1, 6), ended=None))),
    (r.NothingRetained, refused(retain=like(RETAIN, contents={}))),
    (r.FormCameLater, refused(retain=like(RETAIN, form="QT-11/1.0"))),
    (r.YearOutOfOrder, refused(retain=like(RETAIN, ended=2017))),
    (r.YearOutOfOrder, refused(retain=like(RETAIN, ended=2027))),
    (r.YearOutOfOrder, refused(like(END, year=2017), retain=like(RETAIN, ended=None))),
    (Unknown, refused(retain=like(RETAIN, process="QT-99"))),
    (r.WorkEnded, refused(END)),
    (r.NotKept, refused(ALONE, LONGER)),
    (r.NotKept, refused(ALONE, ALONE)),
    (r.OnHold, refused(PLACE, LONGER)),
    (r.OnHold, refused(PLACE, ALONE)),
    (r.OnHold, refused(ALONE, APPOINT, APPRAISE, DECIDE, PLACE, CARRY)),
    (r.NothingSaid, refused(like(CORRECT, says=" "))),
    (r.Gone, refused(*GONE, CORRECT)),
    (r.Gone, refused(*GONE, PLACE)),
    (r.Gone, refused(CORRECT, *GONE, CONFIRM)),
    (r.AlreadyConfirmed, refused(CORRECT, CONFIRM, CONFIRM)),
    (r.OwnCorrection, by("lan", CONFIRM, CORRECT)),
    (r.AlreadyReleased, refused(PLACE, RELEASE, RELEASE)),
    (r.StillKept, refused(ALONE, retain=like(RETAIN, ended=2021))),
    (r.StillKept, refused(ALONE, retain=like(RETAIN, years=None))),
    (r.StillKept, refused(ALONE, retain=like(RETAIN, ended=None))),
    (r.ListedTwice, refused(like(BOTH, records=(CODE, "hs–2026–00001")))),
    (r.ListedTwice, refused(BOTH, like(APPOINT, members=("hung", "hung", "yen")))),
    (r.ListedTwice, refused(*TO_DECIDED, like(CARRY, witnesses=("tuan", "tuan")))),
    (r.CouncilTooSmall, refused(BOTH, like(APPOINT, members=("hung", "yen")))),
    (r.CouncilTooSmall, refused(BOTH, like(APPOINT, members=("hung", "yen", "motcua")))),
    (r.NotOfCouncil, by("lan", APPRAISE, *TO_COUNCIL)),
    (r.CouncilIncomplete, refused(*TO_COUNCIL, like(APPRAISE, present=("hung", "yen")))),
    (r.NotOnTheList, refused(ALONE, APPOINT, like(APPRAISE, keep=({"record": SECOND},)))),
    (
        r.TermAlreadyOver,
        refused(
            *TO_COUNCIL,
            like(APPRAISE, met=date(2024, 3, 1), keep=({"record": CODE, "years": 1},)),
        ),
    ),
    (d.InTheFuture, refused(*TO_COUNCIL, like(APPRAISE, met=date(2026, 1, 6)))),
    (r.DestroyedBeforeDecision, refused(*TO_APPRAISED, like(DECIDE, day=date(2026, 1, 4)))),
    (r.DestroyedBeforeDecision, refused(*TO_DECIDED, like(CARRY, day=date(2026, 1, 4)))),
    (r.NoWitness, refused(*TO_DECIDED, like(CARRY, witnesses=("tuan",)))),
    (r.NoWitness, refused(*TO_DECIDED, like(CARRY, witnesses=("tuan", "hung")))),
    (r.NoWitness, refused(*TO_DECIDED, like(CARRY, witnesses=("tuan", "motcua")))),
    (r.DisposalOutOfStep, refused(BOTH, CARRY)),
    (ToolDecides, by("motcua", RETAIN)),
    (RoleMissing, by("lan", DECIDE, *TO_APPRAISED)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_would_harm_a_record_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_one_leader_may_decide_on_what_another_listed():
    stage = office()
    stage.do("binh", BOTH, APPOINT)
    stage.do("hung", APPRAISE)
    stage.do("mai", DECIDE)

    assert stage.need(Disposal, LIST).state is DisposalState.DECIDED


STAGES = {
    "absent": Stage(),
    "kept": office(),
    "going_on": office(retain=like(RETAIN, ended=None)),
    "held": office(PLACE),
    "listed": office(ALONE),
    "disposed": office(*GONE),
}
REGISTERS = ("record", "correction", "hold", "disposal")
RECORD_ROWS = (
    Row("lan", like(RETAIN, code=CODE), {"absent"}),
    Row("lan", END, {"going_on"}),
    Row("lan", LONGER, {"kept", "going_on"}),
    Row("ha", CORRECT, {"kept", "going_on", "held", "listed"}),
    Row("lan", PLACE, {"kept", "going_on", "held", "listed"}),
    Row("lan", RELEASE, {"held"}),
    Row("lan", ALONE, {"kept"}),
)
LISTS = {
    "absent": office(),
    "listed": office(BOTH),
    "appointed": office(*TO_COUNCIL),
    "appraised": office(*TO_APPRAISED),
    "decided": office(*TO_DECIDED),
    "carried_out": office(*GONE),
    "declined": office(BOTH, DECLINE),
}
LIST_ROWS = (
    Row("lan", like(BOTH, code=LIST), {"absent"}),
    Row("binh", APPOINT, {"listed"}),
    Row("hung", APPRAISE, {"appointed"}),
    Row("binh", DECIDE, {"appraised"}),
    Row("binh", DECLINE, {"listed", "appointed", "appraised", "decided"}),
    Row("hung", CARRY, {"decided"}),
)
NOTES = {"added": office(CORRECT), "confirmed": office(CORRECT, CONFIRM), "absent": office()}
NOTE_ROWS = (Row("tuan", CONFIRM, {"added"}),)
ROWS = (*RECORD_ROWS, *LIST_ROWS, *NOTE_ROWS)


@pytest.mark.parametrize(
    ("row", "state", "stage"),
    [
        *cases(RECORD_ROWS, STAGES),
        *cases(LIST_ROWS, LISTS),
        *cases(NOTE_ROWS, NOTES),
    ],
)
def test_every_pair_of_state_and_change_is_declared_or_refused(row, state, stage):
    judge(row, state, stage)


def test_a_record_stands_by_the_form_and_process_it_was_made_on():
    retain = like(RETAIN, form="QT-11/1.0", day=date(2020, 3, 2))
    item = office(retain=retain).need(Record, CODE)

    assert (item.form, item.process) == ("revision:qt-11/1.0", "document:qt-11")
    assert (item.unit, item.ended) == ("unit:qlvt", 2020)


def test_what_was_made_on_an_obsolete_form_is_kept_and_told():
    stage = Stage()
    stage.do("lan", like(RETAIN, form="QT-11/1.0", day=date(2026, 1, 5), ended=None))
    record, form = stage.need(Record, CODE), stage.need(d.Revision, "QT-11/1.0")
    old = form.model_copy(update={"until": date(2025, 12, 31)})

    assert r.on_other_forms([record], [form]) == []
    assert r.on_other_forms([record], [old]) == [record]


def test_contents_go_to_the_vault_and_the_applicant_is_personal():
    assert set(RETAIN.vaulted()) == {"bien-ban.pdf"}
    assert (r.Retain.personal, r.Correct.personal) == (("applicant",), ("says",))


@pytest.mark.parametrize("wrong", [{"years": 0}, {"years": 201}, {"ended": 1900}])
def test_a_time_of_keeping_has_bounds(wrong):
    with pytest.raises(NotWellFormed):
        like(RETAIN, **wrong)


@given(st.integers(2018, 2026), st.integers(1, 200))
def test_the_time_counts_from_the_year_in_which_the_work_ended(ended, years):
    item = STAGES["kept"].need(Record, CODE).model_copy(update={"ended": ended, "years": years})
    last = date(ended + years, 12, 31)

    assert not item.over(last)
    assert item.over(last + timedelta(1))
    assert item.due == last + timedelta(1)


def test_what_is_permanent_or_not_ended_is_never_over():
    item = STAGES["kept"].need(Record, CODE)
    for update in ({"years": None}, {"ended": None}):
        one = item.model_copy(update=update)
        assert (one.due, one.over(date(2999, 1, 1))) == (None, False)


def test_what_is_over_is_told_the_longest_first_and_what_is_held_is_not():
    stage = office(PLACE, retain=like(RETAIN, ended=2019))
    both = [stage.need(Record, code) for code in (CODE, SECOND)]
    assert [one.code for one in r.ripe(both, START)] == [SECOND]

    stage.do("lan", RELEASE)
    both = [stage.need(Record, code) for code in (SECOND, CODE)]
    assert [one.code for one in r.ripe(both, START)] == [CODE, SECOND]
    assert r.ripe(both, date(2025, 1, 1)) == both[1:]


def test_a_correction_stands_beside_the_original():
    stage = office(CORRECT)
    before, after = STAGES["kept"].need(Record, CODE), stage.need(Record, CODE)

    assert after == before.model_copy(update={"corrections": 1})
    assert stage.need(Correction, NOTE).says == "Ghi 15 xe, đúng là 16"
    assert stage.do("lan", CORRECT) == f"{CODE}/2"


def test_a_correction_takes_the_next_number_that_nobody_chose():
    stage = office(like(CORRECT, code=f"{CODE}/2"))

    assert [stage.do("lan", CORRECT) for _ in range(2)] == [f"{CODE}/3", f"{CODE}/4"]


def test_holds_are_counted_apart_and_all_have_to_go():
    stage = office(PLACE, PLACE, RELEASE)
    assert stage.need(Record, CODE).holds == ("hold:gl-2026-02",)
    with pytest.raises(r.OnHold):
        stage.do("lan", ALONE)

    holds = [stage.need(Hold, code) for code in (HOLD, "GL-2026-02")]
    assert [one.code for one in r.held(holds)] == ["GL-2026-02"]


@pytest.mark.parametrize(
    ("by_what", "found"),
    [
        ({"dossier": "000.00.15.h42-180504-0007"}, 2),
        ({"dossier": "KHÁC"}, 0),
        ({"process": "qt – 11", "unit": "QLVT"}, 2),
        ({"unit": "VP"}, 0),
        ({"since": MADE, "until": MADE}, 2),
        ({"since": MADE + timedelta(1)}, 0),
    ],
)
def test_what_a_hold_has_to_name_is_found_by_case_process_unit_or_time(by_what, found):
    stage = office()
    both = [stage.need(Record, code) for code in (CODE, SECOND)]
    assert len(r.covered(both, **by_what)) == found


def test_the_records_of_a_process_are_found_by_its_id_when_it_took_another_code():
    stage = office()
    stage.do("lan", d.Recode(code="QT-11", new_code="QT-21", reason="Đổi cách đánh số"))
    own, record = stage.need(d.Document, "QT-21").id, stage.need(Record, CODE)

    assert r.covered([record], process=own, unit=record.unit) == [record]


def test_the_council_may_keep_what_is_on_the_list_for_years_after_its_meeting_or_for_ever():
    keep = ({"record": CODE, "years": 10}, {"record": SECOND})
    stage = office(*TO_COUNCIL, like(APPRAISE, keep=keep))
    one, other = (stage.need(Record, code) for code in (CODE, SECOND))

    assert (one.state, one.last_day, other.years) == (RecordState.KEPT, date(2036, 12, 31), None)
    assert stage.need(Disposal, LIST).state is DisposalState.DECLINED


def test_what_is_declined_is_kept_on():
    stage = LISTS["declined"]
    assert {stage.need(Record, code).state for code in (CODE, SECOND)} == {RecordState.KEPT}


def test_what_came_to_be_held_after_the_decision_is_not_destroyed():
    stage = office(*TO_DECIDED, PLACE, CARRY)

    assert stage.need(Record, CODE).state is RecordState.KEPT
    assert stage.need(Record, SECOND).state is RecordState.DISPOSED
    assert stage.need(Disposal, LIST).records == ("record:hs-2026-00002",)


def test_after_disposal_hash_and_facts_are_kept():
    before, after = STAGES["kept"].need(Record, CODE), STAGES["disposed"].need(Record, CODE)
    said = {"state": RecordState.DISPOSED, "disposal": "disposal:th-2026-01"}
    assert after == before.model_copy(update=said)


class TestDestroyable:
    def asked(self, stage):
        items = stage.all().values()
        kinds = (Record, Correction)
        return [[item for item in items if isinstance(item, kind)] for kind in kinds]

    @pytest.mark.parametrize("state", [state for state in LISTS if state != "carried_out"])
    def test_nothing_is_before_the_minutes_are_signed(self, state):
        assert r.destroyable(*self.asked(LISTS[state])) == frozenset()

    def test_then_it_is_what_the_records_and_their_corrections_hold(self):
        more = like(CORRECT, contents={"them.txt": b"3"})
        records, corrections = self.asked(office(more, *GONE))
        sealed, _ = seal("Nguyễn Văn An", lambda: "0")
        records[0] = records[0].model_copy(update={"applicant": sealed})

        digests = {file.sha256 for one in (*records, *corrections) for file in one.files}
        assert r.destroyable(records, corrections) == digests | {sealed.sha256}
        assert len(digests) == 3

    def test_a_content_that_another_record_still_has_stays(self):
        stage = office(*GONE)
        stage.do("lan", RETAIN)
        (kept,) = stage.need(Record, "HS-2026-00003").files

        assert kept.sha256 not in r.destroyable(*self.asked(stage))
        assert len(r.destroyable(*self.asked(stage))) == 1
