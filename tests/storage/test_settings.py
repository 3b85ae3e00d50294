"""The settings that lie in a store: what could have git run or show another thing is named."""

import os
import subprocess
from hashlib import sha1
from shutil import rmtree

import pytest

import qms
from qms.errors import Untrusted
from qms.storage.repository import settings
from qms.storage.store import Store
from tests.systems import git

NAMED = {
    "core.fsmonitor": "/tmp/x",
    "core.hooksPath": "/tmp",
    "core.sshCommand": "x",
    "core.alternateRefsCommand": "x",
    "core.attributesFile": "/tmp/x",
    "core.pager": "x",
    "core.gitProxy": "x",
    "core.worktree": "/tmp",
    "alias.log": "!sh",
    "include.path": "/tmp/x",
    "includeIf.gitdir:/.path": "/tmp/x",
    "url./tmp/.insteadOf": "https://",
    "filter.x.smudge": "x",
    "diff.external": "x",
    "diff.x.textconv": "x",
    "merge.x.driver": "x",
    "gpg.program": "x",
    "log.showSignature": "true",
    "credential.helper": "!x",
    "extensions.worktreeConfig": "true",
    "fsck.skipList": "/tmp/x",
    "uploadpack.packObjectsHook": "x",
    "uploadpack.hideRefs": "refs/heads/main",
    "gc.recentObjectsHook": "x",
    "format.pretty": "x",
    "protocol.ext.allow": "always",
    "remote.origin.uploadpack": "x",
    "remote.origin.promisor": "true",
    "remote.origin.url": "ext::sh -c x",
    "remote.origin.pushurl": "--upload-pack=x",
    "remote.x.url": "foo://x",
    "remote.y.url": "svn+ssh://x",
    "remote.pushDefault": "foo://x",
    "branch.main.remote": "ext::sh -c x",
    "branch.main.pushRemote": "HTTPS://x",
    "gc.repackFilter": "blob:none",
    "gc.repackFilterTo": "/tmp/x",
    "http.receivepack": "true",
    "lfs.repositoryformatversion": "1",
    "receive.fsck.skipList": "/tmp/x",
    "submodule.x.update": "!x",
    "what.nobody.knows": "yet",
}
HARMLESS = {
    "core.bare": "Yes",
    "core.quotePath": "false",
    "core.abbrev": "12",
    "core.packedGitLimit": "1g",
    "core.packedGitWindowSize": "1m",
    "core.deltaBaseCacheLimit": "1m",
    "core.longpaths": "true",
    "core.sharedRepository": "group",
    "core.fsync": "all",
    "gc.auto": "6700",
    "gc.refs/x.reflogExpire": "never",
    "remote.origin.url": "ssh://may-chu/srv/so.git",
    "remote.x.url": "https://may-chu/so.git",
    "remote.y.url": "may-chu:srv/so.git",
    "remote.u.url": "git+ssh://may-chu/srv/so.git",
    "remote.v.url": "ssh+git://may-chu/srv/so.git",
    "remote.z.url": "/srv/so.git",
    "remote.pushDefault": "origin",
    "remote.origin.fetch": "+refs/heads/*:refs/heads/*",
    "remote.origin.mirror": "true",
    "branch.main.remote": "origin",
    "safe.directory": "*",
    "user.name": "Lan",
    "user.email": "lan@so.gov.vn",
    "branch.main.pushRemote": "origin",
    "receive.denyNonFastForwards": "true",
    "pack.threads": "1",
    "maintenance.auto": "false",
    "transfer.fsckObjects": "true",
    "receive.fsckObjects": "true",
    "http.receivepack": "off",
    "lfs.repositoryformatversion": "0",
    "push.default": "nothing",
    "uploadpack.allowFilter": "true",
}


def put(config, key, value):
    git(config.parent, "config", "--file", str(config), key, value)


def found(place):
    return [(one.code, one.about) for one in qms.verify(place) if one.code != "C01"]


@pytest.fixture(scope="module")
def clone(stage, tmp_path_factory):
    """A bare clone with the settings that git gives it, by itself and over a network."""
    place = tmp_path_factory.mktemp("clone") / "so.git"
    git(place.parent, "clone", "-q", "--bare", str(stage.store), str(place))
    return place


@pytest.fixture
def config(clone):
    """The settings of the clone, which are put back in the end."""
    before = (clone / "config").read_bytes()
    yield clone / "config"
    (clone / "config").write_bytes(before)


@pytest.mark.parametrize("key", NAMED)
def test_what_could_run_or_show_another_thing_is_named(config, key):
    put(config, key, NAMED[key])
    first, _, last = key.partition(".")
    middle, dot, name = last.rpartition(".")

    with Store(config.parent) as store:
        assert list(store.beside()) == [f"config {first.lower()}.{middle}{dot}{name.lower()}"]


