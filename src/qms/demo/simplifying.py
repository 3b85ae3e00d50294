"""Simplification: twenty services reviewed, seven proposals, what the province decided on them."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from typing import Final

from ..registers import improvements as i
from ..registers import services as s
from .planning import SERVICES
from .reform import HEADS
from .stage import YEAR, Year

CAMPAIGN: Final = "RS-2026-01"

PROPOSALS: Final = (
    ("1.002809", ("drop_paper", "cut_days"), "Bỏ bản sao căn cước; còn bốn ngày"),
    ("1.002820", ("drop_paper",), "Bỏ bản sao căn cước"),
    ("2.002288", ("cut_days",), "Còn một ngày rưỡi"),
    ("2.002285", ("merge_steps",), "Gộp thẩm định và trình ký"),
    ("1.001735", ("abolish",), "Đã có thủ tục cấp giấy phép đào tạo"),
    ("1.000028", ("cut_days",), "Còn một ngày"),
    ("1.001087", ("cut_days",), "Còn năm ngày"),
)
DECLINED: Final = "1.001735"
LATE: Final = "1.001087"
"""What was declined, and what was approved and not carried out in the year."""


def campaign(year: Year) -> None:
    """Select the twenty services that are reviewed this year."""
    year.on(3, 9)
    year.heading(_("The simplification campaign begins"))
    title = "Rà soát, đơn giản hóa thủ tục hành chính năm 2026"
    opened = s.OpenCampaign(year=str(YEAR), title=title, due=date(YEAR, 7, 31), plan="21/KH-SGTVT")
    year.do("lan", opened)
    system = year.by("lan")
    try:
        s.ratio(system.get(s.Campaign, CAMPAIGN), system.find(s.Selection))
    except s.NothingSelected as nothing:
        year.voice.refused(nothing)
    for unit in ("QLVT", "QLGT"):
        chosen = (code for code, _title, own, *_rest in SERVICES if own == unit)
        head = HEADS[unit][1]
        year.do(head, *(s.Select(campaign=CAMPAIGN, service=code) for code in chosen))
    year.voice.done(_("{n} services selected, target {p} %").format(n=len(SERVICES), p=25))


def reviewed(year: Year) -> None:
    """Say what the review of each service found, and submit the plans."""
    year.on(7, 20)
    year.heading(_("Twenty services reviewed"))
    found = {code: (proposals, says) for code, proposals, says in PROPOSALS}
    for unit in ("QLVT", "QLGT"):
        own = [code for code, _title, of, *_rest in SERVICES if of == unit]
        said = ((code, *found.get(code, ((), "Không có giấy tờ, bước thừa"))) for code in own)
        year.do(
            HEADS[unit][1],
            *(
                s.Conclude(code=f"{CAMPAIGN}/{code}", proposals=proposals, says=says)
                for code, proposals, says in said
            ),
            *(
                s.SubmitProposal(code=f"{CAMPAIGN}/{code}", instrument="57/TTr-SGTVT")
                for code in own
                if code in found
            ),
        )
    year.do("lan", year.kept("Phương án đơn giản hóa 57/TTr-SGTVT", "QT-07"))
    year.show("simplification")


def decided(year: Year) -> None:
    """Record what was approved and declined, and what was carried out."""
    year.on(8, 24)
    year.heading(_("What the province decided on the proposals"))
    year.do(
        "lan",
        *(
            s.DecideProposal(
                code=f"{CAMPAIGN}/{code}",
                approved=code != DECLINED,
                decision="1520/QĐ-UBND" if code != DECLINED else "1521/UBND-KSTT",
                due=None if code == DECLINED else date(YEAR, 10, 30),
            )
            for code, _proposals, _says in PROPOSALS
        ),
    )
    year.voice.done(_("Six approved, one declined"))


def carried_out(year: Year) -> None:
    """Take the new announcements over; a plan counts when the service was announced anew."""
    day = year.on(10, 5)
    year.heading(_("The proposals are carried out"))
    first = PROPOSALS[0][0]
    year.refuse("lan", s.CarryOut(code=f"{CAMPAIGN}/{first}", says="Đã làm"))
    halves = {"1.002809": 8, "1.002820": 10, "2.002288": 3, "1.000028": 2}
    anew = {"decision": "1688/QĐ-UBND", "announced": date(YEAR, 9, 28)}
    year.do(
        "lan",
        *(s.AnnounceAgain(code=code, half_days=half, **anew) for code, half in halves.items()),
        *(
            s.CarryOut(code=f"{CAMPAIGN}/{code}", says="Công bố lại theo 1688/QĐ-UBND")
            for code, _proposals, _says in PROPOSALS
            if code not in (DECLINED, LATE)
        ),
    )
    year.do("lan", i.AdoptPractice(code="CT-2026-001", unit="MC", since=day, document="QT-12"))
    year.show("simplification")
