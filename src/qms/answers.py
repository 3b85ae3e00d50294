"""What questions are answered with: texts in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .errors import Unreadable
from .registers.documents import Document, Revision
from .registers.documents.items import File


class NotText(Unreadable):
    """This file is not UTF-8 text; ask for its bytes."""

    vi = "Tệp này không phải văn bản UTF-8; hãy lấy dạng byte."


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


def decoded(data: bytes, about: str) -> str:
    """Return bytes as text, or raise ``NotText``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotText(about) from None
