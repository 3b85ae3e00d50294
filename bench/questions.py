"""P5: questions, beside the same SQL by the raw driver and beside git's own history."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qms import documents as d

from . import offices
from .measuring import Figure, Work, in_turn, said, times
from .offices import code, git, opened

EACH = 4
ONE = """
SELECT document.body, revision.body FROM code JOIN document ON document.id = code.id
JOIN revision ON revision.document = document.id
WHERE code.register = 'document' AND code.key = ? AND document.until_entry IS NULL
AND revision.until_entry IS NULL AND revision.effective <= ?
AND (revision.until IS NULL OR revision.until > ?) ORDER BY revision.effective DESC LIMIT 1
"""
LIST = """
SELECT document.body, revision.body FROM document
JOIN revision ON revision.document = document.id
WHERE document.until_entry IS NULL AND revision.until_entry IS NULL AND revision.effective <= ?
AND (revision.until IS NULL OR revision.until > ?) ORDER BY document.sort, document.id
"""
HISTORY = 'SELECT data FROM entry WHERE item = ? ORDER BY "index"'


def asking(place: Path, documents: int, rounds: int) -> Iterator[Figure]:
    """Yield P5: one row, a list, a history."""
    folder = offices.filled(place / "asked", offices.adoptions(documents, EACH))
    raw = sqlite3.connect(folder / "ledger.db")
    today = datetime.now(UTC).date()
    day = (today.isoformat(), today.isoformat())
    turn = itertools.count(1, 7919)

    def some() -> str:
        return code(next(turn) % documents)

    with opened(folder) as system:
        works: dict[str, tuple[Work, Work, float]] = {
            "a hundred times what is in force of one code": (
                lambda: [system.in_force(some()) for _ in range(100)],
                lambda: [raw.execute(ONE, (some().lower(), *day)).fetchall() for _ in range(100)],
                5,
            ),
            f"the master list of {documents:,} documents": (
                system.master_list,
                lambda: raw.execute(LIST, day).fetchall(),
                2,
            ),
            "what is due in the next month": (
                lambda: system.agenda(today + timedelta(30)),
                lambda: raw.execute("SELECT due FROM review WHERE due <= ?", day[:1]).fetchall(),
                3,
            ),
        }
        for work, (ours, theirs, reach) in works.items():
            one, other = in_turn(rounds, ours, theirs)
            ratio = one / other
            yield Figure(
                "P5",
                work,
                said(one),
                "raw sqlite3",
                said(other),
                times(ratio),
                f"≤ {reach:g} ×",
                ratio <= reach,
            )
        store, path = folder / "store.git", offices.file_of(1)
        own = d.Document.identify(code(1))
        one, other = in_turn(
            5,
            lambda: [list(system.trail.history(own)) for _ in range(5)],
            lambda: git(store, "log", "--format=%H", "main", "--", path),
        )
    raw.close()
    yield Figure(
        "P5",
        "the history of one document",
        said(one / 5),
        "git log -- path",
        said(other),
        f"1/{other / one * 5:.0f}",
        "≤ 1/300",
        one / 5 * 300 <= other,
    )
