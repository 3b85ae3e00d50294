"""P5: questions, beside the same SQL by the raw driver and beside git's own history."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from qms import documents as d
from qms.folder import Folder
from qms.questions import View
from qms.storage.database import address
from qms.storage.statements import abroad
from qms.values import sort_key
from tests import postgres
from tests.counting import noted

from . import grown, offices
from .bulk import fast_imported, scripted
from .measuring import Figure, Work, in_turn, said, times
from .offices import code, git

PAGE: Final = 50
COMMITS: Final = 100_000
MANY: Final = 100
"""How often a question is asked that takes too short a time to be measured alone."""

HELD: Final = "revision.effective <= ? AND (revision.until IS NULL OR revision.until > ?)"
ONE: Final = f"""
SELECT document.body, revision.body FROM code JOIN document ON document.id = code.id
JOIN revision ON revision.document = document.id
WHERE code.register = 'document' AND code.key = ? AND document.until_entry IS NULL
AND revision.until_entry IS NULL AND {HELD} ORDER BY revision.effective DESC LIMIT 1
"""
PAIRS: Final = f"""
SELECT document.body, revision.body FROM document
JOIN revision ON revision.document = document.id
WHERE document.until_entry IS NULL AND revision.until_entry IS NULL AND {HELD}
"""
BY_CODE: Final = "ORDER BY document.sort, document.id"
OF_A_UNIT: Final = f"{PAIRS} AND document.unit = ? AND document.sort > ? {BY_CODE} LIMIT {PAGE}"
LIST: Final = f"{PAIRS} {BY_CODE}"
LISTED: Final = f"""
SELECT document.id, document.code, json_extract(document.body, '$.title'), document.type,
coalesce(unit.code, document.unit), document.state, document.drafting, 1,
json_extract(revision.body, '$.issue'), json_extract(revision.body, '$.amendment'),
revision.effective, revision.until, json_extract(revision.body, '$.issued'),
json_extract(revision.body, '$.decision.number') FROM document
LEFT JOIN unit ON unit.id = document.unit AND unit.until_entry IS NULL
JOIN revision ON revision.document = document.id
WHERE document.until_entry IS NULL AND revision.until_entry IS NULL AND {HELD}
"""
HISTORY: Final = """
SELECT data FROM document JOIN entry ON entry."index" = document.since_entry
WHERE document.id = ? ORDER BY document.since_entry
"""
DONE: Final = f"""
SELECT data FROM entry WHERE actor = ? AND "index" >= ? AND "index" < ? ORDER BY "index"
LIMIT {PAGE}
"""


Raw = Callable[[str, Any], Any]
"""Carries out one statement over the driver itself."""


class Question(NamedTuple):
    """One question, how it is asked of the driver, and how often it may take as long."""

    work: str
    ours: Work
    theirs: Work
    reach: float


def asking(place: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield P5: one row, pages, lists; and histories, beside git's."""
    folder = grown.grown(place / "grown", documents, each)
    script = scripted(place / "script", min(documents * each, COMMITS))
    fast_imported(place / "git", script)
    yield from asked(folder, place / "git", documents, each, rounds)


