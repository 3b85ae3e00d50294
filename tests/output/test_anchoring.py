"""What is handed out holds the note byte for byte: as text, in the QR code, in the letter."""

from datetime import date
from email import message_from_bytes
from email.policy import default
from html import unescape
from xml.etree import ElementTree

import segno

from qms.events import Slip
from qms.output.anchoring import grouped, letter, name_of, paper
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Signer, skey

SIGNER = Signer.parse(skey("qms-cay-bang", b"\1" * 32))
SLIP = Slip(
    "Sở GTVT <& Bạn>",
    Checkpoint("qms-cay-bang", 120, b"\7" * 32).signed(SIGNER),
    SIGNER.verifier.text(),
    date(2026, 3, 1),
)


def test_the_letter_carries_the_note_as_a_file_of_its_own():
    message = message_from_bytes(letter(SLIP), policy=default)
    (attached,) = message.iter_attachments()

    assert attached.get_content() == SLIP.note.data()
    assert attached.get_filename() == name_of(SLIP) == "qms-cay-bang-120.checkpoint"
    assert "120" in message["Subject"]
    assert "01/03/2026" in message.get_body().get_content()


def test_the_page_says_the_note_and_loads_nothing():
    page = paper(SLIP)

    assert SLIP.note.data().decode() in unescape(page)
    assert "Sở GTVT &lt;&amp; Bạn&gt;" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "01/03/2026" in page
    assert grouped((b"\7" * 32).hex()) in page


def test_the_code_on_the_page_is_of_the_note():
    page = paper(SLIP)
    start, end = page.index("<svg"), page.index("</svg>") + 6
    drawn = ElementTree.fromstring(page[start:end])
    wanted = segno.make(SLIP.note.data().decode(), error="m", micro=False)

    assert drawn.tag.endswith("svg")
    assert page[start:end] == wanted.svg_inline(scale=3)
