"""What questions are answered with: texts in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from .changes import Item, ItemT, Unknown
from .errors import NotFound, Unreadable
from .registers import services
from .registers.documents import Document, Revision
from .registers.documents.front import part
from .registers.documents.items import File
from .storage.glance import Glance
from .storage.reader import whole
from .trail.entry import cell


class NotText(Unreadable):
    """This file is not UTF-8 text; ask for its bytes."""

    vi = "Tệp này không phải văn bản UTF-8; hãy lấy dạng byte."


class NotSearchable(NotFound):
    """This register is not searched by that column."""

    vi = "Sổ này không tra cứu theo cột đó."


class InForce:
    """A revision in force on a day, and its document as it stands; each is read when asked for."""

    def __init__(self, document: str, revision: str, read: Callable[[File], bytes]) -> None:
        self._document, self._revision, self.read = document, revision, read

    @cached_property
    def document(self) -> Document:
        """Return the document as it stands, or raise ``Damaged``."""
        return whole(Document, self._document)

    @cached_property
    def revision(self) -> Revision:
        """Return the revision in force, or raise ``Damaged``."""
        return whole(Revision, self._revision)

    @property
    def text(self) -> str:
        """Return the text that is in force, or raise ``NotText``."""
        return decoded(self.data, self.revision.code)

    @property
    def data(self) -> bytes:
        """Return the bytes that are in force."""
        return self.read(self.revision.files[0])


def got(now: Glance, item: type[ItemT], code: str) -> ItemT:
    """Return one item by code, alias or id, or raise ``Unknown``."""
    body = now.body(item.register, code)
    if body is None:
        raise Unknown(code)
    return whole(item, body)


def asked(now: Glance, item: type[Item], where: Mapping[str, object]) -> dict[str, str | None]:
    """Return what columns hold that equal some values; one that refers to an item, holds its id.

    Raise ``NotSearchable`` where the register has no such column.
    """
    return {name: _cell(now, item, name, value) for name, value in where.items()}


def owing(now: Glance, day: date) -> Iterator[Item]:
    """Yield every item, of whatever register, on which something is due up to a day."""
    for item in (item for item in Item.registers.values() if "due" in item.columns):
        yield from (whole(item, body) for body in now.due(item.register, day))


def differences(
    handled: Iterable[services.Service], held: Iterable[InForce]
) -> Iterator[services.Difference]:
    """Yield where what is in force differs from the services it handles (8.2.3, 8.2.4)."""
    current = {one.document.id: one for one in held}
    for service in handled:
        one = current.get(service.document)
        front = part(one.text).front if one else None
        if one and front:
            decision = one.revision.decision
            yield from services.differences(service, front, decision.day if decision else None)


def _cell(now: Glance, item: type[Item], name: str, value: object) -> str | None:
    refers = item.columns.get(name)
    if refers is None:
        raise NotSearchable(f"{item.register}.{name}")
    if issubclass(refers, Item) and isinstance(value, str) and value:
        return now.identify(refers.register, value) or value
    return cell(value)


def decoded(data: bytes, about: str) -> str:
    """Return bytes as text, or raise ``NotText``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotText(about) from None
