"""Management reviews: announced, every input filled, decided, signed, followed up by the next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import Unknown
from qms.registers import management_reviews as m
from qms.registers import people as p
from qms.registers import tasks as t
from qms.registers.management_reviews import Conclusion, Input, ManagementReview, ReviewState
from qms.values import Content
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, NEXT = "XX-2026-01", "XX-2026-02"
DAY = date(2026, 1, 23)
MEETING = {"since": date(2025, 1, 1), "until": date(2025, 12, 31), "day": DAY}
PLAN = m.PlanReview(owner="CVP", **MEETING)
AGAIN = m.PlanReview(owner="CVP", **MEETING, extraordinary="Sáp nhập phòng")
ANNOUNCE = m.AnnounceReview(code=CODE, note="02/TB-SGTVT")
FILL = m.FillInput(code=CODE, input="audits", content="Hai cuộc", day=date(2025, 12, 1))
NOTHING = m.NothingArose(code=CODE, input="providers", day=date(2025, 12, 1))
FILLED = tuple(
    m.NothingArose(code=CODE, input=one, day=date(2025, 12, 31))
    for one in Input
    if one is not Input.AUDITS
)
HOLD = m.Hold(code=CODE, day=START, attendance="Giám đốc chủ trì, đủ thành phần")
DECIDE = m.Decide(
    review=CODE,
    output="resources",
    decision="Thêm một máy quét cho Một cửa",
    owner="CVP",
    due=START + timedelta(30),
)
MINUTES = "Biên bản"
WRITE = m.WriteMinutes(code=CODE, minutes=MINUTES)
SIGN = m.SignMinutes(code=CODE, digest=Content.of(MINUTES).sha256)
ASSIGN = t.Assign(
    code="NV-1",
    title="Mua máy quét",
    result="Máy đã dùng",
    unit="VP",
    owner="CVP",
    due=START + timedelta(20),
    origin=CODE,
)
BECOME = m.BecomeTask(code=f"{CODE}/1", task="NV-1")
CLOSE = m.CloseReview(code=CODE)
POSTPONE = m.Postpone(code=CODE, day=DAY + timedelta(7), reason="Giám đốc đi công tác")
CANCEL = m.CancelReview(code=CODE, reason="Gộp với kỳ sau")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with a planned review, after what people did about it."""
    stage = Stage()
    for who, change in (("lan", PLAN), *done):
        stage.do(who, change)
    return stage


def by(who, *changes):
    return [(who, change) for change in changes]


TO_HELD = by("lan", ANNOUNCE, FILL, *FILLED, HOLD)
TO_DECIDED = (*TO_HELD, *by("lan", DECIDE, ASSIGN, WRITE))
TO_SIGNED = (*TO_DECIDED, ("binh", SIGN))
TO_CLOSED = (*TO_SIGNED, *by("lan", BECOME, CLOSE))
TO_NEXT = (*TO_CLOSED, ("lan", AGAIN))


def refused(*done):
    return lambda: office(*done)


