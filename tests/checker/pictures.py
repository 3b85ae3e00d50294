"""Takes the pictures of ``verify.html`` in docs: ``python -m tests.checker.pictures``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import browser, systems
from tests.checker import packs, test_verify
from tests.checker.generate import PAGE

DOCS = Path(__file__).parents[2] / "docs"
PLACES = ("verify-green.png", "verify-red.png")


def taken(chromium: Any, good: bytes, bad: bytes, folder: Path) -> None:
    """Take a picture of the page with a good pack, and one with a bad one."""
    context = chromium.new_context(offline=True, viewport={"width": 860, "height": 860})
    page = context.new_page()
    for name, pack in zip(PLACES, (good, bad), strict=True):
        page.goto(PAGE.as_uri())
        page.fill("#key", packs.SIGNER.verifier.text())
        file = {"name": "so-gtvt-2024.zip", "mimeType": "application/zip", "buffer": pack}
        page.set_input_files("#pack", file)
        page.wait_for_selector("#result.good, #result.warned, #result.bad", timeout=30_000)
        page.screenshot(path=folder / name)
    context.close()


def main() -> None:
    """Take both pictures anew."""
    with TemporaryDirectory() as name, browser.started() as chromium:
        folder = Path(name)
        office = systems.copied(systems.founded(folder / "template"), folder / "so")
        whole = packs.made(office, folder).whole
        taken(chromium, whole, test_verify.entry_changed(whole), DOCS)


if __name__ == "__main__":
    main()
