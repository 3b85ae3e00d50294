"""K01, K02: the key of the trail, and how one follows another."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Unreadable, Untrusted
from ...proofs.note import Note, Verifier
from ...registers.log_keys import CODE, AdoptLogKey, LogKey, RotateLogKey
from ..entry import Entry
from ..findings import Finding, finding
from .walk import Walk, ended

_KINDS = frozenset({AdoptLogKey.kind, RotateLogKey.kind})


class LogKeys:
    """Every key bears the name of the trail, and the one before it signed that it follows."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._rotated: int | None = None

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold of a key that an entry puts in force."""
        if entry is None:
            return
        key = self._walk.items.look(LogKey, CODE)
        if key is not None and entry.kind in _KINDS:
            if Verifier.parse(key.vkey).name != entry.log:
                yield finding("K02", f"entry {entry.index}")
            self._rotated = entry.index if key.former else None
        if key is not None and self._rotated is not None and ended(entry):
            if (self._walk.kept or self._walk.note) and not self._follows(key):
                yield finding("K01", f"entry {self._rotated}: {key.reason}")
            self._rotated = None

    def finish(self) -> Iterator[Finding]:
        """Yield nothing: every entry spoke for itself."""
        return iter(())

    def _follows(self, key: LogKey) -> bool:
        try:
            note = Note.parse(self._walk.note or b"")
            return bool(note.check((Verifier.parse(key.former[-1]),)))
        except (Unreadable, Untrusted):
            return False
