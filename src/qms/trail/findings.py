"""What verification can find, each with its code, its weight and its sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ..checker.verify import placed
from ..errors import QMSError
from ..values import Word


class Severity(Word):
    """How much a finding weighs."""

    ERROR = "error", "lỗi"
    WARNING = "warning", "cảnh báo"


class Finding(NamedTuple):
    """One thing that does not hold: which check saw it, and where."""

    code: str
    about: str
    en: str
    vi: str
    severity: Severity = Severity.ERROR
    about_vi: str = ""
    """The same place where it says more than names and numbers; else empty."""

    @property
    def unread(self) -> bool:
        """Whether it says that nothing of a pack could be read: cut short, or of a newer form."""
        return (self.code, self.about) in {("P01", ""), ("P10", "pack.json")}

    def place(self, language: str) -> str:
        """Return where it is, in ``"vi"`` or ``"en"``; empty where it is of the whole."""
        said = self.about_vi if language == "vi" and self.about_vi else self.about
        return placed(said, language)

    def says(self, language: str) -> str:
        """Return code, place and sentence in ``"vi"`` or ``"en"``."""
        place = " ".join(filter(None, (self.code, self.place(language))))
        return f"{place}: {self.vi if language == 'vi' else self.en}"

    def means(self, language: str) -> str:
        """Return what it means for whoever relies on the trail, in ``"vi"`` or ``"en"``."""
        return str(CODES[self.code]["means"][language])

    def do(self, language: str) -> str:
        """Return what to do about it, in ``"vi"`` or ``"en"``."""
        return str(CODES[self.code]["do"][language])


def _codes() -> dict[str, Mapping[str, Any]]:
    return tomllib.loads((files(__package__) / "findings.toml").read_text("utf-8"))


CODES: Final = _codes()
"""Of every code its ``weight``; in both languages what it ``says``, ``means``, asks to ``do``."""


def finding(code: str, about: str, error: QMSError | None = None) -> Finding:
    """Return a finding with its sentences; behind the place what an error says, where one is."""
    known = CODES[code]
    says, weight = known["says"], Severity(known["weight"])
    if error is None:
        return Finding(code, about, says["en"], says["vi"], weight)
    told = (error.says(one).removesuffix(".") for one in ("en", "vi"))  # a colon follows
    en, vi = (": ".join(filter(None, (about, one))) for one in told)
    return Finding(code, en, says["en"], says["vi"], weight, vi)
