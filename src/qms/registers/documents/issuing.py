"""Putting documents in and out of force: ISO 9001:2015, 7.5.3 (2008: 4.2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Item, Meaning, Step
from ...errors import Refused
from ...values import Code, Content, OptionalCode, Personal, Text
from .. import people
from ..people import Unit
from .drafting import DraftOpen, open_draft
from .items import (
    ISSUERS,
    Decision,
    Document,
    Draft,
    DraftState,
    Request,
    RequestState,
    Revision,
    State,
    Withdrawal,
    located,
    removed,
)


class EffectiveBeforeDecision(Refused):
    """A text takes effect on or after the day of its decision."""

    clause = "7.5.3.1"
    vi = "Ngày hiệu lực không được trước ngày quyết định ban hành."


class EffectiveOutOfOrder(Refused):
    """A text takes effect after the last that has taken effect did, and not before that ended."""

    clause = "7.5.3.2 c"
    vi = "Ngày hiệu lực phải sau ngày hiệu lực của lần trước đã có hiệu lực, không trước ngày lần ấy hết hiệu lực."  # noqa: E501


class HalfDecision(Refused):
    """A decision has a number and a day, or it is recorded later."""

    clause = "7.5.2 c"
    vi = "Quyết định phải có cả số và ngày, hoặc ghi sau."


class AlreadyDecided(Refused):
    """The decision of this revision is already recorded."""

    clause = "7.5.2 c"
    vi = "Quyết định ban hành của lần này đã được ghi."


class NotIssued(Refused):
    """This document has nothing in force to act on."""

    clause = "7.5.3.1"
    vi = "Tài liệu này chưa ban hành hoặc đã bãi bỏ."


class NotWithdrawn(Refused):
    """Only a withdrawn document is reinstated."""

    clause = "7.5.3.2 d"
    vi = "Chỉ khôi phục tài liệu đã bãi bỏ."


class InTheFuture(Refused):
    """What is recorded has happened: its day is not after today."""

    clause = "7.5.3.2 c"
    vi = "Chỉ ghi việc đã xảy ra: ngày ghi không được sau hôm nay."


class OtherRevision(Refused):
    """This revision belongs to another document."""

    clause = "7.5.2 a"
    vi = "Lần ban hành này thuộc tài liệu khác."


class Issue(
    Step[Document], kind="document.issue/1", item=Document, roles=ISSUERS, meaning=Meaning.ISSUED
):
    """Put the approved text in force from a day, for those on the distribution list.

    Without a list the units that received the last text receive this one, too; what became of
    one that has ended receives it in its place.
    """

    vi = "Ban hành nội dung đã phê duyệt"

    effective: date = Field(title="Ngày hiệu lực")
    decision: Text = Field(default="", title="Số quyết định")
    decided: date | None = Field(default=None, title="Ngày quyết định")
    signer: Personal = Field(default="", title="Người ký quyết định")
    distribution: tuple[Code, ...] | None = Field(
        default=None, title="Nơi nhận (đơn vị; bỏ trống: như lần trước)"
    )

    def check(self, before: Document, act: Act) -> None:
        open_draft(before, DraftState.APPROVED)
        people.still(*(act.need(Unit, unit) for unit in self.distribution or ()))
        _decided(before, self, self.effective, act)
        check_end(before, self.effective, act)
        if (old := begun(before, act)) and self.effective <= old.effective:
            raise EffectiveOutOfOrder(f"{before.code}, {self.effective} ≤ {old.effective}")

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        draft = open_draft(before)
        revision = self._revision(before, draft, act)
        after = before.model_copy(
            update={
                "state": State.ISSUED,
                "draft": None,
                "latest": revision.id,
                "issue": draft.issue,
                "amendment": draft.amendment,
                "revisions": before.revisions + 1,
            }
        )
        return after, revision, *superseded(before, self.effective, act), *_carried(draft, act)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        files = open_draft(before).files
        return (
            replaced(before, act)
            | removed(before.id, files, "drafts")
            | located(before.id, files, "procedures")
        )

    def _revision(self, document: Document, draft: Draft, act: Act) -> Revision:
        code = numbered(document, draft.issue, draft.amendment, act)
        return Revision(
            id=Revision.identify(code),
            code=code,
            document=document.id,
            previous=document.latest,
            title=document.title,
            issue=draft.issue,
            amendment=draft.amendment,
            files=draft.files,
            summary=draft.summary,
            place=draft.place,
            request=draft.request,
            drafted=draft.submitted,
            reviewed=draft.endorsements,
            approved=draft.approval,
            issued=self.decided or act.day,
            decision=_decision(self.decision, self.decided, self.signer),
            effective=self.effective,
            distribution=self._received(document, act),
        )

    def _received(self, document: Document, act: Act) -> tuple[str, ...]:
        if self.distribution is not None:
            return tuple(act.need(Unit, unit).id for unit in self.distribution)
        before = last(document, act).distribution if document.latest else ()
        units = (people.successor(act.need(Unit, unit), act).id for unit in before)
        return tuple(dict.fromkeys(units))


class RecordDecision(
    Step[Document], kind="document.record-decision/1", item=Document, roles=ISSUERS
):
    """Record the written decision of a revision that was issued without one."""

    vi = "Ghi quyết định ban hành còn thiếu"

    decision: Text = Field(title="Số quyết định", min_length=1)
    decided: date = Field(title="Ngày quyết định")
    signer: Personal = Field(default="", title="Người ký quyết định")
    revision: OptionalCode = Field(default="", title="Lần ban hành (mặc định: lần cuối)")

    def check(self, before: Document, act: Act) -> None:
        revision = self._revision(before, act)
        if revision.document != before.id:
            raise OtherRevision(revision.code)
        if revision.decision is not None:
            raise AlreadyDecided(revision.code)
        # A fact on paper is recorded as it is: a decision that came after the text took effect
        # is not refused, it is flagged (``decided`` is "late", remark W8).
        not_after_today(revision.code, self.decided, act)

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        decision = Decision(number=self.decision, day=self.decided, signer=self.signer)
        update = {"decision": decision, "issued": self.decided}
        return before, self._revision(before, act).model_copy(update=update)

    def _revision(self, before: Document, act: Act) -> Revision:
        if not self.revision:
            return last(before, act)
        return act.need(Revision, self.revision)


class Withdraw(
    Step[Document],
    kind="document.withdraw/1",
    item=Document,
    roles=ISSUERS,
    meaning=Meaning.WITHDRAWN,
):
    """Take a document out of force from a day, without another in its place."""

    vi = "Bãi bỏ tài liệu"

    reason: Text = Field(title="Lý do", min_length=1)
    day: date = Field(title="Hết hiệu lực từ ngày")
    decision: Text = Field(default="", title="Số quyết định")
    decided: date | None = Field(default=None, title="Ngày quyết định")
    signer: Personal = Field(default="", title="Người ký quyết định")

    def check(self, before: Document, act: Act) -> None:
        if before.state is not State.ISSUED:
            raise NotIssued(before.code)
        if before.draft is not None:
            raise DraftOpen(before.code)
        _decided(before, self, self.day, act)
        check_end(before, self.day, act)

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        decision = _decision(self.decision, self.decided, self.signer)
        withdrawal = Withdrawal(day=self.day, reason=self.reason, decision=decision)
        update = {"state": State.WITHDRAWN, "withdrawal": withdrawal}
        return before.model_copy(update=update), *superseded(before, self.day, act)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return replaced(before, act)


class Reinstate(Step[Document], kind="document.reinstate/1", item=Document, roles=ISSUERS):
    """Put the last text of a withdrawn document in force again, under its old number."""

    vi = "Khôi phục tài liệu đã bãi bỏ"

    reason: Text = Field(title="Lý do", min_length=1)
    effective: date = Field(title="Có hiệu lực lại từ ngày")
    decision: Text = Field(default="", title="Số quyết định")
    decided: date | None = Field(default=None, title="Ngày quyết định")
    signer: Personal = Field(default="", title="Người ký quyết định")

    def check(self, before: Document, act: Act) -> None:
        if before.withdrawal is None or before.state is not State.WITHDRAWN:
            raise NotWithdrawn(before.code)
        _decided(before, self, self.effective, act)
        if self.effective < before.withdrawal.day:
            raise EffectiveOutOfOrder(f"{before.code}, {self.effective}")

    def apply(self, before: Document, act: Act) -> tuple[Item, ...]:
        old = last(before, act)
        code = numbered(before, old.issue, old.amendment, act)
        again = {
            "id": Revision.identify(code),
            "code": code,
            "previous": old.id,
            "summary": self.reason,
            "effective": self.effective,
            "until": None,
            "issued": self.decided or act.day,
            "decision": _decision(self.decision, self.decided, self.signer),
        }
        after = {
            "state": State.ISSUED,
            "withdrawal": None,
            "latest": again["id"],
            "revisions": before.revisions + 1,
        }
        return before.model_copy(update=after), old.model_copy(update=again)

    def files(self, before: Document, act: Act) -> Mapping[str, Content | None]:
        return {**located(before.id, last(before, act).files, "procedures")}


def last(document: Document, act: Act) -> Revision:
    """Return the revision issued last, or raise ``NotIssued``."""
    if not document.latest:
        raise NotIssued(document.code)
    return act.need(Revision, document.latest)


def numbered(document: Document, issue: int, amendment: int, act: Act) -> str:
    """Return the code of a revision; a second one of the same number counts on."""
    code = f"{document.code}/{issue}.{amendment}"
    return f"{code}/{document.revisions + 1}" if act.look(Revision, code) else code


def line(document: Document, act: Act) -> Iterator[Revision]:
    """Yield the revisions of a document, the one issued last first."""
    code = document.latest
    while code:
        revision = act.need(Revision, code)
        yield revision
        code = revision.previous


def begun(document: Document, act: Act) -> Revision | None:
    """Return the newest revision that has taken effect, if one has.

    What was issued for a later day may still be overtaken; what took effect is history.
    """
    there = (old for old in line(document, act) if not old.void)
    return next((old for old in there if old.effective <= act.day), None)


def in_force(document: Document, day: date, act: Act) -> Revision | None:
    """Return the revision of a document in force on a day, or ``None``."""
    return next((old for old in line(document, act) if old.in_force(day)), None)


def superseded(document: Document, day: date, act: Act) -> Iterator[Revision]:
    """Yield what is out of force from a day on; what was to begin later never begins."""
    for old in line(document, act):
        if old.void:
            continue
        if old.until is None or old.until > day:
            yield old.model_copy(update={"until": max(day, old.effective)})
        if old.effective < day:
            return


def check_end(document: Document, day: date, act: Act) -> None:
    """Raise ``EffectiveOutOfOrder`` where a text would end before it took effect, or had ended."""
    old = begun(document, act)
    if old is None:
        return
    since = old.until if old.until is not None and old.until <= act.day else old.effective
    if day < since:
        raise EffectiveOutOfOrder(f"{document.code}, {day} < {since}")


def not_after_today(code: str, day: date | None, act: Act) -> None:
    """Raise ``InTheFuture`` for a day that is yet to come."""
    if day is not None and day > act.day:
        raise InTheFuture(f"{code}, {day}")


def replaced(document: Document, act: Act) -> dict[str, Content | None]:
    """Return the removal of what was issued last."""
    old = act.look(Revision, document.latest) if document.latest else None
    return removed(document.id, old.files, "procedures") if old else {}


def _decided(document: Document, change: Issue | Withdraw | Reinstate, day: date, act: Act) -> None:
    decided = change.decided
    if bool(change.decision) != (decided is not None):
        raise HalfDecision(f"{document.code}, {change.decision or decided}")
    not_after_today(document.code, decided, act)
    if decided is not None and day < decided:
        raise EffectiveBeforeDecision(f"{document.code}, {day} < {decided}")


def _decision(number: str, day: date | None, signer: Personal) -> Decision | None:
    return Decision(number=number, day=day, signer=signer) if day is not None else None


def _carried(draft: Draft, act: Act) -> tuple[Request, ...]:
    if not draft.request:
        return ()
    request = act.need(Request, draft.request)
    return (request.model_copy(update={"state": RequestState.CARRIED_OUT}),)
