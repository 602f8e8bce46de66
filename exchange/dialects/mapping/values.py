"""The values of a mapping: each says where something is found, how it is changed, and how it is written back."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Protocol

from exchange.dialects.mapping.scopes import Back, Hit, Scope, Target, Way, as_it_is, folder_of

SLOT = re.compile(r"\{([0-9]+)\}")
# A text longer than this is not searched by a pattern.
SEARCHED = 2_000


# A pattern's tokens: an escape, a class of characters, the beginning of a group with its flags, a repetition, another.
TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<\w+>|[aiLmsux-]*:|<?[=!]|>))?|\{[0-9,]*\}|.", re.DOTALL
)
REPEATS = re.compile(r"[*+]|\{[0-9,]+\}")
VARIES = re.compile(r"[*+|?]|\{[0-9]*,[0-9]*\}")


class Value(Protocol):
    """A value of a mapping."""

    def hits(self, scope: Scope) -> list[Hit]:
        """All that it gives in a scope, in order."""
        ...

    def target(self, scope: Scope) -> Target | None:
        """Where it would be written in a scope where it gives nothing; None if nowhere."""
        ...


@dataclass(frozen=True)
class Nothing:
    """A value that was left out."""

    def hits(self, scope: Scope) -> list[Hit]:  # noqa: ARG002 - a value's form
        """Give nothing."""
        return []

    def target(self, scope: Scope) -> Target | None:  # noqa: ARG002 - a value's form
        """Be written nowhere."""
        return None


@dataclass(frozen=True)
class Path:
    """A way in front matter or data: `a.b.0.c`, `*` for each element; ``up``: how many levels above."""

    steps: tuple[str, ...]
    up: int = 0

    def hits(self, scope: Scope) -> list[Hit]:
        """Give what stands there."""
        here = scope.up(self.up)
        return here.find(self.steps) if here is not None else []

    def target(self, scope: Scope) -> Target | None:
        """Be a key of the map that is there, where no step is a place in a list."""
        here = scope.up(self.up)
        if here is None or any(step == "*" or step.isdigit() for step in self.steps):
            return None
        return Target(here.path, (*here.way, *self.steps))


@dataclass(frozen=True)
class Body:
    """`$body`: all below the front matter."""

    def hits(self, scope: Scope) -> list[Hit]:
        """Give the body, if there is one."""
        document = scope.document
        if not document.body_text.strip():
            return []
        place = document.place(document.body.start)
        return [Hit(document.body_text, scope.path, place, Target(scope.path, ()))]

    def target(self, scope: Scope) -> Target | None:
        """Be the file's body."""
        return Target(scope.path, ()) if scope.document.fenced else None


@dataclass(frozen=True)
class Name:
    """`$stem`, `$file`, `$dirN`: what a file's path says; it cannot be written."""

    name: str
    number: int = 0

    def hits(self, scope: Scope) -> list[Hit]:
        """Give that part of the path, if there is one."""
        path = PurePosixPath(scope.path)
        said = {"stem": path.stem, "file": path.name, "dir": folder_of(scope.path, self.number)}[self.name]
        return [Hit(said, scope.path)] if said else []

    def target(self, scope: Scope) -> Target | None:  # noqa: ARG002 - a value's form
        """Be written nowhere."""
        return None


@dataclass(frozen=True)
class Enclosing:
    """`$up(key=value).way`: a value of the nearest `_index.md` above whose header says so."""

    key: str
    value: str
    steps: tuple[str, ...]

    def hits(self, scope: Scope) -> list[Hit]:
        """Give what stands there."""
        here = scope.enclosing(scope.path, self.key, self.value)
        return here.find(self.steps) if here is not None else []

    def target(self, scope: Scope) -> Target | None:
        """Be a key of that file."""
        here = scope.enclosing(scope.path, self.key, self.value)
        return Path(self.steps).target(here) if here is not None else None


@dataclass(frozen=True)
class First:
    """`[a, b]`: the first that gives something."""

    values: tuple[Value, ...]

    def hits(self, scope: Scope) -> list[Hit]:
        """Give what the first one gives; blanks are nothing."""
        found = (one.hits(scope) for one in self.values)
        return next((hits for hits in found if any(map(_says_something, hits))), [])

    def target(self, scope: Scope) -> Target | None:
        """Be written as the first that can be."""
        return next((found for one in self.values if (found := one.target(scope))), None)


@dataclass(frozen=True)
class All:
    """`[[a, b]]`: what all of them give."""

    values: tuple[Value, ...]

    def hits(self, scope: Scope) -> list[Hit]:
        """Give what each one gives."""
        return [hit for one in self.values for hit in one.hits(scope)]

    def target(self, scope: Scope) -> Target | None:
        """Be written as the first that can be."""
        return First(self.values).target(scope)


@dataclass(frozen=True)
class Const:
    """`{const: x}`: always the same; it cannot be written."""

    text: str

    def hits(self, scope: Scope) -> list[Hit]:
        """Give the text."""
        return [Hit(self.text, scope.path)]

    def target(self, scope: Scope) -> Target | None:  # noqa: ARG002 - a value's form
        """Be written nowhere."""
        return None


