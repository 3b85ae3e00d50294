"""A pack judged by the library: all that its own checker finds, and every rule played again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Final

from ..checker import verify
from ..errors import NotFound, QMSError, Unreadable
from ..proofs import timestamp
from ..proofs.checkpoint import Checkpoint, Trust
from ..proofs.note import Note, Verifier
from ..trail import verification
from ..trail.findings import Finding, Severity, finding
from ..trail.source import Edge, Label, Row, Step
from .filling import Progress, quietly


class NoPack(Unreadable):
    """This is no audit pack that can be read."""

    vi = "Đây không phải gói kiểm toán đọc được."


class PackSource:
    """A whole pack as a source: what a clone alone has, and the evidence that went along."""

    def __init__(self, pack: verify.Files, size: int) -> None:
        self._pack, self._size = pack, size

    def size(self) -> int:
        """Return how many entries the pack says it has."""
        return self._size

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each entry from an index on, in order."""
        return islice(self._pack.lines("trail.jsonl", verify.LONGEST), start, None)

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield the signed checkpoint of the pack."""
        note = self._pack.read("checkpoint")
        yield verify.Checkpoint.parse(note).size, note

    def expect(self, digests: Collection[str]) -> None:
        """Do nothing: in a pack each lies under its own name."""

    def content(self, digest: str) -> bytes | None:
        """Return the bytes of a content, or ``None`` where they are not here."""
        return self._kept(f"contents/{digest}")

    def evidence(self, digest: str) -> bytes | None:
        """Return the bytes of evidence or of a personal text, or ``None``."""
        found = self._kept(f"contents/{digest}")
        return self._kept(f"people/{digest}") if found is None else found

    def over(self) -> frozenset[str]:
        """Return nothing: a pack has no vault."""
        return frozenset()

    def elsewhere(self) -> tuple[str, ...]:
        """Return nothing: a pack has what it was made with."""
        return ()

    def edge(self) -> Edge | None:
        """Return nothing: a pack has no ledger."""

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield nothing: a pack keeps no nodes."""
        return iter(())

    def rows(self) -> Iterator[Row]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def rows_of(self, items: Collection[str]) -> Iterator[Row]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def labels(self) -> Iterator[Label]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def disagreeing(self) -> Iterator[str]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def misshapen(self) -> Iterator[str]:
        """Yield nothing: a pack has no tables."""
        return iter(())

    def files(self, until: ExitStack) -> Iterator[tuple[str, str]] | None:
        """Return nothing: a pack has no git."""

    def beside(self) -> Iterator[str]:
        """Yield nothing: a pack has no git."""
        return iter(())

    def steps(self) -> Iterator[Step]:
        """Yield nothing: a pack has no git."""
        return iter(())

    def _kept(self, name: str) -> bytes | None:
        return self._pack.read(name, verify.LARGEST) if name in self._pack.members else None


TOLD: Final = frozenset(
    {"A01", "A05", "A06", "C01", "C03", "C08", "C11", "K01", "K02", "K03", "K11", "K13", "K14"}
)
"""What the pack's own checker tells itself, of all the checkpoints in the pack."""


def entries_in(path: Path) -> Iterator[bytes]:
    """Yield the entries of a pack as it holds them, or raise ``Unreadable``."""
    with path.open("rb") as file:
        try:
            yield from verify.Pack(file).lines("trail.jsonl", verify.LONGEST)
        except verify.Found as found:
            raise NoPack(str(path)) from found


def size_of(path: Path) -> int:
    """Return of how many entries the checkpoint of a pack is, or raise ``Unreadable``."""
    with path.open("rb") as file:
        try:
            return verify.Checkpoint.parse(verify.Pack(file).read("checkpoint")).size
        except (verify.Found, ValueError) as found:
            raise NoPack(str(path)) from found


def judged(
    path: Path, trust: Trust | None = None, progress: Progress = quietly
) -> Iterator[Finding]:
    """Yield everything that does not hold in a pack.

    What its own checker finds comes first. Of a whole pack that it reads to the end, every rule
    is then judged again; of a part, rules cannot be. Without trust, a warning says that nobody
    knows whose key signed.
    """
    with path.open("rb") as file:
        try:
            audit = verify.Audit(verify.Pack(file), _trust(trust))
        except verify.Found as found:
            yield _finding(found.finding)
            return
        audit.told = lambda done: progress(done, 2 * audit.about["entries"])
        said = set()
        for one in audit.findings():
            said.add((one.code, _place(one.about)))
            if one.code != "A06":
                yield _finding(one)
        yield from _stamps(audit, trust)
        readable = all(code in ("C01", "P09") or code[0] not in "CPT" for code, _ in said)
        if audit.about["whole"] and readable:
            source, told = PackSource(audit.pack, audit.about["size"]), _second(progress)
            for one_more in verification.verify(source, trust, told):
                place = (one_more.code, _place(one_more.about))
                if one_more.code not in TOLD and place not in said:
                    yield one_more


def _second(progress: Progress) -> Progress:
    """Return what is told of the second half of the work."""
    return lambda done, of: progress(of + done, 2 * of)


def _stamps(audit: verify.Audit, trust: Trust | None) -> Iterator[Finding]:
    """Yield the timestamps that nobody who is trusted made, or of which nobody knows."""
    for about, name, text in audit.stamps:
        data = audit.pack.read(name, verify.LARGEST)
        try:
            if trust is None or not trust.authorities:
                yield finding("A06", about)
            else:
                timestamp.check(data, text, trust.authorities)
        except NotFound:  # of what reads timestamps
            yield finding("A06", about)
        except QMSError as error:
            yield finding("A05", about, error)


def _place(about: str) -> str:
    """Return the entry that a finding is about, or all of what it is about."""
    first = about.partition(", ")[0]
    return first if first.startswith("entry ") else about


def _trust(trust: Trust | None) -> verify.Trust:
    if trust is None:
        return verify.Trust()
    keys, witnesses = (tuple(map(_key, held)) for held in (trust.keys, trust.witnesses))
    named = tuple(_anchors(trust))
    names, anchors = tuple(name for name, _ in named), tuple(one for _, one in named)
    return verify.Trust(keys, witnesses, trust.quorum, anchors, names)


def _anchors(trust: Trust) -> Iterator[tuple[str, verify.Checkpoint]]:
    if (seen := trust.seen) is not None:
        text = seen.text().encode()
        yield str(seen.size), verify.Checkpoint(seen.origin, seen.size, seen.root, text, ())
    for name, note in trust.named():
        size = Checkpoint.parse(Note.parse(note).text).size  # refuses what is none
        yield name or str(size), verify.Checkpoint.parse(note)


def _key(held: Verifier) -> verify.Key:
    return verify.Key.parse(held.text())


def _finding(found: verify.Finding) -> Finding:
    warns = found.code in verify.WARNINGS
    severity = Severity.WARNING if warns else Severity.ERROR
    about = "" if found.cut() else found.about
    return Finding(found.code, about, *found.sentences(), severity)
