"""The command ``qms``: what stands before every command, and which commands there are.

Nothing heavy is loaded for the first page of help; a command is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from gettext import gettext as _
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from .failures import told
from .gauge import waiting
from .kinds import more, verbs
from .language import LANGUAGES
from .parameters import AsOf, Plain
from .session import Session, colourless
from .speech import spoken

ROOMS: Final = {
    "keeping": {
        "found": "Found the system of an organisation in a new or empty folder.",
        "verify": "Check all: trail, checkpoints, files, rules, states, git, what is kept outside.",
        "checkpoint": "Write how far the trail has come, signed: to be kept outside.",
        "rebuild": "Make the ledger anew from git alone; a damaged one is put aside.",
        "join": "Work on a ledger from one more machine, in a new folder (-C).",
        "leave": "Let this machine, or a lost one, leave a ledger that others work on.",
        "publish": "Write what is in force as a folder of pages that people open and read.",
        "demo": "Play a department's year in a new folder, and say where to look.",
    },
    "backing_up": {
        "backup": "Write everything into one file, while others work on.",
        "restore": "Make a system anew from a backup, in a new folder (-C); it is proven.",
    },
    "bringing": {
        "load": "Load a folder of procedures as drafts; what is here already is passed over.",
        "bring": "Make one change of a register for each line of a sheet, in one operation.",
        "adopt": "Adopt the history that documents had before this system, byte for byte.",
    },
    "paging": {
        "list": "List the documents, whatever their state.",
        "in-force": "Show what is in force on a day: the master list, or one document.",
    },
    "listing": {
        "owes": "List who has yet to confirm reading what is in force.",
        "recall-list": "List the paper copies to be called back.",
        "undecided": "List what was issued without a written decision.",
    },
    "searching": {
        "search": 'Search the texts in force, with or without accents: words, "a phrase".',
    },
    "reporting": {
        "due": "List what is owed up to a day, over all registers.",
        "dashboard": "Show the numbers that a leader asks for.",
        "targets": "Show each objective: last value, target, trend and forecast.",
        "coverage": "Show clause by clause: documents, records, last audit, gaps.",
        "migration": "List what another edition of the standard makes of each document's clauses.",
        "december": "Give the numbers of the yearly report: declarations, audits, reviews, cases.",
    },
    "counting": {
        "tasks-by-unit": "Show how each unit stands with its tasks: done, late, thin.",
        "kept": "Show how many of its promises each unit kept.",
        "pareto": "Count the nonconformities by cause, unit, clause, document or month.",
        "simplification": "Show how many of the selected services have a proposal, by unit.",
        "index": "Show the reform index of a year, field by field.",
        "gaps": "List where the reform index of a year lost points, the most first.",
        "able": "List who may do a step of a process: who has shown all that it asks.",
        "lacking": "List who has not shown a competence that their post requires.",
        "programme-gaps": "List the units and clauses that no audit of a programme looks at.",
        "expired-law": "List the documents that cite law which is not in force.",
        "differences": "List where procedures differ from the services they handle.",
    },
    "upkeep": {
        "watch": "Open every review that is owed: by the calendar, or for a cause.",
        "gather": "Fill the open inputs of a management review out of the registers.",
        "maintain": "Pack the git store anew, to take less room; others work on meanwhile.",
        "machines": "List the machines of this ledger, and how far each has come.",
    },
    "document": {
        "show": "Show a document: its facts, its open draft and digest, its revisions.",
        "text": "Write the text of a document, byte for byte: in force, else newest.",
        "diff": "Show what differs between two revisions of a document.",
        "check": "Say what the newest text of a document still lacks.",
    },
    "history": {"history": "Tell what happened to one item of any register, field by field."},
    "trail": {
        "trail": "List what was done: by item, person, kind, unit, time or words.",
        "activity": "Count who did what in a range of the trail, for whoever reviews it.",
        "prove": "Prove an entry (.tlog-proof), or every entry of an item (JSON), to a stranger.",
        "follow": "Tell each entry as it comes, from the first one or after another.",
    },
    "signing": {
        "signature": "Show who signed an entry of the trail with their own key, and check it.",
        "signers": "Write whose signing key is whose, as ssh-keygen reads it.",
    },
    "handing": {
        "pack": "Write the trail, or a part of it, as one file that an auditor checks alone.",
    },
}
"""In which room each command lies, and what it does in one line."""


class Root(click.Group):
    """All commands: those of the table above, and one group for each register."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*(name for room in ROOMS.values() for name in room), *verbs()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, or return ``None``."""
        for room, names in ROOMS.items():
            if cmd_name in names:
                return spoken(loaded(room, cmd_name))
        from .registers import register

        return register(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, without loading it."""
        for heading, rooms in (
            (_("The whole system"), ("keeping", "backing_up", "bringing")),
            (_("Lists"), ("paging", "listing", "searching")),
            (_("Over all registers"), ("reporting", "counting", "upkeep")),
            (_("One document"), ("document", "history")),
            (_("The trail"), ("trail", "handing", "signing")),
        ):
            rows = [(name, _(says)) for room in rooms for name, says in ROOMS[room].items()]
            with formatter.section(heading):
                formatter.write_dl(rows)
        with formatter.section(_("Registers, to ask and to change")):
            formatter.write_dl([(name, _verbs(name, does)) for name, does in verbs().items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was named, or name those that sound like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            known = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, None, known, ctx) from None

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read what stands before the command, telling in one sentence what goes wrong."""
        with told():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out a command, telling in one sentence what goes wrong."""
        with told(), waiting():
            return super().invoke(ctx)


def commands() -> Root:
    """Return the command ``qms`` in the language now spoken."""
    return spoken(_qms)


def _version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        click.echo(f"qms {version('qms')}")
        ctx.exit()


class Variable(click.Option):
    """An option that a variable of the environment may give, too."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return the option and its variable, in the language spoken; click knows no other."""
        return super().get_error_hint(ctx).replace("env var: ", _("environment: "))


@click.group(
    "qms",
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-C",
    "--folder",
    cls=Variable,
    envvar="QMS_FOLDER",
    default=".",
    type=Path,
    metavar="FOLDER",
    show_envvar=True,
    help="Folder of the system; here by default.",
)
@click.option(
    "--actor",
    cls=Variable,
    envvar="QMS_ACTOR",
    type=Plain(),
    metavar="CODE",
    show_envvar=True,
    help="Who acts; needed for every change.",
)
@click.option("--post", type=Plain(), metavar="CODE", help="In which post, if in several.")
@click.option(
    "--sign-key",
    cls=Variable,
    envvar="QMS_SIGN_KEY",
    type=Path,
    metavar="FILE",
    show_envvar=True,
    help="Sign with this SSH key; a .pub file where an agent or a token holds it.",
)
@click.option(
    "--as-of",
    type=AsOf(),
    metavar="WHEN",
    help="Read as things stood at the end of a day, at a moment, or after so many entries.",
)
@click.option(
    "--lang",
    cls=Variable,
    envvar="QMS_LANG",
    type=click.Choice(LANGUAGES),
    show_envvar=True,
    help="Language; Vietnamese by default.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def _qms(
    ctx: click.Context,
    folder: Path,
    actor: str | None,
    post: str | None,
    sign_key: Path | None,
    as_of: datetime | date | int | None,
    lang: str | None,
) -> None:
    """The quality management system of one organisation: documents, registers, trail."""
    ctx.obj = Session(folder.absolute(), actor or "", post or "", as_of, sign_key)
    if colourless():
        ctx.color = False


def loaded(room: str, name: str) -> click.Command:
    """Return a command from its room."""
    found = vars(import_module(f".{room}", __package__)).values()
    return next(one for one in found if isinstance(one, click.Command) and one.name == name)


def _verbs(register: str, does: Iterable[str]) -> str:
    says, said = ", ".join(sorted({*does, *more(register)})), _(register)
    if register == "objective":  # whoever looks for surveys finds them nowhere else
        said = f"{said}, {_('surveys')}"
    return says if said == register else f"{said}: {says}"
