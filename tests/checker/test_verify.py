"""The checker that goes along in a pack: what it accepts, and what it finds."""

from __future__ import annotations

import ast
import io
import os
import random
import signal
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from qms.checker import verify
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Note
from qms.values import canonical
from tests.checker import generate
from tests.checker.packs import (
    LOG,
    OTHER_LOG,
    SIGNER,
    STRANGER,
    TRUST,
    WITNESS,
    altered,
    anchored,
    bodied,
    codes,
    entries,
    findings,
    forged,
    key_of,
    opened,
    written,
    zipped,
)
from tests.proofs.damage import flips, parts

WITNESSED = verify.Trust(TRUST.keys, (key_of(WITNESS),), 1)


def entry_changed(data):
    """An entry says another item; whoever did it cannot sign."""
    changed = entries(data)
    changed[5]["tool"] = "another"
    return altered(data, trail_jsonl=written(changed))


def last_changed(data):
    changed = entries(data)
    changed[-1]["tool"] = "another"
    return altered(data, trail_jsonl=written(changed))


def last_cut(data):
    return altered(data, trail_jsonl=written(entries(data)[:-1]))


def not_canonical(data):
    return altered(data, trail_jsonl=lambda old: old.replace(b'{"actor"', b'{ "actor"', 1))


def resigned(alter):
    return lambda data: forged(data, alter)


def last_said(**said):
    """Let the newest entry say otherwise, in a shape that no program writes."""

    def alter(changed):
        changed[-1] |= said
        return changed

    return alter


def sized(changed):
    for entry in changed:
        for of in entry["evidence"].values():
            of["size"] += 1
    return changed


def foreign(changed):
    for entry in changed[7:8]:
        entry["log"] = "log-khac"
    return changed


def backwards(changed):
    changed[9]["at"] = changed[3]["at"]
    return changed


def torn(changed):
    changed[2]["operation"] = [2, 1]
    return changed


def unheld(changed):
    """A signature is another one's: over this place it does not hold."""
    *_, one, other = (entry for entry in changed if entry["signature"])
    one["signature"], other["signature"] = other["signature"], one["signature"]
    return changed


def unsigned(changed):
    """A key is enrolled without having signed that."""
    next(one for one in changed if one["kind"] == "signing_key.enrol/1")["signature"] = None
    return changed


def first_of(data, folder):
    return next(name for name in sorted(opened(data)) if name.startswith(folder))


def without(folder):
    def taken(data):
        members = opened(data)
        del members[first_of(data, folder)]
        return zipped(members)

    return taken


def other(folder, new):
    return lambda data: zipped({**opened(data), first_of(data, folder): new})


def text_changed(data):
    """The text of QT-05 is another one; its name, and the zip's checksum, were kept."""
    said = entries(data)
    path = next(iter(next(entry for entry in said if entry["files"])["files"].values()))
    return zipped({**opened(data), f"contents/{path['sha256']}": b"x" * path["size"]})


def evidence_gone(data):
    kept = next(
        iter(next(entry for entry in entries(data) if entry["evidence"])["evidence"].values())
    )
    members = opened(data)
    del members[f"contents/{kept['sha256']}"]
    return zipped(members)


def evidence_changed(data):
    kept = next(iter(next(one for one in entries(data) if one["evidence"])["evidence"].values()))
    return zipped({**opened(data), f"contents/{kept['sha256']}": b"x" * kept["size"]})


def content_gone(data):
    kept = next(iter(next(entry for entry in entries(data) if entry["files"])["files"].values()))
    members = opened(data)
    del members[f"contents/{kept['sha256']}"]
    return zipped(members)


def said(**changes):
    def alter(data):
        about = verify.parsed(opened(data)["pack.json"]) | changes
        return altered(data, pack_json=canonical(about))

    return alter


def signed_by(signer):
    def alter(data):
        note = Note.parse(opened(data)["checkpoint"])
        return altered(data, checkpoint=Note(note.text).signed(signer).data())

    return alter


