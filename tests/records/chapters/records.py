"""A chapter of the golden year: records kept, corrected, held and disposed of."""

from __future__ import annotations

from datetime import date

from qms.registers import records as r
from tests.records.golden import Year

MET = date(2024, 10, 1)


def play(year: Year) -> None:
    """Keep three records, hold one for a while, and dispose of one."""
    first, second, third = (f"HS-{year.at.year}-{n:05}" for n in (1, 2, 3))
    made = {"unit": "VP", "process": "QT 9", "day": date(2017, 3, 6), "years": 5}
    with year.by("ha") as perform:
        perform(
            r.Retain(
                title="Sổ công văn đi 2017",
                applicant="Trần Thị Bưởi",
                contents={"so.txt": "Sổ"},
                **made,
            ),
            r.Retain(title="Sổ công văn đến 2017", place="Tủ 3", ended=2017, **made),
            r.Retain(title="Biên bản bàn giao", place="Tủ 4", ended=2018, **made),
            r.Correct(record=first, says="Số 12 ghi sai ngày", reason="Đối chiếu bản gốc"),
        )
    with year.by("lan") as perform:
        perform(
            r.Confirm(code=f"{first}/1"),
            r.EndWork(code=first, year=2017),
            r.Place(records=(first,), reason="Đang thanh tra", basis="15/TTr"),
            r.Release(code=f"GL-{year.at.year}-01", reason="Đã có kết luận 22/KL-TTr"),
            r.ListForDisposal(records=(first, second)),
            r.ListForDisposal(records=(third,)),
        )
    _disposed(year, second)
    with year.by("lan") as perform:
        perform(r.Reappraise(code=third, basis="15/2024/TT-BNV: lưu vĩnh viễn"))


def _disposed(year: Year, kept: str) -> None:
    listed, other = (f"TH-{year.at.year}-{n:02}" for n in (1, 2))
    council = ("hung", "lan", "ha")
    with year.by("binh") as perform:
        perform(
            r.AppointCouncil(code=listed, decision="90/QĐ-SGTVT", members=council),
            r.DeclineDisposal(code=other, reason="Còn dùng khi đối chiếu bàn giao"),
        )
    with year.by("ha") as perform:
        met = {"minutes": "01/BB-HĐ", "met": MET, "present": council}
        perform(r.Appraise(code=listed, keep=(r.More(record=kept, years=10),), **met))
    with year.by("binh") as perform:
        perform(r.DecideDisposal(code=listed, decision="95/QĐ-SGTVT", day=MET))
    with year.by("hung") as perform:
        perform(
            r.CarryOut(
                code=listed,
                minutes="02/BB-TH",
                day=MET,
                manner="Máy hủy giấy tại kho",
                witnesses=("lan", "ha"),
            )
        )
