"""Plans, tasks and commitments of the reform: ISO 9001:2015, 6.2.2, 6.3 (2008: 5.4.1, 5.4.2).

*working* takes a task from its plan to its confirmation or into next year's plan, *commitments*
what a unit and a leader both sign, *reporting* answers how each unit stands.
"""

from .commitments import (
    AlreadySigned,
    Commitment,
    CommitmentOutOfStep,
    CommitmentState,
    DraftCommitment,
    JudgeCommitment,
    NoTarget,
    NotHead,
    NotOfUnit,
    OwnCommitment,
    PeriodNotOver,
    Promise,
    Redraft,
    ReportCommitment,
    SameHand,
    SignAsHead,
    SignAsLeader,
    Signed,
    SignedAhead,
    Target,
    TargetUnsaid,
)
from .items import (
    OWED,
    OutOfPeriod,
    PeriodBackwards,
    Plan,
    Report,
    Task,
    TaskOutOfStep,
    TaskState,
)
from .reporting import Kept, UnitReport, by_unit, kept, outstanding, overdue, unfinished
from .working import (
    Assign,
    CarryOver,
    Complete,
    Confirm,
    Drop,
    Extend,
    IssuedAhead,
    IssuePlan,
    NoEvidence,
    NotDoneYet,
    NotLater,
    NotNextYear,
    OwnTask,
    Progress,
    SendBack,
)