def signature_broken(data):
    note = Note.parse(opened(data)["checkpoint"])
    line = note.signatures[0]
    broken = line._replace(data=line.data[:-1] + bytes([line.data[-1] ^ 1]))
    return altered(data, checkpoint=Note(note.text, (broken,)).data())


def swapped(name, old, new):
    return lambda data: altered(data, **{name: lambda was: was.replace(old, new, 1)})


NOTHING_ASKED = {"items": [], "since": "", "unit": "", "until": ""}
WHOLE = {
    "T01 an entry that is not canonical": not_canonical,
    "T02 an entry changed": entry_changed,
    "T04 an entry of another log": resigned(foreign),
    "T05 an entry dated back": resigned(backwards),
    "T06 an operation torn": resigned(torn),
    "C06 the last entry changed": last_changed,
    "P08 the last entry cut": last_cut,
    "K12 signatures that do not hold": resigned(unheld),
    "F01 a text taken out": content_gone,
    "F02 a text changed": text_changed,
    "F03 evidence taken out": evidence_gone,
    "F04 evidence changed": evidence_changed,
    "P02 the state of an item taken out": without("items/"),
    "P02 a personal text taken out": without("people/"),
    "P02 the entries taken out": lambda data: altered(data, trail_jsonl=None),
    "P02 the checkpoint taken out": lambda data: altered(data, checkpoint=None),
    "P02 the index taken out": lambda data: altered(data, index_html=None),
    "P02 the checker taken out": lambda data: altered(data, verify_py=None),
    "P03 a strange file": lambda data: altered(data, readme_txt=b"Read me"),
    "P03 a strange content": lambda data: altered(data, contents__abc=b"abc"),
    "P04 no JSON": lambda data: altered(data, pack_json=b"{"),
    "P04 an unknown format": said(format=0),
    "P10 a newer format": said(format=2),
    "C04 the checkpoint altered": swapped("checkpoint", b"\n", b"\n1"),
    "P04 a member more": said(more=1),
    "P04 true for one": said(format=True),
    "P04 a sentence for a day": said(filters=dict(NOTHING_ASKED, since="Đã được xác nhận")),
    "P04 a sentence for a unit": said(filters=dict(NOTHING_ASKED, unit="Thanh tra Bộ")),
    "P04 a whole pack with an end": said(
        filters=dict(NOTHING_ASKED, until="2026-01-01T00:00:00.000000Z")
    ),
    "P04 a sentence for what was redacted": said(redacted=["Không có gì bị che"]),
    "P04 a sentence for a program": said(tool="Thanh tra Bộ, đã đối chiếu"),
    "P04 words in another form": lambda data: altered(data, words_json=b"[]"),
    "P05 another word for a value": swapped(
        "words_json",
        '"calendar.weekend:5":"thứ Bảy"'.encode(),
        '"calendar.weekend:5":"thứ Ba"'.encode(),
    ),
    "P05 a word for a value that nobody knows": swapped(
        "words_json",
        '"calendar.weekend:6":"Chủ nhật"'.encode(),
        b'"calendar.weekend:9":"calendar.weekend:9"',
    ),
    "P05 another word for a kind": swapped("words_json", "Ban hành".encode(), "Bãi bỏ".encode()),
    "P05 a word for a kind that is not here": lambda data: altered(
        data, words_json=lambda old: b'{"a/1":{"en":"A","fields":{},"vi":"A"},' + old[1:]
    ),
    "P05 the index says something else": swapped("index_html", b"QT-05", b"QT-50"),
    "P05 the index cut": lambda data: altered(data, index_html=lambda old: old[:-8]),
    "P05 the index with a line more": lambda data: altered(
        data, index_html=lambda old: old + b"<p>Ban hanh</p>\n"
    ),
    "P05 the CSV says something else": swapped("entries_csv", b"QT-05", b"QT-50"),
    "P05 the JSON Lines say something else": swapped("entries_jsonl", b"QT-05", b"QT-50"),
    "P06 another name": other("people/", canonical({"salt": "0" * 32, "value": "Ai khác"})),
    "P07 another state of an item": other("items/", b"{}"),
    "P08 another size": said(size=3),
    "P08 another count": said(entries=3),
    "P09 another checker": swapped("verify_py", b"import", b"import  "),
    "P09 another page": swapped("verify_html", b"html", b"html "),
    "C02 no note": lambda data: altered(data, checkpoint=b"qms-test\n"),
    "C03 a stranger's signature": signed_by(STRANGER),
    "C04 a signature broken": signature_broken,
    "C02 an anchor that is no note": lambda data: altered(data, anchors__1=b"anchor"),
}
PART = {
    "T01 an entry that is not canonical": not_canonical,
    "C07 an entry changed": entry_changed,
    "P02 a proof taken out": without("proofs/2"),
    "P03 a proof too many": lambda data: altered(data, **{"proofs__999_tlog-proof": b"x"}),
    "P04 a proof of something else": other("proofs/2", b"c2sp.org/tlog-proof@v1\n"),
    "T06 an entry left out of its operation": lambda data: altered(
        data, trail_jsonl=written(entries(data)[:1] + entries(data)[2:])
    ),
    "T02 entries in another order": lambda data: altered(
        data, trail_jsonl=written([*entries(data)[1:], entries(data)[0]])
    ),
    "T02 said to be whole": said(whole=True, filters=NOTHING_ASKED),
}
FORGED = {
    "C08 a key that is not in force": lambda data: bodied(
        data, "log_key:log", vkey=STRANGER.verifier.text()
    ),
    "K02 a key of another log": lambda data: bodied(
        data, "log_key:log", vkey=OTHER_LOG.verifier.text()
    ),
    "K11 what had to be signed": lambda data: bodied(
        data, "policy:policy", signed_kinds=["document.submit"]
    ),
    "K12 what somebody signed before": lambda data: bodied(data, "unit:cq", title="Ai khác"),
    "K13 a key enrolled without its signature": resigned(unsigned),
    "T01 another hand": resigned(
        last_said(actor={"id": "person:lan", "kind": "king", "post": "post:cbiso"})
    ),
    "T01 an item that nothing was done to": resigned(last_said(item="person:ai")),
    "T01 an operation before the first": resigned(last_said(operation=[-1, 2])),
    "F04 evidence of another size": resigned(sized),
}
"""Made anew by whoever has the key of the log."""


