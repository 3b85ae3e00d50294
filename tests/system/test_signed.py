"""People sign with their own keys: what a policy demands, what ssh-keygen says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

import qms
from qms import documents as d
from qms import policy
from qms import signing_keys as k
from qms.proofs import sshsig
from qms.proofs.sshsig import SSHKey, SSHSignature
from qms.registers.signing_keys import NAMESPACE
from qms.storage import ssh
from qms.storage.keys import KeyExposed
from qms.trail import signing
from tests import systems
from tests.forging import rechained
from tests.ssh import accepted, agent, keygen, needs_openssh, public
from tests.systems import created

DEMAND = policy.Revise(
    code="policy",
    reason="Ký số",
    signed_kinds=("document.submit", "document.endorse", "document.approve", "document.issue"),
)
PRIVATE = {
    "ed25519": lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
    "ecdsa": lambda: ec.derive_private_key(2**200 + 7, ec.SECP256R1()),
}


def kept(path, private):
    """Keep a private key as ``ssh-keygen`` does; return its file and its public line."""
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return path, line.decode()


@pytest.fixture(params=PRIVATE)
def key(request, place):
    return kept(place / "khoa", PRIVATE[request.param]())


def enrolled(office, who, key, by=""):
    path, line = key
    with office.open(by or who, sign=qms.signer(path)) as system:
        (entry,) = system.perform(k.Enrol(person=who, public=line))
    return entry


def signs(office, who, path, *changes):
    with office.open(who, sign=qms.signer(path)) as system:
        return system.perform(*changes)


def test_an_enrolment_is_signed_by_the_key_that_it_enrols(office, key):
    entry = enrolled(office, "hung", key)

    assert entry.signature.meaning == "held"
    assert entry.signature.key == SSHKey.parse(key[1]).fingerprint
    assert signing.signer(entry, entry.signature).line() == key[1]
    assert office.asks(lambda system: system.verify()) == []


def test_nobody_enrols_a_key_that_they_do_not_hold(office, key, place):
    other = kept(place / "other", PRIVATE["ed25519"]() if "ecdsa" in key[1] else PRIVATE["ecdsa"]())
    before = office.standing()

    with pytest.raises(k.NotHeld):
        office.does("hung", k.Enrol(person="hung", public=key[1]))
    with pytest.raises(k.NotHeld):
        signs(office, "hung", other[0], k.Enrol(person="hung", public=key[1]))
    assert office.standing() == before


def test_an_officer_enrols_for_somebody_who_is_there_with_their_key(office, key):
    enrolled(office, "hung", key, by="lan")

    (entry, *_) = signs(office, "hung", key[0], created("QT-01"), d.Submit(code="QT-01"))[1:]

    assert entry.signature.meaning == "authored"


def test_whoever_has_a_key_signs_what_is_offered_and_nothing_else(office, key):
    enrolled(office, "hung", key)

    drafted, submitted = signs(office, "hung", key[0], created("QT-01"), d.Submit(code="QT-01"))

    assert drafted.signature is None
    assert submitted.signature.meaning == "authored"
    made = SSHSignature.parse(submitted.signature.sshsig.encode())
    made.check(submitted.core("authored"), NAMESPACE, SSHKey.parse(key[1]))


def test_what_the_policy_demands_is_refused_unsigned(office, key):
    office.does("lan", DEMAND)
    enrolled(office, "hung", key)
    office.does("hung", created("QT-01"))
    before = office.standing()

    with pytest.raises(k.Unsigned) as refused:
        office.does("hung", d.Submit(code="QT-01"))
    assert refused.value.about == "QT-01, document.submit/1"
    with office.open("hung") as system, pytest.raises(k.Unsigned):
        system.rehearse(d.Submit(code="QT-01"))
    assert office.standing() == before
    signs(office, "hung", key[0], d.Submit(code="QT-01"))


def test_a_key_that_is_not_the_actors_is_refused(office, key, place):
    enrolled(office, "hung", key)
    office.does("hung", created("QT-01"), d.Submit(code="QT-01"))
    digest = office.digest("QT-01")

    with pytest.raises(k.NotOwnKey):
        signs(office, "mai", key[0], d.Endorse(code="QT-01", digest=digest))


def test_a_revoked_key_is_refused_and_what_it_signed_before_stands(office, key):
    enrolled(office, "hung", key)
    signs(office, "hung", key[0], created("QT-01"), d.Submit(code="QT-01"))
    office.clock.pass_by(days=1)
    code = office.asks(lambda system: system.find(k.SigningKey)[0].code)
    with office.open("hung") as system:
        system.perform(k.Revoke(code=code, since=system.today, reason="Mất USB"))

    with pytest.raises(k.KeyRevoked):
        signs(office, "hung", key[0], created("QT-02"), d.Submit(code="QT-02"))
    assert office.asks(lambda system: system.verify()) == []


def test_a_rehearsal_asks_nobody_to_sign(office, key):
    enrolled(office, "hung", key)
    asked = []
    with office.open("hung", sign=asked.append) as system:
        (_, entry) = system.rehearse(created("QT-01"), d.Submit(code="QT-01"))

    assert (asked, entry.signature) == ([], None)


def wrong(office, key):
    """Return ways to sign that prove nothing."""
    other = sshsig.sign
    private = PRIVATE["ed25519"]()
    own = SSHKey.parse(key[1])
    return {
        "other bytes": lambda data: other(data + b".", NAMESPACE, own, private.sign).armored(),
        "other purpose": lambda data: other(data, "file", own, private.sign).armored(),
    }


@pytest.mark.parametrize("how", ["other bytes", "other purpose"])
def test_a_wrong_signature_is_refused(office, place, how):
    key = kept(place / "khoa", PRIVATE["ed25519"]())
    enrolled(office, "hung", key)
    before = office.standing()

    with (
        office.open("hung", sign=wrong(office, key)[how]) as system,
        pytest.raises((sshsig.WrongSSHSignature, sshsig.OtherPurpose)),
    ):
        system.perform(created("QT-01"), d.Submit(code="QT-01"))
    assert office.standing() == before


@pytest.mark.parametrize("said", [b"", b"x", "chữ ký".encode(), b"\xff"])
def test_what_is_no_signature_is_refused(office, said):
    with office.open("hung", sign=lambda data: said) as system, pytest.raises(qms.Unreadable):
        system.perform(created("QT-01"), d.Submit(code="QT-01"))


def test_a_key_file_is_there_and_for_its_owner_alone(place, key):
    with pytest.raises(ssh.NoSSHKey):
        qms.signer(place / "khong")(b"")
    key[0].chmod(0o644)
    with pytest.raises(KeyExposed):
        qms.signer(key[0])(b"")


def test_whoever_has_no_ssh_keygen_is_told_so(place, key, monkeypatch):
    monkeypatch.setenv("PATH", str(place))
    (place / "khoa.pub").write_text(key[1], "utf-8")

    with pytest.raises(ssh.NoSSHKeygen):
        qms.signer(place / "khoa.pub")(b"")


def test_nobody_waits_for_a_token_for_ever(place, key, monkeypatch):
    (place / "ssh-keygen").write_text("#!/bin/sh\nexec sleep 20\n", "utf-8")
    (place / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    monkeypatch.setattr(ssh, "PATIENCE", 0.2)
    (place / "khoa.pub").write_text(key[1], "utf-8")

    with pytest.raises(ssh.NoSignatureMade):
        qms.signer(place / "khoa.pub")(b"")


def test_signatures_come_back_from_git_alone(office, key, place):
    entry = enrolled(office, "hung", key)

    qms.rebuild(place / "again", clone=office.store)

    with qms.open(place / "again", actor="hung") as system:
        (event,) = system.trail.entries(after=entry.index - 1)
        assert event.entry == entry


def test_nothing_is_rebuilt_from_a_trail_whose_signatures_were_taken_away(office, key, place):
    office.does("lan", DEMAND)
    enrolled(office, "hung", key)
    signs(office, "hung", key[0], created("QT-01"), d.Submit(code="QT-01"))
    rechained(office, lambda entries: entries[-1].update(signature=None))
    office.git("update-ref", "-d", "refs/heads/main")
    office.sql(systems.NOTHING_HELD)
    office.open().close()  # git follows whatever the ledger says

    with pytest.raises(k.Unsigned):
        qms.rebuild(place / "again", clone=office.store)
    assert not (place / "again").exists()


# ssh-keygen itself.


@needs_openssh
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_key_of_ssh_keygen_signs_here_and_ssh_keygen_accepts_it(office, place, kind):
    path = keygen(place / "khoa", kind)
    entry = enrolled(office, "hung", (path, public(path)))

    core, armored = entry.core("held"), entry.signature.sshsig.encode()

    signers = f'hung namespaces="qms" {public(path)}\n'
    assert accepted(place, signers, "hung", core, armored)
    assert not accepted(place, signers, "hung", core + b" ", armored)


@needs_openssh
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_an_agent_signs_for_a_public_key(office, place, kind, monkeypatch):
    path = keygen(place / "khoa", kind)
    with agent(monkeypatch, path):
        path.unlink()  # only the agent has the private half
        enrolled(office, "hung", (path.with_suffix(".pub"), public(path)))
        done = signs(
            office, "hung", path.with_suffix(".pub"), created("QT-01"), d.Submit(code="QT-01")
        )

    assert done[-1].signature.meaning == "authored"
    assert office.asks(lambda system: system.verify()) == []


@needs_openssh
def test_a_passphrase_that_nobody_types_makes_no_signature(place, monkeypatch):
    path = keygen(place / "khoa", passphrase="bí mật")
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")

    with pytest.raises(ssh.NoSignatureMade):
        qms.signer(path)(b"")


@needs_openssh
def test_an_rsa_key_is_not_one_of_ours(place):
    path = keygen(place / "khoa", "rsa")

    with pytest.raises(sshsig.BadSSHKey):
        SSHSignature.parse(qms.signer(path)(b""))
    with pytest.raises(k.NotASigningKey):
        k.Enrol(person="hung", public=public(path))


def test_the_clock_of_a_signature_is_that_of_its_entry(office, key):
    entry = enrolled(office, "hung", key)
    later = entry.model_copy(update={"at": entry.at + timedelta(seconds=1)})

    with pytest.raises(sshsig.WrongSSHSignature):
        signing.signer(later, later.signature)
