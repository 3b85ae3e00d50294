"""A chapter of the golden year: last days that were written down wrongly are set right."""

from __future__ import annotations

from datetime import date

from qms import people as p
from tests.records.chapters.nonconformities import later
from tests.records.golden import Year


def play(year: Year) -> None:
    """Set right when a unit and a post ended, and that somebody had not left."""
    later(year, 1)
    with year.by("lan") as perform:
        perform(
            p.CorrectUnitEnd(code="TCHC", until=date(2024, 2, 1), reason="Quyết định 05/QĐ-SGTVT"),
            p.CorrectPostEnd(code="TQ", until=date(2024, 2, 1), reason="Quyết định 05/QĐ-SGTVT"),
            p.CorrectLeave(code="tam", reason="Ghi nhầm người"),
        )
