"""Text is composed and trimmed; what hides or breaks a line is found at its place."""

import pytest

from texts.cleaning import find_control, find_invisible, is_blank, normalise_body, tidy


def test_tidy_composes_and_trims_and_leaves_blanks_inside() -> None:
    assert tidy("\u00a0 Zoe\u0308  Q \t") == "Zoë  Q"
    assert tidy("") == ""


def test_body_has_one_kind_of_line_end() -> None:
    assert normalise_body("\r\n\nA\r\nB\rC\n\nZoe\u0308  \r\n") == "A\nB\nC\n\nZoë"
    assert normalise_body(" \n") == ""


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b\ufeff", "\u2060\u00ad\n", "\u3164"])
def test_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "\u200ba", "。", "0"])
def test_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ud800", chr(0xDFFF), "\ufffe",
     "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff"],
)  # fmt: skip
def test_control_is_found_at_its_place(character: str) -> None:
    assert find_control(f"Zoë{character}x") == 3
    assert find_control(f"Zoë\n{character}x", multiline=True) == 4


def test_layout_is_fine_in_longer_text_only() -> None:
    assert find_control("a\tb\r\nc", multiline=True) is None
    assert find_control("a\tb") == 1
    assert find_control("a\nb") == 1
    assert find_control("Žluťoučký 東京 🎉 \U0001f1e9\U0001f1ea") is None


@pytest.mark.parametrize(
    "character", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\ufeff", "\u2060", "\u3164"]
)
def test_hidden_character_is_found(character: str) -> None:
    assert find_invisible(f"ab{character}c") == 2


@pytest.mark.parametrize("character", ["\u200d", "\u200c", "\u200e", "\u200f"])
def test_joiners_and_marks_are_found_between_latin_letters(character: str) -> None:
    assert find_invisible(f"a{character}b") == 1
    assert find_invisible(f"{character}b") == 0


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d💻",
        "👩🏽\u200d🚀",
        "❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष",
        "(C++)\u200f שלום",
        "Plain",
        "",
    ],
)
def test_what_a_script_needs_is_fine(text: str) -> None:
    assert find_invisible(text) is None


def test_tags_without_a_flag_hide() -> None:
    assert find_invisible("a\U000e0067") == 1
