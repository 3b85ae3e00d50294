"""Risks and opportunities, two kinds: ISO 9001:2015, 6.1 (apart in the edition of 2026)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import Field

from ..changes import Act, Item, Meaning, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, OptionalCode, Text, Word
from . import policy
from .calendar import add_months
from .documents import Document
from .documents.approval import signed
from .people import OFFICERS, Post, Unit, still
from .ratings import Level as Level
from .ratings import Rating as Rating
from .ratings import RiskKind as RiskKind
from .ratings import Threshold

RATERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
JUDGES: Final = (*OFFICERS, Role.REVIEWER, Role.AUDITOR)


class RiskState(Word):
    """Where a risk or an opportunity stands."""

    IDENTIFIED = "identified", "Đã nhận diện"
    TREATED = "treated", "Đang xử lý"
    CARRIED_OUT = "carried_out", "Đã thực hiện biện pháp"
    WATCHED = "watched", "Chấp nhận, theo dõi"
    CLOSED = "closed", "Đã kết thúc"


OPEN: Final = tuple(state for state in RiskState if state is not RiskState.CLOSED)
IDLE: Final = (RiskState.IDENTIFIED, RiskState.WATCHED)
"""The states in which no treatment is under way."""


class Treatment(Frozen):
    """What is done about it, by which post, until when, and how its effect is judged."""

    measure: Text
    owner: str
    due: date
    effect: Text


class Risk(
    Item,
    register="risk",
    columns={
        "kind": str,
        "unit": Unit,
        "owner": Post,
        "process": Document,
        "state": str,
        "level": str,
        "due": date,
    },
):
    """One risk or opportunity: first rating, treatment, what is left, the next look."""

    kind: RiskKind
    cause: Text
    event: Text
    outcome: Text
    source: Text
    unit: str
    owner: str
    process: str = ""
    first: Rating
    residual: Rating | None = None
    level: Level
    treatments: tuple[Treatment, ...] = ()
    doer: str = ""
    evidence: Text = ""
    review: date
    state: RiskState = RiskState.IDENTIFIED
    note: Text = ""

    @property
    def rating(self) -> Rating:
        """Return what is left, or the first rating where nothing was rated since."""
        return self.residual or self.first

    @property
    def due(self) -> date | None:
        """Return the day of the treatment that is owed, or else of the next look."""
        if self.state is RiskState.CLOSED:
            return None
        if self.state is RiskState.TREATED:
            return min(self.treatments[-1].due, self.review)
        return self.review


class RiskOutOfStep(Refused):
    """This risk or opportunity is at another step."""

    clause = "6.1.2"
    vi = "Rủi ro, cơ hội này đang ở bước khác."


class LookTooLate(Refused):
    """The next look lies ahead, and no further than the level allows."""

    clause = "6.1.2"
    vi = "Ngày xem lại phải ở phía trước và không xa hơn nhịp theo dõi của mức này."


class TreatmentOverdue(Refused):
    """A treatment is due on a day that lies ahead."""

    clause = "6.1.2"
    vi = "Thời hạn của biện pháp phải ở phía trước."


class AcceptedByLeader(Refused):
    """Only a leader leaves a high risk or opportunity as it is."""

    clause = "6.1.2"
    vi = "Chỉ lãnh đạo được quyết định giữ nguyên rủi ro, cơ hội mức cao."


class OwnTreatment(Refused):
    """Whoever carried out a treatment does not judge its effect."""

    clause = "6.1.2 b"
    vi = "Người thực hiện biện pháp không được tự kết luận hiệu lực của biện pháp."


class NoLess(Refused):
    """A treatment of a risk had effect when fewer points are left than before."""

    clause = "6.1.2 b"
    vi = "Biện pháp chỉ có hiệu lực khi điểm còn lại của rủi ro thấp hơn trước."


class TreatmentOpen(Refused):
    """Nothing is closed while its treatment is under way or waits for judgement."""

    clause = "6.1.2"
    vi = "Không kết thúc khi biện pháp đang thực hiện hoặc chưa kết luận hiệu lực."


class Identify(Opening[Risk], kind="risk.identify/1", item=Risk, roles=RATERS):
    """Enter a risk or an opportunity: from what, what may happen, what follows, how grave."""

    vi = "Ghi rủi ro hoặc cơ hội, chấm điểm ban đầu"

    nature: RiskKind = Field(title="Loại (rủi ro hoặc cơ hội)")
    cause: Text = Field(title="Nguyên nhân", min_length=1)
    event: Text = Field(title="Điều có thể xảy ra", min_length=1)
    outcome: Text = Field(title="Dẫn đến", min_length=1)
    source: Text = Field(title="Nguồn nhận diện", min_length=1)
    unit: Code = Field(title="Đơn vị")
    owner: Code = Field(title="Vị trí chủ rủi ro, chủ cơ hội")
    process: OptionalCode = Field(default="", title="Quy trình")
    rating: Rating = Field(title="Điểm ban đầu")
    review: date = Field(title="Ngày xem lại")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit), act.need(Post, self.owner))
        _in_time(self.code, self.nature, self.rating, self.review, act)

    def apply(self, act: Act) -> Risk:
        facts = dict(self) | {
            "unit": act.need(Unit, self.unit).id,
            "owner": act.need(Post, self.owner).id,
            "process": act.need(Document, self.process).id if self.process else "",
        }
        kind, first = facts.pop("nature"), facts.pop("rating")
        level = weighed(kind, first, act).level
        return Risk(id=self.id, kind=kind, first=first, level=level, **facts)


class RateAgain(Step[Risk], kind="risk.rate-again/1", item=Risk, roles=RATERS):
    """Look again: rate what is left, with evidence, and set the day of the next look."""

    vi = "Xem lại: chấm điểm còn lại, ấn định ngày xem lại tiếp"

    rating: Rating = Field(title="Điểm còn lại")
    evidence: Text = Field(title="Bằng chứng", min_length=1)
    review: date = Field(title="Ngày xem lại tiếp")

    def check(self, before: Risk, act: Act) -> None:
        _at(before, *OPEN)
        _in_time(before.code, before.kind, self.rating, self.review, act)

    def apply(self, before: Risk, act: Act) -> Risk:
        rated = _rated(before, self.rating, self.review, act)
        back = before.state is RiskState.WATCHED and _grown(before, rated)
        state = RiskState.IDENTIFIED if back else before.state
        return rated.model_copy(update={"note": self.evidence, "state": state})


class Treat(Step[Risk], kind="risk.treat/1", item=Risk, roles=RATERS):
    """Decide what is done about it: by whom, until when, how its effect is judged."""

    vi = "Quyết định biện pháp: ai làm, thời hạn, cách đánh giá hiệu lực"

    measure: Text = Field(min_length=1, title="Biện pháp")
    owner: Code = Field(title="Vị trí thực hiện")
    due: date = Field(title="Thời hạn")
    effect: Text = Field(min_length=1, title="Cách đánh giá hiệu lực")

    def check(self, before: Risk, act: Act) -> None:
        _at(before, *IDLE)
        still(act.need(Post, self.owner))
        if self.due < act.day:
            raise TreatmentOverdue(f"{before.code}, {self.due}")

    def apply(self, before: Risk, act: Act) -> Risk:
        owner = act.need(Post, self.owner).id
        treatment = Treatment(measure=self.measure, owner=owner, due=self.due, effect=self.effect)
        treated = {"treatments": (*before.treatments, treatment), "doer": "", "evidence": ""}
        return before.model_copy(update={**treated, "state": RiskState.TREATED})


class CarryOutTreatment(Step[Risk], kind="risk.carry-out/1", item=Risk):
    """Say that the treatment was carried out, with its evidence."""

    vi = "Báo cáo đã thực hiện biện pháp, kèm bằng chứng"

    evidence: Text = Field(title="Bằng chứng", min_length=1)

    def check(self, before: Risk, act: Act) -> None:
        _at(before, RiskState.TREATED)

    def apply(self, before: Risk, act: Act) -> Risk:
        done = {"doer": act.actor.id, "evidence": self.evidence}
        return before.model_copy(update={**done, "state": RiskState.CARRIED_OUT})


class JudgeTreatment(Step[Risk], kind="risk.judge/1", item=Risk, roles=JUDGES):
    """Judge, as somebody else, whether the treatment had effect; rate what is left."""

    vi = "Kết luận hiệu lực của biện pháp (người khác), chấm điểm còn lại"

    effective: bool = Field(title="Có hiệu lực")
    rating: Rating = Field(title="Điểm còn lại")
    review: date = Field(title="Ngày xem lại tiếp")
    says: Text = Field(title="Căn cứ kết luận", min_length=1)

    def check(self, before: Risk, act: Act) -> None:
        _at(before, RiskState.CARRIED_OUT)
        if before.doer in signed(act).hands:
            raise OwnTreatment(before.code)
        _in_time(before.code, before.kind, self.rating, self.review, act)
        less = self.rating.points < before.rating.points
        if self.effective and before.kind is RiskKind.RISK and not less:
            raise NoLess(f"{before.code}, {self.rating.points} ≥ {before.rating.points}")

    def apply(self, before: Risk, act: Act) -> Risk:
        state = RiskState.WATCHED if self.effective else RiskState.IDENTIFIED
        rated = _rated(before, self.rating, self.review, act)
        return rated.model_copy(update={"note": self.says, "state": state})


class AbandonTreatment(Step[Risk], kind="risk.abandon/1", item=Risk, roles=OFFICERS):
    """Give up a treatment, with the reason; the risk or opportunity stands as before."""

    vi = "Dừng biện pháp, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Risk, act: Act) -> None:
        _at(before, RiskState.TREATED)

    def apply(self, before: Risk, act: Act) -> Risk:
        return before.model_copy(update={"state": RiskState.IDENTIFIED, "note": self.reason})


class AcceptRisk(Step[Risk], kind="risk.accept/1", item=Risk, roles=OFFICERS):
    """Leave it as it is, with the reason; only watch it."""

    vi = "Chấp nhận giữ nguyên, kèm lý do; chỉ theo dõi"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Risk, act: Act) -> None:
        _at(before, RiskState.IDENTIFIED)
        if before.level is Level.HIGH and Role.LEADER not in act.roles:
            raise AcceptedByLeader(before.code)

    def apply(self, before: Risk, act: Act) -> Risk:
        return before.model_copy(update={"state": RiskState.WATCHED, "note": self.reason})


class CloseRisk(Step[Risk], kind="risk.close/1", item=Risk, roles=OFFICERS, meaning=Meaning.CLOSED):
    """Close what no longer matters, with the reason; it is not erased."""

    vi = "Kết thúc theo dõi, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Risk, act: Act) -> None:
        _at(before, *OPEN)
        if before.state not in IDLE:
            raise TreatmentOpen(before.code)

    def apply(self, before: Risk, act: Act) -> Risk:
        return before.model_copy(update={"state": RiskState.CLOSED, "note": self.reason})


def weighed(kind: RiskKind, rating: Rating, act: Act) -> Threshold:
    """Return the threshold that a rating reaches by the policy of an act."""
    return policy.of(act).scale(kind).weighed(rating)


def overdue(risks: Iterable[Risk], on: date) -> list[Risk]:
    """Return what should have been treated or looked at again before a day, oldest first."""
    late = [(one.due, one.code, one) for one in risks if one.due is not None and one.due < on]
    return [one for _, _, one in sorted(late, key=lambda row: row[:2])]


def untreated(risks: Iterable[Risk]) -> list[Risk]:
    """Return what is high and has neither treatment nor acceptance."""
    high = (one for one in risks if one.level is Level.HIGH)
    return [one for one in high if one.state is RiskState.IDENTIFIED]


def by_level(risks: Iterable[Risk], kind: RiskKind) -> dict[Level, int]:
    """Return how many of one kind are open at each level."""
    found = Counter(one.level for one in risks if one.kind is kind and one.state in OPEN)
    return {each: found[each] for each in Level}


def _at(risk: Risk, *states: RiskState) -> None:
    if risk.state not in states:
        raise RiskOutOfStep(f"{risk.code} ({risk.state.vi} / {risk.state})")


def _rated(risk: Risk, rating: Rating, review: date, act: Act) -> Risk:
    level = weighed(risk.kind, rating, act).level
    return risk.model_copy(update={"residual": rating, "level": level, "review": review})


def _grown(before: Risk, after: Risk) -> bool:
    # The gravest consequence weighs as high with few points, too, and only a leader accepts that.
    high = after.level is Level.HIGH and before.level is not Level.HIGH
    return high or after.rating.points > before.rating.points


def _in_time(code: str, kind: RiskKind, rating: Rating, review: date, act: Act) -> None:
    last = add_months(act.day, weighed(kind, rating, act).months)
    if not act.day < review <= last:
        raise LookTooLate(f"{code}, {review}: ≤ {last}")
