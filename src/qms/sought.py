"""What somebody looks for in texts, and where a text says it: words and phrases, by any accents.

Nothing that is typed has a meaning of its own but the quotation mark: whatever else stands
between words only parts them, so that no question is a mistake and none reaches a database raw.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Self

from .errors import Refused
from .values import WORD, plain, spelled, words

MOST: Final = 40
"""Words that one may look for at once."""

LONGEST: Final = 500_000
"""Letters of a text that are searched: two hundred pages."""

AROUND, WITHIN = 6, 24
"""Words of a snippet: before what was found, and from its first word on."""

_QUOTES: Final = re.compile('["“”„«»]')
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.*)$", re.MULTILINE)
_FRONT: Final = re.compile(r"\A\+\+\+\n.*?\n\+\+\+\n", re.DOTALL)

_WRITTEN: Final = re.compile(r'^\s*\[+[\w.]+\]+\s*$|^\s*[\w-]+\s*=\s*|["\[\]+]')
"""What of a line of a front part is form: the name of a table, a key, quotes and brackets."""

_RULES: Final = re.compile(r"(?:[\s|]|\*\*|-{3,}|…{2,}|\.{4,})+")

Phrase = tuple[str, ...]


class NoWords(Refused):
    """A search asks for one to forty words, each with a letter or a digit."""

    vi = "Hãy nêu từ một đến bốn mươi từ cần tìm, mỗi từ có chữ cái hoặc chữ số."


class Piece(NamedTuple):
    """A part of a snippet, and whether it is what was looked for."""

    text: str
    found: bool


class Snippet(NamedTuple):
    """Where a text says it: under which heading, in which words."""

    heading: str
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        """Return its words."""
        return "".join(piece.text for piece in self.pieces)


class Sought(NamedTuple):
    """Phrases that a text has all of; most are one word."""

    phrases: tuple[Phrase, ...]

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Return what somebody typed, or raise ``NoWords``; words in quotes follow each other.

        >>> Sought.parse('QT-05 "Đường bộ"').plain
        (('qt', '05'), ('duong', 'bo'))
        """
        parts = enumerate(_QUOTES.split(typed))
        each = (part for n, said in parts for part in ((said,) if n % 2 else said.split()))
        found = tuple(dict.fromkeys(tuple(words(part)) for part in each))
        phrases = tuple(phrase for phrase in found if phrase)
        if not 0 < sum(map(len, phrases)) <= MOST:
            raise NoWords("".join(filter(str.isprintable, typed[:40])).strip())
        return cls(phrases)

    @property
    def plain(self) -> tuple[Phrase, ...]:
        """Return the phrases without accents and case."""
        return tuple(tuple(map(plain, phrase)) for phrase in self.phrases)

    @property
    def spelled(self) -> tuple[Phrase, ...]:
        """Return the phrases with the accents that were typed; none where none were."""
        found = tuple(tuple(map(spelled, phrase)) for phrase in self.phrases)
        return () if found == self.plain else found


def plainly(text: str) -> Snippet:
    """Return a text as a snippet in which nothing was found."""
    return Snippet("", (Piece(_line(text), False),))


class _Hit(NamedTuple):
    start: int
    end: int
    phrase: int
    exact: bool


class _Section(NamedTuple):
    """A part of a text that one line of a heading stands over, or is."""

    heading: str
    text: str
    front: bool = False


class _Place(NamedTuple):
    """What a snippet of a section would show, and how good it is."""

    weight: tuple[int, ...]
    section: _Section
    said: Sequence[re.Match[str]]
    near: Sequence[_Hit]


