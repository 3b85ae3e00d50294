"""Every refusal says its rule in both languages, and is met by a situation in these tests."""

import re

import pytest

from qms.errors import NotFound, QMSError, Refused
from qms.misfits import Misformed
from tests import test_changes, test_values
from tests.registers.rooms import saying

ROOMS = (test_values, test_changes, *saying("REFUSALS"))
MET = {refusal for room in ROOMS for refusal, _ in room.REFUSALS}


def below(error):
    """Yield every class of error beneath one."""
    for child in error.__subclasses__():
        yield child
        yield from below(child)


def pure(error):
    """Tell whether an error belongs to what is tested here."""
    return re.match(r"qms\.(registers|values|changes)\b", error.__module__) is not None


ERRORS = sorted(
    {error for error in below(QMSError) if pure(error)}, key=lambda error: error.__name__
)
errors = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)


@errors
def test_every_refusal_is_met(error):
    assert error in MET


@errors
def test_every_refusal_has_its_own_vietnamese_sentence(error):
    assert "vi" in vars(error)
    assert re.fullmatch(r"[A-ZĐÁÀẢÃẠÂĂ].*\.", error.vi)
    assert not re.search(r"\b(the|is|of|a)\b", error.vi)
    assert error("QT-05").says("vi") == f"QT-05: {error.vi}"


@errors
def test_every_refusal_has_its_own_english_sentence(error):
    sentence = (vars(error)["__doc__"] or "").splitlines()[0]

    assert re.fullmatch(r"[A-Z].*\.", sentence)
    assert error().says("en") == str(error()) == sentence


@errors
def test_every_refusal_of_a_rule_stands_under_one_root(error):
    # What tells of fields is no root: it has no exit code of its own.
    bare = set(QMSError.__subclasses__()) - {Misformed}
    roots = [root for root in bare if issubclass(error, root)]

    assert len(roots) == 1
    assert error.exit_code == roots[0].exit_code


@errors
def test_a_clause_that_is_named_is_one_of_the_standard(error):
    assert re.fullmatch(r"|([4-9]|10)(\.\d+)*( [a-h](, [a-h])*)?", error.clause)


def test_no_two_refusals_say_the_same():
    refusals = [error for error in ERRORS if issubclass(error, (Refused, NotFound))]

    assert len({error.vi for error in refusals}) == len(refusals)
    assert len({error.__doc__ for error in refusals}) == len(refusals)
