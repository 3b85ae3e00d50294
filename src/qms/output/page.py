"""Pages that look like the department's own paper: text to HTML, without I/O but our own style."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple

from ..errors import QMSError
from ..registers.documents import Document, Revision, part
from .blocks import Links, blocks, table
from .markup import BAD_FRONT, LARGEST, TOO_HEAVY, plain, rendered


class Link(NamedTuple):
    """Words that lead to a file of the same folder."""

    words: str
    href: str


class Hand(NamedTuple):
    """One signature as people read it."""

    task: str
    name: str
    post: str
    at: str
    meaning: str
    key: str = ""
    """The fingerprint of the signer's own key, where the signature can be checked with it."""


class Stamps(NamedTuple):
    """The words stamped on copies, as the policy has them."""

    controlled: str = ""
    uncontrolled: str = ""
    undecided: str = ""


class Edition(NamedTuple):
    """What all pages of one publication share."""

    organisation: str
    on: date
    entries: int
    stamps: Stamps = Stamps()


class Row(NamedTuple):
    """One document of the master list, with the page it has."""

    document: Document
    revision: Revision
    kind: str
    unit: str
    href: str


class Paper(NamedTuple):
    """All that stands around the text of one document."""

    edition: Edition
    row: Row
    owner: str = ""
    signer: str = ""
    form: bool = False
    hands: Sequence[Hand] = ()
    turns: Sequence[Revision] = ()
    recipients: Sequence[str] = ()
    parents: Sequence[Link] = ()
    forms: Sequence[Link] = ()
    files: Sequence[Link] = ()


COLUMNS: Final = (
    "Mã số",
    "Tên tài liệu",
    "Loại",
    "Đơn vị",
    "Lần BH.SĐ",
    "Ngày ban hành",
    "Ngày hiệu lực",
    "Số quyết định",
)
"""The head of the master list."""

HOME: Final = "../index.html"


def page(paper: Paper, body: str) -> str:
    """Return the page of one document; ``body`` is its text as clean HTML.

    A form is printed to be filled in: it begins with its text, and is no uncontrolled copy.
    Any other document begins with its cover sheet.
    """
    text, control = f"<article>\n{body}\n</article>", _control(paper)
    sheets = (
        (text, f'<section class="sheet screen">\n{control}\n</section>')
        if paper.form
        else (control, f'<section class="sheet">\n{text}\n</section>')
    )
    parts = (_guide(paper), _stamps(paper), _cover(paper), *sheets, _attached(paper), _foot(paper))
    title = f"{paper.row.document.code} – {paper.row.revision.title}"
    return sheet(title, "\n".join(parts), running=_running(paper), script=_own("print.js"))


def body(text: str, links: Links, places: Mapping[str, str]) -> str:
    """Return a controlled text as clean HTML, the data of its front part shown as tables."""
    if len(text.encode()) > LARGEST:
        return plain(text, TOO_HEAVY)
    try:
        front, words = part(text)
    except QMSError:  # a code or a text in it may be refused, too
        return plain(text, BAD_FRONT)
    return rendered(words, blocks(front, links), places)


def unreadable(link: Link) -> str:
    """Return what stands for a text that is no Markdown: a link to its file."""
    says = "Nội dung không ở dạng trình bày được tại đây; hãy mở tệp:"
    return f'<p class="remark">{says} {_anchor(link)}</p>'


def index(edition: Edition, rows: Iterable[Row]) -> str:
    """Return the master list as a page that can be searched, and read without scripts too."""
    register = table("register", COLUMNS, (_listed(edition, row) for row in rows))
    parts = (
        f'<p class="office">{escape(edition.organisation)}</p>',
        "<h1>Danh mục tài liệu đang có hiệu lực</h1>",
        f'<p class="day">Ngày {day_said(edition.on)}</p>',
        '<p class="search screen" hidden><label>Tìm: <input type="search" '
        'placeholder="mã số, tên, đơn vị… (có dấu hoặc không dấu)"></label> '
        "<output></output></p>",
        register,
        '<p class="screen"><a href="danh-muc.csv">Tải danh mục dạng bảng tính (CSV)</a></p>',
        _footer(edition, edition.stamps.uncontrolled),
    )
    return sheet(
        f"Danh mục tài liệu – {edition.organisation}",
        "\n".join(parts),
        name="list",
        script=_own("search.js"),
    )