def asked(folder: Path, beside: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield the figures of a ledger that was grown, and of a repository beside it."""
    with grown.viewed(folder) as view, sqlite3.connect(folder / "ledger.db") as raw:
        questions = _questions(view, raw.execute, documents, each, grown.PEOPLE)
        yield from _beside(questions, "raw sqlite3", rounds)
        yield _history(view, beside)
    raw.close()


def asking_server(place: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield P5 on the PostgreSQL where systems are founded, beside its own driver."""
    folder = offices.filled(place / "asked", offices.adoptions(documents, each))
    server, name = postgres.HERE[0], address(Folder.at(folder).database).database or ""
    server.sql("VACUUM ANALYZE", name)
    with grown.viewed(folder) as view, server.connect(name) as connection:

        def raw(query: str, bound: Any) -> Any:
            if isinstance(bound, dict):  # as it was asked here already
                return connection.execute(query, bound)
            return connection.execute(abroad(query).replace("?", "%s"), bound)

        yield from _beside(_questions(view, raw, documents, each, ("lan",)), "raw psycopg", rounds)


def _beside(questions: Iterator[Question], beside: str, rounds: int) -> Iterator[Figure]:
    for question in questions:
        one, other = in_turn(rounds, question.ours, question.theirs)
        ratio = one / other
        yield Figure(
            "P5",
            question.work,
            said(one),
            beside,
            said(other),
            times(ratio),
            f"≤ {question.reach:g} ×",
            ratio <= question.reach,
        )


def _questions(
    view: View, raw: Raw, documents: int, each: int, people: Sequence[str]
) -> Iterator[Question]:
    turn = grown.numbers(documents)
    today = datetime.now(UTC).date()
    day = today.isoformat(), today.isoformat()
    size = f"{documents:,} documents, {documents * each:,} revisions"
    last = documents // 2
    sort, unit = sort_key(code(last)), "unit:vp"

    def one() -> list[Any]:
        return [view.in_force(code(next(turn))).revision.effective for _ in range(MANY)]

    def one_raw() -> list[Any]:
        return [raw(ONE, (code(next(turn)).lower(), *day)).fetchall() for _ in range(MANY)]

    yield Question(f"{MANY} times what is in force of one code; {size}", one, one_raw, 5)
    yield Question(
        f"{PAGE} of a unit's documents in force, as a list shows them",
        lambda: view.documents(unit=unit, in_force=True, limit=PAGE, after=code(last)),
        lambda: raw(
            f"{LISTED} AND document.unit = ? AND document.sort > ? {BY_CODE} LIMIT {PAGE}",
            (*day, unit, sort),
        ).fetchall(),
        3,
    )
    yield from _pages(view, raw, day, unit, documents)
    yield Question(
        f"the master list of {documents:,} documents, as a list shows it",
        lambda: view.documents(in_force=True),
        lambda: raw(f"{LISTED} {BY_CODE}", day).fetchall(),
        2,
    )
    yield Question(
        "the same as documents and revisions, each read when it is looked at",
        view.master_list,
        lambda: raw(LIST, day).fetchall(),
        2,
    )
    yield Question(
        "what is due in the next month, beside reading what is in force",
        lambda: view.agenda(today + timedelta(30)),
        lambda: raw(LIST, day).fetchall(),
        3,
    )
    yield _due(view, raw, today + timedelta(30))
    yield from _trail(view, raw, documents, people)


def _due(view: View, raw: Raw, until: date) -> Question:
    """Return what a page of what is due takes, beside the statements that it asks."""
    asked: list[tuple[str, Any]] = []
    with noted(lambda statement, bound, _: asked.append((statement, bound))):
        view.agenda(until, limit=PAGE)
    told = [(statement, bound) for statement, bound in asked if statement != "BEGIN"]
    return Question(
        f"the first {PAGE} of what is due in the next month",
        lambda: view.agenda(until, limit=PAGE),
        lambda: [raw(statement, bound).fetchall() for statement, bound in told],
        3,
    )


def _pages(
    view: View,
    raw: Raw,
    day: tuple[str, str],
    unit: str,
    documents: int,
) -> Iterator[Question]:
    """Yield a page of whole documents: the same again, and each time one that nobody has seen."""
    last = itertools.cycle(range(1, documents - 3 * PAGE, PAGE + 1))

    def read(after: int) -> list[object]:
        page = view.master_list(unit=unit, limit=PAGE, after=code(after))
        return [(one.document, one.revision) for one in page]

    def read_raw(after: int) -> list[object]:
        own = code(after)
        return raw(OF_A_UNIT, (*day, unit, sort_key(own))).fetchall()

    what = f"{PAGE} of a unit's documents in force, every field of them read"
    half = documents // 2
    yield Question(f"{what}, again", lambda: read(half), lambda: read_raw(half), 3)
    yield Question(
        f"{what} for the first time", lambda: read(next(last)), lambda: read_raw(next(last)), 3
    )


def _trail(view: View, raw: Raw, documents: int, people: Sequence[str]) -> Iterator[Question]:
    turn = grown.numbers(documents)
    year = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}
    first, end = 0, int(timedelta(366) / grown.PACE)
    who = itertools.cycle(people)

    def own(number: int) -> str:
        return d.Document.identify(code(number))

    yield Question(
        f"{MANY} times the history of one document",
        lambda: [list(view.trail.history(code(next(turn))).lines()) for _ in range(MANY)],
        lambda: [raw(HISTORY, (own(next(turn)),)).fetchall() for _ in range(MANY)],
        5,
    )
    yield Question(
        f"{MANY} times {PAGE} entries of a person in a year",
        lambda: [
            list(view.trail.entries(actor=next(who), limit=PAGE, **year).lines())
            for _ in range(MANY)
        ],
        lambda: [raw(DONE, (f"person:{next(who)}", first, end)).fetchall() for _ in range(MANY)],
        3,
    )


def _history(view: View, place: Path) -> Figure:
    commits = int(git(place, "rev-list", "--count", "main"))
    turn, path = grown.numbers(1_000), offices.file_of(1)
    one, other = in_turn(
        5,
        lambda: [list(view.trail.history(code(next(turn)))) for _ in range(MANY)],
        lambda: git(place, "log", "--format=%H", "main", "--", path),
    )
    return Figure(
        "P5",
        f"the same with all that each entry altered; git has {commits:,} commits",
        said(one / MANY),
        "git log -- path",
        said(other),
        f"1/{other / one * MANY:,.0f}",
        "≤ 1/300",
        one / MANY * 300 <= other,
    )
