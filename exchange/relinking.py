"""Rows that came back are given their files again, so that no import takes them for deleted."""

from collections.abc import Iterable
from typing import Any

from editions.models import CommitteeMember, Edition
from exchange.models import Conflict, SourceFile, SourceRecord
from history.models import Change
from history.versioned import Versioned
from talks.models import Talk

KINDS: dict[type[Any], str] = {Talk: "talk", Edition: "edition", CommitteeMember: "member"}


def relink(rows: Iterable[Versioned]) -> int:
    """Lead the remembered records that a deletion left without a row back to theirs; return how many."""
    return sum(_relink(row, KINDS[type(row)]) for row in rows if type(row) in KINDS)


def _relink(row: Any, kind: str) -> bool:
    found = _tombstone(row, kind)
    if found is None:
        return False
    setattr(found, f"{kind}_id", row.pk)
    found.save(update_fields=[f"{kind}_id"])
    undecided, _counts = Conflict.objects.filter(record=found, field=kind).delete()
    if undecided:
        # What the file said meanwhile was never merged: the next import reads it again.
        SourceFile.objects.filter(pk=found.file_id).update(reader=0)
    return True


def _tombstone(row: Any, kind: str) -> SourceRecord | None:
    """The record that fed the row: by the key and the edition that it has, else by those that it had before."""
    if SourceRecord.objects.filter(**{kind: row.pk}).exists():
        return None
    edition = row if kind == "edition" else row.edition
    keys = _ever(row, "key")
    editions = _ever(edition, "key") if edition is not None else [""]
    for before in set(_ever(row, "edition_id")[1:]) if kind != "edition" else ():
        editions += Edition.objects.filter(pk=before).values_list("key", flat=True)
    lost = SourceRecord.objects.filter(kind=kind, edition_key__in=editions, **{f"{kind}_id": None})
    # A member made on the site has no key: its file found it by name.
    lost = lost.filter(key__in=keys) if any(keys) else lost.filter(agreed__name=row.name)
    ranked = sorted(
        lost,
        key=lambda one: (one.key in keys and keys.index(one.key), editions.index(one.edition_key), one.pk),
    )
    return ranked[0] if ranked else None


def _ever(row: Any, column: str) -> list[Any]:
    """The values that a column of the row has now and had before, newest first."""
    told = Change.objects.filter(kind=row._meta.label_lower, key=str(row.pk), fields__has_key=column)
    before = [fields[column][0] for fields in told.order_by("-pk").values_list("fields", flat=True)]
    return list(dict.fromkeys([getattr(row, column), *before]))