def unhanded(data):
    """The checkpoints at which one key handed on to the next are taken out."""
    kept = {name: one for name, one in opened(data).items() if not name.startswith("anchors/")}
    return zipped({name: one for name, one in kept.items() if "/from-" not in name})


def retired(data):
    """The newest checkpoint is signed by the key that was replaced, as if it were in force."""
    members = opened(data)
    old = members["checkpoint"]
    new = Note(Note.parse(old).text).signed(SIGNER).data()
    return zipped({name: one.replace(old, new) for name, one in members.items()})


ROTATED = {
    "K03 nothing but time": lambda data: data,
    "K14 nothing but a key that was lost": lambda data: data,
    "K01 the old key's word taken out": unhanded,
    "C03 the old key's word taken out": unhanded,
    "C08 signed by the old key": retired,
}
"""After the key was replaced, for whoever has the first key alone."""


def test_nothing_is_wrong_with_a_pack(whole, part):
    assert findings(whole) == findings(part) == []


@pytest.mark.parametrize("name", WHOLE)
def test_what_was_done_to_a_whole_pack_is_found(whole, name):
    found = codes(WHOLE[name](whole))

    assert found[:1] == [name[:3]], found
    assert len(found) == 1 or name[:3] in ("F01", "F02", "F03", "F04", "K12", "T06"), found


@pytest.mark.parametrize("name", PART)
def test_what_was_done_to_a_part_is_found(part, name):
    assert name[:3] in codes(PART[name](part))


