"""A whole site's files read by a mapping: people, talks and schedule come together as the records of the talks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from exchange.dialects import values as sorts
from exchange.dialects.mapping.cells import Cells
from exchange.dialects.mapping.language import (
    END,
    INDEX,
    ROW_FIELDS,
    START,
    AppearanceRule,
    SiteMapping,
    overridden,
)
from exchange.dialects.mapping.scopes import Hit, Scope, key_of, name_key
from exchange.dialects.mapping.times import Times, is_zone, read_times
from exchange.dialects.mapping.values import Value, text_of
from exchange.dialects.reader import old_paths
from exchange.documents import Document, Scalar
from exchange.documents import Mapping as KeyMapping
from exchange.problems import Place, Problems
from exchange.records import Asset, Item, Record
from exchange.records import Value as Plain
from exchange.scalars import BadValue, is_placeholder

# The fields of records that the words of a mapping mean, and the sort of value that each is.
TALK = {
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
PERSON = {
    "name": ("name", sorts.person),
    "affiliation": ("affiliation", sorts.text),
    "bio": ("bio", sorts.prose),
    "photo": ("avatar", sorts.picture),
    "website": ("url", sorts.link),
}
# Where generators look for the files that a name means, besides the file's own folder and the root.
STATIC = ("static", "assets", "public", "src")


@dataclass(frozen=True)
class Found:
    """A field's value, what gave it (None for nothing), and the rule and scope by which it is written."""

    value: Plain
    hit: Hit | None
    rule: Value
    scope: Scope


@dataclass(frozen=True)
class Person:
    """Somebody's fields, as a file or an element of a list says them."""

    path: str
    key: str
    fields: Mapping[str, Found]

    @property
    def name(self) -> str:
        """The name as printed; the key of somebody without one."""
        found = self.fields.get("name")
        return str(found.value) if found and found.value else self.key


