"""A verification that goes on from an earlier one finds what a whole one finds behind it."""

import pytest

import qms
from qms import people as p
from qms.changes import Change
from qms.proofs.checkpoint import Checkpoint
from qms.restoring import OnlyWhole
from qms.trail import reached
from tests.forging import rechained
from tests.trail.altering import codes
from tests.trail.test_verification import ALTERATIONS, each, office, sound

__all__ = ["office", "sound"]


def so_far(office, file, size):
    """Write that so many entries were found sound, as one does who verified them then."""
    entries = office.entries()
    root = bytes.fromhex(entries[size].root)
    file.write_bytes(reached.data(Checkpoint(entries[0].log, size, root)))
    return file


def resumed(office, file):
    return {finding.code for finding in qms.verify(office.folder, since=file)}


def without(kind):
    """Return every kind of change but one, in their order, on which pages depend."""
    return {name: change for name, change in Change.kinds.items() if name != kind}


def bytes_of(office):
    return [bytes(data) for (data,) in office.sql('SELECT data FROM entry ORDER BY "index"')]


@pytest.mark.parametrize("name", list(each()))
@pytest.mark.parametrize("part", [1, 2])
def test_what_is_altered_is_found_behind_and_before(office, place, name, part):
    alter, expected = ALTERATIONS[name]
    size = len(office.entries()) // part - 1
    file, known = so_far(office, place / "so-far", size), bytes_of(office)[:size]

    alter(office)
    found = resumed(office, file)

    rewritten = {"C14"} if bytes_of(office)[:size] != known else set()
    assert found == expected | rewritten


def test_who_verifies_keeps_how_far_all_was_sound(office, place):
    file = place / "so-far"

    assert resumed(office, file) == set()
    kept = reached.parse(file.read_bytes())
    assert kept.size == len(office.entries())
    office.issues("QT-03", "2024-03-01")
    assert resumed(office, file) == set()
    assert reached.parse(file.read_bytes()).size > kept.size


def test_entries_rewritten_since_are_found_and_everything_is_checked_anew(office, place):
    file = place / "so-far"
    resumed(office, file)
    kept = file.read_bytes()

    office.sql("UPDATE entry SET data = CAST('x' AS BLOB) WHERE \"index\" = 4")

    assert resumed(office, file) == codes(office) | {"C14"}
    assert file.read_bytes() == kept


def test_the_file_of_another_trail_helps_nobody(office, place):
    file = place / "so-far"
    file.write_bytes(reached.data(Checkpoint("other", 5, bytes(32))))

    assert resumed(office, file) == {"C14"}


def test_a_clone_is_verified_further_too(office, place):
    file = so_far(office, place / "so-far", 20)

    assert [finding.code for finding in qms.verify(office.store, since=file)] == ["C01"]
    assert reached.parse(file.read_bytes()).size == len(office.entries())


def test_a_state_that_does_not_follow_is_found_though_it_was_passed_before(office, place):
    rechained(office, lambda told: told[-2]["state"].update({"document:qt-02": "0" * 64}))

    assert "S01" in resumed(office, so_far(office, place / "so-far", len(office.entries()) - 1))


def test_no_rule_is_asked_again_of_what_was_found_sound(office, place, monkeypatch):
    from qms.trail.checks import rules

    played = []
    replayed = rules.replayed
    monkeypatch.setattr(
        rules, "replayed", lambda entry, *by: played.append(entry.index) or replayed(entry, *by)
    )
    size = len(office.entries())

    assert resumed(office, so_far(office, place / "so-far", size - 3)) == set()
    assert played == [size - 3, size - 2, size - 1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"qms verified v1\n",
        b"qms verified v2\nlog\n0\n" + b"A" * 43 + b"=\n",
        b"log\n0\n" + b"A" * 43 + b"=\n",
    ],
)
def test_what_says_nothing_of_the_kind_is_refused(office, place, data):
    (place / "so-far").write_bytes(data)

    with pytest.raises(reached.NotReached) as caught:
        resumed(office, place / "so-far")
    assert caught.value.says("vi").endswith(".")
    assert (place / "so-far").read_bytes() == data


def test_a_pack_is_verified_whole(place):
    (place / "goi.zip").write_bytes(b"x")

    with pytest.raises(OnlyWhole) as caught:
        list(qms.verify(place / "goi.zip", since=place / "so-far"))
    assert caught.value.says("vi").endswith(".")


def test_a_kind_that_only_a_newer_version_knows_is_told_behind_too(office, place, monkeypatch):
    file = so_far(office, place / "so-far", len(office.entries()) - 1)
    monkeypatch.setattr(Change, "kinds", without("document.create/1"))

    found = codes(office)

    assert "R02" in found
    assert resumed(office, file) == found


def test_what_could_not_be_judged_is_not_kept_as_sound(office, place, monkeypatch):
    office.does("lan", p.RenamePerson(code="ha", name="Đỗ Thị Thu Hà"))
    file = so_far(office, place / "so-far", 20)
    before = file.read_bytes()
    monkeypatch.setattr(Change, "kinds", without(p.RenamePerson.kind))

    assert resumed(office, file) == {"R02"}
    assert file.read_bytes() == before
