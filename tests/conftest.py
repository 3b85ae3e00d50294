"""What tests of more than one room stand on."""

import gc
import os
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from tests import postgres, systems

MEMORY = Path("/dev/shm")
"""A disk in memory, where there is one: a kill, unlike a power failure, loses nothing written."""

ROOM = 1 << 30
"""Bytes that have to be free there: a container has 64 MB unless somebody says otherwise."""

ONCE = (
    *("docs", "proofs", "registers", "standards"),
    *("test_changes.py", "test_sought.py", "test_values.py"),
    *(f"checker/test_{name}.py" for name in ("hostile", "hostile_signer", "judging")),
    *(f"checker/test_{name}.py" for name in ("memory", "page", "verify")),
    *(f"output/test_{name}.py" for name in ("anchoring", "blocks", "markup", "page", "workbook")),
    *(f"storage/test_{name}.py" for name in ("foreign", "fresh", "keys", "store")),
    *(f"storage/test_{name}.py" for name in ("maintenance", "many_packs", "settings")),
    *(f"trail/test_{name}.py" for name in ("entry", "findings", "proof")),
    *("cli/test_fields.py", "system/test_front_door.py"),
)
"""What judges bytes that no database alters: of a pack, of git, of a text, of a key.

A file that meets a ledger stands here only to have a pack of it, or its folder beside the database.
"""

MAY_LACK = (
    "strace is not here",
    "SoftHSM 2 is not here",
    "openssl is not here",
    "ssh-keygen is not here",
    "no ssh-keygen here",
    "NO BROWSER",
    "only root gives files away",
    "there is no terminal",
    "the list of naughty strings is not here",
)
"""Of what a machine may lack that only its administrator gives; all else comes with the project."""


def pytest_addoption(parser):
    says = "where every system lives that a test founds"
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help=says)
    says = "fail what is skipped, but for what only an administrator can give"
    parser.addoption("--no-skips", action="store_true", help=says)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if item.config.getoption("no_skips"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if collector.config.getoption("no_skips"):
        _refuse_skip(report)
    return report


def _refuse_skip(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        says = report.longrepr[2]
        if not any(one in says for one in MAY_LACK):
            report.outcome, report.longrepr = "failed", f"nothing may be left out here: {says}"


def pytest_ignore_collect(collection_path, config):
    once = {Path(__file__).parent / name for name in ONCE}
    if config.getoption("database") == "postgresql" and collection_path in once:
        return True


def pytest_collection_modifyitems(config, items):
    other = {"sqlite": "postgres", "postgresql": "sqlite"}[config.getoption("database")]
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
    items[:] = [item for item in items if not item.get_closest_marker(other)]


def pytest_collection_finish():
    gc.freeze()  # what was collected stays to the end: nobody looks through it again and again


@pytest.fixture(scope="session", autouse=True)
def _compiled_once():
    """Let the engines of a process share what was compiled: tests open some thousand systems."""
    compiled, given = LRUCache(4_000), Engine.__init__

    def made(engine, *words, **more):
        given(engine, *words, **more)
        engine._compiled_cache = compiled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", made)
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield


def _folder():
    there = os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ROOM
    return TemporaryDirectory(dir=MEMORY if there else None)


@pytest.fixture(scope="session")
def quick_folder():
    """What makes a folder that is quick to write to, and removes it."""
    return _folder


@pytest.fixture(scope="session", autouse=True)
def _database(request):
    if request.config.getoption("database") == "sqlite":
        yield
        return
    with (
        _folder() as folder,
        postgres.served(Path(folder), **postgres.QUICK) as server,
        postgres.everywhere(server),
    ):
        yield


@pytest.fixture(autouse=True)
def _sweep():
    with postgres.swept():
        yield


@pytest.fixture(scope="session")
def template():
    """A founded Sở GTVT that nobody writes to."""
    with _folder() as folder:
        yield systems.founded(Path(folder, "so"))


@pytest.fixture
def place():
    """A folder of one's own, quick to write to."""
    with _folder() as folder:
        yield Path(folder)


@pytest.fixture
def office(template, place):
    """A Sở GTVT of one's own."""
    return systems.copied(template, place / "so")


@pytest.fixture(scope="module")
def stage(template):
    """A Sở GTVT shared by the tests of one file: the story is played once, each test only asks."""
    with _folder() as folder, postgres.swept():
        yield systems.copied(template, Path(folder, "so"))
