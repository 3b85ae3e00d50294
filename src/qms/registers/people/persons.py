"""Persons, what they are appointed to and what they delegate: ISO 9001:2015, 5.3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from ...changes import Act, ActorKind, Item, Opening, Role, Step
from ...errors import Refused
from ...values import Code, Frozen, Personal
from .units import OFFICERS, Post, ordered, still

PROPOSING: Final = frozenset({Role.DRAFTER, Role.READER})
"""All that a program may be entrusted with."""

PersonCode: TypeAlias = Annotated[Code, Field(title="Người (mã số)")]
"""The code of the person whom a change is about: there are those of posts beside it."""


class Appointment(Frozen):
    """One person in one post, from a day until before another; perhaps for somebody else."""

    post: str
    since: date
    until: date | None = None
    on_behalf_of: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the appointment holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def meets(self, since: date, until: date | None) -> bool:
        """Tell whether the appointment holds on a day from one until before another."""
        begins = until is None or self.since < until
        return begins and (self.until is None or max(since, self.since) < self.until)


class Person(
    Item,
    register="person",
    columns={"kind": str, "until": date},
    room=140,  # the receipts of a person stand under the code of a revision
):
    """Somebody who acts: a person, or a program that only proposes."""

    name: Personal
    kind: ActorKind = ActorKind.PERSON
    until: date | None = None
    appointments: tuple[Appointment, ...] = ()

    def posts(self, day: date) -> Iterator[Appointment]:
        """Yield the appointments that hold on a day."""
        if self.until is None or day < self.until:
            yield from (held for held in self.appointments if held.covers(day))


class LeftBefore(Refused):
    """Somebody leaves after the day on which their appointments began, not before."""

    clause = "5.3"
    vi = "Ngày nghỉ không được trước ngày người đó bắt đầu giữ vị trí."


class NotAppointed(Refused):
    """This person does not hold this post on this day."""

    clause = "5.3"
    vi = "Người này không giữ vị trí đó vào ngày này."


class AlreadyAppointed(Refused):
    """This person already holds this post on this day."""

    clause = "5.3"
    vi = "Người này đã giữ vị trí đó vào ngày này."


class DelegatedFurther(Refused):
    """What was delegated to somebody is not delegated further."""

    clause = "5.3"
    vi = "Người được ủy quyền không được ủy quyền lại."


class ToolInCharge(Refused):
    """A program holds no post that decides."""

    clause = "5.3"
    vi = "Phần mềm không giữ vị trí có quyền quyết định."


class NameMissing(Refused):
    """Whoever acts here has a name."""

    clause = "5.3"
    vi = "Phải ghi họ tên người (hoặc tên phần mềm) tham gia hệ thống."


class Enrol(Opening[Person], kind="person.enrol/1", item=Person, roles=OFFICERS):
    """Enter somebody who will act in the system: a person or a program."""

    vi = "Ghi tên người (hoặc phần mềm) tham gia hệ thống"

    name: Personal = Field(title="Họ và tên")
    tool: bool = Field(default=False, title="Là phần mềm")

    def check(self, act: Act) -> None:
        _named(self.code, self.name)

    def apply(self, act: Act) -> Person:
        kind = ActorKind.TOOL if self.tool else ActorKind.PERSON
        return Person(id=self.id, code=self.code, name=self.name, kind=kind)


class RenamePerson(Step[Person], kind="person.rename/1", item=Person, roles=OFFICERS):
    """Correct a person's name."""

    vi = "Sửa họ tên"

    code: PersonCode
    name: Personal = Field(title="Họ và tên")

    def check(self, before: Person, act: Act) -> None:
        _named(self.code, self.name)

    def apply(self, before: Person, act: Act) -> Person:
        return before.model_copy(update={"name": self.name})


class Appoint(Step[Person], kind="person.appoint/1", item=Person, roles=OFFICERS):
    """Appoint somebody to a post."""

    vi = "Bổ nhiệm vào vị trí"

    code: PersonCode
    post: Code = Field(title="Vị trí")
    since: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Đến trước ngày")

    def check(self, before: Person, act: Act) -> None:
        post = act.need(Post, self.post)
        still(before, post)
        ordered(self.code, self.since, self.until)
        _free(before, post, self.since, self.until)
        if before.kind is ActorKind.TOOL and set(post.roles) - PROPOSING:
            raise ToolInCharge(self.code)

    def apply(self, before: Person, act: Act) -> Person:
        post = act.need(Post, self.post).id
        return _with(before, Appointment(post=post, since=self.since, until=self.until))


class Delegate(Step[Person], kind="person.delegate/1", item=Person):
    """Let somebody else act in one's post for a time; the trail shows both."""

    vi = "Ủy quyền cho người khác trong một thời gian"

    code: PersonCode
    post: Code = Field(title="Vị trí")
    to: Code = Field(title="Người được ủy quyền")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến trước ngày")

    def check(self, before: Person, act: Act) -> None:
        post, delegate = act.need(Post, self.post), act.need(Person, self.to)
        still(before, post, delegate)
        ordered(self.code, self.since, self.until)
        if act.actor.id != before.id and not act.roles & set(OFFICERS):
            raise NotAppointed(f"{act.actor.id}, {self.post}")
        held = [mine for mine in before.posts(self.since) if mine.post == post.id]
        if not held:
            raise NotAppointed(f"{self.code}, {self.post}")
        if all(mine.on_behalf_of for mine in held):
            raise DelegatedFurther(self.code)
        if delegate.kind is ActorKind.TOOL:
            raise ToolInCharge(self.to)
        _free(delegate, post, self.since, self.until)

    def apply(self, before: Person, act: Act) -> tuple[Item, ...]:
        delegation = Appointment(
            post=act.need(Post, self.post).id,
            since=self.since,
            until=self.until,
            on_behalf_of=before.id,
        )
        return before, _with(act.need(Person, self.to), delegation)


def holding(person: Person, act: Act) -> Iterator[tuple[Appointment, Post]]:
    """Yield the appointments that count at an act, with their posts.

    A post that has ended counts no more, nor what was delegated by somebody who has left it.
    """
    day = act.day
    for held in person.posts(day):
        post = act.need(Post, held.post)
        if (post.until is None or day < post.until) and _backed(held, act):
            yield held, post


def here(own: str, act: Act) -> bool:
    """Tell whether a person holds a post at an act: who has left finishes nothing any more."""
    return any(holding(act.need(Person, own), act))


def entrusted(person: Person, post: Post) -> frozenset[Role]:
    """Return what a person may do in a post; a program never more than propose."""
    roles = frozenset(post.roles)
    return roles & PROPOSING if person.kind is ActorKind.TOOL else roles


def left(person: Person, until: date, act: Act) -> None:
    """Raise ``LeftBefore`` where somebody would be gone before an appointment that has begun."""
    if any(until < held.since <= act.day for held in person.appointments):
        raise LeftBefore(f"{person.code}, {until}")


def _backed(held: Appointment, act: Act) -> bool:
    if not held.on_behalf_of:
        return True
    own = act.need(Person, held.on_behalf_of).posts(act.day)
    return any(mine.post == held.post and not mine.on_behalf_of for mine in own)


def _named(code: str, name: Personal) -> None:
    if not name:
        raise NameMissing(code)


def _free(person: Person, post: Post, since: date, until: date | None) -> None:
    held = (held for held in person.appointments if held.post == post.id)
    if any(other.meets(since, until) for other in held):
        raise AlreadyAppointed(f"{person.code}, {post.code}")


def _with(person: Person, appointment: Appointment) -> Person:
    return person.model_copy(update={"appointments": (*person.appointments, appointment)})
