"""Every way to write, for every model: what is told, what is raised, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.forms import modelform_factory

from editions.models import Room
from history.frozen import FrozenEditionError
from history.models import Deletion
from history.versioned import derived_fields, plain, row_of
from tests.history.house import CASES, House, contents, edition_of, freeze, listening, undone

each_model = pytest.mark.parametrize("label", sorted(CASES))

# Ways to change one field of a row


def save(row: Any, field: str, value: Any) -> None:
    setattr(row, field, value)
    row.save()


def save_one_field(row: Any, field: str, value: Any) -> None:
    setattr(row, field, value)
    row.save(update_fields=[field])


def save_deferred(row: Any, field: str, value: Any) -> None:
    save(type(row)._default_manager.only(field).get(pk=row.pk), field, value)


def save_without_waiting(row: Any, field: str, value: Any) -> None:
    setattr(row, field, value)
    async_to_sync(row.asave)()


def save_a_row_made_by_hand(row: Any, field: str, value: Any) -> None:
    stored = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    save(type(row)(**stored), field, value)


def update(row: Any, field: str, value: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**{field: value})


def update_from_an_expression(row: Any, field: str, value: Any) -> None:
    column = row._meta.get_field(field)
    if column.is_relation:
        value, column = value and value.pk, column.target_field
    type(row)._default_manager.filter(pk=row.pk).update(**{field: Value(value, output_field=column)})


def update_without_waiting(row: Any, field: str, value: Any) -> None:
    async_to_sync(type(row)._default_manager.filter(pk=row.pk).aupdate)(**{field: value})


def bulk_update(row: Any, field: str, value: Any) -> None:
    setattr(row, field, value)
    type(row)._default_manager.bulk_update([row], [field])


def update_or_create(row: Any, field: str, value: Any) -> None:
    type(row)._default_manager.update_or_create(pk=row.pk, defaults={field: value})


def save_a_form(row: Any, field: str, value: Any) -> None:
    form = modelform_factory(type(row), fields=[field])({field: getattr(value, "pk", value)}, instance=row)
    assert form.is_valid(), form.errors
    form.save()


CHANGE: list[Callable[[Any, str, Any], None]] = [
    save,
    save_one_field,
    save_deferred,
    save_without_waiting,
    save_a_row_made_by_hand,
    update,
    update_from_an_expression,
    update_without_waiting,
    bulk_update,
    update_or_create,
    save_a_form,
]

# Ways to make a row


def save_new(row: Any) -> Any:
    row.save()
    return row


def create(row: Any) -> Any:
    return type(row)._default_manager.create(**given(row))


def get_or_create(row: Any) -> Any:
    return type(row)._default_manager.get_or_create(**given(row))[0]


def update_or_create_new(row: Any) -> Any:
    return type(row)._default_manager.update_or_create(**given(row))[0]


def bulk_create(row: Any) -> Any:
    return type(row)._default_manager.bulk_create([row])[0]


def bulk_create_without_waiting(row: Any) -> Any:
    return async_to_sync(type(row)._default_manager.all().abulk_create)([row])[0]


def save_new_with_a_key_of_its_own(row: Any) -> Any:
    row.pk = 4711
    row.save()
    return row


def given(row: Any) -> dict[str, Any]:
    names = [
        one for one in row._meta.concrete_fields if not one.primary_key and not hasattr(one, "derived_from")
    ]
    return {one.attname: getattr(row, one.attname) for one in names}


MAKE: list[Callable[[Any], Any]] = [
    save_new,
    create,
    get_or_create,
    update_or_create_new,
    bulk_create,
    bulk_create_without_waiting,
    save_new_with_a_key_of_its_own,
]

# Ways to delete a row


def delete(row: Any) -> None:
    row.delete()


def delete_by_query(row: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).delete()


def delete_without_waiting(row: Any) -> None:
    async_to_sync(row.adelete)()


DELETE: list[Callable[[Any], None]] = [delete, delete_by_query, delete_without_waiting]
# Others are protected, or take much with them: test_deleting.py.
ALONE = sorted(
    CASES.keys()
    - {
        "editions.edition",
        "editions.room",
        "editions.track",
        "speakers.speaker",
        "talks.talk",
        "talks.talktype",
    }
)


def value_of(house: House, label: str) -> Any:
    value = CASES[label].value
    return value(house) if callable(value) else value


# A house takes longer to build than a write to tell: each test tries all ways, and undoes each.


@each_model
def test_a_change_is_told(house: House, label: str) -> None:
    case, value = CASES[label], value_of(house, label)
    for change in CHANGE:
        row = house.row(label)
        column = row._meta.get_field(case.field).attname
        old = getattr(row, column)
        with undone():
            with listening() as told:
                change(row, case.field, value)
            way, expected = change.__name__, {column: [plain(old), getattr(value, "pk", value)]}
            assert (way, told.lines) == (way, [("updated", label, str(row.pk), expected)])
            assert (way, [one.edition for one in told.changes]) == (way, [edition_of(house, label)])
            assert (way, told.raised) == (way, house.things(case.changed))
            stored = house.row(label)
            assert (way, getattr(stored, case.field)) == (way, value)
            for column in derived_fields(type(stored)):
                assert (way, getattr(stored, column.attname)) == (way, column.derive(stored))


def unchanged(house: House, label: str) -> None:
    """Write what stands already, in every way: nothing is told."""
    for change in CHANGE:
        row, field = house.row(label), CASES[label].field
        before = contents()
        with undone():
            with listening() as told:
                change(row, field, getattr(row, field))
            assert (change.__name__, told.lines, told.raised) == (change.__name__, [], set())
            assert (change.__name__, contents()) == (change.__name__, before)


@each_model
def test_what_changes_nothing_tells_nothing(house: House, label: str) -> None:
    unchanged(house, label)


@each_model
def test_a_new_row_is_told(house: House, label: str) -> None:
    for make in MAKE:
        new, way = CASES[label].new(house, f"made-by-{make.__name__}"), make.__name__
        with undone():
            with listening() as told:
                row = make(new)
            assert (way, told.lines) == (way, [("created", label, str(row.pk), {})])
            edition = row.pk if label == "editions.edition" else edition_of(house, label)
            assert (way, [one.edition for one in told.changes]) == (way, [edition])
            own = {(row._meta.model_name, str(row.pk))} if "" in row.shown_in else set()
            assert (way, told.raised) == (way, house.things(CASES[label].made) | own)
            stored = type(row)._default_manager.get(pk=row.pk)
            for column in derived_fields(type(row)):
                assert getattr(stored, column.attname) == column.derive(row) != ""


@pytest.mark.parametrize("label", ALONE)
def test_a_deletion_is_told(house: House, label: str) -> None:
    for remove in DELETE:
        row, way = house.row(label), remove.__name__
        key = str(row.pk)
        with undone():
            with listening() as told:
                remove(row)
            assert (way, told.lines) == (way, [("deleted", label, key, {})])
            assert (way, [one.edition for one in told.changes]) == (way, [edition_of(house, label)])
            assert (way, told.raised) == (way, house.things(CASES[label].changed))
            assert Deletion.objects.get(change=told.changes[0]).row == row_of(house.rows[label])


NEVER_FROZEN = [
    "editions.editioneditor",
    "editions.redirect",
    "editions.series",
    "speakers.speaker",
    "speakers.speakeralias",
    "talks.talktype",
]
each_freezable = pytest.mark.parametrize("label", sorted(CASES.keys() - set(NEVER_FROZEN)))


def refused(way: Callable[..., Any], *given: Any) -> None:
    """The write is refused, and the database is as before."""
    before = contents()
    with pytest.raises(FrozenEditionError):
        way(*given)
    assert (way.__name__, contents()) == (way.__name__, before)


@each_freezable
def test_a_frozen_edition_refuses_every_write(house: House, label: str) -> None:
    freeze(house.edition)
    value = value_of(house, label)
    for change in CHANGE:
        refused(change, house.row(label), CASES[label].field, value)
    for remove in DELETE:
        refused(remove, house.row(label))
    if label != "editions.edition":
        for make in MAKE:
            refused(make, CASES[label].new(house, f"made-by-{make.__name__}"))


@each_freezable
def test_a_frozen_edition_lets_what_changes_nothing(house: House, label: str) -> None:
    freeze(house.edition)
    unchanged(house, label)


@pytest.mark.parametrize("label", NEVER_FROZEN)
def test_what_belongs_to_no_edition_is_never_frozen(house: House, label: str) -> None:
    freeze(house.edition)
    with listening() as told:
        save(house.rows[label], CASES[label].field, value_of(house, label))
    assert [one.action for one in told.changes] == ["updated"]
    assert told.raised == house.things(CASES[label].changed)


@each_model
def test_upserts_are_refused(house: House, label: str) -> None:
    row, before = house.rows[label], contents()
    update = {"update_conflicts": True, "unique_fields": ["pk"], "update_fields": [CASES[label].field]}
    for upsert in ({"ignore_conflicts": True}, update):
        with pytest.raises(NotImplementedError, match="create and update separately"):
            type(row)._default_manager.bulk_create([row], **upsert)
    with pytest.raises(NotImplementedError, match="create and update separately"):
        type(row)._default_manager.bulk_create([row], None, True)
    assert contents() == before


def test_an_expression_of_the_row_itself_is_told_in_its_values(house: House) -> None:
    name = house.room.key
    with listening() as told:
        Room.objects.filter(pk=house.room.pk).update(
            position=F("position") + 5, name=Concat(F("key"), Value(" b"))
        )
    fields = {"name": [name, f"{name} b"], "position": [0, 5]}
    assert told.lines == [("updated", "editions.room", str(house.room.pk), fields)]
