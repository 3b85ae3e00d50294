"""What is asked all day, in plain SQL over the driver itself: answered at once.

Neither SQLAlchemy nor the registers are needed for it, which take longer to load than any of
these questions to answer. The names in a statement are those of registers and of their columns;
whatever somebody asks for is bound.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from ..days import today
from . import statements
from .trouble import Damaged

Run: TypeAlias = Callable[[str, Mapping[str, object]], Iterable[tuple[Any, ...]]]
"""Carries out one statement with what is bound to its names, and gives the rows."""

Cells: TypeAlias = Mapping[str, str | None]
"""What columns are to hold, as they hold it."""

_LAST: Final = "\U0010ffff"
"""Behind every code."""

MOST: Final = 2**31 - 1
"""Rows that any page has or begins behind: no database counts further in one statement."""


class Listed(NamedTuple):
    """A document on a list: where it stands, and what is in force of it, else what will be."""

    id: str
    code: str
    title: str
    type: str
    unit: str
    """The code of its unit."""
    state: str
    drafting: str
    """Where its open draft stands, empty where there is none."""
    in_force: bool
    issue: int | None
    amendment: int | None
    effective: date | None
    until: date | None
    issued: date | None
    decision: str
    """The number of the written decision, empty where none was entered yet."""

    @property
    def number(self) -> str:
        """Return issue and amendment (lần ban hành, lần sửa đổi), empty before the first."""
        return "" if self.issue is None else f"{self.issue}.{self.amendment}"


class Ruling(NamedTuple):
    """A document of which something is in force, as far as most of it is ever looked at."""

    id: str
    code: str
    type: str
    unit: str
    owner: str


class Wording(NamedTuple):
    """A revision that is in force, as far as most of it is ever looked at."""

    id: str
    code: str
    document: str
    effective: date
    until: date | None
    distribution: tuple[str, ...]
    """The ids of the units that receive it."""

    def in_force(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.effective <= on and (self.until is None or on < self.until)


class Where(NamedTuple):
    """Which items of a register are asked for: all, or those of which a column holds something."""

    register: str
    name: str = ""
    holds: str = statements.IS
    bound: str = ""


class Owed(NamedTuple):
    """An item on which something is due by a day."""

    day: str
    place: int
    code: str
    body: str = ""


class Extent(NamedTuple):
    """How many entries there are, and were before and up to two moments; whose they are."""

    size: int
    since: int
    until: int
    own: str
    """The id that a code leads to, empty where there is none."""


class Version(NamedTuple):
    """An item as one entry left it, and as it stood before, each as its row says it."""

    id: str
    entry: int
    before: str | None
    after: str


class Stood(NamedTuple):
    """An item as it stood since one entry, until before another."""

    id: str
    since: int
    until: int
    body: str


class Glance:
    """One consistent view of the ledger, now or as of an entry, for the plainest questions."""

    def __init__(self, run: Run, as_of: int | None = None) -> None:
        self._run, self._as_of, self._now = run, as_of, as_of is None

    def identify(self, register: str, code: str) -> str | None:
        """Return the id behind a code or alias (an id is returned as it is)."""
        known = _known(register, code)
        if known["own"] is not None:
            return code if known["own"] else None
        return next((own for (own,) in self._run(statements.NAMED, known)), None)

    def body(self, register: str, code: str) -> str | None:
        """Return the text of an item by code or id, or ``None``; ``Damaged`` where it has two."""
        rows = list(self._ask(statements.body(register, self._now), **_known(register, code)))
        if len(rows) > 1:
            raise Damaged(f"{register} {code}")
        return rows[0][0] if rows else None

    def bodies(
        self, register: str, where: Cells, *, limit: int | None = None, after: str = ""
    ) -> list[str]:
        """Return the texts of items whose columns hold this, by code: all, or a page of them."""
        query = statements.bodies(register, self._now)
        return [body for (body,) in self._page(query, register, where, limit, after)]

    def due(
        self, registers: tuple[str, ...], day: date, start: Owed, limit: int | None = None
    ) -> list[Owed]:
        """Return what is due up to a day, from a place on, by day, register and code.

        ``place`` is that of its register among those that are asked.
        """
        query = statements.due(registers, self._now, limit is not None)
        # Of its day, those before a register are passed over whole, those behind it not at all.
        ends = {start.place: start.code} | dict.fromkeys(range(start.place), _LAST)
        bound = {f"after_{place}": ends.get(place, "") for place in range(len(registers))}
        rows = self._ask(query, since=start.day, day=day.isoformat(), limit=limit, **bound)
        return [Owed(due, place, code, body) for place, due, code, body in rows]

    def in_force(self, code: str, day: date) -> tuple[str, str | None] | None:
        """Return a document, and what is in force of it on a day; ``None`` where there is none."""
        known = _known("document", code)
        rows = self._ask(statements.in_force(self._now), day=day.isoformat(), **known)
        return next(((document, revision) for document, revision in rows), None)

    def all_in_force(
        self, day: date, where: Cells, *, limit: int | None = None, after: str = ""
    ) -> list[tuple[str, str]]:
        """Return documents and what is in force of each on a day, by code: all, or a page."""
        query, bound = statements.all_in_force(self._now), {"day": day.isoformat()}
        rows = self._page(query, "document", where, limit, after, **bound)
        return [(document, revision) for document, revision in rows]

    def several(self, wanted: Sequence[Where]) -> list[list[str]]:
        """Return the texts of items of some registers, each by code: all at once."""
        query = statements.several(tuple(one[:3] for one in wanted), self._now)
        bound = {f"held_{place}": one.bound for place, one in enumerate(wanted)}
        found: list[list[tuple[str, str, str]]] = [[] for _ in wanted]
        for place, *row in self._ask(query, **bound):
            found[place].append(row)
        return [[body for *_, body in sorted(rows)] for rows in found]

    def ruling(self, day: date) -> tuple[list[Ruling], list[Wording]]:
        """Return every document in force on a day and what is; little of them is read."""
        documents, revisions = [], []
        asked = {"day": day.isoformat(), "nobody": statements.NOBODY}
        for row in self._ask(statements.ruling(self._now), **asked):
            own, code, kind, unit, owner, text, number, effective, until, units = row
            documents.append(Ruling(own, code, kind or "", unit or "", owner or ""))
            receives = tuple(json.loads(units)) if units else ()
            since, before = date.fromisoformat(effective), _day(until)
            revisions.append(Wording(text, number, own, since, before, receives))
        return documents, revisions

    def titles(self, register: str, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return the code and the title of items, by their id."""
        wanted = tuple(ids)
        query = statements.titles(register, self._now)
        rows = self._ask(query, ids=json.dumps(wanted)) if wanted else ()
        return {own: (code, title) for own, code, title in rows}

    def documents(
        self,
        on: date | None = None,
        *,
        in_force: bool = False,
        limit: int | None = None,
        after: str = "",
        **where: str | None,
    ) -> list[Listed]:
        """Return documents by code, with what is in force on a day; of those alone, if asked.

        ``where`` names columns: a unit by code or id, a type in any spelling.
        """
        for name, refers in (("unit", "unit"), ("owner", "post")):
            if (said := where.get(name)) is not None:
                where[name] = self._identified(refers, said)
        # "> 0": of "= 1" PostgreSQL believes that hardly any holds, and reads all for a page.
        query = statements.documents(self._now) + (
            f" AND {statements.STANDING} > 0" if in_force else ""
        )
        day = (on or today()).isoformat()
        rows = self._page(query, "document", where, limit, after, day=day)
        return [_listed(row) for row in rows]

    def _identified(self, register: str, code: str) -> str:
        found = self.identify(register, code)
        if found is None:
            raise _unknown(code)
        return found

    def _type(self, kind: str) -> str:
        from ..values import key

        known = json.loads(self.body("policy", "policy") or "{}").get("types", ())
        found = (str(one["code"]) for one in known if key(one["code"]) == key(kind))
        if (code := next(found, None)) is not None:
            return code
        from ..registers.policy import UnknownType

        raise UnknownType(kind)

    def revisions(self, code: str) -> list[str]:
        """Return the texts of the revisions of a document, oldest first."""
        rows = self._ask(statements.revisions(self._now), **_known("document", code))
        return [body for (body,) in rows]

    def content(self, sha256: str) -> tuple[bytes | None, str] | None:
        """Return a content while it waits for a store, and what it is called there."""
        for data, blob in self._run(statements.CONTENT, {"sha256": sha256}):
            return None if data is None else bytes(data), blob
        return None

    def size(self) -> int:
        """Return how many entries this view has, or raise ``Damaged``."""
        if self._as_of is not None:
            return self._as_of
        for (size,) in self._run("SELECT size FROM head", {}):
            return int(size)
        raise Damaged("head")

    def extent(
        self, register: str, code: str = "", *, since: str | None = None, until: str | None = None
    ) -> Extent:
        """Return how far the trail is and was at two moments, and which item a code leads to."""
        led = _known(register, code) if code else dict.fromkeys(("own", "register", "key"))
        query = statements.extent(register, self._now)
        for size, first, last, own in self._ask(query, since=since, until=until, **led):
            now = size if self._as_of is None else self._as_of
            begun, ended = (0 if then is None else then + 1 for then in (first, last))
            return Extent(now, begun, ended if until else now, own or "")
        raise Damaged("head")

    def named(self, code: str, registers: Iterable[str]) -> dict[str, str]:
        """Return what this code leads to in each register, as things stand at this view."""
        found = {}
        for register in registers:
            for (own,) in self._ask(statements.own(register, self._now), **_known(register, code)):
                found[register] = own
        return found

    def versions(self, touched: Mapping[str, Sequence[tuple[str, int]]]) -> list[Version]:
        """Return items as entries left them: by register, each an id and the place of an entry."""
        query = statements.versions(tuple(sorted(touched)))
        asked = {register: json.dumps(pairs) for register, pairs in touched.items()}
        rows = self._run(query, asked) if touched else ()
        return [Version(*row) for row in rows if row[-1] is not None]

    def people(self, ids: Iterable[str], first: int, last: int) -> list[Stood]:
        """Return how people stood at the entries from one to another."""
        asked = {"ids": json.dumps(sorted(ids)), "first": first, "last": last}
        return [Stood(*row) for row in self._run(statements.STOOD, asked)]

    def lines(
        self,
        first: int,
        end: int,
        *,
        item: str = "",
        actor: str = "",
        limit: int,
        newest: bool = False,
    ) -> list[tuple[int, bytes]]:
        """Return entries of a range, with their place: what altered an item, what somebody did."""
        query = statements.lines(item.partition(":")[0], bool(actor), newest)
        bound = {"first": first, "end": end, "own": item, "actor": actor, "limit": limit}
        return [(index, bytes(data)) for index, data in self._run(query, bound)]

    def _page(
        self, query: str, register: str, where: Cells, limit: int | None, after: str, **bound: str
    ) -> list[tuple[Any, ...]]:
        if register == "document" and (kind := where.get("type")) is not None:
            where = {**where, "type": self._type(kind)}
        for name, held in where.items():
            held_by = f'{register}."{name}"'  # one column is called index
            query += f" AND {held_by} " + ("IS NULL" if held is None else f"= :is_{name}")
        query += f" AND {statements.behind(register, self._now)}" if after else ""
        query += f" ORDER BY {register}.sort, {register}.id"
        query += "" if limit is None else " LIMIT :limit"
        cells = {f"is_{name}": held for name, held in where.items()}
        most = None if limit is None else within(limit)
        last = _known(register, after) if after else {}
        found = list(self._ask(query, limit=most, **cells, **last, **bound))
        if after and not found and not self.named(after, [register]):
            raise _unknown(after)
        return found

    def _ask(self, query: str, **bound: object) -> Iterable[tuple[Any, ...]]:
        return self._run(query, {**bound, "as_of": self._as_of})


