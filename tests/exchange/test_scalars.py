"""What a scalar's text means to a field."""

import string
from collections.abc import Callable
from datetime import date, datetime

import pytest

from exchange.scalars import (
    BadValue,
    ClockShape,
    Reading,
    is_none,
    is_placeholder,
    read_asset,
    read_clock,
    read_day,
    read_edition_key,
    read_flag,
    read_link,
    read_prose,
    read_text,
    read_whole,
)
from exchange.sentences import CATALOGUE


def refused(reader: Callable[..., object], text: str, **options: object) -> str:
    """The code with which a text is refused; its sentence has a value for each placeholder."""
    with pytest.raises(BadValue) as caught:
        reader(text, **options)
    for template in map(str, CATALOGUE[caught.value.code]):
        fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}
        assert fields <= set(caught.value.values)
    return caught.value.code


def codes(reading: Reading[str]) -> list[str]:
    return [code for code, _ in reading.warnings]


@pytest.mark.parametrize(
    "text", ["NO", "1.10", "0x1F", "12:30:45", "Null", "2019-12-13", "007", "1_000", ".inf"]
)
def test_text_is_text_whatever_it_looks_like(text: str) -> None:
    assert read_text(text).value == text


def test_text_is_trimmed_and_composed() -> None:
    assert read_text("  Cafe\u0301 \n").value == "Caf\u00e9"
    assert read_text("\tAuto Hessian\tAware").value == "Auto Hessian Aware"


@pytest.mark.parametrize("text", ["", "   ", "\u00a0\u200b", "\n"])
def test_text_that_shows_nothing_is_none(text: str) -> None:
    assert read_text(text).value == ""
    assert read_prose(text).value == ""


def test_text_refuses_what_would_break_out_of_a_line() -> None:
    assert refused(read_text, "Title\r\nATTENDEE:x") == "text-has-lines"
    assert refused(read_text, "a\rb") == "text-has-lines"
    assert refused(read_text, "a\0b") == "control-character"
    assert refused(read_text, "a\x1b[31mred") == "control-character"
    assert refused(read_text, "a\u2028b") == "control-character"


def test_text_has_a_limit() -> None:
    assert read_text("ä" * 255).value == "ä" * 255
    assert refused(read_text, "ä" * 256) == "text-too-long"
    assert read_text("x" * 300, limit=300).value == "x" * 300


def test_text_warns_of_what_cannot_be_seen() -> None:
    assert codes(read_text("Trojan \u202egnp.exe")) == ["invisible-character"]
    assert codes(read_text("ze\u200bro")) == ["invisible-character"]
    assert codes(read_text("\U0001f9d1\u200d\U0001f4bb 深層学習 مرحبا")) == []


def test_prose_keeps_its_lines() -> None:
    assert read_prose("\r\nOne\r\n\r\nTwo\rThree\n\n").value == "One\n\nTwo\nThree"
    assert read_prose("One\u2028Two").value == "One\nTwo"
    assert refused(read_prose, "a\0b") == "control-character"
    assert refused(read_prose, "abcd", limit=3) == "text-too-long"


@pytest.mark.parametrize(
    "text,moment,offset",
    [
        ("2019-12-13 8:45:00", datetime(2019, 12, 13, 8, 45), None),
        ("2019-12-13 11:00", datetime(2019, 12, 13, 11, 0), None),
        ("2025-06-01T10:00:00", datetime(2025, 6, 1, 10, 0), None),
        ("2025-06-01T10:00:30Z", datetime(2025, 6, 1, 10, 0, 30), 0),
        ("2025-06-01T10:00:00+02:00", datetime(2025, 6, 1, 10, 0), 120),
        ("2018-10-14 13:30:00 -0500", datetime(2018, 10, 14, 13, 30), -300),
        ("2018-10-14 13:30:00 +0545", datetime(2018, 10, 14, 13, 30), 345),
        ("2026-2-10 09:15", datetime(2026, 2, 10, 9, 15), None),
        (" 2025-06-01T10:00:00.000Z ", datetime(2025, 6, 1, 10, 0), 0),
        ("2024-02-29 23:59:59", datetime(2024, 2, 29, 23, 59, 59), None),
    ],
)
def test_clock(text: str, moment: datetime, offset: int | None) -> None:
    clock = read_clock(text).value
    assert (clock.moment, clock.offset) == (moment, offset)
    assert clock.moment.tzinfo is None


