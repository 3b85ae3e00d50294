"""A backup in one file, made while people work; what comes back is proven, or nothing comes."""

import shutil
import threading
import zipfile
from datetime import date
from hashlib import sha256

import pytest

import qms
from qms import backup as b
from qms import documents as d
from qms import people as p
from qms.errors import QMSError
from qms.folder import Folder, FolderTaken, NotAFolder
from qms.proofs.note import Signer, skey
from qms.registers.log_keys import CODE, RotateLogKey
from qms.storage import keys
from qms.storage.fresh import FileThere
from qms.storage.objects import Damaged as DamagedStore
from qms.storage.recovery import LedgerBehind
from qms.storage.trouble import Busy, Damaged, NoLedger
from qms.storage.vault import Vault
from tests import postgres, systems
from tests.cli.talk import say
from tests.killing import killed_before
from tests.systems import adopted


@pytest.fixture(scope="module")
def lived(stage):
    """An office with documents, evidence and names."""
    stage.issues("QT-01", "2024-02-01", distribution=("VP",))
    stage.does("lan", *adopted("QT 2", "2016-01-01", "2017-01-01"))
    stage.does("lan", p.RenamePerson(code="ha", name="Đỗ Thị Thu Hà"))
    return stage


@pytest.fixture
def office(lived, place):
    return lived.copy(place / "so")


@pytest.fixture
def made(office, place):
    file = place / "so.backup"
    b.backup(office.folder, file)
    return file


def test_everything_comes_back_and_holds(office, made, place):
    found = b.restore(made, place / "lai")
    again = systems.Office(place / "lai", office.clock)

    assert found.size == office.asks(lambda system: system.size)
    assert systems.commits(again.store) == systems.commits(office.store)
    assert again.asks(lambda system: system.name("ha")) == "Đỗ Thị Thu Hà"
    assert again.asks(lambda system: system.verify(office.trust())) == []
    again.issues("QT-05", "2024-03-01")


def test_a_backup_is_whole_while_others_work(office, place):
    stop = threading.Event()

    def work():
        n = 0
        while not stop.is_set():
            office.does("lan", p.Enrol(code=f"nguoi{n}", name=f"Người {n}"))
            n += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        sizes = []
        for n in range(3):
            sizes.append(b.backup(office.folder, place / f"{n}.backup").size)
    finally:
        stop.set()
        worker.join()

    assert sizes == sorted(sizes)
    for n in range(3):
        assert b.restore(place / f"{n}.backup", place / f"lai{n}").size == sizes[n]
        assert list(qms.verify(place / f"lai{n}", office.trust())) == []


def test_what_git_does_not_have_yet_is_in_it_too(office, place):
    step, before = 0, office.operations()
    while office.operations() == len(systems.commits(office.store)):
        killed_before(step, lambda: office.does("lan", p.Enrol(code="moi", name="Mới")))
        step += 1

    found = b.backup(office.folder, place / "b")

    assert office.operations() == before + 1
    assert found.size == len(office.entries())
    assert b.restore(place / "b", place / "lai").size == found.size


def moved(office, address):
    """Let the ledger of an office be elsewhere, from what its ``qms.toml`` says."""
    store = Folder.at(office.folder).store_name
    said = f'format = 1\nstore = "{store}"\ndatabase = "{address}"\n'
    (office.folder / "qms.toml").write_text(said, "utf-8")


@pytest.mark.parametrize(
    ("address", "refusal", "code"),
    [
        ("postgresql+psycopg://127.0.0.1:1/mat", Busy, 5),
        ("sqlite:///{place}/hong.db", Damaged, 6),
        ("sqlite:///{place}/mat.db", NoLedger, 4),
    ],
)
def test_without_its_ledger_nobody_says_that_a_backup_is_whole(
    office, place, address, refusal, code
):
    (place / "hong.db").write_bytes(b"x" * 9_000)
    moved(office, address.format(place=place))

    with pytest.raises(refusal) as caught:
        b.backup(office.folder, place / "b")

    assert caught.value.exit_code == code
    assert not (place / "b").exists()


def test_a_ledger_behind_git_is_not_backed_up_as_if_it_were_whole(office, place, lived):
    office.does("lan", p.Enrol(code="moi", name="Mới"))
    old = lived.copy(place / "cu")
    shutil.rmtree(old.store)
    shutil.copytree(office.store, old.store)

    with pytest.raises(LedgerBehind) as caught:
        b.backup(old.folder, place / "b")

    assert caught.value.exit_code == 7
    assert not (place / "b").exists()


