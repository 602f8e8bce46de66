"""The fields that the words of a mapping mean, and how their values are read from a site's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from exchange.dialects import values as sorts
from exchange.dialects.mapping.language import END, START
from exchange.dialects.mapping.scopes import Hit, Scope, warn
from exchange.dialects.mapping.values import Value
from exchange.problems import Place, Problems
from exchange.records import Asset
from exchange.records import Value as Plain
from exchange.scalars import BadValue

# The word of a mapping, the field of a record that it means, and the sort of value that it is.
Table = Mapping[str, tuple[str, sorts.Sort]]
TALK: Table = {
    "title": ("title", sorts.text),
    "type": ("type", sorts.text),
    "track": ("track", sorts.text),
    "room": ("room", sorts.text),
    "location": ("location", sorts.text),
    "level": ("level", sorts.text),
    "language": ("language", sorts.text),
    "position": ("position", sorts.whole),
    "abstract": ("abstract", sorts.prose),
    "video": ("video_url", sorts.link),
    "slides": ("slides", sorts.document),
}
PERSON: Table = {
    "name": ("name", sorts.person),
    "affiliation": ("affiliation", sorts.text),
    "bio": ("bio", sorts.prose),
    "photo": ("avatar", sorts.picture),
    "website": ("url", sorts.link),
}
SORTS = dict([*TALK.values(), *PERSON.values()])
# The words of flags, each of which is a state of its talk.
STATES = ("draft", "cancelled")
# Known, and kept in the file alone: a person's page has one link of their own.
ONLY_IN_FILES = tuple(
    "github twitter mastodon bluesky linkedin facebook instagram email pronouns role location".split()
)
# All words of a talk, of a person, and of a row of a schedule.
TALK_WORDS = frozenset((*TALK, "tags", *STATES, *START, *END))
PERSON_WORDS = frozenset((*PERSON, *ONLY_IN_FILES))
ROW_WORDS = frozenset(("room", "track", *START, *END))
# Where generators look for the files that a name means, besides the file's own folder and the root.
STATIC = ("static", "assets", "public", "src")


@dataclass(frozen=True)
class Found:
    """A field's value, what gave it (None for nothing), and the rule and scope by which it is written."""

    value: Plain
    hit: Hit | None
    rule: Value
    scope: Scope


def read_fields(
    says: Mapping[str, Value], table: Table, scope: Scope, problems: Mapping[str, Problems]
) -> dict[str, Found]:
    """The fields that the words of a table mean, by their names; words without a rule give none."""
    found = {
        name: read_field(says[word], sort, scope, problems)
        for word, (name, sort) in table.items()
        if word in says
    }
    return found | ({"tags": _tags(says["tags"], scope)} if "tags" in says else {})


def read_field(rule: Value, sort: sorts.Sort, scope: Scope, problems: Mapping[str, Problems]) -> Found:
    """The first value that a rule gives and that means something."""
    for hit in rule.hits(scope):
        value = value_of(hit, sort, problems)
        if value is not None:
            return Found(value, hit, rule, scope)
    return Found(None, None, rule, scope)


def _tags(rule: Value, scope: Scope) -> Found:
    hits = rule.hits(scope)
    words = tuple(word for hit in hits if (word := hit.text.strip()))
    return Found(words or None, hits[0] if hits else None, rule, scope)


def value_of(hit: Hit, sort: sorts.Sort, problems: Mapping[str, Problems]) -> Plain:
    """What a hit's text means; what means nothing is told, and is no value."""
    if hit.is_map:
        warn(problems, hit, "expected-text")
        return None
    text = hit.text.strip().lstrip("/") if sort is sorts.picture else hit.text
    try:
        found = sort(text)
    except BadValue as bad:
        warn(problems, hit, bad.code, **bad.values)
        return None
    for code, said in found.warnings:
        warn(problems, hit, code, **said)
    return found.value


def places_of(founds: Mapping[str, Found], path: str) -> dict[str, Place]:
    """Where values stand, as far as that is in the file at a path."""
    places = {name: one.hit.place_in(path) for name, one in founds.items() if one.hit is not None}
    return {name: place for name, place in places.items() if place is not None}


def asset_of(field: str, item: str, found: Found | None, path: str) -> tuple[Asset, ...]:
    """The file that a value names, if it names one: beside its file, below the root, or where generators look.

    ``field`` and ``item`` are what the file feeds; ``path`` is the talk's.
    """
    if found is None or found.hit is None or not isinstance(found.value, str):
        return ()
    name, hit = found.value, found.hit
    if name.startswith(("http://", "https://", "/")):
        return ()
    folders = [hit.under] if hit.under else []
    folders += [str(PurePosixPath(hit.path).parent), ".", *STATIC]
    candidates = tuple(dict.fromkeys(str(PurePosixPath(folder) / name) for folder in folders))
    place = hit.place_in(path)
    return (Asset(field, item, name, "portrait" if field == "photo" else "document", candidates, place),)
