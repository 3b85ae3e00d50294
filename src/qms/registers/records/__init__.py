"""Records: evidence of work done, kept as long as it must be: ISO 9001:2015, 7.5.3 (2008: 4.2.4).

*keeping* retains, corrects by addition and holds; *disposing* leads from the list of what is
over to the minutes of its destruction; *asking* says what is over, held or destroyable.
"""

from .asking import covered, destroyable, held, on_other_forms, ripe
from .disposing import (
    AppointCouncil,
    Appraise,
    CarryOut,
    CouncilIncomplete,
    CouncilTooSmall,
    DecideDisposal,
    DeclineDisposal,
    DestroyedBeforeDecision,
    DisposalOutOfStep,
    ListedTwice,
    ListForDisposal,
    More,
    NotOfCouncil,
    NotOnTheList,
    NoWitness,
    OwnList,
    StillKept,
)
from .items import Correction, Disposal, DisposalState, Hold, Record, RecordState
from .keeping import (
    AlreadyConfirmed,
    AlreadyReleased,
    Confirm,
    Correct,
    EndWork,
    FormCameLater,
    Gone,
    NothingRetained,
    NothingSaid,
    NotKept,
    OnHold,
    OwnCorrection,
    Place,
    Reappraise,
    Release,
    Retain,
    WorkEnded,
    YearOutOfOrder,
)
