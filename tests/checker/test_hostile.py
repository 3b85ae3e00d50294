"""Hostile packs: one finding each, in seconds, within 300 MB."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checker.generate import HERE
from tests.checker.hostile import PACKS, lines_of_nothing, many
from tests.checker.packs import SIGNER

MEMORY = 300_000_000
SECONDS = 10


def checked(pack: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Return how the checker of a pack ends that has little memory and little time."""
    (folder / "pack.zip").write_bytes(pack)
    return ended(folder, SECONDS)


def ended(folder: Path, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """Return how the checker ends of the pack in a folder."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    (folder / "key").write_text(f"{SIGNER.verifier.text()}\n")
    words = [sys.executable, "-I", str(HERE), "pack.zip", "--key", "key", "--lang", "en"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False, preexec_fn=limited)


@pytest.mark.parametrize("name", PACKS)
def test_a_hostile_pack_is_one_finding(whole, tmp_path, name):
    ended = checked(PACKS[name](whole), tmp_path)
    said = [line for line in ended.stdout.decode().splitlines() if line[1:3].isdigit()]

    unread = ended.stdout.startswith(b"P01: ")  # no whole pack at all
    assert (ended.returncode, ended.stderr) == (2 if unread else 1, b"")
    assert [line[:3] for line in said] == [name[:3]]


def test_a_pack_with_too_much_wrong_is_left_at_that(whole, tmp_path):
    ended = checked(lines_of_nothing(whole), tmp_path)

    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.count(b"T01") == 200


def test_a_pack_of_a_million_tiny_files_is_left_at_that_too(whole, tmp_path):
    many(whole, 1_000_000, tmp_path / "pack.zip")
    done = ended(tmp_path, 3 * SECONDS)

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.count(b"P03") == 200
