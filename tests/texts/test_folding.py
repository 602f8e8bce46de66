"""Spellings that a reader would type for one another fold to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texts.folding import fold, fold_in_place


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Łukasz", "lukasz"),
        ("Ørsted", "orsted"),
        ("ﬁne", "fine"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Æther Œuvre Þór Đorđe", "aether oeuvre thor dorde"),
        ("İstanbul ılık", "istanbul ilik"),
        ("Nguyễn  Thị\u00a0Ánh", "nguyen thi anh"),
        ("Ｗｉｄｅ", "wide"),
        ("O’Brien – x", "o'brien - x"),
        ("soft\u00adhyphen", "softhyphen"),
        ("", ""),
        ("  \t ", ""),
        ("Plain  ASCII", "plain ascii"),
    ],
)
def test_latin_letters_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("が", "が"),
        ("東京", "東京"),
        ("한국어", "한국어"),
        ("हिन्दी", "हिन्दी"),
        ("ΕΛΛΆΣ", "ελλασ"),
        ("Ёлка", "елка"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_other_scripts_keep_their_letters(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text, folded, places",
    [
        ("", "", []),
        ("Ebb  a", "ebb  a", [0, 1, 2, 3, 4, 5]),
        ("ﬁne ß", "fine ss", [0, 0, 1, 2, 3, 4, 4]),
        ("Łó", "lo", [0, 1]),
        ("a\u00adb", "ab", [0, 2]),
        ("हिन्दी", "हिन्दी", [0, 1, 2, 3, 4, 5]),
        ("x½", "x1⁄2", [0, 1, 1, 1]),
    ],
)
def test_folded_letters_know_where_they_come_from(text: str, folded: str, places: list[int]) -> None:
    assert fold_in_place(text) == (folded, places)


@given(st.text(max_size=40))
def test_places_lead_into_the_text_in_order(text: str) -> None:
    folded, places = fold_in_place(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
