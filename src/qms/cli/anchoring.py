"""What is kept outside: hand a checkpoint out, bring one back, ask how well one is held."""

from __future__ import annotations

import shlex
from datetime import datetime
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import click

from ..errors import QMSError, Untrusted
from ..intake import mail
from ..output import anchoring
from ..proofs import timestamp
from ..proofs.checkpoint import opened
from ..proofs.note import Note
from ..questions import View
from ..registers import anchors
from ..registers.anchors import Anchor, KeepAnchor, Medium, Standing, Witness
from ..registers.log_keys import CODE as LOG
from ..registers.log_keys import LogKey
from ..storage.fresh import create, fresh
from .changing import report
from .choices import OneOf, readings
from .failures import afterwards, sentence
from .language import language
from .parameters import Bytes, of_file
from .phrases import shown
from .session import asked
from .speech import done


class NotOfThisTrail(Untrusted):
    """This checkpoint was signed over entries that the trail does not hold any more."""

    vi = "Điểm kiểm chứng này được ký trên những mục mà nhật ký không còn giữ đúng như cũ."


@click.command("write")
@click.option("--to", "note", type=Path, metavar="FILE", help="The checkpoint itself.")
@click.option("--paper", type=Path, metavar="FILE", help="A page to print, with a QR code (HTML).")
@click.option("--mail", type=Path, metavar="FILE", help="A letter to send (.eml).")
def write(note: Path | None, paper: Path | None, mail: Path | None) -> None:
    """Write the newest checkpoint down, to be kept where nobody here can alter it."""
    with asked().reading() as view:
        slip = view.trail.anchor()
    wanted = {note: slip.note.data(), mail: anchoring.letter(slip)}
    wanted[paper] = anchoring.paper(slip).encode()
    written = [file for file in wanted if file is not None]
    for file in written:
        create(file, wanted[file])
        done(_("Written: {file}").format(file=file))
    if not written:
        click.echo(slip.note.data(), nl=False)


