"""The words in which a dialect's table is written, and the one reader that follows it."""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

from exchange.dialects import values
from exchange.documents import Document, Node, Scalar
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from exchange.records import Asset, Item, Kind, Record, Value
from exchange.scalars import BadValue, Remark, is_none, read_clock


class Rule(Protocol):
    """One line of a dialect's table: reads one field (or list) of a record from its keys."""

    def takes(self) -> Collection[str]:
        """The keys of its mapping that it knows."""

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:
        """Read from a mapping (the header, or the element of a list that stands at ``item``)."""


@dataclass(frozen=True)
class Files:
    """Where the files that a value names may lie; ``{edition}`` is the edition's key, ``.`` the file's own folder."""

    field: str
    kind: Any
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A field that one key gives; of several keys (dotted ones reach into maps) the first that says something."""

    field: str
    sources: tuple[str, ...]
    read_text: values.Read = values.text
    default: Value = None
    files: Files | None = None

    def takes(self) -> Collection[str]:
        """The first steps of its ways."""
        return {source.partition(".")[0] for source in self.sources}

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:
        """Take the first source with a value, else the default."""
        for source in self.sources:
            found = reader.value(at, source, self.read_text)
            if found is not None:
                node, value = found
                reader.put(item, self.field, value, node.place)
                if self.files and isinstance(value, str):
                    reader.name_asset(self.files, item, value, node.place)
                return
        reader.put(item, self.field, self.default, None)


@dataclass(frozen=True)
class Words:
    """A field that is a list of words; a single one is a list of one."""

    field: str
    key: str

    def takes(self) -> Collection[str]:
        """Its one key."""
        return {self.key}

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:
        """Read each word as text."""
        node = at.get(self.key)
        found: list[str] = []
        for one in node.items if isinstance(node, NodeList) else [node] if node is not None else []:
            value = reader.scalar(one, values.text)
            if isinstance(value, str):
                found.append(value)
        reader.put(item, self.field, tuple(found) or None, node.place if node is not None else None)


@dataclass(frozen=True)
class ClockTime:
    """A time on the venue's clock."""

    field: str
    key: str

    def takes(self) -> Collection[str]:
        """Its one key."""
        return {self.key}

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:
        """Keep the clock; an offset beside it is noted for who knows the zone."""
        node = at.get(self.key)
        text = reader.text(node)
        value: Value = None
        if node is not None and text is not None:
            try:
                clock = read_clock(text).value
            except BadValue as bad:
                reader.problems.error(reader.path, node.place, bad.code, **bad.values)
            else:
                value = clock.moment.isoformat()
                if clock.offset is not None:
                    reader.offsets[self.field] = clock.offset
        reader.put(item, self.field, value, node.place if node is not None else None)


@dataclass(frozen=True)
class Flags:
    """A field whose value is told by flags: the first flag that stands as named wins, else the default."""

    field: str
    flags: tuple[tuple[str, bool, str], ...]
    default: str

    def takes(self) -> Collection[str]:
        """The flags' keys."""
        return {key for key, _stands, _value in self.flags}

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:
        """Read every flag, so that a bad one is told."""
        found: list[tuple[str, Place]] = []
        for key, stands, value in self.flags:
            flag = reader.value(at, key, values.flag)
            if flag is not None and flag[1] is stands:
                found.append((value, flag[0].place))
        value, place = found[0] if found else (self.default, None)
        reader.put(item, self.field, value, place)


@dataclass(frozen=True)
class Body:
    """A field that is the whole body."""

    field: str

    def takes(self) -> Collection[str]:
        """No key."""
        return ()

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
        """Read the body with LF, NFC, trimmed."""
        document = reader.document
        place = document.place(document.body.start)
        try:
            found = values.prose(document.body_text)
        except BadValue as bad:
            reader.problems.error(reader.path, place, bad.code, **bad.values)
            return
        reader.put(item, self.field, found.value, place)
        reader.look_at_body()


