"""A chapter of the golden year: an old text in force from the founding on."""

from __future__ import annotations

from datetime import date

from qms import documents as d
from tests.records.chapters.nonconformities import later
from tests.records.golden import FIRST, Year


def play(year: Year) -> None:
    """Adopt what was decided on paper before the founding, in force from that day on."""
    later(year, 1)
    old = {"issued": date(2023, 12, 20), "effective": FIRST.date(), "source": "bản giấy"}
    with year.by("lan") as perform:
        perform(
            d.AdoptDocument(code="QT 10", title="Tiếp dân", type="QT", unit="VP", owner="CVP"),
            d.AdoptRevision(code="QT 10", text=b"\xd0\xcf", issue=1, approved_by="Bà Tư", **old),
        )
