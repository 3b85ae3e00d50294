"""The golden chapter of objectives: set, measured in three ways, corrected, concluded."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import objectives as o
from tests.records.golden import Year

COUNTS = (
    o.Count(rating="very_satisfied", number=30),
    o.Count(rating="satisfied", number=60),
    o.Count(rating="dissatisfied", number=10),
)


def play(year: Year) -> None:
    """Measure by value, by share and by answers; raise the target; conclude at the end."""
    begun = (year.at + timedelta(days=1)).date()
    year.on(begun)
    until = begun + timedelta(60)
    with year.by("hung") as perform:
        perform(
            o.Set(
                code="MT-1",
                title="Trả hồ sơ đúng hạn",
                indicator="Tỷ lệ hồ sơ trả đúng hạn",
                measure="%",
                target=98_000,
                unit="VP",
                owner="CVP",
                since=begun,
                until=until,
                method="Đếm trên phần mềm một cửa",
                resources="Một cửa điện tử",
                every=30,
            ),
            o.Measure(code="MT-1", day=begun, value=97_500, source="Báo cáo tuần"),
            o.Measure(code="MT-1", day=begun, part=197, whole=200, corrects="MT-1/1", source="Sổ"),
            o.Measure(code="MT-1", day=begun, counts=COUNTS, source="Phiếu khảo sát"),
        )
    with year.by("lan") as perform:
        perform(o.Revise(code="MT-1", target=98_500, reason="Chỉ đạo của Lãnh đạo Sở"))
    year.on(until)
    with year.by("lan") as perform:
        perform(o.Conclude(code="MT-1", conclusion="Chưa đạt, còn hồ sơ trễ"))
