"""Every code that verification knows is found by the alteration that it is for, and only then."""

import random
from datetime import timedelta

import pytest

import qms
from qms import documents as d
from qms import policy, trail_reviews
from qms import signing_keys as k
from qms.errors import QMSError
from qms.storage.sources import Clone
from qms.storage.store import Store
from qms.trail import signing, verification
from qms.trail.entry import CHECKPOINT, Entry, entry_path
from qms.trail.findings import Severity
from qms.values import canonical
from tests import postgres
from tests.attack import alterations
from tests.forging import amended, rechained
from tests.ssh import pair
from tests.systems import connected, created, git, unpacked
from tests.trail.altering import Alterations, codes, noting

EVIDENCE = "e" * 64
(KEY, SIGN), (OTHERS, OTHER) = pair(1), pair(2)


@pytest.fixture(scope="module")
def sound(stage):
    """QT-01 is in force; QT-02 is a draft whose text still waits in the ledger."""
    stage.issues("QT-01", "2024-02-01")
    stage.does("hung", created("QT-02", "Bản nháp"))
    return stage


@pytest.fixture
def office(sound, place):
    return sound.copy(place / "so")


# ── What is altered, and what is found then ─────────────────────────────────────────────────────

ALTERATIONS: Alterations = {}
DICE = random.Random(9001)
found_as = noting(ALTERATIONS)


@found_as("T01", "T07", "T08", "C06", "C11", "C13", "S04", "G02", "G04", "G05")
def an_entry_with_a_blank_too_many(office):
    office.sql(
        "UPDATE entry SET data = CAST(data || ' ' AS BLOB) WHERE \"index\" ="
        ' (SELECT max("index") FROM entry)'
    )


@found_as("T02", "C12", "G02")
def an_entry_after_another_tree(office):
    rechained(office, list, lie={"root": "0" * 64})


@found_as("T02", "T06", "C09", "C12", "S03", "S04", "G02", "G04", "G05")
def an_entry_with_another_number(office):
    rechained(office, list, lie={"index": 7})


@found_as("T03", "T07", "T08", "C09", "C13", "S04", "S05", "G08")
def the_last_entry_cut_off(office):
    office.sql('DELETE FROM entry WHERE "index" = (SELECT max("index") FROM entry)')


@found_as("T04", "C05", "C11", "C12", "G02")
def an_entry_of_another_trail(office):
    rechained(office, lambda entries: entries[-1].update(log="other"))


@found_as("T05", "C12", "G02")
def an_entry_from_before_the_one_before(office):
    rechained(office, lambda entries: entries[-1].update(at=entries[-2]["at"]))


@found_as("T06", "C09", "C12", "G02", "G04", "G05")
def an_operation_that_is_not_whole(office):
    rechained(office, lambda entries: entries[-1]["operation"].__setitem__(1, 2))


@found_as("T07")
def a_node_altered(office):
    office.sql("UPDATE node SET hash = zeroblob(32) WHERE level = 1 AND idx = 3")


@found_as("T07")
def a_node_removed(office):
    office.sql("DELETE FROM node WHERE level = 0 AND idx = (SELECT max(idx) FROM node)")


@found_as("T07")
def a_node_too_many(office):
    office.sql("INSERT INTO node VALUES (9, 9, zeroblob(32))")


@found_as("T08")
def another_tree_in_the_head(office):
    office.sql("UPDATE head SET peaks = zeroblob(length(peaks))")


@found_as("T08")
def a_head_that_is_no_tree(office):
    office.sql("UPDATE head SET peaks = zeroblob(5)")


@found_as("T09")
def a_row_that_is_no_text(office):
    office.sql("UPDATE document SET body = CAST(x'ff' AS TEXT)")


@found_as("F01")
def a_waiting_text_removed(office):
    office.sql("DELETE FROM content WHERE data IS NOT NULL")


@found_as("F01")
def a_text_that_git_does_not_have(office):
    office.sql("UPDATE content SET blob = '1' || substr(blob, 2) WHERE data IS NULL")


@found_as("F02")
def a_waiting_text_altered(office):
    office.sql("UPDATE content SET data = x'00' WHERE data IS NOT NULL")


@found_as("F02", "G06")
def a_text_in_git_altered(office):
    ((blob,),) = office.sql("SELECT blob FROM content WHERE data IS NULL")
    file = unpacked(office.store) / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(b"x")


def with_evidence(entries):
    entries[-1]["evidence"] = {"minutes": {"sha256": EVIDENCE, "size": 8}}


