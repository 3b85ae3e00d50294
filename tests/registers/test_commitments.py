"""What a unit's head and a leader both sign, report on and judge."""

from datetime import date, timedelta

import pytest

from qms.changes import Unknown
from qms.registers import people as p
from qms.registers import tasks as t
from qms.registers.people import Ended
from qms.registers.tasks import Commitment, CommitmentState, Promise, Task
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, UNTIL = "CK-1", date(2026, 12, 31)
ASSIGN = t.Assign(
    code="NV-1", title="Rà soát", result="Báo cáo", unit="QLVT", owner="TP-QLVT", due=UNTIL
)
PROMISES = (
    Promise(what="Thủ tục có phương án đơn giản hóa", aim="ít nhất 25 %"),
    Promise(what="Hồ sơ trả đúng hạn", aim="98 %"),
)
DRAFT = t.DraftCommitment(
    code=CODE,
    unit="QLVT",
    head="TP-QLVT",
    since=START,
    until=UNTIL,
    targets=PROMISES,
    tasks=("NV-1", "nv – 1"),
)
REDRAFT = t.Redraft(code=CODE, targets=PROMISES[:1], tasks=("NV-1",))
HEAD = t.SignAsHead(code=CODE, day=START)
LEADER = t.SignAsLeader(code=CODE, day=START)
REPORT = t.ReportCommitment(code=CODE, reached=("30 %", "97 %"))
JUDGE = t.JudgeCommitment(code=CODE, kept=(True, False), verdict="Còn trễ hạn lĩnh vực vận tải")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with a commitment, after what people did about it; then it is over."""
    stage = Stage()
    stage.do("lan", ASSIGN, DRAFT)
    for who, change in done:
        stage.do(who, change)
    return stage.on(UNTIL)


SIGNED = (("tuan", HEAD), ("binh", LEADER))
REPORTED = (*SIGNED, ("tuan", REPORT))


def refused(*done):
    return lambda: office(*done)


def early():
    stage = office(*REPORTED).on(UNTIL - timedelta(1))
    stage.do("binh", JUDGE)


def own_judge(who):
    """The head moves up and would judge what they signed, or reported for the unit."""
    stage = office(*(SIGNED if who == "ha" else REPORTED))
    since = stage.day
    if who == "ha":
        stage.do("lan", p.Appoint(code="ha", post="TP-QLVT", since=since))
        stage.do("ha", REPORT)
    stage.do("lan", p.OpenPost(code="PGD2", title="PGD", unit="LD", roles_held=("leader",)))
    stage.do("lan", p.Appoint(code=who, post="PGD2", since=since))
    stage.do(who, JUDGE)


def both_hands():
    stage = office(("tuan", HEAD))
    stage.do("lan", p.EntrustPost(code="TP-QLVT", roles_held=("leader",)))
    stage.do("tuan", LEADER)


def gone():
    stage = office()
    stage.do("lan", p.ClosePost(code="TP-QLVT", until=stage.day))
    stage.do("lan", like(DRAFT, code="CK-2"))


REFUSALS = [
    (t.PeriodBackwards, refused(("lan", like(DRAFT, code="CK-2", until=START)))),
    (t.NoTarget, refused(("lan", like(DRAFT, code="CK-2", targets=())))),
    (t.NoTarget, refused(("lan", like(REDRAFT, targets=(Promise(what="Đúng hạn", aim=""),))))),
    (t.NotOfUnit, refused(("lan", like(DRAFT, code="CK-2", head="CVP")))),
    (t.NotOfUnit, refused(("lan", like(DRAFT, code="CK-2", unit="VP", head="CVP")))),
    (Unknown, refused(("lan", like(DRAFT, code="CK-2", tasks=("KHONG",))))),
    (Ended, gone),
    (t.NotHead, refused(("long", HEAD))),
    (t.NotHead, refused(*SIGNED, ("long", REPORT))),
    (t.SameHand, both_hands),
    (t.AlreadySigned, refused(("tuan", HEAD), ("tuan", HEAD))),
    (t.AlreadySigned, refused(("binh", LEADER), ("mai", LEADER))),
    (t.SignedAhead, refused(("tuan", like(HEAD, day=START + timedelta(1))))),
    (t.CommitmentOutOfStep, refused(("tuan", REPORT))),
    (t.TargetUnsaid, refused(*SIGNED, ("tuan", like(REPORT, reached=("30 %",))))),
    (t.TargetUnsaid, refused(*SIGNED, ("tuan", like(REPORT, reached=("30 %", ""))))),
    (t.TargetUnsaid, lambda: office(*REPORTED).do("binh", like(JUDGE, kept=(True,)))),
    (t.PeriodNotOver, early),
    (t.OwnCommitment, lambda: own_judge("tuan")),
    (t.OwnCommitment, lambda: own_judge("ha")),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_commitment_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "drafted": office(),
    "signed": office(*SIGNED),
    "reported": office(*REPORTED),
    "judged": office(*REPORTED),
}
STAGES["judged"].do("binh", JUDGE)
ROWS = (
    Row("lan", REDRAFT, {"drafted"}),
    Row("tuan", HEAD, {"drafted"}),
    Row("binh", LEADER, {"drafted"}),
    Row("tuan", REPORT, to("reported", "signed")),
    Row("binh", JUDGE, to("judged", "reported")),
    Row("lan", DRAFT, set()),
)
REGISTERS = {"commitment"}


def reached(stage):
    return stage.need(Commitment, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in CommitmentState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


@pytest.mark.parametrize("order", [SIGNED, SIGNED[::-1]])
def test_it_is_signed_when_both_have_signed_in_either_order(order):
    states = [office(*order[:n]).need(Commitment, CODE).state.value for n in range(3)]
    assert states == ["drafted", "drafted", "signed"]


def test_what_is_written_anew_is_signed_anew():
    item = office(("tuan", HEAD), ("lan", REDRAFT)).need(Commitment, CODE)
    assert (item.head, len(item.targets)) == (None, 1)


def test_its_tasks_are_kept_by_id_each_once():
    assert office().need(Commitment, CODE).tasks == ("task:nv-1",)


def test_whoever_stands_in_for_the_head_signs_for_the_unit():
    stage = office()
    stage.do(
        "lan",
        p.Delegate(
            code="tuan", post="TP-QLVT", to="long", since=stage.day, until=UNTIL + timedelta(9)
        ),
    )
    stage.do("long", HEAD)

    assert stage.need(Commitment, CODE).head.post == "post:tp-qlvt"


def test_the_result_is_owed_on_the_last_day_until_it_is_judged():
    assert [stage.need(Commitment, CODE).due for stage in STAGES.values()] == [UNTIL] * 3 + [None]


def test_each_target_carries_what_was_reached_and_whether_it_was_kept():
    first, second = STAGES["judged"].need(Commitment, CODE).targets
    assert (first.reached, first.kept, second.reached, second.kept) == ("30 %", True, "97 %", False)


def test_the_targets_kept_are_counted_by_unit_of_what_was_judged():
    items = [stage.need(Commitment, CODE) for stage in STAGES.values()]
    assert t.kept(items) == [("unit:qlvt", 1, 2)]


def test_the_tasks_that_nobody_confirmed_are_outstanding():
    stage = STAGES["judged"].copy()
    tasks = [stage.need(Task, "NV-1")]
    assert t.outstanding(stage.need(Commitment, CODE), tasks) == tasks

    stage.do("tuan", t.Complete(code="NV-1", done=START, evidence="Báo cáo"))
    stage.do("lan", t.Confirm(code="NV-1"))
    assert t.outstanding(stage.need(Commitment, CODE), [stage.need(Task, "NV-1")]) == []