@pytest.mark.parametrize("name", FORGED)
def test_what_was_done_with_the_key_in_hand_is_found(whole, name):
    assert name[:3] in codes(FORGED[name](whole))


@pytest.mark.parametrize("name", ROTATED)
@pytest.mark.parametrize("kind", ["whole", "part"])
def test_after_a_rotation_it_is_found(rotated, kind, name):
    pack = ROTATED[name](getattr(rotated, kind))

    assert name[:3] in codes(pack, verify.Trust(rotated.keys[:1]))


def test_every_code_is_met_in_these_tests():
    elsewhere = {"P01", "C01", "C05", "A01", "A02", "A03", "A04", "A05", "A06"}  # test_stamps
    met = {name[:3] for name in (*WHOLE, *PART, *FORGED, *ROTATED)}

    assert met | elsewhere == set(verify.SAYS)


@pytest.mark.parametrize("kind", ["whole", "part"])
def test_whoever_holds_an_older_key_is_led_to_the_one_in_force(rotated, kind):
    pack, keys = getattr(rotated, kind), rotated.keys
    at = [one["index"] for one in entries(pack) if one["kind"] == "log_key.rotate/1"]

    assert codes(pack, verify.Trust(keys[2:])) == ["K14"]
    assert findings(pack, verify.Trust(keys[:1]))[0] == (
        f"K03 entry {at[1]}, 10/01/2024, {keys[2].shown()}"
    )
    assert codes(pack, verify.Trust(keys[:1])) == codes(pack, verify.Trust(keys[1:2]))
    assert codes(pack, verify.Trust(keys[:2])) == ["K03", "K14"]
    assert codes(unhanded(pack), verify.Trust(keys[2:])) == ["K01", "K01", "K14"]
    assert codes(unhanded(pack), verify.Trust(keys[:1])) == ["K01", "K01", "C03", "K14"]


@pytest.mark.parametrize("kind", ["whole", "part"])
def test_an_anchor_that_does_not_fit_leaves_the_keys_to_be_looked_at(rotated, kind):
    pack = getattr(rotated, kind)
    under = verify.Checkpoint.parse(opened(pack)["checkpoint"])
    anchors = under._replace(size=under.size + 1), under._replace(origin="khac.vn/so", size=1)
    alone = codes(pack, verify.Trust(rotated.keys[:1]))

    found = codes(pack, verify.Trust(rotated.keys[:1], anchors=anchors))

    assert sorted(found) == sorted([*alone, "A04", "C05"])


def test_no_line_break_makes_two_findings_of_one():
    told = verify.Finding("K01", "entry 3, lost\nNothing wrong was found.\x1b[2J")

    assert told.says("en").isprintable()
    assert told.says("vi").count("\n") == 0


def test_a_rotation_that_the_old_key_did_not_sign_leads_nowhere(rotated):
    """Whoever has only a newer key signs a handing on of their own."""
    members = opened(rotated.whole)
    names = [name for name in members if name.startswith("anchors/")]
    alone = {
        name: Note(note.text, note.signatures[:1]).data()
        for name in names
        for note in (Note.parse(members[name]),)
    }

    assert len(names) == 2
    assert codes(zipped({**members, **alone}), verify.Trust(rotated.keys[:1])) == [
        "K01",
        "K01",
        "C03",
        "K14",
    ]


@pytest.mark.parametrize("kind", ["whole", "part"])
def test_every_byte_counts(made, kind):
    data = getattr(made, kind)
    spots = random.Random(9001)
    edges = [*range(0, 40, 3), *range(len(data) - 90, len(data), 4)]
    for at in [*edges, *spots.sample(range(len(data)), 60)]:
        flipped = bytearray(data)
        flipped[at] ^= 1 << spots.randrange(8)
        assert codes(bytes(flipped)), at


def test_a_pack_cut_short_anywhere_is_found(part):
    for size in random.Random(1).sample(range(len(part)), 100):
        assert codes(part[:size]) == ["P01"]
    for more in (b"\0", b"PK\5\6"):
        assert codes(part + more) == codes(more + part) == ["P01"]


