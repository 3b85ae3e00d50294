"""P5: questions, beside the same SQL by the raw driver and beside git's own history."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from qms import documents as d
from qms.events import Entries, Event
from qms.events.choosing import begins, ends
from qms.folder import Folder
from qms.questions import View
from qms.storage.database import address
from qms.storage.statements import abroad
from qms.storage.tables import metadata
from qms.trail.entry import Entry, moment
from qms.values import sort_key
from tests import postgres
from tests.counting import noted

from . import grown, offices
from .bulk import bare, fast_import, scripted
from .measuring import OFTEN, Figure, Work, in_turn, said, smaller, within
from .offices import code, git

PAGE: Final = 50
ASKED: Final = 100_000
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
DONE: Final = """
SELECT data FROM entry WHERE actor = ? AND "index" >= ? AND "index" < ? ORDER BY "index"
"""
YEAR: Final = 'SELECT min("index"), max("index") + 1 FROM entry WHERE at >= ? AND at <= ?'
OWED: Final = "SELECT due, '{0}', code, body FROM {0} WHERE until_entry IS NULL AND due <= ?"
DUE: Final = " UNION ALL ".join(
    OWED.format(table.name) for table in metadata.sorted_tables if "due" in table.c
)
"""What has a day of its own; reviews by the calendar have none."""


Raw = Callable[[str, Any], Any]
"""Carries out one statement over the driver itself."""


def looked_at(entries: Iterable[Event]) -> list[object]:
    """Return of each event who did it, what, and all that it altered."""
    return [(event.name, event.entry, event.altered) for event in entries]


FORMS: Final[dict[str, Callable[[Entries], object]]] = {
    "bytes": lambda entries: list(entries.lines()),
    "events, none of which is looked at": list,
    "entries, each parsed": lambda entries: [Entry.parse(line) for line in entries.lines()],
    "events, with all that each altered": looked_at,
}
"""In which form entries are read."""


class Driver(NamedTuple):
    """The driver itself: what it is called, what is said to it here, and what ours says to it."""

    name: str
    raw: Raw
    own: Raw

    def same(self, work: Work) -> Work:
        """Return what carries out again all that a work asks of the database."""
        asked: list[tuple[str, Any]] = []
        with noted(lambda statement, bound, _: asked.append((statement, bound))):
            work()
        told = [one for one in asked if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]
        return lambda: [self.own(statement, bound).fetchall() for statement, bound in told]


class Question(NamedTuple):
    """One question, how it is asked of the driver, and how often it may take as long."""

    work: str
    ours: Work
    theirs: Work
    reach: float
    alike: bool = True
    """Whether both find as many; one that is beside something else does not."""


def asking(place: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield P5: one row, pages, lists; and histories, beside git's."""
    folder = grown.grown(place / "grown", documents, each)
    script = scripted(place / "script", min(documents * each, COMMITS))
    fast_import(bare(place / "git"), script)
    yield from asked(folder, place / "git", documents, each, rounds)


