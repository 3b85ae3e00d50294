"""Each rule of audits and inspections, met by a situation."""

import pytest

from qms import policy
from qms.changes import NotWellFormed, Unknown
from qms.registers import audits as a
from qms.registers import documents as d
from qms.registers import nonconformities as n
from qms.registers import people as p
from qms.registers.audits import Audit
from qms.registers.enactment import RoleMissing
from tests.registers.audit_journeys import (
    ANSWER,
    APPOINT,
    APPROVE,
    APPROVE_PROGRAMME,
    AUDITS,
    BEGUN,
    CANCEL,
    CARRY_OUT,
    CASE,
    CLOSE,
    CLOSE_VISIT,
    CODE,
    DECIDE,
    DRAFT,
    FINDING,
    FINISH,
    FOLLOW_UP,
    MEET,
    NOTE,
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
    days,
    fill,
)
from tests.registers.stage import START

NEXT = "DG-2026-02"
MORE = SCHEDULE.model_copy(update={"reason": "Khiếu nại lặp lại"})
PLANNED, OPENED, MET, REPORTED = (AUDITS[s] for s in ("planned", "opened", "met", "reported"))
ORDERED, SEEN, TOLD, DECIDED = (
    VISITS[s] for s in ("ordered", "carried_out", "reported", "decided")
)
DRAFTED = BEGUN.copy()
DRAFTED.do("lan", DRAFT)
WHOLE = VISITS["follow_up"].copy()
fill(WHOLE)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def at_the_door(stage):
    """Return the department on the morning of the audit."""
    return stage.copy().on(days(60))


def signed():
    """Return a planned audit of a procedure that has been revised twice."""
    stage = PLANNED.copy()
    stage.revise("QT-11")
    stage.later(1).revise("QT-11")
    return stage


def taken_over():
    """Return the attempt to close an audit that has taken a finding over."""
    stage = REPORTED.copy()
    stage.do("lan", MORE, HAND_ON)
    later = stage.need(Audit, NEXT).model_copy(update={"state": a.State.REPORTED})
    return lambda: like(CLOSE, code=NEXT).check(later, stage.act("lan", a.CloseAudit))


