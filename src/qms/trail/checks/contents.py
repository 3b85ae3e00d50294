"""F: the contents, evidence and personal texts that entries promise, by their digests."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from hashlib import sha256

from ...changes import Change
from ...errors import Unreadable
from ...registers.records import Correction, Record, destroyable
from ...values import Sealed
from ..entry import Entry, Kept
from ..findings import Finding, finding
from .walk import Walk


class Contents:
    """Every content is there with its digest; evidence and names are right where they are."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._elsewhere = walk.source.elsewhere()
        self._lost_from: int | None = None
        """The first entry of which a personal text is not here; why is known at the end."""

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold of the contents that an entry promises."""
        if entry is None:
            return
        for path, kept in entry.files.items():
            if kept is not None and not self._walk.known:  # git reads all that it has
                yield from self._content(f"entry {entry.index}, {path}", kept)
        for name, kept in entry.evidence.items():
            about = f"entry {entry.index}, {name}"
            here = yield from self._evidence(about, "F04", kept.sha256, kept.size)
            if self._elsewhere is not None and not here:
                yield self._absent("F03", about)
        for name, digest in _sealed(entry):
            about = f"entry {entry.index}, {name}"
            here = yield from self._evidence(about, "F06", digest)
            if not here and self._lost_from is None:
                self._lost_from = entry.index

    def finish(self) -> Iterator[Finding]:
        """Yield the personal texts that are lost: not here, and not destroyed as decided.

        Only where there is a ledger there is a vault, and only from all items it is known what
        was decided. The entries are read again, so that no list of what is lost is kept.
        """
        if self._lost_from is None or not (self._walk.kept and self._walk.played):
            return
        items = self._walk.items.all().values()
        records = [item for item in items if isinstance(item, Record)]
        over = destroyable(records, (item for item in items if isinstance(item, Correction)))
        later: frozenset[str] | None = None
        for about, digest in self._gone(self._lost_from):
            if digest not in over:
                later = self._walk.source.over() if later is None else later
                if digest not in later:  # nor was it decided since this began
                    yield self._absent("F05", about)

    def _absent(self, code: str, about: str) -> Finding:
        """Return a finding, of another code where it may lie with the machines then named."""
        others = ", ".join(self._elsewhere or ())
        return finding("F07", f"{about} ({others})") if others else finding(code, about)

    def _gone(self, start: int) -> Iterator[tuple[str, str]]:
        for data in self._walk.source.entries(start):
            with suppress(Unreadable):
                entry = Entry.parse(data)
                for name, digest in _sealed(entry):
                    if self._walk.source.evidence(digest) is None:
                        yield f"entry {entry.index}, {name}", digest

    def _content(self, about: str, promise: Kept) -> Iterator[Finding]:
        held = self._walk.held(promise.sha256)
        if held is None:
            yield finding("F01", about)
        elif not held.keeps(promise):
            yield finding("F02", about)

    def _evidence(
        self, about: str, code: str, digest: str, size: int | None = None
    ) -> Generator[Finding, None, bool]:
        """Yield what does not hold of a content of the vault; return whether it is here."""
        data = self._walk.source.evidence(digest)
        if data is not None and (
            sha256(data).hexdigest() != digest or size not in (None, len(data))
        ):
            yield finding(code, about)
        return data is not None


def _sealed(entry: Entry) -> Iterator[tuple[str, str]]:
    kind = Change.kinds.get(entry.kind)
    for name in kind.personal if kind else ():
        told = entry.change.get(name)
        if isinstance(told, dict):
            with suppress(ValueError):
                yield name, Sealed.model_validate(told).sha256
