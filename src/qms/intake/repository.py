"""An older git repository of procedures: what its branch held, told as the history of documents.

A commit that changes the bytes of a file is a revision, with author and time as facts. A file
that only moves (the same blob under another name) is the same document and makes no revision. A
file that goes is a removal. Which document a file is follows from its path, commit by commit;
what the document is called, from its front part, its first heading or its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from ..changes import HERE, AlreadyThere, Change
from ..errors import QMSError, Unreadable
from ..registers.documents import (
    AdoptDocument,
    AdoptRemoval,
    AdoptRevision,
    Front,
    InTheFuture,
    Rename,
    part,
)
from ..storage.foreign import Commit, Touch
from ..values import Content, key
from .files import Hidden, IsLink, hidden, suffix
from .proposals import Proposal, Remark

NUMBERED: Final = "Số lần được đánh theo thứ tự ghi trong kho git."
CLOCK: Final = "Giờ ghi trong kho git đi lùi; ngày hiệu lực lấy theo lần trước."

Read = Callable[[str], bytes]


class NoMoment(Unreadable):
    """The time of this commit cannot be read."""

    vi = "Không đọc được thời điểm của lần ghi này."


class Given(NamedTuple):
    """What a repository does not say of its documents: a front part in a text goes before it.

    Without a type, the letters that a code begins with are the type. Only files under the
    folder ``under`` are documents.
    """

    unit: str
    owner: str
    type: str = ""
    under: str = ""


class Facts(NamedTuple):
    """What a file says of its document, or its name where it says nothing."""

    code: str
    title: str
    front: Front | None


class Moment(NamedTuple):
    """A commit, seen from one file."""

    commit: Commit
    path: str
    day: date

    @property
    def place(self) -> str:
        """Return where this is told, as git writes it: commit and path."""
        return _place(self.commit, self.path)

    @property
    def source(self) -> str:
        """Return the words for where this was found."""
        return f"git {self.commit.id}, {_line(self.path)}"


class Track:
    """One document, followed through the commits."""

    def __init__(self, at: Moment, facts: Facts) -> None:
        self.path, self.live = at.path, True
        self.first, self.facts = at, facts
        self.titles = [facts.title]
        self.codes = [facts.code]
        self._events: list[tuple[Moment, type[Change[Any]], dict[str, object]]] = []
        self._since = date.min
        self._revisions = 0

    def revise(self, at: Moment, facts: Facts, data: bytes) -> None:
        """Add a revision."""
        self.call(at, facts)
        note = f"{NUMBERED} {CLOCK}" if at.day < self._since else NUMBERED
        self._since = max(at.day, self._since)
        fields: dict[str, object] = {
            "text": Content.of(data),
            "issue": 1,
            "amendment": self._revisions,
            "issued": at.day,
            "effective": self._since,
            "summary": _line(at.commit.message),
            "source": at.source,
            "author": _line(at.commit.author),
            "written": at.commit.at,
            "note": note,
        }
        self._revisions += 1
        self._events.append((at, AdoptRevision, fields))

    def call(self, at: Moment, facts: Facts) -> None:
        """Take note of the name that a document has from now on."""
        self.facts = facts
        if facts.title != self.titles[-1]:
            self.titles.append(facts.title)
            fields: dict[str, object] = {"title": facts.title, "reason": at.source}
            self._events.append((at, Rename, fields))

    def remove(self, at: Moment) -> None:
        """Add that the document was removed."""
        self.live = False
        self._since = max(at.day, self._since)
        self._events.append((at, AdoptRemoval, {"day": self._since, "source": at.source}))

    def history(self, given: Given) -> list[Proposal]:
        """Return what adopts the document, then its events."""
        code = self.codes[-1]
        front = self.facts.front
        opening = {
            "code": code,
            "title": self.titles[0],
            "type": front.type if front else given.type or _letters(code),
            "unit": front.unit if front else given.unit,
            "owner": front.owner if front else given.owner,
            "suffix": suffix(self.path),
            "aliases": tuple(self.codes[:-1]),
            "parents": front.parents if front else (),
            "services": front.services if front else (),
        }
        return [
            Proposal(self.first.place, AdoptDocument, opening),
            *(Proposal(at.place, of, {"code": code, **said}) for at, of, said in self._events),
        ]


class Walk:
    """One pass over the commits, from the first to the last."""

    def __init__(self, read: Read, given: Given, today: date) -> None:
        self.tracks: list[Track] = []
        self.remarks: list[Remark] = []
        self._read, self._given, self._today = read, given, today
        self._live: dict[str, Track] = {}
        self._codes: dict[str, Track] = {}
        self._passed: set[str] = set()

    def take(self, commit: Commit) -> None:
        """Follow each document through the next commit."""
        touches = list(self._ours(commit))
        day = _day(commit.at) if commit.at else None
        if day is None or day > self._today:
            error = InTheFuture(str(day)) if day else NoMoment()
            self.remarks += (Remark(_place(commit, touch.path), error) for touch in touches)
            return
        gone = {touch.path: touch.before for touch in touches if touch.after is None}
        written = [touch for touch in touches if touch.after is not None]
        moved = [
            touch for touch in written if self._moved(Moment(commit, touch.path, day), touch, gone)
        ]
        for touch in written:
            if touch not in moved:
                self._write(Moment(commit, touch.path, day), touch, gone)
        for path in gone:
            track = self._live.pop(path, None)
            if track is not None:
                track.remove(Moment(commit, path, day))

    def _ours(self, commit: Commit) -> Iterator[Touch]:
        """Yield what concerns documents; remark once on each path that never will."""
        for path in filter(self._under, commit.odd):
            self.remarks.append(Remark(_place(commit, path), IsLink()))
        for touch in commit.touches:
            if not self._under(touch.path) or touch.path in self._passed:
                continue
            if any(map(hidden, touch.path.split("/"))):
                self._pass_over(commit, touch.path, Hidden())
            else:
                yield touch

    def _under(self, path: str) -> bool:
        return path.startswith(f"{self._given.under}/" if self._given.under else "")

    def _moved(self, at: Moment, touch: Touch, gone: dict[str, str | None]) -> bool:
        """Follow a file to its new name, if it only moved."""
        same = [path for path, blob in gone.items() if blob == touch.after and path in self._live]
        if touch.path in self._live or not same:
            return False
        old = min(same, key=lambda path: (_name(path) != _name(touch.path), path))
        data = self._bytes(at, touch)
        if data is None:
            return False
        track = self._live[touch.path] = self._live.pop(old)
        del gone[old]
        track.path = touch.path
        facts = _facts(touch.path, data)
        self._recode(at, track, facts.code)
        track.call(at, facts)
        return True

    def _write(self, at: Moment, touch: Touch, gone: dict[str, str | None]) -> None:
        data = self._bytes(at, touch)
        if data is None:
            return
        facts = _facts(touch.path, data)
        track = self._live.get(touch.path) or self._opened(at, facts, gone)
        if track is not None:
            self._recode(at, track, facts.code)
            track.revise(at, facts, data)

    def _bytes(self, at: Moment, touch: Touch) -> bytes | None:
        try:
            return self._read(touch.after or "")
        except QMSError as error:
            self.remarks.append(Remark(at.place, error))
            return None

    def _opened(self, at: Moment, facts: Facts, gone: dict[str, str | None]) -> Track | None:
        """Return the document that a new file is: a new one, or one that was there before."""
        track = self._codes.get(key(facts.code))
        if track is None:
            track = self._codes[key(facts.code)] = Track(at, facts)
            self.tracks.append(track)
        elif track.live and track.path not in gone:
            self._pass_over(at.commit, at.path, AlreadyThere(f"{facts.code} ({track.path})"))
            return None
        else:
            gone.pop(track.path, None)
            self._live.pop(track.path, None)
        self._live[at.path] = track
        track.path, track.live = at.path, True
        return track

    def _recode(self, at: Moment, track: Track, code: str) -> None:
        holder = self._codes.setdefault(key(code), track)
        if holder is not track:
            self.remarks.append(Remark(at.place, AlreadyThere(code), field="code"))
            return
        track.codes = [*(old for old in track.codes if key(old) != key(code)), code]

    def _pass_over(self, commit: Commit, path: str, error: QMSError) -> None:
        self._passed.add(path)
        self.remarks.append(Remark(_place(commit, path), error))


def histories(
    commits: Iterable[Commit], read: Read, given: Given, today: date
) -> tuple[list[list[Proposal]], list[Remark]]:
    """Return the history of each document that a branch held, and a remark on all else.

    ``read`` gives the bytes of a blob.
    """
    walk = Walk(read, given, today)
    for commit in commits:
        walk.take(commit)
    return [track.history(given) for track in walk.tracks], walk.remarks


_HEADING: Final = re.compile(r"^# +(\S.{0,300})$", re.MULTILINE)


def _facts(path: str, data: bytes) -> Facts:
    code = unicodedata.normalize("NFC", _name(path).removesuffix(f".{suffix(path)}"))
    code = code if suffix(path) != "bin" else _name(path)
    try:
        text = data.decode()
        front = part(text).front
    except (UnicodeDecodeError, QMSError):
        return Facts(code, code, None)
    if front is not None:
        return Facts(front.code, front.title or front.code, front)
    heading = _HEADING.search(text)
    return Facts(code, _line(heading[1]) if heading else code, None)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _place(commit: Commit, path: str) -> str:
    return f"{commit.id[:10]}:{path}"


def _day(at: datetime) -> date:
    return at.astimezone(HERE).date()


def _letters(code: str) -> str:
    found = re.match(r"[^\W\d_]+", code)
    return found[0] if found else code


def _line(text: str) -> str:
    """Return the first line of a text as one that an entry may hold."""
    line = next(iter(text.strip().splitlines()), "")
    return "".join(letter if letter.isprintable() else " " for letter in line[:500]).strip()
