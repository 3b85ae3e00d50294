"""What was issued before this system was here, as facts: ISO 9001:2015, 7.5.3.2 c."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import AwareDatetime, Field

from ...changes import Act, AlreadyThere, Item, Opening, Step
from ...errors import Refused
from ...values import Code, Content, Personal, Text
from .. import policy
from ..people import ORGANISATION, Organisation, Post, Unit
from .approval import NumberOutOfOrder
from .drafting import (
    Attachments,
    DraftOpen,
    IsWithdrawn,
    check_names,
    check_parents,
    files_of,
    laid,
)
from .issuing import (
    EffectiveBeforeDecision,
    EffectiveOutOfOrder,
    check_end,
    last,
    not_after_today,
    numbered,
    replaced,
    superseded,
)
from .items import KEEPERS, Decision, Document, Legacy, Revision, State, Withdrawal


class UnderControl(Refused):
    """What was issued here is changed by signatures, not by adopting old papers."""

    clause = "7.5.3.2 c"
    vi = "Tài liệu đã ban hành trong hệ thống chỉ thay đổi bằng chữ ký, không nhập thêm bản cũ."


class IssuedHere(Refused):
    """Only what was issued before this system was founded is adopted; the rest is signed here."""

    clause = "7.5.3.2 c"
    vi = "Chỉ nhập lần ban hành trước ngày thiết lập hệ thống; từ ngày đó phải ký trong hệ thống."


class BegunHere(Refused):
    """Only what took effect by the day of founding is adopted; what begins later is signed here."""

    clause = "7.5.3.2 c"
    vi = (
        "Chỉ nhập lần ban hành đã có hiệu lực, chậm nhất vào ngày thiết lập hệ thống; có hiệu lực "
        "sau ngày đó thì soạn thảo, ký và ban hành trong hệ thống."
    )


class NothingToRemove(Refused):
    """Only what was issued can have been removed."""

    clause = "7.5.3.2 d"
    vi = "Chỉ tài liệu đã ban hành mới có thể bị loại bỏ."


class AdoptDocument(
    Opening[Document], kind="document.adopt/1", item=Document, roles=KEEPERS, imports=True
):
    """Enter a document that was there before this system; its revisions follow."""

    vi = "Nhập tài liệu có từ trước khi dùng phần mềm"

    title: Text = Field(title="Tên tài liệu", min_length=1)
    type: Code = Field(title="Loại tài liệu")
    unit: Code = Field(title="Đơn vị chủ trì")
    owner: Code = Field(title="Vị trí chủ trì")
    suffix: str = Field(
        default="md", title="Đuôi tệp", pattern=r"^[a-z0-9]{1,5}$", examples=["docx"]
    )
    aliases: tuple[Code, ...] = Field(default=(), title="Mã số cũ")
    parents: tuple[Code, ...] = Field(default=(), title="Thuộc quy trình")
    services: tuple[Code, ...] = Field(default=(), title="Mã thủ tục hành chính")

    def check(self, act: Act) -> None:
        policy.of(act).type(self.type)
        act.need(Unit, self.unit)
        act.need(Post, self.owner)
        check_parents(self.id, self.parents, act)
        for alias in self.aliases:
            if act.look(Document, alias) is not None:
                raise AlreadyThere(alias)

    def apply(self, act: Act) -> Document:
        return Document(
            id=self.id,
            code=self.code,
            aliases=self.aliases,
            title=self.title,
            type=policy.of(act).type(self.type).code,
            unit=act.need(Unit, self.unit).id,
            owner=act.need(Post, self.owner).id,
            suffix=self.suffix,
            parents=tuple(act.need(Document, parent).id for parent in self.parents),
            services=self.services,
        )


class AdoptRevision(
    Step[Document], kind="document.adopt-revision/2", item=Document, roles=KEEPERS, imports=True
):
    """Enter a revision that took effect before this system: bytes as they came, signers as text.

    Where the old papers contradict themselves (a number that does not follow), a note says so.
    """

    vi = "Nhập lần ban hành cũ (giữ nguyên từng byte)"

    text: Content = Field(title="Nội dung (tệp)")
    attachments: Attachments = Field(default={}, title="Phụ lục kèm theo")
    issue: int = Field(title="Lần ban hành", ge=0, le=9999)
    amendment: int = Field(default=0, ge=0, le=9999, title="Lần sửa đổi")
    issued: date = Field(title="Ngày ban hành")
    effective: date | None = Field(default=None, title="Ngày hiệu lực (mặc định: ngày ban hành)")
    decision: Text = Field(default="", title="Số quyết định")
    summary: Text = Field(default="", title="Nội dung sửa đổi")
    source: Text = Field(title="Nguồn", min_length=1)
    author: Personal = Field(default="", title="Người lập tệp")
    written: AwareDatetime | None = Field(default=None, title="Thời điểm lập tệp")
    drafted_by: Personal = Field(default="", title="Người soạn thảo")
    reviewed_by: Personal = Field(default="", title="Người soát xét")
    approved_by: Personal = Field(default="", title="Người phê duyệt")
    note: Text = Field(default="", title="Ghi chú nhập liệu")

    def check(self, before: Document, act: Act) -> None:
        if before.draft is not None:
            raise DraftOpen(before.code)
        _check_old(before, act)
        not_after_today(before.code, self.issued, act)
        check_names(before.id, before.suffix, self.attachments)
        if before.withdrawal is not None and not before.withdrawal.legacy:
            raise IsWithdrawn(before.code)
        if not _before_us(self.issued, act):
            raise IssuedHere(f"{before.code}, {self.issued}")
        self._check_begun(before, act)
        self._check_note(before)
        self._check_days(before, act)

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        revision = self._revision(before, act)
        issue, amendment = max(self._number(), (before.issue, before.amendment))
        after = before.model_copy(
            update={
                "state": State.ISSUED,
                "withdrawal": None,
                "latest": revision.id,
                "issue": issue,
                "amendment": amendment,
                "revisions": before.revisions + 1,
            }
        )
        return after, revision, *superseded(before, self._effective(), act)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        new = laid(before.id, before.suffix, self.text, self.attachments, "procedures")
        return replaced(before, act) | new

    def _effective(self) -> date:
        return self.effective or self.issued

    def _number(self) -> tuple[int, int]:
        return self.issue, self.amendment

    def _check_begun(self, before: Document, act: Act) -> None:
        here = act.look(Organisation, ORGANISATION)
        if here is not None and self._effective() > here.founded:
            raise BegunHere(f"{before.code}, {self._effective()} > {here.founded}")

    def _check_note(self, before: Document) -> None:
        if self.note:
            return
        if before.latest and self._number() <= (before.issue, before.amendment):
            raise NumberOutOfOrder(f"{before.code}, {self.issue}.{self.amendment}")
        if self._effective() < self.issued:
            raise EffectiveBeforeDecision(f"{before.code}, {self.effective} < {self.issued}")

    def _check_days(self, before: Document, act: Act) -> None:
        removed = before.withdrawal.day if before.withdrawal else date.min
        begun = last(before, act).effective if before.latest else date.min
        if self._effective() < max(removed, begun):
            raise EffectiveOutOfOrder(f"{before.code}, {self._effective()}")

    def _revision(self, before: Document, act: Act) -> Revision:
        code = numbered(before, self.issue, self.amendment, act)
        decided = Decision(number=self.decision, day=self.issued) if self.decision else None
        return Revision(
            id=Revision.identify(code),
            code=code,
            document=before.id,
            previous=before.latest,
            title=before.title,
            issue=self.issue,
            amendment=self.amendment,
            files=files_of(before.id, before.suffix, self.text, self.attachments),
            summary=self.summary,
            issued=self.issued,
            decision=decided,
            effective=self._effective(),
            legacy=Legacy(**{name: getattr(self, name) for name in Legacy.model_fields}),
        )


class AdoptIssued(
    AdoptRevision,
    kind="document.adopt-revision/1",
    item=Document,
    roles=KEEPERS,
    imports=True,
):
    """Enter a revision that was issued before this system: bytes as they came, signers as text.

    When it took effect was not asked until version 2; what was entered so is replayed so.
    """

    vi = AdoptRevision.vi

    def _check_begun(self, before: Document, act: Act) -> None:
        """Ask nothing."""


class AdoptRemoval(
    Step[Document], kind="document.adopt-removal/1", item=Document, roles=KEEPERS, imports=True
):
    """Enter that a document was removed before this system; its history stays."""

    vi = "Nhập việc tài liệu đã bị loại bỏ trước đây (giữ lịch sử)"

    day: date = Field(title="Ngày loại bỏ")
    source: Text = Field(title="Nguồn", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        if before.state is not State.ISSUED:
            raise NothingToRemove(before.code)
        if before.draft is not None:
            raise DraftOpen(before.code)
        _check_old(before, act)
        not_after_today(before.code, self.day, act)
        check_end(before, self.day, act)

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        withdrawal = Withdrawal(day=self.day, reason=self.source, legacy=True)
        update = {"state": State.WITHDRAWN, "withdrawal": withdrawal}
        return before.model_copy(update=update), *superseded(before, self.day, act)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return replaced(before, act)


def _before_us(issued: date, act: Act) -> bool:
    here = act.look(Organisation, ORGANISATION)
    return here is None or issued < here.founded


def _check_old(document: Document, act: Act) -> None:
    newest = last(document, act) if document.latest else None
    if newest and (newest.legacy is None or not _before_us(newest.issued, act)):
        raise UnderControl(document.code)