def test_what_git_or_people_set_is_left_alone(config):
    for key, value in HARMLESS.items():
        put(config, key, value)

    assert found(config.parent) == []


def test_in_a_clone_and_in_a_living_store_verification_tells_it(config, office):
    for place, source in ((config, config.parent), (office.store / "config", office.folder)):
        assert found(source) == []
        put(place, "core.fsmonitor", "/tmp/x")
        put(place, "gc.auto", "1")

        assert found(source) == [("G07", "config core.fsmonitor")]


@pytest.mark.parametrize(
    "words",
    [
        "[core] fsmonitor = x",
        '[CORE]\n\tFsMonitor = "x" ; y',
        "[core]\nfsmonitor = \\\nx",
        "[gc]\n\tauto = 0 # \\\n[core]\n\tfsmonitor",
    ],
)
def test_however_it_is_written_git_says_how_it_reads_it(config, words):
    config.write_bytes(config.read_bytes() + words.encode() + b"\n")

    assert ("G07", "config core.fsmonitor") in found(config.parent)


def test_nothing_that_is_included_is_read(config, tmp_path):
    (tmp_path / "more").write_text("[alias]\n\tx = !x\n")
    put(config, "include.path", str(tmp_path / "more"))

    assert [key for key, _ in settings(config) if key.startswith("alias")] == []


def test_what_git_cannot_read_is_named(config):
    config.write_bytes(config.read_bytes() + b'[remote "x"]\n\turl = "\\q\n')

    with Store(config.parent) as store:
        assert list(store.beside()) == ["config"]
    assert found(config.parent) != []


@pytest.mark.parametrize("scheme", ["file", "git", "ssh", "git+ssh", "ssh+git", "foo+ssh"])
def test_for_an_address_that_is_left_alone_git_looks_for_no_program(tmp_path, scheme):
    helper = tmp_path / f"git-remote-{scheme}"
    helper.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    helper.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GIT_SSH_COMMAND": "false"}
    subprocess.run(["git", "ls-remote", f"{scheme}://127.0.0.1:1/x"], env=path, capture_output=True)

    assert (tmp_path / "ran").exists() is (scheme == "foo+ssh")


@pytest.fixture
def graph(clone):
    """Git's second record of the commits, taken away in the end."""
    place = clone / "objects/info/commit-graph"
    git(clone, "commit-graph", "write", "--reachable")
    place.chmod(0o644)
    yield place
    place.unlink()


def forged(graph):
    """Let a commit-graph say that nothing comes before the newest commit."""
    tree = bytes.fromhex(git(graph.parents[2], "rev-parse", "main^{tree}"))
    data = graph.read_bytes()[:-20]
    parent = data.index(tree) + len(tree)
    data = data[:parent] + b"\x70\0\0\0" + data[parent + 4 :]
    graph.write_bytes(data + sha1(data).digest())


def test_what_git_keeps_of_the_commits_is_left_alone_where_it_says_the_same(graph):
    assert found(graph.parents[2]) == []


def test_a_commit_graph_by_which_git_shows_something_else_is_named(graph):
    store = graph.parents[2]
    assert git(store, "rev-list", "--count", "main") != "1"
    forged(graph)

    assert git(store, "rev-list", "--count", "main") == "1"
    assert found(store) == [("G07", "objects/info/commit-graph")]


def test_a_commit_graph_that_hides_commits_from_a_path_is_named(graph):
    git(graph.parents[2], "commit-graph", "write", "--reachable", "--changed-paths")

    assert found(graph.parents[2]) == [("G07", "objects/info/commit-graph")]


def test_commit_graphs_on_one_another_are_looked_at_one_and_all(graph):
    store = graph.parents[2]
    chain = store / "objects/info/commit-graphs"
    graph.unlink()
    git(store, "commit-graph", "write", "--reachable", "--split", "--changed-paths")
    try:
        assert found(store) == [("G07", "objects/info/commit-graphs/commit-graph-chain")]
    finally:
        rmtree(chain)
        graph.touch()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
@pytest.mark.parametrize("name", ["commit-graph", "commit-graphs/x"])
def test_a_commit_graph_that_is_no_file_is_named_and_not_waited_for(clone, make, name):
    place = clone / "objects/info" / name
    place.parent.mkdir(exist_ok=True)
    make(place)
    try:
        assert found(clone) == [("G07", f"objects/info/{name}")]
    finally:
        place.rmdir() if place.is_dir() else place.unlink()


def test_what_lies_in_another_place_is_refused_and_named(config):
    place = config.parent / "objects/info/alternates"
    place.write_text("/tmp\n")
    try:
        with pytest.raises(Untrusted, match="objects/info/alternates"):
            list(qms.verify(config.parent))
    finally:
        place.unlink()
