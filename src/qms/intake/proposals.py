"""What an import proposes: changes with the places they come from, judged before they happen.

The rules are the registers' own. Each proposal is enacted in memory on top of what the system
holds; what a rule refuses becomes a remark at its place, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, NamedTuple

from ..changes import HERE, Act, Actor, ActorKind, Change, Item, ItemT, Look, Opening, Unknown
from ..errors import QMSError, Refused
from ..questions import View
from ..registers import enactment, policy
from ..registers.documents import Document
from ..registers.people import Post, Unit
from ..trail.replay import Items
from ..values import key, sort_key
from .naming import Names

HAND: Final = Actor(id="import", kind=ActorKind.IMPORT)
"""In whose name proposals are judged; who brings them in is asked when they are performed."""

SHOWN: Final = 3
"""Places that are named where the same is to be said of many."""

_REFERS: Final[Mapping[str, type[Item]]] = {"unit": Unit, "owner": Post, "parents": Document}


class Passed(Refused):
    """Nothing was to be taken here; it is mentioned so that nobody wonders."""

    vi = "Ở đây không có gì phải nhận; chỉ nêu để biết."


class NotAdopted(Refused):
    """The document of this line was not taken."""

    vi = "Tài liệu của dòng này không được nhận."


class NotWhole(Refused):
    """Something could not be taken, so nothing was: all or nothing was asked for."""

    vi = "Có phần không nhận được nên không ghi gì; sửa những chỗ đã nêu rồi làm lại."


class Circle(Refused):
    """A document cannot belong to one that belongs to it."""

    vi = "Tài liệu không thể thuộc về tài liệu thuộc chính nó."


class Remark(NamedTuple):
    """What could not be taken: where it stands, and the named error that says why."""

    path: str
    error: QMSError
    line: int = 0
    field: str = ""
    code: str = ""
    """Of which item, where that is known."""

    @property
    def place(self) -> str:
        """Return where this stands: path, line and field, as far as they are known."""
        line = f":{self.line}" if self.line else ""
        return f"{self.path}{line}" + (f" [{self.field}]" if self.field else "")

    @property
    def vi(self) -> str:
        """Return the sentence in Vietnamese."""
        return self.error.says("vi")

    @property
    def en(self) -> str:
        """Return the sentence in English."""
        return self.error.says("en")

    @property
    def fault(self) -> bool:
        """Tell whether something is missing because of this."""
        return not isinstance(self.error, Passed)


class Proposal(NamedTuple):
    """One change that somebody's files ask for, not yet made."""

    path: str
    change: type[Change[Any]]
    fields: Mapping[str, object]
    line: int = 0

    @property
    def code(self) -> str:
        """Return the code of the item that it is about, empty where it takes the next one."""
        return str(self.fields.get("code", ""))

    def codes(self, field: str) -> tuple[str, ...]:
        """Return the codes in a field, which holds one or several or none."""
        said = self.fields.get(field) or ()
        return said if isinstance(said, tuple) else (str(said),)

    @property
    def place(self) -> tuple[str, int]:
        """Return where this is asked for: path and line."""
        return self.path, self.line

    def step(self, change: type[Change[Any]], code: str, **fields: object) -> Proposal:
        """Return another change that the same place asks for."""
        return Proposal(self.path, change, {"code": code, **fields}, self.line)

    def remark(self, error: QMSError, field: str = "") -> Remark:
        """Return why this proposal is not taken."""
        return Remark(self.path, error, self.line, field or self._named(error), self.code)

    def _named(self, error: QMSError) -> str:
        # A refusal says the value it is about, or the field; it is the one that holds this value.
        said = (
            name
            for name, value in self.fields.items()
            if value == error.about or error.about.endswith(f" / {name})")
        )
        return next(said, "")


class Import(NamedTuple):
    """The changes to perform, in one operation, and a remark for all that is not among them."""

    changes: tuple[Change[Any], ...]
    remarks: tuple[Remark, ...]

    def whole(self) -> tuple[Change[Any], ...]:
        """Return the changes, or raise ``NotWhole`` where something could not be taken."""
        faultless(self.remarks)
        return self.changes


def faultless(remarks: Iterable[Remark]) -> None:
    """Raise ``NotWhole``, which names the first places, where something could not be taken."""
    faults = (remark._replace(field="").place for remark in remarks if remark.fault)
    if places := list(dict.fromkeys(faults)):
        more = f" (+{len(places) - SHOWN})" if len(places) > SHOWN else ""
        raise NotWhole(", ".join(places[:SHOWN]) + more)


