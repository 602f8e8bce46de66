"""The lists of records into rows: appearances with their people, papers, dates, sponsors."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst

from editions.models import ImportantDate, Sponsor
from exchange.columns import LISTS
from exchange.dump import CHUNK, people_named
from exchange.merge import MergedItem
from exchange.people import find_people
from exchange.plan import Step
from speakers.models import Speaker, SpeakerAlias
from talks import identity
from talks.models import Appearance, Paper
from texts.folding import name_key

# The model of each list, and its way to the row that owns the list.
ELEMENTS: Mapping[str, tuple[type[models.Model], str]] = {
    "appearances": (Appearance, "talk"),
    "papers": (Paper, "talk"),
    "dates": (ImportantDate, "edition"),
    "sponsors": (Sponsor, "edition"),
}


@dataclass
class _Writing:
    """What is to be written of one list: rows to make, to change and to delete, and who was named anew."""

    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    named: list[Any] = field(default_factory=list)


def write_elements(name: str, owners: Sequence[tuple[Step, int]]) -> None:
    """Write one list of records. ``owners``: each step with the primary key of its row."""
    model, owner = ELEMENTS[name]
    old = _old_elements(model, owner, [pk for step, pk in owners if step.action != "created"])
    writing = _Writing()
    for step, pk in owners:
        if name in step.lists:
            _sort_out(writing, name, pk, old.get(pk, {}), step.lists[name].items)
    manager: Any = model._default_manager
    if writing.gone:
        manager.filter(pk__in=writing.gone).delete()
    if name == "appearances":
        _find_people(writing.named)
    manager.bulk_create(writing.new, batch_size=500)
    manager.bulk_update(writing.changed, _columns(name, model), batch_size=200)


def _columns(name: str, model: type[models.Model]) -> list[str]:
    """The columns that an import may change."""
    ours = {*(column.name for column in LISTS[name]), "position", "place", "speaker"}
    return [one.name for one in model._meta.concrete_fields if one.name in ours]


def _old_elements(model: type[models.Model], owner: str, owners: Sequence[int]) -> dict[int, dict[int, Any]]:
    """The elements of rows that were there, as the file orders them: {owner: {primary key: element}}."""
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for start in range(0, len(owners), CHUNK):
        rows = model._base_manager.filter(**{f"{owner}__in": owners[start : start + CHUNK]})
        for one in rows.order_by("position", "pk"):
            found[getattr(one, f"{owner}_id")][one.pk] = one
    return found


def _sort_out(
    writing: _Writing, name: str, owner: int, before: Mapping[int, Any], items: Sequence[MergedItem]
) -> None:
    """Set the elements of one owner, and note which of them are new, changed or gone."""
    writing.gone += set(before) - {one.pk for one in items}
    moved = [one.pk for one in items] != list(before)
    for index, item in enumerate(items):
        element = before[item.pk] if item.pk is not None else _new_element(name, owner, item)
        was_called = getattr(element, "name", "")
        changed = _fill(name, element, item, index if moved else element.position)
        if item.pk is None:
            writing.new.append(element)
        elif changed:
            writing.changed.append(element)
        if item.pk is None or getattr(element, "name", "") != was_called:
            writing.named.append(element)


def _new_element(name: str, owner: int, item: MergedItem) -> Any:
    model, way = ELEMENTS[name]
    element: Any = model(**{f"{way}_id": owner})
    if isinstance(element, ImportantDate):
        element.label = capfirst(str(item.fields["name"]).replace("_", " "))
    return element


def _fill(name: str, element: Any, item: MergedItem, position: int) -> bool:
    """Set an element's columns; True if any of them changed."""
    wanted = {
        column.name: column.held(item.fields[column.field])
        for column in LISTS[name]
        if column.field in item.fields
    }
    wanted["position"] = position
    if hasattr(element, "place"):
        wanted["place"] = item.place
    before = {column: getattr(element, column) for column in wanted}
    for column, value in wanted.items():
        setattr(element, column, value)
    return any((before[column] or "") != (value or "") for column, value in wanted.items())


def _find_people(appearances: Iterable[Appearance]) -> None:
    """Join appearances that are new, or whose printed name changed, to people; make those not yet known."""
    joined = list(appearances)
    names = [one.name for one in joined]
    found, unknown = find_people(names, people_named(names))
    made = _make_people(unknown)
    for one in joined:
        one.speaker_id = found.get(one.name) or made.get(name_key(one.name))


def _make_people(names: Collection[str]) -> dict[str, int]:
    """A person for each name: {name key: primary key}."""
    if not names:
        return {}
    slugs = set(Speaker.objects.values_list("slug", flat=True))
    slugs |= set(SpeakerAlias.objects.exclude(slug="").values_list("slug", flat=True))
    people = []
    for name in names:
        guid = uuid.uuid5(identity.NAMESPACE, name_key(name))
        slug = identity.free_slug(identity.slug_of(name, "speaker", guid), slugs.__contains__)
        slugs.add(slug)
        people.append(Speaker(name=name, slug=slug))
    Speaker.objects.bulk_create(people, batch_size=500)
    return {name_key(one.name): one.pk for one in people}