@found_as("F03", "S01", "C12", "G02")
def evidence_destroyed(office):
    rechained(office, with_evidence)


@found_as("F04", "S01", "C12", "G02")
def evidence_altered(office):
    rechained(office, with_evidence)
    (office.folder / "vault" / "ee").mkdir(exist_ok=True)
    (office.folder / "vault" / "ee" / EVIDENCE).write_bytes(b"other")


@found_as("F06")
def a_name_altered(office):
    some = next((office.folder / "vault").glob("??/*"))
    some.write_bytes(some.read_bytes() + b" ")


@found_as("F05")
def a_name_lost(office):
    next((office.folder / "vault").glob("??/*")).unlink()


@found_as("R01", "C12", "G02")
def a_change_by_somebody_without_the_right(office):
    actor = {"id": "person:ha", "post": "post:cv", "kind": "person"}
    rechained(office, lambda entries: entries[-1].update(actor=actor))


@found_as("T01", "C12", "S04", "G02", "G04", "G05")
def an_entry_of_a_year_in_which_there_is_no_such_trail(office):
    rechained(office, lambda entries: entries[-1].update(at="9999-12-31T23:59:59.999999Z"))


@found_as("R02", "C12", "G02")
def a_kind_that_is_not_known_yet(office):
    rechained(office, lambda entries: entries[-1].update(kind="document.fly/1"))


@found_as("R03")
def a_review_of_the_trail_by_somebody_who_left_themselves_out(office):
    size = len(office.entries())
    due = office.clock.at.date()
    range_ = {"first": 0, "last": size - 1, "root": "0" * 64}
    begin = trail_reviews.BeginTrailReview(code="SX-1", actors=("mai",), due=due, **range_)
    office.does("lan", begin)


def enrolled(office):
    """Let hung enrol a key of his own."""
    with office.open("hung", sign=SIGN) as system:
        system.perform(k.Enrol(code="khoa", person="hung", public=KEY.line()))


def signed(office):
    """Let hung sign what he submits with it, as the policy demands."""
    enrolled(office)
    demanded = ("document.submit",)
    office.does("lan", policy.Revise(code="policy", reason="Ký số", signed_kinds=demanded))
    with office.open("hung", sign=SIGN) as system:
        system.perform(d.Submit(code="QT-02"))


def signed_by_another(entries):
    last = Entry.model_validate(entries[-1] | {"signature": None})
    entries[-1]["signature"] = signing.signed(last, OTHER).model_dump(mode="json")["signature"]


@found_as("K11", "C12", "G02")
def a_signature_taken_away(office):
    signed(office)
    rechained(office, lambda entries: entries[-1].update(signature=None))


@found_as("K12", "C12", "G02")
def a_signature_altered(office):
    signed(office)
    rechained(office, lambda entries: entries[-1]["signature"].update(sshsig="x"))


@found_as("K12", "C12", "G02")
def a_signature_with_another_meaning(office):
    signed(office)
    rechained(office, lambda entries: entries[-1]["signature"].update(meaning="approved"))


@found_as("K12", "C12", "G02")
def a_signature_by_another_name(office):
    signed(office)
    rechained(office, lambda entries: entries[-1]["signature"].update(key="SHA256:x"))


@found_as("K12", "C12", "G02")
def the_past_of_a_signature_rewritten(office):
    """Nothing rests on the name of a program, but whoever signed later vouched for it."""
    signed(office)
    rechained(office, lambda entries: entries[3].update(tool="qms 9"))


@found_as("K13", "C12", "G02")
def a_signature_by_another_key(office):
    signed(office)
    rechained(office, signed_by_another)


@found_as("K13", "C12", "G02")
def an_enrolment_by_another_key(office):
    enrolled(office)
    rechained(office, signed_by_another)


@found_as("K14")
def a_key_reported_lost_too_late(office):
    signed(office)
    office.clock.pass_by(days=2)
    since = office.asks(lambda system: system.today) - timedelta(days=9)
    office.does("lan", k.Revoke(code="khoa", since=since, reason="Mất từ tuần trước"))


@found_as("K15")
def a_further_key_that_somebody_else_enrolled(office):
    enrolled(office)
    with office.open("lan", sign=OTHER) as system:
        system.perform(k.Enrol(code="khac", person="hung", public=OTHERS.line()))
    with office.open("hung", sign=OTHER) as system:
        system.perform(d.Submit(code="QT-02"))


