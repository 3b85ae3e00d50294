"""What a unit and a leader sign, written down to be printed."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click

from ..output import commitments
from ..storage.fresh import create
from .parameters import Plain
from .session import asked
from .speech import done


@click.command("paper")
@click.argument("code", type=Plain(), metavar="CODE", help="Code or alias.")
@click.option("--page", type=Path, metavar="FILE", help="The same as a page to print (HTML).")
def paper(code: str, page: Path | None) -> None:
    """Write the paper of a commitment, to be edited, printed and signed (Markdown)."""
    with asked().reading() as view:
        text = commitments.paper(view, code)
    if page is None:
        click.echo(text, nl=False)
        return
    create(page, commitments.page(text).encode())
    done(_("Written: {file}").format(file=page))
