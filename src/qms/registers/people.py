"""Units, posts and persons, with their days: ISO 9001:2015, 5.3 (2008: 5.5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from ..changes import Act, ActorKind, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, OptionalCode, Personal, Text

OFFICERS = (Role.QUALITY_OFFICER, Role.LEADER)


class Unit(Item, register="unit", columns={"parent": str, "until": date}):
    """A part of the organisation, from its first to its last day."""

    title: Text
    parent: str = ""
    since: date
    until: date | None = None
    successor: str = ""


class Post(Item, register="post", columns={"unit": Unit, "until": date}):
    """A seat in a unit: it owns documents and gives its holder roles."""

    title: Text
    unit: str
    roles: tuple[Role, ...] = ()
    until: date | None = None


class Appointment(Frozen):
    """One person in one post, from a day until before another; perhaps for somebody else."""

    post: str
    since: date
    until: date | None = None
    on_behalf_of: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the appointment holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class Person(Item, register="person", columns={"kind": str, "until": date}):
    """Somebody who acts: a person, or a program that only proposes."""

    name: Personal
    kind: ActorKind = ActorKind.PERSON
    until: date | None = None
    appointments: tuple[Appointment, ...] = ()

    def posts(self, day: date) -> Iterator[Appointment]:
        """Yield the appointments that hold on a day."""
        if self.until is None or day < self.until:
            yield from (held for held in self.appointments if held.covers(day))


class Organisation(Item, register="organisation"):
    """Whose quality management system this is; it is founded once."""

    name: Text
    founded: date


class Ended(Refused):
    """This unit, post or person has already ended."""

    clause = "5.3"
    vi = "Đơn vị, vị trí hoặc người này đã kết thúc hoạt động."


class DaysOutOfOrder(Refused):
    """The last day comes after the first."""

    vi = "Ngày kết thúc phải sau ngày bắt đầu."


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


class SameUnit(Refused):
    """A unit does not follow itself."""

    vi = "Đơn vị không thể kế thừa chính mình."


class Found(Opening[Organisation], kind="organisation.found/1", item=Organisation):
    """Found the quality management system of an organisation."""

    vi = "Thiết lập hệ thống quản lý chất lượng của cơ quan"

    name: Text = Field(title="Tên cơ quan")

    def apply(self, act: Act) -> Organisation:
        return Organisation(id=self.id, code=self.code, name=self.name, founded=act.day)


class OpenUnit(Opening[Unit], kind="unit.open/1", item=Unit, roles=OFFICERS):
    """Set up a unit."""

    vi = "Lập đơn vị"

    title: Text = Field(title="Tên đơn vị")
    since: date = Field(title="Từ ngày")
    parent: OptionalCode = Field(default="", title="Đơn vị cấp trên")

    def apply(self, act: Act) -> Unit:
        parent = act.need(Unit, self.parent).id if self.parent else ""
        return Unit(id=self.id, code=self.code, title=self.title, parent=parent, since=self.since)


class RenameUnit(Step[Unit], kind="unit.rename/1", item=Unit, roles=OFFICERS):
    """Give a unit another name."""

    vi = "Đổi tên đơn vị"

    title: Text = Field(title="Tên mới")

    def check(self, before: Unit, act: Act) -> None:
        _still(before)

    def apply(self, before: Unit, act: Act) -> Unit:
        return before.model_copy(update={"title": self.title})


class SucceedUnit(Step[Unit], kind="unit.succeed/1", item=Unit, roles=OFFICERS):
    """End a unit, whose work another one takes over (merged, split or moved)."""

    vi = "Kết thúc đơn vị, chuyển nhiệm vụ cho đơn vị kế thừa"

    until: date = Field(title="Kết thúc từ ngày")
    successor: Code = Field(title="Đơn vị kế thừa")

    def check(self, before: Unit, act: Act) -> None:
        _still(before)
        _ordered(self.code, before.since, self.until)
        successor = act.need(Unit, self.successor)
        _still(successor)
        if successor.id == before.id:
            raise SameUnit(self.code)

    def apply(self, before: Unit, act: Act) -> Unit:
        successor = act.need(Unit, self.successor).id
        return before.model_copy(update={"until": self.until, "successor": successor})


class OpenPost(Opening[Post], kind="post.open/1", item=Post, roles=OFFICERS):
    """Set up a post in a unit, with what its holder may do."""

    vi = "Lập vị trí công tác và vai trò trong hệ thống"

    title: Text = Field(title="Tên vị trí")
    unit: Code = Field(title="Đơn vị")
    roles_held: tuple[Role, ...] = Field(default=(), title="Vai trò")

    def check(self, act: Act) -> None:
        _still(act.need(Unit, self.unit))

    def apply(self, act: Act) -> Post:
        unit = act.need(Unit, self.unit).id
        roles = tuple(sorted(set(self.roles_held)))
        return Post(id=self.id, code=self.code, title=self.title, unit=unit, roles=roles)


class EntrustPost(Step[Post], kind="post.entrust/1", item=Post, roles=OFFICERS):
    """Set what the holder of a post may do."""

    vi = "Giao lại vai trò cho vị trí"

    roles_held: tuple[Role, ...] = Field(title="Vai trò")

    def check(self, before: Post, act: Act) -> None:
        _still(before)

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"roles": tuple(sorted(set(self.roles_held)))})


class MovePost(Step[Post], kind="post.move/1", item=Post, roles=OFFICERS):
    """Move a post to another unit."""

    vi = "Chuyển vị trí sang đơn vị khác"

    unit: Code = Field(title="Đơn vị mới")

    def check(self, before: Post, act: Act) -> None:
        _still(before)
        _still(act.need(Unit, self.unit))

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"unit": act.need(Unit, self.unit).id})


class ClosePost(Step[Post], kind="post.close/1", item=Post, roles=OFFICERS):
    """End a post."""

    vi = "Bãi bỏ vị trí"

    until: date = Field(title="Kết thúc từ ngày")

    def check(self, before: Post, act: Act) -> None:
        _still(before)

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"until": self.until})


class Enrol(Opening[Person], kind="person.enrol/1", item=Person, roles=OFFICERS):
    """Enter somebody who will act in the system: a person or a program."""

    vi = "Ghi tên người (hoặc phần mềm) tham gia hệ thống"

    name: Personal = Field(title="Họ và tên")
    tool: bool = Field(default=False, title="Là phần mềm")

    def apply(self, act: Act) -> Person:
        kind = ActorKind.TOOL if self.tool else ActorKind.PERSON
        return Person(id=self.id, code=self.code, name=self.name, kind=kind)


class RenamePerson(Step[Person], kind="person.rename/1", item=Person, roles=OFFICERS):
    """Correct a person's name."""

    vi = "Sửa họ tên"

    name: Personal = Field(title="Họ và tên")

    def apply(self, before: Person, act: Act) -> Person:
        return before.model_copy(update={"name": self.name})


