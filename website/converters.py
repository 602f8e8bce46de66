"""The typed parts of addresses; importing this makes them known."""

from django.urls import register_converter


class EditionKey:
    """An edition's key; what can't be one never reaches the database."""

    regex = "[a-z0-9_-]{4,60}"

    def to_python(self, value: str) -> str:
        """Take the key as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Write the key as it stands."""
        return value


register_converter(EditionKey, "edition")
