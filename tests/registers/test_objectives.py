"""Objectives: set with a measure, measured by adding, corrected, concluded; trend and forecast."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import AlreadyThere, NotWellFormed, Unknown
from qms.registers import objectives as o
from qms.registers import people as p
from qms.registers.objectives import (
    Count,
    Direction,
    Measurement,
    Objective,
    ObjectiveState,
    Rating,
    Standing,
)
from qms.registers.people import Ended
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, UNTIL = "MT-2026-01", date(2026, 12, 31)
TODAY = START + timedelta(60)
SET = o.Set(
    code=CODE,
    title="Trả hồ sơ đúng hạn",
    indicator="Tỷ lệ hồ sơ trả đúng hạn",
    measure="%",
    target=98_000,
    unit="QLVT",
    owner="TP-QLVT",
    since=START,
    until=UNTIL,
    method="Đếm trên phần mềm một cửa",
    resources="Một cửa điện tử",
)
MEASURE = o.Measure(code=CODE, day=TODAY, value=97_500, source="Báo cáo tháng 02")
SHARED = o.Measure(code=CODE, day=TODAY, part=195, whole=200, source="Phần mềm một cửa")
COUNTS = (
    Count(rating="very_satisfied", number=30),
    Count(rating="satisfied", number=60),
    Count(rating="neutral", number=8),
    Count(rating="dissatisfied", number=2),
)
ASKED = o.Measure(code=CODE, day=TODAY, counts=COUNTS, source="Phiếu khảo sát quý I")
REVISE = o.Revise(code=CODE, target=99_000, reason="Chỉ đạo của Lãnh đạo Sở")
CONCLUDE = o.Conclude(code=CODE, conclusion="Chưa đạt, còn hai hồ sơ trễ")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*changes):
    """Return a department with an objective, after what was measured of it."""
    stage = Stage()
    stage.do("lan", SET)
    stage.on(TODAY).do("lan", *changes) if changes else stage.on(TODAY)
    return stage


def refused(*changes):
    return lambda: office(*changes)


def late(*changes):
    return lambda: office(MEASURE).on(UNTIL).do("lan", *changes)


SECOND = like(SET, code="MT-2")
CORRECTION = like(MEASURE, value=97_000, corrects=f"{CODE}/1")
REFUSALS = [
    (o.NoMeasure, refused(like(SECOND, measure=""))),
    (o.NoMeasure, refused(like(SECOND, indicator=" "))),
    (o.NoMeasure, refused(like(SECOND, method=""))),
    (o.BackwardPeriod, refused(like(SECOND, until=START))),
    (
        Ended,
        refused(p.ClosePost(code="TP-QLVT", until=TODAY), SECOND),
    ),
    (Unknown, refused(like(SECOND, owner="KHONG"))),
    (o.OutsidePeriod, refused(like(MEASURE, day=TODAY + timedelta(1)))),
    (o.OutsidePeriod, refused(like(MEASURE, day=START - timedelta(1)))),
    (o.OneWayToMeasure, refused(like(MEASURE, value=None))),
    (o.OneWayToMeasure, refused(like(MEASURE, part=1, whole=2))),
    (o.OneWayToMeasure, refused(like(ASKED, value=1))),
    (o.OneWayToMeasure, refused(like(SHARED, whole=None))),
    (o.NotAShare, refused(like(SECOND, measure="điểm"), like(SHARED, code="MT-2"))),
    (o.NotAShare, refused(like(SECOND, measure="ngày"), like(ASKED, code="MT-2"))),
    (o.NothingMeasured, refused(like(SHARED, part=0, whole=0))),
    (o.NothingMeasured, refused(like(ASKED, counts=(Count(rating="neutral", number=0),)))),
    (o.NothingMeasured, refused(CONCLUDE)),
    (o.PartOverWhole, refused(like(SHARED, part=201))),
    (o.PartOverWhole, refused(like(SHARED, part=-1))),
    (o.PartOverWhole, refused(like(MEASURE, value=100_001))),
    (o.PartOverWhole, refused(like(MEASURE, value=-1))),
    (o.PartOverWhole, refused(like(SECOND, target=100_001))),
    (o.PartOverWhole, refused(like(REVISE, target=-1))),
    (o.CorrectsOther, refused(MEASURE, SECOND, like(CORRECTION, code="MT-2"))),
    (o.CorrectsOther, refused(MEASURE, like(CORRECTION, day=START))),
    (o.CorrectsOther, refused(MEASURE, CORRECTION, CORRECTION)),
    (Unknown, refused(CORRECTION)),
    (o.NotOverYet, refused(MEASURE, CONCLUDE)),
    (o.AlreadyConcluded, late(CONCLUDE, REVISE)),
    (AlreadyThere, refused(SET)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_cannot_be_measured_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [{"every": 0}, {"every": 367}, {"title": ""}, {"target": 9.5}])
def test_an_objective_is_of_the_agreed_form(wrong):
    with pytest.raises(NotWellFormed):
        like(SET, **wrong)


STAGES = {"set": office(MEASURE).on(UNTIL), "closed": office(MEASURE).on(UNTIL)}
STAGES["closed"].do("lan", CONCLUDE)
ROWS = (
    Row("tuan", MEASURE, {"set"}),
    Row("lan", REVISE, {"set"}),
    Row("lan", CONCLUDE, to("closed", "set")),
    Row("lan", SET, set()),
)
REGISTERS = {"objective", "measurement"}


def reached(stage):
    return stage.need(Objective, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in ObjectiveState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


@pytest.mark.parametrize(
    ("change", "value"), [(MEASURE, 97_500), (SHARED, 97_500), (ASKED, 90_000)]
)
def test_a_measurement_is_kept_with_its_source_and_its_counts(change, value):
    found = office(change).need(Measurement, f"{CODE}/1")

    assert (found.value, found.source, found.counts) == (value, change.source, change.counts)


def test_the_next_measurement_is_owed_in_its_turn_and_at_the_end_of_the_period():
    objective = office().need(Objective, CODE)
    end = objective.model_copy(update={"last_day": UNTIL - timedelta(3)})

    assert objective.due == START + timedelta(90)
    assert office(MEASURE).need(Objective, CODE).due == TODAY + timedelta(90)
    assert end.due == UNTIL
    assert like(objective, since=date.max - timedelta(1), until=date.max).due == date.max
    assert STAGES["closed"].need(Objective, CODE).due is None


def test_an_older_measurement_entered_late_is_not_the_last_one():
    objective = office(MEASURE, like(MEASURE, day=START, value=1)).need(Objective, CODE)
    assert (objective.last, objective.last_day, objective.measured) == (97_500, TODAY, 2)


def measured(stage):
    count = stage.need(Objective, CODE).measured
    return [stage.need(Measurement, f"{CODE}/{n}") for n in range(1, count + 1)]


def test_a_correction_stands_beside_what_it_corrects():
    stage = office(MEASURE, like(CORRECTION, corrects=f" {CODE.lower()} / 1".strip()))
    first, second = measured(stage)

    assert (first.value, first.corrected_by, second.corrects) == (97_500, second.id, first.id)
    assert o.valid(stage.need(Objective, CODE), [first, second]) == [second]
    assert stage.need(Objective, CODE).last == 97_000


OBJECTIVE = office().need(Objective, CODE)


def at(day, value, n=1):
    return Measurement(
        id=f"measurement:{n}",
        code=f"{CODE}/{n}",
        objective=OBJECTIVE.id,
        day=START + timedelta(day),
        value=value,
        source="x",
    )


def test_without_measurements_nothing_is_claimed():
    unknown = Standing.UNMEASURED
    assert o.outlook(OBJECTIVE, []) == (unknown, None, 98_000, None, None, unknown)


def test_one_day_gives_no_trend():
    found = o.outlook(OBJECTIVE, [at(5, 98_000, 1), at(5, 99_000, 2)])
    assert found == (Standing.REACHED, 99_000, 98_000, None, None, Standing.REACHED)


def test_a_trend_that_falls_is_seen_before_the_target_is_missed():
    found = o.outlook(OBJECTIVE, [at(0, 99_000, 1), at(100, 98_500, 2)])

    assert (found.standing, found.expected) == (Standing.REACHED, Standing.MISSED)
    assert (found.trend, found.forecast) == (-500, 97_200)


@pytest.mark.parametrize(("values", "forecast"), [((95_000, 99_000), 100_000), ((9000, 1000), 0)])
def test_no_share_is_expected_beyond_all_or_below_nothing(values, forecast):
    found = o.outlook(OBJECTIVE, [at(0, values[0], 1), at(30, values[1], 2)])

    assert found.forecast == forecast


POINTS = st.lists(
    st.tuples(st.integers(0, 360), st.integers(-100_000, 100_000)), min_size=1, max_size=12
)


@given(
    st.integers(-1_000, 1_000),
    st.integers(-100_000, 100_000),
    st.sets(st.integers(0, 360), min_size=2),
)
def test_measurements_on_a_line_go_on_along_it(slope, start, days):
    counted = OBJECTIVE.model_copy(update={"measure": "hồ sơ"})
    found = o.outlook(counted, [at(day, start + slope * day, n) for n, day in enumerate(days, 1)])

    assert found.trend == 100 * slope
    assert found.forecast == start + slope * (UNTIL - START).days


@given(POINTS, st.randoms(use_true_random=False), st.sampled_from(Direction))
def test_the_outlook_does_not_depend_on_the_order_of_asking(points, random, direction):
    objective = OBJECTIVE.model_copy(update={"direction": direction, "target": 0})
    own = [at(day, value, n) for n, (day, value) in enumerate(points, 1)]
    shuffled = random.sample(own, len(own))
    found = o.outlook(objective, shuffled)

    assert found == o.outlook(objective, own)
    assert found.last == o.valid(objective, own)[-1].value
    least = direction is Direction.AT_LEAST
    assert (found.standing is Standing.REACHED) is (found.last >= 0 if least else found.last <= 0)


@given(st.integers(-5, 2_000), st.integers(-5, 2_000))
def test_a_share_lies_between_nothing_and_all_or_is_refused(part, whole):
    if whole == 0:
        with pytest.raises(o.NothingMeasured):
            o.share(part, whole)
    elif not 0 <= part <= whole:
        with pytest.raises(o.PartOverWhole):
            o.share(part, whole)
    else:
        assert 0 <= o.share(part, whole) <= 100_000


@given(st.lists(st.builds(Count, rating=st.sampled_from(Rating), number=st.integers(0, 99))))
def test_the_satisfied_are_a_share_of_all_who_answered(counts):
    if not any(count.number for count in counts):
        with pytest.raises(o.NothingMeasured):
            o.satisfied(counts)
        return
    bad = sum(count.number for count in counts if count.rating not in o.SATISFIED)

    assert 0 <= o.satisfied(counts) <= 100_000
    assert (o.satisfied(counts) == 100_000) is (bad == 0)


@pytest.mark.parametrize(
    ("value", "said"), [(197_500, "197,5 %"), (-1, "-0,001 %"), (120_000, "120 %")]
)
def test_a_share_is_refused_as_people_write_it(value, said):
    with pytest.raises(o.PartOverWhole) as told:
        o._within("MT-1", o.PERCENT, value)

    assert told.value.says("vi").startswith(f"MT-1, {said}: ")
