"""One event: an entry of the trail with all that it says, for people and for other tools."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

from pydantic_core import from_json

from ..changes import Actor, Change, Item
from ..proofs import merkle
from ..storage.glance import Version
from ..trail.entry import Entry, moment
from ..values import canonical, folded

STRUCTURED: Final = "application/cloudevents+json"
"""What the bytes of one event are called (CloudEvents 1.0, JSON format, 3)."""

BATCH: Final = "application/cloudevents-batch+json"
"""What the bytes of several events are called (CloudEvents 1.0, JSON format, 4)."""

_STILL_NOTHING: Final[tuple[tuple[Any, Any], ...]] = ((None, ""), (None, []), (None, {}))
"""What a new item has not got either."""


_FORM: Final = Entry.model_fields.keys()
_ACTOR: Final = Actor.model_fields.keys()

_PARTS: Final = ("entry", "item", "name", "altered")
"""What an event is made of, each part read when it is first looked at."""


class Field(NamedTuple):
    """One field of an item before and after a change."""

    name: str
    before: Any
    after: Any


Fields: TypeAlias = Mapping[str, tuple[Field, ...]]
"""Altered fields by the id of their item."""


class Title(NamedTuple):
    """What a kind of change does, in a few words of each language."""

    vi: str
    en: str


class Together(Protocol):
    """Entries that were read together, and what is known of each, by its place among them."""

    def line(self, place: int) -> bytes:
        """Return the bytes of an entry."""
        ...

    def entry(self, place: int) -> Entry:
        """Return the entry in them, or raise ``BadEntry``."""
        ...

    def item(self, place: int) -> str:
        """Return which item it is told of."""
        ...

    def name(self, place: int) -> str:
        """Return what the actor was called then."""
        ...

    def altered(self, place: int) -> Fields:
        """Return what it altered."""
        ...


class Event:
    """One entry, with what it altered; each part is read when it is first looked at.

    Until then nothing of it is judged: looking raises ``BadEntry``, or ``Closed`` once nobody
    has the system open any more.
    """

    def __init__(self, together: Together, place: int) -> None:
        self._together, self._place = together, place

    @cached_property
    def data(self) -> bytes:
        """Return the canonical bytes of the entry: the leaf of the tree."""
        return self._together.line(self._place)

    @cached_property
    def entry(self) -> Entry:
        """Return the entry, or raise ``BadEntry``."""
        return self._together.entry(self._place)

    @cached_property
    def item(self) -> str:
        """Return the id of the item that it is told of."""
        return self._together.item(self._place)

    @cached_property
    def name(self) -> str:
        """Return what the actor was called then: redacted where that was erased since.

        Empty for whoever is no person.
        """
        return self._together.name(self._place)

    @cached_property
    def altered(self) -> Fields:
        """Return the fields that are others than before, of every item that it left behind."""
        return self._together.altered(self._place)

    @property
    def index(self) -> int:
        """Return the place in the trail, counted from 0."""
        return self.entry.index

    @property
    def at(self) -> datetime:
        """Return when it happened."""
        return self.entry.at

    @property
    def actor(self) -> Actor:
        """Return who did it: id, the id of their post, what kind of hand."""
        return self.entry.actor

    def who(self, language: str) -> str:
        """Return the actor's name of then, or what kind of hand it was, in a language."""
        hand = self.entry.actor.kind
        return self.name or (hand.vi if language == "vi" else hand.value)

    @property
    def kind(self) -> str:
        """Return the kind of change, with its version."""
        return self.entry.kind

    @property
    def code(self) -> str:
        """Return the code under which the actor made the change."""
        return str(self.entry.change.get("code", ""))

    @property
    def title(self) -> Title:
        """Return what was done, in a few words."""
        return titled(self.kind)

    @property
    def change(self) -> Mapping[str, Any]:
        """Return the fields of the change, personal ones as digests."""
        return self.entry.change

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return what the entry altered in the item that it is told of."""
        return self.altered.get(self.item, ())

    @property
    def digest(self) -> str:
        """Return the leaf hash of the entry (RFC 9162, 2.1.1), in hexadecimal."""
        return merkle.leaf_hash(self.data).hex()

    def cloudevent(self) -> dict[str, Any]:
        """Return the event as CloudEvents 1.0 has it; nobody's name is in it.

        What was sent out cannot be erased, so people stand here by id. ``data.entry`` in
        canonical JSON is the leaf of the tree.
        """
        return {
            "specversion": "1.0",
            "id": str(self.index),
            "source": f"qms:{quote(self.entry.log, safe='/')}",
            "type": f"qms.{self.kind}",
            "subject": self.item,
            "time": moment(self.at),
            "datacontenttype": "application/json",
            "data": {
                "entry": self.entry.model_dump(mode="json"),
                "digest": self.digest,
                "title": self.title._asdict(),
                "altered": {
                    own: [field._asdict() for field in fields]
                    for own, fields in self.altered.items()
                },
            },
        }

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Event):
            return self is other
        return self.data == other.data and self._whole() == other._whole()

    def __repr__(self) -> str:
        looked = [name for name in _PARTS if name in vars(self)] or ("data",)
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in looked)
        return f"Event({said})"

    def __getstate__(self) -> dict[str, object]:
        return {"data": self.data, **self._whole()}

    def _whole(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _PARTS}


def batch(events: Iterable[Event]) -> bytes:
    """Return several events as one JSON batch of CloudEvents."""
    return canonical([event.cloudevent() for event in events])


def titled(kind: str) -> Title:
    """Return what a kind of change does; the kind itself where nobody here knows it."""
    change = Change.kinds.get(kind)
    if change is None:
        return Title(kind, kind)
    english = (inspect.getdoc(change) or kind).partition("\n")[0].rstrip(".")
    return Title(change.vi.rstrip(".") or english, english)


def altered(version: Version) -> tuple[Field, ...]:
    """Return which fields of an item are others than before."""
    before = from_json(version.before) if version.before else {}
    item = Item.registers[version.id.partition(":")[0]]
    return tuple(_fields(item, before, from_json(version.after)))


def said_in(line: bytes) -> dict[str, Any]:
    """Return what the bytes of an entry say, or raise ``BadEntry`` where they are none by far."""
    try:
        said: dict[str, Any] = json.loads(line)
        if said.keys() == _FORM and said["change"].keys() and said["actor"].keys() == _ACTOR:
            return said
    except (ValueError, AttributeError):
        pass
    return Entry.parse(line).model_dump(mode="json")  # which says what is wrong with it


def speaks_of(line: bytes, words: tuple[str, ...]) -> bool:
    """Tell whether all of these begin words in the fields of a change, whatever their accents.

    Raise ``BadEntry`` as ``said_in`` does.
    """
    said = "".join(f"| {folded(one)}" for one in _texts(said_in(line)["change"]))
    return all(f" {word}" in said for word in words)


def _fields(item: type[Item], before: dict[str, Any], after: dict[str, Any]) -> Iterator[Field]:
    for name in item.model_fields:
        old, new = before.get(name), after.get(name)
        if old != new and (old, new) not in _STILL_NOTHING:
            yield Field(name, old, new)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "sha256":
                yield from _texts(part)
