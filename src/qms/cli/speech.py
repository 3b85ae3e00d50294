"""Commands in the language now spoken: click asks gettext only for its own texts."""

from __future__ import annotations

from copy import copy
from gettext import gettext as _
from typing import TypeVar

import click

from .choices import OneOf, listed
from .failures import afterwards

Spoken = TypeVar("Spoken", bound=click.Command)


def spoken(command: Spoken) -> Spoken:
    """Return a copy of a command with its texts in the language now spoken."""
    said = copy(command)
    said.help = _said(command.help)
    said.short_help = command.short_help or said.help
    said.epilog = _said(command.epilog)
    said.options_metavar = _("[OPTIONS]")
    said.params = [_parameter(one) for one in command.params]
    if isinstance(said, click.Group):
        said.subcommand_metavar = _("COMMAND …")
    return said


def _parameter(parameter: click.Parameter) -> click.Parameter:
    said = copy(parameter)
    said.help, said.metavar = _said(parameter.help), _said(parameter.metavar)
    if isinstance(said.type, OneOf):
        said.help = f"{(said.help or '').rstrip('.')}; {listed(said.type.readings)}"
    return said


def _said(text: str | None) -> str | None:
    if not text:  # gettext answers "" with the head of its catalogue
        return text
    one_line = " ".join(text.split())
    return _(one_line)


def done(says: str) -> None:
    """Say that something was done, with a green mark; raise ``Untold`` where it cannot be said."""
    with afterwards():
        good(says)


def good(says: str) -> None:
    """Say what is as it should be, with a green mark."""
    click.echo(click.style("✓ ", fg="green") + says)
