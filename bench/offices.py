"""Systems and repositories of any size, with texts of the length that procedures have."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

import qms
from qms import documents as d
from qms import people as p
from qms.changes import Change
from qms.registers.documents.items import path as placed
from qms.system import QMS

LONG_AGO: Final = date(2010, 1, 1)
FIRST: Final = datetime(2024, 1, 2, 1, tzinfo=UTC)
SECTIONS: Final = (
    "Mục đích",
    "Phạm vi",
    "Tài liệu viện dẫn",
    "Định nghĩa, viết tắt",
    "Nội dung",
    "Biểu mẫu",
    "Hồ sơ lưu",
)
SENTENCES: Final = """
hồ sơ đề nghị cấp giấy phép kinh doanh vận tải bằng xe ô tô được tiếp nhận kiểm tra trình lãnh đạo
ký trả kết quả lưu trữ theo quy định của pháp luật hiện hành trong thời hạn ngày làm việc kể từ khi
nhận đủ giấy tờ hợp lệ tại bộ phận một cửa Sở Giao thông vận tải
"""
WORDS: Final = SENTENCES.split()
PEOPLE: Final = (
    p.OpenUnit(code="VP", title="Văn phòng Sở", since=LONG_AGO),
    p.OpenUnit(code="QLVT", title="Phòng Quản lý vận tải", since=LONG_AGO),
    p.OpenPost(code="CVP", title="Chánh Văn phòng", unit="VP", roles_held=("drafter",)),
    p.OpenPost(code="PGD", title="Phó Giám đốc", unit="CQ", roles_held=("reviewer",)),
    p.OpenPost(code="GD", title="Giám đốc", unit="CQ", roles_held=("approver", "leader")),
    p.Enrol(code="hung", name="Trần Văn Hùng"),
    p.Enrol(code="mai", name="Lê Thị Mai"),
    p.Enrol(code="binh", name="Phạm Quốc Bình"),
    p.Appoint(code="hung", post="CVP", since=LONG_AGO),
    p.Appoint(code="mai", post="PGD", since=LONG_AGO),
    p.Appoint(code="binh", post="GD", since=LONG_AGO),
)
FIXED: Final = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "lan",
    "GIT_AUTHOR_EMAIL": "lan@so.vn",
    "GIT_COMMITTER_NAME": "lan",
    "GIT_COMMITTER_EMAIL": "lan@so.vn",
}

SYNCED: Final = {"core.fsync": "all", "core.fsyncMethod": "fsync", "gc.auto": "0"}


class Clock:
    """A clock that moves on a second whenever somebody looks."""

    def __init__(self, at: datetime = FIRST) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def text(seed: object, words: int = 550) -> str:
    """Return a procedure of about four kilobytes."""
    chance = random.Random(str(seed))
    body = iter(chance.choices(WORDS, k=words))
    each = words // len(SECTIONS)
    return "\n".join(
        f"## {n}. {name}\n\n{' '.join(itertools.islice(body, each))}.\n"
        for n, name in enumerate(SECTIONS, 1)
    )


def code(number: int) -> str:
    """Return the code of the so-manieth document."""
    return f"QT-{number:06}"


def adoptions(
    documents: int, revisions: int = 1, *, start: int = 0, texts: Iterator[bytes] | None = None
) -> Iterator[Change[Any]]:
    """Yield the adoption of so many documents, each with so many revisions.

    Their texts are made as they are needed, unless they are given.
    """
    for number in range(start, start + documents):
        owner = {"unit": "VP", "owner": "CVP"} if number % 2 else {"unit": "CQ", "owner": "GD"}
        own = code(number)
        yield d.AdoptDocument(code=own, title=f"Quy trình {own}", type="QT", **owner)
        made = (text(f"{own} {number}").encode() for number in range(revisions))
        yield from _revised(own, itertools.islice(texts or made, revisions))


def _revised(own: str, texts: Iterator[bytes]) -> Iterator[Change[Any]]:
    for number, data in enumerate(texts):
        yield d.AdoptRevision(
            code=own,
            text=data,
            issue=1 + number // 2,
            amendment=number % 2,
            issued=date(2012, 1, 1) + timedelta(number // 4),
            source="bản giấy",
        )


def founded(folder: Path) -> Path:
    """Found an office with its people."""
    names: dict[str, Any] = {
        "organisation": "Sở GTVT",
        "officer": "lan",
        "officer_name": "Nguyễn Thị Lan",
    }
    with qms.found(folder, log="bench.qms.vn", now=Clock(), **names) as system:
        system.perform(*PEOPLE)
    return folder


def opened(folder: Path, actor: str = "lan") -> QMS:
    """Return a system, open."""
    return qms.open(folder, actor=actor)


def filled(folder: Path, changes: Iterator[Change[Any]], batch: int = 1_000) -> Path:
    """Found an office and make changes there, so many an operation."""
    return adopted(founded(folder), changes, batch)


def adopted(
    folder: Path, changes: Iterator[Change[Any]], batch: int = 1_000, **options: Any
) -> Path:
    """Make changes, so many an operation."""
    with qms.open(folder, actor="lan", **options) as system:
        while some := tuple(itertools.islice(changes, batch)):
            system.perform(*some)
    return folder


def kept(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return what several marks share, made by the first; what was begun only, is made anew."""
    whole = folder.with_name(f"{folder.name}.whole")
    if not whole.exists():
        for rest in (folder, Path(f"{folder}.keys")):
            shutil.rmtree(rest, ignore_errors=True)
        make(folder)
        whole.touch()
    return folder


def office(place: Path, documents: int) -> Path:
    """Return an office with so many documents in force, which several marks share."""
    return kept(place / f"so-{documents}", lambda folder: filled(folder, adoptions(documents)))


def copied(folder: Path, other: Path) -> Path:
    """Copy a system with its keys."""
    shutil.copytree(folder, other)
    shutil.copytree(f"{folder}.keys", f"{other}.keys")
    return other


def git(folder: Path, *words: str, file: IO[bytes] | None = None) -> bytes:
    """Return what git says, of what is in a file."""
    command = ["git", "-C", str(folder), *words]
    stdin = subprocess.DEVNULL if file is None else file
    return subprocess.run(
        command, stdin=stdin, env=FIXED, check=True, stdout=subprocess.PIPE
    ).stdout


def repository(folder: Path, documents: int) -> Path:
    """Make a repository that people work in, with the texts of so many documents, packed.

    From then on everything that git writes there is synced.
    """
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "gc.auto", "0")
    for number in range(documents):
        file = folder / file_of(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(f"{code(number)} 0"), "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x")
    git(folder, "gc", "-q")
    os.sync()
    for key, value in SYNCED.items():
        git(folder, "config", key, value)
    return folder


def file_of(number: int) -> str:
    """Return where the text of a document lies."""
    return f"{placed(d.Document.identify(code(number)))}.md"
