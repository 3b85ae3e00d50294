"""Where a code belongs, a name does that one alone has: people, posts, units and grades."""

import pytest

from qms.changes import Change
from qms.folder import Folder
from qms.intake import cells, many
from qms.intake.naming import Names, NoSuchName, SeveralSoNamed, refers
from qms.registers import audits as a
from qms.registers import competence as k
from qms.registers import nonconformities as n
from qms.registers import policy
from qms.registers import tasks as t
from qms.registers.people import Appoint, Enrol, OpenPost, OpenUnit, Person, Post, Unit
from qms.shapes import shape
from qms.storage.vault import Vault
from qms.trail.entry import Entry
from qms.trail.replay import Items, replayed
from tests.intake.office import SINCE, file, office
from tests.records import golden

PEOPLE = (
    Enrol(code="son", name="Trần Văn Sơn"),
    Enrol(code="son2", name="Trần Văn  SƠN"),
    Enrol(code="hen", name="H'Hen Niê"),
    Enrol(code="hoa", name="Lê Hoà, ThS"),
    Enrol(code="Trần Tâm", name="Vũ Thị Tâm"),
    Enrol(code="tam", name="Trần Tâm"),
    OpenUnit(code="VT", title="Phòng Vận tải, phương tiện", since=SINCE),
    OpenPost(code="TT", title="Thanh tra", unit="VT"),
    Appoint(code="son", post="CTT", since=SINCE),
)
MEANT = [
    ("H'Hen Niê", "hen"),
    ("h’hen \u00a0niê", "hen"),
    ("Lê Hòa, ThS", "hoa"),
    ("hen", "hen"),
    ("Trần Tâm", "Trần Tâm"),
    ("Vũ Thị Tâm", "Trần Tâm"),
    ("Không\0Ai", "Không\0Ai"),
]


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A department in which two have one name, and one has the name that is another's code."""
    with office(tmp_path_factory.mktemp("naming") / "so") as system:
        system.perform(*PEOPLE)
        yield system


@pytest.fixture(scope="module")
def played():
    """For each field that was filled with a code: where the rules looked for it, and found it."""
    items, found = Items(), {}
    for entry in map(Entry.parse, golden.frozen(golden.TRAIL)):
        looked = set()

        def look(item, code, looked=looked):
            one = items.look(item, code)
            if one is not None:
                looked.add((item, code))
            return one

        outcome = replayed(entry, look)
        items.put(outcome.items)
        change = Change.kinds[entry.kind]
        for field, said in filled(change, entry.change):
            others = {
                refers(change, other)
                for other, also in filled(change, entry.change)
                if other != field and said & also
            }
            where = {item for item, code in looked if code in said} & {Person, Post, Unit}
            found.setdefault((change, field), set()).update(where - others)
    return found


def filled(change, said):
    """Yield the fields of an entry that hold codes, and which; not that of the item itself."""
    for name, field in change.model_fields.items():
        value = said.get(name)
        if name != "code" and value and shape(field.annotation, *field.metadata).code:
            yield name, {value} if isinstance(value, str) else set(value)


def test_what_a_field_refers_to_is_what_its_rules_look_for(played):
    told = {(change.kind, field): where for (change, field), where in played.items() if where}
    refer = {
        (change.kind, field): {of}
        for change, field in played
        if (of := refers(change, field)) is not None
    }

    assert refer == told


def proposed(system, change, text, **given):
    return many.proposed(file("x.csv", text), change, system, who=system.actor, given=given)


def told(plan):
    return [(one.line, one.field, one.vi) for one in plan.remarks]


@pytest.mark.parametrize(("said", "code"), MEANT)
def test_a_name_stands_for_the_code_of_the_one_who_has_it(system, said, code):
    look, _at = many.presently(system)

    assert Names(system).meant(k.Attest, "person", said, look) == code
    assert Names(system).meant(a.Order, "members", (said,), look) == (code,)


def test_a_name_that_several_have_is_refused_with_their_codes(system):
    look, _at = many.presently(system)

    with pytest.raises(SeveralSoNamed, match=r"Trần Văn Sơn \(son, son2\)"):
        Names(system).meant(k.Attest, "person", "Trần Văn Sơn", look)


def test_what_is_neither_code_nor_name_is_told(system):
    heads = "Nhiệm vụ;Kết quả phải đạt;Đơn vị thực hiện;Vị trí chủ trì;Thời hạn\n"

    plan = proposed(system, t.Assign, heads + "Báo cáo;Văn bản;Phòng, ban;CTT;31/12/2099\n")

    says = "Phòng, ban: Trong sổ không có mã số hoặc tên này."
    assert told(plan) == [(2, "Đơn vị thực hiện", says)]


def test_a_unit_and_a_post_of_one_name_are_told_apart_by_the_field(system):
    heads = "Nhiệm vụ;Kết quả phải đạt;Đơn vị thực hiện;Vị trí chủ trì;Thời hạn\n"
    line = "Báo cáo;Văn bản;thanh tra;Thanh tra;31/12/2099\n"

    plan = proposed(system, t.Assign, heads + line)

    assert told(plan) == []
    assert [(one.unit, one.owner) for one in plan.changes] == [("TT", "TT")]


def test_each_name_that_several_have_is_told_in_its_place(system):
    columns = {column.field: column.heading for column in cells.columns(a.Order)}
    fields = ("unit", "basis", "subject", "day", "decision", "decided", "lead")
    heads = ";".join(columns[field] for field in fields)
    line = "Phòng Vận tải, phương tiện;x;x;01/12/2099;1/QĐ;01/01/2026;TRẦN VĂN SƠN"

    plan = proposed(system, a.Order, f"{heads}\n{line}\n")

    says = "TRẦN VĂN SƠN (son, son2): Tên này ứng với nhiều mã số; hãy ghi mã số thay cho tên."
    assert told(plan) == [(2, columns["lead"], says)]


def test_a_grade_is_taken_by_its_name_unless_that_is_the_code_of_another(tmp_path):
    grades = (
        policy.Grade(code="minor", title="Nhẹ"),
        policy.Grade(code="nang", title="Minor", grave=True),
        policy.Grade(code="a", title="Khác"),
        policy.Grade(code="b", title="khác"),
    )
    with office(tmp_path / "so") as system:
        code = system.get(policy.Policy, policy.CODE).code
        system.perform(policy.Revise(code=code, reason="Đặt tên mức", grades=grades))
        names, (look, _at) = Names(system), many.presently(system)
        taken = names.meant(n.Accept, "grade", "nhẹ", look), names.grade("minor")

        with pytest.raises(SeveralSoNamed, match=r"Khác \(a, b\)"):
            names.grade("Khác")

    assert taken == ("minor", "minor")


def test_who_was_erased_has_no_name(tmp_path):
    with office(tmp_path / "so") as system:
        system.perform(Enrol(code="son", name="Sơn"))
        digest = system.get(Person, "son").name.sha256
        Vault(Folder.at(tmp_path / "so").vault).destroy(digest)
        look, _at = many.presently(system)
        said = system.name("son")

        assert said == "đã xóa / redacted"
        with pytest.raises(NoSuchName):
            Names(system).meant(k.Attest, "person", said, look)
