"""The obvious way: GitPython's index and SQLAlchemy's ORM, as most people would begin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from git import Repo
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"
    path: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]


class Entry(Base):
    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    at: Mapped[str]
    commit: Mapped[str]


class Way:
    """A repository with a work tree, and a database beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._repository = folder, Repo(folder)
        self._engine = create_engine(f"sqlite:///{folder}.db")

        @event.listens_for(self._engine, "connect")
        def durable(connection, _):  # type: ignore[no-untyped-def]
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

        Base.metadata.create_all(self._engine)

    def submit(self, path: str, text: str) -> None:
        (self._folder / path).write_text(text, "utf-8")
        index = self._repository.index
        index.add([path])
        commit = index.commit("Rút ngắn bước 3")
        with Session(self._engine) as session, session.begin():
            document = session.get(Document, path) or Document(path=path)
            document.state = "in_review"
            session.add(document)
            at = datetime.now(UTC).isoformat()
            session.add(Entry(path=path, at=at, commit=commit.hexsha))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._repository.close()
        self._engine.dispose()
