"""Each requirement is served by a command that is there and shown by a test that is there."""

import re
from pathlib import Path

import click
import pytest

from qms.cli.root import commands

ROOT = Path(__file__).parents[2]
COUNTED = {"D": 24, "C": 5, "R": 7, "N": 9, "I": 6, "M": 3, "O": 3, "P": 8, "T": 9, "U": 5}
ORDERED = [*(f"A{n}" for n in range(6)), *(f"B{n}" for n in range(1, 9))]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/requirements.md").read_text("utf-8").splitlines()
    if re.match(r"\| [A-Z]-?\d", line)
]


def is_there(words: list[str]) -> bool:
    found: click.Command | None = commands()
    for word in words:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    return found is not None


def test_each_requirement_and_each_order_has_one_line():
    asked = [f"{letter}-{n:02}" for letter, most in COUNTED.items() for n in range(1, most + 1)]

    assert [row[0] for row in ROWS] == ORDERED + asked


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_serves_it_and_what_shows_it_is_there(row):
    served = re.findall(r"`qms ([\w -]+)`", row[2])
    place, _, name = row[3].strip("`").partition("::")

    assert served
    assert all(is_there(words.split()) for words in served), served
    assert f"def {name}(" in (ROOT / "tests" / f"{place}.py").read_text("utf-8")