def test_what_others_left_in_the_vault_is_no_part_of_it(office, place):
    vault = Folder.at(office.folder).vault
    sound = b.backup(office.folder, place / "truoc")
    part = next(path for path in vault.iterdir() if path.is_dir())
    for name in (".DS_Store", ".nfs0001", part.name):
        (part / name).write_bytes(b"x")
    (part / f"{part.name}{'0' * 62}").symlink_to(place / "mat")

    assert b.backup(office.folder, place / "sau") == sound
    assert b.restore(place / "sau", place / "lai").contents > 0


def test_no_private_key_is_in_it(office, made):
    secret = Folder.at(office.folder).keys / "log.key"
    with zipfile.ZipFile(made) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())

    assert secret.read_bytes().strip()[-20:] not in everything


def altered(made, change):
    """Write the backup again as somebody who knows zip would, with something changed."""
    other = made.with_suffix(".other")
    with zipfile.ZipFile(made) as archive, zipfile.ZipFile(other, "w") as forged:
        for name in archive.namelist():
            for new, data in change(name, archive.read(name)):
                forged.writestr(new, data)
    return other


def without(part):
    return lambda name, data: [] if name == part else [(name, data)]


def another(part, wear):
    return lambda name, data: [(name, wear(data) if name.startswith(part) else data)]


def told(**other):
    return another(b.NAME, lambda data: b.Backup.parse(data)._replace(**other).data())


def fewer(name, data):
    """Leave out what the vault has under the digests that begin with 0 to 7."""
    left_out = name.startswith(b.VAULT) and name.removeprefix(b.VAULT)[0] in "01234567"
    return [] if left_out else [(name, data)]


OTHER = Signer.parse(skey("other", b"\1" * 32)).verifier.text().encode()

TRUSTED = keys.trusting(OTHER, "--key")

