"""What the vault is to hold, and what of it is destroyed in the end: ISO 9001:2015, 7.5.3.2 d."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..checker.verify import sealed
from ..errors import Conflict
from ..registers.records import Correction, Record, destroyable
from ..trail.entry import Entry
from .reader import Reader
from .vault import Vault

RECORDS: Final = (Record.register, Correction.register)
"""The registers whose contents may come to be destroyed."""


class PerhapsDestroyed(Conflict):
    """Some of the contents are destroyed, perhaps not for good yet; dispose of them again."""

    clause = "7.5.3.2 d"
    exit_code = 9

    vi = "Đã hủy một phần nội dung, có thể chưa dứt hẳn; hãy chạy lại việc hủy."


def doomed(now: Reader, vault: Vault) -> list[str]:
    """Return the digests of what is here, may be destroyed by now, and nothing else rests on."""
    here = {digest for digest in over(now) if vault.found(digest) is not None}
    return sorted(here - _rested_on(now)) if here else []


def destroyed(now: Reader, vault: Vault) -> tuple[str, ...]:
    """Destroy what is doomed; return the digests.

    Raise ``PerhapsDestroyed`` where the disk breaks meanwhile.
    """
    here = doomed(now, vault)
    try:
        gone = tuple(digest for digest in here if vault.destroy(digest))
        vault.settle(over(now))  # what somebody destroyed, too, who was killed then
    except OSError as error:
        raise PerhapsDestroyed(str(error)) from error
    return gone


def promised(entries: Iterable[bytes]) -> Iterator[str]:
    """Yield the digest of each content that entries promise of a vault, entry by entry."""
    for entry in map(Entry.parse, entries):
        yield from (kept.sha256 for kept in entry.evidence.values())
        yield from sealed(entry.change)


def over(now: Reader) -> frozenset[str]:
    """Return the digests of what may be destroyed by now, whether or not it was."""
    return destroyable(now.select(Record), now.select(Correction))


def _rested_on(now: Reader) -> set[str]:
    """Return the digest of every evidence that is not a record's alone."""
    entries = map(Entry.parse, now.entries())
    others = (entry for entry in entries if entry.item.partition(":")[0] not in RECORDS)
    return {kept.sha256 for entry in others for kept in entry.evidence.values()}
