"""K11 to K15: what people sign with their own keys (SSHSIG)."""

from __future__ import annotations

from collections.abc import Iterator

from ...changes import day_of
from ...errors import QMSError, Refused
from ...registers import signing_keys
from ...registers.signing_keys import Enrol, Revoke, SigningKey
from ..entry import Entry, UnknownKind
from ..findings import Finding, finding
from ..signing import check
from .walk import Walk


class Hands:
    """Every entry is signed as it has to be, by a key that its actor held before it."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._last: dict[str, Entry] = {}
        self._revoked: set[str] = set()
        self._enrolled: list[tuple[int, str, str]] = []
        """Of each key that was enrolled the entry, who did it, its id."""

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold in the signature of the next entry, before it is played."""
        if entry is None or not self._walk.whole:
            return
        if entry.signature is not None:
            self._last[entry.signature.key] = entry
        if entry.kind == Enrol.kind:
            self._enrolled.append((entry.index, entry.actor.id, entry.item))
        if entry.kind == Revoke.kind and str(entry.change.get("since")) < str(day_of(entry.at)):
            self._revoked.add(entry.item)
        if self._walk.known:
            return
        try:
            check(entry, self._walk.items.look)
        except UnknownKind:  # found where it is played
            return
        except QMSError as error:
            yield finding(_code(error), f"entry {entry.index}, {error}")

    def finish(self) -> Iterator[Finding]:
        """Yield the keys that still signed when, as was told later, they were no longer safe."""
        for own in sorted(self._revoked):
            key = self._walk.items.look(SigningKey, own)
            last = self._last.get(key.fingerprint) if key else None
            if key and last and not key.holds(day_of(last.at)):
                yield finding("K14", f"entry {last.index}, {key.code}")
        yield from self._by_others()

    def _by_others(self) -> Iterator[Finding]:
        """Yield each further key of a person that somebody else enrolled, and that then signed."""
        owners = set[str]()
        for index, by, own in self._enrolled:
            key = self._walk.items.look(SigningKey, own)
            last = self._last.get(key.fingerprint) if key else None
            further = key is not None and key.person in owners and by != key.person
            if key and further and last is not None and last.index > index:
                yield finding("K15", f"entry {index}, {key.code}")
            if key:
                owners.add(key.person)


def _code(error: QMSError) -> str:
    if isinstance(error, signing_keys.Unsigned):
        return "K11"
    return "K13" if isinstance(error, Refused) else "K12"
