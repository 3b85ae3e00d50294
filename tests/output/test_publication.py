import csv
import io
import stat
import subprocess
import sys
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from qms import documents as d
from qms.changes import Meaning
from qms.output import publication
from qms.output.publication import MARKER, SomethingElseThere
from qms.registers import policy, signing_keys
from qms.storage.trouble import NoPlace, NoRoom
from qms.values import Content
from tests import browser
from tests.output.conftest import FIRST, STARTER
from tests.ssh import pair
from tests.systems import adopted, created

SOURCES = sorted(STARTER.rglob("*.md"))


class Links(HTMLParser):
    """Where the links and images of a page lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


class Words(HTMLParser):
    """The words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html.partition("</head>")[2])

    def handle_data(self, data):
        self.found += data.split()


def tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def publish(office, folder, on=FIRST):
    return office.asks(lambda system: system.publish(folder, on))


def in_force(office, code, text, **facts):
    said = {"title": "Hướng dẫn", "type": "HD", "unit": "VP", "owner": "CVP"} | facts
    office.does("hung", d.Create(code=code, text=text, **said), d.Submit(code=code))
    office.signs(code)
    office.does("lan", d.Issue(code=code, effective=FIRST))


def test_every_document_of_the_starter_set_has_a_page(published):
    pages = {path.stem for path in (published / "tai-lieu").glob("*.html")}

    assert pages == {path.stem.lower() for path in SOURCES}


def test_every_source_lies_beside_it_byte_for_byte(published):
    for source in SOURCES:
        name = source.stem.lower()
        assert (published / "tep" / name / f"{name}.md").read_bytes() == source.read_bytes()


def test_every_link_leads_somewhere(published):
    for page in published.rglob("*.html"):
        for link in Links(page.read_text("utf-8")).found:
            parts = urlsplit(link)
            assert not parts.scheme
            assert not parts.path or (page.parent / unquote(parts.path)).is_file(), link


def test_names_are_plain_ascii(published):
    for name in tree(published):
        assert name.isascii()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_%+/")


def test_forms_are_linked_from_their_procedure_and_back(published):
    procedure = Links((published / "tai-lieu/qt-11.html").read_text("utf-8")).found
    form = Links((published / "tai-lieu/bm.03-qt-11.html").read_text("utf-8")).found

    # by the table of steps, by the table of forms, by the list at the end
    assert procedure.count("bm.03-qt-11.html") == 3
    assert "qt-11.html" in form


def test_a_procedure_is_shown_whole(published):
    html = (published / "tai-lieu/qt-11.html").read_text("utf-8")

    for expected in (
        "<svg",
        '<table class="steps">',
        '<table class="papers">',
        '<table class="forms">',
        '<table class="records">',
        '<h2 id="muc-dich">1. Mục đích</h2>',
        "Tổng thời gian giải quyết: 5 ngày làm việc",
        "người ký: Phạm Quốc Bình",
        "Trần Văn Hùng",
    ):
        assert expected in html
    assert "{" not in html.partition("<article>")[2].partition("</article>")[0]


def test_the_master_list_begins_with_the_policy_and_ends_with_forms(published):
    html = (published / "index.html").read_text("utf-8")
    codes = [link.split("/")[1] for link in Links(html).found if link.startswith("tai-lieu/")]

    assert codes[:4] == ["cscl-01.html", "mtcl-2026.html", "mh-01.html", "qt-01.html"]
    assert codes[15:17] == ["qt-13.html", "bm.01-qt-01.html"]
    assert len(codes) == len(SOURCES)


