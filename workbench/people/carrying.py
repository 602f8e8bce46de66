"""A person's new name, affiliation or link, carried over to the appearances that still print the old one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from editions.models import Edition
from history.telling import teller
from speakers.models import Speaker
from talks.models import Appearance

FIELDS = ("name", "affiliation", "url")
Shown = dict[str, str]


@dataclass(frozen=True)
class Printing:
    """The appearances that print what is shown of a person: those that may change, and how many may not."""

    rows: tuple[Appearance, ...]
    apart: int


def shown_of(person: Speaker) -> Shown:
    """What is shown of a person: the record's own name, affiliation and link, else the newest appearance's."""
    own: Shown = {name: getattr(person, name) for name in FIELDS}
    if all(own.values()) or person.pk is None:
        return own
    newest = list(_appearances(person))
    return {
        name: value or next((text for one in newest if (text := getattr(one, name))), "")
        for name, value in own.items()
    }


def printing(person: Speaker, shown: Mapping[str, str], user: Any) -> Printing:
    """The appearances of a person that print any of these values.

    Those of frozen editions, and of editions in which the user doesn't work, stay as they are.
    """
    found = [
        one
        for one in _appearances(person)
        if any(text and getattr(one, name) == text for name, text in shown.items())
    ]
    keys = _open_to(user)
    rows = tuple(one for one in found if one.talk.edition_id in keys and not one.talk.edition.is_frozen)
    return Printing(rows, len(found) - len(rows))


def carry(person: Speaker, was: Mapping[str, str], user: Any) -> Printing:
    """Print what has changed since `was`, and isn't empty now, where the old value still stands; say where it did."""
    changed = {
        name: text
        for name, text in was.items()
        if text and getattr(person, name) and getattr(person, name) != text
    }
    if not changed:
        return Printing((), 0)
    with teller():
        found = printing(person, changed, user)
        for one in found.rows:
            for name, old in changed.items():
                if getattr(one, name) == old:
                    setattr(one, name, getattr(person, name))
        Appearance.objects.bulk_update(found.rows, list(changed))
    return found


def _appearances(person: Speaker) -> Any:
    """The appearances of a person, newest first, with what tells them apart."""
    rows = Appearance.objects.filter(speaker=person)
    return rows.select_related("talk__edition", "talk__room", "talk__type").order_by(
        F("talk__edition__starts_on").desc(nulls_first=True), F("talk__starts_at").desc(nulls_last=True), "pk"
    )


def _open_to(user: Any) -> Collection[int]:
    """The editions whose appearances the user may change, by primary key."""
    if not user.has_perm("talks.change_appearance"):
        return ()
    return set(Edition.objects.open_to(user).values_list("pk", flat=True))
