"""What people ask of the law they rest on: what is expired, coming, disputed, owed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ...values import key
from ..documents import Document, State
from .items import External, Standing


class Citation(NamedTuple):
    """One internal document that names law which does not hold on a day."""

    document: Document
    legal: str
    external: External
    standing: Standing


def citing_expired(
    documents: Iterable[Document], externals: Iterable[External], on: date
) -> list[Citation]:
    """Return where documents under control cite law that is not in force on a day.

    A document whose articles are replaced in part is cited wrongly by whoever names such an
    article, or names none.
    """
    known = {spelling: one for one in externals for spelling in _spellings(one)}
    return [
        Citation(document, legal, external, standing)
        for document in documents
        if document.state in (State.DRAFTED, State.ISSUED)
        for legal in document.legal
        if (external := _cited(legal, known)) is not None
        if (standing := external.standing(on)) is not Standing.IN_FORCE
        if standing is not Standing.PARTIAL or _touched(legal, external.articles_out(on))
    ]


def unregistered(
    documents: Iterable[Document], externals: Iterable[External]
) -> list[tuple[str, str]]:
    """Return the id of each document with each legal basis that is not in the register."""
    known = {spelling: one for one in externals for spelling in _spellings(one)}
    named = ((document.id, legal) for document in documents for legal in document.legal)
    return [(document, legal) for document, legal in named if _cited(legal, known) is None]


def upcoming(externals: Iterable[External], on: date) -> list[External]:
    """Return what takes effect after a day, the next first (sắp có hiệu lực)."""
    coming = ((one.since, one) for one in externals if one.standing(on) is Standing.UPCOMING)
    return [one for _, one in sorted(coming, key=lambda pair: (pair[0] or date.max, pair[1].code))]


def disputed(externals: Iterable[External]) -> list[External]:
    """Return what has days that are unknown or that sources do not agree on."""
    return [one for one in externals if one.disputed or one.since is None]


def _spellings(external: External) -> Iterator[str]:
    yield key(external.number)
    yield from external.spellings()


def _cited(legal: str, known: Mapping[str, External]) -> External | None:
    """Return the outside document that a citation names, as a whole or by one of its words."""
    words = (key(word.rstrip(".")) for word in re.split(r"[\s,;:()]+", legal) if "/" in word)
    return next((known[word] for word in (key(legal), *words) if word in known), None)


def _touched(legal: str, out: tuple[str, ...]) -> bool:
    lists = re.findall(r"điều\s+(\d+(?:\s*(?:,|;|và)\s*(?:điều\s+)?\d+\b(?!/))*)", legal.casefold())
    named = {int(found) for one in lists for found in re.findall(r"\d+", one)}
    return not named or any(_article(one) in named for one in out)


def _article(words: str) -> int | None:
    """Return the article that words name, such as ``khoản 2 Điều 7`` or ``7``."""
    found = re.search(r"điều\s+(\d+)", words.casefold()) or re.search(r"(\d+)", words)
    return int(found[1]) if found else None
