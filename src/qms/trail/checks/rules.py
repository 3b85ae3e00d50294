"""R and S01: every change judged again by the rules of its day, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from ...changes import Change, Item
from ...errors import QMSError
from ...registers.enactment import Acting
from ..entry import Entry, UnknownKind, state_of, states
from ..findings import Finding, finding
from ..replay import repeated, replayed, stands
from .walk import Walk


class Rules:
    """The trail played again: it leaves the items of the walk as each entry did."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._may = Acting()

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield which rule forbids an entry, or that it leaves something else behind."""
        if entry is None or not self._walk.whole:
            return
        place = f"entry {entry.index}"
        # What a newer version found sound may be of a kind that this one does not know.
        if self._walk.known and self._walk.played and entry.kind in Change.kinds:
            items = repeated(entry, self._walk.items.look, self._may)
            self._left(items)
            yield from self._judged(entry, state_of(items) == entry.state)
            return
        try:
            outcome = replayed(entry, self._walk.items.look, self._may)
        except UnknownKind as error:
            self._walk.played = False
            yield finding("R02", str(error.about))
        except QMSError as refusal:
            self._walk.played = False
            yield finding("R01", f"{place}, {entry.kind}", refusal)
        else:
            self._left(outcome.items)
            yield from self._judged(entry, stands(entry, outcome, states(outcome.items)))

    def _judged(self, entry: Entry, right: bool) -> Iterator[Finding]:
        if not right:
            self._walk.left = {}
            yield finding("S01", f"entry {entry.index}")

    def _left(self, items: tuple[Item, ...]) -> None:
        self._walk.left = {item.id: item for item in items}
        self._walk.items.put(items)
        self._may.met(items)

    def finish(self) -> Iterator[Finding]:
        """Yield nothing: every entry spoke for itself."""
        return iter(())
