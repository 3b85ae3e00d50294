"""Documents from outside and the law they hold: ISO 9001:2015, 7.5.3.2, 8.2.2 (2008: 4.2.3 f).

*entering* writes down their days and what rests on them, *turning* what happens to them
afterwards, *citing* answers who cites law that is over and who owes a review.
"""

from .citing import Citation, citing_expired, disputed, unregistered, upcoming
from .entering import (
    AlreadyLinked,
    Dispute,
    Enter,
    Link,
    NotDisputed,
    NotLinked,
    Settle,
    SignedInTheFuture,
    Unlink,
)
from .items import (
    Amendment,
    EndBeforeBeginning,
    External,
    InForceBeforeSigned,
    Part,
    Standing,
    Suspension,
    Turn,
    What,
)
from .turning import (
    AlreadyExpired,
    AlreadySuspended,
    Amend,
    NotSuspended,
    OfItself,
    PartAlreadyOut,
    Repeal,
    Replace,
    ReplacedByOlder,
    Resume,
    Suspend,
)

__all__ = [
    "AlreadyExpired",
    "AlreadyLinked",
    "AlreadySuspended",
    "Amend",
    "Amendment",
    "Citation",
    "Dispute",
    "EndBeforeBeginning",
    "Enter",
    "External",
    "InForceBeforeSigned",
    "Link",
    "NotDisputed",
    "NotLinked",
    "NotSuspended",
    "OfItself",
    "Part",
    "PartAlreadyOut",
    "Repeal",
    "Replace",
    "ReplacedByOlder",
    "Resume",
    "Settle",
    "SignedInTheFuture",
    "Standing",
    "Suspend",
    "Suspension",
    "Turn",
    "Unlink",
    "What",
    "citing_expired",
    "disputed",
    "unregistered",
    "upcoming",
]
