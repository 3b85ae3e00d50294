"""The clauses of ISO 9001 in three editions, and what became of each (ISO 9001:2015, 2).

The rows are ours: titles in our own words, what each clause asks to maintain and to retain.
The edition of 2026 is that of 2015 and a list of differences; each of its rows says on whose
word (``basis``), and ``seen`` is false where nobody has vouched for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from ..errors import NotFound

EDITIONS: Final = (2008, 2015, 2026)
"""The years of the editions kept here, oldest first."""

CARRIED: Final = "carried over from 2015"
"""The basis of a 2026 row for which no difference has been reported."""

_DELTA: Final = "clauses_2026_delta.csv"


class Extent(StrEnum):
    """How far a clause asks for documents to maintain or records to retain."""

    NO = "no"
    PARTIAL = "partial"
    CONDITIONAL = "conditional"
    YES = "yes"
    PROCEDURE = "procedure"


class Relation(StrEnum):
    """How the newer clause stands to the older one."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    BROADER = "broader"
    PARTIAL = "partial"
    MERGED = "merged"
    REPLACED = "replaced"
    REMOVED_TITLE = "removed-title"
    NEW = "new"


class Clause(NamedTuple):
    """One clause of one edition: its place, its title and what it asks to keep."""

    edition: int
    clause: str
    parent: str
    level: int
    title_en: str
    title_vi: str
    maintain: Extent
    retain: Extent
    note: str = ""
    basis: str = ""
    seen: bool = True
    note_vi: str = ""


class Correspondence(NamedTuple):
    """One line between two neighbouring editions; a clause is empty where there is none."""

    clause_2008: str
    clause_2015: str
    relation: Relation
    basis: str
    note: str = ""
    clause_2026: str = ""
    note_vi: str = ""

    def clause(self, year: int) -> str:
        """Return the number on this line in one edition."""
        numbers = (self.clause_2008, self.clause_2015, self.clause_2026)
        return dict(zip(EDITIONS, numbers, strict=True))[year]


class UnknownEdition(NotFound):
    """The editions kept here are 2008, 2015 and 2026."""

    clause = "2"
    vi = "Chỉ có các phiên bản 2008, 2015 và 2026 của tiêu chuẩn."


class UnknownClause(NotFound):
    """This edition of the standard has no such clause."""

    clause = "2"
    vi = "Phiên bản này của tiêu chuẩn không có điều khoản đó."


class NotNeighbours(NotFound):
    """Clauses are compared between neighbouring editions only."""

    clause = "2"
    vi = "Chỉ đối chiếu điều khoản giữa hai phiên bản liền nhau."


def order(number: str) -> tuple[tuple[bool, int, str], ...]:
    """Return what sorts clause numbers as the standard prints them, annexes last.

    >>> sorted(["Annex A", "4.10", "10", "4.9", "9.2.2 c"], key=order)
    ['4.9', '4.10', '9.2.2 c', '10', 'Annex A']
    """
    parts = re.findall(r"[0-9]+|[^0-9.\s]+", number)
    return tuple((False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts)


@cache
def edition(year: int) -> Mapping[str, Clause]:
    """Return the clauses of one edition by number, in the order of the standard."""
    if year not in EDITIONS:
        raise UnknownEdition(str(year))
    clauses = _newest() if year == 2026 else _clauses(f"clauses_{year}.csv")
    return MappingProxyType({number: clauses[number] for number in sorted(clauses, key=order)})


def clause(year: int, number: str) -> Clause:
    """Return one clause of one edition, or raise ``UnknownClause``.

    >>> clause(2015, "7.5.3").title_vi
    'Kiểm soát'
    """
    found = edition(year).get(number)
    if found is None:
        raise UnknownClause(f"ISO 9001:{year}, {number}")
    return found


def counterparts(number: str, old: int, new: int) -> tuple[Correspondence, ...]:
    """Return the lines from a clause of the edition ``old`` to its counterparts in ``new``.

    ``old`` may be the later of the two: the table reads both ways. No line means that the
    table is silent about the clause itself; its parent may have one.

    >>> [line.clause_2015 for line in counterparts("4.2.3", 2008, 2015)]
    ['7.5.2', '7.5.3']
    >>> [line.clause_2008 for line in counterparts("7.5.3", 2015, 2008)]
    ['4.2.3', '4.2.4']
    """
    asked = clause(old, number).clause
    lines = _lines(min(old, new), max(old, new))
    return tuple(line for line in lines if line.clause(old) == asked)


def neighbours(old: int, new: int) -> None:
    """Raise ``NotNeighbours`` unless there is a table between two editions, either way."""
    _lines(min(old, new), max(old, new))


@cache
def _lines(older: int, newer: int) -> tuple[Correspondence, ...]:
    if (older, newer) == (2008, 2015):
        return tuple(_map())
    if (older, newer) == (2015, 2026):
        return tuple(_differences())
    raise NotNeighbours(f"{older}, {newer}")


def _map() -> Iterator[Correspondence]:
    for row in _rows("clause_map.csv"):
        yield Correspondence(
            clause_2008=row["clause_2008"],
            clause_2015=row["clause_2015"],
            relation=Relation(row["relation"]),
            basis=row["basis"],
            note=row["note"],
            note_vi=row["note_vi"],
        )


def _differences() -> Iterator[Correspondence]:
    relations = {row["clause"]: Relation(row["relation"]) for row in _rows(_DELTA)}
    before = edition(2015)
    for number, after in edition(2026).items():
        yield Correspondence(
            clause_2008="",
            clause_2015=number if number in before else "",
            clause_2026=number,
            relation=relations.get(number, Relation.SAME),
            basis=after.basis,
            note=after.note if number in relations else "",
            note_vi=after.note_vi if number in relations else "",
        )


def _newest() -> dict[str, Clause]:
    carried = {
        number: before._replace(edition=2026, basis=CARRIED, seen=False)
        for number, before in edition(2015).items()
    }
    return carried | _clauses(_DELTA)


def _clauses(name: str) -> dict[str, Clause]:
    return {row["clause"]: _clause(row) for row in _rows(name)}


def _clause(row: Mapping[str, str]) -> Clause:
    return Clause(
        edition=int(row["edition"]),
        clause=row["clause"],
        parent=row["parent"],
        level=int(row["level"]),
        title_en=row["title_en"],
        title_vi=row["title_vi"],
        maintain=Extent(row["documented_info_to_maintain"]),
        retain=Extent(row["records_to_retain"]),
        note=row["note"],
        basis=row.get("basis", ""),
        seen=row.get("seen", "yes") == "yes",
        note_vi=row.get("note_vi", ""),
    )


def _rows(name: str) -> list[dict[str, str]]:
    # Ten milliseconds to import, which only those who read a clause should wait for.
    from importlib.resources import files

    text = files(__name__).joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