@dataclass(frozen=True)
class Elements:
    """A list whose elements stand under one or several keys, each a map, a list of maps, or bare text.

    ``sources``: (key, fields that it settles). ``needs``: the field without which an element is left out, which
    bare text gives, read by ``plain``. ``also``: keys of an element that another rule reads.
    Elements with an ``order`` key are put into its order.
    """

    name: str
    sources: tuple[tuple[str, Mapping[str, Value]], ...]
    rules: tuple[Rule, ...]
    needs: str
    plain: values.Read
    also: frozenset[str] = frozenset()

    def takes(self) -> Collection[str]:
        """The keys that hold elements."""
        return {key for key, _settled in self.sources}

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
        """Read all elements under all keys."""
        found: list[tuple[int, int, Item]] = []
        for key, settled in self.sources:
            node = at.get(key)
            several = isinstance(node, NodeList)
            nodes = node.items if isinstance(node, NodeList) else [] if node is None else [node]
            for index, one in enumerate(nodes):
                place = f"{key}.{index}" if several else key
                element = self._element(reader, one, place, settled)
                if element is not None:
                    found.append((*reader.rank(one, len(found)), element))
        found.sort(key=lambda one: one[:2])
        reader.lists[self.name] = tuple(element for _order, _index, element in found)

    def _element(self, reader: "Reader", node: Node, place: str, settled: Mapping[str, Value]) -> Item | None:
        if isinstance(node, KeyMapping):
            reader.items[place] = dict(settled)
            for rule in self.rules:
                rule.read(reader, node, place)
            reader.look_for_unknown(node, self.known(), place)
        elif isinstance(node, NodeList):
            reader.problems.error(reader.path, node.place, "expected-keys", key=place)
            return None
        elif is_none(node.text, node.quoted):
            return None
        else:
            self._bare(reader, node, place, settled)
        fields = {**reader.items.pop(place), **settled}
        reader.item_places.setdefault(place, node.place)
        if fields.get(self.needs) is None:
            if not reader.problems_at(node):
                reader.problems.warning(
                    reader.path, node.place, "element-without", key=place, needs=self.needs
                )
            return None
        return Item(place, fields)

    def known(self) -> set[str]:
        """The keys that an element may have."""
        return {"order", *self.also, *(key for rule in self.rules for key in rule.takes())}

    def _bare(self, reader: "Reader", node: Scalar, place: str, settled: Mapping[str, Value]) -> None:
        reader.items[place] = dict(settled)
        for rule in self.rules:
            rule.read(reader, KeyMapping((), node.start, node.start, node.place), place)
        reader.put(place, self.needs, reader.scalar(node, self.plain), node.place)


