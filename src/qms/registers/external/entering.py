"""Entering outside documents, their days and what rests on them: ISO 9001:2015, 7.5.3.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, Text
from ..documents import Document
from ..documents.drafting import Attachments
from ..documents.issuing import begun
from ..documents.items import File
from .items import KEEPERS, External, Turn, What, ordered, turned


class SignedInTheFuture(Refused):
    """Only an outside document that has been signed is entered."""

    clause = "7.5.3.2"
    vi = "Chỉ ghi văn bản đã ký ban hành."


class AlreadyLinked(Refused):
    """This internal document is already linked."""

    clause = "7.5.3.2"
    vi = "Tài liệu nội bộ này đã được liên kết."


class NotLinked(Refused):
    """This internal document is not linked."""

    clause = "7.5.3.2"
    vi = "Tài liệu nội bộ này chưa được liên kết."


class NotDisputed(Refused):
    """The days of this document are not disputed, and known."""

    clause = "7.5.3.2"
    vi = "Ngày hiệu lực của văn bản này đã rõ, không có nghi vấn."


class Enter(Opening[External], kind="external.enter/1", item=External, roles=KEEPERS):
    """Enter a document from outside, with the internal ones that rest on it."""

    vi = "Ghi văn bản, tài liệu có nguồn gốc bên ngoài"

    number: Text = Field(title="Số, ký hiệu (364/KH-SGTVT)", min_length=1)
    title: Text = Field(title="Trích yếu", min_length=1)
    type: Text = Field(title="Loại văn bản", min_length=1)
    issuer: Text = Field(title="Cơ quan ban hành", min_length=1)
    signed: date = Field(title="Ngày ký ban hành")
    since: date | None = Field(default=None, title="Có hiệu lực từ ngày (bỏ trống: chưa rõ)")
    until: date | None = Field(default=None, title="Hết hiệu lực từ ngày")
    disputed: Text = Field(default="", title="Nghi vấn về ngày: các nguồn nói khác nhau thế nào")
    documents: tuple[Code, ...] = Field(default=(), title="Tài liệu nội bộ liên quan")
    copies: Attachments = Field(default={}, title="Tệp văn bản")

    def given(self, act: Act) -> str:
        return self.number

    def check(self, act: Act) -> None:
        if self.signed > act.day:
            raise SignedInTheFuture(f"{self.code}, {self.signed}")
        ordered(self.code, self.signed, self.since, self.until)
        _linked(self, act)

    def apply(self, act: Act) -> tuple[Item, ...]:
        said = self.model_dump(exclude={"copies", "documents"})
        linked, files = _linked(self, act), _listed(self.copies)
        item = External(id=self.id, documents=linked, files=files, **said)
        if item.since is None or (item.until is not None and item.until <= act.day):
            return (item,)
        older = tuple(one for one in linked if _older(one, item.since, act))
        return turned(item, What.ENTERED, item.since, act, owing=older)

    def vaulted(self) -> Mapping[str, Content]:
        return self.copies


class Link(Step[External], kind="external.link/1", item=External, roles=KEEPERS):
    """Say which internal document rests on this one."""

    vi = "Liên kết với tài liệu nội bộ"

    document: Code = Field(title="Tài liệu nội bộ")

    def check(self, before: External, act: Act) -> None:
        if act.need(Document, self.document).id in before.documents:
            raise AlreadyLinked(f"{before.code}, {self.document}")

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        own = act.need(Document, self.document).id
        after = before.model_copy(update={"documents": (*before.documents, own)})
        return after, *_missed(before, own, act)


class Unlink(Step[External], kind="external.unlink/1", item=External, roles=KEEPERS):
    """Say that an internal document rests on this one no longer, with the reason."""

    vi = "Bỏ liên kết với tài liệu nội bộ, kèm lý do"

    document: Code = Field(title="Tài liệu nội bộ")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: External, act: Act) -> None:
        if act.need(Document, self.document).id not in before.documents:
            raise NotLinked(f"{before.code}, {self.document}")

    def apply(self, before: External, act: Act) -> External:
        own = act.need(Document, self.document).id
        documents = tuple(linked for linked in before.documents if linked != own)
        return before.model_copy(update={"documents": documents})


class Dispute(Step[External], kind="external.dispute/1", item=External, roles=KEEPERS):
    """Flag that sources give other days for this document."""

    vi = "Đánh dấu nghi vấn về ngày hiệu lực"

    says: Text = Field(title="Các nguồn nói khác nhau thế nào", min_length=1)

    def apply(self, before: External, act: Act) -> External:
        return before.model_copy(update={"disputed": self.says})


class Settle(Step[External], kind="external.settle/1", item=External, roles=KEEPERS):
    """Set the days right once the source is known; the flag goes."""

    vi = "Xác định lại ngày hiệu lực theo nguồn chính thức"

    since: date = Field(title="Có hiệu lực từ ngày")
    until: date | None = Field(default=None, title="Hết hiệu lực từ ngày (bỏ trống: như đã ghi)")
    endless: bool = Field(default=False, title="Không có ngày hết hiệu lực (ghi trước đây là sai)")
    source: Text = Field(title="Nguồn", min_length=1)

    def check(self, before: External, act: Act) -> None:
        if not before.disputed and before.since is not None:
            raise NotDisputed(before.code)
        ordered(before.code, before.signed, self.since, self._until(before))

    def apply(self, before: External, act: Act) -> tuple[Item, ...]:
        until = self._until(before)
        update: dict[str, object] = {"since": self.since, "until": until, "disputed": ""}
        if until is None:
            update |= {"replaced_by": "", "ended": ""}
        after = before.model_copy(update=update)
        if (self.since, until) == (before.since, before.until):
            return (after,)
        return turned(after, What.CORRECTED, until or self.since, act)

    def _until(self, before: External) -> date | None:
        return None if self.endless else self.until or before.until


def _linked(change: Enter, act: Act) -> tuple[str, ...]:
    return tuple(dict.fromkeys(act.need(Document, code).id for code in change.documents))


def _older(document: str, day: date, act: Act) -> bool:
    # A text that took effect later was written by whoever knew this law.
    text = begun(act.need(Document, document), act)
    return text is not None and text.effective < day


def _missed(item: External, document: str, act: Act) -> Iterator[Turn]:
    """Yield each change that a text linked after it is older than, asking of it, too."""
    for n in range(1, item.turns + 1):
        turn = act.need(Turn, f"{item.code}/{n}")
        if document not in turn.documents and _older(document, turn.day, act):
            yield turn.model_copy(update={"documents": (*turn.documents, document)})


def _listed(files: Attachments) -> tuple[File, ...]:
    rows = sorted(files.items())
    return tuple(File(name=name, sha256=of.sha256, size=of.size) for name, of in rows)
