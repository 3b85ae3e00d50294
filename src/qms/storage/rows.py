"""Rows that an operation has gathered, and how they are written: many at once."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, update
from sqlalchemy.dialects.postgresql import insert  # SQLite reads the same words

from . import tables
from .prepared import Prepared, together

_TABLE: Final = itemgetter(0)


class Rows:
    """Rows that were not written yet, by table."""

    def __init__(self) -> None:
        self.trail: list[tuple[Table, dict[str, Any]]] = []
        """Entries and checkpoints, in order: of these, each stands over all entries before it."""
        self.new: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._ended: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._standing: dict[tuple[Table, str], dict[str, Any]] = {}

    def follow(self, table: Table, row: dict[str, Any], stood: bool) -> None:
        """Add a version of an item, which ends the one before."""
        before = self._standing.get((table, row["id"]))
        if before is not None:
            before["until_entry"] = row["since_entry"]
        elif stood:
            self._ended[table].append({"own": row["id"], "entry": row["since_entry"]})
        self._standing[table, row["id"]] = row
        self.new[table].append(row)

    def write(self, connection: Connection) -> None:
        """Write every row, entries first: without one, nothing else is written."""
        with together(connection):
            for home, rows in groupby(self.trail, _TABLE):
                inserting(home).each(connection, (row for _, row in rows))
            for table, ended in self._ended.items():
                ending(table).each(connection, ended)
            for table, new in self.new.items():
                inserting(table).each(connection, new)


@cache
def ending(table: Table) -> Prepared:
    """Return the statement that ends the version of an item which stood so far."""
    own = table.c.id == bindparam("own")
    ended = update(table).where(own, table.c.until_entry.is_(None))
    return Prepared(ended.values(until_entry=bindparam("entry")))


@cache
def inserting(table: Table) -> Prepared:
    """Return the statement that adds a row; of a content that is there already, none."""
    adding = insert(table)
    return Prepared(adding.on_conflict_do_nothing() if table is tables.content else adding)
