"""An older repository told as histories, without git: commits are values, blobs a dictionary."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qms.intake.repository import Given, histories
from qms.registers.documents import AdoptDocument, AdoptRemoval, AdoptRevision, Rename
from qms.storage.foreign import Commit, Touch
from qms.storage.objects import Missing
from qms.values import TooLarge
from tests.intake.office import named, text

GIVEN = Given(unit="CQ", owner="CBISO")
TODAY = date(2026, 1, 1)


class Repository:
    """A branch that grows: each commit says which path has which bytes from now on."""

    def __init__(self):
        self.blobs, self.tree, self.commits = {}, {}, []

    def commit(self, changes, at=None, odd=()):
        touches = []
        for path, data in changes.items():
            data = data.encode() if isinstance(data, str) else data
            blob = None if data is None else str(hash(data))
            self.blobs[blob] = data
            touches.append(Touch(path, self.tree.get(path), blob))
            self.tree[path] = blob
        number = len(self.commits)
        moment = at or datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=30 * number)
        words = (f"{number:040}", "Lan <lan@so.vn>", moment, f"Lần {number}\n\nthêm")
        self.commits.append(Commit(*words, tuple(touches), odd))
        return self

    def told(self, given=GIVEN):
        return histories(self.commits, self.blobs.__getitem__, given, TODAY)

    def only(self, given=GIVEN):
        (history,), remarks = self.told(given)
        assert remarks == []
        return history


def kinds(history):
    return [one.change for one in history]


def test_each_commit_that_changes_bytes_is_a_revision_with_author_and_time():
    opening, first, second = (
        Repository().commit({"QT-01.md": "một"}).commit({"QT-01.md": "hai"}).only()
    )

    assert (opening.change, opening.fields["code"]) == (AdoptDocument, "QT-01")
    assert (opening.fields["type"], opening.fields["suffix"]) == ("QT", "md")
    assert [one.fields["amendment"] for one in (first, second)] == [0, 1]
    assert second.fields["text"].data == b"hai"
    assert second.fields["author"] == "Lan <lan@so.vn>"
    assert second.fields["written"] == datetime(2019, 1, 31, tzinfo=UTC)
    assert second.fields["summary"] == "Lần 1"
    assert second.path == "0000000000:QT-01.md"


def test_a_file_that_only_moves_makes_no_revision_and_stays_the_same_document():
    moved = {"QT-01.md": None, "cu/QT-01.md": "một"}

    history = (
        Repository().commit({"QT-01.md": "một"}).commit(moved).commit({"cu/QT-01.md": "hai"}).only()
    )

    assert kinds(history) == [AdoptDocument, AdoptRevision, AdoptRevision]


def test_a_file_under_another_name_leaves_its_old_code_as_an_alias():
    history = (
        Repository().commit({"QT1.md": "một"}).commit({"QT1.md": None, "QT-01.md": "một"}).only()
    )

    assert kinds(history) == [AdoptDocument, AdoptRevision, Rename]
    assert {one.fields["code"] for one in history} == {"QT-01"}
    assert history[0].fields["aliases"] == ("QT1",)


def test_of_two_files_with_the_same_bytes_each_is_followed_by_its_own_name():
    first = {"a/QT-01.md": "trống", "a/QT-02.md": "trống"}
    moved = dict.fromkeys(first) | {"b/QT-02.md": "trống", "b/QT-01.md": "trống"}

    told, remarks = Repository().commit(first).commit(moved).told()

    assert remarks == []
    assert [kinds(history) for history in told] == [[AdoptDocument, AdoptRevision]] * 2


def test_a_file_that_moves_and_changes_is_followed_by_its_code():
    moved = {"QT-01.md": None, "cu/QT-01.md": "hai"}

    history = Repository().commit({"QT-01.md": "một"}).commit(moved).only()

    assert kinds(history) == [AdoptDocument, AdoptRevision, AdoptRevision]


def test_a_file_that_goes_is_a_removal_and_may_come_back():
    history = (
        Repository().commit({"QT-01.md": "1"}).commit({"QT-01.md": None}).commit({"QT-01.md": "1"})
    )

    assert kinds(history.only())[1:] == [AdoptRevision, AdoptRemoval, AdoptRevision]


def test_front_part_heading_and_name_say_what_a_document_is_called():
    files = {
        "a.md": text("QT-01", "Hồ sơ", unit="TT", owner="CTT", more='parents = ["QT-09"]'),
        "QT-02.md": "chữ\n# Đánh giá nội bộ\n",
        "QT-03 ISO.doc": b"\xd0\xcf",
    }

    told, _ = Repository().commit(files).told()

    names = [(one[0].fields["code"], one[0].fields["title"]) for one in told]
    assert names == [("QT-01", "Hồ sơ"), ("QT-02", "Đánh giá nội bộ"), ("QT-03 ISO", "QT-03 ISO")]
    assert [one[0].fields["unit"] for one in told] == ["TT", "CQ", "CQ"]
    assert told[0][0].fields["parents"] == ("QT-09",)


def test_another_title_is_given_before_the_revision_that_brings_it():
    history = Repository().commit({"QT-01.md": "# Một"}).commit({"QT-01.md": "# Hai"}).only()

    assert kinds(history)[2:] == [Rename, AdoptRevision]


def test_a_second_file_with_the_same_code_is_named_once_and_left_out():
    repository = Repository().commit({"QT-01.md": "1"}).commit({"b/qt-01.md": "2"})

    (history,), remarks = repository.commit({"b/qt-01.md": "3"}).told()

    assert kinds(history) == [AdoptDocument, AdoptRevision]
    assert named(remarks) == [("0000000000:b/qt-01.md", "AlreadyThere")]


def test_a_code_that_another_document_has_is_not_taken_over():
    files = {"QT-01.md": "1", "x.md": text("QT-02")}

    told, remarks = Repository().commit(files).commit({"x.md": text("QT-01")}).told()

    assert [history[0].fields["code"] for history in told] == ["QT-01", "QT-02"]
    assert named(remarks) == [("0000000000:x.md", "AlreadyThere")]


def test_a_clock_that_went_back_is_noted_and_the_order_of_commits_holds():
    later = Repository().commit({"QT-01.md": "1"}, datetime(2020, 5, 5, tzinfo=UTC))

    *_, second = later.commit({"QT-01.md": "2"}, datetime(2018, 1, 1, tzinfo=UTC)).only()

    assert (second.fields["issued"], second.fields["effective"]) == (
        date(2018, 1, 1),
        date(2020, 5, 5),
    )
    assert "đi lùi" in second.fields["note"]


def test_a_commit_of_the_future_is_named_and_what_follows_is_read():
    repository = Repository().commit({"QT-01.md": "1"}, datetime(2200, 1, 1, tzinfo=UTC))

    (history,), remarks = repository.commit(
        {"QT-01.md": "2"}, datetime(2020, 1, 1, tzinfo=UTC)
    ).told()

    assert named(remarks) == [("0000000000:QT-01.md", "InTheFuture")]
    assert [one.fields["text"].data for one in history[1:]] == [b"2"]


def test_a_day_begins_in_viet_nam():
    evening = datetime(2019, 12, 31, 20, tzinfo=UTC)

    assert Repository().commit({"QT-01.md": "1"}, evening).only()[1].fields["issued"] == date(
        2020, 1, 1
    )


def test_a_commit_without_a_readable_time_is_named():
    repository = Repository().commit({"QT-01.md": "1"})
    repository.commits = [repository.commits[0]._replace(at=None)]

    told, remarks = repository.told()

    assert (told, named(remarks)) == ([], [("0000000000:QT-01.md", "NoMoment")])


@pytest.mark.parametrize("error", [TooLarge, Missing])
def test_bytes_that_cannot_be_had_are_named_and_the_rest_is_told(error):
    repository = Repository().commit({"QT-01.md": "1"}).commit({"QT-01.md": "2", "QT-02.md": "3"})

    def read(blob):
        if repository.blobs[blob] == b"2":
            raise error(blob)
        return repository.blobs[blob]

    told, remarks = histories(repository.commits, read, GIVEN, TODAY)

    assert [len(history) for history in told] == [2, 2]
    assert named(remarks) == [("0000000000:QT-01.md", error.__name__)]


def test_hidden_files_links_and_what_lies_elsewhere_are_no_documents():
    files = {"qt/.keep": "", "qt/QT-01.md": "1", "code/main.py": "2"}

    told, remarks = (
        Repository().commit(files, odd=("qt/link", "code/link")).told(GIVEN._replace(under="qt"))
    )

    assert [history[0].fields["code"] for history in told] == ["QT-01"]
    assert named(remarks) == [("0000000000:qt/link", "IsLink"), ("0000000000:qt/.keep", "Hidden")]
