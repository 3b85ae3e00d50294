"""The page that checks a pack: in a real browser, finding what verify.py finds."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.checker import verify
from qms.proofs import ed25519
from qms.proofs.checkpoint import Checkpoint
from tests import browser
from tests.checker import packs, pictures, test_story, test_verify
from tests.checker.generate import PAGE
from tests.checker.hostile import PACKS, crowded
from tests.checker.packs import LOG, SIGNER, STRANGER, WITNESS, codes
from tests.proofs.test_ed25519 import VECTORS

ROOT = Path(__file__).parents[2]
KEY = SIGNER.verifier.text()
TOO_LARGE = ("P01 bomb", "P04 flood")
HOSTILE = [name for name in PACKS if name not in TOO_LARGE and not name.endswith("_without_end")]
WITHOUT_END = {"anchors": b"", "keys": f"{KEY}\n".encode()}


@pytest.fixture(scope="module")
def chromium():
    with browser.started() as started:
        yield started


@pytest.fixture(scope="module")
def page(chromium):
    """The page opened as a file, with nothing to reach."""
    context = chromium.new_context(offline=True, viewport={"width": 900, "height": 700})
    opened = context.new_page()
    problems = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on(
        "request", lambda asked: problems.append(asked.url) if "file:" not in asked.url else None
    )
    opened.goto(PAGE.as_uri())
    yield opened
    assert problems == []
    context.close()


def chosen(page, pack, key=KEY, more=""):
    """Give the page a pack, and return what it finds, as codes."""
    page.reload()
    page.fill("#key", key)
    if more:
        page.evaluate(more)
    page.set_input_files("#pack", {"name": "pack.zip", "mimeType": "", "buffer": pack})
    page.wait_for_selector("#result.good, #result.warned, #result.bad", timeout=30_000)
    return page.eval_on_selector_all(
        "#result ul:first-of-type b", "all => all.map(b => b.innerText)"
    )


def found(page, pack, key=KEY, anchors="[]"):
    """Return what the page finds in a pack, as codes, without being asked by hand."""
    asked = f"""async ([data, key]) => {{
        const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
        const trust = {{keys: keysIn(key, ""), witnesses: [], quorum: 0, anchors: {anchors}}};
        return (await verify(new File([bytes], "a.zip"), trust)).findings.map(one => one.code);
    }}"""
    return page.evaluate(asked, [verify.base64.b64encode(pack).decode(), key])


def test_a_good_pack_is_green(page, whole, part):
    for pack in (whole, part):
        assert chosen(page, pack) == []
        assert "✓ Không phát hiện sai lệch" in page.inner_text("#result.good h2")


PARTS = {
    "days": {"since": date(2024, 1, 1), "until": date(2024, 1, 5)},
    "moments": {
        "since": datetime(2024, 1, 1, tzinfo=UTC),
        "until": datetime(2024, 1, 12, 3, 4, 5, tzinfo=UTC),
    },
    "a time without end": {"until": date(9999, 12, 31)},
    "a nonconformity of a unit": {"unit": "QLVT", "items": ("QT-05", "KPH-2024-001")},
    "a person": {"items": ("person:hung",), "redact": ("all",)},
    "a part before all": {"items": ("QT-05",), "on": date(2001, 1, 1)},
    "the whole before all": {"on": date(2001, 1, 1)},
}


@pytest.mark.parametrize("name", PARTS)
def test_what_both_checkers_write_of_a_part_is_the_same(page, made, tmp_path, name):
    packs.packed(made.office, tmp_path / "goi.zip", **PARTS[name])
    data = (tmp_path / "goi.zip").read_bytes()

    assert packs.codes(data) == found(page, data) == []


def test_pictures_of_green_and_red(chromium, page, whole, tmp_path):
    pictures.taken(chromium, whole, test_verify.entry_changed(whole), tmp_path)
    green, red = ((tmp_path / name).read_bytes() for name in pictures.PLACES)

    assert green[:4] == red[:4] == b"\x89PNG"
    assert green != red
    assert chosen(page, test_verify.entry_changed(whole)) == ["T02"]
    assert "T02 mục 6" in page.inner_text("#result.bad")


def test_it_affirms_nothing_that_it_did_not_prove(page, whole):
    for name in ("P08 the last entry cut", "P02 the entries taken out", "T02 an entry changed"):
        chosen(page, test_verify.WHOLE[name](whole))
        said = page.inner_text("#result.bad")
        assert "toàn bộ nhật ký" not in said
        assert "Ký bởi" not in said
        assert "Gói tự ghi" in said
    assert chosen(page, whole[:9000]) == ["P01"]
    assert "tải dở" in page.inner_text("#result.bad")


def test_a_pack_can_be_dropped(page, whole):
    page.reload()
    page.fill("#key", KEY)
    page.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "pack.zip"));
            document.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer}));
        }""",
        verify.base64.b64encode(whole).decode(),
    )
    page.wait_for_selector("#result.good", timeout=30_000)


