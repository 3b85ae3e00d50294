"""A checkpoint to be kept outside: a page to print, with a QR code, and a letter to send.

What is written there is the signed note itself, byte for byte, so that it can be brought back.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Final

import segno

from ..events.slip import Slip
from .page import day_said, sheet

GROUP: Final = 8
"""Characters that stand together, so that a person can compare a hash by eye."""


def paper(slip: Slip) -> str:
    """Return a page of A4 to print and to sign: facts, QR code of the note, the note itself."""
    said = slip.note.data().decode()
    facts = "\n".join(
        f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in _facts(slip).items()
    )
    body = (
        f"<h1>Điểm kiểm chứng nhật ký<br><small>Checkpoint of the audit trail</small></h1>\n"
        f'<table class="anchor">{facts}</table>\n'
        f'<div class="code">{_code(said)}</div>\n'
        f"<h2>Nguyên văn (as signed)</h2>\n<pre>{escape(said)}</pre>\n{_use()}\n{_keeper()}"
    )
    return sheet(f"Điểm kiểm chứng {slip.checkpoint.size}", body, name="anchor")


def letter(slip: Slip) -> bytes:
    """Return a letter for a mailbox outside (RFC 5322), the note attached as a file of its own."""
    found = slip.checkpoint
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"[{found.origin}] Điểm kiểm chứng: {found.size} mục"
    lines = (f"{name}: {value}" for name, value in _facts(slip).items())
    message.set_content("\n".join((*lines, "", _KEEP, _KEPT, "")), cte="quoted-printable")
    message.add_attachment(
        slip.note.data(), maintype="application", subtype="octet-stream", filename=name_of(slip)
    )
    return message.as_bytes()


def name_of(slip: Slip) -> str:
    """Return the name of the file that holds the note."""
    return f"{slip.checkpoint.origin}-{slip.checkpoint.size}.checkpoint"


_KEEP: Final = (
    "Đề nghị lưu giữ nguyên vẹn. Khi cần, đưa lại văn bản này để đối chiếu: nhật ký đúng phải chứa "
    "trọn vẹn những gì điểm kiểm chứng này đã ghi nhận."
)
_KEPT: Final = (
    "Please keep this as it is. Brought back, it shows whether the trail still holds all that it "
    "held."
)


def _facts(slip: Slip) -> dict[str, str]:
    found = slip.checkpoint
    return {
        "Cơ quan": slip.organisation,
        "Nhật ký (origin)": found.origin,
        "Số mục (entries)": str(found.size),
        "Mã băm gốc (root, SHA-256)": grouped(found.root.hex()),
        "Khóa công khai (vkey)": slip.vkey,
        "Ngày lập": day_said(slip.on),
    }


def grouped(digest: str) -> str:
    """Return a hash in groups, to be compared by eye.

    >>> grouped("0011223344556677")
    '00112233 44556677'
    """
    return " ".join(digest[at : at + GROUP] for at in range(0, len(digest), GROUP))


def _code(said: str) -> str:
    return segno.make(said, error="m", micro=False).svg_inline(scale=3)


def _use() -> str:
    return f"<p>{_KEEP}</p>\n<p><small>{_KEPT}</small></p>"


def _keeper() -> str:
    return (
        '<table class="signatures"><tr><th>Người lập</th><th>Người giữ</th></tr>'
        "<tr><td><br><br><br><br></td><td><br><br><br><br></td></tr></table>"
    )
