"""Writing a record's list: elements changed where they stand; others taken out, put in, moved."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exchange.dialects.writer import Way, Writer
from exchange.documents import (
    EditError,
    Scalar,
    insert_item,
    into_map,
    move_item,
    remove_value,
    rename_key,
    wrap_in_list,
)
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Sequence as NodeList
from exchange.records import Item, Value
from exchange.writing import write_whole

if TYPE_CHECKING:
    from exchange.dialects.rules import Elements


def write_elements(
    rule: "Elements", writer: Writer, at: Way, old: Sequence[Item] | None, new: Sequence[Item] | None
) -> None:
    """Bring the elements of a document (``old``) to what they shall be; an element's ``place`` tells which is which."""
    if old is None or new is None:
        return
    stands = {one.place: one for one in old}
    for group in _groups(rule):
        before = [one for one in old if _key(rule, one) in group]
        after = [one for one in new if _key(rule, one) in group]
        kept = [one for one in after if one.place in stands and _key(rule, stands[one.place]) in group]
        for one in kept:
            _write_fields(rule, writer, (*at, *_way(one.place)), stands[one.place].fields, one.fields)
        if [one.place for one in before] != [one.place for one in after]:
            _Group(rule, writer, at, group).arrange(before, after, kept)


def in_file_order(rule: "Elements", items: Sequence[Item]) -> list[Item]:
    """A list in the order in which files hold it: by key, then as it stands."""
    groups = _groups(rule)
    return sorted(
        items, key=lambda one: next(index for index, group in enumerate(groups) if _key(rule, one) in group)
    )


def canonical(rule: "Elements", items: Sequence[Item]) -> list[dict[str, Value]]:
    """What a list says, in the order in which files hold it."""
    return [
        {name: value for name, value in one.fields.items() if value is not None}
        for one in in_file_order(rule, items)
    ]


def _groups(rule: "Elements") -> list[list[str]]:
    """Keys that settle the same fields hold one and the same sort of element."""
    groups: dict[str, list[str]] = {}
    for key, settled in rule.sources:
        groups.setdefault(repr(sorted(settled.items())), []).append(key)
    return list(groups.values())


def _key(rule: "Elements", item: Item) -> str:
    """The key that an element stands under if it still may, else the most telling one that it may stand under."""
    own = item.place.partition(".")[0]
    asked = sorted(rule.sources, key=lambda source: (source[0] != own, -len(source[1])))
    fits = (
        key
        for key, settled in asked
        if all(item.fields.get(name) == value for name, value in settled.items())
    )
    return next(fits)


def _way(place: str) -> Way:
    return tuple(int(step) if step.isdigit() else step for step in place.split("."))


def _write_fields(
    rule: "Elements", writer: Writer, way: Way, old: Mapping[str, Value], new: Mapping[str, Value]
) -> None:
    changed = {name for name, value in new.items() if value != old.get(name)}
    if not changed:
        return
    if isinstance(writer.find(way), Scalar):
        if changed == {rule.needs}:
            writer.set(way, new[rule.needs])
            return
        writer.document = into_map(writer.document, way, _source(rule, rule.needs))
    for one in rule.rules:
        one.write(writer, way, old, new)


def _source(rule: "Elements", name: str) -> str:
    return next(str(next(iter(one.takes()))) for one in rule.rules if getattr(one, "field", "") == name)


class _Group:
    """The elements of one sort, under one key or under its plural."""

    def __init__(self, rule: "Elements", writer: Writer, at: Way, keys: list[str]) -> None:
        self.rule, self.writer, self.at, self.keys = rule, writer, at, keys

    def arrange(self, before: Sequence[Item], after: Sequence[Item], kept: Sequence[Item]) -> None:
        """Take out, move and put in, so that the group holds ``after``."""
        stay = {one.place for one in kept}
        for one in sorted(before, key=lambda one: _way(one.place)[1:], reverse=True):
            if one.place not in stay:
                self.writer.document = remove_value(self.writer.document, (*self.at, *_way(one.place)))
        left = [one.place for one in before if one.place in stay]
        left = self._move(left, [one.place for one in kept])
        for index, one in enumerate(after):
            if one.place not in stay:
                self._insert(index, one)
        self._number(len(after))

    def _list_way(self) -> Way | None:
        """The way of the key that holds a list."""
        ways = [(*self.at, key) for key in self.keys]
        return next((way for way in ways if isinstance(self.writer.find(way), NodeList)), None)

    def _move(self, stands: list[str], wanted: list[str]) -> list[str]:
        way = self._list_way()
        for index, place in enumerate(wanted):
            if stands[index] != place:
                if way is None:
                    raise EditError("not-a-list", (*self.at, self.keys[0]))
                found = stands.index(place)
                self.writer.document = move_item(self.writer.document, way, found, index)
                stands.insert(index, stands.pop(found))
        return stands

    def _insert(self, index: int, item: Item) -> None:
        value = self._as_map(item)
        way = self._list_way()
        if way is None:
            single = next((key for key in self.keys if not self.writer.is_none((*self.at, key))), None)
            if single is None:
                first = self.keys[0]
                self.writer.set((*self.at, first), value if first in self.rule.plurals else [value])
                return
            way = self._as_list(single)
        self.writer.document = insert_item(self.writer.document, way, index, value, self.writer.order)

    def _as_list(self, key: str) -> Way:
        """A key with one element becomes its plural with a list."""
        plural = self.rule.plurals.get(key, key)
        way = (*self.at, plural)
        if plural != key:
            self.writer.set(way, None)
            self.writer.document = rename_key(self.writer.document, (*self.at, key), plural)
        if isinstance(self.writer.find(way), Scalar):
            self.writer.document = into_map(self.writer.document, way, _source(self.rule, self.rule.needs))
        self.writer.document = wrap_in_list(self.writer.document, way)
        return way

    def _as_map(self, item: Item) -> dict[str, Any]:
        """A new element as keys and texts, in their usual order."""
        found: dict[str, Any] = {}
        settled = next(dict(fields) for key, fields in self.rule.sources if key in self.keys)
        for one in self.rule.rules:
            name, sort = getattr(one, "field", ""), getattr(one, "sort", None)
            value = item.fields.get(name)
            if sort is not None and value is not None and name not in settled:
                found[next(iter(one.takes()))] = sort.write(value, "")
        return found

    def _number(self, count: int) -> None:
        """Elements that are ranked by an ``order`` key are numbered anew."""
        way = self._list_way()
        items = [self.writer.find((*way, index)) for index in range(count)] if way else []
        if way and any(isinstance(one, KeyMapping) and one.get("order") is not None for one in items):
            for index in range(count):
                here = (*way, index, "order")
                self.writer.set(here, write_whole(index + 1, self.writer.text(here)))
