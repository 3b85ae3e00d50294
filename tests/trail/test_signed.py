"""What is signed and what is not; by whose key; and what an old or another trail is found as."""

import shutil
from contextlib import contextmanager

import pytest

import qms
from qms import documents as d
from qms.checker import verify
from qms.proofs.checkpoint import Checkpoint, Trust
from qms.proofs.note import COSIGNATURE, Note, Signer, skey
from qms.registers.log_keys import CODE, RotateLogKey
from qms.storage import keys
from qms.trail.entry import CHECKPOINT, entry_path
from qms.trail.findings import CODES, Severity, finding
from qms.trail.verification import STRIDE
from tests.forging import amended, rechained
from tests.systems import created, git
from tests.trail import test_verification
from tests.trail.altering import Alterations, codes, noting

STRANGER = Signer.parse(skey("qms-test", b"x" * 32))
ALTERATIONS: Alterations = {}
found_as = noting(ALTERATIONS)


@pytest.fixture(scope="module")
def sound(stage):
    """Three operations after the founding: QT-01 is drafted, submitted, endorsed."""
    stage.does("hung", created("QT-01"))
    stage.does("hung", d.Submit(code="QT-01"))
    stage.does("mai", d.Endorse(code="QT-01", digest=stage.digest("QT-01")))
    return stage


@pytest.fixture
def office(sound, place):
    return sound.copy(place / "so")


