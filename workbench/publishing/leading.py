"""Pages whose links lead elsewhere: the addresses in the tags of our own HTML are changed, the rest stays."""

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

Change = Callable[[str], str]
ATTRIBUTE = re.compile(
    r"""(?P<before>\s(?P<name>[^\s=<>"'/]+)\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'<>]+)"""
)
LEADING = frozenset({"href", "src", "action", "poster"})
SEVERAL = "srcset"


class _Tags(HTMLParser):
    """Finds where the tags of a text begin; what looks like one inside of a script or a comment is none."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.places: list[tuple[int, str, str]] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag."""
        line, column = self.getpos()
        self.places.append((self._lines[line - 1] + column, tag, self.get_starttag_text() or ""))


def lead(text: str, change: Change, in_forms: str = "") -> str:
    """Return HTML with each address in it as `change` returns it.

    Of a form's address the query is cut, as no browser sends it: `in_forms` is HTML that each form whose own address
    changed gets inside instead.
    """
    found, end = [], 0
    for start, name, tag in _Tags(text).places:
        changed = ATTRIBUTE.sub(lambda one: _changed(one, change), tag)
        more = in_forms if name == "form" and changed != tag else ""
        found += [text[end:start], changed, more]
        end = start + len(tag)
    return "".join([*found, text[end:]])


def _changed(found: re.Match[str], change: Change) -> str:
    name = found["name"].lower()
    if name not in LEADING and name != SEVERAL:
        return found[0]
    value = unescape(found["value"].strip("\"'"))
    after = _each(value, change) if name == SEVERAL else change(value)
    after = after.partition("?")[0] if name == "action" and after != value else after
    return f'{found["before"]}"{escape(after)}"' if after != value else found[0]


def _each(value: str, change: Change) -> str:
    """The addresses of a `srcset`, each with its size behind it."""
    parts = (part.strip().partition(" ") for part in value.split(", "))
    return ", ".join(change(address) + blank + size for address, blank, size in parts)
