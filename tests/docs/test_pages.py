import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import generate
from qms.changes import Change
from qms.intake import register
from qms.trail.entry import Entry

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *generate.pages()]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def rows(page: str) -> list[list[str]]:
    lines = (DOCS / page).read_text("utf-8").splitlines()
    return [re.split(r" *\| *", line.strip("| ")) for line in lines if line.startswith("|")]


def anchors(page: Path) -> Iterator[str]:
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("#"):
            words = re.sub(r"[^\w\s-]", "", line.lstrip("#").strip().lower())
            yield words.replace(" ", "-")


@pytest.mark.parametrize("page", generate.pages(), ids=named)
def test_what_is_generated_is_up_to_date(page):
    text = page.read_text("utf-8")

    assert generate.renewed(text) == text, "run: python -m docs.generate"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_exit_code_has_a_row_of_two_cells(language):
    lines = generate.exits(language).splitlines()

    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


def test_every_page_is_on_the_map():
    targets = LINK.findall((DOCS / "index.md").read_text("utf-8"))
    mapped = {(DOCS / target.partition("#")[0]).resolve() for target in targets}

    assert set(generate.pages()) - {DOCS / "index.md"} <= mapped


def test_the_table_of_the_entry_names_every_member():
    said = [row[0].strip("`") for row in rows("format.md")]

    assert set(Entry.model_fields) <= set(said)


def test_every_refusal_that_the_officer_reads_about_exists():
    said = re.findall(r"^\| “(.+?)” \|", (DOCS / "officer.md").read_text("utf-8"), re.MULTILINE)
    known = {error.vi for error in generate.errors()}

    assert len(said) > 20
    assert [sentence for sentence in said if sentence not in known] == []


def test_the_officer_reads_about_every_column_of_old_revisions():
    text = " ".join((DOCS / "officer.md").read_text("utf-8").split())
    said = re.search(r"Các cột dùng được: (.+?)\.", text)

    assert said
    assert said[1].split(", ") == list(register.COLUMNS.values())


def test_every_identifier_in_the_glossary_is_used():
    files = [path for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".toml")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    names = {
        name
        for row in rows("glossary.md")
        for cell in row[2:3]
        for name in re.findall(r"`([\w.]+)`", cell)
    }

    assert len(names) > 40
    assert [name for name in sorted(names) if name.split(".")[-1] not in code] == []


def test_every_register_of_the_standard_and_of_the_reform_has_its_page():
    elsewhere = {"people", "policy", "documents", "log_keys", "signing_keys", "anchors"}
    rooms = {generate._room(change) for change in Change.kinds.values()} - {""}

    assert rooms - elsewhere - {"trail_reviews", "witnesses"} <= {
        page.stem for page in (DOCS / "registers").glob("*.md")
    }


def test_no_room_is_longer_than_400_lines():
    rooms = [path for path in (ROOT / "src").rglob("*.py") if path.name != "verify.py"]

    assert [path for path in rooms if len(path.read_text("utf-8").splitlines()) > 400] == []
