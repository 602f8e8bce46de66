"""The maps of a mapping file, asked for their words one by one; whatever is wrong in them is told at its place."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from exchange.dialects.mapping.language import Condition, NamedFile
from exchange.dialects.mapping.values import (
    SLOT,
    All,
    Body,
    Changed,
    Const,
    Enclosing,
    First,
    Join,
    Name,
    Nothing,
    Nth,
    Path,
    Value,
    is_slow,
)
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Node, Scalar
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from exchange.scalars import is_none

T = TypeVar("T")
C = TypeVar("C", bound=str)
DATA_ENDINGS = (".yml", ".yaml", ".json")
SPECIAL = re.compile(r"\$(?:(body|stem|file)|dir([1-9])|up\(([\w-]+)=([^()]*)\)\.(.+))")
MOST_DIGITS = 2
# Each `**` of a pattern multiplies the ways in which a path may be tried.
MOST_DEEP = 3
STEP = re.compile(r"[^.\s]+(?: [^.\s]+)*")


@dataclass
class Notes:
    """What comes up while a mapping file is read: what is wrong, the files it names, whether it looks above.

    ``places``: where each value stands, by its id.
    """

    path: str
    problems: Problems
    named: list[NamedFile] = field(default_factory=list)
    looks_above: bool = False
    places: dict[int, Place] = field(default_factory=dict)

    def error(self, node: Node, code: str, **values: str) -> None:
        """Tell what is wrong at a node."""
        self.problems.error(self.path, node.place, code, **values)

    def name(self, node: Node, path: str, use: Literal["data", "ignore", "override"]) -> None:
        """Remember where a file is named."""
        self.named.append(NamedFile(path, node.place, use))


class Block:
    """A map: its keys are asked for by name, and what nobody asked for is an error.

    After an error it goes on, so that all are told at once.
    """

    def __init__(self, node: KeyMapping, name: str, notes: Notes) -> None:
        self.node, self.name, self.notes = node, name, notes
        self.asked: list[str] = []

    def _get(self, key: str) -> Node | None:
        self.asked.append(key)
        node = self.node.get(key)
        if isinstance(node, Scalar) and is_none(node.text, node.quoted):
            return None
        return node

    def _each(self, key: str) -> Iterable[Node]:
        """The elements of a list; what is no list is one."""
        node = self._get(key)
        return node.items if isinstance(node, NodeList) else () if node is None else (node,)

    # Which keys there are

    def close(self) -> None:
        """Refuse the keys that nobody asked for."""
        self.known(frozenset(self.asked))

    def known(self, known: frozenset[str]) -> list[str]:
        """Its keys, if they are known; others are refused."""
        keys = self.node.keys()
        self.asked += keys
        for key in keys:
            if key not in known:
                self._refuse(key, known)
        return [key for key in keys if key in known]

    def _refuse(self, key: str, known: frozenset[str]) -> None:
        entry = self.node.entry(key)
        close = difflib.get_close_matches(key, sorted(known), 1, 0.6)
        values = {"key": key[:60], "known": ", ".join(sorted(known)), "close": close[0] if close else ""}
        code = "mapping-misspelt" if close else "mapping-unknown"
        self.notes.error(entry.key if entry else self.node, code, **values)

    def need(self, *keys: str) -> None:
        """Tell of each key that says nothing."""
        for key in keys:
            node = self._get(key)
            if node is None or (isinstance(node, NodeList) and not len(node)):
                name = f"{self.name}.{key}" if self.name else key
                self.notes.error(self.node, "mapping-missing", key=name)

    # Texts

    def text(self, key: str, *, strip: bool = True) -> str:
        """A text; "" where there is none."""
        node = self._get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.notes.error(node, "expected-text", key=key)
            return ""
        return node.text.strip() if strip else node.text

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one is a list of one."""
        return tuple(text for _node, text in self._each_text(key))

    def _each_text(self, key: str) -> Iterator[tuple[Node, str]]:
        for one in self._each(key):
            if isinstance(one, Scalar):
                yield one, one.text.strip()
            else:
                self.notes.error(one, "expected-text", key=key)

    def choice(self, key: str, choices: tuple[C, ...]) -> C | None:
        """One of a few words; None where there is none."""
        word, node = self.text(key), self.node.get(key)
        return self._chosen(node, key, word, choices) if word and node is not None else None

    def choices(self, key: str, choices: tuple[C, ...]) -> tuple[C, ...]:
        """Some of a few words."""
        found = (self._chosen(self.node, key, word, choices) for word in self.texts(key))
        return tuple(one for one in found if one is not None)

    def _chosen(self, node: Node, key: str, word: str, choices: tuple[C, ...]) -> C | None:
        if word not in choices:
            self.notes.error(node, "mapping-choice", key=key, value=word[:60], choices=", ".join(choices))
        return next((one for one in choices if one == word), None)

    def steps(self, key: str) -> tuple[str, ...]:
        """A way: `*.timeslots.*`."""
        return tuple(step for step in self.text(key).split(".") if step)

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        text, node = self.text(key, strip=False), self.node.get(key)
        if node is not None and is_slow(text):
            self.notes.error(node, "mapping-pattern-slow")
            return None
        try:
            return re.compile(text) if text else None
        except (re.error, OverflowError, RecursionError) as wrong:
            if node is not None:
                self.notes.error(node, "mapping-pattern", reason=str(wrong))
            return None

    def template(self, key: str) -> str:
        """A text with slots."""
        text, node = self.text(key, strip=False), self.node.get(key)
        slot = next((found[0] for found in SLOT.finditer(text) if len(found[1]) > MOST_DIGITS), "")
        if slot and node is not None:
            self.notes.error(node, "mapping-slot", slot=slot[:20])
            return ""
        return text

    def number(self, key: str) -> int | None:
        """A whole number; None where there is none."""
        text = self.text(key)
        if text and not re.fullmatch(r"-?[0-9]{1,4}", text):
            self.notes.error(self.node, "number-unreadable", text=text[:60])
            return None
        return int(text) if text else None

    # Files

    def globs(self, key: str) -> tuple[str, ...]:
        """Patterns of paths that stay within the site."""
        found = [(node, text) for node, text in self._each_text(key) if self._is_inside(node, text)]
        for node, text in found:
            if text.count("**") > MOST_DEEP:
                self.notes.error(node, "mapping-glob", text=text[:60])
        return tuple(text for _node, text in found)

    def ignored(self, key: str) -> frozenset[str]:
        """The paths of files to be ignored."""
        found = list(self._each_text(key))
        for node, path in found:
            self.notes.name(node, path, "ignore")
        return frozenset(path for _node, path in found)

    def folder(self, key: str) -> str:
        """A folder of the site."""
        text, node = self.text(key).strip("/"), self.node.get(key)
        return text if node is None or self._is_inside(node, text) else ""

    def data_file(self, key: str) -> str:
        """The path of a data file; "" where there is none."""
        path, node = self.text(key), self.node.get(key)
        if not path or node is None or not self._is_inside(node, path):
            return ""
        if not path.endswith(DATA_ENDINGS):
            self.notes.error(node, "mapping-data-file", text=path[:60])
        self.notes.name(node, path, "data")
        return path

    def _is_inside(self, node: Node, path: str) -> bool:
        inside = not path.startswith("/") and ".." not in path.split("/") and "\\" not in path
        if not inside:
            self.notes.error(node, "mapping-path", text=path[:60])
        return inside

    # Values

    def value(self, key: str) -> Value:
        """A value."""
        node = self._get(key)
        return read_value(node, self.notes) if node is not None else Nothing()

    def values(self, key: str) -> tuple[Value, ...]:
        """Several values; a single one is a list of one."""
        return tuple(read_value(one, self.notes) for one in self._each(key))

    def plain(self, key: str) -> Value:
        """A value, but for a bare text, which is meant as it stands."""
        node = self._get(key)
        if isinstance(node, Scalar) and not node.text.startswith("$"):
            return Const(node.text.strip())
        return self.value(key)

    def fields(self, key: str, known: frozenset[str]) -> dict[str, Value]:
        """A value for each of some fields."""
        found = self.block(key, lambda block: {name: block.value(name) for name in block.known(known)})
        return found or {}

    def conditions(self, key: str) -> tuple[Condition, ...]:
        """Keys with the texts that they must have."""
        return self.block(key, _conditions) or ()

    def table(self, key: str) -> dict[str, str]:
        """A map of texts to texts."""
        found = self.block(key, lambda block: {name: block.text(name) for name in block.node.keys()})  # noqa: SIM118
        return found or {}

    # Maps

    def block(self, key: str, read: Callable[["Block"], T]) -> T | None:
        """A map, read by a function; None where there is none."""
        node = self._get(key)
        return self._read(key, node, read) if node is not None else None

    def blocks(self, key: str, read: Callable[["Block"], T]) -> tuple[T, ...]:
        """A list of maps; a single one is a list of one."""
        return tuple(found for one in self._each(key) if (found := self._read(key, one, read)) is not None)

    def _read(self, key: str, node: Node, read: Callable[["Block"], T]) -> T | None:
        if not isinstance(node, KeyMapping):
            self.notes.error(node, "mapping-not-words", key=key[:60])
            return None
        block = Block(node, key, self.notes)
        found = read(block)
        block.close()
        return found


