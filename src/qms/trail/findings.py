"""What verification can find, each with its code, its weight and its sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

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

    def says(self, language: str) -> str:
        """Return code, place and sentence in ``"vi"`` or ``"en"``."""
        return f"{self.code} {self.about}: {self.vi if language == 'vi' else self.en}"

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


def finding(code: str, about: str) -> Finding:
    """Return a finding with its sentences."""
    known = CODES[code]
    says = known["says"]
    return Finding(code, about, says["en"], says["vi"], Severity(known["weight"]))
