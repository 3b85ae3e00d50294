"""The tests of registers that say something of their own, found by what they say."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType


def saying(*names: str) -> list[ModuleType]:
    """Return the test modules beside this one that set all of these names."""
    return [
        import_module(f"tests.registers.{place.stem}")
        for place in sorted(Path(__file__).parent.glob("test_*.py"))
        if all(re.search(rf"^{name}\b.*=", place.read_text("utf-8"), re.M) for name in names)
    ]
