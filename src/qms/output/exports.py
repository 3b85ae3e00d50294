"""The trail as a file for somebody's own tools, written as it is read: memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from ..changes import HERE, ActorKind
from ..errors import Refused
from ..events import Entries, Event, titled
from ..proofs import merkle
from ..storage.fresh import fresh
from ..values import canonical
from .sheets import write_csv
from .workbook import write_xlsx

COLUMNS: Final = (
    "index",
    "at",
    "who",
    "what",
    "code",
    "kind",
    "item",
    "actor",
    "post",
    "hand",
    "change",
    "digest",
)
"""What a row has; ``digest`` is the leaf hash, ``at`` is in Viet Nam's time."""

Cells: TypeAlias = tuple[int | str | datetime, ...]


class OtherForm(Refused):
    """The trail is written as .jsonl, .csv or .xlsx."""

    vi = "Nhật ký được xuất ra tệp .jsonl, .csv hoặc .xlsx."


def export(
    entries: Entries, path: str | Path, *, language: str = "vi", titles: Sequence[str] = COLUMNS
) -> None:
    """Write entries to a new file whose name says the form; what fails leaves no file behind.

    JSON Lines are the canonical bytes: each line is a leaf of the tree. The others have a row
    for each entry, in which nothing is a formula.
    """
    place = Path(path)
    form = _FORMS.get(place.suffix.lower())
    if form is None:
        raise OtherForm(place.name)
    with fresh(place) as file:
        form(entries, file, language, titles)


def row(event: Event, language: str) -> Mapping[str, Any]:
    """Return what a row says of an event, by column."""
    title, entry = event.title, event.entry
    return {
        "index": event.index,
        "at": event.at,
        "who": event.who(language),
        "what": title.vi if language == "vi" else title.en,
        "code": event.code,
        "kind": event.kind,
        "item": event.item,
        "actor": entry.actor.id,
        "post": entry.actor.post,
        "hand": entry.actor.kind.value,
        "change": entry.change,
        "digest": event.digest,
    }


def as_jsonl(entries: Entries, file: IO[bytes], *_: object) -> None:
    """Write the canonical bytes of each entry on a line of its own."""
    for page in entries.pages():
        file.write(b"\n".join((*page, b"")))


def as_csv(entries: Entries, file: IO[bytes], language: str, titles: Sequence[str]) -> None:
    """Write a row for each entry as CSV, every cell guarded."""
    rows = (tuple(map(_plain, cells)) for cells in _rows(entries, language))
    write_csv(chain([titles], rows), file)


def as_xlsx(entries: Entries, file: IO[bytes], language: str, titles: Sequence[str]) -> None:
    """Write a row for each entry as a workbook: moments as moments, on as many sheets as needed."""
    write_xlsx(titles, _rows(entries, language), file)


_FORMS: Final[Mapping[str, Callable[[Entries, IO[bytes], str, Sequence[str]], None]]] = {
    ".jsonl": as_jsonl,
    ".csv": as_csv,
    ".xlsx": as_xlsx,
}


def _plain(cell: int | str | datetime) -> str:
    return cell.isoformat(" ", "microseconds") if isinstance(cell, datetime) else str(cell)


def _rows(entries: Entries, language: str) -> Iterator[Cells]:
    what: dict[str, str] = {}
    for line, says, name in entries.said():
        kind, actor, change = says["kind"], says["actor"], says["change"]
        if kind not in what:
            title = titled(kind)
            what[kind] = title.vi if language == "vi" else title.en
        hand = actor["kind"]
        yield (
            says["index"],
            datetime.fromisoformat(says["at"]).astimezone(HERE),
            name or (ActorKind(hand).vi if language == "vi" else hand),
            what[kind],
            str(change.get("code", "")),
            kind,
            says["item"],
            actor["id"],
            actor["post"],
            hand,
            canonical(change).decode(),
            merkle.leaf_hash(line).hex(),
        )
