"""Frozen editions: what may not be written, as the editions themselves say."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _


class FrozenEditionError(Exception):
    """A write would change an edition that is frozen; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(_("%(what)s: its edition is frozen. Unfreeze the edition first.") % {"what": what})


_find_frozen: list[Callable[[Collection[int]], Collection[int]]] = []


def register_frozen(find: Callable[[Collection[int]], Collection[int]]) -> None:
    """Let ``find`` say which of the editions with the given primary keys are frozen."""
    _find_frozen[:] = [find]


def refuse_frozen(editions: Collection[int], what: str) -> None:
    """Raise FrozenEditionError if one of the editions (primary keys) is frozen."""
    if editions and any(find(editions) for find in _find_frozen):
        raise FrozenEditionError(what)