def test_without_a_key_it_is_said_that_nobody_knows_who_signed(whole):
    assert codes(whole, verify.Trust()) == ["C01"]


def test_without_a_key_a_broken_pack_is_found_all_the_same(whole):
    assert codes(entry_changed(whole), verify.Trust()) == ["C01", "T02"]


def test_the_key_of_another_log_is_not_its_key(whole):
    assert codes(whole, verify.Trust((key_of(OTHER_LOG),))) == ["C05"]


def test_the_key_of_another_log_accuses_no_rotation(rotated):
    assert codes(rotated.whole, verify.Trust((key_of(OTHER_LOG),))) == ["C05", "K14"]


def test_without_a_key_an_altered_page_is_named_all_the_same(whole):
    page = altered(whole, index_html=lambda old: old.replace(b"Lan", b"Mai"))

    assert codes(page, verify.Trust()) == ["C01", "P05"]


def test_a_kept_checkpoint_with_a_false_signature_accuses_no_log(made):
    kept = verify.Checkpoint.parse(made.anchor)
    false = kept._replace(text=kept.text + b"more\n", root=b"r" * 32)
    trust = verify.Trust(TRUST.keys, anchors=(false,))

    assert set(codes(made.whole, trust)) == set(codes(made.part, trust)) == {"C04"}


def test_a_proof_that_was_damaged_accuses_no_log(made):
    kept = verify.Checkpoint.parse(made.anchor)
    name = f"proofs/from-{kept.size}.tlog-witness"
    members = opened(made.part)
    first, rest = members[name].split(b"\n", 1)
    damaged = b"A" + rest[1:] if rest[:1] != b"A" else b"B" + rest[1:]
    members[name] = first + b"\n" + damaged

    trust = verify.Trust(TRUST.keys, anchors=(kept,))
    assert set(codes(zipped(members), trust)) == {"C07"}


def test_another_key_of_the_same_name_did_not_sign(whole):
    assert codes(whole, verify.Trust((key_of(STRANGER),))) == ["C03"]


def test_after_a_rotation_either_key_will_do(whole):
    assert codes(whole, verify.Trust((key_of(STRANGER), key_of(SIGNER)))) == []


def test_a_witness_that_cosigned_an_older_checkpoint_counts(whole, part):
    assert codes(whole, WITNESSED) == codes(part, WITNESSED) == []


def test_a_witness_that_did_not_cosign_is_missed(whole):
    assert codes(altered(whole, anchors__1=None), WITNESSED) == ["A01"]


def test_one_key_is_one_witness(whole):
    twice = verify.Trust(TRUST.keys, (key_of(WITNESS),), 2)

    assert codes(whole, twice) == ["A01"]


def test_a_kept_checkpoint_holds_the_log(made):
    kept = verify.Checkpoint.parse(made.anchor)
    trust = verify.Trust(TRUST.keys, anchors=(kept,))

    assert codes(made.whole, trust) == codes(made.part, trust) == []


def test_a_log_made_anew_with_its_key_does_not_fit_a_kept_checkpoint(made):
    def rewritten(changed):
        changed[3]["tool"] = "qms 9"
        return changed

    kept = verify.Checkpoint.parse(made.anchor)
    trust = verify.Trust(TRUST.keys, anchors=(kept,))
    pack = altered(forged(made.whole, rewritten), anchors__1=None)

    assert set(codes(altered(pack, entries_jsonl=None))) == {"K12", "P02"}  # people signed, too
    assert codes(pack, trust)[0] == "A02"


def test_a_log_older_or_cut_shorter_than_a_kept_checkpoint_is_found(made):
    size = verify.Checkpoint.parse(opened(made.whole)["checkpoint"]).size
    beyond = Checkpoint(LOG, size + 1, b"r" * 32).signed(SIGNER).data()
    trust = verify.Trust(TRUST.keys, anchors=(verify.Checkpoint.parse(beyond),))

    assert codes(made.whole, trust) == codes(made.part, trust) == ["A04"]


