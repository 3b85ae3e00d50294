"""The vault: evidence and personal data by digest, outside git, so that it can be destroyed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from ..errors import NotFound, Untrusted
from .durable import Waits, sync
from .trouble import Busy

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

TOGETHER: Final = 250
"""How many contents are waited for together; each is an open file until then."""

DRAFT: Final = "draft"
"""How the name of a content begins that has not got its own yet."""


class NotInVault(NotFound):
    """The vault does not have this content (any more)."""

    vi = "Kho hồ sơ không có (hoặc không còn) nội dung này."


class Altered(Untrusted):
    """This content is not what its digest says."""

    vi = "Nội dung không khớp mã băm của nó."


REDACTED = "đã xóa / redacted"
"""What stands where personal data was lawfully erased."""


class Vault:
    """A folder of contents by SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep bytes durably and return their digest."""
        return self.put_all((data,))[0]

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep contents durably, waited for together, and return their digests.

        Only for who holds the ledger's lock: drafts that lie here are of somebody killed, or of
        one who has lost the lock unknowingly, and are taken away. Who had one meets ``Busy``.
        """
        digests = [sha256(data).hexdigest() for data in contents]
        named = dict(zip(digests, contents, strict=True))
        new = [digest for digest in named if not self._place(digest).exists()]
        self.settle(named.keys() - set(new))
        if new:
            self._clear()
        for start in range(0, len(new), TOGETHER):
            self._put({self._place(own): named[own] for own in new[start : start + TOGETHER]})
        return digests

    def _put(self, new: Mapping[Path, bytes]) -> None:
        folders = {place.parent for place in new}
        missing = [folder for folder in folders if not folder.exists()]
        for folder in missing:
            folder.mkdir(parents=True, exist_ok=True)
        if missing:
            sync(self._folder)
        # Nobody else has a draft of this name: what is written comes under its own digest alone.
        mark = token_hex(8)
        drafts = {self._folder / f"{DRAFT}-{mark}-{n}": place for n, place in enumerate(new)}
        with ExitStack() as undo:
            undo.callback(_gone, drafts)
            with Waits() as waits:
                for draft, data in zip(drafts, new.values(), strict=True):
                    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
                    waits.write(handle, data)
            self._name(drafts)
            undo.pop_all()
        for folder in folders:
            sync(folder)

    def _name(self, drafts: Mapping[Path, Path]) -> None:
        try:
            for draft, place in drafts.items():
                draft.rename(place)
        except FileNotFoundError as error:  # whoever has the lock by now has taken it away
            raise Busy(str(self._folder)) from error

    def _clear(self) -> None:
        _gone(self._folder / name for name in os.listdir(self._folder) if name.startswith(DRAFT))

    def get(self, digest: str) -> bytes:
        """Return the bytes of a digest, or raise ``NotInVault`` or ``Altered``."""
        try:
            data = self._place(digest).read_bytes()
        except FileNotFoundError:
            raise NotInVault(digest) from None
        if sha256(data).hexdigest() != digest:
            raise Altered(digest)
        return data

    def found(self, digest: str) -> bytes | None:
        """Return the bytes of a digest as they are, unchecked, or ``None``."""
        try:
            return self._place(digest).read_bytes()
        except FileNotFoundError:
            return None

    def digests(self) -> Iterator[str]:
        """Yield the digest of each content that is here."""
        for part in sorted(self._folder.iterdir()):
            if part.is_dir():
                names = (place.name for place in part.iterdir())
                yield from sorted(name for name in names if _is_digest(name, part.name))

    def settle(self, digests: Iterable[str]) -> None:
        """Return when it is on the disk whether these are here.

        It may be so in memory only: whoever put or destroyed one may have been killed.
        """
        for folder in {self._place(digest).parent for digest in digests}:
            if folder.exists():
                sync(folder)

    def destroy(self, digest: str) -> bool:
        """Destroy the bytes of a digest for good; tell whether they were here."""
        place = self._place(digest)
        try:
            place.unlink()
        except FileNotFoundError:
            return False
        sync(place.parent)
        return True

    def personal(self, digest: str) -> str:
        """Return the personal text behind a digest, or ``REDACTED``."""
        try:
            return str(json.loads(self.get(digest))["value"])
        except NotInVault:
            return REDACTED

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _gone(drafts: Iterable[Path]) -> None:
    for draft in drafts:
        draft.unlink(missing_ok=True)


def _is_digest(name: str, part: str) -> bool:
    return name.startswith(part) and _DIGEST.fullmatch(name) is not None
