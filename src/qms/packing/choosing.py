"""Which entries go into a part of a trail: those asked for, their operations, who acted in them.

The log goes by once. What may be wanted is laid aside meanwhile, for who acted in an entry is
told by entries before it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, islice
from typing import Any, Final, NamedTuple, Self

from .. import registers
from ..changes import Item
from ..checker.verify import Aside
from ..registers.anchors import Anchor
from ..registers.log_keys import LogKey
from ..registers.people import Person, Post
from ..registers.policy import Policy
from ..registers.signing_keys import SigningKey
from ..trail.source import Row, Source
from .wanted import NothingToPack, Wanted

ALWAYS: Final = frozenset(item.register for item in (Anchor, LogKey, Policy))
"""What every pack says all of: which keys signed, what had to be signed, what is kept outside."""

PEOPLE: Final = frozenset(item.register for item in (Person, Post, SigningKey))
"""What is said of whoever acted: names, posts, and the keys without which nobody signed."""


TABLES: Final = (
    "CREATE TABLE operation (start INTEGER PRIMARY KEY, length, hit, chosen)",
    "CREATE TABLE actor (own TEXT, start INTEGER, PRIMARY KEY (own, start)) WITHOUT ROWID",
    "CREATE TABLE about (own TEXT, start INTEGER, PRIMARY KEY (own, start)) WITHOUT ROWID",
)
"""Which operations may be wanted, who acted in them, and of whom they say something."""


class Operation(NamedTuple):
    """One operation that is wanted: where it lies meanwhile, and whether it was asked for."""

    start: int
    length: int
    hit: bool


class Links(NamedTuple):
    """What names which other item in a searchable column, and who signs with which key."""

    parents: dict[str, set[str]]
    keys: dict[str, set[str]]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Return what one look at all rows tells."""
        registers.load()
        found = cls(defaultdict(set), defaultdict(set))
        for row in rows:
            register = row.id.partition(":")[0]
            names = _columns(register)
            body = json.loads(row.body) if names else {}
            named = {one for name in names if isinstance(one := body.get(name), str)}
            if named:
                found.parents[row.id] |= named
            if register == SigningKey.register:
                found.keys[body["person"]].add(row.id)
        return found

    def concerned(self, wanted: Wanted) -> frozenset[str] | None:
        """Return the items that are asked for and whatever hangs on them, ``None`` for all.

        What names one of them hangs on it: its revisions, their receipts, nonconformities
        against it, the actions on those.
        """
        of_items = self._hanging(set(wanted.items)) if wanted.items else None
        of_unit = self._hanging({wanted.unit}) if wanted.unit else None
        if of_items is None or of_unit is None:
            return of_items if of_unit is None else of_unit
        return of_items & of_unit

    def keys_of(self, people: set[str]) -> set[str]:
        """Return the keys that people sign with."""
        return set[str]().union(*(self.keys[one] for one in people if one in self.keys))

    def _hanging(self, about: set[str]) -> frozenset[str]:
        new = about
        while new:
            new = {
                own
                for own, named in self.parents.items()
                if own not in about and not named.isdisjoint(about)
            }
            about = about | new
        return frozenset(about)


class Sieve:
    """What may be wanted of a log while it goes by, and in the end what is."""

    def __init__(self, source: Source, size: int, wanted: Wanted) -> None:
        self._source, self._size = source, size
        self._links = Links.of(source.rows())
        self._about = self._links.concerned(wanted)
        self._first, self._last = (wanted.told()[name] for name in ("since", "until"))
        self._aside = Aside(*TABLES)

    def pieces(self, told: Callable[[int], None]) -> Iterator[bytes]:
        """Yield the entries of every operation that may be wanted, each ended by a newline."""
        start = done = 0
        for _, group in groupby(self._entries(), key=lambda one: one[1]["operation"]):
            entries = list(group)
            data = b"".join(line + b"\n" for line, _ in entries)
            if self._keeps([entry for _, entry in entries], start, len(data)):
                start += len(data)
                yield data
            done += len(entries)
            told(done)

    def chosen(self) -> Iterator[Operation]:
        """Yield the operations that are wanted, in their order, or raise ``NothingToPack``.

        Of whoever acted in them, everything said before goes along; of their keys, since, too.
        """
        if not self._aside.one("SELECT 1 FROM operation WHERE hit"):
            raise NothingToPack()
        (last,) = self._aside.one("SELECT max(start) FROM operation WHERE chosen")
        known, found = set[str](), self._actors()
        while found != known:
            for own in found:
                self._choose(own, last)
            for own in self._links.keys_of(found):
                self._choose(own)
            known, found = found, self._actors()
        query = "SELECT start, length, hit FROM operation WHERE chosen ORDER BY start"
        yield from map(Operation._make, self._aside.do(query))

    def _actors(self) -> set[str]:
        query = "SELECT DISTINCT own FROM actor JOIN operation USING (start) WHERE chosen"
        return {own for (own,) in self._aside.do(query)}

    def _choose(self, own: str, last: int = sys.maxsize) -> None:
        about = "SELECT start FROM about WHERE own = ? AND start <= ?"
        self._aside.do(f"UPDATE operation SET chosen = 1 WHERE start IN ({about})", own, last)

    def _entries(self) -> Iterator[tuple[bytes, dict[str, Any]]]:
        lines = islice(self._source.entries(), self._size)
        return ((line, json.loads(line)) for line in lines)

    def _keeps(self, entries: list[dict[str, Any]], start: int, length: int) -> bool:
        """Tell whether an operation may be wanted; if so, note what decides on it."""
        items = {own for entry in entries for own in entry["state"]}
        people = {own for own in items if own.partition(":")[0] in PEOPLE}
        hit = any(map(self._hit, entries))
        chosen = hit or any(own.partition(":")[0] in ALWAYS for own in items)
        if chosen or people:
            self._aside.do("INSERT INTO operation VALUES (?, ?, ?, ?)", start, length, hit, chosen)
            actors = {entry["actor"][who] for entry in entries for who in ("id", "post")}
            for table, owns in (("actor", actors), ("about", people)):
                for own in owns:
                    self._aside.do(f"INSERT INTO {table} VALUES (?, ?)", own, start)
        return bool(chosen or people)

    def _hit(self, entry: dict[str, Any]) -> bool:
        within = self._first <= entry["at"] and (not self._last or entry["at"] <= self._last)
        return within and (self._about is None or not self._about.isdisjoint(entry["state"]))


@cache
def _columns(register: str) -> tuple[str, ...]:
    columns = Item.registers[register].columns.items()
    return tuple(name for name, kind in columns if issubclass(kind, Item))
