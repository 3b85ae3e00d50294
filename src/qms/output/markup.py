"""Markdown to HTML that may be shown: rendered within limits, then cleaned by a strict list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import unquote

from ..registers.documents.content import BLOCKS, fold
from ..values import key

LARGEST: Final = 1_000_000
"""Bytes that a text may have to be rendered: some four hundred pages."""

# Python-Markdown searches to the end of a block for what each of these opens: 4,000 brackets
# in one block take it 15 seconds. Work is openings × length, about 0.14 s for a million.
_OPENINGS: Final = re.compile(r"[\[<{]|^(?:#|=+ *$|-+ *$)", re.MULTILINE)
_UNCLOSED: Final = re.compile(r"<(?![^<]*>)")
_DEEP: Final = re.compile(r"^(?: {100}|\t{25}|(?: {0,3}>){20})", re.MULTILINE)
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_MOST_OPENINGS: Final = 1_000
_MOST_TAGS: Final = 20_000
_MOST_WORK: Final = 20_000_000

TOO_HEAVY: Final = "Nội dung quá lớn hoặc quá phức tạp để trình bày; dưới đây là nguyên văn."
BAD_FRONT: Final = "Phần đầu của văn bản không đúng khuôn dạng; dưới đây là nguyên văn."

_EXTENSIONS: Final = (
    "tables",
    "toc",
    "attr_list",
    "def_list",
    "footnotes",
    "admonition",
    "abbr",
    "sane_lists",
    "md_in_html",
)

_TEXT: Final = (
    "p br hr strong em b i u s del ins mark small sub sup abbr code pre blockquote q cite"
)
_SHAPE: Final = "h1 h2 h3 h4 h5 h6 ul ol li dl dt dd div span figure figcaption"
_TABLE: Final = "table caption colgroup col thead tbody tfoot tr th td"
_TAGS: Final = frozenset(f"{_TEXT} {_SHAPE} {_TABLE} a img".split())
_ATTRIBUTES: Final = {
    "*": {"id", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "abbr": {"title"},
    "ol": {"start", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "style", "scope"},
}
_ADMONITIONS: Final = {"admonition", "note", "tip", "important", "warning", "danger"}
_CLASSES: Final = {
    "div": {*_ADMONITIONS, "footnote", "toc"},
    "p": {"admonition-title"},
    "a": {"footnote-ref", "footnote-backref"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_ELSEWHERE: Final = re.compile(r"https?://|mailto:|#", re.IGNORECASE)

_PLACE: Final = re.compile(rf"^( {{0,3}})\{{({'|'.join(BLOCKS)})\}}[ \t]*$", re.MULTILINE)


def light(text: str) -> bool:
    """Tell whether a text is rendered in reasonable time, without rendering it."""
    if len(text.encode()) > LARGEST or text.count("<") > _MOST_TAGS or _DEEP.search(text):
        return False
    openings = [(len(_OPENINGS.findall(block)), len(block)) for block in _BLANK.split(text)]
    work = sum(count * length for count, length in openings)
    work += len(_UNCLOSED.findall(text)) * len(text)
    return max(openings)[0] <= _MOST_OPENINGS and work <= _MOST_WORK


def plain(text: str, note: str) -> str:
    """Return a text as it is, letter by letter, under a note that says why."""
    return f'<p class="remark">{escape(note)}</p>\n<pre>{escape(text)}</pre>'


def rendered(
    text: str, blocks: Mapping[str, str] | None = None, places: Mapping[str, str] | None = None
) -> str:
    """Return Markdown as clean HTML.

    ``blocks`` is our own HTML for lines like ``{steps}``; it is put in after cleaning.
    ``places`` says where the attachments lie, by the key of their names: only to them, to
    the page itself and to the web may a link lead, and only from them comes an image.
    """
    if not light(text):
        return plain(text, TOO_HEAVY)
    # No text holds its own digest, so nobody else can write this mark.
    mark = f"qms{sha256(text.encode()).hexdigest()}"
    marked = _PLACE.sub(rf"\n\1{mark}\2\n", text)
    try:
        html = _html(marked)
    except RecursionError:
        return plain(text, TOO_HEAVY)
    return _filled(_clean(html, places or {}), mark, blocks or {})


def slug(text: str, separator: str = "-") -> str:
    """Return the name under which a heading is found, đ as d.

    >>> slug("5.1 Lưu đồ & Điều kiện")
    'luu-do-dieu-kien'
    """
    return fold(text).replace(" ", separator) or "muc"


def _html(text: str) -> str:
    from markdown import Markdown  # heavy: only who publishes needs it

    settings: dict[str, dict[str, object]] = {
        "toc": {"slugify": slug},
        "footnotes": {"BACKLINK_TITLE": "Về lại vị trí {}"},
    }
    return Markdown(extensions=_EXTENSIONS, extension_configs=settings).convert(text)


def _clean(html: str, places: Mapping[str, str]) -> str:
    import nh3

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "href" and _ELSEWHERE.match(value):
            return value
        if name in ("href", "src"):
            return places.get(key(unquote(value)))
        return value

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "title", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        allowed_classes=_CLASSES,
        filter_style_properties={"text-align"},
        url_schemes=_SCHEMES,
    )


def _filled(html: str, mark: str, blocks: Mapping[str, str]) -> str:
    whole = re.compile(rf"<p>{mark}({'|'.join(BLOCKS)})</p>")
    filled = whole.sub(lambda found: blocks.get(found[1], f"<p>{{{found[1]}}}</p>"), html)
    return re.sub(rf"{mark}({'|'.join(BLOCKS)})", r"{\1}", filled)
