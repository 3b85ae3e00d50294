"""The quality management system of one organisation, open for one actor."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

from .changes import Act, Actor, Change, Opening
from .errors import Conflict, Refused
from .folder import Folder
from .output import publication
from .output.publication import Published
from .questions import Clock, View
from .registers import enactment, policy
from .registers.people import Person, Post
from .storage.ledger import Ledger, Transaction
from .storage.recovery import Held, catch_up, rebuild, settled
from .storage.sources import Living
from .storage.store import Store
from .storage.vault import Vault
from .trail import verification
from .trail.entry import Entry, Operation, kept, moment, state_of
from .trail.findings import Finding
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


class _Rehearsed(Exception):
    """The end of a rehearsal."""


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
        tool: str = TOOL,
    ) -> None:
        self._folder, self._salt, self._tool = folder, salt, tool
        self._ledger = Ledger(folder.database, folder.ledger_lock)
        self._ledger.check()
        self._mutex = threading.Lock()
        super().__init__(self._ledger.reading, Store(folder.store), Vault(folder.vault), now=now)
        self._actor = self._known(actor, post)
        self._held = self.catch_up()

    def perform(self, *changes: Change[Any]) -> tuple[Entry, ...]:
        """Make changes happen, all or none: one transaction, one entry each, one commit.

        Return their entries. Raise ``Refused`` where a rule forbids one of them, ``NotFound``
        where one names what is not there, ``Conflict`` where the ledger is not to be had.
        """
        with self._ledger.operation() as now:
            entries = self._enact_all(changes, now)
        self.catch_up()
        return entries

    def rehearse(self, *changes: Change[Any]) -> tuple[Entry, ...]:
        """Return the entries that ``perform`` would make, or raise what it would; do nothing."""
        entries: tuple[Entry, ...] = ()
        try:
            with self._ledger.operation() as now:
                entries = self._enact_all(changes, now, keep=False)
                raise _Rehearsed
        except _Rehearsed:
            return entries

    def catch_up(self) -> Held:
        """Bring git to where the ledger is."""
        with self._mutex:
            name, lock = self._folder.store_name, self._folder.store_lock
            self._held = catch_up(self._ledger, self._store, name, lock)
        return self._held

    def verify(self) -> list[Finding]:
        """Return everything that does not hold: trail, files, rules, states, git."""
        with self._read() as now:
            return list(verification.verify(Living(now, self._store, self._vault)))

    def rebuild(self) -> int:
        """Make every table anew from git alone; return the number of entries.

        Raise ``Untrusted`` where git does not hold together; then nothing has changed.
        """
        self.catch_up()
        return rebuild(self._store, self._ledger, self._folder.store_name)

    def publish(self, folder: str | Path, on: date | None = None) -> Published:
        """Write what is in force on a day as a folder that people open and read.

        Raise ``Refused`` for a folder that holds anything but what was published before.
        """
        return publication.publish(self, Path(folder), on or self.today)

    def close(self) -> None:
        """Let go of the database and of git."""
        self._ledger.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _enact_all(
        self, changes: tuple[Change[Any], ...], now: Transaction, *, keep: bool = True
    ) -> tuple[Entry, ...]:
        if not changes:
            raise NothingToDo()
        at = self._moment(now)
        operation = Operation(now.frontier.size, len(changes))
        if settled(now, self._folder.store_name) != self._held and keep:
            now.settle(self._folder.store_name, self._held.size, self._held.commit or "")
        return tuple(
            self._enact(change, now, at + timedelta(microseconds=n), operation, keep=keep)
            for n, change in enumerate(changes)
        )

    def _enact(
        self,
        change: Change[Any],
        now: Transaction,
        at: datetime,
        operation: Operation,
        *,
        keep: bool,
    ) -> Entry:
        act = enactment.acting(type(change), self._actor, at, now.look)
        change, personal = self._sealed(_coded(change, act))
        outcome = enactment.enact(change, act)
        evidence = change.vaulted()
        entry = Entry(
            log=now.log,
            index=now.frontier.size,
            root=now.frontier.root().hex(),
            at=at,
            actor=act.actor,
            kind=change.kind,
            item=outcome.items[0].id,
            change=change.model_dump(mode="json"),
            files={path: kept(of) if of else None for path, of in outcome.files.items()},
            evidence={name: kept(of) for name, of in evidence.items()},
            state=state_of(outcome.items),
            operation=operation,
            tool=self._tool,
        )
        if keep:
            self._put_away(personal, evidence)
        now.append(entry, outcome.items, outcome.files)
        return entry

    def _put_away(self, personal: list[bytes], evidence: Mapping[str, Content]) -> None:
        for data in personal:
            self._vault.put(data)
        for content in evidence.values():
            if content.data is not None:
                self._vault.put(content.data)

    def _sealed(self, change: Change[Any]) -> tuple[Change[Any], list[bytes]]:
        sealed = {
            name: seal(value, self._salt)
            for name in change.personal
            if isinstance(value := getattr(change, name), str) and value
        }
        update = {name: digest for name, (digest, _) in sealed.items()}
        return change.model_copy(update=update), [data for _, data in sealed.values()]

    def _moment(self, now: Transaction) -> datetime:
        at = self._now().astimezone(UTC)
        if not now.at or moment(at) > now.at:
            return at
        last = datetime.fromisoformat(now.at)
        if last - at > PATIENCE:
            raise ClockSetBack(f"{moment(at)} < {now.at}")
        return last + timedelta(microseconds=1)

    def _known(self, actor: str, post: str) -> Actor:
        if actor == enactment.FOUNDER.id:
            return enactment.FOUNDER
        own = self.get(Person, actor).id
        return Actor(id=own, post=self.get(Post, post).id if post else "")


def _coded(change: Change[Any], act: Act) -> Change[Any]:
    if change.code or not isinstance(change, Opening):
        return change
    code = change.given(act) or policy.next_code(act, change.item.register)
    return change.model_copy(update={"code": code})


def open(folder: str | Path, *, actor: str, post: str = "", **options: Any) -> QMS:
    """Open the system in a folder for one actor, by code; in one of their posts, if named.

    Raise ``NotFound`` where the folder is no quality management system or nobody has this
    code, ``Untrusted`` where git holds a commit that is not ours.
    """
    return QMS(Folder.at(Path(folder)), actor=actor, post=post, **options)
