"""Good practice (mô hình mới, cách làm hay): ISO 9001:2015, 10.3 (2008: 8.5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, OptionalCode, Text, Word
from .documents import Document
from .documents.approval import signed
from .people import OFFICERS, Post, Unit, still

DECIDING: Final = (Role.LEADER,)


class ImprovementState(Word):
    """Where an idea stands."""

    PROPOSED = "proposed", "Đề xuất"
    ON_TRIAL = "on_trial", "Đang thử nghiệm"
    TRIED = "tried", "Đã có kết quả thử nghiệm"
    RECOGNISED = "recognised", "Được công nhận"
    DECLINED = "declined", "Không áp dụng"


class Adoption(Frozen):
    """Which unit adopted a good practice, since when, and in which document it stands."""

    unit: str
    since: date
    document: str = ""


class Improvement(
    Item, register="improvement", columns={"unit": Unit, "owner": Post, "state": str, "due": date}
):
    """One idea: what it changes, what came of the trial, who adopted it."""

    title: Text
    idea: Text
    expected: Text
    unit: str
    proposer: str
    proposed: date
    owner: str = ""
    deadline: date | None = None
    reporter: str = ""
    result: Text = ""
    evidence: Text = ""
    judge: str = ""
    note: Text = ""
    adoptions: tuple[Adoption, ...] = ()
    state: ImprovementState = ImprovementState.PROPOSED

    @property
    def due(self) -> date | None:
        """Return the day by which the result of the trial is owed."""
        return self.deadline if self.state is ImprovementState.ON_TRIAL else None


class ImprovementOutOfStep(Refused):
    """This idea is at another step."""

    clause = "10.3"
    vi = "Sáng kiến này đang ở bước khác."


class TrialOverBefore(Refused):
    """A trial ends on a day that lies ahead."""

    clause = "10.3"
    vi = "Ngày kết thúc thử nghiệm phải ở phía trước."


class OwnIdea(Refused):
    """Whoever proposed an idea or reported its result does not recognise it."""

    clause = "10.3"
    vi = "Người đề xuất hoặc báo cáo kết quả không được tự công nhận sáng kiến."


class AdoptedTwice(Refused):
    """A unit adopts a good practice once."""

    clause = "10.3"
    vi = "Đơn vị này đã áp dụng cách làm đó."


class AdoptedAhead(Refused):
    """That a practice was adopted is entered when it was, and not before it was proposed."""

    clause = "10.3"
    vi = "Ngày áp dụng phải từ ngày đề xuất đến hôm nay."


class Propose(Opening[Improvement], kind="improvement.propose/1", item=Improvement, tools=True):
    """Propose a better way of working: what it is, what it should bring."""

    vi = "Đề xuất sáng kiến, cách làm hay"

    title: Text = Field(title="Tên sáng kiến", min_length=1)
    idea: Text = Field(title="Nội dung", min_length=1)
    expected: Text = Field(title="Kết quả mong đợi, đo bằng gì", min_length=1)
    unit: Code = Field(title="Đơn vị")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit))

    def apply(self, act: Act) -> Improvement:
        facts = dict(self) | {"unit": act.need(Unit, self.unit).id}
        return Improvement(id=self.id, proposer=act.actor.id, proposed=act.day, **facts)


class Try(Step[Improvement], kind="improvement.try/1", item=Improvement, roles=OFFICERS):
    """Have an idea tried: by which post, until when."""

    vi = "Cho thử nghiệm: vị trí thực hiện, thời hạn"

    owner: Code = Field(title="Vị trí thực hiện")
    due: date = Field(title="Báo cáo kết quả trước hoặc trong ngày")

    def check(self, before: Improvement, act: Act) -> None:
        _at(before, ImprovementState.PROPOSED, ImprovementState.TRIED)
        still(act.need(Post, self.owner))
        if self.due < act.day:
            raise TrialOverBefore(f"{before.code}, {self.due}")

    def apply(self, before: Improvement, act: Act) -> Improvement:
        given = {"owner": act.need(Post, self.owner).id, "deadline": self.due}
        return before.model_copy(update={**given, "state": ImprovementState.ON_TRIAL})


class ReportResult(Step[Improvement], kind="improvement.report/1", item=Improvement):
    """Report what came of the trial, good or bad, with the evidence."""

    vi = "Báo cáo kết quả thử nghiệm, kèm bằng chứng"

    result: Text = Field(title="Kết quả so với mong đợi", min_length=1)
    evidence: Text = Field(title="Bằng chứng", min_length=1)

    def check(self, before: Improvement, act: Act) -> None:
        _at(before, ImprovementState.ON_TRIAL)

    def apply(self, before: Improvement, act: Act) -> Improvement:
        told = {"result": self.result, "evidence": self.evidence, "reporter": act.actor.id}
        return before.model_copy(update={**told, "state": ImprovementState.TRIED})


class Recognise(
    Step[Improvement], kind="improvement.recognise/1", item=Improvement, roles=DECIDING
):
    """Recognise an idea as good practice after its trial."""

    vi = "Công nhận cách làm hay sau thử nghiệm"

    decision: Text = Field(title="Số văn bản, căn cứ", min_length=1)

    def check(self, before: Improvement, act: Act) -> None:
        _at(before, ImprovementState.TRIED)
        if signed(act).hands & {before.proposer, before.reporter}:
            raise OwnIdea(before.code)

    def apply(self, before: Improvement, act: Act) -> Improvement:
        judged = {"note": self.decision, "judge": act.actor.id}
        return before.model_copy(update={**judged, "state": ImprovementState.RECOGNISED})


class DeclineIdea(
    Step[Improvement], kind="improvement.decline/1", item=Improvement, roles=OFFICERS
):
    """Do not follow an idea, with the reason; it stays on record."""

    vi = "Không áp dụng sáng kiến, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Improvement, act: Act) -> None:
        _at(before, ImprovementState.PROPOSED, ImprovementState.TRIED)

    def apply(self, before: Improvement, act: Act) -> Improvement:
        judged = {"note": self.reason, "judge": act.actor.id}
        return before.model_copy(update={**judged, "state": ImprovementState.DECLINED})


class AdoptPractice(
    Step[Improvement],
    kind="improvement.adopt/1",
    item=Improvement,
    roles=(*OFFICERS, Role.REVIEWER),
):
    """Say that a unit has adopted a good practice, and in which document it stands."""

    vi = "Ghi đơn vị đã áp dụng cách làm hay, tài liệu đã đưa vào"

    unit: Code = Field(title="Đơn vị áp dụng")
    since: date = Field(title="Áp dụng từ ngày")
    document: OptionalCode = Field(default="", title="Tài liệu đã sửa theo")

    def check(self, before: Improvement, act: Act) -> None:
        _at(before, ImprovementState.RECOGNISED)
        unit = act.need(Unit, self.unit)
        still(unit)
        if any(adoption.unit == unit.id for adoption in before.adoptions):
            raise AdoptedTwice(f"{before.code}, {unit.code}")
        if not before.proposed <= self.since <= act.day:
            raise AdoptedAhead(f"{before.code}, {self.since}")

    def apply(self, before: Improvement, act: Act) -> Improvement:
        document = act.need(Document, self.document).id if self.document else ""
        unit = act.need(Unit, self.unit).id
        adoption = Adoption(unit=unit, since=self.since, document=document)
        return before.model_copy(update={"adoptions": (*before.adoptions, adoption)})


def overdue(improvements: Iterable[Improvement], on: date) -> list[Improvement]:
    """Return the trials whose result was owed before a day, by code."""
    late = (one for one in improvements if one.due is not None and one.due < on)
    return sorted(late, key=lambda one: one.code)


def adopted(improvements: Iterable[Improvement], since: date, until: date) -> list[Improvement]:
    """Return the good practices that some unit adopted in a period, both days included."""
    found = (one for one in improvements if any(_within(a, since, until) for a in one.adoptions))
    return sorted(found, key=lambda one: one.code)


def unadopted(improvements: Iterable[Improvement]) -> list[Improvement]:
    """Return what was recognised and adopted nowhere yet, by code."""
    found = (one for one in improvements if one.state is ImprovementState.RECOGNISED)
    return sorted((one for one in found if not one.adoptions), key=lambda one: one.code)


def _within(adoption: Adoption, since: date, until: date) -> bool:
    return since <= adoption.since <= until


def _at(improvement: Improvement, *states: ImprovementState) -> None:
    if improvement.state not in states:
        raise ImprovementOutOfStep(
            f"{improvement.code} ({improvement.state.vi} / {improvement.state})"
        )