FOLLOW = m.FillInput(code=NEXT, input="follow_up", content="Đã xong", day=date(2025, 12, 31))
REFUSALS = [
    (m.ReviewPeriodBackwards, refused(*by("lan", like(AGAIN, until=PLAN.since)))),
    (m.ReviewPeriodBackwards, refused(*by("lan", like(AGAIN, until=DAY + timedelta(1))))),
    (m.ReviewPeriodBackwards, lambda: _early()),
    (m.MeetingOver, refused(*by("lan", like(AGAIN, day=date(2026, 1, 4))))),
    (m.MeetingOver, refused(*by("binh", like(POSTPONE, day=date(2026, 1, 4))))),
    (m.YearlyIsWhole, lambda: Stage().do("lan", like(PLAN, inputs=("audits",)))),
    (m.LastReviewOpen, refused(*by("lan", AGAIN))),
    (m.ReviewOutOfStep, refused(*by("lan", HOLD))),
    (m.ShortNotice, office().tried(("lan", ANNOUNCE), later=3)),
    (m.InputOutsidePeriod, refused(*by("lan", like(FILL, day=date(2026, 1, 2))))),
    (m.InputOutsidePeriod, refused(*by("lan", like(NOTHING, day=date(2024, 12, 31))))),
    (m.FollowUpOwed, refused(*TO_NEXT, ("lan", FOLLOW))),
    (m.FollowUpOwed, refused(*TO_NEXT, ("lan", like(FOLLOW, content=f"{CODE}/10: xong")))),
    (
        m.FollowUpOwed,
        refused(*TO_NEXT, ("lan", like(NOTHING, code=NEXT, input="follow_up"))),
    ),
    (m.HeldAnotherDay, refused(*by("lan", ANNOUNCE, like(HOLD, day=START + timedelta(1))))),
    (m.HeldAnotherDay, refused(*by("lan", ANNOUNCE, like(HOLD, day=START - timedelta(1))))),
    (
        m.InputMissing,
        refused(*by("lan", ANNOUNCE, FILL, *FILLED[1:], HOLD, WRITE), ("binh", SIGN)),
    ),
    (m.NoMinutes, refused(*TO_HELD, ("binh", SIGN))),
    (m.NoMinutes, refused(*TO_DECIDED, *by("lan", DECIDE), ("binh", SIGN))),
    (m.NoMinutes, refused(*TO_DECIDED, ("binh", like(SIGN, digest="0" * 64)))),
    (m.OwnMinutes, refused(*TO_HELD, *by("binh", WRITE, SIGN))),
    (m.ConclusionDueBefore, refused(*TO_HELD, ("lan", like(DECIDE, due=START)))),
    (m.OtherConclusionCode, refused(*TO_HELD, ("lan", like(DECIDE, code="KL-1")))),
    (m.AlreadyTask, refused(*TO_SIGNED, *by("lan", BECOME, BECOME))),
    (
        m.NotItsTask,
        refused(*TO_HELD, *by("lan", DECIDE, like(ASSIGN, due=START + timedelta(31)), BECOME)),
    ),
    (
        m.NotItsTask,
        refused(*TO_HELD, *by("lan", DECIDE, like(ASSIGN, owner="PGD", unit="LD"), BECOME)),
    ),
    (m.ConclusionNotTask, refused(*TO_SIGNED, ("lan", CLOSE))),
    (Unknown, refused(*TO_HELD, ("lan", like(DECIDE, owner="KHONG")))),
    (
        p.Ended,
        refused(
            ("lan", p.ClosePost(code="CV-QLVT", until=START)),
            ("lan", like(AGAIN, owner="CV-QLVT")),
        ),
    ),
]


def _early():
    """Postpone a review with a period to come to a day within it."""
    stage = Stage()
    ahead = {"since": START, "until": DAY, "day": DAY}
    stage.do("lan", m.PlanReview(owner="CVP", **ahead))
    stage.do("binh", like(POSTPONE, day=DAY - timedelta(1)))


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_review_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "planned": office(),
    "announced": office(*by("lan", ANNOUNCE, FILL, *FILLED)),
    "held": office(*TO_DECIDED),
    "signed": office(*TO_SIGNED),
    "closed": office(*TO_CLOSED),
    "cancelled": office(("binh", CANCEL)),
}
OPEN = {"planned", "announced", "held"}
ROWS = (
    Row("lan", PLAN, {"signed", "closed", "cancelled"}),
    Row("binh", POSTPONE, to("planned", "planned", "announced")),
    Row("lan", ANNOUNCE, to("announced", "planned")),
    Row("hung", FILL, OPEN),
    Row("hung", NOTHING, OPEN),
    Row("lan", HOLD, to("held", "announced")),
    Row("lan", DECIDE, {"held"}),
    Row("lan", BECOME, {"held", "signed"}),
    Row("lan", WRITE, {"held"}),
    Row("binh", SIGN, to("signed", "held")),
    Row("lan", CLOSE, to("closed", "signed"), first=(("lan", BECOME),)),
    Row("binh", CANCEL, to("cancelled", "planned", "announced")),
)
REGISTERS = {"management_review", "latest_review", "conclusion"}


