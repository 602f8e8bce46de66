"""Inputs of our forms: dates and times as the browser asks for them, lists as words, labelled facts."""

import csv
import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from editions.clock import WallClockFormField


class DateInput(forms.DateInput):
    """The browser's own date picker: at home in every language and on every phone, and without script."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.DateTimeInput):
    """The browser's own picker of a date and time, which knows no zone."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        """ISO form; seconds only where there are some."""
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Ask for seconds where the value has some: the browser would refuse them otherwise."""
        step = {"step": 1} if isinstance(value, datetime) and value.second else {}
        return super().get_context(name, value, {**(attrs or {}), **step})


class ClockField(WallClockFormField):
    """A date and time by the venue's clock."""

    widget = ClockInput


def is_key(text: Any) -> bool:
    """Whether a text of an address or a form can be a primary key."""
    return re.fullmatch(r"[0-9]{1,18}", str(text)) is not None


class KeyAutocomplete(AutocompleteSelect):
    """Django's field that completes what one types; it asks the database for nothing that can't be a key."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The choices for the keys that stand in the field."""
        return super().optgroups(name, [one for one in value if is_key(one)], attrs)


class WordsField(forms.CharField):
    """A list of texts, written with commas between; one that holds a comma stands in double quotes."""

    def prepare_value(self, value: Any) -> Any:
        """Write a list with commas."""
        return ", ".join(map(_quoted, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Read a list; the same word twice counts once."""
        rows = csv.reader((value or "").splitlines(), skipinitialspace=True)
        words = (word.strip() for row in rows for word in row)
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not how they are written."""
        return bool(list(initial or []) != self.to_python(data))


def _quoted(word: Any) -> str:
    text = str(word)
    return '"{}"'.format(text.replace('"', '""')) if "," in text or '"' in text else text


class PairsField(forms.JSONField):
    """A list of objects with two texts each, as JSON; ``keys`` names the two."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})

    def __init__(self, *, keys: tuple[str, str], **kwargs: Any) -> None:
        self.keys = keys
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Read the list; an empty field is an empty list."""
        try:
            found = super().to_python(value) or []
        except (ValueError, RecursionError):
            found = None  # Numbers or brackets beyond what Python reads.
        if not (isinstance(found, list) and all(map(self._fits, found))):
            first, second = self.keys
            raise ValidationError(
                _("Write a list such as %(example)s, all in double quotes."),
                code="pairs",
                params={"example": f'[{{"{first}": "…", "{second}": "…"}}]'},
            )
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent, to be shown again as it was if it can't be read."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)

    def _fits(self, one: Any) -> bool:
        return (
            isinstance(one, dict)
            and set(one) == set(self.keys)
            and all(isinstance(text, str) for text in one.values())
        )
