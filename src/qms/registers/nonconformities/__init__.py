"""Nonconformity and corrective action: ISO 9001:2015, 8.7, 10.2 (2008: 8.3, 8.5.2).

*reporting* takes it on, *containing* corrects the thing itself, *deciding* finds the cause,
*actions* remove it, *closing* judges the effect and ends, *outside* answers to inspectors,
*trends* counts.
"""

from .actions import (
    ApprovePlan,
    Complete,
    Defer,
    Drop,
    EffectBeforeAction,
    NothingPlanned,
    OwnPlan,
    PlanAction,
    Reassign,
    SendBack,
    Start,
    Verify,
)
from .closing import (
    ActionOpen,
    Close,
    ConcessionUnsaid,
    DocumentsUnsaid,
    FactMissing,
    JudgeEffect,
    Reopen,
    ReportOwed,
    RevisedBefore,
    TooEarly,
)
from .containing import (
    AlreadyConceded,
    Concede,
    Correct,
    DecideStop,
    NothingToRecall,
    RecallOutputs,
    RecallOwed,
    RecallUndecided,
    StopUndecided,
)
from .deciding import ActionCompulsory, Decide, Extend, FindCause, NothingDue
from .items import (
    Action,
    ActionState,
    Analysis,
    Cause,
    Concession,
    Correction,
    Effect,
    Nonconformity,
    Order,
    Outside,
    Recall,
    Source,
    State,
    Updates,
)
from .outside import (
    AlreadySent,
    NoteAcceptance,
    NoteRefusal,
    NothingSent,
    NotOutside,
    SendReport,
)
from .reporting import (
    Accept,
    Entrust,
    MinutesMissing,
    Regrade,
    Reject,
    Report,
    SameGrade,
)
from .steps import (
    DueInThePast,
    NobodyThere,
    NotHappened,
    NotLater,
    OutOfStep,
    OwnExtension,
    OwnWork,
)
from .trends import (
    Bar,
    Dimension,
    NothingToCount,
    by_month,
    effective_at_first,
    overdue,
    overdue_actions,
    pareto,
    recurrent,
    same_cause,
    same_place,
    still_open,
)
