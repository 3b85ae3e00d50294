import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from qms.output.flow import days_said, flow, wrapped
from qms.registers.documents.front import Stage, part
from tests.output.conftest import STARTER

SVG = "{http://www.w3.org/2000/svg}"
STEP = Stage(step="B1", name="Tiếp nhận", who="Một cửa", days=Decimal("0.5"), result="BM.01")


def words(svg: str) -> str:
    return " ".join("".join(ET.fromstring(svg).itertext()).split())


def test_the_starter_set_s_chart_is_small_and_whole():
    front = part((STARTER / "QT-11.md").read_text("utf-8")).front

    svg = flow(front.steps)

    assert len(front.steps) == 8
    assert len(svg.encode()) < 6_144
    said = "".join(words(svg).split())
    for stage in front.steps:
        assert "".join(f"{stage.step}. {stage.name}{days_said(stage.days)}".split()) in said


def test_the_columns_are_those_of_the_paper_procedures():
    assert words(flow([STEP])).startswith("Trách nhiệmLưu đồThời gianBiểu mẫu, kết quả")


def test_an_arrow_leads_from_each_step_to_the_next():
    drawn = ET.fromstring(flow([STEP] * 4)).iter(f"{SVG}path")

    assert sum(path.get("d").count("l-4-7h8l-4 7") for path in drawn) == 3


def test_a_long_procedure_goes_on_in_a_second_chart():
    charts = flow([STEP] * 40).split("</svg>")[:-1]
    tall = [int(ET.fromstring(f"{chart}</svg>").get("viewBox").split()[3]) for chart in charts]

    assert len(charts) > 1
    assert max(tall) <= 902


def test_whatever_a_step_says_is_text():
    evil = "</text><script>alert(1)</script>\" onload='x' &lt;"
    stage = Stage(step=evil, name=evil, who=evil, result=evil)

    names = {element.tag for element in ET.fromstring(flow([stage])).iter()}

    assert names == {f"{SVG}{name}" for name in ("svg", "g", "path", "rect", "text", "tspan")}


@pytest.mark.parametrize("width", [20, 80, 300])
def test_no_word_is_lost_in_wrapping_and_none_stands_out(width):
    text = "Thẩm định điều kiện, tra cứu đăng ký kinh doanh " + "W" * 60

    lines = wrapped(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line for line in lines)


@pytest.mark.parametrize(
    ("days", "said"),
    [("0", "–"), ("0.0", "–"), ("0.25", "0,25"), ("3", "3"), ("10", "10"), ("1e99999", "1E+99999")],
)
def test_days_are_said_as_people_write_them(days, said):
    assert days_said(Decimal(days)) == said
