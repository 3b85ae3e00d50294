"""Checkpoints against the published ones, and the guard that nothing signed is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.errors import Unreadable, Untrusted
from qms.proofs import lines, merkle, note
from qms.proofs.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    OtherLog,
    Promise,
    Shrunk,
    TooFewWitnesses,
    Trust,
    next_checkpoint,
    opened,
)
from qms.proofs.lines import BadLine
from qms.proofs.merkle import EMPTY, Rewritten, WrongLength
from qms.proofs.note import Note, NotSigned, Signer, Verifier, WrongSignature

from .damage import Damage, each_is_noticed, edges, flips, never_falls_over, parts
from .test_merkle import Grown

# A checkpoint of the Go checksum database, with its key as Go carries it; the text of the
# example in tlog-checkpoint is this one under another origin.
SUM_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
    "+zyWE+xeMcTOAYQ8=\n"
).encode()

# A checkpoint of a Certificate Transparency log with four cosignatures, and the public keys.
ARCHE = "arche2025h1.staging.ct.transparency.dev"
ARCHE_KEY = f"{ARCHE}+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS_KEYS = [
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdi"
    "VEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
]
COSIGNED = (
    f"{ARCHE}\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    f"— {ARCHE} zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroe"
    "W2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    f"— {ARCHE} ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP"
    "7Ry1k3ZFWwQ=\n"
    "— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2r"
    "hIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"
    "— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ"
    "75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n"
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sX"
    "Tynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
    "— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmI"
    "Y/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n"
).encode()

ORIGIN = "so-gtvt.example/log"
LOG = Signer.parse(note.skey(ORIGIN, bytes(range(32))))
HUE, VINH = (
    Signer.parse(note.skey(f"{name}.example/witness", bytes([at]) * 32, note.COSIGNATURE))
    for at, name in enumerate(("hue", "vinh"), 1)
)
OURS = Trust(ORIGIN, (LOG.verifier,))
TREE = Grown([str(number).encode() for number in range(40)])


def at(size: int, tree: Grown = TREE, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, tree.root(size))


def proof(tree: Grown = TREE) -> Callable[[int, int], Sequence[bytes]]:
    return lambda old, new: merkle.consistency(tree.nodes, old, new)


SEVEN = at(7).signed(LOG)

origins = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1, max_size=20)
checkpoints = st.builds(
    Checkpoint,
    origins,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(origins, max_size=3).map(tuple),
)


def test_a_checkpoint_of_the_go_checksum_database_opens() -> None:
    key = Verifier.parse(SUM_KEY)
    found = opened(SUM, Trust("go.sum database tree", (key,)))

    assert found.checkpoint.size == 20_852_163
    assert found.signed == {key: 0}
    assert found.checkpoint.text() == Note.parse(SUM).text


def test_a_checkpoint_that_four_witnesses_cosigned_opens() -> None:
    key = Verifier.parse(ARCHE_KEY)
    witnesses = tuple(map(Verifier.parse, WITNESS_KEYS))
    found = opened(COSIGNED, Trust(ARCHE, (key,), witnesses, quorum=4))

    assert found.checkpoint.size == 1_432_088_532
    assert found.signed == {key: 0}
    assert found.cosigned == dict.fromkeys(witnesses, 1_779_573_024)
    assert Note.parse(COSIGNED).data() == COSIGNED


def test_a_cosignature_covers_the_whole_text() -> None:
    spoiled = COSIGNED.replace(b"1432088532", b"1432088533")

    for key in WITNESS_KEYS:
        with pytest.raises(WrongSignature):
            Note.parse(spoiled).check([Verifier.parse(key)])


def test_the_example_of_the_specification_reads_back() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    found = Checkpoint.parse(text)

    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert found.root.hex().startswith("0ac5186a91863e8e")
    assert found.text() == text


def test_what_is_signed_opens() -> None:
    found = opened(SEVEN.data(), OURS)

    assert found.checkpoint == at(7)
    assert found.signed == {LOG.verifier: 0}
    assert found.cosigned == {}


@given(checkpoints)
def test_every_checkpoint_reads_back(given: Checkpoint) -> None:
    assert Checkpoint.parse(given.text()) == given
    assert opened(given.signed(LOG).data(), OURS._replace(origin=given.origin)).checkpoint == given


ROOT = lines.packed(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        f"log\n1\n{ROOT}",
        f"log\n1\n{ROOT}\nextension",
        f"log\n1\n{ROOT}\n\n",
        f"log\n1\n{ROOT}\n\nextension\n",
        f"\n1\n{ROOT}\n",
        "log\n1\n",
        "log\n1\n\n",
        f"log\n\n{ROOT}\n",
        f"log\n01\n{ROOT}\n",
        f"log\n+1\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n 1\n{ROOT}\n",
        f"log\n1_0\n{ROOT}\n",
        f"log\n１\n{ROOT}\n",
        f"log\n1.0\n{ROOT}\n",
        f"log\n9223372036854775808\n{ROOT}\n",
        f"log\n{'9' * 5_000}\n{ROOT}\n",
        f"log\n1\n{ROOT[:-1]}\n",
        f"log\n1\n{ROOT[:-2]}B=\n",
        f"log\n1\n {ROOT}\n",
        f"log\n1\n{lines.packed(bytes(31))}\n",
        f"log\n1\n{lines.packed(bytes(33))}\n",
        f"log\n1\n{ROOT.replace('A', '-')}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises((BadCheckpoint, BadLine)):
        Checkpoint.parse(text)


def test_the_largest_size_is_read_and_written() -> None:
    largest = Checkpoint("log", 2**63 - 1, bytes(32))

    assert Checkpoint.parse(largest.text()) == largest


@pytest.mark.parametrize(
    "wrong",
    [
        at(7)._replace(origin=""),
        at(7)._replace(origin="log\n8"),
        at(7)._replace(origin="log\r"),
        at(7)._replace(origin="\ud800"),
        at(7)._replace(size=-1),
        at(7)._replace(size=2**63),
        at(7)._replace(root=b""),
        at(7)._replace(root=bytes(33)),
        at(7)._replace(extensions=("",)),
        at(7)._replace(extensions=("a\nb",)),
        at(7)._replace(extensions=("a", "\x00")),
    ],
)
def test_what_would_not_be_read_back_is_not_signed(wrong: Checkpoint) -> None:
    with pytest.raises(Unreadable):
        wrong.signed(LOG)


def test_another_log_is_not_ours_even_under_our_key() -> None:
    with pytest.raises(OtherLog):
        opened(at(7, origin="so-noi-vu.example/log").signed(LOG).data(), OURS)


def test_only_the_logs_own_key_makes_its_checkpoint() -> None:
    alone = at(7).signed(HUE, at=5)

    with pytest.raises(NotSigned):
        opened(alone.data(), OURS)
    with pytest.raises(NotSigned, match=ORIGIN):
        opened(alone.data(), OURS._replace(witnesses=(HUE.verifier,)))


def test_a_new_key_opens_beside_the_old_one() -> None:
    new = Signer.parse(note.skey(ORIGIN, bytes(reversed(range(32)))))
    both = OURS._replace(keys=(LOG.verifier, new.verifier))

    assert opened(at(7).signed(new).data(), both).signed == {new.verifier: 0}
    assert opened(SEVEN.data(), both).signed == {LOG.verifier: 0}


def test_a_quorum_is_asked_for() -> None:
    trust = OURS._replace(witnesses=(HUE.verifier, VINH.verifier), quorum=2)
    one = SEVEN.signed(HUE, at=5)

    with pytest.raises(TooFewWitnesses, match=r"^1 < 2: "):
        opened(one.data(), trust)
    both = opened(one.signed(VINH, at=6).data(), trust)
    assert both.cosigned == {HUE.verifier: 5, VINH.verifier: 6}


def test_one_key_under_two_names_is_one_witness() -> None:
    """A cosignature of v1 does not say whose it is, so anybody can print it twice."""
    again = HUE._replace(verifier=HUE.verifier._replace(name="da-nang.example/witness"))
    data = SEVEN.signed(HUE, again, at=5).data()

    with pytest.raises(TooFewWitnesses):
        opened(data, Trust(ORIGIN, (LOG.verifier,), (HUE.verifier, again.verifier), quorum=2))


def test_the_log_is_no_witness_of_itself() -> None:
    itself = Signer(LOG.verifier._replace(algorithm=note.COSIGNATURE), LOG.raw)
    data = SEVEN.signed(itself, at=5).data()

    with pytest.raises(TooFewWitnesses):
        opened(data, Trust(ORIGIN, (LOG.verifier,), (itself.verifier,), quorum=1))


@pytest.mark.parametrize("damage", [flips, parts, edges])
def test_every_damage_to_a_checkpoint_is_noticed(damage: Damage) -> None:
    each_is_noticed(damage(SEVEN.data()), lambda data: opened(data, OURS))


def test_every_flipped_bit_of_a_cosigned_checkpoint_is_noticed_where_both_are_asked_for() -> None:
    trust = OURS._replace(witnesses=(HUE.verifier,), quorum=1)
    data = SEVEN.signed(HUE, at=1_700_000_000).data()

    each_is_noticed(flips(data), lambda damaged: opened(damaged, trust))
    each_is_noticed(parts(data), lambda damaged: opened(damaged, trust))


@given(st.text(max_size=80) | st.lists(st.text(max_size=50)).map("\n".join))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    never_falls_over(b"", lambda _: Checkpoint.parse(text))


# The guard.


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_log_signs_on_as_long_as_it_only_grows(old: int, new: int) -> None:
    if old <= new:
        assert next_checkpoint(at(old), at(new), proof()) == Promise(at(old), at(new))
        return
    with pytest.raises(Shrunk, match=f"^{new} < {old}: "):
        next_checkpoint(at(old), at(new), proof())


def test_the_first_checkpoint_follows_nothing() -> None:
    assert next_checkpoint(None, at(7), proof()) == Promise(None, at(7))
    assert next_checkpoint(None, at(0), proof()) == Promise(None, at(0))
    with pytest.raises(Rewritten):
        next_checkpoint(None, Checkpoint(ORIGIN, 0, bytes(32)), proof())


@given(st.integers(1, 40), st.data())
def test_a_rewritten_log_is_not_signed_whatever_it_proves(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(old, 40))
    place = data.draw(st.integers(0, old - 1))
    leaves = [str(number).encode() for number in range(40)]
    forged = Grown([b"forged" if number == place else leaf for number, leaf in enumerate(leaves)])
    size = data.draw(st.integers(0, 8))
    any_path = data.draw(st.lists(st.binary(min_size=32, max_size=32), max_size=size).map(tuple))

    for path in (proof(forged), proof(), lambda old, new: any_path):
        with pytest.raises((Rewritten, WrongLength)):
            next_checkpoint(at(old), at(new, forged), path)


def test_a_log_does_not_go_on_as_another() -> None:
    with pytest.raises(OtherLog):
        next_checkpoint(at(7), at(9, origin="so-noi-vu.example/log"), proof())


def test_a_promise_is_written_down_before_it_is_signed() -> None:
    written: list[tuple[Checkpoint | None, Checkpoint]] = []
    raw = LOG.raw

    def signs_late(message: bytes) -> bytes:
        assert written == [(at(7), at(9))]
        return raw(message)

    promise = next_checkpoint(at(7), at(9), proof())
    made = promise.kept(lambda *pair: written.append(pair), LOG._replace(raw=signs_late))

    assert opened(made.data(), OURS).checkpoint == at(9)


def test_what_could_not_be_written_down_is_not_signed() -> None:
    def full(before: Checkpoint | None, after: Checkpoint) -> None:
        raise OSError(28, "No space left on device")

    def never(message: bytes) -> bytes:
        raise AssertionError

    with pytest.raises(OSError, match="No space"):
        next_checkpoint(None, at(9), proof()).kept(full, LOG._replace(raw=never))


def test_what_cannot_be_signed_is_not_written_down() -> None:
    def never(before: Checkpoint | None, after: Checkpoint) -> None:
        raise AssertionError

    wrong = Checkpoint("log\n7", 7, TREE.root(7))
    with pytest.raises(BadCheckpoint):
        next_checkpoint(None, wrong, proof()).kept(never, LOG)


def test_the_proof_is_asked_for_once_between_the_two_sizes() -> None:
    asked: list[tuple[int, int]] = []

    def ask(old: int, new: int) -> Sequence[bytes]:
        asked.append((old, new))
        return merkle.consistency(TREE.nodes, old, new)

    next_checkpoint(None, at(7), ask)
    next_checkpoint(at(7), at(9), ask)

    assert asked == [(0, 7), (7, 9)]


def test_an_origin_may_be_any_line() -> None:
    assert Checkpoint.parse(Checkpoint("Sở GTVT + ban ISO", 0, EMPTY).text()).size == 0


@pytest.mark.parametrize("refusal", [BadCheckpoint, OtherLog, Shrunk, TooFewWitnesses])
def test_each_refusal_speaks_both_languages(refusal: type[Untrusted | Unreadable]) -> None:
    assert refusal("x").says("en") == f"x: {refusal.__doc__}"
    assert refusal.vi == vars(refusal)["vi"]
