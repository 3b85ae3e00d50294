"""Corrective actions and their effect: planned, done, verified and judged by different hands."""

from datetime import date

import pytest

from qms.registers import nonconformities as n
from qms.registers import people as p
from qms.registers.nonconformities import Nonconformity, State
from tests.registers.nonconformity_journeys import (
    ACTION,
    APPROVE,
    CODE,
    COMPLETE,
    EFFECTIVE,
    FIND_CAUSE,
    INEFFECTIVE,
    LATER,
    PLAIN,
    PLAN,
    VERIFY,
    days,
)
from tests.registers.stage import START


class TestActions:
    def test_a_plan_that_grew_is_approved_again(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("tuan", PLAN)
        with pytest.raises(n.OutOfStep):
            stage.do("long", COMPLETE)
        stage.do("mai", APPROVE)
        stage.do("long", COMPLETE)

    def test_nor_does_whoever_acts_for_them(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("lan", n.Reassign(code=ACTION, owner="tuan", reason="Đổi việc"))
        stage.do("tuan", COMPLETE)
        until = days(30)
        stage.do(
            "tuan", p.Delegate(code="tuan", post="TP-QLVT", to="long", since=START, until=until)
        )
        with pytest.raises(n.OwnWork):
            stage.do("long", VERIFY)

    def test_what_was_sent_back_is_due_as_before(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("long", COMPLETE)
        stage.do("lan", n.SendBack(code=ACTION, reason="Thiếu chữ ký"))
        action = stage.need(n.Action, ACTION)
        assert (action.due, action.owner, action.done) == (days(20), "person:long", None)

    def test_what_was_done_is_to_be_verified_at_the_wish_of_whoever_set_the_day(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("long", COMPLETE)
        action = stage.need(n.Action, ACTION)
        assert (action.due, action.owner) == (date(2026, 1, 8), "person:tuan")

    def test_the_first_day_stays_beside_the_extended_one(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("tuan", n.Defer(code=ACTION, due=days(40), reason="Chờ phần mềm"))
        action = stage.need(n.Action, ACTION)
        assert (action.first_deadline, action.deadline) == (days(20), days(40))
        assert (action.extensions, action.set_by) == (1, "person:tuan")

    def test_dropping_the_last_open_one_leads_on_to_the_effect(self):
        stage = PLAIN["analysed"].copy()
        stage.do("tuan", PLAN)
        stage.do("mai", APPROVE)
        stage.do("long", COMPLETE)
        stage.do("lan", VERIFY)
        assert stage.need(Nonconformity, CODE).state is State.IN_PROGRESS
        stage.do("mai", n.Drop(code=f"{CODE}/2", reason="Trùng"))
        assert stage.need(Nonconformity, CODE).state is State.VERIFIED

    def test_a_plan_with_nothing_left_open_leads_on_to_the_effect(self):
        stage = PLAIN["in_progress"].copy()
        stage.do("tuan", PLAN)
        stage.do("mai", APPROVE)
        stage.do("long", COMPLETE)
        stage.do("lan", VERIFY)
        stage.do("tuan", PLAN)
        stage.do("mai", *(n.Drop(code=f"{CODE}/{k}", reason="Trùng") for k in (2, 3)))
        stage.do("binh", APPROVE)
        assert stage.need(Nonconformity, CODE).state is State.VERIFIED


class TestEffect:
    def test_whoever_set_the_day_is_on_record(self):
        item = PLAIN["verified"].need(Nonconformity, CODE)
        assert (item.due, item.set_by) == (days(60), "person:mai")

    def test_it_is_later_than_a_late_verification(self):
        stage = PLAIN["in_progress"].copy().on(days(70))
        stage.do("long", COMPLETE)
        stage.do("lan", VERIFY)
        assert stage.need(Nonconformity, CODE).due == days(100)

    def test_whoever_had_a_hand_in_an_action_does_not_judge(self):
        stage = PLAIN["needed"].copy()
        stage.do("tuan", FIND_CAUSE, PLAN.model_copy(update={"owner": "hung"}))
        stage.do("mai", APPROVE)
        stage.do("hung", COMPLETE)
        stage.do("lan", VERIFY)
        with pytest.raises(n.OwnWork):
            stage.on(days(60)).do("hung", EFFECTIVE)

    def test_what_did_not_work_begins_its_next_round(self):
        stage = PLAIN["verified"].copy()
        stage.do("lan", INEFFECTIVE)
        item = stage.need(Nonconformity, CODE)
        assert (item.state, item.round) == (State.NEEDED, 2)
        assert [effect.effective for effect in item.effects] == [False]

    def test_the_next_round_needs_an_action_of_its_own(self):
        stage = PLAIN["verified"].copy()
        stage.do("lan", INEFFECTIVE)
        stage.do("tuan", FIND_CAUSE)
        with pytest.raises(n.NothingPlanned):
            stage.do("mai", n.ApprovePlan(code=CODE, effect_due=LATER))
