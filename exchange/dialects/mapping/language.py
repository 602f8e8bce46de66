"""What a mapping says once it is read: which files and keys of a site mean which fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from exchange.dialects.mapping.values import Value
from exchange.documents import KeysTwice
from exchange.problems import Place

Ref = Literal["key", "name"]
Match = Literal["key", "title"]
# A key of a file's header, and the text that it must have ("" for none).
Condition = tuple[Value, str]
# The words of a talk's start and of its end.
START, END = ("start", "date", "time"), ("end", "end_time", "minutes")
INDEX = "_index.md"


@dataclass(frozen=True)
class Globs:
    """Files by their paths below the root: those that one of the patterns takes, but for the excluded ones."""

    patterns: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @cached_property
    def _taken(self) -> re.Pattern[str]:
        return _any_of(self.patterns)

    @cached_property
    def _left(self) -> re.Pattern[str]:
        return _any_of(self.excluded)

    @cached_property
    def _literal(self) -> re.Pattern[str]:
        return _any_of(tuple(one for one in self.patterns if one.rpartition("/")[2] == INDEX))

    def take(self, path: str) -> bool:
        """Whether a path is one of them; an `_index.md` is if a pattern names it so."""
        patterns = self._literal if path.rpartition("/")[2] == INDEX else self._taken
        return bool(patterns.fullmatch(path)) and not self._left.fullmatch(path)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The folders in which all of them lie, as far as the patterns name them."""
        fixed = (
            re.split("[*?]", pattern.removeprefix("./"))[0].rpartition("/")[0] for pattern in self.patterns
        )
        return tuple(dict.fromkeys(one for one in fixed if one))


@dataclass(frozen=True)
class SpeakersRule:
    """Where the people of a site are: in files, or in a list of a data file."""

    files: Globs
    data: str
    at: tuple[str, ...]
    key: Value
    set: Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class AppearanceRule:
    """Who is in a talk: references to people (``ref``: by what), or people written there (``inline``).

    Each is itself alone, and known by that: two of a mapping may say the same.
    """

    value: Value
    ref: tuple[Ref, ...]
    inline: Mapping[str, Value]
    role: str


@dataclass(frozen=True)
class TalksRule:
    """Where the talks of a site are, which of its files are none, and what their keys mean."""

    files: Globs
    key: Value
    skip_if: tuple[Condition, ...]
    only_if: tuple[Condition, ...]
    require: tuple[Value, ...]
    service_if: tuple[Condition, ...]
    service_if_empty: tuple[Value, ...]
    speakers: tuple[AppearanceRule, ...]
    set: Mapping[str, Value]
    # Where the mapping says which files are talks.
    place: Place | None


@dataclass(frozen=True)
class Lookup:
    """A second table joined to the rows of a schedule: where the row's ``by`` is its ``key``."""

    file: str
    by: Value
    key: Value


@dataclass(frozen=True)
class ScheduleRule:
    """A data file that says when and where talks are: its rows, and which talk each row or cell names."""

    file: str
    rows: tuple[str, ...]
    lookup: Lookup | None
    talk: Value
    match: Match
    set: Mapping[str, Value]
    until_next: bool
    # Where the mapping says which rows there are.
    place: Place | None


@dataclass(frozen=True)
class NamedFile:
    """A file that a mapping names by its path, and where it does: for data, to be ignored, or to override a talk."""

    path: str
    place: Place
    use: Literal["data", "ignore", "override"]


@dataclass(frozen=True)
class SiteMapping:
    """A whole mapping."""

    source: str
    timezone: Value
    believe_offsets: bool
    edition: Value
    translations: tuple[str, ...]
    speakers: SpeakersRule | None
    talks: TalksRule
    schedule: ScheduleRule | None
    overrides: Mapping[str, Mapping[str, Value]]
    ignored: frozenset[str]
    keys_twice: KeysTwice
    named: tuple[NamedFile, ...]
    # Whether a value looks into the `_index.md` of folders above.
    looks_above: bool
    # Where each value stands in the mapping, by its id.
    places: Mapping[int, Place] = field(default_factory=dict, compare=False, repr=False)


def overridden(says: Mapping[str, Value], own: Mapping[str, Value]) -> dict[str, Value]:
    """What rules say, with others before them; a start that is said in one way is said in no other, and so an end."""
    left: set[str] = set()
    if "start" in own or {"date", "time"} <= set(own):
        left |= {*START}
    if own.keys() & {*END}:
        left |= {*END}
    return {name: one for name, one in says.items() if name not in left} | dict(own)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_glob, patterns)) or r"(?!)")


def _glob(pattern: str) -> str:
    """A pattern of paths as a regular expression: `*` stays within a folder, `**/` is any number of folders."""
    parts = re.split(r"((?:\*\*/)+|\*\*|/)", pattern.removeprefix("./"))
    meant = {"**": ".*", "/": "/"}
    return "".join(
        "(?:[^/]+/)*" if part.startswith("**/") else meant.get(part) or _segment(part) for part in parts
    )


def _segment(text: str) -> str:
    """A part of a pattern that stays within a folder. What stands between two stars is taken where it comes first."""
    first, *rest = (
        "".join("[^/]" if one == "?" else re.escape(one) for one in part) for part in text.split("*")
    )
    if not rest:
        return first
    # The groups are atomic, so that a name that does not fit is not tried in all ways.
    between = "".join(f"(?>[^/]*?{part})" for part in rest[:-1] if part)
    return f"{first}{between}[^/]*{rest[-1]}"
