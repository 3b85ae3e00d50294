from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.registers import calendar
from qms.registers.calendar import Calendar, add_months, add_years, vietnam

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)
PLAIN = Calendar()

FIRST_OF_TET = [
    date(2014, 1, 31),
    date(2015, 2, 19),
    date(2016, 2, 8),
    date(2017, 1, 28),
    date(2018, 2, 16),
    date(2019, 2, 5),
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 2),
]

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
near = st.dates(date(2026, 1, 1), date(2026, 3, 31))
counts = st.integers(-300, 300)


@st.composite
def calendars(draw):
    working = draw(st.frozensets(near, max_size=10))
    holidays = draw(st.frozensets(near, max_size=20)) - working
    weekend = draw(st.frozensets(st.integers(0, 6), max_size=6))
    return Calendar(weekend=tuple(weekend), holidays=tuple(holidays), working=tuple(working))


def test_saturday_and_sunday_are_free():
    week = [MONDAY + timedelta(n) for n in range(7)]

    assert [PLAIN.is_working(day) for day in week] == [True] * 5 + [False] * 2


def test_a_holiday_is_free():
    assert not Calendar(holidays=(MONDAY,)).is_working(MONDAY)


def test_a_compensating_saturday_is_worked():
    saturday = FRIDAY + timedelta(1)

    assert Calendar(working=(saturday,)).next_working_day(FRIDAY) == saturday


def test_counting_starts_on_the_next_working_day():
    assert PLAIN.add_working_days(FRIDAY, 1) == MONDAY
    assert PLAIN.add_working_days(FRIDAY + timedelta(1), 1) == MONDAY


def test_counting_back_starts_on_the_working_day_before():
    assert PLAIN.add_working_days(MONDAY, -1) == FRIDAY


@given(calendars(), near)
def test_no_days_on_is_the_day_itself(calendar, day):
    assert calendar.add_working_days(day, 0) == day


@given(calendars(), near, counts.filter(bool))
def test_a_time_limit_ends_on_a_working_day(calendar, day, n):
    assert calendar.is_working(calendar.add_working_days(day, n))


@given(calendars(), near, counts)
def test_as_many_working_days_lie_between_as_were_added(calendar, day, n):
    end = calendar.add_working_days(day, n)
    step = 1 if n > 0 else -1
    days = (day + timedelta(step * one) for one in range(1, abs((end - day).days) + 1))

    assert sum(map(calendar.is_working, days)) == abs(n)


@given(calendars(), near, st.integers(0, 50), st.integers(0, 50))
def test_two_time_limits_in_turn_make_one(calendar, day, first, second):
    in_turn = calendar.add_working_days(calendar.add_working_days(day, first), second)

    assert in_turn == calendar.add_working_days(day, first + second)


@given(calendars(), near, counts)
def test_counting_back_undoes_counting_on(calendar, day, n):
    start = calendar.next_working_day(day)

    assert calendar.add_working_days(calendar.add_working_days(start, n), -n) == start


@given(calendars(), near)
def test_nothing_is_worked_before_the_next_working_day(calendar, day):
    after = calendar.next_working_day(day)
    skipped = [day + timedelta(n) for n in range(1, (after - day).days)]

    assert after > day
    assert not any(map(calendar.is_working, skipped))


def test_ten_thousand_working_days_can_be_reckoned():
    assert PLAIN.add_working_days(MONDAY, 10_000) == MONDAY + timedelta(weeks=2_000)


@pytest.mark.parametrize("n", [10_001, -10_001, 10**30])
def test_an_absurd_count_is_refused(n):
    with pytest.raises(calendar.TooFar):
        PLAIN.add_working_days(MONDAY, n)
    with pytest.raises(calendar.TooFar):
        add_months(MONDAY, n)
    with pytest.raises(calendar.TooFar):
        add_years(MONDAY, n)


@pytest.mark.parametrize(("day", "n"), [(date.max, 1), (date.min, -1)])
def test_time_ends_with_the_calendar(day, n):
    with pytest.raises(calendar.TooFar):
        PLAIN.add_working_days(day, n)
    with pytest.raises(calendar.TooFar):
        add_months(day, n)


