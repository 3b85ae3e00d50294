import json
import os
from functools import partial
from hashlib import sha256
from threading import Event, Thread, current_thread

import pytest

from qms import people as p
from qms.storage.trouble import Busy
from qms.storage.vault import REDACTED, Altered, NotInVault, Vault
from qms.values import seal
from tests import systems
from tests.killing import killed_before

DATA = "Biên bản".encode()
DIGEST = sha256(DATA).hexdigest()


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path)


def test_what_is_put_in_comes_back_by_its_digest(vault):
    assert vault.put(DATA) == DIGEST
    assert vault.put(DATA) == DIGEST
    assert vault.get(DIGEST) == vault.found(DIGEST) == DATA


def test_what_is_not_there_is_not_found(vault):
    assert vault.found(DIGEST) is None
    with pytest.raises(NotInVault):
        vault.get(DIGEST)


def test_what_was_altered_is_told(vault, tmp_path):
    vault.put(DATA)
    (tmp_path / DIGEST[:2] / DIGEST).write_bytes(b"x")

    with pytest.raises(Altered):
        vault.get(DIGEST)


@pytest.mark.parametrize("name", ["draft", "draft-1", "draft-00ff-3"])
def test_what_somebody_killed_has_left_is_taken_away(vault, tmp_path, name):
    (tmp_path / name).write_bytes(b"half")

    vault.put(DATA)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_many_are_kept_together(vault, tmp_path, monkeypatch):
    monkeypatch.setattr("qms.storage.vault.TOGETHER", 7)
    contents = [b"%d" % number for number in range(20)]
    vault.put(contents[3])

    digests = vault.put_all((*contents, contents[5]))

    assert digests == [sha256(data).hexdigest() for data in (*contents, contents[5])]
    assert [vault.get(digest) for digest in digests[:-1]] == contents
    assert sorted(vault.digests()) == sorted(digests[:-1])
    assert not list(tmp_path.glob("draft*"))


def test_whoever_is_killed_between_many_leaves_what_the_next_takes_away(vault, tmp_path):
    step = 0
    while killed_before(step, partial(vault.put_all, [b"%d, %d" % (step, n) for n in range(4)])):
        vault.put(b"%d" % step)

        assert not list(tmp_path.glob("draft*"))
        for digest in vault.digests():
            vault.get(digest)
        step += 1
    assert step > 12


@pytest.mark.parametrize("name", ["write", "fdatasync", "rename"])
def test_whoever_fails_leaves_nothing(vault, tmp_path, monkeypatch, name):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, full)
    with pytest.raises(OSError, match="No space"):
        vault.put_all([DATA, b"x"])

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_whoever_has_lost_the_lock_puts_nothing_in_anothers_place(tmp_path, monkeypatch):
    met, over = Event(), Event()
    waited = os.fdatasync

    def wait(handle):
        if current_thread() is lost:  # it has written, and does not know that it lost the lock
            met.set()
            assert over.wait(20)
        elif not over.is_set():  # and the next has written as well, but not named it yet
            over.set()
            lost.join()
        waited(handle)

    def lose():
        with pytest.raises(Busy):
            Vault(tmp_path).put(DATA)
        told.append("Busy")

    told, lost = [], Thread(target=lose)
    monkeypatch.setattr(os, "fdatasync", wait)
    lost.start()
    assert met.wait(20)
    other = Vault(tmp_path).put(b"x")

    assert told == ["Busy"]
    assert list(Vault(tmp_path).digests()) == [other]
    assert Vault(tmp_path).get(Vault(tmp_path).put(DATA)) == DATA


def test_a_personal_text_is_read_through_its_digest_until_it_is_erased(vault, tmp_path):
    sealed, data = seal("Trần Văn Hùng", lambda: "00")
    vault.put(data)

    assert vault.personal(sealed.sha256) == "Trần Văn Hùng"
    (tmp_path / sealed.sha256[:2] / sealed.sha256).unlink()
    assert vault.personal(sealed.sha256) == REDACTED


def test_names_lie_in_the_vault_and_nowhere_else(office):
    office.does("lan", p.Enrol(code="tam", name="Vũ Thanh Tâm"))
    name = "Vũ Thanh Tâm".encode()

    vault = [json.loads(path.read_bytes()) for path in (office.folder / "vault").glob("*/*")]
    assert any(said["value"] == "Vũ Thanh Tâm" and len(said["salt"]) == 32 for said in vault)
    assert not any(name in entry.data() for entry in office.entries())
    assert not any("Vũ Thanh Tâm" in repr(row) for row in systems.rows_of(office).values())


def test_what_is_no_content_is_none(vault):
    kept = vault.put(b"x")
    folder = vault._folder / kept[:2]
    (folder / ".DS_Store").write_bytes(b"")
    (folder / ("f" * 64)).write_bytes(b"")
    (folder / f".nfs{kept}").symlink_to("nowhere")

    assert list(vault.digests()) == [kept]
