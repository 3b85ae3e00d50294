"""Messages: Vietnamese first, English where asked for, nobody else's gettext touched."""

import io
import os
import re
from collections import Counter
from gettext import bindtextdomain, gettext
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from pydantic import BaseModel

import qms
from qms import registers
from qms.changes import Change, Item
from qms.cli.history import label
from qms.cli.language import language, speaking, wanted
from qms.shapes import shape
from tests.cli.talk import say, shell

registers.load()
MESSAGES = Path(qms.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="module")
def catalogue():
    with MESSAGES.open("rb") as file:
        return read_po(file, locale="vi")


def test_what_is_committed_is_what_the_messages_compile_to(catalogue):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    with MESSAGES.with_suffix(".mo").open("rb") as committed:
        assert said(committed) == said(compiled)


@pytest.mark.parametrize("room", ["cli", "demo"])
def test_every_message_has_its_vietnamese(room, catalogue):
    assert extracted(Path(qms.__file__).parent / room) - texts(catalogue) == set()


def test_no_message_stands_twice_with_two_translations():
    ids = re.findall(r'^(?:msgctxt .*\n)?msgid ".*"(?:\n".*")*', MESSAGES.read_text("utf-8"), re.M)

    assert [own for own, times in Counter(ids).items() if times > 1] == []


def test_no_message_is_left_untranslated(catalogue):
    assert [one.id for one in catalogue if one.id and not one.string] == []


def test_what_click_says_to_people_has_its_vietnamese(catalogue):
    to_programmers = (
        "Deprecat",
        "Name '",
        "Boolean opt",
        "Could not det",
        "No options",
        "Arguments",
    )
    never = {"deprecated", "(dynamic)", "Invalid start character for option ({option})"}
    said = extracted(
        Path(click.__file__).parent, "core.py", "exceptions.py", "formatting.py", "parser.py"
    )

    missing = {one for one in said - texts(catalogue) if not one.startswith(to_programmers)}

    assert missing == never


def test_placeholders_survive_translation(catalogue):
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            assert fields(message.string) <= fields(message.id), message.id


def test_the_language_is_known_before_the_line_is_read(monkeypatch):
    monkeypatch.setenv("QMS_LANG", "en")

    assert wanted(["list"]) == "en"
    assert wanted(["--lang", "vi", "list"]) == "vi"
    assert wanted(["list", "--lang"]) == "en"


def test_speaking_leaves_no_trace():
    before = bindtextdomain("messages"), os.environ.get("LANGUAGE"), gettext("Options")
    with speaking("vi"):
        assert (language(), gettext("Options")) == ("vi", "Tùy chọn")
    with speaking("en"):
        assert (language(), gettext("Options")) == ("en", "Options")

    assert before == (bindtextdomain("messages"), os.environ.get("LANGUAGE"), gettext("Options"))


def test_the_language_of_the_computer_does_not_matter(office):
    folder = str(office.folder)

    told = shell("-C", folder, "list", env={"LC_ALL": "C", "LANGUAGE": "fr"})

    assert told.stdout.decode() == "Không có gì.\n"


def test_vietnamese_is_written_where_the_computer_speaks_ascii(office):
    told = shell("-C", str(office.folder), "show", "QT-05", env={"PYTHONIOENCODING": "ascii"})

    assert told.stderr.decode().startswith("Không tìm thấy: QT-05")


def test_a_language_that_nobody_speaks_is_told_in_vietnamese():
    told = say("--lang", "fr", "list")

    assert told.exit_code == 2
    assert "'fr' không phải một trong: 'vi', 'en'" in told.stderr


def extracted(folder, *rooms):
    """Return the messages in the source of a folder; of a plural the first form."""
    found = [row for row in extract_from_dir(folder) if not rooms or row[0] in rooms]
    return {row[2] if isinstance(row[2], str) else row[2][0] for row in found}


def said(compiled):
    """Return what compiled messages say; their head names the compiler's version."""
    return {str(one.id): one.string for one in read_mo(compiled) if one.id}


def texts(catalogue):
    return {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue}


def fields(text):
    return set(re.findall(r"\{\w*(?:!r)?\}|%\(\w+\)s", text))


REGISTERS = {name: of for name, of in Item.registers.items() if of.__module__.startswith("qms.")}


def inner(kind, seen):
    """Yield the names of the fields within a value, however deep."""
    for name, field in kind.model_fields.items():
        yield name.replace("_", " ")
        within = shape(field.annotation).type
        if isinstance(within, type) and issubclass(within, BaseModel) and within not in seen:
            yield from inner(within, seen | {within})


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_and_all_that_it_tells_has_vietnamese_words(register):
    item = REGISTERS[register]
    fields = {name: shape(field.annotation).type for name, field in item.model_fields.items()}
    values = [of for of in fields.values() if isinstance(of, type) and issubclass(of, BaseModel)]
    within = {name for value in values for name in inner(value, {value})}

    with speaking("vi"):
        said = {name: label(item, name) for name in fields}
        spoken = {name: gettext(name) for name in within}
        assert gettext(register) != register
        assert gettext(f"{register}.") != f"{register}."
    assert [name for name, word in said.items() if word.lower() == name.replace("_", " ")] == []
    assert [name for name, word in spoken.items() if word == name] == []


def test_a_word_of_one_register_belongs_to_a_field_of_it(catalogue):
    own = [one.id for one in catalogue if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(one.id))]

    assert len(own) > 50
    for register, _dot, name in (text.partition(".") for text in own):
        assert name in Item.registers[register].model_fields


def test_every_change_says_in_vietnamese_what_it_does_and_asks():
    for kind, change in Change.kinds.items():
        assert change.vi, kind
        assert [name for name, field in change.model_fields.items() if not field.title] == []


def test_one_word_may_be_called_otherwise_in_one_register():
    with speaking("vi"):
        assert label(Item.registers["task"], "last") == "Báo cáo gần nhất"
        assert label(Item.registers["objective"], "last") == "Số đo cuối"
        assert label(Item.registers["external"], "since") == "Có hiệu lực từ ngày"
    with speaking("en"):
        assert label(Item.registers["task"], "last") == "Last"


def test_a_variable_that_is_wrong_is_told_in_one_language():
    told = say("list", QMS_LANG="xx")

    assert "'--lang' (biến môi trường: 'QMS_LANG') không hợp lệ" in told.stderr
