"""The words in which a dialect's table is written: each reads one field or list of a record from its keys."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from exchange.dialects import values
from exchange.dialects.listing import write_elements
from exchange.dialects.reader import Files, Reader
from exchange.dialects.writer import Said, Way, Writer, clock_shape
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Node, Scalar, replace_body
from exchange.documents import Sequence as NodeList
from exchange.problems import Place
from exchange.records import Item, Value
from exchange.scalars import BadValue, is_none, read_clock
from exchange.writing import write_clock, write_flag


class Rule(Protocol):
    """One line of a dialect's table: reads one field (or list) of a record from its keys."""

    def takes(self) -> Collection[str]:
        """The keys of its mapping that it knows, in their usual order."""

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:
        """Read from a mapping (the header, or the element of a list that stands at ``item``)."""

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write, into the mapping at a way, what ``new`` says otherwise than ``old``."""


@dataclass(frozen=True)
class Field:
    """A field that one key gives; of several keys (dotted ones reach into maps) the first that says something.

    ``silent``: a file without any of them has no say in the field, and does not mean "none".
    """

    field: str
    sources: tuple[str, ...]
    sort: values.Sort = values.text
    default: Value = None
    files: Files | None = None
    silent: bool = False

    def takes(self) -> Collection[str]:
        """The first steps of its ways."""
        return tuple(dict.fromkeys(source.partition(".")[0] for source in self.sources))

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:
        """Take the first source with a value, else the default."""
        for source in self.sources:
            found = reader.value(at, source, self.sort)
            if found is not None:
                node, value = found
                reader.put(item, self.field, value, node.place)
                if self.files and isinstance(value, str):
                    reader.name_asset(self.files, item, value, node.place)
                return
        if not self.silent:
            reader.put(item, self.field, self.default, None)

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write the value back where it was read, else to its first source."""
        value = new.get(self.field)
        if self.field not in new or value == old.get(self.field):
            return
        ways = [(*at, *source.split(".")) for source in self.sources]
        way = next((way for way in ways if not writer.is_none(way)), ways[0])
        writer.set(way, None if value is None else self.sort.write(value, writer.text(way)))


