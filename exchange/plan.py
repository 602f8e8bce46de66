"""Everything that a run would do: the dry run prints it, the admin shows it, load carries it out."""

import difflib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from exchange import merge
from exchange.merge import Choice, Clash, Prefer, SiteItem, chosen
from exchange.problems import Problems
from exchange.records import Item, Kind, Record, Value, as_json, items_from_json, value_from_json

Action = Literal["created", "updated", "unchanged", "skipped", "removed"]


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read in this run: its facts, its records, and the warnings to say again next time."""

    path: str
    data: bytes
    digest: str
    size: int
    mtime: int
    records: tuple[Record, ...]
    assets: Mapping[str, list[Any] | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a record in a file. ``target`` is the primary key of its row, None for a tombstone.

    ``foreign``: the file came from another system and is never written back.
    """

    pk: int
    path: str
    kind: Kind
    edition: str
    key: str
    agreed: Mapping[str, Any]
    target: int | None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """A row of the site and its lists, as plain values."""

    pk: int
    fields: Mapping[str, Value]
    lists: Mapping[str, tuple[SiteItem, ...]]


@dataclass(frozen=True, slots=True)
class SiteEdition:
    """What a run must know of an edition: whether it may change, and by which zone its clock goes."""

    pk: int
    frozen: bool
    timezone: str


@dataclass
class Site:
    """The site as a plan needs it.

    ``known``: what is remembered of records, by path, kind and key; ``taken`` and ``digests``: the paths of files
    by the key and the bytes that they brought into an edition; ``named``: the rows that have a record's kind,
    edition and key; ``fed``: the paths of the files that feed rows; ``rows``: what those rows hold;
    ``renamed``: {new path: the path that it had}; ``lost``: paths at which no file lies any more; ``heirs``: whose
    place records take that are not remembered themselves, by path, kind and key.
    """

    editions: Mapping[str, SiteEdition] = field(default_factory=dict)
    any_edition_file: bool = False
    known: Mapping[tuple[str, Kind, str], Known] = field(default_factory=dict)
    taken: Mapping[tuple[Kind, str, str], str] = field(default_factory=dict)
    digests: Mapping[tuple[str, str], str] = field(default_factory=dict)
    named: Mapping[tuple[Kind, str, str], int] = field(default_factory=dict)
    fed: Mapping[tuple[Kind, int], str] = field(default_factory=dict)
    rows: Mapping[tuple[Kind, int], SiteRecord] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    lost: Collection[str] = ()
    heirs: dict[tuple[str, Kind, str], Known] = field(default_factory=dict)

    @cached_property
    def talks_at(self) -> Mapping[str, Sequence[Known]]:
        """What is remembered of talks, by path."""
        found: dict[str, list[Known]] = defaultdict(list)
        for one in self.known.values():
            if one.kind == "talk":
                found[one.path].append(one)
        return dict(found)


@dataclass(frozen=True, slots=True)
class Step:
    """What a run does with one record.

    ``values`` and ``lists`` are what the site shall hold; ``changes`` {field: (old, new)} is what that changes;
    ``agreed`` is what both sides agree on from now.
    """

    action: Action
    record: Record
    known: Known | None = None
    target: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    lists: Mapping[str, merge.List] = field(default_factory=dict)
    agreed: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()

    @property
    def tombstone(self) -> bool:
        """Whether its row was deleted on the site, and stays so."""
        return self.action == "unchanged" and self.target is None

    @property
    def in_its_edition(self) -> bool:
        """Whether it has a row, and its file the edition's key of before: the site may have changed that since."""
        known = self.known
        return known is not None and self.target is not None and known.edition == self.record.edition

    @property
    def moves_base(self) -> bool:
        """Whether what both agree on is another than before."""
        return self.known is None or dict(self.known.agreed) != dict(self.agreed)


