"""Reading, checking and copying a store while a writer gathers its small packs."""

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest

from qms.folder import Folder
from qms.restoring import _fill_from
from qms.storage import objects
from qms.storage import packs as packs_
from qms.storage.durable import Waits
from qms.storage.objects import held
from qms.storage.store import Store
from qms.storage.trees import Object
from tests.killing import killed_before
from tests.systems import created

AT = datetime(2024, 1, 2, tzinfo=UTC)


def put(store, number):
    files = {f"procedures/{number % 3}.md": b"%d\n" % number * 99, f"trail/{number}.json": b"{}"}
    commit = store.compose(files, store.head(), message=f"{number}\n", author="lan", at=AT)
    store.keep(commit)
    store.advance(store.head(), commit.id)


@pytest.fixture
def kept(place, monkeypatch):
    monkeypatch.setattr(objects, "MOST", 4)
    with Store.create(place / "store.git") as store:
        for number in range(10):
            put(store, number)
        yield store


def packs(store):
    return {path.name for path in (store.path / "objects/pack").glob("*.idx")}


def checked(path):
    with Store(path) as store, store.checking() as checked:
        checked()


def read(path):
    with Store(path) as store:
        for _, blob in store.files(store.head()):
            store.blob(blob)


def bundled(path):
    with (
        TemporaryDirectory(dir=path.parent) as beside,
        Store(path) as store,
        Store.create(Path(beside) / "store.git") as other,
    ):
        head = store.bundle(Path(beside) / "bundle")
        other.unbundle(Path(beside) / "bundle")
        assert other.head() == head


def copied(path):
    with TemporaryDirectory(dir=path.parent) as beside:
        place = Folder.new(Path(beside))
        _fill_from(path, place)
        checked(place.store)


def maintained(path):
    with Store(path) as store:
        store.maintain()


@pytest.mark.parametrize("work", [checked, read, bundled, copied, maintained])
def test_who_writes_meanwhile_is_not_noticed(kept, work):
    over, number = Event(), 10

    def works():
        try:
            for _ in range(12):
                work(kept.path)
        finally:
            over.set()

    at_it = Thread(target=works)
    at_it.start()
    while not over.is_set():
        put(kept, number)
        number += 1
    at_it.join()

    assert len(list(kept.commits())) == number
    checked(kept.path)


def test_no_pack_goes_while_somebody_holds_them(kept):
    with kept.still():
        before = packs(kept)
        for number in range(10, 20):
            put(kept, number)
        assert before < packs(kept)

    for number in range(20, 40):
        put(kept, number)

    assert len(packs(kept)) <= objects.MOST + 2
    checked(kept.path)


def test_a_gathering_holds_the_packs(kept, monkeypatch):
    seen = []

    def unlink(path, given=objects.os.unlink):
        try:
            with held(kept.path / "objects/pack", fcntl.LOCK_SH | fcntl.LOCK_NB):
                seen.append(path)
        except BlockingIOError:
            given(path)

    monkeypatch.setattr(objects.os, "unlink", unlink)
    for number in range(10, 20):
        put(kept, number)

    assert seen == []
    assert len(packs(kept)) <= objects.MOST + 2


def test_what_a_killed_writer_left_is_no_harm_to_git(kept):
    step = 0
    while killed_before(step, lambda number=10 + step: put(kept, number)):
        checked(kept.path)
        step += 1
        with Store(kept.path) as other:
            other.clear_locks()

    assert step > 5


def test_nobody_waits_for_a_gathering(office, monkeypatch):
    monkeypatch.setattr(objects, "MOST", 4)
    seen, given = [], objects.Objects._remove
    here = Folder.at(office.folder)

    def remove(self, names):
        for lock in (here.ledger_lock, here.store_lock):
            if lock.exists():  # a server has its own
                with lock.open() as held:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        seen.append(len(names))
        given(self, names)

    with office.open() as system:
        monkeypatch.setattr(objects.Objects, "_remove", remove)
        for number in range(9):
            system.perform(created(f"HD-{number}"))

    assert seen
    checked(here.store)


def test_an_operation_stands_though_its_packs_could_not_be_gathered(office, monkeypatch):
    monkeypatch.setattr(objects, "MOST", 4)
    refused = []

    def write(self, rows, waits, draft, given=objects.Objects._write):
        if draft.startswith(objects.GATHERED):
            refused.append(draft)
            raise OSError(28, "No space left on device")
        return given(self, rows, waits, draft)

    monkeypatch.setattr(objects.Objects, "_write", write)
    with office.open() as system:
        for number in range(9):
            system.perform(created(f"HD-{number}"))
        assert len(system.documents()) == 9

    assert refused
    checked(Folder.at(office.folder).store)


def test_of_small_packs_one_that_holds_all_of_them_stays(place, monkeypatch):
    monkeypatch.setattr(objects, "MOST", 4)
    blobs = [Object("blob", b"%d" % number) for number in range(3)]
    with Store.create(place / "new.git") as store:
        for some in (blobs, blobs[:1], blobs[1:2], blobs[2:]):
            with Waits() as waits:
                store._objects.keep({blob.id: blob for blob in some}, waits)
        assert len(packs(store)) == 4

        store.gather()

        assert len(packs(store)) == 1
    with Store(store.path) as other:
        assert [other.blob(blob.id) for blob in blobs] == [b"0", b"1", b"2"]


def test_of_what_others_wrote_only_the_last_is_opened(place, monkeypatch):
    opened = []

    def noted(*of):
        opened.append(of)
        return open(*of)

    with Store.create(place / "store.git") as store, Store(store.path) as other:
        for number in range(12):
            put(store, number)
        monkeypatch.setattr(packs_, "open", noted, raising=False)
        for file in (store.path / "objects/pack").glob("*.idx"):  # as the disk may tell two alike
            os.utime(file, ns=(0, file.name == f"{newest(store)}.idx"))
        put(other, 12)

    assert len(opened) == 2  # its index and itself


def newest(store):
    return next(iter(store._objects._packs))


@pytest.mark.parametrize("end", ["idx", "pack"])
@pytest.mark.parametrize("at", [0, 8, 500, -100, -30, -1])
def test_a_damaged_pack_is_not_taken_in(kept, end, at):
    number = 10
    while len(packs(kept)) < objects.MOST:
        put(kept, number)
        number += 1
    names = packs(kept)
    file = (kept.path / "objects/pack" / min(names)).with_suffix(f".{end}")
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 64
    file.chmod(0o644)
    file.write_bytes(data)

    with Store(kept.path) as other:
        other._objects._listed()
        for more in range(12):
            with suppress(objects.Damaged, objects.Missing):
                put(other, number + more)

    assert file.read_bytes() == data
    assert file.with_suffix(".idx").exists()
    assert file.with_suffix(".pack").exists()
