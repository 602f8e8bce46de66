"""Links made relative, in every place where a page may have one."""

import pytest

from website.archive.links import Rewriter, relative
from website.archive.scope import Scope

FILE = "tide-31/talks/keynote/index.html"


def rewritten(markup: str, scope: Scope = Scope(), file: str = FILE) -> str:  # noqa: B008 - a value
    """The markup as the file holds it."""
    return Rewriter(scope, file).markup(markup)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/">', '<a href="../../../index.html">'),
        ('<a href="/tide-31/">', '<a href="../../index.html">'),
        ('<a class="x" href="/tide-31/talks/keynote/">', '<a class="x" href="index.html">'),
        ('<a href="/tide-31/schedule">', '<a href="../../schedule/index.html">'),
        ('<a href="/tide-31/schedule/?room=hall&amp;q=x#d1">', '<a href="../../schedule/index.html?room=hall&amp;q=x#d1">'),
        ('<a href="/tide-31/talks/keynote.ics" download>', '<a href="../keynote.ics" download>'),
        ('<a href="../later/">', '<a href="../later/index.html">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="https://a.example/?b=c&amp;d=/e/">', '<a href="https://a.example/?b=c&amp;d=/e/">'),
        ('<a href="mailto:ada@a.example">', '<a href="mailto:ada@a.example">'),
        ('<a href="//a.example/x">', '<a href="//a.example/x">'),
        ('<a href="http://[broken">', '<a href="http://[broken">'),
        ('<link rel="stylesheet" href="/static/website/site.css">', '<link rel="stylesheet" href="../../../static/website/site.css">'),
        ('<link rel="self" href="/tide-31/changes/feed.atom"/>', '<link rel="self" href="../../changes/feed.atom"/>'),
        ('<img src="/media/a%20b.png" srcset="/media/c.png 2x" alt="/x/">', '<img src="../../../media/a%20b.png" srcset="../../../media/c.png 2x" alt="/x/">'),
        ('<source srcset="/media/a.webp, /media/b.webp 2x">', '<source srcset="../../../media/a.webp, ../../../media/b.webp 2x">'),
        ('<script src="/static/website/site.js" defer>if (a < b) "<a href=\'/x/\'>"</script>', '<script src="../../../static/website/site.js" defer>if (a < b) "<a href=\'/x/\'>"</script>'),
        ('<script type="application/ld+json">{"a": "<a href=\\"/tide-31/\\">"}</script>', '<script type="application/ld+json">{"a": "<a href=\\"/tide-31/\\">"}</script>'),
        ('<!-- <a href="/tide-31/"> -->', '<!-- <a href="/tide-31/"> -->'),
        ('<p>1 < 2 and href="/tide-31/"</p>', '<p>1 < 2 and href="/tide-31/"</p>'),
        ('<meta http-equiv="refresh" content="0; url=/tide-31/">', '<meta http-equiv="refresh" content="0; url=../../index.html">'),
        ('<meta name="description" content="/tide-31/">', '<meta name="description" content="/tide-31/">'),
        ('<form role="search" action="/tide-31/schedule/">', '<form role="search" action="../../schedule/index.html">'),
        ('<a title="a > b" href="/tide-31/">', '<a title="a > b" href="../../index.html">'),
    ],
)  # fmt: skip
def test_a_link_in_its_place(before: str, after: str) -> None:
    assert rewritten(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a class="x" href="/search/?q=a" rel="noopener" download title="t">', '<a class="x" title="t">'),
        ('<a href="/admin/">', "<a>"),
        ('<link rel="next" href="/search/">', ""),
        ('<a href="/sitemap.xml">', "<a>"),
    ],
)
def test_what_leads_out_is_no_link(before: str, after: str) -> None:
    assert rewritten(before) == after


def test_the_rest_of_the_series() -> None:
    link = '<a href="/tide-30/talks/old/?a=b#c">'
    assert rewritten(link, Scope("tide-31")) == "<a>"
    assert (
        rewritten(link, Scope("tide-31", "https://t.example/x"))
        == '<a href="https://t.example/x/tide-30/talks/old/?a=b#c">'
    )
    assert rewritten('<a href="/admin/">', Scope("tide-31", "https://t.example")) == "<a>"


def test_links_are_noted() -> None:
    rewriter = Rewriter(Scope(), FILE)
    rewriter.markup(
        '<a href="#here"><a href="#there"><b id="here"><a href="/tide-31/schedule/#d%C3%A9"><a href="/media/%E6%BD%AE.pdf">'
    )
    assert rewriter.links == {f"{FILE}#there", "tide-31/schedule/index.html#dé", "media/潮.pdf"}


def test_style_sheets_lead_to_what_lies_beside_them() -> None:
    rewriter = Rewriter(Scope(), "static/website/site.css")
    text = "a{b:url(paper.png)}c{d:url('/static/website/icon.svg')}e{f:url(data:x)}"
    assert rewriter.style(text) == 'a{b:url("paper.png")}c{d:url("icon.svg")}e{f:url("data:x")}'
    assert rewriter.links == {"static/website/paper.png", "static/website/icon.svg"}


def test_a_page_for_any_address_has_absolute_links() -> None:
    rewriter = Rewriter(Scope("", "https://t.example/x"), "404.html", anywhere=True)
    assert rewriter.markup('<a href="/editions/">') == '<a href="https://t.example/x/editions/">'
    assert rewriter.links == {"editions/index.html"}


def test_a_name_with_a_colon_is_no_scheme() -> None:
    assert relative("a", "a/b:c.html") == "b%3Ac.html"
