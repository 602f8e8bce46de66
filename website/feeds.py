"""From models to what formats are made from: the events of calendars, the works of bibliographies, where both are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.clock import instant
from editions.models import Edition, Series
from editions.models import Track as TrackModel
from exchange.formats import programme as formats
from exchange.formats.ics import where
from exchange.formats.names import authors_of
from exchange.formats.programme import Event, Person, Programme, State, Work
from history.models import Version
from talks.identity import free_slug, slug_of
from talks.models import Appearance, Paper, Talk
from website.colours import PALETTE
from website.links import any_link, doi_link, web_link
from website.moments import is_ahead
from website.shown import by_role, document, picture
from website.viewpoint import Viewpoint

GOOGLE = "https://calendar.google.com/calendar"
Make = Callable[[Talk, Talk, Viewpoint], Event]


@dataclass(frozen=True, slots=True)
class CalendarMenu:
    """The ways into a calendar: `path` to download, and "" for each that needs an absolute address and has none.

    `address` is what subscribers are given, `webcal` the same for the calendars of Apple and Microsoft.
    """

    path: str
    address: str
    webcal: str
    google: str


def calendar_menu(viewpoint: Viewpoint, path: str) -> CalendarMenu:
    """Return the ways to subscribe to the calendar at a path of this site."""
    address = viewpoint.absolute(path)
    if not urlsplit(address).scheme:
        return CalendarMenu(path, "", "", "")
    webcal = f"webcal://{address.partition('://')[2]}"
    return CalendarMenu(path, address, webcal, f"{GOOGLE}/r?{urlencode({'cid': webcal})}")


def to_come(talk: Talk, viewpoint: Viewpoint) -> bool:
    """Say whether a talk has a time, takes place, and its edition is ahead: a calendar of it is of use."""
    is_on = talk.starts_at is not None and talk.state != Talk.State.CANCELLED
    return is_on and is_ahead(talk.edition, viewpoint.moment)


def google_event(found: Event) -> str:
    """Return the address at which Google's calendar offers to take one event, "" while it has no time."""
    if found.starts_at is None:
        return ""
    clocks = (found.starts_at, found.ends_at or found.starts_at)
    asked = {
        "action": "TEMPLATE",
        "text": found.title,
        "dates": "/".join(_utc(clock, found.zone) for clock in clocks),
        "ctz": found.zone,
        "location": where(found),
        "details": found.url,
    }
    return f"{GOOGLE}/render?{urlencode({name: value for name, value in asked.items() if value})}"


def programme(
    name: str,
    talks: Iterable[tuple[Talk, Talk]],
    viewpoint: Viewpoint,
    make: Make | None = None,
    *,
    url: str = "",
    feed_url: str = "",
) -> Programme:
    """Return talks, each with the one whose words it shows, as a programme; `url` and `feed_url` are paths.

    They come with edition, type, room, track and appearances. `make` makes an event of each, `event` if None.
    """
    events = tuple((make or event)(talk, told, viewpoint) for talk, told in talks)
    untimed = sum(one.starts_at is None for one in events)
    description = (
        ngettext("%(count)s entry has no time yet.", "%(count)s entries have no time yet.", untimed)
        % {"count": untimed}
        if untimed
        else ""
    )
    return Programme(name, events, description, viewpoint.absolute(url), viewpoint.absolute(feed_url))


def told_by(talks: Iterable[Talk]) -> Iterator[tuple[Talk, Talk]]:
    """Pair talks with what they repeat, if that is among them, else with themselves."""
    found = {talk.pk: talk for talk in talks}
    return ((talk, found.get(talk.repeats_id or 0, talk)) for talk in found.values())


