"""Keeping documents known: code, title, owner, facts, requests; ISO 9001:2015, 7.5.2 a, 6.3."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, AlreadyThere, Opening, Role, Step, fitting
from ...errors import Refused
from ...values import Code, OptionalCode, Text, key
from .. import people
from ..people import Person, Post, Unit
from .drafting import check_clauses, check_entrusted, check_parents, is_entrusted
from .items import DRAFTERS, KEEPERS, Document, Impact, Request, RequestState


class SameCode(Refused):
    """This document already has this code."""

    clause = "7.5.2 a"
    vi = "Tài liệu đã mang mã số này."


class RequestClosed(Refused):
    """A request is decided on once, and anew only when its drafter may draft no more."""

    clause = "6.3"
    vi = "Phiếu đề nghị này đã được xử lý (chỉ xử lý lại khi người soạn thảo không còn được giao việc)."  # noqa: E501


class Recode(Step[Document], kind="document.recode/1", item=Document, roles=KEEPERS):
    """Give a document another code; the old one still leads to it and is never reused."""

    vi = "Đổi mã số (mã cũ vẫn tra được, không dùng lại)"

    new_code: Code = Field(title="Mã số mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        if self.new_code == before.code:
            raise SameCode(self.new_code)
        fitting(self.new_code, Document.room)
        holder = act.look(Document, self.new_code)
        if holder is not None and holder.id != before.id:
            raise AlreadyThere(self.new_code)

    def apply(self, before: Document, act: Act) -> Document:
        old = (*before.aliases, before.code)
        aliases = tuple(code for code in old if key(code) != key(self.new_code))
        return before.model_copy(update={"code": self.new_code, "aliases": aliases})


class Rename(Step[Document], kind="document.rename/1", item=Document, roles=KEEPERS):
    """Give a document another title; this makes no revision."""

    vi = "Đổi tên tài liệu (không phải lần sửa đổi)"

    title: Text = Field(title="Tên mới", min_length=1)
    reason: Text = Field(title="Lý do", min_length=1)

    def apply(self, before: Document, act: Act) -> Document:
        return before.model_copy(update={"title": self.title})


class Transfer(Step[Document], kind="document.transfer/1", item=Document, roles=KEEPERS):
    """Give a document to another owner."""

    vi = "Chuyển vị trí, đơn vị chủ trì"

    owner: Code = Field(title="Vị trí chủ trì mới")
    unit: OptionalCode = Field(default="", title="Đơn vị chủ trì mới (mặc định: của vị trí)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        owner = act.need(Post, self.owner)
        people.still(owner, act.need(Unit, self.unit or owner.unit))

    def apply(self, before: Document, act: Act) -> Document:
        owner = act.need(Post, self.owner)
        unit = act.need(Unit, self.unit or owner.unit)
        return before.model_copy(update={"owner": owner.id, "unit": unit.id})


class Classify(Step[Document], kind="document.classify/1", item=Document, roles=KEEPERS):
    """Set facts by which a document is found; what is not given stays."""

    vi = "Cập nhật dữ liệu nhận biết (chỉ thay những phần có ghi)"

    clauses: tuple[Text, ...] | None = Field(default=None, title="Điều khoản tiêu chuẩn")
    legal: tuple[Text, ...] | None = Field(default=None, title="Căn cứ pháp lý")
    services: tuple[Code, ...] | None = Field(default=None, title="Mã thủ tục hành chính")
    keywords: tuple[Text, ...] | None = Field(default=None, title="Từ khóa")
    scope: Text | None = Field(default=None, title="Phạm vi (khóa so trùng)")
    parents: tuple[Code, ...] | None = Field(default=None, title="Thuộc quy trình")

    def check(self, before: Document, act: Act) -> None:
        check_clauses(self.clauses or (), act)
        check_parents(before.id, self.parents or (), act)

    def apply(self, before: Document, act: Act) -> Document:
        given = {name: value for name, value in self if value is not None and name != "code"}
        if self.parents is not None:
            given["parents"] = tuple(act.need(Document, code).id for code in self.parents)
        return before.model_copy(update=given)


class File(Opening[Request], kind="request.file/1", item=Request, tools=True):
    """Ask for a change of a document, or for a new one, with what it touches."""

    vi = "Đề nghị sửa đổi hoặc soạn tài liệu mới"

    reason: Text = Field(title="Lý do", min_length=1)
    document: OptionalCode = Field(default="", title="Tài liệu (bỏ trống: tài liệu mới)")
    title: Text = Field(default="", title="Tên tài liệu mới")
    place: Text = Field(default="", title="Trang, phần liên quan")
    impact: Impact = Field(default=Impact(), title="Ảnh hưởng")

    def check(self, act: Act) -> None:
        for document in filter(None, (self.document, *self.impact.documents, *self.impact.forms)):
            act.need(Document, document)

    def apply(self, act: Act) -> Request:
        return Request(
            id=self.id,
            code=self.code,
            document=act.need(Document, self.document).id if self.document else "",
            title=self.title,
            reason=self.reason,
            place=self.place,
            impact=self.impact,
            proposer=act.actor.id,
            day=act.day,
        )


DECIDERS = (Role.QUALITY_OFFICER, Role.LEADER)


class Accept(Step[Request], kind="request.accept/1", item=Request, roles=DECIDERS):
    """Accept a change request and name its drafter."""

    vi = "Chấp nhận đề nghị, giao người soạn thảo"

    drafter: Code = Field(title="Người soạn thảo")
    due: date | None = Field(default=None, title="Hạn soạn thảo")

    def check(self, before: Request, act: Act) -> None:
        _undecided(before, act)
        check_entrusted(act.need(Person, self.drafter), DRAFTERS, act)

    def apply(self, before: Request, act: Act) -> Request:
        drafter = act.need(Person, self.drafter).id
        update = {"state": RequestState.ACCEPTED, "drafter": drafter, "due": self.due}
        return before.model_copy(update=update)


class Decline(Step[Request], kind="request.decline/1", item=Request, roles=DECIDERS):
    """Decline a change request, with the reason."""

    vi = "Từ chối đề nghị kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Request, act: Act) -> None:
        _undecided(before, act)

    def apply(self, before: Request, act: Act) -> Request:
        update = {"state": RequestState.DECLINED, "declined": self.reason}
        return before.model_copy(update=update)


def _undecided(request: Request, act: Act) -> None:
    if request.state is RequestState.REQUESTED or _orphaned(request, act):
        return
    raise RequestClosed(f"{request.code} ({request.state.vi} / {request.state})")


def _orphaned(request: Request, act: Act) -> bool:
    # Whoever was to draft has left or has another post: else the request stood open for ever.
    accepted = request.state is RequestState.ACCEPTED
    return accepted and not is_entrusted(act.need(Person, request.drafter), DRAFTERS, act)
