"""Signing documents: submit, endorse, return, recall, approve; ISO 9001:2015, 7.5.2 c."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ...changes import Act, Meaning, Step
from ...errors import Refused
from ...values import Code, Content, Digest, Text
from .. import policy
from ..people import Person, Post
from .content import Faulty, faults
from .drafting import (
    Attachments,
    NoDraft,
    NotDrafter,
    check_entrusted,
    check_names,
    check_revisable,
    files_of,
    open_draft,
    opened,
    redrafted,
    rewritten,
    writers,
)
from .items import APPROVERS, DRAFTERS, REVIEWERS, Document, Draft, DraftState, Signature


class SameHands(Refused):
    """Whoever drafted or reviewed a text does not sign the next step of it."""

    clause = "7.5.2 c"
    vi = "Người soạn thảo hoặc soát xét không được ký bước tiếp theo của cùng nội dung."


class AnotherText(Refused):
    """The text has changed since it was read: this digest is not the open draft's."""

    clause = "7.5.2 c"
    vi = "Nội dung đã thay đổi kể từ khi đọc: mã băm không phải của dự thảo đang mở."


class NotReviewer(Refused):
    """This review was asked of somebody else."""

    clause = "7.5.2 c"
    vi = "Việc soát xét này được giao cho người khác."


class AlreadyEndorsed(Refused):
    """A reviewer endorses a text once."""

    clause = "7.5.2 c"
    vi = "Mỗi người soát xét chỉ ký một lần cho một nội dung."


class ApproverMissing(Refused):
    """This type of document is approved in a post with another role."""

    clause = "7.5.2 c"
    vi = "Loại tài liệu này do vị trí có vai trò khác phê duyệt."


class TextMissing(Refused):
    """Attachments are handed in together with the text."""

    clause = "7.5.2 c"
    vi = "Phụ lục phải nộp cùng với nội dung văn bản."


class SummaryMissing(Refused):
    """A change of an issued document says what it changes."""

    clause = "7.5.3.2 c"
    vi = "Khi sửa đổi tài liệu đã ban hành phải ghi nội dung sửa đổi."


class NumberOutOfOrder(Refused):
    """The number (issue, amendment) comes after the last one."""

    clause = "7.5.3.2 c"
    vi = "Số lần ban hành, sửa đổi phải lớn hơn lần trước."


class MustReissue(Refused):
    """So many amendments ask for a new issue."""

    clause = "7.5.3.2 c"
    vi = "Đã đủ số lần sửa đổi: lần này phải ban hành lại."


class Submit(
    Step[Document],
    kind="document.submit/1",
    item=Document,
    roles=DRAFTERS,
    meaning=Meaning.AUTHORED,
):
    """Sign the draft as its drafter and send it to review.

    With a text, the draft is written anew first, or opened where there was none.
    """

    vi = "Ký soạn thảo và trình soát xét"

    text: Content | None = Field(default=None, title="Nội dung (tệp)")
    attachments: Attachments = Field(default={}, title="Phụ lục kèm theo")
    summary: Text = Field(default="", title="Nội dung sửa đổi")
    reviewers: tuple[Code, ...] = Field(default=(), title="Người soát xét")

    def check(self, before: Document, act: Act) -> None:
        if before.draft is None:
            check_revisable(before)
            if self.text is None:
                raise NoDraft(before.code)
        else:
            draft = open_draft(before, DraftState.DRAFT)
            if draft.drafter not in ("", act.actor.id):
                raise NotDrafter(before.code)
        if self.attachments and self.text is None:
            raise TextMissing(before.code)
        check_names(before.id, before.suffix, self.attachments)
        self._say(before)
        self._ask(before, act)
        self._read(before, act)

    def apply(self, before: Document, act: Act) -> Document:
        written = self._written(before)
        draft = open_draft(written)
        submitted = {
            "state": DraftState.IN_REVIEW,
            "drafter": act.actor.id,
            "writers": writers(act, draft) if self.text else draft.writers,
            "summary": self.summary or draft.summary,
            "reviewers": tuple(person.id for person in self._reviewers(act)),
            "submitted": signed(act),
            "returned": "",
        }
        return redrafted(written, **submitted)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return rewritten(before, self.text, self.attachments) if self.text else {}

    def _written(self, before: Document) -> Document:
        if self.text is None:
            return before
        files = files_of(before.id, before.suffix, self.text, self.attachments)
        if before.draft is None:
            return opened(before, Draft(files=files))
        return redrafted(before, files=files)

    def _reviewers(self, act: Act) -> tuple[Person, ...]:
        return tuple(act.need(Person, code) for code in self.reviewers)

    def _say(self, before: Document) -> None:
        said = self.summary or (before.draft.summary if before.draft else "")
        if before.latest and not said:
            raise SummaryMissing(before.code)

    def _ask(self, before: Document, act: Act) -> None:
        wrote = {act.actor.id, *(before.draft.writers if before.draft else ())}
        for reviewer in self._reviewers(act):
            if reviewer.id in wrote:
                raise SameHands(f"{before.code}, {reviewer.code}")
            check_entrusted(reviewer, REVIEWERS, act)

    def _read(self, before: Document, act: Act) -> None:
        # The bytes are at hand only when somebody submits; a replay has the digest.
        data = self.text.data if self.text else act.read(open_draft(before).files[0].sha256)
        if data is None or before.suffix != "md":
            return
        found = next(faults(data, policy.of(act).type(before.type)), None)
        if found is not None:
            raise Faulty(", ".join(filter(None, (before.code, found.about, found.code))))


