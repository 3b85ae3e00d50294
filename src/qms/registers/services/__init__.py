"""Administrative procedures (thủ tục hành chính) and their simplification: 8.2.2, 8.2.4.

*announcing* follows the decisions that announce them, *simplifying* the review of a year,
*comparing* answers where a procedure of ours says other than what was announced.
"""

from .announcing import (
    Announce,
    AnnounceAgain,
    AnnouncedAhead,
    AnnouncedBackwards,
    Link,
    NotLinked,
    Repeal,
    Unlink,
)
from .comparing import (
    Difference,
    LevelShare,
    NothingOffered,
    NothingSelected,
    Ratio,
    differences,
    online,
    ratio,
)
from .items import (
    ONLINE,
    RENAMED,
    Campaign,
    Level,
    NotOffered,
    Proposal,
    Selection,
    SelectionState,
    Service,
    ServiceState,
)
from .simplifying import (
    CarryOut,
    Conclude,
    DecideProposal,
    DueBeforeYear,
    NoDueDay,
    NotByPercent,
    NotYetAnnounced,
    OpenCampaign,
    OtherCode,
    Select,
    SelectionOutOfStep,
    SubmitProposal,
)
