"""Risks and opportunities: rated, treated, judged by another, looked at again, closed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms import policy
from qms.changes import NotWellFormed, Unknown
from qms.registers import people as p
from qms.registers import ratings
from qms.registers import risks as r
from qms.registers.people import Ended
from qms.registers.risks import Level, Risk, RiskKind, RiskState
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE = "RC-2026-001"
SOON, LATER = START + timedelta(20), START + timedelta(60)
HIGH, MIDDLE = {"likelihood": 4, "consequence": 3}, {"likelihood": 2, "consequence": 3}
IDENTIFY = r.Identify(
    nature="risk",
    cause="Chỉ một người biết vận hành phần mềm",
    event="Người đó nghỉ dài ngày",
    outcome="Hồ sơ đổi giấy phép trễ hạn",
    source="Rà soát quy trình",
    unit="QLVT",
    owner="TP-QLVT",
    process="QT-11",
    rating=HIGH,
    review=SOON,
)
TREATMENT = {
    "measure": "Phân công người thay, hướng dẫn trong tháng",
    "owner": "TP-QLVT",
    "due": LATER,
    "effect": "Không hồ sơ trễ khi người chính nghỉ",
}
TREAT = r.Treat(code=CODE, **TREATMENT)
CARRY = r.CarryOutTreatment(code=CODE, evidence="12/QĐ-QLVT")
JUDGE = r.JudgeTreatment(
    code=CODE, effective=True, rating=MIDDLE, review=LATER, says="Ba tháng không trễ"
)
AGAIN = r.RateAgain(code=CODE, rating=HIGH, evidence="Số liệu tháng 1", review=SOON)
ABANDON = r.AbandonTreatment(code=CODE, reason="Đã có phần mềm mới")
ACCEPT = r.AcceptRisk(code=CODE, reason="Chi phí lớn hơn thiệt hại")
END = p.ClosePost(code="CV-QLVT", until=START)
CLOSE = r.CloseRisk(code=CODE, reason="Thủ tục đã bãi bỏ")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done, opened=IDENTIFY):
    """Return a department with one risk, after what people did about it."""
    stage = Stage()
    for who, change in (("tuan", opened), *done):
        stage.do(who, change)
    return stage


def refused(*done, **options):
    return lambda: office(*done, **options)


TO_DONE = (("tuan", TREAT), ("long", CARRY))
STANDS_IN = p.Delegate(code="tuan", post="TP-QLVT", to="long", since=START, until=date(2099, 1, 1))

REFUSALS = [
    (r.RiskOutOfStep, refused(("tuan", CARRY))),
    (r.LookTooLate, refused(opened=like(IDENTIFY, review=START))),
    (r.LookTooLate, refused(opened=like(IDENTIFY, review=LATER))),
    (r.LookTooLate, refused(("tuan", like(AGAIN, review=LATER)))),
    (r.LookTooLate, refused(*TO_DONE, ("son", like(JUDGE, rating=HIGH)))),
    (
        r.TreatmentOverdue,
        refused(("tuan", like(TREAT, due=START - timedelta(1)))),
    ),
    (r.AcceptedByLeader, refused(("lan", ACCEPT))),
    (r.OwnTreatment, refused(("tuan", TREAT), ("tuan", CARRY), ("tuan", JUDGE))),
    (
        r.OwnTreatment,
        refused(("tuan", TREAT), ("tuan", CARRY), ("tuan", STANDS_IN), ("long", JUDGE)),
    ),
    (r.NoLess, refused(*TO_DONE, ("son", like(JUDGE, rating=HIGH, review=SOON)))),
    (r.TreatmentOpen, refused(("tuan", TREAT), ("lan", CLOSE))),
    (r.TreatmentOpen, refused(*TO_DONE, ("lan", CLOSE))),
    (Unknown, refused(opened=like(IDENTIFY, process="QT-99"))),
    (Ended, lambda: Stage().tried(("lan", END), ("tuan", like(IDENTIFY, owner="CV-QLVT")))()),
    (
        Ended,
        refused(
            ("lan", p.ClosePost(code="CV-QLVT", until=START)),
            ("tuan", like(TREAT, owner="CV-QLVT")),
        ),
    ),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_risk_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [0, 6])
def test_likelihood_and_consequence_go_from_one_to_five(wrong):
    for name in HIGH:
        with pytest.raises(NotWellFormed):
            like(IDENTIFY, rating=HIGH | {name: wrong})


STAGES = {
    "identified": office(),
    "treated": office(("tuan", TREAT)),
    "carried_out": office(*TO_DONE),
    "watched": office(("binh", ACCEPT)),
    "closed": office(("lan", CLOSE)),
}
OPEN = STAGES.keys() - {"closed"}
ROWS = (
    Row("tuan", like(IDENTIFY, code=CODE), set()),
    Row("tuan", AGAIN, OPEN),
    Row("tuan", TREAT, to("treated", "identified", "watched")),
    Row("long", CARRY, to("carried_out", "treated")),
    Row("son", JUDGE, to("watched", "carried_out")),
    Row("lan", ABANDON, to("identified", "treated")),
    Row("binh", ACCEPT, to("watched", "identified")),
    Row("lan", CLOSE, to("closed", "identified", "watched")),
)
REGISTERS = {"risk"}
STRICT = tuple(
    scale.model_copy(
        update={
            "thresholds": tuple(
                row.model_copy(update={"least": least})
                for row, least in zip(scale.thresholds, (20, 10, 1), strict=True)
            )
        }
    )
    for scale in ratings.SCALES
)


def reached(stage):
    return stage.need(Risk, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_what_is_kept_comes_back_from_its_bytes():
    for stage in STAGES.values():
        risk = stage.need(Risk, CODE)
        assert Risk.model_validate_json(risk.model_dump_json()) == risk


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in RiskState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_a_risk_keeps_the_level_that_the_policy_of_its_day_gave_it():
    stage = office()
    stage.do("lan", policy.Revise(code="policy", reason="Nới thang điểm", scales=STRICT))
    kept = stage.need(Risk, CODE).level
    stage.do("tuan", like(AGAIN, review=SOON))

    assert (kept, stage.need(Risk, CODE).level) == (Level.HIGH, Level.MIDDLE)


def test_an_opportunity_may_grow_by_its_treatment():
    opened = like(IDENTIFY, nature="opportunity", rating=MIDDLE)
    stage = office(*TO_DONE, ("son", like(JUDGE, rating=HIGH)), opened=opened)

    assert stage.need(Risk, CODE).level is Level.HIGH


def test_what_had_no_effect_wants_another_treatment():
    stage = office(*TO_DONE, ("son", like(JUDGE, effective=False, rating=HIGH, review=SOON)))
    stage.do("tuan", TREAT)

    assert len(stage.need(Risk, CODE).treatments) == 2


def test_an_acceptance_ends_when_the_risk_grows():
    accepted = office(("binh", ACCEPT))
    accepted.do("tuan", AGAIN)
    kept = reached(accepted)
    accepted.do("tuan", like(AGAIN, rating={"likelihood": 5, "consequence": 3}))

    assert (kept, reached(accepted)) == ("watched", "identified")


def test_an_acceptance_ends_when_the_risk_becomes_high_with_fewer_points():
    accepted = office(("lan", ACCEPT), opened=like(IDENTIFY, rating=MIDDLE))
    accepted.do("tuan", like(AGAIN, rating={"likelihood": 1, "consequence": 5}))
    risk = accepted.need(Risk, CODE)

    assert (risk.level, reached(accepted)) == (Level.HIGH, "identified")
    assert risk.rating.points < risk.first.points


def test_a_risk_is_due_for_its_treatment_or_its_next_look():
    owed = [stage.need(Risk, CODE).due for stage in STAGES.values()]
    soon = like(TREAT, due=START)

    assert owed == [SOON, SOON, SOON, SOON, None]
    assert office(("tuan", soon)).need(Risk, CODE).due == START


def test_what_is_overdue_untreated_and_how_much_of_it():
    risks = [stage.need(Risk, CODE) for stage in STAGES.values()]
    one = risks[0].model_copy(update={"code": "RC-2", "kind": RiskKind.OPPORTUNITY})

    assert r.overdue(risks, SOON) == []
    assert len(r.overdue(risks, SOON + timedelta(1))) == 4
    assert r.untreated([*risks, one]) == [risks[0], one]
    assert r.by_level(risks, RiskKind.RISK) == {"low": 0, "middle": 0, "high": 4}


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31))), st.dates())
def test_asking_what_is_overdue_twice_gives_the_same(days, on):
    risks = [STAGES["identified"].need(Risk, CODE).model_copy(update={"review": d}) for d in days]
    first = r.overdue(risks, on)

    assert r.overdue(first, on) == first
    assert len(first) == sum(day < on for day in days)
