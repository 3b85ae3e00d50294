"""What a checker keeps of a pack in memory is bounded by the living items, not by the entries."""

import gc
import tracemalloc
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qms.checker import verify
from qms.packing import judged
from qms.proofs.checkpoint import Trust
from qms.storage import reader, store
from qms.trail import verification
from qms.trail.checks import walk
from tests import systems
from tests.checker.packs import LOG, SIGNER, TRUST, packed
from tests.systems import created
from tests.trail.test_memory import edited, standing

PACKS = {"whole": {}, "part": {"items": ("HD-1",)}, "redacted": {"redact": ("all",)}}


@pytest.fixture(scope="module")
def grown(template):
    """An office with some entries, and with five times as many; its items are the same."""
    with TemporaryDirectory() as folder:
        few = systems.copied(template, Path(folder, "few"))
        few.does("hung", created("HD-1"))
        edited(few, 150)
        many = few.copy(Path(folder, "many"))
        edited(many, 5 * len(few.entries()))
        assert standing(few) == standing(many)
        for office in (few, many):
            office.asks(lambda system: system.maintain())  # of few packs in git, few are indexed
        yield few, many


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """What is read or done together is little, so that the few entries are many."""
    monkeypatch.setattr(verify, "_PIECE", 1 << 12)
    monkeypatch.setattr(reader, "TOGETHER", 10)
    monkeypatch.setattr(store, "ROOM", 1 << 14)
    monkeypatch.setattr(verification, "STRIDE", 8)
    monkeypatch.setattr(walk, "REMEMBERED", 8)


def most(work):
    """Return the most bytes that anything held while something was done for the second time."""
    gc.collect()
    work()  # Python remembers what it lets go of, up to thousands of tuples
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def each(grown, work):
    """Return by how many bytes an entry the most is more where there are more entries."""
    few, many = (most(lambda office=office: work(office)) for office in grown)
    return (many - few) / (len(grown[1].entries()) - len(grown[0].entries()))


@pytest.mark.parametrize("kind", PACKS)
def test_the_checker_of_a_pack(grown, tmp_path, kind):
    for office in grown:
        packed(office, tmp_path / f"{office.folder.name}.zip", **PACKS[kind])

    def check(office):
        with (tmp_path / f"{office.folder.name}.zip").open("rb") as file:
            assert list(verify.check(file, TRUST)) == []

    # bytes; a list of files and promises took 1,000, and what Python itself keeps varies by 30
    assert each(grown, check) < 100


def test_the_library(grown, tmp_path):
    for office in grown:
        packed(office, tmp_path / f"{office.folder.name}.zip")

    def judge(office):
        assert (
            list(judged(tmp_path / f"{office.folder.name}.zip", Trust(LOG, (SIGNER.verifier,))))
            == []
        )

    assert each(grown, judge) < 40


@pytest.mark.parametrize("kind", PACKS)
def test_packing(grown, tmp_path, kind):
    numbers = count()

    def pack(office):
        packed(office, tmp_path / f"{next(numbers)}.zip", **PACKS[kind])

    assert each(grown, pack) < 150  # hashes of the tree, of which two thousand are remembered
