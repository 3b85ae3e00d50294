"""Corrective actions, from plan to verification by another: ISO 9001:2015, 10.2.1 c."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import Field

from ...changes import Act, Item, Meaning, Step
from ...errors import Refused
from ...values import Code, Content, Done, Text
from .. import policy
from ..documents.drafting import Attachments
from .items import Action, ActionState, Nonconformity, State
from .reporting import listed
from .steps import (
    APPROVERS,
    JUDGES,
    PLANNERS,
    NotLater,
    OwnExtension,
    OwnWork,
    action_at,
    actions_of,
    ahead,
    at,
    hands,
    happened,
    moved,
    timed,
    working,
)


class NothingPlanned(Refused):
    """A plan has at least one action, and one stays."""

    clause = "10.2.1 c"
    vi = "Kế hoạch khắc phục phải có ít nhất một hành động."


class OwnPlan(Refused):
    """Whoever planned an action does not approve the plan."""

    clause = "10.2.1 c"
    vi = "Người lập kế hoạch không được tự phê duyệt."


class EffectBeforeAction(Refused):
    """The effect is looked at after every action is due."""

    clause = "10.2.1 d"
    vi = "Ngày xem xét hiệu lực phải sau thời hạn của mọi hành động."


class PlanAction(
    Step[Nonconformity], kind="nonconformity.plan-action/1", item=Nonconformity, roles=PLANNERS
):
    """Plan a corrective action, its owner and its day; the plan is then approved (again)."""

    vi = "Lập hành động khắc phục, người thực hiện và thời hạn"

    what: Text = Field(title="Hành động khắc phục", min_length=1)
    owner: Code = Field(title="Người thực hiện")
    due: date = Field(title="Thời hạn")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.ANALYSED, State.IN_PROGRESS)
        working(self.owner, act)
        ahead(before.code, self.due, act)

    def apply(self, before: Nonconformity, act: Act) -> tuple[Item, ...]:
        number = before.actions + 1
        code = f"{before.code}/{number}"
        action = Action(
            id=Action.identify(code),
            code=code,
            nonconformity=before.id,
            unit=before.unit,
            round=before.round,
            what=self.what,
            assignee=working(self.owner, act).id,
            deadline=self.due,
            first_deadline=self.due,
            set_by=act.actor.id,
        )
        return moved(before, State.ANALYSED, **timed(act, "plan"), actions=number), action


class ApprovePlan(
    Step[Nonconformity],
    kind="nonconformity.approve-plan/1",
    item=Nonconformity,
    roles=APPROVERS,
    meaning=Meaning.APPROVED,
):
    """Approve the planned actions as somebody else, and set the day to look at their effect."""

    vi = "Phê duyệt kế hoạch khắc phục, đặt ngày xem xét hiệu lực"

    effect_due: date = Field(title="Ngày xem xét hiệu lực")

    def check(self, before: Nonconformity, act: Act) -> None:
        at(before, State.ANALYSED)
        planned = [action for action in actions_of(before, act) if _counts(action, before)]
        if not planned:
            raise NothingPlanned(before.code)
        ahead(before.code, self.effect_due, act)
        for action in planned:
            if action.open and action.set_by in hands(act):
                raise OwnPlan(action.code)
            if action.open and self.effect_due <= action.deadline:
                raise EffectBeforeAction(f"{action.code}, {self.effect_due}")

    def apply(self, before: Nonconformity, act: Act) -> Nonconformity:
        approval = {"effect_due": self.effect_due, "set_by": act.actor.id}
        approved = moved(before, State.IN_PROGRESS, **approval)
        waiting = any(action.open for action in actions_of(before, act))
        return approved if waiting else _to_judge(approved, act)


class Start(Step[Action], kind="action.start/1", item=Action):
    """Say that an action is under way."""

    vi = "Bắt đầu thực hiện hành động"

    def check(self, before: Action, act: Act) -> None:
        _case(before, act, State.IN_PROGRESS)
        action_at(before, ActionState.OPEN)

    def apply(self, before: Action, act: Act) -> Action:
        return before.model_copy(update={"state": ActionState.DOING})


class Complete(Step[Action], kind="action.complete/1", item=Action):
    """Say that an action is done, with its evidence."""

    vi = "Báo hoàn thành hành động, kèm bằng chứng"

    done: Done = Field(title="Ngày hoàn thành")
    evidence: Text = Field(title="Bằng chứng", min_length=1)
    proofs: Attachments = Field(default={}, title="Tệp bằng chứng")

    def check(self, before: Action, act: Act) -> None:
        case = _case(before, act, State.IN_PROGRESS)
        action_at(before, ActionState.OPEN, ActionState.DOING)
        happened(before.code, self.done, case.day, act)

    def apply(self, before: Action, act: Act) -> Action:
        said = {"done": self.done, "evidence": self.evidence, "doer": act.actor.id}
        checked = {"check_due": policy.limit(act, "action.verify"), "files": listed(self.proofs)}
        return before.model_copy(update={"state": ActionState.DONE, **said, **checked})

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs


class SendBack(Step[Action], kind="action.send-back/1", item=Action, roles=JUDGES):
    """Say, as somebody else, that an action was not done as it should be; its day stays."""

    vi = "Trả lại hành động chưa đạt, kèm lý do (thời hạn giữ nguyên)"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Action, act: Act) -> None:
        _case(before, act, State.IN_PROGRESS)
        action_at(before, ActionState.DONE)
        _by_another(before, act)

    def apply(self, before: Action, act: Act) -> Action:
        back = {"state": ActionState.DOING, "reason": self.reason, "done": None, "check_due": None}
        return before.model_copy(update=back)


class Verify(Step[Action], kind="action.verify/1", item=Action, roles=JUDGES):
    """Confirm, as somebody else, that an action was done; after the last the effect is due."""

    vi = "Kiểm tra hành động đã làm đúng, đủ (người khác)"

    note: Text = Field(default="", title="Nhận xét")

    def check(self, before: Action, act: Act) -> None:
        _case(before, act, State.IN_PROGRESS)
        action_at(before, ActionState.DONE)
        _by_another(before, act)

    def apply(self, before: Action, act: Act) -> tuple[Item, ...]:
        seen = {"verifier": act.actor.id, "verified": act.day, "reason": self.note}
        after = before.model_copy(update={"state": ActionState.VERIFIED, **seen})
        return after, *_settled(after, act)


class Defer(Step[Action], kind="action.extend/1", item=Action, roles=PLANNERS):
    """Give an action a later day, with the reason; not to oneself. The first day stays."""

    vi = "Gia hạn hành động, kèm lý do (hạn đầu vẫn giữ)"

    due: date = Field(title="Thời hạn mới")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Action, act: Act) -> None:
        _case(before, act, State.ANALYSED, State.IN_PROGRESS)
        action_at(before, ActionState.OPEN, ActionState.DOING)
        if before.assignee in hands(act):
            raise OwnExtension(before.code)
        if self.due <= before.deadline:
            raise NotLater(f"{before.code}, {self.due} ≤ {before.deadline}")

    def apply(self, before: Action, act: Act) -> Action:
        later = {"deadline": self.due, "set_by": act.actor.id, "reason": self.reason}
        return before.model_copy(update={**later, "extensions": before.extensions + 1})


class Reassign(Step[Action], kind="action.reassign/1", item=Action, roles=PLANNERS):
    """Give an action to somebody else, with the reason."""

    vi = "Giao hành động cho người khác, kèm lý do"

    owner: Code = Field(title="Người thực hiện")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Action, act: Act) -> None:
        _case(before, act, State.ANALYSED, State.IN_PROGRESS)
        action_at(before, ActionState.OPEN, ActionState.DOING)
        working(self.owner, act)

    def apply(self, before: Action, act: Act) -> Action:
        update = {"assignee": working(self.owner, act).id, "reason": self.reason}
        return before.model_copy(update=update)


class Drop(Step[Action], kind="action.drop/1", item=Action, roles=APPROVERS):
    """Give an action up, with the reason; one of its round stays."""

    vi = "Bỏ hành động, kèm lý do (kế hoạch vẫn còn ít nhất một hành động)"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Action, act: Act) -> None:
        case = _case(before, act, State.ANALYSED, State.IN_PROGRESS)
        action_at(before, ActionState.OPEN, ActionState.DOING, ActionState.DONE)
        if before.assignee in hands(act):
            raise OwnWork(before.code)
        others = (other for other in actions_of(case, act) if other.id != before.id)
        if not any(_counts(other, case) for other in others):
            raise NothingPlanned(before.code)

    def apply(self, before: Action, act: Act) -> tuple[Item, ...]:
        gone = {"state": ActionState.DROPPED, "reason": self.reason}
        after = before.model_copy(update=gone)
        return after, *_settled(after, act)


def _case(action: Action, act: Act, *states: State) -> Nonconformity:
    case = act.need(Nonconformity, action.nonconformity)
    at(case, *states)
    return case


def _by_another(action: Action, act: Act) -> None:
    if hands(act) & action.workers:
        raise OwnWork(action.code)


def _counts(action: Action, case: Nonconformity) -> bool:
    return action.state is not ActionState.DROPPED and action.round == case.round


def _settled(action: Action, act: Act) -> tuple[Nonconformity, ...]:
    case = act.need(Nonconformity, action.nonconformity)
    others = (other for other in actions_of(case, act) if other.id != action.id)
    if case.state is not State.IN_PROGRESS or any(other.open for other in others):
        return ()
    return (_to_judge(case, act),)


def _to_judge(case: Nonconformity, act: Act) -> Nonconformity:
    if case.effect_due is not None and case.effect_due > act.day:
        return moved(case, State.VERIFIED, deadline=case.effect_due, set_by=case.set_by)
    # The last verification came after the day that was set: the effect is looked at later still.
    tomorrow = act.day + timedelta(1)
    later = max(policy.limit(act, "nonconformity.effect") or tomorrow, tomorrow)
    return moved(case, State.VERIFIED, deadline=later, set_by=policy.of(act).id)
