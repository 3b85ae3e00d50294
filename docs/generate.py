"""Writes the parts of the documentation that follow from the code.

``python -m docs.generate`` writes them anew; a test refuses pages that are out of date. A part
stands between ``<!-- generated: name -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from gettext import gettext
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Final, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import qms
from qms.changes import Change, Item
from qms.checker import verify
from qms.cli.asking import ASKED
from qms.cli.exits import MEANS
from qms.cli.kinds import typed
from qms.cli.language import speaking
from qms.errors import QMSError
from qms.storage import tables
from qms.trail import findings
from qms.values import Word
from tests.checker import generate as checkers
from tests.registers.test_matrix import TABLE

HERE: Final = Path(__file__).parent
STAGES: Final = {
    "bare": ("E", "đã ghi vào sổ, chưa có lần ban hành nào"),
    "draft": ("N1", "tài liệu mới: dự thảo"),
    "review": ("N2", "tài liệu mới: chờ soát xét"),
    "approval": ("N3", "tài liệu mới: chờ phê duyệt"),
    "approved": ("N4", "tài liệu mới: đã phê duyệt, chưa ban hành"),
    "abandoned": ("X", "hủy dự thảo, chưa từng ban hành"),
    "issued": ("I", "đã ban hành, không có dự thảo"),
    "redraft": ("I1", "đã ban hành, có dự thảo sửa đổi"),
    "rereview": ("I2", "đã ban hành, bản sửa đổi chờ soát xét"),
    "reapproval": ("I3", "đã ban hành, bản sửa đổi chờ phê duyệt"),
    "reapproved": ("I4", "đã ban hành, bản sửa đổi đã phê duyệt"),
    "withdrawn": ("W", "bãi bỏ"),
    "adopted": ("L", "đã ban hành từ trước khi dùng phần mềm"),
    "removed": ("R", "đã loại bỏ từ trước khi dùng phần mềm"),
}
OF_PACKS: Final = {code for code in verify.SAYS if code[0] in "PA"} | {"C07"}
"""What only the checker of packs finds."""

BAR: Final = "\\|"
"""A bar within a cell, where a bare one would end it."""

REGION: Final = re.compile(r"(<!-- generated: (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)
TRAIL: Final = ("entry", "node", "checkpoint")
FIRST: Final = ("people", "policy", "documents", "external", "records")


def registers() -> str:
    """Return every change: kind, Vietnamese, who may make it, its fields."""
    rooms = sorted({_room(change) for change in Change.kinds.values()}, key=_rank)
    return "\n".join(line for room in rooms for line in _register(room))


def choices() -> str:
    """Return every field's choices: the word that is said, and what people read."""
    known = {
        word
        for change in Change.kinds.values()
        for field in change.model_fields.values()
        for word in _words(field.annotation)
    }
    rows = (
        f"| `{_choice(word)}` | {', '.join(f'`{one.value}` ({one.vi})' for one in word)} |"
        for word in sorted(known, key=_choice)
    )
    return "\n".join(("| Form | Values |", "|---|---|", *rows, ""))


def errors() -> list[type[QMSError]]:
    """Return every error that has a name, by exit code."""
    for room in walk_packages(qms.__path__, "qms."):
        if not room.name.endswith("__main__"):
            import_module(room.name)
    named = {error for error in _below(QMSError) if "vi" in vars(error)}
    return sorted(named, key=lambda error: (error.exit_code, _place(error)))


def refusals() -> str:
    """Return every error with its sentences, clause and exit code."""
    rows = (
        f"| `{_place(error)}` | {error.vi} | {_first(error)} | {error.clause} | {error.exit_code} |"
        for error in errors()
    )
    head = "| Name | Tiếng Việt | English | ISO 9001:2015 | Exit code |\n|---|---|---|---|---|"
    return "\n".join((head, *rows, ""))


def exits(language: str) -> str:
    """Return every exit code, with what it says in ``"vi"`` or ``"en"``."""
    head = "| Mã | Nghĩa |" if language == "vi" else "| Exit code | What it says |"
    said = ((code, vi if language == "vi" else en) for code, (vi, en) in MEANS.items())
    rows = (f"| {code} | {says.replace('|', BAR)} |" for code, says in said)
    return "\n".join((head, "|---|---|", *rows, ""))


