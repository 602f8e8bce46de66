"""Markdown becomes HTML that is safe, fits into its page, and costs little whatever the text."""

import re
from collections.abc import Callable

import pytest
from django.template import Context, Template

from texts.markdown import Html, clean_html, render_markdown


@pytest.mark.parametrize(
    "source, expected",
    [
        ("**bold** *em* ~~gone~~", "<p><strong>bold</strong> <em>em</em> <del>gone</del></p>\n"),
        ("`a<b`", "<p><code>a&lt;b</code></p>\n"),
        ("a<br>b <b>c</b>", "<p>a<br>b <b>c</b></p>\n"),
        ("**日本語。**です", "<p><strong>日本語。</strong>です</p>\n"),
        ("", ""),
        ("```python\nx = 1\n```", '<pre><code class="language-python">x = 1\n</code></pre>\n'),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n'),
        ('<span lang="pl" dir="ltr">Łódź</span>', '<p><span lang="pl" dir="ltr">Łódź</span></p>\n'),
    ],
)
def test_good_text_survives(source: str, expected: str) -> None:
    assert render_markdown(source) == expected


def test_result_is_html_that_templates_do_not_escape() -> None:
    page = Template("{% load texts %}{{ text|markdown }}|{{ text|markdown:4 }}|{{ text|plain }}")
    written = page.render(Context({"text": "# A & B"}))
    assert written == "<h3>A &amp; B</h3>\n|<h5>A &amp; B</h5>\n|A &amp; B"
    assert isinstance(render_markdown("x"), Html)
    assert render_markdown("x").__html__() == "<p>x</p>\n"
    assert Template("{% load texts %}{{ text|markdown }}").render(Context({"text": None})) == ""


@pytest.mark.parametrize(
    "source, top, expected",
    [
        ("# a\n## b", 2, ["h3", "h4"]),
        ("## a\n### b", 2, ["h3", "h4"]),
        ("#### a\n##### b", 2, ["h3", "h4"]),
        ("# a\n### b\n###### c", 2, ["h3", "h5", "h6"]),
        ("# a", 1, ["h2"]),
        ("# a\n## b", 5, ["h6", "h6"]),
    ],
)
def test_headings_stand_below_the_page_s_own(source: str, top: int, expected: list[str]) -> None:
    assert re.findall(r"<(h\d)>", render_markdown(source, top)) == expected


def test_links_carry_noopener_and_lead_somewhere() -> None:
    assert (
        render_markdown("[x](https://example.org/a?b=1&c=2)")
        == '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener">x</a></p>\n'
    )
    assert render_markdown("www.example.org a@b.example") == (
        '<p><a href="http://www.example.org" rel="noopener">www.example.org</a> '
        '<a href="mailto:a@b.example" rel="noopener">a@b.example</a></p>\n'
    )
    assert render_markdown("[x]() <a href=' '>y</a> <a>z</a> [w](#w)") == (
        '<p>x y z <a href="#w" rel="noopener">w</a></p>\n'
    )


@pytest.mark.parametrize(
    "source, expected",
    [
        (
            "![A chart](https://far.example/c.png)",
            '<a href="https://far.example/c.png" rel="noopener">A chart</a>',
        ),
        (
            "![](https://far.example/c.png)",
            '<a href="https://far.example/c.png" rel="noopener">far.example</a>',
        ),
        ("![](//far.example/c.png)", '<a href="https://far.example/c.png" rel="noopener">far.example</a>'),
        ("![Map](/media/renditions/a.png)", '<img src="/media/renditions/a.png" alt="Map">'),
        ("Map: <img src=/media/a.png>", 'Map: <img alt="" src="/media/a.png">'),
        ("![Map](/media/../admin/logout/)", "Map"),
        ("![Map](/media/%2e%2e/admin/)", "Map"),
        ("![Map](map.png)", "Map"),
        ("![Map](javascript:alert(1))", "Map"),
        (
            "[![Logo](https://far.example/l.png)](https://near.example)",
            '<a href="https://near.example" rel="noopener">Logo</a>',
        ),
        (
            'Map: <img src="https://far.example/" alt="<script>alert(1)</script>">',
            'Map: <a href="https://far.example/" rel="noopener">&lt;script&gt;alert(1)&lt;/script&gt;</a>',
        ),
    ],
)
def test_no_picture_from_elsewhere(source: str, expected: str) -> None:
    assert render_markdown(source) == f"<p>{expected}</p>\n"


