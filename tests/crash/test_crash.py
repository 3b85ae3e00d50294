"""Struck at its system calls, a deed happened or did not; nobody is told otherwise."""

from functools import partial
from random import Random

import pytest

from tests import systems

from .deeds import DEEDS, HALF, HAPPENED, NOT
from .enumeration import Outcome, outcome, prepared, strikes, table
from .tracing import FAULTS, STRACE, struck

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(STRACE is None, reason="strace is not here: no system call can be struck"),
]

SAMPLE = {"an operation": 12, "a rotation of the key": 8, "a founding": 5, "a backup": 3}
"""How many strikes of each deed, of each fault; ``make crash`` strikes them all."""


@pytest.mark.parametrize("name", SAMPLE)
def test_struck_anywhere_a_deed_happened_or_did_not(template, place, name):
    ground, dice = prepared(template, name, place / "ground"), Random(9001)
    outcomes = []
    for fault in FAULTS:
        every = [one for one in strikes(ground, most=20) if one.fault == fault]
        outcomes += [outcome(one) for one in dice.sample(every, SAMPLE[name])]

    assert [one.wrong for one in outcomes if one.wrong] == []
    assert {one.stood for one in outcomes} == {NOT, HAPPENED}


def test_a_strike_meets_the_call_it_is_meant_for(template, place):
    office = systems.copied(template, place / "so")
    do = partial(DEEDS["an operation"].do, office)

    told, _ = struck(do, place / "calls", "rename", 1, "EIO")

    assert told.error == "NoRoom"
    assert "(INJECTED)" in (place / "calls").read_text()
    assert struck(do, place / "calls", "fsync", 1, "kill -9").told.killed


def test_the_table_counts_what_was_lost_and_what_is_half():
    rows = [("happened", ""), (NOT, "write 1: lost (Told())"), (HALF, "write 1: half (Told())")]
    outcomes = [Outcome("a deed", "write", "EIO", stood, "", wrong) for stood, wrong in rows]

    assert table(outcomes, "deed").splitlines()[2] == "| a deed | EIO | 3 | 1 | 1 | 1 | 1 | 1 |"
