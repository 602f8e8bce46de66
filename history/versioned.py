"""Versioned: the base of every model of the programme; whatever writes it, the write is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, TypeVar, cast

from django.db import models
from django.db.models import F
from django.db.models.fields.files import FieldFile
from django.db.models.signals import class_prepared, pre_delete
from django.utils import timezone

from history.frozen import FrozenEditionError, frozen_among
from history.models import Change
from history.telling import Shown, Teller, deleting, teller

# SQLite takes 32,766 parameters in a statement; a bound well below it keeps each query small.
CHUNK = 2000
# Kept by history itself on models that are ``sequenced_by`` some of their fields.
STAMPS = ("sequence", "changed_at")

M_co = TypeVar("M_co", bound="Versioned", covariant=True)
Row = dict[str, Any]
Diff = dict[str, list[Any]]


class VersionedQuerySet(models.QuerySet[M_co]):
    """The door for bulk work: no signal is sent there, so the queryset tells what it writes.

    ``update`` also refreshes derived columns, which Django would leave stale.
    """

    def update(self, **kwargs: Any) -> int:
        """Update as Django does; tell each row that changed."""
        model = cast("type[Versioned]", self.model)
        with teller() as told:
            before = _stand(model, list(self.values_list("pk", flat=True)))
            written = super().update(**kwargs)
            _tell_updates(told, before)
        return written

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[M_co], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update as Django does, batch by batch through ``update``; what those tell is told together."""
        with teller():
            return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[M_co],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[M_co]:
        """Create as Django does; tell each row. Upserts are refused: they would hide what they changed."""
        if ignore_conflicts or update_conflicts or update_fields or unique_fields:
            message = "create and update separately: an upsert does not tell which of the two it did"
            raise NotImplementedError(message)
        created = list(objs)
        with teller() as told:
            super().bulk_create(created, batch_size)
            _tell_created(told, cast("type[Versioned]", self.model), created)
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete as Django does; what is deleted, cascades and all, can be undone together."""
        with deleting():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Versioned(models.Model):
    """A model of the programme. Every write leaves a Change and raises versions; frozen editions refuse it.

    ``edition_path``: how to reach the edition, upward foreign keys only ("" = never frozen).
    ``shown_in``: the things with a version that show this row, as paths ("" = the row itself).
    ``frozen_lets``: fields that may change although the edition is frozen.
    ``sequenced_by``: fields whose change raises ``sequence``; any change then sets ``changed_at``.
    ``untold``: fields that nobody sees (bookkeeping): their change alone is no change.
    """

    edition_path: ClassVar[str] = ""
    shown_in: ClassVar[tuple[str, ...]] = ()
    frozen_lets: ClassVar[frozenset[str]] = frozenset()
    sequenced_by: ClassVar[frozenset[str]] = frozenset()
    untold: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save_base(
        self,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save as Django does (every ``save`` ends here) and tell it, in one transaction.

        A dump that is loaded does not come this way: it brings its own history.
        """
        model = type(self)
        self.pk = model._meta.pk.get_prep_value(self.pk)  # whoever set it by hand may have set a text
        with teller() as told:
            before = _stand(model, [] if self.pk is None else [self.pk])
            _take_stamps(self, before.rows.get(self.pk))
            super().save_base(raw, force_insert, force_update, using, _with_derived(model, update_fields))
            if before.rows:
                _take_stamps(self, _tell_updates(told, before)[self.pk])
            else:
                _tell_created(told, model, [self])

    save_base.alters_data = True  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete as Django does; what is deleted, cascades and all, can be undone together."""
        with deleting():
            return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]

    def shown_everywhere(self) -> bool:
        """Whether the row is on every page, so that writing it raises every version."""
        return False

    def told_as(self) -> str:
        """What history calls this record; bulk work asks each row, so it should not ask the database."""
        return str(self)


def row_of(instance: models.Model) -> Row:
    """The instance's own columns as plain values (JSON), by column attribute name."""
    return {one.attname: plain(getattr(instance, one.attname)) for one in instance._meta.concrete_fields}


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def derived_fields(model: type[models.Model]) -> list[Any]:
    """The columns that are computed from others (they name them in ``derived_from``)."""
    return [one for one in model._meta.concrete_fields if getattr(one, "derived_from", ())]


