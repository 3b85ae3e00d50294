"""What an audit sees: fieldwork, findings, the end, and what all audits say together."""

from datetime import date

import pytest

from qms.registers import audits as a
from qms.registers import nonconformities as n
from qms.registers.audits import Audit, Criterion, Finding
from qms.registers.nonconformities import Nonconformity
from tests.registers.audit_journeys import (
    ANSWER,
    AUDITS,
    CASE,
    CLOSE,
    CODE,
    FINDING,
    FINISH,
    MEET,
    OBSERVE,
    RECORD,
    REJECT,
    REPORT,
    SCHEDULE,
    assess,
    days,
)

NEXT = "DG-2026-02"
MORE = SCHEDULE.model_copy(update={"reason": "Khiếu nại lặp lại"})


class TestFieldwork:
    def test_unless_it_is_said_why_not_and_the_next_audit_hears_of_it(self):
        stage = AUDITS["opened"].copy()
        assess(stage)
        stage.do("yen", a.Assess(code=f"{CODE}/C3", verdict="not_assessed", evidence="Hết giờ"))
        stage.do("son", FINISH)
        lines = [stage.need(Criterion, f"{CODE}/C{k}") for k in range(1, 5)]
        assert a.unassessed(lines) == [lines[2]]


class TestFindings:
    def test_a_nonconforming_one_carries_its_nonconformity(self):
        stage = AUDITS["opened"]
        finding, case = stage.need(Finding, FINDING), stage.need(Nonconformity, CASE)
        assert finding.nonconformity == case.id
        assert (case.source, case.origin, case.clause) == ("audit", FINDING, "7.5.3.1")
        assert (case.unit, case.found) == ("unit:qlvt", finding.conclusion)

    def test_the_numbers_of_nonconformities_go_on_from_there(self):
        stage = AUDITS["opened"].copy()
        stage.do("yen", RECORD)
        report = n.Report(unit="VP", found="x", day=stage.day, source="self_found")
        assert stage.do("lan", report) == "KPH-2026-003"

    def test_it_may_lead_to_one_that_was_reported_in_the_same_operation(self):
        stage = AUDITS["opened"].copy()
        report = n.Report(code="KPH-A", unit="QLVT", found="x", day=stage.day, source="audit")
        stage.do("yen", report, RECORD.model_copy(update={"nonconformity": "KPH-A"}))
        assert stage.need(Finding, f"{CODE}/P3").nonconformity == "nonconformity:kph-a"
        assert stage.look(Nonconformity, "KPH-2026-002") is None

    def test_dissent_stays_whatever_the_lead_decides(self):
        stage = AUDITS["met"].copy()
        stage.do("yen", a.Differ(code=f"{CODE}/P2", opinion="Là không phù hợp"))
        stage.do("tuan", a.Differ(code=f"{CODE}/P2", opinion="Không sai"))
        worse = a.Classify(
            code=f"{CODE}/P2", kind_of_finding="nonconformity", grade="minor", reason="Lặp lại"
        )
        stage.do("son", worse)
        finding = stage.need(Finding, f"{CODE}/P2")
        assert [said.person for said in finding.dissents] == ["person:yen", "person:tuan"]
        assert stage.need(Nonconformity, finding.nonconformity).origin == finding.code
        assert stage.need(Criterion, f"{CODE}/C2").verdict is a.Verdict.NONCONFORMING

    def test_it_stays_a_nonconformity_until_its_report_was_rejected(self):
        change = a.Classify(code=FINDING, kind_of_finding="observation", reason="Nhẹ hơn")
        stage = AUDITS["met"].copy()
        with pytest.raises(a.NonconformityStands):
            stage.do("son", change)
        stage.do("lan", REJECT)
        stage.do("son", change)
        assert stage.need(Criterion, f"{CODE}/C1").verdict is a.Verdict.CONFORMING

    def test_an_observation_is_to_be_answered_by_a_day(self):
        finding = AUDITS["opened"].need(Finding, f"{CODE}/P2")
        assert finding.due == date(2026, 3, 20)
        assert a.overdue([finding], date(2026, 3, 21)) == [finding]


class TestConcluding:
    def test_several_findings_and_the_end_of_the_visit_are_one_operation(self):
        stage = AUDITS["opened"].copy()
        assess(stage)
        stage.do("son", RECORD, OBSERVE, FINISH, MEET, REPORT)
        assert stage.need(Audit, CODE).findings == 4
        assert stage.need(Nonconformity, "KPH-2026-002").origin == f"{CODE}/P3"

    def test_the_report_is_due_a_week_after_the_closing_meeting(self):
        stage = AUDITS["met"].copy()
        assert stage.need(Audit, CODE).due == date(2026, 3, 13)
        stage.later(10).do("son", REPORT)
        audits = [stage.need(Audit, CODE), AUDITS["reported"].need(Audit, CODE)]
        assert a.late_reports(audits) == audits[:1]

    def test_what_is_handed_on_keeps_the_later_audit_open(self):
        stage = AUDITS["reported"].copy()
        stage.do("lan", MORE, a.HandOn(code=FINDING, audit=NEXT, reason="Xem sau"))
        stage.do("tuan", ANSWER)
        stage.do("lan", CLOSE)
        later = stage.need(Audit, NEXT).model_copy(update={"state": a.State.REPORTED})
        act = stage.act("lan", a.CloseAudit)
        with pytest.raises(a.FindingOpen):
            a.CloseAudit(code=NEXT).check(later, act)
        stage.do("lan", REJECT)
        a.CloseAudit(code=NEXT).check(later, act)

    def test_what_was_handed_on_is_handed_on_again_before_an_audit_is_cancelled(self):
        stage = AUDITS["reported"].copy()
        stage.do("lan", MORE, a.HandOn(code=FINDING, audit=NEXT, reason="Xem sau"), MORE)
        cancel = a.Cancel(code=NEXT, reason="Sáp nhập")
        with pytest.raises(a.StillTakenOver):
            stage.do("binh", cancel)
        stage.do("lan", a.HandOn(code=FINDING, audit="DG-2026-03", reason="Xem sau nữa"))
        stage.do("binh", cancel)


class TestCoverage:
    def test_it_says_what_no_audit_looks_at(self):
        stage = AUDITS["scheduled"]
        gaps = a.uncovered(
            [stage.need(Audit, CODE)],
            units=("unit:qlvt", "unit:vp"),
            clauses=("7.5.3.1", "8.5.1", "9.2.1"),
            processes=("document:qt-11", "document:qt-12"),
        )
        assert gaps == (["unit:vp"], ["9.2.1"], ["document:qt-12"])

    @pytest.mark.parametrize("state", ["proposed", "cancelled"])
    def test_what_was_not_approved_or_given_up_covers_nothing(self, state):
        gaps = a.uncovered([AUDITS[state].need(Audit, CODE)], units=("unit:qlvt",))
        assert gaps.units == ["unit:qlvt"]

    def test_the_last_look_at_each_clause(self):
        audits = [AUDITS["reported"].need(Audit, CODE), AUDITS["planned"].need(Audit, CODE)]
        looks = a.last_looks(audits, ("7.5.3.2", "9.2.1"))
        assert looks == {"7.5.3.2": days(60), "9.2.1": None}

    def test_what_is_still_to_be_resolved(self):
        for state, count in (("reported", 1), ("closed", 0)):
            stage = AUDITS[state]
            found = [stage.need(Finding, f"{CODE}/P{k}") for k in (1, 2)]
            assert len(a.unresolved(found, [stage.need(Nonconformity, CASE)])) == count
