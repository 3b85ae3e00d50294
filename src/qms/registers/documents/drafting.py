"""Writing documents: create, revise, edit, abandon; ISO 9001:2015, 7.5.2 (2008: 4.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from ... import standards
from ...changes import Act, ActorKind, Item, Opening, Role, Step
from ...errors import Refused
from ...values import Code, Content, OptionalCode, Text, by_name, file_name, key
from .. import people, policy
from ..people import Person, Post, Unit
from .items import (
    DRAFTERS,
    Document,
    Draft,
    DraftState,
    File,
    Request,
    RequestState,
    State,
    places,
    removed,
)


class DraftOpen(Refused):
    """A document has one open draft at a time."""

    clause = "7.5.3.2 c"
    vi = "Mỗi tài liệu chỉ có một dự thảo đang mở."


class NoDraft(Refused):
    """This document has no open draft."""

    clause = "7.5.2"
    vi = "Tài liệu này không có dự thảo đang mở."


class OutOfStep(Refused):
    """The open draft is at another step."""

    clause = "7.5.2 c"
    vi = "Dự thảo đang ở bước khác."


class NotDrafter(Refused):
    """Only the drafter, or the quality officer for an edit, changes an open draft."""

    clause = "7.5.2 c"
    vi = "Chỉ người soạn thảo (hoặc cán bộ ISO) được sửa dự thảo đang mở."


class IsWithdrawn(Refused):
    """A withdrawn document is reinstated before it is changed."""

    clause = "7.5.3.2 c"
    vi = "Tài liệu đã bãi bỏ phải được khôi phục trước khi sửa đổi."


class NotAccepted(Refused):
    """The change request has not been accepted for this drafter and document."""

    clause = "6.3"
    vi = "Phiếu đề nghị chưa được chấp nhận cho người soạn thảo và tài liệu này."


class UnknownClause(Refused):
    """The declared edition of the standard has no such clause."""

    clause = "7.5.2 a"
    vi = "Phiên bản tiêu chuẩn đang áp dụng không có điều khoản này."


class OwnParent(Refused):
    """A form does not belong to itself, nor to one that belongs to it."""

    clause = "7.5.2 a"
    vi = "Biểu mẫu không thể thuộc về chính nó, cũng không thuộc về tài liệu là con của nó."


class SameName(Refused):
    """Each file of a document has a name of its own."""

    clause = "7.5.2 a"
    vi = "Mỗi tệp của tài liệu phải có tên riêng."


class NotEntrusted(Refused):
    """Whoever is asked to draft or review holds a post that may."""

    clause = "5.3"
    vi = "Người được giao soạn thảo, soát xét phải đang giữ vị trí có vai trò đó."


class AlreadyApproved(Refused):
    """Only the quality officer stops a text that is approved."""

    clause = "7.5.2 c"
    vi = "Nội dung đã phê duyệt chỉ do cán bộ ISO hủy."


Attachments = Annotated[dict[Code, Content], AfterValidator(by_name)]


class Create(
    Opening[Document], kind="document.create/1", item=Document, roles=DRAFTERS, tools=True
):
    """Draft a document that has not existed before."""

    vi = "Soạn thảo tài liệu mới"

    title: Text = Field(title="Tên tài liệu", min_length=1)
    type: Code = Field(title="Loại tài liệu")
    unit: Code = Field(title="Đơn vị chủ trì")
    owner: Code = Field(title="Vị trí chủ trì")
    text: Content = Field(title="Nội dung (tệp)")
    suffix: str = Field(
        default="md", title="Đuôi tệp", pattern=r"^[a-z0-9]{1,5}$", examples=["docx"]
    )
    attachments: Attachments = Field(default={}, title="Phụ lục kèm theo")
    summary: Text = Field(default="", title="Nội dung chính")
    clauses: tuple[Text, ...] = Field(default=(), title="Điều khoản tiêu chuẩn")
    legal: tuple[Text, ...] = Field(default=(), title="Căn cứ pháp lý")
    services: tuple[Code, ...] = Field(default=(), title="Mã thủ tục hành chính")
    keywords: tuple[Text, ...] = Field(default=(), title="Từ khóa")
    scope: Text = Field(default="", title="Phạm vi (khóa so trùng)")
    parents: tuple[Code, ...] = Field(default=(), title="Thuộc quy trình")
    request: OptionalCode = Field(default="", title="Phiếu đề nghị")

    def check(self, act: Act) -> None:
        policy.of(act).type(self.type)
        check_clauses(self.clauses, act)
        people.still(act.need(Unit, self.unit), act.need(Post, self.owner))
        check_parents(self.id, self.parents, act)
        check_names(self.id, self.suffix, self.attachments)
        _check_request(self.request, "", act)

    def apply(self, act: Act) -> tuple[Item, ...]:
        return self._document(act), *self._bound(act)

    def files(self, act: Act) -> Mapping[str, Content | None]:
        return laid(self.id, self.suffix, self.text, self.attachments, "drafts")

    def _document(self, act: Act) -> Document:
        facts = self.model_dump(include={"title", "clauses", "legal", "keywords", "scope"})
        draft = Draft(
            files=self._files(),
            drafter=_person(act),
            writers=writers(act),
            summary=self.summary,
            request=_request(self.request, act),
        )
        return Document(
            id=self.id,
            code=self.code,
            type=policy.of(act).type(self.type).code,
            unit=act.need(Unit, self.unit).id,
            owner=act.need(Post, self.owner).id,
            services=self.services,
            parents=tuple(act.need(Document, parent).id for parent in self.parents),
            suffix=self.suffix,
            draft=draft,
            **facts,
        )

    def _files(self) -> tuple[File, ...]:
        return files_of(self.id, self.suffix, self.text, self.attachments)

    def _bound(self, act: Act) -> tuple[Request, ...]:
        # One request makes one document; the next draft of it may name the request again.
        if not self.request:
            return ()
        return (act.need(Request, self.request).model_copy(update={"document": self.id}),)


class Revise(Step[Document], kind="document.revise/1", item=Document, roles=DRAFTERS, tools=True):
    """Draft the next text of a document."""

    vi = "Soạn thảo nội dung sửa đổi"

    text: Content = Field(title="Nội dung (tệp)")
    attachments: Attachments = Field(default={}, title="Phụ lục kèm theo")
    summary: Text = Field(title="Nội dung sửa đổi", min_length=1)
    place: Text = Field(default="", title="Trang, phần liên quan")
    request: OptionalCode = Field(default="", title="Phiếu đề nghị")

    def check(self, before: Document, act: Act) -> None:
        check_revisable(before)
        check_names(before.id, before.suffix, self.attachments)
        _check_request(self.request, before.id, act)

    def apply(self, before: Document, act: Act) -> Document:
        draft = Draft(
            files=files_of(before.id, before.suffix, self.text, self.attachments),
            drafter=_person(act),
            writers=writers(act),
            summary=self.summary,
            place=self.place,
            request=_request(self.request, act),
        )
        return opened(before, draft)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return rewritten(before, self.text, self.attachments)


class Edit(Step[Document], kind="document.edit/1", item=Document, roles=DRAFTERS, tools=True):
    """Write the open draft anew."""

    vi = "Sửa dự thảo đang mở"

    text: Content = Field(title="Nội dung (tệp)")
    attachments: Attachments = Field(default={}, title="Phụ lục kèm theo")
    summary: Text | None = Field(default=None, title="Nội dung sửa đổi")

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before, DraftState.DRAFT)
        _check_hand(before, draft, act)
        check_names(before.id, before.suffix, self.attachments)

    def apply(self, before: Document, act: Act) -> Document:
        files = files_of(before.id, before.suffix, self.text, self.attachments)
        given = {} if self.summary is None else {"summary": self.summary}
        return redrafted(before, files=files, writers=writers(act, before.draft), **given)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return rewritten(before, self.text, self.attachments)


class Abandon(Step[Document], kind="document.abandon/1", item=Document, roles=DRAFTERS):
    """Stop an open draft; its text stays in the history."""

    vi = "Hủy dự thảo đang mở"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before)
        _check_hand(before, draft, act)
        if draft.state is DraftState.APPROVED and not _officer(act):
            raise AlreadyApproved(before.code)

    def apply(self, before: Document, act: Act) -> Document:
        state = State.ABANDONED if before.state is State.DRAFTED else before.state
        return before.model_copy(update={"draft": None, "state": state})

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return removed(before.id, open_draft(before).files, "drafts")


def open_draft(document: Document, *states: DraftState) -> Draft:
    """Return the open draft, or raise ``NoDraft`` or, in another state, ``OutOfStep``."""
    if document.draft is None:
        raise NoDraft(document.code)
    if states and document.draft.state not in states:
        raise OutOfStep(f"{document.code} ({document.draft.state.vi} / {document.draft.state})")
    return document.draft


def check_revisable(document: Document) -> None:
    """Raise ``Refused`` unless a new draft may be opened."""
    if document.draft is not None:
        raise DraftOpen(document.code)
    if document.state is State.WITHDRAWN:
        raise IsWithdrawn(document.code)


def check_clauses(clauses: tuple[str, ...], act: Act) -> None:
    """Raise ``UnknownClause`` for the first clause that the declared edition lacks."""
    edition = policy.of(act).edition
    known = standards.edition(edition)
    for clause in clauses:
        if clause not in known:
            raise UnknownClause(f"{clause}, ISO 9001:{edition}")


def check_parents(own: str, parents: tuple[str, ...], act: Act) -> None:
    """Raise ``Refused`` unless every parent is another document, and none its descendant."""
    above, seen = list(parents), set[str]()
    while above:
        parent = act.need(Document, above.pop())
        if parent.id == own:
            raise OwnParent(parent.code)
        if parent.id not in seen:
            seen.add(parent.id)
            above += parent.parents


def check_names(own: str, suffix: str, attachments: Mapping[str, Content]) -> None:
    """Raise ``SameName`` where two files of a document would be taken for one."""
    taken = {text_name(own, suffix)}
    for name in attachments:
        if key(name) in taken:
            raise SameName(name)
        taken.add(key(name))


def check_entrusted(person: Person, roles: tuple[Role, ...], act: Act) -> None:
    """Raise ``NotEntrusted`` unless somebody holds a post with one of these roles."""
    if not is_entrusted(person, roles, act):
        raise NotEntrusted(person.code)


def is_entrusted(person: Person, roles: tuple[Role, ...], act: Act) -> bool:
    """Tell whether somebody holds a post with one of these roles."""
    held = (people.entrusted(person, post) for _, post in people.holding(person, act))
    return any(set(roles) & own for own in held)


def text_name(own: str, suffix: str) -> str:
    """Return the name of a document's text among its files."""
    return f"{file_name(own.partition(':')[2])}.{suffix}"


