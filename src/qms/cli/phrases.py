"""How names read; what a kind of change is called."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from ..changes import ActorKind, Change, Item
from ..errors import NotFound
from ..events import titled
from ..questions import View
from ..registers.people import Person
from ..registers.policy import CODE as POLICY
from ..registers.policy import Policy
from ..trail.entry import Entry
from .wording import shown as shown


def called(change: type[Change[Item]], language: str) -> str:
    """Return what a change does, in a few words."""
    return change.vi if language == "vi" and change.vi else first_line(change)


def first_line(of: object) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(of) or "").partition("\n")[0]


def kind_called(kind: str, language: str) -> str:
    """Return what an entry of this kind did; the kind itself where nobody knows it."""
    title = titled(kind)
    return title.vi if language == "vi" else title.en


def actor_of(view: View, entry: Entry, language: str) -> str:
    """Return who made an entry."""
    who = entry.actor
    if who.kind is ActorKind.SYSTEM:
        return shown(who.kind, language)
    return view.name(who.id)


def name_of(view: View, own: str) -> str:
    """Return the code behind an id, or the name of a person; the id where nothing is there."""
    register, _, code = own.partition(":")
    item = Item.registers.get(register)
    if item is None or not code:
        return own
    if item is Person:
        return view.name(own)
    try:
        return view.get(item, own).code
    except NotFound:
        return own


class Graded(str):
    """A grade of nonconformities: its key, and its name in the policy as people read it."""

    vi: str


def graded(view: View, key: str) -> str:
    """Return a grade under its name in the policy; the key where the policy has it no more."""
    says = Graded(key)
    try:
        says.vi = view.get(Policy, POLICY).grade(key).title
    except NotFound:
        return key
    return says


def names_of(view: View, ids: Iterable[str]) -> str:
    """Return several codes or names, one after another."""
    return ", ".join(name_of(view, own) for own in ids)
