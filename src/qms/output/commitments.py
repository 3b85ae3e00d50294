"""The paper of a commitment, as both sides sign it: Markdown, for any word processor (6.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from ..questions import View
from ..registers.people import Post, Unit
from ..registers.tasks import Commitment, Task
from ..registers.tasks.commitments import Signed
from .markup import rendered
from .page import sheet

_MARKS: Final = re.compile(r"[\\`*_\[|]")
_TAGS: Final = re.compile(r"&(?=#?\w+;)|<(?=[A-Za-z/!?])")
"""What Markdown takes for a tag or for a letter by its name; the others stay readable."""


def paper(view: View, code: str) -> str:
    """Return the paper of a commitment, in Vietnamese; places to sign where nobody has yet."""
    one = view.get(Commitment, code)
    unit, head = view.get(Unit, one.unit), view.get(Post, one.owner)
    holders = ", ".join(view.name(who.id) for who in view.holders(head.id)) or "……"
    tasks = [view.get(Task, own) for own in one.tasks]
    lines = [
        f"# Bản cam kết {_plain(one.code)}",
        f"Đơn vị: {_plain(f'{unit.title} ({unit.code})')}",
        f"Trưởng đơn vị: {_plain(f'{holders} ({head.title}, {head.code})')}",
        f"Thời gian: từ {_day(one.since)} đến hết {_day(one.until)}",
        "## Nhiệm vụ",
        _table(
            ("Mã số", "Nhiệm vụ", "Kết quả phải đạt", "Thời hạn"),
            [(task.code, task.title, task.result, _day(task.deadline)) for task in tasks],
        ),
        "## Chỉ tiêu",
        _table(
            ("Nội dung cam kết", "Chỉ tiêu"), [(target.what, target.aim) for target in one.targets]
        ),
        "## Chữ ký",
        _table(
            ("Trưởng đơn vị", "Lãnh đạo"), [(_signed(view, one.head), _signed(view, one.leader))]
        ),
    ]
    return "\n\n".join(lines) + "\n"


def page(text: str) -> str:
    """Return a paper as a page of A4, to print and to sign, or to open in a word processor."""
    title = text.partition("\n")[0].removeprefix("# ").replace("\\", "")  # no code has any
    return sheet(title, rendered(text))


def _signed(view: View, signed: Signed | None) -> str:
    if signed is None:
        return "(ký, ghi rõ họ tên, ngày ký)"
    return f"{view.name(signed.person)}, đã ký ngày {_day(signed.day)}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; of no rows the one to be filled by hand."""
    filled = list(rows) or [("……",) * len(heads)]
    lines = (heads, ("---",) * len(heads), *filled)
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(text: str) -> str:
    """Return a text on one line, so that Markdown shows it letter by letter."""
    marked = _MARKS.sub(r"\\\g<0>", _TAGS.sub(_by_name, text))
    return " ".join(marked.split())


def _by_name(mark: re.Match[str]) -> str:
    return "&amp;" if mark[0] == "&" else "&lt;"
