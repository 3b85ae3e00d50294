"""The trail played again in memory: every rule judged a second time, every item made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from .. import registers
from ..changes import Act, Actor, Change, Item, ItemT, Look
from ..errors import Unreadable
from ..registers import enactment
from ..registers.enactment import Outcome
from ..values import Digest, key
from .entry import Entry, Kept, State, digests, kept

registers.load()


May: TypeAlias = Callable[[type[Change[Any]], Actor, datetime, Look], Act]
"""Gives the act of somebody about to make a change, or raises ``Refused``: ``acting``."""


class Unplayable(Unreadable):
    """What this entry says cannot be played again."""

    vi = "Không phát lại được điều mà mục nhật ký này ghi."


class Stated(NamedTuple):
    """What an entry has to say, given what its change left behind."""

    item: str
    files: dict[str, Kept | None]
    evidence: dict[str, Kept]
    state: dict[str, Digest]


class Items:
    """Items by id and by code, as far as the trail was played."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._keys: dict[tuple[str, str], str] = {}

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None``."""
        name = code if ":" in code else self._keys.get((item.register, key(code)), "")
        found = self._items.get(name)
        return found if isinstance(found, item) else None

    def put(self, items: tuple[Item, ...]) -> None:
        """Take items as they stand afterwards."""
        for item in items:
            before = self._items.get(item.id)
            self._items[item.id] = item
            if before is None or (before.code, before.aliases) != (item.code, item.aliases):
                for spelling in item.spellings():
                    self._keys[item.register, spelling] = item.id

    def all(self) -> dict[str, Item]:
        """Return every item by id."""
        return self._items


def replayed(entry: Entry, look: Look, may: May = enactment.acting) -> Outcome:
    """Return what an entry left behind by the rules of its own day, or raise ``Refused``."""
    change: Change[Any] = entry.opened()
    try:
        return enactment.enact(change, acting(entry, change, look, may))
    except (ValueError, ArithmeticError) as error:  # a day beyond the calendar, for instance
        raise Unplayable(f"entry {entry.index}: {entry.kind}") from error


def stated(outcome: Outcome, after: Iterable[State]) -> Stated:
    """Return what an entry has to say of an outcome, whose items stand so ``after`` it."""
    return Stated(
        item=outcome.items[0].id,
        files={path: kept(of) if of else None for path, of in outcome.files.items()},
        evidence={name: kept(of) for name, of in outcome.evidence.items()},
        state=digests(after),
    )


def stands(entry: Entry, outcome: Outcome, after: Iterable[State]) -> bool:
    """Tell whether an entry says all that, and nothing else."""
    return stated(outcome, after) == (entry.item, entry.files, entry.evidence, entry.state)


def repeated(entry: Entry, look: Look, may: May = enactment.acting) -> tuple[Item, ...]:
    """Return what an entry left behind that was judged before, byte by byte as it is."""
    change: Change[Any] = Change.kinds[entry.kind].model_validate(entry.change)
    return enactment.enacted(change, acting(entry, change, look, may))


def acting(entry: Entry, change: Change[Any], look: Look, may: May) -> Act:
    """Return the act of an entry, or raise ``Refused`` where its actor had no right to it."""
    act = may(type(change), entry.actor, entry.at, look)
    if act.actor is not entry.actor and act.actor != entry.actor:
        raise enactment.RoleMissing(f"{entry.actor.id}, {entry.kind}")
    return act
