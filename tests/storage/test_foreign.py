"""Reading somebody else's repository, which may be meant badly."""

import os
import subprocess
import zlib
from datetime import UTC, datetime

import pytest

from qms.storage.foreign import (
    CutShort,
    Foreign,
    NoHistory,
    NoRepository,
    PointsOutside,
    TooMuch,
)
from qms.storage.objects import Damaged, Missing
from qms.storage.trees import Object, StrangeObject
from qms.values import LARGEST, TooLarge

SOMEBODY = {
    "GIT_AUTHOR_NAME": "Nguyễn Văn A",
    "GIT_AUTHOR_EMAIL": "a@so.vn",
    "GIT_COMMITTER_NAME": "B",
    "GIT_COMMITTER_EMAIL": "b@so.vn",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "PATH": os.environ["PATH"],
}


def git(home, *words, at="2019-01-01T10:00:00+07:00", data=None):
    environment = {**SOMEBODY, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    done = subprocess.run(
        ["git", *words], cwd=home, env=environment, input=data, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "cu"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def write(home, at="2019-01-01T10:00:00+07:00", message="Ban hành", **files):
    for name, data in files.items():
        (home / f"{name}.md").write_bytes(data)
    git(home, "add", "-A")
    git(home, "commit", "-q", "-m", message, at=at)


def loose(home, given, data=None):
    """Put an object into a repository, or other bytes under its name."""
    place = home / ".git/objects" / given.id[:2] / given.id[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(given.whole if data is None else data))
    return given.id


def commit(home, tree, author="A <a@so.vn> 1500000000 +0700"):
    body = f"tree {tree}\nauthor {author}\ncommitter {author}\n\nx\n".encode("latin-1")
    (home / ".git/refs/heads/main").write_text(loose(home, Object("commit", body)) + "\n")


def row(mode, name, id):
    return b"%s %s\0%s" % (mode, name, bytes.fromhex(id))


def told(home):
    with Foreign(home) as foreign:
        return list(foreign.commits())


def test_commits_are_told_with_author_time_words_and_blobs(home):
    write(home, a=b"1")
    write(home, a=b"2", b=b"\xff\x00", at="2020-02-02T23:00:00+07:00", message="Sửa\n\nlần hai")

    with Foreign(home) as foreign:
        first, second = foreign.commits()
        assert [touch.path for touch in second.touches] == ["a.md", "b.md"]
        assert [touch.before is None for touch in second.touches] == [False, True]
        assert [foreign.blob(touch.after) for touch in second.touches] == [b"2", b"\xff\x00"]

    assert first.author == "Nguyễn Văn A <a@so.vn>"
    assert (second.at, second.message) == (datetime(2020, 2, 2, 16, tzinfo=UTC), "Sửa\n\nlần hai\n")
    assert second.at.utcoffset().total_seconds() == 7 * 3600


def test_packed_and_bare_repositories_are_told_alike(home, tmp_path):
    write(home, a=b"1" * 9000)
    write(home, a=b"1" * 9000 + b"2")
    loosely = told(home)
    git(home, "gc", "-q", "--aggressive", "--prune=now")
    git(home, "clone", "-q", "--bare", "--no-local", ".", str(tmp_path / "bare.git"))

    assert told(home) == told(tmp_path / "bare.git") == loosely
    with Foreign(home) as foreign:
        found = [foreign.blob(one.touches[0].after) for one in foreign.commits()]
    assert found == [b"1" * 9000, b"1" * 9000 + b"2"]


def test_a_merge_is_one_commit_of_the_branch(home):
    write(home, a=b"1")
    git(home, "switch", "-q", "-c", "side")
    write(home, b=b"1")
    write(home, b=b"2")
    git(home, "switch", "-q", "main")
    git(home, "merge", "-q", "--no-ff", "-m", "gộp", "side")

    assert [[touch.path for touch in one.touches] for one in told(home)] == [["a.md"], ["b.md"]]


def test_vietnamese_odd_and_executable_names_are_told(home):
    (home / "Quy trình").mkdir()
    (home / "Quy trình/hồ sơ.md").write_bytes(b"1")
    (home / "chạy.sh").write_bytes(b"2")
    (home / "chạy.sh").chmod(0o755)
    (home / "link").symlink_to("/etc/passwd")
    write(home)

    (one,) = told(home)

    assert [touch.path for touch in one.touches] == ["Quy trình/hồ sơ.md", "chạy.sh"]
    assert one.odd == ("link",)


def test_a_name_that_is_not_utf8_is_told_readably(home):
    blob = loose(home, Object("blob", b"1"))
    commit(home, loose(home, Object("tree", row(b"100644", b"\xff..\\x", blob))))

    assert told(home)[0].touches[0].path == "\\xff..\\x"


def test_a_file_in_the_place_of_a_folder_is_told_as_both(home):
    (home / "a.md").mkdir()
    (home / "a.md/b.md").write_bytes(b"1")
    write(home)
    (home / "a.md/b.md").unlink()
    (home / "a.md").rmdir()
    write(home, a=b"2")

    changes = {touch.path: touch.after is None for touch in told(home)[1].touches}

    assert changes == {"a.md": False, "a.md/b.md": True}


@pytest.mark.parametrize(
    ("author", "at"),
    [
        ("A <a@so.vn> 99999999999999 +0700", None),
        ("A <a@so.vn> 1500000000 +9999", None),
        ("A <a@so.vn> soon +0700", None),
        ("<" * 5000, None),
        (" <> 0 -0330", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_that_cannot_be_is_none(home, author, at):
    commit(home, loose(home, Object("tree", b"")), author)

    assert told(home)[0].at == at


def test_no_program_that_the_repository_names_is_run(home, tmp_path):
    write(home, a=b"1")
    trap = tmp_path / "trap"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trap}\n")
    program.chmod(0o755)
    (home / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (home / ".git/hooks" / hook).symlink_to(program)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "core.editor"):
        git(home, "config", name, str(program))
    git(home, "config", "core.hooksPath", str(tmp_path))
    git(home, "config", "filter.x.smudge", str(program))
    git(home, "config", "diff.x.textconv", str(program))
    (home / ".git/info/attributes").write_text("* filter=x diff=x\n")

    with Foreign(home) as foreign:
        assert [foreign.blob(one.touches[0].after) for one in foreign.commits()] == [b"1"]

    assert not trap.exists()


def test_what_replaces_an_object_is_not_believed(home):
    write(home, a=b"1")
    blob, other = (git(home, "hash-object", "-w", "--stdin", data=data) for data in (b"1", b"2"))
    git(home, "replace", blob, other)

    with Foreign(home) as foreign:
        assert foreign.blob(blob) == b"1"


def test_a_folder_that_is_no_repository_is_refused(tmp_path):
    with pytest.raises(NoRepository):
        Foreign(tmp_path)


def test_a_repository_without_commits_is_refused(home):
    with pytest.raises(NoHistory):
        told(home)


@pytest.mark.parametrize("name", ["commondir", "objects/info/alternates", "info/grafts", "gitdir"])
def test_a_repository_that_leads_elsewhere_is_refused(home, name):
    (home / ".git" / name).write_text("/elsewhere\n")

    with pytest.raises(PointsOutside):
        Foreign(home)


@pytest.mark.parametrize("name", ["HEAD", "objects", "refs", "config"])
def test_a_repository_of_links_is_refused(home, tmp_path, name):
    (home / ".git" / name).rename(tmp_path / "moved")
    (home / ".git" / name).symlink_to(tmp_path / "moved")

    with pytest.raises(PointsOutside):
        Foreign(home)


def test_a_work_tree_of_another_repository_is_refused(home, tmp_path):
    write(home, a=b"1")
    git(home, "worktree", "add", "-q", str(tmp_path / "other"))

    with pytest.raises(PointsOutside):
        Foreign(tmp_path / "other")


def test_a_shallow_copy_is_refused(home, tmp_path):
    write(home, a=b"1")
    write(home, a=b"2")
    git(home, "clone", "-q", "--depth", "1", f"file://{home}", str(tmp_path / "short"))

    with pytest.raises(CutShort):
        Foreign(tmp_path / "short")


def test_a_large_file_is_named_and_not_unpacked_whole(home):
    large = Object("blob", b"")
    id = loose(home, large, b"blob 0\0" + bytes(LARGEST + 1))

    with Foreign(home) as foreign, pytest.raises(TooLarge):
        foreign.blob(id)


def test_a_large_packed_file_is_named_before_it_is_unpacked(home):
    write(home, a=bytes(LARGEST + 1))
    git(home, "gc", "-q", "--prune=now")

    with Foreign(home) as foreign:
        (one,) = foreign.commits()
        with pytest.raises(TooLarge):
            foreign.blob(one.touches[0].after)


@pytest.mark.parametrize("data", [b"blob 1\0y", b"blob 3\0xy", b"tree 1\0", b"nonsense"])
def test_an_object_that_is_not_what_its_name_says_is_refused(home, data):
    id = loose(home, Object("blob", b"x"), data)

    with Foreign(home) as foreign, pytest.raises((Damaged, Missing)):
        foreign.blob(id)


def test_a_missing_object_is_refused(home):
    with Foreign(home) as foreign, pytest.raises(Missing):
        foreign.blob("0" * 40)


def test_folders_that_stand_for_more_files_than_there_are_are_refused(home, monkeypatch):
    monkeypatch.setattr("qms.storage.foreign.MOST", 5_000)
    id, mode = loose(home, Object("blob", b"x")), b"100644"
    for _ in range(8):
        rows = sorted(row(mode, b"%d" % n, id) for n in range(10))
        id, mode = loose(home, Object("tree", b"".join(rows))), b"40000"
    commit(home, id)

    with pytest.raises(TooMuch):
        told(home)


def test_folders_without_end_are_refused(home):
    id, mode = loose(home, Object("blob", b"x")), b"100644"
    for _ in range(40):
        id, mode = loose(home, Object("tree", row(mode, b"a", id))), b"40000"
    commit(home, id)

    with pytest.raises(StrangeObject):
        told(home)


@pytest.mark.parametrize("data", [b"100644 a", b"100644 a\0short", b"1 a\0" + b"x" * 20])
def test_a_folder_that_is_none_is_refused(home, data):
    commit(home, loose(home, Object("tree", data)))

    with pytest.raises(StrangeObject):
        told(home)
