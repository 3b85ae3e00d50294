"""An audit pack: one file to hand over, which its own checker checks (ISO 9001:2015, 9.2, 9.3)."""

from .filling import NoCheckpoint, Packed, Progress, pack, quietly
from .judging import entries_in, judged, size_of
from .outside import told, told_by
from .wanted import NothingToPack, NothingToRedact, OtherAnchor, Wanted

__all__ = [
    "NoCheckpoint",
    "NothingToPack",
    "NothingToRedact",
    "OtherAnchor",
    "Packed",
    "Progress",
    "Wanted",
    "entries_in",
    "judged",
    "pack",
    "quietly",
    "size_of",
    "told",
    "told_by",
]
