"""What the files of a mapped site say, fact by fact, so that it can be compared before and after a change."""

from collections import defaultdict

from exchange.dialects.mapping.fields import PERSON, Found
from exchange.dialects.mapping.joining import Joining, TalkRead
from exchange.dialects.mapping.language import AppearanceRule, SiteMapping
from exchange.dialects.mapping.scopes import Way
from exchange.dialects.mapping.times import read_times
from exchange.records import Value
from texts.cleaning import normalise_body
from texts.folding import name_key

TIMES = ("starts_at", "ends_at")
# By place ("" for the talk itself) and field.
Facts = dict[tuple[str, str], Value]


def facts_of(mapping: SiteMapping, talk: TalkRead) -> Facts:
    """What a talk's files say, in all that the mapping has rules for."""
    found: Facts = {("", name): value for name, value in talk.record.fields.items()}
    for one in talk.appearances:
        found |= {(one.item.place, name): one.item.fields.get(name) for name in fields_by(mapping, one.rule)}
    return found


def fields_by(mapping: SiteMapping, rule: AppearanceRule) -> list[str]:
    """The fields of somebody who is in a talk by a rule."""
    says = rule.inline or (mapping.speakers.set if mapping.speakers else {})
    return ["name", *(PERSON[word][0] for word in says if word in PERSON and word != "name")]


def readers_of(joined: Joining) -> dict[tuple[str, Way], set[str]]:
    """The talks (their paths) that have a value from, or would write it to, each place: {(path, way): talks}."""
    found: dict[tuple[str, Way], set[str]] = defaultdict(set)
    for path, talk in joined.talks.items():
        sources = [
            *talk.fields.values(),
            *(found for one in talk.appearances for found in one.founds.values()),
        ]
        targets = [one.hit.target if one.hit else one.rule.target(one.scope) for one in sources]
        targets += [part.hit.target for part in talk.times.parts.values()] if talk.times else []
        targets += [one.hit.target for one in title_cells(joined, talk) if one.hit]
        for target in targets:
            if target is not None:
                found[target.path, target.way].add(path)
    return found


def title_cells(joined: Joining, talk: TalkRead) -> list[Found]:
    """Where a schedule names a talk by its title: with that, they have to change too."""
    cells = joined.cells
    title = name_key(str(talk.record.fields.get("title") or ""))
    if cells is None or cells.rule.match != "title" or not title:
        return []
    rule = cells.rule.talk
    rows = {cell.way: cell for cell in cells.named.get(title, ())}
    hits = ((cell, hit) for cell in rows.values() for hit in rule.hits(cell))
    return [Found(None, hit, rule, cell) for cell, hit in hits if name_key(hit.text) == title]


def said_of_nobody(joined: Joining) -> list[object]:
    """What the schedule says of breaks and of all else that has no file."""
    cells = joined.cells
    found: list[object] = []
    if cells is None:
        return found
    says = cells.rule.set
    for name in sorted(set(cells.named) - cells.asked):
        for cell in cells.named[name]:
            times = read_times(says, cell, "", joined.problems)
            room = next(iter(says["room"].hits(cell)), None) if "room" in says else None
            found.append((name, times and (times.start, times.end), room and room.text))
    return found


def same(one: Value, other: Value) -> bool:
    """Whether two values are one, as texts are compared."""
    return plain(one) == plain(other)


def plain(value: Value) -> Value:
    """A value as it is compared."""
    return normalise_body(value) or None if isinstance(value, str) else value
