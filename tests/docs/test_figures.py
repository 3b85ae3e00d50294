"""The page of figures: which lines stay when some of them are measured again."""

from bench import page
from bench.measuring import Figure


def figure(mark, work, ours="1 ms"):
    return Figure(mark, work, ours, "", "", "", "", reached=True)


def works(place):
    lines = place.read_text("utf-8").splitlines()
    return [(row.split("|")[2].strip(), row.split("|")[8].strip()) for row in lines if "| P" in row]


def test_what_is_measured_at_another_size_takes_no_line_away(tmp_path):
    place = tmp_path / "performance.md"
    page.write(place, [figure("P3", "verify 5,018 entries"), figure("P6", "import qms")], "small")
    page.write(place, [figure("P3", "verify 125,018 entries"), figure("P6", "import qms")], "full")

    assert works(place) == [
        ("verify 5,018 entries", "small"),
        ("verify 125,018 entries", "full"),
        ("import qms", "full"),
    ]


def test_a_line_goes_when_its_mark_is_measured_again_at_its_size(tmp_path):
    place = tmp_path / "performance.md"
    served = figure("P1", f"submit{page.SERVED}")
    page.write(place, [figure("P1", "said otherwise"), served, figure("P2", "adopt")], "small")
    page.write(place, [figure("P1", "submit")], "small")

    assert [work for work, _ in works(place)] == [served.work, "submit", "adopt"]


def test_a_line_is_the_same_whatever_it_says_by_the_way(tmp_path):
    place = tmp_path / "performance.md"
    page.write(place, [figure("P7", "as .csv (memory + 7 MB)")], "small")
    page.write(place, [figure("P7", "as .csv (memory + 9 MB) (1 round)")], "full")

    assert works(place) == [("as .csv (memory + 9 MB) (1 round)", "full")]
