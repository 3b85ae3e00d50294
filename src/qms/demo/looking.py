"""Looking closely: two internal audits, a surprise inspection, a review of the trail, measuring."""

from __future__ import annotations

from datetime import date, timedelta
from gettext import gettext as _
from typing import Any, Final

from ..changes import Change
from ..registers import audits as a
from ..registers import nonconformities as n
from ..registers import objectives as o
from ..registers import tasks as t
from ..registers import trail_reviews as w
from ..registers.people import Person
from .cases import done
from .stage import YEAR, Year

ON_TIME: Final = {3: (1180, 1200), 6: (1248, 1275), 9: (1311, 1330), 11: (1290, 1308)}
ANSWERS: Final = {
    5: ((96, 118, 9, 2, 0), "Khảo sát kỳ 1, BM.02-QT-10"),
    10: ((121, 137, 8, 3, 0), "Khảo sát kỳ 2, BM.02-QT-10"),
}
SEEN: Final = "Đã xem năm hồ sơ chọn mẫu"


def measured(year: Year, month: int, day: int) -> None:
    """Add measured values with their sources; none is ever altered."""
    on = year.on(month, day)
    changes: list[Change[Any]] = []
    if month in ON_TIME:
        part, whole = ON_TIME[month]
        source = "Hệ thống một cửa điện tử"
        changes.append(o.Measure(code="MT-2026-02", day=on, part=part, whole=whole, source=source))
    if month in ANSWERS:
        numbers, source = ANSWERS[month]
        counts = tuple(
            o.Count(rating=rating, number=number)
            for rating, number in zip(o.Rating, numbers, strict=True)
        )
        changes.append(o.Measure(code="MT-2026-01", day=on, counts=counts, source=source))
    if month in ANSWERS:
        changes.append(year.kept(f"Phiếu và kết quả khảo sát tháng {month}", "QT-10"))
    year.do("hung", *changes)


def audit_office(year: Year) -> None:
    """Audit the office: plan, team, checklist, observation, report."""
    year.on(6, 1)
    year.heading(_("The first audit: the office, clauses 4 to 7, 9 and 10"))
    code = _audit(year, "VP")
    day = date(YEAR, 6, 9)
    aim = "Sự phù hợp của hệ thống tại đơn vị điều phối"
    year.refuse("lan", a.Plan(code=code, day=day, lead="lan", aim=aim))
    _prepared(year, code, day, "trang", aim)
    year.on(6, 9)
    _opened(year, code)
    lines = year.by("son").find(a.Criterion, audit=code)
    filed = next(one.code for one in lines if one.clause == "7.5.3.2")
    year.do(
        "son",
        a.Record(
            criterion=filed,
            kind_of_finding="observation",
            evidence="Hai bản giấy chưa đóng dấu kiểm soát",
            conclusion="Có nguy cơ dùng nhầm bản cũ",
        ),
        *(a.Assess(code=one.code, verdict="conforming", evidence=SEEN) for one in lines),
        a.Finish(code=code),
    )
    _reported(year, code, "Theo dõi sửa đổi đầy đủ", "Phù hợp, có hiệu lực")
    year.do("hung", a.Answer(code=f"{code}/P1", answer="Đóng dấu, rà lại bản giấy trong tháng 6"))
    year.do("lan", a.CloseAudit(code=code), year.kept(f"Hồ sơ đánh giá {code}", "QT-03"))
    says = _("{n} criteria assessed, one observation answered, closed")
    year.voice.done(says.format(n=len(lines)))


def audit_division(year: Year) -> None:
    """Audit a division: two findings are nonconformities, and bring their reports along."""
    year.on(8, 27)
    year.heading(_("The second audit: a division, clause 8"))
    code = _audit(year, "QLVT")
    aim = "Cấp giấy phép đúng quy trình đã công bố"
    _prepared(year, code, date(YEAR, 9, 8), "dung", aim)
    year.on(9, 8)
    _opened(year, code)
    lines = year.by("son").find(a.Criterion, audit=code)
    _examined(year, lines)
    year.do("tuan", a.Differ(code=f"{code}/P2", opinion="Số hồ sơ có trên phần mềm"))
    _reported(year, code, "Trả kết quả đúng hạn", "Phù hợp, trừ hai điểm")
    year.refuse("lan", a.CloseAudit(code=code))
    _planned(year, code)
    says = _("{n} criteria, two nonconformities with a case each, one dissent kept")
    year.voice.done(says.format(n=len(lines)))


