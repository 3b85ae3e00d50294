"""What the year is played on: a folder, a clock, people who do things, and a voice that tells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from ..changes import HERE, Change
from ..errors import QMSError
from ..registers import documents as d
from ..registers import records as r
from ..system import QMS, open

YEAR: Final = 2026
START: Final = datetime(YEAR, 1, 5, 1, tzinfo=UTC)


class Voice(NamedTuple):
    """How the demonstration speaks; ``show`` carries out a command that anybody may repeat."""

    heading: Callable[[str], None]
    done: Callable[[str], None]
    refused: Callable[[QMSError], None]
    fact: Callable[[str], None]
    show: Callable[[tuple[str, ...]], None]


class Unexpected(QMSError):
    """The demonstration met something that must not happen."""

    vi = "Buổi trình diễn gặp điều không được phép xảy ra."


class Year:
    """A folder and a clock that runs from morning to morning; a context manager."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self.folder, self.voice, self.at = folder, voice, START
        self._open: dict[str, QMS] = {}
        self._closing = ExitStack()

    @property
    def today(self) -> date:
        """Return the day it is."""
        return self.at.astimezone(HERE).date()

    def now(self) -> datetime:
        """Return the next moment."""
        self.at += timedelta(seconds=1)
        return self.at

    def on(self, month: int, day: int) -> date:
        """Set the clock to a morning that lies ahead, and return the day."""
        if date(YEAR, month, day) < self.today:
            raise Unexpected(f"{day}/{month} < {self.today}")
        self.at = max(self.at, datetime(YEAR, month, day, 1, tzinfo=UTC))
        return self.today

    def by(self, actor: str) -> QMS:
        """Return the system, open for one of its people until the year is over."""
        if actor not in self._open:
            system = open(self.folder, actor=actor, now=self.now)
            self._open[actor] = self._closing.enter_context(system)
        return self._open[actor]

    def do(self, actor: str, *changes: Change[Any]) -> tuple[str, ...]:
        """Make changes happen in one operation; return the codes of their items."""
        entries = self.by(actor).perform(*changes)
        return tuple(str(entry.change["code"]) for entry in entries)

    def heading(self, says: str) -> None:
        """Begin a scene, with its day."""
        self.voice.heading(f"{self.today:%d/%m}  {says}")

    def refuse(self, actor: str, *changes: Change[Any]) -> None:
        """Show that a wrong move is refused, and why."""
        try:
            self.by(actor).perform(*changes)
        except QMSError as refusal:
            self.voice.refused(refusal)
        else:
            raise Unexpected(changes[-1].kind)

    def show(self, *words: str) -> None:
        """Show what a command says at the end of this day."""
        self.voice.show(("--as-of", f"{self.today:%d/%m/%Y}", *words))

    def read(self, *codes: str, since: date, but: str = "") -> int:
        """Let everybody who is to read these texts confirm it; return how many people."""
        system = self.by("lan")
        owed: dict[str, list[str]] = {}
        for code in codes:
            for person in system.receipts_owed(code, since):
                owed.setdefault(person.code, []).append(code)
        owed.pop(but, None)
        for who, own in owed.items():
            self.do(who, *(d.Acknowledge(document=code) for code in own))
        return len(owed)

    def kept(self, title: str, process: str) -> r.Retain:
        """Return the change that keeps the evidence of work done today."""
        return r.Retain(
            title=title,
            unit="VP",
            process=process,
            day=self.today,
            contents={"ho-so.txt": title},
            ended=YEAR,
            years=10,
            basis="10/2022/TT-BNV",
        )

    def sign(self, *codes: str) -> int:
        """Let the reviewer and then the director sign drafts; return how many contents."""
        system = self.by("mai")
        drafts = {code: system.get(d.Document, code).draft for code in codes}
        digests = {code: draft.digest for code, draft in drafts.items() if draft}
        self.do("mai", *(d.Endorse(code=code, digest=of) for code, of in digests.items()))
        self.do("binh", *(d.Approve(code=code, digest=of) for code, of in digests.items()))
        return len(digests)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
