"""Units, posts and persons, with their days: ISO 9001:2015, 5.3 (2008: 5.5.1).

*units* is the organisation and its posts, *persons* who holds them and acts.
"""

from .persons import (
    PROPOSING,
    AlreadyAppointed,
    Appoint,
    Appointment,
    Delegate,
    DelegatedFurther,
    Enrol,
    Leave,
    NameMissing,
    NotAppointed,
    NotDelegator,
    Person,
    Relieve,
    RenamePerson,
    ToolInCharge,
    entrusted,
    holding,
)
from .units import (
    OFFICERS,
    ORGANISATION,
    ClosePost,
    DaysOutOfOrder,
    Ended,
    EntrustPost,
    Found,
    MovePost,
    OneOrganisation,
    OpenPost,
    OpenUnit,
    Organisation,
    Post,
    RenameUnit,
    SameUnit,
    SucceedUnit,
    Unit,
    still,
)
