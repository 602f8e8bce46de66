"""Fields keep Markdown as written and folded words beside a text."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.test.utils import isolate_apps

from texts.fields import FoldedField, MarkdownField, MarkdownFormField


def field_of(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


@pytest.fixture
def note() -> Iterator[type[models.Model]]:
    with isolate_apps("texts"):

        class Note(models.Model):
            title = models.CharField(max_length=255)
            tags = models.JSONField(default=list)
            body = MarkdownField(blank=True)
            folded = FoldedField(sources=("title", "tags", "body"))
            folded_title = FoldedField(source="title", db_index=True)

            class Meta:
                app_label = "texts"

            def __str__(self) -> str:
                return str(self.title)

        yield Note


def test_folded_words_come_from_their_sources(note: type[models.Model]) -> None:
    row: Any = note(title="Łukasz  Ørsted", tags=["Größe", "東京"], body="**Ça** va")
    folded = field_of(note, "folded")
    assert folded.derive(row) == "lukasz orsted grosse 東京 ca va"
    assert folded.pre_save(row, add=True) == row.folded == "lukasz orsted grosse 東京 ca va"
    assert folded.derived_from == ("title", "tags", "body")
    assert field_of(note, "folded_title").derived_from == ("title",)
    assert field_of(note, "folded_title").derive(note(title="")) == ""


def test_folded_field_is_never_edited_and_is_made_again_by_a_migration(note: type[models.Model]) -> None:
    field = field_of(note, "folded_title")
    assert not field.editable
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, list(args)) == ("folded_title", "texts.fields.FoldedField", [])
    assert kwargs == {"sources": ("title",), "db_index": True}
    again = FoldedField(*args, **kwargs)
    assert again.deconstruct()[3] == kwargs
    assert not again.editable
    assert field.clone().derived_from == ("title",)


def test_folded_field_needs_sources_that_exist(note: type[models.Model]) -> None:
    with pytest.raises(TypeError):
        FoldedField()
    assert field_of(note, "folded").check() == []
    with isolate_apps("texts"):

        class Lost(models.Model):
            folded = FoldedField(source="nowhere")

            class Meta:
                app_label = "texts"

            def __str__(self) -> str:
                return "lost"

        assert [error.id for error in field_of(Lost, "folded").check()] == ["texts.E001"]


def test_markdown_form_field_returns_the_body_as_it_is_kept(note: type[models.Model]) -> None:
    field = field_of(note, "body").formfield()
    assert isinstance(field, MarkdownFormField)
    assert isinstance(field.widget, forms.Textarea)
    assert field.clean(" One\r\nZoe\u0308 \r\n") == "One\nZoë"
    assert field.clean("") == ""
    swapped = field_of(note, "body").formfield(widget=forms.TextInput)
    assert isinstance(swapped.widget, forms.TextInput)


def test_markdown_field_refuses_control_characters(note: type[models.Model]) -> None:
    field = field_of(note, "body")
    assert field.clean("fine\n\ttext", None) == "fine\n\ttext"
    with pytest.raises(ValidationError) as refused:
        field.clean("one\ntwo\x07", None)
    assert refused.value.messages == ["Character U+0007 in line 2 can't be shown: delete it."]
    assert field.deconstruct() == ("body", "texts.fields.MarkdownField", [], {"blank": True})
