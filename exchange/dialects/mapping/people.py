"""The people of a mapped site, and who of them is in a talk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from exchange.dialects import values as sorts
from exchange.dialects.mapping.fields import PERSON, Found, read_fields, value_of
from exchange.dialects.mapping.files import SiteFiles
from exchange.dialects.mapping.language import AppearanceRule, SpeakersRule
from exchange.dialects.mapping.scopes import Hit, Scope, key_of, warn
from exchange.dialects.mapping.values import text_of
from exchange.documents import Mapping as KeyMapping
from exchange.records import Item
from texts.folding import name_key


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


@dataclass(frozen=True)
class Appearing:
    """Somebody in a talk: the element of the record's list, and what gave it.

    ``rule`` and ``hit``: where the talk's file says so; ``founds``: what gave each field; ``person``: who is meant.
    """

    item: Item
    rule: AppearanceRule
    hit: Hit
    founds: Mapping[str, Found]
    person: Person | None


class People:
    """Who is known on a site, by key and by name."""

    def __init__(self, files: SiteFiles) -> None:
        self.files = files
        self.by_key: dict[tuple[str, str], Person] = {}
        self.by_name: dict[tuple[str, str], Person] = {}
        if files.mapping.speakers is not None:
            for person, edition in _people(files.mapping.speakers, files):
                self._take(person, edition)

    def _take(self, person: Person, edition: str) -> None:
        """Two files about one person are taken as one: the first counts, the others fill what it leaves empty."""
        first = self.by_key.get((edition, person.key))
        if first is not None:
            self.files.problems[person.path].warning(
                person.path, None, "person-twice", key=person.key, other=first.path
            )
            fields = {name: one if one.hit else person.fields[name] for name, one in first.fields.items()}
            person = replace(first, fields=fields)
        self.by_key[edition, person.key] = person
        self.by_name.setdefault((edition, name_key(person.name)), person)

    def find(self, edition: str, text: str, by: Sequence[str]) -> Person | None:
        """Who is meant by a reference, in an edition or in all of them. ``by``: "key", "name", in that order."""
        ways = {"key": (self.by_key, key_of(text)), "name": (self.by_name, name_key(text))}
        asked = (ways[one] for one in by)
        return next(
            (found for table, key in asked for of in (edition, "") if (found := table.get((of, key)))), None
        )

    def in_talk(self, scope: Scope, edition: str) -> Iterator[Appearing]:
        """Who is in the talk of a file."""
        for rule in self.files.mapping.talks.speakers:
            for index, hit in enumerate(rule.value.hits(scope)):
                place = ".".join(map(str, hit.target.way)) if hit.target and hit.target.way else ""
                found = self._appearing(rule, hit, place or f"{rule.role}.{index}", scope, edition)
                if found is not None:
                    yield found

    def _appearing(
        self, rule: AppearanceRule, hit: Hit, place: str, scope: Scope, edition: str
    ) -> Appearing | None:
        problems = self.files.problems
        if rule.ref and hit.is_map:
            warn(problems, hit, "expected-text")
            return None
        person = self.find(edition, hit.text, rule.ref)
        if rule.ref and person is None:
            self._tell_nobody(hit)
        founds = person.fields if person else self._inline(rule, hit, scope) if rule.inline else {}
        fields = {name: one.value for name, one in founds.items()}
        name = fields.get("name") or (person.key if person else hit.text.strip() or None)
        if name is None:
            warn(problems, hit, "element-without", key=place, needs="name")
            return None
        return Appearing(Item(place, {**fields, "role": rule.role, "name": name}), rule, hit, founds, person)

    def _inline(self, rule: AppearanceRule, hit: Hit, scope: Scope) -> dict[str, Found]:
        problems = self.files.problems
        if isinstance(hit.node, KeyMapping) and hit.target is not None:
            return read_fields(rule.inline, PERSON, replace(scope, way=hit.target.way, above=scope), problems)
        # Plain text is a printed name.
        return {"name": Found(value_of(hit, sorts.person, problems), hit, rule.value, scope)}

    def _tell_nobody(self, hit: Hit) -> None:
        """A reference that leads to nobody is a printed name, unless a file that cannot be read may tell of them."""
        people, problems = self.files.mapping.speakers, self.files.problems
        broken = sorted(path for path in self.files.broken if people is not None and people.files.take(path))
        if not broken:
            warn(problems, hit, "person-unknown", key=hit.text[:60])
            return
        key = key_of(hit.text)
        other = next((path for path in broken if key in (path, PurePosixPath(path).stem)), broken[0])
        problems[hit.path].error(hit.path, hit.place, "person-unreadable", key=hit.text[:60], other=other)


def people_scopes(files: SiteFiles) -> list[Scope]:
    """Where the people are told of."""
    return list(_scopes(files.mapping.speakers, files)) if files.mapping.speakers is not None else []


def _people(rule: SpeakersRule, files: SiteFiles) -> Iterator[tuple[Person, str]]:
    """All people, each with the edition that its file names ("" for none)."""
    for scope in _scopes(rule, files):
        key = key_of(text_of(rule.key, scope)) or PurePosixPath(scope.path).stem
        fields = read_fields(rule.set, PERSON, scope, files.problems)
        yield Person(scope.path, key, fields), text_of(files.mapping.edition, scope)


def _scopes(rule: SpeakersRule, files: SiteFiles) -> Iterator[Scope]:
    """Each person's file, and each element of the list of people, but for translations."""
    paths = (path for path in sorted(files.documents) if rule.files.take(path))
    yield from (files.scope(path) for path in paths if not files.translates(path))
    data = files.documents.get(rule.data)
    if data is not None and not files.translates(rule.data):
        yield from Scope(data, data.top).below((*rule.at, "*"))
