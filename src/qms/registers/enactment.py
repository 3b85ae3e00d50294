"""How a change is judged and carried out: who may, whether it may, what is then.

The one place where a change meets the rules. The live system, the rebuild and the
verification all come through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from ..changes import (
    Act,
    Actor,
    ActorKind,
    Change,
    Item,
    Look,
    NotAChange,
    Opening,
    Role,
    Step,
    Unknown,
    day_of,
    fitting,
)
from ..errors import Refused
from ..values import Content
from . import policy
from .log_keys import LogKey
from .people import (
    ORGANISATION,
    NotAppointed,
    Organisation,
    Person,
    Post,
    Unit,
    entrusted,
    holding,
)

FOUNDER = Actor(id="system", kind=ActorKind.SYSTEM)
"""Who acts before there is anybody: only until the organisation is founded."""

GROUND = frozenset({Organisation, Unit, Post, Person, policy.Policy, LogKey})
"""What the founder sets up; whatever is signed waits for people."""


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


class OnlyFounds(Refused):
    """Before it is founded, only units, posts, people, the policy and the log key are set up."""

    clause = "5.3"
    vi = "Trước khi thiết lập xong, chỉ được lập đơn vị, vị trí, người, chính sách và khóa nhật ký."


class OlderVersion(Refused):
    """A change is made in the newest version of its kind; an older one is only replayed."""

    vi = "Chỉ thực hiện thay đổi theo phiên bản mới nhất của loại đó; phiên bản cũ chỉ để phát lại."


class Outcome(NamedTuple):
    """What a change left behind: the item first, then those it brought along.

    ``files`` are for git, by path, ``None`` where one is removed; ``evidence`` is for the vault.
    """

    items: tuple[Item, ...]
    files: Mapping[str, Content | None]
    evidence: Mapping[str, Content]


def acting(change: type[Change[Any]], who: Actor, at: datetime, look: Look) -> Act:
    """Return the act of somebody about to make a change; raise ``Refused`` if they may not.

    The act's post is the named one, or the first that may make this change.
    """
    if Change not in change.__mro__:
        raise NotAChange(change.__name__)
    act = Act(who, at, look)
    if who.kind is ActorKind.SYSTEM:
        return _founding(change, act)
    person = act.need(Person, who.id)
    if person.kind is ActorKind.TOOL and not change.tools:
        raise ToolDecides(f"{person.code}, {change.kind}")
    posts = {post.id: post for _, post in holding(person, act)}
    if not posts:
        raise NotActive(person.code)
    if who.post and who.post not in posts:
        named = act.look(Post, who.post)
        raise NotAppointed(f"{person.code}, {named.code if named else who.post}")
    held = {own: entrusted(person, post) for own, post in posts.items()}
    may = [own for own, roles in held.items() if not change.roles or roles & {*change.roles}]
    wanted = who.post or next(iter(may), "")
    if wanted not in may:
        raise RoleMissing(f"{person.code}, {change.kind}")
    kind = ActorKind.IMPORT if change.imports else person.kind
    if (person.id, wanted, kind) != (who.id, who.post, who.kind):
        who = Actor(id=person.id, post=wanted, kind=kind)
    roles = frozenset[Role]().union(*held.values())
    return Act(who, at, look, posts[wanted].unit, roles)


class Acting:
    """``acting``, remembered for a day, until a person or a post is altered: it rests on no more.

    Whoever plays many entries asks the same of the same few people again and again.
    """

    def __init__(self) -> None:
        self._day = date.min
        self._known: dict[tuple[object, ...], tuple[Actor, str, frozenset[Role]]] = {}

    def __call__(self, change: type[Change[Any]], who: Actor, at: datetime, look: Look) -> Act:
        """Return the act of somebody about to make a change; raise ``Refused`` if they may not."""
        if who.kind is ActorKind.SYSTEM:
            return acting(change, who, at, look)
        if (day := day_of(at)) != self._day:
            self._known.clear()
            self._day = day
        asked = change, who.id, who.post, who.kind
        known = self._known.get(asked)
        if known is None:
            act = acting(change, who, at, look)
            known = self._known[asked] = act.actor, act.unit, act.roles
        actor, unit, roles = known
        same = asked[1:] == (actor.id, actor.post, actor.kind)
        return Act(who if same else actor, at, look, unit, roles)

    def met(self, items: Iterable[Item]) -> None:
        """Be told what was altered."""
        if any(isinstance(item, (Person, Post)) for item in items):
            self._known.clear()


def current(change: Change[Any]) -> None:
    """Raise ``OlderVersion`` where a newer version of this kind asks for more than this one."""
    name, _, number = change.kind.rpartition("/")
    newer = f"{name}/{int(number) + 1}" if number.isdecimal() else ""
    if newer in Change.kinds:
        raise OlderVersion(f"{change.kind} < {newer}")


def coded(change: Change[Any], act: Act) -> Change[Any]:
    """Return a change under the code that it was given, that follows, or that comes next.

    Raise ``CodeTooLong`` where no room is left under it: of what is new only, for a trail in
    which such a code stands was right in its day.
    """
    if not isinstance(change, Opening):
        return change
    code = change.code or change.given(act) or policy.next_code(act, change.item.register)
    fitting(code, change.item.room)
    return change if change.code else change.model_copy(update={"code": code})


def enact(change: Change[Any], act: Act) -> Outcome:
    """Return what a change leaves behind, or raise ``Refused``."""
    before = act.look(change.item, change.code)
    if isinstance(change, Opening):
        if before is not None:
            raise change.twice(change.code)
        change.check(act)
        return Outcome(_applied(change, before, act), change.files(act), change.vaulted())
    if before is None:
        raise Unknown(change.code)
    assert isinstance(change, Step)
    change.check(before, act)
    files = change.files(before, act)
    return Outcome(_applied(change, before, act), files, change.vaulted())


def enacted(change: Change[Any], act: Act) -> tuple[Item, ...]:
    """Return what a change left behind that was judged before: no rule is asked again."""
    return _applied(change, act.look(change.item, change.code), act)


def _founding(change: type[Change[Any]], act: Act) -> Act:
    if act.actor != FOUNDER or act.look(Organisation, ORGANISATION) is not None:
        raise AlreadyFounded(change.kind)
    if change.item not in GROUND:
        raise OnlyFounds(change.kind)
    return act._replace(roles=frozenset(Role))


def _applied(change: Change[Any], before: Item | None, act: Act) -> tuple[Item, ...]:
    if isinstance(change, Opening):
        numbers = policy.counted(act, change.item.register, change.code)
        return (*_items(change.apply(act)), *numbers)
    assert isinstance(change, Step)
    return _items(change.apply(before, act))


def _items(after: Item | tuple[Item, ...]) -> tuple[Item, ...]:
    return after if isinstance(after, tuple) else (after,)
