"""A folder of procedures: Markdown files with a front part, attachments beside them.

``QT-01.md`` is a document; ``QT-01/BM.01-QT-01.md`` too (a form, by its own front part); any
other file in ``QT-01/`` is attached to the document ``QT-01.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from ..changes import AlreadyThere
from ..errors import QMSError, Refused, Unreadable
from ..questions import View
from ..registers.documents import BadFront, Create, Front, part
from ..registers.documents import Document as Controlled
from ..values import Code, Content, key
from . import proposals
from .files import File, NotUTF8, decoded, files
from .proposals import Circle, Import, Proposal, Remark, parents_first, presently

_NAME: Final = TypeAdapter[str](Code)


class NoFront(Unreadable):
    """This text does not begin with a front part between two lines +++."""

    vi = "Văn bản không bắt đầu bằng phần đầu giữa hai dòng +++."


class Unattached(Refused):
    """This is no .md text: put it into its document's folder, or use document create, adopt."""

    vi = (
        "Đây không phải văn bản .md: phụ lục thì đặt vào thư mục cùng tên với tài liệu "
        "(QT-01.md: QT-01/); văn bản Word thì dùng qms document create hoặc qms adopt."
    )


class Document(NamedTuple):
    """A document as it was brought: its front part, its bytes, what is attached to it."""

    path: str
    front: Front
    data: bytes
    attachments: Mapping[str, bytes] = {}

    @property
    def proposal(self) -> Proposal:
        """Return the change that creates this document."""
        said = {name: getattr(self.front, name) for name in _SAID}
        attached = {name: Content.of(data) for name, data in self.attachments.items()}
        fields = said | {"text": Content.of(self.data), "attachments": attached}
        return Proposal(self.path, Create, fields)

    def creation(self) -> Create:
        """Return the change that creates this document, or raise ``Refused``."""
        return Create(**self.proposal.fields)


_SAID: Final = sorted(Front.model_fields.keys() & Create.model_fields.keys())


class Reading(NamedTuple):
    """What a folder holds: documents, parents first, and a remark on all else."""

    documents: tuple[Document, ...]
    remarks: tuple[Remark, ...]

    @property
    def fronts(self) -> tuple[Front, ...]:
        """Return the front part of each document."""
        return tuple(document.front for document in self.documents)


def read(folder: Path) -> Reading:
    """Return what a folder of procedures holds, or raise ``NoFolder``."""
    found, remarks = files(folder)
    reading = sorted_out(found)
    return reading._replace(remarks=(*remarks, *reading.remarks))


def sorted_out(found: Iterable[File]) -> Reading:
    """Return the documents among files, with a remark for each file that is none."""
    texts, others = list[File](), list[File]()
    for file in found:
        (texts if file.path.casefold().endswith(".md") else others).append(file)
    documents: dict[str, Document] = {}
    remarks = list(_texts(texts, documents))
    attached, more = _attached(others, {_home(one.path): one for one in documents.values()})
    order = parents_first({one.front.code: one.front.parents for one in documents.values()})
    remarks += [*more, *_circles(documents, set(map(key, order)))]
    ordered = (documents[key(code)] for code in order)
    whole = (one._replace(attachments=attached.get(one.path, {})) for one in ordered)
    return Reading(tuple(whole), tuple(remarks))


def creations(reading: Reading, known: Iterable[str] = ()) -> list[Create]:
    """Return the changes that create what is not known yet, parents first, for one operation."""
    there = set(map(key, known))
    return [one.creation() for one in reading.documents if key(one.front.code) not in there]


def proposed(reading: Reading, view: View) -> Import:
    """Return the changes that a system would accept, and remarks on all that it would not.

    What it has already is skipped, so that the same folder can be brought twice.
    """
    look, at = presently(view)
    new = (one.proposal for one in reading.documents if look(Controlled, one.front.code) is None)
    judged = proposals.judged(new, look, at)
    return judged._replace(remarks=(*reading.remarks, *judged.remarks))


def there(reading: Reading, view: View) -> int:
    """Return how many of the documents a system has already."""
    look, _at = presently(view)
    return sum(look(Controlled, one.front.code) is not None for one in reading.documents)


def _texts(texts: Iterable[File], documents: dict[str, Document]) -> Iterator[Remark]:
    """Put documents by their key; yield a remark on each text that gives none."""
    for file in texts:
        try:
            document = _document(file)
        except QMSError as error:
            yield Remark(file.path, error, _line(error))
            continue
        first = documents.setdefault(key(document.front.code), document)
        if first is not document:
            about = f"{document.front.code} = {first.front.code} ({first.path})"
            yield Remark(file.path, AlreadyThere(about), field="code")


def _document(file: File) -> Document:
    front = part(decoded(file)).front
    if front is None:
        raise NoFront()
    document = Document(file.path, front, file.data)
    document.creation()
    return document


def _line(error: QMSError) -> int:
    if isinstance(error, NotUTF8):
        return error.line
    # TOML counts from the line after the first +++.
    found = re.search(r"at line (\d+)", error.about) if isinstance(error, BadFront) else None
    return int(found[1]) + 1 if found else 0


def _attached(
    others: Iterable[File], homes: Mapping[str, Document]
) -> tuple[dict[str, dict[str, bytes]], list[Remark]]:
    attached: dict[str, dict[str, bytes]] = {}
    remarks: list[Remark] = []
    for file in others:
        path = PurePosixPath(file.path)
        owner = homes.get(str(path.parent))
        held = attached.setdefault(owner.path, {}) if owner else {}
        try:
            _attach(path.name, held, owner)
        except QMSError as error:
            remarks.append(Remark(file.path, error))
        else:
            held[path.name] = file.data
    return attached, remarks


def _attach(name: str, held: Mapping[str, bytes], owner: Document | None) -> None:
    if owner is None:
        raise Unattached()
    _NAME.validate_python(name)
    if key(name) in map(key, held):
        raise AlreadyThere(name)


def _home(path: str) -> str:
    return path[: -len(".md")]


def _circles(documents: Mapping[str, Document], ordered: set[str]) -> Iterator[Remark]:
    for own, document in documents.items():
        if own not in ordered:
            yield Remark(document.path, Circle(", ".join(document.front.parents)), field="parents")
