"""Frozen editions: what may not be written, as the editions themselves say."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

# Says which of the editions with the given primary keys are frozen.
Finder = Callable[[Collection[int]], Collection[int]]


class FrozenEditionError(Exception):
    """A write would change an edition that is frozen; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(_("%(what)s: its edition is frozen. Unfreeze the edition first.") % {"what": what})


_find_frozen: list[Finder] = []


def register_frozen(find: Finder) -> None:
    """Let ``find`` say which editions are frozen; there is one such finder."""
    _find_frozen[:] = [find]


def frozen_among(editions: Collection[int]) -> set[int]:
    """Those of the editions (primary keys) that are frozen."""
    return {key for find in _find_frozen for key in find(editions)} if editions else set()
