"""A checkpoint that comes back in an e-mail, as mailboxes keep and answer them."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from qms.intake.mail import ManyCheckpoints, NoCheckpoint, unpacked
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Note, Signer, skey

SIGNER = Signer.parse(skey("so-gtvt", bytes(32)))


def note(size):
    text = Checkpoint("so-gtvt", size, bytes([size]) * 32).text()
    return Note(text).signed(SIGNER).data()


def letter(body, *attached, transfer="quoted-printable"):
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "van-thu@so.vn", "Điểm kiểm chứng"
    message.set_content(body, cte=transfer)
    for data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename="c")
    return message.as_bytes()


def quoted(text):
    return "".join(f"> {line}\n" if line else ">\n" for line in text.splitlines())


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
def test_a_checkpoint_is_found_in_the_text(transfer):
    said = note(5).decode()

    for body in (said, f"Kính gửi Sở,\n\n{said}\nTrân trọng.\n", f"Trả lời:\n{quoted(said)}"):
        assert unpacked(letter(body, transfer=transfer)) == note(5)
    assert unpacked(letter(quoted(quoted(said)), transfer=transfer)) == note(5)


def test_a_checkpoint_is_found_attached_and_once_where_it_stands_twice():
    assert unpacked(letter("Xem tệp kèm theo.\n", note(5))) == note(5)
    assert unpacked(letter(note(5).decode(), note(5))) == note(5)
    assert unpacked(b"\xef\xbb\xbf" + letter("Xem tệp.\n", note(5))) == note(5)


def test_an_e_mail_without_one_or_with_several_is_refused():
    altered = note(5).decode().replace("\n5\n", "\nnăm\n")
    for body in ("Không có gì.\n", altered, note(5).decode().replace("— ", "- ")):
        with pytest.raises(NoCheckpoint):
            unpacked(letter(body))
    with pytest.raises(ManyCheckpoints):
        unpacked(letter(note(5).decode(), note(6)))


def test_what_is_no_e_mail_stays_as_it_is():
    for data in (note(5), b"", b"abc\n\ndef", quoted(note(5).decode()).encode()):
        assert unpacked(data) == data
