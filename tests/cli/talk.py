"""Commands said to an office of its own, as its people would type them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from qms.changes import HERE
from qms.cli.language import speaking, wanted
from qms.cli.root import commands
from tests.systems import Office, text

NOBODY = {"QMS_ACTOR": None, "QMS_FOLDER": None, "QMS_LANG": None, "QMS_DATABASE": None}
NOBODY |= {"QMS_SIGN_KEY": None}
QUIET = {name: value for name, value in os.environ.items() if name not in NOBODY}


def say(*words: str, given: bytes = b"", **environment: str) -> Result:
    """Say a command in this process."""
    told = CliRunner(env={**NOBODY, **environment})
    with speaking(environment.get("QMS_LANG", wanted(words))):
        return told.invoke(commands(), words, input=given, prog_name="qms", catch_exceptions=False)


def shell(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Say a command in a process of its own."""
    environment = {**QUIET, **options.pop("env", {})}
    called = [sys.executable, "-m", "qms", *words]
    return subprocess.run(called, capture_output=True, check=False, env=environment, **options)


class Talk:
    """An office, and a way to say commands to it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.today = datetime.now(HERE).date()

    def ask(self, *words: str, **options: Any) -> Result:
        """Ask without naming anybody."""
        return say("-C", str(self.office.folder), *words, **options)

    def as_(self, actor: str, *words: str, **options: Any) -> Result:
        """Act as somebody."""
        return say("-C", str(self.office.folder), "--actor", actor, *words, **options)

    def does(self, actor: str, *words: str, **options: Any) -> str:
        """Act as somebody who is not refused; return what was said."""
        told = self.as_(actor, *words, **options)
        assert told.exit_code == 0, told.output
        return told.stdout

    def file(self, name: str, body: str | bytes = "Nội dung") -> str:
        """Write a file beside the office; a text becomes a whole procedure."""
        path = Path(self.office.folder.parent / name)
        path.write_bytes(body if isinstance(body, bytes) else text(body).encode())
        return str(path)

    def digest(self, code: str) -> str:
        """Return the digest to sign, as the page of a document says it."""
        rows = self.ask("show", code).stdout.splitlines()
        return next(row.split()[-1] for row in rows if "Mã băm để ký" in row)

    def drafts(self, code: str, body: str = "Nội dung") -> None:
        """Let hung draft a procedure and submit it."""
        facts = ("--title", f"Quy trình {code}", "--type", "QT", "--unit", "VP", "--owner", "CVP")
        place = self.file("nháp.md", body)
        self.does("hung", "document", "create", "--code", code, *facts, "--text", place)
        self.does("hung", "document", "submit", code, "--reviewers", "mai")

    def signs(self, code: str) -> None:
        """Let mai endorse and binh approve."""
        digest = self.digest(code)
        self.does("mai", "document", "endorse", code, "--digest", digest)
        self.does("binh", "document", "approve", code, "--digest", digest)

    def issues(self, code: str, *words: str) -> None:
        """Let a procedure go all the way into force today."""
        self.drafts(code)
        self.signs(code)
        day = f"{self.today:%d/%m/%Y}"
        self.does("lan", "document", "issue", code, "--effective", day, *words)