def day_said(day: date) -> str:
    """Return a day as people write it.

    >>> day_said(date(2026, 3, 1))
    '01/03/2026'
    """
    return f"{day:%d/%m/%Y}"


def number(revision: Revision) -> str:
    """Return (issue, amendment) of a revision as people write it."""
    return f"{revision.issue}.{revision.amendment}"


def decision(revision: Revision, stamps: Stamps) -> str:
    """Return the number of the decision behind a revision, or the stamp while it is owed."""
    return revision.decision.number if revision.decision else stamps.undecided


def _listed(edition: Edition, row: Row) -> tuple[str, ...]:
    revision = row.revision
    return (
        _anchor(Link(row.document.code, row.href)),
        escape(revision.title),
        escape(row.kind),
        escape(row.unit),
        number(revision),
        day_said(revision.issued),
        day_said(revision.effective),
        _decision(revision, edition.stamps),
    )


def _decision(revision: Revision, stamps: Stamps) -> str:
    said = escape(decision(revision, stamps))
    return said if revision.decision else f'<strong class="stamp">{said}</strong>'


def _anchor(link: Link) -> str:
    return f'<a href="{escape(link.href)}">{escape(link.words)}</a>'


def _guide(paper: Paper) -> str:
    parents = "".join(f" · Thuộc: {_anchor(link)}" for link in paper.parents)
    return f'<nav class="screen"><a href="{HOME}">← Danh mục tài liệu</a>{parents}</nav>'


def _stamps(paper: Paper) -> str:
    stamps = paper.edition.stamps
    owed = "" if paper.row.revision.decision else _stamp(stamps.undecided)
    controlled, copied = _stamp(stamps.controlled, "screen"), _stamp(_copied(paper), "print")
    return f'<div class="stamps"><span>{owed}</span><span>{controlled}{copied}</span></div>'


def _copied(paper: Paper) -> str:
    return "" if paper.form else paper.edition.stamps.uncontrolled


def _stamp(words: str, where: str = "") -> str:
    return f'<strong class="{f"stamp {where}".strip()}">{escape(words)}</strong>' if words else ""


def _cover(paper: Paper) -> str:
    row = paper.row
    facts = {
        "Mã số": row.document.code,
        "Lần ban hành": str(row.revision.issue),
        "Lần sửa đổi": str(row.revision.amendment),
        "Ngày ban hành": day_said(row.revision.issued),
        "Ngày hiệu lực": day_said(row.revision.effective),
    }
    if row.revision.until is not None:
        facts["Hết hiệu lực từ"] = day_said(row.revision.until)
    lines = "".join(
        f"<div><span>{name}:</span> <b>{escape(said)}</b></div>" for name, said in facts.items()
    )
    return (
        f'<table class="cover"><tr><td class="office">{escape(paper.edition.organisation)}</td>\n'
        f'<td class="name"><p class="kind">{escape(row.kind)}</p>'
        f"<h1>{escape(row.revision.title)}</h1></td>\n"
        f'<td class="facts">{lines}</td></tr></table>'
    )


def _control(paper: Paper) -> str:
    return f"{_signatures(paper)}\n{_facts(paper)}\n{_turns(paper)}\n{_recipients(paper)}"


def _signatures(paper: Paper) -> str:
    if not paper.hands:
        return ""
    names = ("Họ và tên", "Chức vụ", "Thời điểm ký", "Ý nghĩa", "Khóa ký số")
    lines = list(zip(names, *_columns(paper), strict=True))
    if not any(hand.key for hand in paper.hands):
        lines.pop()
    head = ("Trách nhiệm", *(hand.task for hand in paper.hands))
    signed = "Mã băm nội dung" if paper.row.revision.legacy else "Chữ ký gắn với nội dung có mã băm"
    return (
        f"{table('signatures', head, lines)}\n"
        f'<p class="small">{signed} SHA-256 {paper.row.revision.digest}</p>'
    )


def _columns(paper: Paper) -> Iterable[tuple[str, ...]]:
    return (tuple(escape(said or "–") for said in hand[1:]) for hand in paper.hands)


