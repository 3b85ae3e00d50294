"""Where everything of one organisation lies: one folder, described by ``qms.toml``."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final, NamedTuple, Self

from .errors import NotFound, Refused, Unreadable

NAME: Final = "qms.toml"
FORMAT: Final = 1


class NotAFolder(NotFound):
    """This folder is no quality management system (it has no qms.toml)."""

    vi = "Thư mục này không phải hệ thống quản lý chất lượng (không có qms.toml)."


class BadFolder(Unreadable):
    """The file qms.toml of this folder is not in the agreed form."""

    vi = "Tệp qms.toml của thư mục này không đúng khuôn dạng."


class FolderTaken(Refused):
    """A system is founded in a new or empty folder."""

    vi = "Chỉ thiết lập hệ thống trong thư mục mới hoặc trống."


class Folder(NamedTuple):
    """The places of one system."""

    path: Path
    store_name: str
    database: str

    @property
    def store(self) -> Path:
        """Return where git is."""
        return self.path / "store.git"

    @property
    def vault(self) -> Path:
        """Return where evidence and personal data are."""
        return self.path / "vault"

    @property
    def ledger_lock(self) -> Path:
        """Return the file on which writers queue."""
        return self.path / "ledger.lock"

    @property
    def store_lock(self) -> Path:
        """Return the file on which writers to git queue."""
        return self.path / "store.lock"

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the folder of a system, or raise ``NotAFolder`` or ``BadFolder``."""
        try:
            said = tomllib.loads((path / NAME).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise NotAFolder(str(path)) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadFolder(f"{path / NAME}: {error}") from None
        if set(said) - {"format", "store", "database"} or said.get("format") != FORMAT:
            raise BadFolder(str(path / NAME))
        return cls._told(path, said)

    @classmethod
    def _told(cls, path: Path, said: dict[str, object]) -> Self:
        database = os.environ.get("QMS_DATABASE") or str(said.get("database") or "")
        url = database or f"sqlite:///{path / 'ledger.db'}"
        return cls(path, str(said.get("store") or "store"), url)

    def write(self, database: str = "") -> None:
        """Write ``qms.toml``."""
        lines = [f"format = {FORMAT}", f'store = "{self.store_name}"']
        if database:
            lines.append(f"database = {database!r}")
        (self.path / NAME).write_text("\n".join(lines) + "\n", "utf-8")
