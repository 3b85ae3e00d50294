"""How values read: days, moments, words."""

from __future__ import annotations

from datetime import date, datetime
from gettext import gettext as _

from ..days import HERE
from .figures import Counted


def shown(value: object, language: str) -> str:
    """Return a value as people read it.

    >>> shown(date(2026, 3, 1), "vi"), shown(date(2026, 3, 1), "en")
    ('01/03/2026', '2026-03-01')
    """
    if isinstance(value, str):
        return _word(value, language)
    if isinstance(value, Counted):
        return value.said
    if isinstance(value, datetime):
        here = value.astimezone(HERE)
        return f"{shown(here.date(), language)} {here:%H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if language == "vi" else value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (tuple, list)):
        return ", ".join(shown(part, language) for part in value)
    return "" if value is None else str(value)


def _word(text: str, language: str) -> str:
    """Return a text as it is, a word of the field as people read it."""
    vi = getattr(text, "vi", None)
    if vi is None:
        return text
    return str(vi) if language == "vi" else text.replace("_", " ")
