"""Search: what is in force is found by its words, with or without accents, by name and by text."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

import qms
from qms import documents as d
from qms.sought import MOST, NoWords, Sought, snippet
from tests import systems
from tests.systems import adopted, connected, created


@pytest.fixture(scope="module")
def office(stage):
    """QT-01 was in force with one text and is with another; QT-02 is; QT-03 will be."""
    stage.issues("QT-01", "2024-01-02", body="Thi công trên đường bộ đang khai thác")
    stage.issues("QT-02", "2024-01-02", body="Sát hạch lái xe. Xe đi trên đường sắt, không bộ hành")
    stage.clock.to("2024-02-01")
    stage.revises("QT-01", "2024-03-01", "Thi công trên đường thủy")
    stage.does("hung", created("QT-04", "Dự thảo về đường bộ"))
    return stage


def found(office, words, **more):
    """Return code and number of what is found."""
    with office.open() as system:
        hits = system.search(words, **more)
    numbers = [f"{hit.revision.issue}.{hit.revision.amendment}" for hit in hits]
    return [f"{hit.document.code} {n}" for hit, n in zip(hits, numbers, strict=True)]


@pytest.mark.parametrize(
    "words",
    ['"duong bo"', '"đường bộ"', '"ĐƯỜNG BỘ"', "khai thac", "“đường bộ”", "thi cong khai", "QT-01"],
)
def test_words_are_found_with_and_without_accents(office, words):
    assert found(office, words, on=date(2024, 2, 1)) == ["QT-01 1.0"]


def test_words_may_stand_anywhere_but_in_quotes_follow_each_other(office):
    assert found(office, "duong bo") == ["QT-01 1.0", "QT-02 1.0"]
    assert found(office, '"bo duong"') == []


def test_only_what_is_in_force_on_the_day_is_found(office):
    assert found(office, "thi công", on=date(2024, 2, 29)) == ["QT-01 1.0"]
    assert found(office, "thi công", on=date(2024, 3, 1)) == ["QT-01 1.1"]
    assert found(office, "thi công", on=date(2023, 1, 1)) == []


def test_everything_is_found_where_everything_is_asked_for(office):
    with office.open() as system:
        hits = system.search("thi công", date(2024, 3, 1), every=True)

    assert [(hit.revision.amendment, hit.in_force) for hit in hits] == [(1, True), (0, False)]


def test_drafts_are_not_found(office):
    assert found(office, "dự thảo", every=True) == []


def test_what_is_spelled_as_it_was_typed_goes_first(place, template):
    office = systems.copied(template, place / "so")
    for code, body in (("QT-1", "bò bò bò bò"), ("QT-2", "bộ"), ("QT-3", "bo bo")):
        office.does("lan", *adopted(code, "2016-01-01", title=body))

    assert found(office, "bộ")[0] == "QT-2 1.0"
    assert found(office, "bò")[0] == "QT-1 1.0"
    assert len(found(office, "bo")) == 3


def test_a_tone_is_the_same_on_either_vowel(place, template):
    office = systems.copied(template, place / "so")
    for code, title in (("QT-1", "Ủy quyền hóa học"), ("QT-2", "Ùy quyền hoa học")):
        office.does("lan", *adopted(code, "2016-01-01", title=title))

    with office.open() as system:
        hits = system.search("uỷ quyền hoá")
    assert [(hit.document.code, hit.exact) for hit in hits] == [("QT-1", True), ("QT-2", False)]


def test_a_document_is_found_under_its_new_name_and_code(place, template):
    office = systems.copied(template, place / "so")
    office.issues("QT-1", "2024-01-02", body="Cấp phép")

    office.does("lan", d.Rename(code="QT-1", title="Tiếp công dân", reason="x"))
    office.does("lan", d.Recode(code="QT-1", new_code="QT-99", reason="x"))
    office.does("lan", d.Classify(code="QT-99", keywords=("khiếu nại",)))

    for words in ("tiếp công dân cấp phép", "QT-99", "QT-1", "khieu nai"):
        assert found(office, words) == ["QT-99 1.0"]
    assert found(office, '"Quy trình QT-1"') == []
    assert office.asks(lambda system: system.unfound()) == []


def test_a_new_name_counts_for_what_is_in_force_and_for_what_waits_for_its_day(place, template):
    office = systems.copied(template, place / "so")
    office.issues("QT-1", "2024-01-02", body="Cấp phép")
    office.revises("QT-1", "2024-03-01", "Cấp lại")

    office.does("lan", d.Rename(code="QT-1", title="Tiếp công dân", reason="x"))

    assert found(office, "tiếp công dân") == ["QT-1 1.0"]
    assert found(office, "tiếp công dân", on=date(2024, 3, 1)) == ["QT-1 1.1"]
    assert len(found(office, "tiếp công dân", every=True)) == 2
    assert office.asks(lambda system: system.unfound()) == []


def test_no_phrase_goes_from_the_title_into_the_text(place, template):
    office = systems.copied(template, place / "so")
    office.does("lan", *adopted("QT-1", "2016-01-01", title="Một cửa"))

    assert found(office, '"cửa QT"') == []
    assert found(office, "cửa QT") == ["QT-1 1.0"]


def test_the_past_finds_what_was_there_then(place, template):
    office = systems.copied(template, place / "so")
    office.issues("QT-1", "2024-01-02", body="Cấp phép")
    with office.open() as system:
        before = system.size
        system.perform(d.Rename(code="QT-1", title="Tiếp công dân", reason="x"))

        then = system.as_of(before)

        assert system.search("tiếp công dân")
        assert then.search("tiếp công dân") == []
        assert [hit.document.title for hit in then.search('"quy trình"')] == ["Quy trình QT-1"]
        assert system.as_of(before - 1).search("cấp phép") == []


def test_pages_follow_each_other(place, template):
    office = systems.copied(template, place / "so")
    changes = [change for n in range(25) for change in adopted(f"QT-{n:02}", "2016-01-01")]
    office.does("lan", *changes)

    pages = [found(office, "quy trình", start=start, limit=10) for start in (0, 10, 20)]

    assert [len(page) for page in pages] == [10, 10, 5]
    assert len({code for page in pages for code in page}) == 25
    assert found(office, "quy trình", limit=-1) == []
    assert len(found(office, "quy trình", start=-5, limit=3)) == 3


def test_attachments_are_found_by_their_words_and_named(place, template):
    office = systems.copied(template, place / "so")
    files = {"Phụ lục": "Bảng giá cước".encode(), "Ảnh": b"\x89PNG\0", "Cũ": "giá".encode("utf-16")}
    office.does("hung", created("QT-1", attachments=files), d.Submit(code="QT-1"))
    office.signs("QT-1")
    office.does("lan", d.Issue(code="QT-1", effective=date(2024, 1, 2)))

    with office.open() as system:
        (hit,) = system.search("gia cuoc")
        ((name, place),) = hit.places
    assert (name, str(place)) == ("Phụ lục", "Bảng giá cước")


def test_a_snippet_names_the_heading_and_marks_the_words(office):
    with office.open() as system:
        (hit,) = system.search("duong thuy", date(2024, 3, 1))
        ((_, place),) = hit.places

    assert place.heading == "1. Mục đích"
    assert [piece.text for piece in place.pieces if piece.found] == ["đường thủy"]


@pytest.mark.parametrize(
    "words", ["", "  ", '""', "…", '"', "'; --", "\0", " ".join(map(str, range(MOST + 1)))]
)
def test_no_words_and_too_many_are_refused(office, words):
    with office.open() as system, pytest.raises(NoWords) as told:
        system.search(words)
    assert told.value.exit_code == 3


@pytest.mark.parametrize(
    "words",
    [
        *("NOT", "a AND", "NEAR(a b", "text:x", "{heading}:a", "a*", "^a", "-a", "(((", "a\0b"),
        *("'", "\\", "a'b", "a & b", "!a", "a <-> b", "đ" * 999, "\ud800x", "%s", ":x", "𝟘"),
    ],
)
def test_nothing_that_is_typed_is_a_command_to_the_database(office, words):
    with office.open() as system:
        try:
            system.search(words)
        except NoWords:
            assert not any(map(str.isalnum, words))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text() | st.text("\"'*()^-:{}+\\&|!<>a đ\0"))
def test_no_text_is_a_mistake(office, words):
    with office.open() as system:
        try:
            for hit in system.search(words, every=True):
                assert hit.title.pieces
                assert hit.places or hit.title
        except NoWords:
            pass


def test_a_rebuild_finds_the_same(office, place):
    other = office.copy(place / "so")
    before = [found(other, words, every=True) for words in ("duong bo", "xe", "quy trinh")]

    qms.rebuild(other.folder)

    assert [found(other, words, every=True) for words in ("duong bo", "xe", "quy trinh")] == before
    assert other.asks(lambda system: system.unfound()) == []


def test_a_ledger_of_an_earlier_version_is_indexed_by_opening_it(office, place):
    other = office.copy(place / "so")
    rows = systems.rows_of(other)["passage"]
    loses_its_index(other)

    assert found(other, "duong bo") == ["QT-01 1.0", "QT-02 1.0"]
    assert [row[:4] for row in systems.rows_of(other)["passage"]] == [row[:4] for row in rows]
    other.revises("QT-02", "2024-04-01", "Sau này")
    assert other.asks(lambda system: system.verify() + system.unfound()) == []


def loses_its_index(office):
    with connected(office.folder) as connection:
        connection.disarm()
        for name in ("passage", "search_word", "search"):
            if name in connection.tables():
                connection.run(f"DROP TABLE {name}")


@pytest.mark.sqlite
def test_an_index_that_was_altered_is_found(office, place):
    other = office.copy(place / "so")
    ((number,),) = other.sql("SELECT number FROM passage WHERE id = 'revision:qt-01/1.0'")

    other.sql("INSERT INTO search (rowid, text) VALUES (:number, 'moi')", number=number)

    (told,) = other.asks(lambda system: system.unfound())
    assert (told.code, told.about) == ("S06", "revision:qt-01/1.0")


@pytest.mark.postgres
def test_a_vector_that_was_altered_is_found(office, place):
    other = office.copy(place / "so")

    other.sql("UPDATE passage SET words = 'moi' WHERE id = 'revision:qt-01/1.0'")

    (told,) = other.asks(lambda system: system.unfound())
    assert (told.code, told.about) == ("S06", "revision:qt-01/1.0")


@pytest.mark.sqlite
def test_an_index_in_ruins_is_found_and_made_anew(office, place):
    other = office.copy(place / "so")
    other.sql("DELETE FROM search_data WHERE id > 10")

    (told,) = other.asks(lambda system: system.unfound())
    assert (told.code, told.about) == ("S06", "search")

    qms.rebuild(other.folder)
    assert other.asks(lambda system: system.unfound()) == []


def test_a_passage_that_is_missing_is_found(office, place):
    other = office.copy(place / "so")
    other.sql("DELETE FROM passage WHERE id = 'revision:qt-02/1.0'")

    (told,) = other.asks(lambda system: system.unfound())

    assert (told.code, told.about) == ("S06", "revision:qt-02/1.0")


def test_an_operation_makes_two_statements_more_where_it_issues_a_text_and_none_elsewhere(
    place, template
):
    office = systems.copied(template, place / "so")
    office.does("hung", created("QT-1"), d.Submit(code="QT-1"))
    office.signs("QT-1")

    assert indexing(office, "hung", created("QT-2")) == 0
    assert 0 < indexing(office, "lan", d.Issue(code="QT-1", effective=date(2024, 1, 2))) <= 2
    assert indexing(office, "lan", d.File(reason="x", document="QT-1")) == 0


def indexing(office, actor, change):
    """Return how many statements an operation makes that concern the index."""
    told = []

    def note(connection, cursor, statement, *more):
        told.append(statement)

    with office.open(actor) as system:
        event.listen(Engine, "before_cursor_execute", note)
        system.perform(change)
        event.remove(Engine, "before_cursor_execute", note)
    return sum("passage" in one or "INTO search" in one for one in told)


def test_a_text_as_long_as_it_may_be_is_issued(place, template):
    office = systems.copied(template, place / "so")
    long = " ".join(f"từ{n}" for n in range(150_000))

    office.issues("QT-1", "2024-01-02", body=long)

    assert found(office, "từ7 quy trình") == ["QT-1 1.0"]


def test_a_long_heading_is_read_once():
    text = "# " + "# " * 100_000 + "đường"

    assert snippet(text, Sought.parse("duong"))
