"""Checks a clone without qms: ``python examples/check_clone.py clone.git``.

It needs git and Python's standard library, and follows docs/format.md. It shows that the clone
holds together: every entry follows those before it, every commit is what its entries say, every
file has the digest that an entry promised. It does not judge the rules of the quality system
again; ``qms verify`` does that.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any


def main(clone: str) -> None:
    trail = Trail(clone)
    for commit in git(clone, "rev-list", "--reverse", "--topo-order", "refs/heads/main").split():
        trail.take(commit.decode())
    print(f"{trail.size} entries, {len(trail.files)} files, root {trail.root()}: nothing found")


class Trail:
    """What the commits so far have brought."""

    def __init__(self, clone: str) -> None:
        self.clone = clone
        self.size, self.peaks, self.last, self.parent = 0, [], None, ""
        self.files: dict[str, str] = {}

    def take(self, commit: str) -> None:
        """Check one commit: its entries, its own words, its files."""
        said = git(self.clone, "cat-file", "commit", commit).decode()
        found = re.search(r"^Entries: (\d+)-(\d+)\n\Z", said, re.MULTILINE)
        expect(found, f"{commit} names its entries")
        first, last = int(found[1]), int(found[2])
        changed = dict(changes(self.clone, commit))
        blobs = [changed.pop(place(index)) for index in range(first, last + 1)]
        lines = [git(self.clone, "cat-file", "blob", blob) for blob in blobs]
        operation = [self.entry(line, [first, last + 1 - first]) for line in lines]
        if note := changed.pop("trail/checkpoint", ""):
            self.checkpoint(git(self.clone, "cat-file", "blob", note).decode())
        tree = said.partition("\n")[0]
        expect(said == words(tree, self.parent, operation), f"{commit} says what its entries say")
        self.lay_out(operation, changed)
        self.parent = commit

    def checkpoint(self, note: str) -> None:
        """Check what a signed note says of the entries so far; not its signature."""
        root = b64encode(bytes.fromhex(self.root())).decode()
        text = f"{self.last['log']}\n{self.size}\n{root}\n\n"
        expect(note.startswith(text), f"the checkpoint of {self.size} entries is of this trail")

    def entry(self, line: bytes, operation: list[int]) -> dict[str, Any]:
        """Check one entry: its form, its place, what it says of those before it."""
        entry, name = json.loads(line), f"entry {self.size}"
        expect(line == canonical(entry), f"{name} is in canonical form")
        expect(entry["index"] == self.size, f"{name} has its number")
        expect(entry["root"] == self.root(), f"{name} follows those before it")
        expect(entry["operation"] == operation, f"{name} belongs to its commit")
        if self.last:
            expect(entry["log"] == self.last["log"], f"{name} is of this trail")
            expect(entry["at"] > self.last["at"], f"{name} is later than the one before")
        self.grow(sha256(b"\x00" + line).digest())
        self.last = entry
        return entry

    def grow(self, leaf: bytes) -> None:
        """Take a leaf into the tree: RFC 9162, 2.1."""
        place = self.size
        while place & 1:
            leaf, place = sha256(b"\x01" + self.peaks.pop() + leaf).digest(), place >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> str:
        root = b""
        for peak in reversed(self.peaks):
            root = sha256(b"\x01" + peak + root).digest() if root else peak
        return (root or sha256(b"").digest()).hex()

    def lay_out(self, operation: list[dict[str, Any]], changed: dict[str, str]) -> None:
        """Check that the commit changed the files that its entries name, and no others."""
        after: dict[str, str] = {}
        over = set()
        for entry in operation:
            over |= {after[path] for path in entry["files"] if after.get(path)}
            after |= {path: kept["sha256"] if kept else "" for path, kept in entry["files"].items()}
        after |= {f"earlier/{digest[:2]}/{digest}": digest for digest in over - set(after.values())}
        for path in after.keys() | changed.keys():
            digest = self.digest(changed[path]) if path in changed else self.files.get(path, "")
            expect(digest == after.get(path), f"{path} has the promised digest")
        self.files = {path: digest for path, digest in (self.files | after).items() if digest}

    def digest(self, blob: str) -> str:
        return sha256(git(self.clone, "cat-file", "blob", blob)).hexdigest() if blob else ""


def words(tree: str, parent: str, operation: list[dict[str, Any]]) -> str:
    """Return the commit that an operation must have, given its tree."""
    first, last = operation[0], operation[-1]
    seconds = int(datetime.fromisoformat(last["at"]).replace(microsecond=0).timestamp())
    by = f"{first['actor']['id']} <> {seconds} +0000"
    more = f" (+{len(operation) - 1})" if len(operation) > 1 else ""
    past = f"parent {parent}\n" if parent else ""
    subject = f"{first['kind']} {first['item']}{more}"
    entries = f"Entries: {first['index']}-{last['index']}"
    return f"{tree}\n{past}author {by}\ncommitter {by}\n\n{subject}\n\n{entries}\n"


def changes(clone: str, commit: str) -> Iterator[tuple[str, str]]:
    """Yield each path that a commit changes, with its new blob, empty where it is gone."""
    listed = git(clone, "diff-tree", "--root", "-r", "-z", "--no-renames", "--no-commit-id", commit)
    parts = listed.decode().split("\0")
    for said, path in zip(parts[0::2], parts[1::2], strict=False):
        _, mode, _, blob, status = said.split()
        expect(mode in ("100644", "000000"), f"{path} is a plain file")
        yield path, "" if status == "D" else blob


def place(index: int) -> str:
    digits = f"{index:08}"
    return f"trail/{digits[:2]}/{digits[2:4]}/{digits[4:6]}/{digits[6:]}.json"


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def git(clone: str, *words: str) -> bytes:
    command = ["git", "--no-replace-objects", f"--git-dir={clone}", *words]
    done = subprocess.run(command, check=False, capture_output=True)
    expect(
        done.returncode == 0, f"git reads {clone}: {done.stderr.decode(errors='replace').strip()}"
    )
    return done.stdout


def expect(holds: object, says: str) -> None:
    if not holds:
        sys.exit(f"It does not hold that {says}.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/check_clone.py store.git")
    main(sys.argv[1])
