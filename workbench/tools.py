"""What else can be done with a record: the links above its form, besides Django's own History and View on site."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from editions.models import Edition
from editions.querysets import EVERY_EDITION
from speakers.models import Speaker
from talks.models import Talk


@dataclass(frozen=True)
class Tool:
    """One link: its words and its address."""

    words: str
    url: str


def tools_of(user: Any, record: Any) -> list[Tool]:
    """The links above the form of a record; none for one that is still to be made."""
    if getattr(record, "pk", None) is None:
        return []
    try:
        return _tools_of(user, record)
    except NoReverseMatch:
        # A key or slug that the form has just refused still stands on the record.
        return []


def _tools_of(user: Any, record: Any) -> list[Tool]:
    match record:
        case Talk():
            return _of_talk(user, record)
        case Edition():
            return _of_edition(user, record)
        case Speaker() if user.has_perm("speakers.delete_speaker"):
            return [Tool(_("Merge with…"), f"{reverse('admin:merging')}?person={record.pk}")]
    return []


def _of_talk(user: Any, talk: Talk) -> list[Tool]:
    day = f"?day={talk.starts_at:%Y-%m-%d}" if talk.starts_at else ""
    found = [
        Tool(_("Preview"), reverse("admin:preview", args=[talk.get_absolute_url().lstrip("/")])),
        Tool(_("In the day grid"), reverse("admin:grid", args=[talk.edition.key]) + day),
        Tool(_("Front matter"), reverse("admin:export-talk", args=[talk.pk])),
    ]
    if user.has_perm("talks.change_talk"):
        found.append(Tool(_("Link for the speaker"), reverse("admin:draft-link", args=[talk.pk])))
    return found


def _of_edition(user: Any, edition: Edition) -> list[Tool]:
    key = [edition.key]
    found = [
        Tool(_("Preview"), reverse("admin:preview", args=[edition.get_absolute_url().lstrip("/")])),
        Tool(_("Day grid"), reverse("admin:grid", args=key)),
        Tool(_("Warnings"), reverse("admin:check", args=key)),
        Tool(_("Download"), f"{reverse('admin:export')}?edition={edition.key}"),
    ]
    if user.has_perm("talks.change_talk"):
        found.append(Tool(_("Paste links"), reverse("admin:links", args=key)))
    if user.has_perms(("editions.add_edition", EVERY_EDITION)):
        found.append(Tool(_("Clone"), reverse("admin:clone", args=key)))
    return found
