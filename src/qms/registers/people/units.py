"""Units and posts, with their days: ISO 9001:2015, 5.3 (2008: 5.5.1)."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from pydantic import Field

from ...changes import Act, Item, Opening, Role, Step
from ...errors import Refused
from ...values import Code, OptionalCode, Text, key

OFFICERS = (Role.QUALITY_OFFICER, Role.LEADER)

ORGANISATION: Final = "organisation"
"""The one code of the organisation."""


class Organisation(Item, register="organisation"):
    """Whose quality management system this is; it is founded once."""

    name: Text
    founded: date


class Unit(Item, register="unit", columns={"parent": str, "until": date}):
    """A part of the organisation, from its first to its last day."""

    title: Text
    parent: str = ""
    since: date
    until: date | None = None
    successor: str = ""
    renamed: date | None = None


class Post(Item, register="post", columns={"unit": Unit, "until": date}):
    """A seat in a unit: it owns documents and gives its holder roles."""

    title: Text
    unit: str
    roles: tuple[Role, ...] = ()
    until: date | None = None


class Ended(Refused):
    """The last day of this unit, post or person is already set."""

    clause = "5.3"
    vi = "Đơn vị, vị trí hoặc người này đã có ngày kết thúc."


class DaysOutOfOrder(Refused):
    """The last day comes after the first."""

    vi = "Ngày kết thúc phải sau ngày bắt đầu."


class SameUnit(Refused):
    """A unit does not follow itself."""

    vi = "Đơn vị không thể kế thừa chính mình."


class OneOrganisation(Refused):
    """A system belongs to one organisation, under the code organisation."""

    clause = "4.3"
    vi = "Mỗi hệ thống thuộc một cơ quan duy nhất, dưới mã số organisation."


class Found(Opening[Organisation], kind="organisation.found/1", item=Organisation, roles=OFFICERS):
    """Found the quality management system of an organisation."""

    vi = "Thiết lập hệ thống quản lý chất lượng của cơ quan"

    name: Text = Field(title="Tên cơ quan", min_length=1)

    def given(self, act: Act) -> str:
        return ORGANISATION

    def check(self, act: Act) -> None:
        if key(self.code) != ORGANISATION:
            raise OneOrganisation(self.code)

    def apply(self, act: Act) -> Organisation:
        return Organisation(id=self.id, code=self.code, name=self.name, founded=act.day)


class OpenUnit(Opening[Unit], kind="unit.open/1", item=Unit, roles=OFFICERS):
    """Set up a unit."""

    vi = "Lập đơn vị"

    title: Text = Field(title="Tên đơn vị", min_length=1)
    since: date = Field(title="Từ ngày")
    parent: OptionalCode = Field(default="", title="Đơn vị cấp trên")

    def check(self, act: Act) -> None:
        if self.parent:
            still(act.need(Unit, self.parent))

    def apply(self, act: Act) -> Unit:
        parent = act.need(Unit, self.parent).id if self.parent else ""
        return Unit(id=self.id, code=self.code, title=self.title, parent=parent, since=self.since)


class RenameUnit(Step[Unit], kind="unit.rename/1", item=Unit, roles=OFFICERS):
    """Give a unit another name."""

    vi = "Đổi tên đơn vị"

    title: Text = Field(title="Tên mới", min_length=1)

    def check(self, before: Unit, act: Act) -> None:
        still(before)

    def apply(self, before: Unit, act: Act) -> Unit:
        return before.model_copy(update={"title": self.title, "renamed": act.day})


class SucceedUnit(Step[Unit], kind="unit.succeed/1", item=Unit, roles=OFFICERS):
    """End a unit, whose work another one takes over (merged, split or moved)."""

    vi = "Kết thúc đơn vị, chuyển nhiệm vụ cho đơn vị kế thừa"

    until: date = Field(title="Kết thúc từ ngày")
    successor: Code = Field(title="Đơn vị kế thừa")

    def check(self, before: Unit, act: Act) -> None:
        successor = act.need(Unit, self.successor)
        still(before, successor)
        ordered(self.code, before.since, self.until)
        if successor.id == before.id:
            raise SameUnit(self.code)

    def apply(self, before: Unit, act: Act) -> Unit:
        successor = act.need(Unit, self.successor).id
        return before.model_copy(update={"until": self.until, "successor": successor})


class OpenPost(Opening[Post], kind="post.open/1", item=Post, roles=OFFICERS):
    """Set up a post in a unit, with what its holder may do."""

    vi = "Lập vị trí công tác và vai trò trong hệ thống"

    title: Text = Field(title="Tên vị trí", min_length=1)
    unit: Code = Field(title="Đơn vị")
    roles_held: tuple[Role, ...] = Field(default=(), title="Vai trò")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit))

    def apply(self, act: Act) -> Post:
        unit = act.need(Unit, self.unit).id
        roles = tuple(sorted(set(self.roles_held)))
        return Post(id=self.id, code=self.code, title=self.title, unit=unit, roles=roles)


class MovePost(Step[Post], kind="post.move/1", item=Post, roles=OFFICERS):
    """Move a post to another unit."""

    vi = "Chuyển vị trí sang đơn vị khác"

    unit: Code = Field(title="Đơn vị mới")

    def check(self, before: Post, act: Act) -> None:
        still(before, act.need(Unit, self.unit))

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"unit": act.need(Unit, self.unit).id})


class Lasting(Protocol):
    """What has a code and, once it has ended, the day from which it is no more."""

    @property
    def code(self) -> str:
        """Return what it is called."""

    @property
    def until(self) -> date | None:
        """Return the first day without it."""


def still(*items: Lasting) -> None:
    """Raise ``Ended`` for the first of these that has ended."""
    for item in items:
        if item.until is not None:
            raise Ended(item.code)


def successor(unit: Unit, act: Act) -> Unit:
    """Return a unit, or what became of it where it has ended."""
    while unit.successor:
        unit = act.need(Unit, unit.successor)
    return unit


def ordered(code: str, since: date, until: date | None) -> None:
    """Raise ``DaysOutOfOrder`` unless the last day comes after the first."""
    if until is not None and until <= since:
        raise DaysOutOfOrder(f"{code}, {since} – {until}")