FORGED = {
    "no bundle": (without(b.BUNDLE), b.NotABackup),
    "no word of itself": (without(b.NAME), b.NotABackup),
    "a word that is no JSON": (another(b.NAME, lambda data: data[:-9]), b.NotABackup),
    "a word too long": (another(b.NAME, lambda data: data * 999), b.NotABackup),
    "a number without end": (
        another(
            b.NAME, lambda data: b'{"size": 1e999, "commit": "", "checkpoint": "", "vault": ""}'
        ),
        b.NotABackup,
    ),
    "deep nesting": (another(b.NAME, lambda data: b"[" * 900), b.NotABackup),
    "another size": (
        another(b.NAME, lambda data: b.Backup(7, "0" * 40, "", "").data()),
        b.OtherThanSaid,
    ),
    "a bundle cut short": (another(b.BUNDLE, lambda data: data[:-40]), DamagedStore),
    "a content that was altered": (another(b.VAULT, lambda data: data + b" "), b.OtherThanSaid),
    "a vault without one of its contents": (lambda name, data: fewer(name, data), b.OtherThanSaid),
    "no checkpoint": (told(checkpoint=""), b.OtherThanSaid),
    "another checkpoint": (told(checkpoint="x"), b.OtherThanSaid),
    "another list of the vault": (told(vault="0" * 64), b.OtherThanSaid),
    "another's public key": (another(b.PUBLIC, lambda _: OTHER), b.OtherThanSaid),
    "a name that leads elsewhere": (
        lambda name, data: (
            [(name, data)]
            if not name.startswith(b.VAULT)
            else [(f"{b.VAULT}../../{name[6:]}", data)]
        ),
        b.NotABackup,
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_was_altered_does_not_come_back(made, place, case):
    change, refusal = FORGED[case]
    with pytest.raises(refusal):
        b.restore(altered(made, change), place / "lai")
    assert not (place / "lai").exists()
    assert sorted(part.name for part in place.iterdir() if part.name.startswith(".")) == []


def test_a_flipped_byte_is_met(office, made, place):
    data = bytearray(made.read_bytes())
    for at in range(40, len(data), len(data) // 12):
        data[at] ^= 1
        made.write_bytes(data)
        try:
            b.restore(made, place / "lai")
        except QMSError:
            assert not (place / "lai").exists()
        else:
            assert list(qms.verify(place / "lai", office.trust())) == []
            shutil.rmtree(place / "lai")
        data[at] ^= 1


def test_what_was_proven_is_told(office, made, place):
    public = keys.public(office.keys / "log.pub")
    found = b.restore(made, place / "lai", public)

    with zipfile.ZipFile(made) as archive:
        held = [name for name in archive.namelist() if name.startswith(b.VAULT)]
    assert found.signed == found.size == office.asks(lambda system: system.size)
    assert found.contents == len(held) > 0
    assert found.keys == tuple(key.text() for key in public.keys)


def test_a_key_from_outside_decides(made, place):
    (place / "khac.pub").write_bytes(OTHER + b"\n")
    with pytest.raises(b.OtherThanSaid):
        b.restore(made, place / "lai", keys.public(place / "khac.pub"))
    assert not (place / "lai").exists()

    told = say("-C", str(place / "lai"), "restore", str(made), "--key", str(place / "khac.pub"))
    assert told.exit_code == b.OtherThanSaid.exit_code


def test_the_key_before_vouches_for_the_one_it_handed_on_to(office, place):
    old = keys.public(office.keys / "log.pub")
    office.does("lan", RotateLogKey(code=CODE, reason="Hết hạn"))
    office.does("lan", p.RenamePerson(code="ha", name="Đỗ Thu Hà"))
    b.backup(office.folder, place / "moi.backup")

    found = b.restore(place / "moi.backup", place / "lai", old)

    assert found.keys == tuple(key.text() for key in office.trust().keys)
    assert found.keys != tuple(key.text() for key in old.keys)


def test_a_key_that_handed_nothing_on_vouches_for_nothing_after_it(office, place):
    old = keys.public(office.keys / "log.pub")
    (office.keys / "log.key").unlink()
    office.does("lan", RotateLogKey(code=CODE, reason="Mất khóa"))
    b.backup(office.folder, place / "moi.backup")

    with pytest.raises(b.OtherThanSaid):
        b.restore(place / "moi.backup", place / "lai", old)


def test_the_command_says_what_was_proven(office, made, place):
    key = (office.keys / "log.pub").read_text("utf-8").strip()
    told = say("-C", str(place / "lai"), "restore", str(made))

    assert told.exit_code == 0, told.output
    assert key in told.stdout
    assert "--key" in told.stdout
    assert ("Sổ cái: SQLite" in told.stdout) == (not postgres.HERE)
    given = str(office.keys / "log.pub")
    told = say("-C", str(place / "lai2"), "restore", str(made), "--key", given)
    assert "--key" not in told.stdout


def rows(office):
    return office.sql("SELECT name, size FROM store ORDER BY name")


def test_a_restore_that_is_refused_leaves_a_ledger_as_it_was(office, made, place):
    office.does("lan", p.Enrol(code="moi", name="Mới"))
    before, size = rows(office), office.asks(lambda system: system.size)
    there = office.address.replace("//qms_app@", "//qms@")
    with pytest.raises(b.LedgerAhead, match=f"{size} > {size - 1}"):
        b.restore(made, place / "lai", database=there)
    b.backup(office.folder, place / "moi.backup")
    with pytest.raises(b.OtherThanSaid):
        b.restore(place / "moi.backup", place / "lai", TRUSTED, database=there)
    assert rows(office) == before

    empty = f"sqlite:///{place / 'moi.db'}"
    if postgres.HERE:
        empty = postgres.HERE[0].address(postgres.HERE[0].create())
    with pytest.raises(b.OtherThanSaid):
        b.restore(made, place / "lai", TRUSTED, database=empty)
    assert not (place / "lai").exists()
    b.restore(made, place / "lai", database=empty)
    assert len(rows(systems.Office(place / "lai", office.clock))) == 1


def test_without_a_public_key_the_trail_vouches_for_itself(made, place):
    found = b.restore(altered(made, without(b.PUBLIC)), place / "lai")

    assert found.keys == ()
    assert found.signed == found.size


def test_a_public_key_that_signed_nothing_is_left_out(office, place):
    (office.keys / "log.pub").write_bytes(OTHER + b"\n")
    b.backup(office.folder, place / "b")

    with zipfile.ZipFile(place / "b") as archive:
        assert b.PUBLIC not in archive.namelist()
    b.restore(place / "b", place / "lai")


def relisted(made, change):
    """Forge a backup, its list of the vault with it."""
    other = altered(made, change)
    with zipfile.ZipFile(other) as archive:
        names = [name for name in archive.namelist() if name.startswith(b.VAULT)]
    listed = sha256("".join(f"{name[len(b.VAULT) :]}\n" for name in sorted(names)).encode())
    return altered(other.rename(made.with_suffix(".first")), told(vault=listed.hexdigest()))


def test_what_is_left_out_of_the_vault_and_its_list_is_said_at_once(office, made, place):
    forged = relisted(made, fewer)
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(forged) as part:
        taken = {name[len(b.VAULT) :] for name in {*whole.namelist()} - {*part.namelist()}}
    back = b.restore(forged, place / "lai", office.trust())
    told = say("-C", str(place / "lai2"), "restore", str(forged))

    assert set(back.lost) == taken
    assert back.strange == ()
    assert f"Mất {len(taken)} nội dung" in told.stdout
    found = {finding.code for finding in qms.verify(place / "lai", office.trust())}
    assert "F05" in found
    assert found <= {"F03", "F05"}


def test_what_is_added_to_the_vault_and_its_list_stays_outside(office, made, place):
    strange = f"{b.VAULT}{sha256(b'x').hexdigest()}"

    def more(name, data):
        return [(name, data), (strange, b"x")] if name == b.BUNDLE else [(name, data)]

    forged = relisted(made, more)
    back = b.restore(forged, place / "lai", office.trust())
    told = say("-C", str(place / "lai2"), "restore", str(forged))

    assert back.strange == (sha256(b"x").hexdigest(),)
    assert back.lost == ()
    assert "Bỏ lại 1 nội dung" in told.stdout
    assert back.strange[0] not in Vault(Folder.at(place / "lai").vault).digests()
    assert list(qms.verify(place / "lai", office.trust())) == []


def test_entries_behind_the_newest_checkpoint_are_counted(office, place):
    (office.keys / "log.key").unlink()
    office.does("lan", p.Enrol(code="moi", name="Mới"))
    b.backup(office.folder, place / "b")
    key = str(office.keys / "log.pub")

    told = say("--lang", "en", "-C", str(place / "lai"), "restore", str(place / "b"), "--key", key)

    assert told.exit_code == 0, told.output
    assert "1 entry after it is not signed" in told.stdout


def test_where_nobody_signed_nobody_vouches(office, place):
    shutil.rmtree(office.keys)
    office.sql("DELETE FROM checkpoint", systems.NOTHING_HELD)
    (office.store / "refs" / "heads" / "main").unlink()
    office.open().close()
    b.backup(office.folder, place / "b")

    told = say("--lang", "en", "-C", str(place / "lai"), "restore", str(place / "b"))

    assert told.exit_code == 0, told.output
    assert "nobody vouches for these entries" in told.stdout
    assert "signature hold" not in told.stdout
    with pytest.raises(b.OtherThanSaid):
        b.restore(place / "b", place / "lai2", TRUSTED)


def test_of_two_backups_at_once_one_is_kept(office, place):
    made, taken = [], []

    def work():
        try:
            made.append(b.backup(office.folder, place / "b"))
        except FileThere:
            taken.append(1)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (len(made), len(taken)) == (1, 1)
    assert b.restore(place / "b", place / "lai").size == made[0].size
    assert sorted(part.name for part in place.iterdir() if part.name.startswith(".")) == []


def test_an_old_backup_is_never_written_over(office, made):
    with pytest.raises(FileThere):
        b.backup(office.folder, made)


def test_what_is_no_backup_is_said_to_be_none(place, office, made):
    (place / "x").write_bytes(b"Kho")
    with pytest.raises(b.NotABackup):
        b.restore(place / "x", place / "lai")
    with pytest.raises(b.AFolder) as told:
        b.restore(place, place / "lai")
    assert told.value.says("vi") == f"{place}: Đây là thư mục, không phải tệp."
    with pytest.raises(b.NoBackup):
        b.restore(place / "khong-co", place / "lai")
    with pytest.raises(b.NoBackup):  # the missing file is told first
        b.restore(place / "khong-co", office.folder)
    with pytest.raises(FolderTaken):
        b.restore(made, office.folder)
    with pytest.raises(NotAFolder):
        b.backup(place, place / "y")


def test_documents_come_back_byte_for_byte(office, made, place):
    b.restore(made, place / "lai")
    again = systems.Office(place / "lai", office.clock)
    day = date(2024, 2, 2)
    text = office.asks(lambda system: system.in_force("QT-01", day).data)

    assert again.asks(lambda system: system.in_force("QT-01", day).data) == text
    assert again.asks(lambda system: system.get(d.Document, "QT-01").code) == "QT-01"