def test_clock_remembers_how_it_was_written() -> None:
    assert read_clock("2019-12-13 8:45:00").value.shape == ClockShape(padded_hour=False)
    assert read_clock("2019-2-3T08:45 -0500").value.shape == ClockShape(
        padded_date=False, between="T", seconds=False, offset=" -0500"
    )


@pytest.mark.parametrize(
    "text,code",
    [
        ("2025-13-01 10:00:00", "day-does-not-exist"),
        ("2025-02-30 10:00:00", "day-does-not-exist"),
        ("2025-06-01 25:00:00", "clock-no-such-time"),
        ("2025-06-01 25:61", "clock-no-such-time"),
        ("2025-06-01 24:00:00", "clock-24"),
        ("2025-06-01 23:59:60", "clock-leap-second"),
        ("0000-01-01 10:00:00", "year-unlikely"),
        ("1899-12-31 10:00:00", "year-unlikely"),
        ("9999-12-31T23:59:59-12:00", "year-unlikely"),
        ("2025-06-01T10:00:00+99:99", "clock-offset"),
        ("2025-06-01", "clock-date-only"),
        ("11:00:00", "clock-time-only"),
        ("190:20:30", "clock-time-only"),
        ("06/01/2025 10:00", "clock-other-order"),
        ("1.6.2025 10:00", "clock-other-order"),
        ("2025-06-01 3:30 PM", "clock-am-pm"),
        ("1748772000", "clock-number"),
        ("next Tuesday", "clock-unreadable"),
        ("２０２５-06-01 10:00", "clock-unreadable"),
        ("", "clock-unreadable"),
    ],
)
def test_clock_refuses(text: str, code: str) -> None:
    assert refused(read_clock, text) == code


def test_day() -> None:
    assert read_day("2026-2-10").value == date(2026, 2, 10)
    assert read_day("2026-02-10 00:00:00").value == date(2026, 2, 10)
    assert refused(read_day, "2026-02-10 09:00") == "day-with-time"
    assert refused(read_day, "2026-02-30") == "day-does-not-exist"
    assert refused(read_day, "10 February") == "day-unreadable"


def test_flag() -> None:
    assert [read_flag(text).value for text in ("true", "Yes", "FALSE", "no")] == [True, True, False, False]
    assert refused(read_flag, "maybe") == "flag-unreadable"


def test_whole() -> None:
    assert [read_whole(text).value for text in ("12", "-3", "007")] == [12, -3, 7]
    assert refused(read_whole, "1.5") == "number-unreadable"
    assert refused(read_whole, "9" * 5000) == "number-unreadable"
    assert refused(read_whole, "-1", lowest=0) == "number-out-of-range"


@pytest.mark.parametrize(
    "text",
    [
        "https://münchen.example/ä?q=ö",
        "http://old.example/~ada/",
        "HTTPS://a.example:8443/x#y",
        "https://[::1]/",
        "/virtual-20",
        "https://a.example/it's",
    ],
)
def test_link_is_kept_as_it_stands(text: str) -> None:
    assert read_link(text).value == text
    assert codes(read_link(text)) == []


@pytest.mark.parametrize(
    "text", ["d-matrix.ai", "songhan.mit.example", "www.example.org/a?b=c", "bücher.example"]
)
def test_link_without_scheme_is_kept_with_a_warning(text: str) -> None:
    assert read_link(text).value == text
    assert codes(read_link(text)) == ["link-without-scheme"]


