"""A timestamp on a checkpoint: asked for and entered by file, checked against a root."""

import shlex
from pathlib import Path

import pytest
from cryptography import x509 as crypto
from cryptography.hazmat.primitives.serialization import Encoding

from qms import anchors
from qms.proofs import timestamp
from qms.proofs.note import Note
from qms.proofs.timestamp import BadTimestamp
from qms.registers.anchors import Anchor, NothingStamped
from tests.proofs.test_timestamp import authority, other  # noqa: F401
from tests.tsa import needs_openssl


@pytest.fixture
def asked(talk, tmp_path):
    """The request for a timestamp, and the checkpoint that it is over."""
    pytest.importorskip("rfc3161_client", reason="rfc3161-client is not here: pip install '.[tsa]'")
    talk.does("lan", "anchor", "ask", str(tmp_path / "yeu-cau.tsq"))
    return tmp_path / "yeu-cau.tsq"


def brought(talk, asked, answer, actor="lan"):
    place = asked.with_suffix(".tsr")
    place.write_bytes(answer)
    words = ("--answer", str(place), "--place", "Ban Cơ yếu")
    return talk.as_(actor, "anchor", "bring", str(asked.with_suffix(".note")), *words)


def certificate(of) -> tuple[str, str]:
    return "--authority", str(of.certificate)


@needs_openssl
def test_a_timestamp_is_asked_for_entered_and_checked(talk, asked, authority, other):  # noqa: F811
    told = brought(talk, asked, authority.answer(asked.read_bytes()))
    assert told.exit_code == 0, told.output
    talk.does("lan", "person", "enrol", "--code", "moi", "--name", "Người mới")

    said = talk.ask("anchor", "stamps", *certificate(authority))
    assert said.exit_code == 0
    assert "✓" in said.stdout
    assert "Ban Cơ yếu" in said.stdout
    refused = talk.ask("anchor", "stamps", *certificate(other))
    assert refused.exit_code == 1
    assert "không do tổ chức nào được tin cậy ở đây cấp" in refused.stdout


@needs_openssl
def test_certificates_may_stand_in_either_order(authority, asked):  # noqa: F811
    """OpenSSL writes them as they come, though DER would sort them."""
    text = Note.parse(asked.with_suffix(".note").read_bytes()).text.encode()
    answer = authority.answer(asked.read_bytes(), chain=True)
    pems = (authority.folder / name for name in ("tsa.pem", "ca.pem"))
    ours, root = (crypto.load_pem_x509_certificate(pem.read_bytes()) for pem in pems)
    first, second = (each.public_bytes(Encoding.DER) for each in (ours, root))
    swapped = answer.replace(first + second, second + first)

    assert swapped != answer
    for each in (answer, swapped):
        assert authority.accepts(each, text)
        assert timestamp.check(each, text, [authority.certificate.read_bytes()])


@needs_openssl
def test_what_is_wrong_with_an_answer_names_the_answer(talk, asked, authority):  # noqa: F811
    told = brought(talk, asked, authority.answer(asked.read_bytes())[:-9])

    assert told.exit_code == BadTimestamp.exit_code
    assert "yeu-cau.tsr" in told.output
    assert "yeu-cau.note" not in told.output


@needs_openssl
def test_the_answer_is_kept_in_git_and_comes_back_from_there(talk, asked, authority):  # noqa: F811
    answer = authority.answer(asked.read_bytes())
    brought(talk, asked, answer)

    with talk.office.open() as system:
        (anchor,) = system.find(Anchor, medium="timestamp")
        assert system.kept(anchor.answer) == answer
        assert authority.accepts(answer, anchor.text.encode())
    path = f"anchors/{anchor.code.lower()}.tsr"
    assert path in talk.office.git("ls-tree", "-r", "--name-only", "main")


@needs_openssl
def test_an_answer_to_something_else_is_not_entered(talk, asked, authority):  # noqa: F811
    talk.does("lan", "person", "enrol", "--code", "moi", "--name", "Người mới")
    talk.does("lan", "anchor", "ask", str(asked.with_name("khac.tsq")))
    other_one = authority.answer(asked.with_name("khac.tsq").read_bytes())

    told = brought(talk, asked, other_one)

    assert told.exit_code == 7
    assert "cấp cho nội dung khác" in told.output


def test_what_is_no_answer_is_not_entered(talk, asked):
    pytest.importorskip("rfc3161_client", reason="rfc3161-client is not here: pip install '.[tsa]'")
    assert brought(talk, asked, b"x").exit_code == 6


def test_a_request_overwrites_nothing(talk, asked):
    assert talk.as_("lan", "anchor", "ask", str(asked)).exit_code != 0
    assert Path(asked).stat().st_size < 200


@pytest.mark.parametrize("name", [".", "yeu-cau.note", "yeu-cau.tsr"])
def test_a_request_has_a_name_that_leaves_the_others_free(talk, tmp_path, name):
    told = talk.as_("lan", "anchor", "ask", "." if name == "." else str(tmp_path / name))

    assert told.exit_code == 2
    assert "yeu-cau.tsq" in told.stderr
    assert list(tmp_path.glob("yeu-cau.*")) == []


def test_a_request_is_there_with_its_note_or_not_at_all(talk, asked):
    asked.unlink()

    assert talk.as_("lan", "anchor", "ask", str(asked)).exit_code == 3
    assert not asked.exists()


def test_how_to_go_on_can_be_typed_where_a_folder_has_blanks(talk, tmp_path):
    pytest.importorskip("rfc3161_client", reason="rfc3161-client is not here: pip install '.[tsa]'")
    (tmp_path / "hồ sơ").mkdir()
    file = tmp_path / "hồ sơ" / "yeu-cau.tsq"

    said = talk.does("lan", "anchor", "ask", str(file)).splitlines()[-1]

    assert shlex.split(said)[3:6] == [
        str(file.with_suffix(".note")),
        "--answer",
        str(file.with_suffix(".tsr")),
    ]


def test_a_timestamp_comes_with_its_answer_and_nothing_else_does(talk, asked):
    note = asked.with_suffix(".note").read_text("utf-8")
    for more in ({"medium": "timestamp"}, {"medium": "paper", "answer": b"x"}):
        with talk.office.open("lan") as system, pytest.raises(NothingStamped):
            system.perform(anchors.KeepAnchor(note=note, place="Két", **more))
