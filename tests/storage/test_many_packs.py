"""However many operations there were, packs are few, and few of them are open (issue 5, P1)."""

import builtins
import os
import resource
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from qms.storage import objects, packs
from qms.storage.store import Store, blob_id
from qms.storage.trees import Object
from tests.harm import limited
from tests.systems import git

AT = datetime(2024, 1, 2, tzinfo=UTC)
MANY = 100


def put(store, number):
    files = {f"procedures/{number % 3}.md": b"%d\n" % number * 99, f"trail/{number}.json": b"{}"}
    commit = store.compose(files, store.head(), message=f"{number}\n", author="lan", at=AT)
    store.keep(commit)
    store.advance(store.head(), commit.id)


def read(store, numbers):
    for number in numbers:
        text = b"%d\n" % number * 99
        assert store.blob(blob_id(text)) == text


def names(store):
    return {path.stem for path in (store.path / "objects/pack").glob("*.idx")}


@contextmanager
def counted():
    """Count how often a file is opened or looked at, and a folder read."""
    calls = []

    def counting(call):
        return lambda *words, **named: calls.append(words[0]) or call(*words, **named)

    with pytest.MonkeyPatch.context() as patch:
        for room, name in ((builtins, "open"), (os, "open"), (os, "stat"), (os, "listdir")):
            patch.setattr(room, name, counting(getattr(room, name)))
        yield calls


def first_of_a_process(store, number):
    """Return how many calls the first operation of a new process takes; nothing of it stays."""
    with Store(store.path) as fresh, counted() as calls:
        put(fresh, number)
    return len(calls)


@pytest.fixture
def quick(monkeypatch):
    """Let four packs of a tier become one of the next, so that few operations tell."""
    monkeypatch.setattr(objects, "MOST", 4)
    monkeypatch.setattr("qms.storage.store.SOON", 6)
    tiers = tuple((12 * 4**tier, 1 << 30) for tier in range(6))
    monkeypatch.setattr(objects, "TIERS", tiers)
    monkeypatch.setattr(packs, "TIERS", tiers)
    monkeypatch.setattr(packs, "LEFT", len(tiers))


def test_packs_grow_with_the_logarithm_of_the_operations(place, quick):
    most = dict.fromkeys((20, 320), 0)
    with Store.create(place / "store.git") as store:
        for number in range(max(most)):
            put(store, number)
            for upto in most:
                most[upto] = max(most[upto], len(names(store))) if number < upto else most[upto]

        assert most[20] <= 4 * 2 + 1
        assert most[320] <= 4 * 4 + 1
        read(store, range(320))
    assert git(place / "store.git", "fsck", "--strict", "--no-dangling") == ""


def test_the_first_operation_of_a_process_looks_into_no_more_for_what_was_done(place, quick):
    with Store.create(place / "store.git") as store:
        few, many = [], []
        for number in range(320):
            (few if number < 64 else many).append(number)
        costs = {}
        for group in (few, many):
            for number in group:
                costs[number] = first_of_a_process(store, number)

    # In the same stretch of a round of folding: three times four operations, and so many more.
    assert max(costs[number] for number in many) <= max(costs[number] for number in few) + 4 * 3


def test_each_object_is_moved_as_often_as_there_are_tiers(place, quick, monkeypatch):
    moved, plain = [], packs.Pack.rows

    def rows(self):
        for row in plain(self):
            moved.append(row.id)
            yield row

    monkeypatch.setattr(packs.Pack, "rows", rows)
    with Store.create(place / "store.git") as store:
        for number in range(320):
            put(store, number)

    texts = [bytes.fromhex(blob_id(b"%d\n" % number * 99)) for number in range(50)]
    assert max(map(moved.count, texts)) <= 5


def test_of_large_packs_no_more_become_one_than_whoever_writes_can_wait_for(
    place, quick, monkeypatch
):
    monkeypatch.setattr(objects, "AT_ONCE", 1_000)
    with Store.create(place / "store.git") as store:
        for number in range(4):
            put(store, number)
        before = names(store)
        put(store, 4)

        assert len(before & names(store)) == 2
        read(store, range(5))


def test_nobody_waits_for_large_packs_but_who_closes_what_was_written(place, quick, monkeypatch):
    monkeypatch.setattr("qms.storage.store.SOON", 1)
    with Store.create(place / "store.git") as store:
        for number in range(20):
            put(store, number)
        before = names(store)
        with Store(store.path) as reader:
            read(reader, range(20))
        assert names(store) == before

    assert len(names(store)) <= len(before) - 3
    with Store(store.path) as fresh:
        read(fresh, range(20))


