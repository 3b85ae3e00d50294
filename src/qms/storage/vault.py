"""The vault: evidence and personal data by digest, outside git, so that it can be destroyed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from ..errors import NotFound, Untrusted


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
        digest = sha256(data).hexdigest()
        place = self._place(digest)
        if place.exists():
            return digest
        if not place.parent.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            _sync(self._folder)
        # One name for all: what somebody killed has left is written over, and never piles up.
        draft = self._folder / "draft"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place)
        _sync(place.parent)
        return digest

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
                yield from sorted(place.name for place in part.iterdir())

    def destroy(self, digest: str) -> bool:
        """Destroy the bytes of a digest for good; tell whether they were here."""
        place = self._place(digest)
        try:
            place.unlink()
        except FileNotFoundError:
            return False
        _sync(place.parent)
        return True

    def personal(self, digest: str) -> str:
        """Return the personal text behind a digest, or ``REDACTED``."""
        try:
            return str(json.loads(self.get(digest))["value"])
        except NotInVault:
            return REDACTED

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
