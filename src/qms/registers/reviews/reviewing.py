"""Reviews from opening to outcome: ISO 9001:2015, 7.5.3.2 (2008: 4.2.3 b)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, Item, Opening, Step
from ...errors import Refused
from ...values import Code, OptionalCode, Text
from .. import documents as d
from .. import policy
from ..documents import Document
from ..documents.issuing import in_force
from ..external import Turn
from ..people import OFFICERS
from .items import OWED_BY_RULE, REVIEWERS, Cause, Outcome, Review, ReviewState, Running, Watchlist


class ReviewNotOpen(Refused):
    """This review is already concluded or cancelled."""

    clause = "7.5.3.2"
    vi = "Lần rà soát này đã kết luận hoặc đã hủy."


class ReviewAlreadyOpen(Refused):
    """A document has one open review for each cause."""

    clause = "7.5.3.2"
    vi = "Tài liệu đang có lần rà soát vì lý do này chưa kết luận."


class NothingToReview(Refused):
    """Only what is in force is reviewed."""

    clause = "7.5.3.2"
    vi = "Chỉ rà soát tài liệu đang có hiệu lực."


class OverTaken(Refused):
    """A periodic review of a text that was superseded is cancelled, not concluded."""

    clause = "7.5.3.2"
    vi = "Nội dung được rà soát định kỳ đã bị thay thế; hãy hủy lần rà soát này."


class OriginMissing(Refused):
    """A review that is not periodic names what caused it."""

    clause = "7.5.3.2"
    vi = "Rà soát không định kỳ phải ghi nguồn: văn bản, phiếu, quyết định hoặc phát hiện."


class NotAffected(Refused):
    """This change of the law touches other documents."""

    clause = "7.5.3.2"
    vi = "Thay đổi pháp luật này không liên quan đến tài liệu."


class PastTheLaw(Refused):
    """A change of the law is worked in by the day that the law sets."""

    clause = "7.5.3.2"
    vi = "Thời hạn không được muộn hơn thời hạn đưa thay đổi pháp luật vào hệ thống."


class DuePast(Refused):
    """Who sets the day of a review sets none that is over; the calendar and the law may."""

    clause = "7.5.3.2"
    vi = "Hạn rà soát không được ở quá khứ."


class NotPutOff(Refused):
    """A review is put off to a later day."""

    clause = "7.5.3.2"
    vi = "Chỉ lùi hạn rà soát tới ngày muộn hơn."


class ProposalMissing(Refused):
    """A review that changes something says what it proposes."""

    clause = "7.5.3.2"
    vi = "Kết luận sửa đổi, gộp hoặc bãi bỏ phải nêu đề xuất."


class MergedWithNothing(Refused):
    """A merger names another document, and no other outcome does."""

    clause = "7.5.3.2"
    vi = "Kết luận gộp phải nêu một tài liệu khác; kết luận khác thì không."


class Open(Opening[Review], kind="review.open/1", item=Review, roles=REVIEWERS):
    """Begin to review a document in force, for a cause, by a day."""

    vi = "Mở rà soát tài liệu đang có hiệu lực"

    document: Code = Field(title="Tài liệu")
    cause: Cause = Field(default=Cause.PERIODIC, title="Lý do rà soát")
    due: date = Field(title="Hạn rà soát")
    origin: OptionalCode = Field(
        default="", title="Nguồn (mã thay đổi pháp luật, phiếu, phát hiện…)"
    )
    reason: Text = Field(default="", title="Giải thích")

    def check(self, act: Act) -> None:
        document = act.need(Document, self.document)
        if in_force(document, act.day, act) is None:
            raise NothingToReview(document.code)
        if found := _watchlist(document, act).open(self.cause):
            raise ReviewAlreadyOpen(f"{document.code}, {found}")
        _caused(self.cause, self.origin, document, self.due, act)

    def apply(self, act: Act) -> tuple[Item, ...]:
        document = act.need(Document, self.document)
        revision = in_force(document, act.day, act)
        review = Review(
            id=self.id,
            code=self.code,
            document=document.id,
            revision=revision.id if revision else "",
            cause=self.cause,
            origins=(self.origin,) if self.origin else (),
            reason=self.reason,
            unit=document.unit,
            owner=document.owner,
            deadline=self.due,
            set_by=act.actor.id,
        )
        listed = _watchlist(document, act)
        running = (*listed.running, Running(cause=self.cause, review=review.id))
        return review, listed.model_copy(update={"running": running})


class Join(Step[Review], kind="review.join/1", item=Review, roles=REVIEWERS):
    """Let an open review answer for a further origin; the earlier day counts."""

    vi = "Gộp thêm nguồn vào lần rà soát đang mở (lấy hạn sớm hơn)"

    origin: Code = Field(title="Nguồn")
    due: date = Field(title="Hạn rà soát")

    def check(self, before: Review, act: Act) -> None:
        _open(before)
        document = act.need(Document, before.document)
        _caused(before.cause, self.origin, document, self.due, act)

    def apply(self, before: Review, act: Act) -> Review:
        origins = tuple(dict.fromkeys((*before.origins, self.origin)))
        deadline = min(before.deadline, self.due)
        return before.model_copy(update={"origins": origins, "deadline": deadline})


class PutOff(Step[Review], kind="review.put-off/1", item=Review, roles=OFFICERS):
    """Give a review a later day, with the reason; never later than the law allows."""

    vi = "Lùi hạn rà soát, kèm lý do"

    due: date = Field(title="Hạn mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Review, act: Act) -> None:
        _open(before)
        if self.due <= before.deadline:
            raise NotPutOff(f"{before.code}, {self.due}")
        document = act.need(Document, before.document)
        for origin in before.origins:
            _caused(before.cause, origin, document, self.due, act)

    def apply(self, before: Review, act: Act) -> Review:
        update = {"deadline": self.due, "reason": self.reason, "set_by": act.actor.id}
        return before.model_copy(update=update)


class Conclude(Step[Review], kind="review.conclude/1", item=Review, roles=REVIEWERS):
    """Say what the review came to; a change of text begins with the request it brings."""

    vi = "Kết luận rà soát: giữ nguyên, sửa đổi, gộp hoặc bãi bỏ"

    outcome: Outcome = Field(title="Kết luận")
    proposal: Text = Field(default="", title="Đề xuất, nhận xét")
    into: OptionalCode = Field(default="", title="Gộp vào tài liệu")

    def check(self, before: Review, act: Act) -> None:
        _open(before)
        revision = in_force(act.need(Document, before.document), act.day, act)
        if revision is None:
            raise NothingToReview(before.document)
        if before.cause is Cause.PERIODIC and revision.id != before.revision:
            raise OverTaken(f"{before.code}, {revision.code}")
        if self.outcome is not Outcome.KEEP and not self.proposal:
            raise ProposalMissing(before.code)
        into = act.need(Document, self.into).id if self.into else ""
        if (self.outcome is Outcome.MERGE) != bool(into) or into == before.document:
            raise MergedWithNothing(before.code)

    def apply(self, before: Review, act: Act) -> tuple[Item, ...]:
        document = act.need(Document, before.document)
        revision = in_force(document, act.day, act)
        asked = self._asked(document, act)
        update = {
            "state": ReviewState.CONCLUDED,
            "revision": revision.id if revision else "",
            "outcome": self.outcome,
            "says": self.proposal,
            "into": act.need(Document, self.into).id if self.into else "",
            "request": asked[0].id if asked else "",
            "reviewer": act.actor.id,
            "day": act.day,
        }
        return before.model_copy(update=update), _ended(before, act), *asked

    def _asked(self, document: Document, act: Act) -> tuple[Item, ...]:
        if self.outcome is Outcome.KEEP:
            return ()
        impact = d.Impact(documents=(self.into,)) if self.into else d.Impact()
        code = policy.next_code(act, d.Request.register)
        filed = d.File(code=code, reason=self.proposal, document=document.code, impact=impact)
        return filed.apply(act), *policy.counted(act, d.Request.register, code)


class Cancel(Step[Review], kind="review.cancel/1", item=Review, roles=OFFICERS):
    """Stop a review, with the reason; what caused it is owed again unless it is gone."""

    vi = "Hủy lần rà soát, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Review, act: Act) -> None:
        _open(before)

    def apply(self, before: Review, act: Act) -> tuple[Item, ...]:
        update = {"state": ReviewState.CANCELLED, "says": self.reason, "day": act.day}
        return before.model_copy(update=update), _ended(before, act)


def _caused(cause: Cause, origin: str, document: Document, due: date, act: Act) -> None:
    if cause not in OWED_BY_RULE and due < act.day:
        raise DuePast(f"{document.code}, {due}")
    if cause is Cause.PERIODIC:
        return
    if not origin:
        raise OriginMissing(f"{document.code} ({cause.vi} / {cause})")
    if cause is not Cause.LAW:
        return
    turn = act.need(Turn, origin)
    if document.id not in turn.documents:
        raise NotAffected(f"{document.code}, {turn.code}")
    if due > turn.due:
        raise PastTheLaw(f"{document.code}, {due} > {turn.due}")


def _watchlist(document: Document, act: Act) -> Watchlist:
    code = document.id.partition(":")[2]  # the id stays when the document takes another code
    found = act.look(Watchlist, code)
    return found or Watchlist(id=Watchlist.identify(code), code=code, document=document.id)


def _ended(review: Review, act: Act) -> Watchlist:
    listed = _watchlist(act.need(Document, review.document), act)
    running = tuple(one for one in listed.running if one.review != review.id)
    return listed.model_copy(update={"running": running})


def _open(review: Review) -> None:
    if review.state is not ReviewState.OPEN:
        raise ReviewNotOpen(f"{review.code} ({review.state.vi} / {review.state})")
