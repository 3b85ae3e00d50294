"""A chapter of the golden year: the first entries of the trail looked through by the leader."""

from __future__ import annotations

from datetime import timedelta

import qms
from qms.registers import trail_reviews as t
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Review what the quality officer entered first, note one entry and conclude."""
    later(year, 1)
    due = today(year) + timedelta(10)
    with qms.open(year.folder, actor="binh", **year.options) as system:
        found = {"first": 20, "last": 29, "root": "0" * 64, "actors": ("lan",)}
        (entry,) = system.perform(t.BeginTrailReview(**found, due=due))
        code = str(entry.change["code"])
        system.perform(
            t.NoteException(code=code, entry=21, says="Mở vị trí trước quyết định"),
            t.ConcludeTrailReview(code=code, conclusion="Một mục bất thường, đã giải trình"),
        )
