"""What a mapping says once it is read: which files and keys of a site mean which fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from exchange.dialects.mapping.values import Value
from exchange.documents import KeysTwice
from exchange.problems import Place

Ref = Literal["key", "name"]
TALK_FIELDS = frozenset(
    "title type track room location level language tags position abstract video slides draft cancelled "
    "start end date time end_time minutes".split()
)
PERSON_FIELDS = frozenset("name affiliation bio photo website".split())
# Known, and kept in the file alone: a person's page has one link of their own.
ONLY_IN_FILES = frozenset(
    "github twitter mastodon bluesky linkedin facebook instagram email pronouns role location".split()
)
ROW_FIELDS = frozenset("date time end_time minutes room track start end".split())
START, END = frozenset({"start", "date", "time"}), frozenset({"end", "end_time", "minutes"})
INDEX = "_index.md"
DATA_ENDINGS = (".yml", ".yaml", ".json")
ROLES = ("speaker", "moderator", "panelist", "chair")


@dataclass(frozen=True)
class Globs:
    """Files by their paths below the root: those that one of the patterns takes, but for the excluded ones."""

    patterns: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    taken: re.Pattern[str] = field(init=False, repr=False)
    left: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "taken", _any_of(self.patterns))
        object.__setattr__(self, "left", _any_of(self.excluded))

    def take(self, path: str) -> bool:
        """Whether a path is one of them."""
        return bool(self.taken.fullmatch(path)) and not self.left.fullmatch(path)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The folders in which all of them lie, as far as the patterns name them."""
        fixed = (
            re.split("[*?]", pattern.removeprefix("./"))[0].rpartition("/")[0] for pattern in self.patterns
        )
        return tuple(dict.fromkeys(one for one in fixed if one))


@dataclass(frozen=True)
class Conditions:
    """`key: value` pairs of a file's header."""

    pairs: tuple[tuple[Value, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pairs)


@dataclass(frozen=True)
class SpeakersRule:
    """Where the people of a site are: in files, or in a list of a data file."""

    files: Globs
    data: str
    at: tuple[str, ...]
    key: Value
    set: Mapping[str, Value]


@dataclass(frozen=True)
class AppearanceRule:
    """Who is in a talk: references to people (``ref``: by what), or people written there (``inline``)."""

    value: Value
    ref: tuple[Ref, ...]
    inline: Mapping[str, Value]
    role: str


@dataclass(frozen=True)
class TalksRule:
    """Where the talks of a site are, which of its files are none, and what their keys mean."""

    files: Globs
    key: Value
    skip_if: Conditions
    only_if: Conditions
    require: tuple[Value, ...]
    service_if: Conditions
    service_if_empty: tuple[Value, ...]
    speakers: tuple[AppearanceRule, ...]
    set: Mapping[str, Value]


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
    match: Ref | Literal["title"]
    set: Mapping[str, Value]
    until_next: bool


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
    named: tuple[NamedFile, ...] = ()
    # Whether a value looks into the `_index.md` of folders above.
    looks_above: bool = False
    # Where it says which files are talks.
    talks_at: Place | None = None


def overridden(says: Mapping[str, Value], own: Mapping[str, Value]) -> dict[str, Value]:
    """What rules say, with others before them; a start that is said in one way is said in no other, and so an end."""
    left: set[str] = set()
    if "start" in own or {"date", "time"} <= set(own):
        left |= START
    if END & set(own):
        left |= END
    return {name: one for name, one in says.items() if name not in left} | dict(own)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_glob, patterns)) or r"(?!)")


def _glob(pattern: str) -> str:
    """A pattern of paths as a regular expression: `*` stays within a folder, `**/` is any number of folders."""
    parts = re.split(r"((?:\*\*/)+|\*\*|\*|\?)", pattern.removeprefix("./"))
    meant = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        "(?:[^/]+/)*" if part.startswith("**/") else meant.get(part) or re.escape(part) for part in parts
    )
