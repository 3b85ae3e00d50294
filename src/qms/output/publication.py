"""A folder for people to open: what is in force on a day, read only (ISO 9001:2015, 7.5.3.1 a)."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..answers import InForce
from ..changes import HERE, Meaning
from ..errors import Refused
from ..questions import View
from ..registers import policy
from ..registers.documents import Legacy, Revision, Signature
from ..registers.documents.items import File
from ..registers.people import Organisation, Post, Unit
from ..registers.policy import Policy
from ..storage.trouble import writing
from ..values import Frozen, file_name, key
from .page import (
    COLUMNS,
    Edition,
    Hand,
    Link,
    Paper,
    Row,
    Stamps,
    body,
    decision,
    index,
    page,
    unreadable,
)
from .sheets import csv_bytes

MARKER: Final = ".qms-published"
"""The file that says: this folder was published, and may be published again."""

_PAGES: Final = "tai-lieu"
_FILES: Final = "tep"
_ATTACHED: Final = "kem-theo"
_HANDS: Final = {
    "Soạn thảo": Meaning.AUTHORED.vi,
    "Soát xét": Meaning.REVIEWED.vi,
    "Phê duyệt": Meaning.APPROVED.vi,
}
_ISSUED: Final = "Ban hành"
_BEFORE: Final = "Ghi theo bản có trước khi dùng phần mềm"
_HEAD: Final = (*COLUMNS[:4], "Lần ban hành", "Lần sửa đổi", *COLUMNS[5:])


class Published(Frozen):
    """How many documents a folder now holds."""

    count: int
    folder: Path


class SomethingElseThere(Refused):
    """Only a new or empty folder, or one published before, is published into; choose one."""

    vi = (
        "Chỉ công bố vào thư mục mới, thư mục trống hoặc thư mục đã công bố trước đó; "
        "hãy chọn thư mục khác."
    )


def publish(view: View, folder: Path, on: date) -> Published:
    """Put what is in force on a day into a folder, in place of what was published there.

    All or nothing: a new folder is written beside the old one and takes its name at the end.
    Raise ``SomethingElseThere`` for a folder that holds anything else.
    """
    place = folder.resolve()
    _check(place)
    new = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    gathered = _Gathered(view, on)
    try:
        for name, data in gathered.contents():
            _write(new / name, data)
        _swap(new, place)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Published(count=len(gathered.found), folder=place)


class _Gathered:
    """Everything that one publication holds, read from one view."""

    def __init__(self, view: View, on: date) -> None:
        self.view = view.as_of(view.size)
        rules = self.view.get(Policy, policy.CODE)
        organisation = self.view.get(Organisation, "organisation").name
        self.edition = Edition(organisation, on, self.view.size, _stamps(rules))
        self.types = {key(known.code): known for known in rules.types}
        self.ranks = {code: rank for rank, code in enumerate(self.types)}
        self.titles = {unit.id: unit.title for unit in self.view.find(Unit)}
        self.titles |= {post.id: post.title for post in self.view.find(Post)}
        self.name = cache(self.view.name)
        self.found = sorted(self.view.master_list(on), key=self._rank)
        self.links = {spelling: _href(one) for one in self.found for spelling in _spellings(one)}
        self.children: dict[str, list[InForce]] = {}
        for one in self.found:
            for parent in one.document.parents:
                self.children.setdefault(parent, []).append(one)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of every file."""
        rows = [self._row(one, f"{_PAGES}/{_href(one)}") for one in self.found]
        yield "index.html", index(self.edition, rows).encode()
        yield "danh-muc.csv", csv_bytes([_HEAD, *map(self._cells, rows)])
        for one in self.found:
            yield f"{_PAGES}/{_name(one)}.html", self._page(one).encode()
            yield from ((path, one.read(file)) for path, file in _stored(one))
        yield MARKER, f"qms {self.edition.on} {self.edition.entries}\n".encode()

    def _rank(self, one: InForce) -> int:
        return self.ranks.get(key(one.document.type), len(self.ranks))

    def _row(self, one: InForce, href: str) -> Row:
        known = self.types.get(key(one.document.type))
        kind = known.title if known else one.document.type
        unit = self.titles.get(one.document.unit, "")
        return Row(one.document, one.revision, kind, unit, href)

    def _cells(self, row: Row) -> tuple[str, ...]:
        revision = row.revision
        return (
            row.document.code,
            revision.title,
            row.kind,
            row.unit,
            str(revision.issue),
            str(revision.amendment),
            revision.issued.isoformat(),
            revision.effective.isoformat(),
            decision(revision, self.edition.stamps),
        )

    def _page(self, one: InForce) -> str:
        document, revision = one.document, one.revision
        known = self.types.get(key(document.type))
        parents = (found for found in self.found if found.document.id in document.parents)
        attached = _stored(one)[1:]
        files = [_opened(one), *(Link(file.name, _up(path)) for path, file in attached)]
        paper = Paper(
            edition=self.edition,
            row=self._row(one, _href(one)),
            owner=self.titles.get(document.owner, ""),
            signer=self.name(revision.decision.signer) if revision.decision else "",
            form=known is not None and known.blanks,
            hands=tuple(self._hands(revision)),
            turns=self._turns(revision),
            recipients=[self.titles.get(unit, unit) for unit in revision.distribution],
            parents=[_link(found) for found in parents],
            forms=[_link(found) for found in self.children.get(document.id, ())],
            files=files,
        )
        return page(paper, self._body(one))

    def _body(self, one: InForce) -> str:
        (_, text), *attached = _stored(one)
        data = one.read(text) if text.name.endswith(".md") else b"\xff"
        try:
            words = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return unreadable(_opened(one))
        return body(words, self.links, {key(file.name): _up(place) for place, file in attached})

    def _turns(self, revision: Revision) -> list[Revision]:
        revisions = self.view.revisions(revision.document)
        return [
            turn for turn in revisions if turn.effective <= revision.effective and not turn.void
        ]

    def _hands(self, revision: Revision) -> Iterator[Hand]:
        if revision.legacy is not None:
            yield from self._told(revision.legacy)
        signed = ((revision.drafted,), revision.reviewed, (revision.approved,))
        for task, signatures in zip(_HANDS, signed, strict=True):
            yield from (self._hand(task, signature) for signature in signatures if signature)
        yield from self._issuing(revision)

    def _hand(self, task: str, signature: Signature) -> Hand:
        at = signature.at.astimezone(HERE)
        post = self.titles.get(signature.post, "")
        if signature.on_behalf_of:
            post = f"{post} (được {self.name(signature.on_behalf_of)} ủy quyền)"
        name = self.name(signature.person)
        (event,) = self.view.trail.entries(since=signature.at, until=signature.at)
        signed = event.entry.signature
        key = signed.key if signed else ""
        return Hand(task, name, post, f"{at:%d/%m/%Y %H:%M}", _HANDS[task], key)

    def _issuing(self, revision: Revision) -> Iterator[Hand]:
        entry = next(iter(self.view.trail.history(revision.id))).entry
        if entry.signature is not None:
            post = self.titles.get(entry.actor.post, "")
            at, name = entry.at.astimezone(HERE), self.name(entry.actor.id)
            says = Meaning.ISSUED.vi
            yield Hand(_ISSUED, name, post, f"{at:%d/%m/%Y %H:%M}", says, entry.signature.key)

    def _told(self, legacy: Legacy) -> Iterator[Hand]:
        names = (legacy.drafted_by, legacy.reviewed_by, legacy.approved_by)
        for task, name in zip(_HANDS, names, strict=True):
            if name:
                yield Hand(task, self.name(name), "", "", _BEFORE)


