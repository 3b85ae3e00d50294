"""The demonstration: a department's year, by ordinary calls, from its starter set to a check.

Nothing here is special: every line of it is what an officer or a program would do.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import Any, Final, NamedTuple

from .changes import Change
from .errors import QMSError, Refused
from .folder import FolderTaken, keys_of
from .founding import found
from .intake import folder as intake
from .registers import documents as d
from .registers import people as p
from .system import QMS, open

MARK: Final = ".qms-demo"
"""Tells that a folder is a demonstration, so that it may be made again."""

YEAR: Final = 2026
START: Final = datetime(YEAR, 1, 5, 1, tzinfo=UTC)
CODE: Final = "QT-12"
ADDED: Final = "- Kết quả qua bưu chính được gửi trong ngày; người nhận tra cứu được mã bưu gửi."


class Voice(NamedTuple):
    """How the demonstration speaks: a heading, something done, something refused, a fact."""

    heading: Callable[[str], None]
    done: Callable[[str], None]
    refused: Callable[[str], None]
    fact: Callable[[str], None]


class Unexpected(QMSError):
    """The demonstration met something that must not happen."""

    vi = "Buổi trình diễn gặp điều không được phép xảy ra."


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
    ("TP-QLVT", "Trưởng phòng Quản lý vận tải", "QLVT", ("drafter", "reviewer")),
    ("TP-QLGT", "Trưởng phòng Quản lý giao thông", "QLGT", ("drafter", "reviewer")),
    ("TP-KHTC", "Trưởng phòng Kế hoạch – Tài chính", "KHTC", ("drafter", "reviewer")),
    ("CV-QLVT", "Chuyên viên Phòng Quản lý vận tải", "QLVT", ("drafter", "reader")),
    ("CV-QLGT", "Chuyên viên Phòng Quản lý giao thông", "QLGT", ("drafter", "reader")),
    ("VT", "Văn thư", "VP", ("reader",)),
    ("CB-MC", "Cán bộ Một cửa", "MC", ("reader",)),
)

PEOPLE: Final = (
    ("binh", "Phạm Quốc Bình", "GD"),
    ("mai", "Lê Thị Mai", "PGD"),
    ("hung", "Trần Văn Hùng", "CVP"),
    ("son", "Hoàng Sơn", "CTT"),
    ("tuan", "Đặng Anh Tuấn", "TP-QLVT"),
    ("ha", "Đỗ Thu Hà", "TP-QLGT"),
    ("thu", "Ngô Minh Thu", "TP-KHTC"),
    ("long", "Bùi Hoàng Long", "CV-QLVT"),
    ("yen", "Vũ Hải Yến", "CV-QLGT"),
    ("nga", "Phan Thúy Nga", "VT"),
    ("quang", "Đinh Đức Quang", "CB-MC"),
)


class Year:
    """A folder and a clock that the demonstration sets, day by day."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self.folder, self.voice, self.at = folder, voice, START

    def now(self) -> datetime:
        """Return the next moment."""
        self.at += timedelta(minutes=1)
        return self.at

    def day(self, month: int, day: int) -> date:
        """Set the clock to a morning of the year, and return the day."""
        self.at = datetime(YEAR, month, day, 1, tzinfo=UTC)
        return date(YEAR, month, day)

    @contextmanager
    def by(self, actor: str) -> Iterator[QMS]:
        """Open the system for one of its people."""
        with open(self.folder, actor=actor, now=self.now) as system:
            yield system

    def do(self, actor: str, *changes: Change[Any]) -> None:
        """Make changes happen."""
        with self.by(actor) as system:
            system.perform(*changes)

    def refuse(self, actor: str, change: Change[Any]) -> None:
        """Show that a wrong move is refused."""
        try:
            self.do(actor, change)
        except Refused as refusal:
            clause = f" (ISO 9001, {refusal.clause})" if refusal.clause else ""
            self.voice.refused(f"{refusal.says('vi')}{clause}")
        else:
            raise Unexpected(change.kind)


