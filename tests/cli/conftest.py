"""A Sở GTVT that is spoken to in commands."""

import pytest

from tests.cli.talk import Talk


@pytest.fixture
def talk(office):
    """An office, and a way to say commands to it."""
    return Talk(office)
