"""A chapter of the golden year: one risk treated twice, one opportunity accepted as it is."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import risks as r
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year

MIDDLE = {"likelihood": 2, "consequence": 3}


def play(year: Year) -> None:
    """Rate, treat, judge and close a risk; accept an opportunity."""
    later(year, 1)
    code, other = _identified(year, "risk"), _identified(year, "opportunity")
    soon, day = today(year) + timedelta(20), today(year) + timedelta(60)
    treat = {"measure": "Phân công người thay", "owner": "CV", "due": day, "effect": "Không trễ"}
    high = {"likelihood": 4, "consequence": 3}
    with year.by("hung") as perform:
        perform(
            r.RateAgain(code=code, rating=high, evidence="Số liệu tháng", review=soon),
            r.Treat(code=code, **treat),
        )
    with year.by("lan") as perform:
        perform(r.AbandonTreatment(code=code, reason="Đổi người"))
    with year.by("hung") as perform:
        perform(r.Treat(code=code, **treat))
    with year.by("ha") as perform:
        perform(r.CarryOutTreatment(code=code, evidence="12/QĐ-SGTVT"))
    with year.by("mai") as perform:
        less = {"likelihood": 1, "consequence": 3}
        perform(
            r.JudgeTreatment(
                code=code, effective=True, rating=less, review=day, says="Không hồ sơ trễ"
            )
        )
    with year.by("lan") as perform:
        perform(
            r.CloseRisk(code=code, reason="Đã có hai người làm được"),
            r.AcceptRisk(code=other, reason="Chưa có kinh phí"),
        )


def _identified(year: Year, nature: str) -> str:
    with year.by("hung") as perform:
        (entry,) = perform(
            r.Identify(
                nature=nature,
                cause="Chỉ một người biết việc",
                event="Người đó nghỉ dài ngày",
                outcome="Hồ sơ trễ hạn",
                source="Rà soát quy trình",
                unit="VP",
                owner="CVP",
                process="QT-VP-02",
                rating=MIDDLE,
                review=today(year) + timedelta(60),
            )
        )
    return str(entry.change["code"])
