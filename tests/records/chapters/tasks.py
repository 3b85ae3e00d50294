"""The golden chapter of plans, tasks and commitments: every kind of theirs happens once."""

from __future__ import annotations

from datetime import date, timedelta

from qms.registers import people as p
from qms.registers import tasks as t
from tests.records.golden import Year


def play(year: Year) -> None:
    """Give tasks, confirm, drop and carry them over; sign, report on and judge a commitment."""
    begun = (year.at + timedelta(days=1)).date()
    year.on(begun)
    until = begun + timedelta(60)
    with year.by("lan") as perform:
        perform(
            p.OpenPost(code="TP-QLVT", title="Trưởng phòng", unit="QLVT", roles_held=("drafter",)),
            p.Appoint(code="ha", post="TP-QLVT", since=begun),
            _plan("364/KH-SGTVT", begun, begun, until),
            _plan("12/KH-SGTVT", begun, begun + timedelta(61), begun + timedelta(400)),
            *(_task(f"NV-{n}", until) for n in (1, 2, 3)),
        )
    _committed(year, begun, until)
    _worked(year, begun, until)
    year.on(until)
    _judged(year)


def _plan(code: str, issued: date, since: date, until: date) -> t.IssuePlan:
    return t.IssuePlan(
        code=code,
        title="Kế hoạch cải cách hành chính",
        issued=issued,
        basis="3947/UBND-PC",
        unit="VP",
        since=since,
        until=until,
    )


def _task(code: str, due: date) -> t.Assign:
    return t.Assign(
        code=code,
        title="Rà soát thủ tục hành chính",
        result="Báo cáo kết quả rà soát",
        unit="QLVT",
        owner="TP-QLVT",
        due=due - timedelta(30),
        plan="364/KH-SGTVT",
        origin="3947/UBND-PC",
    )


def _committed(year: Year, begun: date, until: date) -> None:
    promises = (t.Promise(what="Thủ tục có phương án đơn giản hóa", aim="ít nhất 25 %"),)
    with year.by("lan") as perform:
        perform(
            t.DraftCommitment(
                code="CK-1",
                unit="QLVT",
                head="TP-QLVT",
                since=begun,
                until=until,
                targets=promises,
            ),
            t.Redraft(code="CK-1", targets=promises, tasks=("NV-1", "NV-2")),
        )
    with year.by("ha") as perform:
        perform(t.SignAsHead(code="CK-1", day=begun))
    with year.by("binh") as perform:
        perform(t.SignAsLeader(code="CK-1", day=begun))


def _worked(year: Year, begun: date, until: date) -> None:
    done = t.Complete(code="NV-1", done=begun, evidence="15/BC-QLVT", says="Rà soát xong")
    with year.by("ha") as perform:
        perform(t.Progress(code="NV-1", says="Đã rà soát sáu thủ tục"), done)
    with year.by("lan") as perform:
        perform(t.SendBack(code="NV-1", reason="Thiếu phương án"))
    with year.by("ha") as perform:
        perform(done, t.Progress(code="NV-2", says="Mới làm một phần", thin=True))
    next_plan, due = "12/KH-SGTVT", until + timedelta(90)
    with year.by("lan") as perform:
        perform(
            t.Confirm(code="NV-1"),
            t.Extend(code="NV-2", due=until, reason="Chờ ý kiến của Sở Tư pháp"),
            t.CarryOver(code="NV-2", plan=next_plan, due=due, reason="Chờ văn bản của Bộ"),
        )
    with year.by("binh") as perform:
        perform(t.Drop(code="NV-3", reason="Thủ tục đã bãi bỏ"))


def _judged(year: Year) -> None:
    with year.by("ha") as perform:
        perform(t.ReportCommitment(code="CK-1", reached=("30 %",), says="Hoàn thành"))
    with year.by("binh") as perform:
        perform(t.JudgeCommitment(code="CK-1", kept=(True,), verdict="Giữ đúng cam kết"))