def test_the_master_list_opens_in_a_spreadsheet(published):
    data = (published / "danh-muc.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == len(rows) == len(SOURCES) + 1
    assert dict(zip(rows[0], rows[4], strict=True)) == {
        "Mã số": "QT-01",
        "Tên tài liệu": "Kiểm soát thông tin dạng văn bản",
        "Loại": "Quy trình",
        "Đơn vị": "Văn phòng Sở",
        "Lần ban hành": "1",
        "Lần sửa đổi": "0",
        "Ngày ban hành": "2024-01-01",
        "Ngày hiệu lực": "2024-02-01",
        "Số quyết định": "12/QĐ-SGTVT",
    }


def test_a_title_that_is_a_formula_is_none_in_the_spreadsheet(office, place):
    in_force(office, "HD-01", "x\n## Mục đích\n## Nội dung", title="=cmd|' /C calc'!A0")

    publish(office, place / "out")

    assert ";'=cmd|" in (place / "out/danh-muc.csv").read_text("utf-8-sig")


def test_every_file_is_read_only(published):
    for path in published.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_same_system_and_day_give_the_same_bytes(starter, published, tmp_path):
    starter.clock.pass_by(days=3)

    publish(starter, tmp_path / "again")

    assert tree(tmp_path / "again") == tree(published)


def test_publishing_again_replaces_everything(office, place):
    office.issues("QT-05", "2024-02-01")
    publish(office, place / "out")
    office.does("binh", d.Withdraw(code="QT-05", reason="Không còn", day=date(2024, 3, 1)))
    office.issues("QT-06", "2024-02-01")

    done = publish(office, place / "out", date(2024, 3, 1))

    assert done.count == 1
    assert (place / "out/tai-lieu/qt-06.html").is_file()
    assert not (place / "out/tai-lieu/qt-05.html").exists()
    assert sorted(path.name for path in place.iterdir()) == ["out", "so", "so.keys"]


def test_today_is_published_unless_a_day_is_named(office, place):
    office.issues("QT-05", "2024-02-01")

    assert office.asks(lambda system: system.publish(place / "before")).count == 0
    office.clock.to("2024-02-01")
    assert office.asks(lambda system: system.publish(str(place / "after"))).count == 1


def test_an_empty_folder_may_be_published_into(office, place):
    (place / "out").mkdir()

    publish(office, place / "out")

    assert (place / "out/index.html").is_file()


def test_a_folder_with_anything_else_is_refused_and_left_alone(office, place):
    (place / "out").mkdir()
    (place / "out/luận án.docx").write_bytes(b"x")

    with pytest.raises(SomethingElseThere) as refused:
        publish(office, place / "out")

    assert tree(place / "out") == {"luận án.docx": b"x"}
    assert refused.value.says("vi").endswith("; hãy chọn thư mục khác.")
    assert not refused.value.clause


@pytest.mark.parametrize("where", ["so", "tep.txt"])
def test_neither_the_system_s_own_folder_nor_a_file_is_overwritten(office, place, where):
    (place / "tep.txt").write_bytes(b"x")
    before = tree(place)

    with pytest.raises(SomethingElseThere):
        publish(office, place / where)

    assert tree(place).keys() == before.keys()


def test_a_folder_that_cannot_be_written_is_named(office, place):
    (place / "tep.txt").write_bytes(b"x")

    with pytest.raises(NoPlace):
        publish(office, place / "tep.txt" / "out")


def test_what_fails_half_way_leaves_the_old_folder(office, place, monkeypatch):
    office.issues("QT-05", "2024-02-01")
    publish(office, place / "out")
    before = tree(place / "out")
    office.issues("QT-06", "2024-02-01")
    count = iter(range(100))

    def full(path, data):
        if next(count) == 3:
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "chmod", lambda path, mode: None)
    with pytest.raises(NoRoom):
        publish(office, place / "out")

    assert tree(place / "out") == before
    assert sorted(path.name for path in place.iterdir()) == ["out", "so", "so.keys"]


def test_what_fails_in_the_last_moment_leaves_the_old_folder(office, place, monkeypatch):
    publish(office, place / "out")
    before, rename = tree(place / "out"), Path.rename

    def failing(path, target):
        if path.name.startswith(".out.") and not path.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(NoRoom):
        publish(office, place / "out")

    assert tree(place / "out") == before


