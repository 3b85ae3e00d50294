"""What a disposal that was decided and carried out leaves to do: the contents themselves."""

from __future__ import annotations

from gettext import gettext as _

import click

from .failures import afterwards
from .session import asked
from .speech import done
from .upkeep import dry_run


@click.command("destroy-contents")
@dry_run
def destroy_contents(dry_run: bool) -> None:
    """Destroy the contents whose disposal was carried out; hashes and facts stay."""
    with asked().acting() as system:
        if dry_run:
            click.echo("\n".join(system.contents_to_dispose()) or _("Nothing here."))
            return
        gone = system.dispose_contents()
    with afterwards(bool(gone)):
        for digest in gone:
            click.echo(digest)
    done(_("Contents destroyed: {n}.").format(n=len(gone)))