@dataclass
class Appearances:
    """Who is in a talk, as a record's list, and what gave each of their fields: {place: {field: found}}."""

    items: list[Item] = field(default_factory=list)
    founds: dict[str, dict[str, Found]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    assets: list[Asset] = field(default_factory=list)


@dataclass(frozen=True)
class TalkRead:
    """A talk's record, and what gave each of its fields."""

    record: Record
    scope: Scope
    fields: Mapping[str, Found]
    times: Times | None
    appearances: Appearances


class Joining:
    """The files of a site, joined; ``problems`` are told by the path of the file that they are in.

    ``editions``: of the talks whose files name none, by path; ``broken``: the files that cannot be read.
    """

    def __init__(
        self,
        mapping: SiteMapping,
        documents: Mapping[str, Document],
        editions: Mapping[str, str],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.mapping, self.documents, self.editions, self.broken = mapping, documents, editions, broken
        self.problems: dict[str, Problems] = defaultdict(Problems)
        self.zones: dict[str, str] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.named: dict[tuple[str, str], Person] = {}
        for person, edition in self._people():
            self._take(person, edition)
        self.keys: dict[tuple[str, str], str] = {}
        self.cells = Cells(mapping.schedule, documents)
        self.talks = {path: talk for path in sorted(documents) if (talk := self._talk(path)) is not None}
        self.cells.tell_unknown(self.problems)

    @property
    def believes_offsets(self) -> bool:
        """Whether an offset beside a clock time counts."""
        return self.mapping.believe_offsets

    @cached_property
    def unscheduled(self) -> dict[str, Plain]:
        """What a schedule says of a talk that is not in it: no time, no room."""
        says = self.cells.set
        timed = ("starts_at", "ends_at") if (START | END) & set(says) else ()
        return dict.fromkeys([*timed, *(name for word, (name, _sort) in TALK.items() if word in says)])

    # People

    def _people(self) -> Iterator[tuple[Person, str]]:
        rule = self.mapping.speakers
        if rule is None:
            return
        scopes = [self.scope(path) for path in sorted(self.documents) if rule.files.take(path)]
        data = self.documents.get(rule.data)
        if data is not None:
            scopes += Scope(data, data.top).below((*rule.at, "*"))
        for scope in scopes:
            if self.translates(scope.path):
                continue
            key = key_of(text_of(rule.key, scope)) or PurePosixPath(scope.path).stem
            fields = self._fields(rule.set, PERSON, scope)
            yield Person(scope.path, key, fields), text_of(self.mapping.edition, scope)

    def _take(self, person: Person, edition: str) -> None:
        """Two files about one person are taken as one: the first counts, the others fill what it leaves empty."""
        first = self.people.get((edition, person.key))
        if first is not None:
            self.problems[person.path].warning(
                person.path, None, "person-twice", key=person.key, other=first.path
            )
            fields = {name: one if one.hit else person.fields[name] for name, one in first.fields.items()}
            person = replace(first, fields=fields)
        self.people[edition, person.key] = person
        self.named.setdefault((edition, name_key(person.name)), person)

    def person(self, edition: str, text: str, by: Sequence[str]) -> Person | None:
        """Who is meant by a reference, in an edition or in all of them."""
        ways = {"key": (self.people, key_of(text)), "name": (self.named, name_key(text))}
        asked = (ways[one] for one in by)
        return next(
            (found for table, key in asked for of in (edition, "") if (found := table.get((of, key)))), None
        )

    # Talks

    def _talk(self, path: str) -> TalkRead | None:
        rule = self.mapping.talks
        if not rule.files.take(path) or self.translates(path):
            return None
        scope = self.scope(path)
        if any(_holds(pair, scope) for pair in rule.skip_if.pairs):
            return None
        if not all(_holds(pair, scope) for pair in rule.only_if.pairs):
            return None
        if not all(text_of(one, scope) for one in rule.require):
            return None
        edition = self._edition(scope)
        return self._read_talk(scope, edition) if edition else None

    def _read_talk(self, scope: Scope, edition: str) -> TalkRead:
        rule, path = self.mapping.talks, scope.path
        own = self.mapping.overrides.get(path, {})
        says = overridden(rule.set, own)
        key = self._own_key(scope, edition)
        founds = self._fields(says, TALK, scope)
        title = founds["title"].value if "title" in founds else None
        zone = self._zone(scope, edition)
        times, given = self._slot(key, str(title or ""), zone, own)
        times = times or read_times(says, scope, zone, self)
        founds |= given
        fields = (
            self.unscheduled | {name: one.value for name, one in founds.items()} | self._state(says, scope)
        )
        service = "type" not in own and self._is_service(scope)
        if "type" in fields:
            fields["type"] = "break" if service else fields["type"] or "talk"
        if times is not None:
            fields |= {"starts_at": times.start, "ends_at": times.end}
        self._look_at(scope, fields, service=service)
        appearances = self._appearances(scope, edition)
        defaults: dict[str, Plain] = {"type": "break" if service else "talk", "state": "published"}
        record = Record(
            kind="talk",
            path=path,
            edition=edition,
            key=key,
            fields={**fields, "edition": edition},
            lists={"appearances": tuple(appearances.items)} if rule.speakers else {},
            places={**_places(founds, path), **(times.places(path) if times else {}), **appearances.places},
            offsets=times.offsets if times else {},
            assets=(*appearances.assets, *_slides(founds.get("slides"), path)),
            old_paths=old_paths(scope.document),
            defaults={name: value for name, value in defaults.items() if name not in fields},
            zone=self.zones.get(edition, ""),
        )
        return TalkRead(record, scope, founds, times, appearances)

    def _own_key(self, scope: Scope, edition: str) -> str:
        """A talk's key in its edition; a second talk with it is told apart by its folder."""
        path = PurePosixPath(scope.path)
        key = key_of(text_of(self.mapping.talks.key, scope)) or path.stem
        first = self.keys.setdefault((edition, key), scope.path)
        if first == scope.path:
            return key
        if PurePosixPath(first).parent == path.parent:
            self.problems[scope.path].warning(scope.path, None, "talk-key-twice", key=key[:60], other=first)
        ways = (f"{path.parent.name}/{key}", str(path.with_suffix("")))
        return next(way for way in ways if self.keys.setdefault((edition, way), scope.path) == scope.path)

    def _slot(
        self, key: str, title: str, zone: str, own: Mapping[str, Value]
    ) -> tuple[Times | None, dict[str, Found]]:
        """When the schedule has a talk, and what else it says there; of several slots the earliest counts.

        ``own``: the talk's overrides, which go before what the schedule says.
        """
        says = overridden(self.cells.set, {name: own[name] for name in own if name in ROW_FIELDS})
        slots = [(read_times(says, cell, zone, self), cell) for cell in self.cells.of(key, title)]
        if not slots:
            return None, {}
        times, cell = min(slots, key=lambda one: (one[0] and one[0].start) or "~")
        given = self._fields(self.cells.set, TALK, cell)
        said = {name: one for name, one in given.items() if one.hit is not None and name not in own}
        return times if times is not None and times.start else None, said

    def _look_at(self, scope: Scope, fields: Mapping[str, Plain], *, service: bool) -> None:
        """Warn of what a talk should have."""
        problems, place = self.problems[scope.path], scope.document.root.place
        title = fields.get("title")
        if service or "title" not in fields:
            return
        if not title:
            problems.warning(scope.path, place, "title-missing")
        elif not fields.get("abstract", "-") and not is_placeholder(str(title)):
            problems.warning(scope.path, place, "abstract-missing")

    def _is_service(self, scope: Scope) -> bool:
        rule = self.mapping.talks
        if rule.service_if_empty and not any(one.hits(scope) for one in rule.service_if_empty):
            return True
        return any(_holds(pair, scope) for pair in rule.service_if.pairs)

    def _state(self, says: Mapping[str, Value], scope: Scope) -> dict[str, Plain]:
        """A talk's state, where the mapping names a flag that tells it."""
        told = [name for name in ("draft", "cancelled") if name in says]
        states = [name for name in told if self.read(says[name], scope, sorts.flag).value is True]
        return {"state": states[0] if states else "published"} if told else {}

    def _appearances(self, scope: Scope, edition: str) -> Appearances:
        found = Appearances()
        for rule in self.mapping.talks.speakers:
            for index, hit in enumerate(rule.value.hits(scope)):
                self._appear(rule, hit, f"{rule.role}.{index}", scope, edition, found)
        return found

    def _appear(
        self, rule: AppearanceRule, hit: Hit, name: str, scope: Scope, edition: str, into: Appearances
    ) -> None:
        place = ".".join(map(str, hit.target.way)) if hit.target and hit.target.way else name
        person: Person | None = None
        if rule.ref and hit.node is not None and not isinstance(hit.node, Scalar):
            self.problems[hit.path].warning(hit.path, hit.place, "expected-text")
            return
        if rule.ref:
            person = self.person(edition, hit.text, rule.ref)
            founds = dict(person.fields) if person else {}
            if person is None:
                self._tell_nobody(hit)
        else:
            founds = self._inline(rule, hit, scope)
        fields = {name: one.value for name, one in founds.items()}
        fields["role"] = rule.role
        fields["name"] = fields.get("name") or (person.key if person else hit.text.strip() or None)
        if fields["name"] is None:
            self.problems[hit.path].warning(hit.path, hit.place, "element-without", key=place, needs="name")
            return
        into.items.append(Item(place, fields))
        into.founds[place] = founds
        if person is not None:
            into.people[place] = person
        if hit.place is not None and hit.path == scope.path:
            into.places[place] = hit.place
        avatar = founds.get("avatar")
        if avatar and avatar.hit and isinstance(avatar.value, str):
            into.assets += _asset("photo", place, avatar.value, avatar.hit, scope.path)

    def _tell_nobody(self, hit: Hit) -> None:
        """A reference that leads to nobody is a printed name, unless a file that cannot be read may tell of them."""
        people = self.mapping.speakers
        broken = sorted(path for path in self.broken if people is not None and people.files.take(path))
        if not broken:
            self.problems[hit.path].warning(hit.path, hit.place, "person-unknown", key=hit.text[:60])
            return
        key = key_of(hit.text)
        other = next((path for path in broken if key in (path, PurePosixPath(path).stem)), broken[0])
        self.problems[hit.path].error(
            hit.path, hit.place, "person-unreadable", key=hit.text[:60], other=other
        )

    def _inline(self, rule: AppearanceRule, hit: Hit, scope: Scope) -> dict[str, Found]:
        if isinstance(hit.node, KeyMapping) and hit.target is not None:
            inner = replace(scope, way=hit.target.way, above=scope)
            return self._fields(rule.inline, PERSON, inner)
        # Plain text is a printed name.
        return {"name": Found(self.value_of(hit, sorts.person), hit, rule.value, scope)}

    # Fields

    def scope(self, path: str) -> Scope:
        """A file's header as a scope."""
        return Scope(self.documents[path], self.documents[path].top, enclosing=self._enclosing)

    def translates(self, path: str) -> bool:
        """Whether a file is the translation of another: NAME.fr.md beside NAME.md."""
        stem, dot, language = PurePosixPath(path).stem.rpartition(".")
        if not dot or language not in self.mapping.translations:
            return False
        original = str(PurePosixPath(path).with_name(stem + PurePosixPath(path).suffix))
        return original in self.documents or original in self.broken

    def _enclosing(self, path: str, key: str, value: str) -> Scope | None:
        for folder in PurePosixPath(path).parents:
            index = str(folder / INDEX)
            if index in self.broken:
                self.problems[path].error(path, None, "index-unreadable", other=index)
                return None
            if index != path and index in self.documents:
                scope = self.scope(index)
                if any(hit.text == value for hit in scope.find((key,))):
                    return scope
        return None

    def _fields(
        self, says: Mapping[str, Value], table: Mapping[str, tuple[str, sorts.Sort]], scope: Scope
    ) -> dict[str, Found]:
        found = {
            name: self.read(says[word], scope, sort) for word, (name, sort) in table.items() if word in says
        }
        if "tags" in says and table is TALK:
            words = [hit.text.strip() for hit in says["tags"].hits(scope) if hit.text.strip()]
            first = next(iter(says["tags"].hits(scope)), None)
            found["tags"] = Found(tuple(words) or None, first, says["tags"], scope)
        return found

    def read(self, rule: Value, scope: Scope, sort: sorts.Sort) -> Found:
        """The first value that a rule gives and that means something."""
        for hit in rule.hits(scope):
            value = self.value_of(hit, sort)
            if value is not None:
                return Found(value, hit, rule, scope)
        return Found(None, None, rule, scope)

    def value_of(self, hit: Hit, sort: sorts.Sort) -> Plain:
        """What a hit's text means; what means nothing is told, and is no value."""
        problems = self.problems[hit.path]
        if hit.node is not None and not isinstance(hit.node, Scalar):
            problems.warning(hit.path, hit.place, "expected-text")
            return None
        text = hit.text.strip().lstrip("/") if sort is sorts.picture else hit.text
        try:
            found = sort(text)
        except BadValue as bad:
            problems.warning(hit.path, hit.place, bad.code, **bad.values)
            return None
        for code, said in found.warnings:
            problems.warning(hit.path, hit.place, code, **said)
        return found.value

    def _edition(self, scope: Scope) -> str:
        """The key of a talk's edition; "" and an error where there is none."""
        problems = self.problems[scope.path]
        hit = next(iter(self.mapping.edition.hits(scope)), None)
        text = hit.text if hit else self.editions.get(scope.path, "")
        if not text:
            problems.error(scope.path, scope.document.root.place, "edition-missing")
            return ""
        try:
            return str(sorts.edition_key(text).value)
        except BadValue as bad:
            problems.error(scope.path, hit.place if hit else None, bad.code, **bad.values)
            return ""

    def _zone(self, scope: Scope, edition: str) -> str:
        """The zone of a talk's edition; "" where the mapping names none, and an error for one that is none."""
        zone = text_of(self.mapping.timezone, scope)
        if zone and not is_zone(zone):
            self.problems[scope.path].error(scope.path, None, "mapping-zone", zone=zone[:60])
            return ""
        return self.zones.setdefault(edition, zone) if zone else ""


def _holds(pair: tuple[Value, str], scope: Scope) -> bool:
    """Whether a key has a text, or, where none is wanted, says nothing."""
    value, wanted = pair
    texts = [text for hit in value.hits(scope) if (text := hit.text.strip())]
    return any(text.casefold() == wanted.casefold() for text in texts) if wanted else not texts


def _places(founds: Mapping[str, Found], path: str) -> dict[str, Place]:
    """Where values stand, as far as that is in the file at a path."""
    hits = {name: one.hit for name, one in founds.items() if one.hit is not None}
    return {name: hit.place for name, hit in hits.items() if hit.place is not None and hit.path == path}


def _slides(found: Found | None, path: str) -> Iterable[Asset]:
    if found is None or found.hit is None or not isinstance(found.value, str):
        return []
    return _asset("slides_file", "", found.value, found.hit, path)


def _asset(name: str, item: str, text: str, hit: Hit, path: str) -> Iterable[Asset]:
    """The file that a value names, if it names one: beside its file, below the root, or where generators look."""
    if text.startswith(("http://", "https://", "/")):
        return []
    folders = [hit.under] if hit.under else []
    folders += [str(PurePosixPath(hit.path).parent), ".", *STATIC]
    candidates = tuple(dict.fromkeys(str(PurePosixPath(folder) / text) for folder in folders))
    place = hit.place if hit.path == path else None
    return [Asset(name, item, text, "portrait" if name == "photo" else "document", candidates, place)]