def run(folder: Path, voice: Voice, *, again: bool = False) -> None:
    """Play the year in a folder; with ``again`` an earlier demonstration there goes first."""
    keys = keys_of(folder)
    for place in (folder, keys):
        if again and (place / MARK).exists():
            shutil.rmtree(place)
    if folder.exists() and any(folder.iterdir()):
        raise FolderTaken(str(folder))
    began, year = perf_counter(), Year(folder, voice)
    _found(year)
    _load(year)
    _revise(year)
    _refusals(year)
    _withdraw(year)
    _ask(year)
    _check(year)
    voice.fact(f"Toàn bộ mất {perf_counter() - began:.0f} giây.")
    _next(year)


def starter() -> Path:
    """Return the folder of starter procedures, of the package or of the repository."""
    packed = Path(str(files("qms") / "starter"))
    return packed if packed.is_dir() else Path(__file__).parents[2] / "procedures"


def _found(year: Year) -> None:
    year.voice.heading("Thiết lập hệ thống của Sở GTVT")
    found(
        year.folder,
        organisation="Sở Giao thông vận tải",
        officer="lan",
        officer_name="Nguyễn Thị Lan",
        now=year.now,
    ).close()
    for place in (year.folder, keys_of(year.folder)):
        (place / MARK).touch()
    since = date(YEAR, 1, 1)
    posts = (
        p.OpenPost(code=code, title=title, unit=unit, roles_held=roles)
        for code, title, unit, roles in POSTS
    )
    year.do(
        "lan",
        *(p.OpenUnit(code=code, title=title, since=since, parent="CQ") for code, title in UNITS),
        *posts,
        *(p.Enrol(code=code, name=name) for code, name, _ in PEOPLE),
        *(p.Appoint(code=code, post=post, since=since) for code, _, post in PEOPLE),
        p.MovePost(code="CBISO", unit="VP"),
    )
    year.voice.done(f"{len(UNITS)} đơn vị, {len(POSTS)} vị trí, {len(PEOPLE) + 1} người")


def _load(year: Year) -> None:
    year.voice.heading("Nạp bộ quy trình khởi đầu, qua đủ ba chữ ký và một quyết định")
    year.day(1, 12)
    reading = intake.read(starter())
    creations = intake.creations(reading)
    year.do("lan", *creations)
    year.voice.done(f"Soạn thảo {len(creations)} tài liệu, biểu mẫu trong một thao tác")
    codes = tuple(creation.code for creation in creations)
    year.do("lan", *(d.Submit(code=code, reviewers=("mai",)) for code in codes))
    _sign(year, codes)
    day = year.day(1, 20)
    received = {front.code: front.distribution for front in reading.fronts}
    year.do(
        "lan",
        *(
            d.Issue(
                code=code,
                effective=date(YEAR, 2, 1),
                decision="15/QĐ-SGTVT",
                decided=day,
                signer="Phạm Quốc Bình",
                distribution=received[code],
            )
            for code in codes
        ),
    )
    year.voice.done("Ban hành theo Quyết định 15/QĐ-SGTVT, hiệu lực từ 01/02/2026")


def _sign(year: Year, codes: tuple[str, ...]) -> None:
    with year.by("mai") as system:
        drafts = {code: system.get(d.Document, code).draft for code in codes}
        digests = {code: draft.digest for code, draft in drafts.items() if draft}
        system.perform(*(d.Endorse(code=code, digest=of) for code, of in digests.items()))
    year.voice.done(f"Lê Thị Mai soát xét {len(digests)} nội dung, ký trên mã băm từng tệp")
    year.do("binh", *(d.Approve(code=code, digest=of) for code, of in digests.items()))
    year.voice.done(f"Phạm Quốc Bình phê duyệt {len(digests)} nội dung")


def _revise(year: Year) -> None:
    year.voice.heading(f"Sửa đổi {CODE} theo phiếu đề nghị")
    year.day(3, 2)
    impact = d.Impact(documents=("QT-02",), forms=("BM.01-QT-12",), people=("CB-MC",))
    year.do(
        "quang", d.File(document=CODE, reason="Người dân muốn nhận qua bưu chính", impact=impact)
    )
    year.do("lan", d.Accept(code="YC-2026-001", drafter="long", due=year.day(3, 20)))
    with year.by("long") as system:
        text = system.text(CODE, "1.0").replace("\n### 5.6 ", f"{ADDED}\n\n### 5.6 ", 1)
        system.perform(
            d.Revise(
                code=CODE,
                text=text,
                summary="Thời điểm gửi bưu chính",
                place="Mục 5.5",
                request="YC-2026-001",
            ),
            d.Submit(code=CODE, reviewers=("mai",)),
        )
    year.voice.done("Bùi Hoàng Long soạn thảo và trình nội dung sửa đổi")


