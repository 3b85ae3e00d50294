"""What is owed to inspectors, and what nonconformities say together."""

from datetime import date

import pytest

from qms.registers import nonconformities as n
from qms.registers.calendar import add_months
from qms.registers.nonconformities import Nonconformity, State
from qms.registers.nonconformities.items import OVER
from tests.registers.nonconformity_journeys import (
    ACTION,
    APPROVE,
    BEGUN,
    CODE,
    EXTERNAL,
    FIND_CAUSE,
    INEFFECTIVE,
    LATER,
    PLAIN,
    PLAN,
    SEND_REPORT,
    days,
    report,
)
from tests.registers.stage import START, Stage


class TestOutside:
    def test_the_report_is_due_two_months_after_the_minutes(self):
        stage = Stage().on(date(2026, 12, 31))
        code = stage.do(
            "lan", report(day=stage.day, source="external_audit", minutes=date(2026, 12, 31))
        )
        outside = stage.need(Nonconformity, code).outside
        assert outside.due == add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)

    def test_before_the_circular_nothing_was_due(self):
        stage = BEGUN.copy()
        old = date(2014, 11, 30)
        code = stage.do("lan", report(day=old, source="external_audit", minutes=old))
        assert stage.need(Nonconformity, code).outside.due is None

    def test_a_late_report_is_known_as_late(self):
        stage = EXTERNAL["in_progress"].copy().on(days(61))
        stage.do("lan", SEND_REPORT.model_copy(update={"day": stage.day}))
        assert stage.need(Nonconformity, CODE).outside.late

    def test_what_was_not_accepted_comes_back_even_closed(self):
        stage = EXTERNAL["closed"].copy()
        stage.do("lan", n.NoteRefusal(code=CODE, reply="31/CV", due=LATER))
        item = stage.need(Nonconformity, CODE)
        assert (item.state, item.round, item.reopened) == (State.NEEDED, 2, 1)
        assert item.outside.owed == LATER

    def test_actions_that_were_open_when_it_came_back_stay_open(self):
        stage = EXTERNAL["in_progress"].copy()
        stage.do("lan", SEND_REPORT, n.NoteRefusal(code=CODE, reply="31/CV"))
        stage.do("tuan", FIND_CAUSE, PLAN)
        stage.do("mai", APPROVE)
        stage.do("long", n.Complete(code=f"{CODE}/2", done=START, evidence="x"))
        stage.do("lan", n.Verify(code=f"{CODE}/2"))
        assert stage.need(Nonconformity, CODE).state is State.IN_PROGRESS


class TestTrends:
    @staticmethod
    def seen(**said):
        facts = {"unit": "unit:qlvt", "found": "x", "day": START, "source": "survey"}
        number = said.pop("number", 1)
        own = f"KPH-2026-{number:03}"
        facts |= {"id": Nonconformity.identify(own), "code": own, "reporter": "person:lan"}
        return Nonconformity(**{**facts, **said})

    def test_pareto_puts_the_most_frequent_first_and_adds_up_to_a_thousand(self):
        items = [self.seen(number=k, clause=c) for k, c in enumerate(("8.5.1", "8.5.1", "7.2"), 1)]
        bars = n.pareto(items, n.Dimension.CLAUSE)
        assert bars == [n.Bar("8.5.1", 2, 666), n.Bar("7.2", 1, 1000)]

    @pytest.mark.parametrize("by", n.Dimension)
    def test_it_counts_by_everything_that_is_asked_for(self, by):
        item = self.seen(clause="7.2", document="document:qt-11", service="1.0", grade="minor")
        item = item.model_copy(
            update={"analysis": PLAIN["analysed"].need(Nonconformity, CODE).analysis}
        )
        assert [bar.times for bar in n.pareto([item], by)] == [1]

    def test_what_was_rejected_does_not_count(self):
        assert n.pareto([self.seen(clause="7.2", state="rejected")], n.Dimension.CLAUSE) == []

    def test_a_month_without_any_is_there_with_nothing(self):
        items = [self.seen(), self.seen(number=2, day=date(2026, 3, 31))]
        counted = n.by_month(items, START, date(2026, 4, 1))
        assert counted == {"2026-01": 1, "2026-02": 0, "2026-03": 1, "2026-04": 0}

    def test_the_same_place_twice_within_a_year_came_again(self):
        first, second = self.seen(clause="7.2"), self.seen(number=2, clause="7.2", day=days(300))
        other = self.seen(number=3, clause="7.2", day=days(800))
        assert n.recurrent([other, second, first]) == [(first, second)]

    def test_three_times_the_same_cause_is_asked_for_so(self):
        analysis = PLAIN["analysed"].need(Nonconformity, CODE).analysis
        items = [self.seen(number=k, analysis=analysis) for k in (1, 2, 3)]
        assert n.recurrent(items, n.same_cause, times=3) == [tuple(items)]
        assert n.recurrent(items[:2], n.same_cause, times=3) == []

    def test_the_share_that_worked_at_first(self):
        worked = PLAIN["effective"].need(Nonconformity, CODE)
        stage = PLAIN["verified"].copy()
        stage.do("lan", INEFFECTIVE)
        failed = stage.need(Nonconformity, CODE)
        assert n.effective_at_first([worked, failed, worked]) == 666

    def test_overdue_is_computed_and_the_same_however_often_it_is_asked(self):
        items = [PLAIN[state].need(Nonconformity, CODE) for state in ("reported", "closed")]
        asked = [n.overdue(items, days(30)) for _ in range(2)]
        assert asked[0] == asked[1] == items[:1]
        assert n.overdue(items, items[0].due) == []

    def test_overdue_actions_are_those_whose_day_is_over(self):
        action = PLAIN["in_progress"].need(n.Action, ACTION)
        assert n.overdue_actions([action], days(21)) == [action]
        assert n.overdue_actions([action], days(20)) == []

    def test_open_ones_are_neither_closed_nor_rejected(self):
        items = [
            stage.need(Nonconformity, CODE) for state, stage in PLAIN.items() if state != "absent"
        ]
        assert {item.state for item in n.still_open(items)} == set(State) - set(OVER)
