"""One document: what it is, what happened to it, its texts and what they lack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from gettext import gettext as _
from pathlib import Path
from urllib.parse import unquote

import click

from ..questions import NothingInForce, View
from ..registers.documents import Document, Draft, Revision
from ..registers.people import Post, Unit
from ..storage.fresh import create
from .failures import line
from .language import language
from .listing import on_a_day
from .paging import standing
from .parameters import Plain
from .phrases import name_of, names_of, shown
from .session import asked
from .speech import done, good
from .tables import Column, Table, display


@click.command("show")
@click.argument("code", type=Plain(), metavar="CODE", help="The document.")
@on_a_day
def show(code: str, on: date | None) -> None:
    """Show a document: its facts, its open draft and digest, its revisions."""
    with asked().reading() as view:
        document = view.get(Document, code)
        current = _current(view, document, on)
        click.secho(f"{document.code}  {document.title}", bold=True)
        rows(_facts(view, document, current))
        if document.draft is not None:
            _heading(_("Open draft"))
            rows(_drafted(view, document.draft))
        revisions = view.revisions(document.id)
        if revisions:
            _heading(_("Revisions"))
            display(_revisions(view, revisions))
        for other in view.overlaps(document.id):
            says = _("Overlaps with {code}: {title}").format(code=other.code, title=other.title)
            click.secho(f"! {line(says)}", fg="yellow")


@click.command("diff")
@click.argument("code", type=Plain(), metavar="CODE", help="The document.")
@click.argument("old", type=Plain(), metavar="OLD", help="A revision, like 1.0.")
@click.argument(
    "new", default="", metavar="[NEW]", help="Another one; the open draft or the last by default."
)
def diff(code: str, old: str, new: str) -> None:
    """Show what differs between two revisions of a document."""
    with asked().reading() as view:
        lines = view.diff(code, old, new)
    for text in lines.split("\n") if lines else ():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(text[:1])
        click.secho(_steerless(text.removesuffix("\r")), fg=colour)
    if not lines:
        click.echo(_("Nothing differs."), err=True)


@click.command("text")
@click.argument("code", type=Plain(), metavar="CODE", help="The document.")
@click.option("--revision", default="", metavar="NUMBER", help="A revision, like 2.1, or draft.")
@click.option("--attachment", default="", metavar="NAME", help="An attachment instead.")
@on_a_day
@click.option("-o", "--output", metavar="FILE", type=Path, help="Into this new file.")
def text(code: str, revision: str, attachment: str, on: date | None, output: Path | None) -> None:
    """Write the text of a document, byte for byte: in force, else newest."""
    with asked().reading() as view:
        data = view.content(code, revision, on, name=attachment)
    if output is None:
        said = _steerless(data.decode("utf-8", "replace")) if sys.stdout.isatty() else data
        click.echo(said, nl=False)
        return
    create(output, data)
    done(_("Written: {file}").format(file=output))


@click.command("check")
@click.argument("code", type=Plain(), metavar="CODE", help="The document.")
def check(code: str) -> None:
    """Say what the newest text of a document still lacks."""
    with asked().reading() as view:
        remarks = view.remarks(code)
    for remark in remarks:
        mark = click.style("✗", fg="red") if remark.fault else click.style("!", fg="yellow")
        says = remark.vi if language() == "vi" else remark.en
        about = f"{line(remark.about)}: " if remark.about else ""
        click.echo(f"{mark} {remark.code}  {about}{says}")
    if not remarks:
        good(_("Nothing to remark on."))
    if any(remark.fault for remark in remarks):
        click.get_current_context().exit(1)


def _steerless(text: str) -> str:
    """Return a text that cannot steer a terminal; a file or a pipe has every byte."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)


def _current(view: View, document: Document, on: date | None) -> Revision | None:
    try:
        return view.in_force(document.id, on).revision
    except NothingInForce:
        return None