class Overlay:
    """Items as proposals would leave them, over those that are there."""

    def __init__(self, beneath: Look) -> None:
        self._beneath, self._items = beneath, Items()
        self._seen: dict[tuple[str, str], Item | None] = {}

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None``."""
        own = self._items.look(item, code)
        if own is not None:
            return own
        place = (item.register, key(code))
        if place not in self._seen:
            self._seen[place] = self._beneath(item, code)
        found = self._seen[place]
        return found if isinstance(found, item) else None

    def put(self, items: tuple[Item, ...]) -> None:
        """Take items as a proposal leaves them."""
        self._items.put(items)


def judged(
    proposals: Iterable[Proposal],
    look: Look,
    at: datetime,
    who: Actor = HAND,
    names: Names | None = None,
) -> Import:
    """Return the changes that the rules allow at a moment, and remarks on the others.

    Where ``names`` are given, they may stand for codes.
    """
    items = Overlay(look)
    act = Act(who, at, items.look)
    changes: list[Change[Any]] = []
    remarks: list[Remark] = []
    refused: dict[str, Proposal] = {}
    for proposal in proposals:
        opening = None if _opens(proposal) else refused.get(key(proposal.code))
        if opening is not None:
            if proposal.place != opening.place:
                remarks.append(proposal.remark(NotAdopted(proposal.code)))
            continue
        proposal, found = _meant(proposal, items.look, names)
        found = found or list(_dangling(proposal, act))
        found = found or list(_enacted(proposal, act, items, changes))
        remarks += found
        if found and proposal.code and _opens(proposal):
            refused[key(proposal.code)] = proposal
    return Import(tuple(changes), tuple(remarks))


def presently(view: View) -> tuple[Look, datetime]:
    """Return how to look into a system as it is, and the day it is there."""

    def look(item: type[ItemT], code: str, /) -> ItemT | None:
        with suppress(Unknown):
            return view.get(item, code)
        return None

    return look, datetime.combine(view.today, time(), HERE)


def parents_first(parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return codes in an order in which parents come before what belongs to them.

    What stands in a circle, or behind one, is left out.

    >>> parents_first({"BM.01-QT-01": ["QT-01"], "QT-01": [], "A": ["B"], "B": ["A"]})
    ['QT-01', 'BM.01-QT-01']
    """
    names = {key(code): code for code in parents}
    graph = {
        key(code): {key(parent) for parent in above} & names.keys() - {key(code)}
        for code, above in parents.items()
    }
    sorter, order = TopologicalSorter(graph), list[str]()
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        order += sorted((names[own] for own in ready), key=sort_key)
        sorter.done(*ready)
    return order


def _opens(proposal: Proposal) -> bool:
    return issubclass(proposal.change, Opening)


def _meant(proposal: Proposal, look: Look, names: Names | None) -> tuple[Proposal, list[Remark]]:
    """Return a proposal with codes where it has names, and remarks on names that several have."""
    if names is None:
        return proposal, []
    fields, wrong = dict(proposal.fields), list[Remark]()
    for field, said in proposal.fields.items():
        try:
            fields[field] = names.meant(proposal.change, field, said, look)
        except QMSError as error:
            wrong.append(proposal.remark(error, field))
    return proposal._replace(fields=fields), wrong


def _enacted(
    proposal: Proposal, act: Act, items: Overlay, changes: list[Change[Any]]
) -> Iterator[Remark]:
    try:
        if act.actor is not HAND:
            act = enactment.acting(proposal.change, act.actor, act.at, act.look)
        change = proposal.change(**proposal.fields)
        outcome = enactment.enact(enactment.coded(change, act), act)
    except QMSError as error:
        yield proposal.remark(error)
        return
    items.put(outcome.items)
    changes.append(change)


def _dangling(proposal: Proposal, act: Act) -> Iterator[Remark]:
    """Yield every reference of a document that leads nowhere: a rule would stop at the first."""
    if proposal.change.item is not Document:
        return
    for field, item in _REFERS.items():
        for code in proposal.codes(field):
            if act.look(item, code) is None:
                yield proposal.remark(Unknown(code), field)
    if kind := proposal.fields.get("type"):
        try:
            policy.of(act).type(str(kind))
        except policy.UnknownType as error:
            yield proposal.remark(error, "type")
