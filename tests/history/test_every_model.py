"""What holds for every model of the programme; a new one is met here first."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from editions.models import Edition
from history.versioned import Versioned, VersionedQuerySet, derived_fields
from speakers.models import Speaker
from tests.history.house import CASES, MODELS

PROGRAMME = ("editions", "speakers", "talks")
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label_lower)


def end_of(model: type[models.Model], path: str) -> type[models.Model]:
    at: Any = model
    for step in filter(None, path.split("__")):
        at = at._meta.get_field(step).related_model
    return at  # type: ignore[no-any-return]


def test_every_model_of_the_programme_is_versioned() -> None:
    programme = {one for room in PROGRAMME for one in apps.get_app_config(room).get_models()}
    assert {one for one in programme if not issubclass(one, Versioned)} == set()
    assert {one for one in MODELS if one not in programme} == set()


def test_every_model_has_its_case() -> None:
    assert sorted(CASES) == sorted(one._meta.label_lower for one in MODELS)


@each_model
def test_the_edition_is_reached_by_upward_keys(model: type[Versioned]) -> None:
    if model.edition_path not in ("", "pk"):
        assert end_of(model, model.edition_path) is Edition
        at: Any = model
        for step in model.edition_path.split("__"):
            assert isinstance(at._meta.get_field(step), models.ForeignKey)
            at = at._meta.get_field(step).related_model
    assert (model.edition_path == "pk") == (model is Edition)


@each_model
def test_what_shows_it_is_an_edition_or_a_person(model: type[Versioned]) -> None:
    assert {end_of(model, path) for path in model.shown_in} <= {Edition, Speaker}
    list(model._base_manager.values_list("pk", *(path or "pk" for path in model.shown_in))[:0])


@each_model
def test_both_managers_tell(model: type[Versioned]) -> None:
    assert isinstance(model._default_manager.all(), VersionedQuerySet)
    assert isinstance(model._base_manager.all(), VersionedQuerySet)
    assert model._base_manager.all().query.where.children == []


@each_model
def test_it_has_no_many_to_many_field(model: type[Versioned]) -> None:
    assert model._meta.many_to_many == ()


@each_model
def test_it_has_a_table_of_its_own(model: type[Versioned]) -> None:
    assert model._meta.parents == {}
    assert not model._meta.proxy


@each_model
def test_the_fields_that_it_names_are_there(model: type[Versioned]) -> None:
    named = {*model.frozen_lets, *model.sequenced_by, *model.untold}
    named |= {source for one in derived_fields(model) for source in one.derived_from}
    for name in named:
        assert model._meta.get_field(name).concrete
    stamps = {one.attname for one in model._meta.concrete_fields} & {"sequence", "changed_at"}
    assert bool(stamps) == bool(model.sequenced_by)
