"""A plan into the database: in one transaction, in bulk, told to history as it goes."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from editions.models import Edition, ImportantDate, Redirect, Room, Series, Sponsor, Track
from exchange.columns import LISTS, RECORDS
from exchange.dialects.native import kind_of_type
from exchange.dump import CHUNK, MODELS, people_named
from exchange.merge import MergedItem
from exchange.models import Conflict, SourceFile, SourceRecord
from exchange.people import find_people, name_key
from exchange.plan import FileRead, Plan, Step
from exchange.problems import Problem
from exchange.records import Kind, Value
from speakers.models import Speaker, SpeakerAlias
from talks import identity
from talks.models import Appearance, Paper, Talk, TalkType

ELEMENTS: Mapping[str, tuple[type[models.Model], str]] = {
    "appearances": (Appearance, "talk"),
    "papers": (Paper, "talk"),
    "dates": (ImportantDate, "edition"),
    "sponsors": (Sponsor, "edition"),
}


@dataclass
class Loader:
    """One plan on its way into the database; ``zone`` is the zone of new editions without one of their own."""

    plan: Plan
    zone: str
    dialect: str
    reader: int
    warnings: Mapping[str, list[Problem]]
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)

    def load(self) -> None:
        """Write everything; the caller holds the transaction."""
        self._make_editions()
        self._write_rows("edition")
        self._write_rows("member")
        self._make_types_and_places()
        self._write_rows("talk")
        for name in ELEMENTS:
            self._write_elements(name)
        self._lead_old_paths()
        self._keep_files()

    def _steps(self, kind: Kind) -> list[Step]:
        return [one for one in self.plan.steps if one.record.kind == kind and one.action != "skipped"]

    # Editions

    def _make_editions(self) -> None:
        """Editions that their talks name, and nobody describes, are published and dated by their talks."""
        new = []
        for key in self.plan.editions:
            times = [
                str(value)[:10]
                for step in self._steps("talk")
                if step.record.edition == key
                for value in (step.record.fields.get("starts_at"),)
                if value
            ]
            days = {"starts_on": min(times), "ends_on": max(times)} if times else {}
            new.append(Edition(key=key, timezone=self.zone, state=Edition.State.PUBLISHED, **days))
        Edition.objects.bulk_create(new)
        self._know_editions()

    def _know_editions(self) -> None:
        self.editions = {one.key: one for one in Edition.objects.all()}

    # Rows: editions, members, talks

    def _write_rows(self, kind: Kind) -> None:
        new: list[tuple[Step, models.Model]] = []
        changed: list[Step] = []
        for step in self._steps(kind):
            if step.action == "created":
                new.append((step, self._new(kind, step)))
            elif step.action == "updated":
                changed.append(step)
        manager: Any = MODELS[kind]._default_manager
        if kind == "talk":
            self._identify([(step, cast("Talk", row)) for step, row in new])
        manager.bulk_create([row for _step, row in new], batch_size=500)
        for step, row in new:
            self.rows[step.record.path, step.record.key] = row
        self._update_rows(kind, changed)
        if kind == "edition":
            self._know_editions()

    def _new(self, kind: Kind, step: Step) -> models.Model:
        row = MODELS[kind]()
        if kind == "edition":
            edition = cast("Edition", row)
            edition.key, edition.state = step.record.edition, Edition.State.PUBLISHED
        else:
            cast("Any", row).key = step.record.key
        self._fill(kind, row, step.values)
        if kind == "edition" and not step.values.get("timezone"):
            cast("Edition", row).timezone = self.zone
        return row

    def _fill(self, kind: Kind, row: models.Model, values: Mapping[str, Value]) -> None:
        for column in RECORDS[kind]:
            if column.field not in values:
                continue
            if column.sort == "related":
                setattr(row, column.name, self._related(column.field, values[column.field], values))
            else:
                setattr(row, column.name, column.held(values[column.field]))

    def _related(self, name: str, key: Value, values: Mapping[str, Value]) -> models.Model | None:
        if key is None:
            return None
        if name == "edition":
            return self.editions[str(key)]
        if name == "type":
            return cast("models.Model", self.rows["type", str(key)])
        return cast("models.Model", self.rows[f"{name} {values['edition']}", str(key)])

    def _update_rows(self, kind: Kind, steps: list[Step]) -> None:
        model = MODELS[kind]
        manager: Any = model._default_manager
        for start in range(0, len(steps), CHUNK):
            part = steps[start : start + CHUNK]
            rows = model._base_manager.in_bulk([step.target for step in part])
            for step in part:
                row = rows[step.target]
                self._fill(kind, row, step.values)
                if kind == "edition" and not cast("Edition", row).timezone:
                    cast("Edition", row).timezone = self.zone
            names = sorted(
                {column.name for step in part for column in RECORDS[kind] if column.field in step.values}
            )
            manager.bulk_update(list(rows.values()), names, batch_size=200)

    def _identify(self, new: list[tuple[Step, Talk]]) -> None:
        """Give new talks slug, guid and number, once and for ever."""
        if not new:
            return
        series = Series.objects.the_one().key
        numbers = set(Talk.objects.values_list("number", flat=True))
        slugs: dict[int, set[str]] = defaultdict(set)
        for edition, slug in Talk.objects.values_list("edition", "slug"):
            slugs[edition].add(slug)
        for step, talk in new:
            edition = talk.edition
            talk.guid = identity.guid_of(series, edition.key, talk.key)
            talk.number = identity.free_number(talk.guid, numbers)
            wished = identity.slug_of(step.record.key, "talk", talk.guid)
            talk.slug = identity.free_slug(wished, slugs[edition.pk].__contains__)
            numbers.add(talk.number)
            slugs[edition.pk].add(talk.slug)

    # Types, rooms and tracks

    def _make_types_and_places(self) -> None:
        """Types, rooms and tracks that talks name; those not yet known are made, in the order of the programme."""
        steps = sorted(
            self._steps("talk"), key=lambda one: (str(one.values.get("starts_at") or "~"), one.record.path)
        )
        types = {one.key: one for one in TalkType.objects.all()}
        wished = dict.fromkeys(str(step.values["type"]) for step in steps if step.values.get("type"))
        new = [
            TalkType(
                key=key,
                label=capfirst(key.replace("_", " ")),
                kind=kind_of_type(key),
                position=len(types) + index,
            )
            for index, key in enumerate(key for key in wished if key not in types)
        ]
        TalkType.objects.bulk_create(new)
        for one in [*types.values(), *new]:
            self.rows["type", one.key] = one
        self._make_parts("room", Room, steps)
        self._make_parts("track", Track, steps)

    def _make_parts(self, name: str, model: type[Room] | type[Track], steps: Iterable[Step]) -> None:
        known: dict[str, dict[str, Any]] = defaultdict(dict)
        manager: Any = model._default_manager
        for one in manager.select_related("edition"):
            known[one.edition.key][one.key] = one
        new = []
        for step in steps:
            edition, key = str(step.values.get("edition") or ""), step.values.get(name)
            if key is None or str(key) in known[edition]:
                continue
            parts = known[edition]
            slugs = {one.slug for one in parts.values()}
            wished = identity.slug_of(str(key), name, uuid.uuid5(identity.NAMESPACE, f"{edition}/{key}"))
            part = model(
                edition=self.editions[edition], key=str(key), name=str(key), position=len(parts),
                slug=identity.free_slug(wished, slugs.__contains__),
            )  # fmt: skip
            parts[str(key)] = part
            new.append(part)
        manager.bulk_create(new)
        for edition, parts in known.items():
            for key, part in parts.items():
                self.rows[f"{name} {edition}", key] = part

    # Lists: appearances, papers, dates, sponsors

    def _write_elements(self, name: str) -> None:
        model, owner = ELEMENTS[name]
        steps = [one for one in self.plan.steps if name in one.lists and one.action != "skipped"]
        old = self._old_elements(model, owner, [one.target for one in steps if one.target is not None])
        new: list[Any] = []
        changed: list[Any] = []
        gone: list[int] = []
        for step in steps:
            row = self.rows.get((step.record.path, step.record.key)) if step.action == "created" else None
            owner_pk = row.pk if row is not None else step.target
            before = old.get(cast("int", owner_pk), {})
            items = step.lists[name].items
            gone += set(before) - {one.pk for one in items}
            moved = [one.pk for one in items] != list(before)
            for index, one in enumerate(items):
                element = (
                    before[one.pk]
                    if one.pk is not None
                    else self._new_element(model, owner, row, owner_pk, one)
                )
                if self._fill_element(name, element, one, index if moved else None):
                    (changed if one.pk is not None else new).append(element)
        manager: Any = model._default_manager
        if gone:
            manager.filter(pk__in=gone).delete()
        if name == "appearances":
            self._find_people(new, changed)
        manager.bulk_create(new, batch_size=500)
        names = [
            *(column.name for column in LISTS[name]),
            "position",
            *(["place"] if hasattr(model, "place") else []),
        ]
        manager.bulk_update(
            changed, [*names, *(["speaker"] if name == "appearances" else [])], batch_size=200
        )

    def _old_elements(
        self, model: type[models.Model], owner: str, targets: list[int]
    ) -> dict[int, dict[int, Any]]:
        """The elements of rows that were there, in their order: {owner: {primary key: element}}."""
        found: dict[int, dict[int, Any]] = defaultdict(dict)
        for start in range(0, len(targets), CHUNK):
            part = targets[start : start + CHUNK]
            for one in model._base_manager.filter(**{f"{owner}__in": part}).order_by(
                *model._meta.ordering or ()
            ):
                found[getattr(one, f"{owner}_id")][one.pk] = one
        return found

    def _new_element(
        self, model: type[models.Model], owner: str, row: Any, owner_pk: int | None, item: MergedItem
    ) -> Any:
        element: Any = model(**({owner: row} if row is not None else {f"{owner}_id": owner_pk}))
        if isinstance(element, ImportantDate):
            element.label = capfirst(str(item.fields["name"]).replace("_", " "))
        return element

    def _fill_element(self, name: str, element: Any, item: MergedItem, position: int | None) -> bool:
        """Set an element's columns; True if any of them changed."""
        wanted = {
            column.name: column.held(item.fields[column.field])
            for column in LISTS[name]
            if column.field in item.fields
        }
        if hasattr(element, "place"):
            wanted["place"] = item.place
        if position is not None:
            wanted["position"] = position
        before = {column: getattr(element, column) for column in wanted}
        for column, value in wanted.items():
            setattr(element, column, value)
        element.renamed = before.get("name") != wanted.get("name")
        return element.pk is None or any(
            (before[column] or "") != (value or "") for column, value in wanted.items()
        )

    # People

    def _find_people(self, new: list[Appearance], changed: list[Appearance]) -> None:
        """Join appearances that are new, or whose printed name changed, to people; make those not yet known."""
        joined = [*new, *(one for one in changed if getattr(one, "renamed", False))]
        names = [one.name for one in joined]
        found, unknown = find_people(names, people_named(names))
        slugs = set(Speaker.objects.values_list("slug", flat=True))
        slugs |= set(SpeakerAlias.objects.exclude(slug="").values_list("slug", flat=True))
        people = []
        for name in unknown:
            guid = uuid.uuid5(identity.NAMESPACE, name_key(name))
            slug = identity.free_slug(identity.slug_of(name, "speaker", guid), slugs.__contains__)
            slugs.add(slug)
            people.append(Speaker(name=name, slug=slug))
        Speaker.objects.bulk_create(people, batch_size=500)
        made = {name_key(one.name): one.pk for one in people}
        for one in joined:
            one.speaker_id = found.get(one.name) or made.get(name_key(one.name))

    # What stays of the files

    def _lead_old_paths(self) -> None:
        """Addresses that files had on their old site lead to the new ones."""
        leads = {
            path: (row.get_absolute_url(), row)
            for step in self.plan.steps
            if (row := self.rows.get((step.record.path, step.record.key))) is not None
            for path in step.record.old_paths
        }
        known = set(Redirect.objects.filter(old_path__in=list(leads)).values_list("old_path", flat=True))
        Redirect.objects.bulk_create(
            Redirect(
                old_path=path, new_path=address, edition=row if isinstance(row, Edition) else row.edition
            )
            for path, (address, row) in leads.items()
            if path not in known and path.rstrip("/") != address.rstrip("/")
        )

    def _keep_files(self) -> None:
        old_paths = [self.plan.renamed.get(one.path, one.path) for one in self.plan.files]
        stored = {one.path: one for one in SourceFile.objects.defer("data").filter(path__in=old_paths)}
        new: list[SourceFile] = []
        changed: list[SourceFile] = []
        files: dict[str, SourceFile] = {}
        for read, old_path in zip(self.plan.files, old_paths, strict=True):
            file = stored.get(old_path)
            (changed if file else new).append(files.setdefault(read.path, self._kept(read, file)))
        SourceFile.objects.bulk_create(new, batch_size=200)
        SourceFile.objects.bulk_update(
            changed,
            [
                "path",
                "data",
                "digest",
                "size",
                "mtime",
                "read_at",
                "dialect",
                "reader",
                "warnings",
                "assets",
                "gone_at",
            ],
            batch_size=100,
        )
        SourceFile.objects.filter(path__in=self.plan.gone).update(gone_at=timezone.now())
        self._keep_records(files)

    def _kept(self, read: FileRead, file: SourceFile | None) -> SourceFile:
        kept = file or SourceFile()
        kept.path, kept.data, kept.digest = read.path, read.data, read.digest
        kept.size, kept.mtime, kept.read_at = read.size, read.mtime, timezone.now()
        kept.dialect, kept.reader, kept.assets, kept.gone_at = (
            self.dialect,
            self.reader,
            dict(read.assets),
            None,
        )
        kept.warnings = [
            {
                "line": one.place.line if one.place else 0,
                "column": one.place.column if one.place else 0,
                "code": one.code,
                "values": dict(one.values),
            }
            for one in self.warnings.get(read.path, [])
        ]
        return kept

    def _keep_records(self, files: Mapping[str, SourceFile]) -> None:
        known = SourceRecord.objects.in_bulk([one.known.pk for one in self.plan.steps if one.known])
        new: list[SourceRecord] = []
        changed: list[SourceRecord] = []
        kept: list[tuple[SourceRecord, Step]] = []
        for step in self.plan.steps:
            if step.action == "skipped":
                continue
            record = known.get(step.known.pk) if step.known else None
            (changed if record else new).append(record := record or SourceRecord())
            record.file, record.kind, record.key = files[step.record.path], step.record.kind, step.record.key
            record.edition_key, record.agreed = step.record.edition, dict(step.agreed)
            row = self.rows.get((step.record.path, step.record.key)) if step.action == "created" else None
            setattr(record, f"{step.record.kind}_id", row.pk if row is not None else step.target)
            kept.append((record, step))
        SourceRecord.objects.bulk_create(new, batch_size=500)
        SourceRecord.objects.bulk_update(
            changed,
            ["file", "kind", "key", "edition_key", "agreed", "talk", "edition", "member"],
            batch_size=200,
        )
        keep_conflicts(kept)


def keep_conflicts(kept: Iterable[tuple[SourceRecord, Step]]) -> None:
    """Make the open conflicts of these records those of their steps; what stays the same is not written."""
    steps = {record.pk: step for record, step in kept}
    stored: dict[int, dict[str, Conflict]] = defaultdict(dict)
    for one in Conflict.objects.filter(record__in=list(steps)):
        stored[one.record_id][one.field] = one
    new = []
    for pk, step in steps.items():
        old = stored.get(pk, {})
        for clash in step.clashes:
            conflict = old.pop(clash.field, None)
            wanted = {"base": clash.base, "site": clash.site, "file": clash.file}
            if conflict is None:
                new.append(Conflict(record_id=pk, field=clash.field, **wanted))
            elif any(
                as_stored(getattr(conflict, name)) != as_stored(value) for name, value in wanted.items()
            ):
                Conflict.objects.filter(pk=conflict.pk).update(**wanted)
        Conflict.objects.filter(pk__in=[one.pk for one in old.values()]).delete()
    Conflict.objects.bulk_create(new)


def as_stored(value: Any) -> Any:
    """A value as JSON gives it back, so that it compares with what is stored."""
    return [as_stored(one) for one in value] if isinstance(value, tuple | list) else value
