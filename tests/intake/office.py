"""A department to bring things into, and files to bring."""

from datetime import date

import qms
from qms.intake.files import File
from qms.registers.people import OpenPost, OpenUnit

SINCE = date(2010, 1, 1)


def office(folder, **options):
    """Found a department with an inspector's unit and post, open for its quality officer."""
    system = qms.found(folder, organisation="Sở GTVT", officer="lan", **options)
    system.perform(
        OpenUnit(code="TT", title="Thanh tra", since=SINCE),
        OpenPost(code="CTT", title="Chánh Thanh tra", unit="TT"),
    )
    return system


def text(code, title="Kiểm soát hồ sơ", *, unit="CQ", owner="CBISO", type="QT", more="", body=""):
    """Return a text with its front part."""
    lines = (f'code = "{code}"', f'type = "{type}"', f'title = "{title}"')
    owned = (f'unit = "{unit}"', f'owner = "{owner}"', more)
    return "\n".join(("+++", *lines, *owned, "+++", "", body or "## 1. Mục đích", ""))


def file(path, data):
    """Return a file as it was brought."""
    return File(path, data if isinstance(data, bytes) else data.encode())


def named(remarks):
    """Return what was refused where: path and the name of the error."""
    return [(remark.path, type(remark.error).__name__) for remark in remarks]
