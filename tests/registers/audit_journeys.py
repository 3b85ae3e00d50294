"""One audit and one surprise inspection at each of their states, with who says what on the way."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import audits as a
from qms.registers import nonconformities as n
from qms.registers.audits import Audit, Inspection
from tests.registers.stage import START, Stage

PROGRAMME = "CTDG-2026"
CODE = "DG-2026-01"
VISIT = "KTCV-2026-01"
CASE = "KPH-2026-001"
BEGUN = Stage()


def days(count):
    return START + timedelta(count)


DRAFT = a.DraftProgramme(year=2026, aim="Đánh giá mọi đơn vị")
SCHEDULE = a.Schedule(
    programme=PROGRAMME, unit="QLVT", clauses=("7.5.3", "8.5.1"), processes=("QT-11",), month=3
)
APPROVE_PROGRAMME = a.ApproveProgramme(code=PROGRAMME)
PLAN = a.Plan(code=CODE, day=days(60), lead="son", aim="Thực hiện QT-11")
APPOINT = a.Appoint(code=CODE, auditor="yen")
PREPARE = a.Prepare(code=CODE)
APPROVE = a.Approve(code=CODE)
NOTIFY = a.Notify(code=CODE, day=START)
OPEN = a.Open(code=CODE, day=days(60), attendance="Đoàn, trưởng phòng")
FINDING = f"{CODE}/P1"
RECORD = a.Record(
    criterion=f"{CODE}/C1",
    kind_of_finding="nonconformity",
    grade="minor",
    evidence="Hai trong năm hồ sơ thiếu phiếu hẹn",
    conclusion="Không lưu phiếu hẹn theo quy định",
)
OBSERVE = a.Record(
    criterion=f"{CODE}/C2",
    kind_of_finding="observation",
    evidence="Sổ theo dõi ghi chậm một ngày",
    conclusion="Có nguy cơ bỏ sót",
)
FINISH = a.Finish(code=CODE)
MEET = a.Meet(code=CODE, day=days(60), attendance="Đoàn, trưởng phòng", opinion="Nhất trí")
REPORT = a.ReportAudit(code=CODE, strengths="Tiếp dân tốt", conclusion="Phù hợp, trừ một điểm")
FOLLOW_UP = a.FollowUpAudit(code=CODE, note="Đã có kế hoạch")
ANSWER = a.Answer(code=f"{CODE}/P2", answer="Ghi sổ trong ngày")
REJECT = n.Reject(code=CASE, reason="Không phải sự không phù hợp")
CLOSE = a.CloseAudit(code=CODE)
CANCEL = a.Cancel(code=CODE, reason="Sáp nhập đơn vị")


def assess(stage):
    """Say of every criterion without a finding that it conforms."""
    for number in range(1, stage.need(Audit, CODE).criteria + 1):
        line = stage.need(a.Criterion, f"{CODE}/C{number}")
        if not line.nonconforming:
            stage.do("yen", a.Assess(code=line.code, verdict="conforming", evidence="HS-12"))


def audit_journey():
    """Return the department at each state of one audit."""
    stage, seen = BEGUN.copy(), {}

    def keep(state):
        assert stage.need(Audit, CODE).state == state
        seen[state] = stage.copy()

    stage.do("lan", DRAFT)
    seen["absent"] = stage.copy()
    stage.do("lan", SCHEDULE)
    keep("proposed")
    stage.do("binh", APPROVE_PROGRAMME)
    keep("scheduled")
    stage.do("lan", PLAN, APPOINT)
    keep("planned")
    cancelled = stage.copy()
    cancelled.do("binh", CANCEL)
    seen["cancelled"] = cancelled
    stage.do("son", PREPARE)
    stage.do("mai", APPROVE)
    keep("approved")
    stage.do("lan", NOTIFY)
    keep("notified")
    stage.on(days(60)).do("son", OPEN)
    stage.do("yen", RECORD, OBSERVE)
    keep("opened")
    assess(stage)
    stage.do("son", FINISH)
    keep("examined")
    stage.do("son", MEET)
    keep("met")
    stage.do("son", REPORT)
    keep("reported")
    stage.do("lan", FOLLOW_UP)
    keep("follow_up")
    stage.do("tuan", ANSWER)
    stage.do("lan", REJECT, CLOSE)
    keep("closed")
    return seen


ORDER = a.Order(
    unit="QLVT",
    basis="Phản ánh của người dân",
    subject="Giờ giấc, tiếp nhận hồ sơ",
    day=START,
    decision="12/QĐ-SGTVT",
    decided=START,
    lead="son",
    members=("yen",),
)
CARRY_OUT = a.CarryOut(code=VISIT, day=START, minutes="Kiểm tra giờ làm việc", opinion="nhất trí")
NOTE = a.Note(
    inspection=VISIT,
    kind_of_finding="nonconformity",
    grade="minor",
    rule="Nội quy, Điều 4",
    evidence="Sổ trực trống hai buổi",
    conclusion="Không ghi sổ trực",
)
NOTE_LESS = NOTE.model_copy(update={"kind_of_finding": a.FindingKind.OBSERVATION, "grade": ""})
REPORT_VISIT = a.ReportInspection(code=VISIT, report="Hai phát hiện; đề nghị lập phiếu, nhắc nhở")
REMEDY = a.DecideRemedy(code=f"{VISIT}/P1", remedy="nonconformity", measure="Lập phiếu")
REMIND = a.DecideRemedy(
    code=f"{VISIT}/P2", remedy="at_once", measure="Nhắc nhở", owner="tuan", due=days(5)
)
DECIDE = a.DecideInspection(code=VISIT, note="Khắc phục xong trong tháng")
FOLLOW_VISIT = a.FollowUpInspection(code=VISIT, note="Đã nhắc nhở")
SETTLE = a.Settle(code=f"{VISIT}/P2", passed=True, result="Sổ đã ghi đủ")
CLOSE_VISIT = a.CloseInspection(code=VISIT)
CALL_OFF = a.CallOff(code=VISIT, reason="Đơn vị nghỉ làm việc")


def fill(stage):
    """Say of every paper that the file lacks why there is none."""
    for paper in a.lacking(stage.need(Inspection, VISIT)):
        stage.do("son", a.OmitPaper(code=VISIT, paper=paper, reason="Kiểm tra đột xuất"))


def visit_journey():
    """Return the department at each state of one surprise inspection."""
    stage, seen = BEGUN.copy(), {"absent": BEGUN.copy()}

    def keep(state):
        assert stage.need(Inspection, VISIT).state == state
        seen[state] = stage.copy()

    stage.do("binh", ORDER)
    keep("ordered")
    cancelled = stage.copy()
    cancelled.do("binh", CALL_OFF)
    seen["cancelled"] = cancelled
    stage.do("son", CARRY_OUT)
    stage.do("yen", NOTE, NOTE_LESS)
    keep("carried_out")
    stage.do("son", REPORT_VISIT)
    keep("reported")
    stage.do("binh", REMEDY, REMIND, DECIDE)
    keep("decided")
    stage.do("son", FOLLOW_VISIT)
    keep("follow_up")
    stage.do("son", SETTLE)
    stage.do("lan", REJECT)
    fill(stage)
    stage.do("son", CLOSE_VISIT)
    keep("closed")
    return seen


AUDITS = audit_journey()
VISITS = visit_journey()
