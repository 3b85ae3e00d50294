"""Reviews of documents, by the calendar and by cause: ISO 9001:2015, 7.5.3.2 (2008: 4.2.3 b).

Nothing here falls due by itself: ``due`` answers from what is in force, what was reviewed
and what the policy says, on any day and as often as it is asked.

*reviewing* opens and concludes them, *owing* says which are due.
"""

from .items import Cause, Outcome, Review, ReviewState, Running, Watchlist
from .owing import (
    Due,
    Reviewed,
    Trigger,
    Wording,
    due,
    next_day,
    openings,
    scheduled,
    triggered,
    unanswered,
)
from .reviewing import (
    Cancel,
    Conclude,
    DuePast,
    Join,
    MergedWithNothing,
    NotAffected,
    NothingToReview,
    NotPutOff,
    Open,
    OriginMissing,
    OverTaken,
    PastTheLaw,
    ProposalMissing,
    PutOff,
    ReviewAlreadyOpen,
    ReviewNotOpen,
)

__all__ = [
    "Cancel",
    "Cause",
    "Conclude",
    "Due",
    "DuePast",
    "Join",
    "MergedWithNothing",
    "NotAffected",
    "NotPutOff",
    "NothingToReview",
    "Open",
    "OriginMissing",
    "Outcome",
    "OverTaken",
    "PastTheLaw",
    "ProposalMissing",
    "PutOff",
    "Review",
    "ReviewAlreadyOpen",
    "ReviewNotOpen",
    "ReviewState",
    "Reviewed",
    "Running",
    "Trigger",
    "Watchlist",
    "due",
    "next_day",
    "openings",
    "scheduled",
    "triggered",
    "unanswered",
]
