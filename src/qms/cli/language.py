"""The language the commands speak: Vietnamese, or English where it is asked for.

Messages are English in the code and Vietnamese in ``locale``; click's own texts go the same
way, because click asks gettext too. Only the command line sets gettext up, and only while it
runs: who imports the library keeps their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from gettext import bindtextdomain, gettext
from itertools import zip_longest
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("vi", "en")
DOMAIN: Final = "messages"
"""Where click looks for its texts."""


def wanted(words: Sequence[str]) -> str:
    """Return the language that a command line asks for, before it is read as a whole.

    >>> wanted(["--lang", "en", "list"]), wanted(["--lang=en"])
    ('en', 'en')
    """
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        option, _, value = word.partition("=")
        if option == "--lang" and (value or following):
            return value or following
    return os.environ.get("QMS_LANG") or LANGUAGES[0]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have gettext speak a language for a while; one that nobody knows is Vietnamese."""
    folder, said = bindtextdomain(DOMAIN), os.environ.get("LANGUAGE")
    bindtextdomain(DOMAIN, str(Path(__file__).parents[1] / "locale"))
    os.environ["LANGUAGE"] = language if language in LANGUAGES else LANGUAGES[0]
    try:
        yield
    finally:
        bindtextdomain(DOMAIN, folder)
        os.environ.pop("LANGUAGE")
        if said is not None:
            os.environ["LANGUAGE"] = said


def language() -> str:
    """Return the language now spoken: the Vietnamese messages say ``vi`` for ``en``."""
    return gettext("en")
