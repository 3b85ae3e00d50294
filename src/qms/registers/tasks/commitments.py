"""Commitments: what a unit's head and a leader both sign, judged when the period is over; 6.2."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from ...changes import ANYONE, Act, Item, Opening, Role, Step, Value
from ...errors import Refused
from ...values import Code, Frozen, Text, Word
from ..documents.approval import signed
from ..people import Post, Unit, still
from .items import HEADS, Task, holds, period


class CommitmentState(Word):
    """Where a commitment stands."""

    DRAFTED = "drafted", "Dự thảo"
    SIGNED = "signed", "Đã ký"
    REPORTED = "reported", "Đã báo cáo"
    JUDGED = "judged", "Đã đánh giá"


class Signed(Frozen):
    """One signature under a commitment."""

    person: str
    post: str
    day: date


class Promise(Value):
    """What a unit promises, and how much of it."""

    what: Text = Field(title="Nội dung cam kết")
    aim: Text = Field(title="Chỉ tiêu (số lượng, đơn vị đo, thời hạn)")


class Target(Promise):
    """One promise, what was reached of it, and whether that was judged as kept."""

    reached: Text = ""
    kept: bool | None = None


class Commitment(
    Item,
    register="commitment",
    columns={"unit": Unit, "owner": Post, "state": str, "due": date, "year": str},
):
    """What a unit's head and a leader both signed for a period; ``owner`` is the head's post."""

    unit: str
    owner: str
    since: date
    until: date
    tasks: tuple[str, ...] = ()
    targets: tuple[Target, ...]
    state: CommitmentState = CommitmentState.DRAFTED
    head: Signed | None = None
    leader: Signed | None = None
    reporter: str = ""
    report: Text = ""
    verdict: Text = ""

    @property
    def due(self) -> date | None:
        """Return the last day of the period while the result is owed."""
        return None if self.state is CommitmentState.JUDGED else self.until

    @property
    def year(self) -> str:
        """Return the year in which the period begins."""
        return str(self.since.year)


class NoTarget(Refused):
    """A commitment has at least one target, each with what is promised and how much of it."""

    clause = "6.2.1 b"
    vi = "Cam kết phải có ít nhất một chỉ tiêu, nêu rõ nội dung và mức phải đạt."


class NotOfUnit(Refused):
    """A unit commits itself to its own tasks, under the post of its own head."""

    clause = "5.3"
    vi = "Nhiệm vụ và vị trí trưởng đơn vị trong cam kết phải thuộc đúng đơn vị đó."


class NotHead(Refused):
    """A commitment is signed and reported on in the post that heads the unit."""

    clause = "5.3"
    vi = "Chỉ người giữ vị trí trưởng đơn vị được ký và báo cáo cam kết của đơn vị."


class SameHand(Refused):
    """The head and the leader who sign a commitment are two people."""

    clause = "5.3"
    vi = "Trưởng đơn vị và lãnh đạo ký cam kết phải là hai người."


class AlreadySigned(Refused):
    """Each side signs a commitment once."""

    clause = "6.2.2"
    vi = "Mỗi bên chỉ ký cam kết một lần."


class SignedAhead(Refused):
    """A signature is entered on or after its day."""

    clause = "6.2.2"
    vi = "Ngày ký cam kết không được ở tương lai."


class CommitmentOutOfStep(Refused):
    """This commitment is at another step."""

    clause = "6.2.2"
    vi = "Cam kết đang ở bước khác."


class TargetUnsaid(Refused):
    """Every target of a commitment is reported on and judged, in their order."""

    clause = "9.1.1"
    vi = "Phải báo cáo và đánh giá từng chỉ tiêu của cam kết, theo đúng thứ tự."


class PeriodNotOver(Refused):
    """A commitment is judged when its period is over."""

    clause = "9.1.1"
    vi = "Chỉ đánh giá cam kết khi đã hết kỳ."


class OwnCommitment(Refused):
    """Whoever signed a commitment for the unit, or reported on it, does not judge it."""

    clause = "9.1.1"
    vi = "Người ký cho đơn vị hoặc người báo cáo không được tự đánh giá cam kết."


class DraftCommitment(Opening[Commitment], kind="commitment.draft/1", item=Commitment, roles=HEADS):
    """Write what a unit commits itself to for a period."""

    vi = "Lập bản cam kết của đơn vị"

    unit: Code = Field(title="Đơn vị")
    head: Code = Field(title="Vị trí trưởng đơn vị")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến hết ngày")
    targets: tuple[Promise, ...] = Field(title="Chỉ tiêu")
    tasks: tuple[Code, ...] = Field(default=(), title="Nhiệm vụ")

    def check(self, act: Act) -> None:
        unit, head = act.need(Unit, self.unit), act.need(Post, self.head)
        still(unit, head)
        if head.unit != unit.id:
            raise NotOfUnit(f"{self.code}, {head.code}")
        period(self.code, self.since, self.until)
        _promised(self.code, self.targets)
        _of_unit(self.code, self.tasks, unit.id, act)

    def apply(self, act: Act) -> Commitment:
        return Commitment(
            id=self.id,
            code=self.code,
            unit=act.need(Unit, self.unit).id,
            owner=act.need(Post, self.head).id,
            since=self.since,
            until=self.until,
            tasks=_ids(self.tasks, act),
            targets=_targets(self.targets),
        )


class Redraft(Step[Commitment], kind="commitment.redraft/1", item=Commitment, roles=HEADS):
    """Write the targets and tasks anew before both have signed; a first signature falls away."""

    vi = "Viết lại bản cam kết khi chưa đủ chữ ký (chữ ký đã có không còn giá trị)"

    targets: tuple[Promise, ...] = Field(title="Chỉ tiêu")
    tasks: tuple[Code, ...] = Field(default=(), title="Nhiệm vụ")

    def check(self, before: Commitment, act: Act) -> None:
        _at(before, CommitmentState.DRAFTED)
        _promised(before.code, self.targets)
        _of_unit(before.code, self.tasks, before.unit, act)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        written = {"targets": _targets(self.targets), "tasks": _ids(self.tasks, act)}
        return before.model_copy(update={**written, "head": None, "leader": None})


class SignAsHead(Step[Commitment], kind="commitment.sign-as-head/1", item=Commitment, roles=ANYONE):
    """Sign a commitment in the post that heads the unit."""

    vi = "Trưởng đơn vị ký cam kết"

    day: date = Field(title="Ngày ký")

    def check(self, before: Commitment, act: Act) -> None:
        _signing(before, before.head, before.leader, self.day, act)
        _heading(before, act)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        signed = Signed(person=act.actor.id, post=before.owner, day=self.day)
        return _complete(before.model_copy(update={"head": signed}))


class SignAsLeader(
    Step[Commitment], kind="commitment.sign-as-leader/1", item=Commitment, roles=(Role.LEADER,)
):
    """Sign a commitment as a leader of the organisation."""

    vi = "Lãnh đạo ký cam kết"

    day: date = Field(title="Ngày ký")

    def check(self, before: Commitment, act: Act) -> None:
        _signing(before, before.leader, before.head, self.day, act)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        signed = Signed(person=act.actor.id, post=act.actor.post, day=self.day)
        return _complete(before.model_copy(update={"leader": signed}))


class ReportCommitment(Step[Commitment], kind="commitment.report/1", item=Commitment, roles=ANYONE):
    """Report, as the head of the unit, what was reached of each target."""

    vi = "Báo cáo kết quả thực hiện cam kết"

    reached: tuple[Text, ...] = Field(title="Kết quả từng chỉ tiêu (theo thứ tự)")
    says: Text = Field(default="", title="Báo cáo chung")

    def check(self, before: Commitment, act: Act) -> None:
        _at(before, CommitmentState.SIGNED)
        _heading(before, act)
        if len(self.reached) != len(before.targets) or not all(self.reached):
            raise TargetUnsaid(before.code)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        pairs = zip(before.targets, self.reached, strict=True)
        targets = tuple(one.model_copy(update={"reached": told}) for one, told in pairs)
        told = {"targets": targets, "report": self.says, "reporter": act.actor.id}
        return before.model_copy(update={**told, "state": CommitmentState.REPORTED})


class JudgeCommitment(
    Step[Commitment], kind="commitment.judge/1", item=Commitment, roles=(Role.LEADER,)
):
    """Judge each target of a commitment, kept or not, when the period is over."""

    vi = "Đánh giá cam kết khi hết kỳ: từng chỉ tiêu đạt hay không"

    kept: tuple[bool, ...] = Field(title="Đạt (theo thứ tự)")
    verdict: Text = Field(title="Kết luận", min_length=1)

    def check(self, before: Commitment, act: Act) -> None:
        _at(before, CommitmentState.REPORTED)
        if act.day < before.until:
            raise PeriodNotOver(f"{before.code}, {before.until}")
        if signed(act).hands & {before.reporter, _signer(before.head)}:
            raise OwnCommitment(before.code)
        if len(self.kept) != len(before.targets):
            raise TargetUnsaid(before.code)

    def apply(self, before: Commitment, act: Act) -> Commitment:
        pairs = zip(before.targets, self.kept, strict=True)
        targets = tuple(one.model_copy(update={"kept": kept}) for one, kept in pairs)
        judged = {"targets": targets, "verdict": self.verdict, "state": CommitmentState.JUDGED}
        return before.model_copy(update=judged)


def _at(commitment: Commitment, state: CommitmentState) -> None:
    if commitment.state is not state:
        raise CommitmentOutOfStep(f"{commitment.code} ({commitment.state.vi} / {commitment.state})")


def _promised(code: str, promises: Iterable[Promise]) -> None:
    said = [bool(one.what and one.aim) for one in promises]
    if not said or not all(said):
        raise NoTarget(code)


def _of_unit(code: str, tasks: Iterable[str], unit: str, act: Act) -> None:
    for task in tasks:
        if act.need(Task, task).unit != unit:
            raise NotOfUnit(f"{code}, {task}")


def _signing(
    commitment: Commitment, own: Signed | None, other: Signed | None, day: date, act: Act
) -> None:
    _at(commitment, CommitmentState.DRAFTED)
    if own is not None:
        raise AlreadySigned(commitment.code)
    if _signer(other) in signed(act).hands:
        raise SameHand(commitment.code)
    if day > act.day:
        raise SignedAhead(f"{commitment.code}, {day}")


def _heading(commitment: Commitment, act: Act) -> None:
    if not holds(act, commitment.owner):
        raise NotHead(commitment.code)


def _signer(signed: Signed | None) -> str:
    return signed.person if signed else ""


def _complete(commitment: Commitment) -> Commitment:
    if commitment.head is None or commitment.leader is None:
        return commitment
    return commitment.model_copy(update={"state": CommitmentState.SIGNED})


def _targets(promises: Iterable[Promise]) -> tuple[Target, ...]:
    return tuple(Target(what=one.what, aim=one.aim) for one in promises)


def _ids(tasks: Iterable[str], act: Act) -> tuple[str, ...]:
    found = (act.need(Task, task).id for task in tasks)
    return tuple(dict.fromkeys(found))
