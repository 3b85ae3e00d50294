"""A real browser, started by the tests that look at pages.

It is Debian's Chromium, driven by Playwright; ``make test`` installs it where it may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = "NO BROWSER: pages are not tested here (Debian: apt-get install chromium)"


@contextmanager
def started() -> Iterator[Any]:
    """Give a browser, or skip where this machine has none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="NO PLAYWRIGHT: run make venv")
    path = next(filter(None, map(which, NAMES)), None)
    if path is None:
        pytest.skip(MISSING)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()
