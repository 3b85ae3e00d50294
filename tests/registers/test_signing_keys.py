"""Who may sign with which key: enrolled, revoked, demanded; ISO 9001:2015, 5.3, 7.5.3.1 b."""

from datetime import date, timedelta

import pytest

from qms import policy
from qms.changes import Actor, Meaning, NotWellFormed, Unknown
from qms.proofs import ed25519, sshsig
from qms.proofs.sshsig import SSHKey
from qms.registers import documents as d
from qms.registers import people as p
from qms.registers import signing_keys as k
from qms.registers.people import Person
from qms.registers.signing_keys import SigningKey
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, Stage


def key(seed):
    return SSHKey(sshsig.ED25519, ed25519.pair(bytes([seed]) * ed25519.KEY)[0])


KEYS = {key(seed).line(): key(seed) for seed in (1, 2, 3)}
BINH, MAI, LAN = KEYS
ECDSA = SSHKey(sshsig.ECDSA, bytes([4]) * 65).line()
ENROL = k.Enrol(code="khoa-binh", person="binh", public=BINH)
REVOKE = k.Revoke(code="khoa-binh", since=START, reason="Mất token")
APPROVE = d.Approve(code="QT-11", digest="0" * 64)
DEMAND = policy.Revise(code="policy", reason="Ký số", signed_kinds=("document.approve",))


def office(*steps):
    stage = Stage()
    for who, change in steps:
        stage.do(who, change)
    return stage


def judged(stage, change, public="", who="binh"):
    act = stage.act(who, type(change))
    k.judge(change, act._replace(actor=Actor(id=Person.identify(who))), KEYS.get(public))


def refused(*steps):
    return lambda: office(*steps)


def unheld(stage, change, public="", who="binh"):
    return lambda: judged(stage, change, public, who)


ENROLLED = office(("binh", ENROL))
REVOKED = office(("binh", ENROL), ("binh", REVOKE))
DEMANDED = office(("binh", ENROL), ("lan", DEMAND))

