"""Each chapter plays on top of the golden year, and what it leaves behind holds."""

from datetime import date

import pytest

import qms
from qms.changes import Change, Item
from qms.restoring import rebuild
from qms.trail.entry import Entry
from tests.records import golden
from tests.records.chapters import (
    audits,
    competence,
    declarations,
    improvements,
    log_keys,
    anchors,
    management_reviews,
    nonconformities,
    risks,
    signing_keys,
    trail_reviews,
)

CHAPTERS = {
    nonconformities: ("nonconformity", "action"),
    audits: ("programme", "audit", "criterion", "finding", "inspection"),
    management_reviews: ("management_review", "conclusion"),
    risks: ("risk",),
    declarations: ("declaration",),
    improvements: ("improvement",),
    trail_reviews: ("trail_review",),
    log_keys: ("log_key",),
    anchors: ("witness", "anchor"),
    competence: ("requirement", "competence", "training"),
    signing_keys: ("signing_key",),
}


@pytest.mark.parametrize(("chapter", "registers"), CHAPTERS.items())
def test_a_chapter_makes_every_change_of_its_registers_happen(chapter, registers, tmp_path):
    year = golden.Year(tmp_path / "golden")
    golden.play(year.folder)
    year.on(date(2024, 10, 1))

    chapter.play(year)

    with qms.open(year.folder, actor="lan", **year.options) as system:
        assert system.verify() == []
        done = {Entry.parse(data).kind for data in golden._entries(system)}
    wanted = {kind for kind in Change.kinds if kind.split(".")[0] in registers}
    assert wanted <= done


def test_what_the_chapters_left_comes_back_from_git_alone(tmp_path):
    year = golden.Year(tmp_path / "golden")
    golden.play(year.folder)
    year.on(date(2024, 10, 1))
    for chapter in CHAPTERS:
        chapter.play(year)

    rebuild(tmp_path / "again", clone=year.folder / "store.git")

    with (
        qms.open(year.folder, actor="lan") as before,
        qms.open(tmp_path / "again", actor="lan") as after,
    ):
        for item in (Item.registers[name] for names in CHAPTERS.values() for name in names):
            assert before.find(item) == after.find(item)
