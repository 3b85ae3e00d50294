"""Signing how far the trail has come: 7.5.3.1 b, C2SP tlog-checkpoint.

A checkpoint is signed inside its operation and kept with it; once the operation stands it is
promised durably beside the key, and only then git follows. So nothing leaves the house that
the key could take back, and what is not consistent with its last promise is never signed.
Where no key is at hand, the operation happens all the same, unsigned.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, Final, TypeAlias

from ..changes import Change
from ..errors import Unreadable, Untrusted
from ..folder import Folder
from ..proofs.checkpoint import Checkpoint, Trust, next_checkpoint
from ..proofs.merkle import EMPTY, consistency
from ..proofs.note import Note, Signer, Verifier
from ..registers.log_keys import CODE, AdoptLogKey, LogKey, RotateLogKey
from ..trail.entry import Entry
from . import keys, tokens
from .durable import Waits, sync
from .objects import held
from .promises import Overtaken, Promised, Promises
from .reader import Reader
from .transaction import Transaction
from .trouble import writing

KEY: Final = "log.key"
NEXT: Final = "next.key"
PUBLIC: Final = "log.pub"
PROMISES: Final = "log.promises"

Draw: TypeAlias = Callable[[int], bytes]
"""Gives so many random bytes."""


class PutBack(Untrusted):
    """The key has signed another trail: this one was put back from an older copy, or rewritten."""

    clause = "7.5.3.2"
    vi = (
        "Sổ cái không khớp với điều khóa đã ký: đã bị thay bằng bản cũ hoặc bị viết lại. "
        "Hãy dựng lại từ bản sao git mới hơn, hoặc thay khóa và nêu lý do."
    )


class Checkpoints:
    """The keys of one log on this machine, and what they have promised."""

    def __init__(self, folder: Folder, draw: Draw = os.urandom) -> None:
        self._place, self._apart_from, self._draw = folder.keys, folder.path, draw
        self._promises, self._next = Promises(folder.keys / PROMISES), f"{folder.keys}/{NEXT}"
        self._known: dict[str, Signer] = {}
        self._judged: tuple[Promised | None, Checkpoint] | None = None
        self._due: tuple[Checkpoint, Signer] | None = None

    def create(self, log: str) -> str:
        """Make the first key of a log; return its public half, which lies beside it."""
        signer = self._made(KEY, log)
        self._publish(signer)
        return signer.verifier.text()

    def next(self, log: str) -> str:
        """Return the public half of the key to be put in force next, made now if need be."""
        return (self._read(NEXT) or self._made(NEXT, log)).verifier.text()

    def judge(self, now: Transaction, changes: Iterable[Change[Any]]) -> None:
        """Raise ``PutBack`` where ``sign`` would after these changes, before they are made."""
        here = Checkpoint(now.log, now.frontier.size, now.frontier.root())
        broken = self._broken(now, here)
        if broken and not any(isinstance(change, RotateLogKey) for change in changes):
            raise PutBack(broken.about) from broken

    def sign(self, now: Transaction, entries: Collection[Entry]) -> None:
        """Keep the checkpoint of an operation about to be committed, if its key is at hand.

        Raise ``PutBack`` where that takes back what was promised; only an operation that puts
        a new key in force may, and then the old key does not sign it.
        """
        key = now.look(LogKey, CODE)
        new = Checkpoint(now.log, now.frontier.size, now.frontier.root())
        rotates = any(entry.kind == RotateLogKey.kind for entry in entries)
        first = next(iter(entries))
        began = Checkpoint(now.log, first.index, bytes.fromhex(first.root))
        broken = self._broken(now, new, began)
        if broken is not None and not rotates:
            raise PutBack(broken.about) from broken
        signer = self._at_hand(key.vkey) if key else None
        self._due = (new, signer) if signer else None
        if key and signer:
            before = self._at_hand(key.former[-1]) if rotates and not broken else None
            now.sign(new.signed(*filter(None, (signer, before))).data())
        elif rotates:
            raise keys.NoKey(str(self._place / NEXT))
        elif any(entry.kind == AdoptLogKey.kind for entry in entries):
            raise keys.NoKey(str(self._place / KEY))

    def keep_promise(
        self, waits: Waits, reading: Callable[[], AbstractContextManager[Reader]]
    ) -> None:
        """Write down what was signed in the operation that was just committed, to be waited for.

        The ledger is only read where anybody else has promised something since.
        """
        due, self._due = self._due, None
        last, judged = self._judged or (None, None)
        if due is not None and last is not None and judged == due[0] and _follows(last, *due):
            new, signer = due
            with suppress(Overtaken), writing(self._promises.path):
                self._promises.say(waits, signer.verifier, last.checkpoint, new)
                self._install(signer)
                return
        with reading() as now:
            self.promise(now)

    def promise(self, now: Reader) -> None:
        """Write the newest checkpoint of a ledger down, before it leaves the house.

        Raise ``PutBack`` where it takes back what the same key has promised.
        """
        done = False
        while not done:  # another machine with this key may be quicker
            with suppress(Overtaken):
                self._promise(now)
                done = True

    def _promise(self, now: Reader) -> None:
        note, key = now.checkpoint(), now.look(LogKey, LogKey.identify(CODE))
        signer = self._at_hand(key.vkey) if key else None
        new = _signed(note, signer.verifier) if note and signer else None
        if new is None or signer is None:
            return
        with writing(self._promises.path):
            last = self._promises.last()
            if last is None or last.key != signer.verifier.id:
                self._promises.write(signer.verifier, last and last.checkpoint, new)
            elif last.checkpoint.size < new.size:
                if self._judged != (last, new) and (broken := self._broken(now, new)):
                    raise PutBack(broken.about) from broken
                self._promises.write(signer.verifier, last.checkpoint, new)
            else:
                self._promises.keep()
            self._install(signer)

    def trust(self) -> Trust | None:
        """Return what lies with the keys: the public key and the last promise; ``None`` for none.

        A key that signs here and has promised nothing has seen an empty trail. Raise
        ``Unreadable`` where that is no public key of a log.
        """
        with suppress(keys.NoPublicKey):
            known, last = keys.public(self._place / PUBLIC), self._last()
            signs = self._promises.reachable() and (self._place / KEY).exists()
            none = Checkpoint(known.origin, 0, EMPTY) if signs else None
            return known._replace(seen=last.checkpoint if last else none)
        return None

    def _broken(
        self, now: Reader, new: Checkpoint, began: Checkpoint | None = None
    ) -> Untrusted | None:
        last = self._last()
        # What grew from the very tree that was promised takes back nothing of it.
        if last is None or last.checkpoint != began:
            try:
                next_checkpoint(last and last.checkpoint, new, partial(consistency, now.nodes))
            except Untrusted as error:
                return error
        self._judged = last, new
        return None

    def _last(self) -> Promised | None:
        return self._promises.last() if self._promises.reachable() else None

    def _at_hand(self, vkey: str) -> Signer | None:
        if not self._promises.reachable():
            return None
        if vkey not in self._known:
            found = filter(None, map(self._read, (KEY, NEXT)))
            self._known = {signer.verifier.text(): signer for signer in found}
        return self._known.get(vkey)

    def _read(self, name: str) -> Signer | None:
        with suppress(keys.NoKey):
            return keys.read(self._place / name, apart_from=self._apart_from)
        return None

    def _made(self, name: str, log: str) -> Signer:
        place = self._place / name
        token = os.environ.get(tokens.TOKEN, "")
        return keys.create(place, log, apart_from=self._apart_from, draw=self._draw, token=token)

    def _install(self, signer: Signer) -> None:
        if not os.path.lexists(self._next):
            return
        with held(self._place, fcntl.LOCK_EX):  # machines may share a key
            new = self._read(NEXT)
            if new is not None and new.verifier == signer.verifier:
                self._publish(signer)
                (self._place / NEXT).rename(self._place / KEY)
                sync(self._place)

    def _publish(self, signer: Signer) -> None:
        draft = self._place / f"{PUBLIC}.new"
        draft.write_text(f"{signer.verifier.text()}\n", "utf-8")
        sync(draft)
        draft.rename(self._place / PUBLIC)
        sync(self._place)


def _follows(last: Promised, new: Checkpoint, signer: Signer) -> bool:
    return last.checkpoint.size < new.size and last.key == signer.verifier.id


def _signed(note: bytes, by: Verifier) -> Checkpoint | None:
    with suppress(Unreadable, Untrusted):
        read = Note.parse(note)
        read.check((by,))
        return Checkpoint.parse(read.text)
    return None