class Appoint(Step[Person], kind="person.appoint/1", item=Person, roles=OFFICERS):
    """Appoint somebody to a post."""

    vi = "Bổ nhiệm vào vị trí"

    post: Code = Field(title="Vị trí")
    since: date = Field(title="Từ ngày")
    until: date | None = Field(default=None, title="Đến trước ngày")

    def check(self, before: Person, act: Act) -> None:
        _still(before)
        post = act.need(Post, self.post)
        _still(post)
        _ordered(self.code, self.since, self.until)
        _free(before, post, self.since)
        if before.kind is ActorKind.TOOL and set(post.roles) - {Role.DRAFTER, Role.READER}:
            raise ToolInCharge(self.code)

    def apply(self, before: Person, act: Act) -> Person:
        post = act.need(Post, self.post).id
        return _with(before, Appointment(post=post, since=self.since, until=self.until))


class Relieve(Step[Person], kind="person.relieve/1", item=Person, roles=OFFICERS):
    """End somebody's appointment or delegation."""

    vi = "Thôi giữ vị trí"

    post: Code = Field(title="Vị trí")
    until: date = Field(title="Thôi giữ từ ngày")

    def check(self, before: Person, act: Act) -> None:
        post = act.need(Post, self.post).id
        if not any(_runs(held, post, self.until) for held in before.appointments):
            raise NotAppointed(f"{self.code}, {self.post}")

    def apply(self, before: Person, act: Act) -> Person:
        post = act.need(Post, self.post).id
        ended = {"until": self.until}
        appointments = tuple(
            held.model_copy(update=ended) if _runs(held, post, self.until) else held
            for held in before.appointments
        )
        return before.model_copy(update={"appointments": appointments})


class Delegate(Step[Person], kind="person.delegate/1", item=Person):
    """Let somebody else act in one's post for a time; the trail shows both."""

    vi = "Ủy quyền cho người khác trong một thời gian"

    post: Code = Field(title="Vị trí")
    to: Code = Field(title="Người được ủy quyền")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến trước ngày")

    def check(self, before: Person, act: Act) -> None:
        post, delegate = act.need(Post, self.post), act.need(Person, self.to)
        _still(delegate)
        _ordered(self.code, self.since, self.until)
        if act.actor.id != before.id and not act.roles & set(OFFICERS):
            raise NotAppointed(f"{act.actor.id}, {self.post}")
        held = [mine for mine in before.posts(self.since) if mine.post == post.id]
        if not held:
            raise NotAppointed(f"{self.code}, {self.post}")
        if all(mine.on_behalf_of for mine in held):
            raise DelegatedFurther(self.code)
        if delegate.kind is ActorKind.TOOL:
            raise ToolInCharge(self.to)
        _free(delegate, post, self.since)

    def apply(self, before: Person, act: Act) -> tuple[Item, ...]:
        delegation = Appointment(
            post=act.need(Post, self.post).id,
            since=self.since,
            until=self.until,
            on_behalf_of=before.id,
        )
        return before, _with(act.need(Person, self.to), delegation)


class Leave(Step[Person], kind="person.leave/1", item=Person, roles=OFFICERS):
    """Note that somebody no longer acts here."""

    vi = "Ghi nhận người đã nghỉ, chuyển công tác"

    until: date = Field(title="Nghỉ từ ngày")

    def check(self, before: Person, act: Act) -> None:
        _still(before)

    def apply(self, before: Person, act: Act) -> Person:
        return before.model_copy(update={"until": self.until})


def _still(item: Unit | Post | Person) -> None:
    if item.until is not None:
        raise Ended(item.code)


def _ordered(code: str, since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise DaysOutOfOrder(f"{code}, {since} – {until}")


def _free(person: Person, post: Post, since: date) -> None:
    if any(held.post == post.id for held in person.posts(since)):
        raise AlreadyAppointed(f"{person.code}, {post.code}")


def _with(person: Person, appointment: Appointment) -> Person:
    return person.model_copy(update={"appointments": (*person.appointments, appointment)})


def _runs(held: Appointment, post: str, until: date) -> bool:
    return held.post == post and held.since < until and (held.until is None or until < held.until)
