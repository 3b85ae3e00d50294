"""S02 to S05, S07, S08: the rows of the tables, met with the entries that made them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from ...changes import Item
from ...errors import Refused
from ..entry import Entry, cells, moment
from ..findings import Finding, finding
from ..source import Label, Row
from .walk import Walk


class Rows:
    """Every row is what an entry made, and none is missing or too many."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._rows = walk.source.rows()
        self._next = next(self._rows, None)
        self._labels = walk.source.labels()
        self._ends: dict[str, int | None] = {}

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold in the rows that an entry made."""
        if not self._walk.kept:
            return
        label = next(self._labels, None)
        if entry is None:
            return
        place = self._walk.frontier.size - 1
        if label != Label(place, moment(entry.at), entry.actor.id, entry.kind, entry.item):
            yield finding("S02", f"entry {place}")
        owed = dict(entry.state)
        while self._next is not None and self._next.since <= entry.index:
            row = self._next
            yield from self._row(row, owed.pop(row.id, None), entry.index)
            self._next = next(self._rows, None)
        for own in owed:
            yield finding("S03", f"{own}, entry {entry.index}")

    def finish(self) -> Iterator[Finding]:
        """Yield the rows that no entry made, the versions that end nowhere, the wrong codes."""
        while self._next is not None:
            yield finding("S04", f"{self._next.id}, entry {self._next.since}")
            self._next = next(self._rows, None)
        for own, end in self._ends.items():
            if end is not None:
                yield finding("S03", f"{own}, entry {end}")
        for about in self._walk.source.disagreeing():
            yield finding("S07", about)
        if self._walk.kept and self._walk.played:  # else it is not known what there should be
            yield from self._names()
            yield from (finding("S08", about) for about in self._walk.source.misshapen())

    def _row(self, row: Row, digest: str | None, index: int) -> Iterator[Finding]:
        about = f"{row.id}, entry {row.since}"
        if digest is None or row.since != index:
            yield finding("S04", about)
            return
        if sha256(row.body).hexdigest() != digest or not self._sound(row):
            yield finding("S02", about)
        if row.id in self._ends and self._ends[row.id] != row.since:
            end = self._ends[row.id]
            yield finding("S02", about if end is None else f"{row.id}, until {end}")
        self._ends[row.id] = row.until

    def _sound(self, row: Row) -> bool:
        """Tell whether what is searched by says what the body says, which is as it was left."""
        item = self._walk.left.get(row.id) or _decoded(row)
        return item is not None and (item.register, item.id, cells(item)) == (
            row.register,
            row.id,
            row.cells,
        )

    def _names(self) -> Iterator[Finding]:
        known = {
            (item.register, spelling): item.id
            for item in self._walk.items.all().values()
            for spelling in item.spellings()
        }
        for register, spelling, own in self._walk.source.names():
            current = known.pop((register, spelling), None)
            if current != own:
                yield finding("S05", f"{register} {spelling}")
        for register, spelling in known:
            yield finding("S05", f"{register} {spelling}")


def _decoded(row: Row) -> Item | None:
    try:
        return Item.registers[row.register].model_validate_json(row.body)
    except (ValueError, Refused):
        return None
