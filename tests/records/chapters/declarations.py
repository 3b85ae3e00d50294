"""A chapter of the golden year: conformity declared, published, declared again, taken back."""

from __future__ import annotations

import qms
from qms.registers import declarations as d
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Declare over what is in force; declare again when the scope grows, and withdraw."""
    later(year, 1)
    first = _declared(year, "Giải quyết thủ tục hành chính về giao thông")
    with year.by("lan") as perform:
        perform(d.Publish(code=first, link="Trang thông tin của Sở", day=today(year)))
    again = {"replaces": first, "reason": "Thêm lĩnh vực xây dựng"}
    second = _declared(year, "Giải quyết thủ tục hành chính về giao thông, xây dựng", **again)
    with year.by("binh") as perform:
        perform(d.WithdrawDeclaration(code=second, reason="Sáp nhập sở, chờ mô hình mới"))


def _declared(year: Year, scope: str, **again: str) -> str:
    with qms.open(year.folder, actor="lan", **year.options) as system:
        found = [
            d.Declared(code=one.document.code, digest=one.revision.digest)
            for one in system.master_list()
        ]
        taken = d.snapshot(system.size, found)
        (entry,) = system.perform(
            d.DraftDeclaration(scope=scope, edition=2015, snapshot=taken, **again)
        )
    code = str(entry.change["code"])
    with year.by("binh") as perform:
        perform(d.Declare(code=code, decision="101/QĐ-SGTVT", day=today(year)))
    return code
