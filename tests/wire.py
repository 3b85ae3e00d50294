"""The wire between a process and a server of PostgreSQL: how often who asks waits for an answer."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qms.storage.database import address

SOCKET = ".s.PGSQL.5432"
"""What the socket of a server is called in its folder."""


class Wire:
    """What passes both ways, counted by turns; it can be cut."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, server / SOCKET
        self.waits = 0
        self._ends: list[socket.socket] = []
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(folder / SOCKET))
        self.door.listen()
        threading.Thread(target=self._let_in, daemon=True).start()

    def through(self, url: str) -> str:
        """Return the address of a database that is reached over this wire."""
        there = address(url).update_query_dict({"host": str(self.folder)})
        return there.render_as_string(hide_password=False)

    @contextmanager
    def counted(self, waits: list[int]) -> Iterator[None]:
        """Note how often was waited meanwhile."""
        before = self.waits
        yield
        waits.append(self.waits - before)

    def cut(self) -> None:
        """Let every connection be lost, as a network that fails would."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.door.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server))
                self._ends += [near, far]
                threading.Thread(target=self._pass, args=(near, far), daemon=True).start()

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        asked = False
        with near, far, suppress(OSError):
            while True:
                for end in select.select([near, far], [], [])[0]:
                    if not (data := end.recv(1 << 16)):
                        return
                    self.waits += end is near and not asked
                    asked = end is near
                    (far if asked else near).sendall(data)


@contextmanager
def wired(folder: Path, server: Path) -> Iterator[Wire]:
    """Give a wire to a server; it ends with the work inside."""
    wire = Wire(folder, server)
    try:
        yield wire
    finally:
        wire.cut()
        wire.door.shutdown(socket.SHUT_RDWR)
        wire.door.close()
