"""Versioned: the base of every model of the programme; whatever writes it, the write is told."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar, TypeVar, cast

from django.db import models, transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile
from django.db.models.signals import class_prepared, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from history.frozen import refuse_frozen
from history.models import Change
from history.telling import Shown, Teller, teller

# SQLite takes 32,766 parameters in a statement; a bound well below it keeps each query small.
CHUNK = 2000

M_co = TypeVar("M_co", bound="Versioned", covariant=True)
Row = dict[str, Any]
Diff = dict[str, list[Any]]


class VersionedQuerySet(models.QuerySet[M_co]):
    """The door for bulk work: no signal is sent there, so the queryset tells what it writes.

    It also refreshes derived columns, which ``update`` and ``bulk_update`` would leave stale.
    """

    def update(self, **kwargs: Any) -> int:
        """Update as Django does; tell each row that changed."""
        model = cast("type[Versioned]", self.model)
        with transaction.atomic(using=self.db), teller() as told:
            before = rows_of(model, list(self.values_list("pk", flat=True)))
            _guard(model, before.values(), set(kwargs))
            shown = _shown(model, before)
            written = super().update(**kwargs)
            _derive(model, before, set(kwargs))
            after = rows_of(model, list(before))
            _guard(model, after.values(), set(kwargs))
            told.shown |= shown | _shown(model, after)
            _tell_updates(told, model, before, after)
        return written

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[M_co], *args: Any, **kwargs: Any) -> list[M_co]:
        """Create as Django does; tell each row. Upserts are refused: they would hide what they changed."""
        if kwargs.get("update_conflicts") or kwargs.get("ignore_conflicts"):
            message = "create and update separately: an upsert does not tell which of the two it did"
            raise NotImplementedError(message)
        created = list(objs)
        model = cast("type[Versioned]", self.model)
        with transaction.atomic(using=self.db), teller() as told:
            _guard(model, [row_of(one) for one in created], None)
            super().bulk_create(created, *args, **kwargs)
            editions = _edition_keys(created)
            for one in created:
                _tell(told, Change.Action.CREATED, one, editions[one.pk], {})
            _show(told, model, [one.pk for one in created])
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[M_co], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update as Django does; tell each row that changed."""
        changed, names = list(objs), list(fields)
        model = cast("type[Versioned]", self.model)
        derived = [one for one in derived_fields(model) if set(one.derived_from) & set(names)]
        for one in changed:
            for column in derived:
                setattr(one, column.attname, column.derive(one))
        names += [column.name for column in derived]
        plain: models.QuerySet[Any] = models.QuerySet(model=model, using=self.db)
        with transaction.atomic(using=self.db), teller() as told:
            before = rows_of(model, [one.pk for one in changed])
            _guard(model, [*before.values(), *map(row_of, changed)], set(names))
            shown = _shown(model, before)
            written = plain.bulk_update(changed, names, *args, **kwargs)
            after = {one.pk: row_of(one) for one in changed if one.pk in before}
            touched = {
                pk: {**before[pk], **{k: row[k] for k in _columns(model, names)}} for pk, row in after.items()
            }
            told.shown |= shown | _shown(model, after)
            _tell_updates(told, model, before, touched)
        return written

    bulk_update.alters_data = True  # type: ignore[attr-defined]


class Versioned(models.Model):
    """A model of the programme. Every write leaves a Change and raises versions; frozen editions refuse it.

    ``edition_path``: how to reach the edition, upward foreign keys only ("" = never frozen).
    ``shown_in``: the things with a version that show this row, as paths ("" = the row itself).
    ``shown_everywhere``: the row is on every page, so every version is raised.
    ``frozen_lets``: fields that may change although the edition is frozen.
    ``sequenced_by``: fields whose change raises ``sequence``; any change then sets ``changed_at``.
    ``untold``: fields that nobody sees (bookkeeping): their change alone is no change.
    """

    edition_path: ClassVar[str] = ""
    shown_in: ClassVar[tuple[str, ...]] = ()
    shown_everywhere: ClassVar[bool] = False
    frozen_lets: ClassVar[frozenset[str]] = frozenset()
    sequenced_by: ClassVar[frozenset[str]] = frozenset()
    untold: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with what is told of it, in one transaction."""
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)

    def told_as(self) -> str:
        """What history calls this record; it must not ask the database."""
        return str(self)


def row_of(instance: models.Model) -> Row:
    """The instance's own columns as plain values (JSON), by column attribute name."""
    return {one.attname: plain(getattr(instance, one.attname)) for one in instance._meta.concrete_fields}