@dataclass(frozen=True)
class _Standing:
    """Rows as they stand before a write: each by its primary key, with its edition and what shows it."""

    model: type[Versioned]
    rows: dict[Any, Versioned]
    editions: dict[Any, int | None]
    frozen: set[int]
    shown: dict[Any, set[Shown]]


def _stand(model: type[Versioned], keys: Collection[Any]) -> _Standing:
    """Lock the rows with these primary keys and note how they stand."""
    rows = {one.pk: one for one in _read(model, keys)}
    editions = _editions(model, rows.values())
    return _Standing(model, rows, editions, _frozen(editions), _shown(model, rows))


def _read(model: type[Versioned], keys: Collection[Any]) -> Iterator[Versioned]:
    for some in _chunks(keys):
        yield from model._base_manager.filter(pk__in=some).select_for_update().order_by("pk")


def _chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    ordered = list(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _editions(model: type[Versioned], rows: Collection[Versioned]) -> dict[Any, int | None]:
    """Which edition (primary key) each stored row belongs to, by the row's primary key."""
    path = model.edition_path
    if path in ("", "pk"):
        return {one.pk: one.pk if path else None for one in rows}
    if "__" not in path:
        (column,) = _columns(model, [path])
        return {one.pk: getattr(one, column) for one in rows}
    found: dict[Any, int | None] = {}
    for some in _chunks([one.pk for one in rows]):
        found |= dict(model._base_manager.filter(pk__in=some).values_list("pk", path))
    return found


def _frozen(editions: dict[Any, int | None]) -> set[int]:
    return frozen_among({key for key in editions.values() if key is not None})


def _shown(model: type[Versioned], keys: Collection[Any]) -> dict[Any, set[Shown]]:
    """What shows each of the rows with these primary keys, as the database says now."""
    found: dict[Any, set[Shown]] = defaultdict(set)
    for path in model.shown_in:
        kind = _kind_at(model, path)
        for some in _chunks(keys):
            rows = model._base_manager.filter(pk__in=some).order_by()
            for pk, key in rows.values_list("pk", path or "pk").distinct():
                if key is not None:
                    found[pk].add((kind, str(key)))
    return found


def _kind_at(model: type[models.Model], path: str) -> str:
    at = model
    for step in filter(None, path.split("__")):
        at = cast("type[models.Model]", at._meta.get_field(step).related_model)
    return str(at._meta.model_name)


def _columns(model: type[models.Model], names: Iterable[str]) -> list[str]:
    return [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]


def _with_derived(model: type[Versioned], names: Iterable[str] | None) -> Iterable[str] | None:
    """The fields that a save is limited to, with the columns that are derived from them."""
    if names is None:
        return None
    named = set(names)
    return named | {one.name for one in derived_fields(model) if named & set(one.derived_from)}


def _tell_created(told: Teller, model: type[Versioned], created: Collection[Versioned]) -> None:
    editions = _editions(model, created)
    # An edition may be made frozen: it is then frozen to all that comes after.
    if model.edition_path != "pk" and _frozen(editions):
        raise FrozenEditionError(str(model._meta.verbose_name))
    for one in created:
        told.tell(_change(Change.Action.CREATED, one, editions[one.pk], {}))
        told.everything |= one.shown_everywhere()
    told.shown |= set().union(*_shown(model, [one.pk for one in created]).values())


def _tell_updates(told: Teller, before: _Standing) -> dict[Any, Versioned]:
    """Tell the rows that a write has changed; return all rows as they stand now, by primary key."""
    model = before.model
    now = _derived_anew(model, {one.pk: one for one in _read(model, before.rows)})
    diffs = {pk: diff for pk, one in now.items() if (diff := _diff(model, before.rows[pk], one))}
    _refuse_frozen(before, [now[pk] for pk in diffs], diffs)
    seen = {pk: diff for pk in diffs if (diff := _seen(model, diffs[pk]))}
    editions = _editions(model, [now[pk] for pk in seen])
    for pk, diff in seen.items():
        told.tell(_change(Change.Action.UPDATED, now[pk], editions[pk], diff))
        told.everything |= before.rows[pk].shown_everywhere() or now[pk].shown_everywhere()
    shown = _shown(model, seen)
    told.shown |= set().union(*(before.shown.get(pk, set()) | shown.get(pk, set()) for pk in seen))
    return _stamp(model, now, seen)


def _derived_anew(model: type[Versioned], rows: dict[Any, Versioned]) -> dict[Any, Versioned]:
    """The rows, with every derived column put right, in the database too."""
    columns = derived_fields(model)
    stale = set()
    for pk, one in rows.items():
        for column in columns:
            fresh = column.derive(one)
            if getattr(one, column.attname) != fresh:
                setattr(one, column.attname, fresh)
                stale.add(pk)
    if stale:
        names = [column.name for column in columns]
        _silent(model).bulk_update([rows[pk] for pk in stale], names, batch_size=500)
    return rows


def _silent(model: type[Versioned]) -> "models.QuerySet[Any]":
    """Django's own queryset, for columns that are not told."""
    return models.QuerySet(model=model)


def _diff(model: type[Versioned], old: Versioned, new: Versioned) -> Diff:
    """The columns that differ, derived ones apart: {column: [old value, new value]}."""
    derived = {one.attname for one in derived_fields(model)}
    before, now = row_of(old), row_of(new)
    return {key: [before[key], now[key]] for key in now if key not in derived and before[key] != now[key]}


def _seen(model: type[Versioned], diff: Diff) -> Diff:
    unseen = model.untold | (set(STAMPS) if model.sequenced_by else set())
    return {key: values for key, values in diff.items() if key not in unseen}


def _refuse_frozen(before: _Standing, changed: list[Versioned], diffs: dict[Any, Diff]) -> None:
    """Refuse rows that a frozen edition held, and rows that moved into one."""
    model = before.model
    let = set(_columns(model, model.frozen_lets))
    touched = {before.editions[pk] for pk, diff in diffs.items() if diff.keys() - let}
    moved = {pk: key for pk, key in _editions(model, changed).items() if key != before.editions[pk]}
    if touched & before.frozen or _frozen(moved):
        raise FrozenEditionError(str(model._meta.verbose_name))


def _take_stamps(instance: Versioned, stored: Versioned | None) -> None:
    """Give the instance in hand the stored stamps, which only history moves."""
    if stored is not None and instance.sequenced_by:
        for name in STAMPS:
            setattr(instance, name, getattr(stored, name))


def _stamp(
    model: type[Versioned], rows: dict[Any, Versioned], diffs: dict[Any, Diff]
) -> dict[Any, Versioned]:
    """Set the stamps of the rows that changed, and return all rows with them."""
    if not (model.sequenced_by and diffs):
        return rows
    columns = set(_columns(model, model.sequenced_by))
    moved = [pk for pk, diff in diffs.items() if columns & diff.keys()]
    at = timezone.now()
    for some in _chunks(diffs):
        _silent(model).filter(pk__in=some).update(changed_at=at)
    for some in _chunks(moved):
        _silent(model).filter(pk__in=some).update(sequence=F("sequence") + 1)
    for pk in diffs:
        cast("Any", rows[pk]).changed_at = at
    for pk in moved:
        cast("Any", rows[pk]).sequence += 1
    return rows


def _change(action: Change.Action, instance: Versioned, edition: int | None, fields: Diff) -> Change:
    return Change(
        action=action,
        kind=instance._meta.label_lower,
        key=str(instance.pk),
        label=instance.told_as()[:255],
        edition=edition,
        fields=fields,
    )


def _before_delete(sender: type[Versioned], instance: Versioned, **_kwargs: Any) -> None:
    """Tell a deletion while the row still stands; a cascade sends this for each of its rows, before any goes."""
    with deleting() as told:
        before = _stand(sender, [instance.pk])
        if before.frozen:
            raise FrozenEditionError(str(sender._meta.verbose_name))
        for pk, one in before.rows.items():
            change = _change(Change.Action.DELETED, one, before.editions[pk], {})
            told.tell_deletion(change, row_of(one))
            told.everything |= one.shown_everywhere()
        told.shown |= set().union(*before.shown.values())


def _listen(sender: type[models.Model], **_kwargs: Any) -> None:
    if issubclass(sender, Versioned) and not sender._meta.abstract:
        pre_delete.connect(_before_delete, sender=sender, dispatch_uid=f"history:{sender._meta.label}")


class_prepared.connect(_listen, dispatch_uid="history:versioned")
