"""The key of the trail at work: promised before it leaves, never against what was promised."""

import json
import os
import shutil
import stat
from functools import partial
from time import monotonic

import pytest

import qms
from qms.errors import QMSError
from qms.folder import Folder
from qms.founding import BadLogName, KeysTaken
from qms.proofs.note import Verifier
from qms.registers.log_keys import CODE, LogKey, RotateLogKey
from qms.storage import checkpoints, keys, promises
from tests import systems
from tests.forging import rechained
from tests.killing import killed_before
from tests.systems import created

ROTATE = RotateLogKey(code=CODE, reason="Mất máy")
NAMES = {"organisation": "Sở GTVT", "officer": "lan"}


def codes(office):
    return [one.code for one in office.asks(lambda system: system.verify())]


def promised(office):
    """Return how many entries were promised last."""
    return promises.Promises(office.keys / "log.promises").last().checkpoint.size


def put_back(office, old):
    """Put an older copy of ledger and git in the place of the present one; the keys stay."""
    shutil.rmtree(office.folder)
    shutil.copytree(old.folder, office.folder)


# ── Where the keys lie ──────────────────────────────────────────────────────────────────────────


def test_keys_lie_beside_the_folder_for_their_owner_alone(office):
    assert stat.S_IMODE((office.keys / "log.key").stat().st_mode) == 0o600
    assert office.keys.parent == office.folder.parent
    assert not any(path.suffix == ".key" for path in office.folder.rglob("*"))
    vkey = (office.keys / "log.pub").read_text()
    assert vkey == office.asks(lambda system: system.get(LogKey, CODE)).vkey + "\n"


def test_keys_lie_where_one_says(place, monkeypatch):
    with qms.found(place / "a", keys=str(place / "khoa"), **NAMES) as system:
        assert system.verify() == []
    assert Folder.at(place / "a").keys == place / "khoa"
    monkeypatch.setenv("QMS_KEYS", str(place / "usb"))
    with qms.found(place / "b", **NAMES) as system:
        assert system.verify() == []

    names = {"a", "b", "khoa", "usb"}
    assert {path.name for path in place.iterdir()} == names
    assert stat.S_IMODE((place / "usb").stat().st_mode) == 0o700


def test_keys_that_are_there_are_never_overwritten(office, place, monkeypatch):
    before = {path: path.read_bytes() for path in office.keys.iterdir()}
    monkeypatch.setenv("QMS_KEYS", str(office.keys))

    with pytest.raises(KeysTaken):
        qms.found(place / "other", **NAMES)

    assert not (place / "other").exists()
    assert {path: path.read_bytes() for path in office.keys.iterdir()} == before


def test_keys_are_not_made_beside_the_ledger(place):
    with pytest.raises(keys.KeyBesideLedger):
        qms.found(place / "so", keys="khoa", **NAMES)

    assert list(place.iterdir()) == []


@pytest.mark.parametrize("log", ["so gtvt", "so+gtvt", "x" * 201, "a\nb"])
def test_a_trail_is_called_what_its_key_may_be_called(place, log):
    with pytest.raises(BadLogName):
        qms.found(place / "so", log=log, **NAMES)

    assert list(place.iterdir()) == []


# ── Every operation ─────────────────────────────────────────────────────────────────────────────


def test_every_operation_is_signed_promised_and_in_git(office):
    entries = office.does("hung", created("QT-01"), created("QT-02"))

    size = entries[-1].index + 1
    note = office.sql("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")[0][0]
    assert note.decode().splitlines()[:2] == ["qms-test", str(size)]
    assert office.git("show", "main:trail/checkpoint").encode() == note.rstrip(b"\n")
    assert promised(office) == size


def test_without_the_key_one_works_on_unsigned_and_the_next_who_has_it_signs_all(office):
    away = office.keys.rename(office.keys.with_name("away"))
    office.does("hung", created("QT-01"))
    assert codes(office) == ["C01", "C11"]
    away.rename(office.keys)

    office.does("hung", created("QT-02"))

    assert codes(office) == ["C10"]


def test_a_key_that_others_can_read_signs_nothing(office):
    (office.keys / "log.key").chmod(0o644)

    with pytest.raises(keys.KeyExposed):
        office.does("hung", created("QT-01"))


# ── Never against what was promised ─────────────────────────────────────────────────────────────


@pytest.fixture
def old(office, place):
    """A copy from before the last operation, which the key has signed."""
    made = office.copy(place / "old")
    office.does("hung", created("QT-01"))
    return made


def test_an_old_backup_put_back_is_read_and_not_written(office, old):
    put_back(office, old)
    before = systems.counts(office)

    with pytest.raises(checkpoints.PutBack) as refused:
        office.does("hung", created("QT-02"))

    assert refused.value.exit_code == 7
    assert systems.counts(office) == before
    assert codes(office) == ["C13"]


def test_a_new_key_with_a_reason_lets_it_go_on_and_says_so(office, old):
    put_back(office, old)
    before = keys.read(office.keys / "log.key")

    assert office.asks(lambda system: len(system.rehearse(ROTATE))) == 1
    office.does("lan", ROTATE)
    office.does("hung", created("QT-02"))

    assert codes(office) == ["K01"]
    assert keys.read(office.keys / "log.key") != before
    assert not (office.keys / "next.key").exists()


