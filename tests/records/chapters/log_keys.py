"""A chapter of the golden year: the key of the trail is replaced."""

from __future__ import annotations

import qms
from qms.registers.log_keys import CODE, RotateLogKey
from tests.records.chapters.nonconformities import later
from tests.records.golden import Year


def play(year: Year) -> None:
    """Put a second key of the trail in force."""
    later(year, 1)
    options = {**year.options, "draw": lambda count: b"h" * count}
    with qms.open(year.folder, actor="lan", **options) as system:
        system.perform(RotateLogKey(code=CODE, reason="Thay khóa định kỳ hằng năm"))
