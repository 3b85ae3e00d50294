"""The golden chapter of the reform index: scored, appraised, announced."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import reform_index as r
from tests.records.golden import Year


def play(year: Year) -> None:
    """Score two criteria, one of them twice, and note what the appraisers gave."""
    begun = (year.at + timedelta(days=1)).date()
    year.on(begun)
    facts = {"field": "Cải cách thủ tục hành chính", "unit": "QLVT"}
    criteria = (
        r.Criterion(number="2.1.1", title="Rà soát", part="Tỷ lệ có phương án", most=300, **facts),
        r.Criterion(number="2.1.2", title="Công khai thủ tục", most=9700, **facts),
    )
    with year.by("lan") as perform:
        perform(
            r.Open(
                code="CCHC-1",
                year=str(begun.year),
                title="Bộ tiêu chí của tỉnh",
                criteria=criteria,
                due=begun + timedelta(30),
            )
        )
    with year.by("hung") as perform:
        perform(
            r.Rate(index="CCHC-1", number="2.1.1", own=300, evidence="9/BC-SGTVT"),
            r.Rate(index="CCHC-1", number="2.1.2", own=8000, evidence="Ảnh niêm yết"),
            r.RateAgain(code="CCHC-1/2.1.2", own=7900, evidence="Ảnh niêm yết, bổ sung"),
        )
    with year.by("lan") as perform:
        perform(
            r.Submit(code="CCHC-1"),
            r.Appraise(code="CCHC-1/2.1.1", appraised=200, remark="Mới đạt một phần"),
            r.Appraise(code="CCHC-1/2.1.2", appraised=7900),
            r.Announce(code="CCHC-1", decision="50/QĐ-UBND"),
        )
