"""Every error this package raises.

    QMSError
    ├── Refused      a rule of the quality system forbids the change     exit code 3
    ├── NotFound     no such document, record, entry or file             exit code 4
    ├── Conflict     someone changed it first: read again, then retry    exit code 5
    ├── Unreadable   bytes that are not in the form they claim           exit code 6
    └── Untrusted    a hash, proof or signature does not hold            exit code 7

A caller catches one of these five. Each rule is its own subclass, defined beside
what it guards: the first line of its docstring is the English sentence, ``vi`` the
Vietnamese one, ``clause`` where the standard asks for it.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

_BOTH: Final = re.compile(r"\(([^()/]+) / ([a-z][a-z_]*)\)")
"""A word of the field as what an error is about names it: in Vietnamese, then its key."""

_DAY: Final = re.compile(r"(?<![\w/'-])(\d{4})-(\d{2})-(\d{2})(?![\w/'-])")
"""A day as values say it; what is quoted, or part of a code or of a moment, is none."""


def _english(found: re.Match[str]) -> str:
    return f"({found[2].replace('_', ' ')})"


class QMSError(Exception):
    """Something did not happen."""

    exit_code: ClassVar[int] = 1
    clause: ClassVar[str] = ""
    vi: ClassVar[str] = "Việc này không thực hiện được."
    quotes: ClassVar[bool] = False
    """Whether it is told of in the words of another program: then the sentence goes first."""

    def __init__(self, about: str = "") -> None:
        self.about = about
        super().__init__(self.says("en"))

    def says(self, language: str) -> str:
        """Return the sentence in ``"vi"`` or ``"en"``, with what it is about in front.

        Days in it are written as the language writes them.
        """
        sentence = self.vi if language == "vi" else (type(self).__doc__ or "").splitlines()[0]
        about = _BOTH.sub(r"(\1)" if language == "vi" else _english, self.about)
        about = _DAY.sub(r"\3/\2/\1", about) if language == "vi" else about
        if about and self.quotes:
            return f"{sentence} ({about})"
        return f"{about}: {sentence}" if about else sentence

    def __reduce__(self) -> tuple[type[QMSError], tuple[str]]:
        return type(self), (self.about,)


class Refused(QMSError):
    """A rule of the quality system forbids this change."""

    exit_code = 3
    vi = "Quy định của hệ thống không cho phép thay đổi này."


class NotFound(QMSError):
    """There is no such thing here."""

    exit_code = 4
    vi = "Không tìm thấy."


class Conflict(QMSError):
    """Someone else changed this first; read again and retry."""

    exit_code = 5
    vi = "Người khác đã thay đổi trước; hãy đọc lại rồi thử lại."


class Unreadable(QMSError):
    """These bytes are not in the form they claim."""

    exit_code = 6
    vi = "Dữ liệu không đúng khuôn dạng."


class Untrusted(QMSError):
    """A hash, proof or signature does not hold."""

    exit_code = 7
    vi = "Mã băm, bằng chứng hoặc chữ ký không khớp."
