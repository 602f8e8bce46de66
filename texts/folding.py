"""Texts in one form: for search, spellings that a reader would type for one another; for names, what is the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters without a decomposition, as they are typed on a keyboard that lacks them.
LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i",
    "ŋ": "n", "ĸ": "k", "ƒ": "f", "ƶ": "z", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ɨ": "i", "ɵ": "o", "ʉ": "u", "ə": "e",
    "ɛ": "e", "ɔ": "o", "ƙ": "k", "ƴ": "y", "ǥ": "g", "ƀ": "b", "ȼ": "c", "ɍ": "r", "ɏ": "y", "ⱥ": "a", "ⱦ": "t",
}  # fmt: skip
SIGNS = {"‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "ʹ": "'", "“": '"', "”": '"', "„": '"'} | dict.fromkeys(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"
)
# Accents of the alphabets, Hebrew points, Arabic vowel signs; marks that make a letter elsewhere stay.
MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5),
    (0x05C7, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip
UNSEEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"

_TABLE: dict[int, str | None] = {
    **{mark: None for first, last in MARKS for mark in range(first, last + 1)},
    **{ord(sign): None for sign in UNSEEN},
    **{ord(letter): plain for letter, plain in (LETTERS | SIGNS).items()},
}


# Only these are looked up letter by letter: most of most texts is ASCII, which `lower` folds at once.
_BEYOND_ASCII = re.compile("([^\x00-\x7f]+)")


def fold(text: str) -> str:
    """Return `text` for search: lower case, without accents, `ł` as l, `ß` as ss, blanks collapsed.

    Other scripts keep their letters. Folding what is folded changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    parts = _BEYOND_ASCII.split(text)
    parts[::2] = (part.lower() for part in parts[::2])
    parts[1::2] = (_folded(part) for part in parts[1::2])
    return " ".join("".join(parts).split())


def fold_in_place(text: str) -> tuple[str, list[int]]:
    """Return `text` folded character by character, and for each character of that the index in `text` it is of.

    Blanks stay as they are. It is for composed text (NFC); what is written apart may fold a little differently.
    """
    folded: list[str] = []
    places: list[int] = []
    at = 0
    for part in _BEYOND_ASCII.split(text):
        pieces = [part.lower()] if part.isascii() else [_folded_letter(letter) for letter in part]
        folded += pieces
        if len(pieces) == 1 and len(pieces[0]) == len(part):
            places += range(at, at + len(part))
        else:
            places += [at + index for index, piece in enumerate(pieces) for _ in piece]
        at += len(part)
    return "".join(folded), places


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str:
    return _folded(letter)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", apart.translate(_TABLE))


def name_key(name: str) -> str:
    """Return what two spellings must share to be the same name: NFC, single blanks, no case; accents count."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
