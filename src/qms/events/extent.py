"""Entries that were asked for: as events, as bytes, the first ones or the last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from ..storage import extracts
from ..storage.extracts import Chosen, Page
from ..storage.glance import Glance
from ..storage.reader import Reader
from ..taking import front
from ..trail.entry import Entry
from .looking import TOGETHER, Group, Names
from .telling import Event, said_in, speaks_of

PAGE: Final = 1_000
"""Entries that are read at once: a reader holds on to the database no longer than that takes."""


class Views(Protocol):
    """Gives views of the ledger, of the present or as of an entry."""

    def asking(self, as_of: int | None = None) -> AbstractContextManager[Reader]:
        """Give one consistent view."""
        ...

    def glancing(self, as_of: int | None = None) -> AbstractContextManager[Glance]:
        """Give the same for several of the plainest questions."""
        ...

    def glance(self, as_of: int | None = None) -> Glance:
        """Return what answers one of them at once."""
        ...

    def awake(self) -> None:
        """Raise ``Closed`` once it was let go of."""
        ...


@front
class Entries:
    """Chosen entries, oldest first, as far as the trail had come when they were asked for.

    They may be gone through as often as one likes, and are read a page at a time.
    """

    def __init__(
        self,
        views: Views,
        names: Names,
        chosen: Chosen,
        words: tuple[str, ...] = (),
        limit: int | None = None,
    ) -> None:
        self._views, self._names = views, names
        self._chosen, self._words, self._limit = chosen, words, limit

    def __iter__(self) -> Iterator[Event]:
        """Yield an event for each entry."""
        for page in self._pages(self._limit):
            yield from self._told(page)

    def said(self) -> Iterator[tuple[bytes, dict[str, Any], str]]:
        """Yield the bytes of each entry, what they say, and the actor's name of then.

        ``item`` is the one that was asked for, where one was.
        """
        for page in self.pages():
            entries = [said_in(line) for line in page]
            names = self._names.of([(says["actor"]["id"], says["index"]) for says in entries])
            for line, says, name in zip(page, entries, names, strict=True):
                says["item"] = self._chosen.item or says["item"]
                yield line, says, name

    def pages(self) -> Iterator[list[bytes]]:
        """Yield the same as ``lines``, as many together as are read at once."""
        return self._pages(self._limit)

    def lines(self) -> Iterator[bytes]:
        """Yield the canonical bytes of each entry: the leaves of the tree."""
        for page in self._pages(self._limit):
            yield from page

    def last(self, count: int) -> list[Event]:
        """Return the last so many of all that were chosen, oldest first; no limit counts here."""
        lines = [line for page in self._pages(count, newest=True) for line in page]
        return list(self._told(lines[::-1]))

    def newest(self, count: int) -> Entries:
        """Return the same to go through as often as one likes, as ``Entries`` of their own."""
        lines = [line for page in self._pages(count, newest=True) for line in page]
        first = Entry.parse(lines[-1]).index if lines else self._chosen.end
        chosen = self._chosen._replace(first=first)
        return Entries(self._views, self._names, chosen, self._words)

    def _pages(self, limit: int | None, *, newest: bool = False) -> Iterator[list[bytes]]:
        rest: Chosen | None = self._chosen
        left = PAGE if limit is None else limit
        count = min(PAGE, left)
        while rest is not None and left > 0:
            lines, rest = self._page(rest, count, newest=newest)
            if self._words:
                lines = [line for line in lines if speaks_of(line, self._words)]
            lines = lines[:left]
            left -= 0 if limit is None else len(lines)
            # Where few of those that are read are meant, more and more are read at once.
            count = min(PAGE, left if len(lines) == count else 2 * count)
            yield lines

    def _page(self, chosen: Chosen, count: int, *, newest: bool) -> Page:
        if chosen.unit or chosen.kinds:
            with self._views.asking() as now:
                return extracts.page(now, chosen, count, newest=newest)
        return extracts.lines(self._views.glance(), chosen, count, newest=newest)

    def _told(self, lines: list[bytes]) -> Iterator[Event]:
        for start in range(0, len(lines), TOGETHER):
            some = lines[start : start + TOGETHER]
            group = Group(self._views.glance, self._names, some, self._chosen.item)
            for place in range(len(some)):
                yield Event(group, place)
