"""A file's body written anew, in the lines and line ends that it had."""

import re
from collections import Counter

from exchange.documents.patching import EditError, leaves, reread
from exchange.documents.reading import SEPARATOR, Document
from texts.cleaning import normalise_body

LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+")
BLANK_LINES = re.compile("(?:[^\\S\r\n]*(?:\r\n|\r|\n))*")


def replace_body(document: Document, text: str) -> Document:
    """The document with another body.

    Its line ends, the blank lines above it and the last newline stay as they are, and so do the first and last
    lines that the new text has in common with the old one. The text is meant up to LF, NFC and blanks around it.
    Raises EditError where it can't be read back as that.
    """
    meant = normal(text)
    if normal(document.body_text) == meant:
        return document
    edited = reread(document, document.text[: document.body.start] + _body(document, meant))
    before, after = list(leaves(document.root)), list(leaves(edited.root))
    if normal(edited.body_text) != meant or before != after or edited.body.start < document.body.start:
        raise EditError("not-exact", ("body",))
    return edited


def normal(body: str) -> str:
    """A body as bodies are compared: LF, NFC, trimmed."""
    return normalise_body(SEPARATOR.sub("\n", body))


def _body(document: Document, meant: str) -> str:
    old = document.body_text
    blank = BLANK_LINES.match(old)
    above = blank[0] if blank else ""
    core = old[len(above) :].rstrip()
    behind = old[len(above) + len(core) :]
    nl = _newline(document)
    if not core:
        above, behind = above or behind, nl
    if document.text[document.body.start - 1] not in "\r\n":
        above = nl + above
    return above + _lines(LINE.findall(core), meant.split("\n"), nl) + behind if meant else above


def _lines(old: list[str], new: list[str], nl: str) -> str:
    """New lines; at both ends those that say the same keep the characters that they had."""
    said = [_said(line).lstrip() if at == 0 else _said(line) for at, line in enumerate(old)]
    most = min(len(old), len(new))
    head = next((at for at in range(most) if said[at] != new[at]), most)
    tail = next((at for at in range(most - head) if said[-1 - at] != new[-1 - at]), most - head)
    middle = [line + nl for line in new[head : len(new) - tail]]
    lines = [*old[:head], *middle, *old[len(old) - tail :]]
    return "".join(_ended(line, nl) for line in lines[:-1]) + lines[-1].rstrip("\r\n\x85\u2028\u2029")


def _said(line: str) -> str:
    return normalise_body(f".{line.rstrip(chr(13) + chr(10))}.")[1:-1] if line else ""


def _ended(line: str, nl: str) -> str:
    return line if line[-1:] in "\r\n\x85\u2028\u2029" and line else line + nl


def _newline(document: Document) -> str:
    """The body's commonest line end, else the file's."""
    counts = Counter(re.findall(r"\r\n|\r|\n", document.body_text))
    return counts.most_common(1)[0][0] if counts else document.newline
