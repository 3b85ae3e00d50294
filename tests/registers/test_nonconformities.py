"""Nonconformities, from report to closing: who may what, when, and what may not be skipped."""

from datetime import date

import pytest

from qms import policy
from qms.changes import NotWellFormed, Unknown
from qms.registers import documents as d
from qms.registers import nonconformities as n
from qms.registers import people as p
from qms.registers.enactment import RoleMissing, ToolDecides
from qms.registers.nonconformities import Nonconformity
from tests.registers.nonconformity_journeys import (
    APPROVE,
    BEGUN,
    CLOSE,
    CODE,
    COMPLETE,
    CORRECT,
    EFFECTIVE,
    EXTERNAL,
    FIND_CAUSE,
    GO_ON,
    LATER,
    NEEDED,
    NOT_NEEDED,
    PLAIN,
    PLAN,
    RECALL,
    STOP,
    VERIFY,
    accept,
    days,
    report,
)
from tests.registers.stage import START


class TestReporting:
    def test_the_number_is_the_next_of_the_year(self):
        stage = BEGUN.copy()
        assert [stage.do("lan", report()) for _ in range(2)] == [CODE, "KPH-2026-002"]

    def test_a_program_may_report_a_late_dossier_and_no_more(self):
        stage = BEGUN.copy()
        stage.do("motcua", report())
        with pytest.raises(ToolDecides):
            stage.do("motcua", CORRECT)

    def test_nothing_is_found_tomorrow(self):
        with pytest.raises(n.NotHappened):
            BEGUN.copy().do("lan", report(day=days(1)))

    @pytest.mark.parametrize(
        "wrong",
        [{"unit": "KHÁC"}, {"document": "QT-99"}, {"repeats": "KPH-2025-001"}],
    )
    def test_what_it_names_is_there(self, wrong):
        with pytest.raises(Unknown):
            BEGUN.copy().do("lan", report(**wrong))

    def test_a_clause_is_one_of_the_edition(self):
        with pytest.raises(d.UnknownClause):
            BEGUN.copy().do("lan", report(clause="7.9"))

    @pytest.mark.parametrize("blank", ["", "  ", "\n"])
    def test_a_blank_describes_nothing(self, blank):
        with pytest.raises(NotWellFormed):
            report(found=blank)

    def test_somebody_has_to_take_it_on_within_the_days_of_the_policy(self):
        item = PLAIN["reported"].need(Nonconformity, CODE)
        assert (item.due, item.set_by) == (date(2026, 1, 7), "policy:policy")

    def test_a_grade_is_one_of_the_policy(self):
        with pytest.raises(policy.UnknownGrade):
            PLAIN["reported"].copy().do("lan", accept(grade="fatal"))

    def test_grades_are_what_the_policy_says(self):
        stage = PLAIN["reported"].copy()
        grades = ({"code": "fatal", "title": "Rất nặng", "grave": True},)
        stage.do("lan", policy.Revise(code="policy", reason="Ba mức", grades=grades))
        stage.do("lan", accept(grade="fatal"))
        assert stage.need(Nonconformity, CODE).grave

    def test_it_is_given_to_somebody_who_is_there(self):
        stage = PLAIN["reported"].copy()
        stage.do("lan", p.Leave(code="tuan", until=START))
        with pytest.raises(n.NobodyThere):
            stage.do("lan", accept())

    def test_a_program_answers_for_nothing(self):
        with pytest.raises(n.NobodyThere):
            PLAIN["reported"].copy().do("lan", n.Accept(code=CODE, grade="minor", owner="motcua"))

    def test_a_due_day_lies_ahead(self):
        with pytest.raises(n.DueInThePast):
            PLAIN["reported"].copy().later(3).do("lan", accept(due=START))

    def test_whoever_sets_a_day_is_on_record(self):
        stage = PLAIN["reported"].copy()
        stage.do("lan", accept(due=days(5)))
        item = stage.need(Nonconformity, CODE)
        assert (item.due, item.set_by) == (days(5), "person:lan")

    def test_only_a_leader_regrades(self):
        with pytest.raises(RoleMissing):
            PLAIN["accepted"].copy().do("lan", n.Regrade(code=CODE, grade="major", reason="Nặng"))

    def test_regrading_gives_another_grade(self):
        with pytest.raises(n.SameGrade):
            PLAIN["accepted"].copy().do("binh", n.Regrade(code=CODE, grade="minor", reason="Nhẹ"))

    def test_evidence_goes_to_the_vault(self):
        proof = report(proofs={"anh.jpg": b"\xff\xd8"})
        stage = BEGUN.copy()
        stage.do("lan", proof)

        (file,) = stage.need(Nonconformity, CODE).files
        assert proof.vaulted()["anh.jpg"].sha256 == file.sha256

    def test_the_complainant_is_personal(self):
        assert n.Report.personal == ("complainant",)


