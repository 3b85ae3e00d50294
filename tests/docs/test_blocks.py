import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).with_name("blocks.py")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def run():
    """Return what runs a page, and says how it ended and what it said."""
    command = [sys.executable, "-W", "error", str(RUNNER)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as runner:

        def ran(page):
            print(page, file=runner.stdin, flush=True)
            return json.loads(runner.stdout.readline())

        yield ran
        runner.stdin.close()
    assert runner.returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_code_block_of_a_page_does_what_the_page_says(run, page):
    if "$ ssh-keygen" in page.read_text("utf-8") and not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here (Debian: apt-get install openssh-client)")
    code, said = run(page)

    assert code == 0, said


def test_a_block_that_says_something_else_is_found(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n")

    code, said = run(page)

    assert code == 1
    assert "but it says" in said
