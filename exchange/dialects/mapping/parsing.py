"""The mapping language: a file of a few lines, read word by word; whatever is wrong in it is told at its place."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeVar

from exchange.dialects.mapping.language import (
    DATA_ENDINGS,
    ONLY_IN_FILES,
    PERSON_FIELDS,
    ROLES,
    ROW_FIELDS,
    TALK_FIELDS,
    AppearanceRule,
    Conditions,
    Globs,
    Lookup,
    NamedFile,
    Ref,
    ScheduleRule,
    SiteMapping,
    SpeakersRule,
    TalksRule,
)
from exchange.dialects.mapping.times import is_zone
from exchange.dialects.mapping.values import (
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
)
from exchange.documents import Document, Node, Scalar
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from exchange.scalars import is_none

T = TypeVar("T")
SPECIAL = re.compile(r"\$(?:(body|stem|file)|dir([1-9])|up\(([\w-]+)=([^()]*)\)\.(.+))")
SOURCE = re.compile(r"[A-Za-z0-9_-]{1,60}")
STEP = re.compile(r"[^.\s]+(?: [^.\s]+)*")


def read_language(document: Document, problems: Problems) -> SiteMapping | None:
    """Read a mapping; whatever is wrong with it goes into ``problems`` with its place, and gives None."""
    found = Problems()
    mapping = _Parser(document, found).site()
    problems.extend(found)
    return None if found.has_errors else mapping


class _Parser:
    """The mapping file's nodes on their way to rules. After an error it goes on, so that all are told at once."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.path, self.root, self.problems = document.path, document.root, problems
        self.named: list[NamedFile] = []
        self.looks_above = False
        self.talks_at: Place | None = None

    def site(self) -> SiteMapping | None:
        """The whole; None where there are no words at all."""
        block = _Block(self, self.root, "")
        if self.root.get("") is not None:
            self.error(self.root, "mapping-not-words", key="mapping")
            return None
        mapping = SiteMapping(
            source=self._source(block),
            timezone=self._timezone(block),
            believe_offsets=block.choice("offsets", ("keep", "ignore")) != "ignore",
            edition=block.value("edition"),
            translations=block.texts("translations"),
            speakers=block.block("speakers", self._people),
            talks=block.block("talks", self._talks) or self._no_talks(block),
            schedule=block.block("schedule", self._schedule),
            overrides=block.block("overrides", self._overrides) or {},
            ignored=frozenset(block.files("ignore", "ignore")),
            keys_twice="last" if block.choice("key_twice", ("error", "last")) == "last" else "error",
        )
        block.close()
        return replace(mapping, named=tuple(self.named), looks_above=self.looks_above, talks_at=self.talks_at)

    def _source(self, block: "_Block") -> str:
        """The series' key."""
        text = block.text("source")
        if text and not SOURCE.fullmatch(text):
            self.error(block.node.get("source") or block.node, "mapping-source", text=text[:60])
        return text

    def _timezone(self, block: "_Block") -> Value:
        """The zone of each edition; whatever can be known to be none is told here."""
        value, node = block.plain("timezone"), block.node.get("timezone")
        for zone in _fixed(value):
            if node is not None and not is_zone(zone):
                self.error(node, "mapping-zone", zone=zone[:60])
        return value

    def _no_talks(self, block: "_Block") -> TalksRule:
        block.need("talks")
        none = Conditions()
        return TalksRule(Globs(), Nothing(), none, none, (), none, (), (), {})

    def _people(self, block: "_Block") -> SpeakersRule:
        items = block.block("items", lambda one: (one.data_file("file"), one.steps("at")))
        rule = SpeakersRule(
            Globs(block.globs("files"), block.globs("exclude")),
            *(items or ("", ())),
            block.value("key"),
            block.fields("set", PERSON_FIELDS | ONLY_IN_FILES),
        )
        if items is None:
            block.need("files")
        block.need("set")
        return rule

    def _talks(self, block: "_Block") -> TalksRule:
        rule = TalksRule(
            files=Globs(block.globs("files"), block.globs("exclude")),
            key=block.value("key"),
            skip_if=block.conditions("skip_if"),
            only_if=block.conditions("only_if"),
            require=block.values("require"),
            service_if=block.conditions("service_if"),
            service_if_empty=block.values("service_if_empty"),
            speakers=block.blocks("speakers", self._appearance),
            set=block.fields("set", TALK_FIELDS),
        )
        block.need("files", "set")
        node = block.node.get("files")
        self.talks_at = node.place if node is not None else None
        return rule

    def _appearance(self, block: "_Block") -> AppearanceRule:
        refs: list[Ref] = []
        for one in block.texts("ref"):
            if one in ("key", "name"):
                refs.append("key" if one == "key" else "name")
            else:
                self.error(block.node, "mapping-choice", key="ref", value=one, choices="key, name")
        rule = AppearanceRule(
            block.value("from"),
            tuple(refs),
            block.fields("inline", PERSON_FIELDS | ONLY_IN_FILES),
            block.choice("role", ROLES) or "speaker",
        )
        block.need("from")
        block.text("key")  # Inline people are found by their names: the word is taken and says nothing new.
        if bool(rule.ref) == bool(rule.inline):
            self.error(block.node, "mapping-ref-or-inline")
        return rule

    def _schedule(self, block: "_Block") -> ScheduleRule:
        match = block.choice("match", ("key", "title"))
        end = block.choice("end", ("next",))
        rule = ScheduleRule(
            block.data_file("file"),
            block.steps("rows"),
            block.block("lookup", self._lookup),
            block.value("talk"),
            "title" if match == "title" else "key",
            block.fields("set", ROW_FIELDS),
            end == "next",
        )
        block.need("file", "rows", "talk", "set")
        return rule

    def _lookup(self, block: "_Block") -> Lookup:
        found = Lookup(block.data_file("file"), block.value("by"), block.value("key"))
        block.need("file", "by", "key")
        return found

    def _overrides(self, block: "_Block") -> dict[str, Mapping[str, Value]]:
        found: dict[str, Mapping[str, Value]] = {}
        for entry in block.node.entries:
            own = block.block(entry.key.text, _literals)
            if own is not None:
                found[entry.key.text] = own
                self.names(entry.key, entry.key.text, "override")
        return found

    # What stands at a node

    def error(self, node: Node, code: str, **values: str) -> None:
        """Tell what is wrong at a node."""
        self.problems.error(self.path, node.place, code, **values)

    def names(self, node: Node, path: str, use: Literal["data", "ignore", "override"]) -> None:
        """Remember where a file is named."""
        self.named.append(NamedFile(path, node.place, use))

    def value(self, node: Node) -> Value:
        """A value of the language."""
        if isinstance(node, Scalar):
            return self._way(node)
        if isinstance(node, NodeList):
            if len(node) == 1 and isinstance(node.items[0], NodeList):
                return All(tuple(self.value(one) for one in node.items[0].items))
            # A list within a list is one choice that gathers.
            return First(
                tuple(
                    All(tuple(self.value(part) for part in one.items))
                    if isinstance(one, NodeList)
                    else self.value(one)
                    for one in node.items
                )
            )
        return self._map(_Block(self, node, ""))

    def _way(self, node: Scalar) -> Value:
        text = node.text.strip()
        special = SPECIAL.fullmatch(text)
        if special:
            if special[3]:
                self.looks_above = True
                return Enclosing(special[3], special[4], tuple(special[5].split(".")))
            return Body() if special[1] == "body" else Name(special[1] or "dir", int(special[2] or 0))
        bare = text.lstrip("^")
        steps = bare.split(".")
        if text.startswith("$") or not all(STEP.fullmatch(step) for step in steps):
            self.error(node, "mapping-no-value", text=text[:60])
            return Nothing()
        return Path(tuple(steps), len(text) - len(bare))

    def _map(self, block: "_Block") -> Value:
        node = block.node
        found: Value
        if node.get("const") is not None:
            found = Const(block.text("const"))
        elif node.get("join") is not None:
            found = Join(block.values("join"), block.text("with"))
        elif node.get("nth") is not None:
            found = Nth(block.value("nth"))
        elif node.get("from") is not None:
            found = self._changed(block)
        else:
            self.error(node, "mapping-no-value-map")
            return Nothing()
        block.close()
        return found

    def _changed(self, block: "_Block") -> Value:
        pick = block.text("pick")
        if pick and not re.fullmatch(r"-?[0-9]{1,4}", pick):
            self.error(block.node, "number-unreadable", text=pick[:60])
            pick = ""
        return Changed(
            block.value("from"),
            split=block.text("split", strip=False),
            pick=int(pick) if pick else None,
            match=block.pattern("match"),
            template=block.text("template", strip=False),
            table=block.table("map"),
            default=block.text("default") if block.node.get("default") is not None else None,
            unescape=block.choice("unescape", ("html",)) == "html",
            under=block.folder("under"),
        )


