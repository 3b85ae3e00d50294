"""Who is meant by a name: where a code belongs, a name does that one alone has.

A list shows people by their names and grades in the organisation's own words; so they may be
written, and units and posts by their titles. A code always wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from ..changes import Change, Look, Step, Unknown
from ..errors import Refused
from ..questions import View
from ..registers.people import Person, Post, Unit
from ..registers.policy import CODE, Policy
from ..storage.vault import REDACTED
from ..values import key, spelled

Named: TypeAlias = type[Person] | type[Post] | type[Unit]

_REFERS: Final[Mapping[str, Named]] = {
    "audit.auditor": Person,
    "audit.lead": Person,
    "commitment.head": Post,
    "disposal.members": Person,
    "disposal.present": Person,
    "disposal.witnesses": Person,
    "document.distribution": Unit,
    "document.holder": Post,
    "document.reviewers": Person,
    "inspection.lead": Person,
    "inspection.members": Person,
    "person.post": Post,
    "person.to": Person,
    "request.drafter": Person,
    "trail_review.actors": Person,
    "training.people": Person,
    "unit.parent": Unit,
    "unit.successor": Unit,
}
"""What a field refers to where no column of its register says it."""


_APOSTROPHES: Final = dict.fromkeys(map(ord, "‘’ʼ"), "'")
"""Those into which a word processor turns the one that was typed, as in H’Hen."""


class SeveralSoNamed(Refused):
    """Several codes have this name: write the code of the one that is meant."""

    clause = "7.5.2 a"
    vi = "Tên này ứng với nhiều mã số; hãy ghi mã số thay cho tên."


class NoSuchName(Unknown):
    """Nothing in this register has this code or this name."""

    vi = "Trong sổ không có mã số hoặc tên này."


def refers(change: type[Change[Any]], field: str) -> Named | None:
    """Return what a field of a change refers to, where that has a name; else ``None``."""
    own = field == "code" and issubclass(change, Step)
    of: type = change.item if own else change.item.columns.get(field, str)
    known = next((one for one in (Person, Post, Unit) if one is of), None)
    return known or _REFERS.get(f"{change.item.register}.{field}")


class Names:
    """The names of a system: of people, posts and units, each read once, and of grades."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._bearers = cache(self._by_name)

    def meant(self, change: type[Change[Any]], field: str, said: Any, look: Look) -> Any:
        """Return what a field says, with codes for names.

        Raise ``SeveralSoNamed``, or ``NoSuchName`` for what is neither code nor name.
        """
        of = refers(change, field)
        if of is None:
            return self.grade(said) if field == "grade" else said
        if isinstance(said, tuple):
            return tuple(self._code(of, one, look) for one in said)
        return self._code(of, said, look)

    def grade(self, said: str) -> str:
        """Return the code of a grade that is said by its name, ``nhẹ``; raise as ``meant``."""
        grades = self._view.get(Policy, CODE).grades
        if key(said) in (key(one.code) for one in grades):
            return said
        return _only(said, [one.code for one in grades if _alike(one.title) == _alike(said)])

    def _code(self, of: Named, said: str, look: Look) -> str:
        said = " ".join(said.split())
        if not said.isprintable() or look(of, said) is not None:
            return said  # what is not fit for print, is neither: that is told of codes
        codes = self._bearers(of).get(_alike(said), [])
        if not codes:
            raise NoSuchName(said[:200])
        return _only(said, codes)

    def _by_name(self, of: Named) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        for one in self._view.find(of):
            known.setdefault(_alike(self._name(one)), []).append(one.code)
        known.pop(_alike(REDACTED), None)
        return known

    def _name(self, one: Person | Post | Unit) -> str:
        if not isinstance(one, Person):
            return one.title
        return one.name if isinstance(one.name, str) else self._view.name(one.name)


def _only(said: str, codes: Sequence[str]) -> str:
    if len(codes) > 1:
        raise SeveralSoNamed(f"{said} ({', '.join(codes)})")
    return codes[0] if codes else said


def _alike(name: str) -> str:
    """Return what two spellings of a name have in common; case, blanks, apostrophes differ."""
    return " ".join(map(spelled, name.translate(_APOSTROPHES).split()))