def test_a_part_without_a_proof_from_what_was_kept_says_so(made):
    kept = verify.Checkpoint.parse(made.anchor)
    trust = verify.Trust(TRUST.keys, anchors=(kept,))
    name = f"proofs__from-{kept.size}_tlog-witness"
    anchorless = altered(made.part, anchors__1=None, **{name: None})

    assert codes(anchorless, trust) == ["A03"]


def test_a_kept_checkpoint_of_another_log_is_no_help(made):
    strange = Checkpoint("log-khac", 1, b"r" * 32).signed(OTHER_LOG).data()
    trust = verify.Trust(TRUST.keys, anchors=(verify.Checkpoint.parse(strange),))

    assert codes(made.whole, trust) == ["C05"]


def test_a_key_that_is_not_the_actor_s_is_found(whole):
    """Its enrolment is taken out of what is looked at: then the key is nobody's."""
    signed = [entry for entry in entries(whole) if entry["signature"]]

    assert [entry["kind"] for entry in signed] == [
        "signing_key.enrol/1",
        "signing_key.enrol/1",
        "document.endorse/1",
        "document.approve/1",
    ]
    hands = verify.Hands(verify.Files())
    found = [[one.code for one in hands._signed(entry, "", "")] for entry in signed]
    assert found == [[], [], ["K13"], ["K13"]]


@pytest.mark.parametrize("at", [*range(12), -3, -9])
def test_a_bit_of_a_person_s_signature_is_noticed(whole, at):
    for entry in (entry for entry in entries(whole) if entry["signature"]):
        armored = entry["signature"]["sshsig"]
        place = armored.index("\n") + 1 + at if at >= 0 else armored.rindex("\n-") + at
        letter = "A" if armored[place] != "A" else "B"
        broken = armored[:place] + letter + armored[place + 1 :]
        with pytest.raises((ValueError, KeyError)):
            verify.ssh_signer(broken, verify.core(entry))


