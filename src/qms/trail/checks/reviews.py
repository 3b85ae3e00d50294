"""R03: a review of the trail names everybody who acted in its range (9.1.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...registers.enactment import FOUNDER
from ...registers.trail_reviews import TrailReview
from ..entry import Entry
from ..findings import Finding, finding
from .walk import Walk


class Reviews:
    """The reviews of the trail, held against those who acted; no rule could look at entries."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def take(self, entry: Entry | None, data: bytes) -> Iterator[Finding]:
        """Yield nothing: a range is known when its last entry is."""
        return iter(())

    def finish(self) -> Iterator[Finding]:
        """Yield each review that leaves somebody out; the entries are read again if there is one.

        Whoever left themselves out would else have reviewed their own entries.
        """
        items = self._walk.items.all().values()
        reviews = [item for item in items if isinstance(item, TrailReview)]
        if not reviews or not self._walk.whole:
            return
        left_out: dict[str, set[str]] = {review.id: set() for review in reviews}
        for index, data in enumerate(self._walk.source.entries()):
            actor = json.loads(data)["actor"]["id"]
            for review in reviews:
                if review.first <= index <= review.last and actor not in review.reviewed:
                    left_out[review.id].add(actor)
        for review in reviews:
            if names := sorted(left_out[review.id] - {FOUNDER.id}):
                yield finding("R03", f"{review.code}: {', '.join(names)}")
