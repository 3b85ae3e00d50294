"""Several at once: processes, threads, two open systems, a reader, two stores on one ledger."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

import qms
from qms import documents as d
from qms.changes import Unknown
from qms.folder import Folder, FolderTaken
from qms.restoring import verify
from qms.storage.sources import Clone
from qms.storage.store import Store
from qms.storage.trouble import NoRoom
from qms.storage.turn import queue
from qms.trail import verification
from tests import systems
from tests.systems import created

TOGETHER = multiprocessing.get_context("fork")


def series(office, name):
    """Twenty-five operations: some of two changes, some that take the next number."""
    with office.open("hung") as system:
        for number in range(20):
            system.perform(created(f"HD-{name}-{number}"), d.File(reason=f"{name} {number}"))
    for number in range(5):
        office.does("hung", created(f"QT-{name}-{number}", f"{name}"))


def run(work, names):
    crowd = [TOGETHER.Process(target=work, args=(name,)) for name in names]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()
    return [process.exitcode for process in crowd]


def test_four_processes_lose_nothing(office):
    before = office.operations()

    assert run(lambda name: series(office, name), "ABCD") == [0, 0, 0, 0]

    with office.open() as system:
        assert len(system.find(d.Document)) == 100
        requests = [request.code for request in system.find(d.Request)]
        assert requests == [f"YC-2024-{n:03}" for n in range(1, 81)]
        assert system.verify() == []
    assert office.operations() - before == 100
    assert len(systems.commits(office.store)) == office.operations()
    assert office.fsck() == ""


def test_threads_may_share_one_system(office):
    def write(name):
        for number in range(8):
            system.perform(created(f"HD-{name}-{number}"), d.File(reason=name))
            assert system.draft(f"HD-{name}-{number}")

    with office.open("hung") as system:
        with ThreadPoolExecutor(4) as crowd:
            list(crowd.map(write, "ABCD"))
        assert len(system.find(d.Request)) == 32
        assert system.verify() == []
    assert len(systems.commits(office.store)) == office.operations()


def test_two_open_systems_on_one_folder_take_turns(office):
    with office.open("hung") as one, office.open("lan") as other:
        for number in range(6):
            (one, other)[number % 2].perform(created(f"HD-{number}", f"Lần {number}"))

        assert [one.draft(f"HD-{n}") for n in range(6)] == [
            other.draft(f"HD-{n}") for n in range(6)
        ]
        assert one.verify() == other.verify() == []
    assert len(systems.commits(office.store)) == office.operations()


def test_what_another_wrote_is_seen_however_many_operations_come_between(office):
    def renamed(system, title):
        system.perform(d.Rename(code="HD-1", title=title, reason="Rõ hơn"))
        return system.get(d.Document, "HD-1").title

    office.does("hung", created("HD-1"))
    with office.open() as one, office.open("hung") as other:
        assert renamed(one, "Một") == "Một"
        other.perform(d.Edit(code="HD-1", text="Bản khác"))
        one.perform(d.File(reason="Việc khác"))
        one.perform(d.Rename(code="HD-1", title="Hai", reason="Rõ hơn"))

        found = one.get(d.Document, "HD-1")

    assert found.title == "Hai"
    assert found.draft.digest == office.digest("HD-1")
    assert office.asks(lambda system: system.text("HD-1", "draft")) == "Bản khác"
    assert office.asks(lambda system: system.verify()) == []


def test_what_is_known_of_git_never_goes_back(office):
    with office.open("hung") as one, office.open("lan") as other:
        for number in range(4):
            other.perform(created(f"HD-{number}"))
        one.perform(created("HD-9"))
        known = office.sql('SELECT size, "commit" FROM store')

    assert known == [(len(office.entries()) - 1, systems.commits(office.store)[-2])]


def reading(office, over, seen):
    with office.open() as system:
        last = False
        while not last:
            last = over.is_set()
            now = system.as_of(system.size)
            seen.append((len(now.find(d.Document)), now.size))
            if len(seen) % 4 == 0:
                assert system.verify() == []
                assert list(verify(office.folder)) == []


def test_rules_are_judged_while_another_still_brings_git_along(office):
    with office.open("hung") as system, ThreadPoolExecutor() as other:
        with queue(Folder.at(office.folder).store_lock):
            with pytest.raises(Unknown):
                system.perform(d.Submit(code="QT-99"))
            assert len(system.rehearse(created("QT-01"))) == 1
            before, made = system.size, other.submit(system.perform, created("QT-01"))
            sleep(0.3)
            assert not made.done()
            assert system.size == before
        assert len(made.result()) == 1
        assert system.verify() == []


def test_a_reader_sees_whole_operations_only(office):
    start = len(office.entries())
    with TOGETHER.Manager() as manager:
        over, seen = manager.Event(), manager.list()
        reader = TOGETHER.Process(target=reading, args=(office, over, seen))
        reader.start()
        while not seen and reader.is_alive():
            sleep(0.01)
        writers = run(lambda name: triples(office, name), "AB")
        over.set()
        reader.join()
        found = list(seen)

    assert [*writers, reader.exitcode] == [0, 0, 0]
    assert all(count == size - start and count % 3 == 0 for count, size in found)
    assert len({size for _, size in found}) > 1


def triples(office, name):
    with office.open("hung") as system:
        for number in range(15):
            system.perform(*(created(f"HD-{name}-{number}-{part}") for part in range(3)))


def test_a_question_may_be_asked_while_another_is_being_answered(office):
    with office.open("hung") as system:
        system.perform(created("QT-01"))
        system.perform(d.Submit(code="QT-01"))
        told = []
        for event in system.trail.history("QT-01"):
            told.append(event.entry.kind)
            system.perform(created(f"HD-{len(told)}"))

    assert told == ["document.create/1", "document.submit/1"]


@pytest.fixture
def second(office, place):
    """A second machine, which has joined; the database, the keys and the vault are one."""
    shared = {"keys": str(office.keys), "vault": str(office.folder / "vault"), "now": office.clock}
    where = {"clone": office.store, "database": office.address, "actor": "lan"}
    qms.join(place / "second", **where, **shared).close()
    return systems.Office(place / "second", office.clock)


def test_contents_wait_until_every_store_has_them(office, second):
    second.does("hung", created("HD-0"))
    for number in range(1, 4):
        office.does("hung", created(f"HD-{number}", f"Lần {number}"))
    waiting = office.sql("SELECT count(*) FROM content WHERE data IS NOT NULL")

    assert waiting == [(4,)]
    second.open().close()
    assert systems.head(second.store) == systems.head(office.store)
    assert systems.fsck(second.store) == ""


def test_what_was_done_since_a_machine_joined_it_has_as_it_opens(office, second):
    for number in range(3):
        office.does("hung", created(f"HD-{number}", f"Lần {number}"))

    with second.open() as system:
        assert system.draft("HD-1") == systems.text("Lần 1")
        assert system.verify() == []
    assert systems.commits(second.store) == systems.commits(office.store)


def test_who_looks_at_git_before_signing_does_not_stand_in_the_way_of_others(office, second):
    second.does("lan", d.File(reason="Máy kia"))  # from now on contents wait for it

    def looking(_):
        with office.open("hung", sign=lambda data: b"") as system:
            for number in range(8):
                second.does("lan", d.File(reason=f"Máy kia {number}"))
                system.catch_up()  # further than the ledger knows of this store
                system.perform(created(f"HD-{number}"))

    def performing(_):
        with office.open("hung") as system:
            for number in range(24):
                system.perform(created(f"QT-{number}"))

    assert run(lambda work: work(office), (looking, performing)) == [0, 0]
    assert office.asks(lambda system: len(system.find(d.Document))) == 32
    assert office.asks(lambda system: system.verify()) == []


def test_a_clone_is_verified_as_it_was_when_it_was_made(office, place):
    office.issues("QT-01", "2024-02-01")
    systems.git(place, "clone", "-q", "--bare", str(office.store), "clone")
    office.does("hung", created("QT-02"))

    with Store(place / "clone") as store, Clone(store) as clone:
        assert list(verification.verify(clone, office.trust())) == []
    assert list(qms.verify(place / "clone", office.trust())) == []


def test_of_two_who_found_one_system_one_does(place):
    def work(name):
        try:
            qms.found(place / "so", organisation=f"Sở {name}", officer="lan").close()
        except (FolderTaken, NoRoom):
            return
        (place / name).touch()

    assert run(work, "AB") == [0, 0]

    with qms.open(place / "so", actor="lan") as system:
        assert system.verify() == []
    assert len(list(place.iterdir())) == 3
