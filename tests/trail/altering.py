"""Alterations of a living system, each noted with the codes that it is found as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qms
from tests.systems import Office

Alterations = dict[str, tuple[Callable[[Office], object], set[str]]]
"""What is done, by the code that it is for and its name; and all codes that are found then."""


def noting(alterations: Alterations) -> Callable[..., Any]:
    """Return the decorator that notes what an alteration is found as."""

    def found_as(code: str, *more: str) -> Callable[[Any], Any]:
        def noted(alter: Any) -> Any:
            alterations[f"{code} {alter.__name__}"] = (alter, {code, *more})
            return alter

        return noted

    return found_as


def codes(office: Office) -> set[str]:
    """Return the codes of all that is found in an office, by what lies with its keys."""
    return {finding.code for finding in qms.verify(office.folder)}
