import os

import pytest

from qms.errors import NotFound
from qms.intake import folder
from qms.intake.folder import Unattached, creations, read, sorted_out
from qms.intake.proposals import NotWhole
from qms.registers.documents import Document
from qms.values import LARGEST
from tests.intake.office import file, named, office, text

FORM = 'parents = ["QT-01"]'


def codes(reading):
    return [front.code for front in reading.fronts]


def refusals(*files):
    return named(sorted_out(files).remarks)


def test_a_document_is_its_front_part_and_its_bytes():
    data = text("QT-01").encode()

    (document,) = sorted_out([file("QT-01.md", data)]).documents

    assert (document.front.code, document.data, document.path) == ("QT-01", data, "QT-01.md")
    assert document.creation().text.data == data


def test_parents_come_before_what_belongs_to_them():
    form = file("A/BM.01-QT-01.md", text("BM.01-QT-01", type="BM", more=FORM))
    annex = file("A/PL.md", text("PL.01", type="PL", more='parents = ["BM.01-QT-01"]'))

    reading = sorted_out([annex, form, file("QT-01.md", text("QT-01"))])

    assert codes(reading) == ["QT-01", "BM.01-QT-01", "PL.01"]


def test_what_stands_in_a_circle_is_named_and_the_rest_is_read():
    one = file("a.md", text("QT-01", more='parents = ["QT-02"]'))
    other = file("b.md", text("QT-02", more='parents = ["QT-01"]'))

    reading = sorted_out([one, other, file("c.md", text("QT-03"))])

    assert codes(reading) == ["QT-03"]
    assert named(reading.remarks) == [("a.md", "Circle"), ("b.md", "Circle")]


def test_other_files_in_the_folder_of_a_document_are_attached_to_it():
    files = [file("QT-01.md", text("QT-01")), file("QT-01/luu-do.png", b"\x89PNG")]

    (creation,) = creations(sorted_out(files))

    assert creation.attachments["luu-do.png"].data == b"\x89PNG"


def test_a_file_beside_no_document_is_named():
    assert refusals(file("QT-01/luu-do.png", b"")) == [("QT-01/luu-do.png", "Unattached")]
    assert refusals(file("QT-20.docx", b"PK")) == [("QT-20.docx", "Unattached")]
    assert "văn bản Word thì dùng qms document create" in Unattached.vi


def test_an_attachment_whose_name_is_no_code_is_named():
    files = [
        file("QT-01.md", text("QT-01")),
        file("QT-01/a;b.png", b""),
        file("QT-01/con.txt", b""),
    ]

    assert refusals(*files) == [("QT-01/a;b.png", "BadCode"), ("QT-01/con.txt", "ReservedCode")]


def test_two_attachments_whose_names_differ_in_case_only_are_one_too_many():
    files = [file("QT-01.md", text("QT-01")), file("QT-01/A.png", b""), file("QT-01/a.png", b"")]

    assert refusals(*files) == [("QT-01/a.png", "AlreadyThere")]


def test_a_code_in_two_spellings_is_taken_once():
    reading = sorted_out([file("a.md", text("QT-SGD-01")), file("b.md", text("QT- SGD – 01"))])

    assert codes(reading) == ["QT-SGD-01"]
    (remark,) = reading.remarks
    assert (remark.path, remark.field) == ("b.md", "code")
    assert "QT-SGD-01 (a.md)" in remark.vi


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("## 1. Mục đích\n", "NoFront"),
        (b"+++\ncode = \xff\n+++\n", "NotUTF8"),
        ("+++\ncode = \n+++\n", "BadFront"),
        ("+++\ncode = 'QT-01'\n", "BadFront"),
        (text("QT-01", more="colour = 1"), "BadFront"),
        (text("QT-01", more="days = " + "9" * 5000), "BadFront"),
        (text("QT-01", more="keywords = " + "[" * 5000), "BadFront"),
        (text("../x"), "BadCode"),
        (text("CON"), "ReservedCode"),
        (text("QT-01", title=" "), "NotWellFormed"),
        (text("QT-01", title="a\\u0007"), "BadText"),
    ],
)
def test_a_text_that_cannot_be_taken_is_named_and_the_others_are_read(data, name):
    reading = sorted_out([file("bad.md", data), file("good.md", text("QT-02"))])

    assert codes(reading) == ["QT-02"]
    assert named(reading.remarks) == [("bad.md", name)]


def test_bytes_that_are_no_text_are_named_with_the_line_of_the_file():
    (remark,) = sorted_out([file("a.md", b"+++\ncode = \xff\n+++\n")]).remarks

    assert (remark.place, remark.error.about) == ("a.md:2", "byte 11")


def test_bad_toml_is_named_with_the_line_of_the_file():
    (remark,) = sorted_out([file("a.md", '+++\ncode = "QT-01"\ntitle = oops\n+++\n')]).remarks

    assert (remark.path, remark.line) == ("a.md", 3)