def test_a_text_without_a_decision_is_stamped_everywhere(office, place):
    office.issues("QT-05", "2024-02-01")

    publish(office, place / "out")

    for name in ("index.html", "danh-muc.csv", "tai-lieu/qt-05.html"):
        assert "CHƯA CÓ QUYẾT ĐỊNH BAN HÀNH" in (place / "out" / name).read_text("utf-8")


def test_old_files_and_hostile_codes_are_linked_and_not_rendered(office, place):
    office.does("lan", *adopted("QT/4.2.3 Đ", "2016-04-06", suffix="doc"))
    data = b"\xd0\xcf\x11\xe0"
    office.does("lan", *adopted("QT-08", "2016-04-06"))
    again = {"issue": 2, "issued": date(2017, 1, 1), "source": "kho", "approved_by": "Ông Tư"}
    office.does("lan", d.AdoptRevision(code="QT-08", text=Content.of(data), **again))

    publish(office, place / "out")

    name = "qt%2F4.2.3%C4%91"
    assert (place / f"out/tep/{name}/{name}.doc").read_bytes() == b"QT/4.2.3 \xc4\x90 0"
    assert (place / "out/tep/qt-08/qt-08.md").read_bytes() == data
    for page, says in ((name, "qt%252F4.2.3%25C4%2591.doc"), ("qt-08", "../tep/qt-08/qt-08.md")):
        html = (place / f"out/tai-lieu/{page}.html").read_text("utf-8")
        assert "hãy mở tệp" in html
        assert says in html
    assert "Ông Tư" in html


def test_attachments_lie_beside_the_text_and_pictures_are_shown(office, place):
    files = {"Sơ đồ.png": Content.of(b"\x89PNG"), "Phụ lục 1": Content.of(b"other")}
    text = "## Mục đích\n\n![s](<Sơ đồ.png>)\n\n## Nội dung\n"
    in_force(office, "QT-05", text, attachments=files)

    publish(office, place / "out")

    folder = place / "out/tep/qt-05"
    assert (folder / "qt-05.md").read_text("utf-8") == text
    assert (folder / "kem-theo/ph%E1%BB%A5l%E1%BB%A5c1").read_bytes() == b"other"
    found = Links((place / "out/tai-lieu/qt-05.html").read_text("utf-8")).found
    pictures = [place / "out/tai-lieu" / unquote(link) for link in found if link.endswith("png")]
    assert {sha256(path.read_bytes()).digest() for path in pictures} == {
        sha256(b"\x89PNG").digest()
    }


def test_a_page_shows_who_signed_with_which_key_when_and_saying_what(office, place):
    keys = {who: pair(seed) for seed, who in enumerate(("hung", "mai", "binh", "lan"))}
    for who, (key, sign) in keys.items():
        with office.open(who, sign=sign) as system:
            system.perform(signing_keys.Enrol(person=who, public=key.line()))

    def signs(who, *changes):
        with office.open(who, sign=keys[who][1]) as system:
            system.perform(*changes)

    signs("hung", created("QT-01"), d.Submit(code="QT-01"))
    digest = office.digest("QT-01")
    signs("mai", d.Endorse(code="QT-01", digest=digest))
    office.does("binh", d.Approve(code="QT-01", digest=digest))
    signs("lan", d.Issue(code="QT-01", effective=FIRST))
    publish(office, place / "ra")

    page = (place / "ra/tai-lieu/qt-01.html").read_text("utf-8")

    said = " ".join(Words(page).found)
    assert "Trách nhiệm Soạn thảo Soát xét Phê duyệt Ban hành" in said
    assert "Họ và tên Trần Văn Hùng Lê Thị Mai Phạm Quốc Bình Nguyễn Thị Lan" in said
    assert "Thời điểm ký 02/01/2024 08:30" in said
    for meaning in (Meaning.AUTHORED, Meaning.REVIEWED, Meaning.APPROVED, Meaning.ISSUED):
        assert meaning.vi in said
    hung, mai, _, lan = (key.fingerprint for key, _ in keys.values())
    assert f"Khóa ký số {hung} {mai} – {lan}" in said


