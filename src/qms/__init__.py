"""The quality management system of an organisation: documents, registers and their trail.

>>> import qms
>>> qms.documents.Withdraw.kind
'document.withdraw/1'

``found`` and ``open`` give a ``QMS``; its ``perform`` makes changes happen. Rooms are loaded
when they are first asked for, so that ``import qms`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .errors import Conflict, NotFound, QMSError, Refused, Unreadable, Untrusted
    from .events import Event, Trail
    from .founding import found
    from .questions import View
    from .registers import (
        anchors,
        audits,
        competence,
        declarations,
        documents,
        external,
        improvements,
        log_keys,
        management_reviews,
        nonconformities,
        objectives,
        people,
        policy,
        records,
        reform_index,
        reviews,
        risks,
        services,
        signing_keys,
        tasks,
        trail_reviews,
    )
    from .restoring import join, leave, rebuild, verify
    from .storage.ssh import signer
    from .system import QMS, open

__all__ = [
    "QMS",
    "Conflict",
    "Event",
    "NotFound",
    "QMSError",
    "Refused",
    "Trail",
    "Unreadable",
    "Untrusted",
    "View",
    "anchors",
    "audits",
    "competence",
    "declarations",
    "documents",
    "external",
    "found",
    "improvements",
    "join",
    "leave",
    "log_keys",
    "management_reviews",
    "nonconformities",
    "objectives",
    "open",
    "people",
    "policy",
    "rebuild",
    "records",
    "reform_index",
    "reviews",
    "risks",
    "services",
    "signer",
    "signing_keys",
    "tasks",
    "trail_reviews",
    "verify",
]

_LATE = {
    "Conflict": "errors",
    "Event": "events",
    "NotFound": "errors",
    "QMS": "system",
    "QMSError": "errors",
    "Refused": "errors",
    "Trail": "events",
    "Unreadable": "errors",
    "Untrusted": "errors",
    "View": "questions",
    "found": "founding",
    "join": "restoring",
    "leave": "restoring",
    "open": "system",
    "rebuild": "restoring",
    "signer": "storage.ssh",
    "verify": "restoring",
}
_REGISTERS = frozenset(name for name in __all__ if name.islower()) - _LATE.keys()


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f".{_LATE[name]}", __name__), name)
    if name in _REGISTERS:
        return import_module(f".registers.{name}", __name__)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return sorted(__all__)