@pytest.fixture(params=[packs._READ, 1], ids=["indexes read", "indexes mapped"])
def crowded(place, monkeypatch, request):
    """A store of many packs, each with its own text, as somebody else may leave it."""
    monkeypatch.setattr(packs, "_READ", request.param)
    with Store.create(place / "store.git") as store:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(objects, "MOST", 10 * MANY)
            for number in range(MANY):
                put(store, number)
        yield store


def test_a_store_of_many_packs_needs_few_open_files(crowded):
    def work():
        with Store(crowded.path) as fresh:
            read(fresh, range(MANY))
            put(fresh, MANY)  # and gathers
            read(fresh, range(MANY))
        read(crowded, range(MANY))

    assert len(names(crowded)) == MANY
    assert limited(work, 2 * objects.OPEN + 8) == ""
    assert len(names(crowded)) == MANY + 2 - objects.MOST


def test_where_no_file_may_be_opened_any_more_it_is_said_so(crowded):
    def work():
        with Store(crowded.path) as fresh:
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
            fresh.blob(blob_id(b"0\n" * 99))

    assert limited(work, 8) == "TooManyOpen"


def test_what_is_missing_is_sought_with_few_open_files(crowded):
    def work():
        with Store(crowded.path) as fresh, pytest.raises(objects.Missing):
            fresh.blob("0" * 40)

    assert limited(work, 2 * objects.OPEN + 8) == ""


# ── What is taken in, and what goes ─────────────────────────────────────────────────────────────


def test_what_git_was_told_to_keep_is_not_taken_in(place, quick):
    with Store.create(place / "store.git") as store:
        put(store, 0)
        (first,) = names(store)
        (store.path / f"objects/pack/{first}.keep").touch()
        for number in range(1, 12):
            put(store, number)

        assert first in names(store)
        read(store, range(12))


def test_folders_are_stored_as_they_are_and_long_files_are_compressed_quickly():
    folder, short, long = (b"\0" * size for size in (5_000, packs.LONG - 1, packs.LONG))

    assert folder in packs.row("0" * 40, Object("tree", folder)).data
    assert short in packs.row("0" * 40, Object("blob", short)).data
    assert packs.row("0" * 40, Object("blob", long)).data.endswith(zlib.compress(long, 1))


def test_what_cannot_be_gathered_now_is_left_to_the_next(place, quick):
    with Store.create(place / "store.git") as store:
        draft = store.path / f"objects/pack/{objects.GATHERED}pack-pack"
        draft.mkdir()
        for number in range(8):
            put(store, number)
        assert len(names(store)) == 8
        read(store, range(8))

        draft.rmdir()
        put(store, 8)

        assert len(names(store)) < 8
        read(store, range(9))


def test_who_reads_an_index_reads_on_where_another_shuts_it(place, monkeypatch):
    monkeypatch.setattr(packs, "_READ", 1)
    with Store.create(place / "store.git") as store:
        put(store, 0)
        (name,) = names(store)
        path = store.path / "objects/pack" / name
        pack = packs.Pack(str(path))
        before, ids = list(pack.ids()), pack.ids()

        pack.shut()
        for end in ("idx", "pack"):  # another has taken it in
            path.with_suffix(f".{end}").unlink()

        assert before
        assert list(ids) == before


def single(store, number):
    """Keep a commit of its own, as long as any other."""
    files = {"n": b"%02d" % number}
    store.keep(store.compose(files, None, message="m\n", author="lan", at=AT))


def test_a_pack_whose_index_is_of_another_is_left_as_it_is(place, quick):
    with Store.create(place / "store.git") as store:
        single(store, 0)
        single(store, 1)
    one, other = (store.path / "objects/pack" / name for name in sorted(names(store)))
    one.with_suffix(".idx").chmod(0o644)
    one.with_suffix(".idx").write_bytes(other.with_suffix(".idx").read_bytes())
    text = one.with_suffix(".pack").read_bytes()
    with Store(store.path) as store:
        for number in range(2, 10):
            single(store, number)

        assert one.with_suffix(".pack").read_bytes() == text
        assert other.stem not in names(store)
        assert [store.blob(blob_id(b"%02d" % number)) for number in range(2, 10)]
