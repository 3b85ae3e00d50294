"""One event: an entry of the trail with all that it says, for people and for other tools."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote

from ..changes import Actor, Change, Item
from ..proofs import merkle
from ..storage.extracts import Version
from ..trail.entry import Entry, moment
from ..values import canonical, folded

STRUCTURED: Final = "application/cloudevents+json"
"""What the bytes of one event are called (CloudEvents 1.0, JSON format, 3)."""

BATCH: Final = "application/cloudevents-batch+json"
"""What the bytes of several events are called (CloudEvents 1.0, JSON format, 4)."""

_STILL_NOTHING: Final[tuple[tuple[Any, Any], ...]] = ((None, ""), (None, []), (None, {}))
"""What a new item has not got either."""


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


@dataclass(frozen=True, slots=True)
class Event:
    """One entry, with what it altered; ``item`` is the one that it is told of.

    ``name`` is what the actor was called then: redacted where that was erased since, empty for
    whoever is no person. ``altered`` has the fields of every item that the entry left behind.
    """

    entry: Entry
    item: str
    name: str
    altered: Fields

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
        return merkle.leaf_hash(self.entry.data()).hex()

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


def altered(versions: Iterable[Version]) -> dict[int, dict[str, tuple[Field, ...]]]:
    """Return, by entry and item, which fields are others than before."""
    found: dict[int, dict[str, tuple[Field, ...]]] = {}
    for version in versions:
        before = json.loads(version.before) if version.before else {}
        item = Item.registers[version.id.partition(":")[0]]
        fields = tuple(_fields(item, before, json.loads(version.after)))
        found.setdefault(version.entry, {})[version.id] = fields
    return found


def speaks_of(entry: bytes, words: tuple[str, ...]) -> bool:
    """Tell whether all of these begin words in the fields of a change, whatever their accents."""
    said = "".join(f"| {folded(one)}" for one in _texts(json.loads(entry)["change"]))
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