def test_alignment_of_a_column_is_a_class() -> None:
    html = render_markdown("| a | b | c |\n|:--|--:|---|\n| 1 | 2 | 3 |")
    assert '<th class="align-left">a</th>\n<th class="align-right">b</th>\n<th>c</th>' in html
    assert '<td class="align-left">1</td>\n<td class="align-right">2</td>\n<td>3</td>' in html


@pytest.mark.parametrize(
    "source",
    [
        "before <script>alert(1)</script> after",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) <javascript:alert(1)>",
        '[x](&#106;avascript:alert(1)) <a href="java&#x09;script:alert(1)">y</a>',
        "[z][y]\n\n[y]: vbscript:alert(1)",
        "[x](data:text/html;base64,PHNjcmlwdD4=) ![y](data:image/svg+xml;base64,PHN2Zy8+)",
        "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data='x.swf'></object><embed src='x'><base href='https://evil.example/'>",
        "<form action='https://evil.example/'><input type=password><button>Log in</button></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'><link rel=stylesheet href=//evil.example>",
        "<style>body{display:none}</style><p style='position:fixed' class=overlay>x</p>",
        "<div hx-get='/admin/' data-hx-trigger=load onclick=x>y</div>",
        "<a id=csrfmiddlewaretoken name=cookie href=/x>x</a>",
        "<!-- --!><script>alert(1)</script> -->",
        '<a title="<img src=//evil.example onerror=alert(1)>" href=/x>x</a>',
        '<code class="overlay language-x&quot; onclick=alert(1)">x</code>',
    ],
)
@pytest.mark.parametrize("render", [render_markdown, clean_html])
def test_nothing_active_survives(render: Callable[[str], Html], source: str) -> None:
    markup = "".join(re.findall(r'<(?:[^>"]|"[^"]*")*>', render(source)))
    without_quotes = re.sub(r'title="[^"]*"', "", markup)
    forbidden = r"<(script|svg|math|iframe|object|embed|base|form|input|button|meta|link|style|!--)|\bon\w+=|"
    forbidden += r"style=|\bid=|name=|data-|hx-|javascript|vbscript|data:|class=|evil\.example"
    assert not re.search(forbidden, without_quotes, re.IGNORECASE)


def test_unclosed_tags_stay_inside_the_text() -> None:
    assert render_markdown("</div></main><div hidden><b><a href=/x>") == (
        '<div><b><a href="/x" rel="noopener">\n</a></b></div>'
    )


def test_code_is_shown_not_run() -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render_markdown(
        "```html\n<script>alert(1)</script>\n```"
    )


def test_html_of_a_file_is_cleaned_and_not_read_as_markdown() -> None:
    assert clean_html("<h1>Moved</h1><p>*not* <a href='/x' onclick='y()'>here</a></p>") == (
        '<h3>Moved</h3><p>*not* <a href="/x" rel="noopener">here</a></p>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "[" * 8000,
        "![](" * 8000,
        "[a](b" * 8000,
        "<a " * 8000,
        "a\n===\n" * 8000,
        "".join(" " * (4 * depth) + "- a\n" for depth in range(400)),
        "+ - " * 8000,
        "*a_ " * 12_000,
        "<table>" * 7_000,
        "<p>" + "".join(f"<b title={n}>" for n in range(90)) + "</p>" + "<p>a</p>" * 6_000,
    ],
)
def test_nasty_text_stays_in_proportion(source: str) -> None:
    assert len(render_markdown(source)) < 12 * len(source)
    assert len(clean_html(source)) < 12 * len(source)


@pytest.mark.parametrize("source", [">" * 8000, "> " * 8000, "<div>" * 8000])
def test_text_nested_without_end_is_shown_plain(source: str) -> None:
    shown = render_markdown(source)
    assert shown.startswith("<p>")
    assert shown.count("<") == 2
    assert shown.count("&gt;") == source.count(">")


def test_tables_without_measure_are_shown_as_text() -> None:
    source = "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|x\n" * 10_000
    assert "<table" not in render_markdown(source)
    assert render_markdown("|a|b|\n|-|-|\n" + "|x|y|\n" * 1000).count("<td>") == 2000


def test_characters_that_no_page_can_hold_are_replaced() -> None:
    assert render_markdown("a\ud800b\x00c") == "<p>a?b\ufffdc</p>\n"


@pytest.mark.parametrize("render", [render_markdown, clean_html])
def test_a_text_as_long_as_a_book_is_shown_plain(render: Callable[[str], Html]) -> None:
    assert render("**a** & b\n\n" * 25_000).startswith("<p>**a** &amp; b</p>\n<p>")
    assert render("<b>a</b> " * 20_000).startswith(("<p><b>a</b>", "<b>a</b>"))