def _facts(view: View, document: Document, current: Revision | None) -> Iterator[tuple[str, str]]:
    spoken = language()
    owner = view.get(Post, document.owner)
    holders = ", ".join(view.name(person.id) for person in view.holders(owner.id))
    yield _("Type"), document.type
    yield _("Unit"), view.get(Unit, document.unit).title
    yield _("Owner"), f"{owner.title} ({holders})" if holders else owner.title
    now = current is not None
    yield _("State"), standing(document.state, document.drafting, in_force=now)
    if current is not None:
        yield _("In force"), _days(current, spoken)
        yield _("Decision"), _decision(current, spoken)
        yield _("Recipients"), names_of(view, current.distribution)
    if document.withdrawal is not None:
        since = shown(document.withdrawal.day, spoken)
        yield _("Withdrawn"), f"{since} – {document.withdrawal.reason}"
    yield _("Former codes"), ", ".join(document.aliases)
    yield _("Belongs to"), names_of(view, document.parents)
    yield _("Clauses"), ", ".join(document.clauses)
    yield _("Legal bases"), ", ".join(document.legal)
    yield _("Services"), ", ".join(document.services)
    yield _("Keywords"), ", ".join(document.keywords)


def _drafted(view: View, draft: Draft) -> Iterator[tuple[str, str]]:
    spoken = language()
    yield _("State"), shown(draft.state, spoken)
    if draft.approval is not None:
        yield _("Number"), f"{draft.issue}.{draft.amendment}"
    yield _("Drafter"), name_of(view, draft.drafter)
    yield _("Reviewers"), names_of(view, draft.reviewers)
    yield _("Endorsed by"), names_of(view, (mark.person for mark in draft.endorsements))
    yield _("Approved by"), name_of(view, draft.approval.person) if draft.approval else ""
    yield _("Summary"), draft.summary
    yield _("Returned"), draft.returned
    for file in draft.files:
        yield _("File"), f"{unquote(file.name)} ({file.size} B)"
    yield _("Digest to sign"), draft.digest


def _revisions(view: View, revisions: list[Revision]) -> Table:
    spoken = language()
    columns = (
        Column("number", _("Iss.Amdt")),
        Column("effective", _("In force from")),
        Column("until", _("Until before")),
        Column("decision", _("Decision")),
        Column("approved", _("Approved by")),
        Column("summary", _("What changed")),
    )
    rows: list[tuple[object, ...]] = [
        (
            f"{revision.issue}.{revision.amendment}",
            revision.effective,
            _("Never in force") if revision.void else revision.until,
            _decision(revision, spoken),
            _approver(view, revision),
            revision.summary,
        )
        for revision in revisions
    ]
    return Table(columns, rows)


def _approver(view: View, revision: Revision) -> str:
    if revision.approved is not None:
        return view.name(revision.approved.person)
    return view.name(revision.legacy.approved_by) if revision.legacy else ""


def _decision(revision: Revision, spoken: str) -> str:
    if revision.decision is None:
        return _("no decision yet")
    return f"{revision.decision.number} ({shown(revision.decision.day, spoken)})"


def _days(revision: Revision, spoken: str) -> str:
    number = f"{revision.issue}.{revision.amendment}"
    says = (
        _("{number} from {day} until before {until}")
        if revision.until
        else _("{number} from {day}")
    )
    since, until = shown(revision.effective, spoken), shown(revision.until, spoken)
    return says.format(number=number, day=since, until=until)


def _heading(title: str) -> None:
    click.secho(f"\n{title}", bold=True)


def rows(pairs: Iterator[tuple[str, str]]) -> None:
    """Write names and what they stand for, leaving out the empty ones."""
    said = [(name, says) for name, says in pairs if says]
    width = max((len(name) for name, _says in said), default=0)
    for name, says in said:
        click.echo(click.style(f"  {name.ljust(width)}  ", dim=True) + line(says))
