"""The effect, judged later by another, and the end: ISO 9001:2015, 10.2.1 d–f, 8.7.2."""

from __future__ import annotations

from pydantic import Field

from ...changes import Act, Meaning, Step
from ...errors import Refused
from ...values import Code, Text
from ..documents import Revision
from ..people import OFFICERS
from .containing import contained
from .items import Effect, Nonconformity, State, Updates
from .steps import JUDGES, OwnWork, actions_of, at, hands, moved, timed, workers


class TooEarly(Refused):
    """The effect is judged on or after the day set for it."""

    clause = "10.2.1 d"
    vi = "Chưa đến ngày xem xét hiệu lực."


class ActionOpen(Refused):
    """It is not closed while an action is open or its effect unjudged."""

    clause = "10.2.1"
    vi = "Chưa đóng được: còn hành động đang mở hoặc chưa đánh giá hiệu lực."


class FactMissing(Refused):
    """Before closing it is on record what was found, what was done and which post decided."""

    clause = "8.7.2"
    vi = "Chưa ghi đủ: mô tả, việc xử lý ngay, chức danh quyết định."


class ConcessionUnsaid(Refused):
    """Whether a concession was given is said at closing, as it was decided."""

    clause = "8.7.2 c"
    vi = "Phải xác nhận có hay không có nhân nhượng, đúng như đã quyết định."


class DocumentsUnsaid(Refused):
    """The affected document was revised, or it is said why not."""

    clause = "10.2.1 f"
    vi = "Phải nêu lần ban hành đã sửa của tài liệu liên quan, hoặc lý do không sửa."


class RevisedBefore(Refused):
    """A revision that answers a nonconformity was issued after it was found."""

    clause = "10.2.1 f"
    vi = "Lần ban hành này có trước khi phát hiện sự không phù hợp."


class ReportOwed(Refused):
    """Whoever inspected from outside has the report before it is closed."""

    clause = "10.2.2"
    vi = "Chưa gửi báo cáo khắc phục cho cơ quan kiểm tra."


class JudgeEffect(
    Step[Nonconformity], kind="nonconformity.judge-effect/1", item=Nonconformity, roles=JUDGES
):
    """Judge, as somebody else and later, whether it worked; if not, the cause is sought again."""

    vi = "Đánh giá hiệu lực (người khác, đúng ngày); không có hiệu lực thì tìm lại nguyên nhân"

    effective: bool = Field(title="Có hiệu lực")
    evidence: Text = Field(title="Bằng chứng", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.VERIFIED)
        if hands(act) & workers(before, act):
            raise OwnWork(before.code)
        if before.deadline is not None and act.day < before.deadline:
            raise TooEarly(f"{before.code}, {before.deadline}")

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        effect = Effect(
            round=before.round,
            effective=self.effective,
            evidence=self.evidence,
            judge=act.actor.id,
            day=act.day,
        )
        judged = before.model_copy(update={"effects": (*before.effects, effect)})
        if self.effective:
            return moved(judged, State.EFFECTIVE, **timed(act, "close"))
        return again(judged, State.NEEDED, **timed(act, "analyse"))


class Close(
    Step[Nonconformity],
    kind="nonconformity.close/1",
    item=Nonconformity,
    roles=OFFICERS,
    meaning=Meaning.CLOSED,
):
    """Close it: corrected, acted on, judged, and the documents revised or not needing it."""

    vi = "Đóng sự không phù hợp"

    concession: bool = Field(title="Có nhân nhượng")
    revisions: tuple[Code, ...] = Field(default=(), title="Lần ban hành tài liệu đã sửa")
    waiver: Text = Field(default="", title="Lý do không sửa tài liệu")

    def check(self, before: Nonconformity, act: Act) -> None:
        self._acted(before, act)
        contained(before)
        if not (before.found and before.corrections and before.decider):
            raise FactMissing(before.code)
        if self.concession != (before.concession is not None):
            raise ConcessionUnsaid(before.code)
        if before.outside is not None and before.outside.sent is None:
            raise ReportOwed(before.code)
        self._revised(before, act)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        revisions = tuple(act.need(Revision, code).id for code in self.revisions)
        ended = {
            "updates": Updates(revisions=revisions, waiver=self.waiver),
            "closer": act.actor.post,
            "closed": act.day,
        }
        return moved(before, State.CLOSED, **ended)

    def _acted(self, before: Nonconformity, act: Act) -> None:
        open_still = [action.code for action in actions_of(before, act) if action.open]
        if open_still or before.state is State.VERIFIED:
            raise ActionOpen(", ".join(open_still) or before.code)
        at(before, State.NOT_NEEDED, State.EFFECTIVE)
        if hands(act) & workers(before, act):
            raise OwnWork(before.code)

    def _revised(self, before: Nonconformity, act: Act) -> None:
        revisions = [act.need(Revision, code) for code in self.revisions]
        for revision in revisions:
            if revision.issued < before.day:
                raise RevisedBefore(f"{before.code}, {revision.code}")
        revised = {revision.document for revision in revisions}
        enough = before.document in revised if before.document else bool(revised)
        if not self.waiver and not enough:
            raise DocumentsUnsaid(before.code)


class Reopen(
    Step[Nonconformity], kind="nonconformity.reopen/1", item=Nonconformity, roles=OFFICERS
):
    """Open a closed one again, with the reason: it is decided anew what follows from it."""

    vi = "Mở lại, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.CLOSED)

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        opened = {"reason": self.reason, "reopened": before.reopened + 1}
        return again(before, State.REOPENED, **timed(act, "decide"), **opened)


def again(item: Nonconformity, state: State, **fields: object) -> Nonconformity:
    """Return a nonconformity at the start of its next round."""
    fresh = {"round": item.round + 1, "effect_due": None, "updates": None, "closed": None}
    return moved(item, state, **{**fresh, **fields})
