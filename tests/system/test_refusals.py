"""What is wrong is refused by its name, in both languages, with its exit code; nothing changes."""

import os
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest

import qms
from qms import changes as c
from qms import documents as d
from qms import people as p
from qms import system as s
from qms import values as v
from qms.answers import NoSuchChoice
from qms.errors import QMSError
from qms.folder import NotAFolder
from qms.questions import UnknownActor, UnknownPost
from qms.registers import enactment as e
from qms.registers import policy
from qms.storage.transaction import BytesMissing
from qms.taking import WrongKind
from tests.systems import created, text


@contextmanager
def refused(office, error, exit_code, about=""):
    before = office.standing()
    with pytest.raises(error) as caught:
        yield
    told = caught.value
    assert isinstance(told, error)
    assert told.exit_code == exit_code
    assert about in told.about
    for language in ("vi", "en"):
        assert told.says(language).endswith(".")
    assert vars(type(told)).get("vi") not in (None, QMSError.vi)
    assert office.standing() == before


@pytest.fixture(scope="module")
def office(stage):
    """QT-01 awaits review, QT-02 approval, QT-03 issue; QT-04 is in force."""
    stage.issues("QT-04", "2024-01-02")
    for code in ("QT-01", "QT-02", "QT-03"):
        stage.does("hung", created(code), d.Submit(code=code))
    stage.read = {code: stage.digest(code) for code in ("QT-01", "QT-02", "QT-03")}
    stage.does("mai", d.Endorse(code="QT-02", digest=stage.read["QT-02"]))
    stage.signs("QT-03")
    stage.does(
        "lan",
        p.Enrol(code="tam", name="Vũ Tâm"),
        p.Appoint(code="tam", post="CVP", since=date(2024, 1, 1)),
        p.Leave(code="tam", until=date(2024, 1, 2)),
        p.Enrol(code="moi", name="Người mới"),
    )
    return stage


def decomposed():
    return text("Quy tri\u0300nh")


@pytest.mark.parametrize("code", ["QT-01", "qt – 01", "QT ‑ 01", "Qt-01"])
def test_a_taken_code_in_any_spelling(office, code):
    with refused(office, c.AlreadyThere, 3, about=code):
        office.does("hung", created(code))


@pytest.mark.parametrize("code", ["../x", "/etc/passwd", "QT\\01", "-", "QT:01", "ＱＴ-01"])
def test_a_code_that_is_a_path_or_no_code(office, code):
    with refused(office, v.BadCode, 3):
        office.does("hung", created(code))


@pytest.mark.parametrize("code", ["CON", "nul", "COM1", "aux.md", "git"])
def test_a_code_that_no_computer_could_keep(office, code):
    with refused(office, v.ReservedCode, 3):
        office.does("hung", created(code))


def test_a_code_that_is_too_long_for_a_file(office):
    with refused(office, v.LongCode, 3):
        office.does("hung", created("x" * 300))


def test_a_text_that_is_not_composed(office):
    with refused(office, d.Faulty, 3, about="E2"):
        office.does("hung", d.Submit(code="QT-04", text=decomposed(), summary="x"))


def test_two_hundred_megabytes(office):
    with refused(office, v.TooLarge, 3, about="200000000"):
        office.does("hung", created("QT-09", attachments={"A": bytes(200_000_000)}))


def test_a_digest_without_its_bytes(office):
    strange = v.Content(sha256="0" * 64, size=1)

    with refused(office, BytesMissing, 3):
        office.does("hung", d.Revise(code="QT-04", text=strange, summary="x"))


def test_bytes_that_are_not_those_of_their_digest(office):
    with refused(office, v.OtherBytes, 3):
        v.Content(sha256="0" * 64, size=1, data=b"1")


def test_a_second_draft(office):
    with refused(office, d.DraftOpen, 3):
        office.does("hung", d.Revise(code="QT-01", text=text("x"), summary="x"))


def test_the_approval_of_a_text_that_has_changed(office):
    with refused(office, d.AnotherText, 3):
        office.does("binh", d.Approve(code="QT-02", digest=office.read["QT-01"]))


