"""What whoever verifies holds beside the key: kept checkpoints, witnesses; and how old they are."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from qms.errors import Unreadable
from qms.proofs.note import COSIGNATURE, Note, Signer, skey
from qms.registers.anchors import NotForCosigning
from qms.values import canonical
from tests.checker.packs import altered
from tests.cli.talk import say
from tests.systems import created, git

OTHER = Signer.parse(skey("khac.example", b"o" * 32, COSIGNATURE))
WITNESS = Signer.parse(skey("cap-tren.example", b"w" * 32, COSIGNATURE))


@pytest.fixture
def held(talk, tmp_path):
    """A clone and a pack of an office, and beside them what somebody outside holds."""
    office = talk.office
    note = office.asks(lambda system: system.trail.checkpoint())
    cosigned = Note.parse(note.data()).signed(WITNESS, at=1_704_200_000).data()
    (tmp_path / "kept").write_bytes(cosigned)
    (tmp_path / "forged").write_bytes(cosigned.replace(b"\n2", b"\n1", 1))
    (tmp_path / "witness").write_text(f"{WITNESS.verifier.text()}\n")
    office.does("hung", created("QT-77"))
    git(tmp_path, "clone", "-q", "--bare", str(office.store), "clone")
    with office.open() as system:
        system.trail.pack(tmp_path / "pack.zip")
        system.trail.pack(tmp_path / "part.zip", items=("QT-77",), anchors=(cosigned,))
    return tmp_path


def sources(talk, held):
    return [str(held / name) for name in ("clone", "pack.zip", "part.zip")] + [
        str(talk.office.folder)
    ]


def verified(talk, held, source, *words):
    key = str(talk.office.keys / "log.pub")
    return say("--lang", "en", "verify", source, "--key", key, *words)


def test_it_is_always_said_how_old_what_is_kept_outside_is(talk, held):
    for source in sources(talk, held):
        told = verified(talk, held, source)
        assert (told.exit_code, "Nothing is kept outside yet" in told.stdout) == (0, True), source
        own = source == str(talk.office.folder)
        assert ("qms anchor write" in told.stdout, "ask the org" in told.stdout) == (own, not own)
        told = verified(talk, held, source, "--anchor", str(held / "kept"))
        assert told.exit_code == 0, told.stdout
        assert ": --anchor" in told.stdout, (source, told.stdout)
        assert "days ago" in told.stdout
        assert "entry came after it" in told.stdout or "entries came after it" in told.stdout


def test_a_kept_checkpoint_that_does_not_fit_is_found(talk, held):
    root = Note.parse((held / "kept").read_bytes()).text.split("\n")[2]
    other = (held / "kept").read_text().replace(root, "A" * 43 + "=")
    (held / "other").write_text(other)
    for source in sources(talk, held):
        told = verified(talk, held, source, "--anchor", str(held / "other"))
        assert told.exit_code == 1, source
        assert told.stdout.count(f"C04  {held / 'other'}") == 1, (source, told.stdout)
        assert "A02" not in told.stdout  # what is false accuses no log
        assert ": --anchor" not in told.stdout  # nothing rests on it


@pytest.mark.parametrize("quorum", ["-1", "0", "2"])
def test_no_quorum_switches_the_witnesses_off_or_asks_for_more_than_there_are(talk, held, quorum):
    words = ("--witness", str(held / "witness"), "--quorum", quorum)
    for source in sources(talk, held):
        told = verified(talk, held, source, *words)
        assert (told.exit_code, "--quorum" in told.stderr) == (2, True), told.output


def test_a_witness_is_asked_for(talk, held):
    (held / "other").write_text(f"{OTHER.verifier.text()}\n")
    for source in sources(talk, held):
        words = ("--witness", str(held / "witness"))
        both = ("--witness", str(held / "other"), "--quorum", "2")
        few = verified(talk, held, source, *words)
        kept = verified(talk, held, source, *words, "--anchor", str(held / "kept"))
        two = verified(talk, held, source, *words, "--anchor", str(held / "kept"), *both)

        assert (kept.exit_code, two.exit_code) == (0, 1), kept.stdout
        assert ("A01  1 of 2 witnesses" in two.stdout, "A01" in kept.stdout) == (True, False)
        assert few.exit_code == (0 if source.endswith("part.zip") else 1)  # it lies in the part


def test_the_key_of_the_log_is_no_witness(talk, held):
    key = str(talk.office.keys / "log.pub")
    for source in sources(talk, held):
        told = verified(talk, held, source, "--witness", key)
        assert told.exit_code == NotForCosigning.exit_code, source
        assert f"{key}, " in told.stderr


def test_a_copy_that_ends_before_a_kept_checkpoint_is_not_said_to_be_rewritten(talk, held):
    sources_then = [one for one in sources(talk, held) if one != str(talk.office.folder)]
    talk.as_("lan", "unit", "open", "--code", "KT", "--title", "Kế", "--since", "2024-01-01")
    (held / "newer").write_text(talk.ask("checkpoint").stdout, "utf-8")
    for source in sources_then:
        told = verified(talk, held, source, "--anchor", str(held / "newer"))
        assert told.exit_code == 1, source
        assert f"A04  {held / 'newer'}, " in told.stdout, (source, told.stdout)
        assert "A02" not in told.stdout


def test_what_is_held_goes_with_a_key(talk, held):
    told = say("verify", str(held / "clone"), "--anchor", str(held / "kept"))

    assert told.exit_code == 2
    assert "--key" in told.stderr


def test_the_help_says_how_verification_ends():
    assert "1 after an error" in " ".join(say("--lang", "en", "verify", "--help").stdout.split())
    assert "1 khi có lỗi" in " ".join(say("verify", "--help").stdout.split())


def test_a_checkpoint_of_another_trail_is_named_by_its_file(talk, held):
    said = (held / "kept").read_text().splitlines()
    (held / "strange").write_text("\n".join(["khac.vn/so", *said[1:], ""]))
    for source in sources(talk, held):
        told = verified(talk, held, source, "--anchor", str(held / "strange"))
        assert told.exit_code == 1
        assert told.stdout.count(f"C05  {held / 'strange'}:") == 1, (source, told.stdout)


def test_a_kept_checkpoint_is_taken_as_a_page_and_as_a_letter(talk, held):
    page, letter = str(held / "neo.html"), str(held / "neo.eml")
    assert talk.ask("anchor", "write", "--paper", page, "--mail", letter).exit_code == 0
    for source in sources(talk, held):
        for file in (page, letter):
            told = verified(talk, held, source, "--anchor", file)
            assert told.exit_code == 0, (source, told.output)
    for file in (page, letter):
        pack = str(held / f"{Path(file).suffix[1:]}.zip")
        assert talk.ask("pack", pack, "--anchor", file).exit_code == 0


def test_what_is_cut_short_or_of_a_newer_form_could_not_be_read(talk, held):
    whole = next(Path(one) for one in sources(talk, held) if one.endswith(".zip"))
    (held / "cut.zip").write_bytes(whole.read_bytes()[:9000])
    (held / "newer.zip").write_bytes(altered(whole.read_bytes(), pack_json=newer))
    for name, code in (("cut.zip", "P01"), ("newer.zip", "P10")):
        told = verified(talk, held, str(held / name))
        assert told.exit_code == Unreadable.exit_code, told.output
        assert told.stdout.startswith(code)


def test_of_one_damaged_file_nobody_says_that_nothing_was_read(talk, held):
    whole = next(Path(one) for one in sources(talk, held) if one.endswith(".zip"))
    data = bytearray(whole.read_bytes())
    with ZipFile(whole) as pack:
        name = next(one for one in pack.namelist() if one.startswith("contents/"))
        data[pack.getinfo(name).header_offset + 30 + len(name)] ^= 1
    (held / "damaged.zip").write_bytes(data)

    told = verified(talk, held, str(held / "damaged.zip"))
    assert told.exit_code == 1
    assert told.stdout.startswith(f"P01  {name}: ")
    assert "what rests on it was not checked; where that is pack.json" in told.stdout


def newer(about):
    return canonical({**json.loads(about), "format": 2})


def test_what_is_no_checkpoint_is_refused(talk, held):
    told = verified(talk, held, str(held / "clone"), "--anchor", str(held / "witness"))

    assert told.exit_code not in (0, 2)
    assert "Traceback" not in told.output
    assert str(held / "witness") in told.stderr


def test_a_file_that_says_nothing_of_what_was_reached_is_named(talk, held):
    told = verified(talk, held, str(held / "clone"), "--since", str(held / "witness"))

    assert told.exit_code == 6
    assert str(held / "witness") in told.stderr


def test_a_change_without_the_key_at_hand_is_said_to_be_unsigned(talk, place, monkeypatch):
    words = ("unit", "open", "--code", "KT", "--title", "Kế toán", "--since", "2024-01-01")
    signed = talk.as_("lan", *words)
    monkeypatch.setenv("QMS_KEYS", str(place / "nowhere"))
    other = ("unit", "open", "--code", "TC", "--title", "Tổ chức", "--since", "2024-01-01")
    unsigned = talk.as_("lan", *other)

    assert (signed.exit_code, unsigned.exit_code) == (0, 0), unsigned.output
    assert "Chưa được ký" not in signed.stderr
    assert "Chưa được ký" in unsigned.stderr
