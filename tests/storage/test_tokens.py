"""Keys in PKCS#11 tokens: made there, signing there, never leaving (SoftHSM 2)."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest

import qms
from qms.proofs import note
from qms.proofs.note import Verifier
from qms.registers.log_keys import RotateLogKey
from qms.storage import keys, tokens
from qms.storage.keys import KeyTaken, NoKey
from qms.storage.tokens import (
    BadToken,
    NoToken,
    NoTokenSupport,
    Token,
    TokenFailed,
    WrongPin,
)
from tests.hsm import PIN, URI, needs_softhsm, softhsm

NAME = "so-gtvt.example/log"


@pytest.fixture(scope="session")
def in_software(tmp_path_factory):
    with softhsm(tmp_path_factory.mktemp("softhsm")):
        yield


@pytest.fixture
def token(in_software, monkeypatch):
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not here: pip install '.[hsm]'")
    monkeypatch.setenv("QMS_PIN", PIN)
    return URI


@pytest.fixture
def made(token, tmp_path):
    path = tmp_path / "keys" / "log.key"
    keys.create(path, NAME, apart_from=tmp_path / "so", token=token)
    return path


def of(path):
    """Return the private half in the token."""
    pkcs11 = import_module("pkcs11")
    named = Token.parse(path.read_text("utf-8").splitlines()[1])
    session = pkcs11.lib(named.module).get_token(token_label=named.name).open(user_pin=PIN)
    return session, session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=named.id)


# What needs no token.


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:token=qms?module-path=/x.so",
        "pkcs11:token=qms;id=%01%FF?module-path=/x.so",
        "pkcs11:token=S%E1%BB%9F%20GTVT%3B1;id=%00?module-path=/a%20b/x.so",
    ],
)
def test_a_token_is_named_by_a_pkcs11_uri(uri):
    assert Token.parse(uri).uri() == uri
    assert Token.parse(Token.parse(uri).uri()) == Token.parse(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "pkcs11:",
        "pkcs12:token=qms?module-path=/x.so",
        "pkcs11:token=qms",
        "pkcs11:?module-path=/x.so",
        "pkcs11:token=?module-path=/x.so",
        "pkcs11:token=qms?module-path=",
        "pkcs11:token=a;token=b?module-path=/x.so",
        "pkcs11:token=qms;serial=1?module-path=/x.so",
        "pkcs11:token=qms?module-path=/x.so&pin-value=1",
    ],
)
def test_what_names_no_token_is_refused(uri):
    with pytest.raises(BadToken):
        Token.parse(uri)


def file(uri, name=NAME):
    return f"{Verifier(name, note.ED25519, bytes(32)).text()}\n{uri}\n"


def written(tmp_path, text):
    path = tmp_path / "log.key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_a_key_file_says_which_key_in_which_token(tmp_path, monkeypatch):
    path = written(tmp_path, file("pkcs11:token=qms;id=%01?module-path=/x.so"))
    monkeypatch.setenv("QMS_PIN", "1")

    assert keys.read(path).verifier.name == NAME


@pytest.mark.parametrize(
    "text",
    [
        file("pkcs11:token=qms?module-path=/x.so"),
        file("pkcs11:token=qms;id=%01?module-path=/x.so") + "x\n",
        "x\npkcs11:token=qms;id=%01?module-path=/x.so\n",
    ],
)
def test_a_key_file_that_names_no_key_is_refused(tmp_path, monkeypatch, text):
    monkeypatch.setenv("QMS_PIN", "1")

    with pytest.raises(qms.Unreadable):
        keys.read(written(tmp_path, text))


def test_whoever_has_no_pin_has_no_key(tmp_path, monkeypatch):
    monkeypatch.delenv("QMS_PIN", raising=False)
    path = written(tmp_path, file("pkcs11:token=qms;id=%01?module-path=/x.so"))

    with pytest.raises(NoKey, match="QMS_PIN"):
        keys.read(path)


def test_whoever_lacks_the_extra_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("QMS_PIN", "1")
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    signer = keys.read(written(tmp_path, file("pkcs11:token=qms;id=%01?module-path=/x.so")))

    with pytest.raises(NoTokenSupport):
        signer.sign(b"x\n")


# SoftHSM itself.


@needs_softhsm
def test_a_key_is_made_in_the_token_and_signs_there(made):
    text = made.read_text("utf-8")
    signer = keys.read(made)

    assert "PRIVATE" not in text
    assert made.stat().st_mode & 0o777 == 0o600
    assert signer.verifier.name == NAME
    signed = signer.sign(b"x\n")
    assert signer.verifier.check(b"x\n", signed.data) == 0


@needs_softhsm
def test_the_private_half_never_leaves_the_token(made):
    attribute = import_module("pkcs11").Attribute
    session, key = of(made)
    with session:
        assert key[attribute.SENSITIVE]
        assert not key[attribute.EXTRACTABLE]
        assert key[attribute.NEVER_EXTRACTABLE]
        with pytest.raises(import_module("pkcs11.exceptions").AttributeSensitive):
            key[attribute.VALUE]


@needs_softhsm
def test_no_two_keys_are_alike_and_none_is_overwritten(made, token, tmp_path):
    other = keys.create(tmp_path / "keys" / "next.key", NAME, token=token)

    assert other.verifier != keys.read(made).verifier
    with pytest.raises(KeyTaken):
        keys.create(made, NAME, token=token)


@needs_softhsm
def test_a_witness_may_have_its_key_in_a_token_too(token, tmp_path):
    signer = keys.create(tmp_path / "witness.key", NAME, algorithm=note.COSIGNATURE, token=token)
    signed = signer.sign(b"x\n", at=7)

    assert signer.verifier.check(b"x\n", signed.data) == 7


@needs_softhsm
def test_a_wrong_pin_is_told_and_a_missing_token_or_key_too(made, tmp_path, monkeypatch):
    vkey, uri = made.read_text("utf-8").splitlines()

    def refused(uri, refusal):
        with pytest.raises(refusal):
            tokens.signer(f"{vkey}\n{uri}\n").sign(b"x\n")

    refused(uri.replace("token=qms", "token=other"), NoToken)
    refused(Token.parse(uri)._replace(id=b"none").uri(), NoToken)
    refused(Token.parse(uri)._replace(module="/khong/co.so").uri(), TokenFailed)
    monkeypatch.setenv("QMS_PIN", "0000")
    refused(uri, WrongPin)
    monkeypatch.setenv("QMS_PIN", PIN)
    tokens.signer(f"{vkey}\n{uri}\n").sign(b"x\n")


@needs_softhsm
def test_several_sign_at_once(made):
    signer = keys.read(made)

    def signs(n):
        text = f"{n}\n".encode()
        return signer.verifier.check(text, signer.sign(text).data)

    session, _ = of(made)
    with session, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(signs, range(40))) == [0] * 40


@needs_softhsm
def test_another_key_than_the_one_that_is_named_signs_nothing(made, token, tmp_path):
    other = keys.create(tmp_path / "other.key", NAME, token=token)
    (_, uri) = made.read_text("utf-8").splitlines()

    with pytest.raises(TokenFailed):
        tokens.signer(f"{other.verifier.text()}\n{uri}\n").sign(b"x\n")


@needs_softhsm
def test_a_system_is_founded_with_its_key_in_a_token(token, place, monkeypatch):
    monkeypatch.setenv("QMS_TOKEN", token)
    with qms.found(place / "so", organisation="Sở", officer="lan", log=NAME) as system:
        assert [finding.code for finding in system.verify()] == []

    text = (place / "so.keys" / "log.key").read_text("utf-8")
    assert text.splitlines()[1].startswith("pkcs11:")
    assert not any(b"PRIVATE" in path.read_bytes() for path in (place / "so.keys").iterdir())


@needs_softhsm
def test_whoever_has_no_pin_goes_on_unsigned_and_others_sign(token, place, monkeypatch):
    monkeypatch.setenv("QMS_TOKEN", token)
    qms.found(place / "so", organisation="Sở", officer="lan", log=NAME).close()

    def size(pin):
        if pin:
            monkeypatch.setenv("QMS_PIN", pin)
        else:
            monkeypatch.delenv("QMS_PIN")
        with qms.open(place / "so", actor="lan") as system:
            system.perform(qms.people.Enrol(code=f"p{pin or 'x'}", name="Ai đó"))
            with system._read() as now:
                return now.checkpoint().decode().splitlines()[1], system.size

    signed, length = size("")
    assert int(signed) < length
    signed, length = size(PIN)
    assert int(signed) == length


@needs_softhsm
def test_a_key_in_a_file_is_rotated_into_a_token_and_on_to_another(office, token, monkeypatch):
    def key():
        return (office.folder.with_name("so.keys") / "log.key").read_text("utf-8")

    assert key().startswith("PRIVATE+KEY+")
    monkeypatch.setenv("QMS_TOKEN", token)
    office.does("lan", RotateLogKey(code="log", reason="Đưa khóa vào token"))
    first = key()
    office.does("lan", RotateLogKey(code="log", reason="Đổi khóa trong token"))

    assert first.splitlines()[1].startswith("pkcs11:")
    assert key().splitlines()[1].startswith("pkcs11:")
    assert key() != first
    assert [finding.code for finding in qms.verify(office.folder)] == []