def test_what_only_warns_ends_no_check(page):
    page.reload()
    told = page.evaluate(
        """() => {
            const audit = new Audit({}, { anchors: [] }, null);
            for (let n = 0; n < 500; n++) audit.find("F03", "x");
            try { for (let n = 0; n < 500; n++) audit.find("P02", "x"); } catch (error) {
                return [error instanceof Enough, audit.findings.length];
            }
        }"""
    )
    assert told == [True, 700]


def test_errors_are_listed_before_what_only_warns_where_there_is_much(page):
    page.reload()
    listed = page.evaluate(
        """() => {
            const findings = Array.from({ length: 300 }, () => ({ code: "F03", about: "x" }));
            told({ findings: [...findings, { code: "P07", about: "y" }] }, "goi.zip");
            const list = document.querySelector("#result ul");
            return [...list.children].map(line => line.innerText);
        }"""
    )
    assert (len(listed), listed[0][:3]) == (201, "P07")
    assert "101" in listed[-1]


FILE = """([data, name]) =>
    new File([Uint8Array.from(atob(data), one => one.charCodeAt(0))], name)"""


def test_whatever_its_name_what_is_dropped_is_checked_and_named(page, whole):
    chosen(page, whole)
    page.evaluate(
        f"""given => {{
            const transfer = new DataTransfer();
            transfer.items.add(({FILE})(given));
            document.dispatchEvent(new DragEvent("drop", {{dataTransfer: transfer}}));
        }}""",
        [verify.base64.b64encode(whole[:9000]).decode(), "goi-moi.zip.part"],
    )
    page.wait_for_selector("#result.bad", timeout=30_000)
    assert "goi-moi.zip.part" in page.inner_text("#result")
    assert page.input_value("#pack") == ""


