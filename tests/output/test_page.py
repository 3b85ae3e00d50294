from datetime import UTC, date, datetime
from html.parser import HTMLParser

from qms.output.page import Edition, Hand, Link, Paper, Row, Stamps, index, page
from qms.registers.documents import Decision, Document, Legacy, Revision
from qms.registers.documents.items import File

DAY = date(2026, 3, 1)
STAMPS = Stamps("BẢN ĐƯỢC KIỂM SOÁT", "BẢN SAO KHÔNG KIỂM SOÁT", "CHƯA CÓ QUYẾT ĐỊNH BAN HÀNH")
EDITION = Edition("Sở Giao thông vận tải", DAY, 42, STAMPS)
TEXT = File(name="qt-05.md", sha256="0" * 64, size=1)
DOCUMENT = Document(
    id="document:qt-05",
    code="QT-05",
    title="Lưu hồ sơ",
    type="QT",
    unit="unit:vp",
    owner="post:cvp",
)
REVISION = Revision(
    id="revision:qt-05/1.2",
    code="QT-05/1.2",
    document=DOCUMENT.id,
    title="Lưu hồ sơ",
    issue=1,
    amendment=2,
    files=(TEXT,),
    summary="Rút ngắn bước 3",
    place="Mục 5",
    issued=date(2026, 1, 9),
    decision=Decision(number="12/QĐ-SGTVT", day=date(2026, 1, 9)),
    effective=date(2026, 2, 1),
)
OWED = REVISION.model_copy(update={"decision": None})
HANDS = (
    Hand("Soạn thảo", "Trần Văn Hùng", "Chánh Văn phòng", "05/01/2026 08:00", "Chịu trách nhiệm"),
    Hand("Soát xét", "Lê Thị Mai", "Phó Giám đốc", "06/01/2026 08:00", "Đồng ý trình"),
    Hand("Phê duyệt", "Phạm Quốc Bình", "Giám đốc", "07/01/2026 08:00", "Cho ban hành"),
)
EVIL = "</style></script>\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def paper(revision=REVISION, **around):
    row = Row(DOCUMENT, revision, "Quy trình", "Văn phòng Sở", "qt-05.html")
    return Paper(EDITION, row, **{"turns": (revision,), "hands": HANDS} | around)


