"""What stands before every command: which system, who acts, as of when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..folder import Folder
from ..storage import direct
from ..storage.direct import FILE

if TYPE_CHECKING:
    from ..questions import View
    from ..storage.glance import Glance
    from ..system import QMS


class Session(NamedTuple):
    """The options before the command."""

    folder: Path
    actor: str = ""
    post: str = ""
    as_of: datetime | date | int | None = None
    sign_key: Path | None = None

    def acting(self) -> QMS:
        """Return the system, open for whoever acts."""
        if not self.actor:
            raise click.UsageError(_("Who acts? Give --actor CODE or set QMS_ACTOR."))
        from ..storage.ssh import signer

        sign = signer(self.sign_key) if self.sign_key else None
        return _opened(self, self.actor, self.place(), sign=sign)

    def place(self) -> Path:
        """Return the folder, for what concerns the present alone."""
        if self.as_of is not None:
            raise click.UsageError(_("This is about the present: leave --as-of out."))
        return self.folder

    @contextmanager
    def glancing(self) -> Iterator[Glance | View]:
        """Give what lists are read from: the ledger alone where it is a file, else all."""
        folder = Folder.at(self.folder)
        database = folder.database
        if self.as_of is None and database.startswith(FILE):
            with direct.glancing(Path(database.removeprefix(FILE)), folder.ledger_lock) as now:
                yield now
        else:
            with self.reading() as view:
                yield view

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Give all one may ask, now or as of the moment asked for; nobody need be named."""
        with _opened(self, self.actor or "system", self.folder) as system:
            yield system if self.as_of is None else self._then(system, self.as_of)

    def _then(self, system: QMS, when: datetime | date | int) -> View:
        then = system.as_of(when)
        if not isinstance(when, int) and then.today > system.today:
            says = _("That day has yet to come: this is what is known today.")
            click.echo(click.style("! ", fg="yellow") + says, err=True)
        return then


def colourless() -> bool:
    """Tell whether whoever reads wants no colours, or their terminal has none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def asked() -> Session:
    """Return the options before the command that is being carried out."""
    found = click.get_current_context().find_object(Session)
    assert found is not None
    return found


def _opened(session: Session, actor: str, folder: Path, **options: Any) -> QMS:
    # SQL and git are only loaded for a command that needs them.
    from .. import system

    return system.open(folder, actor=actor, post=session.post, **options)
