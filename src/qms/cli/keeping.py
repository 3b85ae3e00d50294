"""Keeping the whole: found it, verify it, get it back, publish it."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from gettext import gettext as _
from gettext import ngettext
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click

from .. import founding, restoring
from ..changes import day_of
from ..errors import QMSError, Unreadable
from ..folder import NAME, Folder
from ..output import publication
from ..proofs.checkpoint import Checkpoint, Trust
from ..proofs.note import COSIGNATURE, Note, Verifier
from ..registers.anchors import NotForCosigning
from ..registers.log_keys import CODE as LOG
from ..registers.log_keys import LogKey
from ..storage.checkpoints import KEY, Checkpoints
from ..storage.keys import public, trusting
from ..system import open as opened
from ..trail.findings import Finding, Severity
from .anchoring import note_in, tell_how
from .failures import afterwards, line, sentence
from .gauge import gauge
from .language import language
from .listing import on_a_day
from .parameters import Bytes, Plain, Whole, of_file, place_of
from .session import asked
from .speech import done, good


@click.command("found")
@click.argument("organisation", metavar="ORGANISATION", help="The name of the organisation.")
@click.option(
    "--officer",
    required=True,
    type=Plain(),
    metavar="CODE",
    help="Code under which the quality officer acts.",
)
@click.option(
    "--officer-name",
    default="",
    metavar="TEXT",
    help="The officer's name; their code, if left out.",
)
@click.option(
    "--database", default="", metavar="URL", help="Where the ledger is, if not in the folder."
)
def found(organisation: str, officer: str, officer_name: str, database: str) -> None:
    """Found the system of an organisation in a new or empty folder."""
    folder = asked().place()
    founding.found(
        folder,
        organisation=organisation,
        officer=officer,
        officer_name=officer_name,
        database=database,
    ).close()
    done(_("Founded: {folder}").format(folder=folder))
    with afterwards():
        click.echo(_("Next, say who acts and where:"))
        click.echo(f"  export QMS_FOLDER='{folder}' QMS_ACTOR='{officer}'")
        click.echo("  qms unit open --help")


_OF_ANCHORS: Final = {"A02", "A05", "C02", "C04", "C05"}
"""What may be wrong with a checkpoint that is kept outside: then nothing rests on it."""


@click.command(
    "verify",
    epilog="Ends with 0 where no error is found (a warning is for you to judge), with 1 after an "
    "error, with 2 where what was typed cannot be done; with 3 or more where it could not check.",
)
@click.argument(
    "source",
    required=False,
    type=Path,
    metavar="[SOURCE]",
    help="Another folder, or a bare clone of its store.",
)
@click.option(
    "--key",
    "known",
    type=Path,
    multiple=True,
    metavar="FILE",
    help="Only what is signed with the public keys in this file counts (log.pub).",
)
@click.option(
    "--authority",
    "authorities",
    type=Bytes(),
    multiple=True,
    metavar="FILE",
    help="The root certificate of a time-stamping authority that you trust (PEM).",
)
@click.option(
    "--anchor",
    "kept",
    type=Bytes(),
    multiple=True,
    metavar="FILE",
    help="A checkpoint that you have kept: the trail must go on from it.",
)
@click.option(
    "--witness",
    "witnesses",
    type=Bytes(),
    multiple=True,
    metavar="FILE",
    help="The public key of a witness that you know (vkey): its cosignature is asked for.",
)
@click.option(
    "--quorum",
    type=Whole(1),
    metavar="N",
    help="How many of these witnesses must have cosigned; one, if any is given.",
)
@click.option("--search", is_flag=True, help="Also that every text is found by its words.")
@click.option(
    "--trail", is_flag=True, help="Only the trail's bytes, their tree, the newest checkpoint."
)
@click.option(
    "--since",
    type=Path,
    metavar="FILE",
    help="Go on from where this file says that all was sound, and write there how far it is now.",
)
def verify(
    source: Path | None,
    known: tuple[Path, ...],
    search: bool,
    trail: bool,
    since: Path | None,
    **held: Any,
) -> None:
    """Check all: trail, checkpoints, files, rules, states, git, what is kept outside."""
    place = source or asked().place()
    living = (place / NAME).exists()
    if trail and (not living or search or since or any(held.values())):
        raise click.UsageError(_("--trail takes a system's folder, and goes with --key alone."))
    trust = _trust(place, public(*known) if known else None, **held)
    counts, told, unread = Counter[Severity](), set[str](), False
    doubted = set[str]()
    with gauge(_("Checking")) as gauged:
        every = (
            restoring.sound(place, trust)
            if trail
            else restoring.verify(place, trust, gauged.to, since)
        )
        for finding in chain(every, _unfound(place) if living and search else ()):
            gauged.clear()
            counts[finding.severity] += 1
            unread = unread or finding.unread
            _tell(finding, explained=finding.code in told)
            told.add(finding.code)
            if finding.code in _OF_ANCHORS:
                doubted |= {finding.about, finding.about.partition(",")[0]}
    if not counts[Severity.ERROR]:
        good(_sound(place, counts[Severity.WARNING], trail))
        if since:
            click.echo(_("How far this was found sound: {file}").format(file=since))
    with suppress(QMSError):
        standing = restoring.standing(place, trust, day_of(datetime.now(UTC)), doubted)
        tell_how(standing, at_home=living)
    if counts[Severity.ERROR]:
        click.get_current_context().exit(Unreadable.exit_code if unread else 1)


def _unfound(place: Path) -> Iterator[Finding]:
    with opened(place, actor="system") as system:
        yield from system.unfound()


def _trust(
    place: Path,
    trust: Trust | None,
    *,
    authorities: tuple[bytes, ...],
    kept: tuple[bytes, ...],
    witnesses: tuple[bytes, ...],
    quorum: int | None,
) -> Trust | None:
    """Return what is trusted, with what else whoever asks holds; they hold it beside a key."""
    if not (authorities or kept or witnesses or quorum):
        return trust
    if trust is None and (place / NAME).exists():
        trust = Checkpoints(Folder.at(place)).trust()
    if trust is None:
        raise click.UsageError(
            _("--anchor, --witness, --quorum and --authority go with --key FILE.")
        )
    notes, names = tuple(map(_kept, kept)), tuple(map(place_of, kept))
    known = tuple(key for data in witnesses for key in _witnesses(data))
    count = len({key.public for key in known})
    if quorum is not None and quorum > count:
        says = _("--quorum {n} is more than the witnesses that --witness names ({known}).")
        raise click.UsageError(says.format(n=quorum, known=count))
    least = min(1, len(known)) if quorum is None else quorum
    trust = trust._replace(authorities=authorities, kept=notes, names=names)
    return trust._replace(witnesses=known, quorum=least)


def _kept(data: bytes) -> bytes:
    """Return the checkpoint that somebody kept, as it was signed."""
    note = note_in(data).encode()
    with of_file(data):
        Checkpoint.parse(Note.parse(note).text)
    return note


def _witnesses(data: bytes) -> tuple[Verifier, ...]:
    with of_file(data):
        keys = trusting(data, "").keys
        for key in keys:
            if key.algorithm != COSIGNATURE:
                raise NotForCosigning(f"{place_of(data)}, {key.name}")
    return keys


def _sound(place: Path, warnings: int, trail: bool) -> str:
    """Return what holds, of all that such a source has."""
    if trail:
        whole = _("The trail's bytes, their tree and the newest checkpoint hold.")
        holds = _("No error in what --trail looks at.")
    elif place.is_file():
        whole = _("Everything that this pack has holds: entries, checkpoint, files.")
        holds = _("No error: what this pack has holds.")
    elif (place / NAME).exists():
        whole = _("Everything holds: trail, checkpoints, files, rules, states, git.")
        holds = _("No error.")
    else:
        whole = _("Everything that a clone has holds: trail, checkpoints, files, rules, git.")
        holds = _("No error: what a clone has holds.")
    if not warnings:
        return whole
    above = ngettext("{n} warning above.", "{n} warnings above.", warnings)
    return f"{holds} {above.format(n=warnings)}"


@click.command("checkpoint")
@click.option("--key", is_flag=True, help="Write the public key of the trail instead (vkey).")
def checkpoint(key: bool) -> None:
    """Write how far the trail has come, signed: to be kept outside."""
    with asked().reading() as view:
        says = f"{view.get(LogKey, LOG).vkey}\n" if key else view.trail.checkpoint().data().decode()
    click.echo(says, nl=False)


@click.command("rebuild")
@click.option(
    "--clone", type=Path, metavar="FOLDER", help="From this clone, into a new folder (-C)."
)
@click.option(
    "--database", default="", metavar="URL", help="Where the ledger is, if not in the folder."
)
def rebuild(clone: Path | None, database: str) -> None:
    """Make the ledger anew from git alone; a damaged one is put aside."""
    folder = asked().place()
    count = restoring.rebuild(folder, clone=clone, database=database)
    says = ngettext("{n} entry replayed.", "{n} entries replayed.", count)
    done(says.format(n=count))
    with afterwards():
        if (missing := _signed(folder) - count) > 0:
            says = ngettext(
                "{n} entry that the key of the trail has signed is missing: rebuild from a clone"
                " that has it, before anybody works here.",
                "{n} entries that the key of the trail has signed are missing: rebuild from a"
                " clone that has them, before anybody works here.",
                missing,
            )
            click.echo(click.style("! ", fg="yellow") + says.format(n=missing))


def _signed(folder: Path) -> int:
    """Return how many entries the key that is here has promised; verify says what is unreadable."""
    with suppress(QMSError):
        trust = Checkpoints(Folder.at(folder)).trust()
        return trust.seen.size if trust and trust.seen else 0
    return 0


@click.command("join")
@click.option(
    "--clone", required=True, type=Path, metavar="FOLDER", help="A clone of a store of this ledger."
)
@click.option(
    "--database",
    envvar="QMS_DATABASE",
    required=True,
    metavar="URL",
    help="As the qms.toml of the other machines says it.",
)
@click.option("--vault", type=Path, metavar="FOLDER", help="The vault that they share.")
@click.option(
    "--keys",
    type=Path,
    metavar="FOLDER",
    help="Their keys, where this machine signs the trail, too.",
)
def join(clone: Path, database: str, vault: Path | None, keys: Path | None) -> None:
    """Work on a ledger from one more machine, in a new folder (-C)."""
    folder, shared = asked().place(), {"vault": vault, "keys": keys}
    apart = {name: str(said.absolute()) for name, said in shared.items() if said}
    joined = restoring.join(folder, clone=clone, database=database, actor="system", **apart)
    with afterwards(), joined:
        done(_("Joined: {n} entries in {folder}").format(n=joined.size, folder=folder))
        for lack in _lacking(Folder.at(folder), vault):
            click.echo(click.style("! ", fg="yellow") + lack)


def _lacking(place: Folder, vault: Path | None) -> Iterator[str]:
    """Yield what a machine that has joined cannot do, and what to do for that."""
    file = place.path / NAME
    if vault is None:
        yield _(
            "This machine shares no vault with the others: it reads neither the evidence nor the"
            " personal texts that there are, and the others do not have what is entered here."
            ' Before anybody works here, name the shared folder in {file} (vault = "…").'
        ).format(file=file)
    if not os.access(place.keys / KEY, os.R_OK):  # nor raise where its folder may not be entered
        yield _(
            "The key of the trail is not in {keys}: what is done here is not signed before a"
            ' machine that has it does more; to sign here, name its folder in {file} (keys = "…").'
        ).format(keys=place.keys, file=file)


@click.command("leave")
@click.option(
    "--store", default="", metavar="NAME", help="That of a lost machine, as its qms.toml said it."
)
def leave(store: str) -> None:
    """Let this machine, or a lost one, leave a ledger that others work on."""
    gone = restoring.leave(asked().place(), store)
    done(_("Left: nothing waits for {name} any longer.").format(name=gone))


@click.command("publish")
@click.argument("folder", type=Path, metavar="FOLDER", help="A folder for people to open.")
@on_a_day
def publish(folder: Path, on: date | None) -> None:
    """Write what is in force as a folder of pages that people open and read."""
    with asked().reading() as view:
        published = publication.publish(view, folder, on or view.today)
    count = published.count
    says = ngettext(
        "{n} document published in {folder}", "{n} documents published in {folder}", count
    )
    done(says.format(n=count, folder=folder))


@click.command("demo")
@click.argument("folder", type=Path, metavar="FOLDER", help="A new folder.")
@click.option("--again", is_flag=True, help="Replace an earlier demonstration there.")
def demo(folder: Path, again: bool) -> None:
    """Play a department's year in a new folder, and say where to look."""
    from .. import demo as demonstration

    voice = demonstration.Voice(
        heading=lambda says: click.secho(f"\n{says}", bold=True),
        done=good,
        refused=lambda error: click.secho(f"✗ {sentence(error)}", fg="red"),
        fact=lambda says: click.echo(f"  {says}"),
        show=lambda words: _show(folder.absolute(), words),
    )
    demonstration.run(folder, voice, again=again)


def _show(folder: Path, words: tuple[str, ...]) -> None:
    """Carry out a command that only asks, and show what it says under how it is typed."""
    from .root import commands

    click.secho(f"  $ qms {shlex.join(words)}", dim=True)
    commands().main(["-C", str(folder), *words], prog_name="qms", standalone_mode=False)


def _tell(finding: Finding, *, explained: bool) -> None:
    """Say what was found; and, for the first of its code, what it means and what to do."""
    colour = "red" if finding.severity is Severity.ERROR else "yellow"
    place = line(finding.place(language()))
    about = f"  {place}" if place else ""
    says = finding.vi if language() == "vi" else finding.en
    click.echo(f"{click.style(finding.code, fg=colour)}{about}: {says}")
    if not explained:
        click.secho("  " + _("It means: {says}").format(says=finding.means(language())), dim=True)
        click.secho("  " + _("To do: {says}").format(says=finding.do(language())), dim=True)
