"""What others changed while a form was open, merged with what was typed: field by field, three ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from history.models import Change
from history.rewinding import Record, rewind
from history.undo import from_row
from history.versioned import Row, Versioned, row_of
from workbench.past.told import FieldTold, actor_words, fields_told


@dataclass(frozen=True)
class Typed:
    """A text that somebody typed and the form can't take any more: its label and itself."""

    label: str
    text: str


@dataclass(frozen=True)
class RowTold:
    """A record that changed meanwhile: what the form took over, what both changed, what was typed into a lost row."""

    label: str
    what: str
    taken: tuple[FieldTold, ...] = ()
    clashes: tuple[FieldTold, ...] = ()
    typed: tuple[Typed, ...] = ()


@dataclass
class Collision:
    """A save that came too late: who changed what, and the form's values with both sides' changes in them."""

    latest: int
    data: QueryDict
    who: list[Change]
    rows: list[RowTold] = field(default_factory=list)
    clashes: dict[str, FieldTold] = field(default_factory=dict)

    @property
    def actors(self) -> str:
        """Everybody who changed something, each once."""
        return ", ".join(dict.fromkeys(actor_words(one) for one in self.who))


@dataclass(frozen=True)
class Part:
    """An inline of a form: its rows as they stand, unbound, and the column by which they hang on the record."""

    rows: Any
    link: str

    @property
    def model(self) -> type[Versioned]:
        """The model of its rows."""
        return self.rows.model  # type: ignore[no-any-return]


def latest_change(wanted: Q) -> int:
    """The newest change (primary key) among those named; 0 if nothing is told."""
    return Change.objects.filter(wanted).order_by("-pk").values_list("pk", flat=True).first() or 0


def collide(
    form: Any, parts: Sequence[Part], changes: list[Change], latest: int, data: QueryDict
) -> Collision:
    """Merge what was typed into a form (``data``) with the changes since it was opened, oldest first.

    ``form`` and ``parts`` show the record as it stands now, unbound.
    """
    merged = data.copy()
    found = Collision(latest, merged, changes)
    standing = {_record(form.instance): row_of(form.instance)}
    for part in parts:
        standing |= {_record(one.instance): row_of(one.instance) for one in part.rows.initial_forms}
    before, _steps = rewind(changes, standing)
    told = _merge(form, before.get(_record(form.instance)), merged)
    found.clashes = told.clashing
    if told.fields:
        found.rows.append(told.words(str(form.instance)))
    touched = {one.kind for one in changes}
    for part in parts:
        if part.model._meta.label_lower in touched and f"{part.rows.prefix}-TOTAL_FORMS" in data:
            found.rows += _merge_rows(part, before, data, merged)
    return found


@dataclass
class _Merged:
    """How one record was merged: the fields that the others changed, and those that were typed into as well."""

    kind: str
    fields: dict[str, FieldTold] = field(default_factory=dict)
    clashing: dict[str, FieldTold] = field(default_factory=dict)

    def words(self, label: str) -> RowTold:
        """What is told of it."""
        taken = tuple(told for name, told in self.fields.items() if name not in self.clashing)
        return RowTold(label, "changed", taken, tuple(self.clashing.values()))


def _merge(form: Any, before: Row | None, data: QueryDict) -> _Merged:
    """Put into ``data`` what only the others changed; what was changed by hand stays as it was typed."""
    model = type(form.instance)
    merged = _Merged(model._meta.label_lower)
    if before is None:
        return merged
    base = type(form)(instance=from_row(model, before), prefix=form.prefix)
    now = row_of(form.instance)
    for column in model._meta.concrete_fields:
        old = before.get(column.attname)
        if old == now[column.attname] or column.name not in form.fields:
            continue
        merged.fields[column.name] = told = fields_told(
            merged.kind, {column.attname: [old, now[column.attname]]}
        )[0]
        # A browser sends no file that stands already: the form keeps the stored one.
        if isinstance(form.fields[column.name], forms.FileField):
            continue
        bound = form[column.name]
        mine = data.get(bound.html_name)
        if _same(mine, _sent(base[column.name])):
            _put(data, bound.html_name, _sent(bound))
        elif not _same(mine, _sent(bound)):
            merged.clashing[column.name] = told
    return merged


