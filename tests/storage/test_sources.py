"""What verification reads: each text once, no table that nobody knows, no index half filled."""

import os
import shutil
import sqlite3
from collections import Counter
from functools import partial
from time import sleep

import pytest

import qms
from qms.folder import Folder
from qms.storage.ledger import Ledger
from qms.storage.objects import Damaged
from qms.storage.sources import Blobs, Living
from qms.storage.store import Store
from qms.storage.vault import Vault
from qms.trail import verification
from tests.harm import in_a_child


class Noting(Vault):
    """A vault that counts how often each content is read."""

    def __init__(self, folder):
        super().__init__(folder)
        self.read = Counter()

    def found(self, digest):
        self.read[digest] += 1
        return super().found(digest)


def test_each_personal_text_is_read_once(stage):
    place = Folder.at(stage.folder)
    vault = Noting(place.vault)
    with (
        Ledger(place.database, place.ledger_lock) as ledger,
        Store(place.store) as store,
        ledger.reading() as now,
    ):
        living = Living(now, store, vault).still()

        assert list(verification.verify(living, stage.trust())) == []
    assert set(vault.read.values()) == {1}


def test_items_of_a_register_that_this_version_does_not_know_have_no_rows(stage):
    place = Folder.at(stage.folder)
    with (
        Ledger(place.database, place.ledger_lock) as ledger,
        Store(place.store) as store,
        ledger.reading() as now,
    ):
        living = Living(now, store, Vault(place.vault))
        known = next(living.rows())

        assert {row.id for row in living.rows_of({known.id, "khac:1"})} == {known.id}


def test_an_index_of_blobs_that_cannot_be_filled_is_closed():
    def torn():
        yield "a" * 64, "b" * 40
        raise Damaged("b" * 40)

    blobs = Blobs.__new__(Blobs)
    with pytest.raises(Damaged):
        blobs.__init__(torn())
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        blobs.found("a" * 64)


SLOW = """#!/bin/sh
case "$*" in *fsck*) touch "{place}/began"; exec sleep 60;; esac
exec "{git}" "$@"
"""


def broken_off(folder, began):
    """Break a verification off while git looks for harm; tell whether git still runs."""

    def told(done, of):
        while not began.exists():
            sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(qms.verify(folder, progress=told))
    try:
        return str(os.waitpid(-1, os.WNOHANG))
    except ChildProcessError:
        return "nothing runs"


@pytest.mark.parametrize("clone", [False, True])
def test_git_looks_for_harm_no_longer_than_the_verification_goes_on(
    stage, place, monkeypatch, clone
):
    slow = place / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text(SLOW.format(place=place, git=shutil.which("git")), "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    folder = stage.store if clone else stage.folder

    assert in_a_child(partial(broken_off, folder, place / "began")) == "nothing runs"
