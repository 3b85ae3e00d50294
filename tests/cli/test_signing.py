"""People enrol their keys and sign with them; anybody checks with ssh-keygen alone."""

import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.cli.talk import say
from tests.ssh import needs_openssh


@pytest.fixture
def key(talk):
    """The file of hung's key; its public half lies beside it."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    path = talk.office.folder.parent / "khoa"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(line + b" hung@may\n")
    return path


@pytest.fixture
def enrolled(talk, key):
    """The number of the entry by which hung enrolled his key."""
    line = key.with_suffix(".pub").read_text("utf-8")
    said = talk.does(
        "hung", "--sign-key", str(key), "signing_key", "enrol", "--person", "hung", "--public", line
    )
    assert said.startswith("✓ hung-")
    return said.rpartition("(mục ")[2].strip(" )\n")


def test_the_key_may_be_named_around_the_command(talk, key, enrolled):
    talk.does(
        "lan", "policy", "revise", "policy", "--reason", "x", "--signed-kinds", "document.submit"
    )
    facts = ("--title", "Quy trình", "--type", "QT", "--unit", "VP", "--owner", "CVP")
    place = talk.file("nháp.md")
    talk.does("hung", "document", "create", "--code", "QT-01", *facts, "--text", place)

    refused = talk.as_("hung", "document", "submit", "QT-01")
    assert refused.exit_code == 3
    assert "Chính sách đòi người làm việc này ký số bằng khóa của mình." in refused.output

    talk.does("hung", "document", "submit", "QT-01", QMS_SIGN_KEY=str(key))


def test_a_signature_is_shown_with_who_when_and_its_meaning(talk, enrolled):
    said = talk.ask("signature", enrolled).stdout

    assert "Trần Văn Hùng" in said
    assert "Xác nhận khóa này do chính mình giữ" in said
    assert "SHA256:" in said
    assert "held" in talk.ask("--lang", "en", "signature", enrolled, QMS_LANG="en").stdout


def test_the_history_names_the_key_that_signed(talk, enrolled):
    code = talk.ask("signature", enrolled).stdout.partition("hung-")[2][:8]
    said = talk.ask("history", f"hung-{code}", "--register", "signing_key").stdout

    assert "Ký số bằng khóa: SHA256:" in said


def test_an_entry_that_nobody_signed_is_said_to_be_so(talk):
    assert "không ai ký số" in talk.ask("signature", "3").stdout


def test_an_entry_that_is_not_there_is_not_found(talk):
    assert talk.ask("signature", "999").exit_code == 4


def test_the_allowed_signers_name_everybody_with_their_days(talk, enrolled):
    code = talk.ask("signature", enrolled).stdout.partition("hung-")[2][:8]
    today = f"{talk.today:%d/%m/%Y}"
    talk.does("hung", "signing_key", "revoke", f"hung-{code}", "--since", today, "--reason", "Mất")

    (line,) = talk.ask("signers").stdout.splitlines()

    who, options, kind, _, comment = line.split()
    assert (who, kind, comment) == ("hung", "ssh-ed25519", f"hung-{code}")
    assert options.startswith('namespaces="qms",valid-after="')
    assert 'valid-before="' in options


def test_what_is_there_is_never_overwritten(talk, enrolled, tmp_path):
    assert talk.ask("signature", enrolled, "-o", str(tmp_path / "ra")).exit_code == 0
    assert talk.ask("signature", enrolled, "-o", str(tmp_path / "ra")).exit_code == 3


@needs_openssh
def test_the_command_that_is_named_checks_the_signature_without_us(talk, enrolled, tmp_path):
    said = talk.ask("signature", enrolled, "-o", str(tmp_path / "ra")).stdout
    command = said.partition(":\n")[2]

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.stdout.startswith('Good "qms" signature for hung with ED25519 key SHA256:')

    core = tmp_path / "ra" / "signed.json"
    core.write_bytes(core.read_bytes().replace(b"held", b"hold"))
    assert subprocess.run(["sh", "-c", command], capture_output=True).returncode


def test_a_key_file_that_is_not_there_is_named(talk, key):
    facts = ("--person", "hung", "--public", key.with_suffix(".pub").read_text("utf-8"))
    told = talk.as_("hung", "--sign-key", "/khong/co", "signing_key", "enrol", *facts)

    assert told.exit_code == 4
    assert "/khong/co" in told.output


def test_help_offers_the_key(talk):
    assert "QMS_SIGN_KEY" in say("--help").stdout