class TestContaining:
    @pytest.fixture
    def grave(self):
        stage = PLAIN["reported"].copy()
        stage.do("lan", accept(grade="major"))
        return stage

    def test_the_leader_decides_first_whether_work_stops(self, grave):
        with pytest.raises(n.StopUndecided):
            grave.do("hung", CORRECT)
        grave.do("binh", GO_ON)
        grave.do("hung", CORRECT)

    def test_a_grade_raised_after_correction_asks_for_the_leader_too(self):
        stage = PLAIN["corrected"].copy()
        stage.do("binh", n.Regrade(code=CODE, grade="major", reason="Gây thiệt hại"))
        with pytest.raises(n.StopUndecided):
            stage.do("lan", NEEDED)

    def test_what_was_ordered_back_comes_back_first(self, grave):
        grave.do("binh", STOP)
        grave.do("hung", CORRECT)
        with pytest.raises(n.RecallOwed):
            grave.do("lan", NEEDED)
        grave.do("hung", RECALL)
        grave.do("lan", NEEDED)
        assert grave.need(Nonconformity, CODE).outputs == ("HS-1", "HS-2")

    def test_a_recall_is_due_on_a_day(self, grave):
        grave.do("binh", STOP.model_copy(update={"recall_due": days(1)}))
        assert grave.need(Nonconformity, CODE).due == days(1)
        grave.do("hung", RECALL)
        assert grave.need(Nonconformity, CODE).due == days(3)

    def test_a_day_without_anything_to_recall_is_refused(self, grave):
        with pytest.raises(n.RecallUndecided):
            grave.do("binh", GO_ON.model_copy(update={"recall_due": days(1)}))

    def test_nothing_is_recalled_unordered(self, grave):
        grave.do("binh", GO_ON)
        with pytest.raises(n.NothingToRecall):
            grave.do("hung", RECALL)

    def test_stopped_work_may_go_on_again(self, grave):
        grave.do("binh", STOP)
        grave.do("hung", RECALL)
        grave.do("binh", GO_ON)
        item = grave.need(Nonconformity, CODE)
        assert not item.order.stop
        assert item.recalled is not None

    def test_a_correction_has_happened_since_it_was_found(self):
        for day in (days(-1), days(1)):
            with pytest.raises(n.NotHappened):
                PLAIN["accepted"].copy().do("hung", CORRECT.model_copy(update={"day": day}))

    def test_a_concession_is_given_once_by_a_leader(self):
        stage, given = PLAIN["accepted"].copy(), n.Concede(code=CODE, scope="x", basis="y")
        with pytest.raises(RoleMissing):
            stage.do("lan", given)
        stage.do("binh", given)
        with pytest.raises(n.AlreadyConceded):
            stage.do("binh", given)


class TestDeciding:
    def test_grave_ones_have_their_cause_removed(self):
        stage = PLAIN["reported"].copy()
        stage.do("lan", accept(grade="major"))
        stage.do("binh", GO_ON)
        stage.do("hung", CORRECT)
        with pytest.raises(n.ActionCompulsory):
            stage.do("lan", NOT_NEEDED)

    def test_so_have_those_that_came_again(self):
        stage = PLAIN["closed"].copy()
        again = stage.do("lan", report(repeats=CODE))
        stage.do("lan", n.Accept(code=again, grade="minor", owner="tuan"))
        stage.do("hung", CORRECT.model_copy(update={"code": again}))
        with pytest.raises(n.ActionCompulsory):
            stage.do("lan", NOT_NEEDED.model_copy(update={"code": again}))

    def test_so_have_those_found_from_outside(self):
        with pytest.raises(n.ActionCompulsory):
            EXTERNAL["corrected"].copy().do("lan", NOT_NEEDED)

    @pytest.mark.parametrize("field", ["cause", "similar", "risks"])
    def test_cause_like_cases_and_risks_are_said_or_an_explicit_no(self, field):
        with pytest.raises(NotWellFormed):
            n.FindCause(**{**FIND_CAUSE.model_dump(), field: " "})

    def test_nobody_gives_themselves_more_time(self):
        with pytest.raises(n.OwnExtension):
            PLAIN["needed"].copy().do("tuan", n.Extend(code=CODE, due=LATER, reason="Bận"))

    def test_an_extension_is_later(self):
        with pytest.raises(n.NotLater):
            PLAIN["needed"].copy().do("lan", n.Extend(code=CODE, due=START, reason="Bận"))

    def test_what_is_not_due_is_not_extended(self):
        with pytest.raises(n.NothingDue):
            PLAIN["in_progress"].copy().do("lan", n.Extend(code=CODE, due=LATER, reason="Bận"))


