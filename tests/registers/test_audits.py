"""Internal audits: the programme, its plan, and who may go."""

import pytest

from qms import standards
from qms.registers import audits as a
from qms.registers import documents as d
from qms.registers import people as p
from qms.registers import policy
from qms.registers.audits import Audit, Criterion, Programme
from qms.registers.audits.planning import leaves
from tests.registers.audit_journeys import (
    APPROVE_PROGRAMME,
    AUDITS,
    CODE,
    MEET,
    NOTIFY,
    PLAN,
    PREPARE,
    PROGRAMME,
    REPORT,
    SCHEDULE,
    days,
)
from tests.registers.stage import START

NEXT = "DG-2026-02"
MORE = SCHEDULE.model_copy(update={"reason": "Khiếu nại lặp lại"})


class TestProgramme:
    def test_there_is_one_for_the_year_under_its_own_code(self):
        assert AUDITS["proposed"].need(Programme, PROGRAMME).year == 2026

    def test_a_supplement_says_why_and_is_approved_apart(self):
        stage = AUDITS["scheduled"].copy()
        with pytest.raises(a.ReasonMissing):
            stage.do("lan", SCHEDULE)
        stage.do("lan", MORE)
        with pytest.raises(a.OutOfStep):
            stage.do("lan", PLAN.model_copy(update={"code": NEXT}))
        stage.do("binh", APPROVE_PROGRAMME)
        stage.do("lan", PLAN.model_copy(update={"code": NEXT}))

    def test_it_runs_once_an_audit_is_planned(self):
        assert AUDITS["planned"].need(Programme, PROGRAMME).state == "running"

    def test_it_is_not_closed_before_its_audits_are(self):
        with pytest.raises(a.AuditsOpen):
            AUDITS["reported"].copy().do("lan", a.CloseProgramme(code=PROGRAMME, report="Đủ"))
        AUDITS["closed"].copy().do("lan", a.CloseProgramme(code=PROGRAMME, report="Đủ"))


class TestIndependence:
    def test_a_part_of_a_unit_belongs_to_it(self):
        stage = AUDITS["planned"].copy()
        stage.do(
            "lan",
            p.OpenUnit(code="DK", title="Đội kiểm tra", since=START, parent="QLVT"),
            p.OpenPost(code="DT", title="Đội trưởng", unit="DK"),
            p.Appoint(code="ha", post="DT", since=START),
        )
        with pytest.raises(a.OwnUnit):
            stage.do("lan", a.Appoint(code=CODE, auditor="ha"))

    def test_a_post_that_begins_by_the_day_of_the_audit_counts(self):
        stage = AUDITS["planned"].copy()
        stage.do("lan", p.OpenPost(code="PP-QLVT", title="Phó phòng", unit="QLVT"))
        stage.do("lan", p.Appoint(code="ha", post="PP-QLVT", since=days(30)))
        with pytest.raises(a.OwnUnit):
            stage.do("lan", a.Appoint(code=CODE, auditor="ha"))

    def test_nor_what_they_are_writing(self):
        stage = AUDITS["planned"].copy()
        stage.do("hung", d.Revise(code="QT-11", text="x", summary="Sửa"))
        with pytest.raises(a.OwnSignature):
            stage.do("lan", a.Appoint(code=CODE, auditor="hung"))

    def test_a_leader_waives_it_with_the_reason(self):
        waived = a.Appoint(code=CODE, auditor="long", waiver="Không còn ai biết phần mềm")
        stage = AUDITS["planned"].copy()
        with pytest.raises(a.WaiverByLeader):
            stage.do("lan", waived)
        stage.do("binh", waived)
        (*_, member) = stage.need(Audit, CODE).team
        assert (member.waived_by, bool(member.waiver)) == ("person:binh", True)

    def test_another_lead_keeps_the_rest_of_the_team(self):
        stage = AUDITS["planned"].copy()
        stage.do("lan", PLAN.model_copy(update={"lead": "ha"}))
        assert stage.need(Audit, CODE).members == {"person:ha", "person:yen"}


class TestWhoHasLeft:
    def left(self, stage, *people):
        stage = stage.copy()
        for person in people:
            stage.do("lan", p.Leave(code=person, until=stage.day))
        return stage

    def test_the_team_goes_on_without_its_lead(self):
        stage = self.left(AUDITS["examined"], "son")
        with pytest.raises(a.NotOnTeam):
            stage.do("binh", MEET)
        stage.do("yen", MEET, REPORT)
        assert stage.need(Audit, CODE).state is a.State.REPORTED

    def test_a_leader_ends_what_nobody_of_the_team_can(self):
        stage = self.left(AUDITS["examined"], "son", "yen")
        with pytest.raises(a.NotOnTeam):
            stage.do("lan", MEET)
        stage.do("binh", MEET, REPORT)
        assert stage.need(Audit, CODE).state is a.State.REPORTED


class TestPlanning:
    def test_the_checklist_has_every_clause_without_parts_and_every_process(self):
        stage = AUDITS["planned"].copy()
        stage.do("son", PREPARE)
        lines = [stage.need(Criterion, f"{CODE}/C{k}") for k in range(1, 5)]
        assert [line.clause for line in lines] == ["7.5.3.1", "7.5.3.2", "8.5.1", ""]
        assert lines[3].document == "document:qt-11"
        assert {line.verdict for line in lines} == {a.Verdict.NOT_ASSESSED}

    def test_all_clauses_make_a_checklist_that_one_entry_holds(self):
        everything = leaves(2015, tuple(str(k) for k in range(4, 11)))
        assert 50 < len(everything) < 100
        assert "7.5.3" not in everything

    def test_the_edition_is_the_declared_one(self):
        assert set(leaves(2008, ("4.2",))) == {
            number for number in standards.edition(2008) if number.startswith("4.2.")
        }

    def test_short_notice_is_reported_and_not_refused(self):
        stage = AUDITS["approved"].copy().on(days(59))
        stage.do("lan", NOTIFY.model_copy(update={"day": days(59)}))
        rules = stage.need(policy.Policy, "policy")
        audits = [stage.need(Audit, CODE), AUDITS["notified"].need(Audit, CODE)]
        assert a.late_notices([*audits, AUDITS["planned"].need(Audit, CODE)], rules) == audits[:1]
