"""The sorts of value that a dialect's table names: how a scalar's text is read, and how a value is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from exchange.records import Value
from exchange.scalars import (
    BadValue,
    Reading,
    is_placeholder,
    read_asset,
    read_day,
    read_edition_key,
    read_flag,
    read_link,
    read_prose,
    read_text,
    read_whole,
)
from exchange.writing import write_day, write_flag, write_whole

T = TypeVar("T")
Read = Callable[[str], Reading[Value]]
# A value and the text that stood in its place, as the text to write.
Write = Callable[[Value, str], str]


def _as_it_is(value: Value, _like: str) -> str:
    return str(value)


@dataclass(frozen=True)
class Sort:
    """A sort of value, both ways; called with a scalar's text it reads it."""

    read: Read
    write: Write = _as_it_is

    def __call__(self, text: str) -> Reading[Value]:
        """Read a scalar's text."""
        return self.read(text)


def _as(read: Callable[[str], Reading[T]], plain: Callable[[T], Value], write: Write = _as_it_is) -> Sort:
    def read_plain(text: str) -> Reading[Value]:
        found = read(text)
        return Reading(plain(found.value), found.warnings)

    return Sort(read_plain, write)


def _or_none(value: str) -> Value:
    return value or None


def _read_document_or_link(words: str) -> Reading[str]:
    """A file's name or a link: `/path` on this site is a link."""
    return read_link(words) if words.strip().startswith("/") else read_asset(words, outside="allow")


text = _as(read_text, _or_none)
long_text = _as(lambda words: read_text(words, 2000), _or_none)
prose = _as(read_prose, _or_none)
day = _as(
    read_day,
    lambda value: value.isoformat(),
    lambda value, like: write_day(date.fromisoformat(str(value)), like),
)
flag = _as(read_flag, lambda value: value, lambda value, like: write_flag(bool(value), like))
whole = _as(
    lambda words: read_whole(words, lowest=0),
    lambda value: value,
    lambda value, like: write_whole(int(str(value)), like),
)
link = _as(read_link, _or_none)
edition_key = _as(read_edition_key, lambda value: value)
document = _as(_read_document_or_link, _or_none)
picture = _as(lambda words: read_asset(words, outside="warn"), _or_none)


def _read_person(words: str) -> Reading[Value]:
    """A printed name; a bare number is none."""
    found = text(words)
    if isinstance(found.value, str) and found.value.replace(".", "").isdigit():
        raise BadValue("name-is-number", text=found.value[:60])
    return found


person = Sort(_read_person)


def is_person(name: Value) -> bool:
    """Whether a printed name is somebody's, and not “TBD” or nothing."""
    return isinstance(name, str) and bool(name) and not is_placeholder(name)
