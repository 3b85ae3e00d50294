"""The SQL schema, as a data dictionary.

``entry``, ``node`` and ``checkpoint`` are the trail: inserted once, never altered, guarded by
triggers. Everything else follows from it and can be dropped and replayed, but for the stores that
there are. Each register has a table made from its ``columns``; a row is an item as it stood from
``since_entry`` until before ``until_entry`` (``NULL``: as it stands now), so that any question can
be asked as of any entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from .. import registers
from ..changes import Item

registers.load()
metadata = MetaData()

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its bytes on every server, whatever language that speaks."""


def _table(name: str, *columns: Column[object] | Index | CheckConstraint) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


entry = _table(
    "entry",
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("at", TEXT, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("item", TEXT, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("entry_by_actor", "actor", "index"),
    Index("entry_by_kind", "kind", "index"),
    Index("entry_by_at", "at", "index"),
)

node = _table(
    "node",
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = _table(
    "checkpoint",
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
)
"""How far the trail had come, signed, at the end of each operation that had the key at hand."""

head = _table(
    "head",
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("log", TEXT, nullable=False),
    Column("size", Integer, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("at", TEXT, nullable=False),
)
"""The right edge of the tree: the row that each writer locks and leaves anew."""

content = _table(
    "content",
    Column("sha256", TEXT, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("blob", TEXT, nullable=False),
    Column("first", Integer, nullable=False),
    Column("data", LargeBinary),
)
"""Contents by digest; ``data`` waits here until every store has it, then it is ``NULL``."""

code = _table(
    "code",
    Column("register", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("id", TEXT, nullable=False),
)
"""Every key that ever led to an item, its aliases too."""

GONE: Final = 2**31 - 1
"""What a store holds that was given up: more than there ever is, so that nothing waits for it."""

store = _table(
    "store",
    Column("name", TEXT, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("commit", TEXT, nullable=False),
    Column("due_size", Integer, nullable=False),
    Column("due_commit", TEXT, nullable=False),
)
"""What each store is known to hold: so many entries, up to this commit.

``due`` is what the last operation there brings it to: a branch that is there has come so far.
Of a store that was given up, ``size`` is beyond all entries and ``due_commit`` the day.
"""


passage = _table(
    "passage",
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False),
    Column("since_entry", Integer, nullable=False),
    Column("until_entry", Integer),
)
"""From which entry on the text of a revision is found; its words lie as each database does it."""


_PAGED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("unit",): ("sort", "id"),
    ("due",): ("code",),
}
"""What is asked for a page at a time, and in which order: a unit's items, what is due."""


def _items(item: type[Item]) -> Table:
    name = item.register
    table = Table(
        name,
        metadata,
        Column("id", TEXT, primary_key=True),
        Column("since_entry", Integer, primary_key=True, autoincrement=False),
        Column("until_entry", Integer),
        Column("code", TEXT, nullable=False),
        Column("sort", TEXT, nullable=False),
        *(Column(column, TEXT) for column in item.columns),
        Column("body", TEXT, nullable=False),
        sqlite_strict=True,
    )
    now = table.c.until_entry.is_(None)
    _index(f"{name}_now", table.c.id, unique=True, where=now)
    _index(f"{name}_sorted", table.c.sort, table.c.id, where=now)
    for columns in item.indexes or tuple((column,) for column in item.columns):
        parts = [table.c[column] for column in (*columns, *_PAGED.get(columns, ()))]
        _index(f"{name}_by_{'_'.join(columns)}", *parts, where=now)
    if "unit" in item.columns:
        Index(f"{name}_told_by_unit", table.c.unit, table.c.since_entry)
    return table


def _index(name: str, *columns: Column[object], where: object, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


_index("passage_now", passage.c.id, where=passage.c.until_entry.is_(None))
_index("content_waiting", content.c.first, where=content.c.data.is_not(None))

HOME: Final = {item: _items(item) for item in Item.registers.values()}
"""Which table keeps which register."""


def is_register(name: str) -> bool:
    """Tell whether a table keeps a register."""
    return name in Item.registers