def test_nobody_s_key_is_shown_where_nobody_signed_with_one(office, place):
    office.issues("QT-01", str(FIRST))
    publish(office, place / "ra")

    assert "Khóa ký số" not in (place / "ra/tai-lieu/qt-01.html").read_text("utf-8")


def test_the_revision_table_ends_with_what_is_in_force(office, place):
    office.issues("QT-05", "2024-02-01")
    office.revises("QT-05", "2024-06-01", "Rút ngắn bước 3")

    publish(office, place / "old", date(2024, 5, 1))
    publish(office, place / "new", date(2024, 6, 1))

    assert "Rút ngắn bước 3" not in (place / "old/tai-lieu/qt-05.html").read_text("utf-8")
    assert "Rút ngắn bước 3" in (place / "new/tai-lieu/qt-05.html").read_text("utf-8")


def test_the_stamps_are_those_of_the_policy(office, place):
    stamps = (policy.Stamp(condition="uncontrolled", words="BẢN THAM KHẢO"),)
    office.does("lan", policy.Revise(code="policy", reason="Đổi dấu", stamps=stamps))
    office.issues("QT-05", "2024-02-01")

    publish(office, place / "out")

    html = (place / "out/tai-lieu/qt-05.html").read_text("utf-8")
    assert "BẢN THAM KHẢO KHI IN" in html
    assert "BẢN ĐƯỢC KIỂM SOÁT" not in html
    assert "chưa có quyết định" in html


def test_a_past_state_may_be_published_too(office, place):
    office.issues("QT-05", "2024-02-01")
    entries = office.asks(lambda system: system.size)
    office.issues("QT-06", "2024-02-01")

    def publish_as_it_was(system):
        return publication.publish(system.as_of(entries), place / "out", FIRST)

    assert office.asks(publish_as_it_was).count == 1
    assert f"{entries} mục" in (place / "out/index.html").read_text("utf-8")
    assert (place / "out" / MARKER).is_file()


def test_a_form_is_known_by_its_type(office, place):
    in_force(office, "BM.01", "Họ và tên: ……", type="BM")
    office.does("hung", created("QT-05"))

    publish(office, place / "out")

    html = (place / "out/tai-lieu/bm.01.html").read_text("utf-8")
    assert html.index("Họ và tên: ……") < html.index("Soạn thảo")


def test_markdown_is_loaded_only_to_publish():
    says = "import qms, sys; qms.QMS; print({'markdown', 'nh3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_on_a_phone_every_line_stands_by_itself_and_nothing_is_wider(published):
    right = "Math.max(0, ...[...document.querySelectorAll('td[data-title], .cover td')]"
    right += ".map(one => one.getBoundingClientRect().right))"
    seventh = "document.querySelector('.register td:nth-child(7)')"
    with browser.started() as chromium:
        page = chromium.new_page(viewport={"width": 360, "height": 800})
        for place in (published / "index.html", *sorted((published / "tai-lieu").glob("*.html"))):
            page.goto(place.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
            assert page.evaluate(right) <= 360, place
        page.goto((published / "index.html").as_uri())
        said = page.evaluate(f"getComputedStyle({seventh}, '::before').content")
        page.fill("input", "không tài liệu nào như vậy")

        assert said == '"Ngày hiệu lực: "'
        assert not page.is_visible(".register tbody tr")


def test_a_print_says_on_which_day_it_was_made(published):
    place = next((published / "tai-lieu").glob("*.html"))
    foot = "[...document.styleSheets].at(-1).cssRules[0].cssText"
    with browser.started() as chromium:
        page = chromium.new_page()
        page.clock.set_fixed_time("2026-03-05T03:00:00Z")
        page.goto(place.as_uri())
        page.clock.set_fixed_time("2026-03-06T03:00:00Z")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")

        assert "In ngày 06/03/2026" in page.evaluate(foot)