def rows_of(model: type["Versioned"], keys: Sequence[Any]) -> dict[Any, Row]:
    """The rows with these primary keys, as they stand in the database: {primary key: row}."""
    found: dict[Any, Row] = {}
    for start in range(0, len(keys), CHUNK):
        for one in model._base_manager.filter(pk__in=keys[start : start + CHUNK]):
            found[one.pk] = row_of(one)
    return found


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it; what is not yet known (an expression) is its text."""
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


def _columns(model: type[models.Model], names: Iterable[str]) -> list[str]:
    return [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]


def _derive(model: type["Versioned"], keys: Collection[Any], names: set[str]) -> None:
    columns = [one for one in derived_fields(model) if set(one.derived_from) & names]
    if not columns:
        return
    fresh = list(model._base_manager.filter(pk__in=list(keys)))
    for one in fresh:
        for column in columns:
            setattr(one, column.attname, column.derive(one))
    untold: models.QuerySet[Any] = models.QuerySet(model=model)
    untold.bulk_update(fresh, [column.name for column in columns], batch_size=500)


def _untold(model: type["Versioned"]) -> set[str]:
    stamps = {"sequence", "changed_at"} if model.sequenced_by else set()
    return {one.attname for one in derived_fields(model)} | stamps | model.untold


def _diff(model: type["Versioned"], old: Row, new: Row) -> Diff:
    untold = _untold(model)
    return {key: [old[key], new[key]] for key in old if key not in untold and old[key] != new[key]}


def _editions(model: type["Versioned"], rows: Iterable[Row]) -> set[int]:
    """Primary keys of the editions that the rows belong to; the first step is read from the row itself."""
    first, _sep, rest = model.edition_path.partition("__")
    if first in ("", "pk"):
        return {row["id"] for row in rows if row["id"] is not None} if first else set()
    step = model._meta.get_field(first)
    keys = {row[step.attname] for row in rows} - {None}  # type: ignore[union-attr]
    if not rest:
        return keys
    above = cast("type[models.Model]", step.related_model)
    return set(above._base_manager.filter(pk__in=keys).values_list(rest, flat=True)) - {None}


def _guard(model: type["Versioned"], rows: Iterable[Row], names: set[str] | None) -> None:
    """Refuse rows of a frozen edition, unless only fields that it lets change are named."""
    if not model.edition_path or (names is not None and names <= _let(model)):
        return
    refuse_frozen(_editions(model, rows), str(model._meta.verbose_name))


def _let(model: type["Versioned"]) -> set[str]:
    return {*model.frozen_lets, *_columns(model, model.frozen_lets)}


def _shown(model: type["Versioned"], keys: Collection[Any]) -> set[Shown]:
    """What shows the rows with these primary keys, as the database says now."""
    found: set[Shown] = set()
    ordered = list(keys)
    for path in model.shown_in:
        kind = _kind_at(model, path)
        if path == "":
            found |= {(kind, str(key)) for key in ordered}
            continue
        for start in range(0, len(ordered), CHUNK):
            rows = model._base_manager.filter(pk__in=ordered[start : start + CHUNK])
            found |= {
                (kind, str(key)) for key in rows.values_list(path, flat=True).distinct() if key is not None
            }
    return found


def _kind_at(model: type[models.Model], path: str) -> str:
    at = model
    for step in filter(None, path.split("__")):
        at = cast("type[models.Model]", at._meta.get_field(step).related_model)
    return str(at._meta.model_name)


def _show(told: Teller, model: type["Versioned"], keys: Collection[Any]) -> None:
    told.everything |= model.shown_everywhere
    told.shown |= _shown(model, keys)


def _edition_keys(instances: Sequence["Versioned"]) -> dict[Any, int | None]:
    """Which edition (primary key) each row belongs to, by the row's primary key."""
    model = type(instances[0]) if instances else Versioned
    path = model.edition_path
    if path in ("", "pk"):
        return {one.pk: one.pk if path else None for one in instances}
    if "__" not in path:
        column = _columns(model, [path])[0]
        return {one.pk: getattr(one, column) for one in instances}
    found: dict[Any, int | None] = {}
    for start in range(0, len(instances), CHUNK):
        keys = [one.pk for one in instances[start : start + CHUNK]]
        found |= dict(model._base_manager.filter(pk__in=keys).values_list("pk", path))
    return found


