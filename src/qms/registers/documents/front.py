"""The structured front part of a text: TOML between two lines ``+++``, before the Markdown."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from ...errors import Unreadable
from ...misfits import Misformed, misfits
from ...values import Code, Frozen, Text

FENCE = "+++"

Days = Annotated[Decimal, Field(ge=0, le=9_999)]
"""Working days; half a day is one."""


class Stage(Frozen):
    """One step of a procedure: who does what, in how many working days."""

    step: Text = Field(title="Bước")
    name: Text = Field(title="Việc")
    who: Text = Field(title="Người làm")
    days: Days = Field(default=Decimal(0), title="Số ngày làm việc")
    result: Text = Field(default="", title="Kết quả")


class Paper(Frozen):
    """One paper of an application dossier."""

    name: Text = Field(title="Tên giấy tờ")
    original: int = Field(default=0, ge=0, title="Số bản chính")
    copies: int = Field(default=0, ge=0, title="Số bản sao")


class FormRow(Frozen):
    """One form of a procedure."""

    code: Code = Field(title="Mã biểu mẫu")
    title: Text = Field(title="Tên biểu mẫu")


class RecordRow(Frozen):
    """One kind of record that a procedure leaves, and how long it is kept."""

    name: Text = Field(title="Tên hồ sơ")
    keeper: Text = Field(title="Nơi lưu")
    years: int | None = Field(default=None, ge=0, title="Số năm lưu")
    permanent: bool = Field(default=False, title="Lưu vĩnh viễn")


class Front(Frozen):
    """What a text says of itself."""

    code: Code = Field(title="Mã số")
    type: Code = Field(title="Loại tài liệu")
    title: Text = Field(title="Tên tài liệu")
    unit: Code = Field(title="Đơn vị chủ trì")
    owner: Code = Field(title="Vị trí chủ trì")
    clauses: tuple[Text, ...] = Field(default=(), title="Điều khoản tiêu chuẩn")
    legal: tuple[Text, ...] = Field(default=(), title="Căn cứ pháp lý")
    services: tuple[Code, ...] = Field(default=(), title="Mã thủ tục hành chính")
    keywords: tuple[Text, ...] = Field(default=(), title="Từ khóa")
    scope: Text = Field(default="", title="Phạm vi")
    parents: tuple[Code, ...] = Field(default=(), title="Thuộc quy trình")
    distribution: tuple[Code, ...] = Field(default=(), title="Nơi nhận")
    days: Days | None = Field(default=None, title="Số ngày làm việc")
    papers: tuple[Paper, ...] = Field(default=(), title="Thành phần hồ sơ")
    steps: tuple[Stage, ...] = Field(default=(), title="Các bước")
    forms: tuple[FormRow, ...] = Field(default=(), title="Biểu mẫu")
    records: tuple[RecordRow, ...] = Field(default=(), title="Hồ sơ lưu")

    def recipients(self) -> tuple[str, ...] | None:
        """Return the units that receive this text, or ``None`` where it does not say.

        A form goes with its procedure: nobody receives it by itself.
        """
        return () if self.parents else self.distribution or None


class BadFront(Misformed, Unreadable):
    """The front part of this text is not TOML of the agreed form."""

    vi = "Phần đầu của văn bản không phải TOML đúng khuôn dạng."


class Parted(NamedTuple):
    """A text in its two parts; ``front`` is ``None`` where there is none."""

    front: Front | None
    body: str


def part(text: str) -> Parted:
    """Return the front part and the body, or raise ``BadFront`` or what refuses a value in it.

    >>> part("## 1. Mục đích").front is None
    True
    """
    text = text.replace("\r\n", "\n")
    if not text.startswith(f"{FENCE}\n"):
        return Parted(None, text)
    front, found, body = text.removeprefix(f"{FENCE}\n").partition(f"\n{FENCE}\n")
    if not found:
        raise BadFront(FENCE)
    try:
        return Parted(Front(**tomllib.loads(front, parse_float=Decimal)), body)
    except ValidationError as error:
        raise BadFront(wrong=misfits(Front, error)) from None
    # A number of 5,000 digits is no TOMLDecodeError, and one of 1e99…99 not even a ValueError.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadFront(str(error).splitlines()[0]) from None
