"""P9: search among the texts in force, beside the same statement by the raw driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from qms.folder import Folder
from qms.storage import database
from qms.system import QMS
from qms.values import plain
from tests import postgres
from tests.counting import noted

from . import offices
from .measuring import Figure, Work, in_turn, smaller, within
from .offices import opened
from .page import SERVED

ASKED = {
    "a phrase": '"giay phep kinh"',
    "a phrase with its accents": '"giấy phép kinh"',
    "a phrase that a quarter has": '"giay phep"',
}
EACH = 5

MOST = 100_000
Run = Callable[[str, Any], Any]


class Beside(NamedTuple):
    """A database, and how a user would look there for the words that are found by."""

    name: str
    where: str
    plain: str
    words: Callable[[str], dict[str, str]]


def _vector(words: str) -> dict[str, str]:
    return {"words": " <-> ".join(plain(words.strip('"')).split())}


SQLITE = Beside(
    "raw FTS5",
    "",
    "SELECT rowid FROM search WHERE search MATCH :words ORDER BY rank LIMIT 20",
    lambda words: {"words": plain(words)},
)
POSTGRESQL = Beside(
    "raw tsvector",
    SERVED,
    """
    SELECT id FROM passage, CAST(%(words)s AS tsquery) AS asked WHERE words @@ asked
    ORDER BY ts_rank(words, asked) DESC LIMIT 20
    """,
    _vector,
)


def searching(place: Path, texts: int, rounds: int) -> Iterator[Figure]:
    """Yield P9 on SQLite, and on PostgreSQL."""
    folder = offices.office(place, texts)
    with closing(sqlite3.connect(folder / "ledger.db")) as raw:
        yield from _asking(folder, texts, SQLITE, raw.execute, rounds)
    with TemporaryDirectory() as own, postgres.served(Path(own)) as server:
        with postgres.everywhere(server):
            folder = offices.filled(place / "served", offices.adoptions(texts))
        name = str(database.address(Folder.at(folder).database).database)
        server.sql("ANALYZE", name)
        with server.connect(name) as connection:
            yield from _asking(folder, texts, POSTGRESQL, connection.execute, rounds)


def _asking(folder: Path, texts: int, beside: Beside, run: Run, rounds: int) -> Iterator[Figure]:
    with opened(folder) as system:
        for what, words in ASKED.items():
            works = _works(system, words, beside, run)
            done, (one, *others) = in_turn(rounds, *works)
            found = len(system.search(words, limit=1_000_000))
            for which, other in zip(("the same statement", "a plain one"), others, strict=True):
                work = f"search {what} among {texts:,} texts ({found:,} have it){beside.where}"
                than, each = f"{beside.name}, {which}", other / EACH
                yield within(
                    1.5, "P9", work, one / EACH, than=than, other=each, rounds=done
                )._replace(asked=smaller(texts, MOST, "texts"))


def _works(system: QMS, words: str, beside: Beside, run: Run) -> tuple[Work, Work, Work]:
    """Return a search, what it asks of the database said to the driver, and a user's statement."""
    told: list[tuple[str, Any]] = []
    with noted(lambda statement, bound, _: told.append((statement, bound))):
        system.search(words)
    ((statement, bound),) = (pair for pair in told if "passage" in pair[0])
    plain = beside.words(words)
    return (
        lambda: [system.search(words) for _ in range(EACH)],
        lambda: [run(statement, bound).fetchall() for _ in range(EACH)],
        lambda: [run(beside.plain, plain).fetchall() for _ in range(EACH)],
    )
