"""From the database to plain values, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import models

from editions.models import CommitteeMember, Edition
from exchange.columns import LISTS, RECORDS, values_of
from exchange.dialects import SCHEDULE
from exchange.merge import SiteItem
from exchange.models import SourceRecord
from exchange.plan import Known, Site, SiteEdition, SiteRecord
from exchange.records import LISTS_OF, Kind, Record
from speakers.models import Speaker, SpeakerAlias
from talks.models import Talk
from texts.folding import fold, name_key

# SQLite takes 32,766 parameters in a statement.
CHUNK = 2000
MODELS: Mapping[Kind, type[models.Model]] = {"talk": Talk, "edition": Edition, "member": CommitteeMember}
JOINED: Mapping[Kind, tuple[str, ...]] = {
    "talk": ("edition", "type", "room", "track"),
    "edition": (),
    "member": ("edition",),
}


def site_for(records: Sequence[Record], renamed: Mapping[str, str], *, foreign: bool = False) -> Site:
    """The site as a plan for these records needs it. ``renamed``: {new path: the path that it had}.

    ``foreign``: they come from another system. Else rows that do are free for files of one's own.
    """
    remembered = list(SourceRecord.objects.select_related("file__mapping").defer("file__data"))
    known = {(one.file.path, cast("Kind", one.kind), one.key): _known(one) for one in remembered}
    fed = {(one.kind, one.target): one.path for one in known.values() if one.target is not None}
    named = _named(records)
    paths = {record.path for record in records} | {renamed.get(record.path, "") for record in records}
    wanted = {row for row, path in fed.items() if path in paths}
    known_own = [one for one in known.values() if foreign or not one.foreign]
    free = {(kind, pk) for (kind, _edition, _key), pk in named.items()}
    free -= {(one.kind, one.target) for one in known_own if one.target is not None}
    return Site(
        editions={
            one.key: SiteEdition(one.pk, one.is_frozen, one.timezone)
            for one in Edition.objects.only("key", "state", "timezone")
        },
        any_edition_file=any(one.kind == "edition" for one in remembered),
        known=known,
        taken={(one.kind, one.edition, one.key): one.path for one in known_own},
        digests={(one.edition_key, one.file.digest): one.file.path for one in remembered},
        named=named,
        fed=fed,
        rows=rows_of(wanted | free),
        renamed=renamed,
    )


def people_named(names: Iterable[str]) -> dict[str, int]:
    """People and other names that may be meant by printed names: {name key: the person's primary key}."""
    folded = sorted({fold(name) for name in names})
    found: dict[str, int] = {}
    for start in range(0, len(folded), CHUNK):
        part = folded[start : start + CHUNK]
        aliases = SpeakerAlias.objects.filter(name_folded__in=part).exclude(name="").order_by("-pk")
        for name, speaker in aliases.values_list("name", "speaker"):
            found[name_key(name)] = speaker
        for name, speaker in (
            Speaker.objects.filter(name_folded__in=part).order_by("-pk").values_list("name", "pk")
        ):
            found[name_key(name)] = speaker
    return found


def _known(one: SourceRecord) -> Known:
    mapping = one.file.mapping
    return Known(
        one.pk,
        one.file.path,
        cast("Kind", one.kind),
        one.edition_key,
        one.key,
        one.agreed,
        one.target,
        foreign=mapping is not None and mapping.key == SCHEDULE.key,
    )


def _named(records: Sequence[Record]) -> dict[tuple[Kind, str, str], int]:
    """The rows that have the kind, edition and key of one of the records."""
    keys = {(record.edition, record.row_key) for record in records if record.kind == "talk"}
    editions = {record.edition for record in records}
    talks = Talk.objects.filter(edition__key__in=editions).values_list("pk", "edition__key", "key")
    found: dict[tuple[Kind, str, str], int] = {
        ("talk", edition, key): pk for pk, edition, key in talks if (edition, key) in keys
    }
    for pk, key in Edition.objects.filter(key__in=editions).values_list("pk", "key"):
        found["edition", key, key] = pk
    return found | _members_named(records)


def _members_named(records: Sequence[Record]) -> dict[tuple[Kind, str, str], int]:
    """The members that no file feeds, by the records that have their edition and name: they have no key."""
    free: dict[tuple[str, str], list[int]] = defaultdict(list)
    if any(record.kind == "member" for record in records):
        rows = CommitteeMember.objects.filter(source=None).order_by("-pk")
        for pk, edition, name in rows.values_list("pk", "edition__key", "name"):
            free[edition or "", name_key(name)].append(pk)
    members = (record for record in records if record.kind == "member")
    return {
        ("member", record.edition, record.key): named.pop()
        for record in sorted(members, key=lambda one: one.path)
        if (named := free[record.edition, name_key(str(record.fields.get("name") or ""))])
    }


def rows_of(wanted: Collection[tuple[Kind, int]]) -> dict[tuple[Kind, int], SiteRecord]:
    """What rows hold, by kind and primary key; those that are not there are left out."""
    keys: dict[Kind, list[int]] = defaultdict(list)
    for kind, pk in sorted(wanted):
        keys[kind].append(pk)
    found: dict[tuple[Kind, int], SiteRecord] = {}
    for kind, pks in keys.items():
        for start in range(0, len(pks), CHUNK):
            found |= _some_rows(kind, pks[start : start + CHUNK])
    return found


def _some_rows(kind: Kind, pks: list[int]) -> dict[tuple[Kind, int], SiteRecord]:
    rows = MODELS[kind]._base_manager.filter(pk__in=pks).select_related(*JOINED[kind])
    rows = rows.prefetch_related(*LISTS_OF[kind])
    return {
        (kind, row.pk): SiteRecord(
            row.pk,
            values_of(row, RECORDS[kind]),
            {name: _items(name, getattr(row, name).all()) for name in LISTS_OF[kind]},
        )
        for row in rows
    }


def _items(name: str, rows: Iterable[Any]) -> tuple[SiteItem, ...]:
    """The elements of a list as the file orders them; a date's place is its key."""
    return tuple(
        SiteItem(one.pk, getattr(one, "place", "") or getattr(one, "key", ""), values_of(one, LISTS[name]))
        for one in sorted(rows, key=lambda one: (one.position, one.pk))
    )
