"""Keeping the whole: found, load, verify, rebuild, publish, demo."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import qms
from qms.folder import Folder
from tests.cli.talk import say, shell
from tests.systems import created

FRONT = """+++
code = "{code}"
type = "QT"
title = "Thử {code}"
unit = "{unit}"
owner = "CVP"
+++

## 1. Mục đích
"""


@pytest.fixture
def brought(tmp_path):
    """A folder with two procedures, one of a unit that nobody knows."""
    folder = tmp_path / "quy-trình"
    folder.mkdir()
    for code, unit in (("QT-21", "VP"), ("QT-22", "KHONG")):
        (folder / f"{code}.md").write_text(FRONT.format(code=code, unit=unit), "utf-8")
    return folder


def test_a_system_is_founded_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "sở"

    told = say("-C", str(folder), "found", "Sở GTVT", "--officer", "lan", "--officer-name", "Lan")

    assert told.exit_code == 0
    assert f"QMS_FOLDER='{folder}' QMS_ACTOR='lan'" in told.stdout
    assert say("-C", str(folder), "organisation", "list").stdout.count("Sở GTVT") == 1


def test_a_system_is_founded_where_one_stands(tmp_path):
    assert shell("found", "Sở GTVT", "--officer", "lan", cwd=tmp_path).returncode == 0
    assert shell("person", "show", "lan", cwd=tmp_path).returncode == 0


def test_nothing_is_founded_over_something_else(tmp_path):
    (tmp_path / "báo cáo.txt").write_text("x")

    told = say("-C", str(tmp_path), "found", "Sở GTVT", "--officer", "lan")

    assert told.exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["báo cáo.txt"]


def test_the_ledger_may_lie_elsewhere(tmp_path):
    url = f"sqlite:///{tmp_path / 'sổ cái.db'}"

    told = say("-C", str(tmp_path / "sở"), "found", "Sở", "--officer", "lan", "--database", url)

    assert told.exit_code == 0
    assert (tmp_path / "sổ cái.db").exists()


def test_an_address_that_leads_nowhere_is_told(tmp_path):
    place = str(tmp_path / "sở")

    told = say("-C", place, "found", "Sở", "--officer", "lan", "--database", "nonsense")

    assert told.exit_code == 6
    assert told.stderr.count("\n") == 1


def test_what_can_be_taken_is_loaded_and_the_rest_named(talk, brought):
    told = talk.as_("lan", "load", str(brought))

    assert told.exit_code == 1
    assert "✓ QT-21: Soạn thảo tài liệu mới" in told.stdout
    assert "[unit] KHONG: Không có mã số này trong sổ. – QT-22.md" in told.stderr
    assert "1 tài liệu mới." in told.stdout


def test_the_same_folder_can_be_loaded_twice(talk, brought):
    (brought / "QT-22.md").unlink()
    assert talk.as_("lan", "load", str(brought)).exit_code == 0

    told = talk.as_("lan", "load", str(brought))

    assert (told.exit_code, told.stdout) == (
        0,
        "0 tài liệu mới. 1 tài liệu đã có từ trước, được giữ nguyên.\n",
    )


def test_all_or_nothing_is_loaded_where_asked(talk, brought):
    told = talk.as_("lan", "load", "--whole", str(brought))

    assert told.exit_code == 3
    assert talk.ask("list").stdout == "Không có gì.\n"


def test_loading_is_rehearsed(talk, brought):
    before = talk.office.standing()

    told = talk.as_("lan", "load", "--dry-run", str(brought))

    assert "· QT-21: Soạn thảo tài liệu mới" in told.stdout
    assert talk.office.standing() == before


def test_a_folder_that_is_not_there_is_told(talk, tmp_path):
    assert talk.as_("lan", "load", str(tmp_path / "không")).exit_code == 4


REGISTER = """mã số;tên;loại;đơn vị;vị trí;lần ban hành;ngày ban hành;tệp;nguồn
QC-02;Quy chế làm việc;QC;VP;CVP;1;05/03/2018;qc-2018.txt;bản giấy
QC-03;Quy chế chi tiêu;QC;VP;CVP;1;05/03/2018;qc-2019.txt;bản giấy
"""


def test_the_history_of_old_papers_is_adopted(talk, tmp_path):
    papers = tmp_path / "giấy"
    papers.mkdir()
    (papers / "qc-2018.txt").write_bytes("Quy chế".encode("utf-16"))
    (papers / "lich-su.csv").write_text(REGISTER, "utf-8")

    told = talk.as_("lan", "adopt", str(papers))

    assert told.exit_code == 1
    assert "lich-su.csv:3" in told.stderr
    assert told.stdout.endswith("2 thay đổi.\n")
    assert talk.ask("text", "QC-02").stdout_bytes == "Quy chế".encode("utf-16")
    assert talk.as_("lan", "adopt", "--whole", str(papers)).exit_code == 3


LONG_AGO = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2019-05-06T08:00:00+07:00")


def test_the_history_of_an_old_repository_is_adopted(talk, tmp_path):
    person = ("-c", "user.name=x", "-c", "user.email=x@x")
    (tmp_path / "QT-31.md").write_text("# Quy trình cũ\n", "utf-8")
    for words in (("init", "-q"), ("add", "QT-31.md"), (*person, "commit", "-qm", "Một")):
        subprocess.run(["git", "-C", tmp_path, *words], check=True, env=os.environ | LONG_AGO)

    half = talk.as_("lan", "adopt", str(tmp_path), "--unit", "VP")
    told = talk.as_("lan", "adopt", str(tmp_path), "--unit", "VP", "--owner", "CVP")

    assert half.exit_code == 2
    assert told.exit_code == 0, told.output
    assert talk.ask("text", "QT-31").stdout == "# Quy trình cũ\n"


def test_what_concerns_the_present_is_not_asked_of_the_past(talk):
    told = talk.ask("--as-of", "3", "verify")

    assert told.exit_code == 2
    assert "hãy bỏ --as-of" in told.stderr


def test_everything_holds(talk):
    told = talk.ask("verify")

    held, outside = told.stdout.splitlines()
    assert told.exit_code == 0
    assert held.startswith("✓ Tất cả đều khớp")
    assert outside.startswith("Chưa ghi nhận gì được lưu bên ngoài")


def test_what_was_altered_is_found(talk):
    talk.office.sql("UPDATE person SET body = replace(body, 'person:ha', 'person:hà')")

    told, english = talk.ask("verify"), talk.ask("--lang", "en", "verify")

    assert (told.exit_code, english.exit_code) == (1, 1)
    assert "S02  person:ha" in told.stdout
    assert "Dòng dữ liệu này đã bị sửa." in told.stdout
    assert "This row was altered." in english.stdout


def test_a_clone_is_verified_and_gives_everything_back(talk, tmp_path):
    talk.issues("QT-05")
    clone, new = str(tmp_path / "bản sao"), str(tmp_path / "mới")
    subprocess.run(["git", "clone", "-q", "--bare", talk.office.store, clone], check=True)

    assert say("verify", clone).exit_code == 0
    told = say("-C", new, "rebuild", "--clone", clone)

    assert told.exit_code == 0
    assert "Đã phát lại" in told.stdout
    assert say("-C", new, "in-force").stdout == talk.ask("in-force").stdout

    size = talk.office.asks(lambda system: system.size)
    talk.issues("QT-06")
    missing = talk.office.asks(lambda system: system.size) - size
    old = tmp_path / "cũ"
    shutil.copytree(talk.office.keys, old.with_name("cũ.keys"))
    told = say("--lang", "en", "-C", str(old), "rebuild", "--clone", clone)
    assert f"! {missing} entries that the key of the trail has signed are missing" in told.stdout


def test_one_more_machine_joins(talk, tmp_path):
    clone, new = str(tmp_path / "bản sao"), str(tmp_path / "mới")
    subprocess.run(["git", "clone", "-q", "--bare", talk.office.store, clone], check=True)
    words = ("--database", talk.office.address, "--vault", str(talk.office.folder / "vault"))

    told = say("-C", new, "join", "--clone", clone, *words)

    assert told.exit_code == 0, told.output
    assert "Đã tham gia: " in told.stdout
    assert "kho hồ sơ" not in told.stdout
    talk.issues("QT-05")
    assert say("-C", new, "in-force").stdout == talk.ask("in-force").stdout


def test_a_machine_that_joins_without_vault_or_key_is_told_what_it_cannot_do(talk, tmp_path):
    words = ("join", "--clone", str(talk.office.store), "--database", talk.office.address)
    shared = ("--vault", str(talk.office.folder / "vault"), "--keys", str(talk.office.keys))
    file = tmp_path / "mới" / "qms.toml"

    told = say("-C", str(file.parent), *words)
    assert told.exit_code == 0, told.output
    vault, key = [line for line in told.stdout.splitlines() if line.startswith("! ")]
    assert "bằng chứng" in vault
    assert "ký" in key
    assert all(str(file) in said for said in (vault, key))
    assert "! " not in say("-C", str(tmp_path / "nữa"), *words, *shared).stdout

    told = say("-C", str(file.parent), "verify")
    assert "F07  mục 3, name (store-" in told.output
    assert Folder.at(talk.office.folder).store_name in told.output
    assert Folder.at(file.parent).store_name not in told.output
    assert "F05" not in told.output

    named = file.read_text("utf-8").replace('vault = ""', f"vault = '{shared[1]}'")
    file.write_text(f"{named}keys = '{shared[3]}'\n", "utf-8")
    told = say("-C", str(file.parent), "verify")
    assert "Tất cả đều khớp" in told.stdout, told.output


def test_a_key_that_cannot_even_be_looked_for_is_told_as_one_that_is_not_there(talk, tmp_path):
    nowhere = str(tmp_path / ("khóa" * 70))  # no name may be so long: stat() is an error
    shared = ("--vault", str(talk.office.folder / "vault"), "--keys", nowhere)
    words = ("join", "--clone", str(talk.office.store), "--database", talk.office.address)

    told = say("-C", str(tmp_path / "mới"), *words, *shared)

    assert told.exit_code == 0, told.output
    (lack,) = [line for line in told.stdout.splitlines() if line.startswith("! ")]
    assert nowhere in lack


def test_a_machine_that_is_lost_leaves(talk, tmp_path):
    words = ("--database", talk.office.address, "--vault", str(talk.office.folder / "vault"))
    new = str(tmp_path / "mới")
    say("-C", new, "join", "--clone", str(talk.office.store), *words)

    here, other = (Folder.at(Path(folder)).store_name for folder in (talk.office.folder, new))
    talk.office.does("hung", created("QT-05"))
    size, at = len(talk.office.entries()), talk.office.entries()[-1].at
    rows = {row.pop("store"): row for row in json.loads(talk.ask("machines", "--json").stdout)}
    alone = {"given_up": None}
    assert rows == {
        here: {"here": True, "size": size, "lacks_since": None} | alone,
        other: {"here": False, "size": size - 1, "lacks_since": str(at)} | alone,
    }

    told = say("-C", new, "leave")

    assert told.exit_code == 0, told.output
    gone = next(one for one in talk.ask("machines").stdout.splitlines() if other in one)
    assert f"{talk.today:%d/%m/%Y}" in gone
    assert "Đã rời khỏi sổ cái" in told.stdout
    assert talk.ask("leave").exit_code != 0


@pytest.mark.sqlite
def test_a_damaged_ledger_is_made_anew_and_put_aside(talk):
    talk.issues("QT-05")
    before = talk.ask("in-force").stdout
    talk.office.database.write_bytes(b"not a database at all" * 100)

    assert talk.ask("rebuild").exit_code == 0
    assert talk.ask("in-force").stdout == before
    assert list(talk.office.folder.glob("ledger.db.damaged-*"))


def test_what_is_in_force_is_published(talk, tmp_path):
    talk.issues("QT-05")
    place = tmp_path / "ban-hành"

    told = talk.ask("publish", str(place))

    assert told.stdout == f"✓ Đã xuất 1 tài liệu vào {place}\n"
    assert (place / "index.html").exists()


def test_nothing_is_published_over_something_else(talk, tmp_path):
    (tmp_path / "báo cáo.txt").write_text("x")

    assert talk.ask("publish", str(tmp_path)).exit_code == 3


def test_a_demonstration_is_not_played_over_something_else(talk):
    before = talk.office.standing()

    assert say("demo", str(talk.office.folder), "--again").exit_code == 3
    assert talk.office.standing() == before


def test_the_starter_set_is_loaded_whole(talk):
    procedures = Path(qms.__file__).parents[2] / "procedures"
    folder = talk.office.folder.parent / "một"
    folder.mkdir()
    shutil.copy(procedures / "QT-02.md", folder)

    told = talk.as_("lan", "load", str(folder), "--dry-run")

    assert told.exit_code == 0, told.output
