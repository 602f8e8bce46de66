"""Earlier versions restored and deletions undone, from what history has kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from history.frozen import FrozenEditionError
from history.models import Change, Deletion
from history.rewinding import Record, rewind
from history.telling import teller
from history.versioned import STAMPS, Diff, Row, Versioned, derived_fields, plain, row_of


class UndoRefused(Exception):
    """An earlier version or a deleted record cannot come back; nothing was written. The message says why."""


@dataclass(frozen=True)
class Restoration:
    """What restoring would do: the record with its earlier values, not yet saved; {column: [now, then]}.

    ``emptied`` names the links of then that lead nowhere any more.
    """

    record: Versioned
    fields: Diff
    emptied: tuple[str, ...]


@dataclass
class Return:
    """What undoing a deletion would bring: rows in the order in which they can stand, parents first.

    ``emptied``: links of a row that lead nowhere any more; ``left``: rows that can't stand without theirs;
    ``linked``: {(model, column, key): rows} whose link the deletion emptied, and which gets it back.
    """

    rows: list[Versioned] = field(default_factory=list)
    emptied: list[tuple[Versioned, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    linked: dict[tuple[type[Versioned], str, Any], list[Versioned]] = field(default_factory=dict)


def restore(change: Change) -> Versioned:
    """Save the record as that change left it, and return it. Raises UndoRefused."""
    record = plan_restore(change).record
    try:
        record.full_clean()
        with teller():
            record.save()
    except ValidationError as error:
        raise UndoRefused(_sentences(type(record), error)) from error
    except FrozenEditionError as error:
        raise UndoRefused(str(error)) from error
    except IntegrityError as error:
        raise UndoRefused(_("Something else has taken its place meanwhile.")) from error
    return record


def plan_restore(change: Change) -> Restoration:
    """What `restore` would do. Raises UndoRefused where the version isn't known or can't come back."""
    model = model_of(change.kind)
    now = model._base_manager.filter(pk=change.key).first() if model else None
    if model is None or now is None or change.action == Change.Action.DELETED:
        raise UndoRefused(_("The record is deleted. Undo its deletion first."))
    then = _row_after(change, row_of(now))
    columns = [one for one in _restorable(model) if one.attname in then]
    fields = {
        one.attname: [plain(getattr(now, one.attname)), then[one.attname]]
        for one in columns
        if plain(getattr(now, one.attname)) != then[one.attname]
    }
    changed = [one for one in columns if one.attname in fields]
    emptied = []
    for one in _dangling(changed, then):
        if not one.null:
            raise UndoRefused(_("%(field)s of then is deleted.") % {"field": _label(one)})
        emptied.append(_label(one))
        fields[one.attname][1] = None
    for one in changed:
        setattr(now, one.attname, value_of(one, fields[one.attname][1]))
    left = {column: values for column, values in fields.items() if values[0] != values[1]}
    return Restoration(now, left, tuple(emptied))


def undelete(batch: UUID) -> list[Versioned]:
    """Bring back what was deleted together, under the primary keys of then; return it. Raises UndoRefused."""
    returned = plan_undelete(batch)
    try:
        with teller():
            for model, rows in _by_model(returned.rows).items():
                model._default_manager.bulk_create(rows, batch_size=500)
            for (model, column, key), rows in returned.linked.items():
                model._default_manager.filter(pk__in=[one.pk for one in rows], **{column: None}).update(
                    **{column: key}
                )
    except FrozenEditionError as error:
        raise UndoRefused(str(error)) from error
    except IntegrityError as error:
        raise UndoRefused(_clashes(returned.rows)) from error
    return returned.rows


def plan_undelete(batch: UUID) -> Return:
    """What `undelete` would do. Raises UndoRefused where nothing is kept, or it is back already."""
    kept = list(Deletion.objects.filter(batch=batch).select_related("change").order_by("pk"))
    if not kept:
        raise UndoRefused(_("Nothing is kept of this deletion any more."))
    if returned_among(Deletion.objects.filter(batch=batch)).exists():
        raise UndoRefused(_("This deletion is undone already."))
    returned = Return()
    rows = [(one, from_row(model, one.row)) for one in kept if (model := model_of(one.change.kind))]
    standing: dict[type[models.Model], set[Any]] = {}
    for deletion, row in sorted(rows, key=lambda one: _depth(type(one[1]))):
        _place(returned, deletion.change.label, row, standing, {_record(one) for _deletion, one in rows})
    if not returned.rows:
        label, missing = returned.left[0] if returned.left else (kept[0].change.label, "")
        raise UndoRefused(
            _("“%(record)s” can't stand alone: its %(field)s is deleted. Bring that back first.")
            % {"record": label, "field": missing}
        )
    returned.linked = _emptied_by(kept, {_record(row) for row in returned.rows})
    return returned


def returned_among(deletions: QuerySet[Deletion]) -> QuerySet[Deletion]:
    """Those of the deletions whose record has come back since."""
    back = Change.objects.filter(
        action=Change.Action.CREATED,
        kind=OuterRef("change__kind"),
        key=OuterRef("change__key"),
        pk__gt=OuterRef("change_id"),
    )
    return deletions.filter(Exists(back))


def model_of(kind: str) -> type[Versioned] | None:
    """The model that history names so; None if there is none any more."""
    try:
        return cast("type[Versioned]", apps.get_model(kind))
    except (LookupError, ValueError):
        return None


def from_row(model: type[Versioned], row: Row) -> Versioned:
    """An unsaved instance with the values of a kept row; columns that the row lacks have their default."""
    record = model()
    for one in model._meta.concrete_fields:
        if one.attname in row:
            setattr(record, one.attname, value_of(one, row[one.attname]))
    if model.sequenced_by:
        record.changed_at = timezone.now()  # type: ignore[attr-defined]
    return record


def value_of(column: Any, value: Any) -> Any:
    """A column's value, read from the plain form in which history keeps it."""
    return (column.target_field if column.is_relation else column).to_python(value)


