"""The index of the controlled texts: what an operation adds to it, and what is found by it.

A *passage* is the words of one revision, under the code and title that its document has: from the
entry that brought them on, until the document is named otherwise. At most two come with an entry,
so that its number follows from the entry's index. The words themselves lie in FTS5 on SQLite,
without the text, and in a ``tsvector`` on PostgreSQL; both are folded here, because neither
folds ``đ``.

All of it follows from the registers and the texts: it is made in the operation that issues a text,
again by a rebuild, and compared by ``differing``. Nobody believes it but whoever searches.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain, groupby, islice, repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from ..changes import Item, Look, Read
from ..registers.documents import Document, Revision
from ..sought import LONGEST, Phrase, Sought
from ..values import plain, spelled, words
from . import tables
from .glance import within
from .prepared import Prepared
from .reader import Reader, standing, whole
from .trouble import Damaged

FARTHEST: Final = 16_383
"""The last place in a text that PostgreSQL tells from those after it."""

ROOM: Final = 900_000
"""Bytes that a ``tsvector`` may take; PostgreSQL refuses more than a megabyte."""

MANY: Final = 65_536
"""How many pieces of a text are remembered with their words: a language has no more."""

SHORT: Final = 60
"""Letters of a piece that may be remembered."""

_SINCE: Final = itemgetter(0)
_apart = MetaData()
FTS: Final = Table(
    "search",
    _apart,
    Column("rowid", Integer),
    *(Column(name, Text) for name in ("heading", "text", "spelled")),
)
VECTORS: Final = Table(
    "passage",
    _apart,
    *(Column(one.name, one.type) for one in tables.passage.columns),
    Column("words", TSVECTOR),
)


_TERMS: Final[Any] = select(
    column("term"), column("doc"), column("col"), column("offset")
).select_from(table("search_word"))
_SAME: Final = select(VECTORS.c.words == cast(bindparam("said", type_=Text), TSVECTOR)).where(
    VECTORS.c.number == bindparam("number")
)
Says: TypeAlias = Callable[[int, "Words"], bool]
Places: TypeAlias = dict[int, tuple[str, int, int | None]]


class Words(NamedTuple):
    """The words of a passage: of code and title, of the text; both once more as spelled."""

    heading: str
    text: str
    spelled: str

    @classmethod
    def of(cls, document: Document, texts: Iterable[str], forms: Forms) -> Words:
        """Return the words under which a text is found."""
        named, said = forms.of(named_as(document)), forms.of(" ".join(t[:LONGEST] for t in texts))
        return cls(named[0], said[0], f"{named[1]} {said[1]}")

    def row(self) -> dict[str, str]:
        """Return the columns that FTS5 takes."""
        return self._asdict()

    def vector(self) -> str:
        """Return the ``tsvector``: every word by its place, those as spelled behind a ``=``."""
        named, spelled = self.heading.split(), self.spelled.split()
        plain = named + self.text.split()
        fits = _fitting(plain, spelled)
        parts = ("", plain[: (fits + 1) // 2]), ("=", spelled[: fits // 2])
        return " ".join(
            f"'{mark}{word}':{','.join(places)}"
            for mark, said in parts
            for word, places in _placed(said, len(named)).items()
        )


def _placed(said: list[str], heading: int) -> dict[str, list[str]]:
    """Return the places of each word; so many of the first are of the heading."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    named = (f"{at}A" for at in range(1, heading + 1))
    # A gap: no phrase goes from the title into the text.
    text = chain(islice(_numbers(), heading + 2, FARTHEST), repeat(str(FARTHEST)))
    for word, place in zip(said, chain(named, text), strict=False):
        found[word].append(place)
    return found


@cache
def _numbers() -> tuple[str, ...]:
    return tuple(map(str, range(FARTHEST)))


def _fitting(plain: list[str], spelled: list[str]) -> int:
    """Return of how many words, in turn plain and as spelled, there is room for the places."""
    longest = len(" ".join(plain).encode()) + len(" ".join(spelled).encode())
    if longest + 13 * (len(plain) + len(spelled)) < ROOM:
        return len(plain) + len(spelled)
    room, met = ROOM, set[str]()
    pairs = zip(plain, map("=".__add__, spelled), strict=True)
    for number, word in enumerate(chain.from_iterable(pairs)):
        room -= 2 if word in met else len(word.encode()) + 12
        if room <= 0:
            return number
        met.add(word)
    return len(plain) + len(spelled)


