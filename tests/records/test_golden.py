import pytest

import qms
from qms.changes import Change
from qms.storage.store import blob_id
from qms.trail.entry import Entry, states
from qms.proofs.merkle import Frontier, leaf_hash
from qms.trail.replay import Items, replayed, stands
from tests.records import golden

FROZEN = golden.frozen(golden.TRAIL)
PINNED = (335, "5607490658f227eebd09efc23e6bddd6366cc6458535dd62d744f787e4e7458b")
"""So many entries and their root, told here as well: made anew, they are not what was frozen."""


def test_every_kind_of_change_is_in_the_golden_trail():
    assert {Entry.parse(data).kind for data in FROZEN} == set(Change.kinds)


def test_the_frozen_bytes_replay_to_the_states_they_promise():
    items, frontier = Items(), Frontier()
    for data in FROZEN:
        entry = Entry.parse(data)
        assert entry.root == frontier.root().hex()
        outcome = replayed(entry, items.look)
        assert stands(entry, outcome, states(outcome.items))
        items.put(outcome.items)
        frontier = frontier.append(leaf_hash(data))
    assert frontier.size == len(FROZEN)


def test_what_was_frozen_is_what_lies_there():
    size, root = PINNED
    frontier = Frontier()
    for data in FROZEN[:size]:
        frontier = frontier.append(leaf_hash(data))

    assert (frontier.size, frontier.root().hex()) == (size, root)


def test_the_year_begins_with_the_policy_that_was_frozen_not_with_that_of_today(tmp_path):
    with qms.found(
        tmp_path / "so", organisation="Sở", officer="lan", under=golden.first_policy()
    ) as system:
        first = Entry.parse(next(iter(golden._entries(system))))

    assert first.change == Entry.parse(FROZEN[0]).change


@pytest.mark.parametrize("at", [0, 3, -1])
def test_a_line_that_would_be_altered_is_named(tmp_path, at):
    place = tmp_path / "golden.jsonl"
    place.write_bytes(b"one\ntwo\nthree\nfour\n")
    lines = golden.frozen(place)
    golden.grown(place, [*lines, b"five"])
    other = list(lines)
    other[at] = b"another"

    with pytest.raises(golden.Altered, match=f"line {at % 4 + 1}: "):
        golden.grown(place, other)
    with pytest.raises(golden.Altered, match="line 4: "):
        golden.grown(place, lines[:3])


def test_the_same_year_makes_the_same_bytes_and_the_same_commits():
    entries, commits = golden.played()

    assert entries == FROZEN
    assert commits == golden.COMMITS.read_text("utf-8").split()


def test_the_entries_are_what_git_would_hold():
    assert len({blob_id(data) for data in FROZEN}) == len(FROZEN)
