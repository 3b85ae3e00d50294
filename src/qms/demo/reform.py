"""The reform: plans 364 and 842, the directive of 13/9, commitments, simplification, the index."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from typing import Final

from ..registers import external as x
from ..registers import improvements as i
from ..registers import reform_index as f
from ..registers import tasks as t
from .stage import YEAR, Year

PLAN, LONG_PLAN, DIRECTIVE = "364/KH-SGTVT", "842/KH-SGTVT", "3947/UBND-PC"
LAST_YEAR, NEXT_YEAR = "15/KH-SGTVT", "402/KH-SGTVT"

HEADS: Final = {
    "VP": ("CVP", "hung"),
    "TT": ("CTT", "son"),
    "QLVT": ("TP-QLVT", "tuan"),
    "QLGT": ("TP-QLGT", "ha"),
    "KHTC": ("TP-KHTC", "thu"),
}
"""Of each unit that commits itself: the post of its head, and who holds it."""

PROMISES: Final = {
    "VP": (("Chỉ số cải cách hành chính", "≥ 80 điểm"), ("Phiếu hài lòng", "≥ 95 %")),
    "TT": (("Kiểm tra công vụ đột xuất, báo cáo trong hai ngày", "≥ 1 cuộc"),),
    "QLVT": (("Thủ tục có phương án đơn giản hóa", "≥ 25 %"), ("Hồ sơ đúng hạn", "≥ 98 %")),
    "QLGT": (("Thủ tục có phương án đơn giản hóa", "≥ 25 %"), ("Hồ sơ đúng hạn", "≥ 98 %")),
    "KHTC": (("Kinh phí máy quét cho Một cửa", "trong quý III"),),
}

KEPT: Final = {
    "VP": (("81,50 điểm", "95,9 %"), (True, True)),
    "TT": (("Một cuộc, báo cáo sau một ngày",), (True,)),
    "QLVT": (("38,4 %", "98,4 %"), (True, True)),
    "QLGT": (("28,5 %", "97,1 %"), (True, False)),
    "KHTC": (("Máy đã lắp tháng 11",), (False,)),
}

LEFT_OVER: Final = (
    ("Cập nhật niêm yết thủ tục tại trụ sở", "Bảng niêm yết đúng", "VP", "CVP", (6, 30)),
    ("Số hóa kết quả giấy phép đã cấp", "Kho dữ liệu kết quả", "QLGT", "TP-QLGT", (10, 30)),
)

TASKS: Final = (
    ("Rà soát bộ quy trình theo TCVN ISO 9001", "Kết quả rà soát", "VP", "CVP", (8, 28)),
    ("Kế hoạch kiểm soát thủ tục hành chính", "Kế hoạch đã ký", "VP", "CVP", (5, 15)),
    ("Khảo sát hài lòng kỳ 1", "Báo cáo khảo sát", "VP", "CVP", (5, 29)),
    ("Rà soát 13 thủ tục, đề xuất phương án", "Phương án trình ký", "QLVT", "TP-QLVT", (7, 31)),
    ("Đưa đổi giấy phép lái xe lên toàn trình", "Thủ tục toàn trình", "QLVT", "TP-QLVT", (9, 30)),
    ("Rà soát 7 thủ tục, đề xuất phương án", "Phương án trình ký", "QLGT", "TP-QLGT", (7, 31)),
    ("Kiểm tra công vụ đột xuất", "Báo cáo kết quả", "TT", "CTT", (6, 30)),
    ("Kinh phí máy quét cho Một cửa", "Máy đã lắp", "KHTC", "TP-KHTC", (9, 30)),
    ("Hướng dẫn nộp hồ sơ trực tuyến tại quầy", "Tỷ lệ trực tuyến", "MC", "CB-MC", (8, 31)),
)

LONG_TASKS: Final = (
    ("Đề án số hóa hồ sơ giai đoạn 2026–2030", "Đề án được duyệt", "VP", "CVP", (2026, 12, 15)),
    ("Liên thông dữ liệu giấy phép với Bộ", "Liên thông", "QLVT", "TP-QLVT", (2028, 6, 30)),
    ("Bản đồ số cấp phép đường bộ", "Bản đồ vận hành", "QLGT", "TP-QLGT", (2027, 12, 31)),
)

DIRECTED: Final = (
    ("Rà soát việc chưa làm trong các kế hoạch", "Danh sách, tiến độ", "VP", "CVP", (10, 15)),
    ("Tăng cường kiểm tra công vụ đột xuất", "Báo cáo kết quả", "TT", "CTT", (12, 15)),
    ("Bảo đảm ít nhất 25 % thủ tục có phương án", "Tỷ lệ", "QLVT", "TP-QLVT", (11, 30)),
    ("Bảo đảm ít nhất 25 % thủ tục có phương án", "Tỷ lệ", "QLGT", "TP-QLGT", (11, 30)),
    ("Đẩy mạnh ứng dụng công nghệ thông tin", "Tỷ lệ trực tuyến", "MC", "CB-MC", (12, 10)),
)

CRITERIA: Final = (
    ("1", "Công tác chỉ đạo điều hành", "Kế hoạch, báo cáo, kiểm tra", 850, "VP", 850, 800),
    ("2.1", "Cải cách thủ tục hành chính", "Rà soát, đơn giản hóa", 700, "VP", 700, 700),
    ("2.2", "Cải cách thủ tục hành chính", "Công khai, kiểm soát", 500, "VP", 500, 450),
    ("2.3", "Cải cách thủ tục hành chính", "Hồ sơ đúng hạn", 1300, "QLVT", 1200, 1150),
    ("3", "Tổ chức bộ máy", "Phân cấp, sắp xếp", 1000, "VP", 900, 900),
    ("4", "Cải cách công vụ", "Kỷ luật, kỷ cương", 1250, "TT", 1100, 1050),
    ("5", "Cải cách tài chính công", "Quản lý, sử dụng kinh phí", 1000, "KHTC", 900, 800),
    ("6.1", "Chính quyền số", "Dịch vụ công toàn trình", 1000, "MC", 750, 700),
    ("6.2", "Chính quyền số", "Hồ sơ số hóa", 900, "QLGT", 550, 500),
    ("7", "Tác động của cải cách", "Mức độ hài lòng", 1500, "VP", 1150, 1100),
)
"""Number, field, criterion, most, unit, own score, appraised score; hundredths of a point."""


def idea(year: Year) -> None:
    """A program proposes an idea, people try it."""
    day = year.on(3, 10)
    facts = {"title": "Hẹn giờ nộp hồ sơ qua mạng", "unit": "MC"}
    more = {"idea": "Người dân chọn giờ đến quầy", "expected": "Chờ dưới mười phút"}
    (code,) = year.do("motcua", i.Propose(**facts, **more))
    year.refuse("motcua", i.Try(code=code, owner="CB-MC", due=day))
    year.do("lan", i.Try(code=code, owner="CB-MC", due=date(YEAR, 6, 30)))


def commitments(year: Year) -> None:
    """At the briefing of March each head signs with the director."""
    day = year.on(3, 27)
    year.heading(_("Commitments are signed at the briefing of March"))
    year.refuse(
        "lan",
        t.DraftCommitment(unit="VP", head="CVP", since=day, until=date(YEAR, 12, 31), targets=()),
    )
    codes = year.do(
        "lan",
        *(
            t.DraftCommitment(
                unit=unit,
                head=post,
                since=day,
                until=date(YEAR, 12, 31),
                targets=tuple(t.Promise(what=what, aim=aim) for what, aim in PROMISES[unit]),
            )
            for unit, (post, _who) in HEADS.items()
        ),
    )
    year.refuse("hung", t.SignAsHead(code=codes[1], day=day))
    for code, (_post, who) in zip(codes, HEADS.values(), strict=True):
        year.do(who, t.SignAsHead(code=code, day=day))
    year.do("binh", *(t.SignAsLeader(code=code, day=day) for code in codes))
    says = _("{n} commitments signed on both sides, to be judged at the end of the year")
    year.voice.done(says.format(n=len(codes)))


def plan(year: Year) -> None:
    """Enter plan 364 with its tasks; what last year left over comes along."""
    day = year.on(4, 6)
    year.heading(_("Plan 364/KH-SGTVT of 06/4: a task for each unit"))
    year.do(
        "lan",
        _plan(LAST_YEAR, date(YEAR - 1, 3, 12), YEAR - 1, YEAR - 1),
        *(
            _task(f"NV-{YEAR - 1}-{n:03}", row, LAST_YEAR, date(YEAR - 1, 11, 28))
            for n, row in enumerate(LEFT_OVER, 1)
        ),
        _plan(PLAN, day, YEAR, YEAR),
        *(
            t.CarryOver(
                code=f"NV-{YEAR - 1}-{n:03}",
                plan=PLAN,
                due=date(YEAR, *row[4]),
                reason="Chưa xong năm trước",
            )
            for n, row in enumerate(LEFT_OVER, 1)
        ),
        *(_task("", row, PLAN, date(YEAR, *row[4])) for row in TASKS),
    )
    says = _("{n} tasks given, {left} carried over from last year, in one operation")
    year.voice.done(says.format(n=len(TASKS), left=len(LEFT_OVER)))


def _plan(code: str, issued: date, first: int, last: int) -> t.IssuePlan:
    return t.IssuePlan(
        code=code,
        title="Kế hoạch cải cách hành chính",
        issued=issued,
        unit="VP",
        since=date(first, 1, 1),
        until=date(last, 12, 31),
    )


def _task(
    code: str, row: tuple[str, str, str, str, tuple[int, ...]], plan: str, due: date
) -> t.Assign:
    title, result, unit, owner, _day = row
    return t.Assign(
        code=code, title=title, result=result, unit=unit, owner=owner, due=due, plan=plan
    )


def half_year(year: Year) -> None:
    """Report on the tasks at the middle of the year: done, thin, late."""
    year.on(6, 30)
    year.heading(_("Half-time: what is done, what is thin, what is late"))
    codes = _codes(year)
    year.do(
        "hung",
        t.Complete(code=codes[1], done=date(YEAR, 5, 12), evidence="48/KH-SGTVT"),
        t.Complete(code=codes[2], done=date(YEAR, 6, 4), evidence="61/BC-SGTVT"),
        t.Progress(code=codes[0], says="Đã rà soát tám quy trình"),
        t.Progress(code=f"NV-{YEAR - 1}-001/{YEAR}", says="Mới niêm yết một nửa", thin=True),
    )
    year.do("son", t.Complete(code=codes[6], done=date(YEAR, 5, 21), evidence="KTCV-2026-01"))
    year.do("lan", *(t.Confirm(code=codes[n]) for n in (1, 2, 6)))
    year.do("tuan", t.Progress(code=codes[3], says="Đã rà soát chín thủ tục"))
    tried = {"result": "Chờ trung bình tám phút", "evidence": "Số liệu xếp hàng tháng 6"}
    year.do("quang", i.ReportResult(code="CT-2026-001", **tried))
    year.show("tasks-by-unit")


def _codes(year: Year) -> list[str]:
    """Return the codes of the tasks of plan 364, in the order in which they were given."""
    found = year.by("lan").find(t.Task, plan=PLAN)
    return [task.code for task in found if not task.carried_from]


def long_plan(year: Year) -> None:
    """Confirm the reviews of services, enter the plan up to 2030 and its tasks."""
    day = year.on(7, 20)
    year.heading(_("Plan 842/KH-SGTVT of 18/7: tasks up to 2030"))
    codes = _codes(year)
    year.do("tuan", t.Complete(code=codes[3], done=day, evidence="57/TTr-SGTVT"))
    year.do("ha", t.Complete(code=codes[5], done=day, evidence="57/TTr-SGTVT"))
    issued = date(YEAR, 7, 18)
    year.do(
        "lan",
        t.Confirm(code=codes[3]),
        t.Confirm(code=codes[5]),
        t.IssuePlan(
            code=LONG_PLAN,
            title="Kế hoạch thực hiện Đề án cải cách hành chính 2026–2030",
            issued=issued,
            unit="VP",
            since=issued,
            until=date(2030, 12, 31),
        ),
        *(_task("", row, LONG_PLAN, date(*row[4])) for row in LONG_TASKS),
    )
    year.do("binh", i.Recognise(code="CT-2026-001", decision="140/QĐ-SGTVT"))
    says = _("{n} tasks given, two of plan 364 confirmed")
    year.voice.done(says.format(n=len(LONG_TASKS)))


def directive(year: Year) -> None:
    """Enter the directive of the province and give each unit what it asks."""
    year.on(9, 14)
    year.heading(_("The directive of 13/9: who has not begun, who is late"))
    signed = date(YEAR, 9, 13)
    facts = {"type": "Công văn", "issuer": "UBND tỉnh", "signed": signed, "since": signed}
    title = "Tăng cường cải cách hành chính, kiểm soát thủ tục hành chính, công nghệ thông tin"
    links = ("QT-07", "QT-08", "QT-09")
    year.do(
        "lan",
        x.Enter(number=DIRECTIVE, title=title, documents=links, **facts),
        *(
            _task("", row, PLAN, date(YEAR, *row[4])).model_copy(update={"origin": DIRECTIVE})
            for row in DIRECTED
        ),
    )
    opened = year.do("lan", *year.by("lan").reviews_to_open())
    says = _("{n} tasks given, {m} procedures to be reviewed for it")
    year.voice.done(says.format(n=len(DIRECTED), m=len(opened)))
    year.show("tasks-by-unit")
    year.show("dashboard")


def catch_up(year: Year) -> None:
    """After the directive: what was late is done, one task is extended with its reason."""
    day = year.on(10, 16)
    year.heading(_("After the directive: what was late is done or explained"))
    codes = _codes(year)
    done = {"done": day, "evidence": "112/BC-SGTVT"}
    year.do("hung", *(t.Complete(code=codes[n], **done) for n in (0, 9)))
    year.do("hung", t.Complete(code=f"NV-{YEAR - 1}-001/{YEAR}", **done))
    year.do("quang", t.Complete(code=codes[8], **done))
    year.do("tuan", t.Progress(code=codes[4], says="Chờ tỉnh cấu hình"))
    year.do("thu", t.Progress(code=codes[7], says="Đang đấu thầu"))
    year.do("lan", t.SendBack(code=codes[8], reason="Chưa có số liệu theo thủ tục"))
    year.do("quang", t.Complete(code=codes[8], says="Bổ sung số liệu", **done))
    year.do(
        "lan",
        *(t.Confirm(code=codes[n]) for n in (0, 8, 9)),
        t.Confirm(code=f"NV-{YEAR - 1}-001/{YEAR}"),
        t.Extend(code=codes[7], due=date(YEAR, 11, 30), reason="Kết quả đấu thầu chậm"),
    )
    year.voice.done(_("Four confirmed, one sent back and then done, one extended"))


def index_scored(year: Year) -> None:
    """Each unit scores its criteria, with evidence."""
    year.on(10, 30)
    year.heading(_("The reform index: the own scores"))
    criteria = tuple(
        f.Criterion(number=number, field=field, title=title, most=most, unit=unit)
        for number, field, title, most, unit, _own, _given in CRITERIA
    )
    title = "Bộ tiêu chí chỉ số cải cách hành chính cấp sở"
    (code,) = year.do(
        "lan", f.Open(year=str(YEAR), title=title, criteria=criteria, due=date(YEAR, 11, 10))
    )
    heads = {**HEADS, "MC": ("CVP", "hung")}
    for number, _field, _title, _most, unit, own, _given in CRITERIA:
        evidence = f"Hồ sơ kiểm chứng tiêu chí {number}"
        year.do(heads[unit][1], f.Rate(index=code, number=number, own=own, evidence=evidence))
    year.do("lan", f.Submit(code=code))
    year.voice.done(_("{n} criteria scored and submitted").format(n=len(CRITERIA)))


def index_appraised(year: Year) -> None:
    """Enter what the appraisers gave; see where points were lost."""
    year.on(12, 8)
    year.heading(_("The reform index: appraised, and where points were lost"))
    code = f"CCHC-{YEAR}"
    remarks = {"6.2": "Kho dữ liệu chưa đủ", "7": "Tỷ lệ phiếu thấp ở một thủ tục"}
    year.do(
        "lan",
        *(
            f.Appraise(code=f"{code}/{number}", appraised=given, remark=remarks.get(number, ""))
            for number, *_rest, given in CRITERIA
        ),
        f.Announce(code=code, decision="2301/QĐ-UBND"),
    )
    year.show("index")
    year.show("gaps")


def judged(year: Year) -> None:
    """At the end each head reports, the director judges; what is left goes into next year."""
    year.on(12, 28)
    year.heading(_("The commitments are reported on, judged, and the year is handed on"))
    codes = [one.code for one in year.by("lan").find(t.Commitment)]
    tasks = _codes(year)
    year.do("tuan", t.Complete(code=tasks[11], done=year.today, evidence="RS-2026-01"))
    year.do("ha", t.Complete(code=tasks[12], done=year.today, evidence="RS-2026-01"))
    year.do("son", t.Complete(code=tasks[10], done=year.today, evidence="20/BC-TTr"))
    year.do("thu", t.Complete(code=tasks[7], done=date(YEAR, 11, 24), evidence="Biên bản lắp đặt"))
    for code, unit in zip(codes, HEADS, strict=True):
        reached, _verdicts = KEPT[unit]
        year.do(HEADS[unit][1], t.ReportCommitment(code=code, reached=reached))
    year.refuse("binh", t.JudgeCommitment(code=codes[0], kept=(True, True), verdict="Đạt"))
    year.on(12, 31)
    year.do("lan", *(t.Confirm(code=tasks[n]) for n in (7, 10, 11, 12)))
    year.do(
        "binh",
        *(
            t.JudgeCommitment(
                code=code,
                kept=KEPT[unit][1],
                verdict="Đạt" if all(KEPT[unit][1]) else "Chưa giữ hết cam kết",
            )
            for code, unit in zip(codes, HEADS, strict=True)
        ),
    )
    year.show("kept")
    _handed_on(year)


def _handed_on(year: Year) -> None:
    left = t.unfinished(year.by("lan").find(t.Task, plan=PLAN))
    due = date(YEAR + 1, 3, 31)
    year.do(
        "lan",
        _plan(NEXT_YEAR, date(YEAR, 12, 30), YEAR + 1, YEAR + 1),
        *(
            t.CarryOver(code=one.code, plan=NEXT_YEAR, due=due, reason="Chưa xong trong năm")
            for one in left
        ),
    )
    codes = ", ".join(one.code for one in left)
    says = _("{n} unfinished tasks carried over into {plan}: {codes}")
    year.voice.done(says.format(n=len(left), plan=NEXT_YEAR, codes=codes))