@dataclass
class Plan:
    """All steps of a run, the editions that it makes for talks without an edition's file, and the files to keep.

    ``zones``: of editions whose talks tell it; ``gone``: paths to be marked as gone; ``removals``: steps for records
    of gone files, ``removed`` or ``skipped``; ``forgotten``: gone files of which nothing is left.
    """

    steps: list[Step] = field(default_factory=list)
    editions: list[str] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    files: list[FileRead] = field(default_factory=list)
    renamed: Mapping[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    removals: list[Step] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def zone_of(self, edition: str, zone: str) -> str:
        """The zone of an edition that the run makes: what its talks tell, else the one that is given."""
        return self.zones.get(edition, zone)

    @property
    def told(self) -> list[Step]:
        """The steps that a report tells: all but those that change nothing."""
        return [one for one in (*self.steps, *self.removals) if one.action != "unchanged"]


def make_plan(
    files: Sequence[FileRead],
    site: Site,
    problems: Problems,
    *,
    prefer: Choice = "",
    new_editions: bool = False,
    broken: Collection[str] = (),
    joins: bool = False,
    foreign: bool = False,
) -> Plan:
    """Merge every record of ``files`` with the site; what forbids the run goes into ``problems``.

    ``broken``: editions whose file is left out for its errors, so that nobody else may make them; "" for a file
    that may be any edition's. ``joins``: what a file says depends on others, so that two may have the same bytes.
    ``foreign``: the files come from another system: what they say of an edition makes none.
    """
    records = [record for one in files for record in one.records]
    _refuse_twins(files, records, site, problems, joins=joins, foreign=foreign)
    plan = Plan(renamed=site.renamed)
    for record in sorted(records, key=lambda one: one.kind != "edition"):
        step = _step(record, site, problems, prefer)
        plan.steps.append(step)
        if step.action == "skipped":
            problems.info(record.path, None, "edition-frozen", edition=record.edition)
    heard = [one.record for one in plan.steps if not one.tombstone]
    loose = new_editions or (foreign and not site.editions)
    plan.editions = _new_editions(plan.steps, site, problems, allowed=loose, broken=broken, foreign=foreign)
    plan.zones = {one.edition: one.zone for one in heard if one.zone}
    kept = {one.record.path for one in plan.steps if one.action != "skipped"}
    plan.files = [one for one in files if one.path in kept or not one.records]
    return plan


def _step(record: Record, site: Site, problems: Problems, prefer: Choice) -> Step:
    known = _known(record, site)
    side = chosen(prefer, record.kind)
    named = site.named.get((record.kind, record.edition, record.row_key))
    other = site.fed.get((record.kind, named)) if named is not None else None
    target = known.target if known else None
    if target is None and other is None and (known is None or side == "file"):
        target = named
    row = site.rows.get((record.kind, target)) if target is not None else None
    if _is_frozen(record, known, row, site):
        return Step("skipped", record, known)
    if row is None and known is not None and (side != "file" or _says_nothing_new(record, known)):
        return _met_tombstone(record, known, side)
    if named not in (None, target) and (row is None or (known and known.edition != record.edition)):
        code = "key-taken" if other else "key-taken-on-site"
        problems.error(record.path, None, code, key=record.row_key, edition=record.edition, other=other or "")
    return _merged(record, known, row, prefer) if row else _created(record, known)


def _is_frozen(record: Record, known: Known | None, row: SiteRecord | None, site: Site) -> bool:
    """Whether the record is, was, or stands on the site in an edition that nothing may change."""
    keys = {record.edition, known.edition if known else "", row.fields.get("edition") if row else ""}
    return any(edition.frozen for key, edition in site.editions.items() if key in keys)


def _known(record: Record, site: Site) -> Known | None:
    """By path; else by the path that a moved file had; else whose place it takes."""
    at = site.renamed.get(record.path, record.path)
    found = site.known.get((at, record.kind, record.key))
    found = found or site.heirs.get((record.path, record.kind, record.key))
    if found is None and record.path in site.renamed and not record.called:
        # A file that was renamed brings another stem; the record keeps the key it was given first.
        found = next(
            (one for (path, kind, _key), one in site.known.items() if (path, kind) == (at, record.kind)), None
        )
    if found is None and record.kind == "talk" and not record.called:
        # A talk keeps its row though another file with its key came or went, or its key was changed in the file.
        same = site.talks_at.get(at, ())
        found = same[0] if len(same) == 1 else None
    if found is None and record.kind == "edition":
        # Its key was changed on the site, and the file has been told.
        row = site.named.get(("edition", record.edition, record.key))
        editions = (one for one in site.known.values() if (one.path, one.kind) == (at, "edition"))
        found = next((one for one in editions if one.target is not None and one.target == row), None)
    return found


def _created(record: Record, known: Known | None) -> Step:
    lists = {name: merge.merge_list(name, None, (), items) for name, items in record.lists.items()}
    agreed = as_json(record.fields, record.lists)
    changes = {name: (None, value) for name, value in record.fields.items() if value is not None}
    return Step("created", record, known, None, {**record.defaults, **record.fields}, lists, agreed, changes)


def _says_nothing_new(record: Record, known: Known) -> bool:
    return _repeats(as_json(record.fields, record.lists), known.agreed)


def _repeats(said: Any, agreed: Any) -> bool:
    """Whether a file says what was agreed on; what nobody agreed on, as a key that was learnt since, is not asked."""
    if isinstance(said, Mapping) and isinstance(agreed, Mapping):
        return all(_repeats(value, agreed[name]) for name, value in said.items() if name in agreed)
    if isinstance(said, list) and isinstance(agreed, list) and len(said) == len(agreed):
        return all(map(_repeats, said, agreed))
    return bool(said == agreed)


def _met_tombstone(record: Record, known: Known, prefer: Prefer) -> Step:
    """The row was deleted on the site: a file that says the same stays unheard, a changed one is a conflict."""
    agreed = as_json(record.fields, record.lists)
    if prefer == "site" or _says_nothing_new(record, known):
        return Step("unchanged", record, known, agreed=agreed)
    clash = Clash(record.kind, _title(known.agreed), None, _title(agreed))
    return Step("unchanged", record, known, agreed=known.agreed, clashes=(clash,))


def _title(agreed: Mapping[str, Any]) -> Any:
    return agreed.get("title") or agreed.get("name") or agreed.get("host_short")


def _merged(record: Record, known: Known | None, row: SiteRecord, prefer: Choice) -> Step:
    base = known.agreed if known and known.target is not None else {}
    old = {name: value_from_json(value) for name, value in base.items() if name not in row.lists}
    if known and record.kind == "edition":
        old.setdefault("edition", known.edition)
    fields = merge.merge_fields(old, row.fields, record.fields, prefer)
    lists: dict[str, merge.List] = {}
    for name, items in record.lists.items():
        before = items_from_json(base[name]) if name in base else None
        stands = _with_a_say(row.lists[name], (*items, *(before or ())))
        lists[name] = merge.merge_list(name, before, stands, items, prefer)
    agreed = as_json(
        fields.agreed, {name: one.agreed for name, one in lists.items() if one.agreed is not None}
    )
    if record.kind == "edition":
        # Files rarely say a zone: then the site's own is what a later change is told from.
        agreed.setdefault("timezone", row.fields["timezone"])
    changes = {
        name: (row.fields.get(name), value)
        for name, value in fields.values.items()
        if row.fields.get(name) != value
    }
    for name, one in lists.items():
        changes |= _list_changes(row.lists[name], one)
    clashes = fields.clashes + tuple(clash for one in lists.values() for clash in one.clashes)
    action: Action = "updated" if changes else "unchanged"
    return Step(action, record, known, row.pk, fields.values, lists, agreed, changes, clashes)


def _with_a_say(site: Sequence[SiteItem], file: Sequence[Item]) -> list[SiteItem]:
    """The site's elements, with the fields that the file's have or had: what has no key there is the site's own."""
    known = {name for one in file for name in one.fields}
    return [
        replace(one, fields={name: value for name, value in one.fields.items() if name in known})
        if known
        else one
        for one in site
    ]


def _list_changes(site: Sequence[SiteItem], merged: merge.List) -> dict[str, tuple[Any, Any]]:
    """What a merged list changes: {dotted field: (old, new)}; an element that comes or goes is one change."""
    rows = {one.pk: one for one in site}
    found: dict[str, tuple[Any, Any]] = {}
    for one in merged.items:
        if one.pk is None:
            found[one.place] = (None, _name(one.fields))
            continue
        row = rows.pop(one.pk)
        for name, value in one.fields.items():
            if row.fields.get(name) != value:
                found[f"{one.place or row.place or row.pk}.{name}"] = (row.fields.get(name), value)
    for row in rows.values():
        found[row.place or str(row.pk)] = (_name(row.fields), None)
    order = [one.pk for one in merged.items if one.pk is not None]
    if not found and order != [one.pk for one in site]:
        found["order"] = (
            ", ".join(map(_name, (one.fields for one in site))),
            ", ".join(map(_name, (one.fields for one in merged.items))),
        )
    return found


def _name(fields: Mapping[str, Value]) -> str:
    return str(fields.get("name") or fields.get("title") or "")


def _new_editions(
    steps: Sequence[Step],
    site: Site,
    problems: Problems,
    *,
    allowed: bool,
    broken: Collection[str],
    foreign: bool,
) -> list[str]:
    """Editions that nobody has a file for; made where there is none at all, else refused unless allowed.

    From another system an edition comes with its own record, which makes it only where that is allowed.
    """
    described = {
        str(one.values.get("edition") or one.record.edition)
        for one in steps
        if one.record.kind == "edition" and one.action != "skipped" and (allowed or not foreign)
    }
    records = [one.record for one in steps if not (one.tombstone or one.in_its_edition)]
    known = described | set(site.editions)
    loose = allowed or not (foreign or described or site.any_edition_file or broken)
    made: dict[str, None] = {}
    for record in sorted(records, key=lambda one: one.path):
        key = record.edition
        if not key or key in known or key in made:
            continue
        if key in broken:
            problems.error(record.path, record.places.get("edition"), "edition-broken", edition=key)
        elif loose:
            made[key] = None
            problems.info(record.path, record.places.get("edition"), "edition-new", edition=key)
        else:
            close = difflib.get_close_matches(key, sorted(known), 1, 0.6)
            code = "edition-misspelt" if close else "edition-unknown"
            values = {"edition": key, "close": close[0] if close else ""}
            place = record.places.get("edition")
            problems.error(record.path, place, f"schedule-{code}" if foreign else code, **values)
    return list(made)


def _refuse_twins(
    files: Sequence[FileRead],
    records: Sequence[Record],
    site: Site,
    problems: Problems,
    *,
    joins: bool,
    foreign: bool,
) -> None:
    """Two files for one record, or with equal bytes in one edition, are errors; two alike entries a warning."""
    digests = {one.path: one.digest for one in files}
    here = {record.path for record in records}
    moved = {*here, *site.renamed.values(), *site.lost}
    by_key = {key: path for key, path in site.taken.items() if path not in moved}
    by_bytes = {key: path for key, path in site.digests.items() if path not in moved}
    by_look: dict[tuple[Value, ...], str] = {}
    by_path = {record.path: record for record in records}
    for record in sorted(records, key=lambda one: one.path):
        same_bytes = by_bytes.setdefault((record.edition, digests[record.path]), record.path)
        if same_bytes != record.path and record.fields == by_path.get(same_bytes, record).fields:
            if not joins:
                problems.error(record.path, None, "file-twice", other=same_bytes)
                continue
            if same_bytes in by_path:
                problems.warning(record.path, None, "file-alike", other=same_bytes)
        same_key = by_key.setdefault((record.kind, record.edition, record.key), record.path)
        if same_key != record.path:
            values = {"edition": record.edition, "other": same_key}
            if foreign:  # Told once, and not for each event.
                problems.error(record.path, None, "schedule-twice", **values)
            else:
                problems.error(record.path, None, "key-taken", key=record.key, **values)
        if record.kind == "talk" and record.fields.get("starts_at"):
            look = (
                record.edition,
                *(record.fields.get(name) for name in ("type", "title", "starts_at", "room")),
            )
            alike = by_look.setdefault(look, record.path)
            if alike != record.path:
                problems.warning(record.path, None, "talk-twice", other=alike)
