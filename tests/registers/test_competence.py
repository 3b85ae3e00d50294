"""What posts require, who has shown it, who may do which step, which training is owed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import Unknown
from qms.registers import competence as c
from qms.registers import people as p
from qms.registers.competence import Competence, Requirement, Training, TrainingState
from qms.registers.people import Ended
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

NEED, SHOWN, CODE = "NL-001", "XN-2026-001", "DT-2026-001"
DUE, LATER = START + timedelta(20), START + timedelta(90)
REQUIRE = c.Require(
    post="CV-QLVT",
    what="Thẩm định hồ sơ đổi giấy phép",
    shown_by="Chứng nhận tập huấn",
    since=START,
    process="QT-11",
    step="B2",
)
END = c.EndRequirement(code=NEED, until=LATER, reason="Bỏ bước thẩm định")
ATTEST = c.Attest(requirement=NEED, person="long", evidence="Chứng nhận số 5", since=START)
REVOKE = c.RevokeCompetence(code=SHOWN, reason="Cấp nhầm người")
OWE = c.OweTraining(
    revision="QT-11/1.0", people=("long", "tuan"), change="Bỏ giấy khám sức khỏe", due=DUE
)
TRAIN = c.Train(code=CODE, day=START, evidence="Danh sách, bài kiểm tra", effect_by=LATER)
JUDGE = c.JudgeTraining(code=CODE, effective=True, says="Mười hồ sơ không sai")
FAIL = c.JudgeTraining(code=CODE, effective=False, says="Ba hồ sơ sai", due=LATER)
WAIVE = c.WaiveTraining(code=CODE, reason="Chỉ sửa chính tả")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with a requirement, evidence and a training, after what people did."""
    stage = Stage()
    for who, change in (("tuan", REQUIRE), ("tuan", ATTEST), ("hung", OWE), *done):
        stage.do(who, change)
    return stage


def refused(*done):
    return lambda: office(*done)


def leaving(who, change):
    return refused(("lan", p.Leave(code="long", until=START)), (who, change))


