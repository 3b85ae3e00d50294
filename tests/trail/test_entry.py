"""An entry of the trail: one form for one fact, and nothing else is read."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms import documents as d
from qms.changes import Actor
from qms.proofs.merkle import leaf_hash
from qms.trail.entry import (
    GREATEST,
    LONGEST,
    BadEntry,
    Entry,
    Operation,
    TooLong,
    UnknownKind,
    body,
    entry_path,
    kept,
    leaf,
    moment,
    state_of,
)
from qms.values import Content, canonical
from tests import lives
from tests.kinds import OURS, changes

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
CHANGE = d.Withdraw(code="QT-05", reason="Không còn thủ tục", day=AT.date())


def entry(change=CHANGE, **fields):
    """Return an entry in which a change happened."""
    said = {
        "log": "qms-thử",
        "index": 7,
        "root": "0" * 64,
        "at": AT,
        "actor": Actor(id="person:lan", post="post:cbiso"),
        "kind": change.kind,
        "item": "document:qt-05",
        "change": change.model_dump(mode="json"),
        "files": {"procedures/05/qt-05.md": kept(Content.of("x")), "drafts/05/qt-05.md": None},
        "state": {"document:qt-05": "1" * 64},
        "operation": Operation(6, 2),
        "tool": "qms test",
    }
    return Entry(**{**said, **fields})


GOOD = entry().data()


def told(**fields):
    """Return the canonical bytes of an entry in which some fields say something else."""
    return canonical({**json.loads(GOOD), **fields})


def changed(**fields):
    """Return the bytes of an entry whose change says something else."""
    return told(change={**json.loads(GOOD)["change"], **fields})


def raw(value):
    """Return the bytes of an entry whose change holds some raw JSON."""
    return GOOD.replace(b'"signer":""', b'"signer":' + value)


@pytest.mark.parametrize("kind", OURS.values(), ids=OURS)
@given(st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_kind_of_change_comes_back_from_its_bytes_to_the_same_bytes(kind, data):
    change = data.draw(changes(kind))
    written = entry(change).data()
    read = Entry.parse(written)

    assert read.opened() == change
    assert read.data() == entry(read.opened()).data() == written
    assert rfc8785.dumps(json.loads(written)) == written


@pytest.mark.parametrize("life", lives.LIVES)
def test_every_item_comes_back_from_its_bytes(life):
    for item in lives.at(life).items.all().values():
        again = type(item).model_validate_json(body(item))

        assert again == item
        assert body(again) == body(item) == rfc8785.dumps(json.loads(body(item)))


def test_an_entry_is_written_in_one_line_of_utf8():
    assert b'"reason":"Kh\xc3\xb4ng c\xc3\xb2n th\xe1\xbb\xa7 t\xe1\xbb\xa5c"' in GOOD
    assert b"\n" not in GOOD
    assert list(json.loads(GOOD)) == sorted(json.loads(GOOD))
    assert b'"at":"2026-03-02T01:00:00.000000Z"' in GOOD


DEEP = b"[" * 20_000 + b"]" * 20_000
STRANGE = {
    "nothing": b"",
    "no JSON": b"xin ch\xc3\xa0o",
    "no object": b"[]",
    "cut": GOOD[:-1],
    "two": GOOD + GOOD,
    "not UTF-8": GOOD.replace(b"Kh\xc3\xb4ng", b"Kh\xf4ng"),
    "a line end": GOOD + b"\n",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "blanks": json.dumps(json.loads(GOOD), ensure_ascii=False, sort_keys=True).encode(),
    "ASCII": json.dumps(json.loads(GOOD), sort_keys=True, separators=(",", ":")).encode(),
    "another order": GOOD.replace(b'"index":7,', b"").replace(b"{", b'{"index":7,', 1),
    "another order of the change": GOOD.replace(b'"signer":""', b'"signer":"","a":""'),
    "another order, deep inside": raw(b'[[{"b":1,"a":[]}]]'),
    "another order of the files": GOOD.replace(b'"files":{', b'"files":{"x":null,'),
    "another order of the states": GOOD.replace(b'"state":{', b'"state":{"x":"%s",' % (b"0" * 64)),
    "another order of the evidence": told(
        evidence={name: {"sha256": "0" * 64, "size": 1} for name in "ab"}
    ).replace(b'{"a":', b'{"c":', 1),
    "a key twice, deep inside": raw(b'{"a":1,"a":1}'),
    "no field that is nothing": GOOD.replace(b',"signature":null', b""),
    "an integer below -2^53, deep inside": raw(b'[{"a":[%d]}]' % (-GREATEST - 1)),
    "an escape": GOOD.replace(b"QT-05", b"QT\\u002d05"),
    "a key twice": GOOD.replace(b'"index":7', b'"index":6,"index":7'),
    "an unknown field": told(note="thêm"),
    "an unknown field of the actor": told(actor={**json.loads(GOOD)["actor"], "name": "Lan"}),
    "a missing field": GOOD.replace(b',"tool":"qms test"', b""),
    "another version": told(v=2),
    "a number as text": told(index="7"),
    "a number as a float": GOOD.replace(b'"index":7', b'"index":7.0'),
    "a number that is true": told(v=True),
    "a negative index": told(index=-1),
    "an index beyond 2^53": told(index=2**53),
    "an operation before the first entry": told(operation=[-1, 2]),
    "an operation beyond 2^53": told(operation=[6, 2**53]),
    "a size beyond 2^53": told(files={"a": {"sha256": "0" * 64, "size": 2**60}}),
    "a float": raw(b"1.5"),
    "a float that is whole": raw(b"1e3"),
    "the floats of RFC 8785": raw(b"[333333333.3333333,1e+30,4.5,0.002,1e-27]"),
    "a float, deep inside": raw(b'[{"a":[0.5]}]'),
    "not a number": raw(b"NaN"),
    "without end": raw(b"-Infinity"),
    "an integer beyond 2^53": raw(str(GREATEST + 1).encode()),
    "an integer of 5,000 digits": raw(b"9" * 5000),
    "minus nothing": raw(b"-0"),
    "half a letter": raw(b'"\\ud800"'),
    "depth": raw(DEEP),
    "a digest in capitals": told(root="A" * 64),
    "a time without zone": told(at="2026-03-02T01:00:00.000000"),
    "a time in another zone": told(at="2026-03-02T08:00:00.000000+07:00"),
    "a time before the first year": told(at="0001-01-01T00:00:00.000000+14:00"),
    "a time after the last year": told(at="9999-12-31T23:59:59.000000-14:00"),
    "a time whose day here has no year": told(at="9999-12-31T23:59:59.000000Z"),
    "a time in an age without such trails": told(at="0999-12-31T23:59:59.000000Z"),
    "a time in seconds": told(at="2026-03-02T01:00:00Z"),
    "a time as a number": told(at=1772413200),
    "an unknown kind of actor": told(actor={"id": "x", "kind": "king", "post": ""}),
    "a long one": told(tool="x" * LONGEST),
}


@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE)
def test_what_is_not_canonical_is_no_entry(data):
    assert data != GOOD
    with pytest.raises(BadEntry):
        Entry.parse(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_entry_or_a_bad_one(data):
    with pytest.raises(BadEntry):
        Entry.parse(data)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=2))
def test_an_entry_with_other_bytes_is_refused_or_is_another_entry(place, other):
    data = GOOD[:place] + other + GOOD[place + 1 :]
    try:
        read = Entry.parse(data)
    except BadEntry:
        return
    assert read.data() == data


@pytest.mark.parametrize(
    "data",
    [
        changed(colour="đỏ"),
        changed(reason=" Không còn thủ tục"),
        changed(reason="Kho\u0302ng còn thủ tục"),
        changed(reason="hai\r\ndòng"),
        changed(reason=""),
        changed(code="../x"),
        changed(code="QT  05"),
        changed(day="2026-3-2"),
        changed(day=20514),
        changed(decided="2026-03-02T00:00:00"),
        changed(signer={"sha256": "0" * 64, "salt": "x"}),
        GOOD.replace(b',"signer":""', b""),
    ],
)
def test_a_change_that_is_not_as_it_would_be_written_is_not_opened(data):
    read = Entry.parse(data)

    with pytest.raises(BadEntry):
        read.opened()


def test_a_kind_that_nobody_knows_is_named():
    with pytest.raises(UnknownKind, match=r"document\.withdraw/2"):
        Entry.parse(told(kind="document.withdraw/2")).opened()


def test_an_entry_of_65535_bytes_is_the_longest():
    filling = "x" * (LONGEST - len(GOOD) + len("qms test"))

    longest = entry(tool=filling)
    assert len(longest.data()) == LONGEST
    assert Entry.parse(longest.data()) == longest
    assert len(leaf(longest.data())) == 32
    with pytest.raises(TooLong):
        leaf(entry(tool=filling + "x").data())


@pytest.mark.parametrize("number", [0.5, float("nan"), GREATEST + 1, -GREATEST - 1])
def test_no_entry_is_made_with_a_number_that_readers_read_apart(number):
    with pytest.raises(BadEntry):
        Entry.model_validate(json.loads(GOOD) | {"change": {"n": [number]}})


@pytest.mark.parametrize("number", [GREATEST, -GREATEST, 0])
def test_every_integer_that_all_readers_read_alike_is_read(number):
    assert Entry.parse(told(change={"n": number})).change == {"n": number}


def test_the_leaf_of_an_entry_is_over_its_bytes():
    assert leaf(GOOD) == leaf_hash(GOOD)


def test_a_moment_is_in_utc_to_the_microsecond():
    hanoi = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=7)))

    assert moment(hanoi) == "2026-03-02T01:00:00.000000Z"


@given(st.lists(st.integers(0, 10**8 - 1), min_size=2, unique=True, max_size=5).map(sorted))
def test_entries_lie_in_the_order_of_their_numbers(indexes):
    paths = [entry_path(index) for index in indexes]

    assert paths == sorted(set(paths))


def test_the_state_is_the_digest_of_each_item_by_its_id():
    items = tuple(lives.at("issued").items.all().values())

    assert state_of(items).keys() == {item.id for item in items}
    assert entry(state=state_of(items)).path == "trail/00/00/00/07.json"
