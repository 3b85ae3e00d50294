"""The golden trail: a small year of a department in which every kind of change happens once.

``python -m tests.records.golden`` adds to ``records/`` what is missing there. What is there is
frozen, the policy that it begins with, too: a line that would be altered is named, and nothing
is written. With ``--anew`` all of it is made anew, which is another form of the trail.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import qms
from qms import documents as d
from qms import people as p
from qms import policy
from qms.changes import Change
from qms.founding import default_policy
from qms.registers.documents.legacy import AdoptIssued
from qms.system import QMS
from qms.trail.entry import Entry

HOME = Path(__file__).parents[2] / "records"
TRAIL = HOME / "golden.jsonl"
COMMITS = HOME / "golden.commits"
LOG = "qms-golden"
TOOL = "qms golden"
CHAPTERS = (
    "external",
    "reviews",
    "records",
    "nonconformities",
    "audits",
    "tasks",
    "services",
    "reform_index",
    "objectives",
    "management_reviews",
    "risks",
    "declarations",
    "improvements",
    "competence",
    "trail_reviews",
    "signing_keys",
    "log_keys",
    "anchors",
    "corrections",
    "adoption",
)
"""In the order in which they were frozen: a new one comes last."""
FIRST = datetime(2024, 1, 2, 1, tzinfo=UTC)


def text(title: str, body: str) -> str:
    """Return a procedure of the required shape."""
    parts = ("Mục đích", "Phạm vi", "Tài liệu viện dẫn", "Định nghĩa, viết tắt", "Nội dung")
    more = (*parts, "Biểu mẫu", "Hồ sơ lưu")
    headings = (f"## {n}. {heading}\n\n{body}\n" for n, heading in enumerate(more, 1))
    return f"# {title}\n\n" + "\n".join(headings)


ONE = text("Kiểm soát hồ sơ", "Hồ sơ được lưu năm năm.")
TWO = text("Kiểm soát hồ sơ", "Hồ sơ được lưu mười năm.")
PEOPLE = (
    p.OpenUnit(code="VP", title="Văn phòng", since=date(2020, 1, 1), parent="CQ"),
    p.OpenUnit(code="QLVT", title="Phòng Vận tải", since=date(2020, 1, 1)),
    p.OpenUnit(code="TCHC", title="Phòng Tổ chức", since=date(2020, 1, 1)),
    p.RenameUnit(code="QLVT", title="Phòng Quản lý vận tải"),
    p.SucceedUnit(code="TCHC", until=date(2024, 1, 1), successor="VP"),
    p.OpenPost(code="CVP", title="Chánh Văn phòng", unit="VP", roles_held=("drafter",)),
    p.OpenPost(code="PGD", title="Phó Giám đốc", unit="CQ", roles_held=("reviewer",)),
    p.OpenPost(code="GD", title="Giám đốc", unit="CQ", roles_held=("approver", "leader")),
    p.OpenPost(code="CV", title="Chuyên viên", unit="QLVT", roles_held=()),
    p.OpenPost(code="PM", title="Phần mềm một cửa", unit="VP", roles_held=("drafter",)),
    p.OpenPost(code="TQ", title="Thủ quỹ", unit="VP"),
    p.EntrustPost(code="CV", roles_held=("reader",)),
    p.MovePost(code="TQ", unit="QLVT"),
    p.ClosePost(code="TQ", until=date(2024, 1, 1)),
    p.Enrol(code="hung", name="Trần Văn Hùng"),
    p.Enrol(code="mai", name="Lê Thị Mai"),
    p.Enrol(code="binh", name="Phạm Quốc Bình"),
    p.Enrol(code="ha", name="Đỗ Thu Hà"),
    p.Enrol(code="tam", name="Vũ Tâm"),
    p.Enrol(code="motcua", name="Hệ thống một cửa", tool=True),
    p.RenamePerson(code="tam", name="Vũ Thanh Tâm"),
    p.Appoint(code="hung", post="CVP", since=date(2024, 1, 1)),
    p.Appoint(code="mai", post="PGD", since=date(2024, 1, 1)),
    p.Appoint(code="binh", post="GD", since=date(2024, 1, 1)),
    p.Appoint(code="ha", post="CV", since=date(2024, 1, 1)),
    p.Appoint(code="tam", post="CV", since=date(2024, 1, 1)),
    p.Appoint(code="motcua", post="PM", since=date(2024, 1, 1)),
    p.Relieve(code="tam", post="CV", until=date(2024, 1, 2)),
    p.Leave(code="tam", until=date(2024, 1, 2)),
    policy.Revise(code="policy", reason="Rút ngắn thời gian đọc", read_days=5),
)


class Year:
    """A system whose clock moves an hour at each operation and whose salts are counted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at, self.salts = folder, FIRST, itertools.count()

    @property
    def options(self) -> dict[str, Any]:
        """Return what makes a system repeatable."""
        return {
            "now": self._now,
            "salt": lambda: f"{next(self.salts):032x}",
            "draw": lambda count: b"g" * count,
            "tool": TOOL,
        }

    def on(self, day: date) -> None:
        """Set the clock to the morning of a day."""
        self.at = datetime.combine(day, time(1), UTC)

    def _now(self) -> datetime:
        self.at += timedelta(hours=1)
        return self.at

    @contextmanager
    def by(self, actor: str) -> Iterator[Callable[..., Any]]:
        """Give the ``perform`` of one actor."""
        with qms.open(self.folder, actor=actor, **self.options) as system:
            yield system.perform


