"""The golden chapter of services: announced, linked, reviewed, simplified, repealed."""

from __future__ import annotations

from datetime import date, timedelta

from qms.registers import services as s
from tests.records.golden import Year

ONE, TWO = "1.002877", "1.001765"


def play(year: Year) -> None:
    """Announce two services, review both, carry out one plan of two, and repeal the other."""
    begun = (year.at + timedelta(days=1)).date()
    year.on(begun)
    with year.by("lan") as perform:
        perform(
            _announce(ONE, "4"),
            _announce(TWO, "partial"),
            s.Link(code=ONE, document="QT-VP-02"),
            s.Link(code=TWO, document="QT-VP-02"),
            s.Unlink(code=TWO, reason="Tách quy trình"),
            s.OpenCampaign(
                code="RS-1",
                year=str(begun.year),
                title="Rà soát thủ tục hành chính",
                due=begun + timedelta(30),
            ),
        )
    with year.by("hung") as perform:
        for code in (ONE, TWO):
            perform(s.Select(campaign="RS-1", service=code))
            perform(
                s.Conclude(
                    code=f"RS-1/{code}", proposals=("cut_days", "drop_paper"), says="Bỏ bản sao"
                ),
                s.SubmitProposal(code=f"RS-1/{code}", instrument="9/TTr-SGTVT"),
            )
    _decided(year, begun)


def _announce(code: str, level: str) -> s.Announce:
    return s.Announce(
        code=code,
        title="Cấp giấy phép liên vận",
        field="Đường bộ",
        level=level,
        unit="QLVT",
        decision="1655/QĐ-UBND",
        announced=date(2022, 9, 1),
        half_days=5,
        papers=("Đơn đề nghị", "Bản sao đăng ký xe"),
        fee="Không",
    )


def _decided(year: Year, begun: date) -> None:
    decided = {"decision": "30/QĐ-UBND", "due": begun + timedelta(60)}
    with year.by("lan") as perform:
        perform(
            s.DecideProposal(code=f"RS-1/{ONE}", approved=True, **decided),
            s.DecideProposal(code=f"RS-1/{TWO}", approved=False, decision="31/UBND-KSTT"),
            s.AnnounceAgain(
                code=ONE,
                decision="40/QĐ-UBND",
                announced=begun,
                level="full",
                half_days=4,
                papers=("Đơn đề nghị",),
            ),
            s.CarryOut(code=f"RS-1/{ONE}", says="Công bố lại theo 40/QĐ-UBND"),
            s.Conclude(code=f"RS-1/{TWO}", says="Giữ nguyên theo ý kiến của UBND tỉnh"),
            s.Repeal(code=TWO, decision="41/QĐ-UBND", reason="Luật không còn quy định"),
        )
