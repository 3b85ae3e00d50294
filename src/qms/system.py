"""The quality management system of one organisation, open for one actor."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from .changes import Actor, Change, Look, Unknown
from .errors import Conflict, QMSError, Refused
from .events.choosing import day_asked
from .folder import Folder
from .output import publication
from .output.publication import Published
from .proofs.checkpoint import Trust
from .questions import Clock, UnknownActor, UnknownPost, View
from .registers import enactment, records
from .registers.log_keys import RotateLogKey
from .registers.people import Person, Post
from .storage import search
from .storage.checkpoints import Checkpoints, Draw
from .storage.disposal import destroyed, doomed
from .storage.durable import Waits
from .storage.instant import seen
from .storage.ledger import Ledger
from .storage.maintenance import Maintained
from .storage.recovery import bring, composed, counted, follow, rebuild, settled
from .storage.sources import Living
from .storage.store import Composed, Store
from .storage.transaction import BytesMissing, Held, Transaction
from .storage.trouble import NotWritable, writing
from .storage.turn import queue
from .storage.vault import Vault
from .taking import front, taking
from .trail import signing, verification
from .trail.entry import Entry, Operation, Written, moment, states
from .trail.findings import Finding, finding
from .trail.replay import stated
from .trail.signing import Sign
from .trail.unswept import unswept
from .values import Content, seal

TOOL: Final = f"qms {version('qms')}"
"""What writes the entries."""

PATIENCE: Final = timedelta(seconds=10)
"""How far a clock may lag behind the last entry before it counts as set back."""


class ClockSetBack(Conflict):
    """This computer's clock is behind the last entry of the trail; set it right first."""

    vi = "Đồng hồ máy tính chậm hơn mục nhật ký cuối; hãy chỉnh lại giờ rồi thử lại."


class NothingToDo(Refused):
    """An operation makes at least one change."""

    vi = "Phải có ít nhất một thay đổi."


class GitBehind(Conflict):
    """The change was made, but git has not followed yet; it will before the next operation."""

    exit_code = 8
    vi = "Thay đổi đã được ghi nhận nhưng kho git chưa ghi kịp; sẽ ghi trước thao tác sau."


Hand: TypeAlias = Callable[[Entry, Change[Any], Look], Entry]
"""Gives an entry as it is kept: signed, where it has to be."""


class _Rehearsed(Exception):
    """The end of a rehearsal."""


