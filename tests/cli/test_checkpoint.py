"""What is signed, on the command line: the newest checkpoint, the key, whose signatures count."""

import subprocess
import sys
from pathlib import Path

from qms.checker import verify
from qms.proofs.checkpoint import opened
from tests.cli.talk import say


def test_the_newest_checkpoint_is_written_as_it_was_signed(talk):
    told = talk.ask("checkpoint")

    size = len(talk.office.entries())
    assert told.exit_code == 0
    assert opened(told.stdout.encode(), talk.office.trust()).checkpoint.size == size


def test_the_public_key_is_written_as_one_line(talk):
    assert talk.ask("checkpoint", "--key").stdout == (talk.office.keys / "log.pub").read_text()


def test_the_key_is_replaced_in_vietnamese_by_a_reason(talk):
    before = talk.ask("checkpoint", "--key").stdout

    told = talk.ask("--actor", "lan", "log_key", "rotate", "log", "--reason", "Hằng năm")

    assert told.exit_code == 0
    assert "Thay khóa của nhật ký bằng khóa mới" in told.stdout
    assert talk.ask("checkpoint", "--key").stdout != before
    assert talk.ask("verify").exit_code == 0


def test_only_the_key_that_is_given_counts(talk, tmp_path):
    store, pub = str(talk.office.store), str(talk.office.keys / "log.pub")
    other = tmp_path / "other.pub"
    other.write_text("qms-test+7e6b8b6c+AQ==\n")

    known, plain = say("verify", store, "--key", pub), say("verify", store)
    wrong, none = say("verify", store, "--key", str(other)), say("verify", store, "--key", "x")

    assert (known.exit_code, plain.exit_code) == (0, 0)
    assert "✓" in known.stdout
    assert "C01" in plain.stdout
    assert "Việc cần làm: " in plain.stdout
    assert "1 cảnh báo ở trên." in plain.stdout
    assert (wrong.exit_code, none.exit_code) == (6, 4)


def test_every_key_that_is_given_counts(talk, tmp_path):
    """Whoever was handed the old key and the new one gives both, in either order."""
    pub, store = talk.office.keys / "log.pub", str(talk.office.store)
    (tmp_path / "old.pub").write_bytes(pub.read_bytes())
    talk.does("lan", "log_key", "rotate", "log", "--reason", "Hằng năm")
    old, new, both = str(tmp_path / "old.pub"), str(pub), tmp_path / "both.pub"
    both.write_bytes((tmp_path / "old.pub").read_bytes() + pub.read_bytes())
    pack = str(tmp_path / "goi.zip")
    assert talk.ask("pack", pack).exit_code == 0

    for source in (store, pack):
        for words in (("--key", old, "--key", new), ("--key", new, "--key", old)):
            assert say("verify", source, *words).exit_code == 0, source
        assert say("verify", source, "--key", str(both)).exit_code == 0
    checker = [sys.executable, "-I", str(Path(verify.__file__)), pack]
    for words in (("--key", old, "--key", new), ("--key", new), ("--key", str(both))):
        done = subprocess.run([*checker, *words], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b""), done.stdout


def test_keys_of_two_logs_are_not_given_together(talk, tmp_path):
    say("-C", str(tmp_path / "khac"), "found", "Sở khác", "--officer", "x")
    (stranger,) = tmp_path.glob("khac*/**/log.pub")

    told = talk.ask("verify", "--key", str(talk.office.keys / "log.pub"), "--key", str(stranger))

    assert told.exit_code == 6
    assert "log.pub" in told.stderr


def test_the_trail_alone_is_checked_in_a_moment(talk, tmp_path):
    sound = talk.ask("verify", "--trail")
    refused = [
        talk.ask("verify", "--trail", *more)
        for more in ((str(talk.office.store),), ("--search",), ("--since", str(tmp_path / "x")))
    ]
    talk.office.sql("DELETE FROM node WHERE level = 0 AND idx = 1")
    altered = talk.ask("verify", "--trail")

    assert (sound.exit_code, altered.exit_code) == (0, 1)
    assert "điểm kiểm chứng mới nhất đều khớp" in sound.stdout
    assert "T07  nút 0/1: Một nút của cây băm bị mất hoặc bị sửa." in altered.stdout
    assert {told.exit_code for told in refused} == {2}
    assert all("--trail chỉ dùng với thư mục của hệ thống" in told.stderr for told in refused)
