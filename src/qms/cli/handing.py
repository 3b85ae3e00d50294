"""Handing over: a pack for an auditor, who checks it without us."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import Any

import click

from ..changes import Item
from ..packing import Packed
from ..registers.documents import Document
from ..registers.nonconformities import Nonconformity
from ..registers.people import Unit
from .anchoring import note_in
from .failures import line
from .gauge import gauge
from .parameters import Bytes, Day, Plain, When
from .session import asked
from .speech import done


@click.command("pack")
@click.argument("path", type=Path, metavar="FILE", help="A new file (.zip).")
@click.option("--since", type=When(), metavar="WHEN", help="From this day or moment.")
@click.option("--until", type=When(), metavar="WHEN", help="Up to this day or moment.")
@click.option("--unit", type=Plain(), metavar="CODE", help="What belongs to a unit.")
@click.option(
    "--document",
    "documents",
    type=Plain(),
    metavar="CODE",
    multiple=True,
    help="A document and what hangs on it.",
)
@click.option(
    "--nonconformity",
    "cases",
    type=Plain(),
    metavar="CODE",
    multiple=True,
    help="A nonconformity and its actions.",
)
@click.option(
    "--item", "items", type=Plain(), metavar="CODE", multiple=True, help="Any item, by its id."
)
@click.option(
    "--redact",
    type=Plain(),
    metavar="WORD",
    multiple=True,
    help="Leave personal texts out: all, a field, a person by code, or an item by id.",
)
@click.option(
    "--on",
    type=Day(),
    metavar="DATE",
    help="For the list in force; the last day asked for by default.",
)
@click.option(
    "--anchor",
    "anchors",
    type=Bytes(),
    metavar="FILE",
    multiple=True,
    help="A checkpoint that the auditor keeps.",
)
def pack(
    path: Path,
    documents: tuple[str, ...],
    cases: tuple[str, ...],
    items: tuple[str, ...],
    **asks: Any,
) -> None:
    """Write the trail, or a part of it, as one file that an auditor checks alone."""
    with asked().reading() as view, gauge(_("Packing")) as gauged:
        about: list[Item] = [view.get(Document, code) for code in documents]
        about += [view.get(Nonconformity, code) for code in cases]
        unit = view.get(Unit, asks["unit"]) if asks["unit"] else None
        ids = [one.id for one in about]
        said = {name: value for name, value in asks.items() if value is not None}
        said["anchors"] = tuple(note_in(note).encode() for note in said["anchors"])
        packed = view.trail.pack(path, items=(*ids, *items), progress=gauged.to, **said)
    _tell(packed, [unit, *about] if unit else about)


def _tell(packed: Packed, about: Iterable[Item]) -> None:
    count = packed.entries
    says = ngettext("{n} entry packed in {path}", "{n} entries packed in {path}", count)
    done(says.format(n=count, path=packed.path))
    if not packed.whole:
        click.echo(_("A part: it proves what is in it, not that nothing is missing."))
        _explain(packed, about)
    if packed.redacted:
        says = ngettext(
            "{n} personal text left out.", "{n} personal texts left out.", packed.redacted
        )
        click.echo(says.format(n=packed.redacted))
    if packed.later:
        says = ngettext(
            "{n} entry is not signed yet and stays out.",
            "{n} entries are not signed yet and stay out.",
            packed.later,
        )
        click.echo(click.style("! ", fg="yellow") + says.format(n=packed.later))
    click.echo(_("Give the key (log.pub) to the auditor on another way than the pack."))


def _explain(packed: Packed, about: Iterable[Item]) -> None:
    for one in about:
        title = one.found if isinstance(one, Nonconformity) else getattr(one, "title", "")
        click.echo(f"  {line(f'{one.code} – {title}')}")
    says = _(
        "Asked for: {n} entries, whatever hangs on the items among them, each operation whole."
    )
    click.echo(says.format(n=packed.asked))
    says = _(
        "Brought along: {n} entries, all policies, log keys and anchors, and what is said of "
        "whoever acted (names, posts, signing keys)."
    )
    click.echo(says.format(n=packed.entries - packed.asked))
