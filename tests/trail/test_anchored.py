"""What was kept outside is held against the trail, and each stamp against who vouches for it."""

import sys
from datetime import date

import pytest

import qms
from qms import anchors, restoring
from qms.folder import Folder
from qms.proofs import timestamp
from qms.storage.checkpoints import Checkpoints
from qms.trail.findings import finding
from tests.forging import rechained
from tests.proofs.test_timestamp import authority, other  # noqa: F401
from tests.systems import git
from tests.tsa import needs_openssl


def kept(office, **more):
    """Let lan bring back the newest checkpoint, from wherever it is kept."""
    note = office.asks(lambda system: system.trail.checkpoint()).data().decode()
    office.does("lan", anchors.KeepAnchor(note=note, **{"medium": "paper", "place": "Két"} | more))
    return note


def stamped(office, by):
    """Let lan bring back a timestamp on the newest checkpoint."""
    note = office.asks(lambda system: system.trail.checkpoint())
    answer = by.answer(timestamp.request(note.text.encode()))
    kept(office, medium="timestamp", place="Ban Cơ yếu", answer=answer)


def found(office, *authorities):
    trust = Checkpoints(Folder.at(office.folder)).trust()
    known = trust._replace(authorities=tuple(one.certificate.read_bytes() for one in authorities))
    return {finding.code for finding in qms.verify(office.folder, known)}


def test_a_checkpoint_that_came_back_holds(office):
    kept(office)
    office.does("lan", qms.people.Enrol(code="moi", name="Người mới"))
    kept(office)

    assert found(office) == set()


def test_what_is_kept_outside_is_the_same_by_folder_and_by_clone(office):
    first = office.asks(lambda system: system.trail.checkpoint()).data()
    office.issues("QT-01", "2024-02-01")
    trust = Checkpoints(Folder.at(office.folder)).trust()._replace(kept=(first,), names=("",))
    places = (office.folder, Folder.at(office.folder).store)
    followed = []
    for _ in range(2):
        here, there = (restoring.standing(at, trust, date(2024, 6, 1)) for at in places)
        assert here == there
        followed.append(here.entries)
        kept(office)

    assert followed[0] > followed[1] > 0


def test_a_trail_that_was_rewritten_since_is_told_by_it(office):
    office.issues("QT-01", "2024-02-01")
    kept(office)

    def lie(entries):
        told = next(one for one in entries if one["kind"] == "document.create/1")
        told["at"] = told["at"][:-2] + "7Z"

    rechained(office, lie)

    assert "A02" in found(office)


@needs_openssl
def test_a_stamp_holds_for_whoever_trusts_its_authority(office, place, authority, other):  # noqa: F811
    stamped(office, authority)
    git(place, "clone", "-q", "--bare", str(office.store), "clone")
    trust = Checkpoints(Folder.at(office.folder)).trust()
    ours = trust._replace(authorities=(authority.certificate.read_bytes(),))

    assert found(office, authority) == set()
    assert found(office, other, authority) == set()
    assert found(office, other) == {"A05"}
    assert found(office) == {"A06"}
    assert list(qms.verify(place / "clone", ours)) == []


@needs_openssl
def test_whoever_lacks_the_extra_is_told_that_it_was_not_checked(
    office,
    authority,  # noqa: F811
    monkeypatch,
):
    stamped(office, authority)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    assert found(office, authority) == {"A06"}


@pytest.mark.parametrize("code", ["A02", "A05", "A06"])
def test_each_finding_says_what_to_do(code):
    for language in ("vi", "en"):
        assert finding(code, "x").do(language).endswith(".")
