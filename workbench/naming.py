"""What the workbench calls an edition where one is chosen: its key, and its name beside it."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from editions.models import Edition


def edition_words(edition: Edition) -> str:
    """Return an edition's key and name: `tide-31 · Tide 2031`; the key alone where it has no other name."""
    return edition.key if edition.name == edition.key else f"{edition.key} · {edition.name}"


class NamingView(AutocompleteJsonView):
    """Django's answers to a field that completes what one types, with the names of editions."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Return key and words of a record."""
        found = super().serialize_result(obj, to_field_name)
        return {**found, "text": edition_words(obj)} if isinstance(obj, Edition) else found
