"""What people read of a pack: what an entry costs, where a line ends, what is left out."""

from __future__ import annotations

import json

import pytest

from qms.checker import verify
from qms.values import canonical
from tests.checker import packs
from tests.checker.conftest import SEPARATORS, TITLE
from tests.checker.packs import altered, codes, entries, findings, forged, opened, rendered, zipped
from tests.cli.talk import Talk
from tests.systems import created


def told(*values, verbs=(), silent=()):
    """Return the story of an item that is left so by each entry; the silent ones do not say it."""
    states = [canonical({"says": value}) for value in values]
    digests = [verify.sha256(one).hexdigest() for one in states]
    said = [
        {
            "change": {} if index in silent else {"says": value},
            "index": index,
            "item": "note:a",
            "kind": f"note.{dict(enumerate(verbs)).get(index, 'say')}/1",
            "state": {"note:a": digests[index]},
        }
        for index, value in enumerate(values)
    ]
    says = {"en": "Say", "fields": {"says": "Says"}, "vi": "Nói"}
    words = {one["kind"]: says for one in said}
    members = {f"items/{own}": one for own, one in zip(digests, states, strict=True)}
    files = packs.InMemory({**members, "words.json": canonical(words)})
    return verify.Story(files, {}, lambda: iter(said))


def marked(story, index):
    """Return what replaces an entry's fields, and what these replace."""
    query = "SELECT name, side, other FROM mark WHERE entry = ? ORDER BY rowid"
    return story._aside.do(query, index).fetchall()


def test_a_value_is_replaced_where_it_is_said_otherwise():
    a, b, c = ({"x": "1", "y": "1"}, {"x": "2", "y": "1"}, {"x": "3"})
    story = told(a, b, b, c)

    assert marked(story, 0) == [("says.x", "replaced_by", 1)]
    assert marked(story, 1) == [("says.x", "replaces", 0), ("says.x", "replaced_by", 3)]
    assert marked(story, 2) == []
    assert marked(story, 3) == [("says.x", "replaces", 1)]


def test_what_another_verb_says_under_the_same_name_replaces_only_what_an_item_began_with():
    story = told("a", "b", "c", "d", verbs=("open", "stop", "decide", "decide-again"))

    assert marked(story, 0) == [("says", "replaced_by", 1)]
    assert marked(story, 1) == [("says", "replaces", 0)]
    assert marked(story, 2) == [("says", "replaced_by", 3)]
    assert marked(story, 3) == [("says", "replaces", 2)]


def test_what_did_not_stand_any_more_is_not_replaced():
    story = told("a", "b", "", "c", silent=(2,))

    assert marked(story, 1) == [("says", "replaces", 0)]
    assert marked(story, 3) == []


