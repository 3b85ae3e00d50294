"""All commands with their help, for documentation and tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from .language import speaking
from .root import commands

WIDTH = 100


class Page(NamedTuple):
    """One command, as it is typed, and its help."""

    command: str
    help: str


def pages(language: str = "vi") -> Iterator[Page]:
    """Yield the help of every command, the generated ones too, in one language.

    >>> next(pages("en")).command
    'qms'
    """
    with speaking(language):
        yield from list(_within(commands(), None))


def _within(command: click.Command, above: click.Context | None) -> Iterator[Page]:
    name, settings = command.name, {**command.context_settings, "terminal_width": WIDTH}
    with click.Context(command, parent=above, info_name=name, **settings) as ctx:
        yield Page(ctx.command_path, command.get_help(ctx))
        if isinstance(command, click.Group):
            for part in command.list_commands(ctx):
                found = command.get_command(ctx, part)
                if found is not None:
                    yield from _within(found, ctx)