def _refusals(year: Year) -> None:
    year.voice.heading("Ba việc sai bị từ chối")
    year.refuse("tuan", d.Revise(code=CODE, text="Bản khác", summary="Bản thứ hai"))
    with year.by("mai") as system:
        old = system.revisions(CODE)[0].digest
        draft = system.get(d.Document, CODE).draft
        new = draft.digest if draft else ""
        system.perform(d.Endorse(code=CODE, digest=new))
    year.refuse("binh", d.Approve(code=CODE, digest=old))
    year.do("binh", d.Approve(code=CODE, digest=new))
    issue = d.Issue(
        code=CODE,
        effective=date(YEAR, 5, 1),
        decision="88/QĐ-SGTVT",
        decided=year.day(4, 10),
        signer="Phạm Quốc Bình",
        distribution=("LD", "VP", "TT", "QLVT", "MC"),
    )
    year.refuse("lan", issue.model_copy(update={"effective": date(YEAR, 4, 1)}))
    year.do("lan", issue)
    year.do("quang", d.Acknowledge(document=CODE))
    year.voice.done(f"{CODE} lần ban hành 1, sửa đổi 1 được ban hành đúng, hiệu lực 01/5/2026")


def _withdraw(year: Year) -> None:
    year.voice.heading("Bãi bỏ một biểu mẫu, thu hồi bản giấy")
    form = "BM.05-QT-13"
    year.do("lan", d.HandOut(code=form, holder="CV-QLGT", day=year.day(5, 4)))
    day = year.day(6, 15)
    withdraw = d.Withdraw(
        code=form,
        reason="Gộp vào BM.02-QT-13",
        day=date(YEAR, 7, 1),
        decision="120/QĐ-SGTVT",
        decided=day,
    )
    year.do("binh", withdraw)
    year.day(7, 2)
    with year.by("lan") as system:
        for copy in system.copies_to_recall():
            system.perform(d.TakeBack(code=copy.code, day=system.today))
    year.voice.done(f"{form} hết hiệu lực từ 01/7/2026, bản giấy đã thu hồi")


def _ask(year: Year) -> None:
    year.voice.heading("Hỏi: ngày nào thì nội dung nào có hiệu lực?")
    with year.by("lan") as system:
        for day in (date(YEAR, 3, 1), date(YEAR, 6, 1), date(YEAR, 7, 2)):
            found = system.in_force(CODE, day)
            number = f"lần {found.revision.issue}, sửa đổi {found.revision.amendment}"
            listed = len(system.master_list(day))
            year.voice.fact(f"{day:%d/%m/%Y}: {CODE} {number}; danh mục có {listed} tài liệu")
        owed = ", ".join(system.name(person.id) for person in system.receipts_owed(CODE))
        year.voice.fact(f"Chưa xác nhận đã đọc {CODE}: {owed}")


def _check(year: Year) -> None:
    year.voice.heading("Kiểm tra toàn bộ nhật ký, tệp, quy định, dữ liệu và kho git")
    with year.by("lan") as system:
        findings = system.verify()
        if findings:
            raise Unexpected(findings[0].says("vi"))
        year.voice.done(f"{system.size} mục nhật ký, không có phát hiện nào")
        published = system.publish(year.folder / "ban-hanh")
        year.voice.done(f"Đã xuất {published.count} tài liệu đang hiệu lực để mọi người mở đọc")


def _next(year: Year) -> None:
    year.voice.heading("Mở xem tiếp")
    home = year.folder
    year.voice.fact(f"{home / 'ban-hanh' / 'index.html'}   danh mục và toàn văn, bấm đúp để mở")
    qms = "qms" if which("qms") else str(Path(sys.executable).with_name("qms"))
    for command in ("list", f"history {CODE}", f"diff {CODE} 1.0 1.1", "verify"):
        year.voice.fact(f"{qms} -C {home} --actor lan {command}")
