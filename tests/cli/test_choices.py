"""Words and numbers as an officer types them; what may be said is said."""

import click
import pytest

from qms.changes import Change
from qms.cli.choices import OneOf, SomeOf
from qms.cli.fields import given, option
from qms.cli.language import speaking
from qms.cli.parameters import Parted, Whole

STATES = {"issued": "Đã ban hành", "in_review": "Chờ soát xét", "timestamp": "dấu (RFC 3161)"}


def read(kind, text):
    with speaking("vi"):
        return kind.convert(text, None, None)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("in_review", "in_review"),
        ("in review", "in_review"),
        ("Chờ soát xét", "in_review"),
        ("chờ soát xét", "in_review"),
        ("cho soat xet", "in_review"),
        ("Dấu", "timestamp"),
        ("dau (rfc 3161)", "timestamp"),
    ],
)
def test_a_word_is_said_as_the_trail_or_as_people_say_it(said, word):
    assert read(OneOf(STATES), said) == word


@pytest.mark.parametrize("said", ["", "chờ", "chờ sóat xét", "banhanh", "chở soát xét"])
def test_any_other_word_is_refused_with_all_that_may_be_said(said):
    with pytest.raises(click.BadParameter, match="in_review = Chờ soát xét, timestamp = dấu"):
        read(OneOf(STATES), said)


def test_a_word_without_accents_means_one_word_or_none():
    with pytest.raises(click.BadParameter):
        read(OneOf({"fee": "lệ", "reason": "lẽ"}), "le")


def test_several_words_stand_between_commas():
    assert read(SomeOf(STATES), "đã ban hành, in_review") == ("issued", "in_review")
    assert read(SomeOf({"both": "tệp, giấy"}), "tệp, giấy") == "both"


def test_documents_are_listed_by_a_state_in_vietnamese(talk):
    talk.drafts("QT-05")

    assert "QT-05" in talk.ask("list", "--state", "chờ soát xét").stdout
    assert "QT-05" not in talk.ask("list", "--state", "đã ban hành").stdout
    told = talk.ask("list", "--state", "lạ").stderr
    assert "in_review = Chờ soát xét" in told
    assert "issued = Đã ban hành" in " ".join(talk.ask("list", "--help").stdout.split())


@pytest.mark.parametrize(
    ("said", "kept"), [("97,5", 97_500), ("97.5", 97_500), ("98", 98_000), ("-1,125", -1_125)]
)
def test_a_decimal_has_a_comma_or_a_point(said, kept):
    assert read(Parted(1000), said) == kept


@pytest.mark.parametrize("said", ["98.000", "1.234.567", "97,1234", "1,2,3", " 5", "٣", "5 %", ""])
def test_a_decimal_that_can_be_misread_is_refused(said):
    with pytest.raises(click.BadParameter):
        read(Parted(1000), said)


@pytest.mark.parametrize("said", ["1_000", " 5", "٣", "5.0", "", "0", "11"])
def test_a_whole_number_is_read_strictly(said):
    with pytest.raises(click.BadParameter):
        read(Whole(1, 10), said)


def test_an_objective_is_said_and_shown_in_its_unit(talk):
    facts = ("--code", "MT-1", "--title", "Đúng hạn", "--indicator", "Tỷ lệ", "--measure", "%")
    days = ("--since", "01/01/2024", "--until", "31/12/2024", "--unit", "VP", "--owner", "CVP")
    talk.does("lan", "objective", "set", *facts, *days, "--method", "Đếm", "--target", "97,5")

    assert "97,5 %" in talk.ask("objective", "list").stdout
    assert ";97,5;" in talk.ask("objective", "list", "--csv").stdout
    assert '"target": 97500' in talk.ask("objective", "list", "--json").stdout
    assert "Chỉ tiêu: 97,5\n" in talk.ask("objective", "history", "MT-1").stdout
    said = " ".join(talk.ask("reform_index", "open", "--help").stdout.split())
    assert "Chỉ tiêu; ghi theo đơn vị đo, ví dụ 97,5 [mặc định: 80,00]" in said


def test_a_grade_is_said_by_its_name_in_the_policy(talk):
    facts = ("--unit", "VP", "--found", "Trễ", "--day", "02/01/2024", "--source", "tự phát hiện")
    talk.does("lan", "nonconformity", "report", "--code", "KPH-2024-001", *facts)
    owned = ("--grade", "nhẹ", "--owner", "hung")
    told = talk.as_("lan", "nonconformity", "accept", "KPH-2024-001", *owned)
    assert told.exit_code == 0, told.stderr

    assert "theo chính sách" in talk.ask("nonconformity", "show", "KPH-2024-001").stdout
    assert "KPH-2024-001" in talk.ask("nonconformity", "list", "--grade", "Nhẹ").stdout
    assert "KPH" not in talk.ask("nonconformity", "list", "--grade", "nặng").stdout


def test_a_yes_or_no_for_each_of_several_is_said_in_vietnamese():
    judge = Change.kinds["commitment.judge/1"]

    with speaking("vi"):
        asks = option("kept", judge.model_fields["kept"])
        said = tuple(asks.type.convert(one, None, None) for one in ("có, không", "no"))
    made = judge(**given(judge, {"code": "CK-1", "kept": said, "verdict": "Đạt"}))
    assert made.kept == (True, False, False)


def test_no_help_and_no_error_names_a_type_in_english(talk):
    assert (
        "Giá trị của '--limit' không hợp lệ: ít nhất là 1."
        in talk.ask("list", "--limit", "0").stderr
    )


def test_below_a_list_stands_how_many_columns_were_left_out(talk):
    given = ("--code", "MT-1", "--title", "Đúng hạn", "--indicator", "Tỷ lệ", "--measure", "%")
    days = ("--since", "01/01/2024", "--until", "31/12/2024", "--unit", "VP", "--owner", "CVP")
    talk.does("lan", "objective", "set", *given, *days, "--method", "Đếm", "--target", "97,5")
    told = talk.ask("objective", "list")

    assert told.output.endswith("\nCòn 11 cột: --csv\n")
    assert "cột" not in told.stdout  # what reads the table is given only the table
    assert "31/12/2024" in told.stdout
    assert "Đang thực hiện" in told.stdout
    assert "--csv" not in talk.ask("person", "list").output
    assert "--csv" not in talk.ask("objective", "list", "--csv").output
    assert "\n11 more columns: --csv\n" in talk.ask("--lang", "en", "objective", "list").output
