"""The golden chapter of audits and inspections: every kind of theirs happens once."""

from __future__ import annotations

from datetime import date, timedelta

import qms
from qms.registers import audits as a
from qms.registers import nonconformities as n
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Audit a unit by the year's programme, then inspect it without notice."""
    later(year, 1)
    programme = _programme(year)
    code = _planned(year, programme)
    _seen(year, code)
    _ended(year, code, programme)
    _visited(year)


def _programme(year: Year) -> str:
    day = today(year)
    with year.by("lan") as perform:
        (entry,) = perform(a.DraftProgramme(year=day.year, aim="Mọi đơn vị, mọi quy trình"))
    return str(entry.change["code"])


def _scheduled(year: Year, programme: str, reason: str = "") -> str:
    what = {"clauses": ("7.5.3",), "processes": ("QT 9",), "month": today(year).month}
    with year.by("lan") as perform:
        (entry,) = perform(a.Schedule(programme=programme, unit="VP", reason=reason, **what))
    with year.by("binh") as perform:
        perform(a.ApproveProgramme(code=programme))
    return str(entry.change["code"])


def _planned(year: Year, programme: str) -> str:
    code, day = _scheduled(year, programme), today(year) + timedelta(5)
    with year.by("lan") as perform:
        perform(a.Plan(code=code, day=day, lead="mai", aim="Văn thư, lưu trữ"))
        perform(
            a.Appoint(code=code, auditor="ha"),
            a.Excuse(code=code, auditor="ha", reason="Đi học"),
            a.Prepare(code=code),
            a.Ask(code=code, question="Sổ công văn đến có đủ không", clause="7.5.3.2"),
        )
    with year.by("binh") as perform:
        perform(a.Appoint(code=code, auditor="hung", waiver="Chỉ anh Hùng biết phần mềm"))
        perform(a.Approve(code=code))
    with year.by("lan") as perform:
        perform(
            a.Notify(code=code, day=today(year)),
            a.Postpone(code=code, day=day + timedelta(1), reason="Trùng lịch họp"),
        )
    return code


def _seen(year: Year, code: str) -> None:
    later(year, 6)
    day = today(year)
    what = {"grade": "minor", "conclusion": "Không ghi sổ công văn đến"}
    with year.by("mai") as perform:
        perform(a.Open(code=code, day=day, attendance="Đoàn, Chánh Văn phòng"))
        perform(
            a.Record(
                criterion=f"{code}/C1",
                kind_of_finding="nonconformity",
                evidence="Ba công văn không có trong sổ",
                proofs={"so.txt": "Trang sổ đã xem"},
                **what,
            ),
            a.Record(
                criterion=f"{code}/C2",
                kind_of_finding="observation",
                evidence="Kho ẩm",
                conclusion="Có nguy cơ hỏng hồ sơ",
            ),
            *(
                a.Assess(code=f"{code}/C{k}", verdict="conforming", evidence="Đã xem năm hồ sơ")
                for k in (2, 3, 4)
            ),
            a.Finish(code=code),
        )
    with year.by("hung") as perform:
        perform(a.Differ(code=f"{code}/P2", opinion="Là sự không phù hợp"))
    with year.by("mai") as perform:
        perform(
            a.Classify(
                code=f"{code}/P1", kind_of_finding="nonconformity", grade="major", reason="Nhiều"
            ),
            a.Meet(code=code, day=day, attendance="Đoàn, Chánh Văn phòng", opinion="Nhất trí"),
            a.ReportAudit(code=code, strengths="Ngăn nắp", conclusion="Phù hợp, trừ một điểm"),
        )


def _ended(year: Year, code: str, programme: str) -> None:
    with year.by("hung") as perform:
        perform(a.Answer(code=f"{code}/P2", answer="Mua máy hút ẩm"))
    nxt = _scheduled(year, programme, reason="Xem lại sổ công văn")
    spare = _scheduled(year, programme, reason="Sau sáp nhập")
    with year.by("lan") as perform:
        perform(
            a.FollowUpAudit(code=code, note="Đã có kế hoạch"),
            a.HandOn(code=f"{code}/P1", audit=nxt, reason="Cần thêm thời gian"),
            a.CloseAudit(code=code),
            a.HandOn(code=f"{code}/P1", audit=spare, reason="Cuộc trước bị hủy"),
        )
    with year.by("binh") as perform:
        perform(a.Cancel(code=nxt, reason="Gộp với cuộc sau"))
    _other_year(year)


def _other_year(year: Year) -> None:
    day = today(year)
    with year.by("lan") as perform:
        (entry,) = perform(a.DraftProgramme(year=day.year + 1, aim="Năm sau"))
    code = _scheduled(year, str(entry.change["code"]))
    with year.by("binh") as perform:
        perform(a.Cancel(code=code, reason="Đơn vị sáp nhập"))
    with year.by("lan") as perform:
        perform(a.CloseProgramme(code=entry.change["code"], report="Không tiến hành cuộc nào"))


def _visited(year: Year) -> None:
    later(year, 1)
    day = today(year)
    with year.by("binh") as perform:
        (called,) = perform(_ordered(day))
        perform(a.CallOff(code=called.change["code"], reason="Đơn vị đi công tác"))
        (entry,) = perform(_ordered(day))
    code = str(entry.change["code"])
    with year.by("mai") as perform:
        perform(a.CarryOut(code=code, day=day, minutes="Xem sổ trực", opinion="nhất trí"))
        perform(
            _note(code, "nonconformity", "minor"),
            _note(code, "observation", ""),
            a.ReportInspection(code=code, report="Hai phát hiện, đề nghị lập phiếu, nhắc nhở"),
        )
    with year.by("binh") as perform:
        perform(
            a.DecideRemedy(code=f"{code}/P1", remedy="nonconformity", measure="Lập phiếu"),
            a.DecideRemedy(
                code=f"{code}/P2",
                remedy="at_once",
                measure="Nhắc nhở",
                owner="ha",
                due=day + timedelta(5),
            ),
            a.DecideInspection(code=code, note="Khắc phục trong tháng"),
        )
    _filed(year, code, day)


def _ordered(day: date) -> a.Order:
    return a.Order(
        unit="QLVT",
        basis="Phản ánh của người dân",
        subject="Giờ giấc làm việc",
        day=day,
        decision="15/QĐ-SGTVT",
        decided=day,
        lead="mai",
        members=("hung",),
        proofs={"quyet-dinh.txt": "Quyết định kiểm tra"},
    )


def _note(code: str, kind: str, grade: str) -> a.Note:
    said = {"rule": "Nội quy, Điều 4", "evidence": "Sổ trực", "conclusion": "Không ghi sổ trực"}
    return a.Note(inspection=code, kind_of_finding=kind, grade=grade, **said)


def _filed(year: Year, code: str, day: date) -> None:
    papers = ("plan", "request", "statement", "remedy_request", "corrective_action")
    with year.by("lan") as perform:
        perform(
            a.FollowUpInspection(code=code, note="Đã nhắc nhở"),
            a.Settle(code=f"{code}/P2", passed=True, result="Sổ đã ghi đủ"),
            a.FilePaper(code=code, paper="report_upward", title="20/BC-SGTVT", day=day),
            *(a.OmitPaper(code=code, paper=paper, reason="Kiểm tra đột xuất") for paper in papers),
        )
    with qms.open(year.folder, actor="lan", **year.options) as system:
        case = system.get(n.Nonconformity, system.get(a.Finding, f"{code}/P1").nonconformity)
        system.perform(
            n.Reject(code=case.code, reason="Đã khắc phục tại chỗ"),
            a.CloseInspection(code=code),
        )