REFUSALS = [
    (k.NotASigningKey, lambda: k.Enrol(person="binh", public="ssh-rsa AAAAB3NzaC1yc2E=")),
    (k.OthersKey, refused(("hung", ENROL))),
    (k.OthersKey, refused(("binh", ENROL), ("hung", REVOKE))),
    (k.KeyOwned, refused(("binh", ENROL), ("mai", k.Enrol(person="mai", public=BINH)))),
    (k.KeyOwned, refused(("binh", ENROL), ("lan", k.Enrol(person="binh", public=BINH)))),
    (
        k.KeyOwned,
        refused(("binh", ENROL), ("binh", REVOKE), ("lan", k.Enrol(person="mai", public=BINH))),
    ),
    (k.ToolSigns, refused(("lan", k.Enrol(person="motcua", public=BINH)))),
    (p.Ended, refused(("lan", p.Leave(code="binh", until=START)), ("lan", ENROL))),
    (Unknown, refused(("lan", k.Enrol(person="khong", public=BINH)))),
    (k.AlreadyRevoked, refused(("binh", ENROL), ("binh", REVOKE), ("binh", REVOKE))),
    (k.NotHeld, unheld(ENROLLED, k.Enrol(code="k", person="mai", public=MAI), who="mai")),
    (k.NotHeld, unheld(ENROLLED, k.Enrol(code="k", person="mai", public=MAI), BINH, "mai")),
    (k.NotOwnKey, unheld(ENROLLED, APPROVE, MAI)),
    (k.NotOwnKey, unheld(ENROLLED, APPROVE, BINH, "mai")),
    (k.KeyRevoked, unheld(REVOKED, APPROVE, BINH)),
    (k.Unsigned, unheld(DEMANDED, APPROVE)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_signing_key_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("code", ["", "khoa-lan"])
def test_a_key_is_found_by_its_code_and_by_its_digest(code):
    stage = office(("lan", k.Enrol(code=code, person="lan", public=f"{LAN} lan@may-tinh")))
    digest = k.digest(KEYS[LAN])

    found = stage.need(SigningKey, digest)

    assert found.code == (code or f"lan-{digest[:8]}")
    assert (found.person, found.public, found.enrolled) == ("person:lan", LAN, START)


@pytest.mark.parametrize("public", ["", "x", BINH[:-1], BINH + "A", BINH.upper(), f"no-pty {BINH}"])
def test_what_is_no_line_of_a_key_is_refused(public):
    with pytest.raises(k.NotASigningKey):
        k.Enrol(person="binh", public=public)
    with pytest.raises(NotWellFormed):
        k.Enrol(person="binh", public=None)


def test_a_key_has_one_spelling():
    assert k.Enrol(person="lan", public=ECDSA).public == ECDSA
    with pytest.raises(k.NotASigningKey):  # the same bytes, in letters that are not read back
        k.Enrol(person="lan", public=ECDSA[:-2] + "R=")


def test_quality_officers_and_leaders_enrol_and_revoke_for_others():
    stage = office(("lan", ENROL), ("mai", REVOKE))

    assert stage.need(SigningKey, "khoa-binh").until == START


def test_a_key_signs_until_before_the_day_from_which_it_is_revoked():
    stage = office(("binh", ENROL), ("lan", REVOKE.model_copy(update={"since": START + DAY})))

    judged(stage, APPROVE, BINH)
    with pytest.raises(k.KeyRevoked):
        judged(stage.later(1), APPROVE, BINH)


DAY = timedelta(1)


def test_that_it_was_lost_earlier_is_told_later():
    sooner = REVOKE.model_copy(update={"since": START - DAY})
    stage = office(("binh", ENROL), ("binh", REVOKE), ("binh", sooner))

    assert stage.need(SigningKey, "khoa-binh").until == START - DAY


def test_a_person_may_have_several_keys():
    stage = office(("binh", ENROL), ("binh", k.Enrol(person="binh", public=MAI)))

    judged(stage, APPROVE, BINH)
    judged(stage, APPROVE, MAI)


def test_nothing_is_demanded_by_default_and_what_is_demanded_is_signed():
    judged(ENROLLED, APPROVE)
    judged(DEMANDED, APPROVE, BINH)
    judged(DEMANDED, d.Issue(code="QT-11", effective=date(2026, 2, 1)))


def test_what_the_issue_names_is_offered_for_signing():
    offered = policy.offered()

    assert offered >= {
        f"document.{verb}" for verb in ["submit", "endorse", "approve", "issue", "withdraw"]
    }
    assert offered >= {"nonconformity.close", "audit.close", "risk.close"}
    assert offered >= {"disposal.decide", "disposal.carry-out"}
    assert k.Enrol.meaning is Meaning.HELD
    assert d.Edit.meaning is None


def test_the_allowed_signers_say_whose_key_is_whose_and_when():
    stage = office(("lan", k.Enrol(code="moi", person="lan", public=LAN)), ("binh", ENROL))
    stage.do("binh", REVOKE.model_copy(update={"since": START + DAY}))
    binh, lan = (stage.need(SigningKey, code) for code in ("khoa-binh", "moi"))

    assert k.allowed_signers([binh, lan]).splitlines() == [
        'binh namespaces="qms",valid-after="20260104170000Z",valid-before="20260105165959Z" '
        f"{BINH} khoa-binh",
        f'lan namespaces="qms",valid-after="20260104170000Z" {LAN} moi',
    ]


STAGES = {"enrolled": ENROLLED, "revoked": REVOKED}
ROWS = (
    Row("binh", ENROL, set()),
    Row("binh", REVOKE, {"enrolled": "revoked"}),
)
REGISTERS = {"signing_key"}


def reached(stage):
    return "revoked" if stage.need(SigningKey, "khoa-binh").until else "enrolled"


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_what_is_kept_comes_back_from_its_bytes():
    item = REVOKED.need(SigningKey, "khoa-binh")
    assert SigningKey.model_validate_json(item.model_dump_json()) == item
