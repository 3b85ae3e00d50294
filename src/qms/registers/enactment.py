"""How a change is judged and carried out: who may, whether it may, what is then.

The one place where a change meets the rules. The live system, the rebuild and the
verification all come through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..changes import (
    Act,
    Actor,
    ActorKind,
    AlreadyThere,
    Change,
    Item,
    Look,
    Opening,
    Role,
    Step,
    Unknown,
)
from ..errors import Refused
from ..values import Content
from . import policy
from .people import Organisation, Person, Post

FOUNDER = Actor(id="system", kind=ActorKind.SYSTEM)
"""Who acts before there is anybody: only until the organisation is founded."""


class RoleMissing(Refused):
    """None of this actor's posts may make this change."""

    clause = "5.3"
    vi = "Không vị trí nào của người này được làm việc này."


class NotActive(Refused):
    """This person holds no post here on this day."""

    clause = "5.3"
    vi = "Người này không giữ vị trí nào vào ngày này."


class ToolDecides(Refused):
    """A program proposes and never decides."""

    clause = "5.3"
    vi = "Phần mềm chỉ được đề xuất, không được quyết định."


class AlreadyFounded(Refused):
    """Only people act once the organisation is founded."""

    clause = "5.3"
    vi = "Sau khi thiết lập hệ thống, chỉ con người mới được thao tác."


class Outcome(NamedTuple):
    """What a change left behind: the item first, then those it brought along."""

    items: tuple[Item, ...]
    files: Mapping[str, Content | None]


def acting(change: type[Change[Any]], who: Actor, at: datetime, look: Look) -> Act:
    """Return the act of somebody about to make a change; raise ``Refused`` if they may not.

    The act's post is the named one, or the first that may make this change.
    """
    act = Act(who, at, look)
    if who.kind is ActorKind.SYSTEM:
        if look(Organisation, "organisation") is not None:
            raise AlreadyFounded(change.kind)
        return act._replace(roles=frozenset(Role))
    person = act.need(Person, who.id)
    kind = ActorKind.IMPORT if change.imports else person.kind
    if kind is ActorKind.TOOL and not change.tools:
        raise ToolDecides(f"{person.code}, {change.kind}")
    posts = [act.need(Post, held.post) for held in person.posts(act.day)]
    if not posts:
        raise NotActive(person.code)
    wanted = who.post or next((post.id for post in posts if _may(change, post)), "")
    post = next((post for post in posts if post.id == wanted and _may(change, post)), None)
    if post is None:
        raise RoleMissing(f"{person.code}, {change.kind}")
    roles = frozenset(role for held in posts for role in held.roles)
    return Act(Actor(id=person.id, post=post.id, kind=kind), at, look, post.unit, roles)


def enact(change: Change[Any], act: Act) -> Outcome:
    """Return what a change leaves behind, or raise ``Refused``."""
    before = act.look(change.item, change.code)
    if isinstance(change, Opening):
        if before is not None:
            raise AlreadyThere(change.code)
        change.check(act)
        numbers = policy.counted(act, change.item.register, change.code)
        return Outcome((*_items(change.apply(act)), *numbers), change.files(act))
    if before is None:
        raise Unknown(change.code)
    assert isinstance(change, Step)
    change.check(before, act)
    return Outcome(_items(change.apply(before, act)), change.files(before, act))


def _may(change: type[Change[Any]], post: Post) -> bool:
    return not change.roles or bool(set(change.roles) & set(post.roles))


def _items(after: Item | tuple[Item, ...]) -> tuple[Item, ...]:
    return after if isinstance(after, tuple) else (after,)
