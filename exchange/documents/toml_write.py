"""New TOML: strings, bare values, keys, arrays and tables."""

import re
import tomllib
from collections import abc
from collections.abc import Iterator

from exchange.documents.patching import Bare, Value
from exchange.documents.spans import Style
from texts.cleaning import find_control

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def writings(text: str, style: Style, nl: str, *, inline: bool = False) -> Iterator[str]:
    """Ways to write a value, best first: bare if it may be, in the quotes that it had, in triple or double ones."""
    if isinstance(text, Bare) and style in ("plain", "empty") and _is_value(text):
        yield str(text)
    if style == "single" and "'" not in text and _clean(text):
        yield f"'{text}'"
    if style == "triple-single" and "'''" not in text and not text.endswith("'") and _clean(text, lines=True):
        yield "'''" + _opened(text, nl) + "'''"
    if style == "triple-double" or ("\n" in text and style in ("plain", "empty") and not inline):
        body = "\n".join("".join(map(_escaped, line)) for line in text.split("\n"))
        yield '"""' + _opened(body, nl) + '"""'
    yield double(text)


def double(text: str) -> str:
    """A text in double quotes, with escapes for what can't stand there."""
    return '"' + "".join(map(_escaped, text)) + '"'


def write_key(key: str) -> str:
    """A key, bare if it can be."""
    return key if BARE_KEY.fullmatch(key) else double(key)


def inline(value: Value) -> str:
    """A value on one line, arrays and tables in brackets and braces."""
    if value is None:
        return '""'
    if isinstance(value, str):
        return next(writings(value, "plain", "\n", inline=True))
    if isinstance(value, abc.Mapping):
        return "{ " + ", ".join(pairs(value)) + " }" if value else "{}"
    return "[" + ", ".join(map(inline, value)) + "]"


def pairs(values: abc.Mapping[str, Value]) -> list[str]:
    """`key = value` for each key."""
    return [f"{write_key(key)} = {inline(value)}" for key, value in values.items()]


def _opened(body: str, nl: str) -> str:
    """A text of several lines begins on the line after its quotes."""
    return (nl if "\n" in body else "") + body.replace("\n", nl)


def _escaped(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if find_control(character) is None and character != "\ufeff":
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _clean(text: str, *, lines: bool = False) -> bool:
    flat = text.replace("\t", " ").replace("\n", " ") if lines else text.replace("\t", " ")
    return find_control(flat) is None and "\ufeff" not in flat


def _is_value(text: str) -> bool:
    try:
        read = tomllib.loads(f"value = {text}")
    except ValueError:
        return False
    return list(read) == ["value"] and not isinstance(read["value"], str | list | dict)
