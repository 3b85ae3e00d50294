"""The key of the trail: adopted once, replaced with a reason, never brought back."""

import pytest

from qms.changes import AlreadyThere, NotWellFormed
from qms.proofs.note import COSIGNATURE, Signer, skey
from qms.registers import log_keys as k
from qms.registers.enactment import RoleMissing
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, VKEY, Stage

TWO, THREE = (Signer.parse(skey("qms-test", seed * 32)).verifier.text() for seed in (b"2", b"3"))
WITNESS = Signer.parse(skey("qms-test", b"4" * 32, COSIGNATURE)).verifier.text()
ROTATE = k.RotateLogKey(code=k.CODE, vkey=TWO, reason="Mất khóa")


def refused(*done):
    def situation():
        stage = Stage()
        for who, change in done:
            stage.do(who, change)

    return situation


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


REFUSALS = [
    (k.OneLogKey, refused(("lan", k.AdoptLogKey(code="other", vkey=TWO)))),
    (AlreadyThere, refused(("lan", k.AdoptLogKey(code=k.CODE, vkey=TWO)))),
    (k.KeyNotMade, refused(("lan", like(ROTATE, vkey="")))),
    (k.KeyUsedBefore, refused(("lan", like(ROTATE, vkey=VKEY)))),
    (k.KeyUsedBefore, refused(("lan", ROTATE), ("lan", like(ROTATE, vkey=VKEY)))),
    (RoleMissing, refused(("hung", ROTATE))),
    (RoleMissing, refused(("binh", ROTATE))),
    (RoleMissing, refused(("hung", k.AdoptLogKey(code=k.CODE, vkey=TWO)))),
    (NotWellFormed, lambda: like(ROTATE, reason=" ")),
    (k.NotALogKey, lambda: like(ROTATE, vkey="qms-test")),
    (k.NotALogKey, lambda: like(ROTATE, vkey=f"{TWO}\n")),
    (k.NotALogKey, lambda: like(ROTATE, vkey=WITNESS)),
    (k.NotALogKey, lambda: k.AdoptLogKey(code=k.CODE, vkey="")),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_key_of_the_trail_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def rotated():
    stage = Stage()
    stage.do("lan", ROTATE)
    return stage


REGISTERS = ("log_key",)
STAGES = {"adopted": Stage(), "rotated": rotated()}
ROWS = [
    Row("lan", k.AdoptLogKey(code=k.CODE, vkey=THREE), ()),
    Row("lan", like(ROTATE, vkey=THREE), {"adopted", "rotated"}),
]


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_a_change_happens_where_it_is_declared_and_nowhere_else(row, state, stage):
    judge(row, state, stage)


def test_the_key_says_why_it_came_and_which_it_followed():
    stage = Stage()
    stage.do("lan", ROTATE, like(ROTATE, vkey=THREE, reason="Hết hạn"))

    found = stage.need(k.LogKey, k.CODE)
    assert (found.vkey, found.former, found.since) == (THREE, (VKEY, TWO), START)
    assert found.reason == "Hết hạn"
    assert k.LogKey.model_validate_json(found.model_dump_json()) == found
