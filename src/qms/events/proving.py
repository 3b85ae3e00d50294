"""What one view of the trail can prove to a stranger: RFC 9162, 2.1; C2SP tlog-proof.

Everything stands under the newest signed checkpoint, and reads O(log n) hashes of the tree.
"""

from __future__ import annotations

from ..errors import NotFound
from ..proofs.checkpoint import Checkpoint
from ..proofs.merkle import Frontier, consistency
from ..proofs.note import Note
from ..proofs.witness import Request
from ..storage.reader import Reader
from ..trail import proof
from ..trail.entry import Entry
from ..trail.proof import History, Proof


class NothingSigned(NotFound):
    """No checkpoint is signed over this yet; it is with the next operation where the key is."""

    vi = "Phần này chưa có điểm kiểm chứng đã ký; thao tác tiếp theo ở nơi giữ khóa sẽ ký."


class BeyondTrail(NotFound):
    """The trail has no such entry, or none yet."""

    vi = "Nhật ký không có, hoặc chưa có, mục này."


def checkpoint(now: Reader, size: int | None = None) -> Note:
    """Return the newest signed checkpoint, of at most so many entries."""
    found = now.checkpoint(size)
    if found is None:
        raise NothingSigned(str(now.size()))
    return Note.parse(found)


def entry(now: Reader, index: int) -> Proof:
    """Return the proof that an entry stands in the trail."""
    if not 0 <= index < now.size():
        raise BeyondTrail(str(index))
    return proof.prove(now.nodes, index, _over(now, index))


def history(now: Reader, item: str, entries: list[bytes]) -> History:
    """Return the entries about an item, each with its proof."""
    last = Entry.parse(entries[-1]).index if entries else -1
    return proof.history(item, entries, now.nodes, _over(now, last))


def grown(now: Reader, old: int, new: int) -> tuple[bytes, ...]:
    """Return the hashes that prove the trail of one size to begin with that of another."""
    if not 0 <= old <= new <= now.size():
        raise BeyondTrail(f"{old} – {new}")
    return consistency(now.nodes, old, new)


def root(now: Reader, size: int) -> bytes:
    """Return the root over so many entries."""
    if not 0 <= size <= now.size():
        raise BeyondTrail(str(size))
    return Frontier.read(now.nodes, size).root()


def request(now: Reader, seen: int) -> Request:
    """Return what is asked of a witness that has cosigned so many entries before."""
    return Request.of(checkpoint(now), seen, now.nodes)


def _over(now: Reader, index: int) -> Note:
    found = checkpoint(now)
    if not -1 <= index < Checkpoint.parse(found.text).size:
        raise NothingSigned(f"entry {index}")
    return found