@contextmanager
def before(kind: str) -> Iterator[None]:
    """Let a program know no more than it did before it knew this kind."""
    known = dict(Change.kinds)
    del Change.kinds[kind]
    try:
        yield
    finally:
        Change.kinds.clear()
        Change.kinds.update(known)


class Altered(Exception):
    """A line that is frozen would become another one; ``--anew`` makes all of them anew."""


def frozen(place: Path) -> list[bytes]:
    """Return the lines that are frozen in a file of ``records/``."""
    return place.read_bytes().split(b"\n")[:-1]


def first_policy() -> Mapping[str, Any]:
    """Return the policy that the frozen year begins with, whatever others begin with by now."""
    change = dict(Entry.parse(frozen(TRAIL)[0]).opened())
    del change["code"]
    return change


def play(folder: Path, under: Mapping[str, Any] | None = None) -> Year:
    """Make the golden year happen in a folder, as far as documents go."""
    year = Year(folder)
    under = first_policy() if under is None else under
    options = {"organisation": "Sở GTVT", "officer": "lan", "officer_name": "Nguyễn Thị Lan"}
    qms.found(folder, log=LOG, under=under, **options, **year.options).close()
    with year.by("lan") as perform:
        perform(*PEOPLE)
    _first_issue(year)
    _second_issue(year)
    _ends(year)
    _legacy(year)
    return year


def play_all(folder: Path, under: Mapping[str, Any] | None = None) -> None:
    """Make the golden year happen, and then every chapter, one a register."""
    year = play(folder, under)
    year.on(date(2024, 10, 1))
    for name in CHAPTERS:
        import_module(f"tests.records.chapters.{name}").play(year)


def _first_issue(year: Year) -> None:
    with year.by("motcua") as perform:
        perform(d.File(reason="Thiếu quy trình kiểm soát hồ sơ", title="Kiểm soát hồ sơ"))
        perform(d.File(reason="Đổi phông chữ", title="Phông chữ"))
    with year.by("lan") as perform:
        perform(d.Accept(code="YC-2024-001", drafter="hung", due=date(2024, 2, 1)))
        perform(d.Decline(code="YC-2024-002", reason="Không cần thiết"))
    with year.by("hung") as perform:
        facts = {"type": "QT", "unit": "VP", "owner": "CVP", "clauses": ("7.5.3",)}
        perform(
            d.Create(
                code="QT-02", title="Kiểm soát hồ sơ", text=ONE, request="YC-2024-001", **facts
            )
        )
        perform(d.Submit(code="QT-02", reviewers=("mai",)))
        perform(d.Recall(code="QT-02", reason="Thiếu phụ lục"))
        perform(
            d.Edit(code="QT-02", text=ONE, attachments={"PL-01.txt": "Phụ lục"}),
            d.Submit(code="QT-02", reviewers=("mai",)),
        )
    _signed(year, "QT-02")


def _signed(year: Year, code: str) -> None:
    with qms.open(year.folder, actor="mai", **year.options) as system:
        digest = _digest(system, code)
        system.perform(d.Endorse(code=code, digest=digest))
    with year.by("binh") as perform:
        perform(d.Approve(code=code, digest=digest))


def _digest(system: QMS, code: str) -> str:
    draft = system.get(d.Document, code).draft
    assert draft is not None
    return draft.digest