BEFORE, AFTER, NEXT = START - timedelta(1), START + timedelta(1), "DT-2026-002"
REFUSALS = [
    (c.RequirementOver, refused(("tuan", END), ("tuan", END))),
    (c.RequirementOver, refused(("tuan", like(END, until=BEFORE)))),
    (c.RequirementOver, refused(("tuan", like(END, until=START)), ("tuan", ATTEST))),
    (c.StepWithoutProcess, refused(("tuan", like(REQUIRE, process="")))),
    (c.OwnCompetence, refused(("tuan", like(ATTEST, person="tuan")))),
    (c.EvidenceDays, refused(("tuan", like(ATTEST, since=AFTER)))),
    (c.EvidenceDays, refused(("tuan", like(ATTEST, until=START)))),
    (c.AlreadyRevoked, refused(("lan", REVOKE), ("lan", REVOKE))),
    (c.NobodyToTrain, refused(("hung", like(OWE, people=())))),
    (c.NobodyToTrain, refused(("hung", like(OWE, people=("long", "Long"))))),
    (c.NobodyToTrain, refused(("hung", like(OWE, people=("motcua",))))),
    (c.TrainingDays, refused(("hung", like(OWE, due=BEFORE)))),
    (c.TrainingDays, refused(("hung", like(TRAIN, day=AFTER)))),
    (c.TrainingDays, refused(("hung", like(TRAIN, effect_by=START)))),
    (c.TrainingDays, refused(("hung", TRAIN), ("son", like(FAIL, due=None)))),
    (c.TrainingDays, refused(("hung", TRAIN), ("son", like(FAIL, due=BEFORE)))),
    (c.TrainingOutOfStep, refused(("son", JUDGE))),
    (c.OwnTraining, refused(("hung", TRAIN), ("hung", JUDGE))),
    (c.OwnTraining, refused(("hung", TRAIN), ("tuan", JUDGE))),
    (c.OwnTraining, refused(("lan", like(OWE, people=("lan",))), ("lan", like(WAIVE, code=NEXT)))),
    (Ended, leaving("tuan", ATTEST)),
    (Ended, leaving("hung", OWE)),
    (Unknown, refused(("hung", like(OWE, revision="QT-11/9.0")))),
    (Unknown, refused(("tuan", like(ATTEST, requirement="NL-9")))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_nobody_may_say_of_competence_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "owed": office(),
    "given": office(("hung", TRAIN)),
    "effective": office(("hung", TRAIN), ("son", JUDGE)),
    "waived": office(("lan", WAIVE)),
}
ROWS = (
    Row("hung", like(OWE, code=CODE), set()),
    Row("hung", TRAIN, to("given", "owed")),
    Row("son", JUDGE, to("effective", "given")),
    Row("lan", WAIVE, to("waived", "owed")),
    Row("son", FAIL, to("owed", "given")),
    Row("tuan", like(REQUIRE, code=NEED), set()),
    Row("tuan", END, set(STAGES)),
    Row("tuan", like(ATTEST, code=SHOWN), set()),
    Row("lan", REVOKE, set(STAGES)),
)
REGISTERS = {"requirement", "competence", "training"}


def reached(stage):
    return stage.need(Training, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in TrainingState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


@pytest.mark.parametrize(
    ("item", "code"), [(Requirement, NEED), (Competence, SHOWN), (Training, CODE)]
)
def test_what_is_kept_comes_back_from_its_bytes(item, code):
    kept = STAGES["effective"].need(item, code)
    assert item.model_validate_json(kept.model_dump_json()) == kept


def test_a_training_owes_its_day_and_then_its_effect():
    found = [stage.need(Training, CODE) for stage in STAGES.values()]
    again = office(("hung", TRAIN), ("son", FAIL)).need(Training, CODE)

    assert [one.due for one in found] == [DUE, LATER, None, None]
    assert (again.due, again.rounds) == (LATER, 1)
    assert c.overdue(found, DUE) == []
    assert c.overdue(found, LATER) == [found[0]]


HOLDERS = {"post:cv-qlvt": ["person:long", "person:yen"], "post:ctt": ["person:son"]}


def test_a_gap_is_what_a_holder_of_the_post_has_not_shown():
    stage = office()
    need, shown = stage.need(Requirement, NEED), stage.need(Competence, SHOWN)

    assert c.gaps([need], [shown], HOLDERS, START) == [("post:cv-qlvt", "person:yen", need)]
    assert c.gaps([need], [shown], HOLDERS, BEFORE) == []


def test_revoked_evidence_opens_the_gap_again():
    stage = office(("lan", REVOKE))
    need, shown = stage.need(Requirement, NEED), stage.need(Competence, SHOWN)

    assert len(c.gaps([need], [shown], HOLDERS, START)) == 2
    assert shown.due is None


def test_a_step_is_done_by_those_who_have_shown_all_it_asks():
    stage = office(("tuan", like(REQUIRE, step="", what="Dùng phần mềm một cửa")))
    needs = [stage.need(Requirement, code) for code in (NEED, "NL-002")]
    first = stage.need(Competence, SHOWN)
    second = first.model_copy(update={"requirement": needs[1].id})
    asked = {"process": "document:qt-11", "step": "b2"}

    assert c.may(needs, [first], HOLDERS, START, **asked) == []
    assert c.may(needs, [first, second], HOLDERS, START, **asked) == ["person:long"]
    assert c.may(needs, [first, second], HOLDERS, START, process="document:qt-11", step="B3") == []


@given(st.sets(st.sampled_from(HOLDERS["post:cv-qlvt"])))
def test_whoever_has_a_gap_in_a_step_may_not_do_it(able):
    stage = STAGES["owed"]
    need, one = stage.need(Requirement, NEED), stage.need(Competence, SHOWN)
    shown = [one.model_copy(update={"person": person}) for person in able]
    lacking = {gap.person for gap in c.gaps([need], shown, HOLDERS, START)}

    found = c.may([need], shown, HOLDERS, START, process="document:qt-11", step="B2")
    assert set(found) == able == set(HOLDERS["post:cv-qlvt"]) - lacking