def _examined(year: Year, lines: list[a.Criterion]) -> None:
    """Assess every criterion; two are not met, and a finding says so of each."""
    by_clause = {one.clause or one.document: one.code for one in lines}
    year.refuse(
        "son",
        a.Assess(code=by_clause["8.5.1"], verdict="nonconforming", evidence="Thiếu phiếu"),
    )
    found = {"kind_of_finding": "nonconformity", "grade": "minor"}
    first = a.Record(
        criterion=by_clause["8.5.1"],
        evidence="Ba trên mười hồ sơ thiếu phiếu kiểm soát quá trình",
        conclusion="Không lập phiếu kiểm soát quá trình",
        **found,
    )
    second = a.Record(
        criterion=by_clause["8.5.2"],
        evidence="Hai kết quả không ghi số hồ sơ",
        conclusion="Không truy được hồ sơ từ kết quả",
        **found,
    )
    bad = (first.criterion, second.criterion)
    rest = (one.code for one in lines if one.code not in bad)
    year.do(
        "son",
        first,
        second,
        *(a.Assess(code=own, verdict="conforming", evidence=SEEN) for own in rest),
        a.Finish(code=year.by("son").get(a.Audit, lines[0].audit).code),
    )


def _audit(year: Year, unit: str) -> str:
    return year.by("lan").find(a.Audit, unit=unit)[0].code


def _prepared(year: Year, code: str, day: date, member: str, aim: str) -> None:
    year.do(
        "lan",
        a.Plan(code=code, day=day, lead="son", aim=aim, until=day + timedelta(1)),
        a.Appoint(code=code, auditor=member),
        a.Prepare(code=code),
        a.Ask(code=code, question="Nhiệm vụ của kế hoạch 364 được giao thế nào", clause="6.2.2")
        if member == "trang"
        else a.Ask(code=code, question="Phiếu hẹn có đúng mẫu đang hiệu lực", document="QT-12"),
    )
    year.do("mai", a.Approve(code=code))
    year.do("lan", a.Notify(code=code, day=year.today))


def _opened(year: Year, code: str) -> None:
    year.do("son", a.Open(code=code, day=year.today, attendance="Đoàn, trưởng đơn vị"))


def _reported(year: Year, code: str, strengths: str, conclusion: str) -> None:
    year.do(
        "son",
        a.Meet(code=code, day=year.today, attendance="Đoàn, trưởng đơn vị", opinion="Nhất trí"),
        a.ReportAudit(code=code, strengths=strengths, conclusion=conclusion),
    )


def _planned(year: Year, code: str) -> None:
    """Take both cases on and plan what removes their causes."""
    for number in (1, 2):
        finding = year.by("lan").get(a.Finding, f"{code}/P{number}")
        case = year.by("lan").get(n.Nonconformity, finding.nonconformity).code
        year.do("lan", n.Accept(code=case, grade="minor", owner="tuan"))
        fixed = {"what": "Lập bổ sung", "result": "Đủ", "day": year.today}
        year.do("long", n.Correct(code=case, **fixed))
        year.do("lan", n.Decide(code=case, needed=True, reason="Phát hiện đánh giá"))
        said = {"similar": "không, đã xem 30 hồ sơ", "risks": "không, mức thấp"}
        cause = "Mẫu phiếu không nằm trên phần mềm"
        year.do(
            "tuan",
            n.FindCause(code=case, cause=cause, kind_of_cause=n.Cause.METHOD, **said),
            n.PlanAction(
                code=case, what="Đưa phiếu lên phần mềm", owner="long", due=date(YEAR, 10, 15)
            ),
        )
        year.do("binh", n.ApprovePlan(code=case, effect_due=date(YEAR, 11, 16)))


def audit_followed(year: Year) -> None:
    """Carry out the actions that the audit led to."""
    for own in _cases(year, n.Source.AUDIT):
        done(year, 10, 14, own, "long", "Phiếu điện tử đã chạy")


def audit_closed(year: Year) -> None:
    """Judge the effect, close the cases, and then the audit and the programme."""
    year.on(11, 16)
    year.heading(_("The second audit is closed when its cases are"))
    for case in _cases(year, n.Source.AUDIT):
        seen = "Mười hồ sơ đủ phiếu"
        year.do("son", n.JudgeEffect(code=case, effective=True, evidence=seen))
        year.do("lan", n.Close(code=case, concession=False, waiver="Quy trình đúng, thiếu công cụ"))
    year.do("lan", a.CloseAudit(code=_audit(year, "QLVT")))
    report = "Hai cuộc, hai sự không phù hợp nhẹ đã đóng; hệ thống có hiệu lực"
    year.do("lan", a.CloseProgramme(code=f"CTDG-{YEAR}", report=report))
    year.voice.done(_("The programme of the year is closed"))


def _cases(year: Year, source: n.Source) -> list[str]:
    return [one.code for one in year.by("lan").find(n.Nonconformity, source=source)]


