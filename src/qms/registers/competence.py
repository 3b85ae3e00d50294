"""Competence: what a post requires, who has shown it, what training is owed; 7.2 (2008: 6.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from pydantic import Field

from ..changes import Act, ActorKind, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, OptionalCode, Text, Word, key
from .documents import Document, Revision
from .documents.approval import signed
from .people import OFFICERS, Person, Post, still

HEADS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
JUDGES: Final = (*OFFICERS, Role.REVIEWER)


class Requirement(
    Item, register="requirement", columns={"post": Post, "process": Document, "until": date}
):
    """One thing that whoever holds a post must be able to do; perhaps for one step of a process."""

    post: str
    what: Text
    shown_by: Text
    process: str = ""
    step: Text = ""
    since: date
    until: date | None = None
    reason: Text = ""

    def holds(self, on: date) -> bool:
        """Tell whether this is required on a day."""
        return self.since <= on and (self.until is None or on < self.until)


class Competence(
    Item,
    register="competence",
    columns={"requirement": Requirement, "person": Person, "due": date},
):
    """The evidence that one person meets one requirement, from a day until before another."""

    requirement: str
    person: str
    evidence: Text
    judge: str
    since: date
    until: date | None = None
    revoked: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day on which the evidence runs out, unless it was revoked."""
        return None if self.revoked else self.until

    def holds(self, on: date) -> bool:
        """Tell whether the evidence counts on a day."""
        return self.since <= on and (self.until is None or on < self.until)


class TrainingState(Word):
    """Where a training stands."""

    OWED = "owed", "Phải đào tạo"
    GIVEN = "given", "Đã đào tạo, chờ đánh giá hiệu lực"
    EFFECTIVE = "effective", "Có hiệu lực"
    WAIVED = "waived", "Không cần đào tạo"


