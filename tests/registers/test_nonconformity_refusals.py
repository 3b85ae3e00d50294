"""Each rule of nonconformities and corrective actions, met by a situation."""

import pytest

from qms import policy
from qms.changes import NotWellFormed, Unknown
from qms.registers import documents as d
from qms.registers import nonconformities as n
from qms.registers import people as p
from qms.registers.enactment import RoleMissing, ToolDecides
from qms.registers.nonconformities import Nonconformity
from tests.registers.nonconformity_journeys import (
    ACTION,
    APPROVE,
    BEGUN,
    CLOSE,
    CODE,
    COMPLETE,
    CORRECT,
    EFFECTIVE,
    EXTERNAL,
    FIND_CAUSE,
    GO_ON,
    LATER,
    NEEDED,
    NOT_NEEDED,
    PLAIN,
    PLAN,
    RECALL,
    SEND_REPORT,
    STOP,
    VERIFY,
    accept,
    days,
    report,
)
from tests.registers.stage import START

ACCEPTED, NEED, PLANNED = PLAIN["accepted"], PLAIN["needed"], PLAIN["analysed"]
DOING, VERIFIED, WORKED = PLAIN["in_progress"], PLAIN["verified"], PLAIN["effective"]
REPORTED, REOPENED = PLAIN["reported"], PLAIN["reopened"]
GRAVE = REPORTED.copy()
GRAVE.do("lan", accept(grade="major"))
MORE_TIME = n.Extend(code=CODE, due=LATER, reason="Chờ số liệu")
DEFER = n.Defer(code=ACTION, due=LATER, reason="Chờ phần mềm")
DROP = n.Drop(code=ACTION, reason="Trùng")
CONCEDE = n.Concede(code=CODE, scope="Dùng bản cũ", basis="Luật, Điều 1")
AGAIN = "KPH-2026-002"


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def closing(**facts):
    """Return the attempt to close what lacks a fact on record."""
    item = WORKED.need(Nonconformity, CODE).model_copy(update=facts)
    return lambda: CLOSE.check(item, WORKED.act("lan", n.Close))


