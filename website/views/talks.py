"""A talk's page: everything about it, what is on beside it, and the same people in other editions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from attachments.names import media_type
from editions.models import Edition
from exchange.formats.citations import to_bibtex
from exchange.formats.programme import Work
from talks.models import Appearance, Talk
from talks.querysets import TalkQuerySet
from talks.schedule import order
from website import drafts, meta, structured
from website.changes import moved_from
from website.clocks import Clock, clock, day_name, weekday, whole_date, zone_name
from website.context import Frame, find_edition, frame
from website.drafts import Draft
from website.feeds import CalendarMenu, calendar_menu, event, google_event, talk_works, to_come
from website.links import any_link, doi_link, host_of
from website.moments import fresh_until, notices_beside
from website.pages import Page, moved_to
from website.shown import Item, Link, Picture, by_role, entry, item, picture
from website.viewpoint import Query, Viewpoint


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a talk: its session, its parts and repetitions, what is on at the same time, what follows.

    `next` is in the same room; `earlier` and `later` are anywhere, on another day too.
    """

    session: Item | None
    parts: tuple[Item, ...]
    repetitions: tuple[Item, ...]
    beside: tuple[Item, ...]
    next: Item | None
    earlier: "Neighbour | None"
    later: "Neighbour | None"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The talk before or after another: its name, its page, when it starts, and on which day if on another."""

    label: str
    url: str
    day: str
    start: Clock | None


@dataclass(frozen=True, slots=True)
class Film:
    """A recording that this site itself keeps: its address and media type."""

    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A talk and its papers as BibTeX, and the addresses of that and of CSL-JSON."""

    bibtex: str
    bib_url: str
    csl_url: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A talk of the same people in another edition."""

    edition: str
    talk: Link
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Biography:
    """Somebody on a talk's page."""

    name: str
    affiliation: str
    url: str
    site: Link | None
    bio: str
    photo: Picture | None