def _tell(
    told: Teller, action: Change.Action, instance: "Versioned", edition: int | None, fields: Diff
) -> Change:
    change = Change(
        action=action,
        kind=instance._meta.label_lower,
        key=str(instance.pk),
        label=instance.told_as()[:255],
        edition=edition,
        fields=fields,
    )
    told.tell(change)
    return change


def _tell_updates(
    told: Teller, model: type["Versioned"], before: dict[Any, Row], after: dict[Any, Row]
) -> None:
    diffs = {pk: diff for pk, new in after.items() if (diff := _diff(model, before[pk], new))}
    for start in range(0, len(diffs), CHUNK):
        keys = list(diffs)[start : start + CHUNK]
        changed = list(model._base_manager.filter(pk__in=keys))
        editions = _edition_keys(changed)
        for one in changed:
            _tell(told, Change.Action.UPDATED, one, editions[one.pk], diffs[one.pk])
    told.everything |= model.shown_everywhere and bool(diffs)
    _stamp(model, diffs)


def _stamp(model: type["Versioned"], diffs: dict[Any, Diff]) -> None:
    if not (model.sequenced_by and diffs):
        return
    rows: models.QuerySet[Any] = models.QuerySet(model=model)
    columns = set(_columns(model, model.sequenced_by))
    moved = [pk for pk, diff in diffs.items() if columns & set(diff)]
    now = timezone.now()
    for start in range(0, len(diffs), CHUNK):
        rows.filter(pk__in=list(diffs)[start : start + CHUNK]).update(changed_at=now)
    for start in range(0, len(moved), CHUNK):
        rows.filter(pk__in=moved[start : start + CHUNK]).update(sequence=F("sequence") + 1)


def _before_save(sender: type["Versioned"], instance: "Versioned", raw: bool, **kwargs: Any) -> None:
    if raw:  # a dump that is loaded brings its own history
        return
    old = rows_of(sender, [instance.pk]) if instance.pk is not None else {}
    named = kwargs.get("update_fields")
    new = row_of(instance)
    if old:
        stands = old[instance.pk]
        kept = set(_columns(sender, named)) if named is not None else set(new)
        changed = set(_diff(sender, stands, {k: new[k] if k in kept else stands[k] for k in stands}))
        if changed:
            _guard(sender, [stands, new], changed)
    else:
        _guard(sender, [new], None)
    instance.__dict__["_stood"] = (old, _shown(sender, old))


def _after_save(
    sender: type["Versioned"], instance: "Versioned", created: bool, raw: bool, **_kwargs: Any
) -> None:
    if raw:
        return
    old, shown = instance.__dict__.pop("_stood")
    with teller() as told:
        if created:
            _tell(told, Change.Action.CREATED, instance, _edition_keys([instance])[instance.pk], {})
            _show(told, sender, [instance.pk])
            return
        new = rows_of(sender, [instance.pk])
        _tell_updates(told, sender, old, new)
        if _diff(sender, old[instance.pk], new[instance.pk]):
            told.shown |= shown | _shown(sender, new)


def _before_delete(
    sender: type["Versioned"], instance: "Versioned", origin: Any = None, **_kwargs: Any
) -> None:
    stands = row_of(instance)
    _guard(sender, [stands], None)
    batch = vars(origin).setdefault("_deletion_batch", uuid.uuid4())
    edition = _edition_keys([instance]).get(instance.pk)
    instance.__dict__["_stood"] = (stands, _shown(sender, [instance.pk]), batch, edition)


def _after_delete(sender: type["Versioned"], instance: "Versioned", **_kwargs: Any) -> None:
    row, shown, batch, edition = instance.__dict__.pop("_stood")
    with teller() as told:
        change = _tell(told, Change.Action.DELETED, instance, edition, {})
        told.deletions.append((change, batch, row))
        told.shown |= shown
        told.everything |= sender.shown_everywhere


def _listen(sender: type[models.Model], **_kwargs: Any) -> None:
    if issubclass(sender, Versioned) and not sender._meta.abstract:
        for signal, receiver in (
            (pre_save, _before_save),
            (post_save, _after_save),
            (pre_delete, _before_delete),
            (post_delete, _after_delete),
        ):
            signal.connect(receiver, sender=sender, dispatch_uid=f"history:{sender._meta.label}")


class_prepared.connect(_listen, dispatch_uid="history:versioned")
