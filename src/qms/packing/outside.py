"""What entries say is kept outside, read from them alone: a clone and a pack have no tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ..changes import day_of
from ..errors import QMSError
from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Note
from ..registers.anchors import Anchor, KeepAnchor, Medium

_KEEPS = f'"kind":"{KeepAnchor.kind}"'.encode()


def told(entries: Iterable[bytes], kept: Iterable[bytes] = ()) -> Iterator[Anchor]:
    """Yield the anchors that entries brought back, and those that whoever asks has kept.

    These are of the day of the last entry here that they cover.
    """
    wanted = sorted(kept, key=lambda note: _said(note).size)
    day = None
    for data in entries:
        if not wanted and _KEEPS not in data:
            continue
        try:
            entry = json.loads(data)
            now = day_of(datetime.fromisoformat(entry["at"]))
            if entry["kind"] == KeepAnchor.kind:
                yield _brought(entry["change"], now)
            while wanted and (size := _said(wanted[0]).size) <= entry["index"] + 1:
                of = now if size == entry["index"] + 1 else day or now
                yield _anchor("anchor", wanted.pop(0).decode(), Medium.FILE, "--anchor", of)
            day = now
        except (ValueError, TypeError, KeyError, QMSError):
            continue  # verification says what is wrong with it


def told_by(kept: Iterable[bytes]) -> tuple[str, list[int]]:
    """Return the kind of the entries by which anchors are told, and the places of the others."""
    return KeepAnchor.kind, [_said(note).size - 1 for note in kept]


def _brought(change: dict[str, str], day: date) -> Anchor:
    return _anchor(change["code"], change["note"], Medium(change["medium"]), change["place"], day)


def _anchor(code: str, note: str, medium: Medium, place: str, day: date) -> Anchor:
    said = _said(note.encode())
    return Anchor(
        id=f"{Anchor.register}:{code}",
        code=code,
        size=said.size,
        root=said.root.hex(),
        note=note,
        medium=medium,
        place=place,
        day=day,
    )


def _said(note: bytes) -> Checkpoint:
    return Checkpoint.parse(Note.parse(note).text)
