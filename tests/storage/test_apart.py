"""A second process makes the far end of the tree; where it cannot, the first makes all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qms.restoring import sound
from qms.storage import apart
from qms.trail import soundness, subtree


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """However short the trail, there are two."""
    monkeypatch.setattr(soundness, "HEIGHT", 1)
    monkeypatch.setattr(apart, "FROM", 1)
    monkeypatch.setattr(apart, "cores", lambda: 2)


@pytest.fixture
def begun(monkeypatch):
    """Every process that was begun."""
    every = []

    class Noted(subprocess.Popen):
        def __init__(self, *words, **how):
            super().__init__(*words, **how)
            every.append(self)

    monkeypatch.setattr(apart, "Popen", Noted)
    return every


def test_no_process_stays_behind(stage, begun):
    assert list(sound(stage.folder)) == []

    assert [one.returncode is None for one in begun] == [False]


def test_no_process_stays_behind_whoever_is_interrupted(stage, begun, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(subtree, "top", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(sound(stage.folder))

    assert [one.returncode is None for one in begun] == [False]


def test_what_a_killed_process_would_have_made_is_made(stage, begun, monkeypatch):
    top = subtree.top

    def killing(*asked):
        begun[0].kill()
        return top(*asked)

    monkeypatch.setattr(subtree, "top", killing)

    assert list(sound(stage.folder)) == []


@pytest.mark.parametrize("program", ["/nonexistent", "", None, "/bin/false"])
def test_where_no_process_begins_one_makes_all(stage, program, monkeypatch):
    monkeypatch.setattr(sys, "executable", program)

    assert list(sound(stage.folder)) == []


def test_one_core_has_one_process(stage, begun, monkeypatch):
    monkeypatch.setattr(apart, "cores", lambda: 1)

    assert list(sound(stage.folder)) == []
    assert begun == []


def test_a_short_trail_has_one_process(stage, begun, monkeypatch):
    monkeypatch.setattr(apart, "FROM", 100_000)

    assert list(sound(stage.folder)) == []
    assert begun == []


def test_what_lies_where_somebody_stands_is_not_run(stage, place, monkeypatch):
    (place / "qms").mkdir()
    (place / "qms" / "__init__.py").write_text("open('run', 'w')")
    monkeypatch.chdir(place)
    monkeypatch.setattr(os, "set_blocking", lambda *_: None)

    assert list(sound(stage.folder)) == []
    assert not Path("run").exists()


def test_nothing_is_said_of_the_password(stage, begun):
    list(sound(stage.folder))

    assert [word for one in begun for word in one.args if "://" in word] == []


@pytest.mark.sqlite
def test_whom_nobody_listens_to_any_more_ends(stage):
    words = [sys.executable, "-P", "-m", apart.__name__]
    asked = json.dumps([str(stage.database), "", 1, len(stage.entries()) // 2])
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(words, text=True, **pipes) as other:
        other.stdout.close()
        other.stdin.write(asked)
        other.stdin.close()

        assert "BrokenPipeError" in other.stderr.read()


@pytest.mark.postgres
@pytest.mark.parametrize("known", [True, False])
def test_another_server_or_moment_says_nothing(stage, known):
    """Only who has the very view of who asks answers."""
    count = len(stage.entries()) // 2
    with stage.open() as system, system._ledger.reading() as now:
        of = "SELECT pg_export_snapshot()"
        instant = (
            now.connection.exec_driver_sql(of).scalar_one() if known else "00000003-0000001B-1"
        )
        address = system._ledger.url.render_as_string(hide_password=False)
        asked = json.dumps([address, instant, 1, count])
        words = [sys.executable, "-P", "-m", apart.__name__]
        said = subprocess.run(words, input=asked.encode(), capture_output=True)

    assert len(said.stdout) == (32 * count if known else 0), said.stderr
