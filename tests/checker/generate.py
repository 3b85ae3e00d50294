"""Writes into the two checkers what follows from the code: words, and what both of them know.

``python -m docs.generate`` writes it anew; a test refuses a file that is out of date.
A word that was once in use stays behind the new one, so that old packs still read as they did.
"""

from __future__ import annotations

import inspect
import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib import reload
from pathlib import Path
from typing import Any

from qms import registers
from qms.changes import Change
from qms.checker import verify

HERE = Path(verify.__file__)
PAGE = HERE.with_suffix(".html")
DATA = re.compile(r"^const DATA = .*;$", re.MULTILINE)
POLICY = re.compile(r"(?<=script-src ')[^']*(?=')")
DIGEST = re.compile(r'(?<=^PAGE = ")[0-9a-f]*(?="$)', re.MULTILINE)
WORDS = re.compile(r'(?<=^WORDS = """\n).*?(?=^""")', re.MULTILINE | re.DOTALL)

_VERDICTS = ("claims", "good", "hidden", "untold", "warned")


def words() -> str:
    """Return the lines of all kinds, what was in use before among them."""
    registers.load()
    before = verify.vocabulary() if verify.WORDS.strip() else {}
    kinds = sorted({*Change.kinds, *before})
    return "".join(_line(kind, Change.kinds.get(kind), before.get(kind)) for kind in kinds)


def renewed(text: str) -> str:
    """Return ``verify.py`` with its words made anew, and the digest of its page."""
    digest = sha256(PAGE.read_bytes()).hexdigest()
    return DIGEST.sub(digest, WORDS.sub(lambda _: words(), text))


def page(text: str) -> str:
    """Return ``verify.html`` with what it shares with ``verify.py``, and leave to run just that."""
    data = json.dumps(shared(), ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    text = DATA.sub(lambda _: f"const DATA = {data};", text)
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return POLICY.sub(f"sha256-{digest}", text, count=1)


def shared() -> dict[str, Any]:
    """Return what both checkers know."""
    return {
        "checkers": verify.CHECKERS,
        "columns": verify.COLUMNS,
        "cut": verify.CUT,
        "format": verify.FORMAT,
        "formula": verify._FORMULA,
        "frame": _frame(PAGE.read_text("utf-8")),
        "head": verify.HEAD,
        "largest": verify.LARGEST,
        "longest": verify.LONGEST,
        "places": verify.PLACES,
        "read": verify.READ,
        "room": verify.ROOM,
        "said": verify.SAID,
        "says": verify.SAYS,
        "twin": sha256(DIGEST.sub("", HERE.read_text("utf-8")).encode()).hexdigest(),
        "verdicts": {word: verify._TOLD[word] for word in _VERDICTS},
        "warnings": sorted(verify.WARNINGS),
        "words": verify.vocabulary(),
    }


def _frame(text: str) -> str:
    head, _, rest = text.partition("<script>")
    frame = POLICY.sub("", head, count=1) + rest.partition("</script>")[2]
    return sha256(frame.encode()).hexdigest()


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
    """Write both checkers anew: first the words, then the page that has them, then its digest."""
    HERE.write_text(renewed(HERE.read_text("utf-8")), "utf-8")
    reload(verify)
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    HERE.write_text(renewed(HERE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
