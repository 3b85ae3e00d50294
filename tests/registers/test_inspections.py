"""Surprise inspections: no notice, a prompt report, remedies to the end, a whole file."""

from datetime import date

import pytest

from qms.changes import Change, Unknown
from qms.registers import audits as a
from qms.registers import nonconformities as n
from qms.registers import tasks as t
from qms.registers.audits import Finding, Inspection, Paper
from qms.registers.nonconformities import Nonconformity
from tests.registers.audit_journeys import (
    BEGUN,
    CARRY_OUT,
    CASE,
    CLOSE_VISIT,
    DECIDE,
    FOLLOW_VISIT,
    NOTE_LESS,
    ORDER,
    REJECT,
    REMEDY,
    REMIND,
    REPORT_VISIT,
    SETTLE,
    VISIT,
    VISITS,
    days,
    fill,
)

REMINDED = f"{VISIT}/P2"
TASK = t.Assign(
    code="NV-2026-07",
    title="Phân công trực",
    result="Bảng trực",
    unit="QLVT",
    owner="TP-QLVT",
    due=days(5),
)


class TestOrdering:
    def test_nothing_gives_notice(self):
        kinds = [kind for kind in Change.kinds if kind.startswith("inspection.")]
        assert not any("noti" in kind or "announce" in kind for kind in kinds)

    def test_unless_the_leader_says_why(self):
        stage = BEGUN.copy()
        stage.do("binh", ORDER.model_copy(update={"members": ("long",), "waiver": "Thiếu người"}))
        lead, other = stage.need(Inspection, VISIT).team
        assert (lead.waiver, other.waiver) == ("", "Thiếu người")


class TestCarryingOut:
    def test_the_leader_hears_of_it_within_two_working_days(self):
        stage = VISITS["carried_out"].copy()
        assert stage.need(Inspection, VISIT).due == date(2026, 1, 7)
        stage.later(3).do("son", REPORT_VISIT)
        visits = [stage.need(Inspection, VISIT), VISITS["reported"].need(Inspection, VISIT)]
        assert a.late_inspections(visits) == visits[:1]

    def test_an_inspection_ahead_is_due_on_its_day(self):
        visit = VISITS["ordered"].need(Inspection, VISIT)
        assert a.overdue([visit], days(1)) == [visit]
        assert a.overdue([VISITS["closed"].need(Inspection, VISIT)], days(900)) == []


class TestRemedies:
    def test_a_nonconformity_leads_to_its_report(self):
        stage = VISITS["decided"]
        case = stage.need(Nonconformity, CASE)
        assert (case.source, case.origin) == ("inspection", f"{VISIT}/P1")
        assert stage.need(Finding, f"{VISIT}/P1").nonconformity == case.id

    def test_or_to_one_reported_in_the_same_operation(self):
        stage = VISITS["reported"].copy()
        report = n.Report(code="KPH-B", unit="QLVT", found="x", day=stage.day, source="inspection")
        stage.do("binh", report, REMEDY.model_copy(update={"nonconformity": "KPH-B"}))
        assert stage.need(Finding, f"{VISIT}/P1").nonconformity == "nonconformity:kph-b"

    def test_a_task_is_a_remedy(self):
        stage = VISITS["reported"].copy()
        remedy = REMIND.model_copy(update={"remedy": a.Remedy.TASK, "task": "NV-2026-07"})
        with pytest.raises(Unknown):
            stage.copy().do("binh", remedy)
        stage.do("binh", TASK, remedy)
        finding = stage.need(Finding, REMINDED)
        assert (finding.decided.task, finding.owner, finding.due) == (
            "NV-2026-07",
            "person:tuan",
            days(5),
        )

    def test_and_keeps_the_inspection_open_until_the_task_is_confirmed(self):
        stage = VISITS["reported"].copy()
        remedy = REMIND.model_copy(update={"remedy": a.Remedy.TASK, "task": "NV-2026-07"})
        stage.do("binh", TASK, remedy, REMEDY, DECIDE)
        stage.do("son", FOLLOW_VISIT, SETTLE)
        stage.do("lan", REJECT)
        fill(stage)
        done = t.Complete(code="NV-2026-07", done=stage.day, evidence="Bảng trực")
        stage.do("tuan", done)
        with pytest.raises(a.FindingOpen):
            stage.copy().do("son", CLOSE_VISIT)
        stage.do("lan", t.Confirm(code="NV-2026-07"))
        stage.do("son", CLOSE_VISIT)
        assert stage.need(Inspection, VISIT).state == "closed"

    def test_what_was_not_carried_out_has_another_day(self):
        stage = VISITS["decided"].copy()
        with pytest.raises(a.NewDayMissing):
            stage.do("son", a.Settle(code=REMINDED, passed=False, result="Vẫn trống"))
        with pytest.raises(a.NewDayMissing):
            stage.do("son", SETTLE.model_copy(update={"due": days(9)}))
        stage.do("son", a.Settle(code=REMINDED, passed=False, result="Vẫn trống", due=days(9)))
        assert stage.need(Finding, REMINDED).due == days(9)


class TestClosing:
    def test_a_finding_that_needs_nothing_keeps_nothing_open(self):
        stage = VISITS["reported"].copy()
        none = a.DecideRemedy(code=REMINDED, remedy="none", measure="Đã sửa tại chỗ")
        stage.do("binh", REMEDY, none, DECIDE)
        fill(stage)
        stage.do("lan", REJECT)
        stage.do("son", CLOSE_VISIT)

    def test_the_file_has_ten_kinds_of_paper(self):
        assert len(Paper) == 10
        visit = VISITS["ordered"].need(Inspection, VISIT)
        assert set(Paper) - set(a.lacking(visit)) == {Paper.DECISION, Paper.OTHER}

    def test_minutes_and_report_go_into_it_as_they_are_written(self):
        lacking = set(a.lacking(VISITS["reported"].need(Inspection, VISIT)))
        assert not lacking & {Paper.DECISION, Paper.MINUTES, Paper.TEAM_REPORT}

    def test_each_is_there_or_it_is_said_why_not(self):
        stage = VISITS["follow_up"].copy()
        stage.do("son", SETTLE)
        stage.do("lan", REJECT)
        with pytest.raises(a.FileIncomplete) as refusal:
            stage.do("son", CLOSE_VISIT)
        assert Paper.REPORT_UPWARD.vi in refusal.value.says("vi")
        fill(stage)
        stage.do("son", CLOSE_VISIT)

    @pytest.mark.parametrize(
        "change",
        [ORDER, CARRY_OUT, REPORT_VISIT, NOTE_LESS],
    )
    def test_its_bytes_go_to_the_vault(self, change):
        brought = type(change)(
            **{**change.model_dump(exclude={"proofs"}), "proofs": {"a.pdf": b"x"}}
        )
        assert brought.vaulted()["a.pdf"].data == b"x"
