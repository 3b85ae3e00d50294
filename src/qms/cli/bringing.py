"""Bringing in what people have: a folder of procedures, the history of older papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from ..intake import folder as procedures
from ..intake import history
from ..intake.proposals import Import, Remark
from ..system import QMS
from .changing import report
from .failures import line, sentence
from .parameters import Plain
from .session import asked

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

SHOWN: Final = 3
"""Places that are named where the same is to be said of many."""


def in_bulk(command: Decorated) -> Decorated:
    """Give a command the options ``--whole`` and ``--dry-run``."""
    whole = click.option("--whole", is_flag=True, help="All or nothing.")
    says = "Say what would happen; write nothing."
    return whole(click.option("--dry-run", is_flag=True, help=says)(command))


@click.command("load")
@click.argument("folder", type=Path, metavar="FOLDER", help="Procedures as Markdown files.")
@in_bulk
def load(folder: Path, whole: bool, dry_run: bool) -> None:
    """Load a folder of procedures as drafts; what is here already is passed over."""
    with asked().acting() as system:
        brought = procedures.proposed(procedures.read(folder), system)
        _remarked(brought.remarks)
        _take(system, brought, whole=whole, dry_run=dry_run)
    count = len(brought.changes)
    says = ngettext("{n} document is new here.", "{n} documents are new here.", count)
    _end(says.format(n=count), brought)


@click.command("adopt")
@click.argument(
    "folder",
    type=Path,
    metavar="FOLDER",
    help="Old files with their register lich-su.csv, or an older git repository.",
)
@click.option("--unit", type=Plain(), metavar="CODE", help="Of a repository: whose documents.")
@click.option("--owner", type=Plain(), metavar="CODE", help="Of a repository: the post they have.")
@click.option("--type", "kind", type=Plain(), metavar="CODE", help="Of a repository: their type.")
@click.option("--under", default="", metavar="FOLDER", help="Of a repository: only this folder.")
@in_bulk
def adopt(
    folder: Path,
    unit: str | None,
    owner: str | None,
    kind: str | None,
    under: str,
    whole: bool,
    dry_run: bool,
) -> None:
    """Adopt the history that documents had before this system, byte for byte."""
    with asked().acting() as system:
        if unit and owner:
            given = history.Given(unit=unit, owner=owner, type=kind or "", under=under)
            brought = history.of_repository(folder, system, given)
        elif unit or owner or kind or under:
            raise click.UsageError(_("A repository needs both --unit and --owner."))
        else:
            brought = history.of_register(folder, system)
        _remarked(brought.remarks)
        _take(system, brought, whole=whole, dry_run=dry_run)
    count = len(brought.changes)
    _end(ngettext("{n} change.", "{n} changes.", count).format(n=count), brought)


def _take(system: QMS, brought: Import, *, whole: bool, dry_run: bool) -> None:
    changes = brought.whole() if whole else brought.changes
    if changes:
        entries = system.rehearse(*changes) if dry_run else system.perform(*changes)
        report(system, entries, rehearsed=dry_run)


def _end(says: str, brought: Import) -> None:
    click.echo(says)
    if any(remark.fault for remark in brought.remarks):
        click.get_current_context().exit(1)


def _remarked(remarks: Iterable[Remark]) -> None:
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