def _facts(paper: Paper) -> str:
    row, legacy = paper.row, paper.row.revision.legacy
    facts = {"Quyết định ban hành": _decided(paper), "Đơn vị chủ trì": escape(row.unit)}
    facts["Vị trí chủ trì"] = escape(paper.owner)
    if legacy is not None:
        facts["Nguồn"] = escape(legacy.source)
        facts["Ghi chú khi nhập"] = escape(legacy.note)
    return "\n".join(f"<p><b>{name}:</b> {said}</p>" for name, said in facts.items() if said)


def _decided(paper: Paper) -> str:
    found = paper.row.revision.decision
    if found is None:
        return escape(paper.edition.stamps.undecided)
    signer = f", người ký: {paper.signer}" if paper.signer else ""
    return escape(f"số {found.number} ngày {day_said(found.day)}{signer}")


def _turns(paper: Paper) -> str:
    head = ("Lần BH.SĐ", "Ngày ban hành", "Ngày hiệu lực", "Phần liên quan", "Nội dung", "Số QĐ")
    rows = (_turn(revision, paper.edition.stamps) for revision in paper.turns)
    return f"<h2>Theo dõi sửa đổi</h2>\n{table('turns', head, rows)}"


def _turn(revision: Revision, stamps: Stamps) -> tuple[str, ...]:
    return (
        number(revision),
        day_said(revision.issued),
        day_said(revision.effective),
        escape(revision.place),
        escape(revision.summary),
        escape(decision(revision, stamps)),
    )


def _recipients(paper: Paper) -> str:
    lines = "".join(f"<p>– {escape(unit)}</p>" for unit in paper.recipients)
    return f'<div class="recipients"><p><b>Nơi nhận:</b></p>{lines}</div>' if lines else ""


def _attached(paper: Paper) -> str:
    groups = {"Biểu mẫu": paper.forms, "Tệp": paper.files}
    return "\n".join(
        f'<section class="screen"><h2>{name}</h2>\n<ul>'
        f"{''.join(f'<li>{_anchor(link)}</li>' for link in links)}</ul></section>"
        for name, links in groups.items()
        if links
    )


def _foot(paper: Paper) -> str:
    foot = _footer(paper.edition, _copied(paper))
    return f'<div class="screen">{foot}</div>' if paper.form else foot


def _footer(edition: Edition, copied: str) -> str:
    said = f"Có hiệu lực ngày {day_said(edition.on)}, theo nhật ký gồm {edition.entries} mục"
    return f"<footer>{escape(' · '.join(filter(None, (said, _printed(copied)))))}</footer>"


def _running(paper: Paper) -> str:
    """Return what stands at the foot of each printed page; ``print.js`` adds the day."""
    revision = paper.row.revision
    said = (
        f"{paper.row.document.code} · {revision.title}",
        f"Lần ban hành {revision.issue}, lần sửa đổi {revision.amendment}"
        f" · Hiệu lực từ {day_said(revision.effective)}",
        *filter(None, [_printed(_copied(paper))]),
    )
    return (
        "@page { @top-center { content: none; }"
        f' @bottom-left {{ content: "{_quoted(chr(10).join(said))}"; width: 78%; }}'
        ' @bottom-right { content: "Trang " counter(page) "/" counter(pages); } }\n'
    )


def _printed(copied: str) -> str:
    return f"{copied} KHI IN" if copied else ""


def _quoted(text: str) -> str:
    # Every letter that could end a CSS string, or the style element, is written by its number;
    # the blank behind a number belongs to it.
    return "".join(c if c.isalnum() or c in " .-·" else f"\\{ord(c):x} " for c in text)


def sheet(title: str, body: str, *, name: str = "", running: str = "", script: str = "") -> str:
    """Return a whole page in the department's own style, which loads nothing from anywhere."""
    rules = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:"
    code = f"<script>{script}</script>\n" if script else ""
    if script:
        rules += f"; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_own('paper.css')}{running}</style>\n</head>\n"
        f'<body class="{name or "document"}">\n{body}\n{code}</body>\n</html>\n'
    )


@cache
def _own(name: str) -> str:
    return (files("qms.output") / name).read_text("utf-8")
