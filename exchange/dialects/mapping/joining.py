"""A whole site's files read by a mapping: people, talks and schedule come together as the records of the talks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import PurePosixPath

from exchange.dialects import values as sorts
from exchange.dialects.mapping.cells import Cells
from exchange.dialects.mapping.fields import (
    ROW_WORDS,
    STATES,
    TALK,
    Found,
    asset_of,
    places_of,
    read_field,
    read_fields,
)
from exchange.dialects.mapping.files import SiteFiles
from exchange.dialects.mapping.language import END, START, AppearanceRule, Condition, SiteMapping, overridden
from exchange.dialects.mapping.missing import tell_missing
from exchange.dialects.mapping.people import Appearing, People, people_scopes
from exchange.dialects.mapping.scopes import Scope, key_of
from exchange.dialects.mapping.times import Times, is_zone, read_times
from exchange.dialects.mapping.values import Path, Value, text_of
from exchange.dialects.reader import old_paths
from exchange.documents import Document
from exchange.problems import Place, Problems
from exchange.records import Asset, Record
from exchange.records import Value as Plain
from exchange.scalars import BadValue, is_placeholder


@dataclass(frozen=True)
class TalkRead:
    """A talk's record, and what gave each of its fields."""

    record: Record
    scope: Scope
    fields: Mapping[str, Found]
    times: Times | None
    appearances: tuple[Appearing, ...]

    @cached_property
    def at(self) -> Mapping[str, Appearing]:
        """Who is in the talk, by the place of each."""
        return {one.item.place: one for one in self.appearances}

    def by(self, rule: AppearanceRule) -> list[Appearing]:
        """Who is in the talk by a rule."""
        return [one for one in self.appearances if one.rule is rule]