def test_a_rewritten_ledger_is_not_signed_on(office):
    rechained(office, lambda entries: entries[-1].update(tool="other"), key=False)

    with pytest.raises(QMSError):
        office.does("hung", created("QT-01"))


def test_a_new_key_is_only_put_in_force_where_it_was_made(office):
    stranger = Verifier("qms-test", 1, b"\x01" * 32).text()

    with pytest.raises(keys.NoKey):
        office.does("lan", ROTATE.model_copy(update={"vkey": stranger}))
    assert codes(office) == []


def test_a_rehearsed_rotation_changes_nothing(office):
    before = (office.keys / "log.key").read_bytes()
    with office.open() as system:
        system.rehearse(ROTATE)

    assert (office.keys / "log.key").read_bytes() == before
    assert codes(office) == []


# ── Killed, torn, damaged ───────────────────────────────────────────────────────────────────────


def test_killed_at_any_step_the_promise_comes_before_git(office):
    step, died, behind = 0, True, 0
    while died:
        died = killed_before(step, partial(office.does, "hung", created(f"QT-{step}")))
        in_git = office.git("show", "main:trail/checkpoint").splitlines()[1]
        signed = office.sql("SELECT max(size) FROM checkpoint")[0][0]
        assert int(in_git) <= promised(office) <= signed
        behind += promised(office) < signed
        assert codes(office) == []
        assert promised(office) == signed
        step += 1

    assert behind


def test_a_rotation_killed_at_any_step_leaves_one_key_that_signs(office):
    step, died = 0, True
    while died:
        died = killed_before(step, partial(office.does, "lan", ROTATE))
        assert codes(office) == []
        office.does("hung", created(f"QT-{step}"))
        assert codes(office) == []
        step += 3


def installing(office):
    """Install the new key in a child, over and over while others do."""
    signer, place = keys.read(office.keys / "log.key"), Folder.at(office.folder)
    child = os.fork()
    if child:
        return child
    try:
        end = monotonic() + 1
        while monotonic() < end:
            checkpoints.Checkpoints(place)._install(signer)
        os._exit(0)
    finally:
        os._exit(1)


def test_of_several_who_put_a_new_key_in_its_place_each_does(office):
    """Machines that share a key, each after the same rotation."""
    data, ended = (office.keys / "log.key").read_bytes(), []
    children = [installing(office) for _ in range(3)]
    while len(ended) < len(children):
        if not (office.keys / "next.key").exists():
            draft = office.keys / "draft"
            draft.touch(0o600)
            draft.write_bytes(data)
            draft.rename(office.keys / "next.key")
        done, status = os.waitpid(-1, os.WNOHANG)
        if done:
            ended.append(status)

    assert ended == [0, 0, 0]
    assert (office.keys / "log.key").read_bytes() == data


def test_a_torn_line_of_promises_does_not_count(office):
    file = office.keys / "log.promises"
    with file.open("ab") as torn:
        torn.write(b"qms-test 99 AA")
    office.does("hung", created("QT-01"))

    assert codes(office) == []
    assert b"99 AA\nqms-test " in file.read_bytes()
    file.write_bytes(b"\x00\n")
    with pytest.raises(promises.BadPromises):
        office.does("hung", created("QT-02"))


def test_a_promise_is_compared_before_it_is_overtaken(office):
    file = promises.Promises(office.keys / "log.promises")
    last = file.last()
    signer = keys.read(office.keys / "log.key").verifier

    with pytest.raises(promises.Overtaken):
        file.write(signer, None, last.checkpoint._replace(size=99))
    assert file.last() == last


def test_a_promise_whose_writer_was_killed_is_waited_for_by_the_next(office, monkeypatch):
    waited, fdatasync = [], os.fdatasync

    def noted(handle):
        waited.append(os.readlink(f"/proc/self/fd/{handle}"))
        fdatasync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", noted)
        office.open().close()  # everything was promised, and git is there: nothing else to do

    assert str(office.keys / "log.promises") in waited


def test_a_founding_killed_leaves_no_half_made_keys(place):
    step, died = 0, True
    while died:
        folder = place / f"so-{step}"
        died = killed_before(step, partial(_founded, folder))
        made = folder.with_name(f"{folder.name}.keys")
        if (folder / "qms.toml").exists():
            assert keys.read(made / "log.key")
        step += 7


def test_a_founding_killed_between_its_keys_and_its_system_may_be_begun_again(place):
    folder, apart, step = place / "so", place / "so.keys", 0
    while folder.exists() or not apart.exists():
        shutil.rmtree(place)
        place.mkdir()
        assert killed_before(step, partial(_founded, folder))
        step += 1
    left = (apart / "log.key").read_bytes()

    _founded(folder)

    (aside,) = place.glob("so.keys.left-*")
    assert (aside / "log.key").read_bytes() == left
    assert (apart / "log.key").read_bytes() != left
    assert not (apart / "founding").exists()
    with qms.open(folder, actor="lan") as system:
        assert system.verify() == []


def _founded(folder):
    qms.found(folder, **NAMES).close()


def test_qms_toml_says_where_the_keys_are(office):
    with (office.folder / "qms.toml").open("a") as file:
        file.write(f"keys = {json.dumps(os.path.relpath(office.keys, office.folder))}\n")

    assert Folder.at(office.folder).keys.resolve() == office.keys.resolve()
    assert codes(office) == []
