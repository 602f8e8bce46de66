"""Markdown to plain words, for descriptions, calendars and search."""

from __future__ import annotations

import html
import re

from texts.markdown import render_markdown

# A `>` inside an attribute stands between quotes.
TAG = re.compile(r'<(/?)([a-z0-9]+)(?:[^>"]|"[^"]*")*>')
PARAGRAPH_TAGS = "blockquote details div dl figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul"
LINE_TAGS = "br caption dd dt figcaption li summary tr"
PARAGRAPHS = frozenset(PARAGRAPH_TAGS.split())
LINES = frozenset(LINE_TAGS.split())
CELLS = frozenset({"td", "th"})
# What is never shown, tags, where a link leads, emphasis and code signs; escapes, but their sign. Each part begins
# with a character of its own: all others are then passed over at once.
MARKUP = re.compile(
    r"""<!--.*?(?:-->|\Z)|<(?i:script|style)\b.*?(?:</(?i:script|style)\s*>|\Z)|</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>"""
    r"""|\]\([^()\s]*(?:\s+"[^"\n]*")?\)|\]|\[|\*|`|__+|_(?!\w)|_(?<!\w_)|\\([!-/:-@[-`{-~])""",
    re.DOTALL,
)


def to_plain(source: str) -> str:
    """Return the words of a Markdown text: a blank line between paragraphs, a line for each item and row."""
    words = html.unescape(TAG.sub(_gap, re.sub(r"[ \t]*\n[ \t]*", " ", render_markdown(source))))
    lines = [" ".join(line.split()) for line in words.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def rough_words(source: str) -> str:
    """Return about the words that `to_plain` gives, at a fraction of its cost: search folds each text that changes."""
    words = MARKUP.sub(r"\1", source)
    return html.unescape(words) if "&" in words else words


def excerpt(source: str, limit: int) -> str:
    """Return the plain words of a Markdown text on one line, of `limit` characters at most.

    What is longer is cut after a word (inside one only if it is longer than the limit) and ends in "…".
    """
    words = " ".join(to_plain(source).split())
    if len(words) <= limit:
        return words
    room = max(limit - 1, 0)
    cut = words[:room]
    if words[room] != " " and " " in cut:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:.–—-") + "…"


def _gap(found: re.Match[str]) -> str:
    closing, name = found[1], found[2]
    if name in PARAGRAPHS:
        return "\n\n"
    if name in LINES:
        return "\n" if closing or name == "br" else ""
    return " " if name in CELLS and closing else ""