class Training(
    Item, register="training", columns={"revision": Revision, "state": str, "due": date}
):
    """What some people must be taught because a new revision changes their work."""

    revision: str
    people: tuple[str, ...]
    change: Text
    deadline: date
    state: TrainingState = TrainingState.OWED
    rounds: int = 0
    trainer: str = ""
    given: date | None = None
    evidence: Text = ""
    effect_by: date | None = None
    judge: str = ""
    note: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day of the training, and then the one by which its effect is judged."""
        if self.state is TrainingState.OWED:
            return self.deadline
        return self.effect_by if self.state is TrainingState.GIVEN else None


class RequirementOver(Refused):
    """A requirement counts from its first day until it was ended, once, and not before."""

    clause = "7.2 a"
    vi = "Yêu cầu năng lực này đã chấm dứt, hoặc ngày chấm dứt không sau ngày bắt đầu."


class StepWithoutProcess(Refused):
    """A step is a step of a process."""

    clause = "7.2 a"
    vi = "Nêu bước công việc thì phải nêu quy trình có bước đó."


class OwnCompetence(Refused):
    """Nobody attests their own competence."""

    clause = "7.2 d"
    vi = "Không ai được tự xác nhận năng lực của mình."


class EvidenceDays(Refused):
    """Evidence of competence begins today or earlier and ends after it began."""

    clause = "7.2 d"
    vi = "Bằng chứng năng lực phải có từ hôm nay trở về trước và hết hạn sau ngày bắt đầu."


class AlreadyRevoked(Refused):
    """Evidence of competence is revoked once, while it counts."""

    clause = "7.2 d"
    vi = "Bằng chứng năng lực này đã bị thu hồi hoặc đã hết hạn."


class NobodyToTrain(Refused):
    """A training is owed to people who work here, each named once; a program learns nothing."""

    clause = "7.2 c"
    vi = "Phải nêu người được đào tạo, không trùng, đang làm việc và không phải phần mềm."


class TrainingDays(Refused):
    """A training is due ahead, told when it was given, and judged after it was given."""

    clause = "7.2 c"
    vi = "Hạn đào tạo, đánh giá phải ở phía trước; đào tạo đã ghi phải đã diễn ra."


class TrainingOutOfStep(Refused):
    """This training is at another step."""

    clause = "7.2 c"
    vi = "Việc đào tạo này đang ở bước khác."


class OwnTraining(Refused):
    """Neither whoever gave a training nor whoever was taught judges its effect or waives it."""

    clause = "7.2 c"
    vi = "Người dạy và người học không được tự đánh giá hiệu lực hoặc tự miễn đào tạo."


class Require(Opening[Requirement], kind="requirement.set/1", item=Requirement, roles=HEADS):
    """Say what a post requires, and what shows that somebody can do it."""

    vi = "Đặt yêu cầu năng lực của vị trí"

    post: Code = Field(title="Vị trí")
    what: Text = Field(title="Phải biết, phải làm được", min_length=1)
    shown_by: Text = Field(title="Bằng chứng cần có", min_length=1)
    since: date = Field(title="Áp dụng từ ngày")
    process: OptionalCode = Field(default="", title="Quy trình")
    step: Text = Field(default="", title="Bước của quy trình")

    def check(self, act: Act) -> None:
        still(act.need(Post, self.post))
        if self.step and not self.process:
            raise StepWithoutProcess(f"{self.code}, {self.step}")

    def apply(self, act: Act) -> Requirement:
        process = act.need(Document, self.process).id if self.process else ""
        facts = dict(self) | {"post": act.need(Post, self.post).id, "process": process}
        return Requirement(id=self.id, **facts)


class EndRequirement(Step[Requirement], kind="requirement.end/1", item=Requirement, roles=HEADS):
    """Say that a post no longer requires something, with the reason."""

    vi = "Chấm dứt yêu cầu năng lực, kèm lý do"

    until: date = Field(title="Không còn yêu cầu từ ngày")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Requirement, act: Act) -> None:
        if before.until is not None or self.until < before.since:
            raise RequirementOver(before.code)

    def apply(self, before: Requirement, act: Act) -> Requirement:
        return before.model_copy(update={"until": self.until, "reason": self.reason})


class Attest(Opening[Competence], kind="competence.attest/1", item=Competence, roles=JUDGES):
    """Attest that somebody else meets a requirement, with the evidence."""

    vi = "Xác nhận người khác đạt yêu cầu năng lực, kèm bằng chứng"

    requirement: Code = Field(title="Yêu cầu năng lực")
    person: Code = Field(title="Người đạt")
    evidence: Text = Field(title="Bằng chứng", min_length=1)
    since: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Hết hạn từ ngày")

    def check(self, act: Act) -> None:
        requirement = act.need(Requirement, self.requirement)
        if requirement.until is not None and requirement.until <= act.day:
            raise RequirementOver(requirement.code)
        person = act.need(Person, self.person)
        still(person)
        if person.id in signed(act).hands:
            raise OwnCompetence(f"{self.code}, {person.code}")
        if self.since > act.day or (self.until is not None and self.until <= self.since):
            raise EvidenceDays(f"{self.code}, {self.since}")

    def apply(self, act: Act) -> Competence:
        facts = dict(self) | {
            "requirement": act.need(Requirement, self.requirement).id,
            "person": act.need(Person, self.person).id,
        }
        return Competence(id=self.id, judge=act.actor.id, **facts)


class RevokeCompetence(
    Step[Competence], kind="competence.revoke/1", item=Competence, roles=OFFICERS
):
    """Say that evidence of competence counts no more, with the reason."""

    vi = "Thu hồi xác nhận năng lực, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Competence, act: Act) -> None:
        if before.revoked or (before.until is not None and before.until <= act.day):
            raise AlreadyRevoked(before.code)

    def apply(self, before: Competence, act: Act) -> Competence:
        return before.model_copy(update={"revoked": self.reason, "until": act.day})


class OweTraining(Opening[Training], kind="training.owe/1", item=Training, roles=HEADS):
    """Say whom a new revision makes learn something, and until when."""

    vi = "Ghi việc phải đào tạo do tài liệu mới làm đổi công việc"

    revision: Code = Field(title="Lần ban hành của tài liệu")
    people: tuple[Code, ...] = Field(title="Người phải học")
    change: Text = Field(title="Điều thay đổi trong công việc", min_length=1)
    due: date = Field(title="Hạn đào tạo")

    def check(self, act: Act) -> None:
        act.need(Revision, self.revision)
        people = [act.need(Person, person) for person in self.people]
        still(*people)
        if not people or len({person.id for person in people}) != len(people):
            raise NobodyToTrain(self.code)
        if any(person.kind is ActorKind.TOOL for person in people):
            raise NobodyToTrain(self.code)
        if self.due < act.day:
            raise TrainingDays(f"{self.code}, {self.due}")

    def apply(self, act: Act) -> Training:
        return Training(
            id=self.id,
            code=self.code,
            revision=act.need(Revision, self.revision).id,
            people=tuple(act.need(Person, person).id for person in self.people),
            change=self.change,
            deadline=self.due,
        )


class Train(Step[Training], kind="training.give/1", item=Training, roles=HEADS):
    """Say that the training was given, and by when its effect is judged."""

    vi = "Ghi đã đào tạo, ấn định hạn đánh giá hiệu lực"

    day: date = Field(title="Ngày đào tạo")
    evidence: Text = Field(title="Bằng chứng (danh sách, bài kiểm tra…)", min_length=1)
    effect_by: date = Field(title="Đánh giá hiệu lực trước hoặc trong ngày")

    def check(self, before: Training, act: Act) -> None:
        _at(before, TrainingState.OWED)
        if self.day > act.day or self.effect_by <= self.day or self.effect_by < act.day:
            raise TrainingDays(f"{before.code}, {self.day} – {self.effect_by}")

    def apply(self, before: Training, act: Act) -> Training:
        given = {"given": self.day, "evidence": self.evidence, "effect_by": self.effect_by}
        told = {**given, "trainer": act.actor.id, "rounds": before.rounds + 1}
        return before.model_copy(update={**told, "state": TrainingState.GIVEN})


class JudgeTraining(Step[Training], kind="training.judge/1", item=Training, roles=JUDGES):
    """Judge, as somebody else, whether the training had effect; if not, it is owed again."""

    vi = "Đánh giá hiệu lực đào tạo (người khác); không có hiệu lực thì đào tạo lại"

    effective: bool = Field(title="Có hiệu lực")
    says: Text = Field(title="Căn cứ kết luận", min_length=1)
    due: date | None = Field(default=None, title="Hạn đào tạo lại, nếu không có hiệu lực")

    def check(self, before: Training, act: Act) -> None:
        _at(before, TrainingState.GIVEN)
        _another(before, act)
        if not self.effective and (self.due is None or self.due < act.day):
            raise TrainingDays(f"{before.code}, {self.due}")

    def apply(self, before: Training, act: Act) -> Training:
        judged: dict[str, object] = {"judge": act.actor.id, "note": self.says}
        if self.effective:
            return before.model_copy(update={**judged, "state": TrainingState.EFFECTIVE})
        again = {**judged, "deadline": self.due, "state": TrainingState.OWED}
        return before.model_copy(update=again)


class WaiveTraining(Step[Training], kind="training.waive/1", item=Training, roles=OFFICERS):
    """Say that a training is not needed after all, with the reason."""

    vi = "Miễn đào tạo, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Training, act: Act) -> None:
        _at(before, TrainingState.OWED)
        _another(before, act)

    def apply(self, before: Training, act: Act) -> Training:
        waived = {"note": self.reason, "judge": act.actor.id}
        return before.model_copy(update={**waived, "state": TrainingState.WAIVED})


class Gap(NamedTuple):
    """One requirement that somebody in a post has not shown to meet."""

    post: str
    person: str
    requirement: Requirement


def gaps(
    requirements: Iterable[Requirement],
    shown: Iterable[Competence],
    holders: Mapping[str, Iterable[str]],
    on: date,
) -> list[Gap]:
    """Return what is required on a day and not shown, of the people (ids) in each post (id)."""
    met = {(one.person, one.requirement) for one in shown if one.holds(on)}
    asked = sorted((one for one in requirements if one.holds(on)), key=lambda one: one.code)
    return [
        Gap(one.post, person, one)
        for one in asked
        for person in sorted(holders.get(one.post, ()))
        if (person, one.id) not in met
    ]


def may(
    requirements: Iterable[Requirement],
    shown: Iterable[Competence],
    holders: Mapping[str, Iterable[str]],
    on: date,
    *,
    process: str,
    step: str,
) -> list[str]:
    """Return who (ids) may do a step of a process (id): nobody where no post is named for it."""
    asked = [one for one in requirements if one.holds(on) and one.process == process]
    asked = [one for one in asked if not one.step or key(one.step) == key(step)]
    posts = {one.post for one in asked if one.step}
    lacking = {(gap.post, gap.person) for gap in gaps(asked, shown, holders, on)}
    pairs = ((post, person) for post in posts for person in holders.get(post, ()))
    return sorted({person for post, person in pairs if (post, person) not in lacking})


def overdue(trainings: Iterable[Training], on: date) -> list[Training]:
    """Return the trainings owed, or to be judged, before a day, by code."""
    late = (one for one in trainings if one.due is not None and one.due < on)
    return sorted(late, key=lambda one: one.code)


def _at(training: Training, *states: TrainingState) -> None:
    if training.state not in states:
        raise TrainingOutOfStep(f"{training.code} ({training.state.vi} / {training.state})")


def _another(training: Training, act: Act) -> None:
    if signed(act).hands & {training.trainer, *training.people}:
        raise OwnTraining(training.code)