def files_of(
    own: str, suffix: str, text: Content, attachments: Mapping[str, Content]
) -> tuple[File, ...]:
    """Return the files of a draft, the text first."""
    named = _named(own, suffix, text, attachments)
    return tuple(File(name=name, sha256=of.sha256, size=of.size) for name, of in named)


def laid(
    own: str, suffix: str, text: Content, attachments: Mapping[str, Content], folder: str
) -> dict[str, Content | None]:
    """Return what was brought, by where it lies."""
    names, contents = zip(*_named(own, suffix, text, attachments), strict=True)
    return dict(zip(places(own, names, folder), contents, strict=True))


def _named(
    own: str, suffix: str, text: Content, attachments: Mapping[str, Content]
) -> list[tuple[str, Content]]:
    attached = sorted(attachments.items(), key=lambda pair: key(pair[0]))
    return [(text_name(own, suffix), text), *attached]


def opened(document: Document, draft: Draft) -> Document:
    """Return a document with a draft begun; an abandoned one begins again."""
    state = State.DRAFTED if document.state is State.ABANDONED else document.state
    return document.model_copy(update={"draft": draft, "state": state})


def redrafted(document: Document, **fields: object) -> Document:
    """Return a document with some fields of its open draft replaced."""
    return document.model_copy(update={"draft": open_draft(document).model_copy(update=fields)})


