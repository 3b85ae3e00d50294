"""The structured front part of a text: TOML between two lines ``+++``, before the Markdown."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from ...errors import Unreadable
from ...values import Code, Frozen, Text

FENCE = "+++"

Days = Annotated[Decimal, Field(ge=0, le=9_999)]
"""Working days; half a day is one."""


class Stage(Frozen):
    """One step of a procedure: who does what, in how many working days."""

    step: Text
    name: Text
    who: Text
    days: Days = Decimal(0)
    result: Text = ""


class Paper(Frozen):
    """One paper of an application dossier."""

    name: Text
    original: int = Field(default=0, ge=0)
    copies: int = Field(default=0, ge=0)


class FormRow(Frozen):
    """One form of a procedure."""

    code: Code
    title: Text


class RecordRow(Frozen):
    """One kind of record that a procedure leaves, and how long it is kept."""

    name: Text
    keeper: Text
    years: int | None = Field(default=None, ge=0)
    permanent: bool = False


class Front(Frozen):
    """What a text says of itself."""

    code: Code
    type: Code
    title: Text
    unit: Code
    owner: Code
    clauses: tuple[Text, ...] = ()
    legal: tuple[Text, ...] = ()
    services: tuple[Code, ...] = ()
    keywords: tuple[Text, ...] = ()
    scope: Text = ""
    parents: tuple[Code, ...] = ()
    distribution: tuple[Code, ...] = ()
    days: Days | None = None
    papers: tuple[Paper, ...] = ()
    steps: tuple[Stage, ...] = ()
    forms: tuple[FormRow, ...] = ()
    records: tuple[RecordRow, ...] = ()


class BadFront(Unreadable):
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
        raise BadFront(_wrong(error)) from None
    # A number of 5,000 digits is no TOMLDecodeError, and one of 1e99…99 not even a ValueError.
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadFront(str(error).splitlines()[0]) from None


def _wrong(error: ValidationError) -> str:
    rows = (f"{'.'.join(map(str, row['loc']))} ({row['type']})" for row in error.errors())
    return ", ".join(rows)
