"""How a text is written as one YAML value: the gentlest style that says exactly this, to every reader."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from exchange.documents.spans import Style
from texts.cleaning import find_control

# What YAML 1.1, YAML 1.2 or the libraries of other languages read as a number, a day or a time: anything made of
# digits and their company. More than needed is no harm: it is quoted.
NUMBERLIKE = re.compile(r"[-+.]?[0-9][0-9_,.:/+\-TtZz a-fA-FxXoO]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
WORDS = frozenset("y n yes no on off true false null nil none ~ = <<".split())
INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=~<")
BREAKING = re.compile(r":(?:[ \t]|\Z)|[ \t]#|\A\.\.\.")
IN_FLOW = re.compile(r"[,\[\]{}:?]")
# Line ends to libyaml but to no editor, and a byte order mark in the middle: only as escapes.
ESCAPED_ALWAYS = re.compile("[\x85\u2028\u2029\ufeff]")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
BEYOND_BMP = 0xFFFF

Chomping = Literal["", "-", "+"]


@dataclass(frozen=True, slots=True)
class Written:
    """A value as text: what stands behind the colon, and lines below it, not yet indented."""

    head: str
    lines: tuple[str, ...] = ()


def looks_other(text: str) -> bool:
    """Whether some reader of YAML takes this text, unquoted, for a number, a day, a flag or nothing."""
    return not text or text.lower() in WORDS or NUMBERLIKE.fullmatch(text) is not None


def writings(text: str, style: Style, *, flow: bool = False, bare: bool = False) -> Iterator[Written]:
    """Ways to write a text, best first: the style that it had if that can say it, then plain, single, block, double.

    `flow`: it stands in brackets. `bare`: it may look like a number or a date.
    """
    if style == "folded" and not flow and _fits_folded(text):
        yield _block(">", text, folded=True)
    if style in ("literal", "folded") and not flow and _fits_block(text):
        yield _block("|", text)
    if style in ("plain", "empty") and _fits_plain(text, flow=flow, bare=bare):
        yield Written(text)
    if style != "double" and _fits_line(text):
        yield Written(single(text))
    if style != "double" and not flow and "\n" in text and _fits_block(text):
        yield _block("|", text)
    yield Written(double(text))


def write_key(text: str) -> str:
    """A key: plain, in single quotes or in double ones."""
    return next(writings(text, "plain", flow=True)).head


def single(text: str) -> str:
    """A text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def double(text: str) -> str:
    """A text in double quotes, with escapes for what can't stand there."""
    return '"' + "".join(ESCAPES.get(one) or _escaped(one) for one in text) + '"'


def trailing(text: str) -> str:
    """The line ends at the end of a text."""
    return text[len(text.rstrip("\n")) :]


def _escaped(character: str) -> str:
    if find_control(character) is None and not ESCAPED_ALWAYS.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= BEYOND_BMP else f"\\U{code:08X}"


def _fits_line(text: str, *, multiline: bool = False) -> bool:
    if "\r" in text or ESCAPED_ALWAYS.search(text):
        return False
    return find_control(text.replace("\t", " "), multiline=multiline) is None


def _fits_plain(text: str, *, flow: bool, bare: bool) -> bool:
    if text != text.strip() or not text or "\t" in text or not _fits_line(text):
        return False
    if bare and NUMBERLIKE.fullmatch(text):
        return "," not in text
    if text[0] in INDICATORS or BREAKING.search(text) or max(text) > "\uffff":
        return False
    return not (flow and IN_FLOW.search(text)) and (bare or not looks_other(text))


def _fits_block(text: str) -> bool:
    """A block finds its indent from its first line with text, which so mustn't begin with a blank."""
    first = text.lstrip("\n")[:1]
    return bool(first) and not first.isspace() and first != "\ufeff" and _fits_line(text, multiline=True)


def _fits_folded(text: str) -> bool:
    return _fits_block(text) and not any(line[:1] in (" ", "\t") for line in text.split("\n"))


def _block(mark: str, text: str, *, folded: bool = False) -> Written:
    ends = trailing(text)
    chomping: Chomping = "" if ends == "\n" else "+" if ends else "-"
    core = text.rstrip("\n")
    if folded:
        core = re.sub(r"(?<=[^\n])\n+", lambda found: found[0] + "\n", core)
    return Written(mark + chomping, (*core.split("\n"), *[""] * (len(ends) - 1)))