def newest(office):
    """Return the size and the note of the newest checkpoint."""
    ((size, note),) = office.sql("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
    return size, note


def replaced(office, note, size=None):
    """Put another note in the place of the newest checkpoint."""
    own = size or newest(office)[0]
    office.sql("UPDATE checkpoint SET note = :note WHERE size = :size", note=note, size=own)


def followed(office):
    """Make git agree with the newest entry and checkpoint of the ledger."""
    last = office.sql('SELECT "index", data FROM entry ORDER BY "index" DESC LIMIT 1')[0]
    amended(office, {entry_path(last[0]): last[1], CHECKPOINT: newest(office)[1]})


@contextmanager
def without_keys(office):
    """Work on a machine where the keys are not at hand."""
    away = office.keys.rename(office.keys.with_name("away"))
    yield
    away.rename(office.keys)


@found_as("C02", "C11", "C12")
def a_checkpoint_that_is_no_note(office):
    replaced(office, b"\x00")


@found_as("C05", "C11", "C12")
def a_checkpoint_of_another_trail(office):
    said = Checkpoint.parse(Note.parse(newest(office)[1]).text)
    replaced(office, said._replace(origin="other").signed(STRANGER).data())


@found_as("C04", "C11", "C12")
def a_checkpoint_with_the_signature_of_another(office):
    ((first,),) = office.sql("SELECT note FROM checkpoint WHERE size = 7")
    text = Note.parse(newest(office)[1]).text
    replaced(office, Note(text, Note.parse(first).signatures).data())


@found_as("C08", "C11", "C12")
def a_checkpoint_signed_by_a_stranger(office):
    said = Checkpoint.parse(Note.parse(newest(office)[1]).text)
    replaced(office, said.signed(STRANGER).data())


@found_as("C06", "C11", "C12")
def a_checkpoint_over_other_entries(office):
    said = Checkpoint.parse(Note.parse(newest(office)[1]).text)
    signer = keys.read(office.keys / "log.key")
    replaced(office, said._replace(root=b"\x01" * 32).signed(signer).data())


@found_as("C06", "C11", "C13")
def an_entry_altered_on_both_sides_without_the_key(office):
    rechained(office, lambda entries: entries[-1].update(tool="other"), key=False)
    followed(office)


@found_as("C09")
def a_checkpoint_in_the_middle_of_an_operation(office):
    office.sql("INSERT INTO checkpoint SELECT 10, note FROM checkpoint WHERE size = 7")
    said = Checkpoint("qms-test", 10, bytes.fromhex(office.entries()[10].root))
    replaced(office, said.signed(keys.read(office.keys / "log.key")).data(), 10)


@found_as("C10")
def work_without_the_key_and_then_with_it(office):
    with without_keys(office):
        office.does("hung", created("QT-02"))
    office.does("hung", created("QT-03"))


@found_as("C11")
def work_without_the_key_at_the_end(office):
    with without_keys(office):
        office.does("hung", created("QT-02"))


@found_as("C15")
def the_promises_of_the_key_taken_away(office):
    (office.keys / "log.promises").unlink()


@found_as("C12", "C10")
def a_checkpoint_taken_away(office):
    office.sql("DELETE FROM checkpoint WHERE size = 7")


@found_as("C12")
def another_checkpoint_in_git(office):
    amended(office, {CHECKPOINT: b"x"})


@found_as("C01")
def nothing_at_hand_but_the_trail(office):
    shutil.rmtree(office.keys)


@found_as("C03")
def another_public_key(office):
    (office.keys / "log.pub").write_text(f"{STRANGER.verifier.text()}\n")


@found_as("C13")
def an_old_backup_put_back_on_both_sides(office):
    old = office.copy(office.folder.with_name("old"))
    office.does("hung", created("QT-02"))
    shutil.rmtree(office.folder)
    old.folder.rename(office.folder)


@found_as("K01")
def a_key_lost_and_replaced(office):
    (office.keys / "log.key").unlink()
    office.does("lan", RotateLogKey(code=CODE, reason="Mất máy"))


@found_as("K02", "C08", "C12", "C03", "S01", "G02")
def a_key_of_another_trail(office):
    other = Signer.parse(skey("other", b"x" * 32)).verifier.text()
    rechained(office, lambda entries: entries[5]["change"].update(vkey=other))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_found(office, name):
    alter, expected = ALTERATIONS[name]

    alter(office)

    assert codes(office) == expected


def test_there_is_an_alteration_for_every_code():
    names = [*ALTERATIONS, *test_verification.ALTERATIONS]
    of_packs = {code for code in verify.SAYS if code[0] in "PA"} | {"C07"}
    of_stamps = {"A05", "A06"}  # test_anchored
    of_an_older_key = {"K03"}  # below
    of_the_search = {"S06"}  # tests/system/test_search.py
    of_one_who_goes_on = {"C14"}  # test_resumed
    of_one_who_joined = {"F07"}  # tests/cli/test_whole.py
    elsewhere = of_packs | of_stamps | of_an_older_key | of_the_search
    elsewhere |= of_one_who_goes_on | of_one_who_joined

    assert {name.partition(" ")[0] for name in names} == set(CODES) - elsewhere
    assert verify.SAYS.items() <= {code: _says(code) for code in CODES}.items()


def _says(code):
    return tuple(CODES[code]["says"][language] for language in ("en", "vi"))


# ── Whose key ───────────────────────────────────────────────────────────────────────────────────


def held(office, **more):
    """Return what an auditor holds: the public key, and perhaps a checkpoint."""
    return keys.public(office.keys / "log.pub")._replace(**more)


def cloned(office, name="clone"):
    git(office.folder.parent, "clone", "-q", "--bare", str(office.store), name)
    return office.folder.with_name(name)


def found(source, trust=None):
    return [finding.code for finding in qms.verify(source, trust)]


def test_a_clone_alone_says_that_nobody_outside_vouches_for_it(office):
    clone = cloned(office)

    assert found(clone) == ["C01"]
    assert found(clone, held(office)) == []


def test_the_key_in_hand_counts_and_no_other(office):
    trust = Trust("qms-test", (STRANGER.verifier,))

    assert found(office.folder, trust) == ["C03"]
    assert found(office.folder, Trust("other", held(office).keys)) == ["C03"]
    assert [one.code for one in office.asks(lambda system: system.verify(trust))] == ["C03"]


def test_a_whole_trail_of_the_same_name_is_found_by_the_key_only(office, place):
    names = {"organisation": "Sở GTVT", "officer": "lan"}
    qms.found(place / "other", log="qms-test", **names).close()
    clone = place / "other" / "store.git"

    assert found(place / "other") == []
    assert found(clone) == ["C01"]
    assert found(clone, held(office)) == ["C03"]


def test_a_checkpoint_kept_outside_finds_an_old_copy_and_a_rewritten_one(office, place):
    old = cloned(office, "old")
    office.does("hung", created("QT-02"))
    seen = Checkpoint.parse(Note.parse(newest(office)[1]).text)
    new = cloned(office, "new")

    assert found(new, held(office, seen=seen)) == []
    assert found(old, held(office, seen=seen)) == ["C13"]
    assert found(new, held(office, seen=seen._replace(root=bytes(32)))) == ["C13"]


def test_the_newest_checkpoint_has_as_many_witnesses_as_are_asked_for(office):
    witness = Signer.parse(skey("cap-tren.example", b"w" * 32, COSIGNATURE))
    asked = held(office, witnesses=(witness.verifier,), quorum=1)
    own = asked._replace(witnesses=asked.keys)
    (few,) = qms.verify(cloned(office), asked)
    replaced(office, Note.parse(newest(office)[1]).signed(witness, at=1_704_200_000).data())
    followed(office)
    clone = cloned(office, "cosigned")

    assert (few.code, few.about, few.severity) == ("A01", "0 of 1 witnesses", Severity.ERROR)
    assert found(clone, asked) == []
    assert found(clone, own) == found(clone, asked._replace(quorum=2)) == ["A01"]


def test_a_rewriting_by_whoever_has_the_key_is_found_by_what_it_promised(office):
    promised = (office.keys / "log.promises").read_bytes()
    rechained(office, lambda entries: entries[-1].update(tool="other"))
    followed(office)
    assert found(office.folder) == []

    (office.keys / "log.promises").write_bytes(promised)

    assert found(office.folder) == ["C13"]


def test_a_new_key_is_signed_for_by_the_old_one(office):
    before = held(office)
    office.does("lan", RotateLogKey(code=CODE, reason="Hằng năm"))
    after = held(office)
    clone = cloned(office)

    assert before.keys != after.keys
    assert found(office.folder) == []
    assert found(clone, before) == found(clone, after) == []

    office.does("hung", created("QT-02"))
    clone = cloned(office, "later")
    assert found(clone, after) == []
    (warned,) = qms.verify(clone, before)
    assert (warned.code, warned.severity) == ("K03", Severity.WARNING)
    assert warned.about.startswith("entry 27, 02/01/2024, qms-test+")
    assert found(clone, after._replace(keys=(*before.keys, *after.keys))) == []


def test_how_many_entries_are_unsigned_is_said(office):
    with without_keys(office):
        office.does("hung", created("QT-02"), created("QT-03"))
    (one,) = qms.verify(office.folder)

    assert (one.code, one.about, one.severity) == ("C11", "2", Severity.WARNING)


# ── What a finding says ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", CODES)
def test_a_finding_says_what_it_means_and_what_to_do_in_both_languages(code):
    one = finding(code, "x")
    said = [one.en, one.means("en"), one.do("en"), one.vi, one.means("vi"), one.do("vi")]

    assert len(set(said)) == 6
    assert all(sentence[0].isupper() and sentence.endswith((".", ").")) for sentence in said)
    assert not any(word in one.do("vi").split() for word in ("the", "of", "a"))


def test_progress_is_told_from_the_beginning_to_the_end(office):
    told = []
    list(qms.verify(office.folder, progress=lambda done, of: told.append((done, of))))

    size = len(office.entries())
    assert size < STRIDE
    assert told == [(0, size), (size, size)]
