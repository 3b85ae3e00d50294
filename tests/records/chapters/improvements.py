"""A chapter of the golden year: one idea recognised and adopted, another declined."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import improvements as i
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Propose two ideas; try one, recognise and adopt it; decline the other."""
    later(year, 1)
    first, second = _proposed(year, "Hẹn giờ nộp hồ sơ"), _proposed(year, "Sổ tay hỏi đáp")
    day = today(year)
    with year.by("lan") as perform:
        perform(
            i.Try(code=first, owner="CV", due=day + timedelta(30)),
            i.DeclineIdea(code=second, reason="Tỉnh đã có"),
        )
    with year.by("ha") as perform:
        perform(i.ReportResult(code=first, result="Chờ còn tám phút", evidence="9/BC-VP"))
    with year.by("binh") as perform:
        perform(i.Recognise(code=first, decision="30/QĐ-SGTVT"))
    with year.by("lan") as perform:
        perform(i.AdoptPractice(code=first, unit="QLVT", since=day, document="QT-VP-02"))


def _proposed(year: Year, title: str) -> str:
    with year.by("hung") as perform:
        (entry,) = perform(
            i.Propose(title=title, idea="Trên trang của Sở", expected="Bớt chờ", unit="VP")
        )
    return str(entry.change["code"])
