"""The trail as other tools read it: events, their proofs, a feed to follow (7.5.3, 9.1.3)."""

from .activity import Activity
from .choosing import NoSuchKind, SeveralItems
from .extent import Entries
from .proving import BeyondTrail, NothingSigned
from .slip import Slip
from .telling import BATCH, STRUCTURED, Event, Field, Title, batch, titled
from .trail import START, Backwards, ItemHistory, Trail

__all__ = [
    "BATCH",
    "START",
    "STRUCTURED",
    "Activity",
    "Backwards",
    "BeyondTrail",
    "Entries",
    "Event",
    "Field",
    "ItemHistory",
    "NoSuchKind",
    "NothingSigned",
    "SeveralItems",
    "Slip",
    "Title",
    "Trail",
    "batch",
    "titled",
]
