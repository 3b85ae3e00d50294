"""The chapters of tasks, services, the index and objectives, on top of the golden year."""

import pytest

import qms
from qms.changes import Change, Item
from qms.restoring import rebuild
from qms.trail.entry import Entry
from tests.records import golden
from tests.records.chapters import objectives, reform_index, services, tasks

CHAPTERS = (tasks, services, reform_index, objectives)
REGISTERS = (
    "plan",
    "task",
    "commitment",
    "service",
    "campaign",
    "selection",
    "reform_index",
    "score",
    "objective",
    "measurement",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the golden year with the four chapters."""
    year = golden.Year(tmp_path_factory.mktemp("reform") / "golden")
    golden.play(year.folder)
    year.at = golden.FIRST.replace(month=11)
    for chapter in CHAPTERS:
        chapter.play(year)
    with qms.open(year.folder, actor="lan", **year.options) as system:
        assert system.verify() == []
        done = {Entry.parse(data).kind for data in golden._entries(system)}
        yield year.folder, done


def test_every_kind_of_these_registers_happens(folder):
    _, done = folder
    assert {kind for kind in Change.kinds if kind.split(".")[0] in REGISTERS} <= done


def test_what_they_left_comes_back_from_git_alone(folder, tmp_path):
    played, _ = folder
    rebuild(tmp_path / "again", clone=played / "store.git")

    with (
        qms.open(played, actor="lan") as before,
        qms.open(tmp_path / "again", actor="lan") as after,
    ):
        for item in (Item.registers[name] for name in REGISTERS):
            assert before.find(item) == after.find(item) != []