def inspection(year: Year) -> None:
    """Inspect a division without notice; the leader decides on every finding."""
    day = year.on(5, 20)
    year.heading(_("A surprise inspection (kiểm tra công vụ đột xuất)"))
    order = a.Order(
        unit="QLGT",
        basis="QT-08; phản ánh tháng 5",
        subject="Giờ giấc, giao tiếp, thực hiện quy trình",
        day=day,
        decision="97/QĐ-SGTVT",
        decided=day,
        lead="son",
        members=("dung",),
    )
    year.refuse("binh", order.model_copy(update={"members": ("yen",)}))
    (code,) = year.do("binh", order)
    year.do(
        "son",
        a.CarryOut(code=code, day=day, minutes="Xem sổ trực, mười hồ sơ", opinion="Nhất trí"),
        _note(code, "nonconformity", "Sổ trực bỏ trống hai buổi", "minor"),
        _note(code, "observation", "Chưa có người thay khi vắng"),
        _note(code, "observation", "Bảng tên không đúng vị trí"),
    )
    year.on(5, 21)
    year.do("son", a.ReportInspection(code=code, report="Ba phát hiện; đề nghị khắc phục"))
    _remedied(year, code)
    year.refuse("son", a.CloseInspection(code=code))
    year.voice.done(_("Reported within a day; each finding has its remedy"))


def _note(code: str, kind: str, says: str, grade: str = "") -> a.Note:
    rule = "Nội quy cơ quan, Điều 4"
    seen = {"evidence": "Sổ trực, quan sát tại phòng", "conclusion": says}
    return a.Note(inspection=code, kind_of_finding=kind, grade=grade, rule=rule, **seen)


def _remedied(year: Year, code: str) -> None:
    """Decide: a nonconformity, a task, a reminder at once."""
    due = date(YEAR, 6, 19)
    (task,) = year.do(
        "binh",
        t.Assign(
            title="Phân công người thay khi vắng",
            result="Bảng phân công",
            unit="QLGT",
            owner="TP-QLGT",
            due=due,
            origin=f"{code}/P2",
        ),
    )
    owed = {"owner": "ha", "due": due}
    year.do(
        "binh",
        a.DecideRemedy(code=f"{code}/P1", remedy="nonconformity", measure="Lập phiếu"),
        a.DecideRemedy(
            code=f"{code}/P2", remedy="task", measure="Phân công lại", task=task, **owed
        ),
        a.DecideRemedy(code=f"{code}/P3", remedy="at_once", measure="Nhắc nhở", **owed),
        a.DecideInspection(code=code, note="Khắc phục trong tháng 6"),
    )


def inspection_followed(year: Year) -> None:
    """See that the remedies were carried out, complete the file, close it."""
    on = year.on(6, 18)
    year.heading(_("The inspection is followed up, its file completed and closed"))
    system = year.by("lan")
    code = system.find(a.Inspection)[0].code
    case = _cases(year, n.Source.INSPECTION)[0]
    task = system.find(t.Task, origin=f"{code}/P2")[0].code
    year.do("lan", n.Accept(code=case, grade="minor", owner="ha"))
    year.do("yen", n.Correct(code=case, what="Ghi bổ sung sổ trực", result="Đủ", day=on))
    year.do("lan", n.Decide(code=case, needed=False, reason="Lỗi đơn lẻ, đã nhắc nhở"))
    year.do("lan", n.Close(code=case, concession=False, waiver="Nội quy không sai"))
    year.do("ha", t.Complete(code=task, done=on, evidence="Bảng phân công 18/6"))
    year.do("lan", t.Confirm(code=task))
    year.do(
        "son",
        a.FollowUpInspection(code=code, note="Đã khắc phục cả ba điểm"),
        *(a.Settle(code=f"{code}/P{k}", passed=True, result="Đạt") for k in (2, 3)),
        a.FilePaper(code=code, paper="report_upward", title="58/BC-SGTVT", day=on),
    )
    year.refuse("son", a.CloseInspection(code=code))
    without = ("plan", "request", "statement", "remedy_request", "corrective_action")
    year.do(
        "son",
        *(a.OmitPaper(code=code, paper=paper, reason="Kiểm tra đột xuất") for paper in without),
        a.CloseInspection(code=code),
        year.kept(f"Hồ sơ kiểm tra {code}", "QT-08"),
    )
    year.voice.done(_("All ten kinds of paper are there, or it is said why not"))


def trail_reviewed(year: Year) -> None:
    """Somebody who made none of them looks through the entries of January to March."""
    year.on(11, 4)
    year.heading(_("The trail itself is reviewed"))
    system = year.by("son")
    events = list(system.trail.entries(since=date(YEAR, 1, 26), until=date(YEAR, 3, 3)))
    first, last = events[0].index, events[-1].index
    ids = dict.fromkeys(event.actor.id for event in events)
    people = tuple(system.get(Person, one).code for one in ids)
    root = system.trail.root(last + 1).hex()
    asked = {"first": first, "last": last, "root": root, "actors": people}
    year.refuse("lan", w.BeginTrailReview(due=date(YEAR, 11, 20), **asked))
    (code,) = year.do("son", w.BeginTrailReview(due=date(YEAR, 11, 20), **asked))
    year.do("son", w.ConcludeTrailReview(code=code, conclusion="Không có mục bất thường"))
    says = _("Entries {first} to {last}, by {n} people, looked through")
    year.voice.done(says.format(first=first, last=last, n=len(people)))