def taken(monkeypatch, count):
    """Return how many statements, and how many bytes, an item with so many entries takes."""
    statements, written = 0, 0
    do = verify.Aside.do

    def counted(self, statement, *values):
        nonlocal statements, written
        statements += 1
        written += sum(len(str(one)) for one in values)
        return do(self, statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(verify.Aside, "do", counted)
        told(*({f"part-{number:06}": "x"} for number in range(count)))
    return statements, written


def test_an_entry_costs_the_same_however_many_its_item_has(monkeypatch):
    few, some, many = (taken(monkeypatch, count) for count in (100, 300, 500))

    assert many[0] - some[0] == some[0] - few[0]
    assert many[1] - some[1] == pytest.approx(some[1] - few[1], rel=0.02)


def shifted(changed):
    """Before a name lies what looks like a personal text and is none."""
    report = next(one for one in changed if one["kind"] == "nonconformity.report/1")
    report["change"]["clause"] = {"sha256": "none"}
    return changed


def taken_out(data):
    """Return a pack without a name that it was made with, and what is found."""
    pack = rendered(forged(data, shifted))
    report = next(one for one in entries(pack) if one["kind"] == "nonconformity.report/1")
    name = f"people/{report['change']['complainant']['sha256']}"
    rest = {one: kept for one, kept in opened(pack).items() if one != name}
    return zipped(rest), f"{name}, entry {report['index']}"


def test_a_personal_text_taken_out_is_named_by_its_own_field(whole):
    pack, about = taken_out(whole)

    assert findings(pack) == [f"P02 {about}"]


def test_every_promise_of_a_text_is_named(whole):
    said = [
        (f"entry {one['index']}, {path}", kept["sha256"])
        for one in entries(whole)
        for path, kept in one["files"].items()
        if kept
    ]
    digest = next(own for _, own in said if [one for _, one in said].count(own) > 1)
    own = [about for about, one in said if one == digest]
    members = opened(whole)
    size = len(members.pop(f"contents/{digest}"))

    assert findings(zipped(members)) == [f"F01 {about}" for about in own]
    members[f"contents/{digest}"] = b"x" * size
    assert findings(zipped(members)) == [f"F02 {about}" for about in own]


def long_line(size):
    """Put a line that is no entry, and so long, in the place of an entry."""
    return lambda data: altered(
        data,
        trail_jsonl=lambda old: b"\n".join(
            [old.split(b"\n")[0], b"x" * size, *old.split(b"\n")[2:]]
        ),
    )


LIMITS = {
    "T01 as long as may be": long_line(verify.LONGEST),
    "P04 a byte longer": long_line(verify.LONGEST + 1),
    "P04 a piece longer": long_line(verify.LONGEST + 65_536),
    "P04 no end of the last line": lambda data: altered(data, trail_jsonl=lambda old: old[:-1]),
    "T02 an entry changed, and no end": lambda data: altered(
        data, trail_jsonl=lambda old: old.replace(b'"tool":"', b'"tool":"x', 1)[:-1]
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_line_has_one_limit(whole, name):
    assert codes(LIMITS[name](whole))[0] == name[:3]


def test_whatever_the_pieces_a_line_has_one_limit(whole, monkeypatch):
    packs_ = [make(whole) for make in LIMITS.values()]
    found = [codes(pack) for pack in packs_]
    monkeypatch.setattr(verify, "_PIECE", 1000)

    assert [codes(pack) for pack in packs_] == found


def nameless(data):
    """A name is left out and what people read is made anew: whoever made the pack can."""
    about = verify.parsed(opened(data)["pack.json"])
    report = next(one for one in entries(data) if one["kind"] == "nonconformity.report/1")
    name = f"people/{report['change']['complainant']['sha256']}"
    assert about["redacted"] == []
    return rendered(zipped({one: kept for one, kept in opened(data).items() if one != name}))


def left_out(data):
    """Return how many personal texts are not here: untold, and as the pack says."""
    audit = verify.Audit(verify.Pack(verify.io.BytesIO(data)), packs.TRUST)
    assert list(audit.findings()) == []
    return audit.left_out()


def test_what_a_pack_leaves_out_without_saying_so_is_counted(made, tmp_path):
    done = packs.packed(made.office, tmp_path / "all.zip", redact=("all",))
    one = packs.packed(made.office, tmp_path / "one.zip", redact=("complainant",))

    assert left_out(made.whole) == left_out(made.part) == (0, 0)
    assert left_out(nameless(made.whole)) == (1, 0)
    assert left_out((tmp_path / "all.zip").read_bytes()) == (0, done.redacted)
    assert left_out((tmp_path / "one.zip").read_bytes()) == (0, one.redacted) == (0, 1)
    assert left_out(nameless_too((tmp_path / "one.zip").read_bytes())) == (1, 1)


def nameless_too(data):
    """Another name is left out than the one of which the pack says so."""
    enrolled = next(one for one in entries(data) if one["kind"] == "person.enrol/1")
    name = f"people/{enrolled['change']['name']['sha256']}"
    return rendered(zipped({one: kept for one, kept in opened(data).items() if one != name}))


def test_the_checker_tells_what_is_left_out(made, tmp_path, capsys):
    packs.packed(made.office, tmp_path / "all.zip", redact=("all",))
    (tmp_path / "less.zip").write_bytes(nameless(made.whole))
    (tmp_path / "key").write_text(f"{packs.SIGNER.verifier.text()}\n")
    key = ("--key", str(tmp_path / "key"))

    assert verify.main([str(tmp_path / "all.zip"), *key, "--lang", "en"]) == 0
    assert "the pack itself says that it leaves them out" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "less.zip"), *key]) == 0
    assert "không có ở đây: 1; gói không ghi là đã che" in capsys.readouterr().out