APPOINTED = a.Appoint(code=CODE, auditor="tuan")
CLASSIFY = a.Classify(code=FINDING, kind_of_finding="observation", reason="Nhẹ hơn")
CONFORMS = a.Assess(code=f"{CODE}/C2", verdict="conforming", evidence="HS-1")
DIFFER = a.Differ(code=FINDING, opinion="Không sai")
HAND_ON = a.HandOn(code=FINDING, audit=NEXT, reason="Xem sau")
PUT_OFF = a.Postpone(code=CODE, day=days(90), reason="Bão")
LATE = a.Settle(code=f"{VISIT}/P2", passed=False, result="Vẫn trống")
CLOSE_YEAR = a.CloseProgramme(code=PROGRAMME, report="Đủ")
TO_HA = ("lan", d.Transfer(code="QT-11", owner="TP-QLGT", reason="Chuyển việc"))
PROGRAMMES = [
    (a.DaysOutOfOrder, BEGUN.tried(("lan", like(DRAFT, year=2025)))),
    (a.DaysOutOfOrder, DRAFTED.tried(("lan", SCHEDULE), later=120)),
    (a.NoSuchMonth, DRAFTED.tried(("lan", like(SCHEDULE, month=0)))),
    (a.NoSuchMonth, DRAFTED.tried(("lan", like(SCHEDULE, month=13)))),
    (a.NothingToAudit, DRAFTED.tried(("lan", like(SCHEDULE, clauses=(), processes=())))),
    (a.NothingToAudit, PLANNED.tried(("lan", a.Ask(code=CODE, question="Vì sao")))),
    (d.UnknownClause, DRAFTED.tried(("lan", like(SCHEDULE, clauses=("11.1",))))),
    (Unknown, DRAFTED.tried(("lan", like(SCHEDULE, processes=("QT-99",))))),
    (a.ReasonMissing, AUDITS["scheduled"].tried(("lan", SCHEDULE))),
    (a.NothingToApprove, DRAFTED.tried(("binh", APPROVE_PROGRAMME))),
    (a.NothingToApprove, PLANNED.tried(("binh", APPROVE_PROGRAMME))),
    (a.SameHands, BEGUN.tried(("binh", DRAFT), ("lan", SCHEDULE), ("binh", APPROVE_PROGRAMME))),
    (a.SameHands, PLANNED.tried(("binh", MORE), ("binh", APPROVE_PROGRAMME))),
    (a.AuditsOpen, REPORTED.tried(("lan", CLOSE_YEAR))),
    (a.ProgrammeOutOfStep, DRAFTED.tried(("lan", CLOSE_YEAR))),
    (a.ProgrammeOutOfStep, AUDITS["closed"].tried(("lan", CLOSE_YEAR), ("lan", MORE))),
    (RoleMissing, AUDITS["proposed"].tried(("lan", APPROVE_PROGRAMME))),
]
PLANS = [
    (a.SameHands, AUDITS["approved"].tried(("lan", like(APPOINTED, auditor="mai")))),
    (a.OwnUnit, PLANNED.tried(("lan", APPOINTED))),
    (a.OwnUnit, AUDITS["scheduled"].tried(("lan", like(PLAN, lead="long")))),
    (a.OwnDocument, PLANNED.tried(TO_HA, ("lan", like(APPOINTED, auditor="ha")))),
    (a.OwnSignature, signed().tried(("lan", like(APPOINTED, auditor="hung")))),
    (a.OwnSignature, signed().tried(("lan", like(APPOINTED, auditor="binh")))),
    (a.WaiverByLeader, PLANNED.tried(("lan", like(APPOINTED, waiver="Thiếu người")))),
    (
        a.WaiverByLeader,
        signed().tried(("binh", like(APPOINTED, auditor="binh", waiver="Thiếu người"))),
    ),
    (n.NobodyThere, PLANNED.tried(("lan", like(APPOINTED, auditor="motcua")))),
    (a.AlreadyOnTeam, PLANNED.tried(("lan", APPOINT))),
    (a.LeadStays, PLANNED.tried(("lan", a.Excuse(code=CODE, auditor="son", reason="Nghỉ")))),
    (a.LeadStays, PLANNED.tried(("lan", a.Excuse(code=CODE, auditor="ha", reason="Nghỉ")))),
    (a.DaysOutOfOrder, AUDITS["scheduled"].tried(("lan", like(PLAN, day=START)), later=1)),
    (a.DaysOutOfOrder, AUDITS["scheduled"].tried(("lan", like(PLAN, until=days(59))))),
    (a.DaysOutOfOrder, PLANNED.tried(("lan", like(PUT_OFF, until=days(89))))),
    (a.DaysOutOfOrder, PLANNED.tried(("lan", PUT_OFF), later=91)),
    (a.DaysOutOfOrder, AUDITS["approved"].tried(("lan", like(NOTIFY, day=days(1))))),
    (a.AlreadyPrepared, PLANNED.tried(("lan", PREPARE), ("lan", PREPARE))),
    (a.SameHands, AUDITS["scheduled"].tried(("binh", PLAN), ("binh", APPROVE))),
    (
        a.SameHands,
        AUDITS["scheduled"].tried(("lan", like(PLAN, lead="mai")), ("mai", APPROVE)),
    ),
    (RoleMissing, PLANNED.tried(("lan", CANCEL))),
    (
        a.StillTakenOver,
        REPORTED.tried(("lan", MORE), ("lan", HAND_ON), ("binh", like(CANCEL, code=NEXT))),
    ),
]
FIELDWORK = [
    (
        a.NoChecklist,
        at_the_door(PLANNED).tried(("mai", APPROVE), ("lan", NOTIFY), ("son", OPEN)),
    ),
    (a.NotLead, at_the_door(AUDITS["notified"]).tried(("yen", OPEN))),
    (a.DaysOutOfOrder, at_the_door(AUDITS["notified"]).tried(("son", like(OPEN, day=days(-1))))),
    (a.DaysOutOfOrder, at_the_door(AUDITS["notified"]).tried(("son", like(OPEN, day=days(61))))),
    (
        a.OwnUnit,
        at_the_door(AUDITS["notified"]).tried(
            ("lan", p.Appoint(code="yen", post="CV-QLVT", since=days(30))), ("son", OPEN)
        ),
    ),
    (a.NotOnTeam, OPENED.tried(("tuan", CONFORMS))),
    (a.NotOnTeam, OPENED.tried(("tuan", OBSERVE))),
    (a.FindingNeeded, OPENED.tried(("yen", like(CONFORMS, verdict="nonconforming")))),
    (a.FindingStands, OPENED.tried(("yen", like(CONFORMS, code=f"{CODE}/C1")))),
    (a.NotAssessed, OPENED.tried(("son", FINISH))),
    (a.NotLead, OPENED.tried(("yen", FINISH))),
    (a.NonconformityOver, OPENED.tried(("lan", REJECT), ("yen", like(RECORD, nonconformity=CASE)))),
    (a.Misgraded, OPENED.tried(("yen", like(RECORD, grade="")))),
    (a.Misgraded, OPENED.tried(("yen", like(OBSERVE, grade="minor")))),
    (a.Misgraded, OPENED.tried(("yen", like(OBSERVE, nonconformity=CASE)))),
    (policy.UnknownGrade, OPENED.tried(("yen", like(RECORD, grade="fatal")))),
    (Unknown, OPENED.tried(("yen", like(RECORD, criterion=f"{CODE}/C9")))),
    (a.OtherNumber, OPENED.tried(("yen", like(RECORD, code=f"{CODE}/P9")))),
]
CONCLUSIONS = [
    (a.NotConcerned, MET.tried(("ha", DIFFER))),
    (a.NotConcerned, MET.tried(("ha", ANSWER))),
    (a.NotLead, MET.tried(("yen", CLASSIFY))),
    (a.NonconformityStands, MET.tried(("son", CLASSIFY))),
    (a.NothingToAnswer, MET.tried(("tuan", like(ANSWER, code=FINDING)))),
    (a.NotLead, AUDITS["examined"].tried(("yen", MEET))),
    (a.NotLead, MET.tried(("yen", REPORT))),
    (a.DaysOutOfOrder, AUDITS["examined"].tried(("son", like(MEET, day=days(59))))),
    (a.FindingOpen, REPORTED.tried(("tuan", ANSWER), ("lan", CLOSE))),
    (a.FindingOpen, REPORTED.tried(("lan", REJECT), ("lan", CLOSE))),
    (a.FindingOpen, taken_over()),
    (a.OnlyNonconformities, REPORTED.tried(("lan", like(HAND_ON, audit=CODE)))),
    (a.OnlyNonconformities, REPORTED.tried(("lan", MORE), ("lan", HAND_ON), ("lan", HAND_ON))),
    (
        a.OnlyNonconformities,
        REPORTED.tried(("lan", MORE), ("lan", like(HAND_ON, code=f"{CODE}/P2"))),
    ),
    (a.NonconformityOver, REPORTED.tried(("lan", MORE), ("lan", REJECT), ("lan", HAND_ON))),
    (a.OutOfStep, MET.tried(("lan", FOLLOW_UP))),
]
INSPECTIONS = [
    (RoleMissing, BEGUN.tried(("son", ORDER))),
    (a.DaysOutOfOrder, BEGUN.tried(("binh", like(ORDER, decided=days(1))))),
    (a.DaysOutOfOrder, BEGUN.tried(("binh", like(ORDER, day=days(-1))))),
    (
        a.DaysOutOfOrder,
        BEGUN.tried(("binh", like(ORDER, day=days(2), decided=days(3))), later=3),
    ),
    (a.OwnUnit, BEGUN.tried(("binh", like(ORDER, lead="tuan")))),
    (a.OwnUnit, BEGUN.tried(("binh", like(ORDER, members=("long",))))),
    (a.TwiceOnTeam, BEGUN.tried(("binh", like(ORDER, members=("yen", "son"))))),
    (a.NotLead, ORDERED.tried(("yen", CARRY_OUT))),
    (a.DaysOutOfOrder, ORDERED.tried(("son", like(CARRY_OUT, day=days(-1))))),
    (a.NotOnTeam, SEEN.tried(("tuan", NOTE))),
    (a.OtherNumber, SEEN.tried(("yen", like(NOTE, code=f"{VISIT}/P7")))),
    (a.Misgraded, SEEN.tried(("yen", like(NOTE, grade="")))),
    (d.UnknownClause, SEEN.tried(("yen", like(NOTE, clause="11.1")))),
    (a.NotLead, SEEN.tried(("yen", REPORT_VISIT))),
    (a.NonconformityOwed, TOLD.tried(("binh", like(REMEDY, remedy="none")))),
    (a.NonconformityOwed, TOLD.tried(("binh", like(REMIND, remedy="nonconformity")))),
    (a.MeasureIncomplete, TOLD.tried(("binh", like(REMIND, owner="")))),
    (a.MeasureIncomplete, TOLD.tried(("binh", like(REMIND, due=None)))),
    (a.MeasureIncomplete, TOLD.tried(("binh", like(REMIND, task="NV-1")))),
    (a.MeasureIncomplete, TOLD.tried(("binh", like(REMIND, remedy="task")))),
    (a.MeasureIncomplete, TOLD.tried(("binh", like(REMIND, remedy="none")))),
    (a.DaysOutOfOrder, TOLD.tried(("binh", REMIND), later=9)),
    (n.NobodyThere, TOLD.tried(("binh", like(REMIND, owner="motcua")))),
    (a.AlreadyDecided, TOLD.tried(("binh", REMIND), ("binh", REMIND))),
    (a.RemedyMissing, TOLD.tried(("binh", REMIND), ("binh", DECIDE))),
    (
        a.OwnMeasure,
        TOLD.tried(
            ("binh", REMEDY), ("binh", like(REMIND, owner="son")), ("binh", DECIDE), ("son", SETTLE)
        ),
    ),
    (a.NewDayMissing, DECIDED.tried(("son", LATE))),
    (a.NewDayMissing, DECIDED.tried(("son", like(SETTLE, due=days(9))))),
    (a.DaysOutOfOrder, DECIDED.tried(("son", like(LATE, due=days(9))), later=20)),
    (a.NothingToSettle, DECIDED.tried(("son", SETTLE), ("son", SETTLE))),
    (a.NothingToSettle, DECIDED.tried(("son", like(SETTLE, code=f"{VISIT}/P1")))),
    (a.NotOfInspection, REPORTED.tried(("binh", like(REMEDY, code=FINDING)))),
    (a.NotOfAudit, DECIDED.tried(("tuan", like(ANSWER, code=f"{VISIT}/P2")))),
    (a.FindingOpen, WHOLE.tried(("lan", REJECT), ("son", CLOSE_VISIT))),
    (a.FindingOpen, WHOLE.tried(("son", SETTLE), ("son", CLOSE_VISIT))),
    (
        a.FileIncomplete,
        VISITS["follow_up"].tried(("son", SETTLE), ("lan", REJECT), ("son", CLOSE_VISIT)),
    ),
    (
        a.AlreadyFiled,
        ORDERED.tried(("son", a.OmitPaper(code=VISIT, paper="decision", reason="Không có"))),
    ),
    (
        a.DaysOutOfOrder,
        ORDERED.tried(("son", a.FilePaper(code=VISIT, paper="plan", title="KH", day=days(1)))),
    ),
]
REFUSALS = [*PROGRAMMES, *PLANS, *FIELDWORK, *CONCLUSIONS, *INSPECTIONS]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_audit_or_inspection_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (DRAFT, "aim"),
        (PLAN, "aim"),
        (OPEN, "attendance"),
        (CONFORMS, "evidence"),
        (RECORD, "evidence"),
        (RECORD, "conclusion"),
        (DIFFER, "opinion"),
        (CLASSIFY, "reason"),
        (HAND_ON, "reason"),
        (REPORT, "conclusion"),
        (CANCEL, "reason"),
        (ORDER, "decision"),
        (ORDER, "basis"),
        (NOTE, "rule"),
        (NOTE, "evidence"),
        (REMIND, "measure"),
        (SETTLE, "result"),
    ],
)
@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_says_nothing(change, field, blank):
    with pytest.raises(NotWellFormed):
        like(change, **{field: blank})
