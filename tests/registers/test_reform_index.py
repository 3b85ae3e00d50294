"""The reform index of a year: own scores, appraised scores, the sum and where points were lost."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import CodeTooLong, NotWellFormed, Unknown
from qms.registers import people as p
from qms.registers import reform_index as r
from qms.registers.people import Ended
from qms.registers.reform_index import Criterion, Index, IndexState, Score
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, DUE = "CCHC-2026", date(2026, 12, 15)
CRITERIA = (
    Criterion(number="1.1", field="Chỉ đạo, điều hành", title="Kế hoạch năm", most=200, unit="VP"),
    Criterion(
        number="2.1.1",
        field="Cải cách thủ tục",
        title="Rà soát",
        part="Tỷ lệ có phương án",
        most=300,
        unit="QLVT",
    ),
    Criterion(number="2.1.2", field="Cải cách thủ tục", title="Công khai", most=500, unit="QLVT"),
)
OPEN = r.Open(year="2026", title="Bộ tiêu chí năm 2026", target=800, criteria=CRITERIA, due=DUE)
RATE = r.Rate(index=CODE, number="1.1", own=200, evidence="364/KH-SGTVT")
REST = (
    r.Rate(index=CODE, number="2.1.1", own=300, evidence="9/BC-SGTVT"),
    r.Rate(index=CODE, number="2.1.2", own=400, evidence="Ảnh niêm yết"),
)
AGAIN = r.RateAgain(code=f"{CODE}/1.1", own=150, evidence="Ban hành muộn")
SUBMIT = r.Submit(code=CODE)
APPRAISE = r.Appraise(code=f"{CODE}/1.1", appraised=100, remark="Ban hành sau hạn")
APPRAISED = (
    APPRAISE,
    r.Appraise(code=f"{CODE}/2.1.1", appraised=300),
    r.Appraise(code=f"{CODE}/2.1.2", appraised=400),
)
ANNOUNCE = r.Announce(code=CODE, decision="50/QĐ-UBND")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*changes):
    """Return a department with one criterion scored, after what was noted of the index."""
    stage = Stage()
    stage.do("lan", OPEN, RATE, *changes)
    return stage


def refused(*changes):
    return lambda: office(*changes)


OTHER = {"code": "CCHC-2", "year": "2027", "due": date(2027, 12, 1)}
REFUSALS = [
    (r.NoCriteria, refused(like(OPEN, **OTHER, criteria=()))),
    (r.NoCriteria, refused(like(OPEN, **OTHER, criteria=CRITERIA[:1] * 5))),
    (
        CodeTooLong,
        refused(
            like(OPEN, **OTHER, criteria=(CRITERIA[0].model_copy(update={"number": "1" * 195}),))
        ),
    ),
    (r.BeyondReach, refused(like(OPEN, **OTHER, target=1001))),
    (r.ScoredBeforeYear, refused(like(OPEN, **{**OTHER, "due": DUE}))),
    (
        Ended,
        refused(
            p.SucceedUnit(code="QLVT", until=START + timedelta(1), successor="VP"),
            like(OPEN, **OTHER),
        ),
    ),
    (r.UnknownCriterion, refused(like(RATE, number="9"))),
    (r.OtherNumber, refused(like(REST[0], code=f"{CODE}/9"))),
    (r.OutOfRange, refused(like(REST[0], own=301))),
    (r.OutOfRange, refused(like(AGAIN, own=201))),
    (r.OutOfRange, refused(*REST, SUBMIT, like(APPRAISE, appraised=201))),
    (r.NotScored, refused(SUBMIT)),
    (r.NotAppraised, refused(*REST, SUBMIT, APPRAISE, ANNOUNCE)),
    (r.IndexOutOfStep, refused(ANNOUNCE)),
    (r.AlreadyRated, refused(RATE)),
    (r.AlreadyOpened, refused(OPEN)),
    (Unknown, refused(like(RATE, index="CCHC-1"))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_index_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [{"year": "26"}, {"title": ""}, {"target": 0}])
def test_an_index_is_of_the_agreed_form(wrong):
    with pytest.raises(NotWellFormed):
        like(OPEN, **wrong)


SCORED = (*REST, SUBMIT)
STAGES = {
    "open": office(*REST),
    "submitted": office(*SCORED, *APPRAISED),
    "announced": office(*SCORED, *APPRAISED, ANNOUNCE),
}
ROWS = (
    Row("tuan", RATE, set()),
    Row("tuan", AGAIN, {"open"}),
    Row("lan", SUBMIT, to("submitted", "open")),
    Row("lan", APPRAISE, {"submitted"}),
    Row("lan", ANNOUNCE, to("announced", "submitted")),
    Row("lan", OPEN, set()),
)
REGISTERS = {"reform_index", "score"}


def reached(stage):
    return stage.need(Index, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


@pytest.mark.parametrize("state", ["submitted", "announced"])
def test_nothing_new_is_scored_once_the_index_was_submitted(state):
    with pytest.raises(r.IndexOutOfStep):
        STAGES[state].copy().do("tuan", like(RATE, code=f"{CODE}/1"))


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in IndexState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_a_criterion_is_scored_for_the_unit_that_answers_for_it():
    assert STAGES["open"].need(Score, f"{CODE}/2.1.1").unit == "unit:qlvt"


def test_own_scores_are_owed_until_they_are_submitted():
    assert [stage.need(Index, CODE).due for stage in STAGES.values()] == [DUE, None, None]


def scores(stage):
    return [stage.need(Score, f"{CODE}/{one.number}") for one in CRITERIA]


@pytest.mark.parametrize(
    ("state", "own", "expected", "reached"),
    [("open", 900, 900, True), ("announced", 900, 800, True)],
)
def test_the_sum_takes_what_was_appraised_over_what_was_claimed(state, own, expected, reached):
    stage = STAGES[state]
    found = r.total(stage.need(Index, CODE), scores(stage))

    assert found == (own, expected, 800, 1000)
    assert found.reached is reached


def test_a_point_short_misses_the_target():
    assert not r.Sum(own=8000, expected=7999, target=8000, most=10000).reached


def test_the_greatest_loss_comes_first_with_its_reason_and_its_unit():
    stage = STAGES["announced"]
    found = r.gaps(stage.need(Index, CODE), scores(stage))

    assert found == [
        ("1.1", "Kế hoạch năm", "VP", 100, "Ban hành sau hạn"),
        ("2.1.2", "Công khai", "QLVT", 100, ""),
    ]


def test_what_nobody_scored_is_all_lost_and_named():
    index = office().need(Index, CODE)

    assert r.gaps(index, [])[0][:4] == ("2.1.2", "Công khai", "QLVT", 500)
    assert r.unscored(index, [office().need(Score, f"{CODE}/1.1")]) == list(CRITERIA[1:])


INDEX = STAGES["open"].need(Index, CODE)


@given(st.lists(st.tuples(st.integers(0, 200), st.none() | st.integers(0, 200)), max_size=3))
def test_points_and_losses_make_up_the_most_there_is(given_points):
    own = [
        Score(
            id=f"score:{n}",
            code=f"{CODE}/{one.number}",
            index=INDEX.id,
            number=one.number,
            unit=one.unit,
            own=claimed,
            appraised=appraised,
            evidence="x",
        )
        for n, (one, (claimed, appraised)) in enumerate(zip(CRITERIA, given_points, strict=False))
    ]
    points = r.total(INDEX, own).expected

    assert points + sum(gap.lost for gap in r.gaps(INDEX, own)) == INDEX.most
    fields = r.by_field(INDEX, own)
    assert sum(row.points for row in fields) == points
    assert sum(row.most for row in fields) == INDEX.most


def test_the_scores_of_another_year_do_not_count():
    other = scores(STAGES["open"])[0].model_copy(update={"index": "reform_index:khác"})
    assert r.total(INDEX, [other]).own == 0
