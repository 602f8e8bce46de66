"""Markdown becomes plain words, whole or cut."""

import pytest

from texts.plain import excerpt, rough_words, to_plain


@pytest.mark.parametrize(
    "source, expected",
    [
        ("", ""),
        ("**Bold** & [link](https://example.org)", "Bold & link"),
        ("# Title\n\nOne\nline.\n\nTwo.", "Title\n\nOne line.\n\nTwo."),
        ("- one\n- two\n- three", "one\ntwo\nthree"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b\n1 2"),
        ("![Alt](https://far.example/p.png) and a<br>b", "Alt and a\nb"),
        ("1 < 2 and `x > y`", "1 < 2 and x > y"),
        ("<script>alert(1)</script>Words", "Words"),
        ("Łódź — 東京", "Łódź — 東京"),
        ('<abbr title="a > b">c</abbr>', "c"),
    ],
)
def test_words_alone_remain(source: str, expected: str) -> None:
    assert to_plain(source) == expected


@pytest.mark.parametrize(
    "source, limit, expected",
    [
        ("short", 10, "short"),
        ("ten chars!", 10, "ten chars!"),
        ("one two three", 10, "one two…"),
        ("one two, three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("Donaudampfschiff", 6, "Donau…"),
        ("東京で会いましょう", 4, "東京で…"),
        ("one\n\ntwo", 20, "one two"),
        ("abc", 1, "…"),
        ("abc", 0, "…"),
    ],
)
def test_excerpt_ends_at_a_word(source: str, limit: int, expected: str) -> None:
    assert excerpt(source, limit) == expected


@pytest.mark.parametrize(
    "source, expected",
    [
        ("", ""),
        ("Take the *fer*ry `now`, __please__", "Take the ferry now, please"),
        ('the [tide](https://far.example/x "Title") table', "the tide table"),
        (
            "<https://far.example/> stays, <b>tags</b> go, 1 < 2 > 0",
            "<https://far.example/> stays, tags go, 1 < 2 > 0",
        ),
        ("C# and _a_ a_b, __init__", "C# and a a_b, init"),
        ("salt &amp; water, 5 \\* 3", "salt & water, 5 * 3"),
        ("seen<!-- never\nshown --> again<!-- open", "seen again"),
        ("seen<script>never()</script> again<STYLE>open", "seen again"),
        ("潮汐の**地図**", "潮汐の地図"),
    ],
)
def test_rough_words_are_what_is_seen(source: str, expected: str) -> None:
    assert rough_words(source) == expected
