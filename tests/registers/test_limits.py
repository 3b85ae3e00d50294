"""Time limits and grades as the policy sets them, each from its own day."""

from datetime import date

import pytest

from qms import policy
from qms.founding import default_policy
from qms.registers.calendar import Calendar
from qms.registers.policy import Grade, Limit, NamedTwice, Revise
from tests.registers.stage import Stage

FRIDAY = date(2026, 3, 6)
PLAIN = Calendar()


@pytest.mark.parametrize(
    ("span", "count", "ends"),
    [
        ("working_days", 2, date(2026, 3, 10)),
        ("days", 2, date(2026, 3, 8)),
        ("months", 2, date(2026, 5, 6)),
        ("working_days", 0, FRIDAY),
    ],
)
def test_a_limit_counts_in_its_own_span(span, count, ends):
    assert Limit(name="x", count=count, span=span).ends(FRIDAY, PLAIN) == ends


def test_a_limit_holds_from_its_first_day_until_before_its_last():
    limit = Limit(name="x", count=1, since=date(2014, 12, 1), until=date(2026, 1, 1))
    held = [limit.holds(day) for day in (date(2014, 11, 30), date(2014, 12, 1), date(2026, 1, 1))]
    assert held == [False, True, False]


def test_what_has_no_limit_is_owed_by_nobody():
    stage = Stage()
    assert policy.limit(stage.act("lan", Revise), "no.such") is None


def test_a_new_limit_takes_over_on_its_day():
    stage, day = Stage(), date(2026, 7, 1)
    limits = (Limit(name="x", count=1, until=day), Limit(name="x", count=9, since=day))
    stage.do("lan", Revise(code="policy", reason="Quy định mới", limits=limits))
    act = stage.act("lan", Revise)
    assert policy.limit(act, "x", date(2026, 6, 30)) == date(2026, 7, 1)
    assert policy.limit(act, "x", day) == date(2026, 7, 14)


def test_a_grade_is_named_once():
    grades = (Grade(code="minor", title="Nhẹ"), Grade(code="Minor", title="Nhẹ"))
    with pytest.raises(NamedTwice):
        Stage().do("lan", Revise(code="policy", reason="x", grades=grades))


def test_every_limit_of_the_law_says_on_whose_word():
    assert all(limit["basis"] for limit in default_policy()["limits"])