@front
class QMS(View):
    """The present, which can be changed; a context manager, shared safely by threads."""

    def __init__(
        self,
        folder: Folder,
        *,
        actor: str,
        post: str = "",
        now: Clock = lambda: datetime.now(UTC),
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
        draw: Draw = os.urandom,
        tool: str = TOOL,
        sign: Sign | None = None,
    ) -> None:
        self._folder, self._salt, self._tool, self._sign = folder, salt, tool, sign
        self._store_lock = folder.store_lock
        self._checkpoints = Checkpoints(folder, draw)
        with writing(folder.path), ExitStack() as unless_whole:
            ledger = Ledger(folder.database, folder.ledger_lock, folder.replica)
            self._ledger = unless_whole.enter_context(ledger)
            indexed = self._ledger.check()
            store = unless_whole.enter_context(Store(folder.store))
            super().__init__(self._ledger, store, Vault(folder.vault), now=now)
            self._actor = self._known(actor, post)
            # Else one may ask, and change nothing.
            self._mine = os.access(folder.path, os.W_OK) and not self._ledger.copied
            if self._mine:
                self._held = self.catch_up()
                self._settle()
            if not indexed and (self._mine or self._ledger.copied):
                self._index()
            unless_whole.pop_all()

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return self._actor

    def perform(self, *changes: Change[Any]) -> tuple[Entry, ...]:
        """Make changes happen, all or none: one transaction, one entry each, one commit.

        What is offered for signing is signed with the actor's own key, where ``sign`` was given.
        Return their entries. Raise ``Refused`` where a rule forbids one of them, ``NotFound``
        where one names what is not there, ``Conflict`` where the ledger is not to be had,
        ``Untrusted`` where git is not as it was left: then nothing has changed. Only
        ``GitBehind`` is raised after the changes were made, and ``Undecided`` where the database
        was lost while it was to keep them, and does not come back to tell.
        """
        # Nobody sees the ledger without git, nor git without it; nor waits while Python sweeps.
        with ExitStack() as both:
            with self._operation(changes, looked=self._sign is not None) as now:
                both.enter_context(unswept())
                entries, away = self._enact_all(changes, now, self._signed)
                # Up to here, whoever was before may still bring git along.
                both.enter_context(queue(self._store_lock))
                held = self._begun(now, entries[0].operation.first)
                self._checkpoints.sign(now, entries)
                self._vault.put_all(away)
                made = composed(self._store, now.written, held.commit, now)
                after = Held(now.frontier.size, made.id)
                now.settle(self._folder.store_name, held, after)
            self._bring(held, made)
            self._held = after
        self._store.gather()
        return entries

    def rehearse(self, *changes: Change[Any]) -> tuple[Entry, ...]:
        """Return the entries that ``perform`` would make, or raise what it would; make none.

        It may bring git along, as opening does.
        """
        entries: tuple[Entry, ...] = ()
        with suppress(_Rehearsed), self._operation(changes, looked=True) as now, unswept():
            entries, _ = self._enact_all(changes, now, self._owing)
            raise _Rehearsed
        return entries

    def catch_up(self) -> Held:
        """Bring git to where the ledger is."""
        with queue(self._store_lock):
            return self._follow()

    def verify(self, trust: Trust | None = None) -> list[Finding]:
        """Return everything that does not hold: trail, checkpoints, files, rules, states, git.

        ``trust`` says whose signatures count; by default the public key beside the private one.
        Git is brought along first; where another process writes after that and dies before git
        has followed, ``G01`` (a warning) says so.
        """
        if self._mine:
            with self._ledger.quiet(), suppress(QMSError):  # what git refuses is found below
                self.catch_up()
        with seen(self._folder, trust) as (living, known):
            return list(verification.verify(living, known))

    def unfound(self) -> list[Finding]:
        """Return each revision that is not found by the words that it has, or by others (S06)."""
        with self._ledger.reading() as now:
            read = Living(now, self._store, self._vault).content
            return [finding("S06", own) for own in search.differing(now, read)]

    def rebuild(self) -> int:
        """Make every table anew from git alone; return the number of entries.

        Raise ``Untrusted`` where git does not hold together; then nothing has changed.
        """
        folder = self._folder
        with writing(folder.path):
            self.catch_up()
            return rebuild(self._store, self._ledger, folder.store_name, self._store_lock, counted)

    def maintain(self) -> Maintained:
        """Have git pack what it holds anew, and small; return its bytes before and after.

        Nobody waits for it. Raise ``Damaged`` where git cannot; then nothing was lost.
        """
        return self._store.maintain()

    def publish(self, folder: str | Path, on: date | None = None) -> Published:
        """Write what is in force on a day as a folder that people open and read.

        Raise ``Refused`` for a folder that holds anything but what was published before.
        """
        return publication.publish(self, Path(folder), day_asked(on, self.today))

    def dispose_contents(self) -> tuple[str, ...]:
        """Destroy the contents of records whose disposal was carried out; return their digests.

        Their hashes, their facts and the trail stay; what anything else rests on stays, too.
        No other call destroys anything. Killed half-way, or met by ``PerhapsDestroyed`` on a
        broken disk, it ends its work when called again.
        """
        self._may_write()
        with self._ledger.still(), self._ledger.reading() as now:
            enactment.acting(records.CarryOut, self._actor, self._now(), now.look)
            return destroyed(now, self._vault)

    def contents_to_dispose(self) -> list[str]:
        """Return the digests that ``dispose_contents`` would destroy, or raise what it would."""
        with self._ledger.reading() as now:
            enactment.acting(records.CarryOut, self._actor, self._now(), now.look)
            return doomed(now, self._vault)

    def close(self) -> None:
        """Let go of the database and of git."""
        self._ledger.close()
        self._store.close()

    def __enter__(self) -> Self:
        self._ledger.awake()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self) -> None:
        # What this store has need wait no longer in the ledger, where that may be written. With the
        # first of that a founding ends: until then another may begin in its place.
        name, held = self._folder.store_name, self._held
        with self._ledger.reading() as now:
            known = settled(now, name)
        if known.at(held.commit) != held or (held.size and not known.held.size):
            with suppress(NotWritable), self._ledger.operation() as then, queue(self._store_lock):
                held = self._follow()  # while nothing more leaves the ledger
                then.settle(name, held, held)

    def _index(self) -> None:  # an earlier version did not search texts
        with self._ledger.indexing() as now:
            if now is not None:
                now.index_all(Living(now, self._store, self._vault).content)

    def _may_write(self) -> None:
        if not self._mine:
            raise NotWritable(str(self._folder.path))

    @contextmanager
    def _operation(self, changes: Iterable[Change[Any]], *, looked: bool) -> Iterator[Transaction]:
        """Begin an operation; ``looked`` at what git holds and the key has promised before."""
        self._may_write()
        with self._ledger.operation() as now:
            if looked:
                if settled(now, self._folder.store_name).at(self._store.head()) is None:
                    with queue(self._store_lock):
                        self._follow()
                self._checkpoints.judge(now, changes)
            yield now

    def _begun(self, now: Transaction, size: int) -> Held:
        """Begin only where git is: no operation is made on a store that lags or is not ours."""
        held = settled(now, self._folder.store_name).at(self._store.head())
        return held if held and held.size == size else self._follow()

    def _bring(self, held: Held, made: Composed) -> None:
        try:
            with writing(self._folder.path), Waits() as waits:
                self._checkpoints.keep_promise(waits, self._ledger.reading)
                bring(self._store, held, made, waits)
        except QMSError as error:
            raise GitBehind(error.about) from error

    def _follow(self) -> Held:
        with self._ledger.reading() as now:
            self._checkpoints.promise(now)
        self._held = follow(self._ledger, self._store, self._folder.store_name)
        return self._held

    def _enact_all(
        self, changes: tuple[Change[Any], ...], now: Transaction, hand: Hand
    ) -> tuple[tuple[Entry, ...], list[bytes]]:
        if not changes:
            raise NothingToDo()
        at = self._moment(now)
        operation = Operation(now.frontier.size, len(changes))
        away: list[bytes] = []
        entries = tuple(
            self._enact(change, now, at + timedelta(microseconds=n), operation, away, hand)
            for n, change in enumerate(changes)
        )
        return entries, away

    def _enact(
        self,
        change: Change[Any],
        now: Transaction,
        at: datetime,
        operation: Operation,
        away: list[bytes],
        hand: Hand,
    ) -> Entry:
        read = Living(now, self._store, self._vault).content
        act = now.may(type(change), self._actor, at, now.look)._replace(read=read)
        enactment.current(change)
        change, personal = self._sealed(self._keyed(enactment.coded(change, act), now))
        outcome = enactment.enact(change, act)
        after = states(outcome.items)
        self._at_hand(outcome.evidence, away)
        entry = Entry(
            log=now.log,
            index=now.frontier.size,
            root=now.frontier.root().hex(),
            at=at,
            actor=act.actor,
            kind=change.kind,
            change=change.model_dump(mode="json"),
            **stated(outcome, after)._asdict(),
            operation=operation,
            tool=self._tool,
        )
        entry = hand(entry, change, now.look)
        now.append(Written.of(entry), after, outcome.files, read)
        away += personal
        away += (of.data for of in outcome.evidence.values() if of.data is not None)
        return entry

    def _signed(self, entry: Entry, change: Change[Any], look: Look) -> Entry:
        signed = signing.signed(entry, self._sign) if self._sign else entry
        signing.check(signed, look, change)
        return signed

    def _owing(self, entry: Entry, change: Change[Any], look: Look) -> Entry:
        # Nobody signs what does not happen: whoever could sign only says so.
        if self._sign is None:
            signing.check(entry, look, change)
        return entry

    def _at_hand(self, evidence: Mapping[str, Content], away: list[bytes]) -> None:
        missing = {of.sha256 for of in evidence.values() if of.data is None}
        for digest in missing - {Content.of(data).sha256 for data in away if missing}:
            if self._vault.found(digest) is None:
                raise BytesMissing(digest)

    def _keyed(self, change: Change[Any], now: Transaction) -> Change[Any]:
        if not isinstance(change, RotateLogKey) or change.vkey:
            return change
        return change.model_copy(update={"vkey": self._checkpoints.next(now.log)})

    def _sealed(self, change: Change[Any]) -> tuple[Change[Any], list[bytes]]:
        sealed = {
            name: seal(value, self._salt)
            for name in change.personal
            if isinstance(value := getattr(change, name), str) and value
        }
        if not sealed:
            return change, []
        update = {name: digest for name, (digest, _) in sealed.items()}
        return change.model_copy(update=update), [data for _, data in sealed.values()]

    def _moment(self, now: Transaction) -> datetime:
        at = self._now().astimezone(UTC)
        if not now.at or moment(at) > now.at:
            return at
        if (last := datetime.fromisoformat(now.at)) - at > PATIENCE:
            raise ClockSetBack(f"{moment(at)} < {now.at}")
        return last + timedelta(microseconds=1)

    def _known(self, actor: str, post: str) -> Actor:
        if actor == enactment.FOUNDER.id:
            return enactment.FOUNDER
        missing: type[Unknown] = UnknownActor
        try:
            own, missing = self.get(Person, actor).id, UnknownPost
            return Actor(id=own, post=self.get(Post, post).id if post else "")
        except Unknown as unknown:
            raise missing(unknown.about) from None


@taking
def open(folder: str | Path, *, actor: str, post: str = "", **options: Any) -> QMS:
    """Open the system in a folder for one actor, by code; in one of their posts, if named.

    ``sign`` gives the actor's SSH signature over some bytes; ``qms.signer(path)`` is one.
    Raise ``NotFound`` where the folder is no quality management system or nobody has this
    code, ``Untrusted`` where git holds a commit that is not ours.
    """
    return QMS(Folder.at(Path(folder)), actor=actor, post=post, **options)