def talk(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Show a talk, or a draft to those who have its link. The address of a repetition leads to what it repeats."""
    draft = drafts.asked(viewpoint, query, edition, slug)
    if draft is not None:
        return _draft(viewpoint, draft)
    found = find_edition(viewpoint, edition)
    visible = Talk.objects.visible_to(viewpoint.user).filter(edition=found)
    shown = (
        visible.filter(slug=slug)
        .with_people()
        .select_related("edition", "type", "room", "track", "repeats")
        .first()
    )
    if shown is None:
        raise Http404(_("There is no such talk."))
    if shown.repeats and visible.filter(pk=shown.repeats_id).exists():
        return moved_to(reverse("website:talk", args=[edition, shown.repeats.slug]))
    around = frame(viewpoint, reverse("website:talk", args=[edition, slug]), found)
    notices = notices_beside(viewpoint, shown)
    data = {**_whole(viewpoint, shown, visible, around), "notices": notices.texts}
    return Page("website/talk.html", data, fresh_until(viewpoint, found, notices.until))


def _draft(viewpoint: Viewpoint, draft: Draft) -> Page:
    """Show a draft with what all see around it; in the frame of the series while its edition is hidden."""
    shown = draft.talk
    visible = Talk.objects.visible_to(viewpoint.user).filter(edition=shown.edition)
    here = reverse("website:talk", args=[shown.edition.key, shown.slug])
    around = frame(viewpoint, here, shown.edition if draft.in_public else None)
    data = {
        **_whole(viewpoint, shown, visible, around),
        "notices": notices_beside(viewpoint, shown).texts,
    }
    return Page("website/talk.html", drafts.veiled(data, draft), private=True)


def _whole(viewpoint: Viewpoint, shown: Talk, visible: TalkQuerySet, around: Frame) -> dict[str, Any]:
    """Return all that a talk's page shows but the notices; `visible` is what of its edition stands around it."""
    found = shown.edition
    appearances = list(shown.appearances.all())
    recording = film(shown)
    works = tuple(talk_works(shown, found, around.name, viewpoint))
    moved = moved_from(found, [shown], viewpoint.moment)
    whole = item(shown, found, moved=moved.get(shown.pk), full=True)
    return {
        "frame": around,
        "talk": whole,
        "files": tuple(link for link in whole.files if recording is None or link.url != recording.url),
        "film": recording,
        "calendar": calendar(shown, viewpoint),
        "citation": citation(shown, works),
        "address": viewpoint.absolute(around.here) if viewpoint.base_url else "",
        "meta": meta.of_talk(viewpoint, around, found, whole, shown.abstract, works),
        "structured": structured.of_talk(viewpoint, around, found, whole, shown.abstract),
        "zone": zone_name(found.timezone, shown.starts_at) if shown.starts_at else "",
        "day": f"{weekday(shown.starts_at)}, {whole_date(shown.starts_at)}" if shown.starts_at else "",
        "abstract": shown.abstract,
        "tags": tuple(str(tag) for tag in shown.tags),
        "facts": tuple(facts(shown.extra)),
        "language": language_name(shown.language),
        "doi": doi_link(shown.doi),
        "people": tuple((label, tuple(map(biography, ones))) for label, ones in by_role(appearances)),
        "around": _around(shown, visible, found),
        "elsewhere": _elsewhere(viewpoint, shown, appearances),
    }


def biography(one: Appearance) -> Biography:
    """Return somebody with all that was known of them then; a placeholder has no page."""
    link = any_link(one.url)
    return Biography(
        one.name,
        one.affiliation,
        reverse("website:speaker", args=[one.speaker.slug]) if one.speaker else "",
        Link(host_of(link) or link, link) if link else None,
        one.bio,
        picture(one.photo, 96),
    )


def film(talk: Talk) -> Film | None:
    """Return a talk's recording where it is a file of this site, which a page can play itself."""
    kept = (talk.slides_file.url if talk.slides_file else "", any_link(talk.video_url))
    for url in kept:
        found = media_type(url) if url and (url == kept[0] or url.startswith("/")) else None
        if found and found[0].startswith("video/"):
            return Film(url, found[0])
    return None


def calendar(talk: Talk, viewpoint: Viewpoint) -> CalendarMenu | None:
    """Return the ways of a talk into a calendar, None for one that isn't to come."""
    if not to_come(talk, viewpoint):
        return None
    menu = calendar_menu(viewpoint, reverse("website:talk-ics", args=[talk.edition.key, talk.slug]))
    return replace(menu, google=google_event(event(talk, talk, viewpoint)))


def citation(talk: Talk, works: Sequence[Work]) -> Citation | None:
    """Return how to cite a talk and its papers, its `works`, None where there is nothing to cite."""
    bibtex = to_bibtex(works)
    here = [talk.edition.key, talk.slug]
    return (
        Citation(bibtex, reverse("website:talk-bib", args=here), reverse("website:talk-csl", args=here))
        if bibtex
        else None
    )


def facts(extra: object) -> list[tuple[str, str]]:
    """Return the labelled facts of the organizers' own; what isn't one is left out."""
    rows = extra if isinstance(extra, list) else []
    pairs = ((row.get("label"), row.get("value")) for row in rows if isinstance(row, dict))
    return [(str(label), str(value)) for label, value in pairs if label and value]


def language_name(code: str) -> str:
    """Return what a language is called here; what is no known code is shown as it is written."""
    try:
        return str(get_language_info(code.strip().lower())["name_translated"])
    except KeyError:
        return code


def _around(shown: Talk, visible: TalkQuerySet, edition: Edition) -> Around:
    """Read that day's programme and the talk's relatives.

    A query, two for their people, two for the neighbours; three more where something repeats another talk.
    """
    related = Q(session=shown) | Q(repeats=shown) | Q(pk=shown.session_id)
    if shown.starts_at:
        midnight = datetime.combine(shown.starts_at.date(), time())
        related |= Q(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
        related |= Q(starts_at__lt=shown.ends_at or shown.starts_at, ends_at__gt=shown.starts_at)
    told = Prefetch("repeats", visible.with_people())
    read = visible.filter(related).with_people().prefetch_related(told)
    near = [one for one in read if one.pk != shown.pk]
    near.sort(key=lambda one: order(entry(one)))
    found = {one.pk: item(one, edition, one.repeats) for one in near}
    family = {shown.session_id, *(one.pk for one in near if one.session_id == shown.pk)}
    return Around(
        session=found.get(shown.session_id or 0),
        parts=tuple(found[one.pk] for one in near if one.session_id == shown.pk),
        repetitions=tuple(replace(found[one.pk], url="") for one in near if one.repeats_id == shown.pk),
        beside=tuple(found[one.pk] for one in near if one.pk not in family and _at_once(shown, one)),
        next=next((found[one.pk] for one in near if _follows(shown, one)), None),
        earlier=_neighbour(shown, visible, later=False),
        later=_neighbour(shown, visible, later=True),
    )


def _neighbour(shown: Talk, visible: TalkQuerySet, *, later: bool) -> Neighbour | None:
    """Return the next or last talk that takes place. One query."""
    if shown.starts_at is None:
        return None
    given = visible.exclude(type__kind="break").exclude(state=Talk.State.CANCELLED).originals()
    beyond = (
        given.filter(starts_at__gt=shown.starts_at) if later else given.filter(starts_at__lt=shown.starts_at)
    )
    in_order = beyond.select_related("type", "edition", "repeats").in_order()
    found = (in_order if later else in_order.reverse()).first()
    if found is None or found.starts_at is None:
        return None
    day = found.starts_at.date()
    other_day = f"{weekday(day)}, {day_name(day)}" if day != shown.starts_at.date() else ""
    start = clock(found.starts_at, shown.edition.timezone)
    return Neighbour(found.name, found.get_absolute_url(), other_day, start)


def _at_once(shown: Talk, other: Talk) -> bool:
    if not (shown.starts_at and shown.ends_at and other.starts_at and other.ends_at):
        return False
    return other.starts_at < shown.ends_at and shown.starts_at < other.ends_at and other.type.kind != "break"


def _follows(shown: Talk, other: Talk) -> bool:
    """Whether `other` is in the same room later that day."""
    if not (shown.starts_at and other.starts_at and shown.room_id == other.room_id):
        return False
    return other.starts_at >= (shown.ends_at or shown.starts_at) and other.type.kind != "break"


def _elsewhere(viewpoint: Viewpoint, shown: Talk, appearances: Sequence[Appearance]) -> tuple[Elsewhere, ...]:
    """Return talks of the same people in other editions, newest first. One query."""
    ids = [one.speaker_id for one in appearances if one.speaker_id]
    others = (
        Appearance.objects.filter(speaker__in=ids, talk__in=Talk.objects.visible_to(viewpoint.user))
        .exclude(talk__edition=shown.edition_id)
        .select_related("talk__edition", "talk__type", "talk__repeats", "speaker")
        .order_by("-talk__edition__starts_on", "talk__starts_at", "position", "pk")
    )
    talks: dict[int, list[Appearance]] = {}
    for one in others:
        talks.setdefault(one.talk_id, []).append(one)
    return tuple(
        Elsewhere(
            own[0].talk.edition.name,
            Link(own[0].talk.name, own[0].talk.get_absolute_url()),
            tuple(one.speaker.name for one in own if one.speaker),
        )
        for own in talks.values()
    )