def _conditions(block: Block) -> tuple[Condition, ...]:
    return tuple(
        (read_value(entry.key, block.notes), block.text(entry.key.text)) for entry in block.node.entries
    )


def read_value(node: Node, notes: Notes) -> Value:
    """A value of the language."""
    value = _read_value(node, notes)
    notes.places[id(value)] = node.place
    return value


def _read_value(node: Node, notes: Notes) -> Value:
    if isinstance(node, Scalar):
        return _way(node, notes)
    if isinstance(node, KeyMapping):
        return _map(Block(node, "", notes))
    if len(node) == 1 and isinstance(node.items[0], NodeList):
        return _all(node.items[0], notes)
    # A list within a list is one choice that gathers.
    choices = (
        _all(one, notes) if isinstance(one, NodeList) else read_value(one, notes) for one in node.items
    )
    return First(tuple(choices))


def _all(node: NodeList, notes: Notes) -> All:
    return All(tuple(read_value(one, notes) for one in node.items))


def _way(node: Scalar, notes: Notes) -> Value:
    text = node.text.strip()
    special = SPECIAL.fullmatch(text)
    if special and special[3]:
        notes.looks_above = True
        return Enclosing(special[3], special[4], tuple(special[5].split(".")))
    if special:
        return Body() if special[1] == "body" else Name(special[1] or "dir", int(special[2] or 0))
    bare = text.lstrip("^")
    steps = bare.split(".")
    if text.startswith("$") or not all(STEP.fullmatch(step) for step in steps):
        notes.error(node, "mapping-no-value", text=text[:60])
        return Nothing()
    return Path(tuple(steps), len(text) - len(bare))


def _map(block: Block) -> Value:
    forms: dict[str, Callable[[], Value]] = {
        "const": lambda: Const(block.text("const")),
        "join": lambda: Join(block.values("join"), block.text("with")),
        "nth": lambda: Nth(block.value("nth")),
        "from": lambda: _changed(block),
    }
    form = next((form for word, form in forms.items() if block.node.get(word) is not None), None)
    if form is None:
        block.notes.error(block.node, "mapping-no-value-map")
        return Nothing()
    found = form()
    block.close()
    return found


def _changed(block: Block) -> Value:
    return Changed(
        block.value("from"),
        split=block.text("split", strip=False),
        pick=block.number("pick"),
        match=block.pattern("match"),
        template=block.template("template"),
        table=block.table("map"),
        default=block.text("default") if block.node.get("default") is not None else None,
        unescape=block.choice("unescape", ("html",)) == "html",
        under=block.folder("under"),
    )
