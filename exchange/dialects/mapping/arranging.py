"""Who is in a talk of a mapped site, arranged anew: taken out, moved, put in, in the form that the file has."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exchange.dialects.mapping.edits import Edit, target_edit
from exchange.dialects.mapping.fields import PERSON
from exchange.dialects.mapping.joining import Joining, TalkRead
from exchange.dialects.mapping.language import AppearanceRule
from exchange.dialects.mapping.scopes import Way
from exchange.dialects.mapping.values import All, First, Value, way_of
from exchange.documents import EditError, Scalar
from exchange.documents import Sequence as NodeList
from exchange.records import Item


def plain_ways(value: Value) -> list[Way]:
    """The ways that a value names, each a plain one."""
    if isinstance(value, First | All):
        return [way for one in value.values for way in plain_ways(one)]
    way = way_of(value)
    return [way] if way else []


def _keys_beside(value: Value, way: Way) -> list[Way]:
    """The ways of which one holds one person each: those that are gathered with this one."""
    if isinstance(value, All) and (way,) in {(one,) for one in plain_ways(value)}:
        return plain_ways(value)
    if isinstance(value, First | All):
        return next((found for one in value.values if (found := _keys_beside(one, way))), [])
    return []


@dataclass(frozen=True)
class Arrangement:
    """The people of one rule in a talk's file, and how they come to be others."""

    joined: Joining
    talk: TalkRead
    rule: AppearanceRule

    def value(self, item: Item) -> Any:
        """Somebody new as the file shall name them: a reference, or keys with texts. Raises EditError."""
        name = str(item.fields.get("name") or "")
        if self.rule.ref:
            person = self.joined.people.find(self.talk.record.edition, name, ("name",))
            if person is None:
                raise EditError("no-such-value", (name,))
            return person.key if "key" in self.rule.ref else person.name
        found: dict[str, Any] = {}
        for word, rule in self.rule.inline.items():
            field_name, sort = PERSON.get(word, ("", None))
            value, target = item.fields.get(field_name), rule.target(replace(self.talk.scope, way=()))
            if value is not None and sort is not None and target is not None and target.way:
                _put(found, target.way, target.back(sort.write(value, "")))
        return found

    def edits(self, after: Sequence[Item]) -> Iterator[Edit]:
        """The changes from the people that are there to others; those without a place are new. Raises EditError."""
        before = self.talk.by(self.rule)
        ways = [one.hit.target.way for one in before if one.hit.target and one.hit.target.way]
        if len(ways) != len(before):
            raise EditError("not-exact", ("appearances",))
        keys = _keys_beside(self.rule.value, ways[0]) if ways else []
        if not ways:
            yield from self._first([self.value(one) for one in after])
        elif keys and not isinstance(ways[0][-1], int):
            yield from self._in_keys(keys, [self._stands(one) for one in after])
        elif isinstance(ways[0][-1], int):
            yield from self._in_list(ways[0][:-1], [one.item.place for one in before], after)
        else:
            yield from self._single(ways[0], before[0].item.place, after)

    def _stands(self, one: Item) -> Any:
        if not one.place:
            return self.value(one)
        node = self.talk.at[one.place].hit.node
        if not isinstance(node, Scalar):
            raise EditError("not-a-list", ("appearances",))
        return node.text

    def _in_keys(self, keys: Sequence[Way], values: Sequence[Any]) -> Iterator[Edit]:
        """A key for each person."""
        if len(values) > len(keys):
            raise EditError("not-a-list", ("appearances",))
        for way, value in zip(keys, [*values, *([None] * len(keys))], strict=False):
            if value is not None or self.talk.scope.document.find(way) is not None:
                yield self._set(way, value)

    def _first(self, values: Sequence[Any]) -> Iterator[Edit]:
        """People where there were none: in the form that most of the site's talks have."""
        ways = plain_ways(self.rule.value)
        if not ways:
            raise EditError("not-exact", ("appearances",))
        others = [talk.scope.document for talk in self.joined.talks.values()]
        way = max(ways, key=lambda one: sum(document.find(one) is not None for document in others))
        nodes = [node for document in others if (node := document.find(way)) is not None]
        keys = _keys_beside(self.rule.value, way)
        if keys and not any(isinstance(node, NodeList) for node in nodes):
            yield from self._in_keys(keys, values)
            return
        single = nodes and not any(isinstance(node, NodeList) for node in nodes)
        yield self._set(way, values[0] if single and len(values) == 1 else list(values))

    def _single(self, way: Way, place: str, after: Sequence[Item]) -> Iterator[Edit]:
        """One person in a key of its own."""
        path = self.talk.scope.path
        at = next((index for index, one in enumerate(after) if one.place == place), None)
        if at is None or not after:
            values = [self.value(one) for one in after]
            yield self._set(way, values[0] if len(values) == 1 else values or None)
            return
        yield Edit(path, "wrap", way)
        for index, one in enumerate(after):
            if index != at:
                yield Edit(path, "insert", way, self.value(one), index=index)
        several = (*way[:-1], f"{way[-1]}s")
        if several in plain_ways(self.rule.value) and self.talk.scope.document.find(several) is None:
            yield Edit(path, "rename", way, several[-1])

    def _in_list(self, way: Way, left: list[str], after: Sequence[Item]) -> Iterator[Edit]:
        path = self.talk.scope.path
        stay = [one.place for one in after if one.place]
        new = [(index, self.value(one)) for index, one in enumerate(after) if not one.place]
        # Put in first, so that a list never becomes empty on the way.
        for index in range(len(left) - 1, -1, -1):
            if left[index] not in stay and len(left) > 1:
                yield Edit(path, "remove", way, index=index)
                del left[index]
        for index, place in enumerate(stay):
            if left[index] != place:
                at = left.index(place)
                yield Edit(path, "move", way, index=at, to=index)
                left.insert(index, left.pop(at))
        if not stay:
            yield from self._replaced(way, [value for _index, value in new])
            return
        for index, value in new:
            yield Edit(path, "insert", way, value, index=index)

    def _replaced(self, way: Way, values: Sequence[Any]) -> Iterator[Edit]:
        """The last one of a list goes, others come in its stead."""
        path = self.talk.scope.path
        for index, value in enumerate(values):
            yield Edit(path, "insert", way, value, index=index)
        yield Edit(path, "remove", way, index=len(values))

    def _set(self, way: Way, value: Any) -> Edit:
        return target_edit(self.talk.scope.path, way, value, self.joined.documents)


def _put(found: dict[str, Any], way: Iterable[str | int], value: Any) -> None:
    *above, last = map(str, way)
    for step in above:
        found = found.setdefault(step, {})
    found[last] = value