def _merge_rows(
    part: Part, before: Mapping[Record, Row], data: QueryDict, merged: QueryDict
) -> list[RowTold]:
    """Write the rows of an inline anew: those that stand, merged with what was typed, then those that were added."""
    prefix, key = part.rows.prefix, part.model._meta.pk.name
    sent = _rows_sent(data, prefix)
    mine = {row[key][-1]: row for row in sent if row.get(key, [""])[-1]}
    new = [row for row in sent if not row.get(key, [""])[-1] and _says_something(row, part)]
    for name in [name for name in merged if name.startswith(f"{prefix}-")]:
        del merged[name]
    told = []
    for form in part.rows.initial_forms:
        label = form.instance.told_as()
        typed = mine.pop(str(form.instance.pk), None)
        told += _place(form, typed, before.get(_record(form.instance)), merged, label)
    start = len(part.rows.initial_forms)
    for place, row in enumerate(new, start):
        for name, values in row.items():
            merged.setlist(f"{prefix}-{place}-{name}", values)
    counts = {
        "TOTAL_FORMS": start + len(new),
        "INITIAL_FORMS": start,
        "MIN_NUM_FORMS": 0,
        "MAX_NUM_FORMS": 1000,
    }
    for name, count in counts.items():
        merged[f"{prefix}-{name}"] = str(count)
    return told + [
        _lost(part, row, before.get((part.model._meta.label_lower, pk))) for pk, row in mine.items()
    ]


def _place(
    form: Any, typed: Mapping[str, list[Any]] | None, before: Row | None, data: QueryDict, label: str
) -> list[RowTold]:
    """Write one row that stands: as typed where it was, else as it is now."""
    for bound in form:
        name = bound.name
        if typed is None or (name not in typed and not isinstance(bound.field, forms.BooleanField)):
            _put(data, bound.html_name, _sent(bound))
        else:
            _put(data, bound.html_name, typed.get(name, [None])[-1])
    if typed is None:
        return [RowTold(label, "added")]
    merged = _merge(form, before, data)
    if merged.fields:
        # Who ticked it away has not seen what it says now.
        _put(data, form.add_prefix("DELETE"), None)
    return [merged.words(label)] if merged.fields else []


def _lost(part: Part, row: dict[str, list[str]], before: Row | None) -> RowTold:
    """A row that somebody removed while this one was typed into: what it says, to be copied."""
    shown = part.rows.form(instance=from_row(part.model, before or {}))
    texts = [
        Typed(str(shown[name].label), words_of(shown.fields[name], values[-1]))
        for name, values in row.items()
        if name in shown.fields
        and name not in (part.link, part.model._meta.pk.name)
        and values[-1].strip()
        and (before is None or not _same(values[-1], _sent(shown[name])))
    ]
    return RowTold(
        str((before or {}).get("name") or (before or {}).get("title") or ""), "removed", typed=tuple(texts)
    )


def _rows_sent(data: QueryDict, prefix: str) -> list[dict[str, list[str]]]:
    """The rows of an inline as they were sent, in order: values by field name."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    rows: list[dict[str, list[str]]] = []
    for place in range(min(int(total), 1000) if total.isdecimal() else 0):
        start = f"{prefix}-{place}-"
        rows.append({name[len(start) :]: data.getlist(name) for name in data if name.startswith(start)})
    return rows


def _says_something(row: Mapping[str, list[str]], part: Part) -> bool:
    """Whether a new row differs from an empty one."""
    empty = part.rows.empty_form
    return any(
        not _same(values[-1], _sent(empty[name]))
        for name, values in row.items()
        if name in empty.fields and name not in (part.link, "DELETE")
    )


def words_of(field: forms.Field, value: str) -> str:
    """A value as it was sent, in words: what a choice leads to by its name."""
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(field.to_python(value) or "")
        except forms.ValidationError:
            return value
    return str(dict(getattr(field, "choices", ())).get(value, value))


def _sent(bound: Any) -> str | None:
    """What a browser would send for a field that nobody touched; None for a box without its tick."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "on" if widget.check_test(value) else None
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple):
        return str(shown[0]) if shown else ""
    return "" if shown is None else str(shown)


def _put(data: QueryDict, name: str, value: str | None) -> None:
    if value is None:
        data.pop(name, None)
    else:
        data[name] = value


def _same(one: str | None, other: str | None) -> bool:
    """Whether two values are the same to a reader: browsers send CRLF, and trim nothing."""
    return _plain(one) == _plain(other)


def _plain(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def _record(row: Any) -> Record:
    return (row._meta.label_lower, str(row.pk))