def event(talk: Talk, told: Talk, viewpoint: Viewpoint) -> Event:
    """Return a talk as an event, in the words of the talk that it shows."""
    edition, room = talk.edition, talk.room.name if talk.room else ""
    venue = edition.venue if room or not talk.location else ""  # A place of its own isn't in the venue.
    return Event(
        guid=talk.guid,
        sequence=talk.sequence,
        changed_at=max(talk.changed_at, told.changed_at),
        title=told.name,
        zone=edition.timezone,
        starts_at=talk.starts_at,
        ends_at=talk.ends_at,
        state=cast("State", talk.state),
        state_label=str(Talk.State(talk.state).label).capitalize() if talk.state != "published" else "",
        is_break=talk.type.kind == "break",
        type=talk.type.label,
        track=talk.track.name if talk.track else "",
        room=_listed(room, talk.location),
        place=_listed(venue, edition.location),
        abstract=told.abstract,
        people=tuple(_people(told)),
        url=_absolute(viewpoint, talk_page(told, edition)),
    )


def scheduled(talk: Talk, told: Talk, viewpoint: Viewpoint) -> Event:
    """Return a talk as an event with all that a schedule holds of it; it comes with its papers, too."""
    papers = (f"{one.title} ({one.authors})" if one.authors else one.title for one in told.papers.all())
    return replace(
        event(talk, told, viewpoint),
        number=talk.number,
        slug=talk.slug,
        language=told.language,
        hall=talk.room.slug if talk.room else "",
        papers=tuple(papers),
        links=tuple(_links(told, viewpoint)),
        # Whoever wants to be asked first is not to be recorded by a program that can't ask.
        may_record={"yes": True, "no": False, "ask": False}.get(talk.recording),
    )


def conference(
    edition: Edition, talks: Iterable[Talk], series: Series, viewpoint: Viewpoint
) -> formats.Conference:
    """Return an edition as its schedules name it, with the rooms and tracks of its talks. Two queries."""
    known = list(talks)
    rooms = {talk.room_id: talk.room for talk in known if talk.room}
    in_order = sorted(rooms.values(), key=lambda room: (room.position, room.name, room.pk))
    version = (
        Version.objects.filter(kind="edition", key=str(edition.pk)).values_list("number", flat=True).first()
    )
    logo = picture(series.logo, 320)
    return formats.Conference(
        key=edition.key,
        zone=edition.timezone,
        elsewhere=formats.one_line(edition.venue or edition.location) or _("Elsewhere"),
        version=str(version or 0),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        colour=series.accent,
        logo=_absolute(viewpoint, iri_to_uri(logo.url)) if logo else "",
        halls=tuple(formats.Hall(room.slug, room.name) for room in in_order),
        tracks=tuple(_tracks(edition, {talk.track_id for talk in known})),
    )


def works(edition: Edition, talks: Iterable[Talk], series: str, viewpoint: Viewpoint) -> Iterator[Work]:
    """Return what can be cited of an edition: its proceedings, if it has any, then talks and their papers.

    Talks come with type, appearances and papers; `series` is the name of the series.
    """
    if edition.proceedings_url or edition.proceedings_venue or edition.doi:
        yield Work(
            edition.key,
            "proceedings",
            _("Proceedings of %(event)s") % {"event": event_name(series, edition)},
            event=event_name(series, edition),
            place=edition.location,
            publisher=edition.proceedings_venue,
            day=edition.starts_on,
            doi=_doi(edition.doi),
            url=_absolute(viewpoint, any_link(edition.proceedings_url)) or _page(viewpoint, edition),
        )
    for talk in talks:
        yield from talk_works(talk, edition, series, viewpoint)


def talk_works(talk: Talk, edition: Edition, series: str, viewpoint: Viewpoint) -> Iterator[Work]:
    """Return what can be cited of a talk: itself, if it was given and by whom is known, and its papers."""
    key, url = f"{edition.key}:{talk.slug}", _absolute(viewpoint, talk_page(talk, edition))
    day = talk.starts_at.date() if talk.starts_at else edition.starts_on
    name, place = event_name(series, edition), edition.location
    authors = tuple(due_to(talk))
    if authors and talk.title and talk.type.kind != "break" and talk.state != "cancelled":
        yield Work(
            key, "talk", talk.title, authors, talk.type.label, name, place,
            day=day, language=talk.language, doi=_doi(talk.doi), url=url,
        )  # fmt: skip
    taken: set[str] = set()
    for paper in talk.papers.all():
        slug = free_slug(slug_of(paper.title, "paper", talk.guid)[:60].rstrip("-_"), taken.__contains__)
        taken.add(slug)
        yield Work(
            f"{key}:{slug}", "paper", paper.title, authors_of(paper.authors), "", name, place,
            publisher=edition.proceedings_venue, day=day, doi=_doi(paper.doi), url=_paper_url(viewpoint, paper) or url,
        )  # fmt: skip