def test_a_week_without_working_days_is_refused():
    with pytest.raises(calendar.NeverWorking):
        Calendar(weekend=tuple(range(7)))


def test_a_day_is_not_both_worked_and_free():
    with pytest.raises(calendar.BothWorkingAndFree) as refusal:
        Calendar(holidays=(MONDAY,), working=(MONDAY,))

    assert refusal.value.about == "2026-03-09"


@given(calendars())
def test_equal_calendars_have_equal_bytes(calendar):
    shuffled = Calendar(
        weekend=calendar.weekend[::-1] * 2,
        holidays=calendar.holidays[::-1] * 2,
        working=calendar.working[::-1],
    )

    assert shuffled == calendar
    assert shuffled.model_dump_json() == calendar.model_dump_json()
    assert Calendar.model_validate_json(calendar.model_dump_json()) == calendar


@pytest.mark.parametrize(
    ("day", "n", "after"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 29), 1, date(2024, 2, 29)),
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
        (date(2024, 8, 31), 1, date(2024, 9, 30)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_end_of_the_month(day, n, after):
    assert add_months(day, n) == after


@given(days, st.integers(-240, 240))
def test_months_are_counted_whole(day, n):
    after = add_months(day, n)

    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == n
    assert after.day == day.day or (after + timedelta(1)).day == 1


@given(days, days, st.integers(-240, 240))
def test_an_earlier_start_never_falls_due_later(one, other, n):
    first, second = sorted([one, other])

    assert add_months(first, n) <= add_months(second, n)


def test_a_year_after_29_february_is_28_february():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize("first", FIRST_OF_TET, ids=str)
def test_tet_is_free_from_the_last_lunar_day_to_the_fourth(first):
    holidays = vietnam([first.year]).holidays

    assert {first + timedelta(n) for n in range(-1, 4)} <= set(holidays)


@pytest.mark.parametrize("year", calendar.YEARS)
def test_the_fixed_holidays_are_free(year):
    fixed = {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)}

    assert fixed <= set(vietnam([year]).holidays)


@pytest.mark.parametrize("year", calendar.YEARS)
def test_a_holiday_on_a_weekend_is_made_up_for(year):
    holidays = vietnam([year]).holidays
    free_weekdays = [day for day in holidays if day.weekday() < 5]

    assert {day.year for day in holidays} == {year}
    assert len(free_weekdays) == (10 if year < 2021 else 11)


def test_the_kings_are_remembered_on_the_tenth_of_the_third_lunar_month():
    assert {date(2024, 4, 18), date(2025, 4, 7), date(2026, 4, 26)} <= set(vietnam().holidays)


@pytest.mark.parametrize("beside", [date(2021, 9, 3), date(2022, 9, 1), date(2024, 9, 3)])
def test_national_day_has_two_days_since_2021(beside):
    assert not vietnam().is_working(beside)


def test_national_day_had_one_day_before_2021():
    assert vietnam().is_working(date(2020, 9, 1))
    assert vietnam().is_working(date(2020, 9, 3))


def test_the_calendar_of_viet_nam_covers_every_year_it_keeps():
    assert {day.year for day in vietnam().holidays} == set(calendar.YEARS)


def test_a_time_limit_steps_over_tet():
    assert vietnam().add_working_days(date(2024, 2, 7), 1) == date(2024, 2, 15)


def test_a_department_adopts_the_swap_that_is_announced():
    free, worked = date(2024, 4, 29), date(2024, 5, 4)
    law = vietnam([2024])
    adopted = Calendar(holidays=(*law.holidays, free), working=(worked,))

    assert adopted.next_working_day(date(2024, 4, 26)) == date(2024, 5, 2)
    assert adopted.next_working_day(date(2024, 5, 3)) == worked


@pytest.mark.parametrize("year", [2013, 2031])
def test_a_year_without_holidays_on_file_is_named(year):
    with pytest.raises(calendar.UnknownYear) as refusal:
        vietnam([year])

    assert refusal.value.about == str(year)
