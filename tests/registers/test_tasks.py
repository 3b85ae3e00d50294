"""Plans and their tasks: given, reported, confirmed by another, late, carried over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import AlreadyThere, Unknown
from qms.registers import people as p
from qms.registers import tasks as t
from qms.registers.people import Ended
from qms.registers.tasks import OWED, Report, Task, TaskState
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, PLAN, NEXT = "NV-1", "364/KH-SGTVT", "12/KH-SGTVT"
DUE = START + timedelta(30)
NEXT_DUE = date(2027, 3, 31)
YEAR = t.IssuePlan(
    code=PLAN,
    title="Cải cách hành chính năm 2026",
    issued=START,
    basis="3947/UBND-PC",
    unit="VP",
    since=date(2026, 1, 1),
    until=date(2026, 12, 31),
)
NEXT_YEAR = YEAR.model_copy(
    update={"code": NEXT, "since": date(2027, 1, 1), "until": date(2027, 12, 31)}
)
ASSIGN = t.Assign(
    code=CODE,
    title="Rà soát thủ tục lĩnh vực vận tải",
    result="Báo cáo kết quả rà soát",
    unit="QLVT",
    owner="TP-QLVT",
    due=DUE,
    plan=PLAN,
    origin="3947/UBND-PC",
)
PROGRESS = t.Progress(code=CODE, says="Đã rà soát sáu thủ tục")
THIN = t.Progress(code=CODE, says="Mới làm phần vận tải khách", thin=True)
COMPLETE = t.Complete(code=CODE, done=START, evidence="15/BC-QLVT")
CONFIRM = t.Confirm(code=CODE)
SEND_BACK = t.SendBack(code=CODE, reason="Thiếu phương án đơn giản hóa")
EXTEND = t.Extend(code=CODE, due=DUE + timedelta(10), reason="Chờ ý kiến của Sở Tư pháp")
CARRY = t.CarryOver(code=CODE, plan=NEXT, due=NEXT_DUE, reason="Chờ văn bản của Bộ")
DROP = t.Drop(code=CODE, reason="Thủ tục đã bãi bỏ")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with two plans and a task, after what people did about it."""
    stage = Stage()
    stage.do("lan", YEAR, NEXT_YEAR, ASSIGN)
    for who, change in done:
        stage.do(who, change)
    return stage


def refused(*done):
    return lambda: office(*done)


def ended(who, change):
    return ("lan", p.SucceedUnit(code="QLVT", until=START + timedelta(1), successor="VP")), (
        who,
        change,
    )


