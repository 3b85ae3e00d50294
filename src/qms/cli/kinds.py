"""Which registers have which changes and words, without loading any of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from .. import registers

_KIND: Final = re.compile(r'\bkind="([a-z_-]+)\.([a-z-]+)/\d+"')


_TYPED: Final = {("disposal", "list"): "propose"}
"""The commands of changes whose verb is a question everywhere; a released kind keeps its name."""

_COMMAND: Final = re.compile(r'^@click\.command\("([a-z-]+)"\)$', re.MULTILINE)

MORE: Final = {
    "anchor": "anchoring",
    "commitment": "committing",
    "declaration": "declaring",
    "disposal": "destroying",
    "witness": "witnessing",
}
"""In which room a register has commands beside those that every register has."""


_WORD: Final = re.compile(r'^    [A-Z_]+ = "(\w+)", "([^"]+)"$', re.MULTILINE)


def words(room: str, name: str) -> dict[str, str]:
    """Return the words that a room of the registers defines, with their Vietnamese readings."""
    source = (Path(registers.__file__).parent / room).read_text("utf-8")
    return dict(_WORD.findall(source.partition(f"class {name}(Word):")[2].partition("\nclass ")[0]))


def typed(register: str, verb: str) -> str:
    """Return the word that makes a change: its verb, unless that asks a question everywhere."""
    return _TYPED.get((register, verb), verb)


def verbs() -> dict[str, tuple[str, ...]]:
    """Return the verbs of each register, as its source names them.

    The first page of help must be there at once; to load the registers takes longer than
    all the rest of it.
    """
    found: dict[str, set[str]] = {}
    for place in Path(registers.__file__).parent.rglob("*.py"):
        for register, verb in _KIND.findall(place.read_text("utf-8")):
            found.setdefault(register, set()).add(typed(register, verb))
    return {register: tuple(sorted(found[register])) for register in sorted(found)}


def more(register: str) -> list[str]:
    """Return the commands of a register that are no changes, as the source of their room says."""
    if register not in MORE:
        return []
    return _COMMAND.findall(Path(__file__).with_name(f"{MORE[register]}.py").read_text("utf-8"))
