"""A chapter of the golden year: one document reviewed by the calendar and for the law.

It comes after the chapter of outside documents, whose law it works in.
"""

from __future__ import annotations

from datetime import date

from qms.registers import reviews as r
from tests.records.chapters.external import OLD
from tests.records.golden import Year


def play(year: Year) -> None:
    """Open reviews, put one off, cancel one, and conclude what the law asked for."""
    periodic, by_law = (f"SX-{year.at.year}-{n:03}" for n in (1, 2))
    law = {"document": "QT-VP-02", "cause": "law", "origin": f"{OLD}/2"}
    with year.by("hung") as perform:
        perform(
            r.Open(document="QT-VP-02", due=date(2024, 12, 1)),
            r.Open(due=date(2025, 3, 1), **law),
            r.Join(code=by_law, origin=f"{OLD}/3", due=date(2025, 2, 1)),
        )
    with year.by("lan") as perform:
        perform(
            r.PutOff(code=by_law, due=date(2025, 2, 15), reason="Chờ văn bản hướng dẫn"),
            r.Cancel(code=periodic, reason="Đã gộp vào rà soát theo pháp luật"),
        )
    with year.by("mai") as perform:
        perform(
            r.Conclude(code=by_law, outcome="amend", proposal="Sửa thời hạn lưu theo thông tư mới")
        )
