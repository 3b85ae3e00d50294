"""The chapters of outside documents, reviews and records, played on top of the golden year."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest

import qms
from qms.changes import Change
from qms.trail.entry import Entry
from tests.records import golden
from tests.records.chapters import external, records, reviews

OURS = ("external", "review", "record", "correction", "hold", "disposal")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the golden year with the three chapters."""
    path = tmp_path_factory.mktemp("year") / "golden"
    golden.play(path)
    year = golden.Year(path)
    year.salts = itertools.count(1000)
    year.on(date(2024, 10, 1))
    for chapter in (external, reviews, records):
        chapter.play(year)
    return path


def opened(folder):
    return qms.open(folder, actor="lan", now=lambda: golden.FIRST + timedelta(days=365))


def test_the_year_holds_with_these_chapters(folder):
    with opened(folder) as system:
        assert system.verify() == []


def test_every_kind_of_these_registers_is_played(folder):
    with opened(folder) as system, system._read() as now:
        played = {Entry.parse(data).kind for data in now.entries()}
    kinds = {kind for kind in Change.kinds if kind.split(".")[0] in OURS}

    assert kinds <= played


def test_played_again_from_git_alone_it_is_the_same(folder):
    with opened(folder) as system:
        before = system.size
        assert system.rebuild() == before
        assert system.verify() == []
