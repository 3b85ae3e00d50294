"""SSH signatures: OpenSSH's own test data, ssh-keygen both ways, and every damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import run

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)
from hypothesis import given
from hypothesis import strategies as st

from qms.errors import Unreadable, Untrusted
from qms.proofs import ecdsa, ed25519, sshsig
from qms.proofs.lines import BadLine
from qms.proofs.sshsig import (
    BadSSHKey,
    BadSSHSignature,
    OtherKey,
    OtherPurpose,
    SSHKey,
    SSHSignature,
    WrongSSHSignature,
    pair,
    sign,
)

from .damage import Damage, each_is_noticed, edges, flips, never_falls_over, parts

# openssh-portable, regress/unittests/sshsig/testdata.
NAMESPACE = "unittest"
DATA = b"This is a test, this is only a test"
FILE_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIlizSIN3DQV78VPNjVvvwjgf+P5HqbPYCYu3BOMdjAE "
    "ED25519 test key"
)
FILE = b"""-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgiWLNIg3cNBXvxU82NW+/COB/4/
keps9gJi7cE4x2MAQAAAAIdW5pdHRlc3QAAAAAAAAABnNoYTUxMgAAAFMAAAALc3NoLWVk
MjU1MTkAAABAihQsbUzuNEFflk5Tw1+H9aLS7tZQk0RG8KW1DtOmDYYnWe3D3UKiG3fcJa
DNg4vBWp1j1gLRiBMOF+gwYNegDg==
-----END SSH SIGNATURE-----
"""
TOKEN_KEY = (
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJsaDYXQYruc6bilCYDI"
    "K4YSOeG+zmrRO2M9t03//7LHAAAABHNzaDo= ED25519-SK test key"
)
TOKEN = b"""-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAAEoAAAAac2stc3NoLWVkMjU1MTlAb3BlbnNzaC5jb20AAAAgmxoNhd
Biu5zpuKUJgMgrhhI54b7OatE7Yz23Tf//sscAAAAEc3NoOgAAAAh1bml0dGVzdAAAAAAA
AAAGc2hhNTEyAAAAZwAAABpzay1zc2gtZWQyNTUxOUBvcGVuc3NoLmNvbQAAAEAi+7eTjW
/+LQ2M+sCD+KFtH1n7VFFJon/SZFsxODyV8cWTlFKj617Ys1Ur5TV6uaEXQhck8rBA2oQI
HTPANLIPARI0Vng=
-----END SSH SIGNATURE-----
"""
BOTH = pytest.mark.parametrize(("line", "armored"), [(FILE_KEY, FILE), (TOKEN_KEY, TOKEN)])

# PROTOCOL.sshsig, 1: the example; what it was made over is not published.
EXAMPLE = b"""-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJKxoLBJBivUPNTUJUSslQTt2hD
jozKvHarKeN8uYFqgAAAADZm9vAAAAAAAAAFMAAAALc3NoLWVkMjU1MTkAAABAKNC4IEbt
Tq0Fb56xhtuE1/lK9H9RZJfON4o6hE9R4ZGFX98gy0+fFJ/1d2/RxnZky0Y7GojwrZkrHT
FgCqVWAQ==
-----END SSH SIGNATURE-----
"""

PURPOSE = "qms@so-gtvt.example"
TEXT = "Quy trình cấp giấy phép\n".encode()
OWN, RAW = ed25519.pair(bytes(range(32)))
LAN = SSHKey(sshsig.ED25519, OWN)
MADE = sign(TEXT, PURPOSE, LAN, RAW)


def judge(line: str, data: bytes = DATA, namespace: str = NAMESPACE) -> Callable[[bytes], None]:
    key = SSHKey.parse(line)
    return lambda armored: SSHSignature.parse(armored).check(data, namespace, key)


@BOTH
def test_the_published_signatures_hold(line: str, armored: bytes) -> None:
    judge(line)(armored)

    assert SSHSignature.parse(armored).armored() == armored
    assert line.startswith(SSHKey.parse(line).line() + " ")


def test_what_a_token_adds_is_read() -> None:
    made = SSHSignature.parse(TOKEN)

    assert made.key.application == "ssh:"
    assert made.mark == bytes.fromhex("0112345678")
    assert SSHSignature.parse(FILE).mark == b""


def test_a_signature_without_a_hash_is_refused() -> None:
    """The example in PROTOCOL.sshsig names none; ssh-keygen refuses it, too."""
    with pytest.raises(BadSSHSignature):
        SSHSignature.parse(EXAMPLE)


@BOTH
def test_a_signature_says_for_what_and_over_what(line: str, armored: bytes) -> None:
    with pytest.raises(OtherPurpose, match=r"^unittest: "):
        judge(line, namespace="qms@x")(armored)
    with pytest.raises(WrongSSHSignature):
        judge(line, data=DATA + b".")(armored)


@BOTH
def test_another_key_is_refused_by_its_fingerprint(line: str, armored: bytes) -> None:
    made = SSHSignature.parse(armored)

    with pytest.raises(OtherKey) as refused:
        made.check(DATA, NAMESPACE, LAN)
    assert refused.value.about == made.key.fingerprint
    other = made.key._replace(application="ssh:other", kind=sshsig.TOKEN)
    with pytest.raises(OtherKey):
        made.check(DATA, NAMESPACE, other)


def test_a_token_that_nobody_touched_signs_nothing() -> None:
    made = SSHSignature.parse(TOKEN)

    for mark in (b"\x00" + made.mark[1:], b"\x04" + made.mark[1:], b""):
        with pytest.raises(WrongSSHSignature):
            made._replace(mark=mark).check(DATA, NAMESPACE, made.key)


def test_a_token_that_signed_untouched_is_refused_though_its_signature_holds() -> None:
    key = SSHKey(sshsig.TOKEN, OWN, "ssh:qms")
    digest = sha256(sshsig._message(TEXT, PURPOSE, "sha512")).digest()

    for flags, touched in ((0x00, False), (0x04, False), (0x01, True), (0x05, True)):
        mark = bytes([flags]) + bytes(4)
        raw = RAW(sha256(b"ssh:qms").digest() + mark + digest)
        made = SSHSignature.parse(SSHSignature(key, PURPOSE, "sha512", raw, mark).armored())
        if touched:
            made.check(TEXT, PURPOSE, key)
            continue
        with pytest.raises(WrongSSHSignature):
            made.check(TEXT, PURPOSE, key)


@pytest.mark.parametrize("key", [LAN, SSHKey(sshsig.TOKEN, OWN, "ssh:")], ids=["file", "token"])
def test_inside_there_is_one_signature_of_its_kind_and_nothing_else(key: SSHKey) -> None:
    kind, raw, mark = key.kind.encode(), bytes(64), bytes(5) if key.application else b""

    def unpacked(*strings: bytes) -> SSHSignature:
        made = sshsig._packed(*strings) + mark
        blob = sshsig._packed(key.packed(), PURPOSE, b"", "sha512", made)
        return SSHSignature.unpacked(b"SSHSIG\0\0\0\x01" + blob)

    assert unpacked(kind, raw).data == raw
    for strings in (
        (),
        (kind,),
        (kind, raw, b""),
        (kind, raw[1:]),
        (kind, raw + b"x"),
        (b"x", raw),
    ):
        with pytest.raises(BadSSHSignature):
            unpacked(*strings)


def test_a_token_signs_for_its_application_and_counter() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = SSHKey(sshsig.TOKEN, OWN, "ssh:qms")
    mark = b"\x05\0\0\0\x07"
    message = sshsig._touched(key, mark, sshsig._message(TEXT, PURPOSE, "sha256"))
    made = SSHSignature(key, PURPOSE, "sha256", private.sign(message), mark)

    SSHSignature.parse(made.armored()).check(TEXT, PURPOSE, key)
    with pytest.raises(WrongSSHSignature):
        made._replace(mark=b"\x05\0\0\0\x08").check(TEXT, PURPOSE, key)
    bare = made._replace(key=LAN, mark=b"")
    with pytest.raises(WrongSSHSignature):
        bare.check(TEXT, PURPOSE, LAN)


@BOTH
@pytest.mark.parametrize("damage", [flips, edges])
def test_every_damage_to_a_signature_is_noticed(line: str, armored: bytes, damage: Damage) -> None:
    each_is_noticed(damage(armored), judge(line))


@BOTH
def test_every_piece_of_a_signature_is_noticed(line: str, armored: bytes) -> None:
    each_is_noticed(parts(armored), judge(line))


@BOTH
def test_every_flipped_bit_of_the_wire_form_is_noticed(line: str, armored: bytes) -> None:
    key = SSHKey.parse(line)

    def judge(blob: bytes) -> None:
        SSHSignature.unpacked(blob).check(DATA, NAMESPACE, key)

    blob = SSHSignature.parse(armored).packed()
    judge(blob)
    each_is_noticed(flips(blob), judge)
    each_is_noticed(parts(blob), judge)


@BOTH
def test_every_flipped_bit_of_the_data_is_noticed(line: str, armored: bytes) -> None:
    made, key = SSHSignature.parse(armored), SSHKey.parse(line)

    each_is_noticed(flips(DATA), lambda data: made.check(data, NAMESPACE, key))


@BOTH
def test_every_damage_to_a_public_key_is_noticed(line: str, armored: bytes) -> None:
    made, bare = SSHSignature.parse(armored), SSHKey.parse(line).line().encode()

    def judge(damaged: bytes) -> None:
        made.check(DATA, NAMESPACE, SSHKey.parse(damaged.decode("latin-1")))

    judge(bare)
    each_is_noticed(flips(bare), judge)
    each_is_noticed(parts(bare), judge)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 ",
        " " + FILE_KEY,
        FILE_KEY.replace("ssh-ed25519 ", "ssh-ed25519  "),
        FILE_KEY.replace("ssh-ed25519 ", "ssh-rsa "),
        FILE_KEY.replace("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com "),
        FILE_KEY.replace("AAAAC3", "AAAAD3"),
        'no-pty,command="true" ' + FILE_KEY,
        TOKEN_KEY.replace("AAAABHNzaDo=", "AAAABHNzaDo"),
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY=",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAA==",
        "ssh-ed25519 ////////",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_key_is_refused(line: str) -> None:
    with pytest.raises((BadSSHKey, BadSSHSignature, BadLine)):
        SSHKey.parse(line)


@pytest.mark.parametrize(
    "kind", ["ssh-ed448", "", "ssh-ed25519-cert-v01@openssh.com", "SSH-ED25519"]
)
def test_a_key_of_another_kind_is_refused_even_with_a_body_like_ours(kind: str) -> None:
    with pytest.raises(BadSSHKey):
        SSHKey.unpacked(sshsig._packed(kind, OWN))


@pytest.mark.parametrize(
    "armored",
    [
        b"",
        FILE[:-1],
        FILE + b"\n",
        FILE.replace(b"\n", b"\r\n"),
        FILE.replace(b"4/\nk", b"4/k"),
        FILE.replace(b"SSH SIGNATURE", b"PGP SIGNATURE"),
        b"\xef\xbb\xbf" + FILE,
        b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n" + b"AAAA" * 249_000 + b"\n-----END SSH SIGNATURE-----\n",
    ],
    ids=range(11),
)
def test_what_is_no_signature_is_refused(armored: bytes) -> None:
    with pytest.raises((BadSSHSignature, BadLine)):
        SSHSignature.parse(armored)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02"),
        (b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\0"),
        (b"\0\0\0\x08unittest", b"\0\0\0\0"),
        (b"unittest\0\0\0\0", b"unittest\0\0\0\x01x"),
        (b"\0\0\0\x06sha512", b"\0\0\0\x06sha384"),
        (b"\0\0\0\x06sha512", b"\0\0\0\x04sha1"),
        (b"\0\0\0\x06sha512", b"\0\0\0\x06SHA512"),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(old: bytes, new: bytes) -> None:
    blob = SSHSignature.parse(FILE).packed()
    assert old in blob

    with pytest.raises(BadSSHSignature):
        SSHSignature.unpacked(blob.replace(old, new))


@given(st.binary(max_size=300), st.text(st.characters(codec="utf-8", min_codepoint=33), min_size=1))
def test_what_is_signed_reads_back_and_holds(data: bytes, namespace: str) -> None:
    made = sign(data, namespace, LAN, RAW)

    assert SSHSignature.parse(made.armored()) == made
    made.check(data, namespace, LAN)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    never_falls_over(data, SSHSignature.parse)
    never_falls_over(b"SSHSIG\0\0\0\x01" + data, SSHSignature.unpacked)
    never_falls_over(data, SSHKey.unpacked)
    never_falls_over(data, lambda each: SSHKey.parse("ssh-ed25519 " + each.decode("latin-1")))


def test_nobody_signs_for_nothing_or_with_another_key() -> None:
    with pytest.raises(BadSSHSignature):
        sign(TEXT, "", LAN, RAW)
    with pytest.raises(WrongSSHSignature):
        sign(TEXT, PURPOSE, SSHKey(sshsig.ED25519, ed25519.pair(bytes(32))[0]), RAW)


# Keys over the curve P-256.

P256 = ec.derive_private_key(2**255 + 19, ec.SECP256R1())
POINT = P256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
CURVE = SSHKey(sshsig.ECDSA, POINT)


def raw(message: bytes) -> bytes:
    return pair(*decode_dss_signature(P256.sign(message, ec.ECDSA(SHA256()))))


ON_CURVE = sign(TEXT, PURPOSE, CURVE, raw)


def test_a_key_over_the_curve_reads_back_and_its_signature_holds() -> None:
    assert SSHKey.parse(CURVE.line() + " Lan") == CURVE
    assert SSHSignature.parse(ON_CURVE.armored()) == ON_CURVE
    ON_CURVE.check(TEXT, PURPOSE, CURVE)
    with pytest.raises(WrongSSHSignature):
        ON_CURVE.check(TEXT + b".", PURPOSE, CURVE)
    with pytest.raises(OtherKey):
        ON_CURVE.check(TEXT, PURPOSE, LAN)


@pytest.mark.parametrize("damage", [flips, parts])
def test_every_damage_over_the_curve_is_noticed(damage: Damage) -> None:
    def judge(blob: bytes) -> None:
        SSHSignature.unpacked(blob).check(TEXT, PURPOSE, CURVE)

    judge(ON_CURVE.packed())
    each_is_noticed(damage(ON_CURVE.packed()), judge)


def test_a_token_with_a_key_over_the_curve_signs_when_touched() -> None:
    key = SSHKey(sshsig.ECDSA_TOKEN, POINT, "ssh:")
    digest = sha256(sshsig._message(TEXT, PURPOSE, "sha512")).digest()

    for flags, touched in ((0x00, False), (0x01, True)):
        mark = bytes([flags]) + bytes(4)
        made = raw(sha256(b"ssh:").digest() + mark + digest)
        signature = SSHSignature(key, PURPOSE, "sha512", made, mark)
        assert SSHSignature.parse(signature.armored()) == signature
        assert SSHKey.parse(key.line()) == key
        if touched:
            signature.check(TEXT, PURPOSE, key)
            continue
        with pytest.raises(WrongSSHSignature):
            signature.check(TEXT, PURPOSE, key)


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0), (2**256, 1), (1, 2**256)])
def test_what_is_no_pair_of_numbers_is_no_signature(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no signature"):
        pair(*numbers)


@pytest.mark.parametrize(
    "made",
    [
        b"",
        sshsig._packed(b"\x01"),
        sshsig._packed(b"\x01", b"\x01", b"\x01"),
        sshsig._packed(b"\x00\x01", b"\x01"),
        sshsig._packed(b"\x80", b"\x01"),
        sshsig._packed(b"", b"\x01"),
        sshsig._packed(b"\x01" * 34, b"\x01"),
    ],
)
def test_a_number_has_one_spelling(made: bytes) -> None:
    blob = SSHSignature(CURVE, PURPOSE, "sha512", made).packed()
    with pytest.raises(BadSSHSignature):
        SSHSignature.unpacked(blob)


def test_a_point_beside_the_curve_signs_nothing() -> None:
    beside = SSHKey(sshsig.ECDSA, POINT[:-1] + bytes([POINT[-1] ^ 1]))
    with pytest.raises(WrongSSHSignature):
        ON_CURVE._replace(key=beside).check(TEXT, PURPOSE, beside)
    assert not ecdsa.holds(b"\x02" + POINT[1:33], TEXT, 1, 1)


@pytest.mark.parametrize("curve", ["nistp384", ""])
def test_a_key_over_another_curve_is_refused(curve: str) -> None:
    with pytest.raises(BadSSHKey):
        SSHKey.unpacked(sshsig._packed(sshsig.ECDSA, curve, POINT))
    with pytest.raises(BadSSHKey):
        SSHKey.unpacked(sshsig._packed(sshsig.ECDSA, "nistp256", POINT[:-1]))


# ssh-keygen itself.

needs_openssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen here")


def accepted(folder: Path, key: str, armored: bytes, data: bytes, namespace: str) -> bool:
    """Tell whether ``ssh-keygen -Y verify`` accepts a signature."""
    (folder / "allowed").write_text(f'lan namespaces="{PURPOSE}" {key}\n', "utf-8")
    (folder / "signature").write_bytes(armored)
    command = ["ssh-keygen", "-Y", "verify", "-f", folder / "allowed", "-I", "lan"]
    command += ["-n", namespace, "-s", folder / "signature"]
    return run(command, input=data, capture_output=True).returncode == 0


@needs_openssh
def test_ssh_keygen_accepts_what_we_sign_and_nothing_else(tmp_path: Path) -> None:
    armored = MADE.armored()

    assert accepted(tmp_path, LAN.line(), armored, TEXT, PURPOSE)
    assert accepted(tmp_path, CURVE.line(), ON_CURVE.armored(), TEXT, PURPOSE)
    assert not accepted(tmp_path, LAN.line(), armored, TEXT + b".", PURPOSE)
    assert not accepted(tmp_path, LAN.line(), armored, TEXT, "file")
    assert not accepted(tmp_path, FILE_KEY, armored, TEXT, PURPOSE)


@needs_openssh
@pytest.mark.parametrize("hashing", ["sha256", "sha512"])
def test_we_accept_what_ssh_keygen_signs_byte_for_byte(tmp_path: Path, hashing: str) -> None:
    secret, text = tmp_path / "key", tmp_path / "text"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Lan", "-f", secret], check=True)
    text.write_bytes(TEXT)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", secret, "-n", PURPOSE]
    run([*command, "-O", f"hashalg={hashing}", text], check=True, capture_output=True)
    armored = (tmp_path / "text.sig").read_bytes()
    key = SSHKey.parse((tmp_path / "key.pub").read_text("utf-8").rstrip("\n"))

    made = SSHSignature.parse(armored)

    made.check(TEXT, PURPOSE, key)
    assert (made.hash, made.armored()) == (hashing, armored)
    private = load_ssh_private_key(secret.read_bytes(), None)
    assert isinstance(private, Ed25519PrivateKey)
    ours = sign(TEXT, PURPOSE, key, private.sign).armored()
    assert (ours == armored) == (hashing == "sha512")


@needs_openssh
@BOTH
def test_ssh_keygen_shows_the_same_fingerprint(tmp_path: Path, line: str, armored: bytes) -> None:
    (tmp_path / "key.pub").write_text(line + "\n", "utf-8")
    shown = run(["ssh-keygen", "-l", "-f", tmp_path / "key.pub"], capture_output=True, check=True)

    assert SSHKey.parse(line).fingerprint in shown.stdout.decode()


@pytest.mark.parametrize(
    "refusal", [BadSSHKey, BadSSHSignature, OtherKey, OtherPurpose, WrongSSHSignature]
)
def test_each_refusal_speaks_both_languages(refusal: type[Untrusted | Unreadable]) -> None:
    assert refusal("x").says("en") == f"x: {refusal.__doc__}"
    assert refusal.vi == vars(refusal)["vi"]