def _second_issue(year: Year) -> None:
    with year.by("lan") as perform:
        perform(d.Issue(code="QT-02", effective=date(2024, 2, 1), distribution=("VP", "QLVT")))
        year.on(date(2024, 2, 2))
        perform(
            d.RecordDecision(
                code="QT-02", decision="12/QĐ-SGTVT", decided=date(2024, 1, 30), signer="Bình"
            ),
            d.HandOut(code="QT-02", holder="CV", day=date(2024, 2, 2)),
            d.HandOut(code="QT-02", holder="CVP", day=date(2024, 2, 2)),
        )
    with year.by("ha") as perform:
        perform(d.Acknowledge(document="QT-02"))
    with year.by("hung") as perform:
        perform(d.Revise(code="QT-02", text=ONE, summary="Thử"))
        perform(d.Abandon(code="QT-02", reason="Chưa cần"))
        perform(d.Submit(code="QT-02", text=TWO, summary="Lưu mười năm"))
    with year.by("mai") as perform:
        perform(d.Return(code="QT-02", reason="Ghi rõ căn cứ"))
    with year.by("hung") as perform:
        perform(d.Submit(code="QT-02", reviewers=("mai",)))
    _signed(year, "QT-02")
    year.on(date(2024, 5, 20))
    with year.by("binh") as perform:
        perform(
            d.Issue(
                code="QT-02",
                effective=date(2024, 6, 1),
                decision="80/QĐ-SGTVT",
                decided=date(2024, 5, 20),
                distribution=(),
            )
        )
        perform(
            p.Delegate(
                code="binh", post="GD", to="mai", since=date(2024, 6, 1), until=date(2024, 9, 1)
            )
        )


def _ends(year: Year) -> None:
    year.on(date(2024, 6, 3))
    with year.by("lan") as perform:
        perform(
            d.TakeBack(code="QT-02/1.0/B01", day=date(2024, 6, 3)),
            d.ReportLost(code="QT-02/1.0/B02", day=date(2024, 6, 3), note="Chuyển phòng"),
            d.Recode(code="QT-02", new_code="QT-VP-02", reason="Mã theo đơn vị"),
            d.Rename(code="QT-VP-02", title="Kiểm soát hồ sơ công việc", reason="Rõ hơn"),
            d.Transfer(code="QT-VP-02", owner="CV", reason="Chuyển nhiệm vụ"),
            d.Classify(code="QT-VP-02", keywords=("hồ sơ", "lưu trữ"), legal=("10/2022/TT-BNV",)),
        )
    with year.by("mai") as perform:
        perform(d.Withdraw(code="QT-02", reason="Trùng lặp", day=date(2024, 9, 1)))
        perform(d.Reinstate(code="QT-02", reason="Vẫn cần", effective=date(2024, 10, 1)))


def _legacy(year: Year) -> None:
    old = {"source": "bản giấy", "drafted_by": "Ông Ba"}
    with year.by("lan") as perform, before("document.adopt-revision/2"):
        perform(
            d.AdoptDocument(code="QT 9", title="Văn thư", type="QT", unit="VP", owner="CVP"),
            AdoptIssued(
                code="QT 9", text=b"\xd0\xcf\x11\xe0", issue=1, issued=date(2016, 4, 6), **old
            ),
            d.AdoptRemoval(code="QT 9", day=date(2019, 1, 1), source="sổ theo dõi"),
        )


def played(under: Mapping[str, Any] | None = None) -> tuple[list[bytes], list[str]]:
    """Return the entries and the commit ids of the golden year, made anew."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "golden"
        play_all(folder, under)
        with qms.open(folder, actor="lan", **Year(folder).options | {"now": _later}) as system:
            assert not system.verify()
            store = system._store
            return list(_entries(system)), list(store.commits())


def _later() -> datetime:
    return FIRST + timedelta(days=3650)


def _entries(system: QMS) -> Iterator[bytes]:
    with system._read() as now:
        yield from now.entries()


def grown(place: Path, new: Sequence[bytes]) -> None:
    """Raise ``Altered`` unless a file only grows by these lines."""
    old = frozen(place)
    for number, line in enumerate(old):
        if new[number : number + 1] != [line]:
            raise Altered(f"{place.name}, line {number + 1}: {line[:80]!r}")


def write(*, anew: bool = False) -> None:
    """Add to the golden year what is not frozen yet; anew, under the policy of today."""
    entries, ids = played(default_policy() if anew else None)
    commits = [id.encode() for id in ids]
    for place, lines in ((TRAIL, entries), (COMMITS, commits)):
        if not anew:
            grown(place, lines)
    for place, lines in ((TRAIL, entries), (COMMITS, commits)):
        place.write_bytes(b"".join(line + b"\n" for line in lines))


if __name__ == "__main__":
    write(anew=sys.argv[1:] == ["--anew"])
