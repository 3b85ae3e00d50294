"""C: how far the trail has come, as its key has signed it (C2SP tlog-checkpoint)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ...errors import Unreadable, Untrusted
from ...proofs.checkpoint import Checkpoint, Trust
from ...proofs.note import Note, NotSigned, Verifier
from ...registers.anchors import Anchor
from ...registers.log_keys import CODE, LogKey
from ..entry import Entry
from ..findings import Finding, finding
from .walk import Walk, ended


class Checkpoints:
    """Every checkpoint is of these entries, signed by the key of its day; and how far they go."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._notes = walk.source.checkpoints()
        self._next = next(self._notes, None)
        self._count = self._unsigned = self._gaps = 0
        self._covered = 0
        """Of how many entries the newest checkpoint is that is believed."""
        self._cosigned = 0
        """How many witnesses have cosigned that one."""
        self._given = self._keys = walk.trust.keys if walk.trust else ()
        """The keys that are trusted, and those to which they handed on."""
        self._handed, self._beyond = "", False
        """Where they last did, and whether the newest that is believed rests on that."""
        self._as_seen = walk.trust is None or walk.trust.seen is None or not walk.trust.seen.size

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield what does not hold of a checkpoint that ends with this entry."""
        size, self._walk.note = self._walk.frontier.size, None
        while self._next is not None and self._next[0] < size:
            yield finding("C09", str(self._next[0]))
            self._next = next(self._notes, None)
        if self._next is not None and self._next[0] == size:
            self._walk.note = self._next[1]
            yield from self._judged(self._next[1], entry)
            self._next = next(self._notes, None)
        elif entry is not None and ended(entry):
            self._unsigned += 1
        self._seen()

    def finish(self) -> Iterator[Finding]:
        """Yield what is signed and not here, what is here and not signed, and what is trusted."""
        size, trust = self._walk.frontier.size, self._walk.trust
        while self._next is not None:
            yield finding("C09", f"{self._next[0]} entries, here {size}")
            self._next = next(self._notes, None)
        if self._gaps and (self._walk.kept or self._count > 1):  # a pack has only the newest
            yield finding("C10", str(self._gaps))
        if trust is None:
            yield finding("C01", "")
        elif not self._covered:
            yield finding("C03", trust.origin)
        elif (most := self._most_cosigned(trust)) < trust.quorum:
            yield finding("A01", f"{most} of {trust.quorum} witnesses")
        if self._beyond:
            yield finding("K03", self._handed)
        if self._count and trust is not None and trust.seen is not None and not trust.seen.size:
            yield finding("C15", "")
        if not self._as_seen and trust is not None and trust.seen is not None:
            yield finding("C13", f"{trust.seen.size}")
        if self._covered < size and (self._covered or trust is None):
            yield finding("C11", f"{size - self._covered}")

    def _judged(self, note: bytes, entry: Entry | None) -> Iterator[Finding]:
        size = self._walk.frontier.size
        try:
            read = Note.parse(note)
            said = Checkpoint.parse(read.text)
        except Unreadable as error:
            yield finding("C02", f"{size} ({error.about})")
            return
        code = self._wrong(read, said, entry)
        if code:
            yield finding(code, str(size))
        else:
            self._hand_on(read, entry)
            self._believe(read, said)
        if entry is not None and not ended(entry):
            yield finding("C09", str(size))

    def _wrong(self, note: Note, said: Checkpoint, entry: Entry | None) -> str:
        """Return the code of what is wrong with a checkpoint, empty where nothing is."""
        if entry is not None and said.origin != entry.log:
            return "C05"
        if (said.size, said.root) != (self._walk.frontier.size, self._walk.frontier.root()):
            return "C06"
        key = self._walk.items.look(LogKey, CODE)
        try:
            note.check((Verifier.parse(key.vkey),) if key else ())
        except NotSigned:
            return "C08"
        except Untrusted:
            return "C04"
        return ""

    def _hand_on(self, note: Note, entry: Entry | None) -> None:
        key = self._walk.items.look(LogKey, CODE)
        if self._walk.trust is None or key is None or entry is None or not key.former:
            return
        before, new = Verifier.parse(key.former[-1]), Verifier.parse(key.vkey)
        if before in self._keys and new not in self._keys and _by(note, (before,)):
            self._keys += (new,)
            self._handed = f"entry {entry.index}, {key.since:%d/%m/%Y}, {new.name}+{new.id.hex()}"

    def _believe(self, note: Note, said: Checkpoint) -> None:
        trust = self._walk.trust
        if trust is None or (said.origin == trust.origin and _by(note, self._keys)):
            self._covered, self._cosigned = said.size, _cosigned(note, trust)
            self._beyond = bool(trust and self._handed) and not _by(note, self._given)
        self._gaps, self._unsigned = self._gaps + self._unsigned, 0
        self._count += 1

    def _most_cosigned(self, trust: Trust) -> int:
        """Return how many witnesses cosigned one checkpoint, the newest or one kept outside."""
        known = self._walk.items.all().values() if trust.quorum > self._cosigned else ()
        kept = [one.note.encode() for one in known if isinstance(one, Anchor)]
        notes = (_read(note) for note in (*trust.kept, *kept))
        return max([self._cosigned, *(_cosigned(note, trust) for note in notes if note)])

    def _seen(self) -> None:
        trust, frontier = self._walk.trust, self._walk.frontier
        seen = trust.seen if trust else None
        if seen is not None and seen.size == frontier.size:
            self._as_seen = seen.root == frontier.root()


def _read(data: bytes) -> Note | None:
    with suppress(Unreadable):
        return Note.parse(data)
    return None


def _cosigned(note: Note, trust: Trust | None) -> int:
    if trust is None or not trust.quorum:
        return 0
    try:
        held = note.check(trust.witnesses)
    except Untrusted:
        return 0
    # tlog-cosignature: the cosigner's name is not signed, so keys are counted
    return len({key.public for key in held} - {key.public for key in trust.keys})


def _by(note: Note, keys: tuple[Verifier, ...]) -> bool:
    try:
        return bool(note.check(keys))
    except Untrusted:
        return False
