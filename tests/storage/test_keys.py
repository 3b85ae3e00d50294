"""Private keys in files: durable, for their owner alone, never beside the ledger."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qms.errors import QMSError, Unreadable
from qms.proofs import note
from qms.proofs.note import BadKey, Signer
from qms.storage import keys
from qms.storage.keys import KeyBesideLedger, KeyExposed, KeyTaken, NoKey, NoKeyFile
from qms.storage.trouble import NoRoom

NAME = "so-gtvt.example/log"
SEED = bytes(range(32))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    folder = tmp_path / "so-gtvt"
    folder.mkdir()
    return folder


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def make(path: Path, ledger: Path, name: str = NAME) -> Signer:
    return keys.create(path, name, apart_from=ledger, draw=lambda size: SEED[:size])


def test_a_key_is_kept_and_read(tmp_path: Path, ledger: Path) -> None:
    made = make(tmp_path / "keys" / "log.key", ledger)
    found = keys.read(tmp_path / "keys" / "log.key")

    assert found.verifier == made.verifier
    assert found.verifier.name == NAME
    assert found.sign(b"x\n") == made.sign(b"x\n")
    assert (tmp_path / "keys" / "log.key").read_text() == note.skey(NAME, SEED) + "\n"


def test_no_two_keys_are_alike(tmp_path: Path, ledger: Path) -> None:
    first, second = (
        keys.create(tmp_path / str(each), NAME, apart_from=ledger) for each in range(2)
    )

    assert first.verifier != second.verifier


def test_a_witness_has_a_key_of_its_own_kind(tmp_path: Path, ledger: Path) -> None:
    path = tmp_path / "witness.key"
    keys.create(path, "so-noi-vu.example", apart_from=ledger, algorithm=note.COSIGNATURE)

    assert keys.read(path).verifier.algorithm == note.COSIGNATURE


@pytest.mark.usefixtures("umask")
def test_a_key_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path, ledger: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys").chmod(0o700)
    make(tmp_path / "keys" / "log.key", ledger)

    assert stat.S_IMODE((tmp_path / "keys" / "log.key").stat().st_mode) == 0o600


def test_the_folder_is_for_its_owner_alone(tmp_path: Path, ledger: Path) -> None:
    make(tmp_path / "a" / "b" / "log.key", ledger)

    for folder in ("a", "a/b"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o440])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, ledger: Path, mode: int) -> None:
    make(tmp_path / "log.key", ledger)
    (tmp_path / "log.key").chmod(mode)

    with pytest.raises(KeyExposed):
        keys.read(tmp_path / "log.key")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_reads_is_read(tmp_path: Path, ledger: Path, mode: int) -> None:
    make(tmp_path / "log.key", ledger)
    (tmp_path / "log.key").chmod(mode)

    assert keys.read(tmp_path / "log.key")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_key_of_somebody_else_is_refused(tmp_path: Path, ledger: Path) -> None:
    make(tmp_path / "log.key", ledger)
    os.chown(tmp_path / "log.key", 65_534, -1)

    with pytest.raises(KeyExposed):
        keys.read(tmp_path / "log.key")


def test_a_link_to_an_exposed_key_is_refused(tmp_path: Path, ledger: Path) -> None:
    make(tmp_path / "log.key", ledger)
    (tmp_path / "log.key").chmod(0o644)
    (tmp_path / "link").symlink_to(tmp_path / "log.key")

    with pytest.raises(KeyExposed):
        keys.read(tmp_path / "link")


def test_a_key_is_never_overwritten(tmp_path: Path, ledger: Path) -> None:
    make(tmp_path / "log.key", ledger)
    before = (tmp_path / "log.key").read_bytes()

    with pytest.raises(KeyTaken):
        keys.create(tmp_path / "log.key", NAME, apart_from=ledger)
    assert (tmp_path / "log.key").read_bytes() == before


def test_a_key_is_not_written_through_a_link(tmp_path: Path, ledger: Path) -> None:
    (tmp_path / "log.key").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(KeyTaken):
        make(tmp_path / "log.key", ledger)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("place", ["log.key", "keys/log.key", "../so-gtvt/log.key"])
def test_a_key_does_not_lie_beside_the_ledger(ledger: Path, place: str) -> None:
    with pytest.raises(KeyBesideLedger):
        make(ledger / place, ledger)
    assert list(ledger.iterdir()) == []


def test_a_key_does_not_reach_the_ledger_through_a_link(tmp_path: Path, ledger: Path) -> None:
    (tmp_path / "keys").symlink_to(ledger)

    with pytest.raises(KeyBesideLedger):
        make(tmp_path / "keys" / "log.key", ledger)


def test_a_name_that_no_note_can_carry_leaves_no_file(tmp_path: Path, ledger: Path) -> None:
    with pytest.raises(BadKey):
        make(tmp_path / "keys" / "log.key", ledger, name="Sở GTVT")
    assert not (tmp_path / "keys").exists()


def test_a_full_disk_leaves_no_half_key(
    tmp_path: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom):
        make(tmp_path / "log.key", ledger)

    assert not list(tmp_path.rglob("*.key*"))


def test_file_and_folders_are_on_the_disk_before_the_key_is_used(
    tmp_path: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    make(tmp_path / "a" / "b" / "log.key", ledger)

    assert synced[:2] == [str(tmp_path), str(tmp_path / "a")]
    assert synced[2].startswith(str(tmp_path / "a/b/."))  # before it has its name
    assert synced[3:] == [str(tmp_path / "a/b")]


def test_no_handle_stays_open(tmp_path: Path, ledger: Path) -> None:
    before = os.listdir("/proc/self/fd")

    make(tmp_path / "keys" / "log.key", ledger)
    keys.read(tmp_path / "keys" / "log.key")
    with pytest.raises(KeyTaken):
        make(tmp_path / "keys" / "log.key", ledger)
    with pytest.raises(NoKeyFile):
        keys.read(tmp_path)

    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize("path", ["nowhere", "nowhere/log.key", "file/log.key"])
def test_where_there_is_no_key_that_is_said(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(NoKey):
        keys.read(tmp_path / path)


def test_a_folder_a_pipe_and_a_flood_are_no_key_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "flood").write_bytes(b"A" * 5_000)
    (tmp_path / "flood").chmod(0o600)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    for name in (".", "pipe", "flood", "loop"):
        with pytest.raises(NoKeyFile):
            keys.read(tmp_path / name)


TEXT = (note.skey(NAME, SEED) + "\n").encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        TEXT[:-1],
        TEXT + b"\n",
        TEXT.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + TEXT,
        b"\xff" + TEXT,
        TEXT + TEXT,
        TEXT[: len(TEXT) // 2],
        Signer.parse(note.skey(NAME, SEED)).verifier.text().encode() + b"\n",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "log.key").write_bytes(text)
    (tmp_path / "log.key").chmod(0o600)

    with pytest.raises(Unreadable):
        keys.read(tmp_path / "log.key")


@pytest.mark.parametrize("refusal", [KeyBesideLedger, KeyExposed, KeyTaken, NoKey, NoKeyFile])
def test_each_refusal_speaks_both_languages(refusal: type[QMSError]) -> None:
    assert refusal("x").says("en") == f"x: {refusal.__doc__}"
    assert refusal.vi == vars(refusal)["vi"]