class TestClosing:
    def test_not_while_an_action_is_open(self):
        with pytest.raises(n.ActionOpen):
            PLAIN["in_progress"].copy().do("lan", CLOSE)

    def test_not_before_the_effect_was_judged(self):
        with pytest.raises(n.ActionOpen):
            PLAIN["verified"].copy().do("lan", CLOSE)

    @pytest.mark.parametrize("fact", [{"corrections": ()}, {"decider": ""}])
    def test_not_without_the_facts_on_record(self, fact):
        item = PLAIN["effective"].need(Nonconformity, CODE).model_copy(update=fact)
        with pytest.raises(n.FactMissing):
            CLOSE.check(item, PLAIN["effective"].act("lan", n.Close))

    @pytest.mark.parametrize("given", [True, False])
    def test_a_concession_is_confirmed_as_it_was(self, given):
        stage = PLAIN["effective"].copy()
        if given:
            stage.do("binh", n.Concede(code=CODE, scope="x", basis="y"))
        with pytest.raises(n.ConcessionUnsaid):
            stage.do("lan", CLOSE.model_copy(update={"concession": not given}))
        stage.do("lan", CLOSE.model_copy(update={"concession": given}))

    def test_not_while_something_is_to_be_recalled(self):
        stage = PLAIN["effective"].copy()
        stage.do("binh", STOP)
        with pytest.raises(n.RecallOwed):
            stage.do("lan", CLOSE)

    def test_the_document_was_revised_or_it_is_said_why_not(self):
        with pytest.raises(n.DocumentsUnsaid):
            PLAIN["effective"].copy().do("lan", n.Close(code=CODE, concession=False))

    def test_another_document_does_not_answer_for_it(self):
        stage = PLAIN["effective"].copy()
        stage.adopt("QT-12", "QLVT", "TP-QLVT", issued=stage.day)
        with pytest.raises(n.DocumentsUnsaid):
            stage.do("lan", n.Close(code=CODE, concession=False, revisions=("QT-12/1.0",)))

    def test_a_revision_from_before_is_no_answer(self):
        stage = PLAIN["effective"].copy()
        with pytest.raises(n.RevisedBefore):
            stage.do("lan", n.Close(code=CODE, concession=False, revisions=("QT-11/1.0",)))

    def test_a_revision_that_is_not_there_is_no_answer(self):
        with pytest.raises(Unknown):
            PLAIN["effective"].copy().do(
                "lan", n.Close(code=CODE, concession=False, revisions=("QT-11/9.9",))
            )

    def test_the_revision_that_answers_is_linked(self):
        stage = PLAIN["effective"].copy()
        code = stage.revise("QT-11")
        stage.do("lan", n.Close(code=CODE, concession=False, revisions=(code,)))
        assert stage.need(Nonconformity, CODE).updates.revisions == (f"revision:{code.casefold()}",)

    def test_whoever_did_an_action_does_not_close(self):
        stage = PLAIN["needed"].copy()
        stage.do("tuan", FIND_CAUSE, PLAN.model_copy(update={"owner": "lan"}))
        stage.do("mai", APPROVE)
        stage.do("lan", COMPLETE)
        stage.do("son", VERIFY)
        stage.on(days(60)).do("son", EFFECTIVE)
        with pytest.raises(n.OwnWork):
            stage.do("lan", CLOSE)
        stage.do("binh", CLOSE)

    def test_reopening_counts_and_begins_a_round(self):
        item = PLAIN["reopened"].need(Nonconformity, CODE)
        assert (item.round, item.reopened, item.closed, item.updates) == (2, 1, None, None)
