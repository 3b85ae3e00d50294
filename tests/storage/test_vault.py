import json
import os
from contextlib import nullcontext
from hashlib import sha256

import pytest

from qms import people as p
from qms.storage.vault import REDACTED, Altered, NotInVault, Vault
from qms.values import seal
from tests import systems

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


def test_what_somebody_killed_has_left_is_written_over(vault, tmp_path):
    (tmp_path / "draft").write_bytes(b"half")

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


@pytest.mark.parametrize("step", range(12))
def test_whoever_is_killed_between_many_leaves_what_the_next_takes_away(
    vault, tmp_path, monkeypatch, step
):
    contents = [b"%d" % number for number in range(4)]
    with monkeypatch.context() as patch:
        left = iter(range(step))
        for name in ("fdatasync", "rename"):
            patch.setattr(os, name, struck(getattr(os, name), left))
        with pytest.raises(KeyboardInterrupt) if step < 8 else nullcontext():
            vault.put_all(contents)
    vault.put(DATA)

    assert not list(tmp_path.glob("draft*"))
    for digest in vault.digests():
        vault.get(digest)


def struck(call, left):
    def striking(*words):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return call(*words)

    return striking


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
