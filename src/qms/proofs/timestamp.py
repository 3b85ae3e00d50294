"""Timestamps: an authority says when it saw a checkpoint (RFC 3161).

Requests and answers are files, so that the machine of the log need not reach any network.
rfc3161-client comes with the extra ``tsa``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import Any, Final

from cryptography.x509 import Certificate, load_pem_x509_certificates

from ..errors import NotFound, Unreadable, Untrusted

LONGEST: Final = 20_000
"""Bytes that an answer may have: with its certificates some are six thousand long."""


_CERTIFICATES: Final = (0, 1, 1, 0, 3)
"""Where they lie: TimeStampResp, its token, that one's content, the signed data (RFC 5652, 5.1)."""


class NoTimestampSupport(NotFound):
    """Timestamps need the extra tsa: in the folder of qms' source, pip install '.[tsa]'."""

    vi = (
        "Dùng dấu thời gian cần phần mở rộng tsa: "
        "trong thư mục mã nguồn của qms, chạy pip install '.[tsa]'."
    )


class BadTimestamp(Unreadable):
    """This is no answer of a time-stamping authority."""

    vi = "Đây không phải phản hồi của tổ chức cấp dấu thời gian."


class BadCertificate(Unreadable):
    """There is no certificate in PEM form in this file."""

    vi = "Tệp này không có chứng thư số dạng PEM."


class OtherBytesStamped(Untrusted):
    """This timestamp is over something else."""

    vi = "Dấu thời gian này được cấp cho nội dung khác."


class UnknownAuthority(Untrusted):
    """No authority that is trusted here made this timestamp."""

    vi = "Dấu thời gian này không do tổ chức nào được tin cậy ở đây cấp."


def request(text: bytes) -> bytes:
    """Return what an authority is asked for a timestamp over a text, in DER."""
    tsp = _library()
    asked = tsp.TimestampRequestBuilder().data(text).hash_algorithm(tsp.HashAlgorithm.SHA256)
    return bytes(asked.cert_request(cert_request=True).build().as_bytes())


def stamped(answer: bytes, text: bytes) -> datetime:
    """Return which moment an answer states for a text; who says so is not asked.

    Raise ``BadTimestamp`` for anything but an answer, ``OtherBytesStamped`` for one to
    something else.
    """
    told = _parsed(answer).tst_info
    if bytes(told.message_imprint.message) != sha256(text).digest():
        raise OtherBytesStamped()
    return moment(answer)


def moment(answer: bytes) -> datetime:
    """Return which moment an answer states, or raise ``BadTimestamp`` for anything but one."""
    told: datetime = _parsed(answer).tst_info.gen_time
    return told


def check(answer: bytes, text: bytes, authorities: Iterable[bytes]) -> datetime:
    """Return when an authority saw a text; raise unless one of these (PEM) vouches for it."""
    seen, known = stamped(answer, text), _library()
    for root in (root for pem in authorities for root in certificates(pem)):
        verifier = known.VerifierBuilder(roots=[root]).build()
        try:
            verifier.verify_message(_parsed(answer), text)
        except (known.VerificationError, ValueError):
            continue
        return seen
    raise UnknownAuthority()


def certificates(pem: bytes) -> list[Certificate]:
    """Return the certificates in a PEM file, or raise ``BadCertificate``."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise BadCertificate() from None


def _parsed(answer: bytes) -> Any:
    if len(answer) > LONGEST:
        raise BadTimestamp(f"{len(answer)} bytes")
    try:
        found = _library().decode_timestamp_response(_ordered(answer))
        found.tst_info  # noqa: B018  a refusal of the authority has none
    except ValueError as error:
        raise BadTimestamp(str(error)[:200]) from None
    return found


def _ordered(answer: bytes) -> bytes:
    """Return an answer with its certificates in the order of DER, which OpenSSL does not keep.

    No signature is over their order. What is in another form is returned as it is.
    """
    start, end = 0, len(answer)
    try:
        for place in _CERTIFICATES:
            _, start, end = list(_parts(answer, start, end))[place]
        certificates = [answer[one:behind] for one, _, behind in _parts(answer, start, end)]
    except (IndexError, ValueError):
        return answer
    return answer[:start] + b"".join(sorted(certificates)) + answer[end:]


def _parts(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield where each value of a sequence begins, where its content does, and where it ends."""
    while start < end:  # X.690, 8.1: one byte of type, then the length
        length, at = data[start + 1], start + 2
        if length > 0x80:
            at += length - 0x80
            length = int.from_bytes(data[start + 2 : at])
        if at + length > end:
            raise ValueError(start)
        yield start, at, at + length
        start = at + length


def _library() -> Any:
    try:
        return import_module("rfc3161_client")
    except ImportError:
        raise NoTimestampSupport() from None
