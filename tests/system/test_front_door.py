"""What one meets first: a light import, five errors, few names."""

import copy
import pickle
import subprocess
import sys

import pytest

import qms
from qms import errors
from qms.misfits import Misformed


def subclasses(of):
    for own in of.__subclasses__():
        yield own
        yield from subclasses(own)


def _of_the_library(error):
    # The demonstration has an end of its own, which no caller ever catches.
    # What tells of fields is raised by none but those that have a root and words of their own.
    ours = error.__module__.startswith("qms") and not error.__module__.startswith("qms.demo")
    return ours and error is not Misformed


def all_errors():
    from qms import founding, restoring  # noqa: F401 (each brings its own)

    ours = (error for error in subclasses(errors.QMSError) if _of_the_library(error))
    return sorted(ours, key=lambda error: f"{error.__module__}.{error.__name__}")


def test_the_import_loads_neither_sql_nor_git_nor_pydantic():
    heavy = (
        "{'sqlalchemy', 'git', 'gitdb', 'pydantic', 'sqlite3', 'markdown', 'nh3', 'cryptography'}"
    )
    said = subprocess.run(
        [sys.executable, "-c", f"import qms, sys; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == "[]"


def test_the_face_is_small_and_complete():
    assert dir(qms) == sorted(qms.__all__)
    for name in qms.__all__:
        assert getattr(qms, name) is not None
    with pytest.raises(AttributeError):
        _ = qms.nothing


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
def test_every_error_travels_and_speaks_both_languages(error):
    told = error("QT-05")

    for other in (pickle.loads(pickle.dumps(told)), copy.copy(told)):
        assert type(other) is error
        assert (other.about, str(other), other.exit_code) == ("QT-05", str(told), told.exit_code)
    assert told.exit_code in range(3, 10)
    assert str(told) == told.says("en")
    for language, sentence in (("en", error.__doc__.splitlines()[0]), ("vi", error.vi)):
        assert sentence.endswith(".")
        told_so = f"{sentence} (QT-05)" if error.quotes else f"QT-05: {sentence}"
        assert told.says(language) == told_so
    assert error("").says("vi") == error.vi
    assert vars(error).get("vi"), "each says it in its own words"


def test_there_are_five_roots():
    five = {qms.Refused, qms.NotFound, qms.Conflict, qms.Unreadable, qms.Untrusted}

    assert set(filter(_of_the_library, errors.QMSError.__subclasses__())) == five
    assert [error.exit_code for error in sorted(five, key=lambda e: e.exit_code)] == [3, 4, 5, 6, 7]
