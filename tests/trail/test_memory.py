"""What verification keeps in memory is bounded by the living items, however many the entries."""

import gc
import sys
import tracemalloc
from collections import Counter

import pytest

import qms
from qms import documents as d
from qms.storage import reader, store
from qms.trail import verification
from qms.trail.checks import walk
from tests import systems
from tests.systems import created, text

CHECKS = [
    tracemalloc.Filter(inclusive=True, filename_pattern=f"*/qms/{room}")
    for room in ("trail/*", "packing/*", "checker/*", "storage/sources.py")
]
FORGET = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
"""Lets go of the names of attributes that Python remembers, up to 4,096 of them."""


@pytest.fixture(scope="module")
def grown(template, tmp_path_factory):
    """An office with some entries, and with five times as many; its items are the same."""
    folder = tmp_path_factory.mktemp("grown")
    few = systems.copied(template, folder / "few")
    few.does("hung", created("HD-1"))
    edited(few, 110)
    many = few.copy(folder / "many")
    edited(many, 5 * len(few.entries()))
    assert standing(few) == standing(many)
    for office in (few, many):
        with store.Store(office.store) as git:
            git.maintain()
    return few, many


def edited(office, size):
    """Write one draft anew, an operation each time, until there are so many entries."""
    with office.open("hung") as system:
        while system.size < size:
            office.clock.pass_by(seconds=1)
            system.perform(d.Edit(code="HD-1", text=text(f"{system.size:09}")))


def standing(office):
    query = "SELECT id FROM document WHERE until_entry IS NULL"
    return Counter(office.sql(query))


def taken(folder):
    """Return the bytes that the checks still hold at the end, and the most that anything held."""
    kept = []

    def told(done, of):
        gc.collect()
        if done == of:
            FORGET()
            traces = tracemalloc.take_snapshot().filter_traces(CHECKS).traces
            kept[:] = [sum(trace.size for trace in traces)]

    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        found = {finding.code for finding in qms.verify(folder, progress=told)}
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found <= {"C01"}
    return kept[0], most


@pytest.mark.parametrize("of", ["folder", "store"])
def test_memory_does_not_grow_with_the_entries(grown, of, monkeypatch):
    monkeypatch.setattr(reader, "TOGETHER", 10)
    monkeypatch.setattr(store, "ROOM", 1 << 14)
    monkeypatch.setattr(verification, "STRIDE", 8)
    monkeypatch.setattr(walk, "REMEMBERED", 8)
    few, many = grown
    added = len(many.entries()) - len(few.entries())
    list(qms.verify(getattr(many, of)))  # what is only done first, is done

    before, after = taken(getattr(few, of)), taken(getattr(many, of))
    kept, most = ((more - less) / added for less, more in zip(before, after, strict=True))

    assert kept < 12  # bytes an entry; a list of the operations took 16, one of the texts 200
    assert most < 150  # two folders are compared, of which the trail's grow to a hundred rows
