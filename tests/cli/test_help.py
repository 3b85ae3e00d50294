"""The help of every command, in both languages, and what it costs."""

import re
import subprocess
import sys
from gettext import gettext

import click
import pytest

from qms.cli.language import speaking
from qms.cli.manual import pages
from qms.cli.root import ROOMS, Root, commands, loaded
from tests.cli.talk import say, shell

HEAVY = ("pydantic", "sqlalchemy", "git", "gitdb", "rich", "cryptography", "markdown")


@pytest.fixture(scope="module", params=["vi", "en"])
def manual(request):
    return list(pages(request.param))


def test_every_command_has_help(manual):
    assert len(manual) > 90
    assert all(len(page.help.splitlines()) >= 5 for page in manual)


def test_help_fits_a_hundred_columns(manual):
    wide = [line for page in manual for line in page.help.splitlines() if len(line) > 100]

    assert wide == []


def test_vietnamese_help_has_no_english_frame():
    frame = re.compile(
        r"Usage:|Options:|Commands:|arguments:|OPTIONS|\[required\]|default:|Show this"
        r"|\b(TEXT|DATE|CODE|FILE|INTEGER|BOOLEAN|FOLDER)\b"
    )

    assert [page for page in pages("vi") if frame.search(page.help)] == []


def test_vietnamese_help_asks_for_nothing_in_english():
    for page in pages("vi"):
        asked = re.findall(r"(?<!-)\b[A-Z]{3,}\b(?!-)", page.help.splitlines()[0])
        asked += re.findall(r"^  -\S+ ([A-Z]{3,})\b(?!-)", page.help, re.MULTILINE)
        assert set(asked) <= {"URL"}, page.command


def test_english_help_speaks_english():
    english = {page.command: page.help for page in pages("en")}

    assert "Sign, as a reviewer, the text that was read." in english["qms document endorse"]
    assert "For: reviewer." in english["qms document endorse"]
    assert "Roles held (Vai trò)" in english["qms post open"]


def test_an_option_says_its_words_its_keys_and_how_it_is_repeated():
    vietnamese = {page.command: " ".join(page.help.split()) for page in pages("vi")}

    assert "quality_officer = cán bộ ISO" in vietnamese["qms post open"]
    assert "tệp TOML có các khóa: documents, forms" in vietnamese["qms request file"]
    assert "A,B,C hoặc lặp lại" in vietnamese["qms document issue"]
    assert "xem bằng lệnh `show MÃ` [bắt buộc]" in vietnamese["qms document approve"]
    assert "Ai được làm: cán bộ ISO, lãnh đạo." in vietnamese["qms document issue"]


def own_texts():
    """Yield every text that stands in our own commands."""
    for room, names in ROOMS.items():
        for name in names:
            command = loaded(room, name)
            yield command.help
            for parameter in command.params:
                yield parameter.help
                yield parameter.metavar


def test_every_text_of_our_own_commands_has_its_vietnamese():
    with speaking("vi"):
        told = {text: gettext(" ".join(text.split())) for text in own_texts() if text}

    assert [text for text, said in told.items() if text == said and text != "URL"] == []


def test_the_first_page_says_what_each_command_says_of_itself():
    for room, names in ROOMS.items():
        for name, says in names.items():
            assert " ".join(loaded(room, name).help.split()) == says


def test_the_first_page_names_what_there_is(talk):
    with speaking("vi"):
        root = commands()
        ctx = click.Context(root, info_name="qms")
        names = root.list_commands(ctx)
        assert all(root.get_command(ctx, name) for name in names)

    assert isinstance(root, Root)
    assert {"document", "unit", "post", "person", "policy", "request", "copy"} <= set(names)


def test_the_source_names_the_changes_that_there_are():
    program = (
        "from qms import registers; registers.load()\n"
        "from qms.changes import Change; from qms.cli.kinds import typed, verbs\n"
        "said = {f'{r}.{v}' for r, vs in verbs().items() for v in vs}\n"
        "kinds = (kind.partition('/')[0].split('.') for kind in Change.kinds)\n"
        "print(said ^ {f'{own}.{typed(own, verb)}' for own, verb in kinds})"
    )

    assert python(program) == "set()"


@pytest.mark.parametrize("words", [(), ("--help",), ("--version",), ("--nonsuch",)])
def test_the_first_page_loads_nothing_heavy(words):
    program = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('loaded', sorted(set({HEAVY}) & set(sys.modules))))\n"
        f"from qms.cli import main; main({words!r})"
    )

    assert python(program).endswith("loaded []")


def test_the_version_is_said():
    assert say("--version").stdout.startswith("qms 0.")


def test_nothing_said_is_the_first_page():
    assert shell().stderr.decode().startswith("Cách dùng: qms [TÙY CHỌN] LỆNH")


def python(program):
    """Return what a program of its own prints."""
    called = [sys.executable, "-c", program]
    return subprocess.run(called, capture_output=True, check=False, text=True).stdout.strip()


def test_the_first_page_names_what_a_register_does_beside_its_changes():
    from qms.cli.kinds import MORE, more
    from qms.cli.registers import _more

    assert {name: sorted(more(name)) for name in MORE} == {
        name: sorted(str(one.name) for one in _more(name)) for name in MORE
    }
    first = " ".join(say("--help").stdout.split())
    assert "bring, check, keep, stamps, standing, write" in first
    assert "destroy-contents" in first
    assert "khảo sát hài lòng" in first


def test_an_option_says_the_words_that_a_column_of_its_sheet_takes():
    told = " ".join(say("objective", "measure", "--help").stdout.split())

    assert "Mức đánh giá: very_satisfied = Rất hài lòng" in told
