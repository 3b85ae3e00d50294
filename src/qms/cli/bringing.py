"""Bringing in what people have: a folder of procedures, the history of older papers."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import Any, TypeVar

import click

from ..changes import Change, Opening
from ..intake import cells, history, many
from ..intake import folder as procedures
from ..intake.proposals import Import
from ..output.sheets import csv_bytes
from ..registers.documents import Document
from ..system import QMS
from . import answering, paging
from .changing import newest, report
from .failures import afterwards, line
from .history import NoRegister
from .language import LANGUAGES, speaking
from .parameters import Plain
from .remarks import opened, remarked
from .session import asked
from .tables import Column

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


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
        reading = procedures.read(folder)
        brought, there = procedures.proposed(reading, system), procedures.there(reading, system)
        remarked(brought.remarks)
        _take(system, brought, whole=whole, dry_run=dry_run)
    count = len(brought.changes)
    says = ngettext("{n} document is new here.", "{n} documents are new here.", count)
    known = ngettext("{n} was here before.", "{n} were here before.", there).format(n=there)
    told = " ".join((says.format(n=count), known)) if there else says.format(n=count)
    _end(told, brought, dry_run=dry_run)


@click.command("adopt")
@click.argument(
    "folder",
    type=Path,
    metavar="FOLDER",
    help="Old files with their register lich-su.csv (or .xlsx), or an older git repository.",
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
        remarked(brought.remarks)
        _take(system, brought, whole=whole, dry_run=dry_run)
    count = len(brought.changes)
    _end(ngettext("{n} change.", "{n} changes.", count).format(n=count), brought, dry_run=dry_run)


@click.command("bring")
@click.argument("register", metavar="REGISTER", help="Into which register.")
@click.argument("verb", metavar="COMMAND", help="What each line does, like announce.")
@click.argument("file", required=False, type=Path, metavar="[FILE]", help="A CSV or XLSX sheet.")
@click.option(
    "--with", "shared", multiple=True, metavar="FIELD=VALUE", help="What all lines share."
)
@click.option("--template", is_flag=True, help="Write an empty sheet with the headings.")
@in_bulk
def bring(
    register: str,
    verb: str,
    file: Path | None,
    shared: tuple[str, ...],
    template: bool,
    whole: bool,
    dry_run: bool,
) -> None:
    """Make one change of a register for each line of a sheet, in one operation."""
    change = _change(register, verb)
    if template or file is None:
        _empty(change, f"{register} {verb}")
        return
    given = dict(_pair(text, change) for text in shared)
    with asked().acting() as system:
        how = {"who": system.actor, "given": given, "listed": _listed(change)}
        brought = many.proposed(opened(file), change, system, **how)
        remarked(brought.remarks)
        _take(system, brought, whole=whole, dry_run=dry_run)
    count = len(brought.changes)
    _end(ngettext("{n} change.", "{n} changes.", count).format(n=count), brought, dry_run=dry_run)


def _empty(change: type[Change[Any]], command: str) -> None:
    """Write an empty sheet; for a change that asks for a list the sheet of its rows."""
    for name, takes in [] if cells.fits(change) else cells.lists(change):
        click.echo(csv_bytes([cells.template(takes.type)]), nl=False)
        says = _("This sheet belongs to one option: {command} --{name} FILE.")
        told = says.format(command=f"qms {command}", name=name.replace("_", "-"))
        click.echo(click.style("! ", fg="yellow") + told, err=True)
        return
    click.echo(csv_bytes([cells.template(change)]), nl=False)


def _change(register: str, verb: str) -> type[Change[Any]]:
    changes = newest(register)
    if not changes:
        raise NoRegister(register)
    if verb not in changes:
        raise click.UsageError(_("There is {verbs} here.").format(verbs=", ".join(changes)))
    return changes[verb]


def _listed(change: type[Change[Any]]) -> dict[str, str]:
    """Return the fields that a list says, by heading: it says what stands, not what becomes.

    Where the register has another word for a field, both are called the same in Vietnamese.
    """
    if not issubclass(change, Opening):
        return {}
    heads = _heads(change)
    with speaking(LANGUAGES[0]):
        called = {one.key: one.title for one in _heads(change)}
    fields = {one.heading: one.field for one in cells.columns(change) if one.field not in called}
    return {one.title: fields.get(called[one.key], one.key) for one in heads}


def _heads(change: type[Change[Any]]) -> tuple[Column, ...]:
    """Return the columns of a list: that of documents has more to say than the fields of one."""
    return paging.columns() if change.item is Document else answering.columns(change.item)


def _pair(text: str, change: type[Change[Any]]) -> tuple[str, str]:
    name, found, value = text.partition("=")
    field = name.strip().removeprefix("--").replace("-", "_")
    if not found:
        raise click.UsageError(_("{text}: write FIELD=VALUE.").format(text=text))
    known = [column.field for column in cells.columns(change)]
    if field not in known:
        says = _("--with {name}: there is no such field here; there is {fields}.")
        raise click.UsageError(says.format(name=name.strip(), fields=", ".join(known)))
    return field, value.strip()


def _take(system: QMS, brought: Import, *, whole: bool, dry_run: bool) -> None:
    changes = brought.whole() if whole else brought.changes
    if changes:
        entries = system.rehearse(*changes) if dry_run else system.perform(*changes)
        report(system, entries, rehearsed=dry_run)


def _end(says: str, brought: Import, *, dry_run: bool) -> None:
    left_out = _left_out(brought)
    with afterwards(bool(brought.changes) and not dry_run):
        click.echo(says)
        if brought.changes and left_out:
            told = _("Left out; bring only this again: {places}.").format(places=left_out)
            click.echo(click.style("! ", fg="yellow") + told, err=True)
    if left_out:
        click.get_current_context().exit(1)


def _left_out(brought: Import) -> str:
    """Return the places that are still to be brought: each file, with its lines."""
    places: dict[str, list[str]] = {}
    for remark in brought.remarks:
        if remark.fault:
            places.setdefault(line(remark.path), []).extend([str(remark.line)] * bool(remark.line))
    told = ((path, ", ".join(dict.fromkeys(lines))) for path, lines in places.items())
    return "; ".join(":".join(filter(None, one)) for one in told)