def ended(changed):
    """The last title has what some take for the end of a line, also what we refuse in a text."""
    last = [one for one in changed if one["kind"] == "document.create/1"][-1]
    last["change"]["title"] += f"{SEPARATORS}\x85."
    return changed


def test_what_looks_like_the_end_of_a_line_is_none(whole, separated):
    office, pack = separated
    read = opened(pack)["entries.jsonl"].decode()
    named = [json.loads(line) for line in read.split("\n")[:-1]]

    assert codes(pack) == codes(rendered(forged(whole, ended))) == []
    assert len(named) == len(office.entries())
    assert TITLE in {field["text"] for line in named for field in line["fields"]}
    assert len(read.splitlines()) > len(named)


def test_the_library_reads_it_so_too(separated, tmp_path):
    office, _ = separated
    talk = Talk(office)
    told = talk.ask("verify", str(tmp_path / "goi.zip"), "--key", str(office.keys / "log.pub"))

    assert (told.exit_code, talk.ask("verify").exit_code) == (0, 0), told.output
    feed = talk.ask("follow", "--wait", "0", "--json").stdout.split("\n")[:-1]
    assert [int(json.loads(line)["id"]) for line in feed] == list(range(len(office.entries())))


HEADINGS = [
    ("attachments.1.jpg", "Phụ lục kèm theo · 1.jpg"),
    ("attachments.2024.pdf", "Phụ lục kèm theo · 2024.pdf"),
    ("attachments.2024", "Phụ lục kèm theo · 2024"),
    ("attachments.PL-01.txt", "Phụ lục kèm theo · PL-01.txt"),
    ("limits.0.count", "Thời hạn · 1 · Số lượng"),
    ("limits.9.lost", "Thời hạn · 9.lost"),
    ("9", "9"),
    ("attachments", "Phụ lục kèm theo"),
]
"""What details are called, whichever of the two checkers says it."""

TITLES = {"attachments": "Phụ lục kèm theo", "limits": "Thời hạn", "limits.count": "Số lượng"}


@pytest.mark.parametrize(("path", "says"), HEADINGS)
def test_a_number_is_a_place_only_where_a_known_part_follows(path, says):
    assert verify._heading(path, TITLES) == says


def test_a_file_is_called_as_it_is_named(made, tmp_path):
    office = made.office.copy(tmp_path / "so")
    files = {"1.jpg": "Ảnh", "2024.pdf": "Phụ lục"}
    office.does("hung", created("QT-09", attachments=files))
    packs.packed(office, tmp_path / "goi.zip")
    data = (tmp_path / "goi.zip").read_bytes()
    told = b"".join(page for name, page in opened(data).items() if name.endswith(".html")).decode()

    assert codes(data) == []
    assert "<th>Phụ lục kèm theo · 1.jpg " in told
    assert "<th>Phụ lục kèm theo · 2024.pdf " in told


def page_of(pack):
    return opened(pack)["index.html"].decode()


def test_the_page_is_headed_by_the_organisation_and_names_people_beside_their_codes(whole, part):
    for pack in (whole, part):
        assert '<h1>Gói kiểm toán <i lang="en">Audit pack</i>: Sở' in page_of(pack)
    assert '<i lang="en">person</i></th><td><div>Lê Thị Mai (mai)' in page_of(whole)


def test_whose_name_the_pack_leaves_out_is_said_by_code(made, tmp_path):
    packs.packed(made.office, tmp_path / "goi.zip", redact=("all",))
    page = page_of((tmp_path / "goi.zip").read_bytes())

    assert '<i lang="en">person</i></th><td><div>mai<' in page