REFUSALS = [
    (t.PeriodBackwards, refused(("lan", like(YEAR, code="1/KH", until=YEAR.since)))),
    (t.IssuedAhead, refused(("lan", like(YEAR, code="1/KH", issued=START + timedelta(1))))),
    (t.OutOfPeriod, refused(("lan", like(ASSIGN, code="NV-2", due=date(2025, 12, 31))))),
    (t.OutOfPeriod, refused(("lan", like(ASSIGN, code="NV-2", due=date(2027, 1, 1))))),
    (t.OutOfPeriod, refused(("lan", like(CARRY, due=date(2026, 12, 31))))),
    (Ended, refused(*ended("lan", like(ASSIGN, code="NV-2")))),
    (Unknown, refused(("lan", like(ASSIGN, code="NV-2", unit="KHONG")))),
    (Unknown, refused(("lan", like(ASSIGN, code="NV-2", plan="KHONG")))),
    (t.NoEvidence, refused(("tuan", like(COMPLETE, evidence=" ")))),
    (t.NotDoneYet, refused(("tuan", like(COMPLETE, done=START + timedelta(1))))),
    (t.DoneBeforeGiven, refused(("tuan", like(COMPLETE, done=START - timedelta(1))))),
    (t.DueBeforeGiven, refused(("lan", like(ASSIGN, code="NV-2", due=date(2026, 1, 2))))),
    (t.DueBeforeGiven, refused(("lan", like(ASSIGN, code="NV-2", due=date(2026, 1, 2), plan="")))),
    (t.OwnTask, refused(("lan", COMPLETE), ("lan", CONFIRM))),
    (t.NotLater, refused(("lan", like(EXTEND, due=DUE)))),
    (t.OutOfPeriod, refused(("lan", like(EXTEND, due=date(2027, 1, 1))))),
    (t.NotNextYear, refused(("lan", like(CARRY, plan=PLAN, due=DUE)))),
    (
        AlreadyThere,
        refused(("lan", like(ASSIGN, code=f"{CODE}/2027", plan="", due=DUE)), ("lan", CARRY)),
    ),
    (t.TaskOutOfStep, refused(("lan", CONFIRM))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_plan_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "not_started": office(),
    "under_way": office(("long", PROGRESS)),
    "thin": office(("long", THIN)),
    "done": office(("tuan", COMPLETE)),
    "confirmed": office(("tuan", COMPLETE), ("lan", CONFIRM)),
    "carried_over": office(("lan", CARRY)),
    "dropped": office(("binh", DROP)),
}
OPEN = {state.value for state in OWED}
ROWS = (
    Row("long", PROGRESS, to("under_way", *OPEN)),
    Row("long", THIN, to("thin", *OPEN)),
    Row("tuan", COMPLETE, to("done", *OPEN)),
    Row("lan", CONFIRM, to("confirmed", "done")),
    Row("lan", SEND_BACK, to("thin", "done")),
    Row("lan", EXTEND, OPEN),
    Row("lan", CARRY, to("carried_over", *OPEN)),
    Row("binh", DROP, to("dropped", *OPEN)),
    Row("lan", ASSIGN, set()),
    Row("lan", YEAR, set()),
)
REGISTERS = {"plan", "task"}


def reached(stage):
    return stage.need(Task, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in TaskState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_whoever_is_in_charge_of_a_task_does_not_confirm_it():
    stage = office(("lan", like(ASSIGN, code="NV-2", owner="PGD")))
    stage.do("long", like(COMPLETE, code="NV-2"))

    with pytest.raises(t.OwnTask):
        stage.do("mai", like(CONFIRM, code="NV-2"))
    stage.do("lan", like(CONFIRM, code="NV-2"))


def test_a_task_is_owed_until_it_is_done_and_again_when_it_is_sent_back():
    owed = [office().need(Task, CODE).due, STAGES["done"].need(Task, CODE).due]
    again = office(("tuan", COMPLETE), ("lan", SEND_BACK)).need(Task, CODE)

    assert owed == [DUE, None]
    assert (again.state, again.due, again.done, again.evidence) == (TaskState.THIN, DUE, None, "")


def test_what_was_sent_back_was_not_done_before():
    stage = office(("tuan", COMPLETE)).later(3)
    stage.do("lan", SEND_BACK)

    with pytest.raises(t.DoneBeforeGiven):
        stage.do("tuan", COMPLETE)
    stage.do("tuan", like(COMPLETE, done=stage.day))


def test_a_plan_is_entered_late_with_what_was_done_since_it_was_issued():
    stage = office().later(90)
    stage.do("lan", like(ASSIGN, code="NV-2"))
    stage.do("tuan", like(COMPLETE, code="NV-2", done=DUE))

    assert stage.need(Task, "NV-2").done == DUE


def test_an_extension_keeps_the_first_day_and_who_set_the_new_one():
    task = office(("mai", EXTEND)).need(Task, CODE)

    assert (task.first_deadline, task.deadline) == (DUE, DUE + timedelta(10))
    assert (task.set_by, task.last.says) == ("person:mai", EXTEND.reason)


def test_a_carried_task_is_linked_both_ways_and_stays_as_far_as_it_was():
    stage = office(("long", THIN), ("lan", CARRY))
    old, new = stage.need(Task, CODE), stage.need(Task, f"{CODE}/2027")

    assert (old.carried_to, new.carried_from) == (new.id, old.id)
    assert (old.state, new.state) == (TaskState.CARRIED_OVER, TaskState.THIN)
    assert (old.due, new.due, new.first_deadline) == (None, NEXT_DUE, DUE)
    assert new.plan == "plan:12/kh-sgtvt"
    assert new.aliases == ()


def test_a_task_that_is_carried_twice_has_one_year_behind_it():
    later = t.IssuePlan(
        code="20/KH-SGTVT",
        title="Kế hoạch năm sau nữa",
        issued=START,
        unit="VP",
        since=date(2028, 1, 1),
        until=date(2028, 12, 31),
    )
    stage = office(("lan", CARRY), ("lan", later))
    again = like(CARRY, code=f"{CODE}/2027", plan="20/KH-SGTVT", due=date(2028, 3, 31))
    stage.do("lan", again)

    assert stage.need(Task, f"{CODE}/2028").carried_from == f"task:{CODE.lower()}/2027"


def test_a_task_without_a_plan_is_carried_into_any():
    stage = office(("lan", like(ASSIGN, code="NV-2", plan="")))
    stage.do("lan", like(CARRY, code="NV-2"))

    assert stage.need(Task, "NV-2/2027").due == NEXT_DUE


@pytest.mark.parametrize(
    ("state", "done", "on", "late"),
    [
        ("under_way", None, DUE, False),
        ("under_way", None, DUE + timedelta(1), True),
        ("done", DUE, DUE + timedelta(9), False),
        ("confirmed", DUE + timedelta(1), DUE + timedelta(9), True),
        ("dropped", None, DUE + timedelta(9), False),
        ("carried_over", None, DUE + timedelta(9), False),
    ],
)
def test_late_is_a_question_of_days(state, done, on, late):
    task = office().need(Task, CODE).model_copy(update={"state": TaskState(state), "done": done})
    assert task.late(on) is late


def task(code, unit, state, due, done=None):
    given = {"state": state, "deadline": due, "done": done, "unit": unit}
    return office_task.model_copy(update={"id": f"task:{code}", "code": f"NV-{code}", **given})


office_task = office().need(Task, CODE)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
TASKS = st.lists(
    st.builds(task, st.integers(1, 99), st.sampled_from("ABC"), st.sampled_from(TaskState), DAYS)
)


@given(TASKS, DAYS)
def test_each_task_is_counted_once_in_the_report_of_its_unit(tasks, on):
    rows = t.by_unit(tasks, on)

    assert [row.unit for row in rows] == sorted({one.unit for one in tasks})
    assert sum(row.assigned for row in rows) == len(tasks)
    for row in rows:
        states = (row.done, row.under_way, row.not_started, row.thin, row.carried_over, row.dropped)
        assert row.assigned == sum(states)
        assert row.overdue <= row.under_way + row.not_started + row.thin
    assert sum(row.overdue for row in rows) == len(t.overdue(tasks, on))


@given(TASKS, DAYS)
def test_asking_what_is_overdue_twice_gives_the_same(tasks, on):
    first = t.overdue(tasks, on)

    assert t.overdue(first, on) == first
    assert set(map(id, first)) <= set(map(id, t.unfinished(tasks)))


def test_the_report_tells_what_was_done_late():
    late = task(1, "A", TaskState.DONE, DUE, DUE + timedelta(1))
    (row,) = t.by_unit([late, task(2, "A", TaskState.THIN, DUE)], DUE + timedelta(5))

    assert (row.done, row.done_late, row.thin, row.overdue) == (1, 1, 1, 1)


def test_what_is_unfinished_is_asked_by_plan():
    mine = task(1, "A", TaskState.THIN, DUE)

    assert t.unfinished([mine], mine.plan) == [mine]
    assert t.unfinished([mine], "plan:khac") == []


def test_each_report_says_who_said_it_and_when():
    assert STAGES["thin"].need(Task, CODE).last == Report(
        day=START, by="person:long", state=TaskState.THIN, says=THIN.says
    )
