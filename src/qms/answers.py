"""What questions are answered with: texts in force, events, what is owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from .errors import Unreadable
from .registers.documents import Document, Revision
from .registers.documents.items import File
from .trail.entry import Entry


class NotText(Unreadable):
    """This file is not UTF-8 text; ask for its bytes."""

    vi = "Tệp này không phải văn bản UTF-8; hãy lấy dạng byte."


class Field(NamedTuple):
    """One field of an item before and after a change."""

    name: str
    before: Any
    after: Any


class Event(NamedTuple):
    """One entry in the history of an item, with what it altered there."""

    entry: Entry
    fields: tuple[Field, ...]


class Due(NamedTuple):
    """One thing that somebody owes by a day, in whatever register."""

    day: date
    register: str
    code: str
    unit: str
    owner: str
    state: str


class InForce(NamedTuple):
    """A revision in force on a day, and its document as it stands."""

    document: Document
    revision: Revision
    read: Callable[[File], bytes]

    @property
    def text(self) -> str:
        """Return the text that is in force, or raise ``NotText``."""
        return decoded(self.data, self.revision.code)

    @property
    def data(self) -> bytes:
        """Return the bytes that are in force."""
        return self.read(self.revision.files[0])


def altered(before: dict[str, Any], after: dict[str, Any]) -> tuple[Field, ...]:
    """Return what differs between an item before and after, field by field."""
    return tuple(
        Field(name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    )


def decoded(data: bytes, about: str) -> str:
    """Return bytes as text, or raise ``NotText``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotText(about) from None
