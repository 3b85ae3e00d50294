"""The flow chart of a procedure, drawn from its steps: who, what, how long, with which form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from typing import Final, NamedTuple

from ..registers.documents.front import Stage


class _Column(NamedTuple):
    title: str
    left: int
    width: int


_WHO: Final = _Column("Trách nhiệm", 0, 150)
_WHAT: Final = _Column("Lưu đồ", 150, 280)
_DAYS: Final = _Column("Thời gian", 430, 76)
_RESULT: Final = _Column("Biểu mẫu, kết quả", 506, 154)
_COLUMNS: Final = (_WHO, _WHAT, _DAYS, _RESULT)
_WIDTH: Final = 660
_MARGIN: Final = 8

_SIZE: Final = 13
_LINE: Final = 16
_HEAD: Final = 28
_GAP: Final = 20
"""What lies between two boxes: room for the arrow."""

_TALLEST: Final = 900
"""How tall one chart grows before the next begins: what a page of A4 holds."""


class _Row(NamedTuple):
    who: list[str]
    what: list[str]
    days: list[str]
    result: list[str]

    @property
    def height(self) -> int:
        return max(map(len, self)) * _LINE + 14 + _GAP

    @property
    def box(self) -> int:
        return len(self.what) * _LINE + 14


def days_said(days: Decimal) -> str:
    """Return a number of working days as people write it, a dash for none.

    >>> days_said(Decimal("0.5")), days_said(Decimal("10")), days_said(Decimal(0))
    ('0,5', '10', '–')
    """
    if not days:
        return "–"
    plain = f"{days.normalize():f}" if abs(days.adjusted()) < 9 else str(days)
    return plain.replace(".", ",")


def flow(steps: Sequence[Stage]) -> str:
    """Return the chart as SVG; a long one in several, each no taller than a page."""
    rows = [_row(stage) for stage in steps]
    last = len(rows) - 1
    return "".join(_chart(rows, here, last) for here in _pages(rows))


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, none wider than so many units at the chart's size.

    >>> wrapped("Tiếp nhận, kiểm tra hồ sơ", 90)
    ['Tiếp nhận,', 'kiểm tra hồ sơ']
    """
    lines = [""]
    for word in _words(text, width):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _wide(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _row(stage: Stage) -> _Row:
    days = days_said(stage.days)
    return _Row(
        who=wrapped(stage.who, _WHO.width - 2 * _MARGIN),
        what=wrapped(f"{stage.step}. {stage.name}", _WHAT.width - 4 * _MARGIN),
        days=[days] if days == "–" else [days, "ngày"],
        result=wrapped(stage.result, _RESULT.width - 2 * _MARGIN),
    )


def _pages(rows: list[_Row]) -> Iterator[range]:
    first, height = 0, _HEAD
    for number, row in enumerate(rows):
        if number > first and height + row.height > _TALLEST:
            yield range(first, number)
            first, height = number, _HEAD
        height += row.height
    yield range(first, len(rows))


def _chart(rows: list[_Row], here: range, last: int) -> str:
    top, drawn, arrows, rules = _HEAD, [], [], []
    for number in here:
        row = rows[number]
        drawn.append(_step(row, top, ends=number in (0, last)))
        if number != last:
            arrows.append(_arrow(top, row, rows[number + 1]))
            rules.append(_rule(top + row.height))
        top += row.height
    frame = "".join(f"M{column.left} 0V{top}" for column in _COLUMNS[1:])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" aria-label="Lưu đồ" '
        f'viewBox="-1 -1 {_WIDTH + 2} {top + 2}" font-size="{_SIZE}" '
        "font-family=\"'Times New Roman',Tinos,'Liberation Serif',serif\">"
        f'<path fill="none" stroke="#000" d="M0 0H{_WIDTH}V{top}H0ZM0 {_HEAD}H{_WIDTH}{frame}"/>'
        f'<path stroke="#999" d="{"".join(rules[: len(here) - 1])}"/>'
        f'<path stroke="#000" d="{"".join(arrows)}"/>'
        f'<g font-weight="bold" text-anchor="middle">{"".join(map(_title, _COLUMNS))}</g>'
        f"{''.join(drawn)}</svg>"
    )


def _title(column: _Column) -> str:
    return f'<text x="{column.left + column.width // 2}" y="19">{column.title}</text>'


def _step(row: _Row, top: int, *, ends: bool) -> str:
    middle = top + row.height // 2
    centre = _WHAT.left + _WHAT.width // 2
    return (
        f'<rect x="{_WHAT.left + _MARGIN}" y="{middle - row.box // 2}" height="{row.box}" '
        f'width="{_WHAT.width - 2 * _MARGIN}" rx="{15 if ends else 0}" fill="#fff" stroke="#000"/>'
        f"{_text(row.who, _WHO.left + _MARGIN, middle)}"
        f'<g text-anchor="middle">{_text(row.what, centre, middle)}'
        f"{_text(row.days, _DAYS.left + _DAYS.width // 2, middle)}</g>"
        f"{_text(row.result, _RESULT.left + _MARGIN, middle)}"
    )


def _text(lines: list[str], left: int, middle: int) -> str:
    first, *others = map(escape, lines)
    top = middle + 4 - (len(lines) - 1) * _LINE // 2
    more = "".join(f'<tspan x="{left}" dy="{_LINE}">{line}</tspan>' for line in others)
    return f'<text x="{left}" y="{top}">{first}{more}</text>' if any(lines) else ""


def _arrow(top: int, row: _Row, following: _Row) -> str:
    centre = _WHAT.left + _WHAT.width // 2
    start = top + row.height // 2 - row.box // 2 + row.box
    end = top + row.height + following.height // 2 - following.box // 2
    return f"M{centre} {start}V{end}l-4-7h8l-4 7"


def _rule(top: int) -> str:
    return f"M0 {top}h{_WHAT.left}M{_DAYS.left} {top}H{_WIDTH}"


_NARROW: Final = frozenset("fijlrtI.,:;!|()[]-/' ")
_BROAD: Final = frozenset("mwMW%@")


def _wide(text: str) -> float:
    letters = unicodedata.normalize("NFD", text)
    return sum(map(_letter, letters)) * _SIZE


def _letter(letter: str) -> float:
    # Widths of Times New Roman in em, rather too wide; a combining mark stands above its letter.
    if unicodedata.combining(letter):
        return 0
    if letter in _NARROW:
        return 0.3
    if letter in _BROAD:
        return 0.85
    return 0.7 if letter.isupper() else 0.49


def _words(text: str, width: int) -> Iterator[str]:
    longest = max(1, int(width / (0.85 * _SIZE)))
    for word in text.split():
        if _wide(word) <= width:
            yield word
        else:
            yield from (word[at : at + longest] for at in range(0, len(word), longest))
