"""Writes into ``verify.py`` what follows from the registers: what each kind and field is called.

``python -m tests.checker.generate`` writes it anew; a test refuses a file that is out of date.
A word that was once in use stays behind the new one, so that old packs still read as they did.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from qms import registers
from qms.changes import Change
from qms.checker import verify

HERE = Path(verify.__file__)
WORDS = re.compile(r'(?<=^WORDS = """\n).*?(?=^""")', re.MULTILINE | re.DOTALL)


def words() -> str:
    """Return the lines of all kinds, what was in use before among them."""
    registers.load()
    before = verify.vocabulary() if verify.WORDS.strip() else {}
    kinds = sorted({*Change.kinds, *before})
    return "".join(_line(kind, Change.kinds.get(kind), before.get(kind)) for kind in kinds)


def renewed(text: str) -> str:
    """Return the checker with its words made anew."""
    return WORDS.sub(lambda _: words(), text)


def _line(kind: str, change: type[Change[Any]] | None, before: Any) -> str:
    vi, en, fields = before or ([], [], {})
    known = {name: list(titles) for name, titles in fields.items()}
    if change is not None:
        first = (inspect.getdoc(change) or "").partition("\n")[0].rstrip(".")
        vi, en = _first(change.vi.rstrip("."), vi), _first(first, en)
        for name, field in change.model_fields.items():
            known[name] = _first(_short(field.title or name), known.get(name, []))
    said = [f"{name}={'~'.join(titles)}" for name, titles in sorted(known.items())]
    return "|".join((kind, "~".join(vi), "~".join(en), *said)) + "\n"


def _first(word: str, known: list[str]) -> list[str]:
    assert not set(word) & set('|~"\\'), word
    return [word, *(one for one in known if one != word)]


def _short(title: str) -> str:
    return re.sub(r" *\(.*?\)$", "", title)


def main() -> None:
    """Write the checker anew."""
    HERE.write_text(renewed(HERE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
