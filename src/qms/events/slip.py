"""What is handed out of the trail, to be kept where nobody here can alter it (7.5.3.1 b)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Note
from ..registers.log_keys import CODE, LogKey
from ..registers.people import ORGANISATION, Organisation
from ..storage.reader import Reader
from . import proving


class Slip(NamedTuple):
    """What is handed out: whose trail, the signed checkpoint, the public key, the day."""

    organisation: str
    note: Note
    vkey: str
    on: date

    @property
    def checkpoint(self) -> Checkpoint:
        """Return what the note says."""
        return Checkpoint.parse(self.note.text)


def slip(now: Reader, on: date) -> Slip:
    """Return the newest checkpoint as it is handed out on a day, or raise ``NothingSigned``."""
    note = proving.checkpoint(now)
    key, whose = now.look(LogKey, CODE), now.look(Organisation, ORGANISATION)
    if key is None or whose is None:
        raise proving.NothingSigned(str(now.size()))
    return Slip(whose.name, note, key.vkey, on)
