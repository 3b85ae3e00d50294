"""Log and witness exchange files: a request, an answer (C2SP tlog-witness)."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from time import time

import click

from ..errors import Refused
from ..proofs.note import Verifier, is_name
from ..proofs.witness import Request, cosigned
from ..registers import anchors
from ..registers.anchors import Anchor, KeepAnchor, Medium, Witness
from ..storage import witnessing
from ..storage.fresh import create, fresh
from .changing import report
from .parameters import Bytes, Plain, Whole, of_file
from .session import asked
from .speech import done, good


class BadName(Refused):
    """The name of a witness has no blanks and no plus sign."""

    vi = "Tên bên làm chứng không có dấu cách và dấu cộng (+); viết như thanh-tra-tinh."


@click.command("request")
@click.argument("code", type=Plain(), metavar="CODE", help="Code of the witness.")
@click.argument("file", type=Path, metavar="FILE", help="Where the request is written.")
@click.option(
    "--seen",
    type=Whole(0),
    metavar="N",
    help="Entries that the witness says it has cosigned; else what came back from it.",
)
def request(code: str, file: Path, seen: int | None) -> None:
    """Write what a witness is to cosign, proven from where it last signed."""
    with asked().reading() as view:
        witness = view.get(Witness, code)
        known = anchors.seen_by(view.find(Anchor), witness)
        made = view.trail.request(known if seen is None else seen)
    create(file, made.data())
    done(_("Send this file to {witness}: {file}").format(witness=witness.title, file=file))


@click.command("take")
@click.argument("code", type=Plain(), metavar="CODE", help="Code of the witness.")
@click.argument("request", type=Bytes(), metavar="REQUEST", help="What was sent.")
@click.argument("answer", type=Bytes(), metavar="ANSWER", help="What came back.")
def take(code: str, request: bytes, answer: bytes) -> None:
    """Take what a witness answered, and enter the checkpoint it cosigned."""
    with asked().acting() as system:
        witness = system.get(Witness, code)
        with of_file(request):
            asked_for = Request.parse(request).checkpoint
        with of_file(answer):
            note = cosigned(asked_for, answer, (witness.verifier,))
        if (held := anchors.holding(system.find(Anchor), note)) is not None:
            good(_("This is known already, as {code}: nothing was done.").format(code=held.code))
            return
        change = KeepAnchor(
            note=note.data().decode(),
            medium=Medium.WITNESS,
            place=witness.title,
            witnesses=(witness.code,),
        )
        report(system, system.perform(change), rehearsed=False)


@click.command("start")
@click.argument("folder", type=Path, metavar="FOLDER", help="A new folder for the witness.")
@click.option(
    "--name", required=True, metavar="NAME", help="Name of the witness, as thanh-tra-tinh."
)
@click.option(
    "--log", required=True, type=Bytes(), metavar="FILE", help="The public key of the log."
)
def start(folder: Path, name: str, log: bytes) -> None:
    """Become a witness of somebody else's trail, in a folder of one's own."""
    if not is_name(name):
        raise BadName(name)
    with of_file(log):
        key = Verifier.parse(log.decode(errors="replace").strip())
    found = witnessing.begin(folder, name, key)
    done(_("Hand this public key to whom you witness:"))
    click.echo(found.text())


@click.command("cosign")
@click.argument("folder", type=Path, metavar="FOLDER", help="The folder of the witness.")
@click.argument("request", type=Bytes(), metavar="REQUEST", help="What the log sent.")
@click.argument("file", type=Path, metavar="ANSWER", help="Where the answer is written.")
def cosign(folder: Path, request: bytes, file: Path) -> None:
    """As a witness: cosign what only grew since last time, or say why not."""
    # A promise whose answer is lost could not be given again.
    with of_file(request), fresh(file) as answer:
        answer.write(witnessing.answer(folder, request, at=int(time())))
    done(_("Cosigned; send back: {file}").format(file=file))
