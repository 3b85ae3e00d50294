"""A chapter of the golden year: records kept, corrected, held and disposed of."""

from __future__ import annotations

from datetime import date

from qms.registers import records as r
from tests.records.golden import Year

FIRST, SECOND, THIRD = (f"HS-2024-{n:05}" for n in (1, 2, 3))
LIST, OTHER = "TH-2024-01", "TH-2024-02"


def play(year: Year) -> None:
    """Keep three records, hold one for a while, and dispose of one."""
    year.on(date(2024, 10, 21))
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
            r.Correct(record=FIRST, says="Số 12 ghi sai ngày", reason="Đối chiếu bản gốc"),
        )
    with year.by("lan") as perform:
        perform(
            r.Confirm(code=f"{FIRST}/1"),
            r.EndWork(code=FIRST, year=2017),
            r.Place(records=(FIRST,), reason="Đang thanh tra", basis="15/TTr"),
            r.Release(code="GL-2024-01", reason="Đã có kết luận 22/KL-TTr"),
            r.ListForDisposal(records=(FIRST, SECOND)),
            r.ListForDisposal(records=(THIRD,)),
        )
    _decided(year)


def _decided(year: Year) -> None:
    council = ("hung", "lan", "ha")
    with year.by("binh") as perform:
        perform(
            r.AppointCouncil(code=LIST, decision="90/QĐ-SGTVT", members=council),
            r.DeclineDisposal(code=OTHER, reason="Còn dùng khi đối chiếu bàn giao"),
        )
    with year.by("ha") as perform:
        met = {"minutes": "01/BB-HĐ", "met": date(2024, 10, 21), "present": council}
        perform(r.Appraise(code=LIST, keep=(r.More(record=SECOND, years=10),), **met))
    with year.by("binh") as perform:
        perform(r.DecideDisposal(code=LIST, decision="95/QĐ-SGTVT", day=date(2024, 10, 21)))
    with year.by("hung") as perform:
        perform(
            r.CarryOut(
                code=LIST,
                minutes="02/BB-TH",
                day=date(2024, 10, 21),
                manner="Máy hủy giấy tại kho",
                witnesses=("lan", "ha"),
            )
        )
    with year.by("lan") as perform:
        perform(r.Reappraise(code=THIRD, basis="15/2024/TT-BNV: lưu vĩnh viễn"))