def reached(stage):
    return stage.need(ManagementReview, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_what_is_kept_comes_back_from_its_bytes():
    review = STAGES["closed"].need(ManagementReview, CODE)
    conclusion = STAGES["closed"].need(Conclusion, f"{CODE}/1")

    assert ManagementReview.model_validate_json(review.model_dump_json()) == review
    assert Conclusion.model_validate_json(conclusion.model_dump_json()) == conclusion


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in ReviewState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_twelve_inputs_stand_each_under_a_clause_of_its_own():
    assert len(Input) == 12 == len({clause for clause, _ in m.CLAUSES.values()})
    assert list(m.CLAUSES) == list(Input)


def test_a_hasty_meeting_says_why():
    stage = office().later(3)
    stage.do("lan", like(ANNOUNCE, haste="Đoàn kiểm tra kết luận mức nặng"))

    assert reached(stage) == "announced"


def test_a_review_owes_its_meeting_and_then_its_minutes():
    owed = {state: stage.need(ManagementReview, CODE).due for state, stage in STAGES.items()}

    assert owed["planned"] == owed["announced"] == DAY
    assert owed["held"] == date(2026, 1, 8)
    assert owed["signed"] is owed["closed"] is owed["cancelled"] is None


def test_an_input_filled_after_the_minutes_wants_other_minutes():
    review = office(*TO_DECIDED, ("hung", FILL)).need(ManagementReview, CODE)

    assert (review.minutes, review.writer) == (None, "")


@given(st.sets(st.sampled_from(sorted(Input)), max_size=11))
def test_no_review_is_signed_while_an_input_is_missing(filled):
    review = STAGES["held"].need(ManagementReview, CODE)
    kept = tuple(one for one in review.inputs if one.input in filled)
    stage = STAGES["held"].copy()
    stage.put((review.model_copy(update={"inputs": kept}),))

    with pytest.raises(m.InputMissing):
        stage.do("binh", SIGN)


def test_the_next_review_begins_with_what_became_of_the_last():
    stage = office(*TO_NEXT)
    conclusion, task = stage.need(Conclusion, f"{CODE}/1"), stage.need(t.Task, "NV-1")
    (row,) = m.follow_up([conclusion], [task], task.deadline + timedelta(1))
    stage.do("lan", like(FOLLOW, content=row.line))

    assert row.line == f"{CODE}/1: Chưa triển khai (quá hạn)"
    assert stage.need(ManagementReview, NEXT).previous == f"management_review:{CODE.casefold()}"
    assert stage.need(ManagementReview, NEXT).inputs[0].content == row.line


def test_what_is_no_task_yet_is_late_by_its_own_day():
    conclusion = STAGES["held"].need(Conclusion, f"{CODE}/1")
    rows = [m.follow_up([conclusion], [], conclusion.deadline + timedelta(n))[0] for n in (0, 1)]

    assert conclusion.due == DECIDE.due
    assert STAGES["closed"].need(Conclusion, f"{CODE}/1").due is None
    assert [row.late for row in rows] == [False, True]
    assert rows[0].line.endswith("Chưa giao nhiệm vụ")


def test_a_review_follows_the_last_that_was_not_cancelled():
    stage = office(*TO_NEXT, ("binh", like(CANCEL, code=NEXT)), ("lan", AGAIN))
    first = office(("binh", CANCEL), ("lan", AGAIN))

    assert stage.need(ManagementReview, "XX-2026-03").previous.endswith("01")
    assert first.need(ManagementReview, NEXT).previous == ""


def test_a_review_is_owed_at_least_yearly():
    review = STAGES["closed"].need(ManagementReview, CODE)
    other = review.model_copy(update={"code": NEXT, "extraordinary": "Gấp", "held": DAY})

    assert m.overdue([], START)
    assert m.next_by([other, review]) == date(2027, 1, 5)
    assert not m.overdue([review, other], date(2027, 1, 5))
    assert m.overdue([review, other], date(2027, 1, 6))
    assert m.overdue([review], START - timedelta(1))


def test_an_extraordinary_review_considers_what_it_names_and_the_last_conclusions():
    asked = like(AGAIN, inputs=("audits", "resources"))
    stage = office(*TO_CLOSED, ("lan", asked))

    review = stage.need(ManagementReview, NEXT)

    assert review.missing == (Input.FOLLOW_UP, Input.AUDITS, Input.RESOURCES)
    assert stage.need(ManagementReview, CODE).considered == tuple(Input)
