"""Signatures by people's own keys, so that anybody checks them with ``ssh-keygen`` alone."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

import click

from ..changes import Meaning
from ..events import BeyondTrail
from ..questions import View
from ..registers import signing_keys
from ..registers.signing_keys import NAMESPACE, SigningKey
from ..storage.fresh import create
from ..trail import signing
from ..trail.entry import Entry, Signature
from .document import rows
from .language import language
from .parameters import Whole
from .phrases import actor_of, kind_called, shown
from .session import asked

CORE, SIGNATURE, SIGNERS = "signed.json", "signed.json.sig", "allowed_signers"


@click.command("signers")
def signers() -> None:
    """Write whose signing key is whose, as ssh-keygen reads it."""
    with asked().reading() as view:
        click.echo(signing_keys.allowed_signers(view.find(SigningKey)), nl=False)


@click.command("signature")
@click.argument("index", type=Whole(0), metavar="ENTRY", help="The entry's number.")
@click.option(
    "-o", "--output", metavar="FOLDER", type=Path, help="Put what ssh-keygen needs in this folder."
)
def signature(index: int, output: Path | None) -> None:
    """Show who signed an entry of the trail with their own key, and check it."""
    with asked().reading() as view:
        entry = _entry(view, index)
        if entry.signature is None:
            click.echo(_("Nobody signed this entry with a key of their own."))
            return
        signer = signing.signer(entry, entry.signature)
        key = view.get(SigningKey, signing_keys.digest(signer))
        rows(_facts(view, entry, entry.signature, key))
        if output is not None:
            allowed = signing_keys.allowed_signers(view.find(SigningKey))
            _put(output, entry, entry.signature, allowed)
            _tell(output, entry, key)


def _entry(view: View, index: int) -> Entry:
    for event in view.trail.entries(after=index - 1, limit=1):
        return event.entry
    raise BeyondTrail(str(index))


def _facts(view: View, entry: Entry, made: Signature, key: SigningKey) -> Iterator[tuple[str, str]]:
    spoken = language()
    meaning = Meaning(made.meaning) if made.meaning in set(Meaning) else made.meaning
    yield _("Who"), actor_of(view, entry, spoken)
    yield _("When"), shown(entry.at, spoken)
    yield _("What"), f"{entry.change['code']}: {kind_called(entry.kind, spoken)}"
    yield _("Meaning"), shown(meaning, spoken)
    yield _("Key"), f"{key.code} ({view.name(key.person)}) {made.key}"


def _put(folder: Path, entry: Entry, made: Signature, allowed: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    core = entry.core(made.meaning)
    files = {CORE: core, SIGNATURE: made.sshsig.encode(), SIGNERS: allowed.encode()}
    for name, data in files.items():
        create(folder / name, data)


def _tell(folder: Path, entry: Entry, key: SigningKey) -> None:
    time = f"{entry.at:%Y%m%d%H%M%SZ}"
    click.echo(_("Check it without this program:"))
    click.echo(f"  cd '{folder}'")
    click.echo(
        f"  ssh-keygen -Y verify -n {NAMESPACE} -f {SIGNERS} -I {key.owner} -s {SIGNATURE}"
        f" -O verify-time={time} < {CORE}"
    )