@pytest.mark.parametrize(
    "text,code",
    [
        ("javascript:alert(1)", "link-scheme"),
        ("JaVaScRiPt:alert(1)", "link-scheme"),
        ("data:text/html,x", "link-scheme"),
        ("file:///etc/passwd", "link-scheme"),
        ("mailto:ada@a.example", "link-scheme"),
        ("//evil.example/", "link-scheme-relative"),
        ("/\\evil.example/", "link-character"),
        ("https://a.example/\nX: y", "control-character"),
        ("https://a.example/a b", "link-character"),
        ("java\u200bscript:alert(1)", "link-character"),
        ('https://a.example/"onmouseover="x', "link-character"),
        ("https://a.example/" + "a" * 4000, "link-too-long"),
        ("http://[::1", "link-host"),
        ("http:///x", "link-host"),
        ("https:a.example", "link-host"),
        ("http://a.example:99999/", "link-host"),
        ("none", "link-unreadable"),
        ("1.10", "link-unreadable"),
        ("ada@a.example", "link-unreadable"),
        ("", "link-unreadable"),
    ],
)
def test_link_refuses(text: str, code: str) -> None:
    assert refused(read_link, text) == code


def test_link_of_two_thousand_characters() -> None:
    text = "https://a.example/" + "a" * (2000 - 18)
    assert read_link(text).value == text


def test_edition_key() -> None:
    assert read_edition_key("neurips-19").value == "neurips-19"
    for text in ("abc", "x" * 61, "Test Conf <b>25</b>", "../../admin", "größe-25", "neurips-19\nx"):
        assert refused(read_edition_key, text) == "edition-key"


def test_asset_is_a_plain_name() -> None:
    for text in (
        "ada.jpg",
        "neurips-19/ada.jpg",
        "./ada.jpg",
        "Ada Lovelace (2).png",
        "阿達.png",
        "100%.pdf",
    ):
        assert read_asset(text).value == text


@pytest.mark.parametrize(
    "text,code",
    [
        ("../../../../etc/passwd", "file-name-not-plain"),
        ("x/../../secret.png", "file-name-not-plain"),
        ("/etc/passwd", "file-name-not-plain"),
        ("~/.ssh/id_rsa", "file-name-not-plain"),
        ("..\\..\\secret.png", "file-name-not-plain"),
        ("%2e%2e/secret.png", "file-name-not-plain"),
        (".", "file-name-not-plain"),
        ("a//b.png", "file-name-not-plain"),
        ("file:///etc/passwd", "file-name-is-address"),
        ("http://a.example/a.png", "file-name-is-address"),
        ("C:secret.png", "file-name-is-address"),
        ("a.png\0.txt", "control-character"),
        ("12", "file-name-without-ending"),
        ("a" * 300 + ".png", "file-name-too-long"),
    ],
)
def test_asset_refuses(text: str, code: str) -> None:
    assert refused(read_asset, text) == code


def test_asset_on_another_site() -> None:
    text = "https://a.example/ada.png"
    assert codes(read_asset(text, outside="warn")) == ["picture-elsewhere"]
    assert codes(read_asset(text, outside="allow")) == []
    assert read_asset(text, outside="allow").value == text
    assert refused(read_asset, "https://a.example/a b", outside="allow") == "link-character"
    assert refused(read_asset, "javascript:alert(1)", outside="allow") == "file-name-is-address"


def test_none_and_what_only_looks_like_it() -> None:
    assert [is_none(text, quoted=False) for text in ("", "~", "null")] == [True] * 3
    assert [is_none(text, quoted=False) for text in ("Null", "NULL", "NO", "none", " ")] == [False] * 5
    assert [is_none(text, quoted=True) for text in ("", "~", "null")] == [True, False, False]


@pytest.mark.parametrize(
    "text", ["TBD", "tbds", "TBA", "tbc", "To be announced", "to be  determined.", "[TBD]", "TBA..."]
)
def test_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "Tabea", "TBD Labs", "Not to be announced", "Break"])
def test_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)
