"""One command for each change, made from the change's own fields."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from gettext import gettext as _
from typing import Any, Final

import click
from click.core import ParameterSource

from ..changes import Change, NotWellFormed, Opening
from ..errors import NotFound
from ..intake.files import suffix
from ..intake.naming import Names
from ..proofs.checkpoint import Checkpoint
from ..questions import View
from ..registers.documents import Create, Document, Edit, Issue, Revise, Revision, part
from ..registers.documents.content import unwritten
from ..trail.entry import Entry
from .failures import afterwards, line
from .fields import by_option, given, on, option
from .kinds import typed
from .language import language
from .parameters import Plain, place_of
from .phrases import actor_of, called, kind_called, name_of, shown
from .session import asked

INNER: Final = ("counter", "latest_declaration", "latest_review", "watchlist")
"""What the rules keep for themselves, under codes that nobody gave."""


def newest(register: str) -> dict[str, type[Change[Any]]]:
    """Return the change behind each command of a register, in its newest version."""
    found: dict[str, tuple[int, type[Change[Any]]]] = {}
    for kind, change in Change.kinds.items():
        name, _slash, version = kind.rpartition("/")
        own, _dot, verb = name.partition(".")
        if own == register and int(version) > found.get(verb, (0,))[0]:
            found[verb] = int(version), change
    changes = {typed(register, verb): change for verb, (_version, change) in found.items()}
    return dict(sorted(changes.items()))


class Opens(click.Command):
    """A command that opens an item; of what it has no place for it says where a code goes."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what was typed; raise ``UsageError`` for a word that stands by itself."""
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:  # as while a shell completes
            ctx.fail(_("{words}: a new code goes behind --code.").format(words=" ".join(left)))
        return left


def command(verb: str, change: type[Change[Any]]) -> click.Command:
    """Return the command that makes a change."""
    says = called(change, language()).rstrip(".")
    form = Opens if issubclass(change, Opening) else click.Command
    return form(
        verb,
        params=[*_parameters(change), _dry_run()],
        callback=partial(_make, change),
        help=f"{says}.\n\n{_who(change)}",
        short_help=f"{says}.",
        options_metavar=_("[OPTIONS]"),
    )


def report(view: View, entries: Sequence[Entry], *, rehearsed: bool) -> None:
    """Say what was done, or would be; raise what ``afterwards`` does where that goes wrong."""
    with afterwards(not rehearsed):
        _report(view, entries, rehearsed=rehearsed)


def _report(view: View, entries: Sequence[Entry], *, rehearsed: bool) -> None:
    if rehearsed:
        click.secho(_("Rehearsal only; nothing was written. This would happen:"), fg="yellow")
    mark = "·" if rehearsed else click.style("✓", fg="green")
    for entry in entries:
        code = click.style(str(entry.change["code"]), bold=True)
        says = kind_called(entry.kind, language())
        number = _("entry {index}").format(index=entry.index)
        click.echo(f"{mark} {code}: {says}" + click.style(f"  ({number})", dim=True))
        if rehearsed and len(entries) == 1:
            _consequences(view, entry)
    if not rehearsed:
        _unsigned(view)


def _unfit(view: View, change: Create | Revise | Edit) -> None:
    """Warn of a draft that is no text yet: what else it lacks, ``check`` says."""
    of = change if isinstance(change, Create) else view.get(Document, change.code)
    for remark in unwritten(change.text.data or b"") if of.suffix == "md" else ():
        says = remark.vi if language() == "vi" else remark.en
        click.echo(click.style("! ", fg="yellow") + says, err=True)


def _unsigned(view: View) -> None:
    """Warn where a trail that was signed before is not any more: its key is not at hand."""
    with suppress(NotFound):
        if Checkpoint.parse(view.trail.checkpoint().text).size < view.size:
            says = _(
                "Not signed: the key of the trail is not at hand (bring its folder, or rotate it)."
            )
            click.echo(click.style("! ", fg="yellow") + says, err=True)


def _consequences(view: View, entry: Entry) -> None:
    at, who = shown(entry.at, language()), actor_of(view, entry, language())
    click.echo(f"    {at}, {who}")
    for own in entry.state:
        register = own.partition(":")[0]
        if register not in INNER:
            code = entry.change["code"] if own == entry.item else name_of(view, own)
            click.echo(f"    {_(register)} {code}")
    for path, kept in entry.files.items():
        click.echo(f"    {'+' if kept else '−'} {path}")


def _make(change: type[Change[Any]], /, *, dry_run: bool, **values: Any) -> None:
    with asked().acting() as system:
        if values.get("grade"):
            values["grade"] = Names(system).grade(values["grade"])
        if change is Issue and not values["distribution"]:
            values["distribution"] = _recipients(system, values["code"])
        if change is Create and _unsaid("suffix"):
            values["suffix"] = _ending(place_of(values["text"]))
        made = _made(change, on(system.today, change, values))
        overtaken = _overtaken(system, made) if isinstance(made, Issue) else []
        entries = system.rehearse(made) if dry_run else system.perform(made)
        report(system, entries, rehearsed=dry_run)
        if isinstance(made, (Create, Revise, Edit)):
            _unfit(system, made)
        for revision in overtaken:
            says = _("{code} will never be in force: it was to begin on {day}.")
            day = shown(revision.effective, language())
            warned = says.format(code=revision.code, day=day)
            click.echo(click.style("! ", fg="yellow") + warned, err=True)


def _overtaken(view: View, issue: Issue) -> list[Revision]:
    """Return the revisions that wait for a day which this one comes before."""
    waiting = (row for row in view.revisions(issue.code) if not row.void)
    return [row for row in waiting if row.effective >= issue.effective]


def _unsaid(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.DEFAULT


def _ending(place: str) -> str:
    """Return how the name of a file ends, ``md`` where it does not say."""
    found = suffix(place)
    return "md" if found == "bin" and not place.endswith(".bin") else found


def _recipients(view: View, code: str) -> tuple[str, ...] | None:
    """Return the units that the approved text names as its recipients, and say so."""
    document = view.get(Document, code)
    if document.draft is None or document.suffix != "md":
        return None
    front = part(view.draft(code)).front
    units = front.recipients() if front else None
    if units:
        says = _("Recipients, as the front part says: {units}").format(units=", ".join(units))
        click.echo(line(says), err=True)
    return units


def _made(change: type[Change[Any]], values: dict[str, Any]) -> Change[Any]:
    try:
        return change(**given(change, values))
    except NotWellFormed as error:
        raise by_option(error) from None


def _parameters(change: type[Change[Any]]) -> list[click.Parameter]:
    fields = dict(change.model_fields)
    if issubclass(change, Opening):
        return [option(name, field) for name, field in fields.items()]
    code = fields.pop("code")
    title = code.title if language() == "vi" else None
    place = click.Argument(["code"], type=Plain(), metavar=_("CODE"), help=title or _("Code"))
    return [place, *(option(name, field) for name, field in fields.items())]


def _dry_run() -> click.Option:
    says = _("Say what would happen; write nothing.")
    return click.Option(["--dry-run"], is_flag=True, help=says)


def _who(change: type[Change[Any]]) -> str:
    if not change.roles:
        return _("Everybody in a post may do this.")
    return _("For: {roles}.").format(roles=shown(change.roles, language()))
