"""What the files of a mapped site say, fact by fact, so that it can be compared before and after a change."""

from collections import defaultdict
from collections.abc import Iterator

from exchange.dialects.mapping.arranging import place_of
from exchange.dialects.mapping.joining import PERSON, TALK, Joining, TalkRead
from exchange.dialects.mapping.language import AppearanceRule, SiteMapping
from exchange.dialects.mapping.scopes import Way
from exchange.dialects.mapping.times import read_times
from exchange.records import Item, Value
from texts.cleaning import normalise_body

TIMES = ("starts_at", "ends_at")
START_WORDS = ("start", "date", "time")
# By place ("" for the talk itself) and field.
Facts = dict[tuple[str, str], Value]


def facts_of(mapping: SiteMapping, talk: TalkRead) -> Facts:
    """What a talk's files say, in all that the mapping has rules for."""
    found: Facts = {("", name): value for name, value in talk.record.fields.items()}
    if talk.record.fields.get("type") != "break":
        found = {("", name): None for name in _of_schedule(mapping)} | found
    places = places_in(mapping, talk)
    for one in talk.appearances.items:
        for name in fields_by(mapping, mapping.talks.speakers[places[one.place]]):
            found[one.place, name] = one.fields.get(name)
    return found


def _of_schedule(mapping: SiteMapping) -> Iterator[str]:
    """The fields that the schedule gives to the talks that it names."""
    words = mapping.schedule.set if mapping.schedule else {}
    yield from (TALK[word][0] for word in words if word in TALK)
    yield from TIMES if any(word in words for word in START_WORDS) else ()


def fields_by(mapping: SiteMapping, rule: AppearanceRule) -> list[str]:
    """The fields of somebody who is in a talk by a rule."""
    says = rule.inline or (mapping.speakers.set if mapping.speakers else {})
    return ["name", *(PERSON[word][0] for word in says if word in PERSON and word != "name")]


def places_in(mapping: SiteMapping, talk: TalkRead) -> dict[str, int]:
    """By which of the rules each element of a talk is there."""
    found = {}
    for number, rule in enumerate(mapping.talks.speakers):
        for index, hit in enumerate(rule.value.hits(talk.scope)):
            found[place_of(rule, hit, index)] = number
    return {one.place: found[one.place] for one in talk.appearances.items}


def by_rule(mapping: SiteMapping, talk: TalkRead) -> dict[int, list[Item]]:
    """The elements of a talk, by the number of the rule that gives them."""
    places = places_in(mapping, talk)
    found: dict[int, list[Item]] = defaultdict(list)
    for one in talk.appearances.items:
        found[places[one.place]].append(one)
    return found


def readers_of(joined: Joining) -> dict[tuple[str, Way], set[str]]:
    """The talks (their paths) that have a value from, or would write it to, each place: {(path, way): talks}."""
    found: dict[tuple[str, Way], set[str]] = defaultdict(set)
    for path, talk in joined.talks.items():
        founds = [
            *talk.fields.values(),
            *(one for ones in talk.appearances.founds.values() for one in ones.values()),
        ]
        targets = [one.hit.target if one.hit else one.rule.target(one.scope) for one in founds]
        targets += [part.hit.target for part in talk.times.parts.values()] if talk.times else []
        for target in targets:
            if target is not None:
                found[target.path, target.way].add(path)
    return found


def said_of_nobody(joined: Joining) -> list[object]:
    """What the schedule says of breaks and of all else that has no file."""
    cells = joined.cells
    found: list[object] = []
    for name in sorted(set(cells.named) - cells.asked):
        for cell in cells.named[name]:
            times = read_times(cells.set, cell, "", joined)
            room = next(iter(cells.set["room"].hits(cell)), None) if "room" in cells.set else None
            found.append((name, times and (times.start, times.end), room and room.text))
    return found


def same(one: Value, other: Value) -> bool:
    """Whether two values are one, as texts are compared."""
    return plain(one) == plain(other)


def plain(value: Value) -> Value:
    """A value as it is compared."""
    return normalise_body(value) or None if isinstance(value, str) else value
