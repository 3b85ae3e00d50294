"""Altering a living system past all guards, as somebody with the disk in hand would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from qms.proofs.checkpoint import Checkpoint
from qms.proofs.merkle import Frontier, leaf_hash
from qms.storage import keys
from qms.storage.promises import Promised
from qms.values import canonical
from tests.systems import Office, connected

Told = dict[str, Any]
"""One entry, as its JSON says it."""


def rechained(
    office: Office,
    alter: Callable[[list[Told]], object],
    lie: Told | None = None,
    *,
    key: bool = True,
) -> None:
    """Write the whole trail anew after an alteration, tree and head with it.

    ``lie`` is said by the last entry after everything in it was made to agree. Whoever has the
    ``key`` signs every checkpoint again, and says that this was what it promised.
    """
    rows = office.sql('SELECT data FROM entry ORDER BY "index"')
    entries = [json.loads(bytes(data)) for (data,) in rows]
    alter(entries)
    frontier, datas, nodes = Frontier(), [], []
    for index, entry in enumerate(entries):
        entry |= {"index": index, "root": frontier.root().hex()}
        entry |= lie or {} if entry is entries[-1] else {}
        datas.append(canonical(entry))
        frontier, made = frontier.grow(leaf_hash(datas[-1]))
        nodes += made
    _write(office, datas, nodes, frontier)
    if key:
        resigned(office, datas)


def resigned(office: Office, datas: list[bytes]) -> None:
    """Sign every checkpoint of a rewritten trail again, with the key of the office."""
    signer = keys.read(office.keys / "log.key")
    log, frontier = json.loads(datas[0])["log"], Frontier()
    sizes = {size for (size,) in office.sql("SELECT size FROM checkpoint")}
    said = {}
    for data in datas:
        frontier = frontier.append(leaf_hash(data))
        if frontier.size in sizes:
            said[frontier.size] = Checkpoint(log, frontier.size, frontier.root())
    office.sql("DELETE FROM checkpoint")
    for size, one in said.items():
        row = {"size": size, "note": one.signed(signer).data()}
        office.sql("INSERT INTO checkpoint VALUES (:size, :note)", **row)
    last = Promised(said[max(said)], signer.verifier.id)
    (office.keys / "log.promises").write_text(f"{last.line()}\n")


def _write(office: Office, datas: list[bytes], nodes: list[Any], frontier: Frontier) -> None:
    with connected(office.folder) as connection:
        connection.disarm()
        connection.run("DELETE FROM entry")
        connection.run("DELETE FROM node")
        for index, data in enumerate(datas):
            said = json.loads(data)
            row = {name: str(said[name]) for name in ("at", "kind", "item")}
            actor = said["actor"]
            row["actor"] = actor["id"] if isinstance(actor, dict) and "id" in actor else str(actor)
            words = "VALUES (:index, :at, :actor, :kind, :item, :data)"
            connection.run(f"INSERT INTO entry {words}", index=index, data=data, **row)
        for node in nodes:
            connection.run("INSERT INTO node VALUES (:level, :idx, :hash)", **node._asdict())
        right = {"size": frontier.size, "peaks": frontier.to_bytes()}
        right |= {name: str(said[name]) for name in ("log", "at")}
        words = "size = :size, peaks = :peaks, log = :log, at = :at"
        connection.run(f"UPDATE head SET {words}", **right)


def amended(office: Office, put: dict[str, bytes | None]) -> None:
    """Make the newest commit again, under its own words, with other files."""
    index = {"GIT_INDEX_FILE": str(office.folder / "index")}
    office.git("read-tree", "main", **index)
    for path, data in put.items():
        blob = office.git("hash-object", "-w", "--stdin", data=data or b"")
        line = f"{0 if data is None else 100644} {blob}\t{path}\n"
        office.git("update-index", "--index-info", data=line.encode(), **index)
    tree = office.git("write-tree", **index)
    message = office.git("log", "-1", "--format=%B", "main").encode() + b"\n"
    commit = office.git("commit-tree", tree, "-p", "main^", "-F", "-", data=message)
    office.git("update-ref", "refs/heads/main", commit)
