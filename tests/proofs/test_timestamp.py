"""Timestamps: requests that openssl answers, answers that hold, and every damage to them."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from qms.proofs import timestamp
from qms.proofs.timestamp import (
    BadCertificate,
    BadTimestamp,
    NoTimestampSupport,
    OtherBytesStamped,
    UnknownAuthority,
)
from tests.tsa import Authority, needs_openssl

TEXT = b"so-gtvt.example/log\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
READS = pytest.mark.usefixtures("support")


@pytest.fixture
def support():
    pytest.importorskip("rfc3161_client", reason="rfc3161-client is not here: pip install '.[tsa]'")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    pytest.importorskip("rfc3161_client", reason="rfc3161-client is not here: pip install '.[tsa]'")
    return Authority(tmp_path_factory.mktemp("tsa") / "ours")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


@pytest.fixture(scope="module")
def answer(authority):
    return authority.answer(timestamp.request(TEXT))


@needs_openssl
def test_an_answer_says_when_and_both_believe_it(authority, answer):
    trusted = [authority.certificate.read_bytes()]
    moment = timestamp.check(answer, TEXT, trusted)

    assert timedelta(0) <= datetime.now(UTC) - moment < timedelta(minutes=5)
    assert timestamp.stamped(answer, TEXT) == moment
    assert authority.accepts(answer, TEXT)


@needs_openssl
def test_an_answer_is_over_one_text_alone(authority, answer):
    with pytest.raises(OtherBytesStamped):
        timestamp.check(answer, TEXT + b".", [authority.certificate.read_bytes()])
    assert not authority.accepts(answer, TEXT + b".")


@needs_openssl
def test_only_who_is_trusted_is_believed(authority, other, answer):
    ours, theirs = (one.certificate.read_bytes() for one in (authority, other))

    with pytest.raises(UnknownAuthority):
        timestamp.check(answer, TEXT, [theirs])
    with pytest.raises(UnknownAuthority):
        timestamp.check(answer, TEXT, [])
    timestamp.check(answer, TEXT, [theirs, ours])
    timestamp.check(answer, TEXT, [theirs + ours])


@needs_openssl
def test_every_bit_that_falls_over_is_noticed(authority, answer):
    trusted = [authority.certificate.read_bytes()]
    held = 0
    for at in range(0, len(answer) * 8, 61):
        damaged = bytearray(answer)
        damaged[at // 8] ^= 1 << at % 8
        try:
            held += bool(timestamp.check(bytes(damaged), TEXT, trusted))
        except (BadTimestamp, OtherBytesStamped, UnknownAuthority):
            continue
        # An encoding that says the same in other letters is no other statement.
        assert timestamp.check(bytes(damaged), TEXT, trusted) == timestamp.stamped(answer, TEXT)
    assert held < 10


@needs_openssl
def test_a_refusal_is_no_timestamp(authority):
    with pytest.raises(BadTimestamp):
        timestamp.stamped(authority.answer(b"0"), TEXT)


@READS
@pytest.mark.parametrize("data", [b"", b"x", b"\x30\x03\x02\x01\x00", bytes(20_001)])
def test_what_is_no_answer_is_refused(data):
    with pytest.raises(BadTimestamp):
        timestamp.stamped(data, TEXT)


def test_what_is_no_certificate_is_refused():
    with pytest.raises(BadCertificate):
        timestamp.certificates(b"x")


def test_whoever_lacks_the_extra_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    with pytest.raises(NoTimestampSupport):
        timestamp.request(TEXT)
