"""What entries do not say themselves: who acted, and what they altered, asked of many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final, TypeAlias

from ..errors import Unreadable
from ..registers.people import Person
from ..storage import extracts
from ..storage.glance import Glance, Version
from ..storage.reader import whole
from ..storage.vault import Vault
from ..trail.entry import Entry
from ..values import Sealed
from .telling import Fields, altered

TOGETHER: Final = 50
"""Entries of which whoever looks at one is told of all."""

Ask: TypeAlias = Callable[[], Glance]
"""Gives what answers one question about the present."""


class Names:
    """What people were called at an entry, as far as the vault still says it."""

    def __init__(self, ask: Ask, vault: Vault) -> None:
        self._ask, self._vault = ask, vault
        self._known: dict[str, dict[int, tuple[int, str]]] = {}

    def of(self, acts: Sequence[tuple[str, int]]) -> list[str]:
        """Return the name of whoever acted, by id and entry; empty for whoever is no person."""
        unknown = [act for act in acts if self._name(*act) is None]
        if unknown:
            self._learn(unknown)
        return [self._name(*act) or "" for act in acts]

    def _name(self, own: str, index: int) -> str | None:
        if not own.startswith(_PERSON):
            return ""
        spans = self._known.get(own, {}).copy().items()  # other threads learn meanwhile
        return next((name for since, (end, name) in spans if since <= index < end), None)

    def _learn(self, acts: Sequence[tuple[str, int]]) -> None:
        places = [index for _, index in acts]
        ids = {own for own, _ in acts}
        for own, since, until, body in self._ask().people(ids, min(places), max(places)):
            name = whole(Person, body).name
            said = self._vault.personal(name.sha256) if isinstance(name, Sealed) else name
            self._known.setdefault(own, {})[since] = until, said


_PERSON: Final = f"{Person.register}:"


class Group:
    """Entries that were read together: whoever looks at one of them, asks for all at once."""

    def __init__(self, ask: Ask, names: Names, lines: Sequence[bytes], item: str) -> None:
        self._ask, self._names = ask, names
        self._lines, self._item = lines, item
        self._read: dict[int, Entry] = {}

    def line(self, place: int) -> bytes:
        """Return the bytes of an entry."""
        return self._lines[place]

    def entry(self, place: int) -> Entry:
        """Return the entry in them, or raise ``BadEntry``."""
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = Entry.parse(self._lines[place])
        return found

    def item(self, place: int) -> str:
        """Return the item that was asked for, else the one that the entry is about."""
        return self._item or self.entry(place).item

    def name(self, place: int) -> str:
        """Return what the actor was called then."""
        return self._called[self.entry(place).index]

    def altered(self, place: int) -> Fields:
        """Return what an entry altered, by item."""
        entry = self.entry(place)
        left = ((own, self._left.get((own, entry.index))) for own in entry.state)
        return {own: altered(version) for own, version in left if version}

    @cached_property
    def _called(self) -> dict[int, str]:
        acts = [(entry.actor.id, entry.index) for entry in self._sound()]
        names = self._names.of(acts)
        return {index: name for (_, index), name in zip(acts, names, strict=True)}

    @cached_property
    def _left(self) -> dict[tuple[str, int], Version]:
        touched = [(own, entry.index) for entry in self._sound() for own in entry.state]
        found = extracts.versions(self._ask(), touched)
        return {(version.id, version.entry): version for version in found}

    def _sound(self) -> Iterator[Entry]:
        """Yield each entry that is one: of another is told by whoever looks at that."""
        for place in range(len(self._lines)):
            try:
                yield self.entry(place)
            except Unreadable:
                continue