def test_a_step_out_of_order(office):
    with refused(office, d.OutOfStep, 3, about="Chờ soát xét"):
        office.does("binh", d.Approve(code="QT-01", digest=office.read["QT-01"]))


def test_an_effective_day_before_the_decision(office):
    words = {"effective": date(2024, 1, 1), "decided": date(2024, 1, 2), "decision": "1/QĐ"}

    with refused(office, d.EffectiveBeforeDecision, 3, about="2024-01-01"):
        office.does("lan", d.Issue(code="QT-03", **words))


def test_a_person_without_the_role(office):
    with refused(office, e.RoleMissing, 3, about="ha"):
        office.does("ha", d.Endorse(code="QT-01", digest=office.read["QT-01"]))


def test_the_drafter_as_reviewer(office):
    with refused(office, d.SameHands, 3):
        office.does(
            "hung", d.Submit(code="QT-04", text=text("x"), summary="x", reviewers=("hung",))
        )


@pytest.mark.parametrize("actor", ["tam", "moi"], ids=["left", "not yet appointed"])
def test_a_person_who_holds_no_post(office, actor):
    with refused(office, e.NotActive, 3, about=actor):
        office.does(actor, created("QT-09"))


def test_a_program_that_decides(office):
    with refused(office, e.ToolDecides, 3, about="may"):
        office.does("may", d.Submit(code="QT-04", text=text("x"), summary="x"))


def test_an_actor_nobody_knows(office):
    with refused(office, UnknownActor, 4, about="nobody"):
        office.open("nobody")


def test_a_post_nobody_knows(office):
    with refused(office, UnknownPost, 4, about="XYZ"):
        office.open("lan", post="XYZ")


@pytest.mark.parametrize("actor", [None, 3], ids=repr)
def test_an_actor_that_is_no_text(office, actor):
    with refused(office, WrongKind, 6, about="actor ("):
        office.open(actor)


@pytest.mark.parametrize(
    "asks",
    [
        lambda system: system.get(d.Document, 7),
        lambda system: system.in_force(7),
        lambda system: system.content(7),
        lambda system: system.name(7),
        lambda system: system.due(person=7),
        lambda system: system.trail.history(7),
        lambda system: system.find(d.Document, after=7),
        lambda system: qms.open(system._folder.path, actor="lan", post=7),
    ],
    ids=["get", "in force", "content", "name", "due", "history", "page", "post"],
)
def test_a_code_that_is_no_text(office, asks):
    with refused(office, WrongKind, 6, about=" (int ≠ "), office.open() as system:
        asks(system)


def asked_by(system):
    """Return the questions that take columns."""
    found = partial(system.find, d.Document)
    return found, system.documents, system.master_list


@pytest.mark.parametrize(
    ("where", "error", "about"),
    [
        ({"unit": "XX"}, c.Unknown, "XX"),
        ({"unit": 5}, c.Unknown, "5"),
        ({"owner": ["CVP"]}, c.Unknown, "['CVP']"),
        ({"type": "ZZ"}, policy.UnknownType, "ZZ"),
        ({"state": "isued"}, NoSuchChoice, "document.state, isued (drafted, issued"),
        ({"state": ["issued"]}, NoSuchChoice, "['issued']"),
    ],
    ids=str,
)
def test_what_a_column_cannot_hold(office, where, error, about):
    with office.open() as system:
        for asks in asked_by(system):
            with refused(office, error, 4, about=about):
                asks(**where)


@pytest.mark.parametrize(
    "where",
    [{"unit": "vp"}, {"unit": "unit:vp"}, {"type": "qt"}, {"state": d.State.ISSUED}],
    ids=str,
)
def test_what_a_column_holds_in_any_spelling(office, where):
    with office.open() as system:
        for asks in asked_by(system):
            assert asks(**where)


def test_the_founder_once_there_are_people(office):
    with refused(office, e.AlreadyFounded, 3):
        office.does("system", created("QT-09"))


