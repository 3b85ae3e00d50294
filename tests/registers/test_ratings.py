"""Scales: every rating has a level, and each level how often it is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms import policy
from qms.founding import default_policy
from qms.registers.ratings import SCALES, Level, Rating, RiskKind, Scale, UnevenScale
from tests.registers.stage import Stage

RISK, OPPORTUNITY = SCALES
ROWS = [row.model_dump() for row in RISK.thresholds]
RATINGS = st.builds(Rating, likelihood=st.integers(1, 5), consequence=st.integers(1, 5))


def test_the_policy_that_is_shipped_weighs_as_the_procedure_does():
    shipped = policy.Adopt(code="policy", **default_policy()).scales
    bare = tuple(scale.model_copy(update={"basis": ""}) for scale in shipped)

    assert bare == SCALES
    assert all("QT-05" in scale.basis for scale in shipped)


@given(RATINGS, st.sampled_from(SCALES))
def test_every_rating_reaches_the_highest_level_that_its_points_allow(rating, scale):
    reached = scale.weighed(rating)
    higher = scale.thresholds[: scale.thresholds.index(reached)]

    assert all(row.least > rating.points for row in higher)
    assert reached.least <= rating.points or rating.consequence == scale.gravest


@given(RATINGS)
def test_the_gravest_consequence_is_watched_as_high_however_unlikely(rating):
    if rating.consequence == RISK.gravest:
        assert RISK.weighed(rating).level is Level.HIGH


@pytest.mark.parametrize(
    ("nature", "points", "level"),
    [
        ("risk", (2, 2), "low"),
        ("risk", (1, 5), "high"),
        ("risk", (3, 3), "middle"),
        ("risk", (5, 2), "high"),
        ("opportunity", (1, 5), "low"),
        ("opportunity", (5, 2), "middle"),
        ("opportunity", (3, 4), "high"),
    ],
)
def test_risks_and_opportunities_have_scales_of_their_own(nature, points, level):
    scale = policy.of(Stage().act("lan", policy.Revise)).scale(RiskKind(nature))
    rating = Rating(likelihood=points[0], consequence=points[1])

    assert scale.weighed(rating).level == level


REFUSALS = [
    (UnevenScale, lambda rows=rows: Scale(kind="risk", thresholds=rows))
    for rows in (
        [],
        ROWS[:2],
        ROWS[::-1],
        [*ROWS, ROWS[2]],
        [*ROWS[:2], ROWS[2] | {"least": 2}],
        [ROWS[0], ROWS[1] | {"least": 10}, ROWS[2]],
    )
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_a_scale_has_each_level_once_down_to_one_point(refusal, situation):
    with pytest.raises(refusal):
        situation()


@pytest.mark.parametrize("scales", [(RISK,), (RISK, RISK), (OPPORTUNITY, RISK), ()])
def test_the_policy_has_one_scale_for_risks_and_one_for_opportunities(scales):
    with pytest.raises(UnevenScale):
        Stage().do("lan", policy.Revise(code="policy", reason="x", scales=scales))
