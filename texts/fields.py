"""Model fields for text: Markdown that is rendered when asked for, folded words for search beside a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from texts.cleaning import find_control, normalise_body
from texts.folding import fold
from texts.plain import rough_words


def refuse_control_characters(value: str) -> None:
    """Raise ValidationError, naming the place, where a longer text holds a control character."""
    index = find_control(value, multiline=True)
    if index is not None:
        raise ValidationError(
            _("Character U+%(code)s in line %(line)s can't be shown: delete it."),
            code="control",
            params={"code": f"{ord(value[index]):04X}", "line": value.count("\n", 0, index) + 1},
        )


class MarkdownFormField(forms.CharField):
    """A text box whose text comes back with LF as line end, composed and trimmed."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text as it is compared and kept."""
        text = super().to_python(value)
        return normalise_body(text) if text else ""


class MarkdownField(models.TextField):  # type: ignore[type-arg]  # as every field with the stubs' own defaults
    """A text in Markdown: kept as written, never as HTML (`{{ value|markdown }}` renders it).

    Another widget comes from a form or from `formfield_overrides` of an admin.
    """

    description = _("Text in Markdown")
    default_validators = [refuse_control_characters]

    def formfield(self, **kwargs: Any) -> Any:
        """Return a MarkdownFormField, unless the caller names another class."""
        return super().formfield(**{"form_class": MarkdownFormField, **kwargs})


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """The folded words of other fields of the same row, kept for search and never edited.

    `source` or `sources` name the fields. Each save computes the value; bulk writes skip `pre_save`, so who
    writes in bulk finds the fields in `derived_from` and the value by `derive(instance)`.
    """

    description = _("Folded text for search")

    def __init__(self, *args: Any, source: str = "", sources: Iterable[str] = (), **kwargs: Any) -> None:
        self.derived_from: tuple[str, ...] = (source, *sources) if source else tuple(sources)
        if not self.derived_from:
            raise TypeError("FoldedField needs a source")
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def derive(self, instance: models.Model) -> str:
        """Return the folded words of the source fields: texts, Markdown without its signs, lists of texts, or empty."""
        return fold(" ".join(_words(instance, name) for name in self.derived_from))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002  # Django's signature
        """Compute the value, set it on the instance and return it."""
        value = self.derive(model_instance)
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration needs to make this field again."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "sources": self.derived_from}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Report a source that is no field of the model."""
        return [
            *super().check(**kwargs),
            *(self._missing(name) for name in self.derived_from if not self._has(name)),
        ]

    def _has(self, name: str) -> bool:
        try:
            self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        return True

    def _missing(self, name: str) -> checks.Error:
        return checks.Error(
            f"The folded field reads '{name}', which {self.model.__name__} has not.",
            obj=self,
            id="texts.E001",
        )


def _words(instance: models.Model, name: str) -> str:
    value = getattr(instance, name)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    if value and isinstance(instance._meta.get_field(name), MarkdownField):
        return rough_words(value)
    return "" if value is None else str(value)