def test_a_document_nobody_knows(office):
    with refused(office, c.Unknown, 4, about="QT-99"):
        office.does("hung", d.Submit(code="QT-99"))


def test_a_clock_set_back(office):
    office.clock.pass_by(seconds=-30)
    with refused(office, s.ClockSetBack, 5):
        office.does("hung", created("QT-09"))
    office.clock.pass_by(seconds=30)


def test_a_clock_a_few_seconds_behind_is_waited_for(office, place):
    own = office.copy(place / "so")
    before = own.entries()[-1].at
    own.clock.pass_by(seconds=-9)

    assert own.does("hung", created("QT-09"))[0].at > before


def test_an_operation_of_nothing(office):
    with refused(office, s.NothingToDo, 3):
        office.does("hung")


@pytest.mark.parametrize("way", ["perform", "rehearse"])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([created("QT-09")], "list"),
        ((created("QT-09"),), "tuple"),
        ("QT-09", "str"),
        (d.Create, "ModelMetaclass"),
        (None, "NoneType"),
    ],
    ids=["list", "tuple", "text", "class", "none"],
)
def test_what_is_given_for_a_change(office, given, told, way):
    with refused(office, c.NotAChange, 3, about=told), office.open("hung") as system:
        getattr(system, way)(given)


@pytest.mark.parametrize("way", ["perform", "rehearse"])
def test_an_older_version_of_a_change_is_only_replayed(office, way):
    said = {"code": "QT-04", "text": b"x", "issue": 1, "issued": "2016-01-01", "source": "x"}
    older = c.Change.kinds["document.adopt-revision/1"](**said)
    with refused(office, e.OlderVersion, 3, about=older.kind), office.open("lan") as system:
        getattr(system, way)(older)


def test_a_field_that_is_none(office):
    with refused(office, c.NotWellFormed, 3, about="document.create/1"):
        office.does("hung", created("QT-09", colour="red"))


def test_a_folder_that_is_no_system(office, place):
    with refused(office, NotAFolder, 4):
        qms.open(place, actor="lan")
    with refused(office, NotAFolder, 4):
        qms.open(place / "none", actor="lan")
    with refused(office, NotAFolder, 4):
        list(qms.verify(place))
    assert list(place.iterdir()) == []


def test_a_refusal_takes_all_changes_of_its_operation_with_it(office):
    with refused(office, d.DraftOpen, 3):
        office.does(
            "lan",
            p.Enrol(code="ba", name="Ông Ba"),
            created("QT-09"),
            d.Revise(code="QT-01", text=text("x"), summary="x"),
        )


def test_a_system_goes_on_after_a_refusal(office, place):
    own = office.copy(place / "so")
    with own.open("hung") as system:
        for _ in range(20):
            with pytest.raises(c.AlreadyThere):
                system.perform(created("QT-08"), created("QT-01"))
        system.perform(created("QT-08"))
        assert system.verify() == []
    assert own.fsck() == ""


def test_a_rehearsal_tells_what_would_be_and_does_nothing(office):
    before = office.standing()
    with office.open("hung") as system:
        entries = system.rehearse(created("QT-08"), d.Submit(code="QT-08"))
        with pytest.raises(c.AlreadyThere):
            system.rehearse(created("QT-01"))

    assert [entry.kind for entry in entries] == ["document.create/1", "document.submit/1"]
    assert office.standing() == before


def test_no_text_of_a_refusal_is_left_in_the_vault(office):
    before = office.standing()["vault"]
    with pytest.raises(c.AlreadyThere):
        office.does("lan", p.Enrol(code="ba", name="Ông Ba"), created("QT-01"))

    assert office.standing()["vault"] == before


def test_an_opening_that_fails_leaves_nothing_open(office):
    def handles():
        return sorted(os.listdir("/dev/fd"))

    before = handles()
    for _ in range(3):
        with pytest.raises(c.Unknown):
            office.open("nobody")
        with pytest.raises(c.Unknown):
            office.open("lan", post="XYZ")

    assert len(handles()) == len(before)