class Forms(dict[str, tuple[str, str]]):
    """What stood between two blanks before: its words, plain and as spelled."""

    def of(self, text: str) -> tuple[str, str]:
        """Return the words of a text, plain and as spelled: none goes on behind a blank."""
        pieces = list(map(self.__getitem__, text.split())) or [("", "")]
        said, spelled = map(" ".join, zip(*pieces, strict=True))
        return said, spelled

    def __missing__(self, piece: str) -> tuple[str, str]:
        said = words(piece)
        forms = " ".join(map(plain, said)), " ".join(map(spelled, said))
        if len(piece) <= SHORT:
            if len(self) >= MANY:
                self.clear()
            self[piece] = forms
        return forms


class Passage(NamedTuple):
    """The words of a revision from an entry on: the first or the second that this one brings."""

    since: int
    place: int
    revision: Revision
    document: Document
    again: bool
    """Whether it was found before, under another name of its document."""

    @property
    def number(self) -> int:
        """Return the number under which its words lie."""
        return 2 * self.since + self.place


class Hit(NamedTuple):
    """A document and its revision that was found, as their rows hold them.

    ``exact`` tells whether it is spelled as it was typed, where accents were.
    """

    document: str
    revision: str
    exact: bool


def named_as(document: Document) -> str:
    """Return what a document is called: its codes, its title, its keywords."""
    return " ".join((document.code, *document.aliases, document.title, *document.keywords))


def owed(items: Iterable[Item], before: Look) -> Iterator[tuple[Revision, bool]]:
    """Yield the revision that an entry issued, or those whose document it named otherwise.

    Those are the last one and, because that may wait for its day, the one before. What is told
    with each is whether it was found before.
    """
    for item in items:
        if isinstance(item, Revision) and before(Revision, item.id) is None:
            yield item, False
        elif isinstance(item, Document) and item.latest:
            old = before(Document, item.id)
            if old is not None and named_as(old) != named_as(item):
                yield from ((one, True) for one in _last_two(item.latest, before))


def _last_two(latest: str, look: Look) -> Iterator[Revision]:
    last = look(Revision, latest)
    if last is not None:
        yield last
        previous = look(Revision, last.previous) if last.previous else None
        if previous is not None:
            yield previous


def differing(now: Reader, read: Read) -> Iterator[str]:
    """Yield the id of each revision that is not found, or otherwise than by its texts."""
    try:
        says = _fts(now) if now.connection.dialect.name == "sqlite" else _vectors(now)
    except Damaged:
        yield FTS.name
        return
    rows = now.stream(select(tables.passage))
    kept: Places = {row.number: (row.id, row.since_entry, row.until_entry) for row in rows}
    owed, last, wrong, forms = Places(), dict[str, Passage](), set[str](), Forms()
    for one in passages(now):
        own = one.revision.id
        if own in last:
            owed[last[own].number] = (own, last[own].since, one.since)
        owed[one.number], last[own] = (own, one.since, None), one
        if not says(one.number, Words.of(one.document, texts(one.revision, read), forms)):
            wrong.add(own)
    yield from sorted(wrong | {own for _, (own, *_) in owed.items() ^ kept.items()})


def texts(revision: Revision, read: Read) -> Iterator[str]:
    """Yield every file of a revision that is a text."""
    for file in revision.files:
        data = read(file.sha256)
        if data is not None and b"\0" not in data:
            try:
                yield data.decode()
            except UnicodeDecodeError:
                continue


def passages(now: Reader) -> Iterator[Passage]:
    """Yield every passage that follows from the registers, in order."""
    every = heapq.merge(*(_versions(now, one) for one in (Document, Revision)), key=_SINCE)
    for since, together in groupby(every, key=_SINCE):
        before, after = (Reader(now.connection, size) for size in (since, since + 1))
        revisions = owed([item for _, item in together], before.look)
        for place, (revision, again) in enumerate(revisions):
            document = after.look(Document, revision.document)
            assert document is not None
            yield Passage(since, place, revision, document, again)


