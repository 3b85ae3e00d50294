import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).with_name("blocks.py")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_code_block_of_a_page_does_what_the_page_says(page):
    if "$ ssh-keygen" in page.read_text("utf-8") and not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here (Debian: apt-get install openssh-client)")
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(RUNNER), str(page)], stdout=-1, stderr=-2, text=True
    )

    assert ended.returncode == 0, ended.stdout


def test_a_block_that_says_something_else_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n")

    ended = subprocess.run([sys.executable, str(RUNNER), str(page)], stdout=-1, text=True)

    assert ended.returncode == 1
    assert "but it says" in ended.stdout
