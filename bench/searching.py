"""P9: search among the texts in force, beside the same statement by the raw driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from qms.folder import Folder
from qms.storage import database
from qms.system import QMS
from tests import postgres

from . import offices
from .measuring import Figure, Work, in_turn, said, times
from .offices import opened

ASKED = {
    "a phrase": '"giay phep kinh"',
    "a phrase with its accents": '"giấy phép kinh"',
    "a phrase that a quarter has": '"giay phep"',
}
EACH = 5

Run = Callable[[str, Any], Any]


def searching(place: Path, texts: int, rounds: int) -> Iterator[Figure]:
    """Yield P9 on SQLite, and on PostgreSQL."""
    folder = offices.filled(place / "searched", offices.adoptions(texts))
    with closing(sqlite3.connect(folder / "ledger.db")) as raw:
        yield from _asking(folder, f"among {texts:,}", "raw FTS5", raw.execute, rounds)
    with TemporaryDirectory() as own, postgres.served(Path(own)) as server:
        with postgres.everywhere(server):
            folder = offices.filled(place / "served", offices.adoptions(texts))
        name = str(database.address(Folder.at(folder).database).database)
        server.sql("ANALYZE", name)
        with server.connect(name) as connection:
            run, among = connection.execute, f"on PostgreSQL among {texts:,}"
            yield from _asking(folder, among, "raw tsvector", run, rounds)


def _asking(folder: Path, among: str, beside: str, run: Run, rounds: int) -> Iterator[Figure]:
    with opened(folder) as system:
        for what, words in ASKED.items():
            ours, theirs = _pair(system, words, run)
            one, other = in_turn(rounds, ours, theirs)
            found = len(system.search(words, limit=1_000_000))
            yield Figure(
                "P9",
                f"search {what} {among} texts ({found:,} have it)",
                said(one / EACH),
                f"{beside}, the same statement",
                said(other / EACH),
                times(one / other),
                "≤ 1.5 ×",
                one <= other * 1.5,
            )


def _pair(system: QMS, words: str, run: Run) -> tuple[Work, Work]:
    """Return a search, and what it asks of the database said to the driver itself."""
    told: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, bound: Any, *more: Any) -> None:
        told.append((statement, bound))

    event.listen(Engine, "before_cursor_execute", note)
    system.search(words)
    event.remove(Engine, "before_cursor_execute", note)
    ((statement, bound),) = (pair for pair in told if "passage" in pair[0])
    return (
        lambda: [system.search(words) for _ in range(EACH)],
        lambda: [run(statement, bound).fetchall() for _ in range(EACH)],
    )
