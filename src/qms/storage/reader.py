"""One view of the ledger: what one may ask of its tables, now or as of an entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Connection, Select, Table, TextClause, bindparam, func, or_, select, text

from ..changes import Item, ItemT
from ..errors import Refused
from ..proofs.merkle import Place
from ..trail.entry import moment
from ..values import key
from . import statements, tables
from .prepared import Prepared
from .trouble import Damaged

ROOM: Final = 2_000
"""How many items are remembered by what their rows say."""

TOGETHER: Final = 500
"""Rows that are fetched at once where many are read."""


class Head(NamedTuple):
    """How far the trail has come, and the right edge of its tree."""

    log: str
    size: int
    peaks: bytes
    at: str


class Kept(NamedTuple):
    """A content as its row says it; its bytes only while they wait for a store."""

    sha256: str
    size: int
    blob: str
    first: int
    data: bytes | None


class Machine(NamedTuple):
    """A machine of the ledger, by its store, and whether it is this one.

    So many entries its git has, or its last operation brings it; and when the first was made
    that it lacks. Of one that was given up only that day is known.
    """

    store: str
    here: bool
    size: int | None
    lacks_since: datetime | None
    given_up: date | None


class Reader:
    """One connection's view of the ledger, now or as of an entry."""

    def __init__(self, connection: Connection, as_of: int | None = None) -> None:
        self.connection = connection
        self.as_of = as_of
        self._streams: list[Any] = []

    def stream(self, query: Any) -> Iterator[Any]:
        """Yield rows as they come; what nobody asks on for is let go of with the reading."""
        rows = self.connection.execute(query, execution_options={"yield_per": TOGETHER})
        self._streams.append(rows)
        for some in rows.partitions():
            yield from some

    def run(self, said: str, bound: Mapping[str, object]) -> list[Any]:
        """Return what a statement of a glance gives here."""
        return _plain(said).rows(self.connection, **bound)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for rows in self._streams:
            rows.close()

    def identify(self, item: type[Item], code: str) -> str | None:
        """Return the id behind a code or alias (an id is returned as it is)."""
        if ":" in code:
            return code if code.startswith(f"{item.register}:") else None
        found = _NAMED.row(self.connection, register=item.register, key=key(code))
        return found and str(found[0])

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None``; raise ``Damaged`` where it stands twice."""
        own = self.identify(item, code)
        if own is None:
            return None
        query, then = _looking(item, self.as_of is None), {"own": own, "as_of": self.as_of}
        found = self.connection.execute(query, then).scalars().all()
        if len(found) > 1:
            raise Damaged(own)
        return whole(item, found[0]) if found else None

    def select(self, item: type[ItemT]) -> Iterator[ItemT]:
        """Yield every item of a register, by code."""
        query = _selecting(item, self.as_of is None)
        for found in self.connection.execute(query, {"as_of": self.as_of}).scalars():
            yield whole(item, found)

    def reached(self, at: datetime) -> int:
        """Return how many entries there were at a moment."""
        entry = tables.entry.c
        query = select(entry.index).where(entry.at <= moment(at)).order_by(entry.at.desc())
        last = self.connection.execute(query.limit(1)).scalar_one_or_none()
        return 0 if last is None else int(last) + 1

    def moment_of(self, size: int) -> datetime | None:
        """Return the moment of the last of so many entries."""
        query = select(tables.entry.c.at).where(tables.entry.c.index == size - 1)
        found = self.connection.execute(query).scalar_one_or_none()
        return None if found is None else datetime.fromisoformat(found)

    def head(self) -> Head:
        """Return the head row, or raise ``Damaged``."""
        row = _HEAD.row(self.connection)
        if row is None:
            raise Damaged(f"{self.connection.engine.url.render_as_string()}, head")
        return Head(*row)

    def size(self) -> int:
        """Return how many entries this view has."""
        return int(self.head().size) if self.as_of is None else self.as_of

    def stores(self) -> list[str]:
        """Return the name of each store that contents wait for."""
        store = tables.store.c
        known = select(store.name).where(store.size < tables.GONE).order_by(store.name)
        return list(self.connection.scalars(known))

    def machines(self, own: str = "") -> Iterator[Machine]:
        """Yield each machine that works on the ledger, and each that was given up, by its store."""
        query = select(tables.store).order_by(tables.store.c.name)
        for row in self.connection.execute(query).all():
            here = row.name == own
            if row.size == tables.GONE:
                yield Machine(row.name, here, None, None, date.fromisoformat(row.due_commit))
                continue
            size = max(row.size, row.due_size)
            yield Machine(row.name, here, size, self.moment_of(size + 1), None)

    def knows(self, register: str) -> bool:
        """Tell whether anything in a register was ever given a name."""
        query = select(tables.code.c.key).filter_by(register=register).limit(1)
        return self.connection.execute(query).first() is not None

    def content(self, sha256: str) -> Kept | None:
        """Return the row of a content, or ``None``."""
        row = _CONTENT.row(self.connection, sha256=sha256)
        return row and Kept(*row)

    def places(self, digests: Collection[str]) -> dict[str, Any]:
        """Return where contents lie, by digest; not their bytes."""
        rows = self.connection.execute(_PLACES, {"digests": list(digests)})
        return {row.sha256: row for row in rows.all()}

    def entries(self, *where: Any, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of entries in order."""
        index = tables.entry.c.index
        query = select(tables.entry.c.data).where(index >= start, *where).order_by(index)
        if self.as_of is not None:
            query = query.where(index < self.as_of)
        for (data,) in self.stream(query):
            yield bytes(data)

    def picked(self, kind: str, places: Collection[int]) -> Iterator[bytes]:
        """Yield the bytes of the entries of a kind, and of those at these places, in order."""
        entry = tables.entry.c
        return self.entries(or_(entry.kind == kind, entry.index.in_(places)))

    def nodes(self, places: Sequence[Place]) -> list[bytes]:
        """Return the hashes of perfect nodes of the tree, in order, or raise ``Damaged``.

        They are asked for at once: a server is waited for one time.
        """
        levels = {f"level_{at}": level for at, (level, _) in enumerate(places)}
        bound = levels | {f"idx_{at}": idx for at, (_, idx) in enumerate(places)}
        rows = _nodes(len(places)).rows(self.connection, **bound) if places else []
        found = {(level, idx): bytes(digest) for level, idx, digest in rows}
        for level, idx in places:
            if (level, idx) not in found:
                raise Damaged(f"node {level}/{idx}")
        return [found[place] for place in places]

    def nodes_kept(self) -> int:
        """Return how many nodes there are, of whatever level."""
        return int(_NODES.row(self.connection)[0])

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """Return the newest checkpoint, of at most so many entries; ``None`` before the first."""
        own, most = tables.checkpoint.c.size, self.as_of if size is None else size
        newest = select(func.max(own))
        found = newest if most is None else newest.where(own <= most)
        return self.signed_at(found.scalar_subquery())

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield each checkpoint, as its size and its signed note, in order."""
        query = select(tables.checkpoint).order_by(tables.checkpoint.c.size)
        for size, note in self.stream(query):
            yield size, bytes(note)

    def signed_at(self, size: Any) -> bytes | None:
        """Return the checkpoint of exactly so many entries, ``None`` where none was signed."""
        query = select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)
        note = self.connection.execute(query).scalar_one_or_none()
        return None if note is None else bytes(note)


def standing(home: Table, now: bool) -> TextClause:
    """Return the condition that holds for rows of a table as they stand at a view."""
    return text(statements.stands(home.name, now))


def whole(item: type[ItemT], text: str) -> ItemT:
    """Return the item in the text of a row, or raise ``Damaged``."""
    found: ItemT = _met(item, text)
    return found


def _decoded(item: type[Item], text: str) -> Item:
    try:
        return item.model_validate_json(text)
    except (ValueError, Refused) as error:
        raise Damaged(item.register) from error


# An item never changes, nor what a text says: whoever asks again is given the same.
_met: Final[Any] = lru_cache(ROOM)(_decoded)


# Prepared once: putting a statement together takes longer than most of them run.
_PLACES = select(
    tables.content.c.sha256,
    tables.content.c.size,
    tables.content.c.blob,
    tables.content.c.data.is_not(None).label("waits"),
).where(tables.content.c.sha256.in_(bindparam("digests", expanding=True)))
_HEAD = Prepared(select(*(tables.head.c[name] for name in Head._fields)))
_CONTENT = Prepared(
    select(*(tables.content.c[name] for name in Kept._fields)).where(
        tables.content.c.sha256 == bindparam("sha256")
    )
)
_NODES = Prepared(select(func.count()).select_from(tables.node))
_NAMED = Prepared(
    select(tables.code.c.id).where(
        tables.code.c.register == bindparam("register"), tables.code.c.key == bindparam("key")
    )
)


@cache
def _plain(said: str) -> Prepared:
    return Prepared(text(said))


@cache
def _nodes(count: int) -> Prepared:
    """Return how so many nodes are asked for."""
    places = ", ".join(f"(:level_{at}, :idx_{at})" for at in range(count))
    # SQLite begins with what stands first, and looks up the rest.
    source = f"(VALUES {places}) AS wanted CROSS JOIN node"
    there = "level = wanted.column1 AND idx = wanted.column2"
    return Prepared(text(f"SELECT level, idx, hash FROM {source} WHERE {there}"))


@cache
def _looking(item: type[Item], now: bool) -> Select[Any]:
    home = tables.HOME[item]
    return select(home.c.body).where(home.c.id == bindparam("own"), standing(home, now))


@cache
def _selecting(item: type[Item], now: bool) -> Select[Any]:
    home = tables.HOME[item]
    return select(home.c.body).where(standing(home, now)).order_by(home.c.sort, home.c.id)