def _literals(block: "_Block") -> dict[str, Value]:
    """An override's fields: each is the very text that stands there."""
    return {name: Const(block.text(name)) for name in block.known(TALK_FIELDS)}


class _Block:
    """A map of the mapping file: its keys are asked for by name, and what nobody asked for is an error."""

    def __init__(self, parser: _Parser, node: KeyMapping, name: str) -> None:
        self.parser, self.node, self.name = parser, node, name
        self.asked: list[str] = []

    def _get(self, key: str) -> Node | None:
        self.asked.append(key)
        node = self.node.get(key)
        if isinstance(node, Scalar) and is_none(node.text, node.quoted):
            return None
        return node

    def close(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self.node.keys():  # noqa: SIM118 - a node, not a dict
            if key not in self.asked:
                self._refuse(key, frozenset(self.asked))

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
        self.parser.error(entry.key if entry else self.node, code, **values)

    def need(self, *keys: str) -> None:
        """Tell of each key that says nothing."""
        for key in keys:
            if self._is_empty(self._get(key)):
                name = f"{self.name}.{key}" if self.name else key
                self.parser.error(self.node, "mapping-missing", key=name)

    @staticmethod
    def _is_empty(node: Node | None) -> bool:
        return node is None or (isinstance(node, NodeList) and not len(node))

    def text(self, key: str, *, strip: bool = True) -> str:
        """A text; "" where there is none."""
        node = self._get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.parser.error(node, "expected-text", key=key)
            return ""
        return node.text.strip() if strip else node.text

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one is a list of one."""
        return tuple(text for _node, text in self._each_text(key))

    def _each_text(self, key: str) -> Iterator[tuple[Node, str]]:
        for one in self._nodes(key):
            if isinstance(one, Scalar):
                yield one, one.text.strip()
            else:
                self.parser.error(one, "expected-text", key=key)

    def _nodes(self, key: str) -> Iterable[Node]:
        """The elements of a list; what is no list is one."""
        node = self._get(key)
        return node.items if isinstance(node, NodeList) else () if node is None else (node,)

    def globs(self, key: str) -> tuple[str, ...]:
        """Patterns of paths that stay within the site."""
        return tuple(text for node, text in self._each_text(key) if self._is_inside(node, text))

    def files(self, key: str, use: Literal["data", "ignore", "override"]) -> tuple[str, ...]:
        """Paths of files."""
        found = tuple(self._each_text(key))
        for node, text in found:
            self.parser.names(node, text, use)
        return tuple(text for _node, text in found)

    def folder(self, key: str) -> str:
        """A folder of the site."""
        text, node = self.text(key).strip("/"), self.node.get(key)
        return text if node is None or self._is_inside(node, text) else ""

    def _is_inside(self, node: Node, path: str) -> bool:
        inside = not path.startswith("/") and ".." not in path.split("/") and "\\" not in path
        if not inside:
            self.parser.error(node, "mapping-path", text=path[:60])
        return inside

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of a few words; "" where there is none."""
        word, node = self.text(key), self.node.get(key)
        if word and word not in choices and node is not None:
            self.parser.error(node, "mapping-choice", key=key, value=word[:60], choices=", ".join(choices))
        return word

    def data_file(self, key: str) -> str:
        """The path of a data file; "" where there is none."""
        path, node = self.text(key), self.node.get(key)
        if not path or node is None or not self._is_inside(node, path):
            return ""
        if not path.endswith(DATA_ENDINGS):
            self.parser.error(node, "mapping-data-file", text=path[:60])
        self.parser.names(node, path, "data")
        return path

    def steps(self, key: str) -> tuple[str, ...]:
        """A way: `*.timeslots.*`."""
        return tuple(step for step in self.text(key).split(".") if step)

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        text, node = self.text(key, strip=False), self.node.get(key)
        try:
            return re.compile(text) if text else None
        except re.error as wrong:
            if node is not None:
                self.parser.error(node, "mapping-pattern", reason=str(wrong))
            return None

    def table(self, key: str) -> dict[str, str]:
        """A map of texts to texts."""
        found = self.block(
            key, lambda one: {name.key.text: one.text(name.key.text) for name in one.node.entries}
        )
        return found or {}

    def plain(self, key: str) -> Value:
        """A value, but for a bare text, which is meant as it stands."""
        node = self._get(key)
        if isinstance(node, Scalar) and not node.text.startswith("$"):
            return Const(node.text.strip())
        return self.parser.value(node) if node is not None else Nothing()

    def value(self, key: str) -> Value:
        """A value."""
        node = self._get(key)
        return self.parser.value(node) if node is not None else Nothing()

    def values(self, key: str) -> tuple[Value, ...]:
        """Several values; a single one is a list of one."""
        return tuple(self.parser.value(one) for one in self._nodes(key))

    def conditions(self, key: str) -> Conditions:
        """Keys with the texts that they must have."""

        def pairs(block: "_Block") -> Conditions:
            ways = [(entry.key, block.text(entry.key.text)) for entry in block.node.entries]
            return Conditions(tuple((self.parser.value(way), text) for way, text in ways))

        return self.block(key, pairs) or Conditions()

    def fields(self, key: str, known: frozenset[str]) -> dict[str, Value]:
        """A value for each of some fields."""
        found = self.block(key, lambda block: {name: block.value(name) for name in block.known(known)})
        return found or {}

    def block(self, key: str, read: Callable[["_Block"], T]) -> T | None:
        """A map, read by a function; None where there is none."""
        node = self._get(key)
        return self._read(key, node, read) if node is not None else None

    def blocks(self, key: str, read: Callable[["_Block"], T]) -> tuple[T, ...]:
        """A list of maps; a single one is a list of one."""
        return tuple(found for one in self._nodes(key) if (found := self._read(key, one, read)) is not None)

    def _read(self, key: str, node: Node, read: Callable[["_Block"], T]) -> T | None:
        if not isinstance(node, KeyMapping):
            self.parser.error(node, "mapping-not-words", key=key[:60])
            return None
        block = _Block(self.parser, node, key)
        found = read(block)
        block.close()
        return found


def _fixed(value: Value) -> Iterator[str]:
    """The texts that a value can be known to give before any file is read."""
    if isinstance(value, Const):
        yield value.text
    elif isinstance(value, First | All):
        for one in value.values:
            yield from _fixed(one)
    elif isinstance(value, Changed):
        yield from value.table.values()
        yield from [value.default] if value.default is not None else []
