from qms.changes import Change
from qms.storage.store import blob_id
from qms.trail.entry import Entry, state_of
from qms.proofs.merkle import Frontier, leaf_hash
from qms.trail.replay import Items, replayed
from tests.records import golden

FROZEN = golden.TRAIL.read_bytes().splitlines()


def test_every_kind_of_change_is_in_the_golden_trail():
    assert {Entry.parse(data).kind for data in FROZEN} == set(Change.kinds)


def test_the_frozen_bytes_replay_to_the_states_they_promise():
    items, frontier = Items(), Frontier()
    for data in FROZEN:
        entry = Entry.parse(data)
        assert entry.root == frontier.root().hex()
        outcome = replayed(entry, items.look)
        assert state_of(outcome.items) == entry.state
        items.put(outcome.items)
        frontier = frontier.append(leaf_hash(data))
    assert frontier.size == len(FROZEN)


def test_the_same_year_makes_the_same_bytes_and_the_same_commits():
    entries, commits = golden.played()

    assert entries == FROZEN
    assert commits == golden.COMMITS.read_text("utf-8").split()


def test_the_entries_are_what_git_would_hold():
    assert len({blob_id(data) for data in FROZEN}) == len(FROZEN)
