"""What text may hold: composed letters, no control characters, nothing that hides."""

from __future__ import annotations

import re
import unicodedata

REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
LAYOUT = frozenset("\t\n\r")

# Bidirectional embeddings, overrides, isolates; then what has no width; then fillers that look like nothing.
INVISIBLE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\u2060-\u2064\u206a-\u206f\ufeff\u180e\u115f\u1160\u3164\uffa0"
    "\U000e0000-\U000e007f]"
)
JOINERS = frozenset("\u200c\u200d")
DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")
# Scripts in which a joiner or non-joiner spells a word.
JOINING_SCRIPTS = (
    "ARABIC", "BALINESE", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "HEBREW", "JAVANESE", "KANNADA", "KHMER",
    "LAO", "MALAYALAM", "MONGOLIAN", "MYANMAR", "NKO", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA",
    "THAI", "TIBETAN",
)  # fmt: skip
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
BLACK_FLAG = "\U0001f3f4"


def tidy(text: str) -> str:
    """Return a one-line value composed (NFC) and trimmed; blanks inside stay as they are."""
    return unicodedata.normalize("NFC", text).strip()


def normalise_body(text: str) -> str:
    """Return a longer text as it is compared and kept: LF as line end, composed (NFC), trimmed."""
    return tidy(text.replace("\r\n", "\n").replace("\r", "\n"))


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: empty, or only blanks, no-break spaces and characters without width."""
    return all(
        character.isspace() or character in BLANK_LETTERS or unicodedata.category(character) in {"Cf", "Cc"}
        for character in text
    )


def find_control(text: str, multiline: bool = False) -> int | None:
    """Return the index of the first character that no text may hold, None if there is none.

    Refused are control characters, line and paragraph separators, lone surrogates and noncharacters;
    `multiline` lets tab, line feed and carriage return pass.
    """
    for found in REFUSED.finditer(text):
        if not (multiline and found[0] in LAYOUT):
            return found.start()
    return None


def find_invisible(text: str) -> int | None:
    """Return the index of the first character that hides or turns text around, None if there is none.

    Joiners between emoji and in scripts that need them, direction marks in right-to-left text, the byte
    order of a flag emoji are fine.
    """
    for found in INVISIBLE.finditer(text):
        if not _belongs(text, found.start()):
            return found.start()
    return None


def _belongs(text: str, index: int) -> bool:
    character = text[index]
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if character in JOINERS:
        return _joins_emoji(before, after) or _spells(before)
    if character in DIRECTION_MARKS:
        return any(
            unicodedata.bidirectional(other) in {"R", "AL"} and other not in DIRECTION_MARKS for other in text
        )
    if "\U000e0020" <= character <= "\U000e007f":
        return before == BLACK_FLAG or "\U000e0020" <= before <= "\U000e007e"
    return False


def _joins_emoji(before: str, after: str) -> bool:
    return (
        bool(before and after)
        and (before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"})
        and unicodedata.category(after) == "So"
    )


def _spells(before: str) -> bool:
    return bool(before) and unicodedata.name(before, "").startswith(JOINING_SCRIPTS)
