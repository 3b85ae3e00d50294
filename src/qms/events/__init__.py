"""The trail as other tools read it: events, their proofs, a feed to follow (7.5.3, 9.1.3)."""

from .choosing import NoSuchKind, SeveralItems
from .extent import Entries
from .telling import BATCH, STRUCTURED, Event, Field, Title, batch, titled
from .trail import START, BeyondTrail, ItemHistory, Trail

__all__ = [
    "BATCH",
    "START",
    "STRUCTURED",
    "BeyondTrail",
    "Entries",
    "Event",
    "Field",
    "ItemHistory",
    "NoSuchKind",
    "SeveralItems",
    "Title",
    "Trail",
    "batch",
    "titled",
]
