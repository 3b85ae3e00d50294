"""What every step on a nonconformity keeps to: its order, its days, its hands; 10.2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ...changes import Act, ActorKind, Role
from ...errors import Refused
from .. import policy
from ..documents.approval import signed
from ..people import OFFICERS, Person, holding
from .items import Action, ActionState, Nonconformity, State

PLANNERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
JUDGES: Final = (*OFFICERS, Role.AUDITOR, Role.REVIEWER)
APPROVERS: Final = (Role.LEADER, Role.APPROVER)
LEADERS: Final = (Role.LEADER,)


class OutOfStep(Refused):
    """The steps of a nonconformity come in order."""

    clause = "10.2.1"
    vi = "Xử lý sự không phù hợp phải theo đúng thứ tự các bước."


class DueInThePast(Refused):
    """A due day lies ahead."""

    clause = "10.2.1"
    vi = "Thời hạn phải ở phía trước."


class NotLater(Refused):
    """The new day of a step or an action is later than the one before."""

    clause = "10.2.1"
    vi = "Ngày gia hạn của bước xử lý hoặc hành động phải muộn hơn hạn cũ."


class OwnExtension(Refused):
    """Whoever owes something does not give themselves a later day."""

    clause = "10.2.1"
    vi = "Người đang phải thực hiện không được tự gia hạn."


class OwnWork(Refused):
    """Whoever did an action neither verifies it, judges its effect nor closes it."""

    clause = "10.2.1 d"
    vi = "Người thực hiện không được tự kiểm tra, tự đánh giá hiệu lực hoặc tự đóng."


class NotHappened(Refused):
    """What is told has happened, and not before what it follows from."""

    clause = "10.2.2"
    vi = "Chỉ ghi việc đã xảy ra, không trước việc dẫn đến nó."


class NobodyThere(Refused):
    """Work is given to a person who holds a post on this day."""

    clause = "5.3"
    vi = "Chỉ giao việc cho người đang giữ vị trí công tác."


def at(item: Nonconformity, *states: State) -> None:
    """Raise ``OutOfStep`` unless a nonconformity is in one of these states."""
    if item.state not in states:
        raise OutOfStep(f"{item.code} ({item.state.vi} / {item.state})")


def action_at(item: Action, *states: ActionState) -> None:
    """Raise ``OutOfStep`` unless an action is in one of these states."""
    if item.state not in states:
        raise OutOfStep(f"{item.code} ({item.state.vi} / {item.state})")


def ahead(code: str, due: date | None, act: Act) -> None:
    """Raise ``DueInThePast`` for a day that is over."""
    if due is not None and due < act.day:
        raise DueInThePast(f"{code}, {due}")


def happened(code: str, day: date, since: date, act: Act) -> None:
    """Raise ``NotHappened`` unless a day lies between another and today."""
    if not since <= day <= act.day:
        raise NotHappened(f"{code}, {day}")


def working(code: str, act: Act) -> Person:
    """Return a person who holds a post at an act, or raise ``NobodyThere``."""
    person = act.need(Person, code)
    if person.kind is not ActorKind.PERSON or not any(holding(person, act)):
        raise NobodyThere(person.code)
    return person


def hands(act: Act) -> frozenset[str]:
    """Return whoever acts, and whoever they act for in a post that was delegated."""
    return signed(act).hands


def moved(item: Nonconformity, state: State, **fields: object) -> Nonconformity:
    """Return a nonconformity in another state; what was due there is due no more."""
    return item.model_copy(update={"state": state, "deadline": None, "set_by": "", **fields})


def timed(act: Act, limit: str, due: date | None = None) -> dict[str, object]:
    """Return by when a step is owed and who said so: the actor, or else the policy."""
    if due is not None:
        return {"deadline": due, "set_by": act.actor.id}
    day = policy.limit(act, f"nonconformity.{limit}")
    return {"deadline": day, "set_by": policy.of(act).id if day else ""}


def actions_of(item: Nonconformity, act: Act) -> Iterator[Action]:
    """Yield the actions of a nonconformity, of all its rounds."""
    for n in range(1, item.actions + 1):
        yield act.need(Action, f"{item.code}/{n}")


def workers(item: Nonconformity, act: Act) -> frozenset[str]:
    """Return everybody who had a hand in an action."""
    return frozenset().union(*(action.workers for action in actions_of(item, act)))
