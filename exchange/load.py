"""A plan into the database: in one transaction, in bulk, told to history as it goes."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias, cast

from django.db import models
from django.utils.text import capfirst

from editions.models import CommitteeMember, Edition, Redirect, Room, Series, Track
from exchange.columns import RECORDS
from exchange.dialects.native import kind_of_type
from exchange.dump import CHUNK, JOINED, MODELS
from exchange.elements import ELEMENTS, write_elements
from exchange.keeping import keep_files, keep_records
from exchange.models import SourceDialect, SourceFile
from exchange.plan import Plan, Step
from exchange.records import LISTS_OF, Kind, Value
from talks import identity
from talks.models import Talk, TalkType

Row: TypeAlias = Edition | CommitteeMember | Talk
# By edition and key.
Parts: TypeAlias = dict[tuple[str, str], Any]
WITH_PAGE: tuple[Kind, ...] = ("edition", "talk")


@dataclass
class Loader:
    """One plan on its way into the database.

    ``zone``: of new editions without one of their own; ``warnings``: what was said of each file, as JSON;
    ``mapping``: by which the files were read, None for Lectern's own keys;
    ``made``: the new rows, by path, kind and key of their record; ``moved``: talks by the address that they had.
    """

    plan: Plan
    zone: str
    dialect: str
    reader: int
    warnings: Mapping[str, Sequence[Any]]
    mapping: SourceDialect | None = None
    made: dict[tuple[str, Kind, str], Row] = field(default_factory=dict)
    moved: dict[str, Talk] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    types: dict[str, TalkType] = field(default_factory=dict)
    rooms: Parts = field(default_factory=dict)
    tracks: Parts = field(default_factory=dict)

    def load(self) -> None:
        """Write everything; the caller holds the transaction."""
        self.write()
        self.agree(keep_files(self.plan, self.dialect, self.reader, self.warnings, self.mapping))

    def write(self) -> None:
        """Write the programme."""
        self._make_editions()
        self._write_rows("edition")
        self.editions = {one.key: one for one in Edition.objects.all()}
        self._write_rows("member")
        self._make_what_talks_name()
        self._write_rows("talk")
        for name in ELEMENTS:
            kind: Kind = "talk" if name in LISTS_OF["talk"] else "edition"
            write_elements(name, [(one, pk) for one in self._steps(kind) if (pk := self._row_of(one))])
        self._lead_old_paths()

    def agree(self, files: Mapping[str, SourceFile]) -> None:
        """Keep what file and site agree on now. ``files``: the rows of the records' files, by path."""
        heard = [one for one in self.plan.steps if one.action != "skipped"]
        keep_records([(self._with_zone(one), self._row_of(one)) for one in heard], files)

    def _with_zone(self, step: Step) -> Step:
        """An edition made without a zone of its own got one: that is what its file will be compared with."""
        if step.action != "created" or step.record.kind != "edition" or "timezone" in step.agreed:
            return step
        return replace(step, agreed={**step.agreed, "timezone": self.zone})

    def _steps(self, kind: Kind) -> list[Step]:
        return [one for one in self.plan.steps if one.record.kind == kind and one.action != "skipped"]

    def _row_of(self, step: Step) -> int | None:
        """The primary key of the row that a step's record feeds; None for a tombstone."""
        return self.made[_name_of(step)].pk if step.action == "created" else step.target

    # Rows: editions, members, talks

    def _make_editions(self) -> None:
        """Editions that their talks name, and nobody describes, are published and dated by their talks."""
        days: dict[str, list[date]] = {key: [] for key in self.plan.editions}
        for step in self._steps("talk"):
            start = step.record.fields.get("starts_at")
            if start and step.record.edition in days:
                days[step.record.edition].append(date.fromisoformat(str(start)[:10]))
        Edition.objects.bulk_create(
            Edition(
                key=key,
                timezone=self.plan.zone_of(key, self.zone),
                state=Edition.State.PUBLISHED,
                starts_on=min(found, default=None),
                ends_on=max(found, default=None),
            )
            for key, found in days.items()
        )
        self.editions = {one.key: one for one in Edition.objects.all()}

    def _write_rows(self, kind: Kind) -> None:
        new = [(step, self._new(kind, step)) for step in self._steps(kind) if step.action == "created"]
        if kind == "talk":
            self._identify([(step, cast("Talk", row)) for step, row in new])
        manager: Any = MODELS[kind]._default_manager
        manager.bulk_create([row for _step, row in new], batch_size=500)
        self.made |= {_name_of(step): row for step, row in new}
        changed = [step for step in self._steps(kind) if step.action == "updated"]
        for start in range(0, len(changed), CHUNK):
            self._update_rows(kind, changed[start : start + CHUNK])

    def _new(self, kind: Kind, step: Step) -> Row:
        row = cast("Row", MODELS[kind]())
        row.key = step.record.edition if kind == "edition" else step.record.row_key
        if isinstance(row, Edition):
            row.state, row.timezone = Edition.State.PUBLISHED, self.zone
        self._fill(kind, row, step.values, step.values)
        return row

    def _update_rows(self, kind: Kind, steps: Sequence[Step]) -> None:
        """Write the fields that change, and no other: somebody may be at work on those."""
        rows = MODELS[kind]._base_manager.in_bulk([step.target for step in steps])
        written: set[str] = set()
        for step in steps:
            fields = set(step.values) & set(step.changes)
            if kind == "talk" and "edition" in fields:
                self._move(cast("Talk", rows[step.target]), self.editions[str(step.values["edition"])])
                fields |= {"room", "track"}
                written |= {"key", "slug"}
            written |= self._fill(kind, cast("Row", rows[step.target]), step.values, fields)
        if written:
            manager: Any = MODELS[kind]._default_manager
            manager.bulk_update(list(rows.values()), sorted(written), batch_size=200)

    def _fill(self, kind: Kind, row: Row, values: Mapping[str, Value], fields: Collection[str]) -> set[str]:
        """Set the columns of these fields; returns their names."""
        columns = [column for column in RECORDS[kind] if column.field in fields]
        for column in columns:
            value = values.get(column.field)
            if column.sort == "related":
                setattr(row, column.name, self._related(column.field, value, values))
            else:
                setattr(row, column.name, column.held(value))
        return {column.name for column in columns}

    def _related(self, name: str, key: Value, values: Mapping[str, Value]) -> models.Model | None:
        if key is None:
            return None
        if name == "edition":
            return self.editions[str(key)]
        if name == "type":
            return self.types[str(key)]
        parts = self.rooms if name == "room" else self.tracks
        return cast("models.Model", parts[str(values["edition"]), str(key)])

    # What names a talk

    def _identify(self, new: list[tuple[Step, Talk]]) -> None:
        """Give new talks slug, guid and number, once and for ever: those that they had elsewhere, if they are free."""
        if not new:
            return
        series = Series.objects.the_one().key
        numbers = set(Talk.objects.values_list("number", flat=True))
        wished = [one.record.guid for one, _talk in new if one.record.guid]
        taken = {str(one) for one in Talk.objects.filter(guid__in=wished).values_list("guid", flat=True)}
        slugs: dict[int, set[str]] = defaultdict(set)
        for edition, slug in Talk.objects.values_list("edition", "slug"):
            slugs[edition].add(slug)
        for step, talk in new:
            record = step.record
            talk.guid = identity.guid_of(series, talk.edition.key, talk.key)
            if record.guid and record.guid not in taken:
                talk.guid = uuid.UUID(record.guid)
            talk.number = record.number or 0
            if talk.number in numbers or not talk.number:
                talk.number = identity.free_number(talk.guid, numbers)
            slug = identity.slug_of(record.row_key, "talk", talk.guid)
            talk.slug = identity.free_slug(slug, slugs[talk.edition.pk].__contains__)
            numbers.add(talk.number)
            slugs[talk.edition.pk].add(talk.slug)

    def _move(self, talk: Talk, edition: Edition) -> None:
        """A talk that goes to another edition keeps key and slug, unless they are taken there."""
        self.moved[talk.get_absolute_url()] = talk
        others = Talk.objects.filter(edition=edition).exclude(pk=talk.pk)
        talk.key = identity.free_slug(talk.key, lambda key: others.filter(key=key).exists())
        talk.slug = identity.free_slug(talk.slug, lambda slug: others.filter(slug=slug).exists())

    # Types, rooms and tracks

    def _make_what_talks_name(self) -> None:
        """Types, rooms and tracks that talks name; those not yet known are made, in the order of the programme."""
        steps = sorted(
            self._steps("talk"), key=lambda one: (str(one.values.get("starts_at") or "~"), one.record.path)
        )
        self._make_types(dict.fromkeys(str(one.values["type"]) for one in steps if one.values.get("type")))
        self.rooms = self._make_parts("room", Room, steps)
        self.tracks = self._make_parts("track", Track, steps)

    def _make_types(self, wished: Iterable[str]) -> None:
        self.types = {one.key: one for one in TalkType.objects.all()}
        new = [
            TalkType(
                key=key, label=capfirst(key.replace("_", " ")), kind=kind_of_type(key), position=position
            )
            for position, key in enumerate((key for key in wished if key not in self.types), len(self.types))
        ]
        TalkType.objects.bulk_create(new)
        self.types |= {one.key: one for one in new}

    def _make_parts(self, name: str, model: type[Room | Track], steps: Iterable[Step]) -> Parts:
        manager: Any = model._default_manager
        known: dict[str, dict[str, Any]] = defaultdict(dict)
        for part in manager.select_related("edition"):
            known[part.edition.key][part.key] = part
        new = []
        named = ((str(one.values.get("edition") or ""), one.values.get(name)) for one in steps)
        for edition, key in (*self._listed(name), *named):
            if key is not None and str(key) not in known[edition]:
                part = self._new_part(name, model, self.editions[edition], str(key), known[edition])
                known[edition][part.key] = part
                new.append(part)
        self._colour(one for one in new if isinstance(one, Track))
        manager.bulk_create(new)
        return {(edition, key): part for edition, parts in known.items() for key, part in parts.items()}

    def _listed(self, name: str) -> Iterator[tuple[str, Value]]:
        """The rooms or tracks that the files of new editions list, in their order."""
        for record in (one.record for one in self._steps("edition") if one.action == "created"):
            for key in record.rooms if name == "room" else record.tracks:
                yield record.edition, key

    def _colour(self, tracks: Iterable[Track]) -> None:
        """New tracks get the colours that their edition's file gives them."""
        known = {one.record.edition: one.record.tracks for one in self._steps("edition")}
        for track in tracks:
            track.colour = known.get(track.edition.key, {}).get(track.key, "")

    @staticmethod
    def _new_part(
        name: str, model: type[Room | Track], edition: Edition, key: str, others: Mapping[str, Any]
    ) -> Room | Track:
        slugs = {one.slug for one in others.values()}
        wished = identity.slug_of(key, name, uuid.uuid5(identity.NAMESPACE, f"{edition.key}/{key}"))
        slug = identity.free_slug(wished, slugs.__contains__)
        return model(edition=edition, key=key, name=key, slug=slug, position=len(others))

    # Old addresses

    def _lead_old_paths(self) -> None:
        """Addresses that files had on their old site lead to the new ones."""
        leads: dict[str, Edition | Talk] = dict(self.moved)
        for kind in WITH_PAGE:
            owners = {
                pk: one for one in self._steps(kind) if one.record.old_paths and (pk := self._row_of(one))
            }
            rows: Any = MODELS[kind]._base_manager.select_related(*JOINED[kind]).in_bulk(list(owners))
            leads |= {path: rows[pk] for pk, one in owners.items() for path in one.record.old_paths}
        known = set(Redirect.objects.filter(old_path__in=list(leads)).values_list("old_path", flat=True))
        Redirect.objects.bulk_create(
            Redirect(
                old_path=path, new_path=address, edition=row if isinstance(row, Edition) else row.edition
            )
            for path, row in leads.items()
            if path not in known and path.rstrip("/") != (address := row.get_absolute_url()).rstrip("/")
        )


def _name_of(step: Step) -> tuple[str, Kind, str]:
    """What tells a step's record from all others of a run."""
    return step.record.path, step.record.kind, step.record.key
