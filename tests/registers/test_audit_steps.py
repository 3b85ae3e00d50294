"""Every state of programme, audit and inspection × every change of theirs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.changes import Unknown
from qms.errors import Refused
from qms.registers import audits as a
from qms.registers.audits import Audit, Finding, Inspection, InspectionState, Programme, State
from qms.registers.nonconformities import Nonconformity
from qms.registers.nonconformities.items import OVER
from tests.registers.audit_journeys import (
    ANSWER,
    APPROVE,
    APPROVE_PROGRAMME,
    AUDITS,
    BEGUN,
    CALL_OFF,
    CANCEL,
    CARRY_OUT,
    CLOSE,
    CLOSE_VISIT,
    CODE,
    DECIDE,
    DRAFT,
    FINDING,
    FINISH,
    FOLLOW_UP,
    FOLLOW_VISIT,
    MEET,
    NOTE,
    NOTE_LESS,
    NOTIFY,
    OBSERVE,
    OPEN,
    ORDER,
    PLAN,
    PREPARE,
    PROGRAMME,
    RECORD,
    REJECT,
    REMEDY,
    REMIND,
    REPORT,
    REPORT_VISIT,
    SCHEDULE,
    SETTLE,
    VISIT,
    VISITS,
    assess,
    days,
    fill,
)
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START

LATER = days(200)
AHEAD = {"proposed", "scheduled", "planned", "approved", "notified"}
TEAMED = {"planned", "approved", "notified"}
FOLLOWED = {"reported", "follow_up"}

MORE = SCHEDULE.model_copy(update={"reason": "Khiếu nại lặp lại"})

AUDIT_ROWS = (
    Row("lan", SCHEDULE.model_copy(update={"code": CODE}), to("proposed", "absent")),
    Row("lan", PLAN.model_copy(update={"day": LATER}), to("planned", "scheduled", "planned")),
    Row("lan", a.Appoint(code=CODE, auditor="ha"), TEAMED),
    Row("lan", a.Excuse(code=CODE, auditor="yen", reason="Nghỉ ốm"), TEAMED),
    Row("lan", a.Ask(code=CODE, question="Có sổ không", clause="7.5.3"), {*TEAMED, "opened"}),
    Row("mai", APPROVE, to("approved", "planned")),
    Row("lan", NOTIFY, to("notified", "approved")),
    Row("lan", a.Postpone(code=CODE, day=LATER, reason="Bão"), TEAMED),
    Row("binh", CANCEL, to("cancelled", *AHEAD)),
    Row("son", OPEN, to("opened", "notified")),
    Row("yen", a.Assess(code=f"{CODE}/C2", verdict="not_applicable", evidence="x"), {"opened"}),
    Row("yen", RECORD, {"opened", "examined"}),
    Row("son", FINISH, to("examined", "opened")),
    Row("son", MEET, to("met", "examined")),
    Row("son", REPORT, to("reported", "met")),
    Row("lan", FOLLOW_UP, to("follow_up", *FOLLOWED)),
    Row("lan", CLOSE, to("closed", *FOLLOWED), (("lan", REJECT), ("tuan", ANSWER))),
    Row("tuan", ANSWER, {"met", *FOLLOWED}),
    Row(
        "yen",
        a.Differ(code=FINDING, opinion="Nên là lưu ý"),
        {"opened", "examined", "met", *FOLLOWED},
    ),
    Row(
        "son",
        a.Classify(code=FINDING, kind_of_finding="nonconformity", grade="major", reason="Nặng"),
        {"opened", "examined", "met"},
    ),
    Row(
        "lan",
        a.HandOn(code=FINDING, audit="DG-2026-02", reason="Cần thêm thời gian"),
        FOLLOWED,
    ),
)
PREPARE_ROWS = (Row("son", PREPARE, {"planned"}),)


def standing(stage):
    """Return the state of the audit."""
    return stage.need(Audit, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(AUDIT_ROWS, AUDITS))
def test_every_pair_of_audit_state_and_change_is_declared_or_refused(row, state, stage):
    there = stage.copy()
    change = row.change
    if isinstance(change, a.Open):
        there.on(days(60))
    if isinstance(change, a.Finish) and state == "opened":
        assess(there)
    if isinstance(change, a.HandOn):
        there.do("lan", MORE)
    judge(row, state, there, standing)


@pytest.mark.parametrize(("row", "state", "stage"), cases(PREPARE_ROWS, AUDITS))
def test_a_checklist_is_drawn_up_once_for_a_planned_audit(row, state, stage):
    judge(row, state, stage)


def programme_journey():
    """Return the department at each state of a programme."""
    stage, seen = BEGUN.copy(), {"absent": BEGUN.copy()}
    stage.do("lan", DRAFT, SCHEDULE)
    seen["draft"] = stage.copy()
    stage.do("binh", APPROVE_PROGRAMME)
    seen["approved"] = stage.copy()
    stage.do("lan", PLAN)
    seen["running"] = stage.copy()
    stage.do("binh", CANCEL)
    stage.do("lan", a.CloseProgramme(code=PROGRAMME, report="Không cuộc nào"))
    seen["closed"] = stage.copy()
    return seen


PROGRAMMES = programme_journey()
PROGRAMME_ROWS = (
    Row("lan", DRAFT, to("draft", "absent")),
    Row("lan", MORE, {"draft", "approved", "running"}),
    Row(
        "binh",
        APPROVE_PROGRAMME,
        {"draft": "approved", "approved": "approved", "running": "running"},
        (("lan", MORE),),
    ),
    Row(
        "lan",
        a.CloseProgramme(code=PROGRAMME, report="Đủ"),
        to("closed", "approved", "running"),
        (("binh", CANCEL),),
    ),
)


@pytest.mark.parametrize(("row", "state", "stage"), cases(PROGRAMME_ROWS, PROGRAMMES))
def test_every_pair_of_programme_state_and_change_is_declared_or_refused(row, state, stage):
    judge(row, state, stage, lambda there: there.need(Programme, PROGRAMME).state.value)


UNDER_WAY = {"ordered", "carried_out", "reported", "decided", "follow_up"}
VISIT_ROWS = (
    Row("binh", ORDER.model_copy(update={"code": VISIT}), to("ordered", "absent")),
    Row("binh", CALL_OFF, to("cancelled", "ordered")),
    Row("son", CARRY_OUT, to("carried_out", "ordered")),
    Row("yen", NOTE, {"carried_out"}),
    Row("son", REPORT_VISIT, to("reported", "carried_out")),
    Row("binh", DECIDE, to("decided", "reported"), (("binh", REMEDY), ("binh", REMIND))),
    Row("binh", REMEDY, {"reported"}),
    Row("son", FOLLOW_VISIT, to("follow_up", "decided", "follow_up")),
    Row("son", SETTLE, {"decided", "follow_up"}),
    Row("yen", a.Differ(code=f"{VISIT}/P1", opinion="Có lý do"), UNDER_WAY - {"ordered"}),
    Row("son", a.FilePaper(code=VISIT, paper="other", title="Ảnh", day=START), UNDER_WAY),
    Row("son", a.OmitPaper(code=VISIT, paper="plan", reason="Đột xuất"), UNDER_WAY),
    Row(
        "son", CLOSE_VISIT, to("closed", "decided", "follow_up"), (("son", SETTLE), ("lan", REJECT))
    ),
)


@pytest.mark.parametrize(("row", "state", "stage"), cases(VISIT_ROWS, VISITS))
def test_every_pair_of_inspection_state_and_change_is_declared_or_refused(row, state, stage):
    there = stage.copy()
    if isinstance(row.change, a.CloseInspection) and state in row.states:
        fill(there)
    judge(row, state, there, lambda after: after.need(Inspection, VISIT).state.value)


ROWS = (*AUDIT_ROWS, *PREPARE_ROWS, *PROGRAMME_ROWS, *VISIT_ROWS)
REGISTERS = ("programme", "audit", "criterion", "finding", "inspection")


def test_every_state_and_every_change_is_in_the_matrix():
    assert set(AUDITS) == {"absent", *(state.value for state in State)}
    assert set(VISITS) == {"absent", *(state.value for state in InspectionState)}
    assert set(PROGRAMMES) == {"absent", *(state.value for state in a.ProgrammeState)}
    kinds = {name for name in a.Plan.kinds if name.split(".")[0] in REGISTERS}
    assert {row.change.kind for row in ROWS} == kinds


WAYS = [row.change for row in (*AUDIT_ROWS, *PREPARE_ROWS)] + [OBSERVE, RECORD]
VISIT_WAYS = [row.change for row in VISIT_ROWS] + [NOTE_LESS, ORDER]
WHO = ["lan", "binh", "mai", "son", "yen", "tuan"]


def walk(stage, ways):
    for change, who, passed in ways:
        stage.later(passed)
        try:
            stage.do(who, change)
        except (Refused, Unknown):
            continue
        yield


@given(
    st.lists(
        st.tuples(st.sampled_from(WAYS), st.sampled_from(WHO), st.sampled_from([0, 0, 1])),
        max_size=50,
    ),
    st.sampled_from(sorted(set(AUDITS) - {"absent"})),
)
@settings(max_examples=60, deadline=None)
def test_no_way_leads_to_a_closed_audit_with_an_open_finding(ways, begin):
    stage = AUDITS[begin].copy()
    for _ in walk(stage, ways):
        audit = stage.need(Audit, CODE)
        found = [stage.need(Finding, f"{CODE}/P{n}") for n in range(1, audit.findings + 1)]
        for finding in found:
            bare = finding.kind == "nonconformity" and not finding.nonconformity
            assert not bare
        if audit.state is State.CLOSED:
            own = [one for one in found if not one.handed_to]
            cases_ = [
                stage.need(Nonconformity, one.nonconformity) for one in own if one.nonconformity
            ]
            assert all(case.state in OVER for case in cases_)
            assert all(one.answer for one in own if one.kind == "observation")


@given(
    st.lists(
        st.tuples(st.sampled_from(VISIT_WAYS), st.sampled_from(WHO), st.sampled_from([0, 0, 1])),
        max_size=50,
    ),
    st.sampled_from(sorted(set(VISITS) - {"absent"})),
)
@settings(max_examples=60, deadline=None)
def test_no_way_leads_to_a_closed_inspection_with_an_open_remedy_or_a_thin_file(ways, begin):
    stage = VISITS[begin].copy()
    for _ in walk(stage, ways):
        visit = stage.need(Inspection, VISIT)
        if visit.state is InspectionState.CLOSED:
            found = [stage.need(Finding, f"{VISIT}/P{n}") for n in range(1, visit.findings + 1)]
            assert all(one.decided for one in found)
            assert not a.lacking(visit)