@found_as("S01", "C12", "S02", "G02")
def another_state_than_follows(office):
    rechained(office, lambda entries: entries[-1]["state"].update({"document:qt-02": "0" * 64}))


@found_as("S01", "C12", "F01", "G02", "G03")
def another_file_than_follows(office):
    other = {"procedures/00/x.md": {"sha256": "0" * 64, "size": 1}}
    rechained(office, lambda entries: entries[-1]["files"].update(other))


@found_as("S01", "C12", "G02")
def another_item_than_follows(office):
    rechained(office, lambda entries: entries[-1].update(item="person:hung"))


@found_as("S01", "F02", "C12", "G02")
def another_size_than_follows(office):
    rechained(office, lambda entries: next(iter(entries[-1]["files"].values())).update(size=7))


@found_as("S02")
def a_body_altered(office):
    office.sql("UPDATE document SET body = replace(body, 'Quy', 'quy') WHERE code = 'QT-02'")


@found_as("S02")
def a_column_altered(office):
    office.sql("UPDATE document SET state = 'withdrawn' WHERE code = 'QT-02'")


@found_as("S02")
def an_end_altered(office):
    office.sql("UPDATE document SET until_entry = since_entry + 99 WHERE until_entry IS NOT NULL")


@found_as("S03")
def a_row_removed(office):
    office.sql("DELETE FROM revision")


@found_as("S03")
def a_standing_row_ended(office):
    office.sql("UPDATE document SET until_entry = 99 WHERE code = 'QT-02'")


@found_as("S02")
def another_number_beside_the_last_entry(office):
    office.sql('UPDATE entry SET "index" = 999 WHERE "index" = (SELECT max("index") FROM entry)')


@found_as("S02")
def a_column_beside_an_entry(office):
    office.sql("UPDATE entry SET item = 'document:qt-99' WHERE \"index\" = 3")


@found_as("F02")
def a_length_beside_a_text(office):
    office.sql("UPDATE content SET size = size + 1 WHERE data IS NULL")


@found_as("S04")
def a_row_that_nobody_made(office):
    office.sql(
        "INSERT INTO unit (id, since_entry, code, sort, body)"
        " SELECT 'unit:x', since_entry, code, sort, body FROM unit LIMIT 1"
    )


@found_as("S05")
def a_code_that_leads_elsewhere(office):
    office.sql("UPDATE code SET id = 'document:qt-01' WHERE key = 'qt-02'")


@found_as("S05")
def a_code_that_leads_nowhere(office):
    office.sql("DELETE FROM code WHERE key = 'qt-02'")


@found_as("S05")
def a_code_too_many(office):
    office.sql("INSERT INTO code VALUES ('document', 'qt-99', 'document:qt-01')")


@found_as("S07")
def an_index_that_lies(office):
    while not alterations.an_index_that_lies(office, DICE):
        pass


@found_as("S08")
def an_index_of_other_rows(office):
    alterations.an_index_of_other_rows(office, DICE)


@found_as("S08")
def a_guard_taken_away(office):
    alterations.a_guard_taken_away(office, DICE)


@found_as("S08")
def something_put_into_the_database(office):
    alterations.something_put_in(office, DICE)


@found_as("S08")
def a_trigger_under_a_name_of_sqlite(office):
    words = "CREATE TRIGGER sqlite_stat_x AFTER UPDATE ON head"
    with connected(office.folder) as plain:
        if postgres.HERE:
            plain.run(f"{words} EXECUTE FUNCTION qms_refuse('x')")
        else:
            hidden = f"{words} BEGIN DELETE FROM store WHERE 0; END"
            plain.run("PRAGMA writable_schema = ON")
            plain.run(
                "INSERT INTO sqlite_master VALUES "
                f"('trigger', 'sqlite_stat_x', 'head', 0, '{hidden}')"
            )


@found_as("G01")
def git_put_back(office):
    office.git("update-ref", "refs/heads/main", "main~1")


@found_as("G02")
def a_file_in_git_altered(office):
    amended(office, {entry_path(3): b"{}"})


@found_as("G03")
def a_file_in_git_removed(office):
    amended(office, {entry_path(3): None})


@found_as("G04")
def a_file_in_git_too_many(office):
    amended(office, {"README": b"x"})


@found_as("G08", "C13")
def a_ledger_from_an_older_backup(office):
    put_back = office.backup()
    office.does("hung", d.Submit(code="QT-02"))
    office.signs("QT-02")
    put_back()


