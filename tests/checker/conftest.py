from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import systems
from tests.checker import packs


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
