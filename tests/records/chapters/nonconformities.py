"""The golden chapter of nonconformities: every kind of theirs happens once."""

from __future__ import annotations

from datetime import date, timedelta

from qms.registers import nonconformities as n
from tests.records.golden import Year


def play(year: Year) -> None:
    """Report, correct, act, judge and close; answer inspectors; open again."""
    _rejected(year)
    _grave(year)
    _outside(year)


def today(year: Year) -> date:
    """Return the day of the next operation."""
    return (year.at + timedelta(hours=8)).date()


def later(year: Year, days: int) -> None:
    """Set the clock to the morning so many days on."""
    year.on(today(year) + timedelta(days))


def _rejected(year: Year) -> None:
    later(year, 1)
    late = {"source": "late_dossier", "origin": "HS-0007", "service": "1.000703"}
    with year.by("motcua") as perform:
        (entry,) = perform(n.Report(unit="QLVT", found="Trả chậm", day=today(year), **late))
    with year.by("lan") as perform:
        perform(n.Reject(code=entry.change["code"], reason="Tạm dừng chờ bổ sung, đúng hạn"))


def _grave(year: Year) -> None:
    later(year, 1)
    seen = today(year)
    facts = {"source": "complaint", "clause": "8.5.1", "document": "QT-VP-02", "outputs": ("HS-1",)}
    proofs = {"don.txt": "Đơn phản ánh"}
    with year.by("ha") as perform:
        (entry,) = perform(
            n.Report(
                unit="QLVT",
                found="Cấp sai ngày hết hạn",
                day=seen,
                complainant="Nguyễn Văn Dân",
                proofs=proofs,
                **facts,
            )
        )
    code = entry.change["code"]
    _contained(year, code, seen)
    _acted(year, code, seen)
    _judged(year, code, seen)


def _contained(year: Year, code: str, seen: date) -> None:
    with year.by("lan") as perform:
        perform(
            n.Accept(code=code, grade="minor", owner="ha"),
            n.Entrust(code=code, owner="hung", reason="Chị Hà đi học"),
        )
    with year.by("binh") as perform:
        perform(
            n.Regrade(code=code, grade="major", reason="Gây thiệt hại cho người dân"),
            n.DecideStop(
                code=code,
                stop=True,
                reason="Chờ rà soát",
                recall=True,
                scope="Giấy đã cấp",
            ),
            n.Concede(code=code, scope="Dùng đến khi đổi giấy", basis="Luật, Điều 1"),
        )
    with year.by("hung") as perform:
        perform(
            n.RecallOutputs(code=code, what="Thu hồi, cấp lại", outputs=("HS-1", "HS-2"), day=seen),
            n.Correct(code=code, what="Cấp lại giấy, xin lỗi", result="Đúng", day=seen),
        )


def _acted(year: Year, code: str, seen: date) -> None:
    with year.by("lan") as perform:
        perform(
            n.Decide(code=code, needed=True, reason="Mức nặng"),
            n.Extend(code=code, due=seen + timedelta(20), reason="Chờ số liệu"),
        )
    cause = {"similar": "không, đã xem sổ cả quý", "risks": "không, đã có trong sổ rủi ro"}
    with year.by("hung") as perform:
        perform(
            n.FindCause(code=code, cause="Mẫu nhập sai", kind_of_cause="equipment", **cause),
            *(
                n.PlanAction(code=code, what=what, owner="ha", due=seen + timedelta(10))
                for what in ("Sửa mẫu nhập", "Tập huấn")
            ),
        )
    with year.by("binh") as perform:
        perform(n.ApprovePlan(code=code, effect_due=seen + timedelta(40)))
    with year.by("lan") as perform:
        perform(
            n.Defer(code=f"{code}/1", due=seen + timedelta(15), reason="Chờ phần mềm"),
            n.Reassign(code=f"{code}/1", owner="hung", reason="Chị Hà đi học"),
        )
    with year.by("binh") as perform:
        perform(n.Drop(code=f"{code}/2", reason="Trùng kế hoạch đào tạo"))
    done = n.Complete(
        code=f"{code}/1", done=seen, evidence="Mẫu mới", proofs={"mau.txt": "Mẫu nhập mới"}
    )
    with year.by("hung") as perform:
        perform(n.Start(code=f"{code}/1"), done)
    with year.by("lan") as perform:
        perform(n.SendBack(code=f"{code}/1", reason="Thiếu ảnh chụp"))
    with year.by("hung") as perform:
        perform(done)
    with year.by("mai") as perform:
        perform(n.Verify(code=f"{code}/1", note="Đã xem mẫu"))


def _judged(year: Year, code: str, seen: date) -> None:
    year.on(seen + timedelta(40))
    with year.by("mai") as perform:
        perform(n.JudgeEffect(code=code, effective=True, evidence="Một tháng không sai"))
    with year.by("lan") as perform:
        perform(n.Close(code=code, concession=True, waiver="Quy trình không sai"))
        perform(n.Reopen(code=code, reason="Phát hiện thêm một giấy sai"))


def _outside(year: Year) -> None:
    later(year, 1)
    seen = today(year)
    found = {"source": "external_audit", "origin": "05/BB-KHCN", "minutes": seen}
    with year.by("lan") as perform:
        (entry,) = perform(n.Report(unit="VP", found="Chưa công bố lại", day=seen, **found))
        code = entry.change["code"]
        perform(
            n.Accept(code=code, grade="minor", owner="hung"),
            n.Correct(code=code, what="Công bố lại", result="Đã đăng", day=seen),
            n.Decide(code=code, needed=True, reason="Bên ngoài phát hiện"),
            n.FindCause(
                code=code,
                cause="Không ai theo dõi",
                kind_of_cause="method",
                similar="không, đã xem mọi lĩnh vực",
                risks="không, đã có",
            ),
            n.PlanAction(code=code, what="Giao việc", owner="hung", due=seen + timedelta(10)),
        )
    with year.by("binh") as perform:
        perform(n.ApprovePlan(code=code, effect_due=seen + timedelta(40)))
    sent = n.SendReport(code=code, letter="12/BC-SGTVT", day=seen)
    with year.by("lan") as perform:
        perform(sent, n.NoteAcceptance(code=code, reply="30/CV-KHCN"))
        (again,) = perform(
            n.Report(unit="VP", found="Chưa niêm yết", day=seen, repeats=code, **found)
        )
    _refused(year, again.change["code"], seen)


def _refused(year: Year, code: str, seen: date) -> None:
    with year.by("lan") as perform:
        perform(
            n.Accept(code=code, grade="minor", owner="hung", due=seen + timedelta(9)),
            n.Correct(code=code, what="Niêm yết", result="Đã dán", day=seen),
            n.Decide(code=code, needed=True, reason="Lặp lại", due=seen + timedelta(9)),
            n.FindCause(
                code=code,
                cause="Thiếu bảng",
                kind_of_cause="method",
                similar="không",
                risks="không",
            ),
            n.PlanAction(code=code, what="Lập bảng", owner="ha", due=seen + timedelta(10)),
        )
    with year.by("binh") as perform:
        perform(n.ApprovePlan(code=code, effect_due=seen + timedelta(40)))
    with year.by("lan") as perform:
        perform(
            n.SendReport(code=code, letter="13/BC-SGTVT", day=seen),
            n.NoteRefusal(code=code, reply="31/CV-KHCN: thiếu bằng chứng"),
        )
