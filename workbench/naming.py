"""What the workbench calls an edition where one is chosen: its key, and its name beside it."""

from editions.models import Edition


def edition_words(edition: Edition) -> str:
    """Return an edition's key and name: `tide-31 · Tide 2031`; the key alone where it has no other name."""
    return edition.key if edition.name == edition.key else f"{edition.key} · {edition.name}"
