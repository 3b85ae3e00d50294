"""A whole system at one instant: its ledger and its store, which agree then.

Whoever writes holds the lock of the ledger and then that of the store, and lets go of the first
before git has followed. Who has both, one after the other, has such an instant; and one who may
only read can share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from ..folder import Folder
from ..proofs.checkpoint import Trust
from .checkpoints import Checkpoints
from .ledger import Ledger
from .readable import at_rest
from .reader import Reader
from .sources import Living
from .store import Store
from .vault import Vault


@contextmanager
def seen(place: Folder, trust: Trust | None) -> Iterator[tuple[Living, Trust | None]]:
    """Give a system as it is now, on which others write on, and whose signatures count there.

    By default that is what lies with the keys.
    """
    with ExitStack() as view:
        with ExitStack() as rest:
            ledger = Ledger(place.database, place.ledger_lock, rest=rest)
            view.enter_context(ledger).check()
            store = view.enter_context(Store(place.store))
            rest.enter_context(ledger.quiet())
            rest.enter_context(at_rest(place.store_lock))
            now = view.enter_context(ledger.reading())
            apart = "" if place.vault_said else place.store_name
            living = Living(now, store, Vault(place.vault), partial(_later, place), apart).still()
            known = trust or Checkpoints(place).trust()
        yield living, known


@contextmanager
def _later(place: Folder) -> Iterator[Reader]:
    with Ledger(place.database, place.ledger_lock) as ledger, ledger.reading() as now:
        yield now
