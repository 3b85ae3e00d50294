"""Internal audits and surprise inspections: ISO 9001:2015, 9.2 (2008: 8.2.2).

*programmes* is the year, *planning* one audit up to the door, *independence* who may go,
*fieldwork* what is seen, *findings* what it means, *concluding* its end; *inspections* and
*remedies* are the visits that nobody is told of; *coverage* asks.
"""

from .concluding import CloseAudit, FindingOpen, FollowUpAudit, Meet, ReportAudit
from .coverage import (
    Gaps,
    last_looks,
    late_inspections,
    late_notices,
    late_reports,
    overdue,
    unassessed,
    uncovered,
    unresolved,
)
from .fieldwork import (
    Assess,
    FindingNeeded,
    FindingStands,
    Finish,
    NoChecklist,
    NotAssessed,
    Open,
)
from .findings import (
    Answer,
    Classify,
    Differ,
    HandOn,
    Misgraded,
    NonconformityOver,
    NonconformityStands,
    NotConcerned,
    NothingToAnswer,
    NotOfAudit,
    OnlyNonconformities,
    OtherNumber,
    Record,
)
from .independence import OwnDocument, OwnSignature, OwnUnit, WaiverByLeader, conflicts, signers
from .inspections import (
    AlreadyFiled,
    CallOff,
    CarryOut,
    CloseInspection,
    DecideInspection,
    FileIncomplete,
    FilePaper,
    FollowUpInspection,
    OmitPaper,
    Order,
    RemedyMissing,
    ReportInspection,
    TwiceOnTeam,
    lacking,
)
from .items import (
    Audit,
    Criterion,
    Decided,
    Dissent,
    Filed,
    Finding,
    FindingKind,
    Inspection,
    InspectionState,
    Meeting,
    Member,
    Paper,
    Programme,
    ProgrammeState,
    Remedy,
    State,
    Verdict,
)
from .planning import (
    AlreadyOnTeam,
    AlreadyPrepared,
    Appoint,
    Approve,
    Ask,
    Cancel,
    Excuse,
    LeadStays,
    Notify,
    Plan,
    Postpone,
    Prepare,
    StillTakenOver,
)
from .programmes import (
    ApproveProgramme,
    AuditsOpen,
    CloseProgramme,
    DraftProgramme,
    NoSuchMonth,
    NothingToApprove,
    NothingToAudit,
    ProgrammeOutOfStep,
    ReasonMissing,
    Schedule,
)
from .remedies import (
    AlreadyDecided,
    DecideRemedy,
    MeasureIncomplete,
    NewDayMissing,
    NonconformityOwed,
    Note,
    NothingToSettle,
    NotOfInspection,
    OwnMeasure,
    Settle,
)
from .steps import DaysOutOfOrder, NotLead, NotOnTeam, OutOfStep, SameHands
