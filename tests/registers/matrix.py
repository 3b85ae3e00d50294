"""Every state × every change: the declared pairs go through, all others are refused.

A register declares its ``Row``s: which change, by whom, from which states; a mapping says
where it leads (``to``), a set that it stays. ``cases`` gives each pair once, as parameters
of a generated test.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import pytest

from qms.changes import Change, NotWellFormed, Unknown
from qms.errors import Refused
from qms.registers.enactment import RoleMissing
from tests.registers.stage import Stage


class Row(NamedTuple):
    """One change, who makes it, and from which states it may be made."""

    who: str
    change: Change[Any]
    states: Collection[str]
    first: tuple[tuple[str, Change[Any]], ...] = ()


def to(after: str, *before: str) -> dict[str, str]:
    """Return that a change leads from these states to another."""
    return dict.fromkeys(before, after)


def cases(rows: Iterable[Row], stages: Mapping[str, Stage]) -> list[Any]:
    """Return each pair of a row and a state."""
    return [
        pytest.param(row, state, stage, id=f"{row.change.kind}-{state}")
        for row in rows
        for state, stage in stages.items()
    ]


def judge(
    row: Row, state: str, stage: Stage, reached: Callable[[Stage], str] | None = None
) -> None:
    """Make the change where it is declared, and see where it leads; else see it refused."""
    there = stage.copy()
    if state in row.states:
        for who, change in row.first:
            there.do(who, change)
        there.do(row.who, row.change)
        after = row.states[state] if isinstance(row.states, Mapping) else state
        assert reached is None or reached(there) == after
        return
    with pytest.raises((Refused, Unknown)) as refusal:
        there.do(row.who, row.change)
    assert not isinstance(refusal.value, (RoleMissing, NotWellFormed)), "not the state decided"