@found_as("G07")
def a_text_replaced_in_git(office):
    alterations.something_put_beside_the_branch(office, DICE)


@found_as("G05")
def a_commit_on_top(office):
    tree = office.git("rev-parse", "main^{tree}")
    commit = office.git("commit-tree", tree, "-p", "main", "-m", "x")
    office.git("update-ref", "refs/heads/main", commit)


@found_as("G05")
def a_commit_with_two_parents(office):
    tree = office.git("rev-parse", "main^{tree}")
    message = office.git("log", "-1", "--format=%B", "main").encode()
    both = ("-p", "main^", "-p", "main~2")
    commit = office.git("commit-tree", tree, *both, "-F", "-", data=message)
    office.git("update-ref", "refs/heads/main", commit)


@found_as("G05")
def an_earlier_commit_at_another_hour(office):
    past = "main~2"
    for commit in ("main~1", "main"):
        tree = office.git("rev-parse", f"{commit}^{{tree}}")
        message = office.git("log", "-1", "--format=%B", commit).encode()
        past = office.git("commit-tree", tree, "-p", past, "-F", "-", data=message)
    office.git("update-ref", "refs/heads/main", past)


@found_as("G06")
def a_folder_in_git_removed(office):
    tree = office.git("rev-parse", "main:procedures")
    (unpacked(office.store) / tree[:2] / tree[2:]).unlink()


def each():
    """Yield every alteration; a text that is none, or an index, nobody writes on PostgreSQL."""
    for name in ALTERATIONS:
        sqlite = name.endswith(("is_no_text", "index_that_lies"))
        yield pytest.param(name, marks=[pytest.mark.sqlite] * sqlite)


@pytest.mark.parametrize("name", list(each()))
def test_found(office, name):
    alter, expected = ALTERATIONS[name]

    alter(office)

    assert codes(office) == expected


class Torn(Clone):
    """A clone of which an entry was altered, and a later one cannot be read at all."""

    def entries(self, start=0):
        for index, data in enumerate(super().entries(start), start):
            if index == 20:
                raise NotReadable("entry 20")
            yield data.replace(b'"kind":"', b'"kind":"x', 1) if index == 3 else data


class NotReadable(QMSError):
    """This cannot be read."""


def test_what_came_before_something_unreadable_is_judged_all_the_same(office):
    with Store(office.store) as store:
        found = list(verification.verify(Torn(store)))

    assert found[-1].code == "T09"
    assert any(one.about.startswith("entry 3") for one in found[:-1])


# ── What is not altered ─────────────────────────────────────────────────────────────────────────


def test_a_sound_system_has_no_finding(sound):
    assert list(qms.verify(sound.folder)) == []
    assert sound.asks(lambda system: system.verify()) == []


def test_nobody_is_suspected_whose_key_was_first_enrolled_by_an_officer_or_further_by_themselves(
    office,
):
    with office.open("lan", sign=SIGN) as system:
        system.perform(k.Enrol(code="khoa", person="hung", public=KEY.line()))
    with office.open("hung", sign=OTHER) as system:
        system.perform(k.Enrol(code="khac", person="hung", public=OTHERS.line()))
        system.perform(d.Submit(code="QT-02"))

    assert codes(office) == set()


def test_what_the_ledger_remembers_of_git_wrongly_is_not_laid_to_git(office):
    office.issues("QT-04", "2024-03-01")
    office.sql("UPDATE store SET size = size - 1")

    assert codes(office) == set()


def test_git_is_not_accused_of_what_was_put_into_the_tables(office):
    office.issues("QT-04", "2024-03-01")
    office.sql("UPDATE content SET data = x'00'")

    assert codes(office) == {"F02"}


def test_nobody_misses_evidence_in_a_clone(office, place):
    rechained(office, with_evidence)
    git(place, "clone", "-q", "--bare", str(office.store), "clone.git")

    assert "F03" in codes(office)
    assert "F03" not in {finding.code for finding in qms.verify(place / "clone.git")}


def test_verifying_alters_nothing(office):
    def everything():
        files = (path for path in office.folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if path.suffix != ".lock"}

    before = everything()
    codes(office)

    assert everything() == before


def test_a_clone_alone_shows_that_its_files_or_commits_were_altered(office, place):
    for alter, expected in ((a_file_in_git_too_many, {"G04"}), (a_commit_on_top, {"G05"})):
        alter(office)
        git(place, "clone", "-q", "--bare", str(office.store), alter.__name__)
        found = {finding.code for finding in qms.verify(place / alter.__name__)}
        assert found - {"C01", "G04"} == expected - {"G04"}
        assert expected <= found


