"""The values that changes are made of: words, codes, contents, personal data."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Final, Self, TypeVar
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema

from .errors import Refused

LARGEST: Final = 20_000_000
"""Bytes that one file under control may have."""

LONGEST: Final = 4_000
"""Characters that one text of a change may have."""

LONGEST_NAME: Final = 200
"""Characters that the file name of a code may have, so that every computer keeps it."""


ValueT = TypeVar("ValueT")


class Word(StrEnum):
    """A word of the field: its key in English, ``vi`` as people read it."""

    vi: str

    def __new__(cls, key: str, vi: str = "") -> Self:
        """Return a word with its Vietnamese reading."""
        word = str.__new__(cls, key)
        word._value_, word.vi = key, vi or key
        return word


class BadText(Refused):
    """A text has no control characters and at most 4,000 characters."""

    vi = "Nội dung không được chứa ký tự điều khiển và không quá 4.000 ký tự."


class BadCode(Refused):
    """A code is Latin letters and digits, joined by single . - / & _ ( ) + or spaces."""

    clause = "7.5.2 a"
    vi = "Mã số chỉ gồm chữ cái, chữ số, nối bằng một trong các dấu . - / & _ ( ) + hoặc dấu cách."


class ReservedCode(Refused):
    """This code cannot name a file on every computer."""

    clause = "7.5.2 a"
    vi = "Mã số này không dùng được làm tên tệp trên mọi máy tính."


class LongCode(Refused):
    """A code is short: a file is named by it, in at most 200 letters without accents."""

    clause = "7.5.2 a"
    vi = "Mã số quá dài: tệp được đặt tên theo mã số, không quá 200 ký tự."


class TooLarge(Refused):
    """A file under control has at most 20 megabytes."""

    clause = "7.5.3"
    vi = "Tệp được kiểm soát không quá 20 MB."


class OtherBytes(Refused):
    """A content has the bytes that its digest and size say."""

    clause = "7.5.3"
    vi = "Nội dung tệp không khớp với mã băm và số byte đi kèm."


_SHORT: Final = 100
"""Characters of a text that may be remembered when it was judged."""

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
"""Controls, halves of letters, and what makes a reader see letters in another order."""


def _text(text: object) -> object:
    # Before pydantic counts letters, so that blanks alone are nothing where words are asked for.
    if not text or not isinstance(text, str):
        return text
    return (_short if len(text) <= _SHORT else _clean)(text)


def _clean(text: str) -> str:
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n").strip())
    if all(letter.isspace() or unicodedata.category(letter) == "Cf" for letter in clean):
        return ""
    if len(clean) > LONGEST or _FORBIDDEN.search(clean):
        raise BadText(clean[:40].encode("ascii", "backslashreplace").decode())
    return clean


_short: Final = lru_cache(4_096)(_clean)
"""The same words are said again and again: titles, units, reasons."""

Text = Annotated[str, BeforeValidator(_text)]
"""Vietnamese text in one normal form (NFC), so that equal words have equal bytes."""

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_CODE: Final = re.compile(r"[^\W_](?:[ ]?[-./&_+][ ]?[^\W_]|[ ]?[(][^\W_]|[ ][^\W_]|[^\W_]|[)])*")
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|git)(\..*)?")


@lru_cache(4_096)
def key(code: str) -> str:
    """Return what makes two spellings of a code the same code.

    >>> key("QT- SGD – 01") == key("QT-SGD-01")
    True
    """
    if code.isascii():
        return "".join(code.lower().split())
    folded = unicodedata.normalize("NFC", code).casefold().translate(_DASHES)
    return unicodedata.normalize("NFC", "".join(folded.split()))


@lru_cache(4_096)
def file_name(code: str) -> str:
    """Return the ASCII name under which files of this code are kept.

    >>> file_name("QT/4.2.3"), file_name("HTQLCL-LĐ")
    ('qt%2F4.2.3', 'htqlcl-l%C4%91')
    """
    return quote(key(code), safe="+")


@lru_cache(4_096)
def _code(text: str) -> str:
    code = " ".join(unicodedata.normalize("NFC", text).split())
    plain = code.translate(_DASHES)
    if not _CODE.fullmatch(plain) or not (plain.isascii() or all(map(_latin, plain))):
        raise BadCode(_shown(code))
    short = code.isascii() and len(code) < 67  # a letter is written with three at most
    if _DEVICE.fullmatch(key(code)):
        raise ReservedCode(_shown(code))
    if not (short or len(file_name(code)) <= LONGEST_NAME):
        raise LongCode(f"{_shown(code)}…")
    return code


def _shown(code: str) -> str:
    """Return the beginning; a letter that only looks like a Latin one shows what it is."""
    return "".join(
        one
        if one.isprintable() and _latin(one)
        else one.encode("ascii", "backslashreplace").decode()
        for one in code[:40]
    )


def _latin(letter: str) -> bool:
    return letter <= "\u1eff" and (
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")
    )


Code = Annotated[str, AfterValidator(_code)]
"""What an item is filed under, as people print it (``QT-05``, ``364/KH-SGTVT``)."""

OptionalCode = Annotated[str, AfterValidator(lambda text: text and _code(text))]
"""A code, or nothing."""

Digest = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", examples=["e3b0c442…7852b855 (64 × 0-9 a-f)"])
]
"""A SHA-256 in lower-case hexadecimal."""


WORD: Final = re.compile("\\w[\\w\u0300-\u036f]{0,59}")
"""A word of a text in NFC without underscores; what goes on for longer is no word of any tongue."""

_MARKS: Final = re.compile("[\u0300-\u036f]+")


def folded(text: str) -> str:
    """Return the words of a text without accents and case, for searching.

    >>> folded("5. Nội  DUNG, đường bộ")
    '5 noi dung duong bo'
    """
    return " ".join(map(plain, words(text)))


def words(text: str) -> list[str]:
    """Return the words of a text as they are written, in NFC."""
    return WORD.findall(unicodedata.normalize("NFC", text).replace("_", " "))


@lru_cache(65_536)
def plain(word: str) -> str:
    """Return a word without accents and case."""
    return _MARKS.sub("", unicodedata.normalize("NFD", word.casefold())).replace("đ", "d")


@lru_cache(65_536)
def spelled(word: str) -> str:
    """Return a word without case, its tone behind it, on whichever vowel that was written.

    >>> spelled("Hòa") == spelled("hoà"), spelled("hoa")
    (True, 'hoa')
    """
    apart = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(_TONES.get(mark, "") for mark in apart)
    shape = "".join(mark for mark in apart if mark not in _TONES)
    return unicodedata.normalize("NFC", shape) + tones


_TONES: Final = {mark: str(n) for n, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}
_DIGITS: Final = re.compile(r"(\d+)")
_SHAPES: Final = {"\u0306": "{", "\u0302": "|", "\u031b": "}"}  # all of them after z


@lru_cache(4_096)
def sort_key(text: str) -> str:
    """Return what sorts as Vietnamese does: by letter, then by tone; numbers by size.

    >>> sorted(["QT-10", "QT-9", "đa", "dz", "da", "dạ", "dà"], key=sort_key)
    ['da', 'dà', 'dạ', 'dz', 'đa', 'QT-9', 'QT-10']
    """
    if text.isascii():
        told = _DIGITS.sub(lambda digits: _sized(digits[0]), text.lower())
        return f"{told} {'0' * len(_DIGITS.sub('', text))}"
    letters, tones = [], []
    for part in _DIGITS.split(text.casefold().translate(_DASHES)):
        if part.isascii() and part.isdigit():
            letters.append(_sized(part))
            continue
        for mark in unicodedata.normalize("NFD", part.replace("đ", "d{")):
            if mark in _TONES:
                tones.append(_TONES[mark])
            else:
                letters.append(_SHAPES.get(mark, mark))
                tones.append("0")
    return "".join(letters) + " " + "".join(tones)


def _sized(digits: str) -> str:
    number = digits.lstrip("0")
    return f"{len(number):02}{number}"


@dataclass(frozen=True)
class Parts:
    """Marks a whole number that counts parts of a unit: so many of them make one."""

    of: int


Thousandths = Annotated[int, Parts(1000)]
"""A number kept in thousandths of its unit of measure, since nothing kept is a float."""

Hundredths = Annotated[int, Parts(100)]
"""Points, kept in hundredths."""

HalfDays = Annotated[int, Parts(2)]
"""Working days, kept in halves."""


TODAY: Final = "today"

Done = Annotated[date, TODAY]
"""The day on which somebody did what they tell of: who types it means today, unless they say."""


class Frozen(BaseModel):
    """A value: never altered, never half valid, no unknown fields.

    It keeps its fields by name, as ``canonical`` writes them: nothing is sorted again.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="constants", defer_build=True
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return how pydantic reads and writes this value: field by field, by name."""
        schema = handler(source)
        inner: Any = handler.resolve_ref_schema(schema)
        while inner["type"] != "model-fields":
            inner = inner["schema"]
        inner["fields"] = dict(sorted(inner["fields"].items()))
        return schema


class Content(Frozen):
    """The bytes of a file: always by digest, at hand only where somebody brought them.

    >>> Content.of("Quy trình").size
    10
    """

    sha256: Digest
    size: int = Field(ge=0, le=LARGEST)
    data: bytes | None = Field(default=None, exclude=True, repr=False)

    @classmethod
    def of(cls, data: bytes | str) -> Self:
        """Return the content that holds these bytes (a ``str`` as UTF-8)."""
        return cls.model_validate(data)

    @model_validator(mode="before")
    @classmethod
    def _digest(cls, value: Any) -> Any:
        if not isinstance(value, (bytes, str)):
            return value
        data = value.encode() if isinstance(value, str) else value
        if len(data) > LARGEST:
            raise TooLarge(f"{len(data)} B")
        return {"sha256": sha256(data).hexdigest(), "size": len(data), "data": data}

    @model_validator(mode="after")
    def _own_bytes(self) -> Self:
        data = self.data
        if data is not None and (len(data), sha256(data).hexdigest()) != (self.size, self.sha256):
            raise OtherBytes(self.sha256)
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


def manifest(contents: Mapping[str, Content]) -> str:
    """Return the digest over several files: the SHA-256 of their ``sha256sum`` list."""
    rows = (f"{content.sha256}  {path}\n" for path, content in sorted(contents.items()))
    return sha256("".join(rows).encode()).hexdigest()


class Sealed(Frozen):
    """Personal data, standing in the trail by a salted digest only."""

    sha256: Digest


PERSONAL: Final = "personal"

Personal = Annotated[Text | Sealed, PERSONAL]
"""Words about a person: said in clear, sealed before they enter the trail."""


def seal(text: str, salt: Callable[[], str]) -> tuple[Sealed, bytes]:
    """Return the digest that stands for a personal text, and the bytes for the vault."""
    data = canonical({"salt": salt(), "value": text})
    return Sealed(sha256=sha256(data).hexdigest()), data


def by_name(fields: dict[str, ValueT]) -> dict[str, ValueT]:
    """Return the same in the order in which ``canonical`` writes it."""
    return dict(sorted(fields.items()))


_CANONICAL: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: Any) -> bytes:
    """Return the one JSON form of a value: RFC 8785 for what entries may hold.

    Entries hold no floats, keys of Latin letters and integers below 2^53; there sorting keys by
    code point is the order of RFC 8785, and ``json`` and pydantic write strings and integers as
    it asks.
    """
    if isinstance(value, Frozen):  # its fields are sorted already
        return value.__pydantic_serializer__.to_json(value)
    return _CANONICAL.encode(value).encode()
