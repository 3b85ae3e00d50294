"""The starter set in force, and the folder it was published into."""

from datetime import date
from pathlib import Path

import pytest

from qms import documents as d
from qms import people as p
from qms.registers.documents.front import part
from tests import systems

STARTER = Path(__file__).parents[2] / "procedures"
FIRST = date(2024, 2, 1)
SAID = ("code", "title", "type", "unit", "owner", "clauses", "services", "parents")
UNITS = ("LD", "TT", "QLGT", "KHTC", "MC")
POSTS = ("CTT", "TP-QLVT", "TP-QLGT", "TP-KHTC")


def creations():
    """Yield the drafting of every procedure and form of the starter set."""
    for path in [*sorted(STARTER.glob("*.md")), *sorted(STARTER.glob("*/*.md"))]:
        front = part(path.read_text("utf-8")).front
        facts = {name: getattr(front, name) for name in SAID}
        yield d.Create(text=path.read_bytes(), **facts)


def put_in_force(office, drafts):
    """Let many documents go through all three signatures and a decision at once."""
    codes = [draft.code for draft in drafts]
    office.does("hung", *drafts, *(d.Submit(code=code, summary="Lần đầu") for code in codes))
    with office.open() as system:
        digests = {code: system.get(d.Document, code).draft.digest for code in codes}
    office.does("mai", *(d.Endorse(code=code, digest=digests[code]) for code in codes))
    office.does("binh", *(d.Approve(code=code, digest=digests[code]) for code in codes))
    decided = {"decision": "12/QĐ-SGTVT", "decided": date(2024, 1, 1), "signer": "Phạm Quốc Bình"}
    issue = {"effective": FIRST, "distribution": ("VP", "QLVT"), **decided}
    office.does("lan", *(d.Issue(code=code, **issue) for code in codes))


@pytest.fixture(scope="session")
def starter(template, tmp_path_factory):
    """A department with the starter set in force; nobody writes to it."""
    office = systems.copied(template, tmp_path_factory.mktemp("starter") / "so")
    units = (p.OpenUnit(code=code, title=f"Đơn vị {code}", since=FIRST) for code in UNITS)
    posts = (p.OpenPost(code=code, title=f"Vị trí {code}", unit="VP") for code in POSTS)
    office.does("lan", *units, *posts)
    put_in_force(office, list(creations()))
    return office


@pytest.fixture(scope="session")
def published(starter, tmp_path_factory):
    """The folder that the starter set was published into."""
    folder = tmp_path_factory.mktemp("published") / "ban-hanh"
    return starter.asks(lambda system: system.publish(folder, FIRST)).folder
