"""The store against git itself, against a hostile neighbourhood, and against being killed."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from git import Commit, Repo
from gitdb import IStream
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.errors import Conflict, NotFound, Refused, Unreadable, Untrusted
from qms.storage import branch, durable, layout, objects, packs, repository, store, trees
from qms.storage.durable import Waits
from qms.storage.store import Blob, Store, blob_id
from tests.systems import unpacked

AT = datetime(2024, 7, 15, 8, 30, tzinfo=UTC)
NOBODY = "1" * 40
CLEAN = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}

Files = dict[str, bytes | Blob | None]


def git(path: Path, *words: str, data: bytes = b"", check: bool = True) -> str:
    done = subprocess.run(
        ["git", "-C", path, *words], input=data, capture_output=True, env=CLEAN, check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def fsck(kept: Store) -> str:
    done = subprocess.run(
        ["git", "-C", kept.path, "fsck", "--strict", "--no-dangling"],
        capture_output=True,
        env=CLEAN,
        check=True,
    )
    return (done.stdout + done.stderr).decode()


def commit(
    kept: Store,
    files: Files,
    parent: str | None,
    *,
    message: str = "m",
    author: str = "lan",
    at: datetime = AT,
) -> str:
    """Write a commit; the branch does not move."""
    made = kept.compose(files, parent, message=message, author=author, at=at)
    kept.keep(made)
    return made.id


def put(kept: Store, files: Files, *, message: str = "Ban hành", at: datetime = AT) -> str:
    """Commit on the head, and advance."""
    head = kept.head()
    new = commit(kept, files, head, message=message, at=at)
    kept.advance(head, new)
    return new


def held(kept: Store) -> list[str]:
    """Every object, as often as it lies there."""
    names = [str(file) for file in sorted((kept.path / "objects/pack").glob("*.idx"))]
    rows = [git(kept.path, "show-index", data=Path(name).read_bytes()) for name in names]
    packed = [row.split()[1] for rows in rows for row in rows.splitlines()]
    loose = [f"{file.parent.name}{file.name}" for file in (kept.path / "objects").glob("??/*")]
    return sorted(packed + loose)


def file_of(kept: Store, id: str) -> Path:
    return kept.path / "objects" / id[:2] / id[2:]


def file_unpacked(kept: Store, id: str) -> Path:
    unpacked(kept.path)
    return file_of(kept, id)


def literally(kept: Store, kind: str, data: bytes) -> str:
    return git(kept.path, "hash-object", "-w", "-t", kind, "--literally", "--stdin", data=data)


def commit_of(kept: Store, tree: str, *parents: str) -> str:
    past = "".join(f"parent {parent}\n" for parent in parents)
    text = f"tree {tree}\n{past}author x <> 1 +0000\ncommitter x <> 1 +0000\n\nx"
    return literally(kept, "commit", text.encode())


@pytest.fixture
def kept(tmp_path) -> Iterator[Store]:
    with Store.create(tmp_path / "store.git") as made:
        yield made


# ── What git thinks of it ───────────────────────────────────────────────────────────────────────


def test_a_new_store_is_a_bare_repository_whose_main_is_yet_to_come(kept):
    assert kept.head() is None
    assert list(kept.commits()) == []
    assert git(kept.path, "rev-parse", "--is-bare-repository") == "true"
    assert git(kept.path, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(kept.path, "config", "gc.auto") == "0"
    assert not (kept.path / "hooks").exists()


# Folders and files that git sorts otherwise than their names: a- < a.c < a/ < a0.
FOLDERS = st.lists(st.sampled_from(["a", "a-b", "a.b", "b"]), max_size=2)
PATHS = st.builds(
    lambda folders, name: "/".join([*folders, name]),
    FOLDERS,
    st.sampled_from(["a-", "a.c", "a0", "z%20_+Z"]),
)
OPERATIONS = st.lists(
    st.dictionaries(PATHS, st.none() | st.binary(max_size=20), max_size=4), min_size=1, max_size=5
)


def fast_import(path: Path, operations: list[dict[str, bytes | None]]) -> list[str]:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True, env=CLEAN)
    script = bytearray()
    for number, files in enumerate(operations, 1):
        by = f"lan <> {int(AT.timestamp()) + number} +0000"
        message = f"Lần {number}".encode()
        script += f"commit refs/heads/main\nmark :{number}\n".encode()
        script += f"author {by}\ncommitter {by}\ndata {len(message)}\n".encode() + message + b"\n"
        for name, data in files.items():
            if data is None:
                script += f"D {name}\n".encode()
            else:
                script += f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n"
    git(path, "fast-import", "--quiet", data=bytes(script))
    return git(path, "rev-list", "--reverse", "main").splitlines()


@settings(max_examples=40, deadline=None)
@given(OPERATIONS)
def test_every_commit_is_the_one_git_itself_would_make(operations):
    with TemporaryDirectory() as folder, Store.create(Path(folder, "ours.git")) as ours:
        made = [
            put(ours, dict(files), message=f"Lần {number}", at=AT + timedelta(seconds=number))
            for number, files in enumerate(operations, 1)
        ]

        assert made == fast_import(Path(folder, "theirs.git"), operations)
        assert made == list(ours.commits())
        assert fsck(ours) == ""


def test_a_commit_reads_back_as_it_was_written(kept):
    first = put(kept, {"procedures/qt-05.md": "Quy trình".encode(), "trail/checkpoint": b"1"})
    second = put(kept, {"trail/checkpoint": b"2"}, message="Sửa đổi\n\nLần 2\n")

    assert kept.head() == second
    assert kept.read("procedures/qt-05.md", second).decode() == "Quy trình"
    assert kept.read("trail/checkpoint", first) == b"1"
    assert kept.blob(blob_id(b"2")) == b"2"
    assert kept.message(second) == "Sửa đổi\n\nLần 2\n"
    assert kept.parents(second) == (first,)
    assert kept.parents(first) == ()


def test_gitpython_reads_what_was_written(kept):
    head = put(kept, {"a/b": b"1"})

    with Repo(kept.path) as repository:
        assert repository.head.commit.hexsha == head
        assert (repository.head.commit.tree / "a" / "b").data_stream.read() == b"1"


def test_what_gitpython_writes_goes_the_same_way(kept, monkeypatch):
    monkeypatch.setenv("PATH", "")  # no process can start
    theirs = repository.Repository(str(kept.path))

    stream = theirs.odb.store(IStream(b"blob", 1, BytesIO(b"1")))

    assert stream.hexsha.decode() == blob_id(b"1")
    assert kept.blob(blob_id(b"1")) == b"1"


def test_gitpython_reads_and_commits_onto_what_was_written(kept, monkeypatch):
    head = put(kept, {"a/b": b"1"})
    monkeypatch.setenv("PATH", "")  # no process can start
    theirs = repository.Repository(str(kept.path))
    parent = theirs.commit(head)

    made = Commit.create_from_tree(theirs, parent.tree, "x", parent_commits=[parent])

    assert (theirs.commit(made.hexsha).tree / "a" / "b").data_stream.read() == b"1"
    assert kept.parents(made.hexsha) == (head,)
    theirs.close()


# ── One commit ──────────────────────────────────────────────────────────────────────────────────


def test_the_same_commit_twice_is_one_commit_and_writes_nothing_more(kept):
    first = commit(kept, {"a/b": b"1", "c": b"2"}, None)
    before = {file: file.stat().st_ino for file in kept.path.rglob("*")}

    again = commit(kept, {"c": b"2", "a/b": b"1"}, None)

    assert again == first
    assert {file: file.stat().st_ino for file in kept.path.rglob("*")} == before


def test_a_commit_that_is_only_composed_is_nowhere(kept):
    head = put(kept, {"a/b": b"1"})
    before = held(kept)

    made = kept.compose({"a/b": b"2"}, head, message="m", author="lan", at=AT)

    assert held(kept) == before
    assert commit(kept, {"a/b": b"2"}, head) == made.id
    assert sorted([*before, *made.objects]) == held(kept)


def test_a_commit_knows_the_second_and_no_time_zone_but_utc(kept):
    def at(moment):
        return commit(kept, {"a": b"1"}, None, at=moment)

    hanoi = AT.astimezone().replace(microsecond=999_999)

    assert at(hanoi) == at(AT)
    assert at(AT + timedelta(seconds=1)) != at(AT)


def test_the_branch_stays_where_it_is_until_it_is_advanced(kept):
    head = put(kept, {"a": b"1"})

    commit(kept, {"a": b"2"}, head)

    assert kept.head() == head


def test_removing_the_last_file_removes_its_folders(kept):
    put(kept, {"a/b/c": b"1", "a/d": b"2", "e": b"3"})

    assert [path for path, _ in kept.files(put(kept, {"a/b/c": None}))] == ["a/d", "e"]
    assert git(kept.path, "ls-tree", "--name-only", "main:a") == "d"
    assert [path for path, _ in kept.files(put(kept, {"a/d": None}))] == ["e"]
    assert git(kept.path, "ls-tree", "--name-only", "main") == "e"


def test_removing_everything_leaves_the_empty_tree(kept):
    put(kept, {"a/b": b"1"})
    head = put(kept, {"a/b": None})

    assert list(kept.files(head)) == []
    assert fsck(kept) == ""


def test_removing_what_is_not_there_changes_no_file(kept):
    first = put(kept, {"a": b"1"})
    second = put(kept, {"b": None, "c/d": None})

    assert list(kept.changed(first, second)) == []


def test_content_the_store_holds_is_named_by_its_id(kept):
    put(kept, {"drafts/qt-05.md": b"1"})

    head = put(kept, {"drafts/qt-05.md": None, "procedures/qt-05.md": Blob(blob_id(b"1"))})

    assert kept.read("procedures/qt-05.md", head) == b"1"


def test_content_nobody_holds_cannot_be_named(kept):
    with pytest.raises(objects.Missing):
        put(kept, {"a": Blob(NOBODY)})


def test_a_folder_is_no_content(kept):
    head = put(kept, {"a/b": b"1"})
    tree = git(kept.path, "rev-parse", f"{head}:a")

    with pytest.raises(trees.StrangeObject):
        put(kept, {"c": Blob(tree)})


@pytest.mark.parametrize("again", [{"a/b": b"2"}, {"a/b": None}])
def test_a_file_is_no_folder(kept, again):
    put(kept, {"a": b"1"})

    with pytest.raises(trees.FileAndFolder):
        put(kept, again)


@pytest.mark.parametrize("again", [{"a": b"2"}, {"a": None}, {"a": Blob(blob_id(b"1"))}])
def test_a_folder_is_no_file(kept, again):
    put(kept, {"a/b": b"1"})

    with pytest.raises(trees.FileAndFolder):
        put(kept, again)


@pytest.mark.parametrize("files", [{"a": b"", "a/b": b""}, {"a/b": b"", "a": None}])
def test_one_commit_cannot_make_a_path_both(kept, files):
    with pytest.raises(trees.FileAndFolder):
        put(kept, files)


@pytest.mark.parametrize(
    "author", ["", " ", "lan\nparent x", "lan <lan@x>", "l\0", " lan", "\ud800"]
)
def test_an_author_is_one_line(kept, author):
    with pytest.raises(trees.UnfitCommit):
        commit(kept, {}, None, author=author)


@pytest.mark.parametrize("message", ["a\0b", "\ud800"])
def test_a_message_is_text(kept, message):
    with pytest.raises(trees.UnfitCommit):
        commit(kept, {}, None, message=message)


@pytest.mark.parametrize("at", [AT.replace(tzinfo=None), datetime(1969, 12, 31, tzinfo=UTC)])
def test_a_moment_has_a_time_zone_and_is_not_before_git_counts(kept, at):
    with pytest.raises(trees.UnfitCommit):
        commit(kept, {}, None, at=at)


def test_a_commit_needs_a_parent_that_is_there(kept):
    with pytest.raises(objects.Missing):
        commit(kept, {}, NOBODY)


# ── What it costs ───────────────────────────────────────────────────────────────────────────────


def filled(kept: Store, count: int) -> None:
    put(kept, {f"procedures/{n % 100:02}/qt-{n}.md": b"same" for n in range(count)})


def written_by_one_revision(kept: Store, count: int) -> int:
    filled(kept, count)
    before = held(kept)
    put(kept, {"procedures/42/qt-42.md": b"new", "trail/00/00/01.json": b"{}"})
    return len(held(kept)) - len(before)


def test_a_revision_writes_as_many_objects_among_ten_thousand_files_as_among_a_hundred(tmp_path):
    counts = []
    for size in (100, 10_000):
        with Store.create(tmp_path / f"{size}.git") as kept:
            counts.append(written_by_one_revision(kept, size))

    # 2 blobs, the folders procedures, 42, trail, 00 and 00, the root, the commit
    assert counts == [9, 9]


def test_a_revision_reads_only_the_folders_it_changes(kept):
    head = put(kept, {"a/x": b"1", "b/x": b"2"})
    file_unpacked(kept, git(kept.path, "rev-parse", f"{head}:b")).unlink()
    with Store(kept.path) as fresh:
        put(fresh, {"a/x": b"3"})


@pytest.mark.parametrize("packed", [False, True])
def test_no_process_is_started(kept, monkeypatch, packed):
    first = put(kept, {"a/b": b"1"})
    if packed:
        git(kept.path, "gc", "-q")
    monkeypatch.setenv("PATH", "")

    with Store(kept.path) as fresh:
        second = put(fresh, {"a/b": b"2", "c": Blob(blob_id(b"1"))})
        assert fresh.read("a/b", second) == b"2"
        assert dict(fresh.changed(first, second)) == {"a/b": blob_id(b"2"), "c": blob_id(b"1")}
        with pytest.raises(objects.Missing):
            fresh.blob(NOBODY)


def test_the_cache_lets_go_of_what_was_unused_for_longest():
    tree = trees.Tree.parse(NOBODY, row(b"100644", b"a" * 12))
    cache = objects.TreeCache(room=2 * tree.room)

    cache.put("1", tree)
    cache.put("2", tree)
    cache.get("1")
    cache.put("3", tree)

    assert [cache.get(id) is not None for id in "123"] == [True, False, True]


def test_a_store_remembers_no_folder_as_it_was_before(kept):
    for turn in range(20):
        put(kept, {"a/b/c": b"%d" % turn, f"d/{turn}": b"1"})

    inner = git(kept.path, "ls-tree", "-rtd", "--object-only", "main").split()
    assert kept._trees._trees.keys() == {*inner, git(kept.path, "rev-parse", "main^{tree}")}


def test_the_index_of_a_large_pack_is_not_held_in_memory(kept):
    put(kept, {"a": b"1"})
    put(kept, {f"b/{number}": b"%d" % number for number in range(3_000)})

    large, small = kept._objects._packs.values()
    assert ("_index" in vars(small), "_index" in vars(large)) == (True, False)


# ── The disk ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["Linux", "elsewhere"])
def system(request, monkeypatch):
    """Whether two files can change places at once."""
    if request.param != "Linux":
        monkeypatch.setattr(durable, "_RENAME", None)


def test_everything_is_on_the_disk_before_it_has_its_name(kept, system, monkeypatch):
    put(kept, {"a/b": b"1"})
    done: list[tuple[str, str]] = []

    def noting_sync(call):
        def noting(handle):
            done.append(("sync", os.readlink(f"/proc/self/fd/{handle}")))
            call(handle)

        return noting

    def noting_name(call):
        def noting(old, new, *how):
            assert ("sync", str(old)) in done or new.endswith(".lock")
            possible = call(old, new, *how)
            if possible is not False:
                done.append(("name", str(new)))
            return possible

        return noting

    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, noting_sync(getattr(os, name)))
    monkeypatch.setattr(os, "rename", noting_name(os.rename))
    monkeypatch.setattr(durable, "renamed", noting_name(durable.renamed))
    put(kept, {"a/b": b"2", "c/d": b"3"})

    named = [path for what, path in done if what == "name" and not path.endswith(".lock")]
    assert [Path(path).suffix for path in named] == [".pack", ".idx", ""]
    assert named[-1] == str(kept.path / store.BRANCH)
    for path in named:
        assert ("sync", os.path.dirname(path)) in done[done.index(("name", path)) :]
    whole = done.index(("name", named[1]))
    assert done.index(("sync", str(kept.path / "objects/pack"))) == whole + 1
    assert done.index(("name", named[-1])) > whole + 1
    assert len([what for what, _ in done if what == "sync"]) == 5


def killed_after(steps: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies before its so-manieth call to the system."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == signal.SIGKILL

    def counted(call):
        def counting(*words, **named):
            nonlocal steps
            steps -= 1
            if steps < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*words, **named)

        return counting

    for name in ("open", "fsync", "fdatasync", "ftruncate", "rename", "makedirs", "unlink"):
        setattr(os, name, counted(getattr(os, name)))
    durable.renamed = counted(durable.renamed)
    try:
        work()
    finally:
        os._exit(0)


def test_whoever_is_killed_anywhere_leaves_a_store_that_goes_on(kept, system):
    steps, died = 0, True
    while died:
        head = kept.head()
        files: Files = {"a/b": b"%d" % steps, f"c/{steps}": b"x%d" % steps}
        died = killed_after(steps, lambda files=files: put(kept, files))
        with Store(kept.path) as again:
            again.clear_locks()
            made = commit(again, files, head, message="Ban hành")
            assert again.head() in (head, made)
            if again.head() == head:
                again.advance(head, made)
            assert again.read("a/b", made) == files["a/b"]
            assert not list(kept.path.rglob("tmp_*"))
        steps += 1
    assert steps > 10
    assert fsck(kept) == ""
    assert len(set(held(kept))) == len(held(kept))


def test_what_the_branch_was_before_is_written_over_and_never_the_branch(kept):
    for number in range(5):
        head = put(kept, {"a": b"%d" % number})
        files = {path.name: path for path in (kept.path / "refs/heads").iterdir()}
        assert {path.stat().st_nlink for path in files.values()} == {1}
        assert files.pop("main").read_text() == f"{head}\n"
        before = [path.read_text().strip() for path in files.values()]
        assert before == list(kept.parents(head))


def test_a_copy_made_of_hard_links_keeps_its_branch(kept, tmp_path):
    heads = [put(kept, {"a": b"%d" % number}) for number in range(3)]
    shutil.copytree(kept.path, tmp_path / "copy.git", copy_function=os.link)

    put(kept, {"a": b"4"})
    put(kept, {"a": b"5"})

    with Store(tmp_path / "copy.git") as copy:
        assert copy.head() == heads[-1]


def test_a_branch_that_is_a_folder_stays_one(kept):
    (kept.path / store.BRANCH).mkdir()

    with pytest.raises(IsADirectoryError):
        put(kept, {"a": b"1"})

    assert (kept.path / store.BRANCH).is_dir()


def test_what_lies_in_the_place_of_the_spare_comes_into_no_branch(kept):
    head = put(kept, {"a": b"1"})
    (kept.path / f"{store.BRANCH}.spare.lock").write_bytes(b"what is longer than any id" * 9)

    assert put(kept, {"a": b"2"}) == kept.head() != head
    assert fsck(kept) == ""


def test_a_folder_in_the_place_of_the_spare_is_in_nobodys_way(kept):
    put(kept, {"a": b"1"})
    (kept.path / f"{store.BRANCH}.spare.lock").unlink(missing_ok=True)
    (kept.path / f"{store.BRANCH}.spare.lock").mkdir()

    for number in range(2, 5):
        assert put(kept, {"a": b"%d" % number}) == kept.head()
    assert not (kept.path / f"{store.BRANCH}.lock").exists()


def test_who_reads_what_was_the_branch_looks_again(kept, monkeypatch):
    put(kept, {"a": b"1"})
    put(kept, {"a": b"2"})
    moves = [b"3"]

    def late(file, *words, **named):
        opened = open(file, *words, **named)  # noqa: SIM115 (the branch closes it)
        while moves:  # what was opened becomes the spare, and somebody begins to write it over
            put(kept, {"a": moves.pop()})
            Path(kept.path / f"{store.BRANCH}.spare.lock").write_bytes(b"0" * 40 + b"\n")
        return opened

    with monkeypatch.context() as patch:
        patch.setattr(branch, "open", late, raising=False)
        found = kept.head()

    assert found == kept.head() != "0" * 40


def test_where_the_system_has_no_fdatasync(kept, monkeypatch):
    monkeypatch.delattr(os, "fdatasync")
    monkeypatch.setattr(durable, "_BEGIN", None)

    assert put(kept, {"a": b"1"}) == kept.head()


def test_a_disk_that_says_at_once_what_it_will_not_keep_is_heard(kept, monkeypatch):
    def refused(*_):
        ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(durable, "_BEGIN", refused)
    with pytest.raises(OSError, match="No space"):
        put(kept, {"a": b"1"})


def test_whoever_is_killed_between_objects_and_branch_changed_nothing(kept):
    head = put(kept, {"a": b"1"})

    def work():
        commit(kept, {"a": b"2"}, head, message="Ban hành")
        os.kill(os.getpid(), signal.SIGKILL)

    assert killed_after(10_000, work)
    with Store(kept.path) as again:
        assert again.head() == head
        assert again.clear_locks() == ()
        assert again.read("a", put(again, {"a": b"2"})) == b"2"


def test_an_object_cut_short_is_written_again(kept):
    put(kept, {"a": b"1"})
    damaged = file_unpacked(kept, blob_id(b"1"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"")

    head = put(kept, {"b": b"1"})

    assert kept.read("a", head) == b"1"


def test_a_full_disk_leaves_no_drafts(kept, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, full)
    with pytest.raises(OSError, match="No space"):
        put(kept, {"a": b"1"})

    assert not list(kept.path.rglob("tmp_*"))
    assert held(kept) == []


def test_what_a_killed_founder_left_is_completed(tmp_path):
    half = tmp_path / "store.git"
    (half / "objects").mkdir(parents=True)
    (half / "HEAD.lock").write_bytes(b"ref")

    with Store.create(half) as kept:
        put(kept, {"a": b"1"})
        assert fsck(kept) == ""


# ── The branch ──────────────────────────────────────────────────────────────────────────────────


def test_whoever_comes_second_is_told_that_the_branch_has_moved(kept):
    first = put(kept, {"a": b"1"})
    mine = commit(kept, {"a": b"2"}, first)
    theirs = put(kept, {"a": b"3"})

    with pytest.raises(branch.Moved):
        kept.advance(first, mine)

    assert kept.head() == theirs
    assert not (kept.path / "refs/heads/main.lock").exists()


def test_the_first_commit_too_can_come_second(kept):
    head = put(kept, {"a": b"1"})

    with pytest.raises(branch.Moved):
        kept.advance(None, head)


def test_a_locked_branch_does_not_move_and_stays_locked(kept):
    head = commit(kept, {"a": b"1"}, None)
    lock = kept.path / "refs/heads/main.lock"
    lock.touch()

    with pytest.raises(branch.Locked):
        kept.advance(None, head)

    assert kept.head() is None
    assert lock.exists()


def test_of_many_threads_one_moves_the_branch(kept):
    first = put(kept, {"a": b"0"})

    def move(number: int) -> bool:
        new = commit(kept, {"a": b"%d" % number}, first)
        try:
            kept.advance(first, new)
        except branch.Moved:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, range(1, 33))) == 1
    assert fsck(kept) == ""


def test_the_branch_moves_only_to_a_commit_that_is_there(kept):
    put(kept, {"a": b"1"})

    with pytest.raises(objects.Missing):
        kept.advance(kept.head(), NOBODY)
    with pytest.raises(trees.StrangeObject):
        kept.advance(kept.head(), blob_id(b"1"))


@pytest.mark.parametrize("said", [b"", b"main\n", b"ref: refs/heads/other\n", b"A" * 40 + b"\n"])
def test_a_branch_that_is_no_commit_is_named(kept, said):
    (kept.path / store.BRANCH).write_bytes(said)

    with pytest.raises(branch.StrangeBranch):
        kept.head()


def test_stale_locks_and_drafts_are_cleared_and_named(kept):
    head = put(kept, {"a": b"1"})
    stale = (
        "HEAD.lock",
        "config.lock",
        "packed-refs.lock",
        "packed-refs.new",
        "refs/heads/main.lock",
        "objects/tmp_obj_x",
        "objects/pack/tmp_pack_x",
    )
    for name in stale:
        (kept.path / name).touch()
    (kept.path / "description.lock").touch()

    assert kept.clear_locks() == stale
    assert kept.clear_locks() == ()
    assert (kept.path / "description.lock").exists()
    assert kept.head() == head


def test_commits_follow_first_parents_the_oldest_first(kept):
    first = put(kept, {"a": b"1"})
    side = commit(kept, {"b": b"1"}, first)
    second = put(kept, {"a": b"2"})
    merge = commit_of(kept, git(kept.path, "rev-parse", f"{second}^{{tree}}"), second, side)
    kept.advance(second, merge)

    assert list(kept.commits()) == [first, second, merge]
    assert kept.parents(merge) == (second, side)


def test_whoever_stops_listening_leaves_no_process_behind(kept):
    for number in range(3):
        put(kept, {"a": b"%d" % number})

    walk = kept.commits()
    next(walk)
    walk.close()


# ── Questions ───────────────────────────────────────────────────────────────────────────────────


def test_files_are_listed_with_their_ids_from_any_folder_down(kept):
    head = put(kept, {"a/b/c": b"1", "a/d": b"2", "e": b"3"})
    everything = [("a/b/c", blob_id(b"1")), ("a/d", blob_id(b"2")), ("e", blob_id(b"3"))]

    assert list(kept.files(head)) == everything
    assert list(kept.files(head, "a")) == everything[:2]
    assert list(kept.files(head, "a/b")) == everything[:1]
    assert list(kept.files(head, "x")) == []
    assert list(kept.files(head, "e")) == []


def test_what_changed_is_listed_with_what_is_gone(kept):
    first = put(kept, {"a/b": b"1", "c": b"2", "d": b"3", "e/f": b"4"})
    second = put(kept, {"a/b": b"5", "c": None, "e/f": None, "g/h": b"6"})

    assert dict(kept.changed(first, second)) == {
        "a/b": blob_id(b"5"),
        "c": None,
        "e/f": None,
        "g/h": blob_id(b"6"),
    }
    assert dict(kept.changed(first, second, but="a")).keys() == {"c", "e/f", "g/h"}
    assert dict(kept.changed(None, first)) == dict(kept.files(first))


def test_a_file_that_became_a_folder_is_gone_and_its_files_are_new(kept):
    first = put(kept, {"a": b"1"})
    second = put(kept, {"a": None})
    third = put(kept, {"a/b": b"1"})

    assert kept.parents(third) == (second,)
    assert dict(kept.changed(first, third)) == {"a": None, "a/b": blob_id(b"1")}
    assert dict(kept.changed(third, first)) == {"a": blob_id(b"1"), "a/b": None}


def test_what_is_equal_is_not_looked_into(kept):
    first = put(kept, {"a/x": b"1", "b/x": b"2"})
    second = put(kept, {"a/x": b"3"})
    file_unpacked(kept, git(kept.path, "rev-parse", f"{first}:b")).unlink()

    with Store(kept.path) as fresh:
        assert dict(fresh.changed(first, second)) == {"a/x": blob_id(b"3")}


@pytest.mark.parametrize("path", ["x", "a", "a/x", "a/b/c"])
def test_a_file_that_is_not_there_is_named(kept, path):
    head = put(kept, {"a/b": b"1"})

    with pytest.raises(store.NoFile, match=path):
        kept.read(path, head)


@pytest.mark.parametrize(
    "id", ["", "HEAD", "main", "--help", "a" * 39, "a" * 41, "A" * 40, "a" * 40 + "\n", "ａ" * 40]
)
def test_an_id_is_forty_hexadecimal_digits(kept, id):
    for ask in (kept.blob, kept.message, kept.parents, lambda id: kept.read("a", id)):
        with pytest.raises(NotFound):
            ask(id)


def test_threads_may_read_what_is_packed_and_what_is_not(kept):
    packed = [put(kept, {f"a/{n}": b"%d" % n * 1000}) for n in range(20)]
    git(kept.path, "gc", "-q")
    free = [put(kept, {f"b/{n}": b"%d" % n * 1000}) for n in range(20)]
    ask = [("a", n, commit) for n, commit in enumerate(packed)]
    ask += [("b", n, commit) for n, commit in enumerate(free)]

    with Store(kept.path) as fresh, ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda q: fresh.read(f"{q[0]}/{q[1]}", q[2]), ask * 5)

        assert list(answers) == [b"%d" % n * 1000 for _, n, _ in ask * 5]


# ── Packs ───────────────────────────────────────────────────────────────────────────────────────


def test_a_store_that_git_has_packed_is_read_and_written(kept):
    first = put(kept, {"a/b": b"1", "c": b"2"})
    git(kept.path, "gc", "-q")
    assert not (kept.path / store.BRANCH).exists()

    with Store(kept.path) as packed:
        assert packed.head() == first
        second = put(packed, {"a/b": b"3"})
        assert packed.read("c", second) == b"2"
        assert list(packed.commits()) == [first, second]
        assert fsck(packed) == ""


def test_packing_does_not_disturb_who_has_the_store_open(kept):
    for number in range(5):
        head = put(kept, {f"a/{number}": b"%d" % number})
        git(kept.path, "gc", "-q", "--prune=now")

        assert kept.head() == head
        assert kept.read(f"a/{number}", head) == b"%d" % number
        assert kept.blob(blob_id(b"0")) == b"0"


def test_small_packs_are_gathered_before_there_are_many(kept):
    for number in range(3 * objects.MOST):
        head = put(kept, {"a/b": b"%d" % number, f"c/{number}": b"x%d" % number})
        assert len(list((kept.path / "objects/pack").glob("*.idx"))) <= objects.MOST + 2

    assert len(set(held(kept))) == len(held(kept))
    assert fsck(kept) == ""
    with Store(kept.path) as fresh:
        assert [fresh.read("a/b", commit) for commit in fresh.commits()][-1] == b"%d" % number
        assert len(list(fresh.files(head))) == 3 * objects.MOST + 1


def test_whoever_is_killed_while_gathering_leaves_a_store_that_goes_on(kept):
    for number in range(objects.MOST):
        put(kept, {"a": b"%d" % number})
    steps, died, whole = 0, True, kept.path.with_name("whole.git")
    shutil.copytree(kept.path, whole)
    while died:
        shutil.rmtree(kept.path)
        shutil.copytree(whole, kept.path)
        with Store(kept.path) as fresh:
            died = killed_after(steps, lambda fresh=fresh: put(fresh, {"b": b"1"}))
        with Store(kept.path) as again:
            again.clear_locks()
            head = put(again, {"b": b"2"}, at=AT + timedelta(seconds=1))
            assert again.read("a", head) == b"%d" % number
            assert len(list(again.commits())) >= objects.MOST + 1
        steps += 1 + steps // 4
        assert fsck(kept) == ""
    assert len(list((kept.path / "objects/pack").glob("*.idx"))) == 3


def test_gathering_does_not_disturb_who_has_the_store_open(kept):
    first = put(kept, {"a": b"first"})
    with Store(kept.path) as other:
        assert other.read("a", first) == b"first"
        for number in range(2 * objects.MOST):
            head = put(kept, {"a": b"%d" % number})
            assert other.read("a", head) == b"%d" % number
            assert other.read("a", first) == b"first"


def test_what_git_made_small_is_left_to_git(kept):
    texts = [b"line\n" * 200 + b"%d" % number for number in range(20)]
    for text in texts:
        head = put(kept, {"a": text})
    git(kept.path, "gc", "-q")
    for number in range(2 * objects.MOST):
        put(kept, {"b": b"%d" % number})

    assert fsck(kept) == ""
    assert [kept.blob(blob_id(text)) for text in texts] == texts
    assert kept.read("a", head) == texts[-1]


@pytest.mark.parametrize("size", [0, 1, 15, 16, 2_000, 65_535, 65_536, 300_000])
def test_a_pack_holds_objects_of_any_size(kept, size):
    data = os.urandom(size)

    head = put(kept, {"a": data, **{f"b/{n:05}": b"" for n in range(size // 40)}})

    assert kept.read("a", head) == data
    assert fsck(kept) == ""


SOME = st.lists(st.binary(max_size=300), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(SOME, st.binary(max_size=300))
def test_git_and_we_read_the_same_from_a_pack(texts, more):
    blobs = [trees.Object("blob", text + more * 3) for text in texts]
    with TemporaryDirectory() as folder, Store.create(Path(folder, "a.git")) as ours:
        with Waits() as waits:
            objects.Objects(f"{ours.path}/objects").keep({blob.id: blob for blob in blobs}, waits)
        asked = "".join(f"{blob.id}\n" for blob in blobs).encode()
        said = git(ours.path, "cat-file", "--batch-check", data=asked).splitlines()
        assert said == [f"{blob.id} blob {len(blob.data)}" for blob in blobs]
        git(ours.path, "-c", "repack.writeBitmaps=false", "repack", "-adfq", "--keep-unreachable")
        assert [ours.blob(blob.id) for blob in blobs] == [blob.data for blob in blobs]


@pytest.fixture(scope="module")
def fine(tmp_path_factory):
    """A store with two packs: one of ours, one that git made of texts that build on each other."""
    with Store.create(tmp_path_factory.mktemp("fine") / "store.git") as kept:
        put(kept, {f"a/{n}": b"line\n" * 100 + b"%d" % n for n in range(9)})
        put(kept, {"a/1": b"line\n" * 100})
        git(kept.path, "repack", "-adfq")
        put(kept, {"b": b"1"})
        return kept.path


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happens_to_a_pack_only_what_the_id_says_is_read(fine, data):
    with TemporaryDirectory() as folder:
        path = shutil.copytree(fine / "objects/pack", Path(folder, "pack"))
        file = data.draw(st.sampled_from(sorted(path.glob("*.[pi]*"))))
        whole = bytearray(file.read_bytes())
        for _ in range(data.draw(st.integers(1, 5))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        file.chmod(0o644)
        file.write_bytes(whole[: data.draw(st.sampled_from([None, len(whole) // 2]))])
        kept = objects.Objects(folder)
        for text in (b"line\n" * 100 + b"%d" % n for n in range(9)):
            with suppress(objects.Missing, objects.Damaged):
                assert kept.read("blob", blob_id(text)) == text


def test_offsets_beyond_two_gigabytes_have_a_table_of_their_own(tmp_path):
    far = (1 << 31) + 5
    ids = packs._index([(b"\1" * 20, 12, 0), (b"\2" * 20, far, 0)], bytes(20))
    (tmp_path / "x.idx").write_bytes(ids)
    pack = packs.Pack(str(tmp_path / "x"))

    assert [pack._offset(place) for place in range(pack.count)] == [12, far]


def test_an_index_that_is_none_holds_nothing(kept):
    head = put(kept, {"a": b"1"})
    for name, data in {"empty": b"", "short": b"\xfftOc", "wild": b"\xfftOc\0\0\0\2" * 200}.items():
        (kept.path / f"objects/pack/pack-{name}.idx").write_bytes(data)

    assert kept.read("a", put(kept, {"b": b"2"})) == b"1"
    assert kept.parents(head) == ()
    with pytest.raises(objects.Missing):
        kept.blob(NOBODY)


def test_a_damaged_pack_is_named(kept):
    put(kept, {"a": b"1" * 1000})
    git(kept.path, "gc", "-q")
    (pack,) = (kept.path / "objects/pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:12] + b"\0" * (pack.stat().st_size - 12))

    with Store(kept.path) as fresh, pytest.raises(objects.Damaged):
        fresh.blob(blob_id(b"1" * 1000))


@pytest.mark.parametrize("packed", [False, True])
def test_an_object_that_stands_for_more_than_memory_has_is_not_unpacked(kept, packed):
    head = put(kept, {"a": b"1"})
    heavy = git(kept.path, "hash-object", "-w", "--stdin", data=bytes(packs.HEAVIEST + 2_000))
    if packed:
        git(kept.path, "repack", "-adfq", "--keep-unreachable")

    with Store(kept.path) as fresh:
        with pytest.raises(objects.Damaged):
            fresh.blob(heavy)
        assert fresh.read("a", head) == b"1"


@pytest.mark.parametrize("byte", [0x80, 0xFF])
def test_a_number_without_end_is_none(kept, byte):
    put(kept, {"a": b"1"})
    (file,) = (kept.path / "objects/pack").glob("*.pack")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:12] + bytes([byte]) * 1_000_000)

    with Store(kept.path) as fresh, pytest.raises(objects.Damaged):
        fresh.blob(blob_id(b"1"))


def test_a_delta_that_stands_for_more_than_memory_has_is_broken():
    copied = b"\x80" * (1 + (packs.HEAVIEST >> 16))  # 64 kB of what it builds on, each time

    with pytest.raises(packs.Broken):
        packs.altered(bytes(1 << 16), b"\0\0" + copied)


def test_a_bare_clone_is_a_store(kept, tmp_path):
    head = put(kept, {"a": b"1"})
    git(tmp_path, "clone", "-q", "--bare", str(kept.path), "clone.git")

    with Store(tmp_path / "clone.git") as clone:
        assert clone.head() == head
        put(kept, {"a": b"2"})
        put(clone, {"a": b"2"})
        assert clone.head() == kept.head()


# ── Objects that are not ours ───────────────────────────────────────────────────────────────────


def test_bytes_that_are_not_the_ids_are_refused(kept):
    put(kept, {"a": b"1", "b": b"2"})
    file_unpacked(kept, blob_id(b"1")).chmod(0o644)
    shutil.copy(file_of(kept, blob_id(b"2")), file_of(kept, blob_id(b"1")))

    with Store(kept.path) as fresh, pytest.raises(objects.Damaged):
        fresh.blob(blob_id(b"1"))


def row(mode: bytes, name: bytes, id: str = blob_id(b"1")) -> bytes:
    return mode + b" " + name + b"\0" + bytes.fromhex(id)


@pytest.mark.parametrize(
    "tree",
    [
        row(b"120000", b"link"),
        row(b"160000", b"module"),
        row(b"100755", b"program"),
        row(b"040000", b"padded"),
        row(b"100644", b".git"),
        row(b"100644", b".gitmodules"),
        row(b"100644", b".."),
        row(b"100644", b"a/b"),
        row(b"100644", b""),
        row(b"100644", b"b") + row(b"100644", b"a"),
        row(b"100644", b"a") + row(b"100644", b"a"),
        row(b"40000", b"a") + row(b"100644", b"a.b"),
        row(b"100644", b"a")[:-1],
        row(b"100644", b"a") + b"\0",
    ],
)
def test_a_tree_that_no_store_writes_is_refused(kept, tree):
    commit(kept, {"a": b"1"}, None)
    strange = literally(kept, "tree", tree)
    foreign = commit_of(kept, strange)

    with pytest.raises(trees.StrangeObject, match=strange):
        list(kept.files(foreign))
    with pytest.raises(trees.StrangeObject):
        commit(kept, {"b": b"2"}, foreign)


def test_a_name_hidden_in_an_id_is_not_found(kept):
    # An id whose bytes spell a row of their own: a search for bytes would find it.
    spelled = (b"100644 hidden\0" + b"x" * 20)[:20].hex()
    tree = trees.Tree.parse(NOBODY, row(b"100644", b"a", spelled) + row(b"100644", b"b"))

    assert tree.get("hidden") is None
    patched = tree.patched({"hidden": trees.Row(False, NOBODY)})
    assert [*tree.differing(patched)] == [("hidden", None, trees.Row(False, NOBODY))]
    assert patched.get("a") == trees.Row(False, spelled)
    assert patched.get("b") == trees.Row(False, blob_id(b"1"))


def test_a_new_file_lies_where_git_looks_for_it_whatever_came_before(kept):
    files = {name: name.encode() for name in ("m", "a/x", "a-b", "a.b", "a0", "Z", "a/w", "n")}
    said = {"message": "m", "author": "lan", "at": AT}
    parent = None
    for name, data in files.items():
        parent = commit(kept, {name: data}, parent, **said)

    together = kept.compose(files, None, **said)
    assert kept.compose({"m": b"m"}, parent, **said).tree == together.tree


def test_a_tree_without_bottom_is_refused(kept):
    commit(kept, {"a": b"1"}, None)
    tree = literally(kept, "tree", row(b"100644", b"a"))
    for _ in range(40):
        tree = literally(kept, "tree", row(b"40000", b"d", tree))

    with pytest.raises(trees.StrangeObject):
        list(kept.files(commit_of(kept, tree)))


@pytest.mark.parametrize("text", [b"", b"tree x\n\n", b"tree " + b"1" * 40, b"\xff"])
def test_a_commit_that_is_none_is_refused(kept, text):
    strange = literally(kept, "commit", text)

    with pytest.raises(trees.StrangeObject, match=strange):
        kept.message(strange)


def test_one_kind_is_not_taken_for_another(kept):
    head = put(kept, {"a": b"1"})

    with pytest.raises(trees.StrangeObject):
        kept.blob(head)
    with pytest.raises(trees.StrangeObject):
        kept.message(blob_id(b"1"))


# ── Paths ───────────────────────────────────────────────────────────────────────────────────────

# HFS+ ignores these; libgit2 tests every one of them inside `.git`.
IGNORED = [
    *map(chr, (*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF))
]
HOSTILE = [
    *("", "/", "/a", "a/", "a//b", ".", "..", "./a", "../a", "a/..", "a/.", "a/../b", "a/./b"),
    *(".git", ".GIT", ".Git", ".gIt", "a/.git", ".git/config", ".GIT/foobar", "./.git/foobar"),
    *("foo/../.git/foobar", "foo/../.GIT/foobar", "foo/.", ".\\.GIT\\foobar", ".git\\foobar"),
    *(".GIT\\foobar", ".git.", ".git..", ".git ", ".git. ", ".git .", "git~1", "GIT~1", "git~2"),
    *("GIT~2", "git~3", "GI7D29~1", ".git:", ".git:foo", ".git::$INDEX_ALLOCATION", "a:b", "c:"),
    *(".git::$INDEX_ALLOCATION/dummy-file", "C:/a", "\\\\server\\a", "a\\b", "a|b", "a?", "a*"),
    *(".gitmodules", ".gitattributes", ".gitignore", ".GITMODULES", "gitmod~1", "GI7EBA~1"),
    *("CON", "con", "PRN", "AUX", "aux.txt", "NUL", "nul.tar.gz", "COM0", "COM1", "com9.md"),
    *("LPT1", "lpt5.x", "COM\u00b9", "a/con/b", "CONIN$", "CLOCK$", "trailing.", "a./b", "a "),
    *(" a", "a b", "a\tb", "a\nb", "a\rb", "a\0b", "\x1b[2J", "\x7f", "~", "~root", "$HOME"),
    *("`id`", "'", '"', "<", ">", "é", "đ", "Ａ", "\u0441on", "\ud800", "a" * 256, "a/" * 32 + "b"),
    *(f".g{sign}it" for sign in IGNORED),
    *(f".git{sign}" for sign in IGNORED),
]


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_a_path_that_is_unsafe_anywhere_is_refused(kept, path):
    with pytest.raises(trees.UnsafePath):
        put(kept, {path: b"1"})
    with pytest.raises(trees.UnsafePath):
        put(kept, {path: None})
    assert held(kept) == []


@pytest.mark.parametrize(
    "path",
    [
        "procedures/qt-05.md",
        "trail/00/01/23/45.json",
        "qt%2f4.2.3_v+1",
        "console",
        "com10",
        "nul-1.txt",
        "a.con",
        "auxiliary.md",
        "git",
        "a.git",
        "-",
        "a" * 255,
        "a/" * 31 + "b",
    ],
)
def test_a_safe_path_is_kept(kept, path):
    assert kept.read(path, put(kept, {path: b"1"})) == b"1"


@given(st.text(st.characters(max_codepoint=0x17F), max_size=12))
def test_whatever_is_let_in_is_a_name_on_every_machine(path):
    try:
        parts = trees.names(path)
    except trees.UnsafePath:
        return

    assert "/".join(parts) == path
    for part in parts:
        assert part.isascii()
        assert part.isprintable()
        assert not set(part) & set('<>:"\\|?*~ ')
        assert part.strip(".") == part.lstrip(".") == part
        assert os.path.normpath(part) == part


# ── A hostile neighbourhood ─────────────────────────────────────────────────────────────────────


def trapped(kept: Store, canary: Path) -> None:
    """Lay every trap that makes git run something when it is not careful."""
    run = f"touch {canary}"
    (kept.path / "extra").write_text(f'[core]\n\tfsmonitor = "{run}"\n')
    with (kept.path / "config").open("a") as config:
        config.write(
            f"""
