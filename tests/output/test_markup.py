from html.parser import HTMLParser

import pytest

from qms.output import markup
from qms.output.markup import rendered, slug

PLACES = {"so-do.png": "../tep/qt-01/kem-theo/so-do.png", "phu-luc/1.pdf": "../tep/p.pdf"}
NEVER = {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "input", "button"}
NEVER |= {"meta", "link", "base", "template", "video", "audio", "source", "frame", "textarea"}

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<img/src=x/onerror=alert(1)>",
    '<img src="http://x.example/p.png">',
    '<img src="//x.example/p.png">',
    '<img srcset="http://x.example/p.png 1x" src="so-do.png">',
    "![ảnh](http://x.example/p.png)",
    "![ảnh](data:image/svg+xml;base64,PHN2Zz4=)",
    "![ảnh](file:///etc/passwd)",
    "[nhấn](javascript:alert(1))",
    "[nhấn](JaVaScRiPt:alert(1))",
    "[nhấn](java\tscript:alert(1))",
    "[nhấn](&#106;avascript:alert(1))",
    "[nhấn](&#x6A&#x61&#x76&#x61script:alert(1))",
    "[nhấn]( javascript:alert(1))",
    "[nhấn](data:text/html;base64,PHNjcmlwdD4=)",
    "[nhấn](vbscript:msgbox)",
    "[nhấn](//x.example)",
    "[nhấn](../../../etc/passwd)",
    "[nhấn](file:///C:/Windows)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[nhấn][a]",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav&#x0A;ascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="#" onclick="alert(1)">x</a>',
    '<div onmouseover="alert(1)">x</div>',
    "# Tiêu đề {: onclick=alert(1) }",
    "chữ *nghiêng*{: onmouseover=alert(1) style=position:fixed }",
    "[nhấn](http://x.example){: onclick=alert(1) target=_self }",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=data:text/html,x></object><embed src=x>",
    "<form action=http://x.example><input name=a><button>b</button></form>",
    "<meta http-equiv=refresh content='0;url=http://x.example'>",
    "<base href=http://x.example/>",
    "<link rel=stylesheet href=http://x.example/a.css>",
    "<style>body{background:url(http://x.example)}</style>",
    '<p style="background:url(http://x.example)">x</p>',
    '<td style="text-align:left;background:url(http://x.example)">x</td>',
    "<video src=http://x.example autoplay></video>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<div markdown=1>\n<script>alert(1)</script>\n</div>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    '*[HTML]: "><script>alert(1)</script>\n\nHTML',
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    '!!! note "<script>alert(1)</script>"\n    x',
    '!!! "onclick=alert(1)" x\n    y',
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    '<a title="<p>\n{steps}\n</p>">x</a>',
]


class Seen(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


def assert_harmless(html: str) -> None:
    for tag, attributes in Seen(html).elements:
        assert tag not in NEVER
        assert not [name for name in attributes if name.startswith("on") or name == "srcset"]
        assert "url(" not in attributes.get("style", "")
        assert attributes.get("src", "") in ("", *PLACES.values())
        where = attributes.get("href", "#")
        assert where.startswith(("#", "http://", "https://", "mailto:", "../tep/")), where


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_comes_out_does_no_harm(payload):
    blocks = {"steps": "<table><tr><td>BẢNG</td></tr></table>"}
    for around in ("{}", "Trước {} sau", "- {}", "> {}", "## {}"):
        html = rendered(around.format(payload), blocks, PLACES)

        assert_harmless(html)
        assert not [seen for _, seen in Seen(html).elements if "BẢNG" in "".join(seen.values())]


def test_the_words_of_a_procedure_come_out_as_they_should():
    html = rendered(
        "## 5.1 Lưu đồ\n\nTheo **QT-01**[^1].\n\n1. một\n2. hai\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        'TTHC\n:   thủ tục\n\n!!! note "Lưu ý"\n    Nội dung\n\n[^1]: Chú thích\n'
    )

    for expected in (
        '<h2 id="luu-do">5.1 Lưu đồ</h2>',
        "<strong>QT-01</strong>",
        "<ol>",
        '<td style="text-align:right">2</td>',
        "<dt>TTHC</dt>",
        '<div class="admonition note">',
        '<div class="footnote">',
    ):
        assert expected in html


def test_only_our_own_classes_stay():
    assert rendered('<div class="stamp screen note">x</div>') == '<div class="note">x</div>'


def test_a_link_to_an_attachment_leads_to_where_it_lies():
    html = rendered("[a](phu-luc/1.pdf) ![b](So-Do.PNG) [c](khac.pdf)", None, PLACES)

    assert 'href="../tep/p.pdf"' in html
    assert 'src="../tep/qt-01/kem-theo/so-do.png"' in html
    assert "khac.pdf" not in html


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Lưu đồ", "luu-do"), ("5. Nội dung", "noi-dung"), ("ĐƠN VỊ", "don-vi"), ("5.", "muc")],
)
def test_the_name_of_a_heading_keeps_d(heading, name):
    assert slug(heading) == name


@pytest.fixture
def counted(monkeypatch):
    """The texts that reach Markdown."""
    texts: list[str] = []

    def html(text):
        texts.append(text)
        return "<p>x</p>"

    monkeypatch.setattr(markup, "_html", html)
    return texts


@pytest.mark.parametrize(
    "text",
    [
        "[" * 4_000,
        "[a](" * 4_000,
        "![" * 4_000,
        "[ a " * 4_000,
        "<![" * 4_000,
        "<a " * 4_000,
        "<div>" * 4_000,
        "# a\n" * 4_000,
        "a\n===\n" * 4_000,
        "# a {" * 4_000,
        "<a\n\n" * 9_000,
        "<div>\n\n" * 30_000,
        "".join(f"{'    ' * depth}- a\n" for depth in range(300)),
        "\t" * 300 + "a",
        "> " * 300,
        "x" * (markup.LARGEST + 1),
    ],
    ids=lambda text: text[:6],
)
def test_a_text_that_would_take_too_long_is_shown_letter_by_letter(counted, text):
    html = rendered(text)

    assert counted == []
    assert html.startswith(f'<p class="remark">{markup.TOO_HEAVY}</p>')
    assert "<div>" not in html


def test_a_usual_text_reaches_markdown(counted):
    rendered("| a | b |\n|---|---|\n" + "| [x](y) [z](y) | c<br>d |\n" * 300)

    assert len(counted) == 1


def test_what_still_goes_too_deep_is_shown_letter_by_letter():
    assert markup.TOO_HEAVY in rendered("a\n: b\n" * 1_000)
