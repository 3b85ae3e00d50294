"""The trail, asked: events by whatever they are about, their proofs, a feed that goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from ..errors import Refused
from ..packing import Packed, Progress, Wanted, pack, quietly
from ..proofs.checkpoint import Trust
from ..proofs.note import Note
from ..proofs.witness import Request
from ..registers import policy
from ..registers.anchors import Anchor
from ..registers.calendar import Calendar
from ..registers.policy import Policy
from ..registers.trail_reviews import TrailReview
from ..storage import extracts
from ..storage.extracts import Chosen
from ..storage.glance import Glance
from ..storage.reader import Reader
from ..storage.sources import Living
from ..storage.store import Store
from ..storage.vault import Vault
from ..taking import front
from ..trail import soundness
from ..trail.findings import Finding
from ..trail.proof import History, Proof
from ..values import folded
from . import choosing, proving
from .activity import CLOSES, OPENS, Activity, unusual
from .extent import Entries, Views
from .looking import Names
from .proving import BeyondTrail
from .slip import Slip, slip
from .telling import Event

SHORTEST, LONGEST = 0.01, 0.5
"""Seconds between two looks of whoever waits for the next entry."""

START: Final = -1
"""After it comes the first entry."""


class Backwards(Refused):
    """A range of entries begins at the lower number."""

    vi = "Khoảng mục phải ghi từ số nhỏ đến số lớn."


class ItemHistory(Entries):
    """What happened to one item, oldest first."""

    def __init__(self, views: Views, names: Names, item: str, end: int) -> None:
        super().__init__(views, names, Chosen(0, end, item=item))
        self.item = item

    def proof(self) -> History:
        """Return these entries, each with the proof that it stands in the trail."""
        with self._views.asking() as now:
            return proving.history(now, self.item, list(self.lines()))


@front
class Trail:
    """The trail as of one entry; of the present where it is ``None``."""

    def __init__(
        self,
        views: Views,
        store: Store,
        vault: Vault,
        entry: int | None = None,
        *,
        today: Callable[[], date],
    ) -> None:
        self._views, self._entry = views, entry
        self._store, self._vault = store, vault
        self._names, self._today = Names(views.glance, vault), today

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        return self._views.glance(self._entry).size()

    def entries(
        self,
        *,
        item: str = "",
        actor: str = "",
        kind: str = "",
        unit: str = "",
        since: datetime | date | None = None,
        until: datetime | date | None = None,
        text: str = "",
        after: int = START,
        limit: int | None = None,
    ) -> Entries:
        """Return the entries of which all of this is true.

        ``item`` (code or id) is an item that they altered, ``unit`` one whose items they altered,
        ``kind`` a register, a verb (``document.issue``) or one version of it; ``since`` and
        ``until`` are within; ``text`` is words in the fields of the change, with or without
        accents: for them, and only for them, every entry that is left is read. At most ``limit`` of
        them are given: less than none are none, as on every page.
        """
        now = self._views.glance(self._entry)
        # What a code leads to stays so: only how far the trail is has to be asked of one moment.
        own = choosing.item(now, item) if item else ""
        place = choosing.unit(now, unit) if unit else ""
        asked = choosing.within(now, actor, since, until)
        end = min(asked.size, asked.until)
        chosen = Chosen(
            first=min(max(after + 1, asked.since, 0), end),
            end=end,
            item=own,
            unit=place,
            actor=asked.own,
            kinds=choosing.kinds(kind) if kind else (),
        )
        words = tuple(filter(None, map(folded, text.split())))
        return self._entries(chosen, words, limit)

    def pack(
        self,
        path: str | Path,
        *,
        since: datetime | date | None = None,
        until: datetime | date | None = None,
        unit: str = "",
        items: Iterable[str] = (),
        redact: Iterable[str] = (),
        on: date | None = None,
        anchors: Iterable[bytes] = (),
        progress: Progress = quietly,
    ) -> Packed:
        """Write an audit pack to a new file: everything, or a period, a unit, some items.

        ``items`` (codes or ids) are those whose entries are asked for, with all that hangs on
        them. ``redact`` leaves personal texts out: ``all``, a field, or who or what they are
        said of. ``on`` is the day for which documents in force are listed; ``anchors`` are
        older signed checkpoints that the auditor keeps, beside those that the trail itself
        knows to be kept outside. The same trail gives the same bytes.
        """
        with self._read() as now, self._glance() as known:
            wanted = Wanted(
                since=None if since is None else choosing.begins(since),
                until=None if until is None else choosing.ends(until),
                unit=choosing.unit(known, unit) if unit else "",
                items=tuple(sorted({choosing.item(known, code) for code in _each(items)})),
                redact=tuple(sorted({choosing.person(known, word) for word in _each(redact)})),
                on=None if on is None else choosing.day_asked(on, on),
                anchors=(*anchors, *(one.note.encode() for one in now.select(Anchor))),
            )
            source = Living(now, self._store, self._vault)
            return pack(Path(path), now, source, wanted, progress)

    def history(self, item: str) -> ItemHistory:
        """Return what happened to an item, by code or id; of a code, that of a document first."""
        extent = choosing.extent(self._views.glance(self._entry), item)
        return ItemHistory(self._views, self._names, extent.own, extent.size)

    def follow(self, after: int = START, wait: float | None = None) -> Iterator[Event]:
        """Yield every entry after one, each once, as whole operations come to be.

        Whoever keeps the index of the last event that was dealt with, misses nothing and sees
        nothing twice. At the end of the trail it stops, or first waits so many seconds for the
        next entry (``math.inf``: for ever). Raise ``BeyondTrail`` where the trail does not have
        the entry: then it is not the one that was followed.
        """
        if not START <= after < self.size:
            raise BeyondTrail(str(after))
        return self._followed(after, wait or 0)

    def activity(self, first: int, last: int) -> Activity:
        """Return who did what in a range of entries, both ends included, for whoever reviews it.

        Raise ``Backwards`` where it ends before it begins, ``BeyondTrail`` where it is not there.
        """
        with self._read() as now:
            _inside(now, first, last)
            since, until = now.moment_of(first + 1), now.moment_of(last + 1)
            assert since is not None
            assert until is not None
            root = proving.root(now, last + 1).hex()
            return Activity(first, last, since, until, root, extracts.tally(now, first, last + 1))

    def unusual(
        self, first: int, last: int, *, opens: time = OPENS, closes: time = CLOSES
    ) -> Iterator[Event]:
        """Yield what happened in a range on a day off, or outside these hours in Viet Nam."""
        with self._read() as now:
            _inside(now, first, last)
            calendar = _calendar(now)
            moments = extracts.moments(now, first, last + 1)
            places = list(unusual(moments, calendar, opens, closes))
        for index in places:
            chosen = Chosen(index, index + 1)
            yield from self._entries(chosen)

    def unnamed(self, review: TrailReview) -> tuple[str, ...]:
        """Return who acted in the range of a review and is not named among the reviewed."""
        acted = self.activity(review.first, review.last).actors
        return tuple(sorted(set(acted) - set(review.reviewed)))

    def checkpoint(self) -> Note:
        """Return the newest signed checkpoint, or raise ``NothingSigned`` (tlog-checkpoint)."""
        with self._read() as now:
            return proving.checkpoint(now)

    def anchor(self) -> Slip:
        """Return the newest checkpoint as it is handed out to be kept elsewhere (7.5.3.1 b).

        With it: whose trail, the public key, the day. Raise ``NothingSigned`` before the first.
        """
        with self._read() as now:
            return slip(now, self._today())

    def verify(self, trust: Trust | None = None) -> list[Finding]:
        """Return what does not hold of the bytes of every entry, their tree, the last checkpoint.

        Of the present. ``trust`` says whose signature counts; without, that is not looked at, and
        a warning says so. Rules, tables and files are for ``qms.verify`` (RFC 9162, 2.1).
        """
        with self._views.asking(None) as now:
            return list(soundness.verify(Living(now, self._store, self._vault), trust))

    def prove(self, index: int) -> Proof:
        """Return the proof that an entry stands in the trail; ``.data()`` is a .tlog-proof file.

        Raise ``BeyondTrail`` where there is none, ``NothingSigned`` where it is not signed yet.
        """
        with self._read() as now:
            return proving.entry(now, index)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the hashes that prove that the trail only grew (RFC 9162, 2.1.4).

        Raise ``BeyondTrail`` unless it has been of both sizes, the old one first.
        """
        with self._read() as now:
            return proving.grown(now, old, new)

    def root(self, size: int) -> bytes:
        """Return the root over so many entries (RFC 9162, 2.1.1)."""
        with self._read() as now:
            return proving.root(now, size)

    def request(self, seen: int = 0) -> Request:
        """Return what is asked of a witness that has cosigned so many entries before."""
        with self._read() as now:
            return proving.request(now, seen)

    def _followed(self, after: int, wait: float) -> Iterator[Event]:
        while True:
            for event in self.entries(after=after):
                after = event.index
                yield event
            if not self._grown(after + 1, wait):
                return

    def _grown(self, size: int, wait: float) -> bool:
        end, pause = monotonic() + wait, SHORTEST
        while self.size <= size:
            left = end - monotonic()
            if left <= 0 or self._entry is not None:  # the past does not grow
                return False
            sleep(min(pause, left))
            pause = min(2 * pause, LONGEST)
        return True

    def _entries(
        self, chosen: Chosen, words: tuple[str, ...] = (), limit: int | None = None
    ) -> Entries:
        return Entries(self._views, self._names, chosen, words, limit)

    def _glance(self) -> AbstractContextManager[Glance]:
        return self._views.glancing(self._entry)

    def _read(self) -> AbstractContextManager[Reader]:
        return self._views.asking(self._entry)


def _inside(now: Reader, first: int, last: int) -> None:
    if first > last:
        raise Backwards(f"{first} – {last}")
    if not 0 <= first <= last < now.size():
        raise BeyondTrail(f"{first} – {last}")


def _calendar(now: Reader) -> Calendar:
    rules = now.look(Policy, policy.CODE)
    return rules.calendar if rules else Calendar()


def _each(words: Iterable[str]) -> Iterable[str]:
    """Return some words; one alone is not its letters."""
    return (words,) if isinstance(words, str) else words