def _row_after(change: Change, now: Row) -> Row:
    """The row that a change left, walked back from the row as it stands."""
    since = Change.objects.filter(kind=change.kind, key=change.key, pk__gte=change.pk)
    changes = list(since.select_related("deletion").order_by("pk"))
    _start, steps = rewind(changes, {(change.kind, change.key): now})
    if steps[0].row is None:
        raise UndoRefused(_("The record was deleted meanwhile, and what stood before is no longer kept."))
    return steps[0].row


def _restorable(model: type[Versioned]) -> list[Any]:
    """The columns that somebody wrote: neither the key nor what is derived or kept by history itself."""
    derived = {one.attname for one in derived_fields(model)} | (set(STAMPS) if model.sequenced_by else set())
    return [one for one in model._meta.concrete_fields if not one.primary_key and one.attname not in derived]


def _dangling(columns: Iterable[Any], row: Row) -> list[Any]:
    """Those of the columns whose link leads to a row that is gone."""
    return [
        one
        for one in columns
        if one.is_relation
        and row[one.attname] is not None
        and not one.related_model._base_manager.filter(pk=row[one.attname]).exists()
    ]


def _place(
    returned: Return,
    label: str,
    row: Versioned,
    standing: dict[type[models.Model], set[Any]],
    batch: set[Record],
) -> None:
    """Put a row among those that return, if what it needs stands or returns with it."""
    for one in (column for column in row._meta.concrete_fields if column.is_relation):
        key, target = getattr(row, one.attname), cast("type[models.Model]", one.related_model)
        if key is None or _stands(target, key, standing):
            continue
        # Rows of one kind may point at each other: the database looks at the end of the transaction.
        if target is type(row) and (target._meta.label_lower, str(key)) in batch:
            continue
        if not one.null:
            returned.left.append((label, str(one.verbose_name)))
            return
        setattr(row, one.attname, None)
        returned.emptied.append((row, str(one.verbose_name)))
    standing.setdefault(type(row), set()).add(row.pk)
    returned.rows.append(row)


