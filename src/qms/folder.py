"""Where everything of one organisation lies: one folder, described by ``qms.toml``."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

from .errors import Conflict, NotFound, Refused, Unreadable

NAME: Final = "qms.toml"
FORMAT: Final = 1
SAID: Final = ("database", "keys", "vault", "replica")
"""What it may say, besides its format and the name of the store."""

OWN_VAULT: Final = "vault"
"""Where the vault is that a founding makes, within its folder."""


class NotAFolder(NotFound):
    """This folder is no quality management system (it has no qms.toml)."""

    vi = "Thư mục này không phải hệ thống quản lý chất lượng (không có qms.toml)."


class BadFolder(Unreadable):
    """The file qms.toml of this folder is not in the agreed form."""

    vi = "Tệp qms.toml của thư mục này không đúng khuôn dạng."


class NotReadable(Conflict):
    """You may not read this here; ask whoever keeps it."""

    vi = "Không được phép đọc nơi này; hãy hỏi người giữ nó."


class FolderTaken(Refused):
    """A system is founded, or put back, in a new or empty folder; choose one."""

    vi = (
        "Chỉ thiết lập hoặc khôi phục hệ thống trong thư mục mới hoặc trống; hãy chọn thư mục khác."
    )


class NotOpened(Conflict):
    """The system stands here, but could not be opened yet; open it again."""

    exit_code = 8

    vi = "Hệ thống đã có ở nơi này nhưng chưa mở được; hãy mở lại."


class Folder(NamedTuple):
    """The places of one system."""

    path: Path
    store_name: str
    database: str
    keys: Path
    """Where the keys are, apart from the rest: beside the folder, unless said otherwise."""
    vault_said: str = OWN_VAULT
    """Where the vault is, from the folder on: machines that work on one ledger share it.

    Empty for one that joined and shares none: its own begins without what the others have.
    """
    replica: str = ""
    """The address of a replica of the database, which answers questions; empty for none."""

    @classmethod
    def new(cls, path: Path) -> Self:
        """Return the folder of a system that comes into being."""
        return cls(path, f"store-{secrets.token_hex(8)}", "", keys_of(path))

    @property
    def store(self) -> Path:
        """Return where git is."""
        return self.path / "store.git"

    @property
    def vault(self) -> Path:
        """Return where evidence and personal data are."""
        return self.path / (self.vault_said or OWN_VAULT)

    @property
    def ledger_lock(self) -> Path:
        """Return the file on which writers queue."""
        return self.path / "ledger.lock"

    @property
    def store_lock(self) -> Path:
        """Return the file on which writers to git queue."""
        return self.path / "store.lock"

    @classmethod
    def at(cls, path: Path, *, new: bool = False) -> Self:
        """Return a system's folder, or raise ``NotAFolder``, ``NotReadable`` or ``BadFolder``.

        ``new`` is one that comes into being: its database is as it says, whatever
        ``QMS_DATABASE`` says.
        """
        try:
            said = tomllib.loads((path / NAME).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise NotAFolder(str(path)) from None
        except PermissionError:
            raise NotReadable(str(path / NAME)) from None
        except OSError as error:
            raise BadFolder(f"{path / NAME}: {error.strerror}") from None
        except (ValueError, RecursionError) as error:  # 5,000 digits are no TOMLDecodeError
            raise BadFolder(f"{path / NAME}: {error}") from None
        words = {name: value for name, value in said.items() if name != "format"}
        strange = set(words) - {"store", *SAID} or not words.get("store")
        texts = all(isinstance(value, str) for value in words.values())
        if said.get("format") != FORMAT or strange or not texts:
            raise BadFolder(str(path / NAME))
        return cls._told(path.absolute(), words, "" if new else given())

    @classmethod
    def _told(cls, path: Path, said: dict[str, str], outranking: str) -> Self:
        database = outranking or said.get("database")
        address = database or f"sqlite:///{path / 'ledger.db'}"
        # Whoever names another database does not mean the replica of this one.
        near = "" if outranking else said.get("replica", "")
        replica = os.environ.get("QMS_REPLICA") or near
        keys, vault = said.get("keys", ""), said.get("vault", OWN_VAULT)
        return cls(path, said["store"], address, keys_of(path, keys), vault, replica)

    def write(
        self, database: str = "", keys: str = "", vault: str = OWN_VAULT, replica: str = ""
    ) -> None:
        """Write ``qms.toml``: what is not as a founding has it."""
        lines = [f"format = {FORMAT}", f"store = {_quoted(self.store_name)}"]
        said = dict(zip(SAID, (database, keys, vault, replica), strict=True))
        usual = dict.fromkeys(SAID, "") | {"vault": OWN_VAULT}
        lines += [f"{name} = {_quoted(said[name])}" for name in SAID if said[name] != usual[name]]
        file = self.path / NAME
        file.touch(0o600 if database or replica else 0o666)  # an address may hold a password
        file.write_text("\n".join(lines) + "\n", "utf-8")


def _quoted(text: str) -> str:
    """Return a text as a string of TOML, which knows no halves of letters."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def given() -> str:
    """Return the address of a database that the environment names, empty for none."""
    return os.environ.get("QMS_DATABASE", "")


def keys_of(path: Path, said: str = "") -> Path:
    """Return where the keys of a system are: as the environment says, as is said, or beside it."""
    path = path.absolute()
    if own := os.environ.get("QMS_KEYS"):
        return Path(own).absolute()
    return path / said if said else path.with_name(f"{path.name}.keys")


@contextmanager
def arising(path: Path) -> Iterator[Path]:
    """Give a place to build a system in; it comes to stand at a path as a whole, or not at all.

    Raise ``FolderTaken`` where something lies there.
    """
    path = path.absolute()
    if os.path.lexists(path) and (not path.is_dir() or any(path.iterdir())):
        raise FolderTaken(str(path))
    # An empty folder may be a mount, or where somebody stands: it is filled, not replaced.
    within = path if path.exists() else path.parent
    new = within / f".{path.name}.{secrets.token_hex(4)}"
    missing = [parent for parent in new.parents if not parent.exists()]
    try:
        new.mkdir(parents=True)
        yield new
        _put(new, path)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        with suppress(OSError):
            for parent in missing:
                parent.rmdir()
        raise


def _put(new: Path, path: Path) -> None:
    if new.parent != path:
        if path.exists():  # somebody was quicker
            raise FolderTaken(str(path))
        new.rename(path)
        return
    # Last the file that makes it a system.
    for part in sorted(new.iterdir(), key=lambda part: part.name == NAME):
        part.rename(path / part.name)
    new.rmdir()
