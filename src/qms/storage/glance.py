"""What is asked all day, in plain SQL over the driver itself: answered at once.

Neither SQLAlchemy nor the registers are needed for it, which take longer to load than any of
these questions to answer. The names in a statement are those of registers and of their columns;
whatever somebody asks for is bound.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from .trouble import Damaged

Run: TypeAlias = Callable[[str, Mapping[str, object]], Iterable[tuple[Any, ...]]]
"""Carries out one statement with what is bound to its names, and gives the rows."""

Cells: TypeAlias = Mapping[str, str | None]
"""What columns are to hold, as they hold it."""


_HERE: Final = re.compile(r":(\w+)|json_extract\((\w+\.body), '\$\.(\w+)'\)")


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

    @property
    def number(self) -> str:
        """Return issue and amendment (lần ban hành, lần sửa đổi), empty before the first."""
        return "" if self.issue is None else f"{self.issue}.{self.amendment}"


class Glance:
    """One consistent view of the ledger, now or as of an entry, for the plainest questions."""

    def __init__(self, run: Run, as_of: int | None = None) -> None:
        self._run, self._as_of, self._now = run, as_of, as_of is None

    def identify(self, register: str, code: str) -> str | None:
        """Return the id behind a code or alias (an id is returned as it is)."""
        known = _known(register, code)
        if known["own"] is not None:
            return code if known["own"] else None
        return next((own for (own,) in self._run(_NAMED, known)), None)

    def body(self, register: str, code: str) -> str | None:
        """Return the text of an item by code or id, or ``None``."""
        rows = self._ask(_body(register, self._now), **_known(register, code))
        return next((body for (body,) in rows), None)

    def bodies(
        self, register: str, where: Cells, *, limit: int | None = None, after: str = ""
    ) -> list[str]:
        """Return the texts of items whose columns hold this, by code: all, or a page of them."""
        query = f"SELECT body FROM {register} WHERE {_stands(register, self._now)}"
        return [body for (body,) in self._page(query, register, where, limit, after)]

    def due(self, register: str, day: date) -> list[str]:
        """Return the texts of items of a register on which something is due up to a day."""
        return [body for (body,) in self._ask(_due(register, self._now), day=day.isoformat())]

    def in_force(self, code: str, day: date) -> tuple[str, str | None] | None:
        """Return a document, and what is in force of it on a day; ``None`` where there is none."""
        known = _known("document", code)
        rows = self._ask(_in_force(self._now), day=day.isoformat(), **known)
        return next(((document, revision) for document, revision in rows), None)

    def all_in_force(
        self, day: date, where: Cells, *, limit: int | None = None, after: str = ""
    ) -> list[tuple[str, str]]:
        """Return documents and what is in force of each on a day, by code: all, or a page."""
        query, bound = _all_in_force(self._now), {"day": day.isoformat()}
        rows = self._page(query, "document", where, limit, after, **bound)
        return [(document, revision) for document, revision in rows]

    def documents(
        self,
        on: date,
        *,
        in_force: bool = False,
        limit: int | None = None,
        after: str = "",
        **where: str,
    ) -> list[Listed]:
        """Return documents by code, with what is in force on a day; of those alone, if asked.

        ``where`` names columns: a unit by code or id, a type in any spelling.
        """
        for name, refers in (("unit", "unit"), ("owner", "post")):
            if name in where:
                where[name] = self.identify(refers, where[name]) or where[name]
        if "type" in where:
            where["type"] = self._type(where["type"])
        query = _documents(self._now) + (f" AND {_STANDING} = 1" if in_force else "")
        rows = self._page(query, "document", where, limit, after, day=on.isoformat())
        return [_listed(cells) for cells in rows]

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
        rows = self._ask(_revisions(self._now), **_known("document", code))
        return [body for (body,) in rows]

    def size(self) -> int:
        """Return how many entries this view has, or raise ``Damaged``."""
        if self._as_of is not None:
            return self._as_of
        for (size,) in self._run("SELECT size FROM head", {}):
            return int(size)
        raise Damaged("head")

    def reached(self, at: str) -> int:
        """Return how many entries there were at a moment, as the trail writes it."""
        return next((index + 1 for (index,) in self._run(_REACHED, {"at": at})), 0)

    def named(self, code: str, registers: Iterable[str]) -> dict[str, str]:
        """Return what this code leads to in each register, as things stand at this view."""
        found = {}
        for register in registers:
            for (own,) in self._ask(_own(register, self._now), **_known(register, code)):
                found[register] = own
        return found

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
        query = _lines(item.partition(":")[0], bool(actor), newest)
        bound = {"first": first, "end": end, "own": item, "actor": actor, "limit": limit}
        return [(index, bytes(data)) for index, data in self._run(query, bound)]

    def _page(
        self, query: str, register: str, where: Cells, limit: int | None, after: str, **bound: str
    ) -> Iterable[tuple[Any, ...]]:
        for name, held in where.items():
            query += f" AND {register}.{name} " + ("IS NULL" if held is None else f"= :is_{name}")
        last = self._last(register, after) if after else {}
        query += f" AND ({register}.sort, {register}.id) > (:sort, :last)" if after else ""
        query += f" ORDER BY {register}.sort, {register}.id"
        query += "" if limit is None else " LIMIT :limit"
        cells = {f"is_{name}": held for name, held in where.items()}
        return self._ask(query, limit=limit, **cells, **last, **bound)

    def _last(self, register: str, code: str) -> dict[str, str]:
        for sort, own in self._ask(_place(register, self._now), **_known(register, code)):
            return {"sort": sort, "last": own}
        from ..changes import Unknown

        raise Unknown(code)

    def _ask(self, query: str, **bound: object) -> Iterable[tuple[Any, ...]]:
        return self._run(query, {**bound, "as_of": self._as_of})


@lru_cache(256)
def abroad(query: str) -> str:
    """Return a statement as PostgreSQL reads it.

    >>> abroad("SELECT json_extract(unit.body, '$.title') FROM unit WHERE id = :own")
    "SELECT (unit.body::json ->> 'title') FROM unit WHERE id = %(own)s"
    """
    return _HERE.sub(
        lambda found: f"%({found[1]})s" if found[1] else f"({found[2]}::json ->> '{found[3]}')",
        query,
    )


_NAMED: Final = "SELECT id FROM code WHERE register = :register AND key = :key"
_OWN: Final = f"coalesce(:own, ({_NAMED}))"
_REACHED: Final = 'SELECT "index" FROM entry WHERE at <= :at ORDER BY at DESC LIMIT 1'
_OPEN: Final = "revision.effective <= :day AND (revision.until IS NULL OR revision.until > :day)"
_STANDING: Final = f"CASE WHEN {_OPEN} THEN 1 ELSE 0 END"


def _known(register: str, code: str) -> dict[str, str | None]:
    if ":" in code:
        own = code if code.startswith(f"{register}:") else ""
        return {"own": own, "register": register, "key": None}
    # Loaded late: with it comes pydantic, which a plain list does not need.
    from ..values import key

    return {"own": None, "register": register, "key": key(code)}


def _stands(table: str, now: bool) -> str:
    if now:
        return f"{table}.until_entry IS NULL"
    later = f"({table}.until_entry IS NULL OR {table}.until_entry >= :as_of)"
    return f"{table}.since_entry < :as_of AND {later}"


def _said(table: str, name: str) -> str:
    return f"json_extract({table}.body, '$.{name}')"


@cache
def _body(register: str, now: bool) -> str:
    return f"SELECT body FROM {register} WHERE id = {_OWN} AND {_stands(register, now)}"


@cache
def _own(register: str, now: bool) -> str:
    return f"SELECT id FROM {register} WHERE id = {_OWN} AND {_stands(register, now)}"


@cache
def _place(register: str, now: bool) -> str:
    return f"SELECT sort, id FROM {register} WHERE id = {_OWN} AND {_stands(register, now)}"


@cache
def _due(register: str, now: bool) -> str:
    owed = f"SELECT body FROM {register} WHERE due <= :day AND {_stands(register, now)}"
    return f"{owed} ORDER BY sort, id"


def _of_document(now: bool) -> tuple[str, str]:
    # What a revision is of never changes: versions of the past are found by the ids of today.
    if now:
        return "revision", "revision.document = document.id"
    of = "today.document = document.id AND today.until_entry IS NULL"
    return "revision AS today, revision", f"{of} AND revision.id = today.id"


@cache
def _lines(register: str, acted: bool, newest: bool) -> str:
    place = f"{register}.since_entry" if register else 'entry."index"'
    source = f'{register} JOIN entry ON entry."index" = {place}' if register else "entry"
    of = f" AND {register}.id = :own" if register else ""
    by = " AND entry.actor = :actor" if acted else ""
    return (
        f'SELECT entry."index", entry.data FROM {source}'
        f" WHERE {place} >= :first AND {place} < :end{of}{by}"
        f" ORDER BY {place}{' DESC' if newest else ''} LIMIT :limit"
    )


@cache
def _current(column: str, now: bool) -> str:
    source, of = _of_document(now)
    return (
        f"SELECT revision.{column} FROM {source} WHERE {of} AND {_stands('revision', now)}"
        f" AND {_OPEN} ORDER BY revision.effective DESC LIMIT 1"
    )


@cache
def _in_force(now: bool) -> str:
    own = f"document.id = {_OWN} AND {_stands('document', now)}"
    return f"SELECT document.body, ({_current('body', now)}) FROM document WHERE {own}"


@cache
def _all_in_force(now: bool) -> str:
    source, of = _of_document(now)
    return (
        f"SELECT document.body, revision.body FROM document, {source} WHERE {of}"
        f" AND {_stands('document', now)} AND {_stands('revision', now)} AND {_OPEN}"
    )


@cache
def _documents(now: bool) -> str:
    cells = (
        "document.id",
        "document.code",
        _said("document", "title"),
        "document.type",
        "coalesce(unit.code, document.unit)",
        "document.state",
        "document.drafting",
        _STANDING,
        _said("revision", "issue"),
        _said("revision", "amendment"),
        "revision.effective",
        "revision.until",
        _said("revision", "issued"),
    )
    latest = f"CASE document.state WHEN 'issued' THEN {_said('document', 'latest')} END"
    return (
        f"SELECT {', '.join(cells)} FROM document"
        f" LEFT JOIN unit ON unit.id = document.unit AND {_stands('unit', now)}"
        f" LEFT JOIN revision ON {_stands('revision', now)}"
        f" AND revision.id = coalesce(({_current('id', now)}), {latest})"
        f" WHERE {_stands('document', now)}"
    )


@cache
def _revisions(now: bool) -> str:
    return (
        "SELECT revision.body FROM revision AS today"
        f" JOIN revision ON revision.id = today.id AND {_stands('revision', now)}"
        f" WHERE today.document = {_OWN} AND today.until_entry IS NULL ORDER BY"
        " (SELECT min(first.since_entry) FROM revision AS first WHERE first.id = today.id)"
    )


def _listed(cells: tuple[Any, ...]) -> Listed:
    own, code, title, *words, standing, issue, amendment, effective, until, issued = cells
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
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
