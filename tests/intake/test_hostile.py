"""Whatever lies in a file, it is read or named: nothing else is raised."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qms.intake import register
from qms.intake.files import File
from qms.intake.folder import creations, sorted_out
from qms.intake.proposals import parents_first
from qms.intake.register import COLUMNS, NAME
from tests.intake.office import text

WORDS = st.sampled_from(
    ["QT-01", "1", "01/02/2019", "2019-02-30", "a.doc", "../a", "", "=1+1", '"', "\n"]
)
CELLS = st.one_of(WORDS, st.text(max_size=20))
LINES = st.lists(CELLS, max_size=len(COLUMNS) + 1).map(";".join)
HEADING = ";".join(COLUMNS.values())
CODES = st.sampled_from(["QT-01", "qt–01", "QT-02", "BM.01-QT-01", "CON", "..", "a/b", ""])


@given(st.lists(LINES, max_size=8))
def test_any_register_is_read_or_named(lines):
    sheet = File(NAME, "\n".join((HEADING, *lines)).encode("utf-8", "surrogatepass"))

    told, remarks = register.histories([sheet, File("a.doc", b"x")])

    assert all(history for history in told)
    assert all(remark.vi and remark.en and remark.place for remark in remarks)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_register_or_named(data):
    _, remarks = register.histories([File(NAME, data)])

    assert all(remark.vi and remark.en for remark in remarks)


@settings(deadline=None)
@given(st.lists(st.tuples(CODES, st.lists(CODES, max_size=3), st.text(max_size=9)), max_size=6))
def test_any_folder_is_read_or_named(rows):
    files = [
        File(
            f"{n}.md",
            text(code, more=f"parents = {parents!r}", body=body).encode("utf-8", "replace"),
        )
        for n, (code, parents, body) in enumerate(rows)
    ]

    reading = sorted_out(files)

    assert len(reading.documents) + len(reading.remarks) == len(files)
    assert len(creations(reading)) == len(reading.documents)


@given(st.binary(max_size=300))
def test_any_bytes_after_the_fence_are_a_front_part_or_named(data):
    reading = sorted_out([File("a.md", b"+++\n" + data + b"\n+++\n")])

    assert len(reading.remarks) == 1


@given(
    st.dictionaries(st.integers(0, 30).map(str), st.lists(st.integers(0, 30).map(str), max_size=4))
)
def test_parents_always_come_first(parents):
    order = parents_first(parents)

    assert len(order) == len(set(order))
    for code in order:
        above = set(parents[code]) & parents.keys() - {code}
        assert above <= set(order[: order.index(code)])