def _stands(model: type[models.Model], key: Any, standing: dict[type[models.Model], set[Any]]) -> bool:
    """Whether a row is there or returns; each is asked for once."""
    known = standing.setdefault(model, set())
    if key not in known and model._base_manager.filter(pk=key).exists():
        known.add(key)
    return key in known


def _emptied_by(
    kept: list[Deletion], back: set[Record]
) -> dict[tuple[type[Versioned], str, Any], list[Versioned]]:
    """The rows whose links the deletion emptied and which are still empty, by model, column and what returns."""
    found: dict[tuple[type[Versioned], str, Any], list[Versioned]] = {}
    moments = {_kept_record(one): one.change.at for one in kept if _kept_record(one) in back}
    for target in {model for kind, _key in moments if (model := model_of(kind))}:
        for column in _links_to(target):
            # A deleted row can't be linked to: what lost its link from then on lost it by the deletion.
            told = Change.objects.filter(
                action=Change.Action.UPDATED,
                kind=column.model._meta.label_lower,
                at__gte=min(moments.values()),
                fields__has_key=column.attname,
            )
            for change in told.order_by("pk"):
                old, new = change.fields[column.attname]
                moment = moments.get((target._meta.label_lower, str(old)))
                if new is None and moment is not None and change.at >= moment:
                    rows = column.model._base_manager.filter(pk=change.key, **{column.attname: None})
                    found.setdefault((column.model, column.attname, old), []).extend(rows)
    return {place: rows for place, rows in found.items() if rows}


def _links_to(model: type[models.Model]) -> list[Any]:
    """The columns of our models that are emptied when a row of this one is deleted."""
    return [
        one.field
        for one in model._meta.related_objects
        if one.on_delete is models.SET_NULL and issubclass(one.related_model, Versioned)
    ]


def _by_model(rows: Iterable[Versioned]) -> dict[type[Versioned], list[Versioned]]:
    """The rows by model, in the order in which the models come."""
    found: dict[type[Versioned], list[Versioned]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found


def _depth(model: type[models.Model], under: frozenset[type[models.Model]] = frozenset()) -> int:
    """How many models stand between this one and one that links to nothing."""
    targets = {one.related_model for one in model._meta.concrete_fields if one.is_relation}
    ours = [cast("type[models.Model]", one) for one in targets if one not in under | {model}]
    return max((1 + _depth(one, under | {model}) for one in ours), default=0)


def _record(row: models.Model) -> Record:
    return (row._meta.label_lower, str(row.pk))


def _kept_record(deletion: Deletion) -> Record:
    return (deletion.change.kind, deletion.change.key)


def _clashes(rows: Iterable[Versioned]) -> str:
    """Why the database refused the rows: each rule that one of them would break, in a sentence."""
    told = [f"“{row.told_as()}”: {broken}" for row in rows if (broken := " ".join(_broken(row)))]
    return " ".join(told) or _("Something else has taken its place meanwhile.")


def _broken(row: Versioned) -> Iterator[str]:
    # What nobody can write, such as a guid, would be told twice and mean nothing.
    unseen = {one.name for one in row._meta.concrete_fields if not one.editable}
    for rule in (row.validate_unique, row.validate_constraints):
        try:
            rule(exclude=unseen)
        except ValidationError as error:
            yield _sentences(type(row), error)


def _sentences(model: type[models.Model], error: ValidationError) -> str:
    """What is wrong, in sentences that name their fields."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        message if name == "__all__" else f"{_named(model, name)}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )


def _named(model: type[models.Model], name: str) -> str:
    try:
        return _label(model._meta.get_field(name))
    except FieldDoesNotExist:
        return name


def _label(column: Any) -> str:
    label = str(column.verbose_name)
    return label[:1].upper() + label[1:]