@dataclass(frozen=True)
class Dates:
    """The list of important dates: every key of a form, with its ``_extended`` twin."""

    name: str
    pattern: re.Pattern[str]
    twin: str = "_extended"

    def takes(self) -> Collection[str]:
        """None by name: the pattern knows them."""
        return ()

    def read(self, reader: "Reader", at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
        """Read each pair of keys as one date."""
        found: dict[str, dict[str, Value]] = {}
        for key in at.keys():  # noqa: SIM118 - a node, not a dict
            name = key.removesuffix(self.twin)
            if not self.pattern.fullmatch(name):
                continue
            node_value = reader.value(at, key, values.day)
            dates = found.setdefault(name, {"date": None, "extended_to": None})
            if node_value is not None:
                which = "extended_to" if key.endswith(self.twin) else "date"
                dates[which] = node_value[1]
                reader.item_places.setdefault(name, node_value[0].place)
        reader.lists[self.name] = tuple(
            Item(name, {"name": name, **dates}) for name, dates in found.items() if any(dates.values())
        )

    def knows(self, key: str) -> bool:
        """Whether a key is one of its own."""
        return bool(self.pattern.fullmatch(key.removesuffix(self.twin)))


@dataclass(frozen=True)
class RecordRules:
    """How a file of one kind becomes a record; ``finish`` looks at the whole and may refuse or complete it."""

    rules: tuple[Rule, ...]
    kept: re.Pattern[str]
    finish: Callable[["Reader"], None]
    needs_edition: bool = True


@dataclass(frozen=True)
class Dialect:
    """Which files are claimed, what kind each is, and the rules of each kind. ``digest`` changes with the table."""

    name: str
    digest: str
    markers: tuple[str, ...]
    kinds: Mapping[Kind, RecordRules]
    kind_of: Callable[[Document], Kind | None]
    folders: tuple[str, ...] = ()
    generator_keys: frozenset[str] = frozenset()

    def read(self, document: Document, problems: Problems, default_edition: str = "") -> "Reading":
        """The records of a file; what is wrong goes into ``problems``."""
        kind = self.kind_of(document)
        if kind is None:
            return Reading()
        rules = self.kinds[kind]
        reader = Reader(document, problems, self, default_edition)
        reader.find_edition(needed=rules.needs_edition)
        for rule in rules.rules:
            rule.read(reader, document.root, "")
        known = {"edition", *(key for rule in rules.rules for key in rule.takes())}
        reader.look_for_unknown(document.root, known, "", rules)
        rules.finish(reader)
        return Reading((reader.record(kind),), tuple(reader.unknown))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: its records, and the keys that nobody knows, with their places."""

    records: tuple[Record, ...] = ()
    unknown: tuple[tuple[str, Place], ...] = ()


OUTSIDE_PICTURE = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?(https?://[^\s)>]+)|<img\b[^>]*\bsrc\s*=\s*[\"']?(https?://[^\s\"'>]+)",
    re.IGNORECASE,
)
OLD_PATHS = ("permalink", "aliases", "redirect_from")


@dataclass
class Reader:
    """One file on its way to a record: what the rules have found so far."""

    document: Document
    problems: Problems
    dialect: Dialect
    default_edition: str = ""
    edition: str = ""
    fields: dict[str, Value] = field(default_factory=dict)
    lists: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    items: dict[str, dict[str, Value]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    item_places: dict[str, Place] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    assets: list[Asset] = field(default_factory=list)
    unknown: list[tuple[str, Place]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The file's path from the root."""
        return self.document.path

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    def find_edition(self, *, needed: bool) -> None:
        """Read the edition's key; without one the default edition, else (if needed) an error."""
        found = self.value(self.document.root, "edition", values.edition_key)
        if found is not None:
            self.edition, self.places["edition"] = str(found[1]), found[0].place
        elif self.default_edition:
            self.edition = self.default_edition
        elif needed and not self.problems_at(self.document.root.get("edition")):
            self.problems.error(self.path, self.document.root.place, "edition-missing")

    def put(self, item: str, name: str, value: Value, place: Place | None) -> None:
        """Note a field's value and where it stands."""
        (self.items[item] if item else self.fields)[name] = value
        if place is not None:
            self.places[f"{item}.{name}" if item else name] = place

    def value(self, at: KeyMapping, source: str, read: values.Read) -> tuple[Scalar, Value] | None:
        """The scalar at the end of a dotted way and its value; None where there is no value."""
        node: Node | None = at
        for step in source.split("."):
            # A bare name may stand where a map could: then there is nothing below it.
            node = node.get(step) if isinstance(node, KeyMapping) else None
        value = self.scalar(node, read, source)
        return (node, value) if isinstance(node, Scalar) and value is not None else None

    def scalar(self, node: Node | None, read: values.Read, key: str = "") -> Value:
        """A scalar's value; None for none, and for a bad one, which is told."""
        text = self.text(node, key)
        if node is None or text is None:
            return None
        try:
            found = read(text)
        except BadValue as bad:
            self.problems.error(self.path, node.place, bad.code, **bad.values)
            return None
        self._warn(node, found.warnings)
        return found.value

    def text(self, node: Node | None, key: str = "") -> str | None:
        """A scalar's text; None where it means no value. A map or list is told as an error."""
        if node is None:
            return None
        if isinstance(node, Scalar):
            return None if is_none(node.text, node.quoted) else node.text
        if len(node):
            self.problems.error(self.path, node.place, "expected-text", key=key)
        return None

    def _warn(self, node: Node, warnings: Sequence[Remark]) -> None:
        for code, said in warnings:
            self.problems.warning(self.path, node.place, code, **said)

    def rank(self, node: Node, index: int) -> tuple[int, int]:
        """Where an element of a list belongs: by its ``order`` key, else as it stands."""
        found = self.value(node, "order", values.whole) if isinstance(node, KeyMapping) else None
        return (found[1] if found and isinstance(found[1], int) else index, index)

    def problems_at(self, node: Node | None) -> bool:
        """Whether something was already said of this value or of what is in it."""
        return node is not None and any(
            one.path == self.path and one.place is not None and _covers(self.document, node, one.place)
            for one in self.problems
        )

    def name_asset(self, files: Files, item: str, name: str, place: Place | None) -> None:
        """Note that a value names a file, and where it may lie."""
        if name.startswith(("http://", "https://", "/")):
            return
        own = PurePosixPath(self.path).parent
        folders = [folder.format(edition=self.edition) for folder in files.folders]
        candidates = tuple(
            str(own / name if folder == "." else PurePosixPath(folder) / name) for folder in folders
        )
        self.assets.append(Asset(files.field, item, name, files.kind, candidates, place))

    def look_at_body(self) -> None:
        """Warn of pictures that would make every reader's browser ask another host."""
        document = self.document
        for found in OUTSIDE_PICTURE.finditer(document.text, document.body.start):
            place = document.place(found.start())
            self.problems.warning(self.path, place, "picture-outside", address=(found[1] or found[2])[:60])

    def look_for_unknown(
        self, at: KeyMapping, known: set[str], item: str, rules: RecordRules | None = None
    ) -> None:
        """Tell of keys that nobody knows: a slip of one that is known at its place, others once a run."""
        for entry in at.entries:
            key = entry.key.text
            if key in known or (rules and self._is_kept(key, rules)):
                continue
            close = difflib.get_close_matches(key, sorted(known), 1, 0.8)
            if close:
                self.problems.warning(self.path, entry.key.place, "key-misspelt", key=key, close=close[0])
            else:
                name = f"{re.sub(r'[.][0-9]+', '', item)}.{key}" if item else key
                self.unknown.append((name, entry.key.place))

    def _is_kept(self, key: str, rules: RecordRules) -> bool:
        dated = any(isinstance(rule, Dates) and rule.knows(key) for rule in rules.rules)
        return dated or key in self.dialect.generator_keys or bool(rules.kept.fullmatch(key))

    def old_paths(self) -> tuple[str, ...]:
        """The addresses that the file had on its old site: ``permalink``, ``aliases``, ``redirect_from``."""
        found: list[str] = []
        for key in OLD_PATHS:
            node = self.document.root.get(key)
            for one in node.items if isinstance(node, NodeList) else [node]:
                if isinstance(one, Scalar) and one.text.startswith("/") and not one.text.startswith("//"):
                    found.append(one.text)
        return tuple(dict.fromkeys(path for path in found if ":" not in path and len(path) <= 2000))

    def record(self, kind: Kind) -> Record:
        """All that was found, as a record."""
        key = self.edition if kind == "edition" else self.stem
        places = {**self.item_places, **self.places}
        if kind != "edition":
            self.fields["edition"] = self.edition or None
        return Record(
            kind,
            self.path,
            self.edition,
            key,
            self.fields,
            self.lists,
            places,
            self.offsets,
            tuple(self.assets),
            self.old_paths(),
        )


def _covers(document: Document, node: Node, place: Place) -> bool:
    return document.place(node.start) <= place <= document.place(node.end)
