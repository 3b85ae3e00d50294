"""A chapter of the golden year: outside documents, and the law that changes."""

from __future__ import annotations

from datetime import date

from qms.registers import external as x
from tests.records.golden import Year

OLD, NEW, LETTER = "09/2010/TT-BNV", "15/2024/TT-BNV", "77/STP-TT"


def play(year: Year) -> None:
    """Enter two circulars, let one change the other, and set disputed days right."""
    circular = {"type": "Thông tư", "issuer": "Bộ Nội vụ"}
    old = {"title": "Thời hạn bảo quản", "signed": date(2010, 11, 26), "since": date(2011, 1, 10)}
    new = {"title": "Thời hạn bảo quản mới", "signed": date(2024, 9, 3), "since": date(2024, 12, 1)}
    with year.by("lan") as perform:
        perform(
            x.Enter(
                number=OLD, documents=("QT-VP-02",), copies={"toan-van.txt": OLD}, **old, **circular
            ),
            x.Enter(number=NEW, **new, **circular),
            x.Enter(
                number=LETTER,
                title="Hướng dẫn áp dụng",
                type="Công văn",
                issuer="Sở Tư pháp",
                signed=date(2024, 9, 9),
            ),
        )
        perform(
            x.Link(code=LETTER, document="QT 9"),
            x.Unlink(code=LETTER, document="QT 9", reason="Quy trình đã bãi bỏ"),
            x.Dispute(code=LETTER, says="Bản gửi và bản đăng ghi ngày khác nhau"),
            x.Settle(code=LETTER, since=date(2024, 9, 16), source="Bản gốc lưu tại Sở Tư pháp"),
        )
        perform(x.Amend(code=OLD, by=NEW, day=date(2024, 12, 1), articles=("Điều 2",)))
        perform(
            x.Suspend(code=LETTER, since=date(2024, 10, 1), basis="80/STP-TT"),
            x.Resume(code=LETTER, day=date(2024, 11, 1), basis="95/STP-TT"),
            x.Replace(code=OLD, by=NEW, day=date(2024, 12, 1), articles=("Điều 3",)),
            x.Replace(code=OLD, by=NEW, day=date(2025, 1, 1)),
            x.Repeal(code=LETTER, day=date(2025, 1, 1), basis="101/STP-TT"),
        )
