"""What an officer reads has a reader's form: months, keys, notes with their author."""

from qms.registers import audits as a

TODAY = "2024-01-02"


def test_each_note_on_an_item_is_shown_with_its_day_and_who_wrote_it(talk):
    facts = {"unit": "QLVT", "basis": "QT-08", "subject": "Giờ giấc", "decision": "9/QĐ"}
    order = a.Order(**facts, day=TODAY, decided=TODAY, lead="mai", waiver="Ít người")
    talk.office.does("binh", order)
    code = "KTCV-2024-01"
    talk.office.does("mai", a.CarryOut(code=code, day=TODAY, minutes="Sổ trực", opinion="Nhất trí"))
    talk.office.does("mai", a.ReportInspection(code=code, report="Không có phát hiện"))
    talk.office.does("binh", a.DecideInspection(code=code, note="Tiếp tục phát huy"))

    assert "Ghi chú  " in talk.ask("inspection", "show", code).stdout
    talk.office.does("lan", a.FollowUpInspection(code=code, note="Đã nhắc lại"))
    told = " ".join(talk.ask("inspection", "show", code).stdout.split())
    assert "Kết luận của lãnh đạo · 02/01/2024 · Phạm Quốc Bình (#" in told
    assert ") Tiếp tục phát huy Kết quả theo dõi · 02/01/2024 · Nguyễn Thị Lan (#" in told
    assert told.endswith(") Đã nhắc lại")
    assert "Loại giấy tờ còn thiếu\n" in talk.ask("inspection", "lacking", code).stdout


def test_the_keys_of_the_policy_are_shown_with_their_meaning(talk):
    told = talk.ask("policy", "show", "policy").stdout
    bare = [row for row in told.splitlines() if row.startswith(("  Thời hạn", "  Dãy số", "  Dấu"))]
    bare = [row for row in bare if "· tên " in row or "· tình trạng " in row]

    assert len(bare) > 40
    assert [row for row in bare if " = " not in row] == []
    assert "audit.report = báo cáo kết quả đánh giá sau họp kết thúc" in told
    assert "audit.report\n" in talk.ask("--lang", "en", "policy", "show", "policy").stdout


def test_months_are_read_as_people_write_them(talk):
    asked = ("nonconformity", "by-month", "--since", "01/01/2024", "--until", "28/02/2024")

    assert talk.ask(*asked).stdout.splitlines()[0].split("  ")[0] == "Tháng"
    assert "02/2024" in talk.ask(*asked).stdout
    assert "2024-02;0" in talk.ask(*asked, "--csv").stdout
    assert "2024-02" in talk.ask("--lang", "en", *asked).stdout


def test_a_folder_that_was_loaded_before_is_said_to_be_there(talk, tmp_path):
    front = '+++\ncode = "HD-9"\ntype = "HD"\ntitle = "Thử"\nunit = "VP"\nowner = "CVP"\n+++\n'
    (tmp_path / "HD-9.md").write_text(f"{front}\n## Mục đích\n\nĐể thử.\n", "utf-8")

    assert "có từ trước" not in talk.does("lan", "load", str(tmp_path))
    told = talk.does("lan", "load", str(tmp_path))
    assert told == "0 tài liệu mới. 1 tài liệu đã có từ trước, được giữ nguyên.\n"
