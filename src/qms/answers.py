"""What questions are answered with: texts in force, texts that were found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Any, Final, TypeAlias

from .changes import Item, ItemT, Unknown
from .errors import NotFound, Unreadable
from .overview import Find
from .registers import competence, services
from .registers.competence import Competence, Requirement
from .registers.documents import Document, Revision
from .registers.documents.front import part
from .registers.documents.items import File
from .registers.people import Person
from .shapes import shape
from .sought import Snippet, Sought, plainly, snippet
from .storage import search
from .storage.glance import Glance
from .storage.reader import Reader, whole
from .trail.entry import cell
from .values import Word

DRAFT: Final = "draft"
"""Names the open draft where a revision is asked for."""


class NotText(Unreadable):
    """This file is not UTF-8 text; ask for its bytes."""

    vi = "Tệp này không phải văn bản UTF-8; hãy lấy dạng byte."


class NotSearchable(NotFound):
    """This register is not searched by that column."""

    vi = "Sổ này không tra cứu theo cột đó."


class NoSuchChoice(NotFound):
    """This column holds one of these words, and no other."""

    vi = "Cột này chỉ nhận một trong các từ vừa nêu."


Read: TypeAlias = Callable[[File], bytes]
"""Gives the bytes of a file of a document."""


class Issued:
    """A revision, and its document as it stands; each is read when asked for."""

    def __init__(self, document: str, revision: str, read: Read) -> None:
        self._document, self._revision, self.read = document, revision, read

    @cached_property
    def document(self) -> Document:
        """Return the document as it stands, or raise ``Damaged``."""
        return whole(Document, self._document)

    @cached_property
    def revision(self) -> Revision:
        """Return the revision, or raise ``Damaged``."""
        return whole(Revision, self._revision)

    @property
    def text(self) -> str:
        """Return its text, or raise ``NotText``."""
        return decoded(self.data, self.revision.code)

    @property
    def data(self) -> bytes:
        """Return the bytes of its text."""
        return self.read(self.revision.files[0])


class InForce(Issued):
    """A revision in force on a day."""


def drafted(document: Document) -> tuple[File, ...]:
    """Return the files of the open draft, or raise ``Unknown`` where there is none."""
    if document.draft is None:
        raise Unknown(f"{document.code}, {DRAFT}")
    return document.draft.files


def numbered(revision: Revision, number: str) -> bool:
    """Tell whether a revision goes by this number, code or id."""
    return number in (f"{revision.issue}.{revision.amendment}", revision.code, revision.id)


def got(now: Glance, item: type[ItemT], code: str) -> ItemT:
    """Return one item by code, alias or id, or raise ``Unknown``."""
    body = now.body(item.register, code)
    if body is None:
        raise Unknown(code)
    return whole(item, body)


def asked(now: Glance, item: type[Item], where: Mapping[str, object]) -> dict[str, str | None]:
    """Return what columns hold that equal some values; one that refers to an item, holds its id.

    One may ask for an ``id``, too. Raise ``NotSearchable`` where there is no such column,
    ``Unknown`` where nothing has this code, ``NoSuchChoice`` where it is none of the words.
    """
    return {name: _cell(now, item, name, value) for name, value in where.items()}


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


def able(
    find: Find,
    holders: Callable[[str, date], list[Person]],
    on: date,
    *,
    process: str,
    step: str,
) -> list[str]:
    """Return by id who may do a step of a process: in its post, and has shown all it asks."""
    wanted, shown = find(Requirement), find(Competence)
    held = {post: [who.id for who in holders(post, on)] for post in {one.post for one in wanted}}
    return competence.may(wanted, shown, held, on, process=process, step=step)


def _cell(now: Glance, item: type[Item], name: str, value: object) -> str | None:
    refers = item if name == "id" else item.columns.get(name)
    if refers is None:
        raise NotSearchable(f"{item.register}.{name}")
    held = cell(value)
    if held is None:
        return None
    return _own(now, refers, value) if issubclass(refers, Item) else _chosen(item, name, held)


def _own(now: Glance, item: type[Item], code: Any) -> str:
    found = now.identify(item.register, code)
    if found is None and ":" not in code:  # an id, of whatever register, is taken as it is
        raise Unknown(code)
    return found or str(code)


def _chosen(item: type[Item], name: str, held: str) -> str:
    words = _words(item, name)
    if words and held not in words:
        raise NoSuchChoice(f"{item.register}.{name}, {held} ({', '.join(words)})")
    return held


@cache
def _words(item: type[Item], name: str) -> tuple[str, ...]:
    """Return the words of which a column holds one; none where it holds whatever was said."""
    field = item.model_fields.get(name)
    kind: Any = shape(field.annotation).type if field else str
    return tuple(kind) if issubclass(kind, Word) else ()


class Found(Issued):
    """A revision that says what was looked for; in force or not on the day asked about."""

    def __init__(self, hit: search.Hit, sought: Sought, day: date, read: Read) -> None:
        super().__init__(hit.document, hit.revision, read)
        self.exact, self._sought, self._day = hit.exact, sought, day

    @property
    def in_force(self) -> bool:
        """Tell whether it is in force on the day."""
        return self.revision.in_force(self._day)

    @property
    def title(self) -> Snippet:
        """Return the title of the document, with what was looked for."""
        return snippet(self.document.title, self._sought) or plainly(self.document.title)

    @property
    def places(self) -> list[tuple[str, Snippet]]:
        """Return for each file that says any of it its name, the text's first, and one place."""
        said = ((file.name, _said(self.read(file), self._sought)) for file in self.revision.files)
        return [(name, place) for name, place in said if place is not None]


def searched(
    now: Reader,
    read: Read,
    words: str,
    day: date,
    *,
    every: bool = False,
    start: int = 0,
    limit: int = 20,
) -> list[Found]:
    """Return what has all of these words: of what is in force on a day, or of everything."""
    sought = Sought.parse(words)
    hits = search.found(now, sought, None if every else day, start, limit)
    return [Found(hit, sought, day, read) for hit in hits]


def _said(data: bytes, sought: Sought) -> Snippet | None:
    try:
        return snippet(data.decode(), sought)
    except UnicodeDecodeError:
        return None


def decoded(data: bytes, about: str) -> str:
    """Return bytes as text, or raise ``NotText``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotText(about) from None