def test_a_ledger_behind_its_git_is_one_finding_that_tells_by_how_much(office):
    a_ledger_from_an_older_backup(office)

    (found,) = qms.verify(office.folder, office.trust())
    assert found.says("en") == "G08 3: The ledger is behind its git by so many commits."
    assert "qms rebuild" in found.do("vi")
    qms.rebuild(office.folder)
    assert codes(office) == set()


def test_what_is_not_ours_or_harmed_is_told_beside_what_the_ledger_lost(office):
    a_ledger_from_an_older_backup(office)
    a_commit_on_top(office)
    assert codes(office) == {"C13", "G05", "G08"}

    a_folder_in_git_removed(office)
    assert codes(office) == {"C13", "G05", "G06", "G08"}


def test_a_finding_says_where_and_what_in_both_languages(office):
    a_text_that_git_does_not_have(office)
    (finding,) = list(qms.verify(office.folder))[:1]

    assert finding.severity is Severity.ERROR
    assert finding.says("vi").startswith("F01 mục ")
    assert finding.says("vi").endswith("Thiếu nội dung này.")
    assert finding.says("en").endswith("This content is missing.")


def test_a_git_that_lags_is_only_a_warning(office):
    git_put_back(office)

    assert [finding.severity for finding in qms.verify(office.folder)] == [Severity.WARNING]


def test_a_name_that_nobody_decided_to_erase_is_only_a_warning(office):
    next((office.folder / "vault").glob("??/*")).unlink()

    (found,) = qms.verify(office.folder)
    assert (found.code, found.severity) == ("F05", Severity.WARNING)


def test_a_clone_does_not_miss_names_that_never_enter_git(office):
    assert {finding.code for finding in qms.verify(office.store)} == {"C01"}


def test_an_open_system_finds_the_same(office):
    with office.open() as system:
        a_body_altered(office)
        a_code_too_many(office)

        assert {finding.code for finding in system.verify()} == {"S02", "S05"}


def test_one_broken_entry_does_not_hide_the_next(office):
    office.sql(
        "UPDATE entry SET data = CAST('x' AS BLOB) WHERE \"index\" IN (4, 9)",
    )

    places = [finding.about for finding in qms.verify(office.folder) if finding.code == "T01"]

    assert [place.partition(" (")[0] for place in places] == ["entry 4", "entry 9"]


@pytest.mark.parametrize("seed", range(60))
def test_any_byte_altered_in_an_entry_is_found_and_nothing_breaks(office, seed):
    chance = random.Random(seed)
    entries = office.entries()
    entry = entries[chance.randrange(len(entries))]
    data = bytearray(entry.data())
    data[chance.randrange(len(data))] = chance.choice(b'09"}{[],:eE.-zA\x00\xff\\')
    if bytes(data) == entry.data():
        return
    alter = 'UPDATE entry SET data = :data WHERE "index" = :index'
    office.sql(alter, data=bytes(data), index=entry.index)

    assert codes(office) & {"T01", "T02", "T07"}


@pytest.mark.parametrize("seed", range(40))
def test_any_value_forged_with_the_whole_tree_rewritten_is_found_and_nothing_breaks(office, seed):
    chance = random.Random(seed)

    def forge(entries):
        entry = entries[chance.randrange(len(entries))]
        place = chance.choice(["change", "state", "files", "actor", "at", "item", "kind", "v"])
        entry[place] = chance.choice([*entries, entry])[chance.choice([place, "change"])]

    before = [canonical(entry.model_dump(mode="json")) for entry in office.entries()]
    rechained(office, forge)
    rows = office.sql('SELECT data FROM entry ORDER BY "index"')
    after = [bytes(data) for (data,) in rows]

    assert bool(codes(office)) == (after != before)


def test_a_forged_trail_that_git_agrees_with_still_breaks_a_rule(office):
    """Whoever rewrites both sides cannot let somebody sign who may not."""
    with office.open("hung") as system, pytest.raises(QMSError):
        system.perform(d.Issue(code="QT-01", effective=system.today))
    a_change_by_somebody_without_the_right(office)
    last = bytes(office.sql('SELECT data FROM entry ORDER BY "index" DESC LIMIT 1')[0][0])
    note = bytes(office.sql("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")[0][0])
    amended(office, {entry_path(len(office.entries()) - 1): last, CHECKPOINT: note})

    assert codes(office) == {"R01"}
