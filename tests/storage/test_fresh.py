"""A new file: whole under its name, or not there."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from qms.errors import QMSError
from qms.storage.fresh import FileThere, create, fresh, instead
from qms.storage.trouble import NoPlace, NoRoom, NotWritable, TooManyOpen, writing


def test_a_file_takes_its_name_at_the_end(tmp_path):
    place = tmp_path / "tep"
    with fresh(place) as file:
        file.write(b"whole")
        assert not place.exists()

    assert place.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["tep"]


def test_what_fails_leaves_nothing(tmp_path):
    with pytest.raises(QMSError), fresh(tmp_path / "tep"):
        raise QMSError

    assert os.listdir(tmp_path) == []


def test_no_file_takes_the_place_of_another(tmp_path):
    place = tmp_path / "tep"
    place.write_bytes(b"kept")
    with pytest.raises(FileThere) as refused:
        create(place, b"new")

    assert place.read_bytes() == b"kept"
    assert refused.value.says("vi") == f"{place}: Đã có tệp mang tên này; hãy chọn tên khác."
    assert not refused.value.clause


def test_no_file_takes_the_place_of_one_made_meanwhile(tmp_path):
    place = tmp_path / "tep"
    with pytest.raises(FileThere), fresh(place):
        place.write_bytes(b"kept")

    assert place.read_bytes() == b"kept"
    assert os.listdir(tmp_path) == ["tep"]


def test_a_memory_stick_has_no_hard_links(tmp_path, monkeypatch):
    def link(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    create(tmp_path / "tep", b"whole")

    assert (tmp_path / "tep").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["tep"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NoPlace, match="khong"):
        create(tmp_path / "khong" / "tep", b"")


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (errno.EACCES, NotWritable),
        (errno.EROFS, NotWritable),
        (errno.ENOTDIR, NoPlace),
        (errno.ENAMETOOLONG, NoPlace),
        (errno.ENOSPC, NoRoom),
        (errno.EIO, NoRoom),
        (errno.EMFILE, TooManyOpen),
        (errno.ENFILE, TooManyOpen),
    ],
)
def test_what_a_disk_refuses_has_a_name_in_both_languages(number, named):
    with pytest.raises(named) as refused, writing("/o"):
        raise OSError(number, os.strerror(number))

    assert os.strerror(number) not in refused.value.says("vi")
    assert refused.value.says("vi").startswith("/o: ")


def test_who_may_read_it_is_as_the_user_has_it(tmp_path):
    mask = os.umask(0o077)
    try:
        create(tmp_path / "tep", b"")
    finally:
        os.umask(mask)

    assert (tmp_path / "tep").stat().st_mode & 0o777 == 0o600


def test_a_draft_that_does_not_go_leaves_the_file_standing(tmp_path, monkeypatch):
    def unlink(path, *words, **named):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "unlink", unlink)
    create(tmp_path / "tep", b"whole")

    assert (tmp_path / "tep").read_bytes() == b"whole"


def test_of_many_who_write_instead_one_is_whole(tmp_path):
    place, wanted = tmp_path / "tep", [bytes([n]) * 100_000 for n in range(8)]
    place.write_bytes(b"before")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(instead, place), wanted))

    assert place.read_bytes() in wanted
    assert os.listdir(tmp_path) == ["tep"]


def test_who_fails_to_write_instead_leaves_what_was(tmp_path, monkeypatch):
    def replace(*_):
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "tep").write_bytes(b"before")
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(NoRoom):
        instead(tmp_path / "tep", b"after")

    assert (tmp_path / "tep").read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["tep"]
