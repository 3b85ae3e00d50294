"""What was brought and could not be taken: said once, with the places that it is said of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from ..intake import files
from ..intake.files import File
from ..intake.proposals import SHOWN, Remark
from .failures import line, sentence


def opened(place: Path) -> File:
    """Return a file that somebody named, or raise why it cannot be read."""
    place.stat()  # whether it is there, and may be read, is told as of every file
    found = files.opened(place, place.name)
    if isinstance(found, Remark):
        raise type(found.error)(str(place))
    return found


def remarked(remarks: Iterable[Remark]) -> None:
    """Write each thing that was said once, with the places that it was said of."""
    places: dict[tuple[bool, str], list[str]] = {}
    for remark in remarks:
        field = f"[{remark.field}] " if remark.field else ""
        place = remark._replace(field="").place
        places.setdefault((remark.fault, field + sentence(remark.error)), []).append(place)
    for (fault, says), where in places.items():
        mark = click.style("✗", fg="red") if fault else click.style("·", dim=True)
        more = f" (+{len(where) - SHOWN})" if len(where) > SHOWN else ""
        click.echo(f"{mark} {says} – {line(', '.join(where[:SHOWN]))}{more}", err=True)