@dataclass(frozen=True)
class Words:
    """A field that is a list of words; a single one is a list of one."""

    field: str
    key: str

    def takes(self) -> Collection[str]:
        """Its one key."""
        return (self.key,)

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:
        """Read each word as text."""
        node = at.get(self.key)
        found: list[str] = []
        for one in node.items if isinstance(node, NodeList) else [node] if node is not None else []:
            value = reader.scalar(one, values.text)
            if isinstance(value, str):
                found.append(value)
        reader.put(item, self.field, tuple(found) or None, node.place if node is not None else None)

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write the list; a single word that stood alone may be followed by another that does."""
        words = new.get(self.field)
        if self.field not in new or words == old.get(self.field):
            return
        way = (*at, self.key)
        alone = isinstance(writer.find(way), Scalar) and isinstance(words, tuple) and len(words) == 1
        if isinstance(words, tuple):
            writer.set(way, words[0] if alone and not writer.is_none(way) else list(words))
        else:
            writer.set(way, None)


@dataclass(frozen=True)
class ClockTime:
    """A time on the venue's clock."""

    field: str
    key: str

    def takes(self) -> Collection[str]:
        """Its one key."""
        return (self.key,)

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:
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

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write the clock in the shape of the old one, else in that of another time of the file."""
        value = new.get(self.field)
        if self.field not in new or value == old.get(self.field):
            return
        way = (*at, self.key)
        shape = clock_shape(writer.document, way)
        writer.set(way, write_clock(datetime.fromisoformat(str(value)), shape) if value else None)


@dataclass(frozen=True)
class Flags:
    """A field whose value is told by flags: the first flag that stands as named wins, else the default."""

    field: str
    flags: tuple[tuple[str, bool, str], ...]
    default: str

    def takes(self) -> Collection[str]:
        """The flags' keys."""
        return tuple(key for key, _stands, _value in self.flags)

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:
        """Read every flag, so that a bad one is told."""
        found: list[tuple[str, Place]] = []
        for key, stands, value in self.flags:
            flag = reader.value(at, key, values.flag)
            if flag is not None and flag[1] is stands:
                found.append((value, flag[0].place))
        value, place = found[0] if found else (self.default, None)
        reader.put(item, self.field, value, place)

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Turn the flags that say otherwise, and set the one that says it, if any must."""
        value = new.get(self.field)
        if self.field not in new or value == old.get(self.field):
            return
        for key, stands, said in self.flags:
            way = (*at, key)
            if said != value and writer.flag(way) is stands:
                writer.set(way, write_flag(not stands, writer.text(way)))
        wanted = [(key, stands) for key, stands, said in self.flags if said == value]
        if wanted and not any(writer.flag((*at, key)) is stands for key, stands in wanted):
            way = (*at, wanted[0][0])
            writer.set(way, write_flag(wanted[0][1], writer.text(way)))


@dataclass(frozen=True)
class Body:
    """A field that is the whole body."""

    field: str

    def takes(self) -> Collection[str]:
        """No key."""
        return ()

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
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

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:  # noqa: ARG002 - a rule's form
        """Replace the body."""
        if self.field in new and new[self.field] != old.get(self.field):
            writer.document = replace_body(writer.document, str(new[self.field] or ""))


@dataclass(frozen=True)
class Elements:
    """A list whose elements stand under one or several keys, each a map, a list of maps, or bare text.

    ``sources``: (key, fields that it settles). ``needs``: the field without which an element is left out, which
    bare text gives, read by ``plain``. ``also``: keys of an element that another rule reads.
    Elements with an ``order`` key are put into its order. A key named in ``plurals`` holds one element; a second
    one turns it into the other key, with a list.
    """

    name: str
    sources: tuple[tuple[str, Mapping[str, Value]], ...]
    rules: tuple[Rule, ...]
    needs: str
    plain: values.Read
    also: frozenset[str] = frozenset()
    plurals: Mapping[str, str] = field(default_factory=dict)

    def takes(self) -> Collection[str]:
        """The keys that hold elements."""
        return tuple(key for key, _settled in self.sources)

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
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

    def _element(self, reader: Reader, node: Node, place: str, settled: Mapping[str, Value]) -> Item | None:
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

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write the elements: changed where they stand, then those that went, came or moved."""
        write_elements(self, writer, at, old.get(self.name), new.get(self.name))

    def fields(self) -> frozenset[str]:
        """The fields that an element has keys for, and those that the keys above it settle."""
        settled = {name for _key, fields in self.sources for name in fields}
        return frozenset({getattr(one, "field", "") for one in self.rules} | settled)

    def known(self) -> set[str]:
        """The keys that an element may have."""
        return {"order", *self.also, *(key for rule in self.rules for key in rule.takes())}

    def _bare(self, reader: Reader, node: Scalar, place: str, settled: Mapping[str, Value]) -> None:
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

    def read(self, reader: Reader, at: KeyMapping, item: str) -> None:  # noqa: ARG002 - a rule's form
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

    def write(self, writer: Writer, at: Way, old: Said, new: Said) -> None:
        """Write each date that differs under its key or its twin."""
        before, after = (_dates(said.get(self.name)) for said in (old, new))
        for name in dict.fromkeys([*before, *after]) if self.name in new else ():
            for which, key in (("date", name), ("extended_to", name + self.twin)):
                value = after.get(name, {}).get(which)
                if value != before.get(name, {}).get(which):
                    way = (*at, key)
                    writer.set(way, None if value is None else values.day.write(value, writer.text(way)))

    def knows(self, key: str) -> bool:
        """Whether a key is one of its own."""
        return bool(self.pattern.fullmatch(key.removesuffix(self.twin)))


def _dates(items: object) -> dict[str, Mapping[str, Value]]:
    return {str(one.fields["name"]): one.fields for one in items} if isinstance(items, tuple) else {}