def register(room: str) -> str:
    """Return what one register keeps, what may happen to it and what is refused."""
    lines = ["| Item | Tiếng Việt | Searched by |", "|---|---|---|"]
    for name, item in sorted(Item.registers.items()):
        if _room(item) == room:
            columns = ", ".join(f"`{column}`" for column in item.columns)
            lines.append(f"| `{name}` | {_vietnamese(name)} | {columns} |")
    lines += ["", "| Command | Tiếng Việt | Who |", "|---|---|---|"]
    for change in Change.kinds.values():
        if _room(change) == room:
            own, _dot, verb = change.kind.partition("/")[0].partition(".")
            roles = ", ".join(role.vi for role in change.roles) or "mọi vị trí"
            lines.append(f"| `qms {own} {typed(own, verb)}` | {change.vi} | {roles} |")
    lines += _asked(room)
    lines += ["", "| Refusal | Tiếng Việt | ISO 9001:2015 |", "|---|---|---|"]
    for error in sorted(errors(), key=lambda one: one.__name__):
        if error.__module__.startswith(f"qms.registers.{room}"):
            lines.append(f"| `{error.__name__}` | {error.vi} | {error.clause} |")
    return "\n".join((*lines, ""))


def _asked(room: str) -> list[str]:
    """Return the questions of the items of a room, as a table where there are any."""
    with speaking("vi"):
        rows = [
            f"| `qms {name} {verb}` | {gettext(says)} |"
            for name, verbs in ASKED.items()
            if _room(Item.registers[name]) == room
            for verb, (_ask, says) in verbs.items()
        ]
    return ["", "| Question | Tiếng Việt |", "|---|---|", *rows] if rows else []


def register_pages() -> str:
    """Return the page of each register, by what it keeps."""
    rows = []
    for page in sorted((HERE / "registers").glob("*.md")):
        heading = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        rows.append(f"| [{page.stem}](registers/{page.name}) | {heading} |")
    return "\n".join(("| Register | |", "|---|---|", *rows, ""))


def found() -> str:
    """Return every finding of verification with its sentences."""
    return _table_of(code for code in findings.CODES if code not in OF_PACKS)


def schema() -> str:
    """Return the tables of the ledger and their columns."""
    rows = [_table(table) for _, table in sorted(tables.metadata.tables.items())]
    return "\n".join(("| Table | | Columns |\n|---|---|---|", *rows, ""))


def states() -> str:
    """Return which change leads a document from where to where."""
    named = (f"| {short} | `{stage}` | {vi} |" for stage, (short, vi) in STAGES.items())
    head = ["| Change |", "|---|"]
    for short, _ in STAGES.values():
        head = [f"{head[0]} {short} |", f"{head[1]}---|"]
    rows = (
        _row(row) for row in TABLE if row.startswith("document.") and "absent" not in TABLE[row]
    )
    return "\n".join(("| | Stage | Tiếng Việt |\n|---|---|---|", *named, "", *head, *rows, ""))


def stages() -> str:
    """Return which change leads an item of any other register from where to where."""
    rows = (
        f"| `{row}` | {_stage(before)} | {_stage(after)} |"
        for row in TABLE
        if not row.startswith("document.") or "absent" in TABLE[row]
        for before, after in (arrow.split(">") for arrow in TABLE[row].split())
    )
    return "\n".join(("| Change | From | To |\n|---|---|---|", *rows, ""))


def decisions() -> str:
    """Return every decision by its number, as its first heading says it."""
    rows = []
    for page in sorted((HERE / "decisions").glob("*.md")):
        heading = page.read_text("utf-8").partition("\n")[0]
        says = re.sub(r"^# *[0-9]+[.:]? *", "", heading)
        rows.append(f"| [{int(page.name[:4])}](decisions/{page.name}) | {says} |")
    return "\n".join(("| | |", "|---|---|", *rows, ""))


def packs() -> str:
    """Return what only the checker of packs finds, in both languages."""
    return _table_of(code for code in verify.SAYS if code in OF_PACKS)


def _table_of(codes: Iterable[str]) -> str:
    rows = (
        f"| `{code}` | {said['weight']} | {said['says']['en']} | {said['says']['vi']} "
        f"| {said['means']['en']} | {said['do']['en']} |"
        for code, said in ((code, findings.CODES[code]) for code in codes)
    )
    head = (
        "| Code | Weight | Finding | Tiếng Việt | What it means | What to do |\n"
        "|---|---|---|---|---|---|"
    )
    return "\n".join((head, *rows, ""))


PARTS: Final[dict[str, Callable[..., str]]] = {
    "register": register,
    "register_pages": register_pages,
    "choices": choices,
    "decisions": decisions,
    "exits": exits,
    "packs": packs,
    "findings": found,
    "registers": registers,
    "refusals": refusals,
    "schema": schema,
    "stages": stages,
    "states": states,
}


