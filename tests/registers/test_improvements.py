"""Good practice: proposed, tried, recognised by another, adopted by units."""

from datetime import date, timedelta

import pytest

from qms.changes import Unknown
from qms.registers import improvements as i
from qms.registers import people as p
from qms.registers.improvements import Improvement, ImprovementState
from qms.registers.people import Ended
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, DUE = "CT-2026-001", START + timedelta(30)
PROPOSE = i.Propose(
    title="Hẹn giờ nộp hồ sơ",
    idea="Người dân chọn giờ đến trên trang của Sở",
    expected="Thời gian chờ trung bình dưới mười phút",
    unit="QLVT",
)
TRY = i.Try(code=CODE, owner="TP-QLVT", due=DUE)
REPORT = i.ReportResult(code=CODE, result="Còn tám phút", evidence="9/BC-QLVT")
RECOGNISE = i.Recognise(code=CODE, decision="12/QĐ-SGTVT")
DECLINE = i.DeclineIdea(code=CODE, reason="Trùng phần mềm của tỉnh")
ADOPT = i.AdoptPractice(code=CODE, unit="QLGT", since=START, document="QT-11")
END = p.ClosePost(code="CV-QLVT", until=START)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with one idea, after what people did about it."""
    stage = Stage()
    for who, change in (("long", PROPOSE), *done):
        stage.do(who, change)
    return stage


def refused(*done):
    return lambda: office(*done)


TRIED = (("lan", TRY), ("tuan", REPORT))
DONE = (*TRIED, ("binh", RECOGNISE))
STANDS_IN = p.Delegate(code="binh", post="GD", to="ha", since=START, until=date(2099, 1, 1))

REFUSALS = [
    (i.ImprovementOutOfStep, refused(("tuan", REPORT))),
    (i.TrialOverBefore, refused(("lan", like(TRY, due=START - timedelta(1))))),
    (i.OwnIdea, refused(("lan", TRY), ("binh", REPORT), ("binh", RECOGNISE))),
    (i.OwnIdea, refused(("lan", TRY), ("binh", REPORT), ("binh", STANDS_IN), ("ha", RECOGNISE))),
    (i.AdoptedTwice, refused(*DONE, ("lan", ADOPT), ("lan", ADOPT))),
    (i.AdoptedAhead, refused(*DONE, ("lan", like(ADOPT, since=START + timedelta(1))))),
    (i.AdoptedAhead, refused(*DONE, ("lan", like(ADOPT, since=START - timedelta(1))))),
    (Unknown, refused(*DONE, ("lan", like(ADOPT, document="QT-99")))),
    (Ended, refused(("lan", END), ("lan", like(TRY, owner="CV-QLVT")))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_idea_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_whoever_proposed_an_idea_does_not_recognise_it():
    stage = Stage()
    for who, change in (("binh", PROPOSE), *TRIED):
        stage.do(who, change)

    with pytest.raises(i.OwnIdea):
        stage.do("binh", RECOGNISE)


STAGES = {
    "proposed": office(),
    "on_trial": office(("lan", TRY)),
    "tried": office(*TRIED),
    "recognised": office(*DONE),
    "declined": office(("lan", DECLINE)),
}
ROWS = (
    Row("long", like(PROPOSE, code=CODE), set()),
    Row("lan", TRY, to("on_trial", "proposed", "tried")),
    Row("tuan", REPORT, to("tried", "on_trial")),
    Row("binh", RECOGNISE, to("recognised", "tried")),
    Row("lan", DECLINE, to("declined", "proposed", "tried")),
    Row("lan", ADOPT, {"recognised"}),
)
REGISTERS = {"improvement"}


def reached(stage):
    return stage.need(Improvement, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in ImprovementState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_what_is_kept_comes_back_from_its_bytes():
    item = office(*DONE, ("lan", ADOPT)).need(Improvement, CODE)
    assert Improvement.model_validate_json(item.model_dump_json()) == item


def test_only_a_trial_owes_its_result():
    found = [stage.need(Improvement, CODE) for stage in STAGES.values()]

    assert [one.due for one in found] == [None, DUE, None, None, None]
    assert i.overdue(found, DUE) == []
    assert i.overdue(found, DUE + timedelta(1)) == [found[1]]


def test_good_practice_is_asked_by_who_adopted_it_and_when():
    adopted = office(*DONE, ("lan", ADOPT)).need(Improvement, CODE)
    waiting = STAGES["recognised"].need(Improvement, CODE)

    assert adopted.adoptions[0].document == "document:qt-11"
    assert i.adopted([adopted, waiting], START, START) == [adopted]
    assert i.adopted([adopted], START + timedelta(1), DUE) == []
    assert i.unadopted([adopted, waiting]) == [waiting]


def test_a_program_may_propose_an_idea():
    assert Stage().do("motcua", PROPOSE) == CODE