[core]
\tfsmonitor = "{run}"
\thooksPath = {kept.path}/hooks
\tsshCommand = "{run}"
\tgitProxy = "{run}"
\taskPass = "{run}"
\tpager = "{run}"
\teditor = "{run}"
\talternateRefsCommand = "{run}"
\tattributesFile = {kept.path}/info/attributes
[include]
\tpath = extra
[gpg]
\tprogram = "{run}"
[log]
\tshowSignature = true
[alias]
\tcat-file = "!{run}"
\trev-list = "!{run}"
[filter "trap"]
\tclean = "{run}"
\tsmudge = "{run}"
\tprocess = "{run}"
\trequired = true
[diff]
\texternal = "{run}"
[diff "trap"]
\ttextconv = "{run}"
\tcommand = "{run}"
[credential]
\thelper = "!{run}"
[uploadpack]
\tpackObjectsHook = "{run}"
[extensions]
\tpartialClone = trap
[remote "trap"]
\turl = ext::sh -c {run.replace(" ", "% ")}
\tpromisor = true
\tuploadpack = "{run}"
[protocol]
\tallow = always
[protocol "ext"]
\tallow = always
[protocol "file"]
\tallow = always
[gc]
\tauto = 1
"""
        )
    (kept.path / "info").mkdir(exist_ok=True)
    (kept.path / "info/attributes").write_text("* filter=trap diff=trap\n")
    (kept.path / "hooks").mkdir()
    for name in ("reference-transaction", "post-commit", "update", "post-update", "pre-auto-gc"):
        hook = kept.path / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{run}\n")
        hook.chmod(0o755)


def test_the_trap_works_on_a_git_that_is_not_careful(kept, tmp_path):
    broken = commit_of(kept, literally(kept, "tree", b""), NOBODY)
    trapped(kept, tmp_path / "canary")

    git(kept.path, "-c", "protocol.allow=never", "rev-list", broken, check=False)

    assert (tmp_path / "canary").exists()


def test_a_hostile_repository_runs_nothing(kept, tmp_path):
    first = put(kept, {"a/b": b"1", ".".join("ab"): b"2"})
    git(kept.path, "gc", "-q")
    trapped(kept, tmp_path / "canary")

    with Store(kept.path) as hostile:
        second = put(hostile, {"a/b": b"3"})
        assert hostile.read("a.b", second) == b"2"
        assert list(hostile.commits()) == [first, second]
        assert dict(hostile.changed(first, second)) == {"a/b": blob_id(b"3")}
        hostile.clear_locks()
        with pytest.raises(objects.Missing):
            hostile.blob(NOBODY)

    assert not (tmp_path / "canary").exists()


def test_a_history_with_a_hole_is_named_and_nothing_is_fetched(kept, tmp_path):
    broken = commit_of(kept, literally(kept, "tree", b""), NOBODY)
    kept.advance(None, broken)
    trapped(kept, tmp_path / "canary")

    with Store(kept.path) as hostile, pytest.raises(objects.Damaged):
        list(hostile.commits())

    assert not (tmp_path / "canary").exists()


def test_a_hostile_environment_runs_and_redirects_nothing(kept, tmp_path, monkeypatch):
    first = put(kept, {"a": b"1"})
    git(kept.path, "gc", "-q")
    canary, other = tmp_path / "canary", tmp_path / "other.git"
    Store.create(other).close()
    before = sorted(other.rglob("*"))
    (tmp_path / ".gitconfig").write_text(f'[core]\n\tfsmonitor = "touch {canary}"\n')
    (tmp_path / "git-cat-file").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (tmp_path / "git-cat-file").chmod(0o755)
    for name, value in {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "GIT_DIR": str(other),
        "GIT_COMMON_DIR": str(other),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(canary),
        "GIT_OBJECT_DIRECTORY": str(other / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(other / "objects"),
        "GIT_NAMESPACE": "other",
        "GIT_REPLACE_REF_BASE": "refs/heads",
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"touch {canary}",
        "GIT_CONFIG_PARAMETERS": "'broken",
        "GIT_EXTERNAL_DIFF": f"touch {canary}",
        "GIT_SSH_COMMAND": f"touch {canary}",
        "GIT_PAGER": f"touch {canary}",
        "GIT_TRACE": str(canary),
        "GIT_TRACE2": str(canary),
        "GIT_SHALLOW_FILE": str(canary),
    }.items():
        monkeypatch.setenv(name, value)

    with Store(kept.path) as calm:
        second = put(calm, {"b": b"2"})
        assert calm.read("a", second) == b"1"
        assert list(calm.commits()) == [first, second]
    with Store.create(tmp_path / "new.git") as new:
        put(new, {"a": b"1"})

    assert not canary.exists()
    assert sorted(other.rglob("*")) == before


@pytest.mark.parametrize("packed", [False, True])
def test_an_object_replaced_by_another_is_read_as_itself(kept, packed):
    first = put(kept, {"a": b"1", "b": b"2"})
    second = put(kept, {"a": b"3"})
    git(kept.path, "replace", blob_id(b"1"), blob_id(b"2"))
    git(kept.path, "replace", "--graft", second)
    if packed:
        git(kept.path, "gc", "-q")

    with Store(kept.path) as fresh:
        assert fresh.read("a", first) == b"1"
        assert list(fresh.commits()) == [first, second]


@pytest.mark.parametrize(
    "name",
    [
        "objects/info/alternates",
        "objects/info/http-alternates",
        "commondir",
        "gitdir",
        "shallow",
        "info/grafts",
    ],
)
def test_a_store_whose_objects_or_history_lie_elsewhere_is_refused(kept, tmp_path, name):
    (kept.path / name).parent.mkdir(exist_ok=True)
    (kept.path / name).write_text(f"{tmp_path}\n")

    with pytest.raises(layout.LiesElsewhere, match=name):
        Store(kept.path)


@pytest.mark.parametrize(
    "name", ["config", "HEAD", "objects", "objects/pack", "refs", "refs/heads", "refs/heads/main"]
)
def test_a_store_with_a_link_in_it_is_refused(kept, tmp_path, name):
    put(kept, {"a": b"1"})
    shutil.move(kept.path / name, tmp_path / "moved")
    (kept.path / name).symlink_to(tmp_path / "moved")

    with pytest.raises(layout.LiesElsewhere):
        Store(kept.path)


# ── What is no store ────────────────────────────────────────────────────────────────────────────


def test_a_folder_without_a_store_is_named(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(layout.NoStore):
            Store(path)


def test_a_repository_that_people_work_in_is_no_store(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")

    with pytest.raises(layout.NoStore):
        Store(tmp_path)
    with pytest.raises(layout.StrangeStore):
        Store(tmp_path / ".git")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HEAD", b"ref: refs/heads/other\n"),
        ("HEAD", b"1" * 40 + b"\n"),
        ("config", b""),
        ("config", b"bare = true"),
        ("config", b"\xff\xfe"),
        ("config", b"[core]\n\tbare = perhaps\n\trepositoryformatversion = 0\n"),
        ("config", b"[core]\n\tbare = true\n\trepositoryformatversion = 1\n"),
    ],
)
def test_a_repository_of_another_form_is_no_store(kept, name, said):
    (kept.path / name).write_bytes(said)

    with pytest.raises(layout.StrangeStore):
        Store(kept.path)


def test_a_new_store_needs_an_empty_folder(kept, tmp_path):
    (tmp_path / "file").touch()
    for path in (kept.path, tmp_path):
        with pytest.raises(layout.Occupied):
            Store.create(path)


def test_every_refusal_speaks_both_languages():
    found = [
        error
        for room in (store, branch, layout, objects, trees)
        for error in vars(room).values()
        if isinstance(error, type)
        and issubclass(error, (Refused, NotFound, Conflict, Unreadable, Untrusted))
        and error.__module__ == room.__name__
    ]

    assert len(found) == 14
    assert all("vi" in vars(error) and error.__doc__ for error in found)


def test_a_bundle_is_made_while_the_branch_moves(kept, tmp_path):
    put(kept, {"a.md": b"0"})
    stop = Event()

    def move() -> None:
        with Store(kept.path) as other:
            for n in count(1):
                put(other, {"a.md": str(n).encode()})
                if stop.is_set():
                    break

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(move)
        try:
            made = [(kept.bundle(path := tmp_path / f"{n}.bundle"), path) for n in range(20)]
        finally:
            stop.set()
        work.result()

    for commit, path in made:
        git(kept.path, "bundle", "verify", "--quiet", str(path))
        assert git(kept.path, "bundle", "list-heads", str(path)) == f"{commit} refs/heads/main"
    assert len({commit for commit, _ in made}) > 1


def test_an_empty_store_has_no_bundle(kept, tmp_path):
    with pytest.raises(objects.Damaged):
        kept.bundle(tmp_path / "a.bundle")