def rewritten(
    document: Document, text: Content, attachments: Mapping[str, Content]
) -> dict[str, Content | None]:
    """Return what to write, and what to remove, when a draft's files are replaced."""
    old = removed(document.id, document.draft.files, "drafts") if document.draft else {}
    return old | laid(document.id, document.suffix, text, attachments, "drafts")


def writers(act: Act, draft: Draft | None = None) -> tuple[str, ...]:
    """Return everybody whose words are in a draft, whoever writes now among them."""
    return tuple(sorted({*(draft.writers if draft else ()), _person(act)} - {""}))


def _person(act: Act) -> str:
    return act.actor.id if act.actor.kind is ActorKind.PERSON else ""


def _check_hand(document: Document, draft: Draft, act: Act) -> None:
    if draft.drafter not in ("", act.actor.id) and not _officer(act):
        raise NotDrafter(document.code)


def _officer(act: Act) -> bool:
    return Role.QUALITY_OFFICER in act.roles


def _request(code: str, act: Act) -> str:
    return act.need(Request, code).id if code else ""


def _check_request(code: str, document: str, act: Act) -> None:
    if not code:
        return
    request = act.need(Request, code)
    mine = request.drafter in ("", act.actor.id)
    if request.state is not RequestState.ACCEPTED or not mine or request.document != document:
        raise NotAccepted(code)
