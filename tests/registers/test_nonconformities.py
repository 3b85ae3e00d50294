"""Nonconformities, from report to closing: who may what, when, and what may not be skipped."""

from datetime import date

import pytest

from qms import policy
from qms.registers import nonconformities as n
from qms.registers.enactment import ToolDecides
from qms.registers.nonconformities import Nonconformity
from tests.registers.nonconformity_journeys import (
    APPROVE,
    BEGUN,
    CLOSE,
    CODE,
    COMPLETE,
    CORRECT,
    EFFECTIVE,
    FIND_CAUSE,
    GO_ON,
    NEEDED,
    PLAIN,
    PLAN,
    RECALL,
    STOP,
    VERIFY,
    accept,
    days,
    report,
)


class TestReporting:
    def test_the_number_is_the_next_of_the_year(self):
        stage = BEGUN.copy()
        assert [stage.do("lan", report()) for _ in range(2)] == [CODE, "KPH-2026-002"]

    def test_a_program_may_report_a_late_dossier_and_no_more(self):
        stage = BEGUN.copy()
        stage.do("motcua", report())
        with pytest.raises(ToolDecides):
            stage.do("motcua", CORRECT)

    def test_somebody_has_to_take_it_on_within_the_days_of_the_policy(self):
        item = PLAIN["reported"].need(Nonconformity, CODE)
        assert (item.due, item.set_by) == (date(2026, 1, 7), "policy:policy")

    def test_grades_are_what_the_policy_says(self):
        stage = PLAIN["reported"].copy()
        grades = ({"code": "fatal", "title": "Rất nặng", "grave": True},)
        stage.do("lan", policy.Revise(code="policy", reason="Ba mức", grades=grades))
        stage.do("lan", accept(grade="fatal"))
        assert stage.need(Nonconformity, CODE).grave

    def test_whoever_sets_a_day_is_on_record(self):
        stage = PLAIN["reported"].copy()
        stage.do("lan", accept(due=days(5)))
        item = stage.need(Nonconformity, CODE)
        assert (item.due, item.set_by) == (days(5), "person:lan")

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

    def test_stopped_work_may_go_on_again(self, grave):
        grave.do("binh", STOP)
        grave.do("hung", RECALL)
        grave.do("binh", GO_ON)
        item = grave.need(Nonconformity, CODE)
        assert not item.order.stop
        assert item.recalled is not None


class TestClosing:
    @pytest.mark.parametrize("given", [True, False])
    def test_a_concession_is_confirmed_as_it_was(self, given):
        stage = PLAIN["effective"].copy()
        if given:
            stage.do("binh", n.Concede(code=CODE, scope="x", basis="y"))
        with pytest.raises(n.ConcessionUnsaid):
            stage.do("lan", CLOSE.model_copy(update={"concession": not given}))
        stage.do("lan", CLOSE.model_copy(update={"concession": given}))

    def test_another_document_does_not_answer_for_it(self):
        stage = PLAIN["effective"].copy()
        stage.adopt("QT-12", "QLVT", "TP-QLVT", issued=date(2025, 3, 3))
        code = stage.revise("QT-12")
        with pytest.raises(n.DocumentsUnsaid):
            stage.do("lan", n.Close(code=CODE, concession=False, revisions=(code,)))

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
