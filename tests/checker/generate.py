"""Writes into the two checkers what follows from the code: words, and what both of them know.

``python -m docs.generate`` writes it anew; a test refuses a file that is out of date.
A word that was once in use stays behind the new one, so that old packs still read as they did.
"""

from __future__ import annotations

import inspect
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from gettext import gettext
from hashlib import sha256
from importlib import reload
from pathlib import Path
from typing import Any

from qms import registers
from qms.changes import Change
from qms.checker import verify
from qms.cli.language import speaking
from qms.founding import default_policy
from qms.shapes import shape
from qms.values import Content, Word

HERE = Path(verify.__file__)
PAGE = HERE.with_suffix(".html")
DATA = re.compile(r"^const DATA = .*;$", re.MULTILINE)
POLICY = re.compile(r"(?<=script-src ')[^']*(?=')")
DIGEST = re.compile(r'(?<=^PAGE = ")[0-9a-f]*(?="$)', re.MULTILINE)
WEEK = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
KEYS = {"limits.name": "limit ", "series.name": "", "stamps.condition": "stamp "}
WORDS = re.compile(r'(?<=^WORDS = """\n).*?(?=^""")', re.MULTILINE | re.DOTALL)

_VERDICTS = ("claims", "good", "hidden", "untold", "warned")


def words() -> str:
    """Return the lines of all kinds, what was in use before among them."""
    registers.load()
    before = verify.vocabulary() if verify.WORDS.strip() else {}
    kinds = sorted({*Change.kinds, *before})
    with speaking("vi"):
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
        "carried": verify.CARRIED,
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
            for place, word in _within(name, field.annotation):
                known[place] = _first(word, known.get(place, []))
    said = [f"{name}={'~'.join(titles)}" for name, titles in sorted(known.items())]
    return "|".join((kind, "~".join(vi), "~".join(en), *said)) + "\n"


def _within(place: str, annotation: Any) -> Iterator[tuple[str, str]]:
    """Yield the words for the parts of a field, and for the values that it may have."""
    kind = shape(annotation).type
    if isinstance(kind, type) and issubclass(kind, Word):
        yield from ((f"{place}:{one.value}", one.vi) for one in kind)
    if kind is bool:
        yield from ((f"{place}:false", "không"), (f"{place}:true", "có"))
    yield from _meant(place)
    parts = {} if kind is Content else getattr(kind, "model_fields", {})
    for name, field in parts.items():
        said = name.replace("_", " ")
        if (word := gettext(said)) != said:
            yield f"{place}.{name}", word[:1].upper() + word[1:]
        yield from _within(f"{place}.{name}", field.annotation)


def _meant(place: str) -> Iterator[tuple[str, str]]:
    """Yield the words for values that are numbers, or keys of the policy."""
    if place == "calendar.weekend":
        yield from ((f"{place}:{number}", day) for number, day in enumerate(WEEK))
    if place in KEYS:
        field, _, part = place.partition(".")
        for key in (one[part] for one in default_policy()[field]):
            if (word := gettext(KEYS[place] + key)) != KEYS[place] + key:
                yield f"{place}:{key}", word[:1].upper() + word[1:]


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