class Endorse(
    Step[Document],
    kind="document.endorse/1",
    item=Document,
    roles=REVIEWERS,
    meaning=Meaning.REVIEWED,
):
    """Sign, as a reviewer, the text that was read."""

    vi = "Ký soát xét nội dung đã đọc"

    digest: Digest = Field(title="Mã băm nội dung đã đọc")

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before, DraftState.IN_REVIEW)
        _same_text(before, draft, self.digest)
        if signed(act).hands & draft.authors:
            raise SameHands(before.code)
        if draft.reviewers and act.actor.id not in draft.reviewers:
            raise NotReviewer(before.code)
        if act.actor.id in draft.hands:
            raise AlreadyEndorsed(before.code)

    def apply(self, before: Document, act: Act) -> Document:
        draft = open_draft(before)
        endorsements = (*draft.endorsements, signed(act))
        owed = set(draft.reviewers) - {signature.person for signature in endorsements}
        state = DraftState.IN_REVIEW if owed else DraftState.IN_APPROVAL
        return redrafted(before, endorsements=endorsements, state=state)


class Return(Step[Document], kind="document.return/1", item=Document, roles=REVIEWERS + APPROVERS):
    """Send a submitted text back to its drafter, with the reason."""

    vi = "Trả lại dự thảo kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before, DraftState.IN_REVIEW, DraftState.IN_APPROVAL)
        if draft.drafter in signed(act).hands:
            raise SameHands(before.code)

    def apply(self, before: Document, act: Act) -> Document:
        return _back(before, returned=self.reason)


class Recall(Step[Document], kind="document.recall/1", item=Document, roles=DRAFTERS):
    """Take one's submitted text back before it is approved."""

    vi = "Rút lại dự thảo đã trình"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before, DraftState.IN_REVIEW, DraftState.IN_APPROVAL)
        if act.actor.id != draft.drafter:
            raise NotDrafter(before.code)

    def apply(self, before: Document, act: Act) -> Document:
        return _back(before)


class Approve(
    Step[Document],
    kind="document.approve/1",
    item=Document,
    roles=APPROVERS,
    meaning=Meaning.APPROVED,
):
    """Approve the text that was read, and give it its number."""

    vi = "Phê duyệt nội dung đã đọc, cấp số lần ban hành và sửa đổi"

    digest: Digest = Field(title="Mã băm nội dung đã đọc")
    reissue: bool = Field(default=False, title="Ban hành lại (không phải sửa đổi)")
    issue: int | None = Field(default=None, ge=1, le=999, title="Lần ban hành")
    amendment: int | None = Field(default=None, ge=0, le=999, title="Lần sửa đổi")

    def check(self, before: Document, act: Act) -> None:
        draft = open_draft(before, DraftState.IN_APPROVAL)
        _same_text(before, draft, self.digest)
        if signed(act).hands & draft.hands:
            raise SameHands(before.code)
        kind = policy.of(act).type(before.type)
        if kind.approver not in act.need(Post, act.actor.post).roles:
            wanted = f"({kind.approver.vi} / {kind.approver})"
            raise ApproverMissing(f"{before.code}, {kind.code} {wanted}")
        issue, amendment = self._number(before)
        if (issue, amendment) <= (before.issue, before.amendment):
            raise NumberOutOfOrder(f"{before.code}, {issue}.{amendment}")
        if kind.amendments is not None and amendment > kind.amendments:
            raise MustReissue(f"{before.code}, {issue}.{amendment}")

    def apply(self, before: Document, act: Act) -> Document:
        issue, amendment = self._number(before)
        return redrafted(
            before,
            state=DraftState.APPROVED,
            approval=signed(act),
            issue=issue,
            amendment=amendment,
        )

    def _number(self, before: Document) -> tuple[int, int]:
        again = self.reissue or not before.issue
        issue, amendment = before.issue + again, 0 if again else before.amendment + 1
        if self.issue is not None:
            issue, amendment = self.issue, 0
        return issue, amendment if self.amendment is None else self.amendment


def signed(act: Act) -> Signature:
    """Return the signature of whoever acts."""
    held = act.need(Person, act.actor.id).posts(act.day)
    behalf = next((mine.on_behalf_of for mine in held if mine.post == act.actor.post), "")
    return Signature(person=act.actor.id, post=act.actor.post, at=act.at, on_behalf_of=behalf)


def _same_text(document: Document, draft: Draft, digest: str) -> None:
    if draft.digest != digest:
        raise AnotherText(document.code)


def _back(document: Document, returned: str = "") -> Document:
    return redrafted(
        document, state=DraftState.DRAFT, submitted=None, endorsements=(), returned=returned
    )
