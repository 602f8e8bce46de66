"""Log lines: for machines, and about nobody."""

import json
import logging
import sys

import pytest

from conference.logs import JsonLines, blanked, request_id


def line(record: logging.LogRecord) -> dict[str, str]:
    """What the formatter wrote, read again."""
    text = JsonLines().format(record)
    assert "\n" not in text
    read: dict[str, str] = json.loads(text)
    return read


def record(message: str, *values: object, **more: object) -> logging.LogRecord:
    """A record as a logger makes it at noon of 13 December 2019, UTC."""
    made = logging.LogRecord("exchange", logging.WARNING, __file__, 1, message, values, None)
    made.created = 1_576_238_400.0
    made.__dict__.update(more)
    return made


def test_a_line_says_when_what_and_how_bad() -> None:
    assert line(record("read %s of 東京", 3)) == {
        "time": "2019-12-13T12:00:00.000+00:00",
        "level": "WARNING",
        "logger": "exchange",
        "message": "read 3 of 東京",
    }


def test_the_request_is_named_but_not_written() -> None:
    token = request_id.set("abcdef012345")
    try:
        read = line(record("Not Found: %s", "/2019/", request="<cookie: secret>"))
    finally:
        request_id.reset(token)
    assert read["request"] == "abcdef012345"
    assert "secret" not in json.dumps(read)


def test_an_error_is_told_on_one_line() -> None:
    try:
        raise ValueError("no room for ada@example.org")
    except ValueError:
        read = line(record("failed", exc_info=sys.exc_info()))
    assert read["error"].endswith("ValueError: no room for [address]")


@pytest.mark.parametrize(
    "said,written",
    [
        ("Key (email)=(grace.hopper+x@navy.example.mil) exists", "Key (email)=([address]) exists"),
        ("Not Found: /search/?q=someone&page=2", "Not Found: /search/?[query]"),
        ("What? a=b", "What? a=b"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_is_personal_is_blanked(said: str, written: str) -> None:
    assert blanked(said) == written