@click.command("bring")
@click.argument("note", type=Bytes(), metavar="FILE", help="The checkpoint; - is standard input.")
@click.option("--place", required=True, metavar="TEXT", help="Who keeps it, where.")
@click.option(
    "--medium",
    type=OneOf(readings(Medium)),
    default=Medium.FILE.value,
    metavar="WORD",
    help="How it is kept.",
)
@click.option(
    "--answer", type=Bytes(), metavar="FILE", help="What a time-stamping authority answered (.tsr)."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
def bring(note: bytes, place: str, medium: str, answer: bytes | None, dry_run: bool) -> None:
    """Bring back a checkpoint that is kept outside: hold the trail to it, and enter it."""
    text = note_in(note)
    if answer is not None:
        with of_file(answer):
            timestamp.moment(answer)
    with asked().acting() as system, of_file(note):
        known = _signed_by(system, text)
        said = {"note": text, "place": place, "witnesses": known, "answer": answer}
        change = KeepAnchor(medium=Medium.TIMESTAMP if answer else Medium(medium), **said)
        entries = system.rehearse(change) if dry_run else system.perform(change)
        report(system, entries, rehearsed=dry_run)
        with afterwards(not dry_run):
            _held(system, text)


@click.command("check")
@click.argument("note", type=Bytes(), metavar="FILE", help="The checkpoint; - is standard input.")
def check(note: bytes) -> None:
    """Say whether the trail still holds all that a checkpoint was signed over."""
    text = note_in(note)
    with asked().reading() as view, of_file(note):
        _held(view, text)


@click.command("ask")
@click.argument("file", type=Path, metavar="FILE", help="A new file for the request (.tsq).")
def ask(file: Path) -> None:
    """Ask for a timestamp on the newest checkpoint: write the request (RFC 3161)."""
    if not file.name or file.suffix in (".note", ".tsr"):
        raise click.BadParameter(_("name the request like yeu-cau.tsq."), param_hint="FILE")
    with asked().reading() as view:
        note = view.trail.checkpoint()
    kept = file.with_suffix(".note")
    with fresh(file) as request, fresh(kept) as held:
        request.write(timestamp.request(note.text.encode()))
        held.write(note.data())
    for place in (file, kept):
        done(str(place))
    click.echo(_("Send the request to the authority; then enter its answer:"))
    answered = shlex.join((str(kept), "--answer", str(file.with_suffix(".tsr"))))
    click.echo(f"  qms anchor bring {answered} --place …")


@click.command("stamps")
@click.option(
    "--authority",
    "authorities",
    type=Bytes(),
    multiple=True,
    required=True,
    metavar="FILE",
    help="The root certificate of an authority that you trust (PEM).",
)
def stamps(authorities: tuple[bytes, ...]) -> None:
    """Check each timestamp that is kept: over this trail, by an authority that you trust."""
    wrong = 0
    with asked().reading() as view:
        for anchor in view.find(Anchor, medium=Medium.TIMESTAMP):
            try:
                moment = _stamped(view, anchor, authorities)
            except QMSError as error:
                wrong += 1
                click.echo(f"{click.style('✗', fg='red')} {anchor.code}: {sentence(error)}")
                continue
            says = _("{n} entries were there at {when}").format(
                n=anchor.size, when=shown(moment, language())
            )
            click.echo(f"{click.style('✓', fg='green')} {anchor.code}: {says} ({anchor.place})")
    if wrong:
        click.get_current_context().exit(1)


@click.command("standing")
def standing() -> None:
    """Say how old the newest checkpoint kept outside is, and how many entries came after it."""
    with asked().reading() as view:
        tell_standing(view)


def tell_standing(view: View) -> None:
    """Say how old the newest checkpoint kept outside is, and how many entries came after it."""
    tell_how(anchors.standing(view.find(Anchor), view.size, view.today))


def tell_how(found: Standing | None, *, at_home: bool = True) -> None:
    """Say how old an anchor is, and how many entries came after it; else what to do, and who."""
    if found is None:
        own = _("Nothing is kept outside yet: qms anchor write, then qms anchor bring.")
        asked_for = _(
            "Nothing is kept outside yet, as far as is known here: ask the organisation for a"
            " checkpoint that somebody outside keeps, and give it with --anchor FILE."
        )
        click.secho(own if at_home else asked_for, fg="yellow")
        return
    says = ngettext("{n} entry came after it.", "{n} entries came after it.", found.entries)
    day = shown(found.anchor.day, language())
    ago = ngettext("{n} day ago", "{n} days ago", found.days).format(n=found.days)
    anchor = found.anchor
    click.echo(f"{anchor.code}, {day} ({ago}), {anchor.medium.vi}: {anchor.place}")
    click.echo(says.format(n=found.entries))


def note_in(data: bytes) -> str:
    """Return the checkpoint in a file, be it a page or an e-mail as ``anchor write`` makes it."""
    with of_file(data):
        return anchors.whole(mail.unpacked(data).decode(errors="replace"))


def _stamped(view: View, anchor: Anchor, authorities: tuple[bytes, ...]) -> datetime:
    if view.size < anchor.size or view.trail.root(anchor.size).hex() != anchor.root:
        raise NotOfThisTrail(f"{anchor.code}, {anchor.size}")
    return timestamp.check(view.kept(anchor.answer or ""), anchor.text.encode(), authorities)


def _signed_by(view: View, text: str) -> tuple[str, ...]:
    names = {signature.name for signature in Note.parse(text.encode()).signatures}
    known = view.find(Witness)
    return tuple(one.code for one in known if one.until is None and one.verifier.name in names)


def _held(view: View, text: str) -> None:
    found = opened(text.encode(), anchors.trusted(view.get(LogKey, LOG))).checkpoint
    if view.size < found.size or view.trail.root(found.size) != found.root:
        raise NotOfThisTrail(f"{found.origin}, {found.size}")
    says = _("The trail holds all {n} entries that this checkpoint was signed over.")
    done(says.format(n=found.size))
