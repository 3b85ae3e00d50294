"""January: the department is founded, its starter set goes through three signatures into force."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from importlib.resources import files
from pathlib import Path
from typing import Final

from .. import founding
from ..folder import keys_of
from ..intake import folder as intake
from ..registers import documents as d
from ..registers import people as p
from .stage import YEAR, Year

MARK: Final = ".qms-demo"
"""Tells that a folder is a demonstration, so that it may be made again."""

UNITS: Final = (
    ("LD", "Lãnh đạo Sở"),
    ("VP", "Văn phòng Sở"),
    ("TT", "Thanh tra Sở"),
    ("QLVT", "Phòng Quản lý vận tải, phương tiện và người lái"),
    ("QLGT", "Phòng Quản lý giao thông"),
    ("KHTC", "Phòng Kế hoạch – Tài chính"),
    ("MC", "Bộ phận Một cửa"),
)

POSTS: Final = (
    ("GD", "Giám đốc", "LD", ("approver", "leader")),
    ("PGD", "Phó Giám đốc, đại diện lãnh đạo về chất lượng", "LD", ("reviewer", "leader")),
    ("CVP", "Chánh Văn phòng", "VP", ("drafter", "reviewer")),
    ("CTT", "Chánh Thanh tra", "TT", ("drafter", "reviewer", "auditor")),
    ("TTV", "Thanh tra viên", "TT", ("auditor",)),
    ("TP-QLVT", "Trưởng phòng Quản lý vận tải", "QLVT", ("drafter", "reviewer")),
    ("TP-QLGT", "Trưởng phòng Quản lý giao thông", "QLGT", ("drafter", "reviewer")),
    ("TP-KHTC", "Trưởng phòng Kế hoạch – Tài chính", "KHTC", ("drafter", "reviewer")),
    ("CV-QLVT", "Chuyên viên Phòng Quản lý vận tải", "QLVT", ("drafter", "reader")),
    ("CV-QLGT", "Chuyên viên Phòng Quản lý giao thông", "QLGT", ("drafter", "reader")),
    ("CV-KHTC", "Chuyên viên Phòng Kế hoạch – Tài chính", "KHTC", ("auditor",)),
    ("VT", "Văn thư", "VP", ("reader",)),
    ("CB-MC", "Cán bộ Một cửa", "MC", ("reader",)),
    ("PM-MC", "Hệ thống một cửa điện tử", "MC", ("drafter",)),
)

PEOPLE: Final = (
    ("binh", "Phạm Quốc Bình", "GD"),
    ("mai", "Lê Thị Mai", "PGD"),
    ("hung", "Trần Văn Hùng", "CVP"),
    ("son", "Hoàng Sơn", "CTT"),
    ("dung", "Ngô Tiến Dũng", "TTV"),
    ("tuan", "Đặng Anh Tuấn", "TP-QLVT"),
    ("ha", "Đỗ Thu Hà", "TP-QLGT"),
    ("thu", "Ngô Minh Thu", "TP-KHTC"),
    ("long", "Bùi Hoàng Long", "CV-QLVT"),
    ("yen", "Vũ Hải Yến", "CV-QLGT"),
    ("trang", "Lý Thu Trang", "CV-KHTC"),
    ("nga", "Phan Thúy Nga", "VT"),
    ("quang", "Đinh Đức Quang", "CB-MC"),
)

TOOL: Final = ("motcua", "Hệ thống một cửa điện tử", "PM-MC")


def found(year: Year) -> None:
    """Found the department: its units, posts, people and the program that only proposes."""
    year.heading(_("The department is founded"))
    founding.found(
        year.folder,
        organisation="Sở Giao thông vận tải",
        officer="lan",
        officer_name="Nguyễn Thị Lan",
        now=year.now,
    ).close()
    for place in (year.folder, keys_of(year.folder)):
        (place / MARK).touch()
    since = date(YEAR, 1, 1)
    tool, name, post = TOOL
    year.do(
        "lan",
        *(p.OpenUnit(code=code, title=title, since=since, parent="CQ") for code, title in UNITS),
        *(
            p.OpenPost(code=code, title=title, unit=unit, roles_held=roles)
            for code, title, unit, roles in POSTS
        ),
        *(p.Enrol(code=code, name=name) for code, name, _post in PEOPLE),
        p.Enrol(code=tool, name=name, tool=True),
        *(p.Appoint(code=code, post=post, since=since) for code, _name, post in PEOPLE),
        p.Appoint(code=tool, post=post, since=since),
        p.MovePost(code="CBISO", unit="VP"),
    )
    says = _("{units} units, {posts} posts, {people} people, one program that only proposes")
    found = {"units": len(UNITS), "posts": len(POSTS) + 1, "people": len(PEOPLE) + 1}
    year.voice.done(says.format(**found))


def load(year: Year) -> None:
    """Load the starter set, have it signed, issue it by one decision."""
    year.on(1, 12)
    year.heading(_("The starter set goes through three signatures and one decision"))
    reading = intake.read(starter())
    creations = intake.creations(reading)
    codes = year.do("lan", *creations)
    year.do("lan", *(d.Submit(code=code, reviewers=("mai",)) for code in codes))
    says = _("{n} procedures and forms drafted and submitted in two operations")
    year.voice.done(says.format(n=len(codes)))
    signed = year.sign(*codes)
    says = _("Lê Thị Mai reviewed and Phạm Quốc Bình approved {n} contents, each by its digest")
    year.voice.done(says.format(n=signed))
    decided = year.on(1, 20)
    since = date(YEAR, 2, 1)
    received = {front.code: front.recipients() for front in reading.fronts}
    issue = {"effective": since, "decision": "15/QĐ-SGTVT", "decided": decided}
    year.do(
        "lan",
        *(
            d.Issue(code=code, signer="Phạm Quốc Bình", distribution=received[code], **issue)
            for code in codes
        ),
    )
    year.voice.done(_("Issued by decision 15/QĐ-SGTVT, in force from 01/02/2026"))
    year.on(1, 22)
    read = year.read(*(code for code in codes if received[code]), since=since)
    year.voice.done(_("{n} people confirmed that they have read what concerns them").format(n=read))


def starter() -> Path:
    """Return the folder of starter procedures, of the package or of the repository."""
    packed = Path(str(files("qms") / "starter"))
    return packed if packed.is_dir() else Path(__file__).parents[3] / "procedures"