def snippet(text: str, sought: Sought) -> Snippet | None:
    """Return the place where a text says the most of what is sought, ``None`` for none of it.

    Of equal places the front part of a text goes last, what is spelled as it was typed goes
    first, then where the words stand closest.
    """
    normal = unicodedata.normalize("NFC", text[:LONGEST].replace("\r\n", "\n"))
    places = (place for section in _sections(normal) for place in _places(section, sought))
    best = max(places, key=lambda place: place.weight, default=None)
    return None if best is None else Snippet(best.section.heading, _trimmed(list(_pieces(best))))


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Return pieces without the blanks at both ends."""
    pieces[0] = Piece(pieces[0].text.lstrip(), pieces[0].found)
    pieces[-1] = Piece(pieces[-1].text.rstrip(), pieces[-1].found)
    return tuple(piece for piece in pieces if piece.text)


def _sections(text: str) -> Iterator[_Section]:
    front = _FRONT.match(text)
    at, heading = front.end() if front else 0, ""
    yield _Section("", _values(text[:at]), front=True)
    for found in _HEADING.finditer(text, at):
        yield _Section(heading, text[at : found.start()].strip())
        at, heading = found.end(), found[1].rstrip(" \t#")
        yield _Section("", heading)
    yield _Section(heading, text[at:].strip())


def _values(front: str) -> str:
    """Return what the tables of a front part say: steps, papers; no keys, brackets and quotes."""
    tables = front[front.find("\n[[") :].splitlines() if "\n[[" in front else []
    said = (_WRITTEN.sub("", line).strip(" ,") for line in tables)
    return " · ".join(line for line in said if re.search(r"[^\W\d]", line))


def _places(section: _Section, sought: Sought) -> Iterator[_Place]:
    said = list(WORD.finditer(section.text.replace("_", " ")))
    hits = list(_hits([word[0] for word in said], sought))
    for n, first in enumerate(hits):
        end = bisect_left(hits, first.start + WITHIN, lo=n, key=lambda hit: hit.start)
        near = hits[n:end]
        each = {hit.phrase: hit.end for hit in reversed(near)}
        exact = {hit.phrase for hit in near if hit.exact}
        weight = (
            len(each),
            not section.front,
            len(exact),
            first.exact,
            first.start - max(each.values()),
        )
        yield _Place(weight, section, said, near)


def _hits(said: Sequence[str], sought: Sought) -> Iterator[_Hit]:
    """Yield where each phrase stands, by its words."""
    folded = tuple(map(plain, said))
    firsts: dict[str, list[int]] = {}
    for number, phrase in enumerate(sought.plain):
        firsts.setdefault(phrase[0], []).append(number)
    for start, word in enumerate(folded):
        for number in firsts.get(word, ()):
            typed = sought.phrases[number]
            end = start + len(typed)
            if folded[start:end] == tuple(map(plain, typed)):
                exact = tuple(map(spelled, said[start:end])) == tuple(map(spelled, typed))
                yield _Hit(start, end, number, exact)


def _pieces(place: _Place) -> Iterator[Piece]:
    """Yield the words around what was found, on one line."""
    (_, section, said, near), hit = place, place.near[0].start
    first, last = max(0, hit - AROUND), min(len(said), hit + WITHIN) - 1
    at = said[first].start() if first else 0
    end = max(said[last].end(), *(said[one.end - 1].end() for one in near))
    end = end if last < len(said) - 1 else len(section.text)
    if first:
        yield Piece("… ", False)
    for start, stop in _merged(near):
        yield Piece(_line(section.text[at : said[start].start()]), False)
        at = said[stop - 1].end()
        yield Piece(_line(section.text[said[start].start() : at]), True)
    yield Piece(_line(section.text[at:end]) + (" …" if end < len(section.text) else ""), False)


def _merged(near: Sequence[_Hit]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of words that hits cover, none twice."""
    start, end = near[0].start, near[0].end
    for hit in near[1:]:
        if hit.start > end:
            yield start, end
            start = hit.start
        end = max(end, hit.end)
    yield start, end


def _line(text: str) -> str:
    """Return a text on one line, without the rules of tables and what a terminal would obey."""
    flat = _RULES.sub(" ", text)
    return "".join(letter for letter in flat if letter.isprintable())
