"""What the operations of a process have met: nothing of it is asked for again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from itertools import islice
from typing import Final

from ..changes import Item
from .search import Forms

ROOM: Final = 2_000
"""How many items are remembered from one operation to the next."""


class Known:
    """Items as earlier operations of this process have met them, each since its entry.

    They count only as long as the trail goes on from where it was then, which its last leaf
    proves: every leaf stands over all before it.
    """

    def __init__(self) -> None:
        self.items: OrderedDict[str, tuple[int, Item]] = OrderedDict()
        self.names: dict[tuple[str, str], str] = {}
        self.forms = Forms()  # of words, whatever the trail says
        self.forget()

    def put(self, item: Item, since: int) -> None:
        """Remember an item as it is since an entry, and forget those unused for longest."""
        self.items[item.id] = since, item
        self.items.move_to_end(item.id)
        while len(self.items) > ROOM:
            self.items.popitem(last=False)

    def call(self, names: Mapping[tuple[str, str], str]) -> None:
        """Remember which item a register calls so, and forget those met first."""
        self.names |= names
        for name in list(islice(self.names, max(0, len(self.names) - ROOM))):
            del self.names[name]

    def forget(self) -> None:
        """Forget everything."""
        self.edge, self.leaf = (0, b""), b""
        self.items.clear()
        self.names.clear()