def due_to(talk: Talk) -> Iterator[str]:
    """Return the names of those to whom a talk is due: who spoke, else the panel, else who moderated it."""
    known = [one for one in talk.appearances.all() if one.speaker_id]
    for role in (Appearance.Role.SPEAKER, Appearance.Role.PANELIST, Appearance.Role.MODERATOR):
        if names := [one.name for one in known if one.role == role]:
            return iter(names)
    return iter(())


def talk_page(talk: Talk, edition: Edition) -> str:
    """Return the path of a talk's own page, also of one that repeats what nobody may see; "" where there is none."""
    return reverse("website:talk", args=[edition.key, talk.slug]) if talk.has_page else ""


def event_name(series: str, edition: Edition) -> str:
    """Return what an edition is called away from this site: with its series."""
    return edition.name if series.casefold() in edition.name.casefold() else f"{series}, {edition.name}"


def _people(told: Talk) -> Iterator[Person]:
    for label, ones in by_role(told.appearances.all()):
        role = label or ngettext("Speaker", "Speakers", len(ones))
        yield from (Person(one.name, one.affiliation, role) for one in ones)


def _tracks(edition: Edition, used: set[int | None]) -> Iterator[formats.Track]:
    """Those of an edition's tracks that are used, in the colours of its pages."""
    found = TrackModel.objects.filter(edition=edition).order_by("position", "name", "pk")
    for index, track in enumerate(found):
        if track.pk in used:
            yield formats.Track(track.name, track.slug, track.colour or PALETTE[index % len(PALETTE)])


def _links(told: Talk, viewpoint: Viewpoint) -> Iterator[formats.Link]:
    """What can be read and seen of a talk and of its papers, by absolute addresses."""
    video = web_link(told.video_url)
    found: list[tuple[str, formats.LinkKind, str]] = [
        (_("Slides"), "slides", _address(told.slides_file, told.slides)),
        (_("Video"), "media", video),
    ]
    for one in told.papers.all():
        found += [
            (f"{one.title}: {_('Paper')}", "paper", _address(one.paper_file, one.paper) or doi_link(one.doi)),
            (f"{one.title}: {_('Slides')}", "slides", _address(one.slides_file, one.slides)),
            (f"{one.title}: {_('Poster')}", "related", _address(one.poster_file, one.poster)),
        ]
    for title, kind, link in found:
        url = _absolute(viewpoint, iri_to_uri(link))
        if url.startswith("http"):
            yield formats.Link(title, url, kind)


def _address(stored: Any, printed: str) -> str:
    """The path of a file of this site, else the address elsewhere; "" for neither."""
    found = document("", stored, printed)
    return found.url if found else ""


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _absolute(viewpoint: Viewpoint, link: str) -> str:
    """An absolute address, "" where none is known."""
    address = viewpoint.absolute(link)
    return address if urlsplit(address).scheme else ""


def _page(viewpoint: Viewpoint, edition: Edition) -> str:
    return _absolute(viewpoint, reverse("website:edition", args=[edition.key]))


def _paper_url(viewpoint: Viewpoint, paper: Paper) -> str:
    return _absolute(viewpoint, paper.paper_file.url if paper.paper_file else web_link(paper.paper))


def _doi(printed: str) -> str:
    """A DOI without its resolver."""
    return doi_link(printed).removeprefix("https://doi.org/")


def _utc(clock: datetime, zone: str) -> str:
    return f"{instant(clock, zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
