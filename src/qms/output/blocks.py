"""The structured front part of a text as tables: steps, papers, forms, records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

from ..registers.documents.front import FormRow, Front, Paper, RecordRow, Stage
from ..values import key
from .flow import days_said, flow

Links = Mapping[str, str]
"""Where the pages of documents lie, by the key of their codes."""


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], foot: str = "") -> str:
    """Return a table of HTML cells; ``name`` is its class.

    Each cell has the title of its column with it: on a phone, cells stand below each other.
    """
    known = tuple(map(escape, head))
    titles = "".join(f'<th scope="col">{title}</th>' for title in known)
    body = "".join(f"<tr>{''.join(map(_cell, known, row))}</tr>\n" for row in rows)
    last = f'<tfoot><tr><td colspan="{len(head)}">{foot}</td></tr></tfoot>' if foot else ""
    return (
        f'<table class="{name}">\n<thead><tr>{titles}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>{last}\n</table>"
    )


def _cell(title: str, cell: str) -> str:
    return f'<td data-title="{title}">{cell}</td>'


def linked(text: str, links: Links) -> str:
    """Return a text as HTML, each code in it that has a page made a link.

    >>> linked("BM.01-QT-11 nếu thiếu", {"bm.01-qt-11": "bm.html"})
    '<a href="bm.html">BM.01-QT-11</a> nếu thiếu'
    """
    return "".join(link(word, links) for word in re.split(r"(\w+(?:[.&/-]+\w+)*)", text))


def link(code: str, links: Links) -> str:
    """Return a code as HTML, made a link where it has a page."""
    href = links.get(key(code))
    return f'<a href="{escape(href)}">{escape(code)}</a>' if href else escape(code)


def blocks(front: Front | None, links: Links) -> dict[str, str]:
    """Return the HTML for each block that a front part fills."""
    if front is None:
        return {}
    return {
        "steps": _steps(front.steps, front.days, links),
        "papers": _papers(front.papers),
        "forms": _forms(front.forms, links),
        "records": _records(front.records),
    }


def _steps(steps: tuple[Stage, ...], days: Decimal | None, links: Links) -> str:
    head = ("Bước", "Trình tự", "Trách nhiệm", "Thời gian (ngày làm việc)", "Biểu mẫu/kết quả")
    rows = (
        (
            escape(stage.step),
            linked(stage.name, links),
            escape(stage.who),
            days_said(stage.days),
            linked(stage.result, links),
        )
        for stage in steps
    )
    total = "" if days is None else f"Tổng thời gian giải quyết: {days_said(days)} ngày làm việc"
    chart = f'<figure class="chart">{flow(steps)}</figure>\n' if steps else ""
    return chart + table("steps", head, rows, total) if steps else ""


def _papers(papers: tuple[Paper, ...]) -> str:
    head = ("TT", "Tên giấy tờ", "Bản chính", "Bản sao")
    rows = [
        (str(n), escape(paper.name), _count(paper.original), _count(paper.copies))
        for n, paper in enumerate(papers, 1)
    ]
    return table("papers", head, rows) if rows else ""


def _forms(forms: tuple[FormRow, ...], links: Links) -> str:
    head = ("TT", "Mã số", "Tên biểu mẫu")
    rows = [(str(n), link(form.code, links), escape(form.title)) for n, form in enumerate(forms, 1)]
    return table("forms", head, rows) if rows else ""


def _records(records: tuple[RecordRow, ...]) -> str:
    head = ("TT", "Tên hồ sơ", "Nơi lưu", "Thời hạn lưu")
    rows = [
        (str(n), escape(record.name), escape(record.keeper), _kept(record))
        for n, record in enumerate(records, 1)
    ]
    return table("records", head, rows) if rows else ""


def _count(copies: int) -> str:
    return str(copies) if copies else "–"


def _kept(record: RecordRow) -> str:
    if record.permanent:
        return "Vĩnh viễn"
    return "–" if record.years is None else f"{record.years} năm"
