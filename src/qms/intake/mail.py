"""The checkpoint in an e-mail that was saved: attached, in its text, or quoted in an answer.

Or in the page that is printed to be kept on paper, where its file is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from typing import Final

from ..errors import QMSError, Unreadable
from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Note

DEEPEST: Final = 8
"""Lines that the text of a checkpoint has at most: three, and what a log adds to them."""

_HEAD: Final = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\n")
"""The head of a message (RFC 5322, 2.2), which nothing signed begins with."""

_PAGE: Final = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
_QUOTED: Final = re.compile(r"^(?:> ?)+", re.MULTILINE)
_BLOCK: Final = re.compile(r"\n\n(?=((?:— [^\n]+\n)+))")


class NoCheckpoint(Unreadable):
    """This e-mail or page holds no checkpoint, or it was altered on its way."""

    vi = "Thư hoặc trang này không có điểm kiểm chứng, hoặc nội dung đã bị thay đổi."


class ManyCheckpoints(Unreadable):
    """This holds several checkpoints: save the one that is meant as a file of its own."""

    vi = "Ở đây có nhiều điểm kiểm chứng khác nhau: hãy lưu điểm cần dùng thành một tệp riêng."


def unpacked(data: bytes) -> bytes:
    """Return the checkpoint in an e-mail or a page; anything else as it is."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _PAGE.match(data):
        texts = [unescape(_TAG.sub("", data.decode("utf-8", "replace")))]
    elif _HEAD.match(data.replace(b"\r\n", b"\n")):
        message = message_from_bytes(data, policy=default)
        texts = [_said(part) for part in message.walk()]
    else:
        return data
    found = {note for text in texts for note in _notes(text)}
    if not found:
        raise NoCheckpoint()
    if len(found) > 1:
        raise ManyCheckpoints()
    return found.pop()


def _said(part: EmailMessage) -> str:
    """Return the text of one part, without its transfer encoding; nothing where it has none."""
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _notes(text: str) -> Iterator[bytes]:
    plain = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    for said in {plain, "\n".join(map(str.rstrip, _QUOTED.sub("", plain).split("\n")))}:
        for end in _BLOCK.finditer(said):
            above = said[: end.start()].split("\n")
            for first in range(3, DEEPEST + 1):
                note = "\n".join(above[-first:]) + "\n\n" + end[1]
                if _whole(note):
                    yield note.encode()


def _whole(note: str) -> bool:
    try:
        Checkpoint.parse(Note.parse(note.encode()).text)
    except QMSError:
        return False
    return True