def found(now: Reader, sought: Sought, on: date | None, start: int, limit: int) -> Iterator[Hit]:
    """Yield what was found, the best first: of what is in force on a day, or of everything.

    Before the rest goes what is spelled as it was typed; then what is so called; then what says
    it oftener.
    """
    sqlite = now.connection.dialect.name == "sqlite"
    said = _match if sqlite else _query
    then = {"as_of": now.as_of, "day": on and on.isoformat()}
    then |= {"start": within(start), "limit": within(limit)}
    then |= {"plain": said(sought.plain, ""), "spelled": said(sought.spelled, "=")}
    asked = _found(sqlite, now.as_of is None, on is not None, bool(sought.spelled))
    for document, revision, exact in asked.rows(now.connection, **then):
        yield Hit(document, revision, bool(exact))


def _match(phrases: tuple[Phrase, ...], mark: str) -> str:
    """Return the question as FTS5 wants it; words hold letters and digits, never a quote."""
    all_of = " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    return f"{{{'spelled' if mark else 'heading text'}}} : ({all_of})"


def _query(phrases: tuple[Phrase, ...], mark: str) -> str:
    """Return the question as PostgreSQL wants it."""
    return " & ".join(" <-> ".join(f"'{mark}{word}'" for word in phrase) for phrase in phrases)


def _fts(now: Reader) -> Says:
    """Return what tells whether FTS5 has exactly these words in a place."""
    held: Counter[int] = Counter()
    for term, place, part, at in now.stream(_TERMS):
        held[place] += hash((part, at, term))

    def says(number: int, said: Words) -> bool:
        each = said._asdict().items()
        return held[number] == sum(
            hash((part, at, term)) for part, terms in each for at, term in enumerate(terms.split())
        )

    return says


def _vectors(now: Reader) -> Says:
    """Return what tells whether PostgreSQL has exactly these words in a place."""

    def says(number: int, said: Words) -> bool:
        return bool(now.connection.scalar(_SAME, {"number": number, "said": said.vector()}))

    return says


def _versions(now: Reader, item: type[Item]) -> Iterator[tuple[int, Item]]:
    home = tables.HOME[item].c
    query = select(home.since_entry, home.body).order_by(home.since_entry, home.id)
    return ((since, whole(item, body)) for since, body in now.stream(query))


@cache
def _found(sqlite: bool, now: bool, on: bool, accented: bool) -> Prepared:
    document, revision = tables.HOME[Document].c, tables.HOME[Revision].c
    page = _page(_by_fts(accented) if sqlite else _by_vector(accented), now, on).subquery()
    bodies = (
        select(document.body, revision.body, page.c.exact)
        .select_from(page)
        .join(tables.HOME[Revision], revision.id == page.c.id)
        .join(tables.HOME[Document], document.id == revision.document)
    )
    stood = (standing(tables.HOME[one], now) for one in (Revision, Document))
    return Prepared(bodies.where(*stood).order_by(*_best(page.c)))


def _page(hits: Select[Any], now: bool, on: bool) -> Select[Any]:
    """Return those hits that stand at this view, on a day in force; so many from a place on."""
    passage, revision = VECTORS.c, tables.HOME[Revision].c
    query = hits.add_columns(passage.number, passage.id)
    query = query.join(tables.HOME[Revision], revision.id == passage.id)
    query = query.where(standing(VECTORS, now), standing(tables.HOME[Revision], now))
    if on:
        day: Any = bindparam("day")
        query = query.where(revision.effective <= day)
        query = query.where(revision.until.is_(None) | (revision.until > day))
    every = query.subquery()
    return (
        select(every)
        .order_by(*_best(every.c))
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("start", type_=Integer))
    )


def _best(hit: Any) -> tuple[Any, ...]:
    return hit.exact.desc(), hit.rank, hit.number.desc()


def _by_fts(accented: bool) -> Select[Any]:
    fts: Any = table("search", column("rowid"), column("search"), column("rank")).c
    passage = VECTORS.c.number
    exact: Any = literal_column("1")
    if accented:
        exact = passage.in_(select(fts.rowid).where(fts.search.op("MATCH")(bindparam("spelled"))))
    hits = select(exact.label("exact"), fts.rank.label("rank"))
    return hits.join(VECTORS, passage == fts.rowid).where(
        fts.search.op("MATCH")(bindparam("plain"))
    )


def _by_vector(accented: bool) -> Select[Any]:
    said, asked = VECTORS.c.words, cast(bindparam("plain", type_=Text), TSQUERY)
    exact: Any = literal_column("1")
    if accented:
        exact = cast(said.op("@@")(cast(bindparam("spelled", type_=Text), TSQUERY)), Integer)
    rank = -func.ts_rank(said, asked)
    return select(exact.label("exact"), rank.label("rank")).where(said.op("@@")(asked))
