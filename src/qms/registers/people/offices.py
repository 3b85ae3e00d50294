"""Offices as they are entrusted, given up and left; somebody always stays in charge: 5.3.

Whoever takes an office away keeps one without an end. So, however often, there is somebody
who may entrust and appoint again.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, ActorKind, Role, Step
from ...errors import Refused
from ...values import Code
from .persons import Appointment, NotAppointed, Person, PersonCode, left
from .units import OFFICERS, Post, still


class LastOffice(Refused):
    """Whoever takes an officer's or leader's office away keeps one themselves, without an end."""

    clause = "5.3"
    vi = (
        "Hệ thống luôn phải có người điều hành: người ghi thôi chức cán bộ ISO, lãnh đạo "
        "phải còn tự mình giữ một chức như thế, không thời hạn."
    )


class NotDelegator(Refused):
    """Whoever is no officer ends only what they delegated themselves."""

    clause = "5.3"
    vi = "Người không phải cán bộ ISO hoặc lãnh đạo chỉ được chấm dứt việc do chính mình ủy quyền."


class EntrustPost(Step[Post], kind="post.entrust/1", item=Post, roles=OFFICERS):
    """Set what the holder of a post may do."""

    vi = "Giao lại vai trò cho vị trí"

    roles_held: tuple[Role, ...] = Field(title="Vai trò")

    def check(self, before: Post, act: Act) -> None:
        still(before)
        if not set(self.roles_held) & set(OFFICERS):
            _stays(act, before)

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"roles": tuple(sorted(set(self.roles_held)))})


class ClosePost(Step[Post], kind="post.close/1", item=Post, roles=OFFICERS):
    """End a post."""

    vi = "Bãi bỏ vị trí"

    until: date = Field(title="Kết thúc từ ngày")

    def check(self, before: Post, act: Act) -> None:
        still(before)
        _stays(act, before)

    def apply(self, before: Post, act: Act) -> Post:
        return before.model_copy(update={"until": self.until})


class Relieve(Step[Person], kind="person.relieve/1", item=Person):
    """End somebody's appointment or delegation; whoever delegated may end it, too."""

    vi = "Thôi giữ vị trí"

    code: PersonCode
    post: Code = Field(title="Vị trí")
    until: date = Field(title="Thôi giữ từ ngày")

    def check(self, before: Person, act: Act) -> None:
        post = act.need(Post, self.post).id
        ending = [held for held in before.appointments if _runs(held, post, self.until)]
        if not ending:
            raise NotAppointed(f"{self.code}, {self.post}")
        mine = all(held.on_behalf_of == act.actor.id for held in ending)
        if not mine and not act.roles & set(OFFICERS):
            raise NotDelegator(f"{self.code}, {self.post}")
        if any(not held.on_behalf_of for held in ending):
            _stays(act, act.need(Post, self.post), own=before.id == act.actor.id)

    def apply(self, before: Person, act: Act) -> Person:
        post = act.need(Post, self.post).id
        ended = {"until": self.until}
        appointments = tuple(
            held.model_copy(update=ended) if _runs(held, post, self.until) else held
            for held in before.appointments
        )
        return before.model_copy(update={"appointments": appointments})


class Leave(Step[Person], kind="person.leave/1", item=Person, roles=OFFICERS):
    """Note that somebody no longer acts here."""

    vi = "Ghi nhận người đã nghỉ, chuyển công tác"

    code: PersonCode
    until: date = Field(title="Nghỉ từ ngày")

    def check(self, before: Person, act: Act) -> None:
        still(before)
        left(before, self.until, act)
        posts = dict.fromkeys(held.post for held in before.appointments)
        held = (act.need(Post, post) for post in posts)
        _stays(act, *held, own=before.id == act.actor.id)

    def apply(self, before: Person, act: Act) -> Person:
        return before.model_copy(update={"until": self.until})


def _stays(act: Act, *lost: Post, own: bool = True) -> None:
    """Raise ``LastOffice`` where an office is lost and the actor keeps none without an end.

    ``own`` says that the actor loses these posts, too, where they hold them.
    """
    if act.actor.kind is ActorKind.SYSTEM or not any(map(_in_charge, lost)):
        return
    me, gone = act.need(Person, act.actor.id), {post.id for post in lost if own}
    held = (one for one in me.posts(act.day) if one.until is None and not one.on_behalf_of)
    kept = (act.need(Post, one.post) for one in held if one.post not in gone)
    if me.until is not None or not any(post.until is None and _in_charge(post) for post in kept):
        raise LastOffice(f"{me.code}, {', '.join(post.code for post in lost)}")


def _in_charge(post: Post) -> bool:
    return bool(set(post.roles) & set(OFFICERS))


def _runs(held: Appointment, post: str, until: date) -> bool:
    # Ended on its first day it never held: so is an error undone the day it was made.
    begun = held.post == post and held.since <= until
    return begun and (held.until is None or until < held.until)