class Joining:
    """The files of a site, joined; ``problems`` are told by the path of the file that they are in.

    ``own``: what is wrong with the mapping, once the files are known; its problems have no path.
    ``homeless``: the paths of talks without an edition. ``editions``: of the talks whose files name none, by path;
    ``broken``: the files that cannot be read.
    """

    def __init__(
        self,
        mapping: SiteMapping,
        documents: Mapping[str, Document],
        editions: Mapping[str, str],
        broken: frozenset[str] = frozenset(),
    ) -> None:
        self.mapping, self.documents, self.editions = mapping, documents, editions
        self.files = SiteFiles(mapping, documents, broken)
        self.problems = self.files.problems
        self.own = Problems()
        self.homeless: list[str] = []
        self.zones: dict[str, str] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.people = People(self.files)
        self.cells = Cells(mapping.schedule, documents) if mapping.schedule else None
        self.talks = {path: talk for path in sorted(documents) if (talk := self._talk(path)) is not None}
        if self.cells is not None:
            self.cells.tell_unknown(self.problems)
            self.cells.tell_no_rows(self.cells.rule.place, self.own)
        self._tell_homeless()

    def tell_missing(self) -> None:
        """Warn of what the mapping names and no file has."""
        talks = [one.scope for one in self.talks.values()]
        rows = self.cells.rows if self.cells else []
        tell_missing(self.mapping, talks, people_scopes(self.files), rows, self.own)

    def _tell_homeless(self) -> None:
        """Talks without an edition are errors, each at its place; if no talk has one it is the mapping's, once."""
        rule, place = self.mapping.edition, self.mapping.places.get(id(self.mapping.edition))
        for path in self.homeless if self.talks else ():
            self.problems[path].error(path, self.documents[path].root.place, "edition-missing")
        if self.talks or not self.homeless:
            return
        if isinstance(rule, Path):
            self.own.error("", place, "mapping-edition-nowhere", way=".".join(rule.steps)[:60])
        else:
            self.own.error("", place or self.mapping.talks.place, "mapping-no-edition")

    @cached_property
    def unscheduled(self) -> dict[str, Plain]:
        """What a schedule says of a talk that is not in it: no time, no room."""
        says = self.mapping.schedule.set if self.mapping.schedule else {}
        timed = ("starts_at", "ends_at") if says.keys() & {*START, *END} else ()
        return dict.fromkeys([*timed, *(name for word, (name, _sort) in TALK.items() if word in says)])

    def _talk(self, path: str) -> TalkRead | None:
        rule = self.mapping.talks
        if not rule.files.take(path) or self.files.translates(path):
            return None
        scope = self.files.scope(path)
        if any(_holds(one, scope) for one in rule.skip_if):
            return None
        if not all(_holds(one, scope) for one in rule.only_if):
            return None
        if not all(text_of(one, scope) for one in rule.require):
            return None
        edition = self._edition(scope)
        return self._read_talk(scope, edition) if edition else None

    def _read_talk(self, scope: Scope, edition: str) -> TalkRead:
        own = self.mapping.overrides.get(scope.path, {})
        says = overridden(self.mapping.talks.set, own)
        founds = read_fields(says, TALK, scope, self.problems)
        key, zone = self._own_key(scope, edition), self._zone(scope, edition)
        slot, given = self._slot(key, founds.get("title"), zone, own)
        times = slot or read_times(says, scope, zone, self.problems)
        founds |= given
        service = "type" not in own and self._is_service(scope)
        fields = self._values(founds, times, service=service) | self._state(says, scope)
        if not service:
            self._look_at(scope, fields)
        appearances = tuple(self.people.in_talk(scope, edition))
        people = {"appearances": tuple(one.item for one in appearances)}
        defaults: dict[str, Plain] = {"type": "break" if service else "talk", "state": "published"}
        record = Record(
            kind="talk",
            path=scope.path,
            edition=edition,
            key=key,
            fields={**fields, "edition": edition},
            lists=people if self.mapping.talks.speakers else {},
            places=_places(founds, times, appearances, scope.path),
            offsets=times.offsets if times and self.mapping.believe_offsets else {},
            assets=_assets(founds, appearances, scope.path),
            old_paths=old_paths(scope.document),
            defaults={name: value for name, value in defaults.items() if name not in fields},
            zone=self.zones.get(edition, ""),
        )
        return TalkRead(record, scope, founds, times, appearances)

    def _values(self, founds: Mapping[str, Found], times: Times | None, *, service: bool) -> dict[str, Plain]:
        """What the fields of a talk are."""
        fields = self.unscheduled | {name: one.value for name, one in founds.items()}
        if "type" in fields:
            fields["type"] = "break" if service else fields["type"] or "talk"
        return fields | ({"starts_at": times.start, "ends_at": times.end} if times else {})

    def _own_key(self, scope: Scope, edition: str) -> str:
        """A talk's key in its edition; a second talk with it is told apart by its folder."""
        path = PurePosixPath(scope.path)
        key = key_of(text_of(self.mapping.talks.key, scope)) or path.stem
        first = self.keys.setdefault((edition, key), scope.path)
        if first == scope.path:
            return key
        if PurePosixPath(first).parent == path.parent:
            self.problems[scope.path].warning(scope.path, None, "talk-key-twice", key=key[:60], other=first)
        ways = chain(
            (f"{path.parent.name}/{key}", str(path.with_suffix(""))), (f"{path}-{n}" for n in count(1))
        )
        return next(way for way in ways if self.keys.setdefault((edition, way), scope.path) == scope.path)

    def _slot(
        self, key: str, title: Found | None, zone: str, own: Mapping[str, Value]
    ) -> tuple[Times | None, dict[str, Found]]:
        """When the schedule has a talk, and what else it says there; of several slots the earliest counts.

        ``own``: the talk's overrides, which go before what the schedule says.
        """
        cells = self.cells.of(key, str(title.value or "") if title else "") if self.cells else ()
        if self.cells is None or not cells:
            return None, {}
        says = self.cells.rule.set
        timed = overridden(says, {name: own[name] for name in own if name in ROW_WORDS})
        slots = [(read_times(timed, cell, zone, self.problems), cell) for cell in cells]
        times, cell = min(slots, key=lambda one: (one[0] and one[0].start) or "~")
        given = read_fields(says, TALK, cell, self.problems)
        said = {name: one for name, one in given.items() if one.hit is not None and name not in own}
        return times if times is not None and times.start else None, said

    def _look_at(self, scope: Scope, fields: Mapping[str, Plain]) -> None:
        """Warn of what a talk should have."""
        problems, place = self.problems[scope.path], scope.document.root.place
        title = fields.get("title")
        if "title" not in fields:
            return
        if not title:
            problems.warning(scope.path, place, "title-missing")
        elif not fields.get("abstract", "-") and not is_placeholder(str(title)):
            problems.warning(scope.path, place, "abstract-missing")

    def _is_service(self, scope: Scope) -> bool:
        rule = self.mapping.talks
        if rule.service_if_empty and not any(one.hits(scope) for one in rule.service_if_empty):
            return True
        return any(_holds(one, scope) for one in rule.service_if)

    def _state(self, says: Mapping[str, Value], scope: Scope) -> dict[str, Plain]:
        """A talk's state, where the mapping names a flag that tells it."""
        told = [name for name in STATES if name in says]
        flags = {name: read_field(says[name], sorts.flag, scope, self.problems).value for name in told}
        return {"state": next((name for name in told if flags[name] is True), "published")} if told else {}

    def _edition(self, scope: Scope) -> str:
        """The key of a talk's edition; "" and an error where there is none."""
        problems = self.problems[scope.path]
        hit = next(iter(self.mapping.edition.hits(scope)), None)
        text = hit.text if hit else self.editions.get(scope.path, "")
        if not text:
            self.homeless.append(scope.path)
            return ""
        try:
            return str(sorts.edition_key(text).value)
        except BadValue as bad:
            problems.error(scope.path, hit.place if hit else None, bad.code, **bad.values)
            return ""

    def _zone(self, scope: Scope, edition: str) -> str:
        """The zone by which a talk's offsets count; "" where they do not, and an error for one that is none."""
        zone = text_of(self.mapping.timezone, scope)
        if zone and not is_zone(zone):
            self.problems[scope.path].error(scope.path, None, "mapping-zone", zone=zone[:60])
            return ""
        if zone:
            zone = self.zones.setdefault(edition, zone)
        return zone if self.mapping.believe_offsets else ""


def _holds(condition: Condition, scope: Scope) -> bool:
    """Whether a key has a text, or, where none is wanted, says nothing."""
    value, wanted = condition
    texts = [text for hit in value.hits(scope) if (text := hit.text.strip())]
    return any(text.casefold() == wanted.casefold() for text in texts) if wanted else not texts


def _places(
    founds: Mapping[str, Found], times: Times | None, appearances: Iterable[Appearing], path: str
) -> dict[str, Place]:
    """Where a talk's values and people stand, as far as that is in its file."""
    people = {one.item.place: one.hit.place_in(path) for one in appearances}
    return {
        **places_of(founds, path),
        **(times.places(path) if times else {}),
        **{name: place for name, place in people.items() if place is not None},
    }


def _assets(founds: Mapping[str, Found], appearances: Iterable[Appearing], path: str) -> tuple[Asset, ...]:
    """The pictures and documents that a talk names."""
    photos = (asset_of("photo", one.item.place, one.founds.get("avatar"), path) for one in appearances)
    return (*chain.from_iterable(photos), *asset_of("slides_file", "", founds.get("slides"), path))
