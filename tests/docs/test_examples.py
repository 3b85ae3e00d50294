import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = ROOT / "examples" / "check_clone.py"


def ran(*words):
    return subprocess.run([*map(str, words)], capture_output=True, text=True)


def git(clone, *words, data=b""):
    name = {"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x"}
    name |= {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x"}
    command = ["git", f"--git-dir={clone}", *words]
    ended = subprocess.run(
        command, input=data, capture_output=True, check=True, env=os.environ | name
    )
    return ended.stdout.decode().strip()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first") / "so-gtvt"
    ended = ran(sys.executable, "-W", "error", ROOT / "examples" / "first.py", folder)
    assert ended.stdout == "HD-01/1.0 đang hiệu lực\n", ended.stderr
    return folder


@pytest.fixture
def clone(first, tmp_path):
    ran("git", "clone", "--quiet", "--bare", first / "store.git", tmp_path / "clone.git")
    return tmp_path / "clone.git"


def test_a_clone_of_the_first_example_holds_together(clone):
    ended = ran(sys.executable, CHECK, clone)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("18 entries, 1 files, root ")


def test_what_is_no_clone_is_said_in_one_line(tmp_path):
    ended = ran(sys.executable, CHECK, tmp_path / "nothing.git")

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"It does not hold that git reads {tmp_path}/nothing.git: ")
    assert ended.stderr.count("\n") == 1


def test_the_checker_knows_nothing_of_this_package():
    lines = CHECK.read_text("utf-8").splitlines()
    imported = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]

    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_checker_finds_a_file_that_no_entry_put_there(clone):
    blob = git(clone, "hash-object", "-w", "--stdin", data=b"x")
    row = f"100644 blob {blob}\tx\n"
    tree = git(clone, "mktree", data=(git(clone, "ls-tree", "main") + "\n" + row).encode())
    message = git(clone, "log", "-1", "--format=%B", "main")
    parent = git(clone, "rev-parse", "main~1")
    commit = git(clone, "commit-tree", tree, "-p", parent, "-m", message)
    git(clone, "update-ref", "refs/heads/main", commit)

    ended = ran(sys.executable, CHECK, clone)

    assert ended.returncode == 1
    assert "It does not hold that" in ended.stderr


def test_the_checker_finds_an_altered_text(clone):
    text = git(clone, "rev-parse", "main:procedures")
    shard = git(clone, "ls-tree", "--name-only", text)
    blob = git(clone, "hash-object", "-w", "--stdin", data=b"altered")
    inner = git(clone, "mktree", data=f"100644 blob {blob}\thd-01.md\n".encode())
    folder = git(clone, "mktree", data=f"040000 tree {inner}\t{shard}\n".encode())
    rest = [row for row in git(clone, "ls-tree", "main").splitlines() if "procedures" not in row]
    rows = "\n".join([*rest, f"040000 tree {folder}\tprocedures", ""])
    tree = git(clone, "mktree", data=rows.encode())
    old = git(clone, "cat-file", "commit", "main")
    forged = f"tree {tree}\n" + old.partition("\n")[2] + "\n"
    commit = git(clone, "hash-object", "-t", "commit", "-w", "--stdin", data=forged.encode())
    git(clone, "update-ref", "refs/heads/main", commit)

    ended = ran(sys.executable, CHECK, clone)

    assert ended.stderr.strip() == (
        f"It does not hold that procedures/{shard}/hd-01.md has the promised digest."
    )
