"""A token in software, where SoftHSM 2 is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from subprocess import run

import pytest

PLACES = ("/usr/lib/softhsm", "/usr/lib64/softhsm", "/usr/local/lib/softhsm", "/opt/homebrew/lib")
MODULE = next((one for place in PLACES for one in Path(place).glob("libsofthsm2.*")), None)
PIN, TOKEN = "5678", "qms thử"

needs_softhsm = pytest.mark.skipif(
    not (MODULE and which("softhsm2-util")),
    reason="SoftHSM 2 is not here (Debian: apt-get install softhsm2)",
)
URI = f"pkcs11:token=qms%20th%E1%BB%AD?module-path={MODULE}"


@contextmanager
def softhsm(folder: Path) -> Iterator[None]:
    """Let there be a token; its library reads where it is only once in the life of a process."""
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    words = ["--init-token", "--free", "--label", TOKEN, "--so-pin", "1234", "--pin", PIN]
    try:
        run(["softhsm2-util", *words], check=True, capture_output=True)
        yield
    finally:
        os.environ.pop("SOFTHSM2_CONF")
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before
