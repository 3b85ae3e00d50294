"""What one operation writes over is not lost: an import brings many texts of one document."""

import subprocess
from datetime import date

import qms
from qms.registers.documents import AdoptDocument, AdoptRevision, Rename
from qms.restoring import rebuild, verify
from qms.trail.entry import laid_out

TEXTS = [f"Lần {n}".encode() for n in range(3)]
DOCUMENT = AdoptDocument(code="QT-01", title="Hồ sơ", type="QT", unit="CQ", owner="CBISO")
REVISIONS = [
    AdoptRevision(
        code="QT-01", text=text, issue=1, amendment=n, issued=date(2019 + n, 1, 1), source="giấy"
    )
    for n, text in enumerate(TEXTS)
]
RENAME = Rename(code="QT-01", title="Kiểm soát hồ sơ", reason="viết đủ")


def adopted(system):
    system.perform(DOCUMENT, *REVISIONS)
    system.perform(RENAME)  # from now on the ledger lets go of what git has
    system.perform(RENAME)
    return system


def texts(system):
    return [system.content("QT-01", f"1.{n}") for n in range(3)]


def test_each_text_of_one_operation_comes_back_after_git_has_it(tmp_path):
    with adopted(qms.found(tmp_path / "so", organisation="Sở", officer="lan")) as system:
        assert texts(system) == TEXTS
        assert list(system.verify()) == []


def test_a_clone_alone_gives_each_text_of_one_operation_back(tmp_path):
    adopted(qms.found(tmp_path / "so", organisation="Sở", officer="lan")).close()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--bare", tmp_path / "so/store.git", clone], check=True)

    assert [found.code for found in verify(clone)] == ["C01"]  # nobody said whose key it is
    rebuild(tmp_path / "new", clone=clone)

    with qms.open(tmp_path / "new", actor="lan") as system:
        assert texts(system) == TEXTS


def test_only_what_is_written_over_lies_under_earlier(tmp_path):
    with qms.found(tmp_path / "so", organisation="Sở", officer="lan") as system:
        entries = system.perform(DOCUMENT, *REVISIONS)
        digests = {row.files[0].sha256: row.amendment for row in system.revisions("QT-01")}

    places = {digests[kept.sha256]: path for path, kept in laid_out(entries).items() if kept}
    assert [places[n].partition("/")[0] for n in range(3)] == ["earlier", "earlier", "procedures"]