@dataclass(frozen=True)
class Join:
    """`{join: [a, b], with: "-"}`: the texts that are there, joined; one alone can be written, several cannot."""

    values: tuple[Value, ...]
    between: str

    def hits(self, scope: Scope) -> list[Hit]:
        """Give one text; nothing where none of them gives any."""
        parts = [hit for one in self.values for hit in one.hits(scope)[:1]]
        if not parts:
            return []
        return [Hit(self.between.join(one.text for one in parts), scope.path, parts[-1].place)]

    def target(self, scope: Scope) -> Target | None:  # noqa: ARG002 - a value's form
        """Be written nowhere."""
        return None


@dataclass(frozen=True)
class Nth:
    """`{nth: a}`: of what a value gives the one that belongs to the cell of a row; nothing in a row of one for all."""

    value: Value

    def hits(self, scope: Scope) -> list[Hit]:
        """Give the one that has the cell's place."""
        found = self.value.hits(scope)
        index, cells = scope.cell
        alone = cells == 1 and len(found) > 1
        # It names the room of a whole column and is no fact of one talk.
        return [] if alone or index >= len(found) else [replace(found[index], target=None)]

    def target(self, scope: Scope) -> Target | None:  # noqa: ARG002 - a value's form
        """Be written nowhere."""
        return None


@dataclass(frozen=True)
class Changed:
    """`{from: a, split:, pick:, match:, template:, map:, default:, unescape:, under:}`: what another gives, changed.

    It can be written where each change can be turned round: `map` with values of their own, and `unescape`.
    """

    value: Value
    split: str = ""
    pick: int | None = None
    match: re.Pattern[str] | None = None
    template: str = ""
    table: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    unescape: bool = False
    under: str = ""

    def hits(self, scope: Scope) -> list[Hit]:
        """Give what the other gives, changed."""
        found = self.value.hits(scope)
        if self.split:
            found = [
                replace(one, text=part.strip(), target=None, node=None)
                for one in found
                for part in one.text.split(self.split)
                if part.strip()
            ]
        if self.pick is not None:
            found = [found[self.pick]] if -len(found) <= self.pick < len(found) else []
        found = [changed for one in found if (changed := self._changed(one)) is not None]
        if not found and self.default is not None:
            return [Hit(self.default, scope.path)]
        return found

    def target(self, scope: Scope) -> Target | None:
        """Be written as the other, turned round."""
        found = self.value.target(scope)
        back = self._back()
        return None if found is None or back is None else Target(found.path, found.way, back)

    def _changed(self, hit: Hit) -> Hit | None:
        groups: tuple[str, ...] = (hit.text,)
        if self.match is not None:
            found = self.match.search(hit.text[:SEARCHED])
            if found is None:
                return None
            groups = (found[0], *(group or "" for group in found.groups()))
        text = groups[min(1, len(groups) - 1)]
        if self.template:
            text = SLOT.sub(lambda slot: _nth(groups, int(slot[1])), self.template)
        if self.table:
            text = self.table.get(text, text if self.default is None else self.default)
        if self.unescape:
            text = html.unescape(text)
        back = self._back()
        target = hit.target and back and Target(hit.target.path, hit.target.way, back)
        node = hit.node if text == hit.text else None
        return Hit(text, hit.path, hit.place, target or None, node, self.under or hit.under)

    def _back(self) -> Back | None:
        if self.split or self.match or self.template:
            return None
        if self.table:
            keys = {value: key for key, value in reversed(list(self.table.items()))}
            return lambda text: keys.get(text, text if text not in self.table else None)
        return (lambda text: html.escape(text, quote=False)) if self.unescape else as_it_is


def _says_something(hit: Hit) -> bool:
    return bool(hit.text.strip()) or hit.is_map


def _nth(groups: tuple[str, ...], number: int) -> str:
    return groups[number] if number < len(groups) else ""


def text_of(value: Value, scope: Scope) -> str:
    """The first text that a value gives; "" where it gives none."""
    return next((hit.text.strip() for hit in value.hits(scope) if hit.text.strip()), "")


def is_slow(pattern: str) -> bool:
    """Whether a pattern repeats a group that holds a repetition or a choice: such may be tried in too many ways."""
    open_groups = [False]
    tokens = list(TOKEN.finditer(pattern))
    for token, follower in zip(tokens, [*(one[0] for one in tokens[1:]), ""], strict=True):
        text = token[0]
        if text.startswith("("):
            open_groups.append(False)
        elif text == ")" and len(open_groups) > 1:
            many = open_groups.pop()
            if many and REPEATS.fullmatch(follower):
                return True
            open_groups[-1] |= many
        elif VARIES.fullmatch(text):
            open_groups[-1] = True
    return False


def way_of(value: Value) -> Way | None:
    """The way of a value that is a plain way from where it is asked; None for any other."""
    return value.steps if isinstance(value, Path) and not value.up and "*" not in value.steps else None
