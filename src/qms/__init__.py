"""The quality management system of an organisation: documents, registers and their trail.

>>> import qms
>>> qms.documents.Withdraw.kind
'document.withdraw/1'

``found`` and ``open`` give a ``QMS``; its ``perform`` makes changes happen. Rooms are loaded
when they are first asked for, so that ``import qms`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import Conflict, NotFound, QMSError, Refused, Unreadable, Untrusted

if TYPE_CHECKING:
    from .founding import found
    from .questions import View
    from .registers import documents, people, policy
    from .restoring import rebuild, verify
    from .system import QMS, open

__all__ = [
    "QMS",
    "Conflict",
    "NotFound",
    "QMSError",
    "Refused",
    "Unreadable",
    "Untrusted",
    "View",
    "documents",
    "found",
    "open",
    "people",
    "policy",
    "rebuild",
    "verify",
]

_LATE = {
    "QMS": "system",
    "View": "questions",
    "found": "founding",
    "open": "system",
    "rebuild": "restoring",
    "verify": "restoring",
}
_REGISTERS = frozenset({"documents", "people", "policy"})


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f".{_LATE[name]}", __name__), name)
    if name in _REGISTERS:
        return import_module(f".registers.{name}", __name__)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return sorted(__all__)
