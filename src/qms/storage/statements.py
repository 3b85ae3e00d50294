"""The statements of a glance, in the words of SQLite; PostgreSQL is told the same in its own.

The names in them are those of registers and of their columns; whatever somebody asks for is bound.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

_HERE: Final = re.compile(
    r":(\w+)|json_extract\((\w+\.body), '\$\.([\w.]+)'\)"
    r"|IN \(SELECT value FROM json_each\(:(\w+)\)\)|json_each\(:(\w+)\)"
    r"|json_extract\(value, '\$\[(\d+)\]'\)"
)


@lru_cache(256)
def abroad(query: str) -> str:
    """Return a statement as PostgreSQL reads it.

    >>> abroad("SELECT json_extract(unit.body, '$.a.b') FROM unit WHERE id = :own")
    "SELECT (unit.body::json #>> '{a,b}') FROM unit WHERE id = %(own)s"
    """
    return _HERE.sub(_there, query)


def _there(found: re.Match[str]) -> str:
    name, body, path, ids, rows, cell = found.groups()
    if ids:
        # Of rows that a function gives a planner believes that they are many, of an array few.
        return f"= ANY (ARRAY(SELECT json_array_elements_text(%({ids})s::json)))"
    if rows:
        return f"json_array_elements(%({rows})s::json)"
    if cell:
        return f"(value ->> {cell})"
    return f"%({name})s" if name else f"({body}::json #>> '{{{path.replace('.', ',')}}}')"


NAMED: Final = "SELECT id FROM code WHERE register = :register AND key = :key"
"""Which id a code leads to."""

NEXT_NAME: Final = (
    "SELECT key, id FROM code WHERE register = :register AND key >= :key ORDER BY key LIMIT 1"
)
"""Which code comes next in a register, from a key on, and where it leads to."""

CONTENT: Final = "SELECT data, blob FROM content WHERE sha256 = :sha256"
"""Where a content is."""

LINES: Final = 'SELECT data FROM entry WHERE "index" >= :first AND "index" < :end ORDER BY "index"'
"""The entries of a range."""

SPAN: Final = (
    "SELECT hash FROM node WHERE level = :level AND idx >= :first AND idx < :end ORDER BY idx"
)
"""The nodes of a range of a level."""

_OWN: Final = f"coalesce(:own, ({NAMED}))"
_REACHED: Final = 'SELECT "index" FROM entry WHERE at <= :{at} ORDER BY at DESC LIMIT 1'

_OPEN: Final = "revision.effective <= :day AND (revision.until IS NULL OR revision.until > :day)"
STANDING: Final = f"CASE WHEN {_OPEN} THEN 1 ELSE 0 END"
"""One where what was found is in force on the day, else nought."""


def stands(table: str, now: bool) -> str:
    """Return what holds for the rows of a table as they stand at a view."""
    if now:
        return f"{table}.until_entry IS NULL"
    later = f"({table}.until_entry IS NULL OR {table}.until_entry >= :as_of)"
    return f"{table}.since_entry < :as_of AND {later}"


def _every(register: str, now: bool) -> tuple[str, str]:
    # Whatever was there, is there today: no version of the past is looked for but by its id.
    if now:
        return register, stands(register, now)
    today = f"{register} AS lasting CROSS JOIN {register}"
    return today, (
        f"lasting.until_entry IS NULL AND {register}.id = lasting.id AND {stands(register, now)}"
    )


def _said(table: str, name: str) -> str:
    return f"json_extract({table}.body, '$.{name}')"


@cache
def body(register: str, now: bool) -> str:
    """Return how the text of an item is asked for."""
    return f"SELECT body FROM {register} WHERE id = {_OWN} AND {stands(register, now)}"


@cache
def bodies(register: str, now: bool) -> str:
    """Return how the texts of the items of a register are asked for."""
    source, every = _every(register, now)
    return f"SELECT {register}.body FROM {source} WHERE {every}"


@cache
def own(register: str, now: bool) -> str:
    """Return how it is asked which item a code leads to, as things stand."""
    return f"SELECT id FROM {register} WHERE id = {_OWN} AND {stands(register, now)}"


@cache
def behind(register: str, now: bool) -> str:
    """Return what holds for the rows of a page that begins behind a code."""
    last = f"last.id = {_OWN} AND {stands('last', now)}"
    own = f"{register}.sort, {register}.id"
    return f"({own}) > (SELECT last.sort, last.id FROM {register} AS last WHERE {last})"


@cache
def extent(register: str, now: bool) -> str:
    """Return how it is asked how far the trail is and was, and to which item a code leads."""
    reached = (f"({_REACHED.format(at=at)})" for at in ("since", "until"))
    return f"SELECT size, {', '.join(reached)}, ({own(register, now)}) FROM head"


@cache
def due(registers: tuple[str, ...], now: bool, paged: bool) -> str:
    """Return how it is asked on what something is due in some days, by day, register and code."""
    most = " LIMIT :limit" if paged else ""
    each = (
        f"SELECT * FROM ({_owed(place, register, now)} ORDER BY due, code{most}) AS of_{register}"
        for place, register in enumerate(registers)
    )
    return f"{' UNION ALL '.join(each)} ORDER BY due, place, code{most}"


def _owed(place: int, register: str, now: bool) -> str:
    source, every = _every(register, now)
    cells = ", ".join(f"{register}.{name} AS {name}" for name in ("due", "code", "body"))
    begun = f"({register}.due, {register}.code) >= (:since, :after_{place})"
    within = f"{begun} AND {register}.due <= :day"
    return f"SELECT {place} AS place, {cells} FROM {source} WHERE {within} AND {every}"


def _of_document(now: bool) -> tuple[str, str]:
    # What a revision is of never changes: versions of the past are found by the ids of today.
    if now:
        return "revision", "revision.document = document.id"
    of = "today.document = document.id AND today.until_entry IS NULL"
    return "revision AS today CROSS JOIN revision", f"{of} AND revision.id = today.id"


@cache
def lines(register: str, acted: bool, newest: bool) -> str:
    """Return how the entries of a range are asked for: of an item, of somebody."""
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
        f"SELECT revision.{column} FROM {source} WHERE {of} AND {stands('revision', now)}"
        f" AND {_OPEN} ORDER BY revision.effective DESC LIMIT 1"
    )


@cache
def in_force(now: bool) -> str:
    """Return how a document is asked for with what is in force of it."""
    own = f"document.id = {_OWN} AND {stands('document', now)}"
    return f"SELECT document.body, ({_current('body', now)}) FROM document WHERE {own}"


def _ruled(now: bool) -> str:
    (documents, every), (texts, of) = _every("document", now), _of_document(now)
    stood = f"{every} AND {of} AND {stands('revision', now)}"
    return f"{documents}, {texts} WHERE {stood} AND {_OPEN}"


@cache
def all_in_force(now: bool) -> str:
    """Return how every document is asked for with what is in force of it."""
    return f"SELECT document.body, revision.body FROM {_ruled(now)}"


NOBODY: Final = '%"distribution":[]%'
"""How the text of a revision looks that nobody receives."""


@cache
def ruling(now: bool) -> str:
    """Return the same, of each no more than by what it is searched and who receives it."""
    own = ", ".join(f"document.{one}" for one in ("id", "code", "type", "unit", "owner"))
    its = ", ".join(f"revision.{one}" for one in ("id", "code", "effective", "until"))
    units = f"CASE WHEN revision.body NOT LIKE :nobody THEN {_said('revision', 'distribution')} END"
    return f"SELECT {own}, {its}, {units} FROM {_ruled(now)}"


IS: Final = "= :{0}"
SOME: Final = "> ''"
AMONG: Final = "IN (SELECT value FROM json_each(:{0}))"
DONE: Final = "IN (SELECT item FROM entry WHERE kind = :{0})"
"""What a column holds: this, anything, one of a list in JSON; what such a change was made of."""


@cache
def several(wanted: tuple[tuple[str, str, str], ...], now: bool) -> str:
    """Return how the items of some registers are asked for, of each those whose column holds."""
    return " UNION ALL ".join(
        _part(place, register, name, holds, now)
        for place, (register, name, holds) in enumerate(wanted)
    )


def _part(place: int, register: str, name: str, holds: str, now: bool) -> str:
    source, every = _every(register, now)
    if name == "id":
        source, every = register, stands(register, now)
    cells = ", ".join(f"{register}.{one}" for one in ("sort", "id", "body"))
    held = f" AND {register}.{name} {holds.format(f'held_{place}')}" if name else ""
    return f"SELECT {place}, {cells} FROM {source} WHERE {every}{held}"


@cache
def titles(register: str, now: bool) -> str:
    """Return how the codes and titles of some items are asked for, by a list of ids in JSON."""
    cells = f"{register}.id, {register}.code, {_said(register, 'title')}"
    own = AMONG.format("ids")
    return f"SELECT {cells} FROM {register} WHERE id {own} AND {stands(register, now)}"


@cache
def versions(registers: tuple[str, ...]) -> str:
    """Return how items are asked for as some entries left them, and as they stood before.

    What is asked for comes as a list for each register, of an id and the place of an entry each.
    """
    return " UNION ALL ".join(map(_left, registers))


def _left(register: str) -> str:
    own = "json_extract(value, '$[0]') AS own"
    place = "CAST(json_extract(value, '$[1]') AS INTEGER) AS place"
    version = f"SELECT body FROM {register} WHERE id = touched.own AND since_entry"
    # Each is looked up by its key: of a join, a planner that knows no better reads all there are.
    before = f"{version} < touched.place ORDER BY since_entry DESC LIMIT 1"
    return (
        f"SELECT touched.own, touched.place, ({before}), ({version} = touched.place)"
        f" FROM (SELECT {own}, {place} FROM json_each(:{register})) AS touched"
    )


STOOD: Final = """
SELECT id, since_entry, coalesce(until_entry, (SELECT size FROM head)), body FROM person
WHERE id IN (SELECT value FROM json_each(:ids)) AND since_entry <= :last
AND (until_entry IS NULL OR until_entry > :first)
"""
"""How some people stood in a range of entries: since which one, until before which one."""


@cache
def documents(now: bool) -> str:
    """Return how a list of documents is asked for."""
    cells = (
        "document.id",
        "document.code",
        _said("document", "title"),
        "document.type",
        "coalesce(unit.code, document.unit)",
        "document.state",
        "document.drafting",
        STANDING,
        _said("revision", "issue"),
        _said("revision", "amendment"),
        "revision.effective",
        "revision.until",
        _said("revision", "issued"),
        _said("revision", "decision.number"),
    )
    source, every = _every("document", now)
    latest = f"CASE document.state WHEN 'issued' THEN {_said('document', 'latest')} END"
    return (
        f"SELECT {', '.join(cells)} FROM {source}"
        f" LEFT JOIN unit ON unit.id = document.unit AND {stands('unit', now)}"
        f" LEFT JOIN revision ON {stands('revision', now)}"
        f" AND revision.id = coalesce(({_current('id', now)}), {latest})"
        f" WHERE {every}"
    )


@cache
def revisions(now: bool) -> str:
    """Return how the revisions of a document are asked for, oldest first."""
    return (
        "SELECT revision.body FROM revision AS today"
        f" JOIN revision ON revision.id = today.id AND {stands('revision', now)}"
        f" WHERE today.document = {_OWN} AND today.until_entry IS NULL ORDER BY"
        " (SELECT min(first.since_entry) FROM revision AS first WHERE first.id = today.id)"
    )