def _unknown(code: str) -> Exception:
    from ..changes import Unknown

    return Unknown(code)


def within(rows: int) -> int:
    """Return as many rows as were asked for, as far as a database can count them."""
    return max(0, min(rows, MOST))


def register_of(code: object) -> str:
    """Return the register that an id names, empty for a code, or raise ``Unknown`` for no text."""
    if not isinstance(code, str):
        raise _unknown(repr(code))
    register, colon, _ = code.partition(":")
    return register if colon else ""


def _known(register: str, code: str) -> dict[str, str | None]:
    named = register_of(code)
    if ":" in code:
        own = code if named == register else ""
        return {"own": own, "register": register, "key": None}
    # Loaded late: with it comes pydantic, which a plain list does not need.
    from ..values import key

    return {"own": None, "register": register, "key": key(code)}


def _listed(cells: tuple[Any, ...]) -> Listed:
    own, code, title, *words, standing, issue, amendment, effective, until, issued, decision = cells
    kind, unit, state, drafting = (word or "" for word in words)
    return Listed(
        own,
        code,
        title,
        kind,
        unit,
        state,
        drafting,
        standing == 1,
        None if issue is None else int(issue),
        None if amendment is None else int(amendment),
        _day(effective),
        _day(until),
        _day(issued),
        decision or "",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