def test_a_missing_field_is_named():
    (remark,) = sorted_out([file("a.md", '+++\ncode = "QT-01"\n+++\n')]).remarks

    assert "Tên tài liệu (title): còn thiếu" in remark.vi


def test_each_remark_has_a_sentence_in_both_languages():
    remarks = sorted_out([file("a.md", ""), file("b.md", b"\xff"), file("c.txt", b"")]).remarks

    assert len(remarks) == 3
    assert all(remark.vi and remark.en and remark.vi != remark.en for remark in remarks)


def test_what_is_known_in_any_spelling_is_skipped():
    reading = sorted_out([file("a.md", text("QT-01")), file("b.md", text("QT-02"))])

    assert [one.code for one in creations(reading, known=["qt – 01"])] == ["QT-02"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotFound):
        read(tmp_path / "none")


def test_links_pipes_hidden_and_large_files_are_named_and_not_opened(tmp_path):
    (tmp_path / "secret.md").write_text(text("QT-09"), "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "out.md").symlink_to(tmp_path / "secret.md")
    (home / "up").symlink_to(tmp_path)
    (home / ".git").mkdir()
    (home / "~$QT-01.md").write_bytes(b"")
    os.mkfifo(home / "pipe.md")
    with (home / "big.md").open("wb") as big:
        big.truncate(LARGEST + 1)
    (home / "QT-01.md").write_text(text("QT-01"), "utf-8")

    reading = read(home)

    assert codes(reading) == ["QT-01"]
    assert sorted(named(reading.remarks)) == [
        (".git", "Hidden"),
        ("big.md", "TooLarge"),
        ("out.md", "IsLink"),
        ("pipe.md", "NotPlain"),
        ("up", "IsLink"),
        ("~$QT-01.md", "Hidden"),
    ]


def test_folders_in_one_another_without_end_are_named(tmp_path):
    deepest = tmp_path.joinpath(*["a"] * 40)
    deepest.mkdir(parents=True)

    assert [name for _, name in named(read(tmp_path).remarks)] == ["TooDeep"]


def test_a_name_that_is_not_utf8_can_be_shown(tmp_path):
    (tmp_path / os.fsdecode(b"QT-\xff.md")).write_bytes(b"")

    assert named(read(tmp_path).remarks) == [("QT-\\xff.md", "NoFront")]


def test_letters_taken_apart_in_a_name_are_put_together(tmp_path):
    (tmp_path / "Mu\u0323c.md").write_text(text("QT-01"), "utf-8")

    assert read(tmp_path).documents[0].path == "M\u1ee5c.md"


def test_unknown_unit_post_type_and_parent_are_each_named(tmp_path):
    wrong = text("QT-01", unit="XX", owner="YY", type="ZZ", more='parents = ["QT-99"]')
    form = text("BM.01-QT-01", type="BM", more=FORM)
    reading = sorted_out(
        [
            file("a.md", wrong),
            file("b.md", form),
            file("c.md", text("QT-02", more='clauses = ["99"]')),
        ]
    )

    with office(tmp_path / "so") as system:
        plan = folder.proposed(reading, system)

    assert plan.changes == ()
    assert [
        (*name, remark.field)
        for name, remark in zip(named(plan.remarks), plan.remarks, strict=True)
    ] == [
        ("a.md", "Unknown", "unit"),
        ("a.md", "Unknown", "owner"),
        ("a.md", "Unknown", "parents"),
        ("a.md", "UnknownType", "type"),
        ("c.md", "UnknownClause", ""),
        ("b.md", "Unknown", "parents"),
    ]


def test_a_folder_is_created_in_one_operation_and_nothing_is_left_the_second_time(tmp_path):
    form = file("A/BM.01-QT-01.md", text("BM.01-QT-01", type="BM", more=FORM))
    reading = sorted_out([form, file("QT-01.md", text("QT-01"))])

    with office(tmp_path / "so") as system:
        plan = folder.proposed(reading, system)
        entries = system.perform(*plan.whole())

        assert {entry.operation for entry in entries} == {entries[0].operation}
        assert [document.code for document in system.find(Document)] == ["BM.01-QT-01", "QT-01"]
        assert folder.proposed(reading, system).changes == ()
        assert creations(reading, (document.code for document in system.find(Document))) == []


def test_all_or_nothing_is_refused_where_something_is_wrong_but_not_for_hidden_files(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/QT-01.md").write_text(text("QT-01"), "utf-8")
    (tmp_path / "in/.DS_Store").write_bytes(b"")

    with office(tmp_path / "so") as system:
        assert len(folder.proposed(read(tmp_path / "in"), system).whole()) == 1
        (tmp_path / "in/QT-02.md").write_text("", "utf-8")
        plan = folder.proposed(read(tmp_path / "in"), system)

    assert len(plan.changes) == 1
    with pytest.raises(NotWhole, match=r"QT-02\.md"):
        plan.whole()
