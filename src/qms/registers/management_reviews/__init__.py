"""Management reviews, their twelve inputs and conclusions: ISO 9001:2015, 9.3 (2008: 5.6).

*meeting* plans, announces and holds, *gathering* fills the inputs, *concluding* decides and signs,
*asking* says what became of the last review and when the next one is due.
"""

from .asking import (
    FollowUp,
    follow_up,
    next_by,
    overdue,
    regular,
)
from .concluding import (
    AlreadyTask,
    BecomeTask,
    CloseReview,
    ConclusionDueBefore,
    ConclusionNotTask,
    Decide,
    InputMissing,
    NoMinutes,
    NotItsTask,
    OtherConclusionCode,
    OwnMinutes,
    SignMinutes,
    WriteMinutes,
)
from .gathering import (
    FillInput,
    FollowUpOwed,
    InputOutsidePeriod,
    NothingArose,
)
from .items import (
    CLAUSES,
    Conclusion,
    Filled,
    Input,
    LatestReview,
    ManagementReview,
    Output,
    ReviewOutOfStep,
    ReviewState,
)
from .meeting import (
    AnnounceReview,
    CancelReview,
    HeldAnotherDay,
    Hold,
    LastReviewOpen,
    MeetingOver,
    PlanReview,
    Postpone,
    ReviewPeriodBackwards,
    ShortNotice,
)
