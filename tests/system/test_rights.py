"""Where one may not write, one may still ask; what one may not read is told as that."""

import fcntl
import sqlite3
from contextlib import closing, suppress
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest

import qms
from qms import documents as d
from qms import restoring
from qms.folder import NotReadable
from qms.registers import risks
from qms.storage import readable
from qms.storage.direct import glancing
from qms.storage.keys import PublicKeyHidden
from qms.storage.store import Store
from qms.storage.trouble import NotWritable
from tests.harm import as_nobody, files, in_a_child, only_read
from tests.systems import Office, created

DAY = date(2024, 2, 1)


@pytest.fixture(scope="module")
def sound(stage):
    stage.issues("QT-01", str(DAY))
    _loaded(stage)
    return stage


def _loaded(stage: Office) -> None:
    # Who owns nothing may not be able to load what is needed, where Python lies at somebody's.
    with stage.open() as system, TemporaryDirectory() as away:
        assert system.verify() == []
        system.trail.pack(Path(away, "goi.zip"))


@pytest.fixture
def office(sound):
    """A system where others may come in, too."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield sound.copy(Path(name, "so"))


def asked(office, trust):
    with office.open("hung") as system:
        text = system.in_force("QT-01", on=DAY).text
        found = [one.code for one in system.documents()], system.verify(trust)
        with suppress(NotWritable):
            system.perform(created("QT-10"))
            return "written"
        return (*found, "Nội dung" in text)


def test_a_folder_that_may_not_be_written_answers_and_takes_nothing(office):
    before, trust = files(office), office.trust()
    with only_read(office):
        assert as_nobody(partial(asked, office, trust)) == "(['QT-01'], [], True)"
        assert files(office) == before


def test_nobody_signs_where_nothing_may_be_written(office):
    def work():
        met, signed = [], []
        with office.open("hung", sign=signed.append) as system:
            for work in (system.perform, system.rehearse):
                try:
                    work(created("QT-10"), d.Submit(code="QT-10"))
                except NotWritable as error:
                    met.append(error.about == str(office.folder))
            with suppress(NotWritable):
                system.dispose_contents()
                met.append("destroyed")
        return met, signed

    with only_read(office):
        assert as_nobody(work) == "([True, True], [])"


@pytest.mark.sqlite
def test_what_an_earlier_version_lacks_is_added_to_the_copy_alone(office):
    with closing(sqlite3.connect(office.database)) as other:
        for name in ("risk", "passage", "search", "search_word"):
            other.execute(f"DROP TABLE {name}")
    before, trust = files(office), office.trust()

    def work():
        with office.open() as system:
            found = [one.document.code for one in system.search("noi dung", DAY)]
            return found, system.find(risks.Risk), system.verify(trust)

    with only_read(office):
        assert as_nobody(work) == "(['QT-01'], [], [])"
        assert files(office) == before


def test_it_is_verified_and_packed(office):
    trust = office.trust()

    def work():
        with office.open() as system, TemporaryDirectory() as away:
            packed = system.trail.pack(Path(away, "goi.zip"))
            return [*restoring.verify(office.folder, trust)], packed.whole

    with only_read(office):
        assert as_nobody(work) == "([], True)"


@pytest.mark.sqlite
def test_what_is_not_in_the_file_of_the_ledger_yet_is_read_too(office):
    with closing(sqlite3.connect(office.database)) as other:
        other.execute("SELECT count(*) FROM head").fetchone()  # so that none closes it as the last
        office.does("hung", created("QT-02"))
        assert Path(f"{office.database}-wal").stat().st_size

        def work():
            with glancing(office.database, office.folder / "ledger.lock") as now:
                return now.size(), len(now.documents(office.clock().date()))

        with office.open() as system:
            size = system.size
        with only_read(office):
            assert as_nobody(work) == f"({size}, 2)"


@pytest.mark.sqlite
def test_the_copy_that_answers_is_removed(office):
    def mine():
        return [*Path(gettempdir()).glob("qms-*")]

    def work():
        before = mine()
        with office.open() as system:
            assert len(mine()) == len(before) + 1
            assert system.size
        return len(mine()) - len(before)

    with only_read(office):
        assert as_nobody(work) == "0"


def test_a_store_that_may_not_be_written_is_not_packed_anew(office):
    def work():
        with Store(office.store) as store:
            return store.maintain()

    with only_read(office):
        assert as_nobody(work) == "NotWritable"


HIDDEN = {
    "": NotReadable,
    "qms.toml": NotReadable,
    "ledger.db": NotReadable,
    "store.git": NotReadable,
    "../so.keys": PublicKeyHidden,
}


@pytest.mark.sqlite
@pytest.mark.parametrize(("place", "error"), HIDDEN.items(), ids=str)
def test_what_may_not_be_read_is_named(office, place, error):
    hidden, trust = office.folder / place, None if "keys" in place else office.trust()

    def work():
        with qms.open(office.folder, actor="lan") as system:
            system.find(d.Document)
            system.in_force("QT-01", on=DAY)
            return system.verify(trust)

    mode = hidden.stat().st_mode
    hidden.chmod(0)
    try:
        assert as_nobody(work) == error.__name__
    finally:
        hidden.chmod(mode)


def test_the_lock_of_a_reader_holds_until_what_was_written_ahead_is_copied(tmp_path, monkeypatch):
    path, into = tmp_path / "ledger.db", tmp_path / "copy"
    into.mkdir()
    for end in ("", "-wal"):
        Path(f"{path}{end}").write_bytes(b"x")
    met = []

    def copied(ahead, place):
        met.append(in_a_child(partial(_alone_with, path)))

    monkeypatch.setattr(readable.shutil, "copyfile", copied)
    assert readable._copied(path, into).read_bytes() == b"x"
    assert met == ["refused"]


def _alone_with(path: Path) -> str:
    """Try to take what SQLite takes before it removes what was written ahead."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *readable._SHARED)
        except OSError:
            return "refused"
    return "alone"
