"""A draft of a talk as its signed link shows it: the talk alone, and nothing around it that visitors don't see."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from editions.clock import wall_clock
from speakers.models import Speaker
from talks.drafts import Pass, opened
from talks.models import Talk
from website.clocks import whole_date, zone_name
from website.viewpoint import Query, Viewpoint, chosen

TOKEN = "draft"  # noqa: S105 - the name of the parameter, no secret
FILE = re.compile(re.escape(settings.MEDIA_URL) + r"(renditions|documents)/\S+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A talk that a link shows to whoever has it: with its edition, all else read as for any talk's page."""

    talk: Talk
    token: str
    until: datetime

    @property
    def in_public(self) -> bool:
        """Whether visitors see the edition around it."""
        return bool(self.talk.edition.state != "draft")


def asked(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Draft | None:
    """Return the draft that the query's token opens at this address; None for none, or where all see the talk.

    Asks the database only where the token is good. One query and those of `with_people`.
    """
    token = chosen(query, TOKEN)
    found = opened(token) if token else None
    if found is None:
        return None
    rows = Talk.objects.filter(pk=found.talk, edition__key=edition, slug=slug)
    if rows.visible_to(viewpoint.user).exists():
        return None
    talk = rows.with_people().select_related("edition", "type", "room", "track", "repeats").first()
    return Draft(talk, token, found.until) if talk else None


def pass_of(query: Query) -> Pass | None:
    """Return what the token in a query opens."""
    return opened(chosen(query, TOKEN))


def veiled(data: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Return a talk page's data as its link shows them: no way leads to what is hidden, files open by the token."""
    shown = rebuilt(dict(data), _address(draft))
    return {
        **shown,
        # What has no address yet is in no calendar, cited nowhere and not passed on.
        "calendar": None,
        "citation": None,
        "address": "",
        "notices": shown["notices"] if draft.in_public else (),
        "ends": _told(draft),
    }


def rebuilt(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain data of a page with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: rebuilt(one, change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(rebuilt(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: rebuilt(getattr(value, one.name), change) for one in fields(value)}
        )
    return value


def _address(draft: Draft) -> Callable[[str], str]:
    """How addresses change: a file's gets the token, one of a page that visitors don't see becomes empty."""
    edition = reverse("website:edition", args=[draft.talk.edition.key])
    hidden = {reverse("website:speaker", args=[slug]) for slug in _unseen(draft.talk)}

    def change(text: str) -> str:
        if FILE.fullmatch(text):
            return f"{text}?{TOKEN}={draft.token}"
        inside = not draft.in_public and text.startswith(edition)
        return "" if inside or text in hidden else text

    return change


def _unseen(talk: Talk) -> set[str]:
    """The slugs of those who appear in the talk and in nothing that visitors see. One query."""
    people = {one.speaker.slug for one in talk.appearances.all() if one.speaker}
    seen = Speaker.objects.visible_to(None).filter(slug__in=people)
    return people - set(seen.values_list("slug", flat=True))


def _told(draft: Draft) -> str:
    """When the link ends, by the venue's clock, its zone named."""
    zone = draft.talk.edition.timezone
    clock = wall_clock(draft.until, zone)
    return f"{whole_date(clock)}, {clock:%H:%M} ({zone_name(zone, clock)})"
