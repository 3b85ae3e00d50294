"""Documents under control, from the first wish to the last copy: ISO 9001:2015, 7.5 (2008: 4.2.3).

The life of a document is ``states`` in the documentation: *drafting* writes it, *approval*
signs it, *issuing* puts it in force and takes it out, *keeping* keeps it known, *copies*
follows paper and readers, *legacy* tells what was there before.
"""

from .approval import (
    AlreadyEndorsed,
    AnotherText,
    Approve,
    ApproverMissing,
    Endorse,
    MustReissue,
    NotReviewer,
    NumberOutOfOrder,
    Recall,
    Return,
    SameHands,
    Submit,
    SummaryMissing,
    TextMissing,
)
from .content import Faulty, Remark
from .copies import (
    Acknowledge,
    CopyEnded,
    DayOutOfOrder,
    HandOut,
    NoLongerInForce,
    OwnReceiptOnly,
    ReportLost,
    TakeBack,
)
from .drafting import (
    Abandon,
    AlreadyApproved,
    Create,
    DraftOpen,
    Edit,
    IsWithdrawn,
    NoDraft,
    NotAccepted,
    NotDrafter,
    NotEntrusted,
    OutOfStep,
    OwnParent,
    Revise,
    SameName,
    UnknownClause,
)
from .front import BadFront, Front, part
from .issuing import (
    AlreadyDecided,
    EffectiveBeforeDecision,
    EffectiveOutOfOrder,
    HalfDecision,
    InTheFuture,
    Issue,
    NotIssued,
    NotWithdrawn,
    OtherRevision,
    RecordDecision,
    Reinstate,
    Withdraw,
)
from .items import (
    Copy,
    CopyState,
    Decision,
    Document,
    Draft,
    DraftState,
    Impact,
    Legacy,
    Receipt,
    Request,
    RequestState,
    Revision,
    Signature,
    State,
    Withdrawal,
)
from .keeping import (
    Accept,
    Classify,
    Decline,
    File,
    Recode,
    Rename,
    RequestClosed,
    SameCode,
    Transfer,
)
from .legacy import AdoptDocument, AdoptRemoval, AdoptRevision, NothingToRemove, UnderControl