def renewed(text: str) -> str:
    """Return a page with its generated parts made anew."""

    def made(part: re.Match[str]) -> str:
        words = [part[3]] if part[3] else []
        return f"{part[1]}\n{PARTS[part[2]](*words)}\n{part[4]}"

    return REGION.sub(made, text)


def pages() -> list[Path]:
    """Return every page of the documentation."""
    return sorted(HERE.rglob("*.md"))


def _register(room: str) -> Iterator[str]:
    says = (import_module(f"qms.registers.{room}").__doc__ or "").splitlines()[0]
    yield f"## {room}\n\n{says}\n"
    for change in Change.kinds.values():
        if _room(change) == room:
            yield from _change(room, change)


def _change(room: str, change: type[Change[Any]]) -> Iterator[str]:
    yield f"### {change.vi}\n"
    yield f"`{room}.{change.__name__}` · `{change.kind}` · {_first(change)}\n"
    yield f"{_who(change)}\n"
    yield "| Field | Tiếng Việt | Form | |"
    yield "|---|---|---|---|"
    for name, field in change.model_fields.items():
        yield f"| `{name}` | {field.title} | {_form(change, name)} | {_default(field)} |"
    yield ""


def _who(change: type[Change[Any]]) -> str:
    roles = ", ".join(f"{role.vi} (`{role}`)" for role in change.roles)
    who = f"Vai trò / roles: {roles or 'mọi người đang giữ vị trí / everybody in a post'}."
    tools = " Phần mềm được đề xuất / a tool may propose it." if change.tools else ""
    past = " Nhập dữ liệu cũ / it tells the past." if change.imports else ""
    says = f" Ý nghĩa chữ ký: {change.meaning.vi} (`{change.meaning}`)." if change.meaning else ""
    return who + tools + past + says


def _form(change: type[Change[Any]], name: str) -> str:
    said = next(
        base.__annotations__[name]
        for base in change.__mro__
        if name in inspect.get_annotations(base)
    )
    plain = str(said).removesuffix(" | None").removesuffix(", ...]").removeprefix("tuple[")
    several = "many " if str(said).startswith("tuple[") else ""
    return f"{several}`{plain}`"


def _words(form: Any) -> Iterator[type[Word]]:
    if isinstance(form, type) and issubclass(form, Word):
        yield form
    for part in get_args(form):
        yield from _words(part)


def _choice(word: type[Word]) -> str:
    return f"{_room(word) or 'values'}.{word.__name__}"


def _default(field: FieldInfo) -> str:
    return "required" if field.default is PydanticUndefined else "optional"


def _table(table: Any) -> str:
    keys = {column.name for column in table.primary_key}
    columns = ", ".join(
        f"**{column.name}**" if column.name in keys else column.name for column in table.columns
    )
    kind = "trail" if table.name in TRAIL else "derived"
    register = Item.registers.get(table.name)
    says = f"{kind}, register" if register else kind
    return f"| `{table.name}` | {says} | {columns} |"


def _row(row: str) -> str:
    kind, _, how = row.partition(" ")
    led = dict(arrow.split(">") for arrow in TABLE[row].split())
    cells = (STAGES[led[stage]][0] if stage in led else "" for stage in STAGES)
    return f"| `{kind}` {how}".rstrip() + f" | {' | '.join(cells)} |"


def _stage(stage: str) -> str:
    return "" if stage == "absent" else f"`{stage}`"


def _room(of: type[Any]) -> str:
    return of.__module__.split(".")[2] if of.__module__.startswith("qms.registers.") else ""


def _vietnamese(register: str) -> str:
    with speaking("vi"):
        return gettext(f"{register}.")


def _rank(room: str) -> tuple[int, str]:
    return FIRST.index(room) if room in FIRST else len(FIRST), room


def _place(error: type[QMSError]) -> str:
    return f"{error.__module__}.{error.__name__}".removeprefix("qms.")


def _first(value: type[Any]) -> str:
    return (value.__doc__ or "").splitlines()[0]


def _below(error: type[QMSError]) -> Iterator[type[QMSError]]:
    for each in error.__subclasses__():
        if each.__module__.startswith("qms.") and not each.__name__.startswith("_"):
            yield each
        yield from _below(each)


def main() -> None:
    """Write every page anew, and the words that the checkers of packs know."""
    for page in pages():
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
    checkers.main()


if __name__ == "__main__":
    main()