def _stamps(rules: Policy) -> Stamps:
    owed = rules.stamp("undecided") or "chưa có quyết định"
    return Stamps(rules.stamp("controlled"), rules.stamp("uncontrolled"), owed)


def _spellings(one: InForce) -> frozenset[str]:
    return one.document.spellings()


def _name(one: InForce) -> str:
    return file_name(one.document.code)


def _href(one: InForce) -> str:
    return quote(f"{_name(one)}.html")


def _link(one: InForce) -> Link:
    return Link(f"{one.document.code} – {one.revision.title}", _href(one))


def _up(path: str) -> str:
    return f"../{quote(path)}"


def _stored(one: InForce) -> list[tuple[str, File]]:
    # The text has its ASCII name from its document; attachments are named by people.
    text, *attached = one.revision.files
    home = f"{_FILES}/{_name(one)}"
    others = [(f"{home}/{_ATTACHED}/{file_name(file.name)}", file) for file in attached]
    return [(f"{home}/{text.name}", text), *others]


def _opened(one: InForce) -> Link:
    path, text = _stored(one)[0]
    return Link(f"{one.document.code}.{text.name.rpartition('.')[2]}", _up(path))


def _check(place: Path) -> None:
    with writing(place):
        free = not place.exists() or (place / MARKER).is_file() or _empty(place)
    if not free:
        raise SomethingElseThere(str(place))


def _empty(place: Path) -> bool:
    return place.is_dir() and not any(place.iterdir())


def _write(path: Path, data: bytes) -> None:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o444)


def _swap(new: Path, place: Path) -> None:
    old = new.with_name(f"{new.name}.old")
    with writing(place):
        if place.exists():
            place.rename(old)
        try:
            new.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
    shutil.rmtree(old, ignore_errors=True)
