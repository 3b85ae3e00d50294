"""Packing a store anew while others write to it (issue 5, P10)."""

import fcntl
import os
import subprocess
import time
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from qms.storage import maintenance
from qms.storage.maintenance import at_work
from qms.storage.objects import Damaged
from qms.storage.store import Store
from tests.killing import killed_before

AT = datetime(2024, 1, 2, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path):
    with Store.create(tmp_path / "store.git") as store:
        for number in range(30):
            put(store, number)
        yield store


def made(store, number):
    text = f"{number}\n".encode() + b"Quy tr\xc3\xacnh\n" * 500
    files = {f"procedures/{number % 3}.md": text, f"trail/{number}.json": b"{}"}
    return store.compose(files, store.head(), message=f"{number}\n", author="lan", at=AT)


def put(store, number):
    commit = made(store, number)
    store.keep(commit)
    store.advance(store.head(), commit.id)
    return commit.id


def packs(store):
    return sorted((store.path / "objects/pack").glob("*.pack"))


def whole(store):
    words = ["git", "-C", str(store.path), "fsck", "--full", "--strict", "--no-dangling"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_the_packs_become_one_and_smaller(kept):
    before, after = kept.maintain()

    assert len(packs(kept)) == 1
    assert after < before / 3
    assert whole(kept)


def test_maintaining_again_changes_nothing(kept):
    kept.maintain()
    once = packs(kept)

    kept.maintain()

    assert packs(kept) == once


def test_a_new_store_is_maintained_too(tmp_path):
    with Store.create(tmp_path / "store.git") as store:
        store.maintain()
        put(store, 1)

        assert store.read("trail/1.json", store.head()) == b"{}"


def test_whoever_has_it_open_reads_on(kept):
    first = next(kept.commits())
    with Store(kept.path) as other:
        other.read("trail/0.json", first)
        kept.maintain()

        assert other.read("trail/0.json", first) == b"{}"
        assert other.read("trail/29.json", other.head()) == b"{}"


def test_what_the_branch_does_not_lead_to_yet_stays(kept):
    coming = made(kept, 30)
    kept.keep(coming)

    with Store(kept.path) as other:
        other.maintain()
    kept.advance(kept.head(), coming.id)

    assert whole(kept)


def test_work_goes_on_meanwhile(kept):
    over = Event()

    def maintain():
        try:
            with Store(kept.path) as other:
                for _ in range(3):
                    other.maintain()
        finally:
            over.set()

    at_it = Thread(target=maintain)
    at_it.start()
    number = 30
    while not over.is_set():
        put(kept, number)
        number += 1
    at_it.join()

    assert len(list(kept.commits())) == number
    assert whole(kept)


def test_who_writes_does_not_wait_for_who_packs_anew(kept):
    wrote, begun = Event(), Event()

    def anew():
        begun.set()
        assert wrote.wait(10)

    packing = Thread(target=maintenance.maintained, args=(kept.path / "objects/pack", anew))
    packing.start()
    assert begun.wait(10)
    writing = Thread(target=lambda: (put(kept, 30), wrote.set()), daemon=True)
    writing.start()
    writing.join(5)
    free = wrote.is_set()
    wrote.set()
    packing.join()
    writing.join()

    assert free


@pytest.mark.parametrize("draft", ["tmp_pack_x", "tmp_gathered_pack-x-idx"])
def test_drafts_are_left_to_who_is_at_it(kept, draft):
    folder = kept.path / "objects/pack"
    (folder / draft).write_bytes(b"")
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    assert at_work(folder)
    assert kept.clear_locks() == ()
    os.close(handle)
    assert kept.clear_locks() == (f"objects/pack/{draft}",)


def test_a_pack_that_somebody_keeps_stays(kept):
    first = packs(kept)[0]
    first.with_suffix(".keep").touch()

    kept.maintain()

    assert first in packs(kept)


def torn(store):
    """Return the files of packs that have no index."""
    folder = store.path / "objects/pack"
    own = {path.stem for path in folder.glob("*.idx")}
    return sorted(path.name for path in folder.glob("pack-*.*") if path.stem not in own)


def later(monkeypatch):
    """Let it be a day later."""
    monkeypatch.setattr(maintenance, "time", lambda: time.time() + 86_401)


@pytest.fixture
def lost(kept):
    """Files as of a pack that lost its index: what somebody killed may leave."""
    own = kept.path / f"objects/pack/pack-{'0' * 40}"
    for end in ("pack", "rev"):
        own.with_suffix(f".{end}").write_bytes(b"x")
    return own


def test_a_pack_without_its_index_goes_with_all_that_belongs_to_it(kept, lost, monkeypatch):
    kept.maintain()
    assert torn(kept) == [f"{lost.name}.pack", f"{lost.name}.rev"]  # its index may be on the way
    later(monkeypatch)

    before, after = kept.maintain()

    assert torn(kept) == []
    assert after == before - 2
    assert len(packs(kept)) == 1


def test_a_pack_that_somebody_keeps_stays_without_its_index(kept, lost, monkeypatch):
    later(monkeypatch)
    lost.with_suffix(".keep").touch()

    kept.maintain()

    assert lost.with_suffix(".pack").exists()


def test_a_pack_that_the_branch_needs_stays_without_its_index(kept, monkeypatch):
    later(monkeypatch)
    kept.maintain()
    (only,) = packs(kept)
    only.with_suffix(".idx").rename(kept.path / "aside")

    with Store(kept.path) as other, pytest.raises(Damaged):
        other.maintain()

    (kept.path / "aside").rename(only.with_suffix(".idx"))
    assert whole(kept)


@pytest.mark.parametrize("name", [".tmp-7-pack-{}.pack", "mine-{}.pack", "pack-{}.mine", "pack"])
def test_what_is_no_pack_of_git_stays(kept, monkeypatch, name):
    later(monkeypatch)
    other = kept.path / "objects/pack" / name.format("0" * 40)
    other.touch()

    kept.maintain()

    assert other.exists()


def test_killed_at_any_step_nothing_is_lost_and_nothing_left(kept, monkeypatch):
    def maintain():
        with Store(kept.path) as other:
            other.maintain()

    later(monkeypatch)
    step, left = 0, 0
    while killed_before(step, maintain):
        assert whole(kept), step
        if torn(kept):
            left += 1
            maintain()
            assert torn(kept) == []
        put(kept, 30 + step)
        step += 1
    assert step > left > 2
    assert len(list(kept.commits())) == 30 + step