class Seen(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.tags = "", []
        self.feed(html.partition("</head>")[2])

    def handle_data(self, data):
        self.words += f" {data.strip()}" if data.strip() else ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def words(html: str) -> str:
    return Seen(html).words


def test_the_cover_says_whose_paper_this_is_and_which_issue():
    said = words(page(paper(), "<p>Nội dung</p>"))

    for expected in (
        "Sở Giao thông vận tải",
        "Quy trình Lưu hồ sơ",
        "Mã số: QT-05",
        "Lần ban hành: 1",
        "Lần sửa đổi: 2",
        "Ngày ban hành: 09/01/2026",
        "Ngày hiệu lực: 01/02/2026",
        "Quyết định ban hành: số 12/QĐ-SGTVT ngày 09/01/2026",
    ):
        assert expected in said


def test_each_hand_has_name_post_time_and_meaning():
    said = words(page(paper(), ""))

    assert "Trách nhiệm Soạn thảo Soát xét Phê duyệt" in said
    assert "Họ và tên Trần Văn Hùng Lê Thị Mai Phạm Quốc Bình" in said
    assert "Chức vụ Chánh Văn phòng Phó Giám đốc Giám đốc" in said
    assert "Thời điểm ký 05/01/2026 08:00" in said
    assert "Ý nghĩa Chịu trách nhiệm" in said
    assert f"Chữ ký gắn với nội dung có mã băm SHA-256 {REVISION.digest}" in said


def test_the_revision_table_and_the_recipients_are_there():
    said = words(page(paper(recipients=("Văn phòng Sở", "Bộ phận Một cửa")), ""))

    assert "1.2 09/01/2026 01/02/2026 Mục 5 Rút ngắn bước 3 12/QĐ-SGTVT" in said
    assert "Nơi nhận: – Văn phòng Sở – Bộ phận Một cửa" in said


def test_an_owed_decision_is_stamped():
    assert STAMPS.undecided not in page(paper(), "")
    assert f'<strong class="stamp">{STAMPS.undecided}</strong>' in page(paper(OWED), "")


def test_a_day_on_which_it_ends_is_said():
    until = REVISION.model_copy(update={"until": date(2026, 9, 1)})

    assert "Hết hiệu lực từ: 01/09/2026" in words(page(paper(until), ""))


def test_a_print_says_that_it_is_an_uncontrolled_copy():
    html = page(paper(), "")

    assert "BẢN SAO KHÔNG KIỂM SOÁT KHI IN" in words(html)
    assert '<strong class="stamp print">BẢN SAO KHÔNG KIỂM SOÁT</strong>' in html
    assert '<strong class="stamp screen">BẢN ĐƯỢC KIỂM SOÁT</strong>' in html


def test_each_printed_page_says_what_it_is_and_how_many_there_are():
    titled = paper(REVISION.model_copy(update={"title": "Lưu, trả hồ sơ"}))
    html = page(titled, "")

    assert (
        'content: "QT-05 · Lưu\\2c  trả hồ sơ\\a Lần ban hành 1\\2c  lần sửa đổi 2 · '
        'Hiệu lực từ 01\\2f 02\\2f 2026\\a BẢN SAO KHÔNG KIỂM SOÁT KHI IN"'
    ) in html
    assert '"Trang " counter(page) "/" counter(pages)' in html
    assert "KHI IN" not in page(titled._replace(form=True), "")


def test_a_form_begins_with_its_text_and_is_no_uncontrolled_copy():
    html = page(paper(form=True), "<p>Họ và tên: ……</p>")

    assert words(html).index("Họ và tên: ……") < words(html).index("Soạn thảo")
    assert STAMPS.uncontrolled not in html


def test_signers_of_old_papers_are_told_and_not_taken_for_signatures():
    legacy = Legacy(
        source="Kho ISO cũ", note="Số trên bìa khác", written=datetime(2016, 1, 1, tzinfo=UTC)
    )
    said = words(page(paper(REVISION.model_copy(update={"legacy": legacy})), ""))

    assert "Nguồn: Kho ISO cũ" in said
    assert "Ghi chú khi nhập: Số trên bìa khác" in said
    assert "Chữ ký gắn với" not in said


def test_forms_files_and_the_procedure_of_a_form_are_linked():
    links = {
        "forms": (Link("BM.01-QT-05 – Phiếu", "bm.01-qt-05.html"),),
        "files": (Link("QT-05.md", "../tep/qt-05/qt-05.md"),),
        "parents": (Link("QT-01", "qt-01.html"),),
    }

    where = [seen.get("href") for tag, seen in Seen(page(paper(**links), "")).tags if tag == "a"]

    assert where == ["../index.html", "qt-01.html", "bm.01-qt-05.html", "../tep/qt-05/qt-05.md"]


def test_nothing_comes_from_anywhere_else():
    for html in (page(paper(), ""), index(EDITION, [paper().row])):
        assert "default-src 'none'" in html
        assert "http://" not in html
        assert "https://" not in html
        assert "@import" not in html
        assert "url(" not in html


def test_whatever_people_wrote_is_text():
    evil = {"title": EVIL, "summary": EVIL, "place": EVIL}
    evil |= {"decision": Decision(number=EVIL, day=DAY), "legacy": Legacy(source=EVIL, note=EVIL)}
    row = Row(DOCUMENT, REVISION.model_copy(update=evil), EVIL, EVIL, f"{EVIL}.html")
    edition = Edition(EVIL, DAY, 1, Stamps(EVIL, EVIL, EVIL))
    links, hand = (Link(EVIL, EVIL),), Hand(EVIL, EVIL, EVIL, EVIL, EVIL)
    around = {"recipients": (EVIL,), "parents": links, "forms": links, "files": links}
    one = Paper(edition, row, EVIL, EVIL, hands=(hand,), turns=(row.revision,), **around)

    for html in (page(one, ""), index(edition, [row])):
        assert html.count("<script") == 1
        assert html.count("</style>") == 1
        assert not [tag for tag, _ in Seen(html).tags if tag == "img"]


def test_the_master_list_has_a_row_for_each_document():
    owed = Row(DOCUMENT, OWED, "Quy trình", "Văn phòng Sở", "tai-lieu/qt-05.html")

    said = words(index(EDITION, [paper().row, owed]))

    assert (
        "Mã số Tên tài liệu Loại Đơn vị Lần BH.SĐ Ngày ban hành Ngày hiệu lực Số quyết định" in said
    )
    row = "QT-05 Lưu hồ sơ Quy trình Văn phòng Sở 1.2 09/01/2026 01/02/2026"
    assert f"{row} 12/QĐ-SGTVT {row} CHƯA CÓ QUYẾT ĐỊNH BAN HÀNH" in said
    assert "Ngày 01/03/2026" in said


def test_the_search_box_is_hidden_until_a_script_shows_it():
    html = index(EDITION, [])

    assert '<p class="search screen" hidden>' in html
    assert "box.hidden = false" in html


def test_pages_print_on_a4_with_the_margins_of_administrative_papers():
    html = page(paper(), "")

    assert "size: A4 portrait; margin: 20mm 15mm 20mm 30mm" in html
    assert '"Times New Roman", Tinos' in html
