"""What a text must hold before anybody signs it: ISO 9001:2015, 7.5.2 b, c."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from ... import standards
from ...errors import QMSError, Refused
from ...values import folded
from ..policy import DocumentType
from .front import Front, part


class Faulty(Refused):
    """This text is not ready to be signed."""

    clause = "7.5.2 c"
    vi = "Nội dung chưa đạt để ký."

    def says(self, language: str) -> str:
        """Return the sentence; before it, what is wrong with the text and where."""
        where, _, code = self.about.rpartition(", ")
        fault, spoken = _SAYS.get(code), language == "vi"
        if fault is None:
            return super().says(language)
        return f"{where}: {fault[0 if spoken else 1]} {type(self)().says(language)}"


class Remark(NamedTuple):
    """One thing that a reader of the text should know; a fault keeps it from being signed."""

    code: str
    about: str
    vi: str
    en: str

    @property
    def fault(self) -> bool:
        """Tell whether this keeps the text from being signed."""
        return self.code.startswith("E")


_SAYS: Final = {
    "E1": ("Tệp không phải văn bản UTF-8.", "The file is not UTF-8 text."),
    "E2": ("Văn bản không ở dạng Unicode dựng sẵn (NFC).", "The text is not in NFC."),
    "E3": ("Phần đầu không đúng khuôn dạng.", "The front part is not of the agreed form."),
    "E4": ("Thiếu mục bắt buộc.", "A required section is missing."),
    "E5": ("Còn chỗ trống chưa điền.", "A placeholder is left."),
    "E6": (
        "Tổng số ngày các bước khác thời hạn công bố.",
        "The days of the steps do not add up to the announced days.",
    ),
    "E7": ("Văn bản không có nội dung.", "The text is empty."),
    "E8": (
        "Tệp mở đầu bằng dấu BOM; hãy lưu lại ở dạng UTF-8 không BOM.",
        "The file begins with a byte order mark; save it as UTF-8 without one.",
    ),
    "W1": ("Liên kết tới tệp không kèm theo.", "A link leads to a file that is not attached."),
    "W2": ("Biểu mẫu chưa có trong hệ thống.", "A form is not in the system."),
    "W3": ("Biểu mẫu chưa có hiệu lực.", "A form is not in force."),
    "W4": ("Bảng dữ liệu chưa được đặt vào văn bản.", "A table of data is not placed in the text."),
    "W5": (
        "Điều khoản không có trong phiên bản đang áp dụng.",
        "A clause is not in the declared edition.",
    ),
    "W6": (
        "Ngày hiệu lực sớm hơn ngày phê duyệt.",
        "The text took effect before it was approved.",
    ),
    "W7": ("Phần đầu của văn bản ghi khác với sổ.", "The front part says other than the register."),
    "W8": (
        "Quyết định ban hành có sau ngày hiệu lực.",
        "The decision is of a day after the text took effect.",
    ),
    "W9": (
        "Chỉ văn bản Markdown được phần mềm kiểm tra; người soát xét tự xem đủ các mục bắt buộc.",
        "Only Markdown is looked into; a reviewer sees that the required sections are there.",
    ),
}

# Every choice begins with a letter of its own: then all other letters are passed over at once.
_PLACEHOLDER: Final = re.compile(
    r"……|\.\.\.\.\.|____|T(?<=\bT)(?:ODO|BD)\b|X(?<=\bX)XX+\b|\[…\]|\[\.\.\.\]|\{\{"
)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
BLOCKS: Final = ("papers", "steps", "forms", "records")


def remark(code: str, about: str = "") -> Remark:
    """Return a remark with its two sentences."""
    return Remark(code, about, *_SAYS[code])


@lru_cache(4_096)
def fold(text: str) -> str:
    """Return a text without accents, case and numbering, for comparing headings.

    >>> fold("5. Nội dung") == fold("NOI DUNG")
    True
    """
    return re.sub(r"^[\d\s]+", "", folded(text))


def faults(data: bytes, kind: DocumentType) -> Iterator[Remark]:
    """Yield what keeps a text of this type from being signed."""
    return (found for found in remarks(data, kind) if found.fault)


def remarks(data: bytes, kind: DocumentType, attached: tuple[str, ...] = ()) -> Iterator[Remark]:
    """Yield everything that can be seen in the text alone."""
    written = list(unwritten(data))
    yield from written
    if any(found.code == "E1" for found in written):
        return
    try:
        parted = part(data.decode())
    except QMSError as error:  # a code or a text in it may be refused, too
        yield remark("E3", error.about)
        return
    yield from _body(parted.body, kind, attached)
    if parted.front is not None:
        yield from _data(parted.front, parted.body)
        if not kind.blanks:
            yield from _unfilled(parted.front.model_dump(), "")


def unwritten(data: bytes) -> Iterator[Remark]:
    """Yield what is wrong with the bytes themselves, whatever they say."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield remark("E1", f"byte {error.start}")
        return
    if text.startswith("\ufeff"):
        yield remark("E8")
    if not unicodedata.is_normalized("NFC", text):
        yield remark("E2")


def clause_remarks(front: Front, edition: int) -> Iterator[Remark]:
    """Yield the clauses of a front part that an edition of the standard lacks."""
    known = standards.edition(edition)
    return (remark("W5", clause) for clause in front.clauses if clause not in known)


def _body(whole: str, kind: DocumentType, attached: tuple[str, ...]) -> Iterator[Remark]:
    # What stands between fences is an example; its lines still count.
    body = _FENCED.sub(lambda example: "\n" * example[0].count("\n"), whole)
    if not whole.strip():
        yield remark("E7")
    yield from _sections(body, kind)
    if not kind.blanks:
        yield from _placeholders(body)
    yield from _links(body, attached)


def _sections(body: str, kind: DocumentType) -> Iterator[Remark]:
    headings = {fold(line.lstrip("#")) for line in body.splitlines() if line.startswith("#")}
    for section in kind.sections:
        if fold(section) not in headings:
            yield remark("E4", section)


def _placeholders(body: str) -> Iterator[Remark]:
    for number, line in enumerate(body.splitlines(), 1):
        found = _PLACEHOLDER.search(line)
        if found:
            yield remark("E5", f"{number}: {line.strip()[:60]}")


def _links(body: str, attached: tuple[str, ...]) -> Iterator[Remark]:
    for target in _LINK.findall(body):
        elsewhere = "://" in target or target.startswith(("#", "mailto:"))
        if not elsewhere and target not in attached:
            yield remark("W1", target)


def _unfilled(value: object, place: str) -> Iterator[Remark]:
    """Yield the blanks in a front part: the tables of a text are made from it."""
    if isinstance(value, str) and _PLACEHOLDER.search(value):
        yield remark("E5", f"{place}: {value[:60]}")
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _unfilled(part, f"{place}.{name}" if place else name)
    if isinstance(value, (tuple, list)):
        for number, part in enumerate(value, 1):
            yield from _unfilled(part, f"{place} {number}")


def _data(front: Front, body: str) -> Iterator[Remark]:
    total = sum((stage.days for stage in front.steps), Decimal(0))
    if front.days is not None and total != front.days:
        yield remark("E6", f"{total} ≠ {front.days}")
    for block in BLOCKS:
        if getattr(front, block) and f"{{{block}}}" not in body:
            yield remark("W4", f"{{{block}}}")


def forms(front: Front) -> tuple[str, ...]:
    """Return the codes of the forms that a text names."""
    return tuple(row.code for row in front.forms)
