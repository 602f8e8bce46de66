"""Markdown to safe HTML, as `Html`: the only place of the project that makes HTML from somebody's text."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Self
from urllib.parse import unquote, urlsplit

import comrak
import nh3

LOCAL_PICTURES = "/media/"
MAX_LENGTH = 250_000
"""Characters of a text that is still rendered: a book's chapter; a few signs cost the square of their number."""
MAX_DEPTH = 100
"""Open elements at any place of a text; the cleaner's time grows with the square of it."""
MAX_WORK = 1_000_000
"""Tags times depth: what reopening unclosed elements in every paragraph may cost."""
MAX_CELLS = 100_000
"""Cells of all tables: a row is filled up to the width of its head, so that 50 kB can become 60 MB."""

TAG_NAMES = """
    a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5
    h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot
    th thead tr u ul var wbr
"""
TAGS = frozenset(TAG_NAMES.split())
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
VALUES = {
    "align": re.compile(r"left|center|right"),
    "class": re.compile(r"language-[\w+#.-]{1,40}"),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "height": re.compile(r"[1-9]\d{0,3}"),
    "href": re.compile(r".*\S.*", re.DOTALL),
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "scope": re.compile(r"col|row|colgroup|rowgroup"),
    "start": re.compile(r"\d{1,9}"),
    "width": re.compile(r"[1-9]\d{0,3}"),
}
# A tag of raw HTML as a browser's tokenizer would find it; overestimates inside comments, which is harmless.
RAW_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
CLOSED_BY_THE_NEXT = "area br col dd dt embed hr img input li link meta p td th tr wbr"
NEVER_DEEPER = frozenset(CLOSED_BY_THE_NEXT.split())
# The cleaner writes every attribute in double quotes and every `<` of a text as an entity.
CLEAN_TAG = re.compile(r'<(/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*)>')
CLEAN_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


class Html(str):
    """HTML that is safe to stand in a page as it is; templates ask for `__html__` and don't escape it."""

    __slots__ = ()

    def __html__(self) -> Self:
        """Return itself: nothing is left to escape."""
        return self


def render_markdown(source: str, top: int = 2) -> Html:
    """Return `source` (CommonMark with tables, strikethrough, bare links and some HTML) as safe HTML.

    `top` is the level of the heading under which the text stands: its highest heading becomes `top + 1`.
    A text that is over 250,000 characters, or nests without measure, comes out as plain, escaped paragraphs.
    Never raises.
    """
    text = _encodable(source)
    if len(text) > MAX_LENGTH:
        return _plain_paragraphs(text)
    tables = _cells(text) <= MAX_CELLS
    rendered = comrak.render_markdown(text, _extensions(tables=tables), comrak.ParseOptions(), _RENDER)
    return _clean(rendered, text, top)


def clean_html(source: str, top: int = 2) -> Html:
    """Return HTML of a file by the same allow-list as Markdown, without reading Markdown in it."""
    text = _encodable(source)
    return _plain_paragraphs(text) if len(text) > MAX_LENGTH else _clean(text, text, top)


def _extensions(*, tables: bool) -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.table = tables
    options.strikethrough = True
    options.autolink = True
    options.cjk_friendly_emphasis = True
    return options


def _render_options() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    # Not unsafe: what it lets through goes through the one allow-list below.
    options.unsafe_ = True
    return options


_RENDER = _render_options()


def _encodable(text: str) -> str:
    """Replace lone surrogates, which neither the renderer nor the cleaner can take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cells(text: str) -> int:
    """Return how many cells the tables of a text have at most: by block, the widest line times the lines."""
    cells = widest = lines = 0
    for line in re.split(r"\r\n?|\n", text):
        if line.strip(" \t"):
            widest = max(widest, line.count("|"))
            lines += 1
        else:
            cells += widest * lines
            widest = lines = 0
    return cells + widest * lines


def _clean(markup: str, source: str, top: int) -> Html:
    if _boundless(markup):
        return _plain_paragraphs(source)
    return Html(_Arrangement(_CLEANER.clean(markup), top).written())


def _boundless(markup: str) -> bool:
    """Whether cleaning this would take more than a moment: nested too deeply, or unclosed over too much."""
    opened: Counter[str] = Counter()
    depth = deepest = tags = 0
    for found in RAW_TAG.finditer(markup):
        closing, name = found[1], found[2].lower()
        tags += 1
        if name in NEVER_DEEPER:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return deepest > MAX_DEPTH or deepest * tags > MAX_WORK


def _plain_paragraphs(source: str) -> Html:
    blocks = re.split(r"\n[ \t]*\n", source.replace("\r\n", "\n").strip())
    return Html("\n".join(f"<p>{html.escape(block)}</p>" for block in blocks))


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value as it may stand, or None to leave the attribute out."""
    rule = VALUES.get(name)
    if rule is None:
        return value
    candidates = value.split() if name == "class" else [value.lower() if name == "align" else value]
    return next((one for one in candidates if rule.fullmatch(one)), None)


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style", "iframe", "noscript", "object", "template"},
    attributes=ATTRIBUTES,
    attribute_filter=_keep_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
)


class _Arrangement:
    """Cleaned HTML fitted into a page: headings moved, pictures from elsewhere made links, align a class."""

    def __init__(self, cleaned: str, top: int) -> None:
        self.cleaned = cleaned
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", cleaned)]
        self.shift = top + 1 - min(levels) if levels else 0
        self.links: list[bool] = []

    def written(self) -> str:
        return CLEAN_TAG.sub(self._tag, self.cleaned)

    def _tag(self, found: re.Match[str]) -> str:
        closing, name, rest = found.groups()
        if name == "a":
            return self._link(found[0], rest, closing=bool(closing))
        if name == "img":
            return self._picture(found[0], rest)
        if len(name) == 2 and name[0] == "h" and name[1].isdigit():
            return f"<{closing}h{min(int(name[1]) + self.shift, 6)}{rest}>"
        if name in {"td", "th"} and "align" in rest:
            return f"<{name}{CLEAN_ATTRIBUTE.sub(_align_as_class, rest)}>"
        return found[0]

    def _link(self, tag: str, rest: str, *, closing: bool) -> str:
        """Keep links that lead somewhere, drop the tags of the others."""
        if closing:
            return tag if self.links and self.links.pop() else ""
        leads = any(name == "href" for name, _ in CLEAN_ATTRIBUTE.findall(rest))
        self.links.append(leads)
        return tag if leads else ""

    def _picture(self, tag: str, rest: str) -> str:
        """Keep a picture of the site's own; make a link of another, so that no visitor's browser calls there."""
        values = {name: html.unescape(value) for name, value in CLEAN_ATTRIBUTE.findall(rest)}
        source, words = values.get("src", ""), values.get("alt", "").strip()
        if source.startswith(LOCAL_PICTURES) and ".." not in unquote(source):
            return tag if "alt" in values else f'<img alt=""{rest}>'
        host = _host(source)
        text = html.escape(words or host)
        if not host or any(self.links):
            return text
        address = f"https:{source}" if source.startswith("//") else source
        return f'<a href="{html.escape(address)}" rel="noopener">{text}</a>'


def _align_as_class(found: re.Match[str]) -> str:
    return f'class="align-{found[2]}"' if found[1] == "align" else found[0]


def _host(address: str) -> str:
    """Return the host of an http(s) address, empty for every other text."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https", ""} else ""