def test_several_files_at_once_are_refused(page, whole):
    chosen(page, whole)
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            for (const name of ["a.zip", "b.zip"]) transfer.items.add(new File(["x"], name));
            document.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer}));
        }"""
    )
    assert "từng tệp một" in page.inner_text("#result.bad")


def test_what_was_chosen_last_is_what_is_told(page, whole):
    page.reload()
    page.fill("#key", KEY)
    bad = test_verify.WHOLE["T02 an entry changed"](whole)
    given = [verify.base64.b64encode(data).decode() for data in (whole, bad)]
    page.evaluate(
        f"""async ([good, bad]) => {{
            dropped = ({FILE})([good, "good.zip"]); const first = go();
            dropped = ({FILE})([bad, "bad.zip"]); await Promise.all([go(), first]);
        }}""",
        given,
    )
    assert "bad.zip" in page.inner_text("#result.bad")


@pytest.mark.parametrize("box", ["key", "witness", "quorum"])
def test_a_verdict_goes_when_something_else_is_given(page, whole, box):
    chosen(page, whole)
    page.fill("details #quorum" if box == "quorum" else f"#{box}", "2", force=True)

    assert page.inner_text("#result") == ""


def test_a_verdict_goes_when_another_anchor_is_given(page, whole):
    chosen(page, whole)
    page.set_input_files("#anchor", {"name": "kept.txt", "mimeType": "", "buffer": b"x"})

    assert page.inner_text("#result") == ""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_key_file_is_read_as_editors_leave_it_and_seen_in_the_box(page, whole, ends):
    chosen(page, whole, key="khóa")
    data = f"\ufeff{KEY}{ends}".encode()
    page.set_input_files("#keyfile", {"name": "log.pub", "mimeType": "", "buffer": data})
    page.wait_for_selector("#result.good", timeout=30_000)
    assert page.input_value("#key").strip() == KEY.strip()


def test_the_key_file_of_another_log_is_not_passed_over(page, whole):
    chosen(page, whole)
    other = STRANGER.verifier.text().encode()
    page.set_input_files("#keyfile", {"name": "log.pub", "mimeType": "", "buffer": other})
    page.wait_for_selector("#result.bad", timeout=30_000)


def test_without_a_key_it_is_red_and_says_why(page, whole):
    assert chosen(page, whole, key="") == ["C01"]
    assert "Chưa cho khóa của nhật ký" in page.inner_text("#result.bad")


def test_a_key_of_the_same_name_that_did_not_sign_is_red(page, whole):
    assert chosen(page, whole, key=STRANGER.verifier.text()) == ["C03"]


def test_what_is_no_key_is_said(page, whole):
    chosen(page, whole, key="khóa")

    assert "Không đọc được" in page.inner_text("#result.bad")


def test_a_witness_is_asked_for(page, whole, part):
    asked = f'document.getElementById("witness").value = "{WITNESS.verifier.text()}"'

    assert chosen(page, whole, more=asked) == chosen(page, part, more=asked) == []
    assert chosen(page, packs.altered(whole, anchors__1=None), more=asked) == ["A01"]


@pytest.mark.parametrize("name", ["P09 another checker", "P09 another page"])
def test_another_checker_in_the_pack_is_said(page, whole, name):
    assert chosen(page, test_verify.WHOLE[name](whole)) == ["P09"]
    assert "đừng chạy tệp đó" in page.inner_text("#result.warned")


def test_another_page_that_the_program_in_the_pack_names_is_found_all_the_same(page, whole):
    other = packs.opened(whole)["verify.html"].replace(b"html", b"html ", 1)
    names = packs.altered(
        whole,
        verify_html=other,
        verify_py=lambda old: old.replace(
            verify.PAGE.encode(), verify.sha256(other).hexdigest().encode()
        ),
    )

    assert found(page, names) == ["P09"]
    assert codes(names) == ["P09", "P09"]


def test_a_number_of_witnesses_that_asks_for_none_is_refused(page, whole):
    asked = f'document.getElementById("witness").value = "{WITNESS.verifier.text()}";'
    for number in ("0", "-1", "2"):
        chosen(page, whole, more=f'{asked}document.getElementById("quorum").value = "{number}"')

        assert "Không đọc được" in page.inner_text("#result.bad")
        assert "từ 1 đến 1" in page.inner_text("#result.bad")


def test_the_key_of_a_log_is_no_witness(page, whole):
    asked = f'document.getElementById("witness").value = "{SIGNER.verifier.text()}"'
    chosen(page, whole, more=asked)

    assert "Không đọc được" in page.inner_text("#result.bad")


def test_a_copy_that_ends_before_a_kept_checkpoint_is_older_or_was_cut(page, made):
    size = verify.Checkpoint.parse(packs.opened(made.whole)["checkpoint"]).size
    beyond = Checkpoint(LOG, size + 1, b"r" * 32).signed(SIGNER).data().decode()
    anchors = f"[checkpointOf(utf8.encode({json.dumps(beyond)}))]"

    assert found(page, made.whole, anchors=anchors) == ["A04"]


@pytest.mark.parametrize("name", test_verify.WHOLE)
def test_in_a_whole_pack_it_finds_what_verify_py_finds(page, whole, name):
    pack = test_verify.WHOLE[name](whole)

    assert found(page, pack) == codes(pack)


@pytest.mark.parametrize("name", test_verify.PART)
def test_in_a_part_it_finds_what_verify_py_finds(page, part, name):
    pack = test_verify.PART[name](part)

    assert found(page, pack) == codes(pack)


@pytest.mark.parametrize("name", test_verify.FORGED)
def test_it_finds_what_was_done_with_the_key_in_hand(page, whole, name):
    pack = test_verify.FORGED[name](whole)

    assert found(page, pack) == codes(pack)


@pytest.mark.parametrize("name", test_verify.ROTATED)
@pytest.mark.parametrize("kind", ["whole", "part"])
def test_after_a_rotation_it_finds_the_same(page, rotated, kind, name):
    pack = test_verify.ROTATED[name](getattr(rotated, kind))

    assert found(page, pack) == codes(pack, verify.Trust(rotated.keys[:1]))


def test_whoever_holds_an_older_key_is_led_to_the_one_in_force(page, rotated):
    chosen(page, rotated.part)

    assert "✓ Không phát hiện sai lệch" in page.inner_text("#result.warned h2")
    assert "Khóa đã cho nay đã được thay" in page.inner_text("#result.warned")
    assert rotated.keys[2].shown() in page.inner_text("#result.warned")


@pytest.mark.parametrize("name", HOSTILE)
def test_it_finds_what_is_wrong_with_a_hostile_pack(page, whole, name):
    assert found(page, PACKS[name](whole)) == [name[:3]]


@pytest.mark.parametrize("folder", WITHOUT_END)
def test_of_files_without_end_it_reads_what_it_has_room_for(page, whole, folder):
    page.evaluate("DATA.room = 300_000")
    told = [found(page, crowded(folder, WITHOUT_END[folder], count)(whole)) for count in (50, 300)]
    page.reload()

    assert told == [[], ["P04"]]


def test_a_kept_checkpoint_is_taken_as_a_page_and_as_a_letter(page, made):
    own = verify.Checkpoint.parse(made.anchor)
    for name, data in packs.anchored(made.anchor).items():
        said = (
            "data => { const one = keptIn(Uint8Array.from(data)); return [one.origin, one.size] }"
        )
        assert page.evaluate(said, list(data)) == [own.origin, own.size], name
    said = "data => { try { keptIn(Uint8Array.from(data)) } catch (told) { return told.message } }"
    assert "no checkpoint" in page.evaluate(said, list(b"<pre>a</pre>"))


@pytest.mark.parametrize("bound", ["MOST = 10", "LONG = 1000"])
def test_of_a_pack_that_is_too_large_for_it_it_says_so(chromium, whole, tmp_path, bound):
    script = PAGE.read_text("utf-8")
    name = bound.partition(" =")[0]
    smaller = re.sub(rf"(?<=[ ,]){name} = [0-9e]+", bound, script, count=1)
    (tmp_path / "verify.html").write_text(smaller.replace("Content-Security-Policy", "x"), "utf-8")
    context = chromium.new_context(offline=True)
    opened = context.new_page()
    opened.goto((tmp_path / "verify.html").as_uri())
    chosen(opened, whole)

    assert smaller != script
    assert "hãy dùng verify.py" in opened.inner_text("#result.bad")
    context.close()


def test_it_finds_a_kept_checkpoint_that_does_not_fit(page, made):
    def rewritten(changed):
        changed[3]["tool"] = "qms 9"
        return changed

    new = packs.altered(packs.forged(made.whole, rewritten), anchors__1=None)
    anchors = f"[checkpointOf(utf8.encode({json.dumps(made.anchor.decode())}))]"

    assert found(page, made.whole, anchors=anchors) == []
    assert found(page, made.part, anchors=anchors) == []
    assert found(page, new, anchors=anchors)[0] == "A02"


@pytest.mark.parametrize(("path", "says"), test_story.HEADINGS)
def test_it_calls_details_as_verify_py_does(page, path, says):
    assert page.evaluate("given => headingOf(...given)", [path, test_story.TITLES]) == says


def bytes_in(data):
    return f"Uint8Array.from([{','.join(map(str, data))}])"


def judged(page, public, message, signature):
    """Return what the page's own Ed25519 says, and what it says with the browser's help."""
    words = ", ".join(map(bytes_in, (public, message, signature)))
    return page.evaluate(f"(async () => [holdsHere({words}), await holds({words})])()")


@pytest.mark.parametrize("vector", range(len(VECTORS)))
def test_its_ed25519_is_that_of_rfc_8032(page, vector):
    _, public, message, signature = map(bytes.fromhex, VECTORS[vector])

    assert judged(page, public, message, signature) == [True, True]
    assert judged(page, public, message + b"!", signature) == [False, False]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=300),
    at=st.integers(0, 511),
)
def test_all_three_say_the_same_of_a_signature(page, seed, message, at):
    public, sign = ed25519.pair(seed)
    good = bytearray(sign(message))
    bad = bytearray(good)
    bad[at // 8] ^= 1 << at % 8
    for signature in (bytes(good), bytes(bad)):
        expected = ed25519.holds(public, message, signature)
        assert verify.holds(public, message, signature) == expected
        assert judged(page, public, message, signature) == [expected, expected]


def test_without_web_cryptography_its_own_does(page, whole):
    gone = "Object.defineProperty(window, 'crypto', {value: {}})"

    assert chosen(page, whole, more=gone) == []
    assert chosen(page, test_verify.signature_broken(whole), more=gone) == ["C04"]


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=400))
def test_its_sha_2_is_that_of_everybody(page, data):
    said = page.evaluate(f"[hex(sha256({bytes_in(data)})), hex(sha512({bytes_in(data)}))]")

    assert said == [verify.sha256(data).hexdigest(), verify.sha512(data).hexdigest()]


def test_the_index_reads_without_a_script(chromium, whole, tmp_path):
    (tmp_path / "index.html").write_bytes(packs.opened(whole)["index.html"])
    context = chromium.new_context(java_script_enabled=False, offline=True)
    opened = context.new_page()
    opened.goto((tmp_path / "index.html").as_uri())

    assert opened.locator("article").count() == len(packs.entries(whole))
    assert "Gói kiểm toán" in opened.inner_text("h1")
    context.close()


@pytest.mark.parametrize("name", test_story.LIMITS)
def test_a_line_has_the_limit_that_it_has_for_verify_py(page, whole, name):
    pack = test_story.LIMITS[name](whole)

    assert found(page, pack) == codes(pack)


def test_the_ends_of_lines_and_of_names_are_those_of_verify_py(page, whole, separated):
    broken = packs.rendered(packs.forged(whole, test_story.ended))

    assert found(page, separated[1]) == found(page, broken) == codes(broken) == []
    for name, good in (("so\u0085", False), ("so\ufeff", True), ("so\u2028", False)):
        assert page.evaluate("name => isName(name)", name) == good
        assert bool(verify._KEY_NAME.fullmatch(name)) == good


def test_every_promise_of_a_text_and_every_text_left_out_is_told(page, whole):
    members = packs.opened(whole)
    entry = next(one for one in packs.entries(whole) if one["files"])
    del members[f"contents/{next(iter(entry['files'].values()))['sha256']}"]
    pack = packs.zipped(members)

    assert found(page, pack) == codes(pack) == ["F01", "F01"]
    assert chosen(page, test_story.nameless(whole)) == []
    assert "không có ở đây: 1; gói không ghi là đã che" in page.inner_text("#result.good")


def test_a_personal_text_taken_out_is_named_by_its_own_field(page, whole):
    pack, about = test_story.taken_out(whole)
    chosen(page, pack)

    assert f"P02 {about.replace('entry', 'mục')}" in page.inner_text("#result.bad")


def test_what_corrects_an_entry_is_kept_in_one_list(page):
    told = page.evaluate(
        """() => {
            const story = new Story({}, {}, []);
            story.mark(story.corrected, 0, "", 1);
            const list = story.corrected.get("0 ");
            story.mark(story.corrected, 0, "", 2);
            return [list, story.corrected.get("0 ") === list];
        }"""
    )
    assert told == [[1, 2], True]
