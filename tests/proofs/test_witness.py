"""The witness: what it cosigns, what it refuses, and that it never forgets first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.errors import Conflict, Unreadable, Untrusted
from qms.proofs import lines, note
from qms.proofs.checkpoint import Checkpoint, OtherLog, Trust, opened
from qms.proofs.merkle import Rewritten, WrongLength
from qms.proofs.note import NoTime, NotSigned, Signer, Verifier, WrongSignature
from qms.proofs.witness import (
    BadAnswer,
    BadRequest,
    Elsewhere,
    NewLogKey,
    NoWitnessKey,
    Request,
    TwoStories,
    Witness,
    cosigned,
)

from .damage import Damage, edges, flips, parts
from .test_checkpoint import HUE, LOG, ORIGIN, OURS, TREE, VINH, at
from .test_merkle import Grown

# The requests of filippo.io/torchwood, internal/witness/witness_test.go, and the log's key.
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = Verifier(
    SIGSUM,
    note.ED25519,
    bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"),
)


def published(head: str, size: int, root: str, signature: str) -> bytes:
    return f"{head}\n\n{SIGSUM}\n{size}\n{root}\n\n— {SIGSUM} {signature}\n".encode()


ONE = published(
    "old 0",
    1,
    "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=",
)
THREE = published(
    "old 1\n"
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    3,
    "RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
    "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=",
)
FIVE = published(
    "old 1\n"
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\n"
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    5,
    "QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
    "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=",
)

NOW = 1_700_000_000
HUES = Witness(HUE, OURS)


class Row:
    """What a witness keeps of one log; it swaps, or says that somebody came first."""

    def __init__(self, seen: Checkpoint | None = None) -> None:
        self.seen = seen

    def write(self, before: Checkpoint | None, after: Checkpoint) -> None:
        if before != self.seen:
            raise Conflict(str(self.seen))
        self.seen = after


def request(old: int, new: int, tree: Grown = TREE) -> Request:
    return Request.of(at(new, tree).signed(LOG), old, tree.nodes)


def ask(row: Row, data: bytes, who: Witness = HUES) -> bytes:
    return who.answer(data, row.seen, row.write, at=NOW)


def test_the_published_requests_are_answered_in_order() -> None:
    who, row = Witness(HUE, Trust(SIGSUM, (SIGSUM_KEY,))), Row()

    for data, size in ((ONE, 1), (THREE, 3)):
        answer = ask(row, data, who)
        assert row.seen is not None
        assert row.seen.size == size
        made = cosigned(Request.parse(data).checkpoint, answer, [HUE.verifier])
        found = opened(made.data(), Trust(SIGSUM, (SIGSUM_KEY,), (HUE.verifier,), quorum=1))
        assert found.cosigned == {HUE.verifier: NOW}
    with pytest.raises(Elsewhere, match=r"^3: "):
        ask(row, FIVE, who)
    assert row.seen is not None
    assert row.seen.size == 3


def test_of_two_requests_at_once_the_second_is_not_written_over_the_first() -> None:
    who, row = Witness(HUE, Trust(SIGSUM, (SIGSUM_KEY,))), Row()
    ask(row, ONE, who)
    slow = who.judge(row.seen, Request.parse(THREE))

    ask(row, FIVE, who)

    with pytest.raises(Conflict):
        slow.kept(row.write, HUE, at=NOW)
    assert row.seen is not None
    assert row.seen.size == 5


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_a_log_that_grows_is_cosigned_all_the_way(sizes: list[int]) -> None:
    row, old = Row(), 0
    for new in sorted(sizes):
        made = cosigned(at(new).signed(LOG), ask(row, request(old, new).data()), [HUE.verifier])
        trust = OURS._replace(witnesses=(HUE.verifier,), quorum=1)
        assert opened(made.data(), trust).cosigned == {HUE.verifier: NOW}
        assert row.seen == at(new)
        old = new


@given(st.integers(1, 40), st.data())
def test_a_log_that_was_rewritten_is_never_cosigned(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(old, 40))
    place = data.draw(st.integers(0, old - 1))
    leaves = [b"forged" if number == place else str(number).encode() for number in range(40)]
    row = Row(at(old))

    with pytest.raises((Rewritten, WrongLength, TwoStories)):
        ask(row, request(old, new, Grown(leaves)).data())
    assert row.seen == at(old)


def test_a_log_that_says_it_was_never_seen_is_told_where_it_was() -> None:
    row = Row(at(9))

    with pytest.raises(Elsewhere, match=r"^9: "):
        ask(row, request(0, 12).data())
    with pytest.raises(Elsewhere, match=r"^9: "):
        ask(row, request(3, 12).data())
    with pytest.raises(Elsewhere, match=r"^0: "):
        ask(Row(), request(3, 12).data())


def test_a_restored_backup_is_refused() -> None:
    row = Row(at(30))

    with pytest.raises(Elsewhere, match=r"^30: "):
        ask(row, request(15, 20).data())
    with pytest.raises(BadRequest):
        ask(row, request(20, 20)._replace(old=30).data())


def test_the_same_size_again_is_cosigned_only_with_the_same_root() -> None:
    row = Row(at(9))
    forged = at(9)._replace(root=bytes(32)).signed(LOG)

    assert ask(row, request(9, 9).data())
    with pytest.raises(TwoStories, match=r"^9: "):
        ask(row, Request(9, (), forged).data())


def test_two_stories_are_named_wherever_the_second_is_said_to_begin() -> None:
    leaves = [b"forged", *(str(number).encode() for number in range(1, 9))]
    forged = request(3, 9, Grown(leaves))

    with pytest.raises(TwoStories, match=r"^9: "):
        ask(Row(at(9)), forged.data())


def test_an_empty_log_has_the_empty_root() -> None:
    empty, wrong = at(0), at(0)._replace(root=bytes(32))

    assert ask(Row(), Request(0, (), empty.signed(LOG)).data())
    with pytest.raises(Rewritten):
        ask(Row(), Request(0, (), wrong.signed(LOG)).data())
    with pytest.raises(WrongLength):
        ask(Row(), Request(0, (bytes(32),), at(1).signed(LOG)).data())


def test_a_stranger_and_another_log_are_refused() -> None:
    stranger = Signer.parse(note.skey(ORIGIN, bytes(32)))
    other = at(7, origin="so-noi-vu.example/log").signed(LOG)

    with pytest.raises(NewLogKey):
        ask(Row(), Request(0, (), at(7).signed(stranger)).data())
    with pytest.raises(OtherLog):
        ask(Row(), Request(0, (), other).data())


def test_nothing_is_signed_before_it_is_written_down() -> None:
    row = Row()

    def late(message: bytes) -> bytes:
        assert row.seen == at(7)
        return HUE.raw(message)

    who = HUES._replace(signer=HUE._replace(raw=late))
    assert ask(row, request(0, 7).data(), who)


def test_a_witness_has_a_key_for_cosigning_and_a_clock() -> None:
    row, data = Row(), request(0, 7).data()

    with pytest.raises(NoWitnessKey):
        ask(row, data, HUES._replace(signer=LOG))
    with pytest.raises(NoTime):
        HUES.answer(data, None, lambda before, after: None, at=0)
    assert row.seen is None


def test_the_log_keeps_the_cosignatures_it_has() -> None:
    first = cosigned(at(7).signed(LOG), ask(Row(), request(0, 7).data()), [HUE.verifier])
    second = cosigned(first, ask(Row(), request(0, 7).data(), Witness(VINH, OURS)), [VINH.verifier])
    again = HUES.answer(request(0, 7).data(), None, Row().write, at=NOW + 5)
    third = cosigned(second, again, [HUE.verifier, VINH.verifier])

    assert third.check([HUE.verifier, VINH.verifier]) == {HUE.verifier: NOW + 5, VINH.verifier: NOW}
    assert len(third.signatures) == 3


def test_what_others_cosigned_is_not_asked() -> None:
    spoiled = at(7).signed(LOG).signed(VINH, at=NOW)
    line = spoiled.signatures[1]
    spoiled = spoiled._replace(signatures=(spoiled.signatures[0], line._replace(data=bytes(72))))
    who = HUES._replace(log=OURS._replace(witnesses=(VINH.verifier,), quorum=1))

    assert ask(Row(), Request(0, (), spoiled).data(), who)


def test_an_unknown_cosignature_is_not_taken_in() -> None:
    answer = ask(Row(), request(0, 7).data())
    both = answer + ask(Row(), request(0, 7).data(), Witness(VINH, OURS))

    with pytest.raises(NotSigned):
        cosigned(at(7).signed(LOG), answer, [VINH.verifier])
    assert len(cosigned(at(7).signed(LOG), both, [VINH.verifier]).signatures) == 2


def test_a_cosignature_of_another_checkpoint_is_refused() -> None:
    with pytest.raises(WrongSignature):
        cosigned(at(8).signed(LOG), ask(Row(), request(0, 7).data()), [HUE.verifier])


def test_an_answer_brings_no_text() -> None:
    answer = ask(Row(), request(0, 7).data())
    smuggled = at(7).signed(HUE, at=NOW).block() + "\n" + "more text\n\n" + answer.decode()

    with pytest.raises(BadAnswer):
        cosigned(at(7).signed(LOG), smuggled.encode(), [HUE.verifier])


@pytest.mark.parametrize("answer", [b"", b"\n", b"ok\n", b"\xff", b"\xe2\x80\x94 w AAAA\n"])
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        cosigned(at(7).signed(LOG), answer, [HUE.verifier])


@pytest.mark.parametrize("data", [ONE, THREE, FIVE, request(9, 30).data()])
def test_a_request_reads_back(data: bytes) -> None:
    assert Request.parse(data).data() == data


def test_a_request_has_room_for_the_longest_proof() -> None:
    longest = Request(0, (bytes(32),) * 63, at(7).signed(LOG))

    assert Request.parse(longest.data()) == longest


HASH = lines.packed(bytes(32)) + "\n"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n",
        "old\n\n",
        "old \n\n",
        "new 0\n\n",
        "Old 0\n\n",
        "old 00\n\n",
        "old -1\n\n",
        "old  0\n\n",
        "old 0\r\n\r\n",
        "old 8\n\n",
        "old 0\nAAAA\n\n",
        f"old 0\n{HASH}",
        f"old 0\n{HASH}\n\n",
        f"old 0\n{HASH * (lines.LEVELS + 1)}\n",
    ],
)
def test_what_is_no_request_is_refused(head: str) -> None:
    with pytest.raises(Unreadable):
        Request.parse(head.encode() + at(7).signed(LOG).data())


@pytest.mark.parametrize("damage", [flips, parts, edges])
def test_every_damage_to_a_request_is_refused_in_words(damage: Damage) -> None:
    for data in damage(request(9, 14).data()):
        row = Row(at(9))
        with pytest.raises((Unreadable, Untrusted, Conflict)):
            ask(row, data)
        assert row.seen == at(9)


def test_every_flipped_bit_of_an_answer_is_noticed() -> None:
    answer, checkpoint = ask(Row(), request(0, 7).data()), at(7).signed(LOG)

    for data in flips(answer):
        with pytest.raises((Unreadable, Untrusted)):
            cosigned(checkpoint, data, [HUE.verifier])


@pytest.mark.parametrize(
    "refusal", [BadAnswer, BadRequest, Elsewhere, NewLogKey, NoWitnessKey, TwoStories]
)
def test_each_refusal_speaks_both_languages(refusal: type[Untrusted | Unreadable]) -> None:
    assert refusal("x").says("en") == f"x: {refusal.__doc__}"
    assert refusal.vi == vars(refusal)["vi"]
