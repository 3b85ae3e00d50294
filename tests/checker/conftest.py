from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import systems
from tests.checker import packs
from tests.systems import created

SEPARATORS = "\u2028\u2029"
TITLE = f"Quy trình{SEPARATORS}họp"


@pytest.fixture(scope="session")
def made(template):
    """An office's year, packed."""
    with TemporaryDirectory() as folder:
        yield packs.made(systems.copied(template, Path(folder, "so")), Path(folder))


@pytest.fixture(scope="session")
def rotated(made):
    """The same a little later, after its key was replaced twice."""
    with TemporaryDirectory() as folder:
        yield packs.rotated(made.office.copy(Path(folder, "so")), Path(folder))


@pytest.fixture
def whole(made):
    """The pack of a whole log."""
    return made.whole


@pytest.fixture
def part(made):
    """The pack of one document."""
    return made.part


@pytest.fixture
def separated(made, tmp_path):
    """An office with a title in which lines seem to end, and its pack."""
    office = made.office.copy(tmp_path / "so")
    office.does("hung", created("QT-09", title=TITLE))
    packs.packed(office, tmp_path / "goi.zip")
    return office, (tmp_path / "goi.zip").read_bytes()
