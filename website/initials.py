"""What stands for a person who has no photo."""

import unicodedata

VIRAMA = 9
"""The combining class of the sign that ties a letter of an Indic script to the next."""


def initials(name: str) -> str:
    """Return the first letters of a name's first and last word, in capitals: "AE" for "Ada Example".

    A script without capitals has no initials: there it is the first sign alone, with the marks that belong to it.
    What begins no word with a letter or a digit gives "".
    """
    words = [word.lstrip("'’ʻʼ\"“„«([") for word in unicodedata.normalize("NFC", name).split()]
    firsts = [sign(word) for word in words if word[:1].isalnum()]
    if not firsts:
        return ""
    ends = firsts if len(firsts) == 1 else [firsts[0], firsts[-1]]
    return "".join(ends).upper() if all(has_capitals(first) for first in ends) else firsts[0]


def sign(word: str) -> str:
    """Return the first letter of a word with its marks, and the letters that are tied to it."""
    end = 1
    while end < len(word) and (
        unicodedata.category(word[end]).startswith("M") or unicodedata.combining(word[end - 1]) == VIRAMA
    ):
        end += 1
    return word[:end]


def has_capitals(letter: str) -> bool:
    """Say whether a letter is of a script that knows capitals."""
    return letter.upper() != letter.lower()
