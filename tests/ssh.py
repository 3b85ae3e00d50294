"""People's SSH keys: some to sign with at once, and OpenSSH itself with its keys and agent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import run

import pytest

from qms.proofs import ed25519, sshsig
from qms.proofs.sshsig import SSHKey
from qms.registers.signing_keys import NAMESPACE
from qms.trail.signing import Sign


def pair(seed: int) -> tuple[SSHKey, Sign]:
    """Return a key, and what signs with it."""
    public, raw = ed25519.pair(bytes([seed]) * ed25519.KEY)
    key = SSHKey(sshsig.ED25519, public)
    return key, lambda data: sshsig.sign(data, NAMESPACE, key, raw).armored()


needs_openssh = pytest.mark.skipif(
    not shutil.which("ssh-keygen"),
    reason="ssh-keygen is not here (Debian: apt-get install openssh-client)",
)


def keygen(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key; return the file of its private half."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "Lan ở máy 3", "-f", path]
    run(command, check=True)
    return path


def public(path: Path) -> str:
    """Return the line of a key's public half."""
    return path.with_suffix(".pub").read_text("utf-8").strip()


def accepted(
    folder: Path, signers: str, who: str, data: bytes, armored: bytes, *options: str
) -> bool:
    """Tell whether ``ssh-keygen -Y verify`` accepts a signature."""
    (folder / "allowed_signers").write_text(signers, "utf-8")
    (folder / "core.sig").write_bytes(armored)
    command = ["ssh-keygen", "-Y", "verify", "-n", "qms", "-I", who]
    command += ["-f", folder / "allowed_signers", "-s", folder / "core.sig", *options]
    return run(command, input=data, capture_output=True).returncode == 0


@contextmanager
def agent(monkeypatch: pytest.MonkeyPatch, *keys: Path) -> Iterator[None]:
    """Let an agent hold some keys."""
    said = run(["ssh-agent", "-s"], capture_output=True, check=True, text=True).stdout
    words = dict(part.split("=", 1) for part in said.replace("\n", "").split(";") if "=" in part)
    with monkeypatch.context() as around:
        for name, value in words.items():
            around.setenv(name, value)
        try:
            run(["ssh-add", "-q", *keys], check=True, capture_output=True)
            yield
        finally:
            run(["ssh-agent", "-k"], capture_output=True, check=True)