BY_TUAN = ("lan", n.Reassign(code=ACTION, owner="tuan", reason="Đổi việc"))
MINE = ("tuan", like(PLAN, owner="lan"))
REFUSALS = [
    (n.NotHappened, BEGUN.tried(("lan", report(day=days(1))))),
    (n.NotHappened, BEGUN.tried(("lan", report(source="external_audit", minutes=days(1))))),
    (n.NotHappened, BEGUN.tried(("lan", report(source="external_audit", minutes=days(-1))))),
    (n.NotHappened, ACCEPTED.tried(("hung", like(CORRECT, day=days(-1))))),
    (n.NotHappened, ACCEPTED.tried(("hung", like(CORRECT, day=days(1))))),
    (n.NotHappened, GRAVE.tried(("binh", STOP), ("hung", like(RECALL, day=days(-1))))),
    (n.NotHappened, DOING.tried(("long", like(COMPLETE, done=days(1))))),
    (n.NotHappened, EXTERNAL["in_progress"].tried(("lan", like(SEND_REPORT, day=days(-1))))),
    (n.MinutesMissing, BEGUN.tried(("lan", report(source="external_audit")))),
    (n.MinutesMissing, BEGUN.tried(("lan", report(minutes=START)))),
    (Unknown, BEGUN.tried(("lan", report(unit="KHÁC")))),
    (Unknown, BEGUN.tried(("lan", report(document="QT-99")))),
    (Unknown, BEGUN.tried(("lan", report(repeats="KPH-2025-001")))),
    (d.UnknownClause, BEGUN.tried(("lan", report(clause="7.9")))),
    (policy.UnknownGrade, REPORTED.tried(("lan", accept(grade="fatal")))),
    (policy.UnknownGrade, ACCEPTED.tried(("binh", n.Regrade(code=CODE, grade="x", reason="x")))),
    (n.SameGrade, ACCEPTED.tried(("binh", n.Regrade(code=CODE, grade="minor", reason="Nhẹ")))),
    (n.NobodyThere, REPORTED.tried(("lan", n.Accept(code=CODE, grade="minor", owner="motcua")))),
    (n.NobodyThere, REPORTED.tried(("lan", p.Leave(code="tuan", until=START)), ("lan", accept()))),
    (n.NobodyThere, PLANNED.tried(("tuan", like(PLAN, owner="motcua")))),
    (n.NobodyThere, DOING.tried(("lan", like(BY_TUAN[1], owner="motcua")))),
    (n.DueInThePast, REPORTED.tried(("lan", accept(due=START)), later=3)),
    (n.DueInThePast, GRAVE.tried(("binh", like(STOP, recall_due=START)), later=3)),
    (n.DueInThePast, PLAIN["corrected"].tried(("lan", like(NEEDED, due=START)), later=3)),
    (n.DueInThePast, PLANNED.tried(("tuan", PLAN), later=30)),
    (n.DueInThePast, PLANNED.tried(("mai", APPROVE), later=90)),
    (n.DueInThePast, ACCEPTED.tried(("binh", like(CONCEDE, until=START)), later=3)),
    (n.StopUndecided, GRAVE.tried(("hung", CORRECT))),
    (
        n.StopUndecided,
        PLAIN["corrected"].tried(
            ("binh", n.Regrade(code=CODE, grade="major", reason="Gây thiệt hại")), ("lan", NEEDED)
        ),
    ),
    (n.RecallOwed, GRAVE.tried(("binh", STOP), ("hung", CORRECT), ("lan", NEEDED))),
    (n.RecallOwed, WORKED.tried(("binh", STOP), ("lan", CLOSE))),
    (n.RecallUndecided, GRAVE.tried(("binh", like(GO_ON, recall_due=days(1))))),
    (n.RecallUndecided, GRAVE.tried(("binh", like(GO_ON, scope="Giấy phép")))),
    (n.RecallUndecided, GRAVE.tried(("binh", like(STOP, scope="")))),
    (n.NothingToRecall, GRAVE.tried(("hung", RECALL))),
    (n.NothingToRecall, GRAVE.tried(("binh", GO_ON), ("hung", RECALL))),
    (n.NothingToRecall, GRAVE.tried(("binh", STOP), ("hung", RECALL), ("hung", RECALL))),
    (n.AlreadyConceded, ACCEPTED.tried(("binh", CONCEDE), ("binh", CONCEDE))),
    (
        n.ActionCompulsory,
        GRAVE.tried(("binh", GO_ON), ("hung", CORRECT), ("lan", NOT_NEEDED)),
    ),
    (n.ActionCompulsory, EXTERNAL["corrected"].tried(("lan", NOT_NEEDED))),
    (
        n.ActionCompulsory,
        PLAIN["closed"].tried(
            ("lan", report(repeats=CODE)),
            ("lan", n.Accept(code=AGAIN, grade="minor", owner="tuan")),
            ("hung", like(CORRECT, code=AGAIN)),
            ("lan", like(NOT_NEEDED, code=AGAIN)),
        ),
    ),
    (n.OwnExtension, NEED.tried(("tuan", MORE_TIME))),
    (n.OwnExtension, DOING.tried(("long", DEFER))),
    (n.NotLater, NEED.tried(("lan", like(MORE_TIME, due=START)))),
    (n.NotLater, DOING.tried(("lan", like(DEFER, due=days(20))))),
    (n.NothingDue, DOING.tried(("lan", MORE_TIME))),
    (n.OwnPlan, NEED.tried(("tuan", FIND_CAUSE), ("mai", PLAN), ("mai", APPROVE))),
    (n.NothingPlanned, NEED.tried(("tuan", FIND_CAUSE), ("mai", APPROVE))),
    (n.NothingPlanned, DOING.tried(("mai", DROP))),
    (n.EffectBeforeAction, PLANNED.tried(("mai", like(APPROVE, effect_due=days(20))))),
    (n.OwnWork, DOING.tried(BY_TUAN, ("long", COMPLETE), ("tuan", VERIFY))),
    (n.OwnWork, DOING.tried(BY_TUAN, ("son", COMPLETE), ("son", VERIFY))),
    (
        n.OwnWork,
        DOING.tried(("son", COMPLETE), ("son", n.SendBack(code=ACTION, reason="Thiếu chữ ký"))),
    ),
    (
        n.OwnWork,
        PLANNED.tried(
            ("tuan", like(PLAN, owner="mai")), ("mai", n.Drop(code=f"{CODE}/2", reason="Thôi"))
        ),
    ),
    (n.TooEarly, VERIFIED.tried(("lan", EFFECTIVE), later=-1)),
    (n.ActionOpen, DOING.tried(("lan", CLOSE))),
    (n.ActionOpen, VERIFIED.tried(("lan", CLOSE))),
    (n.FactMissing, closing(corrections=())),
    (n.FactMissing, closing(decider="")),
    (n.FactMissing, closing(found="")),
    (n.ConcessionUnsaid, WORKED.tried(("lan", like(CLOSE, concession=True)))),
    (n.ConcessionUnsaid, WORKED.tried(("binh", CONCEDE), ("lan", CLOSE))),
    (n.DocumentsUnsaid, WORKED.tried(("lan", n.Close(code=CODE, concession=False)))),
    (n.RevisedBefore, WORKED.tried(("lan", like(CLOSE, revisions=("QT-11/1.0",))))),
    (Unknown, WORKED.tried(("lan", like(CLOSE, revisions=("QT-11/9.9",))))),
    (n.ReportOwed, EXTERNAL["effective"].tried(("lan", CLOSE))),
    (n.NotOutside, DOING.tried(("lan", SEND_REPORT))),
    (n.AlreadySent, EXTERNAL["in_progress"].tried(("lan", SEND_REPORT), ("lan", SEND_REPORT))),
    (n.NothingSent, EXTERNAL["verified"].tried(("lan", n.NoteAcceptance(code=CODE, reply="30")))),
    (n.NothingSent, EXTERNAL["verified"].tried(("lan", n.NoteRefusal(code=CODE, reply="31")))),
    (
        n.NothingSent,
        EXTERNAL["closed"].tried(
            ("lan", n.NoteAcceptance(code=CODE, reply="30")),
            ("lan", n.NoteRefusal(code=CODE, reply="31")),
        ),
    ),
    (n.NothingToCount, lambda: n.effective_at_first([])),
    (n.OutOfStep, REOPENED.tried(("tuan", FIND_CAUSE))),
    (RoleMissing, ACCEPTED.tried(("lan", CONCEDE))),
    (RoleMissing, ACCEPTED.tried(("lan", GO_ON))),
    (RoleMissing, ACCEPTED.tried(("lan", n.Regrade(code=CODE, grade="major", reason="Nặng")))),
    (RoleMissing, REPORTED.tried(("tuan", accept()))),
    (ToolDecides, REPORTED.tried(("motcua", CORRECT))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_nonconformity_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (report(), "found"),
        (n.Reject(code=CODE, reason="x"), "reason"),
        (CORRECT, "what"),
        (CORRECT, "result"),
        (NEEDED, "reason"),
        (FIND_CAUSE, "cause"),
        (FIND_CAUSE, "similar"),
        (FIND_CAUSE, "risks"),
        (COMPLETE, "evidence"),
        (EFFECTIVE, "evidence"),
        (DEFER, "reason"),
        (MORE_TIME, "reason"),
        (n.Reopen(code=CODE, reason="x"), "reason"),
    ],
)
@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_says_nothing(change, field, blank):
    with pytest.raises(NotWellFormed):
        like(change, **{field: blank})