class TestCommand:
    @pytest.fixture
    def run(self, tmp_path, made):
        (tmp_path / "pack.zip").write_bytes(made.whole)
        (tmp_path / "verify.py").write_bytes(opened(made.whole)["verify.py"])
        (tmp_path / "key").write_text(f"{SIGNER.verifier.text()}\n")
        (tmp_path / "anchor").write_bytes(made.anchor)
        (tmp_path / "witness").write_text(f"{WITNESS.verifier.text()}\n")

        def run(*words):
            command = [sys.executable, "-I", "verify.py", *words]
            return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

        return run

    def test_it_ends_with_0_where_nothing_is_wrong(self, run):
        ended = run("pack.zip", "--key", "key", "--lang", "en")

        assert (ended.returncode, ended.stderr) == (0, b"")
        assert ended.stdout.decode().endswith("Nothing wrong was found.\n")

    def test_it_speaks_vietnamese(self, run):
        assert "Không phát hiện sai lệch." in run("pack.zip", "--key", "key").stdout.decode()

    def test_it_takes_witnesses_and_kept_checkpoints(self, run):
        ended = run("pack.zip", "--key", "key", "--witness", "witness", "--anchor", "anchor")

        assert ended.returncode == 0
        assert "cap-tren.example" in ended.stdout.decode()

    def test_the_key_of_a_log_is_no_witness(self, run):
        ended = run("pack.zip", "--key", "key", "--witness", "key")

        assert (ended.returncode, ended.stdout) == (2, b"")
        assert ended.stderr.decode().startswith("key: a key of a log, not of a witness")

    def test_it_reads_a_key_as_an_editor_leaves_it(self, run, tmp_path):
        (tmp_path / "key").write_bytes(f"\ufeff{SIGNER.verifier.text()}\r\n".encode())

        assert run("pack.zip", "--key", "key").returncode == 0

    def test_whoever_stops_it_gets_one_sentence(self, run, tmp_path):
        os.mkfifo(tmp_path / "waits")
        command = [sys.executable, "-I", "verify.py", "pack.zip", "--key", "waits"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with (
            subprocess.Popen(command, cwd=tmp_path, **pipes) as process,
            (tmp_path / "waits").open("wb"),  # it has begun to read, and waits for the key
        ):
            process.send_signal(signal.SIGINT)
            told, error = process.communicate(timeout=30)

        assert (process.returncode, told) == (130, "")
        assert error == "\nStopped: nothing was proven. / Đã dừng: chưa chứng minh được gì.\n"

    def test_without_a_key_it_says_so_and_ends_with_1(self, run):
        ended = run("pack.zip", "--lang", "en")

        assert ended.returncode == 1
        assert ended.stdout.decode().startswith("C01 qms-test: The log's key was not given")

    def test_another_checker_in_the_pack_is_said(self, run, tmp_path, made):
        for name in ("P09 another checker", "P09 another page"):
            (tmp_path / "pack.zip").write_bytes(WHOLE[name](made.whole))
            ended = run("pack.zip", "--key", "key", "--lang", "en")

            assert ended.returncode == 0
            assert ended.stdout.startswith(b"P09 verify.")
            assert b"for you to judge" in ended.stdout

    @pytest.mark.parametrize(
        "name",
        ["P08 the last entry cut", "P02 the entries taken out", "T02 an entry changed"],
    )
    def test_it_affirms_nothing_that_it_did_not_prove(self, run, tmp_path, made, name):
        (tmp_path / "pack.zip").write_bytes(WHOLE[name](made.whole))
        told = run("pack.zip", "--key", "key", "--lang", "en").stdout.decode()

        assert "holds the whole log" not in told
        assert "Signed by" not in told
        assert "The pack says that it is of log" in told

    @pytest.mark.parametrize("data", [b"", b"\xff" * 3000, "Một bức thư\n".encode(), None])
    def test_what_is_no_whole_pack_is_not_read(self, run, tmp_path, made, data):
        (tmp_path / "pack.zip").write_bytes(made.whole[:9000] if data is None else data)
        ended = run("pack.zip", "--key", "key", "--lang", "en")

        assert ended.returncode == 2
        assert ended.stdout.decode() == f"P01: {verify.CUT[0]}\n"

    def test_a_newer_form_is_not_read(self, run, tmp_path, made):
        (tmp_path / "pack.zip").write_bytes(WHOLE["P10 a newer format"](made.whole))
        ended = run("pack.zip", "--key", "key", "--lang", "en")

        assert ended.returncode == 2
        assert "take a newer checker" in ended.stdout.decode()

    def test_places_are_said_in_vietnamese(self, run, tmp_path, made):
        (tmp_path / "pack.zip").write_bytes(last_cut(made.whole))
        count = len(entries(made.whole))
        cut = run("pack.zip", "--key", "key").stdout.decode()
        (tmp_path / "pack.zip").write_bytes(entry_changed(made.whole))
        changed = run("pack.zip", "--key", "key").stdout.decode()

        assert cut.startswith(f"P08 {count - 1} mục, gói ghi {count}: ")
        assert changed.startswith("T02 mục 6: ")

    def test_a_kept_checkpoint_is_named_by_its_file(self, run, tmp_path, made):
        size = verify.Checkpoint.parse(opened(made.whole)["checkpoint"]).size
        beyond = Checkpoint(LOG, size + 1, b"r" * 32).signed(SIGNER).data()
        (tmp_path / "beyond").write_bytes(beyond)
        words = ("--anchor", "anchor", "--anchor", "beyond", "--lang", "en")
        told = run("pack.zip", "--key", "key", *words).stdout.decode()

        assert told.startswith(f"A04 beyond, {size + 1} entries, here {size}: ")

    @pytest.mark.parametrize("quorum", ["-1", "0", "2"])
    def test_no_quorum_switches_the_witnesses_off(self, run, quorum):
        ended = run("pack.zip", "--key", "key", "--witness", "witness", "--quorum", quorum)

        assert (ended.returncode, ended.stdout) == (2, b"")
        assert f"--quorum {quorum}: at least 1" in ended.stderr.decode()

    def test_it_ends_with_1_after_one_line_for_each_finding(self, run, tmp_path, made):
        (tmp_path / "pack.zip").write_bytes(entry_changed(made.whole))
        ended = run("pack.zip", "--key", "key", "--lang", "en")

        assert ended.returncode == 1
        assert ended.stdout.decode().splitlines()[0] == f"T02 entry 6: {verify.SAYS['T02'][0]}"

    @pytest.mark.parametrize(
        "words",
        [("nothing.zip",), ("pack.zip", "--key", "nothing"), ("pack.zip", "--key", "anchor")],
    )
    def test_it_ends_with_2_where_it_could_not_read(self, run, words):
        ended = run(*words)

        assert ended.returncode == 2
        assert b"Traceback" not in ended.stderr

    def test_an_anchor_that_is_none_is_not_read(self, run, tmp_path):
        for text in (b"", b"\n\n" * 9, b"<pre>a</pre>", b"\xff", b"a: b\n\nYQ==\n--x"):
            (tmp_path / "none").write_bytes(text)
            assert run("pack.zip", "--anchor", "none").returncode == 2
        ended = run("pack.zip", "--anchor", "key")
        assert ended.stderr.decode().count("\n") == 1
        assert ended.returncode == 2

    def test_an_anchor_is_taken_as_a_page_and_as_a_letter(self, run, tmp_path, made):
        for name, data in anchored(made.anchor).items():
            (tmp_path / name).write_bytes(data)
            ended = run("pack.zip", "--key", "key", "--witness", "witness", "--anchor", name)
            assert (ended.returncode, ended.stderr) == (0, b""), name
            assert "cap-tren.example" in ended.stdout.decode()


def test_every_flip_and_every_piece_of_a_key_is_noticed():
    key = SIGNER.verifier.text().encode()
    for data in (*flips(key), *parts(key)):
        with pytest.raises(verify.Found):
            verify.keys_in(data, "key")


def test_every_flip_and_every_piece_of_a_note_is_noticed():
    note = Checkpoint(LOG, 5, b"r" * 32).signed(SIGNER).data()
    for data in (*flips(note), *parts(note)):
        try:
            held = verify.kept_in(data).held(TRUST.keys)
        except (ValueError, verify.Found):
            continue
        assert not held, data
    assert verify.kept_in(note).held(TRUST.keys)


def test_words_and_digests_of_the_checkers_are_up_to_date():
    for path, renew in ((generate.HERE, generate.renewed), (generate.PAGE, generate.page)):
        text = path.read_text("utf-8")
        assert renew(text) == text, "run: python -m docs.generate"


def test_the_checker_needs_nothing_but_the_standard_library():
    source = generate.HERE.read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {
        str(node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }

    assert imported <= sys.stdlib_module_names


def test_the_page_asks_for_nothing_from_outside():
    text = generate.PAGE.read_text("utf-8")

    assert "default-src 'none'" in text
    assert not any(word in text for word in ("http://", "https://", "src=", "import("))


def test_other_programs_can_open_a_pack(whole, tmp_path):
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == opened(whole)


def test_the_checker_in_the_pack_is_the_one_in_the_package(whole):
    members = opened(whole)

    assert members["verify.py"] == Path(verify.__file__).read_bytes()
    assert sha256(members["verify.html"]).hexdigest() == verify.PAGE


@pytest.mark.parametrize(
    ("text", "day"), [("2024-12-31", True), ("2024-13-45", False), ("2024-00-10", False)]
)
def test_only_what_can_be_a_day_is_shown_as_one(text, day):
    assert bool(verify._ISO.fullmatch(text)) == day
