"""Every mark of the bench can be measured, on the databases it is meant for, at the least size."""

from pathlib import Path

import pytest

from bench import measuring, offices, page, questions, scale, trails
from bench.__main__ import ROWS, SERVED, SIZES
from tests import postgres

LEAST = SIZES["tiny"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(quick_folder):
    """What several marks need is made by the first, as the bench itself does it."""
    with quick_folder() as folder, postgres.swept():
        yield Path(folder)


@pytest.fixture(autouse=True)
def _once(monkeypatch):
    monkeypatch.setattr(measuring, "OFTEN", 1)
    monkeypatch.setattr(questions, "MANY", 2)
    monkeypatch.setattr(trails, "TRIED", 20)


@pytest.mark.sqlite
@pytest.mark.parametrize("mark", ROWS)
def test_each_mark_is_measured(shared, mark):
    figures = list(ROWS[mark](shared, LEAST))

    assert {one.mark for one in figures} == {mark}
    assert all(one.ours for one in figures)


@pytest.mark.postgres
@pytest.mark.parametrize("mark", SERVED)
def test_each_mark_is_measured_on_postgresql(place, mark):
    figures = list(SERVED[mark](place, LEAST))

    assert {one.mark for one in figures} == {mark}
    assert all(one.work.endswith(page.SERVED) for one in figures)


def test_what_an_entry_takes_is_measured(place, monkeypatch):
    monkeypatch.setattr(scale, "TIMES", 4)
    found = scale.measured(place, next(iter(postgres.HERE), None))

    told = scale.table(found, found, page.Run.of("", place))
    assert told.startswith("| For one entry | SQLite | PostgreSQL |")
    assert "\nMachine: " in told
    assert "\nMeasured once each, " in told


def test_what_several_marks_need_is_made_once_and_whole(place):
    def made(folder):
        folder.mkdir()
        (folder / "file").write_text("whole", "utf-8")

    (place / "so").mkdir()
    assert (offices.kept(place / "so", made) / "file").exists()
    assert offices.kept(place / "so", made) == place / "so"
