"""Which registers have which changes, without loading any of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from .. import registers

_KIND: Final = re.compile(r'\bkind="([a-z_-]+)\.([a-z-]+)/\d+"')


def verbs() -> dict[str, tuple[str, ...]]:
    """Return the verbs of each register, as its source names them.

    The first page of help must be there at once; to load the registers takes longer than
    all the rest of it.
    """
    found: dict[str, set[str]] = {}
    for place in Path(registers.__file__).parent.rglob("*.py"):
        for register, verb in _KIND.findall(place.read_text("utf-8")):
            found.setdefault(register, set()).add(verb)
    return {register: tuple(sorted(found[register])) for register in sorted(found)}