def asked(folder: Path, beside: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield the figures of a ledger that was grown, and of a repository beside it."""
    with grown.viewed(folder) as view, closing(sqlite3.connect(folder / "ledger.db")) as raw:
        driver = Driver("raw sqlite3", raw.execute, raw.execute)
        size = smaller(documents, ASKED, "documents")
        asked = documents, each, grown.PEOPLE, grown.BEGAN.year
        questions = _questions(view, raw.execute, *asked)
        yield from _beside(questions, driver, rounds, size)
        yield _history(view, beside, documents)


def asking_server(place: Path, documents: int, each: int, rounds: int) -> Iterator[Figure]:
    """Yield P5 on the PostgreSQL where systems are founded, beside its own driver."""
    filled = itertools.chain(grown.owed(documents), offices.adoptions(documents, each))
    folder = offices.filled(place / "asked", filled)
    server, name = postgres.HERE[0], address(Folder.at(folder).database).database or ""
    server.sql("VACUUM ANALYZE", name)
    with grown.viewed(folder) as view, server.connect(name) as connection:

        def raw(query: str, bound: Any) -> Any:
            return connection.execute(abroad(query).replace("?", "%s"), bound)

        driver = Driver("raw psycopg", raw, connection.execute)
        year = view.trail.entries().last(1)[0].at.year
        questions = _questions(view, raw, documents, each, ("lan",), year)
        yield from _beside(questions, driver, rounds, smaller(documents, ASKED, "documents"))


def _beside(
    questions: Iterator[Question], driver: Driver, rounds: int, size: str
) -> Iterator[Figure]:
    for work, ours, theirs, reach, alike in questions:
        same = driver.same(ours)
        found = [_found(ask()) for ask in (ours, same, theirs)]
        assert found[0] <= found[1], f"{work}: the same SQL finds as much, {found}"
        if not alike:
            work += f" ({found[0]:,} found, {found[2]:,} by plain SQL)"
        else:
            assert found[0] == found[2], f"{work}: plain SQL finds as much, {found}"
        done, (one, *others) = in_turn(rounds, ours, same, theirs)
        for which, other in zip(("the same SQL", "plain SQL"), others, strict=True):
            than = f"{which} by {driver.name}"
            figure = within(reach, "P5", work, one, than=than, other=other, rounds=done)
            yield figure._replace(asked=size)


def _found(answer: Any) -> int:
    """Return how many rows an answer has, also one in parts."""
    if isinstance(answer, list):
        return sum(map(_found, answer))
    return 1


def _questions(
    view: View, raw: Raw, documents: int, each: int, people: Sequence[str], year: int
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
    yield from _past(view, raw, documents, today - timedelta(400))
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
        "the same as documents and revisions, none of which is looked at",
        view.master_list,
        lambda: raw(LIST, day).fetchall(),
        2,
    )
    yield Question(
        "the same, where document and revision of every row are looked at",
        lambda: [(one.document, one.revision) for one in view.master_list()],
        lambda: raw(LIST, day).fetchall(),
        2,
    )
    until = today + timedelta(30)
    (owed,) = raw("SELECT count(*) FROM task WHERE until_entry IS NULL", ()).fetchone()
    yield Question(
        f"what is due in the next month; {owed:,} tasks; beside reading what is in force",
        lambda: view.due(until),
        lambda: raw(LIST, day).fetchall(),
        3,
        alike=False,
    )
    yield Question(
        f"the first {PAGE} of what is due in the next month; {owed:,} tasks",
        lambda: view.due(until, limit=PAGE),
        lambda: raw(
            f"{DUE} ORDER BY 1, 2, 3 LIMIT {PAGE}", [str(until)] * DUE.count("?")
        ).fetchall(),
        3,
        alike=False,
    )
    yield from _histories(view, raw, documents)
    yield from _years(view, raw, people, year)


def _past(view: View, raw: Raw, documents: int, then: date) -> Iterator[Question]:
    """Yield the same of a day long ago, when of a document that was grown another was in force."""
    turn, day = grown.numbers(documents), (str(then), str(then))
    yield Question(
        f"{MANY} times what was in force of one code 400 days ago",
        lambda: [view.in_force(code(next(turn)), then).revision.code for _ in range(MANY)],
        lambda: [raw(ONE, (code(next(turn)).lower(), *day)).fetchall() for _ in range(MANY)],
        5,
    )
    yield Question(
        f"the master list of {documents:,} documents as of 400 days ago",
        lambda: view.documents(then, in_force=True),
        lambda: raw(f"{LISTED} {BY_CODE}", day).fetchall(),
        2,
    )


def _pages(
    view: View,
    raw: Raw,
    day: tuple[str, str],
    unit: str,
    documents: int,
) -> Iterator[Question]:
    """Yield a page of whole documents: the same again, and each time one that nobody has seen."""
    last = itertools.cycle(range(1, max(2, documents - 3 * PAGE), PAGE + 1))

    def read(after: int) -> list[object]:
        page = view.master_list(unit=unit, limit=PAGE, after=code(after))
        return [(one.document, one.revision) for one in page]

    def read_raw(after: int) -> object:
        own = code(after)
        return raw(OF_A_UNIT, (*day, unit, sort_key(own))).fetchall()

    what = f"{PAGE} of a unit's documents in force, every field of them read"
    half = documents // 2
    yield Question(f"{what}, again", lambda: read(half), lambda: read_raw(half), 3)
    yield Question(
        f"{what} for the first time", lambda: read(next(last)), lambda: read_raw(next(last)), 3
    )


def _histories(view: View, raw: Raw, documents: int) -> Iterator[Question]:
    turn = grown.numbers(documents)

    def theirs() -> list[object]:
        named = (d.Document.identify(code(next(turn))) for _ in range(MANY))
        return [raw(HISTORY, (own,)).fetchall() for own in named]

    for what, read in FORMS.items():
        yield Question(
            f"{MANY} times the history of one document, as {what}",
            lambda read=read: [read(view.trail.history(code(next(turn)))) for _ in range(MANY)],  # type: ignore[misc]
            theirs,
            5,
        )


def _years(view: View, raw: Raw, people: Sequence[str], asked: int) -> Iterator[Question]:
    who, since, until = itertools.cycle(people), date(asked, 1, 1), date(asked, 12, 31)
    within = moment(begins(since)), moment(ends(until))
    first, end = raw(YEAR, within).fetchone()

    def year() -> Entries:
        return view.trail.entries(actor=next(who), since=since, until=until, limit=PAGE)

    def theirs() -> list[object]:
        return [
            raw(f"{DONE} LIMIT {PAGE}", (f"person:{next(who)}", first, end)).fetchall()
            for _ in range(MANY)
        ]

    for what, read in FORMS.items():
        yield Question(
            f"{MANY} times {PAGE} entries of a person in a year, as {what}",
            lambda read=read: [read(year()) for _ in range(MANY)],  # type: ignore[misc]
            theirs,
            3,
        )
    yield Question(
        "all entries of a person in a year, as bytes",
        lambda: FORMS["bytes"](view.trail.entries(actor=people[0], since=since, until=until)),
        lambda: raw(DONE, (f"person:{people[0]}", first, end)).fetchall(),
        2,
    )


def _history(view: View, place: Path, documents: int) -> Figure:
    commits = int(git(place, "rev-list", "--count", "main"))
    turn, path = grown.numbers(documents), offices.file_of(1)
    done, (one, other) = in_turn(
        OFTEN,
        lambda: [looked_at(view.trail.history(code(next(turn)))) for _ in range(MANY)],
        lambda: git(place, "log", "--format=%H", "main", "--", path),
    )
    return Figure(
        "P5",
        f"the history of one document, as events, all looked at; git has {commits:,} commits",
        said(one / MANY),
        "git log -- path",
        said(other),
        f"1/{other / one * MANY:,.0f}",
        "≤ 1/300",
        one / MANY * 300 <= other,
        smaller(commits, COMMITS, "commits"),
        done,
    )
